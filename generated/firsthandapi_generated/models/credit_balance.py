# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

import datetime
from typing import ClassVar

from attrs import define

from ..types import Field, Model, readable, timestamp


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class CreditBalance(Model):
    """The organization's credits. One credit is one US cent."""

    object: str
    """Always `credit_balance`."""

    available_cents: int
    """What can be spent."""

    held_cents: int
    """What is held in escrow for running jobs."""

    total_cents: int
    """The sum of both."""

    currency: str
    """Always `usd`."""

    updated_at: datetime.datetime
    """When the balance last changed."""

    _fields: ClassVar[dict[str, Field]] = {
        "object": Field("object"),
        "available_cents": Field("available_cents"),
        "held_cents": Field("held_cents"),
        "total_cents": Field("total_cents"),
        "currency": Field("currency"),
        "updated_at": Field("updated_at", timestamp),
    }
