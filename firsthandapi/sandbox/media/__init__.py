"""Files that simulated workers capture: drawn, played and filmed on the spot, with annotations that are true of them.

A *brief* is the title and description of a job; its words choose what is drawn (`subjects`). A *capture* is a file's
bytes with its facts (`model.Capture`). The stand-ins, plainly:

- images are drawings in the manner of photographs: menu boards, storefronts, street signs, receipts, shelves, posters;
- audio is tones, not speech: Morse code, dialled digits or a melody;
- videos are silent, two seconds long, and show such drawings with a moving camera, or cars that pass.

Workers who review content instead hand in a note of their opinion (`feedback`); files that come from elsewhere are
measured (`facts`).

Annotations do not come from a model that looks at the file but from what was drawn, so they are right: the text is the
text that can be read, the colours are in the picture, the sizes and lengths are those of the file. Confidences are made
up. The same random generator state and arguments give the same bytes, within one installation of Pillow and PyAV.
"""

from __future__ import annotations

import random
from typing import Optional

try:
    import av as av
    import PIL as PIL
except ImportError as _error:
    raise ImportError("the sandbox needs its extra: pip install 'firsthandapi[sandbox]'") from _error

from .audio import CODECS, capture_audio
from .bad import bad_audio, bad_image, bad_video
from .facts import facts_of
from .feedback import give_feedback
from .images import FORMATS, capture_image
from .model import Capture
from .video import CONTAINERS, capture_video

__all__ = ["LARGEST_SIDE", "SUPPORTED", "Capture", "bad_capture", "bad_feedback", "capture", "facts_of", "feedback"]

SUPPORTED = (*FORMATS, *CODECS, *CONTAINERS)
"""The MIME types that can be captured."""

LARGEST_SIDE = 4096
"""The widest and highest picture or film, in pixels."""


def capture(content_type: str, *, rng: random.Random, brief: str, size: Optional[tuple[int, int]] = None) -> Capture:
    """Make a good file.

    Args:
        content_type: one of `SUPPORTED`.
        rng: where all chance comes from; it is advanced.
        brief: title and description of the job.
        size: width and height in pixels, each 1 to `LARGEST_SIDE`; a video's odd ones are raised by 1. Default: about
            1200 x 900 for images and 480 x 360 for videos, varying. Text that would be too small to read is left out.
            Audio has no size.

    Raises:
        ValueError: the type is not supported, or the size out of range.
    """
    _check(content_type, size)
    if content_type in FORMATS:
        return capture_image(content_type, rng=rng, brief=brief, size=size)
    if content_type in CODECS:
        return capture_audio(content_type, rng=rng, brief=brief)
    return capture_video(content_type, rng=rng, brief=brief, size=size)


def bad_capture(content_type: str, *, rng: random.Random, brief: str) -> tuple[Capture, str]:
    """Make a file that deserves 1 or 2 stars: blurred, dark, tiny, cut off, silent, noisy or too short.

    Args:
        content_type: one of `SUPPORTED`.
        rng: where all chance comes from; it is advanced.
        brief: title and description of the job.

    Returns:
        The file, and in words what is wrong with it.

    Raises:
        ValueError: the type is not supported.
    """
    _check(content_type)
    make = bad_image if content_type in FORMATS else bad_audio if content_type in CODECS else bad_video
    return make(content_type, rng=rng, brief=brief)


def feedback(content_type: str, *, rng: random.Random, brief: str, size: Optional[tuple[int, int]] = None) -> Capture:
    """Make a file that holds a reviewer's opinion of the content that the brief speaks of.

    Args:
        content_type: one of `SUPPORTED`.
        rng: where all chance comes from; it is advanced.
        brief: title and description of the job.
        size: as for `capture`.

    Raises:
        ValueError: the type is not supported, or the size out of range.
    """
    _check(content_type, size)
    return give_feedback(content_type, rng=rng, brief=brief, size=size, hollow=False)[0]


def bad_feedback(content_type: str, *, rng: random.Random, brief: str) -> tuple[Capture, str]:
    """Make a file whose feedback deserves 1 or 2 stars, for it says nothing of the content; say why.

    Args:
        content_type: one of `SUPPORTED`.
        rng: where all chance comes from; it is advanced.
        brief: title and description of the job.

    Raises:
        ValueError: the type is not supported.
    """
    _check(content_type)
    return give_feedback(content_type, rng=rng, brief=brief, size=None, hollow=True)


def _check(content_type: str, size: Optional[tuple[int, int]] = None) -> None:
    if content_type not in SUPPORTED:
        raise ValueError(f"cannot capture {content_type!r}; supported are {', '.join(SUPPORTED)}")
    if size is not None and not all(1 <= side <= LARGEST_SIDE for side in size):
        raise ValueError(f"size must be 1 to {LARGEST_SIDE} pixels wide and high, not {size[0]} x {size[1]}")
