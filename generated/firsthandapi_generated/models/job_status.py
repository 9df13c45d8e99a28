# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import Literal, Union

KnownJobStatus = Literal["active", "cancelled", "completed", "filled", "in_progress", "open"]
"""The values in the contract."""

JobStatus = Union[KnownJobStatus, str]
"""What an answer may hold: one of the values in the contract, or one that is newer."""

JOB_STATUS_VALUES: tuple[KnownJobStatus, ...] = (
    "active",
    "cancelled",
    "completed",
    "filled",
    "in_progress",
    "open",
)
