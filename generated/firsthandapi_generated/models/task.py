# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, model, readable, timestamp

if TYPE_CHECKING:
    from ..models.json_object import JsonObject
    from ..models.metadata import Metadata
    from ..models.task_decision import TaskDecision
    from ..models.task_status import TaskStatus


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class Task(Model):
    """A task and its review."""

    object: str
    """Always `task`."""

    id: str
    """The task's id."""

    status: TaskStatus
    """Where a task stands.

    - `pending`: waiting for a reviewer (inferred)
    - `in_review`: a reviewer has it (inferred)
    - `resolved`: reviewed, `decision` is set; final
    - `completed`, `timed_out`, `failed`, `cancelled`: final"""

    task_type: str
    """Kind of task, such as `support_reply`."""

    category: None | str
    """Kind of content, such as `text`."""

    input: JsonObject | None
    """What the AI was given."""

    candidate_output: JsonObject | None
    """What the AI answered."""

    decision: None | TaskDecision
    """What the reviewer decided; null before."""

    output: JsonObject | None
    """The edited output after `approve_with_edit`; null otherwise."""

    metadata: Metadata | None
    """The caller's own data."""

    created_at: datetime.datetime
    """When the task was submitted."""

    updated_at: datetime.datetime
    """When the task last changed."""

    resolved_at: datetime.datetime | None
    """When the reviewer decided; null before."""

    _fields: ClassVar[dict[str, Field]] = {
        "object": Field("object"),
        "id": Field("id"),
        "status": Field("status"),
        "task_type": Field("task_type"),
        "category": Field("category", required=False),
        "input": Field("input", model("JsonObject"), required=False),
        "candidate_output": Field("candidate_output", model("JsonObject"), required=False),
        "decision": Field("decision", required=False),
        "output": Field("output", model("JsonObject"), required=False),
        "metadata": Field("metadata", model("Metadata"), required=False),
        "created_at": Field("created_at", timestamp),
        "updated_at": Field("updated_at", timestamp),
        "resolved_at": Field("resolved_at", timestamp, required=False),
    }
