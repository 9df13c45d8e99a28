# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, model, readable, timestamp

if TYPE_CHECKING:
    from ..models.job_status import JobStatus
    from ..models.job_type import JobType
    from ..models.location import Location
    from ..models.metadata import Metadata
    from ..models.mime_type import MimeType


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class Job(Model):
    """A job: what was asked for, and how far it has come."""

    object: str
    """Always `job`."""

    id: str
    """The job's id."""

    status: JobStatus
    """Where a job stands.

    - `active`: posted, accepting workers (the blog's word for `open`)
    - `open`: accepting workers
    - `filled`: all places taken, awaiting scoring
    - `in_progress`: at least one file approved, may still accept workers
    - `completed`: all files approved; final
    - `cancelled`: cancelled by the buyer; final"""

    type: JobType
    """`data_collection`: workers capture original files. `feedback`: workers review supplied content."""

    title: None | str
    """Label shown in the dashboard."""

    description: str
    """What workers were asked for."""

    accepted_formats: list[MimeType]
    """MIME types that workers may upload."""

    files_needed: int
    """How many approved files are wanted."""

    files_approved: int
    """How many files are approved so far."""

    files_pending: int
    """How many files wait for their score."""

    files_rejected: int
    """How many files were rejected so far."""

    price_per_file_cents: int
    """Price of one approved file, in US cents."""

    total_cost_cents: int
    """`files_needed` times `price_per_file_cents`: what is put in escrow, in US cents."""

    files_per_submission: int
    """How many files one worker hands in at a time."""

    min_star_rating: int
    """Lowest AI rating that is approved, in stars."""

    scoring_criteria: None | str
    """The caller's own rubric for the AI scoring."""

    min_width: int | None
    """Smallest accepted width, in pixels."""

    min_height: int | None
    """Smallest accepted height, in pixels."""

    worker_guidelines: None | str
    """Further instructions for workers."""

    location: Location | None
    """Where the files must be captured."""

    deadline: datetime.datetime | None
    """When the job should be done."""

    max_workers: int | None
    """How many workers may work at the same time; null means unlimited."""

    metadata: Metadata | None
    """The caller's own data."""

    rating: int | None
    """The buyer's rating of the finished job, 1 to 5 stars; null before it is given."""

    created_at: datetime.datetime
    """When the job was posted."""

    updated_at: datetime.datetime
    """When the job last changed."""

    completed_at: datetime.datetime | None
    """When the last file was approved."""

    cancelled_at: datetime.datetime | None
    """When the job was cancelled."""

    _fields: ClassVar[dict[str, Field]] = {
        "object": Field("object"),
        "id": Field("id"),
        "status": Field("status"),
        "type": Field("type"),
        "title": Field("title", required=False),
        "description": Field("description"),
        "accepted_formats": Field("accepted_formats"),
        "files_needed": Field("files_needed"),
        "files_approved": Field("files_approved"),
        "files_pending": Field("files_pending"),
        "files_rejected": Field("files_rejected"),
        "price_per_file_cents": Field("price_per_file_cents"),
        "total_cost_cents": Field("total_cost_cents"),
        "files_per_submission": Field("files_per_submission"),
        "min_star_rating": Field("min_star_rating"),
        "scoring_criteria": Field("scoring_criteria", required=False),
        "min_width": Field("min_width", required=False),
        "min_height": Field("min_height", required=False),
        "worker_guidelines": Field("worker_guidelines", required=False),
        "location": Field("location", model("Location"), required=False),
        "deadline": Field("deadline", timestamp, required=False),
        "max_workers": Field("max_workers", required=False),
        "metadata": Field("metadata", model("Metadata"), required=False),
        "rating": Field("rating", required=False),
        "created_at": Field("created_at", timestamp),
        "updated_at": Field("updated_at", timestamp),
        "completed_at": Field("completed_at", timestamp, required=False),
        "cancelled_at": Field("cancelled_at", timestamp, required=False),
    }
