# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import UNSET, Field, Model, Unset, model, readable

if TYPE_CHECKING:
    from ..models.json_object import JsonObject
    from ..models.metadata import Metadata


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class TaskCreate(Model):
    """An AI output to be reviewed by a human."""

    task_type: str
    """Kind of task. `support_reply` is the only known value; any other is refused with "Invalid task_type"."""

    candidate_output: JsonObject | Unset = UNSET
    """A free-form JSON object."""

    category: str | Unset = UNSET
    """Kind of content. `text` is the only known value."""

    input: JsonObject | Unset = UNSET
    """A free-form JSON object."""

    metadata: Metadata | Unset = UNSET
    """The caller's own key-value pairs, at most 20. Values are strings, numbers or booleans (inferred)."""

    _fields: ClassVar[dict[str, Field]] = {
        "task_type": Field("task_type"),
        "candidate_output": Field("candidate_output", model("JsonObject"), required=False),
        "category": Field("category", required=False),
        "input": Field("input", model("JsonObject"), required=False),
        "metadata": Field("metadata", model("Metadata"), required=False),
    }
