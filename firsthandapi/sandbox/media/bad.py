"""Poor captures, each poor in one way, for submissions that are to be rejected.

A *flaw* takes what a good capture starts from and spoils it; what is annotated afterwards is true of the spoiled file.
"""

# Pillow describes its types with NumPy, which is not needed here and so not there.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import random
from array import array
from typing import Callable

from PIL import Image, ImageFilter

from . import audio, images, video
from .audio import RATE, Recording
from .model import Capture
from .photo import Picture, lines_within
from .video import Shot

CERTAINTY = 0.55
"""How sure the labels of a poor picture are, against those of a good one."""

THUMB = 40
"""The longer side of a tiny picture, in pixels: even the name of a shop is a blot."""

DARK = [value * 10 // 255 for value in range(256)] * 3


def bad_image(content_type: str, *, rng: random.Random, brief: str) -> tuple[Capture, str]:
    """A picture that is out of focus, dark, tiny or cut off, and why it is poor."""
    picture = images.draw_picture(brief, rng=rng, size=rng.choice(images.SIZES), grain=content_type != "image/png")
    spoil, reason = rng.choice(IMAGE_FLAWS)
    return images.encode_image(spoil(picture), content_type, rng=rng, certainty=CERTAINTY), reason


def bad_audio(content_type: str, *, rng: random.Random, brief: str) -> tuple[Capture, str]:
    """A recording that is silent, cut short or nothing but noise, and why it is poor."""
    record, reason = rng.choice(AUDIO_FLAWS)
    return audio.encode_audio(record(rng), content_type), reason


def bad_video(content_type: str, *, rng: random.Random, brief: str) -> tuple[Capture, str]:
    """A film that is out of focus, dark or over at once, and why it is poor."""
    fps, size = 10, rng.choice(video.SIZES)
    shots = video.film(brief, rng=rng, size=size, count=video.SECONDS * fps)
    spoil, reason = rng.choice(VIDEO_FLAWS)
    spoilt = [spoil(shot) for shot in shots][-1:]
    return video.encode_video(spoilt, content_type, size, fps, rng=rng, certainty=CERTAINTY), reason


def _blurred(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(min(image.size) / 26))


def _darkened(image: Image.Image) -> Image.Image:
    return image.point(DARK)


def _out_of_focus(picture: Picture) -> Picture:
    return picture._replace(image=_blurred(picture.image), lines=[], labels=picture.labels[:1])


def _underexposed(picture: Picture) -> Picture:
    return Picture(_darkened(picture.image), [], [], "unknown")


def _tiny(picture: Picture) -> Picture:
    width, height = picture.image.size
    share = THUMB / max(width, height)
    small = picture.image.resize((round(width * share), round(height * share)), Image.Resampling.BOX)
    return picture._replace(image=small, lines=[], labels=picture.labels[:1])


def _cut_off(picture: Picture) -> Picture:
    width, height = picture.image.size
    part = (round(width * 0.45), round(height * 0.3), round(width * 0.95), height)
    return picture._replace(
        image=picture.image.crop(part), lines=lines_within(picture.lines, part), labels=picture.labels[:2]
    )


def _silent(rng: random.Random) -> Recording:
    return Recording(array("h", bytes(2 * round(rng.uniform(2, 4) * RATE))), "silence", None)


def _cut_short(rng: random.Random) -> Recording:
    tone = audio.Tone((rng.choice((440, 520, 600)),), rng.uniform(0.15, 0.3))
    return Recording(audio.play([tone]), "tone", None)


def _noisy(rng: random.Random) -> Recording:
    samples = array("h", rng.randbytes(2 * round(rng.uniform(2, 3) * RATE)))
    return Recording(samples, "noise", None)


def _film_out_of_focus(shot: Shot) -> Shot:
    frames = [_blurred(frame) for frame in shot.frames]
    return shot._replace(frames=frames, lines=[[] for _ in frames], labels=shot.labels[:1])


def _film_underexposed(shot: Shot) -> Shot:
    frames = [_darkened(frame) for frame in shot.frames]
    return shot._replace(frames=frames, lines=[[] for _ in frames], label="dark", labels=[], scene="unknown")


def _film_over_at_once(shot: Shot) -> Shot:
    return shot._replace(frames=shot.frames[:3], lines=shot.lines[:3])


IMAGE_FLAWS: tuple[tuple[Callable[[Picture], Picture], str], ...] = (
    (_out_of_focus, "The picture is out of focus: nothing on it can be read."),
    (_underexposed, "The picture is far too dark to see what it shows."),
    (_tiny, "The picture is much too small: its text cannot be read."),
    (_cut_off, "The subject is cut off: only a part of it is in the picture."),
)
AUDIO_FLAWS: tuple[tuple[Callable[[random.Random], Recording], str], ...] = (
    (_silent, "The recording is silent."),
    (_cut_short, "The recording breaks off after a moment."),
    (_noisy, "There is nothing but loud noise on the recording."),
)
VIDEO_FLAWS: tuple[tuple[Callable[[Shot], Shot], str], ...] = (
    (_film_out_of_focus, "The video is out of focus throughout."),
    (_film_underexposed, "The video is too dark to see anything."),
    (_film_over_at_once, "The video is over after a moment."),
)
