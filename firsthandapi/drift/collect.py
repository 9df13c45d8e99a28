"""Findings gathered into changes: one for each cause, with everybody who meets it.

What was found at one place of the contract is one change, and so is the same thing done to one operation after the
other: a header that all of them need now, a media type that all answers have now. The same thing done to a field of
many schemas is one, too, such as to the cursor of all lists.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Optional

from attrs import Factory, define, evolve

from .change import Change, Level, Use
from .references import METHODS, Located
from .rules import RANK, RULES, rule_id

SCHEMAS, ANSWERS = "/components/schemas/", "/components/responses/"
MANY = 3
"""The same change to so many schemas has one cause; to two, it may be chance."""
TOLD = 3
"""How many names a sentence is about before the rest is only counted."""
UNLISTED = "fields that are not listed"


class Finding(NamedTuple):
    """What happened at one place."""

    kind: str
    old: Optional[Located]
    """What stood there before; None where nothing did."""
    new: Optional[Located]
    what: str
    level: Optional[Level] = None
    """None: that of the rule; else another one, for what only a look at the values tells."""
    at: Optional[str] = None
    """The pointer to show; None: that of the new value, or else of the old one. Where a `$ref` is what changed, it is
    the place of the `$ref`, and not what it leads to."""


@define
class _Entry:
    place: str
    old: Any
    new: Any
    pointers: set[str] = Factory(set[str])
    texts: set[str] = Factory(set[str])
    rules: set[tuple[Level, str]] = Factory(set["tuple[Level, str]"])
    uses: set[Use] = Factory(set["Use"])


class Collector:
    """Gathers findings."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, ...], _Entry] = {}

    def add(self, finding: Finding, use: Use, subject: str = "") -> None:
        """Note that somebody meets a finding.

        Args:
            finding: What happened.
            use: Where it is met.
            subject: What it is there, such as `request-property`; empty if the kind is a rule by itself.
        """
        if _never_came(finding, use):
            return
        old, new = finding.old, finding.new
        place = old.pointer if old is not None else new.pointer if new is not None else ""
        values = [node.value if node is not None else None for node in (old, new)]
        entry = self._entries.setdefault(
            (finding.kind, place, *map(_text, values)), _Entry(place, values[0], values[1])
        )
        shown = new if new is not None else old
        rule = rule_id(subject, finding.kind)
        pointer = shown.pointer if shown is not None else place
        is_there = finding.at is None or pointer.startswith(f"{finding.at}/")
        entry.pointers.add(pointer if is_there else str(finding.at))
        if finding.at is not None:
            entry.place = finding.at  # not the schema changed, but what is meant here
        entry.texts.add(finding.what)
        entry.rules.add((finding.level or RULES[rule].level, rule))
        entry.uses.add(use)

    def changes(self) -> list[Change]:
        """Return every change, worst first, in an order that does not depend on how the documents are ordered."""
        alike: dict[tuple[Any, ...], list[Change]] = {}
        for entry in self._entries.values():
            change = _change(entry)
            alike.setdefault(_sameness(change), []).append(change)
        return sorted(
            _across(map(_merged, alike.values())),
            key=lambda one: (RANK[one.level], one.pointer, one.rule, one.what, str(one.old), str(one.new)),
        )


def _never_came(finding: Finding, use: Use) -> bool:
    """Whether a value is gone that an event never had: its type is always its own name."""
    is_type = use.part == "event" and use.path == ("type",)
    return (
        is_type
        and finding.kind == "enum-value-removed"
        and finding.old is not None
        and finding.old.value != use.operation
    )


def _change(entry: _Entry) -> Change:
    level, rule = min(entry.rules, key=lambda one: (RANK[one[0]], _plainness(one[1])))
    return _told(rule, level, entry.old, entry.new, min(entry.texts), entry.place, entry.uses, entry.pointers)


def _told(
    rule: str, level: Level, old: Any, new: Any, what: str, place: str, uses: Iterable[Use], pointers: Iterable[str]
) -> Change:
    ordered, places = tuple(sorted(uses, key=_use_order)), tuple(sorted(pointers))
    return Change(rule, level, places[0], old, new, what, ordered, _subject(place, ordered, what), places)


def _merged(changes: list[Change]) -> Change:
    """One change for the same one made at several places."""
    one = min(changes, key=lambda change: change.pointer)
    if len(changes) > 1:
        uses = {use for change in changes for use in change.uses}
        places = {place for change in changes for place in change.places}
        one = _told(one.rule, one.level, one.old, one.new, one.what, "", uses, places)
    return evolve(one, what=f"{one.what}, in {len(one.places)} places") if len(one.places) > 1 else one


def _across(changes: Iterable[Change]) -> Iterator[Change]:
    """The changes, with one for the same one made to the same field of many schemas."""
    alike: dict[tuple[Any, ...], list[Change]] = {}
    for change in changes:
        of_field = change.pointer.startswith(SCHEMAS) and len(change.places) == 1
        below = change.pointer.split("/")[4:] if of_field else []
        key = (change.rule, change.level, change.what, _text(change.old), _text(change.new), *below)
        alike.setdefault(key if below[:1] == ["properties"] else (change.rule, change.places, *key), []).append(change)
    for same in alike.values():
        yield from [_merged(same)] if len(same) >= MANY else same


def _sameness(change: Change) -> tuple[Any, ...]:
    """What is equal for changes that are one and the same, made at several places.

    A field is not the same as that of another schema, nor is what an error says the same as what an answer does.
    """
    said = change.rule, change.level, change.what, _text(change.old), _text(change.new)
    if change.pointer.startswith(SCHEMAS):
        return (*said, change.pointer)
    section, *below = change.pointer.split("/")[1:] or [""]
    if section == "components":
        below = [below[0], *below[2:]]
    elif section in ("paths", "webhooks"):
        below = below[2 if below[1:2] and below[1] in METHODS else 1 :]
    else:
        below = [section, *below]
    if "headers" in below:
        return (*said, *below[below.index("headers") :])
    if below[:1] == ["parameters"]:
        below = [step for step in below if not step.isdigit()]
    if below[:1] == ["responses"] and below[1:2] and below[1].startswith("2"):
        del below[1]
    return (*said, *below, *sorted({use.part for use in change.uses}))


def _subject(place: str, uses: Sequence[Use], what: str) -> str:
    if place.startswith(SCHEMAS):
        _, _, _, owner, *steps = (_plain(step) for step in place.split("/"))
        fields = list(_fields(steps))
        owners = sorted({use.owner or owner for use in uses if use.path[-1:] == tuple(fields)})
        if steps[:1] == ["properties"] and len(fields) == 1 and owners and owner not in owners:
            owner = _named(owners)  # it is only a part of what users have: a member of an `allOf`
        return _unless_said(owner, fields, what)
    uses = _outer(uses)
    owned = {(use.owner, use.path[-1:]) for use in uses}
    if len(owned) == 1 and uses[0].owner:
        return _unless_said(uses[0].owner, uses[0].path[-1:], what)
    paths, operations = {use.path for use in uses}, {(use.part == "event", use.operation) for use in uses}
    ends = map(_end, paths) if () not in paths else ()
    path = _unless_said("", uses[0].path, what) if len(paths) == 1 else _named(ends)
    if not path and {use.part for use in uses} == {"error"}:
        if place.startswith(ANSWERS):
            path = place.split("/")[3]
        elif not any(paths) and len(operations) > 1:
            path = "errors"
    ((of_event, name),) = operations if len(operations) == 1 else [(False, None)]
    if name is None or f"`{name}`" in what:
        return path
    return f"{path} of {name}" if path else f"event {name}" if of_event else name


def _outer(uses: Sequence[Use]) -> list[Use]:
    """The uses without those within another one."""
    known = {(use.part, use.operation, use.path) for use in uses}
    return [
        use
        for use in uses
        if not any((use.part, use.operation, use.path[:depth]) in known for depth in range(len(use.path)))
    ]


def _named(names: Iterable[str]) -> str:
    """Some names as one."""
    known = sorted(set(names) - {""})
    return ", ".join(known[:TOLD]) + (f" and {len(known) - TOLD} more" if len(known) > TOLD else "")


def _end(path: Sequence[str]) -> str:
    """The last name of a way, with the items or values of it that are meant."""
    at = max((depth for depth, step in enumerate(path) if step not in ("[]", "{}")), default=0)
    return _unless_said("", path[at:], "")


def _fields(steps: Sequence[str]) -> Iterator[str]:
    """The way of a place within a schema, as a use has it."""
    following = iter(steps)
    for step in following:
        if step == "properties":
            yield next(following, "")
        elif step in ("items", "additionalProperties"):
            yield "[]" if step == "items" else "{}"
        elif step in ("oneOf", "anyOf", "allOf"):
            next(following, "")
        else:
            break


def _unless_said(owner: str, path: Iterable[str], what: str) -> str:
    """An owner and its fields as one name, without what a sentence names itself."""
    names = [owner, *path]
    while names and (not names[-1] or f"`{names[-1]}`" in what or (names[-1] == "{}" and UNLISTED in what)):
        names.pop()
    return ".".join(names).lstrip(".").replace(".[]", "[]").replace(".{}", "[...]")


def _plain(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _plainness(rule: str) -> tuple[bool, bool, bool, str]:
    """Of equally bad rules, the first by this names the change: fields of answers are what most callers look at."""
    return "header" in rule, "parameter" in rule, "event" in rule, rule


def _use_order(use: Use) -> tuple[str, str, tuple[str, ...], str, str]:
    return use.operation or "", use.part, use.path, use.owner or "", use.status or ""
