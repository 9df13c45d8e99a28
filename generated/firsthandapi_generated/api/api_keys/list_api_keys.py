# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""List API keys.

GET /v1/api_keys
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import present as _present
from ...models.api_key_list import ApiKeyList
from ...types import UNSET


def build(
    *,
    limit: int | None = None,
    cursor: str | None = None,
) -> Call[ApiKeyList]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="list_api_keys",
        method="GET",
        path="/v1/api_keys",
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


def parse(answer: Any) -> ApiKeyList:
    """The typed form of a 2xx answer's JSON."""
    return ApiKeyList.from_dict(answer)


_parse = parse
