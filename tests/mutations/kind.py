"""What a kind of mutation is, and the list of all of them.

A *mutant* is one contract that differs from another in one thing. A *kind* makes all mutants of one sort.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable, NamedTuple, Optional

from .contract import Contract, Meeting, Operation
from .edit import Document, Place

RISE = ("none", "compatible", "risky", "breaking")
"""The classes of kinds, from harmless to harmful."""

WORDS = {
    "request": ("request",),
    "response": ("response",),
    "error": ("response",),
    "event": ("event",),
    "shared": ("request", "response"),
}
"""How rules call the direction in which the values of a role go."""

DIRECTED = ("request-", "new-", "response-", "event-")


class Mutant(NamedTuple):
    """One changed contract, and what a report on it must say."""

    place: Place
    """Where it was changed."""
    new: Document
    around: tuple[Place, ...] = ()
    """Further places at which the change may be reported, with everything in them."""
    meetings: tuple[Meeting, ...] = ()
    """Who must be named: the public name of each."""
    old: Optional[Document] = None
    """What it is compared with, where that is not the contract as it is."""
    rule: Optional[str] = None
    """By which of the kind's rules it must be reported, where not any of them is right."""


Make = Callable[[Contract], Iterator[Mutant]]


class Kind(NamedTuple):
    """One sort of mutation."""

    name: str
    level: str
    """One of `RISE`: what the worst finding must be."""
    rules: frozenset[str]
    """The rules by which it may be reported; if there are none, saying nothing is right too."""
    make: Make
    reshapes: bool
    """Whether other Python comes out of the generator, though the same goes over the wire."""

    def concerns(self, meeting: Meeting) -> bool:
        """Whether its rules are about whoever meets a schema so: a caller who writes values, or one who reads them."""
        ways = {rule.startswith(("request-", "new-")) for rule in self.rules if rule.startswith(DIRECTED)}
        writes = meeting.part in ("parameter", "request")
        return len(ways) != 1 or meeting.part in ("operation", "document") or writes in ways


KINDS: dict[str, Kind] = {}


def kind(
    name: str, level: str, *rules: str, roles: tuple[str, ...] = (), reshapes: bool = False
) -> Callable[[Callable[..., Iterator[Mutant]]], Callable[..., Iterator[Mutant]]]:
    """Add a kind to the list; with roles, one for each, whose word stands for `{}` in the name and in the rules."""

    def add(make: Callable[..., Iterator[Mutant]]) -> Callable[..., Iterator[Mutant]]:
        for role in roles or ("",):
            words = frozenset(rule.format(word) for rule in rules for word in WORDS.get(role, ("",)))
            full = name.format(role)
            assert full not in KINDS, full
            KINDS[full] = Kind(full, level, words, _of_role(make, role) if role else make, reshapes)
        return make

    return add


def _of_role(make: Callable[..., Iterator[Mutant]], role: str) -> Make:
    return lambda contract: make(contract, role)


def whole(*operations: Operation) -> tuple[Meeting, ...]:
    """Operations or events met as a whole."""
    return tuple(
        Meeting("event", found.event, (), None) if found.event else Meeting("operation", found.name, (), None)
        for found in operations
    )


def argument(name: str, operations: tuple[Operation, ...]) -> tuple[Meeting, ...]:
    """A parameter met by operations."""
    return tuple(Meeting("parameter", operation.name, (name,), None) for operation in operations)


def without(values: Any, *names: str) -> list[Any]:
    """The list without some values."""
    return [value for value in values or () if value not in names]
