# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import UNSET, Field, Model, Unset, model, readable, timestamp

if TYPE_CHECKING:
    from ..models.job_type import JobType
    from ..models.location import Location
    from ..models.metadata import Metadata
    from ..models.mime_type import MimeType


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class JobCreate(Model):
    """A job to post."""

    type: JobType
    """`data_collection`: workers capture original files. `feedback`: workers review supplied content."""

    description: str
    """What to capture or review, as the workers read it."""

    files_needed: int
    """How many approved files are wanted."""

    accepted_formats: list[MimeType]
    """MIME types that workers may upload."""

    price_per_file_cents: int
    """What one approved file costs, in US cents. Some formats may have a higher minimum (not published)."""

    deadline: datetime.datetime | Unset = UNSET
    """When the job should be done."""

    files_per_submission: int | Unset = UNSET
    """How many files one worker hands in at a time."""

    location: Location | Unset = UNSET
    """A circle on the map in which the files must be captured."""

    max_workers: int | Unset = UNSET
    """How many workers may work on the job at the same time; unlimited if not given."""

    metadata: Metadata | Unset = UNSET
    """The caller's own key-value pairs, at most 20. Values are strings, numbers or booleans (inferred)."""

    min_height: int | Unset = UNSET
    """Smallest height in pixels; lower files are rejected before scoring."""

    min_star_rating: int | Unset = UNSET
    """Lowest AI rating that is approved, in stars."""

    min_width: int | Unset = UNSET
    """Smallest width in pixels; narrower files are rejected before scoring."""

    scoring_criteria: str | Unset = UNSET
    """The caller's own rubric for the AI scoring."""

    title: str | Unset = UNSET
    """Label shown in the dashboard."""

    worker_guidelines: str | Unset = UNSET
    """Further instructions for workers."""

    _fields: ClassVar[dict[str, Field]] = {
        "type": Field("type"),
        "description": Field("description"),
        "files_needed": Field("files_needed"),
        "accepted_formats": Field("accepted_formats"),
        "price_per_file_cents": Field("price_per_file_cents"),
        "deadline": Field("deadline", timestamp, required=False),
        "files_per_submission": Field("files_per_submission", required=False),
        "location": Field("location", model("Location"), required=False),
        "max_workers": Field("max_workers", required=False),
        "metadata": Field("metadata", model("Metadata"), required=False),
        "min_height": Field("min_height", required=False),
        "min_star_rating": Field("min_star_rating", required=False),
        "min_width": Field("min_width", required=False),
        "scoring_criteria": Field("scoring_criteria", required=False),
        "title": Field("title", required=False),
        "worker_guidelines": Field("worker_guidelines", required=False),
    }
