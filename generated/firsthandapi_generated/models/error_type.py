# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import Literal, Union

KnownErrorType = Literal[
    "authentication_error",
    "authorization_error",
    "bad_gateway",
    "conflict",
    "forbidden",
    "free_tier_job_limit",
    "gateway_timeout",
    "idempotency_conflict",
    "idempotency_error",
    "idempotency_in_progress",
    "insufficient_credits",
    "internal_error",
    "not_found",
    "pricing_violation",
    "rate_limit_error",
    "rate_limit_exceeded",
    "service_unavailable",
    "transport_error",
    "unauthorized",
    "validation_error",
]
"""The values in the contract."""

ErrorType = Union[KnownErrorType, str]
"""What an answer may hold: one of the values in the contract, or one that is newer."""

ERROR_TYPE_VALUES: tuple[KnownErrorType, ...] = (
    "authentication_error",
    "authorization_error",
    "bad_gateway",
    "conflict",
    "forbidden",
    "free_tier_job_limit",
    "gateway_timeout",
    "idempotency_conflict",
    "idempotency_error",
    "idempotency_in_progress",
    "insufficient_credits",
    "internal_error",
    "not_found",
    "pricing_violation",
    "rate_limit_error",
    "rate_limit_exceeded",
    "service_unavailable",
    "transport_error",
    "unauthorized",
    "validation_error",
)
