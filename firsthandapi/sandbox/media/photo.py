"""The look of a photograph: a slightly tilted view, uneven light and grain.

A *scene* is drawn larger than the photograph taken of it; `BLEED` is how much, as a share of the
shorter side: the tilt uses it up.
"""

# Pillow describes its types with NumPy, which is not needed here and so not there.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import math
import random
from typing import NamedTuple

from PIL import Image, ImageChops, ImageOps

from .canvas import Box, Canvas, Line

BLEED = 0.07
GRAIN = 5
"""How far grain may move a colour, in steps of 255."""


class Picture(NamedTuple):
    """A finished picture and what is to be seen on it.

    Attributes:
        image: RGB.
        lines: text that is whole and legible, in reading order.
        labels: the things on it, the most certain first.
        scene: the kind of place, e.g. `indoor_retail`.
    """

    image: Image.Image
    lines: list[Line]
    labels: list[str]
    scene: str


class View(NamedTuple):
    """How a photograph's pixels are taken from its scene: a plane projective map, row by row without its last 1."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float
    g: float
    h: float

    def photographed(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the scene is on the photograph (the inverse of the map)."""
        a, b, c, d, e, f, g, h = self
        across = (e - f * h) * x + (c * h - b) * y + (b * f - c * e)
        down = (f * g - d) * x + (a - c * g) * y + (c * d - a * f)
        depth = (d * h - e * g) * x + (b * g - a * h) * y + (a * e - b * d)
        return across / depth, down / depth


def scene_size(size: tuple[int, int]) -> tuple[int, int]:
    """The size to draw a scene in for a photograph of `size`."""
    bleed = round(min(size) * BLEED) + 2
    return size[0] + bleed, size[1] + bleed


def photograph(
    canvas: Canvas, size: tuple[int, int], rng: random.Random, *, grain: bool = True
) -> tuple[Image.Image, list[Line]]:
    """Take a photograph of a scene.

    Args:
        canvas: the scene, of `scene_size(size)`.
        size: width and height of the photograph in pixels.
        grain: whether to add noise, which formats without loss pack badly.

    Returns:
        The photograph, and the lines that are wholly on it with the boxes that they have there.
    """
    view = _view(canvas.image.size, size, rng)
    image = canvas.image.transform(size, Image.Transform.PERSPECTIVE, tuple(view), Image.Resampling.BILINEAR)
    image = ImageChops.multiply(image, _light(size, rng))
    if grain:
        image = _grainy(image, rng)
    lines = [Line(line.text, _seen(line.box, view)) for line in canvas.lines]
    return image, [line for line in lines if _within(line.box, size)]


def lines_within(lines: list[Line], box: Box) -> list[Line]:
    """The lines that lie wholly in a box, placed relative to its corner."""
    moved = [Line(text, (x0 - box[0], y0 - box[1], x1 - box[0], y1 - box[1])) for text, (x0, y0, x1, y1) in lines]
    return [line for line in moved if _within(line.box, (box[2] - box[0], box[3] - box[1]))]


def _view(scene: tuple[int, int], size: tuple[int, int], rng: random.Random) -> View:
    # A degree or so at the most, and less for a long picture: tilt and keystone together stay inside the bleed.
    slender = min(size) / max(size)
    angle = math.radians(rng.uniform(-1.3, 1.3)) * slender
    keystone, lean = (rng.uniform(-0.02, 0.02) * slender / side for side in size)
    cosine, sine = math.cos(angle), math.sin(angle)
    to, fro = (scene[0] / 2, scene[1] / 2), (size[0] / 2, size[1] / 2)
    # The map about the middle of both pictures, then both origins moved to the corners.
    scale = 1 - keystone * fro[0] - lean * fro[1]
    rows = [(cosine + to[0] * keystone, -sine + to[0] * lean), (sine + to[1] * keystone, cosine + to[1] * lean)]
    offset = [to[i] - rows[i][0] * fro[0] - rows[i][1] * fro[1] for i in (0, 1)]
    numbers = (*rows[0], offset[0], *rows[1], offset[1], keystone, lean)
    return View(*(number / scale for number in numbers))


def _light(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """Light that falls off from a spot near the middle, a little warm or cool."""
    x, y = rng.randrange(0, 64), rng.randrange(0, 64)
    spot = Image.radial_gradient("L").crop((x, y, x + 192, y + 192))
    bright, dim = rng.choice(
        [("#FFFBF2", "#A3978A"), ("#FFFFFF", "#9C9CA0"), ("#FBFDFF", "#949CA6"), ("#FFF6E4", "#A08F7C")]
    )
    return ImageOps.colorize(spot, bright, dim).resize(size, Image.Resampling.BILINEAR)


def _grainy(image: Image.Image, rng: random.Random) -> Image.Image:
    noise = Image.frombytes("L", image.size, rng.randbytes(image.width * image.height))
    speckle = noise.point([value * (2 * GRAIN + 1) // 256 for value in range(256)])
    return ImageChops.add(image, Image.merge("RGB", (speckle, speckle, speckle)), 1, -GRAIN)


def _seen(box: Box, view: View) -> Box:
    corners = [view.photographed(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return (min(across), min(down), max(across), max(down))


def _within(box: Box, size: tuple[float, float]) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= size[0] and box[3] <= size[1]
