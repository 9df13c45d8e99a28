# Derived from _async/organization.py by `make regenerate`. Edit that file.
"""Settings of the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from firsthandapi_generated.api.organization import get_settings, update_settings
from firsthandapi_generated.models.organization_settings_update import OrganizationSettingsUpdate

from .. import _arguments
from .._arguments import given
from .client import Resource

if TYPE_CHECKING:
    from firsthandapi_generated.models.job_type import KnownJobType
    from firsthandapi_generated.models.organization_settings import OrganizationSettings


class Organization(Resource):
    """`client.organization`: defaults of new jobs, and automatic top-up."""

    def settings(self) -> OrganizationSettings:
        """The settings as they are.

        >>> settings = client.organization.settings()
        >>> settings.auto_topup_enabled
        False
        """
        return self._client.request(get_settings.build())

    def update(
        self,
        *,
        default_type: Optional[KnownJobType] = None,
        default_price_per_file_cents: Optional[int] = None,
        auto_topup_enabled: Optional[bool] = None,
        auto_topup_threshold_cents: Optional[int] = None,
        auto_topup_amount_cents: Optional[int] = None,
        low_balance_threshold_cents: Optional[int] = None,
    ) -> OrganizationSettings:
        """Change some settings; what is not given stays as it is.

        Args:
            default_type: Type of a job that names none.
            default_price_per_file_cents: Price of a job that names none, in cents.
            auto_topup_enabled: Whether credits are bought when the balance is low.
            auto_topup_threshold_cents: Balance in cents under which that happens.
            auto_topup_amount_cents: How many cents are bought then.
            low_balance_threshold_cents: Balance in cents under which the event `credits.low_balance` is sent (the
                field's name is ours: the service documents the threshold, not its name).

        Returns:
            The settings after the change.

        >>> (client.organization.update(default_price_per_file_cents=50)).default_price_per_file_cents
        50
        """
        _arguments.check(
            "update_settings",
            {
                "default_type": default_type,
                "default_price_per_file_cents": default_price_per_file_cents,
                "auto_topup_enabled": auto_topup_enabled,
                "auto_topup_threshold_cents": auto_topup_threshold_cents,
                "auto_topup_amount_cents": auto_topup_amount_cents,
                "low_balance_threshold_cents": low_balance_threshold_cents,
            },
        )
        body = OrganizationSettingsUpdate(
            default_type=given(default_type),
            default_price_per_file_cents=given(default_price_per_file_cents),
            auto_topup_enabled=given(auto_topup_enabled),
            auto_topup_threshold_cents=given(auto_topup_threshold_cents),
            auto_topup_amount_cents=given(auto_topup_amount_cents),
            low_balance_threshold_cents=given(low_balance_threshold_cents),
        )
        return self._client.request(update_settings.build(body=body))
