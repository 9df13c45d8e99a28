"""Pictures: drawn, made to look photographed, encoded, and described by what was drawn on them."""

# Pillow describes its types with NumPy, which is not needed here and so not there.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import io
import random
from typing import Optional

from PIL import Image

from .canvas import Canvas, Line
from .model import ANNOTATION_MODEL, JSON, Capture
from .photo import Picture, photograph, scene_size
from .subjects import Subject, subject_of

FORMATS = {
    "image/jpeg": ("JPEG", {"quality": 84}),
    "image/png": ("PNG", {"compress_level": 3}),
    # Method 1 takes a third of the time of the default for the same picture.
    "image/webp": ("WEBP", {"quality": 82, "method": 1}),
}
"""Pillow's name of each type, and how to save it: chosen for files of some 100 to 400 KB that are quickly made."""

SIZES = ((1200, 900), (1200, 900), (1152, 864), (1120, 840), (1000, 1000), (840, 1120))
MOST_DRAWN = 2_000_000
"""A larger picture is drawn with this many pixels and enlarged, as a phone's digital zoom does."""

LEAST_DRAWN = 96
"""A smaller picture is drawn with sides of this many pixels, and made smaller."""

STRIP = 4
"""A picture this many times longer than wide, or more, is drawn in this shape and stretched."""

COLOURS = 5
DISTINCT = 48
"""Colours nearer to each other than this count as one, in steps of 255 summed over the three channels."""


def capture_image(
    content_type: str,
    *,
    rng: random.Random,
    brief: str,
    size: Optional[tuple[int, int]] = None,
    subject: Optional[Subject] = None,
) -> Capture:
    """Draw a picture of what the brief asks for, or of `subject`, see `firsthandapi.sandbox.media.capture`."""
    grain = content_type != "image/png"
    picture = draw_picture(brief, rng=rng, size=size or rng.choice(SIZES), grain=grain, subject=subject)
    return encode_image(picture, content_type, rng=rng)


def draw_picture(
    brief: str, *, rng: random.Random, size: tuple[int, int], grain: bool = True, subject: Optional[Subject] = None
) -> Picture:
    """Draw a picture of what the brief asks for.

    Args:
        size: width and height in pixels.
        grain: whether to add the noise of a camera.
        subject: what to draw instead.
    """
    subject = subject or subject_of(brief)
    drawn = drawn_size(size, MOST_DRAWN)
    canvas = Canvas(scene_size(drawn))
    labels = subject.draw(canvas, rng)
    image, lines = photograph(canvas, drawn, rng, grain=grain)
    if drawn != size:
        image = image.resize(size, Image.Resampling.BICUBIC)
        across, down = size[0] / drawn[0], size[1] / drawn[1]
        whole = lines if stays_legible(drawn, size) else []
        lines = [Line(text, (x0 * across, y0 * down, x1 * across, y1 * down)) for text, (x0, y0, x1, y1) in whole]
    if not lines:
        labels = [label for label in labels if label not in ("text", "price_list")]
    return Picture(image, lines, labels, subject.scene)


def drawn_size(size: tuple[int, int], most: int) -> tuple[int, int]:
    """The size to draw in for a file of `size`: of at most `most` pixels, and neither tiny nor a mere strip."""
    shrink = min(1.0, (most / (size[0] * size[1])) ** 0.5)
    width, height = (max(LEAST_DRAWN, round(side * shrink)) for side in size)
    return min(width, STRIP * height), min(height, STRIP * width)


def stays_legible(drawn: tuple[int, int], size: tuple[int, int]) -> bool:
    """Whether text survives when what was drawn is brought to `size`: not if it is made smaller or much distorted."""
    across, down = size[0] / drawn[0], size[1] / drawn[1]
    return min(across, down) > 0.95 and max(across, down) < 1.2 * min(across, down)


def encode_image(picture: Picture, content_type: str, *, rng: random.Random, certainty: float = 1.0) -> Capture:
    """Make the file and its annotations of a picture.

    Args:
        certainty: factor of all confidences; below 1 for poor pictures.
    """
    buffer = io.BytesIO()
    name, options = FORMATS[content_type]
    picture.image.save(buffer, name, **options)
    width, height = picture.image.size
    annotations: dict[str, JSON] = {
        "annotation_model": ANNOTATION_MODEL,
        "object_labels": object_labels(picture.labels, rng, certainty),
        "ocr_text": "\n".join(line.text for line in picture.lines),
        "scene_classification": picture.scene,
        "color_palette": list(color_palette(picture.image)),
        "resolution": {"width": width, "height": height},
    }
    return Capture(buffer.getvalue(), content_type, width, height, None, annotations, None)


def object_labels(labels: list[str], rng: random.Random, certainty: float = 1.0) -> JSON:
    """Labels with falling confidences between 0 and 1."""
    return [
        {"label": label, "confidence": round((0.98 - 0.04 * place - rng.uniform(0, 0.03)) * certainty, 2)}
        for place, label in enumerate(labels)
    ]


def color_palette(image: Image.Image) -> list[str]:
    """The picture's main colours as #RRGGBB, the most frequent first; each is the colour of a pixel."""
    # Picking pixels, not averaging them: an average of ink and paper is on neither.
    sample = image.resize((min(image.width, 64), min(image.height, 64)), Image.Resampling.NEAREST)
    few = sample.quantize(32, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    bands = iter(sample.tobytes())
    members: dict[int, list[tuple[int, ...]]] = {}
    for index, pixel in zip(few.tobytes(), zip(bands, bands, bands)):
        members.setdefault(index, []).append(pixel)
    counts: dict[tuple[int, ...], int] = {}
    for group in sorted(members.values(), key=len, reverse=True):
        # The pixels of a group differ a little: one from its middle stands for all.
        colour = sorted(group, key=sum)[len(group) // 2]
        near = [known for known in counts if _apart(known, colour) < DISTINCT]
        chosen = near[0] if near else colour
        counts[chosen] = counts.get(chosen, 0) + len(group)
    ranked = sorted(counts, key=lambda colour: -counts[colour])
    return ["#{:02X}{:02X}{:02X}".format(*colour) for colour in ranked[:COLOURS]]


def _apart(a: tuple[int, ...], b: tuple[int, ...]) -> int:
    return sum(abs(x - y) for x, y in zip(a, b))
