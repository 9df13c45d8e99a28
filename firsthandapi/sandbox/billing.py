"""Credits: what an organisation has, what is held in escrow, and every change of the sum.

One credit is one cent. The *available* and the *held* cents make the *total*, and the transactions always add up to
the total: holding and releasing escrow only moves cents between the two. Larger purchases are *packs* that bring a
bonus. Credits expire 12 months after they came, see `lots`; 30 days before that their owner is told.

Inferred: the bonus is a transaction of its own; an automatic top-up is a purchase like any other, and is made when the
available credits fall under the threshold, not when the settings change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from firsthandapi.sandbox import audit, lots, webhooks
from firsthandapi.sandbox.audit import SYSTEM, Actor
from firsthandapi.sandbox.clock import timestamp
from firsthandapi.sandbox.lots import Lot
from firsthandapi.sandbox.replies import ApiError
from firsthandapi.sandbox.store import Document

if TYPE_CHECKING:
    from firsthandapi.sandbox.world import World

KIND = "credit_balance"
BONUSES = {2500: 125, 5000: 500, 10_000: 1500, 25_000: 5000}
"""What the packs bring beside what they cost, by their price. Any other amount brings what it costs."""


def install(world: World) -> None:
    """Let the agenda make credits expire."""
    world.agenda.on("credits_expiring", lambda at, details: _warn(world, at, details))
    world.agenda.on("credits_expire", lambda at, details: _expire(world, details["org"], at))


def open_account(world: World, org: str, at: float) -> None:
    """Give an organisation an empty account."""
    account: Document = {"id": org, "_available": 0, "_held": 0, "_lots": [], "_at": timestamp(at)}
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
    _mind_low_balance(world, org, available, at)


def release(world: World, org: str, cents: int, at: float) -> None:
    """Give cents back from escrow."""
    _change(world, org, at, available=cents, held=-cents)
    _expire(world, org, at)


def charge(world: World, org: str, cents: int, at: float, job_id: str) -> None:
    """Take cents out of escrow for an approved file."""
    _change(world, org, at, held=-cents, left=lots.without(_lots(world, org), cents))
    _transaction(world, org, at, "deduction", -cents, "Approved file", job_id)


def credit(world: World, org: str, cents: int, at: float, type: str, description: str) -> Document:
    """Add cents to the available ones; return the transaction."""
    _deposit(world, org, cents, at)
    return _transaction(world, org, at, type, cents, description)


def purchase(world: World, org: str, cents: int, at: float, by: Actor, *, event: str, description: str) -> Document:
    """Add what was paid for, and the bonus of a pack; return the transaction of the former.

    Args:
        world: where it happens.
        org: who gets the credits.
        cents: what was paid.
        at: when.
        by: who paid.
        event: its name in the audit log and as a webhook.
        description: of the transaction.
    """
    transaction = credit(world, org, cents, at, "purchase", description)
    if cents in BONUSES:
        credit(world, org, BONUSES[cents], at, "bonus", "Bonus of the pack")
    audit.record(world, org, at, by, event, transaction)
    webhooks.emit(world, org, at, event, transaction)
    return transaction


def _deposit(world: World, org: str, cents: int, at: float) -> None:
    kept, end = _lots(world, org), lots.end_of(at)
    _change(world, org, at, available=cents, left=lots.with_added(kept, Lot(end, cents)) if cents else kept)
    if cents and end not in [lot.end for lot in kept]:
        world.agenda.add(end - lots.WARNING, "credits_expiring", {"org": org, "end": end})
        world.agenda.add(end, "credits_expire", {"org": org})


def _warn(world: World, at: float, details: Document) -> None:
    if details["end"] in [lot.end for lot in _lots(world, details["org"])]:
        webhooks.emit(world, details["org"], at, "credits.expiring_soon", balance(world, details["org"]))


def _expire(world: World, org: str, at: float) -> None:
    account = world.store.get(KIND, org)
    before = _lots(world, org)
    left = lots.lapsed(before, account["_held"], at)
    cents = sum(lot.cents for lot in before) - sum(lot.cents for lot in left)
    if not cents:
        return
    _change(world, org, at, available=-cents, left=left)
    transaction = _transaction(world, org, at, "expiration", -cents, "Credits expired after 12 months")
    audit.record(world, org, at, SYSTEM, "credits.expired", transaction)
    webhooks.emit(world, org, at, "credits.expired", transaction)
    _mind_low_balance(world, org, account["_available"], at)


def _mind_low_balance(world: World, org: str, before: int, at: float) -> None:
    """Tell of a balance that has become low, and buy credits if the settings say so."""
    settings, now = world.store.get("organization", org), balance(world, org)
    low, threshold = settings["low_balance_threshold_cents"], settings["auto_topup_threshold_cents"]
    amount, available = settings["auto_topup_amount_cents"], now["available_cents"]
    if low is not None and before >= low > available:
        webhooks.emit(world, org, at, "credits.low_balance", now)
    if settings["auto_topup_enabled"] and threshold is not None and amount is not None and available < threshold:
        event = "credits.auto_topped_up"
        purchase(world, org, amount, at, SYSTEM, event=event, description="Automatic top-up")


def _lots(world: World, org: str) -> list[Lot]:
    return [Lot(*lot) for lot in world.store.get(KIND, org)["_lots"]]


def _change(
    world: World, org: str, at: float, *, available: int = 0, held: int = 0, left: Optional[list[Lot]] = None
) -> None:
    """Move cents; `left` are the lots after it, when the total changes."""
    account = world.store.get(KIND, org)
    account.update(_available=account["_available"] + available, _held=account["_held"] + held, _at=timestamp(at))
    if left is not None:
        account["_lots"] = left
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
