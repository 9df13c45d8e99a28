# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Sign up.

POST /v1/auth/signup
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import headers as _headers
from ...models.signup import Signup
from ...models.signup_result import SignupResult


def build(
    *,
    body: Signup,
    idempotency_key: str | None = None,
) -> Call[SignupResult]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="signup",
        method="POST",
        path="/v1/auth/signup",
        query={},
        headers=_headers(
            {
                "Idempotency-Key": idempotency_key,
            }
        ),
        body=body,
        authenticated=False,
        takes_idempotency_key=True,
        parse=_parse,
    )


def parse(answer: Any) -> SignupResult:
    """The typed form of a 2xx answer's JSON."""
    return SignupResult.from_dict(answer)


_parse = parse
