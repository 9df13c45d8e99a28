"""What stands on a menu, and how its rows are set."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

from . import icons
from .canvas import Box, Canvas, Shape, row_size, width_of

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

SHOPS = (
    "Copper Kettle",
    "North Star",
    "Blue Door",
    "Golden Hour",
    "Paper Crane",
    "Wild Fig",
    "Harbor Light",
    "Velvet Bean",
    "Corner Cup",
    "Slow Morning",
    "Red Bicycle",
    "Lucky Fern",
    "Moon & Sparrow",
    "Stone Mill",
    "Tall Pine",
    "Little Finch",
)
COFFEE_SHOPS = ("Coffee", "Cafe", "Coffee Bar", "Roasters", "Espresso Bar")
KITCHENS = ("Kitchen", "Diner", "Bistro", "Eatery")
COFFEE = {
    "Espresso": 3.50,
    "Americano": 3.75,
    "Cappuccino": 4.75,
    "Latte": 5.00,
    "Flat White": 4.75,
    "Cortado": 4.25,
    "Macchiato": 4.00,
    "Mocha": 5.50,
    "Cold Brew": 4.75,
    "Drip Coffee": 3.00,
    "Iced Latte": 5.25,
    "Chai Latte": 5.25,
    "Matcha Latte": 5.75,
    "Hot Chocolate": 4.50,
    "Earl Grey": 3.25,
    "Mint Tea": 3.25,
}
BAKERY = {
    "Croissant": 3.75,
    "Blueberry Muffin": 3.50,
    "Cinnamon Roll": 4.50,
    "Banana Bread": 3.75,
    "Scone": 3.25,
    "Bagel": 2.75,
    "Almond Cookie": 2.50,
    "Lemon Cake": 4.25,
    "Carrot Cake": 4.75,
    "Pain au Chocolat": 4.25,
}
PLATES = {
    "Avocado Toast": 9.50,
    "Tomato Soup": 7.50,
    "Caesar Salad": 10.50,
    "Grilled Cheese": 8.75,
    "Veggie Wrap": 9.25,
    "Pancakes": 9.75,
    "Cheeseburger": 12.50,
    "Margherita Pizza": 13.50,
    "Mushroom Risotto": 14.75,
    "Fish & Chips": 14.25,
    "Fish Tacos": 11.50,
}
SIDES = {
    "French Fries": 4.50,
    "House Salad": 5.75,
    "Garlic Bread": 4.75,
    "Lemonade": 3.50,
    "Iced Tea": 3.00,
    "Apple Pie": 5.50,
}
FOOD_WORDS = frozenset(
    ("restaurant", "diner", "bistro", "dish", "food", "lunch", "dinner", "brunch", "pizza", "burger", "kitchen", "meal")
)
CAFE_NOTES = (
    "Oat milk +$0.75",
    "Ask for today's roast",
    "Open daily 7 to 4",
    "Fresh every morning",
    "Extra shot +$1.00",
)
KITCHEN_NOTES = (
    "Kitchen open until 9",
    "Cash & card welcome",
    "Soup of the day $6.50",
    "Please order at the bar",
    "Extra cheese +$1.25",
)

Section: TypeAlias = "tuple[str, list[tuple[str, str]]]"
"""A heading and its rows of item and price."""


class Menu(NamedTuple):
    """What stands on a board.

    Attributes:
        name: of the shop, e.g. "Copper Kettle".
        kind: of shop, e.g. "Coffee Bar".
        sections: headings with their rows of item and price.
        note: a remark at the foot.
        emblem: the shape that goes with the shop.
    """

    name: str
    kind: str
    sections: list[Section]
    note: str
    emblem: Shape


class Ink(NamedTuple):
    """The colours that a menu is written in."""

    title: str
    heading: str
    item: str
    price: str
    leader: str


def compose(rng: random.Random, *, food: bool) -> Menu:
    """Make up a menu of four to nine items, of a kitchen or of a coffee shop."""
    halves = (("Plates", PLATES), ("Sides", SIDES)) if food else (("Coffee", COFFEE), ("Bakery", BAKERY))
    counts = (rng.randint(3, 5), rng.randint(2, 4)) if rng.random() < 0.6 else (rng.randint(4, 6), 0)
    sections: list[Section] = []
    for (heading, goods), count in zip(halves, counts):
        chosen = rng.sample(sorted(goods), count)
        rows = [(item, f"${goods[item] + rng.randrange(-2, 5) * 0.25:.2f}") for item in chosen]
        if rows:
            sections.append((heading, rows))
    emblem = icons.cutlery if food else rng.choice((icons.cup, icons.cup, icons.bean, icons.leaf))
    return Menu(
        rng.choice(SHOPS),
        rng.choice(KITCHENS if food else COFFEE_SHOPS),
        sections,
        rng.choice(KITCHEN_NOTES if food else CAFE_NOTES),
        emblem,
    )


def write_sections(
    canvas: Canvas, box: Box, sections: list[Section], ink: Ink, *, side_by_side: bool, bold: bool = False
) -> None:
    """Write the sections below each other, or, if allowed, beside each other where that gives larger letters.

    Args:
        side_by_side: whether two sections may stand beside each other.
    """
    half, gap = width_of(box) / 2, width_of(box) * 0.04
    columns = [(box[0], box[1], box[0] + half - gap, box[3]), (box[0] + half + gap, box[1], box[2], box[3])]
    groups = [[section] for section in sections]
    stacked = _letter_size(canvas, box, [sections], bold)
    size = _letter_size(canvas, columns[0], groups, bold) if side_by_side and len(groups) == 2 else 0.0
    if size <= stacked:
        size, columns, groups = stacked, [box], [sections]
    tallest = max(_pitches(group) for group in groups)
    pitch = min((box[3] - box[1]) / tallest, size * 2.2)
    top = box[1] + (box[3] - box[1] - pitch * tallest) / 2
    for column, group in zip(columns, groups):
        _write_column(canvas, (column[0], top, column[2], column[3]), group, ink, size, pitch, bold)


def _letter_size(canvas: Canvas, column: Box, groups: list[list[Section]], bold: bool) -> float:
    """The font size at which each group of sections fits into a column of its own."""
    rows = [row for group in groups for _, section in group for row in section]
    wanted = min((column[3] - column[1]) / max(map(_pitches, groups)) * 0.62, min(canvas.image.size) * 0.062)
    return row_size(rows, width_of(column), wanted, bold=bold)


def _write_column(
    canvas: Canvas, box: Box, sections: list[Section], ink: Ink, size: float, pitch: float, bold: bool
) -> None:
    y = box[1]
    for heading, rows in sections:
        canvas.text((box[0], y + pitch * 0.6), heading.upper(), size * 0.9, ink.heading, anchor="l", bold=True,
                    tracking=0.14, max_width=width_of(box))  # fmt: skip
        y += pitch * 1.2
        for item, price in rows:
            canvas.row(
                (box[0], y, box[2], y + pitch), item, price, size, (ink.item, ink.price), bold=bold, leader=ink.leader
            )
            y += pitch
        y += pitch * 0.4


def _pitches(sections: list[Section]) -> float:
    """The height of a column in rows: a heading takes 1.2 of them, the space between two sections 0.4."""
    return sum(1.2 + len(rows) for _, rows in sections) + 0.4 * (len(sections) - 1)
