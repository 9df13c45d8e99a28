# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..types import Field, Model, readable


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class Metadata(Model):
    """The caller's own key-value pairs, at most 20. Values are strings, numbers or booleans (inferred)."""

    _fields: ClassVar[dict[str, Field]] = {}
