# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import Literal, Union

KnownTaskStatus = Literal["cancelled", "completed", "failed", "in_review", "pending", "resolved", "timed_out"]
"""The values in the contract."""

TaskStatus = Union[KnownTaskStatus, str]
"""What an answer may hold: one of the values in the contract, or one that is newer."""

TASK_STATUS_VALUES: tuple[KnownTaskStatus, ...] = (
    "cancelled",
    "completed",
    "failed",
    "in_review",
    "pending",
    "resolved",
    "timed_out",
)
