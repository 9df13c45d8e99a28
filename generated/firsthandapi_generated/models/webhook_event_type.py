# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import Literal, Union

KnownWebhookEventType = Literal[
    "credits.auto_topped_up",
    "credits.expired",
    "credits.expiring_soon",
    "credits.low_balance",
    "credits.purchased",
    "job.cancelled",
    "job.completed",
    "job.flagged",
    "submission.approved",
    "submission.rejected",
    "submission.scored",
]
"""The values in the contract."""

WebhookEventType = Union[KnownWebhookEventType, str]
"""What an answer may hold: one of the values in the contract, or one that is newer."""

WEBHOOK_EVENT_TYPE_VALUES: tuple[KnownWebhookEventType, ...] = (
    "credits.auto_topped_up",
    "credits.expired",
    "credits.expiring_soon",
    "credits.low_balance",
    "credits.purchased",
    "job.cancelled",
    "job.completed",
    "job.flagged",
    "submission.approved",
    "submission.rejected",
    "submission.scored",
)
