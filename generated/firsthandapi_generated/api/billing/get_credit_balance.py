# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Get the credit balance.

GET /v1/billing/credits
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...models.credit_balance import CreditBalance
from ...types import UNSET


def build() -> Call[CreditBalance]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="get_credit_balance",
        method="GET",
        path="/v1/billing/credits",
        query={},
        headers={},
        body=UNSET,
        authenticated=True,
        takes_idempotency_key=False,
        parse=_parse,
    )


def parse(answer: Any) -> CreditBalance:
    """The typed form of a 2xx answer's JSON."""
    return CreditBalance.from_dict(answer)


_parse = parse
