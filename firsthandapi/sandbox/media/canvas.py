"""Drawing: a `Canvas` is a picture that remembers which lines of text were drawn on it and where.

A *box* is (left, top, right, bottom) in pixels. A *line* is what a reader sees as one line of text. A colour is
"#RRGGBB". Text that would come out too small to read is not drawn at all, so that the remembered lines are legible.
"""

# Pillow describes its types with NumPy, which is not needed here and so not there.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Callable, NamedTuple

from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

Box: TypeAlias = "tuple[float, float, float, float]"
Shape: TypeAlias = "Callable[[ImageDraw.ImageDraw, int], None]"
"""Draws itself in white on black in a square whose side is the given number of pixels."""

SMALLEST_TEXT = 11
"""Font size in pixels below which text is left out."""

SUPERSAMPLING = 4


class Line(NamedTuple):
    """One line of text and the box that holds all of it."""

    text: str
    box: Box


class Canvas:
    """A picture under construction.

    Args:
        size: width and height in pixels.
        background: colour of the empty picture.
    """

    def __init__(self, size: tuple[int, int], background: str = "#FFFFFF") -> None:
        self.image: Image.Image = Image.new("RGB", size, background)
        self.draw: ImageDraw.ImageDraw = ImageDraw.Draw(self.image)
        self.lines: list[Line] = []

    @property
    def box(self) -> Box:
        """The whole picture."""
        return (0, 0, self.image.width, self.image.height)

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: float,
        colour: str,
        *,
        anchor: str = "m",
        bold: bool = False,
        tracking: float = 0.0,
        max_width: float = math.inf,
    ) -> None:
        """Draw one line of text and remember it, unless it would be smaller than `SMALLEST_TEXT`.

        Args:
            at: the point that the line is placed by: its vertical middle, and the side named by `anchor`.
            size: font size in pixels; made smaller where `max_width` asks for it.
            anchor: "l", "m" or "r": `at` is the left end, the middle or the right end.
            tracking: extra space between letters, as a share of the font size.
            max_width: pixels.
        """
        line = self._write(at, text, size, colour, anchor, bold, tracking, max_width)
        if line is not None:
            self.lines.append(line)

    def row(
        self,
        box: Box,
        left: str,
        right: str,
        size: float,
        colours: tuple[str, str],
        *,
        bold: bool = False,
        leader: str = "",
    ) -> None:
        """Draw two texts at the two ends of a box and remember them as one line.

        Args:
            box: the texts touch its left and right side and stand in the middle of its height.
            size: font size in pixels, see `row_size` for one that fits.
            colours: of the left and of the right text.
            leader: colour of the dots between the two; empty for none.
        """
        middle = (box[1] + box[3]) / 2
        first = self._write((box[0], middle), left, size, colours[0], "l", bold, 0.0, math.inf)
        second = self._write((box[2], middle), right, size, colours[1], "r", bold, 0.0, math.inf)
        if first is None or second is None:
            return
        self.lines.append(Line(f"{left} {right}", _union(first.box, second.box)))
        if leader:
            step, radius, y = size * 0.45, max(1.0, size * 0.04), middle + size * 0.28
            x = first.box[2] + step
            while x < second.box[0] - step:
                self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=leader)
                x += step

    def shadow(self, box: Box, blur: float, strength: float = 0.5) -> None:
        """Darken what lies around and below a box, as a thing that stands off the wall does."""
        # A blurred shadow has no fine detail: an eighth of the resolution is enough.
        small = Image.new("L", (max(1, self.image.width // 8), max(1, self.image.height // 8)))
        left, top, right, bottom = (value / 8 for value in box)
        drop = blur / 16
        ImageDraw.Draw(small).rectangle(
            (left + drop / 2, top + drop, right + drop / 2, bottom + drop), fill=round(255 * strength)
        )
        soft = small.filter(ImageFilter.GaussianBlur(max(0.5, blur / 16)))
        self.image.paste("#000000", (0, 0), soft.resize(self.image.size, Image.Resampling.BILINEAR))

    def stamp(self, shape: Shape, centre: tuple[float, float], size: float, colour: str) -> None:
        """Draw a shape with smooth edges.

        Args:
            centre: where its middle goes.
            size: side of the square that it fills, in pixels.
        """
        side = max(1, round(size))
        mask = Image.new("L", (side * SUPERSAMPLING, side * SUPERSAMPLING))
        shape(ImageDraw.Draw(mask), side * SUPERSAMPLING)
        corner = (round(centre[0] - side / 2), round(centre[1] - side / 2))
        self.image.paste(colour, corner, mask.resize((side, side), Image.Resampling.BOX))

    def fill(self, box: Box, texture: Image.Image) -> None:
        """Cover a box with a texture of at least its size."""
        left, top, right, bottom = (round(value) for value in box)
        if right > left and bottom > top:
            self.image.paste(texture.crop((0, 0, right - left, bottom - top)), (left, top))

    def _write(
        self,
        at: tuple[float, float],
        text: str,
        size: float,
        colour: str,
        anchor: str,
        bold: bool,
        tracking: float,
        max_width: float,
    ) -> Line | None:
        width = text_width(text, size, bold=bold, tracking=tracking)
        if width > max_width:
            size *= max_width / width
        if size < SMALLEST_TEXT:
            return None
        pixels = int(size)
        width = text_width(text, pixels, bold=bold, tracking=tracking)
        x, y = at[0] - width * {"l": 0.0, "m": 0.5, "r": 1.0}[anchor], at[1]
        font, stroke = _font(pixels), _stroke(pixels, bold)
        pieces = list(text) if tracking else [text]
        box = None
        for piece in pieces:
            spot = (x + stroke, y)
            self.draw.text(spot, piece, fill=colour, font=font, anchor="lm", stroke_width=stroke)
            bounds = self.draw.textbbox(spot, piece, font=font, anchor="lm", stroke_width=stroke)
            box = bounds if box is None else _union(box, bounds)
            x += font.getlength(piece) + tracking * pixels
        return None if box is None else Line(text, box)


def text_width(text: str, size: float, *, bold: bool = False, tracking: float = 0.0) -> float:
    """Width in pixels of a line of text at a font size in pixels."""
    pixels = max(1, int(size))
    gaps = max(0, len(text) - 1) * tracking * pixels
    return _font(pixels).getlength(text) + gaps + 2 * _stroke(pixels, bold)


def row_size(rows: Sequence[tuple[str, str]], width: float, wanted: float, *, bold: bool = False) -> float:
    """The largest font size up to `wanted` pixels at which each row of two texts fits into `width` pixels."""
    widest = max(text_width(f"{left} MM {right}", 100, bold=bold) for left, right in rows)
    return min(wanted, 100 * width / widest)


def inset(box: Box, by: float) -> Box:
    """The box without a rim of `by` pixels; at least a point remains."""
    across, down = min(by, (box[2] - box[0]) / 2), min(by, (box[3] - box[1]) / 2)
    return (box[0] + across, box[1] + down, box[2] - across, box[3] - down)


def thirds(box: Box, head: float, foot: float) -> tuple[Box, Box, Box]:
    """A box cut into head, body and foot; `head` and `foot` are shares of its height."""
    left, top, right, bottom = box
    first, second = top + (bottom - top) * head, bottom - (bottom - top) * foot
    return (left, top, right, first), (left, first, right, second), (left, second, right, bottom)


def width_of(box: Box) -> float:
    """The box's width in pixels."""
    return box[2] - box[0]


def extent(box: Box) -> tuple[float, float]:
    """A size in pixels that covers the box wherever its corners are rounded to."""
    return box[2] - box[0] + 1, box[3] - box[1] + 1


def middle_of(box: Box) -> tuple[float, float]:
    """The point in the middle of the box."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def texture(
    size: tuple[float, float], rng: random.Random, dark: str, light: str, cells: tuple[int, int]
) -> Image.Image:
    """Smooth random shades between two colours.

    Args:
        size: pixels.
        cells: how many random shades across and down; few across and many down give the grain of wood.
    """
    noise = Image.frombytes("L", cells, rng.randbytes(cells[0] * cells[1]))
    whole = (max(1, math.ceil(size[0])), max(1, math.ceil(size[1])))
    return ImageOps.colorize(noise.resize(whole, Image.Resampling.BICUBIC), dark, light)


def shade(colour: str, factor: float) -> str:
    """The colour made darker (below 1) or lighter (above 1)."""
    channels = (int(colour[index : index + 2], 16) for index in (1, 3, 5))
    return "#" + "".join(f"{min(255, max(0, round(value * factor))):02X}" for value in channels)


def _union(a: Box, b: Box) -> Box:
    return (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))


def _stroke(pixels: int, bold: bool) -> int:
    return max(1, round(pixels / 30)) if bold else 0


@lru_cache(maxsize=256)
def _font(pixels: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size=pixels)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("this build of Pillow cannot draw scalable text (it lacks FreeType); install its wheel")
    return font
