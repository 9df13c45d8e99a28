# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Register a webhook endpoint.

POST /v1/webhook_endpoints
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import headers as _headers
from ...models.webhook_endpoint_create import WebhookEndpointCreate
from ...models.webhook_endpoint_with_secret import WebhookEndpointWithSecret


def build(
    *,
    body: WebhookEndpointCreate,
    idempotency_key: str | None = None,
) -> Call[WebhookEndpointWithSecret]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="create_webhook_endpoint",
        method="POST",
        path="/v1/webhook_endpoints",
        query={},
        headers=_headers(
            {
                "Idempotency-Key": idempotency_key,
            }
        ),
        body=body,
        authenticated=True,
        takes_idempotency_key=True,
        parse=_parse,
    )


def parse(answer: Any) -> WebhookEndpointWithSecret:
    """The typed form of a 2xx answer's JSON."""
    return WebhookEndpointWithSecret.from_dict(answer)


_parse = parse
