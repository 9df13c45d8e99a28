# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, each, model, readable

if TYPE_CHECKING:
    from ..models.object_label import ObjectLabel
    from ..models.resolution import Resolution
    from ..models.scene import Scene
    from ..models.transcript_word import TranscriptWord


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class Annotations(Model):
    """What the AI says about a file. Which properties there are depends on the kind of file; each may be missing or null, and others may be added."""

    annotation_model: None | str = None
    """Model that wrote the annotations."""

    codec: None | str = None
    """Codec of the audio or video stream."""

    color_palette: list[str] | None = None
    """Main colours, as `#RRGGBB`."""

    fps: float | None = None
    """Frames per second."""

    language: None | str = None
    """Language spoken, as a BCP 47 tag."""

    object_labels: list[ObjectLabel] | None = None
    """Things seen in the picture."""

    ocr_text: None | str = None
    """Text read from the picture; lines end with a newline."""

    resolution: None | Resolution = None
    """Size of the picture."""

    sample_rate_hz: int | None = None
    """Samples per second."""

    scene_classification: None | str = None
    """Kind of scene."""

    scenes: list[Scene] | None = None
    """The video's scenes, in order."""

    speakers: int | None = None
    """How many people speak."""

    transcript: None | str = None
    """What is said."""

    words: list[TranscriptWord] | None = None
    """The transcript's words with their times."""

    _fields: ClassVar[dict[str, Field]] = {
        "annotation_model": Field("annotation_model", required=False),
        "codec": Field("codec", required=False),
        "color_palette": Field("color_palette", required=False),
        "fps": Field("fps", required=False),
        "language": Field("language", required=False),
        "object_labels": Field("object_labels", each(model("ObjectLabel")), required=False),
        "ocr_text": Field("ocr_text", required=False),
        "resolution": Field("resolution", model("Resolution"), required=False),
        "sample_rate_hz": Field("sample_rate_hz", required=False),
        "scene_classification": Field("scene_classification", required=False),
        "scenes": Field("scenes", each(model("Scene")), required=False),
        "speakers": Field("speakers", required=False),
        "transcript": Field("transcript", required=False),
        "words": Field("words", each(model("TranscriptWord")), required=False),
    }
