# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Get a task's audit trail.

GET /v1/tasks/{task_id}/audit
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import present as _present
from ...client import segment as _segment
from ...models.audit_event_list import AuditEventList
from ...types import UNSET


def build(
    task_id: str,
    *,
    limit: int | None = None,
    cursor: str | None = None,
) -> Call[AuditEventList]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="get_task_audit",
        method="GET",
        path="/v1/tasks/{task_id}/audit".format(
            task_id=_segment(task_id),
        ),
        query=_present(
            {
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
