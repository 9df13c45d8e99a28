# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..types import Field, Model, readable


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class StarCounts(Model):
    """How many submissions got each rating."""

    one: int
    """How many got 1 star."""

    two: int
    """How many got 2 stars."""

    three: int
    """How many got 3 stars."""

    four: int
    """How many got 4 stars."""

    five: int
    """How many got 5 stars."""

    _fields: ClassVar[dict[str, Field]] = {
        "one": Field("one"),
        "two": Field("two"),
        "three": Field("three"),
        "four": Field("four"),
        "five": Field("five"),
    }
