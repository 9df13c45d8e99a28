"""What is read of a request before its operation: headers and the JSON body."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Optional, Union

from starlette.requests import Request

from firsthandapi.sandbox.replies import ApiError

LONGEST_WAIT = 60
"""The most virtual seconds that a long poll holds an answer back."""


def preferred_wait(prefer: Optional[str]) -> int:
    """The seconds of `wait=N` among the preferences in a `Prefer` header (RFC 7240), at most 60; 0 for none."""
    for preference in (prefer or "").split(","):
        match = re.fullmatch(r'\s*wait\s*=\s*("?)([0-9]{1,9})\1\s*(;.*)?', preference, re.IGNORECASE)
        if match:
            return min(int(match[2]), LONGEST_WAIT)
    return 0


def given_headers(request: Request) -> dict[str, str]:
    """The headers that the contract is to judge."""
    # RFC 7240 lets a server ignore preferences that it does not understand; the contract would refuse them.
    return {name: value for name, value in request.headers.items() if name != "prefer"}


async def json_body(request: Request) -> Any:
    """The body; None when there is none, 400 when it is not JSON."""
    content = await request.body()
    if not content.strip():
        return None
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise ApiError(400, "validation_error", "The Content-Type must be application/json")
    try:
        body = json.loads(content.decode("utf-8"), parse_float=_number, parse_constant=_number)
        # JSON can spell half a character (a lone surrogate), which nothing after this could write down.
        json.dumps(body, ensure_ascii=False).encode("utf-8")
        return body
    except (ValueError, RecursionError):
        raise ApiError(400, "validation_error", "The body is not JSON") from None


def _number(text: str) -> Union[int, float]:
    # 50.0 is an integer to JSON Schema, so it must be one to the handlers. NaN and what no float holds are refused.
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number")
    return int(number) if number.is_integer() else number
