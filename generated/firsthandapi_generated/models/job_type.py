# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import Literal, Union

KnownJobType = Literal["data_collection", "feedback"]
"""The values in the contract."""

JobType = Union[KnownJobType, str]
"""What an answer may hold: one of the values in the contract, or one that is newer."""

JOB_TYPE_VALUES: tuple[KnownJobType, ...] = (
    "data_collection",
    "feedback",
)
