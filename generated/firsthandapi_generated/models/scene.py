# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..types import Field, Model, readable


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class Scene(Model):
    """One scene of a video."""

    start: float
    """When it begins, in seconds."""

    end: float
    """When it ends, in seconds."""

    label: str
    """What it shows."""

    _fields: ClassVar[dict[str, Field]] = {
        "start": Field("start"),
        "end": Field("end"),
        "label": Field("label"),
    }
