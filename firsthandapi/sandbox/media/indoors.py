"""What simulated workers photograph indoors, when it is not a menu: receipts, shelves and posters."""

from __future__ import annotations

import random
from collections.abc import Sequence

from . import icons
from .canvas import Box, Canvas, extent, inset, row_size, shade, text_width, texture, width_of
from .menu_text import SHOPS
from .outdoors import STREETS
from .surroundings import PAINTED, PAINTS, WALNUT, paint_frame, paint_table, paint_wall

GROCERIES = {
    "Oat Milk 1 L": 2.99,
    "Whole Milk 1 L": 1.89,
    "Olive Oil 500 ml": 7.49,
    "Basmati Rice 1 kg": 3.79,
    "Black Tea 50 bags": 3.29,
    "Granola 400 g": 4.59,
    "Peanut Butter": 3.99,
    "Tomato Sauce": 2.49,
    "Spaghetti 500 g": 1.59,
    "Dark Chocolate": 2.79,
    "Sea Salt 250 g": 1.99,
    "Orange Juice 1 L": 3.49,
    "Ground Coffee": 6.99,
    "Corn Flakes": 3.19,
    "Honey 340 g": 5.29,
}
PAPERS = ("#F5F1E6", "#F2E3C6", "#E6EDE8", "#F7D9C9", "#E8E4F0", "#FFF3C9")


def draw_receipt(canvas: Canvas, rng: random.Random) -> list[str]:
    """Draw a till receipt on a table, and return the labels of what is there. Its sum is right."""
    width, height = canvas.image.size
    unit = min(width, height)
    paint_table(canvas, rng)
    breadth = min(width * 0.86, height * 0.62)
    left = width * rng.uniform(0.42, 0.58) - breadth / 2
    paper = (left, height * 0.045, left + breadth, height * 0.955)
    canvas.shadow(paper, unit * 0.04)
    canvas.fill(paper, texture(extent(paper), rng, "#EEEDE8", "#FBFAF7", (3, 14)))
    teeth = max(4, round(breadth / (unit * 0.025)))
    for tooth in range(teeth):
        x0, x1 = (paper[0] + breadth * (tooth + share) / teeth for share in (0, 1))
        for y, tip in ((paper[1], -unit * 0.012), (paper[3], unit * 0.012)):
            canvas.draw.polygon([(x0, y), (x1, y), ((x0 + x1) / 2, y + tip)], fill="#F4F3EE")
    chosen = rng.sample(sorted(GROCERIES), rng.randint(4, 7))
    cents = [round(GROCERIES[item] * 100) + rng.randrange(-3, 4) * 10 for item in chosen]
    rows = [(item, f"{price / 100:.2f}") for item, price in zip(chosen, cents)]
    body = inset(paper, breadth * 0.08)
    ink, middle, pitch = "#2B2B2E", (paper[0] + paper[2]) / 2, (body[3] - body[1]) / (len(rows) + 9)
    size = row_size(rows, width_of(body), min(pitch * 0.62, unit * 0.045))
    y = body[1] + pitch
    canvas.text(
        (middle, y), rng.choice(SHOPS).upper(), size * 1.5, ink, bold=True, tracking=0.05, max_width=width_of(body)
    )
    canvas.text((middle, y + pitch), f"{rng.randint(2, 99)} {rng.choice(STREETS)}", size, ink, max_width=width_of(body))
    date = f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02} {rng.randint(8, 20):02}:{rng.randint(0, 59):02}"
    canvas.text((middle, y + pitch * 2), date, size, ink, max_width=width_of(body))
    y += pitch * 2.7
    for row in rows:
        canvas.row((body[0], y, body[2], y + pitch), *row, size, (ink, ink))
        y += pitch
    canvas.draw.line((body[0], y + pitch * 0.3, body[2], y + pitch * 0.3), fill=ink, width=max(1, round(unit * 0.003)))
    total = (body[0], y + pitch * 0.5, body[2], y + pitch * 1.7)
    canvas.row(total, "TOTAL", f"${sum(cents) / 100:.2f}", size * 1.25, (ink, ink), bold=True)
    canvas.text(
        (middle, y + pitch * 2.4),
        rng.choice(("THANK YOU", "PAID BY CARD", "PLEASE COME AGAIN")),
        size,
        ink,
        tracking=0.1,
    )
    _barcode(canvas, (body[0] + breadth * 0.12, y + pitch * 3.1, body[2] - breadth * 0.12, y + pitch * 4.4), rng)
    return ["receipt", "text", "price_list", "barcode", "paper", "table"]


def draw_shelf(canvas: Canvas, rng: random.Random) -> list[str]:
    """Draw shop shelves with goods and price labels, and return the labels of what is there."""
    width, height = canvas.image.size
    unit = min(width, height)
    canvas.fill(canvas.box, texture((width, height), rng, "#55595E", "#6A6F75", (5, 3)))
    boards, slots = 2, (3 if width > height else 2)
    names = rng.sample(sorted(GROCERIES), boards * slots)
    strip = rng.choice(("#C62828", "#1B5E20", "#0D47A1", "#37474F", "#EF6C00"))
    for board in range(boards):
        top, foot = height * (0.05 + board * 0.45), height * (0.36 + board * 0.45)
        _goods(canvas, (width * 0.02, top, width * 0.98, foot), slots, rng)
        canvas.draw.rectangle((0, foot, width, foot + unit * 0.015), fill="#D9DBDD")
        canvas.draw.rectangle((0, foot + unit * 0.015, width, foot + unit * 0.135), fill=strip)
        for slot in range(slots):
            name = names[board * slots + slot]
            left = width * (0.05 + slot * 0.92 / slots)
            tag = (left, foot + unit * 0.022, left + width * 0.8 / slots, foot + unit * 0.128)
            canvas.draw.rectangle(tag, fill=rng.choice(("#FFFFFF", "#FFFFFF", "#FFF176")))
            price = f"${GROCERIES[name] + rng.randrange(-3, 4) * 0.1:.2f}"
            inner = inset(tag, unit * 0.012)
            canvas.text(
                (inner[0], tag[1] + unit * 0.024), name, unit * 0.03, "#222222", anchor="l", max_width=width_of(inner)
            )
            canvas.text((inner[2], tag[3] - unit * 0.033), price, unit * 0.052, "#B00020", anchor="r", bold=True,
                        max_width=width_of(inner))  # fmt: skip
            _barcode(
                canvas, (inner[0], tag[3] - unit * 0.043, inner[0] + width_of(inner) * 0.38, tag[3] - unit * 0.013), rng
            )
    return ["shelf", "price_tag", "packaged_goods", "text", "barcode"]


def draw_poster(canvas: Canvas, rng: random.Random, words: Sequence[str]) -> list[str]:
    """Draw a framed poster of plain shapes with a few words on it, and return the labels of what is there.

    Args:
        words: one to four, in capitals, of letters that the built-in font has.
    """
    width, height = canvas.image.size
    unit = min(width, height)
    wall = paint_wall(canvas, rng)
    breadth = min(width * 0.86, height * 0.66) if height <= width * 1.2 else width * 0.86
    frame = ((width - breadth) / 2, height * 0.06, (width + breadth) / 2, height * 0.94)
    paint_frame(canvas, rng, frame, rng.choice((PAINTED, WALNUT, ("#151515", "#262626"))), unit * 0.025)
    sheet = inset(frame, unit * 0.025)
    canvas.draw.rectangle(sheet, fill=rng.choice(PAPERS))
    colours, ink = rng.sample(PAINTS, 4), rng.choice(("#22252A", "#003D5B", "#6E1F3F", "#1F4D2B"))
    head, foot = (sheet[0], sheet[1], sheet[2], sheet[1] + (sheet[3] - sheet[1]) * 0.6), sheet
    _shapes(canvas, inset(head, breadth * 0.06), colours, rng)
    y, room = head[3], foot[3] - head[3] - unit * 0.03
    size = min(room / (len(words) + 0.6) * 0.8, unit * 0.1)
    size *= min(1.0, *(breadth * 0.8 / text_width(word, size, bold=True, tracking=0.06) for word in words))
    for word in words:
        y += room / (len(words) + 0.6)
        canvas.text((sheet[0] + breadth * 0.07, y - size * 0.4), word, size, ink, anchor="l", bold=True, tracking=0.06)
    return ["poster", "text", "geometric_shapes", "picture_frame", wall]


def _barcode(canvas: Canvas, box: Box, rng: random.Random) -> None:
    module = max(1.0, width_of(box) / 60)
    x = box[0]
    while x < box[2]:
        bar = module * rng.choice((1, 1, 2, 3))
        canvas.draw.rectangle((x, box[1], min(box[2], x + bar), box[3]), fill="#222222")
        x += bar + module * rng.choice((1, 2, 2))


def _goods(canvas: Canvas, box: Box, slots: int, rng: random.Random) -> None:
    for slot in range(slots):
        colour, bottle = rng.choice(PAINTS), rng.random() < 0.4
        room = width_of(box) / slots
        count = 4 if bottle else 3
        for item in range(count):
            x0 = box[0] + slot * room + room * (0.04 + 0.92 * item / count)
            x1 = x0 + room * 0.92 / count * 0.94
            _pack(canvas, (x0, box[1] + (box[3] - box[1]) * (0.05 if bottle else 0.2), x1, box[3]), colour, bottle)


def _pack(canvas: Canvas, box: Box, colour: str, bottle: bool) -> None:
    left, top, right, bottom = box
    breadth, body = right - left, top
    if bottle:
        body = top + (bottom - top) * 0.28
        canvas.draw.rectangle((left + breadth * 0.33, top, right - breadth * 0.33, body), fill=shade(colour, 0.8))
        canvas.draw.rectangle(
            (left + breadth * 0.28, top, right - breadth * 0.28, top + (body - top) * 0.4), fill="#F2F2F2"
        )
    canvas.draw.rounded_rectangle((left, body, right, bottom), radius=breadth * (0.2 if bottle else 0.03), fill=colour)
    canvas.draw.rectangle(
        (left + breadth * 0.06, body + breadth * 0.2, left + breadth * 0.16, bottom), fill=shade(colour, 1.3)
    )
    label = body + (bottom - body) * 0.3
    canvas.draw.rectangle((left, label, right, label + (bottom - body) * 0.38), fill="#FBF7EC")
    canvas.stamp(
        icons.leaf,
        ((left + right) / 2, label + (bottom - body) * 0.19),
        min(breadth * 0.7, (bottom - body) * 0.34),
        colour,
    )


def _shapes(canvas: Canvas, box: Box, colours: Sequence[str], rng: random.Random) -> None:
    columns, rows = 3, 3
    side = min(width_of(box) / columns, (box[3] - box[1]) / rows)
    left = (box[0] + box[2] - side * columns) / 2
    for cell in range(columns * rows):
        x, y = left + side * (cell % columns), box[1] + side * (cell // columns)
        colour, kind = rng.choice(colours), rng.choice(("disc", "quarter", "half", "square", "ring", "none"))
        if kind == "disc":
            canvas.stamp(icons.disc, (x + side / 2, y + side / 2), side, colour)
        elif kind == "quarter":
            turn = rng.randrange(4)
            corner = (x - side * (turn in (1, 2)), y - side * (turn in (2, 3)))
            canvas.draw.pieslice(
                (*corner, corner[0] + side * 2, corner[1] + side * 2), 180 + turn * 90, 270 + turn * 90, fill=colour
            )
        elif kind == "half":
            start = rng.choice((0, 90, 180, 270))
            canvas.draw.chord((x, y, x + side, y + side), start, start + 180, fill=colour)
        elif kind == "square":
            canvas.draw.rectangle((x, y, x + side, y + side), fill=colour)
        elif kind == "ring":
            canvas.draw.ellipse((x, y, x + side, y + side), outline=colour, width=max(1, round(side * 0.22)))
