# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, readable, timestamp

if TYPE_CHECKING:
    from ..models.job_type import JobType


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class OrganizationSettings(Model):
    """The organization's settings."""

    object: str
    """Always `organization_settings`."""

    organization_id: str
    """The organization's id."""

    default_type: JobType | None
    """Default type of new jobs."""

    default_price_per_file_cents: int | None
    """Default price per file of new jobs, in US cents."""

    auto_topup_enabled: bool
    """Whether credits are bought when they run low."""

    auto_topup_threshold_cents: int | None
    """Balance under which they are bought, in US cents."""

    auto_topup_amount_cents: int | None
    """How much is bought, in US cents."""

    low_balance_threshold_cents: int | None
    """Balance under which `credits.low_balance` is sent, in US cents. The field's name is not published."""

    updated_at: datetime.datetime
    """When the settings last changed."""

    _fields: ClassVar[dict[str, Field]] = {
        "object": Field("object"),
        "organization_id": Field("organization_id"),
        "default_type": Field("default_type", required=False),
        "default_price_per_file_cents": Field("default_price_per_file_cents", required=False),
        "auto_topup_enabled": Field("auto_topup_enabled"),
        "auto_topup_threshold_cents": Field("auto_topup_threshold_cents", required=False),
        "auto_topup_amount_cents": Field("auto_topup_amount_cents", required=False),
        "low_balance_threshold_cents": Field("low_balance_threshold_cents", required=False),
        "updated_at": Field("updated_at", timestamp),
    }
