# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Send an event again.

POST /v1/webhook_events/{event_id}/replay
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import headers as _headers
from ...client import segment as _segment
from ...models.webhook_event import WebhookEvent
from ...types import UNSET


def build(
    event_id: str,
    *,
    idempotency_key: str | None = None,
) -> Call[WebhookEvent]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="replay_webhook_event",
        method="POST",
        path="/v1/webhook_events/{event_id}/replay".format(
            event_id=_segment(event_id),
        ),
        query={},
        headers=_headers(
            {
                "Idempotency-Key": idempotency_key,
            }
        ),
        body=UNSET,
        authenticated=True,
        takes_idempotency_key=True,
        parse=_parse,
    )


def parse(answer: Any) -> WebhookEvent:
    """The typed form of a 2xx answer's JSON."""
    return WebhookEvent.from_dict(answer)


_parse = parse
