"""Findings gathered into changes: one for each place in the contract, with everybody who meets it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple, Optional

from attrs import Factory, define

from .change import Change, Level, Use
from .references import Located
from .rules import RANK, RULES, rule_id


class Finding(NamedTuple):
    """What happened at one place."""

    kind: str
    old: Optional[Located]
    """What stood there before; None where nothing did."""
    new: Optional[Located]
    what: str
    level: Optional[Level] = None
    """None: that of the rule; else a worse one, for what only a look at the values tells."""


@define
class _Entry:
    old: Any
    new: Any
    pointers: set[str] = Factory(set[str])
    texts: set[str] = Factory(set[str])
    rules: set[str] = Factory(set[str])
    uses: set[Use] = Factory(set["Use"])
    level: Optional[Level] = None


class Collector:
    """Gathers findings; what happened at one place is one change, however many meet it."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, ...], _Entry] = {}

    def add(self, finding: Finding, use: Use, subject: str = "") -> None:
        """Note that somebody meets a finding.

        Args:
            finding: What happened.
            use: Where it is met.
            subject: What it is there, such as `request-property`; empty if the kind is a rule by itself.
        """
        old, new = finding.old, finding.new
        place = old.pointer if old is not None else new.pointer if new is not None else ""
        values = [node.value if node is not None else None for node in (old, new)]
        key = (finding.kind, place, *(json.dumps(value, sort_keys=True, default=str) for value in values))
        entry = self._entries.setdefault(key, _Entry(values[0], values[1]))
        shown = new if new is not None else old
        entry.pointers.add(shown.pointer if shown is not None else "")
        entry.texts.add(finding.what)
        entry.rules.add(rule_id(subject, finding.kind))
        entry.uses.add(use)
        entry.level = finding.level

    def changes(self) -> list[Change]:
        """Return every change, worst first, in an order that does not depend on how the documents are ordered."""
        found: list[Change] = []
        for entry in self._entries.values():
            rule = min((RULES[name] for name in entry.rules), key=lambda rule: (RANK[rule.level], _plainness(rule.id)))
            uses = tuple(sorted(entry.uses, key=_use_order))
            pointer, what = min(entry.pointers), min(entry.texts)
            found.append(Change(rule.id, entry.level or rule.level, pointer, entry.old, entry.new, what, uses))
        return sorted(
            found, key=lambda one: (RANK[one.level], one.pointer, one.rule, one.what, str(one.old), str(one.new))
        )


def _plainness(rule: str) -> tuple[bool, bool, bool, str]:
    """Of equally bad rules, the first by this names the change: fields of answers are what most callers look at."""
    return "header" in rule, "parameter" in rule, "event" in rule, rule


def _use_order(use: Use) -> tuple[str, str, tuple[str, ...], str]:
    return use.operation or "", use.part, use.path, use.owner or ""
