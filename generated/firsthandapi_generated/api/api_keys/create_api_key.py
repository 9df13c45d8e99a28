# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Make an API key.

POST /v1/api_keys
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import headers as _headers
from ...models.api_key_create import ApiKeyCreate
from ...models.api_key_with_secret import ApiKeyWithSecret


def build(
    *,
    body: ApiKeyCreate,
    idempotency_key: str | None = None,
) -> Call[ApiKeyWithSecret]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="create_api_key",
        method="POST",
        path="/v1/api_keys",
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


def parse(answer: Any) -> ApiKeyWithSecret:
    """The typed form of a 2xx answer's JSON."""
    return ApiKeyWithSecret.from_dict(answer)


_parse = parse
