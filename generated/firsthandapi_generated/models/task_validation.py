# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, each, model, readable

if TYPE_CHECKING:
    from ..models.error_detail import ErrorDetail


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class TaskValidation(Model):
    """What a dry run found. The fields are not published."""

    object: str
    """Always `task_validation`."""

    valid: bool
    """Whether `create_task` would accept this body."""

    errors: list[ErrorDetail]
    """What is wrong; empty if nothing is."""

    _fields: ClassVar[dict[str, Field]] = {
        "object": Field("object"),
        "valid": Field("valid"),
        "errors": Field("errors", each(model("ErrorDetail"))),
    }
