# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..types import Field, Model, readable


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class Signup(Model):
    """An organization to make."""

    name: str
    """Name of the organization."""

    email: str
    """Address of its owner."""

    _fields: ClassVar[dict[str, Field]] = {
        "name": Field("name"),
        "email": Field("email"),
    }
