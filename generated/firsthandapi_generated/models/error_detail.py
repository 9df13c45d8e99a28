# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..types import Field, Model, readable


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class ErrorDetail(Model):
    """What is wrong with one field."""

    field: str
    """Name of the field; a dot leads into an object."""

    message: str
    """What is wrong with it."""

    _fields: ClassVar[dict[str, Field]] = {
        "field": Field("field"),
        "message": Field("message"),
    }
