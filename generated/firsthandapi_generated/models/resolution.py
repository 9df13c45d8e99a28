# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..types import Field, Model, readable


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class Resolution(Model):
    """Size of a picture, in pixels."""

    width: int
    """Width."""

    height: int
    """Height."""

    _fields: ClassVar[dict[str, Field]] = {
        "width": Field("width"),
        "height": Field("height"),
    }
