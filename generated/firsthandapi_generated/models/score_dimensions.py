# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..types import Field, Model, readable


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class ScoreDimensions(Model):
    """The parts of a rating, in stars."""

    relevance: int
    """Does it show what was asked for?"""

    quality: int
    """Is it sharp, audible, well lit?"""

    completeness: int
    """Is everything there?"""

    _fields: ClassVar[dict[str, Field]] = {
        "relevance": Field("relevance"),
        "quality": Field("quality"),
        "completeness": Field("completeness"),
    }
