# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import Literal, Union

KnownMimeType = Literal[
    "audio/mp4",
    "audio/mpeg",
    "audio/wav",
    "audio/x-m4a",
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/mp4",
    "video/quicktime",
]
"""The values in the contract."""

MimeType = Union[KnownMimeType, str]
"""What an answer may hold: one of the values in the contract, or one that is newer."""

MIME_TYPE_VALUES: tuple[KnownMimeType, ...] = (
    "audio/mp4",
    "audio/mpeg",
    "audio/wav",
    "audio/x-m4a",
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/mp4",
    "video/quicktime",
)
