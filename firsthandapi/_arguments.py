"""Check arguments against the limits of the contract before anything is sent.

The limits themselves are generated (`firsthandapi_generated.limits`), so a limit that moves in the contract moves here.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Callable, Optional, TypeVar, Union, cast

from firsthandapi_generated.limits import ARGUMENTS
from firsthandapi_generated.types import UNSET, Model, Unset, plain

from .errors import FirstHandArgumentError

M = TypeVar("M", bound=Model)
T = TypeVar("T")

LONGEST_POLL = 60
"""Seconds that the service holds a long poll at the most."""
TYPES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "string": ("text", lambda value: isinstance(value, str)),
    "integer": ("an integer", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    "number": (
        "a finite number",
        lambda value: isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value),
    ),
    "boolean": ("True or False", lambda value: isinstance(value, bool)),
    "array": ("a list", lambda value: isinstance(value, (list, tuple))),
    "object": ("a mapping", lambda value: isinstance(value, Mapping)),
    "null": ("None", lambda value: value is None),
}


def check(operation_id: str, values: Mapping[str, Any], spoken: Optional[Mapping[str, str]] = None) -> None:
    """Check the values that were given (None means not given) against the contract.

    `spoken` maps a wire name to the word that the caller used, for the message. Raises `FirstHandArgumentError`.
    """
    rules = ARGUMENTS[operation_id]
    words = spoken or {}
    for name, value in values.items():
        if value is not None:
            _check(words.get(name, name), value, rules[name])
    for name, rule in rules.items():
        if rule.get("required") and values.get(name) is None:
            raise FirstHandArgumentError(words.get(name, name), f"{operation_id} needs it")


def given(value: Optional[T]) -> Union[T, Unset]:
    """A field of a request body: None leaves it out."""
    return UNSET if value is None else value


def body(model: type[M], value: Mapping[str, Any]) -> M:
    """A request body that is sent as it is: any mapping that can be JSON."""
    if not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise FirstHandArgumentError("body", f"must be a mapping, not {type(value).__name__}")
    _check_json("body", value)
    return model.from_dict(value)


def moment(name: str, value: Union[str, datetime.datetime, None]) -> Optional[datetime.datetime]:
    """A point in time with its zone, from ISO 8601 text or a datetime."""
    if isinstance(value, str):
        from dateutil.parser import isoparse

        try:
            value = isoparse(value)
        except (ValueError, OverflowError):
            raise FirstHandArgumentError(
                name, f"must be an ISO 8601 time such as 2026-03-31T14:22:08Z, not {value!r}"
            ) from None
    if value is not None and not isinstance(value, datetime.datetime):
        raise FirstHandArgumentError(name, f"must be a datetime or ISO 8601 text, not {value!r}")
    if value is not None and value.tzinfo is None:
        raise FirstHandArgumentError(name, "the time has no time zone: add one, such as datetime.timezone.utc")
    return value


def identifier(name: str, value: object) -> str:
    """An id: non-empty text that is one path segment, or a resource that has one."""
    found = getattr(value, "id", value)
    if not isinstance(found, str) or not found.strip():
        raise FirstHandArgumentError(name, f"must be an id, not {value!r}")
    if found in (".", ".."):
        raise FirstHandArgumentError(name, f"{found!r} is not an id")
    return found


def check_key(idempotency_key: Optional[str]) -> None:
    """An idempotency key of the caller's own goes into a header: printable ASCII, at most 255 characters."""
    if idempotency_key is None:
        return
    _check("idempotency_key", idempotency_key, {"type": "string", "minLength": 1, "maxLength": 255})
    if not idempotency_key.isascii() or not idempotency_key.isprintable() or idempotency_key != idempotency_key.strip():
        raise FirstHandArgumentError("idempotency_key", "must be printable ASCII text without spaces around it")


def prefer_wait(wait_seconds: Optional[float]) -> tuple[Optional[str], float]:
    """The `Prefer` header of a long poll and the seconds it holds; (None, 0) for a plain request."""
    if wait_seconds is None:
        return None, 0.0
    _check("wait_seconds", wait_seconds, {"type": "number", "minimum": 0})
    # Longer waits than the service's longest are several polls: the caller's loop, not this request.
    seconds = min(LONGEST_POLL, math.ceil(wait_seconds))
    return (f"wait={seconds}", float(seconds)) if seconds else (None, 0.0)


def _check(name: str, value: Any, rule: Mapping[str, Any]) -> None:
    kinds = rule.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if isinstance(value, datetime.datetime) and rule.get("format") == "date-time":
        return
    if kinds and not any(TYPES[kind][1](value) for kind in kinds):
        raise FirstHandArgumentError(name, f"must be {' or '.join(TYPES[kind][0] for kind in kinds)}, not {value!r}")
    if "enum" in rule and value not in rule["enum"]:
        raise FirstHandArgumentError(name, f"must be one of {', '.join(map(repr, rule['enum']))}, not {value!r}")
    if isinstance(value, (int, float)):
        _between(name, value, rule.get("minimum"), rule.get("maximum"), f"not {value}")
        if "exclusiveMinimum" in rule and value <= rule["exclusiveMinimum"]:
            raise FirstHandArgumentError(name, f"must be more than {rule['exclusiveMinimum']}, not {value}")
    elif isinstance(value, str):
        _between(name, len(value), rule.get("minLength"), rule.get("maxLength"), f"not {len(value)}", " characters")
    elif isinstance(value, Mapping):
        _check_object(name, cast("Mapping[str, Any]", value), rule)
    elif isinstance(value, (list, tuple)):
        items = cast("Sequence[Any]", value)
        _between(name, len(items), rule.get("minItems"), rule.get("maxItems"), f"not {len(items)}", " items")
        for index, item in enumerate(items):
            _check(f"{name}[{index}]", item, rule.get("items", {}))


def _check_object(name: str, value: Mapping[str, Any], rule: Mapping[str, Any]) -> None:
    _between(name, len(value), None, rule.get("maxProperties"), f"not {len(value)}", " keys")
    for key in rule.get("required_keys", ()):
        if key not in value:
            raise FirstHandArgumentError(f"{name}.{key}", "is needed")
    for key, item in value.items():
        if not isinstance(key, str):
            raise FirstHandArgumentError(name, f"keys must be text, not {key!r}")
        if key in rule.get("properties", {}):
            _check(f"{name}.{key}", item, rule["properties"][key])
        elif rule.get("closed"):
            raise FirstHandArgumentError(f"{name}.{key}", f"unknown; {name} has {', '.join(rule['properties'])}")
        else:
            _check_json(f"{name}.{key}", item)


def _check_json(name: str, value: object) -> None:
    try:
        json.dumps(plain(value), allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise FirstHandArgumentError(name, f"must be a JSON value, not {value!r}") from None


def _between(name: str, size: float, least: Optional[float], most: Optional[float], seen: str, unit: str = "") -> None:
    if (least is not None and size < least) or (most is not None and size > most):
        limits = (
            f"{least:,} to {most:,}"
            if None not in (least, most)
            else f"at least {least}"
            if least is not None
            else f"at most {most}"
        )
        raise FirstHandArgumentError(name, f"must be {limits}{unit}, {seen}")
