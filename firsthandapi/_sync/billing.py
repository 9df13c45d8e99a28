# Derived from _async/billing.py by `make regenerate`. Edit that file.
"""Credits of the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from firsthandapi_generated.api.billing import get_credit_balance, list_transactions, purchase_credits
from firsthandapi_generated.models.credit_purchase import CreditPurchase

from .. import _arguments
from .._listing import listing
from .client import Resource
from .page import Page

if TYPE_CHECKING:
    from firsthandapi_generated.models.checkout import Checkout
    from firsthandapi_generated.models.credit_balance import CreditBalance
    from firsthandapi_generated.models.credit_transaction import CreditTransaction
    from firsthandapi_generated.models.transaction_type import KnownTransactionType


class Billing(Resource):
    """`client.billing`: the balance, what changed it, and how to add to it."""

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

    def purchase(self, *, amount_cents: int, idempotency_key: Optional[str] = None) -> Checkout:
        """Begin to buy credits: nothing is paid before a person has been through the checkout page.

        >>> checkout = client.billing.purchase(amount_cents=2500)
        >>> checkout.checkout_url.startswith("http"), checkout.amount_cents
        (True, 2500)

        Args:
            amount_cents: What to pay, in US cents. Known packs: 1000, 2500, 5000, 10000, 25000; whether the service
                takes other amounts is not published.
            idempotency_key: A key of yours, remembered for 24 hours. Default: a new one for each call.

        Returns:
            The checkout, whose `checkout_url` is to be opened in a browser.
        """
        body = CreditPurchase(amount_cents=amount_cents)
        _arguments.check("purchase_credits", body)
        _arguments.check_key(idempotency_key)
        return self._client.request(purchase_credits.build(body=body, idempotency_key=idempotency_key))
