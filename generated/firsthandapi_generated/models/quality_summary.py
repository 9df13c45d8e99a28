# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, model, readable, timestamp

if TYPE_CHECKING:
    from ..models.star_counts import StarCounts
    from ..models.task_decision_counts import TaskDecisionCounts


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class QualitySummary(Model):
    """Quality over everything the organization asked for. The fields are not published."""

    object: str
    """Always `quality_summary`."""

    submissions_scored: int
    """Submissions scored."""

    submissions_approved: int
    """Submissions approved."""

    submissions_rejected: int
    """Submissions rejected."""

    approval_rate: float | None
    """Approved among those approved or rejected; null if there are none."""

    average_star_rating: float | None
    """Mean rating, in stars; null if none is scored."""

    star_counts: StarCounts
    """How many submissions got each rating."""

    tasks_resolved: int
    """Tasks resolved."""

    task_decisions: TaskDecisionCounts
    """How many tasks got each decision."""

    updated_at: datetime.datetime
    """When these numbers were made."""

    _fields: ClassVar[dict[str, Field]] = {
        "object": Field("object"),
        "submissions_scored": Field("submissions_scored"),
        "submissions_approved": Field("submissions_approved"),
        "submissions_rejected": Field("submissions_rejected"),
        "approval_rate": Field("approval_rate", required=False),
        "average_star_rating": Field("average_star_rating", required=False),
        "star_counts": Field("star_counts", model("StarCounts")),
        "tasks_resolved": Field("tasks_resolved"),
        "task_decisions": Field("task_decisions", model("TaskDecisionCounts")),
        "updated_at": Field("updated_at", timestamp),
    }
