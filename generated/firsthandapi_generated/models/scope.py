# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import Literal, Union

KnownScope = Literal[
    "audit:read",
    "billing:read",
    "billing:write",
    "jobs:read",
    "jobs:write",
    "keys:manage",
    "usage:read",
    "webhooks:read",
    "webhooks:write",
]
"""The values in the contract."""

Scope = Union[KnownScope, str]
"""What an answer may hold: one of the values in the contract, or one that is newer."""

SCOPE_VALUES: tuple[KnownScope, ...] = (
    "audit:read",
    "billing:read",
    "billing:write",
    "jobs:read",
    "jobs:write",
    "keys:manage",
    "usage:read",
    "webhooks:read",
    "webhooks:write",
)
