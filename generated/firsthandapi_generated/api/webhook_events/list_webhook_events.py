# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""List webhook events.

GET /v1/webhook_events
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import present as _present
from ...models.webhook_event_list import WebhookEventList
from ...types import UNSET


def build(
    *,
    limit: int | None = None,
    cursor: str | None = None,
) -> Call[WebhookEventList]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="list_webhook_events",
        method="GET",
        path="/v1/webhook_events",
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


def parse(answer: Any) -> WebhookEventList:
    """The typed form of a 2xx answer's JSON."""
    return WebhookEventList.from_dict(answer)


_parse = parse
