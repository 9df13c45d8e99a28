"""Two contracts compared, and the report of it: every change, whom it concerns, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional, Protocol

from attrs import frozen

from .advice import advised
from .calls import Snippet
from .change import Change, Level, Use
from .collect import Collector, Finding
from .document import checked
from .operations import OperationsComparison
from .references import Document, mapping
from .schema import Schemas
from .schemas import Comparison
from .servers import compare_servers
from .texts import compare_texts
from .untouched import Untouched

NOT_GENERATED = "It is not yet wrapped, and no generated function calls it. Call it as below until a method wraps it."


class Symbols(Protocol):
    """Whoever knows which public names of the package a change concerns."""

    def symbols(self, change: Change) -> tuple[str, ...]:
        """Return them as a caller writes them: `client.jobs.create(quantity=)`."""
        ...

    def read_by(self, change: Change) -> tuple[str, ...]:
        """Return those methods among them that read themselves what changed."""
        ...

    def effect(self, change: Change) -> str:
        """Return what becomes of these, in a sentence or two; empty where there are none."""
        ...

    def calls(self, change: Change, new: Document) -> tuple[Snippet, ...]:
        """Return how to call an operation that no method wraps; nothing for one that a method does."""
        ...


@frozen
class Reported:
    """A change, with what it means for callers of this package."""

    change: Change
    symbols: tuple[str, ...]
    """The public names that it concerns, as a caller writes them: `client.jobs.create(quantity=)`."""
    advice: str
    """What a caller must do, in a sentence or two; empty: nothing."""
    read_by: tuple[str, ...] = ()
    """Those symbols that are methods which read it themselves, so that they may fail whoever looks at the answer."""
    calls: tuple[Snippet, ...] = ()
    """How to call an operation that is not yet wrapped."""
    evidence: tuple[str, ...] = ()
    """What a type checker or a test found because of it, one line each, where somebody ran them."""


@frozen
class Report:
    """All changes between two contracts, worst first."""

    findings: tuple[Reported, ...]
    old_version: str
    """`info.version` of the old contract."""
    new_version: str

    def of(self, level: Level) -> tuple[Reported, ...]:
        """Return the findings of one level."""
        return tuple(finding for finding in self.findings if finding.change.level == level)


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Compare two OpenAPI 3.0 or 3.1 documents by what they mean.

    Args:
        old: The contract that code was written against.
        new: The contract that it is to work with.

    Returns:
        Every change, worst first; nothing for documents that mean the same.

    Raises:
        SpecError: One of them cannot be compared, such as one whose `$ref` leads to nothing.
    """
    one, other = (Document(checked(name, dict(content))) for name, content in (("old", old), ("new", new)))
    collector = Collector()
    untouched = Untouched(one, other)
    sides = Schemas(one), Schemas(other)
    for side in sides:
        side.check()
    schemas = Comparison(*sides, untouched)
    OperationsComparison(one, other, schemas, untouched, collector).run()
    schemas.report(collector)
    compare_texts(one, other, untouched, collector)
    _compare_version(one, other, collector)
    compare_servers(one, other, collector)
    return collector.changes()


def report(old: Mapping[str, Any], new: Mapping[str, Any], symbols: Optional[Symbols] = None) -> Report:
    """Compare two documents, and say of each change whom it concerns and what to do.

    Args:
        old: The contract that code was written against.
        new: The contract that it is to work with.
        symbols: Who knows the public names; None leaves them out.

    Raises:
        SpecError: One of them cannot be compared.
    """
    document = Document(checked("new", dict(new)))
    findings = tuple(_reported(change, document, symbols) for change in compare(old, new))
    return Report(findings, _version(old), _version(new))


def _reported(change: Change, new: Document, symbols: Optional[Symbols]) -> Reported:
    advice = advised(change)
    if symbols is None:
        return Reported(change, (), advice)
    calls = symbols.calls(change, new) if change.rule == "operation-added" else ()
    if calls and not any(call.typed for call in calls):
        return Reported(change, (), NOT_GENERATED, calls=calls)
    if change.rule == "operation-added":
        advice = f"It is not yet wrapped. {advice}" if calls else ""
    advice = " ".join(filter(None, (advice, symbols.effect(change))))
    return Reported(change, symbols.symbols(change), advice, symbols.read_by(change), calls)


def _version(document: Mapping[str, Any]) -> str:
    return str(mapping(document.get("info")).get("version", ""))


def _compare_version(old: Document, new: Document, collector: Collector) -> None:
    before, now = old.at("info", "version"), new.at("info", "version")
    if before.value != now.value:
        what = f"the version was `{before.value}` and is `{now.value}`"
        collector.add(Finding("api-version-changed", before, now, what), Use("document"))
