# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import Literal, Union

KnownTaskDecision = Literal["approve", "approve_with_edit", "escalate", "reject"]
"""The values in the contract."""

TaskDecision = Union[KnownTaskDecision, str]
"""What an answer may hold: one of the values in the contract, or one that is newer."""

TASK_DECISION_VALUES: tuple[KnownTaskDecision, ...] = (
    "approve",
    "approve_with_edit",
    "escalate",
    "reject",
)
