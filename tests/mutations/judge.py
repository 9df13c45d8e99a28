"""The verdict on what a report says of a mutant, and the table of all verdicts.

*Caught*: a finding of the right level where the contract was changed. *Named*: by a rule that says what happened, with
the public name of everybody who meets it, and of every method that rests on it. A *false alarm* is a finding that is
too high, or somewhere else.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Optional

import yaml

from firsthandapi.drift import compare
from firsthandapi.drift.change import Change
from firsthandapi.drift.surface import Surface

from .contract import Contract
from .edit import Place, at, mapped, place_of, pointer, put, walk
from .kind import KINDS, RISE, Kind, Mutant
from .names import is_named, needed
from .readers import resting

CONTRACT = Path(__file__).resolve().parent.parent.parent / "openapi.yaml"


class Verdict(NamedTuple):
    """What is to be said of a report on one mutant."""

    caught: bool
    named: bool
    alarms: tuple[str, ...]
    """The findings that should not be."""
    why: str
    """What is missing; empty if nothing is."""

    @property
    def is_right(self) -> bool:
        """Whether the report says what it should, and nothing else."""
        return self.caught and self.named and not self.alarms


class Tally(NamedTuple):
    """One line of the table."""

    kind: Kind
    mutants: int
    caught: int
    named: int
    alarms: int


@functools.cache
def contract() -> Contract:
    """The contract as it is."""
    return Contract(yaml.load(CONTRACT.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@functools.cache
def excerpt(*kept: str) -> Contract:
    """These paths and events of the contract, with what they refer to and without examples: quicker to compare."""
    document = dict(contract().document)
    for section in ("paths", "webhooks"):
        document[section] = {name: item for name, item in document[section].items() if name in kept}
    document = mapped(document, without_samples)
    components = document.pop("components")
    document["components"] = {"securitySchemes": components["securitySchemes"]}
    wanted = references(document)
    while wanted:
        place = wanted.pop()
        if place[1] not in document["components"] or place[2] not in document["components"][place[1]]:
            found = components[place[1]][place[2]]
            document = put(
                document, ("components", place[1]), {**document["components"].get(place[1], {}), place[2]: found}
            )
            wanted |= references(found)
    types: Place = ("components", "schemas", "WebhookEventType", "enum")
    if document["webhooks"]:
        document = put(document, types, [name for name in at(document, types) if name in kept])
    return Contract(document)


def without_samples(node: Any) -> Any:
    """A media type without its examples."""
    is_media_type = isinstance(node, dict) and "schema" in node
    return {key: value for key, value in node.items() if key != "examples"} if is_media_type else node


def references(node: Any) -> set[Place]:
    """Where the references in a value lead."""
    return {place_of(inner["$ref"]) for _, inner in walk(node) if isinstance(inner, dict) and "$ref" in inner}


@functools.cache
def surface() -> Surface:
    """What the package offers."""
    return Surface()


def mutants(whole: Contract, kind: Kind, sample: Optional[int] = None, seed: int = 0) -> list[Mutant]:
    """All mutants of a kind, or some of them, drawn by seed."""
    found = list(kind.make(whole))
    if sample is None or len(found) <= sample:
        return found
    return random.Random(f"{seed} {kind.name}").sample(found, sample)


def verdict(whole: Contract, kind: Kind, mutant: Mutant) -> Verdict:
    """Compare, and judge what comes out."""
    return judged(kind, mutant, compare(mutant.old or whole.document, mutant.new))


def judged(kind: Kind, mutant: Mutant, changes: Iterable[Change]) -> Verdict:
    """What is to be said of these findings."""
    changes = list(changes)
    places = [pointer(place) for place in (mutant.place, *mutant.around)]
    here = [change for change in changes if any(is_within(change.pointer, place) for place in places)]
    right = [change for change in here if change.level == kind.level]
    rules = kind.rules if mutant.rule is None else {mutant.rule}
    said = [change for change in right if change.rule in rules]
    too_high = [change for change in changes if RISE.index(change.level) > RISE.index(kind.level)]
    elsewhere = [change for change in changes if change not in here and change not in too_high]
    alarms = tuple(f"{change.level} {change.rule} {change.pointer}" for change in [*too_high, *elsewhere])
    if not kind.rules:
        return Verdict(True, True, alarms, "")
    if not right:
        return Verdict(False, False, alarms, f"no {kind.level} finding")
    if not said:
        return Verdict(True, False, alarms, f"rules {sorted({change.rule for change in right})}")
    symbols = {symbol for change in said for symbol in surface().symbols(change)}
    meetings = [one for one in mutant.meetings if kind.level in ("risky", "breaking") and kind.concerns(one)]
    missing = {" or ".join(sorted(needed(meeting))) for meeting in meetings if not is_named(meeting, symbols)}
    missing |= {f"{name}(...)" for meeting in meetings for name in resting(meeting)} - symbols
    return Verdict(True, not missing, alarms, f"names {sorted(missing)}" if missing else "")


def is_within(place: str, outer: str) -> bool:
    """Whether a pointer leads to a value or into it."""
    return place == outer or place.startswith(f"{outer}/")


def tally(whole: Contract, kind: Kind, sample: Optional[int] = None, seed: int = 0) -> tuple[Tally, list[str]]:
    """The line of a kind, and one line of text for each mutant that was not judged right."""
    found = mutants(whole, kind, sample, seed)
    verdicts = [verdict(whole, kind, mutant) for mutant in found]
    wrong = [
        f"{kind.name} ({kind.level}) at {pointer(mutant.place)}: {'; '.join(filter(None, [one.why, *one.alarms[:3]]))}"
        for mutant, one in zip(found, verdicts)
        if not one.is_right
    ]
    caught, named = sum(one.caught for one in verdicts), sum(one.named for one in verdicts)
    return Tally(kind, len(found), caught, named, sum(bool(one.alarms) for one in verdicts)), wrong


def chosen(words: str = "") -> list[Kind]:
    """The kinds whose name has one of these words, parted by commas; all if there are none."""
    return [kind for kind in KINDS.values() if any(word.strip() in kind.name for word in words.split(","))]


def table(lines: Iterable[Tally]) -> Iterator[str]:
    """The table as text, with its totals."""
    lines = list(lines)
    wide = max(len(line.kind.name) for line in lines)
    yield f"{'kind':{wide}}  {'class':10} {'mutants':>8} {'caught':>8} {'named':>8} {'false alarms':>13}"
    for line in lines:
        yield row(line.kind.name, line.kind.level, wide, *line[1:])
    for level in reversed(RISE):
        of_level = [line for line in lines if line.kind.level == level]
        if of_level:
            yield row(
                f"{len(of_level)} kinds",
                level,
                wide,
                *(sum(line[column] for line in of_level) for column in range(1, 5)),
            )
    yield row(f"{len(lines)} kinds", "all", wide, *(sum(line[column] for line in lines) for column in range(1, 5)))


def row(name: str, level: str, wide: int, *numbers: Any) -> str:
    """One line."""
    mutants_, caught, named, alarms = numbers
    return f"{name:{wide}}  {level:10} {mutants_:8} {caught:8} {named:8} {alarms:13}"
