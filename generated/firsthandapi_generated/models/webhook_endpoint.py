# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, readable, timestamp

if TYPE_CHECKING:
    from ..models.webhook_event_type import WebhookEventType


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class WebhookEndpoint(Model):
    """A webhook endpoint, without its signing secret."""

    object: str
    """Always `webhook_endpoint`."""

    id: str
    """The endpoint's id."""

    url: str
    """Where events are sent."""

    events: list[WebhookEventType]
    """Which events are sent."""

    enabled: bool
    """Whether events are sent at all."""

    created_at: datetime.datetime
    """When the endpoint was registered."""

    updated_at: datetime.datetime
    """When the endpoint last changed."""

    _fields: ClassVar[dict[str, Field]] = {
        "object": Field("object"),
        "id": Field("id"),
        "url": Field("url"),
        "events": Field("events"),
        "enabled": Field("enabled"),
        "created_at": Field("created_at", timestamp),
        "updated_at": Field("updated_at", timestamp),
    }
