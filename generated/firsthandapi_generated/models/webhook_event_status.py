# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import Literal, Union

KnownWebhookEventStatus = Literal["delivered", "failed", "pending"]
"""The values in the contract."""

WebhookEventStatus = Union[KnownWebhookEventStatus, str]
"""What an answer may hold: one of the values in the contract, or one that is newer."""

WEBHOOK_EVENT_STATUS_VALUES: tuple[KnownWebhookEventStatus, ...] = (
    "delivered",
    "failed",
    "pending",
)
