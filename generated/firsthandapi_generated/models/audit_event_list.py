# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, each, model, readable

if TYPE_CHECKING:
    from ..models.audit_event import AuditEvent


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class AuditEventList(Model):
    """One page of audit events, newest first."""

    object: str
    """Always `list`."""

    data: list[AuditEvent]
    """The page's items."""

    has_more: bool
    """Whether another page follows."""

    next_cursor: None | str
    """Value for `cursor` to get the next page; null on the last page. Opaque."""

    _fields: ClassVar[dict[str, Field]] = {
        "object": Field("object"),
        "data": Field("data", each(model("AuditEvent"))),
        "has_more": Field("has_more"),
        "next_cursor": Field("next_cursor", required=False),
    }
