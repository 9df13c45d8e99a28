# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import UNSET, Field, Model, Unset, readable

if TYPE_CHECKING:
    from ..models.job_type import JobType


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class OrganizationSettingsUpdate(Model):
    """What to change; what is not given stays."""

    auto_topup_amount_cents: int | Unset = UNSET
    """How much is bought, in US cents."""

    auto_topup_enabled: bool | Unset = UNSET
    """Whether credits are bought when they run low."""

    auto_topup_threshold_cents: int | Unset = UNSET
    """Balance under which they are bought, in US cents."""

    default_price_per_file_cents: int | Unset = UNSET
    """Default price per file of new jobs, in US cents."""

    default_type: JobType | Unset = UNSET
    """`data_collection`: workers capture original files. `feedback`: workers review supplied content."""

    low_balance_threshold_cents: int | Unset = UNSET
    """Balance under which `credits.low_balance` is sent, in US cents. The field's name is not published."""

    _fields: ClassVar[dict[str, Field]] = {
        "auto_topup_amount_cents": Field("auto_topup_amount_cents", required=False),
        "auto_topup_enabled": Field("auto_topup_enabled", required=False),
        "auto_topup_threshold_cents": Field("auto_topup_threshold_cents", required=False),
        "default_price_per_file_cents": Field("default_price_per_file_cents", required=False),
        "default_type": Field("default_type", required=False),
        "low_balance_threshold_cents": Field("low_balance_threshold_cents", required=False),
    }
