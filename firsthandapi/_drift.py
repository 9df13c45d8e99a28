"""Drift: the service answers otherwise than the contract says that this package was made from.

It costs no call: what came is handed on, whatever it is. But it is worth knowing before it costs more, so each
difference is told as a `DriftRecord`, once for each *place*: the operation, the path in its answer, and the kind.
What is told: fields, values, events, formats and statuses of success that the contract does not know, types and nulls
that it does not promise, required fields that were not sent, and operations that are announced to go (`Deprecation`,
`Sunset`).
"""

from __future__ import annotations

import datetime
import re
import warnings
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from inspect import currentframe, iscoroutinefunction
from threading import Lock
from typing import Callable, Literal, Optional, Union

from attrs import frozen

from ._shapes import JSON_TYPES, NOTHING, DriftKind, Found, Shape, book, brief
from .errors import FirstHandDriftWarning

Place = tuple[str, str, DriftKind]

MOST_PLACES = 1000
"""So many places are told by one client at the most: a service that makes up names must not fill the memory."""
PRIVATE = re.compile(r"auth|email|key|name|password|secret|signature|token|url", re.IGNORECASE)
"""Fields whose values are not shown, whatever came."""
WORD = re.compile(r"[\w./+:-]{1,64}")
"""What a value of an enum looks like. What does not may be a customer's text, and is not shown."""
CREATED = frozenset([200, 201])
"""Sources disagree which of the two answers a call that makes something: where the contract has one, either is good."""
ANNOUNCEMENTS: dict[str, DriftKind] = {"deprecation": "deprecated", "sunset": "sunset"}
"""Headers that say that an operation will go, names in lower case."""
RELATIONS = frozenset({"deprecation", "successor-version", "sunset"})


@frozen(str=False)
class DriftRecord:
    """One difference between what the service sent and the contract.

    `str(record)` is a sentence with all of it, and what to do.
    """

    operation: str
    """The operation that was answered, such as `get_job`; of a webhook the type of event, or `construct_event`."""
    path: str
    """Where in the answer: `data[].status`, where `[]` is any item; `$` is the answer itself. Or a header's name."""
    kind: DriftKind
    """What is different. `wrong-format` is text that is not a date, `sunset` an operation that has its last day."""
    expected: str
    """What the contract says, in words."""
    seen: str
    """What came: its JSON type, and of text how long it is. Of an enum and of an event also the value, which is what
    the record is about. Never a secret, never what a person wrote."""

    @property
    def advice(self) -> str:
        """What to do about it, in half a sentence."""
        return ADVICE[self.kind]

    def __str__(self) -> str:
        what = self.kind.replace("-", " ")
        return (
            f"{self.operation}: {what} at {self.path}: expected {self.expected}, seen {self.seen}. "
            f"What to do: {self.advice}"
        )


ADVICE: dict[DriftKind, str] = {
    "deprecated": "move to its successor, or to a newer firsthandapi: the service wants this one used no more",
    "missing-field": "read it with .get(): as an attribute it raises MissingFieldError, unless it may be null",
    "sunset": "move to its successor, or to a newer firsthandapi: from that day on it ends with 410 Gone",
    "unexpected-null": "check for None before you use it; a page goes on without it",
    "unknown-event": "leave a branch for events that your code does not know; the data of this one is plain JSON",
    "unknown-field": "nothing, or read it by key; a newer firsthandapi may have it as an attribute",
    "unknown-status": "look at what the service means by it, such as work that it has taken on and not yet done",
    "unknown-value": "leave a branch for values that your code does not know; it is handed on as it came",
    "wrong-format": "expect the text as it came instead of a date",
    "wrong-type": "expect the value as it came (a page goes on without it); look for a newer firsthandapi",
}

Drift = Union[Literal["ignore", "warn", "raise"], Callable[[DriftRecord], object]]
"""What to do about drift: nothing, a `FirstHandDriftWarning`, a `FirstHandDriftError`, or call this with the record."""


class DriftWatch:
    """What one client does about drift, and the places that it has told of."""

    def __init__(self, drift: Drift) -> None:
        self._drift = drift
        self._told: set[Place] = set()
        self._lock = Lock()

    def answer(self, operation: str, status: int, headers: Mapping[str, str], payload: object) -> list[DriftRecord]:
        """Look at the answer of a call that succeeded; returns what is to be raised."""
        if self._drift == "ignore":
            return []

        def look(found: Found) -> None:
            known = book().statuses.get(operation)
            if known and status not in known and not CREATED.issuperset([status, *known]):
                found("unknown-status", "HTTP status", " or ".join(map(str, known)), status)
            _look(book().answers.get(operation), payload, headers, found)

        return self._tell(operation, look)

    def error(self, operation: str, headers: Mapping[str, str], payload: object) -> list[str]:
        """Look at an answer that is an error of its own; returns what could be told only by hiding that error."""
        if self._drift == "ignore":
            return []
        # What is not JSON comes from something between the service and us, such as a proxy.
        shape = None if payload is None else book().error
        try:
            records = self._tell(operation, lambda found: _look(shape, payload, headers, found))
        except Exception as error:  # a warning that is made an error, or the caller's function
            return [str(error)]
        return [str(record) for record in records]

    def event(self, kind: str, payload: object) -> list[DriftRecord]:
        """Look at a webhook event; returns what is to be raised."""
        if self._drift == "ignore":
            return []
        shape = book().events.get(kind)
        if shape is None:
            return self._tell(
                "construct_event", lambda found: found("unknown-event", "type", "an event of the contract", kind)
            )
        return self._tell(kind, lambda found: shape.compare((payload,), "", _but_missing_fields(found)))

    def _tell(self, operation: str, look: Callable[[Found], None]) -> list[DriftRecord]:
        """Tell what `look` finds, as this client wants it; returns what is to be raised."""
        found: dict[Place, DriftRecord] = {}
        told = frozenset[Place]() if self._drift == "raise" else self._told

        def note(kind: DriftKind, path: str, expected: str, value: object) -> None:
            place = operation, path, kind
            if place not in told and place not in found and len(told) + len(found) < MOST_PLACES:
                found[place] = DriftRecord(operation, path or "$", kind, expected, _seen(kind, path, value))

        look(note)
        if self._drift == "raise":
            return list(found.values())
        for place, record in found.items():
            with self._lock:
                if place in self._told:
                    continue
                self._told.add(place)
            if callable(self._drift):
                self._drift(record)
            else:
                warnings.warn(FirstHandDriftWarning(record), stacklevel=_level_of_the_caller())
        return []


def _look(shape: Optional[Shape], payload: object, headers: Mapping[str, str], found: Found) -> None:
    if shape is not None:
        shape.compare((payload,), "", found)
    for name, kind in ANNOUNCEMENTS.items():
        if name in headers and headers[name].strip().lower() not in ("false", "?0"):
            link = link_of(headers)
            seen = (_date(headers[name]) or "no date") + (f", see {link}" if link else "")
            found(kind, f"header {name.title()}", "an operation that stays", seen)


def _but_missing_fields(found: Found) -> Found:
    # What most events hold is inferred, and who tests a receiver writes short ones: none is told to lack a field.
    def note(kind: DriftKind, path: str, expected: str, value: object) -> None:
        if kind != "missing-field":
            found(kind, path, expected, value)

    return note


def fault(drift: object) -> Optional[str]:
    """Why this cannot be done about drift; None where it can."""
    if iscoroutinefunction(drift):
        return "must be a plain function: nobody would await an async one"
    if callable(drift) or drift in ("ignore", "warn", "raise"):
        return None
    return f"must be 'ignore', 'warn', 'raise' or a function that takes a DriftRecord, not {drift!r}"


def link_of(headers: Mapping[str, str]) -> Optional[str]:
    """Where the headers of an answer say what becomes of its operation; None where they do not."""
    for url, parameters in re.findall(r"<(https?://[^<>\s]+)>([^<]*)", headers.get("link") or ""):
        relation = re.search(r"""\brel\s*=\s*"?([^";,]*)""", parameters)
        if relation and not RELATIONS.isdisjoint(relation[1].lower().split()):
            return str(url)
    return None


def _date(header: str) -> Optional[str]:
    """The date in a header: `@` and Unix seconds (RFC 9745), or an HTTP date (RFC 8594, and older drafts)."""
    text = header.strip()
    try:
        if text.startswith("@"):
            moment = datetime.datetime.fromtimestamp(int(text[1:]), datetime.timezone.utc)
        else:
            moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError, OSError):
        return None
    return moment.date().isoformat()


def _seen(kind: DriftKind, path: str, value: object) -> str:
    if value is NOTHING:
        return "nothing"
    if kind == "unknown-status" or kind in ANNOUNCEMENTS.values():
        return brief(str(value))
    word = JSON_TYPES[type(value)]
    if kind in ("unknown-value", "unknown-event") and not PRIVATE.search(path.rpartition(".")[2]):
        shown = str(value)
        if WORD.fullmatch(shown) and brief(shown) == shown:
            return f"{word} {value!r}"
    if isinstance(value, str):
        return f"{word} of {len(value)} character{'' if len(value) == 1 else 's'}"
    return word


def _level_of_the_caller() -> int:
    """How far up the stack the first frame is that is not of this package, for `warnings.warn` in the caller."""
    level, frame = 0, currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "firsthandapi":
        level, frame = level + 1, frame.f_back
    return level
