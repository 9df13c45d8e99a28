# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""A call is one request, ready to be sent, together with the way to read its answer. Whoever has a transport sends it."""

from __future__ import annotations

from typing import Any, Callable, Generic, TypeVar
from urllib.parse import quote

from attrs import define

from .types import plain

T = TypeVar("T")


@define(slots=True, eq=False)
class Call(Generic[T]):
    """One request of the API, without a host or credentials."""

    operation_id: str
    """Name of the operation in the contract."""
    method: str
    path: str
    """Path from the root, arguments filled in and percent-encoded."""
    query: dict[str, Any]
    headers: dict[str, str]
    body: Any
    """The JSON body, or UNSET where the operation has none."""
    authenticated: bool
    """False where the contract asks for no key."""
    takes_idempotency_key: bool
    """True where the contract promises that a repeated Idempotency-Key acts once."""
    parse: Callable[[Any], T]
    """Reads the decoded JSON of a 2xx answer."""


def spelled(value: object) -> str:
    """A value as text, as a path or a header has it: dates and truth values as in JSON."""
    value = plain(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def segment(value: object) -> str:
    """A path argument: nothing in it may be read as a separator."""
    return quote(spelled(value), safe="")


def present(values: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a query that were given, in their wire form."""
    given = {name: plain(value) for name, value in values.items() if value is not None}
    return {name: [*map(spelled, value)] if isinstance(value, list) else value for name, value in given.items()}


def headers(values: dict[str, Any]) -> dict[str, str]:
    """The headers that were given, as text."""
    return {name: spelled(value) for name, value in values.items() if value is not None}


__all__ = ["Call", "headers", "present", "segment"]
