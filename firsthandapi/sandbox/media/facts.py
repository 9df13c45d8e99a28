"""What a file that comes from elsewhere says of itself: its size in pixels and its length."""

# PyAV describes its types with NumPy and newer Pythons, neither of which may be there.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import io
from typing import NamedTuple, Optional

import av
from av.error import FFmpegError
from PIL import Image


class Facts(NamedTuple):
    """What can be read of a file; None for what does not apply or cannot be read."""

    width: Optional[int] = None
    height: Optional[int] = None
    duration_seconds: Optional[float] = None


def facts_of(content: bytes, content_type: str) -> Facts:
    """Read the size of a picture, the length of a recording, both of a film; nothing of a file that is broken.

    Args:
        content: the bytes.
        content_type: what they are said to be: `image/...`, `audio/...` or `video/...`.
    """
    try:
        if content_type.startswith("image/"):
            with Image.open(io.BytesIO(content)) as image:
                return Facts(*image.size)
        with av.open(io.BytesIO(content)) as container:
            seconds = None if container.duration is None else round(container.duration / av.time_base, 3)
            if content_type.startswith("audio/"):
                return Facts(duration_seconds=seconds)
            films = container.streams.video
            return Facts(films[0].width, films[0].height, seconds) if films else Facts()
    except (OSError, ValueError, FFmpegError, Image.DecompressionBombError):
        return Facts()
