# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import Literal, Union

KnownSubmissionStatus = Literal["approved", "pending_score", "rejected", "retry_pending"]
"""The values in the contract."""

SubmissionStatus = Union[KnownSubmissionStatus, str]
"""What an answer may hold: one of the values in the contract, or one that is newer."""

SUBMISSION_STATUS_VALUES: tuple[KnownSubmissionStatus, ...] = (
    "approved",
    "pending_score",
    "rejected",
    "retry_pending",
)
