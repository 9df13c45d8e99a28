# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, model, readable, timestamp

if TYPE_CHECKING:
    from ..models.star_counts import StarCounts


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class SubmissionSummary(Model):
    """Counts of submissions. The fields are not published."""

    object: str
    """Always `submission_summary`."""

    job_id: None | str
    """The job that was asked for; null if all."""

    start_date: datetime.datetime
    """Beginning of the period."""

    end_date: datetime.datetime
    """End of the period."""

    total: int
    """All submissions of the period."""

    pending_score: int
    """Those that wait for their score."""

    approved: int
    """Those approved."""

    rejected: int
    """Those rejected."""

    retry_pending: int
    """Those being tried again."""

    approval_rate: float | None
    """Approved among those approved or rejected; null if there are none."""

    average_star_rating: float | None
    """Mean rating, in stars; null if none is scored."""

    star_counts: StarCounts
    """How many submissions got each rating."""

    _fields: ClassVar[dict[str, Field]] = {
        "object": Field("object"),
        "job_id": Field("job_id", required=False),
        "start_date": Field("start_date", timestamp),
        "end_date": Field("end_date", timestamp),
        "total": Field("total"),
        "pending_score": Field("pending_score"),
        "approved": Field("approved"),
        "rejected": Field("rejected"),
        "retry_pending": Field("retry_pending"),
        "approval_rate": Field("approval_rate", required=False),
        "average_star_rating": Field("average_star_rating", required=False),
        "star_counts": Field("star_counts", model("StarCounts")),
    }
