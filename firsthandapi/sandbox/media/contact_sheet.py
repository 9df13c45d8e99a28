"""A contact sheet: one picture that shows many files at a glance, each in a *tile* with a caption."""

# PyAV describes its types with NumPy and newer Pythons, neither of which may be there.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import io
import math
import os
import unicodedata
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Optional, Union

import av
import av.error
from PIL import Image, ImageOps, UnidentifiedImageError

from . import icons
from .canvas import SMALLEST_TEXT, Canvas, Shape, text_width

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

AnyPath: TypeAlias = "Union[str, os.PathLike[str]]"

SHEET_WIDTH = 1680
TALLEST = 65_000
"""A JPEG cannot be higher than about this."""

GAP = 10
CAPTION_LINES = 3
UNREADABLE = (OSError, ValueError, IndexError, SyntaxError, Image.DecompressionBombError, av.error.FFmpegError)
"""What Pillow and PyAV raise for what is not, or no longer, a picture or a recording."""

PAPER, CARD, BACKDROP, INK, FADED, GOLD = "#ECE9E2", "#FFFFFF", "#2B2F36", "#2B2B2E", "#C9C5BC", "#E0A100"


def contact_sheet(
    paths: Sequence[AnyPath], target: AnyPath, *, columns: int = 4, captions: Optional[Sequence[str]] = None
) -> Path:
    """Write one picture with a thumbnail of each file.

    An image shows itself, a video its first frame and its length, a sound its waveform and its length; a file that
    cannot be decoded says so.

    Args:
        paths: the files, in reading order; at least one.
        target: where to write, ending in .png, .jpg or .jpeg; folders on the way are made.
        columns: tiles side by side, 1 to 20.
        captions: one for each file, up to three lines each; \N{BLACK STAR} and \N{WHITE STAR} are drawn, other letters
            than English ones lose their accents or become "?". Default: the files' names.

    Returns:
        The target.

    Raises:
        ValueError: no files, as many captions as files are not given, too many rows, or another ending.
        FileNotFoundError: a file is not there.
    """
    target = Path(target)
    if target.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise ValueError(f"target must end in .png, .jpg or .jpeg, not {target.suffix!r}")
    if not paths:
        raise ValueError("paths is empty: there is nothing to show")
    if not 1 <= columns <= 20:
        raise ValueError(f"columns must be 1 to 20, not {columns}")
    if captions is not None and len(captions) != len(paths):
        raise ValueError(f"captions must be as many as paths: {len(captions)} for {len(paths)}")
    texts = [_caption_lines(caption) for caption in (captions or [Path(path).name for path in paths])]
    columns = min(columns, len(paths))
    side = min(420, (SHEET_WIDTH - GAP) // columns - GAP)
    font = max(SMALLEST_TEXT + 1, side // 20)
    caption_height = round(font * 1.4) * max(len(lines) for lines in texts) + GAP
    tile = (side, side * 3 // 4 + caption_height)
    rows = math.ceil(len(paths) / columns)
    height = rows * (tile[1] + GAP) + GAP
    if height > TALLEST:
        raise ValueError(
            f"{len(paths)} files in {columns} columns make too long a sheet; take more columns or fewer files"
        )
    sheet = Canvas((columns * (side + GAP) + GAP, height), PAPER)
    for place, (path, lines) in enumerate(zip(paths, texts)):
        left, top = GAP + place % columns * (side + GAP), GAP + place // columns * (tile[1] + GAP)
        sheet.draw.rectangle((left, top, left + tile[0] - 1, top + tile[1] - 1), fill=CARD)
        sheet.image.paste(_tile(Path(path), (side, side * 3 // 4)), (left, top))
        for index, line in enumerate(lines):
            y = top + side * 3 // 4 + GAP / 2 + round(font * 1.4) * (index + 0.5)
            _write(sheet, (left + GAP * 0.8, y), line, font, side - GAP * 1.6)
    target.parent.mkdir(parents=True, exist_ok=True)
    sheet.image.save(target)
    return target


def _caption_lines(caption: str) -> list[str]:
    return [line.strip() for line in caption.splitlines() if line.strip()][:CAPTION_LINES] or [""]


def _tile(path: Path, size: tuple[int, int]) -> Image.Image:
    content = path.read_bytes()
    tile = Canvas(size, BACKDROP)
    try:
        try:
            with Image.open(io.BytesIO(content)) as image:
                image.thumbnail((size[0] * 2, size[1] * 2))
                _show(tile, ImageOps.exif_transpose(image))
        except UnidentifiedImageError:
            _show_recording(tile, content)
    except UNREADABLE:
        _badge(tile, None, f"{path.suffix.lstrip('.').upper()} file, not readable".strip())
    return tile.image


def _show(tile: Canvas, image: Image.Image) -> None:
    fitted = ImageOps.contain(image.convert("RGB"), tile.image.size)
    tile.image.paste(fitted, ((tile.image.width - fitted.width) // 2, (tile.image.height - fitted.height) // 2))


def _show_recording(tile: Canvas, content: bytes) -> None:
    with av.open(io.BytesIO(content)) as container:
        length = f"{(container.duration or 0) / av.time_base:.1f} s"
        if container.streams.video:
            for frame in container.decode(video=0):
                _show(tile, frame.to_image())
                break
            _badge(tile, icons.play, length)
            return
    _draw_waveform(tile, _loudest(content, bars=tile.image.width // 5))
    _badge(tile, icons.note, length)


def _loudest(content: bytes, bars: int) -> list[float]:
    """The loudest sample, 0 to 1, in each of as many equal parts of a recording."""
    samples = array("h")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=8000)
    with av.open(io.BytesIO(content)) as container:
        for frame in container.decode(audio=0):
            for part in resampler.resample(frame):
                samples.frombytes(bytes(part.planes[0])[: part.samples * 2])
    step = max(1, len(samples) // bars)
    return [max(map(abs, samples[start : start + step])) / 32_768 for start in range(0, len(samples), step)][:bars]


def _draw_waveform(tile: Canvas, heights: Sequence[float]) -> None:
    width, middle = tile.image.width, tile.image.height / 2
    for index, loudness in enumerate(heights):
        x, tall = width * (index + 0.5) / len(heights), max(1.0, loudness * middle * 0.8)
        tile.draw.line((x, middle - tall, x, middle + tall), fill="#7FB7BE", width=max(1, width // 120))


def _badge(tile: Canvas, icon: Optional[Shape], text: str) -> None:
    """A dark label in the lower left corner: an icon and a text."""
    size = max(SMALLEST_TEXT, tile.image.width // 20)
    left, y = size * 0.6, tile.image.height - size * 1.4
    icon_width = size * 1.3 if icon else 0.0
    width = text_width(text, size) + icon_width + size
    tile.draw.rounded_rectangle((left, y - size * 0.9, left + width, y + size * 0.9), radius=size * 0.4, fill="#16181C")
    if icon:
        tile.stamp(icon, (left + size, y), size * 1.2, "#FFFFFF")
    tile.text(
        (left + size * 0.5 + icon_width, y), text, size, "#FFFFFF", anchor="l", max_width=tile.image.width - left * 2
    )


def _write(sheet: Canvas, at: tuple[float, float], line: str, size: int, room: float) -> None:
    """Write a line of a caption: stars as stars, the rest in letters, cut off where there is no more room."""
    x, y = at
    end = x + room
    rest = line.lstrip("\N{BLACK STAR}\N{WHITE STAR}")
    for sign in line[: len(line) - len(rest)]:
        if x + size <= end:
            sheet.stamp(icons.star, (x + size / 2, y), size, GOLD if sign == "\N{BLACK STAR}" else FADED)
        x += size * 1.05
    x += size * 0.4 if rest != line else 0
    text = _plain(rest.strip())
    if text_width(text, size) > end - x:
        while text and text_width(text + "...", size) > end - x:
            text = text[:-1]
        text = text.rstrip() + "..." if text else ""
    if text:
        sheet.text((x, y), text, size, INK, anchor="l")


def _plain(text: str) -> str:
    """The text in the letters that the built-in font has."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return bare.encode("ascii", "replace").decode()
