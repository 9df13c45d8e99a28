"""The two vocabularies of a job, and the way from one to the other.

*Documented words* are those of the HTTP API: `accepted_formats`, `files_needed`, `price_per_file_cents`.
*Everyday words* are those of the service's five-minute guide: `content_type` with `file_formats`, `quantity`,
`reward_per_file`. One credit is one cent, so prices need no conversion. The wire always speaks the documented words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Optional, TypedDict, Union, cast

from .errors import FirstHandArgumentError

if TYPE_CHECKING:
    import datetime

    from firsthandapi_generated.models.job_type import KnownJobType
    from firsthandapi_generated.models.mime_type import KnownMimeType

ContentType = Literal["image", "audio", "video"]
FileFormat = Literal["jpeg", "jpg", "png", "webp", "mp3", "wav", "m4a", "mp4", "mov"]

MIME_TYPES: dict[str, dict[str, str]] = {
    "image": {"jpeg": "image/jpeg", "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"},
    "audio": {"mp3": "audio/mpeg", "wav": "audio/wav", "m4a": "audio/mp4"},
    "video": {"mp4": "video/mp4", "mov": "video/quicktime"},
}
EXTENSIONS: dict[Union[KnownMimeType, str], str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/mp4": "m4a",
    "audio/x-m4a": "m4a",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
}
"""File name extension by MIME type."""

RENAMED = {"quantity": "files_needed", "reward_per_file": "price_per_file_cents"}
"""Documented word by everyday word, where the value stays the same."""


class JobArguments(TypedDict, total=False):
    """Arguments of `jobs.create`, in either vocabulary; see there for what each means."""

    type: KnownJobType
    title: str
    description: str
    accepted_formats: Sequence[KnownMimeType]
    files_needed: int
    price_per_file_cents: int
    content_type: ContentType
    file_formats: Sequence[FileFormat]
    quantity: int
    reward_per_file: int
    files_per_submission: int
    min_star_rating: int
    scoring_criteria: str
    min_width: int
    min_height: int
    worker_guidelines: str
    location: Mapping[str, float]
    deadline: Union[str, datetime.datetime]
    max_workers: int
    metadata: Mapping[str, Any]
    idempotency_key: Optional[str]


def job_words(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The arguments in documented words, and for each the word that the caller used.

    Raises `FirstHandArgumentError` where both vocabularies were used for one thing, or a format is unknown.
    """
    wire = {name: value for name, value in given.items() if value is not None}
    spoken = {name: name for name in wire}
    for everyday, documented in RENAMED.items():
        if everyday in wire:
            _only_one(everyday, documented, wire)
            wire[documented] = wire.pop(everyday)
            spoken[documented] = everyday
    if "content_type" in wire or "file_formats" in wire:
        word = "file_formats" if "file_formats" in wire else "content_type"
        _only_one(word, "accepted_formats", wire)
        wire["accepted_formats"] = _mime_types(wire.pop("content_type", None), wire.pop("file_formats", None))
        spoken["accepted_formats"] = word
    return wire, spoken


def _only_one(everyday: str, documented: str, given: Mapping[str, Any]) -> None:
    if documented in given:
        raise FirstHandArgumentError(everyday, f"says the same as {documented}: give one of the two")


def _mime_types(content_type: Any, formats: Any) -> list[str]:
    if content_type is None:
        raise FirstHandArgumentError("content_type", "is needed with file_formats: image, audio or video")
    known = MIME_TYPES.get(content_type) if isinstance(content_type, str) else None
    if known is None:
        raise FirstHandArgumentError("content_type", f"must be image, audio or video, not {content_type!r}")
    if formats is None:
        return list(dict.fromkeys(known.values()))
    if isinstance(formats, str) or not isinstance(formats, Sequence):
        raise FirstHandArgumentError("file_formats", f"must be a list such as ['jpeg'], not {formats!r}")
    names = cast("Sequence[str]", formats)
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise FirstHandArgumentError(
                "file_formats", f"{name!r} is no format of content_type {content_type!r}: {', '.join(known)}"
            )
    return list(dict.fromkeys(known[name] for name in names))
