# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""List webhook endpoints.

GET /v1/webhook_endpoints
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import present as _present
from ...models.webhook_endpoint_list import WebhookEndpointList
from ...types import UNSET


def build(
    *,
    limit: int | None = None,
    cursor: str | None = None,
) -> Call[WebhookEndpointList]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="list_webhook_endpoints",
        method="GET",
        path="/v1/webhook_endpoints",
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


def parse(answer: Any) -> WebhookEndpointList:
    """The typed form of a 2xx answer's JSON."""
    return WebhookEndpointList.from_dict(answer)


_parse = parse
