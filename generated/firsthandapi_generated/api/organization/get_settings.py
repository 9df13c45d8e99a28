# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Get the settings.

GET /v1/organization/settings
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...models.organization_settings import OrganizationSettings
from ...types import UNSET


def build() -> Call[OrganizationSettings]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="get_settings",
        method="GET",
        path="/v1/organization/settings",
        query={},
        headers={},
        body=UNSET,
        authenticated=True,
        takes_idempotency_key=False,
        parse=_parse,
    )


def parse(answer: Any) -> OrganizationSettings:
    """The typed form of a 2xx answer's JSON."""
    return OrganizationSettings.from_dict(answer)


_parse = parse
