"""Credits: what an organisation has, what is held in escrow, and every change of the sum.

One credit is one cent. The *available* and the *held* cents make the *total*, and the transactions always add
up to the total: holding and releasing escrow only moves cents between the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from firsthandapi.sandbox import webhooks
from firsthandapi.sandbox.clock import timestamp
from firsthandapi.sandbox.replies import ApiError
from firsthandapi.sandbox.store import Document

if TYPE_CHECKING:
    from firsthandapi.sandbox.world import World

KIND = "credit_balance"


def open_account(world: World, org: str, at: float) -> None:
    """Give an organisation an empty account."""
    account: Document = {"id": org, "_available": 0, "_held": 0, "_at": timestamp(at)}
    world.store.insert(KIND, account, org=org)


def balance(world: World, org: str) -> Document:
    """The CreditBalance of an organisation."""
    account = world.store.get(KIND, org)
    return {
        "object": "credit_balance",
        "available_cents": account["_available"],
        "held_cents": account["_held"],
        "total_cents": account["_available"] + account["_held"],
        "currency": "usd",
        "updated_at": account["_at"],
    }


def hold(world: World, org: str, cents: int, at: float) -> None:
    """Put cents in escrow; 402 when there are not enough."""
    available = int(world.store.get(KIND, org)["_available"])
    if cents > available:
        message = f"The job needs {cents} cents; {available} are available"
        raise ApiError(402, "insufficient_credits", message)
    _change(world, org, at, available=-cents, held=cents)
    _mind_low_balance(world, org, available, available - cents, at)


def release(world: World, org: str, cents: int, at: float) -> None:
    """Give cents back from escrow."""
    _change(world, org, at, available=cents, held=-cents)


def charge(world: World, org: str, cents: int, at: float, job_id: str) -> None:
    """Take cents out of escrow for an approved file."""
    _change(world, org, at, held=-cents)
    _transaction(world, org, at, "deduction", -cents, "Approved file", job_id)


def credit(world: World, org: str, cents: int, at: float, type: str, description: str) -> Document:
    """Add cents to the available ones; return the transaction."""
    _change(world, org, at, available=cents)
    return _transaction(world, org, at, type, cents, description)


def _mind_low_balance(world: World, org: str, before: int, now: int, at: float) -> None:
    """Tell of a balance that has become low, and buy credits if the settings say so."""
    settings = world.store.get("organization", org)
    low, threshold = settings["low_balance_threshold_cents"], settings["auto_topup_threshold_cents"]
    amount = settings["auto_topup_amount_cents"]
    if low is not None and before >= low > now:
        webhooks.emit(world, org, at, "credits.low_balance", balance(world, org))
    if settings["auto_topup_enabled"] and threshold is not None and amount is not None and now < threshold:
        transaction = credit(world, org, amount, at, "purchase", "Automatic top-up")
        webhooks.emit(world, org, at, "credits.auto_topped_up", transaction)


def _change(world: World, org: str, at: float, *, available: int = 0, held: int = 0) -> None:
    account = world.store.get(KIND, org)
    account.update(_available=account["_available"] + available, _held=account["_held"] + held, _at=timestamp(at))
    world.store.save(KIND, account)


def _transaction(
    world: World, org: str, at: float, type: str, cents: int, description: str, job_id: Optional[str] = None
) -> Document:
    transaction: Document = {
        "object": "credit_transaction",
        "id": world.new_id("crtx", at),
        "type": type,
        "amount_cents": cents,
        "description": description,
        "job_id": job_id,
        "created_at": timestamp(at),
    }
    world.store.insert("credit_transaction", transaction, org=org)
    return transaction
