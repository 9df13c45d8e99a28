# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, readable

if TYPE_CHECKING:
    from ..models.webhook_event_type import WebhookEventType


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class WebhookEndpointCreate(Model):
    """A webhook endpoint to register."""

    url: str
    """Where events are sent. HTTPS only: other URLs are refused with status 422."""

    events: list[WebhookEventType]
    """Which events are sent."""

    _fields: ClassVar[dict[str, Field]] = {
        "url": Field("url"),
        "events": Field("events"),
    }
