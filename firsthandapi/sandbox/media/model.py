"""What a simulated worker hands in: a `Capture`, that is a file's bytes and the facts that are true of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Optional, Union

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

JSON: TypeAlias = "Union[bool, int, float, str, list[JSON], dict[str, JSON], None]"
"""A value that JSON can express."""

ANNOTATION_MODEL = "firsthandapi-sandbox-1"
"""The `annotation_model` of everything drawn here: no model looked at the file, the sandbox knows what it drew."""


class Capture(NamedTuple):
    """A captured file with its facts.

    Attributes:
        content: the bytes of the file.
        content_type: its MIME type.
        width: pixels, images and videos only.
        height: pixels, images and videos only.
        duration_seconds: length of audio and video, as its container states it.
        annotations: the `annotations` of the API's File object.
        keyframes: the `keyframes` of the API's File object, videos only.
    """

    content: bytes
    content_type: str
    width: Optional[int]
    height: Optional[int]
    duration_seconds: Optional[float]
    annotations: dict[str, JSON]
    keyframes: Optional[list[dict[str, JSON]]]
