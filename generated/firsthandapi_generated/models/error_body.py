# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, each, model, readable

if TYPE_CHECKING:
    from ..models.error_detail import ErrorDetail
    from ..models.error_type import ErrorType


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class ErrorBody(Model):
    """What went wrong."""

    type: ErrorType
    """What went wrong. The service may add values at any time."""

    message: str
    """For people to read."""

    request_id: str
    """Name of the request, for support."""

    details: list[ErrorDetail] | None = None
    """What is wrong, field by field; left out where it does not apply."""

    _fields: ClassVar[dict[str, Field]] = {
        "type": Field("type"),
        "message": Field("message"),
        "request_id": Field("request_id"),
        "details": Field("details", each(model("ErrorDetail")), required=False),
    }
