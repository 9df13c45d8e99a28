"""Submissions and files as the API and its events show them, with links to their bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firsthandapi.sandbox.clock import timestamp
from firsthandapi.sandbox.storage import LIFETIME
from firsthandapi.sandbox.store import Document, public

if TYPE_CHECKING:
    from firsthandapi.sandbox.world import World

_EVENT_FIELDS = (
    "object",
    "id",
    "job_id",
    "status",
    "ai_star_rating",
    "ai_reasoning",
    "file_url",
    "content_type",
    "submitted_at",
)


def submission_view(world: World, submission: Document, now: float) -> Document:
    """The Submission, with a fresh link to its (first) file."""
    view = public(submission)
    view["file_url"] = world.storage.url(world.base_url, submission["_files"][0]["id"], now + LIFETIME)
    return view


def submission_event(world: World, submission: Document, now: float) -> Document:
    """The submission as `submission.approved` and `submission.rejected` carry it."""
    view = submission_view(world, submission, now)
    return {name: view[name] for name in _EVENT_FIELDS}


def file_view(world: World, file: Document, now: float) -> Document:
    """The File, with a fresh download link."""
    return {
        **public(file),
        "download_url": world.storage.url(world.base_url, file["id"], now + LIFETIME),
        "download_url_expires_at": timestamp(now + LIFETIME),
    }
