# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import Literal, Union

KnownEnvironment = Literal["live", "test"]
"""The values in the contract."""

Environment = Union[KnownEnvironment, str]
"""What an answer may hold: one of the values in the contract, or one that is newer."""

ENVIRONMENT_VALUES: tuple[KnownEnvironment, ...] = (
    "live",
    "test",
)
