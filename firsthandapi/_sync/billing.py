# Derived from _async/billing.py by `make regenerate`. Edit that file.
"""Credits of the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from firsthandapi_generated.api.billing import get_credit_balance, list_transactions

from .. import _arguments
from .._listing import listing
from .client import Resource
from .page import Page

if TYPE_CHECKING:
    from firsthandapi_generated.models.credit_balance import CreditBalance
    from firsthandapi_generated.models.credit_transaction import CreditTransaction
    from firsthandapi_generated.models.transaction_type import KnownTransactionType


class Billing(Resource):
    """`client.billing`: the balance and what changed it."""

    def balance(self) -> CreditBalance:
        """The balance: credits that can be spent, credits held for jobs that run, and both together, in cents.

        >>> balance = client.billing.balance()
        >>> balance.available_cents + balance.held_cents == balance.total_cents
        True
        """
        return self._client.request(get_credit_balance.build())

    @listing
    def transactions(
        self,
        *,
        type: Optional[KnownTransactionType] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> Page[CreditTransaction]:
        """Every change of the balance, newest first.

        >>> page = client.billing.transactions(limit=1)
        >>> page.data[0].amount_cents != 0
        True

        Args:
            type: Only transactions of this kind.
            limit: Items per page, 1 to 100; the service's default is 20.
            cursor: Go on from here: `next_cursor` of an earlier page.

        Returns:
            A page that iterates over all pages.
        """
        _arguments.check("list_transactions", {"type": type, "limit": limit, "cursor": cursor})
        call = list_transactions.build(type_=type, limit=limit, cursor=cursor)
        found = self._client.request(call)
        return Page(found, found.data, lambda cursor: self.transactions(type=type, limit=limit, cursor=cursor), cursor)
