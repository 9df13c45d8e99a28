# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, each, model, readable

if TYPE_CHECKING:
    from ..models.object_label import ObjectLabel


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class Keyframe(Model):
    """One sampled frame of a video. Its properties are not published; others may be added."""

    object_labels: list[ObjectLabel] | None = None
    """Things seen in the frame."""

    timestamp_seconds: float | None = None
    """When the frame is shown, in seconds."""

    url: None | str = None
    """Pre-signed link to the frame's picture."""

    _fields: ClassVar[dict[str, Field]] = {
        "object_labels": Field("object_labels", each(model("ObjectLabel")), required=False),
        "timestamp_seconds": Field("timestamp_seconds", required=False),
        "url": Field("url", required=False),
    }
