# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..types import Field, Model, readable


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class TaskDecisionCounts(Model):
    """How many tasks got each decision."""

    approve: int
    """How many got `approve`."""

    reject: int
    """How many got `reject`."""

    approve_with_edit: int
    """How many got `approve_with_edit`."""

    escalate: int
    """How many got `escalate`."""

    _fields: ClassVar[dict[str, Field]] = {
        "approve": Field("approve"),
        "reject": Field("reject"),
        "approve_with_edit": Field("approve_with_edit"),
        "escalate": Field("escalate"),
    }
