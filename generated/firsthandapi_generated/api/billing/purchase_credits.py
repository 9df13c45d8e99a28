# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Buy credits.

POST /v1/billing/credits/purchase
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import headers as _headers
from ...models.checkout import Checkout
from ...models.credit_purchase import CreditPurchase


def build(
    *,
    body: CreditPurchase,
    idempotency_key: str | None = None,
) -> Call[Checkout]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="purchase_credits",
        method="POST",
        path="/v1/billing/credits/purchase",
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


def parse(answer: Any) -> Checkout:
    """The typed form of a 2xx answer's JSON."""
    return Checkout.from_dict(answer)


_parse = parse
