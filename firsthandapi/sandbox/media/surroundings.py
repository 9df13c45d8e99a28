"""What a thing with writing on it hangs on or lies on: walls, tables, frames."""

from __future__ import annotations

import random

from . import icons
from .canvas import Box, Canvas, extent, inset, shade, texture

WALNUT, EBONY, OAK, PAINTED = (
    ("#5E3B1F", "#8A5C34"),
    ("#33200F", "#553620"),
    ("#A87C48", "#D0A66C"),
    ("#D8D2C4", "#F3EFE6"),
)
WOODS = (WALNUT, EBONY, OAK, PAINTED)
"""Dark and light shade of each wood."""

PAINTS = ("#D1495B", "#00798C", "#EDAE49", "#30638E", "#003D5B", "#3A7D44", "#8F2D56", "#F26B38", "#5F4BB6")
"""Bright colours for goods, awnings, cars and prints."""


def paint_wall(canvas: Canvas, rng: random.Random) -> str:
    """Cover the canvas with a wall of bricks, tiles, boards or plaster, and return its label."""
    width, height = canvas.image.size
    kind = rng.choice(("brick_wall", "tile_wall", "wall", "wood_panel"))
    if kind == "wall":
        colour = rng.choice(("#D9CFC0", "#B9C4BD", "#C9B8A8", "#8FA0A6", "#D8B9A0"))
        canvas.fill(canvas.box, texture((width, height), rng, shade(colour, 0.92), colour, (9, 7)))
    elif kind == "wood_panel":
        canvas.fill(canvas.box, texture((width, height), rng, *rng.choice(WOODS), (70, 3)))
        for board in range(1, 9):
            canvas.draw.line(
                (width * board / 9, 0, width * board / 9, height), fill="#2A1C12", width=max(1, width // 400)
            )
    else:
        bricks = (
            ("#8E4B3A", "#A25F48", "#6F5248") if kind == "brick_wall" else ("#E8ECEA", "#BFD3D0", "#2F4F56", "#D9E2DA")
        )
        _paint_courses(canvas, rng, rng.choice(bricks), height / (18 if kind == "brick_wall" else 11))
    return kind


def _paint_courses(canvas: Canvas, rng: random.Random, colour: str, course: float) -> None:
    width, height = canvas.image.size
    canvas.draw.rectangle(canvas.box, fill=shade(colour, 0.72))
    joint, length, rows = course * 0.09, course * 2.6, int(height / course) + 1
    for row in range(rows):
        x = -length * (0.5 if row % 2 else 0.0)
        while x < width:
            brick = (x + joint, row * course + joint, x + length - joint, (row + 1) * course - joint)
            canvas.draw.rectangle(brick, fill=shade(colour, rng.uniform(0.93, 1.07)))
            x += length


def paint_table(canvas: Canvas, rng: random.Random) -> None:
    """Cover the canvas with the planks of a table."""
    width, height = canvas.image.size
    dark, light = rng.choice(
        (("#6E4A2B", "#96693F"), ("#8D6B48", "#B58F66"), ("#4A3526", "#6B4E38"), ("#A89680", "#C6B69F"))
    )
    canvas.fill(canvas.box, texture((width, height), rng, dark, light, (4, 120)))
    count = rng.randint(4, 6)
    for plank in range(1, count):
        y = height * plank / count
        canvas.draw.line((0, y, width, y), fill=shade(dark, 0.5), width=max(1, height // 260))


def paint_cup(canvas: Canvas, centre: tuple[float, float], radius: float, rng: random.Random) -> None:
    """Draw a cup of coffee as seen from above."""
    x, y = centre[0] - radius * 0.75, centre[1]
    glaze = rng.choice(("#F4F1EA", "#DDE6EA", "#E9D8C8", "#C9D5C4"))
    canvas.shadow((x - radius, y - radius, x + radius, y + radius), radius * 0.3, 0.35)
    saucer = ((1.0, shade(glaze, 0.92)), (0.94, glaze), (0.66, shade(glaze, 0.88)))
    for share, colour in (*saucer, (0.62, "#F9F7F2"), (0.54, "#6F4526"), (0.48, "#8A5A34")):
        canvas.stamp(icons.disc, (x, y), radius * 2 * share, colour)
    canvas.stamp(icons.leaf, (x, y), radius * 0.7, "#E6CDA8")


def paint_frame(canvas: Canvas, rng: random.Random, box: Box, wood: tuple[str, str], thickness: float) -> None:
    """Draw a wooden frame that hangs before the wall; what it holds goes into the box inset by its thickness."""
    canvas.shadow(box, thickness * 2)
    canvas.fill(box, texture(extent(box), rng, *wood, (5, 90)))
    width = max(1, round(thickness * 0.12))
    canvas.draw.rectangle(box, outline=shade(wood[1], 1.2), width=width)
    canvas.draw.rectangle(inset(box, thickness - width), outline=shade(wood[0], 0.6), width=width)
