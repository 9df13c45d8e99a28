# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Get a webhook endpoint.

GET /v1/webhook_endpoints/{endpoint_id}
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import segment as _segment
from ...models.webhook_endpoint import WebhookEndpoint
from ...types import UNSET


def build(
    endpoint_id: str,
) -> Call[WebhookEndpoint]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="get_webhook_endpoint",
        method="GET",
        path="/v1/webhook_endpoints/{endpoint_id}".format(
            endpoint_id=_segment(endpoint_id),
        ),
        query={},
        headers={},
        body=UNSET,
        authenticated=True,
        takes_idempotency_key=False,
        parse=_parse,
    )


def parse(answer: Any) -> WebhookEndpoint:
    """The typed form of a 2xx answer's JSON."""
    return WebhookEndpoint.from_dict(answer)


_parse = parse
