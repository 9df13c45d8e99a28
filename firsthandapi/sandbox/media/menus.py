"""Menu boards: five styles, each in several palettes, with items and prices that differ every time."""

# Pillow describes its types with NumPy, which is not needed here and so not there.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import random

from PIL import Image

from . import icons
from .canvas import Box, Canvas, extent, inset, middle_of, shade, texture, thirds, width_of
from .menu_text import FOOD_WORDS, Ink, Menu, compose, write_sections
from .surroundings import OAK, WALNUT, WOODS, paint_cup, paint_frame, paint_table, paint_wall


def draw_menu(canvas: Canvas, rng: random.Random, words: frozenset[str]) -> list[str]:
    """Draw a menu board that fills the canvas.

    Args:
        words: of the brief, in lower case; those about food bring plates in place of coffee.

    Returns:
        The labels of what is on the picture.
    """
    menu = compose(rng, food=bool(words & FOOD_WORDS))
    style = rng.choice((_chalkboard, _chalkboard, _sheet_on_table, _letter_board, _light_panel, _clipboard))
    return ["menu_board", "text", "price_list", *style(canvas, rng, menu)]


def _chalkboard(canvas: Canvas, rng: random.Random, menu: Menu) -> list[str]:
    unit = min(canvas.image.size)
    label = paint_wall(canvas, rng)
    frame = inset(canvas.box, unit * rng.uniform(0.07, 0.1))
    dark, light = rng.choice(
        (("#1B1E1C", "#2B2F2C"), ("#17352B", "#25483B"), ("#232B35", "#34404D"), ("#2A1F1C", "#3D2E29"))
    )
    bright = rng.choice(("#F6D86B", "#F5A99C", "#9CD0EC", "#A9E0BC", "#FFC58A"))
    paint_frame(canvas, rng, frame, rng.choice(WOODS), unit * 0.035)
    board = inset(frame, unit * 0.035)
    slate = texture(extent(board), rng, dark, light, (rng.randint(5, 9), rng.randint(3, 6)))
    canvas.fill(board, slate)
    ink = Ink("#F7F4EA", bright, "#F1EEE4", bright, shade(light, 2.2))
    title, body, foot = thirds(inset(board, unit * 0.055), 0.24, 0.09)
    _title_with_emblems(canvas, title, menu, ink, bright)
    _flourish(canvas, (title[0], title[3], title[2], title[3]), bright)
    write_sections(canvas, inset(body, unit * 0.02), menu.sections, ink, side_by_side=True)
    canvas.text(middle_of(foot), menu.note, unit * 0.04, bright, max_width=width_of(foot))
    # Chalk is not a solid colour: let the slate show through it, unevenly.
    grain = Image.frombytes("L", (320, 240), rng.randbytes(320 * 240)).resize(slate.size, Image.Resampling.BILINEAR)
    corner = (round(board[0]), round(board[1]))
    canvas.image.paste(slate, corner, grain.point([value // 4 for value in range(256)]))
    return ["chalkboard", "picture_frame", label]


def _sheet_on_table(canvas: Canvas, rng: random.Random, menu: Menu) -> list[str]:
    unit = min(canvas.image.size)
    paint_table(canvas, rng)
    width, height = canvas.image.size
    sheet_width = min(width * 0.84, height * 0.86)
    left = (width - sheet_width) * (0.28 if width > height else 0.5)
    sheet = (left, height * 0.06, left + sheet_width, height * 0.94)
    accent = rng.choice(("#8B3A2B", "#2F5D50", "#34506B", "#7A4B12", "#5B3A63"))
    canvas.shadow(sheet, unit * 0.05)
    canvas.fill(sheet, texture(extent(sheet), rng, "#EDE4D0", "#F8F2E4", (6, 8)))
    for rim, line in ((0.03, 0.006), (0.042, 0.002)):
        canvas.draw.rectangle(inset(sheet, unit * rim), outline=accent, width=max(1, round(unit * line)))
    ink = Ink(accent, accent, "#3A2E26", "#3A2E26", "#A5947C")
    emblem_size = unit * 0.1
    title, body, foot = thirds(inset(sheet, unit * 0.075), 0.27, 0.08)
    canvas.stamp(menu.emblem, ((title[0] + title[2]) / 2, title[1] + emblem_size / 2), emblem_size, accent)
    _title(canvas, (title[0], title[1] + emblem_size, title[2], title[3]), menu, ink, tracking=0.06)
    write_sections(canvas, body, menu.sections, ink, side_by_side=False)
    canvas.text(middle_of(foot), menu.note, unit * 0.034, accent, max_width=width_of(foot))
    if sheet[2] + unit * 0.1 > width:
        return ["paper", "table"]
    paint_cup(canvas, (width, height * rng.uniform(0.2, 0.35)), unit * 0.19, rng)
    return ["paper", "coffee_cup", "table"]


def _letter_board(canvas: Canvas, rng: random.Random, menu: Menu) -> list[str]:
    unit = min(canvas.image.size)
    label = paint_wall(canvas, rng)
    frame = inset(canvas.box, unit * 0.085)
    paint_frame(canvas, rng, frame, rng.choice((WALNUT, OAK)), unit * 0.028)
    board = inset(frame, unit * 0.028)
    felt = rng.choice(("#1A1A1C", "#23303A", "#3A1F24", "#4A4C50"))
    canvas.draw.rectangle(board, fill=felt)
    y, pitch = board[1], max(4.0, unit * 0.0125)
    while y < board[3]:
        canvas.draw.line((board[0], y, board[2], y), fill=shade(felt, 0.55), width=max(1, round(pitch * 0.3)))
        y += pitch
    accent = rng.choice(("#FFFFFF", "#FFD65C", "#FF9F80", "#8FE0D0"))
    ink = Ink(accent, accent, "#F7F7F2", "#F7F7F2", "")
    title, body, foot = thirds(inset(board, unit * 0.05), 0.22, 0.08)
    _title(canvas, title, menu, ink, tracking=0.16)
    capitals = [(heading.upper(), [(item.upper(), price) for item, price in rows]) for heading, rows in menu.sections]
    write_sections(canvas, inset(body, unit * 0.02), capitals, ink, side_by_side=True)
    canvas.text(middle_of(foot), menu.note.upper(), unit * 0.036, accent, tracking=0.1, max_width=width_of(foot))
    return ["letter_board", "picture_frame", label]


def _light_panel(canvas: Canvas, rng: random.Random, menu: Menu) -> list[str]:
    unit = min(canvas.image.size)
    canvas.fill(canvas.box, texture(canvas.image.size, rng, "#1E1E22", "#34343A", (8, 2)))
    panel = inset(canvas.box, unit * 0.075)
    accent, tint = rng.choice(
        (
            ("#C8553D", "#FFF6EE"),
            ("#1F6F78", "#F2FBFA"),
            ("#3D405B", "#FBF8F1"),
            ("#D08C00", "#FFFBF0"),
            ("#5E8C3A", "#F7FBF0"),
        )
    )
    canvas.shadow(inset(panel, -unit * 0.01), unit * 0.06, 0.8)
    canvas.draw.rectangle(inset(panel, -unit * 0.012), fill="#0E0E10")
    canvas.draw.rectangle(panel, fill=tint)
    header, body, foot = thirds(panel, 0.24, 0.1)
    canvas.draw.rectangle(header, fill=accent)
    canvas.draw.rectangle(foot, fill=shade(accent, 0.75))
    emblem = (header[3] - header[1]) * 0.7
    middle = (header[1] + header[3]) / 2
    canvas.stamp(icons.disc, (header[0] + emblem * 0.85, middle), emblem, tint)
    canvas.stamp(menu.emblem, (header[0] + emblem * 0.85, middle), emblem * 0.68, accent)
    inner = (header[0] + emblem * 1.6, header[1] + unit * 0.02, header[2] - unit * 0.04, header[3] - unit * 0.02)
    _title(canvas, inner, menu, Ink(tint, tint, tint, tint, ""), tracking=0.02)
    ink = Ink(accent, accent, "#2A2A2E", accent, "")
    write_sections(canvas, inset(body, unit * 0.05), menu.sections, ink, side_by_side=True, bold=True)
    canvas.text(middle_of(foot), menu.note, unit * 0.04, tint, max_width=width_of(foot) * 0.9)
    return ["illuminated_sign", "logo"]


def _clipboard(canvas: Canvas, rng: random.Random, menu: Menu) -> list[str]:
    unit = min(canvas.image.size)
    label = paint_wall(canvas, rng)
    width, height = canvas.image.size
    board_width = min(width * 0.84, height * 0.98)
    board = ((width - board_width) / 2, height * 0.07, (width + board_width) / 2, height * 0.93)
    canvas.shadow(board, unit * 0.06)
    canvas.fill(board, texture(extent(board), rng, *OAK, (60, 5)))
    kraft = inset(board, unit * 0.035)
    paper = rng.choice((("#D9BE94", "#E7CFA8"), ("#F3EFE6", "#FBF9F4"), ("#DDE5DF", "#EBF1EC"), ("#F1DCD2", "#F9EAE2")))
    canvas.fill(kraft, texture(extent(kraft), rng, *paper, (9, 12)))
    middle = (kraft[0] + kraft[2]) / 2
    clip = (middle - unit * 0.13, board[1] - unit * 0.03, middle + unit * 0.13, board[1] + unit * 0.05)
    canvas.draw.rectangle(clip, fill="#50555B")
    canvas.draw.rectangle(inset(clip, unit * 0.012), fill="#9AA1A8")
    accent = rng.choice(("#7B2D26", "#214E34", "#1D3557", "#6A3E12"))
    ink = Ink("#2B211A", accent, "#2B211A", accent, "#8A7658")
    title, body, foot = thirds(inset(kraft, unit * 0.05), 0.24, 0.09)
    _title(canvas, (title[0], title[1] + unit * 0.02, title[2], title[3]), menu, ink)
    canvas.draw.line((title[0], title[3], title[2], title[3]), fill=accent, width=max(1, round(unit * 0.005)))
    write_sections(canvas, inset(body, unit * 0.015), menu.sections, ink, side_by_side=False)
    canvas.draw.line((foot[0], foot[1], foot[2], foot[1]), fill=accent, width=max(1, round(unit * 0.005)))
    canvas.text(middle_of(foot), menu.note, unit * 0.036, accent, max_width=width_of(foot))
    return ["clipboard", "paper", label]


def _title_with_emblems(canvas: Canvas, box: Box, menu: Menu, ink: Ink, colour: str) -> None:
    size = min((box[3] - box[1]) * 0.62, width_of(box) * 0.13)
    for x in (box[0] + size / 2, box[2] - size / 2):
        canvas.stamp(menu.emblem, (x, (box[1] + box[3]) / 2), size, colour)
    _title(canvas, (box[0] + size * 1.3, box[1], box[2] - size * 1.3, box[3]), menu, ink)


def _title(canvas: Canvas, box: Box, menu: Menu, ink: Ink, *, tracking: float = 0.0) -> None:
    middle, height, width = (box[0] + box[2]) / 2, box[3] - box[1], width_of(box)
    name = menu.name.upper() if tracking else menu.name
    at = (middle, box[1] + height * 0.30)
    canvas.text(at, name, height * 0.46, ink.title, bold=True, tracking=tracking, max_width=width)
    canvas.text(
        (middle, box[1] + height * 0.71), menu.kind.upper(), height * 0.2, ink.heading, tracking=0.3, max_width=width
    )


def _flourish(canvas: Canvas, box: Box, colour: str) -> None:
    middle, y = (box[0] + box[2]) / 2, box[1]
    gap, thick = width_of(box) * 0.03, max(1, round(width_of(box) * 0.004))
    canvas.draw.line((box[0], y, middle - gap, y), fill=colour, width=thick)
    canvas.draw.line((middle + gap, y, box[2], y), fill=colour, width=thick)
    canvas.stamp(icons.star, (middle, y), gap * 1.3, colour)
