# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..types import Field, Model, readable


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class CreditPurchase(Model):
    """Credits to buy."""

    amount_cents: int
    """What to pay, in US cents. Known packs: 1000, 2500, 5000, 10000, 25000; whether other amounts are accepted is not published."""

    _fields: ClassVar[dict[str, Field]] = {
        "amount_cents": Field("amount_cents"),
    }
