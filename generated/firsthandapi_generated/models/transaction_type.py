# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import Literal, Union

KnownTransactionType = Literal["bonus", "deduction", "expiration", "free_tier", "purchase", "refund"]
"""The values in the contract."""

TransactionType = Union[KnownTransactionType, str]
"""What an answer may hold: one of the values in the contract, or one that is newer."""

TRANSACTION_TYPE_VALUES: tuple[KnownTransactionType, ...] = (
    "bonus",
    "deduction",
    "expiration",
    "free_tier",
    "purchase",
    "refund",
)
