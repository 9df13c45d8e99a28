# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, model, readable, timestamp

if TYPE_CHECKING:
    from ..models.json_object import JsonObject
    from ..models.webhook_event_status import WebhookEventStatus
    from ..models.webhook_event_type import WebhookEventType


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class WebhookEvent(Model):
    """An event as the service keeps it: the body that is sent, and how its delivery stands."""

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

    data: JsonObject
    """A free-form JSON object."""

    status: WebhookEventStatus
    """How the delivery of an event stands. `failed` comes after 6 attempts."""

    attempts: int
    """How often delivery was tried."""

    last_attempt_at: datetime.datetime | None
    """When it was last tried; null if never."""

    next_attempt_at: datetime.datetime | None
    """When it is tried next; null if it is not."""

    _fields: ClassVar[dict[str, Field]] = {
        "id": Field("id"),
        "object": Field("object"),
        "type": Field("type"),
        "api_version": Field("api_version"),
        "created_at": Field("created_at", timestamp),
        "data": Field("data", model("JsonObject")),
        "status": Field("status"),
        "attempts": Field("attempts"),
        "last_attempt_at": Field("last_attempt_at", timestamp, required=False),
        "next_attempt_at": Field("next_attempt_at", timestamp, required=False),
    }
