"""Lots: credits that came at the same moment, and so expire at the same moment.

An account's lots are kept in the order in which they expire. What is paid comes out of the first ones, and the cents
in escrow are taken to be those of the first ones too: while a job holds them they do not expire, and what of them
comes back after their time expires at once. Documented are the 12 months, and that the oldest go first; the rest, and
that credits which nobody bought expire as well, is inferred.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

WARNING = 30 * 24 * 3600
"""Virtual seconds before credits expire at which their owner is told."""


class Lot(NamedTuple):
    """`cents` that expire at the moment `end`."""

    end: float
    cents: int


def end_of(at: float) -> float:
    """The moment at which credits that come at `at` expire: 12 months later, by the calendar."""
    return (datetime.fromtimestamp(at, timezone.utc) + relativedelta(months=12)).timestamp()


def with_added(lots: Sequence[Lot], added: Lot) -> list[Lot]:
    """The lots and one more; lots that expire together are one."""
    together = added.cents + sum(lot.cents for lot in lots if lot.end == added.end)
    return sorted([*(lot for lot in lots if lot.end != added.end), Lot(added.end, together)])


def without(lots: Sequence[Lot], cents: int) -> list[Lot]:
    """What is left of the lots when cents are taken out of those that expire first."""
    left: list[Lot] = []
    for lot in lots:
        taken = min(lot.cents, cents)
        cents -= taken
        if lot.cents > taken:
            left.append(Lot(lot.end, lot.cents - taken))
    return left


def lapsed(lots: Sequence[Lot], held: int, at: float) -> list[Lot]:
    """What is left of the lots when all has expired that is over at the moment `at` and not held in escrow."""
    left: list[Lot] = []
    for lot in lots:
        covered = min(lot.cents, held)
        held -= covered
        cents = covered if lot.end <= at else lot.cents
        if cents:
            left.append(Lot(lot.end, cents))
    return left
