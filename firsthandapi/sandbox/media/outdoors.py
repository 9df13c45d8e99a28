"""What simulated workers photograph in the street: storefronts and signs."""

# Pillow describes its types with NumPy, which is not needed here and so not there.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import random

from PIL import Image, ImageOps

from .canvas import Box, Canvas, extent, inset, shade, text_width, texture, thirds, width_of
from .menu_text import SHOPS
from .surroundings import PAINTS, paint_wall

TRADES = ("Books", "Flowers", "Bakery", "Records", "Bicycles", "Hardware", "Antiques", "Grocery", "Optics", "Tailors")
STREETS = (
    "MAPLE ST",
    "HARBOR AVE",
    "5TH AVE",
    "MILL LANE",
    "ELM ST",
    "STATION RD",
    "RIVER WALK",
    "PARK BLVD",
    "CEDAR CT",
    "9TH ST",
)
PLATES = (
    "ONE WAY",
    "NO PARKING",
    "SPEED LIMIT 25",
    "BUS STOP",
    "LOADING ZONE",
    "BIKE ROUTE",
    "SCHOOL ZONE",
    "KEEP RIGHT",
)


def draw_storefront(canvas: Canvas, rng: random.Random) -> list[str]:
    """Draw a shop front with its name, an awning, a window and a door, and return the labels of what is there."""
    width, height = canvas.image.size
    unit = min(width, height)
    wall = paint_wall(canvas, rng)
    paint = rng.choice(("#274046", "#6B2737", "#1E3D2F", "#38405F", "#8A6A12", "#4E626F", "#A34630"))
    pavement = height * 0.88
    canvas.draw.rectangle((0, pavement, width, height), fill="#8B8A86")
    for x in range(-1, 8):
        canvas.draw.line(
            (width * x / 6, height, width * (x + 0.4) / 6, pavement), fill="#75746F", width=max(1, unit // 300)
        )
    front = (width * 0.08, height * 0.12, width * 0.92, pavement)
    canvas.shadow(front, unit * 0.05)
    canvas.draw.rectangle(front, fill=paint)
    sign, below, _ = thirds(inset(front, unit * 0.025), 0.25, 0)
    canvas.draw.rectangle(sign, fill=shade(paint, 0.75), outline=shade(paint, 1.4), width=max(1, round(unit * 0.005)))
    letters = rng.choice(("#F6E7C1", "#FFFFFF", "#F2C14E"))
    middle = (sign[0] + sign[2]) / 2
    canvas.text((middle, sign[1] + (sign[3] - sign[1]) * 0.36), rng.choice(SHOPS).upper(), unit * 0.092, letters,
                bold=True, tracking=0.08, max_width=width_of(sign) * 0.92)  # fmt: skip
    canvas.text(
        (middle, sign[1] + (sign[3] - sign[1]) * 0.74), rng.choice(TRADES).upper(), unit * 0.04, letters, tracking=0.3
    )
    split = below[0] + width_of(below) * rng.choice((0.66, 0.7))
    window = (below[0], below[1] + unit * 0.03, split - unit * 0.02, below[3] - unit * 0.05)
    _pane(canvas, window, rng)
    _window_display(canvas, window, rng)
    door = (split + unit * 0.02, window[1], below[2], pavement)
    canvas.draw.rectangle(door, fill=shade(paint, 1.25))
    _pane(canvas, (door[0] + unit * 0.03, door[1] + unit * 0.03, door[2] - unit * 0.03, door[3] - unit * 0.16), rng)
    canvas.draw.ellipse(
        (door[0] + unit * 0.008, door[3] - unit * 0.2, door[0] + unit * 0.022, door[3] - unit * 0.17), fill="#E0C068"
    )
    card = (
        door[0] + width_of(door) * 0.24,
        door[1] + unit * 0.1,
        door[2] - width_of(door) * 0.24,
        door[1] + unit * 0.17,
    )
    canvas.draw.rectangle(card, fill="#FFFFFF", outline="#B3261E", width=max(1, round(unit * 0.005)))
    canvas.text(((card[0] + card[2]) / 2, (card[1] + card[3]) / 2), "OPEN", unit * 0.045, "#B3261E", bold=True,
                max_width=width_of(card) * 0.8)  # fmt: skip
    _awning(canvas, (below[0] - unit * 0.02, below[1] + unit * 0.012, split, below[1] + unit * 0.11), rng)
    return ["storefront", "sign", "text", "window", "door", "awning", wall]


def draw_street_sign(canvas: Canvas, rng: random.Random) -> list[str]:
    """Draw sign plates on a pole before houses and a sky, and return the labels of what is there."""
    width, height = canvas.image.size
    unit = min(width, height)
    paint_town(canvas, rng)
    pole = width * rng.uniform(0.4, 0.6)
    canvas.draw.rectangle((pole - unit * 0.016, height * 0.1, pole + unit * 0.016, height), fill="#7C8288")
    canvas.draw.rectangle((pole - unit * 0.016, height * 0.1, pole - unit * 0.006, height), fill="#A9AFB4")
    y = height * 0.13
    for name in rng.sample(STREETS, 2):
        colour = rng.choice(("#0B6B3A", "#0B4EA2", "#0B6B3A", "#6B3F1D"))
        _plate(canvas, (pole, y), unit * 0.15, name, "#FFFFFF", colour, unit * 0.095)
        y += unit * 0.18
    if rng.random() < 0.85:
        ink, colour = rng.choice((("#111111", "#FFFFFF"), ("#B3261E", "#FFFFFF"), ("#111111", "#F5C518")))
        _plate(canvas, (pole, y + unit * 0.03), unit * 0.19, rng.choice(PLATES), ink, colour, unit * 0.075)
    return ["street_sign", "text", "pole", "building", "sky"]


def paint_town(canvas: Canvas, rng: random.Random, ground: float = 1.0) -> None:
    """Cover the canvas with a sky and a row of houses that stand at `ground`, a share of the height."""
    width, height = canvas.image.size
    sky = rng.choice((("#5B93C7", "#E3EEF5"), ("#7FA7B8", "#EFE8D6"), ("#4F6D8F", "#F6CFAB"), ("#8795A1", "#DDE2E5")))
    canvas.fill(canvas.box, ImageOps.colorize(Image.linear_gradient("L").resize((width, height)), *sky))
    x = -width * 0.05
    while x < width:
        roof, breadth = height * rng.uniform(0.42, 0.74) * ground, width * rng.uniform(0.14, 0.24)
        _house(canvas, (x, roof, x + breadth, height * ground), rng)
        x += breadth


def _pane(canvas: Canvas, box: Box, rng: random.Random) -> None:
    canvas.fill(box, texture(extent(box), rng, "#6F8A95", "#BFD4DA", (3, 3)))
    canvas.draw.rectangle(box, outline="#F2EFE8", width=max(1, round(min(canvas.image.size) * 0.008)))


def _window_display(canvas: Canvas, window: Box, rng: random.Random) -> None:
    x, floor, high = (
        window[0] + width_of(window) * 0.06,
        window[3] - (window[3] - window[1]) * 0.03,
        (window[3] - window[1]) * 0.4,
    )
    while x < window[2] - width_of(window) * 0.14:
        breadth, tall = width_of(window) * rng.uniform(0.07, 0.13), high * rng.uniform(0.4, 1)
        colour = rng.choice(PAINTS)
        canvas.draw.rectangle((x, floor - tall, x + breadth, floor), fill=colour)
        canvas.draw.rectangle((x, floor - tall, x + breadth * 0.2, floor), fill=shade(colour, 1.25))
        x += breadth * rng.uniform(1.05, 1.5)


def _awning(canvas: Canvas, box: Box, rng: random.Random) -> None:
    canvas.shadow(box, (box[3] - box[1]) * 0.3, 0.4)
    colours, stripes = ("#F7F3EA", rng.choice(PAINTS)), 14
    for stripe in range(stripes):
        x0, x1 = (box[0] + width_of(box) * (stripe + share) / stripes for share in (0, 1))
        canvas.draw.rectangle((x0, box[1], x1, box[3]), fill=colours[stripe % 2])
        drop = (x1 - x0) / 2
        canvas.draw.ellipse((x0, box[3] - drop, x1, box[3] + drop), fill=shade(colours[stripe % 2], 0.9))


def _house(canvas: Canvas, box: Box, rng: random.Random) -> None:
    colour = rng.choice(("#A4685A", "#B89B7B", "#8C8F94", "#C7B299", "#7F6A5E", "#9DA58E"))
    canvas.draw.rectangle(box, fill=colour)
    canvas.draw.rectangle((box[0], box[1], box[2], box[1] + width_of(box) * 0.05), fill=shade(colour, 0.7))
    side = width_of(box) * 0.16
    y = box[1] + side * 1.1
    while y < box[3]:
        for column in (0.14, 0.42, 0.70):
            x = box[0] + width_of(box) * column
            glass = rng.choice(("#DCE7EC", "#55697A", "#F3D98B", "#6F8797"))
            canvas.draw.rectangle((x, y, x + side, y + side * 1.4), fill=glass, outline=shade(colour, 0.6))
        y += side * 2.4


def _plate(canvas: Canvas, at: tuple[float, float], tall: float, text: str, ink: str, colour: str, size: float) -> None:
    room = canvas.image.width * 0.62
    breadth = min(room, text_width(text, size, bold=True, tracking=0.06) + tall * 0.6)
    # A plate hangs where the pole lets it, but always wholly inside the picture.
    left = min(max(at[0] - breadth / 2, canvas.image.width * 0.06), canvas.image.width * 0.94 - breadth)
    box = (left, at[1], left + breadth, at[1] + tall)
    canvas.shadow(box, tall * 0.15, 0.35)
    canvas.draw.rounded_rectangle(box, radius=tall * 0.12, fill=ink)
    canvas.draw.rounded_rectangle(inset(box, tall * 0.04), radius=tall * 0.1, fill=colour)
    canvas.text(
        (left + breadth / 2, at[1] + tall / 2), text, size, ink, bold=True, tracking=0.06, max_width=breadth * 0.86
    )
