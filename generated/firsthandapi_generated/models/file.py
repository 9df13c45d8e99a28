# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, each, model, readable, timestamp

if TYPE_CHECKING:
    from ..models.annotations import Annotations
    from ..models.device_info import DeviceInfo
    from ..models.keyframe import Keyframe


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class File(Model):
    """An approved file. It never changes, but its download link is renewed."""

    object: str
    """Always `file`."""

    id: str
    """The file's id."""

    job_id: str
    """The job that it was made for."""

    submission_id: str
    """The submission that it came with."""

    content_type: str
    """MIME type."""

    size_bytes: int
    """Size, in bytes."""

    duration_seconds: float | None
    """Length of audio and video, in seconds; null for images."""

    width: int | None
    """Width of images and video, in pixels; null for audio."""

    height: int | None
    """Height of images and video, in pixels; null for audio."""

    content_hash: str
    """SHA-256 of the file's bytes, as 64 lower-case hexadecimal digits (the form is inferred)."""

    captured_at: datetime.datetime | None
    """When the file was captured, by its EXIF data; null if unknown."""

    ai_star_rating: int
    """The AI's rating, in stars."""

    device_info: DeviceInfo
    """The device that captured a file."""

    worker_region: None | str
    """Where the worker was, by GPS; null if not shared."""

    download_url: str
    """Pre-signed link to the bytes, valid for 7 days. It needs no API key; never send one."""

    download_url_expires_at: datetime.datetime
    """When the link ends."""

    annotations: Annotations | None
    """What the AI says about the file; null where it could not or must not say."""

    keyframes: list[Keyframe] | None
    """Sampled frames of a video; null for other files."""

    created_at: datetime.datetime
    """When the file was approved."""

    _fields: ClassVar[dict[str, Field]] = {
        "object": Field("object"),
        "id": Field("id"),
        "job_id": Field("job_id"),
        "submission_id": Field("submission_id"),
        "content_type": Field("content_type"),
        "size_bytes": Field("size_bytes"),
        "duration_seconds": Field("duration_seconds", required=False),
        "width": Field("width", required=False),
        "height": Field("height", required=False),
        "content_hash": Field("content_hash"),
        "captured_at": Field("captured_at", timestamp, required=False),
        "ai_star_rating": Field("ai_star_rating"),
        "device_info": Field("device_info", model("DeviceInfo")),
        "worker_region": Field("worker_region", required=False),
        "download_url": Field("download_url"),
        "download_url_expires_at": Field("download_url_expires_at", timestamp),
        "annotations": Field("annotations", model("Annotations"), required=False),
        "keyframes": Field("keyframes", each(model("Keyframe")), required=False),
        "created_at": Field("created_at", timestamp),
    }
