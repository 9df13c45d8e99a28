# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""List audit events.

GET /v1/audit-events
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import present as _present
from ...models.audit_event_list import AuditEventList
from ...types import UNSET


def build(
    *,
    resource_id: str | None = None,
    action: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Call[AuditEventList]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="list_audit_events",
        method="GET",
        path="/v1/audit-events",
        query=_present(
            {
                "resource_id": resource_id,
                "action": action,
                "limit": limit,
                "cursor": cursor,
            }
        ),
        headers={},
        body=UNSET,
        authenticated=True,
        takes_idempotency_key=False,
        parse=_parse,
    )


def parse(answer: Any) -> AuditEventList:
    """The typed form of a 2xx answer's JSON."""
    return AuditEventList.from_dict(answer)


_parse = parse
