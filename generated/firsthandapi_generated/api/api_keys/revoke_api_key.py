# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Revoke an API key.

POST /v1/api_keys/{key_id}/revoke
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import headers as _headers
from ...client import segment as _segment
from ...types import UNSET


def build(
    key_id: str,
    *,
    idempotency_key: str | None = None,
) -> Call[None]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="revoke_api_key",
        method="POST",
        path="/v1/api_keys/{key_id}/revoke".format(
            key_id=_segment(key_id),
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


def parse(answer: Any) -> None:
    """The typed form of a 2xx answer's JSON."""
    return None


_parse = parse
