# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, model, readable

if TYPE_CHECKING:
    from ..models.error_body import ErrorBody


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class Error(Model):
    """Every answer that is not a success."""

    error: ErrorBody
    """What went wrong."""

    _fields: ClassVar[dict[str, Field]] = {
        "error": Field("error", model("ErrorBody")),
    }
