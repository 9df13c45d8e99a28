"""What a brief asks for: its words choose the scene that is drawn.

A *brief* is what a worker reads: the job's title and description. Each scene has telling words, and each such word
counts for it once; "menu" or "receipt" tell more than "coffee". A brief that tells nothing gets a poster of its words.
"""

from __future__ import annotations

import random
import re
import unicodedata
from functools import partial
from typing import Callable, NamedTuple

from .canvas import Canvas
from .indoors import draw_poster, draw_receipt, draw_shelf
from .menus import draw_menu
from .outdoors import draw_storefront, draw_street_sign

TELLING = {
    "menu": {2: "menu", 1: "coffee cafe restaurant espresso diner bistro bakery food drink"},
    "receipt": {2: "receipt invoice till", 1: "bill total purchase"},
    "storefront": {2: "storefront shopfront facade awning", 1: "entrance"},
    "street": {2: "street road traffic billboard", 1: "sign outdoor city house building car crossing"},
    "shelf": {2: "shelf shelves grocery supermarket barcode", 1: "price product label tag package aisle"},
}
MEANINGLESS = """
    about after again also any anything audio away because before being both capture clear clearly clip each
    every file files from full have image images into just legible like lit make more most must need needs only
    other over photo photos picture pictures please record recording should show shows some take taken than that
    their them then there these they thing this those video videos well what when where which while will with
    without would your
"""


class Subject(NamedTuple):
    """What to draw: `draw` does it and returns the labels of what it drew."""

    name: str
    scene: str
    draw: Callable[[Canvas, random.Random], list[str]]


def subject_of(brief: str) -> Subject:
    """Choose what to draw for a brief."""
    words = words_of(brief)
    present = frozenset(words).union(word[:-1] for word in words if word.endswith("s"))
    weights = {
        name: sum(weight * len(present.intersection(telling.split())) for weight, telling in levels.items())
        for name, levels in TELLING.items()
    }
    name = max(weights, key=lambda name: weights[name])
    if weights[name] == 0:
        return Subject("poster", "indoor_wall", partial(draw_poster, words=headline_of(brief)))
    if name == "menu":
        return Subject(name, "indoor_retail", partial(draw_menu, words=present))
    return {
        "receipt": Subject(name, "indoor_table", draw_receipt),
        "storefront": Subject(name, "outdoor_street", draw_storefront),
        "street": Subject(name, "outdoor_street", draw_street_sign),
        "shelf": Subject(name, "indoor_retail", draw_shelf),
    }[name]


def headline_of(brief: str) -> list[str]:
    """Up to four words of a brief that say what it is about, in capitals."""
    telling = [word.upper() for word in words_of(brief) if len(word) > 3 and word not in MEANINGLESS.split()]
    return telling[:4] or ["NOTICE"]


def words_of(brief: str) -> list[str]:
    """The brief's words of plain letters in lower case, each once."""
    plain = unicodedata.normalize("NFKD", brief).encode("ascii", "ignore").decode()
    return list(dict.fromkeys(re.findall(r"[a-z]{2,14}", plain.lower())))
