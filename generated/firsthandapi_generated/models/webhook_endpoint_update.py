# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import UNSET, Field, Model, Unset, readable

if TYPE_CHECKING:
    from ..models.webhook_event_type import WebhookEventType


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class WebhookEndpointUpdate(Model):
    """What to change about a webhook endpoint; what is not given stays. The fields are not published."""

    enabled: bool | Unset = UNSET
    """Whether events are sent at all."""

    events: list[WebhookEventType] | Unset = UNSET
    """Which events are sent."""

    url: str | Unset = UNSET
    """Where events are sent. HTTPS only."""

    _fields: ClassVar[dict[str, Field]] = {
        "enabled": Field("enabled", required=False),
        "events": Field("events", required=False),
        "url": Field("url", required=False),
    }
