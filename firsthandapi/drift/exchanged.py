"""What a schema that took the place of another one means: one finding, though many fields may be others.

The schema is what was exchanged, not its fields: elsewhere it may still have them all. So what its fields lost and
gained is told in one sentence, which whoever meets one of those fields meets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Optional

from .change import Level
from .collect import Finding
from .references import Located
from .rules import RANK, RULES, Direction, rule_id

KIND = "schema-replaced"
SUBJECTS: dict[Direction, str] = {"in": "request-property", "out": "response-property"}
WORDS: dict[Direction, dict[str, str]] = {
    "in": {"removed": "lacks", "added": "adds", "added-required": "needs", "became-required": "needs"},
    "out": {"removed": "lacks", "became-optional": "may lack", "added": "adds", "added-required": "adds"},
}
"""How a sentence tells what happened to a field, by its kind; what is not here is told as a finding of its own."""
MOST = 6
"""How many fields a sentence tells before the rest is only counted; all that are lost are among the uses."""

Steps = tuple[str, ...]
Findings = list[tuple[Steps, Finding]]


def exchanged(
    findings: Findings, old: Optional[str], new: Optional[str], places: tuple[str, str], direction: Direction
) -> Findings:
    """Return the findings at a schema that took the place of another one, with one in the place of those of its fields.

    Args:
        findings: All that was found there, each with the way to its field.
        old, new: What the schemas are called; None for one without a name.
        places: Where they stand.
        direction: Whether callers write the values or read them.
    """
    words = WORDS[direction]
    told = [both for both in findings if both[0] and both[1].kind in words]
    if not told and not (old and new):
        return findings
    said: dict[str, list[str]] = {}
    for (name,), (kind, *_) in told:
        said.setdefault(words[kind], []).append(f"`{name}`")
    verbs = [verb for verb in dict.fromkeys(words.values()) if verb in said]
    differences = "; ".join(f"{verb} {_some(said[verb])}" for verb in verbs)
    what = f"the schema `{old}`" if old else "a schema without a name"
    what += f" is replaced by `{new}`" if new else " is replaced by one without a name"
    what += f": {differences}" if differences else ""
    level: Level = min(_levels(told, direction), key=lambda one: RANK[one])
    where = Located(old, places[0]), Located(new, places[1])
    finding = Finding(KIND, *where, what, level)
    lost = [steps for steps, (kind, *_) in told if words[kind] != "adds"]
    return [((), finding), *((steps, finding) for steps in lost), *(both for both in findings if both not in told)]


def _some(names: Sequence[str]) -> str:
    rest = len(names) - MOST
    return ", ".join(names[:MOST]) + (f" and {rest} more" if rest > 0 else "")


def _levels(told: Sequence[tuple[Steps, Finding]], direction: Direction) -> Iterator[Level]:
    yield RULES[KIND].level
    for _, finding in told:
        yield finding.level or RULES[rule_id(SUBJECTS[direction], finding.kind)].level
