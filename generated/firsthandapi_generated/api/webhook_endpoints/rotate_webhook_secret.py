# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Rotate a signing secret.

POST /v1/webhook_endpoints/{endpoint_id}/rotate_secret
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import headers as _headers
from ...client import segment as _segment
from ...models.webhook_endpoint_with_secret import WebhookEndpointWithSecret
from ...types import UNSET


def build(
    endpoint_id: str,
    *,
    idempotency_key: str | None = None,
) -> Call[WebhookEndpointWithSecret]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="rotate_webhook_secret",
        method="POST",
        path="/v1/webhook_endpoints/{endpoint_id}/rotate_secret".format(
            endpoint_id=_segment(endpoint_id),
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


def parse(answer: Any) -> WebhookEndpointWithSecret:
    """The typed form of a 2xx answer's JSON."""
    return WebhookEndpointWithSecret.from_dict(answer)


_parse = parse
