# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, model, readable, timestamp

if TYPE_CHECKING:
    from ..models.credit_balance import CreditBalance
    from ..models.webhook_event_type import WebhookEventType


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class CreditBalanceEvent(Model):
    """The body of `credits.low_balance` and `credits.expiring_soon`."""

    id: str
    """The event's id, the same in every attempt."""

    object: str
    """Always `event`."""

    type: WebhookEventType
    """What happened. The service may add values at any time."""

    api_version: str
    """Version of the API that wrote the event."""

    created_at: datetime.datetime
    """When it happened."""

    data: CreditBalance
    """The organization's credits. One credit is one US cent."""

    _fields: ClassVar[dict[str, Field]] = {
        "id": Field("id"),
        "object": Field("object"),
        "type": Field("type"),
        "api_version": Field("api_version"),
        "created_at": Field("created_at", timestamp),
        "data": Field("data", model("CreditBalance")),
    }
