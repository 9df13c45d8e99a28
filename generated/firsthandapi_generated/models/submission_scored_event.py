# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, model, readable, timestamp

if TYPE_CHECKING:
    from ..models.submission_scored_data import SubmissionScoredData
    from ..models.webhook_event_type import WebhookEventType


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class SubmissionScoredEvent(Model):
    """The body of `submission.scored`."""

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

    data: SubmissionScoredData
    """The submission of a `submission.scored` event."""

    _fields: ClassVar[dict[str, Field]] = {
        "id": Field("id"),
        "object": Field("object"),
        "type": Field("type"),
        "api_version": Field("api_version"),
        "created_at": Field("created_at", timestamp),
        "data": Field("data", model("SubmissionScoredData")),
    }
