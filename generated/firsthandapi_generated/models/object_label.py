# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..types import Field, Model, readable


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class ObjectLabel(Model):
    """One thing seen in a picture."""

    label: str
    """What it is."""

    confidence: float
    """How sure the model is."""

    _fields: ClassVar[dict[str, Field]] = {
        "label": Field("label"),
        "confidence": Field("confidence"),
    }
