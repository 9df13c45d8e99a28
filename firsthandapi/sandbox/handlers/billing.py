"""Handlers of the credits."""

from __future__ import annotations

from firsthandapi.sandbox import billing, checkout
from firsthandapi.sandbox.call import Call, Handler
from firsthandapi.sandbox.replies import Reply
from firsthandapi.sandbox.store import public


def get_credit_balance(call: Call) -> Reply:
    """Get the balance."""
    return Reply(200, billing.balance(call.world, call.org))


def list_transactions(call: Call) -> Reply:
    """List transactions by type."""
    return call.page("credit_transaction", public, where=call.filters(type="type"))


def purchase_credits(call: Call) -> Reply:
    """Begin a payment; the credits come when its page is visited."""
    cents = call.body["amount_cents"]
    url = checkout.begin(call.world, call.org, cents, call.at, call.actor)
    return Reply(200, {"object": "checkout", "checkout_url": url, "amount_cents": cents})


HANDLERS: dict[str, Handler] = {
    "get_credit_balance": get_credit_balance,
    "list_transactions": list_transactions,
    "purchase_credits": purchase_credits,
}
