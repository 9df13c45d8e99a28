# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, readable, timestamp

if TYPE_CHECKING:
    from ..models.submission_status import SubmissionStatus


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class SubmissionEventData(Model):
    """The submission of a `submission.approved` or `submission.rejected` event."""

    object: str
    """Always `submission`."""

    id: str
    """The submission's id."""

    job_id: str
    """The job that it was made for."""

    status: SubmissionStatus
    """Where a submission stands.

    - `pending_score`: uploaded, waiting for the AI (typically 5 to 15 seconds)
    - `approved`: its rating reached the job's `min_star_rating`
    - `rejected`: it did not; nothing is charged
    - `retry_pending`: rejected, and the worker is trying again"""

    ai_star_rating: int | None
    """The AI's rating, in stars; null if it was not scored."""

    ai_reasoning: None | str
    """Why the AI rated it so."""

    file_url: None | str
    """Link to the file; null if there is none to show."""

    content_type: str
    """MIME type."""

    submitted_at: datetime.datetime
    """When it was uploaded."""

    _fields: ClassVar[dict[str, Field]] = {
        "object": Field("object"),
        "id": Field("id"),
        "job_id": Field("job_id"),
        "status": Field("status"),
        "ai_star_rating": Field("ai_star_rating", required=False),
        "ai_reasoning": Field("ai_reasoning", required=False),
        "file_url": Field("file_url", required=False),
        "content_type": Field("content_type"),
        "submitted_at": Field("submitted_at", timestamp),
    }
