# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..types import Field, Model, readable


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class Checkout(Model):
    """A payment that waits for the buyer."""

    object: str
    """Always `checkout`."""

    checkout_url: str
    """Stripe Checkout page, to be opened in a browser."""

    amount_cents: int
    """What will be paid, in US cents."""

    _fields: ClassVar[dict[str, Field]] = {
        "object": Field("object"),
        "checkout_url": Field("checkout_url"),
        "amount_cents": Field("amount_cents"),
    }
