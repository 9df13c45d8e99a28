"""Handlers of the credits. Bonus credits for the larger packs are not simulated: a cent paid is a credit."""

from __future__ import annotations

from firsthandapi.sandbox import audit, billing
from firsthandapi.sandbox.call import Call, Handler
from firsthandapi.sandbox.clock import timestamp
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
    checkout = {
        "object": "checkout",
        "id": call.world.new_id("cs_test", call.at),
        "amount_cents": cents,
        "created_at": timestamp(call.at),
        "paid": False,
    }
    call.world.store.insert("checkout", checkout, org=call.org)
    audit.record(call.world, call.org, call.at, call.actor, "checkout.created", checkout)
    url = f"{call.world.base_url}/_checkout/{checkout['id']}"
    return Reply(200, {"object": "checkout", "checkout_url": url, "amount_cents": cents})


HANDLERS: dict[str, Handler] = {
    "get_credit_balance": get_credit_balance,
    "list_transactions": list_transactions,
    "purchase_credits": purchase_credits,
}
