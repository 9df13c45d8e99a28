# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..types import UNSET, Field, Model, Unset, readable


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class JobRating(Model):
    """The buyer's rating of a completed job. The field names are not published."""

    stars: int
    """1 (bad) to 5 (excellent)."""

    comment: str | Unset = UNSET
    """Why."""

    _fields: ClassVar[dict[str, Field]] = {
        "stars": Field("stars"),
        "comment": Field("comment", required=False),
    }
