# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, readable, timestamp

if TYPE_CHECKING:
    from ..models.transaction_type import TransactionType


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class CreditTransaction(Model):
    """One change of the balance."""

    object: str
    """Always `credit_transaction`."""

    id: str
    """The transaction's id."""

    type: TransactionType
    """Why credits came or went."""

    amount_cents: int
    """What came (positive) or went (negative; the sign is inferred), in US cents."""

    description: str
    """Why, for people to read."""

    job_id: None | str
    """The job that it belongs to; null if none."""

    created_at: datetime.datetime
    """When it happened."""

    _fields: ClassVar[dict[str, Field]] = {
        "object": Field("object"),
        "id": Field("id"),
        "type": Field("type"),
        "amount_cents": Field("amount_cents"),
        "description": Field("description"),
        "job_id": Field("job_id", required=False),
        "created_at": Field("created_at", timestamp),
    }
