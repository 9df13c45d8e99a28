"""What differs between two contracts: the words that the rest of this package shares.

A *change* is one difference in meaning, at one *pointer* (RFC 6901) of the contract, judged by one *rule*.
A *use* is one place where somebody meets it: an argument of an operation, a field of its answer, a field of an event.
A schema that many operations answer with is one change with many uses.
"""

from __future__ import annotations

from typing import Any, Literal, Optional

from attrs import Factory, frozen

Level = Literal["breaking", "risky", "compatible"]
"""*Breaking*: code that works today fails. *Risky*: it runs, and may do something else. *Compatible*: it just runs."""

Part = Literal["document", "operation", "parameter", "request", "response", "error", "event"]


@frozen
class Use:
    """One place where a change is met."""

    part: Part
    operation: Optional[str] = None
    """The operationId as it was (as it is, where the operation is new); the type of event where `part` is `event`."""
    path: tuple[str, ...] = ()
    """The way from the part to what changed: the name of a parameter or header, or fields; `[]` for the items of a
    list, `{}` for the values of a mapping without named fields."""
    owner: Optional[str] = None
    """The named schema that has the field which `path` ends with, as it was called before."""
    status: Optional[str] = None
    """That of an error, where `path` is its header `Retry-After`: what it means depends on it."""


@frozen
class Change:
    """One difference in meaning."""

    rule: str
    """Kebab case, in the vocabulary of oasdiff where it has a word: `response-property-removed`."""
    level: Level
    pointer: str
    """Where in the new contract, or in the old one if it is gone: `/components/schemas/Job/properties/title`. Where
    another `$ref` stands, or none any more, it is the place of the `$ref`."""
    old: Any
    """The JSON value before; None where there was none."""
    new: Any
    """The JSON value now; None where there is none."""
    what: str
    """One sentence: what changed."""
    uses: tuple[Use, ...]
    subject: str = ""
    """What the sentence is about, where it does not say so itself: `Job.title`, `limit of list_jobs`, `list_jobs`."""
    places: tuple[str, ...] = Factory(lambda change: (change.pointer,), takes_self=True)
    """All pointers, sorted: the same change at several places is one. `pointer` is the first."""
