# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""List credit transactions.

GET /v1/billing/transactions
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import present as _present
from ...models.credit_transaction_list import CreditTransactionList
from ...models.transaction_type import TransactionType
from ...types import UNSET


def build(
    *,
    type_: TransactionType | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Call[CreditTransactionList]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="list_transactions",
        method="GET",
        path="/v1/billing/transactions",
        query=_present(
            {
                "type": type_,
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


def parse(answer: Any) -> CreditTransactionList:
    """The typed form of a 2xx answer's JSON."""
    return CreditTransactionList.from_dict(answer)


_parse = parse
