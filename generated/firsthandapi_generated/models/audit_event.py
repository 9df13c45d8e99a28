# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, model, readable, timestamp

if TYPE_CHECKING:
    from ..models.json_object import JsonObject


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class AuditEvent(Model):
    """One line of the audit log. The fields are not published."""

    object: str
    """Always `audit_event`."""

    id: str
    """The audit event's id."""

    action: str
    """What was done."""

    actor_type: str
    """Who did it: `api_key`, `user`, `worker` or `system`."""

    actor_id: None | str
    """Id of who did it; null for the system."""

    resource_type: str
    """Kind of thing it was done to."""

    resource_id: str
    """Id of the thing it was done to."""

    changes: JsonObject | None
    """What changed, by field; null if not recorded."""

    request_id: None | str
    """The request that did it; null if none did."""

    created_at: datetime.datetime
    """When it was done."""

    _fields: ClassVar[dict[str, Field]] = {
        "object": Field("object"),
        "id": Field("id"),
        "action": Field("action"),
        "actor_type": Field("actor_type"),
        "actor_id": Field("actor_id", required=False),
        "resource_type": Field("resource_type"),
        "resource_id": Field("resource_id"),
        "changes": Field("changes", model("JsonObject"), required=False),
        "request_id": Field("request_id", required=False),
        "created_at": Field("created_at", timestamp),
    }
