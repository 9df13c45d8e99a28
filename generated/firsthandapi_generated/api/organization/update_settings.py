# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Change the settings.

PATCH /v1/organization/settings
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...models.organization_settings import OrganizationSettings
from ...models.organization_settings_update import OrganizationSettingsUpdate


def build(
    *,
    body: OrganizationSettingsUpdate,
) -> Call[OrganizationSettings]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="update_settings",
        method="PATCH",
        path="/v1/organization/settings",
        query={},
        headers={},
        body=body,
        authenticated=True,
        takes_idempotency_key=False,
        parse=_parse,
    )


def parse(answer: Any) -> OrganizationSettings:
    """The typed form of a 2xx answer's JSON."""
    return OrganizationSettings.from_dict(answer)


_parse = parse
