"""Mutations of schemas in every place where one can stand: parameters, headers, whole bodies, fields.

The contract has few lists in its query, and no header with a pattern. So what stands at a place is replaced in both
versions: by a schema, and by the same one changed. Each way to change one is tried at every such place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Callable, NamedTuple

from .answers import with_error, with_header
from .contract import Contract, Meeting
from .edit import Place, put
from .events import delivered
from .kind import Mutant, argument, kind, whole
from .readers import resting
from .shapes import Schema, type_of

TEXT, NUMBER = {"type": "string"}, {"type": "number"}
ARRAY, OBJECT = {"type": "array", "items": TEXT}, {"type": "object", "properties": {"x": TEXT}}
VALUES = {**TEXT, "enum": ["one", "two"]}
SHAPES = [{"type": "object", "required": [name], "properties": {name: TEXT}} for name in ("a", "b", "c")]
UNION = {"oneOf": SHAPES[:2]}
LOWER = {
    "min": (NUMBER, "minimum"), "exclusive-min": (NUMBER, "exclusiveMinimum"), "min-length": (TEXT, "minLength"),
    "min-items": (ARRAY, "minItems"), "min-properties": (OBJECT, "minProperties"),
    "multiple-of": (NUMBER, "multipleOf"),
}  # fmt: skip
UPPER = {
    "max": (NUMBER, "maximum"), "exclusive-max": (NUMBER, "exclusiveMaximum"), "max-length": (TEXT, "maxLength"),
    "max-items": (ARRAY, "maxItems"), "max-properties": (OBJECT, "maxProperties"),
}  # fmt: skip
LIMITS = {**LOWER, **UPPER}
UNIQUE = {**ARRAY, "uniqueItems": True}


class Change(NamedTuple):
    """One way to change a schema."""

    rule: str
    """What happened, as the end of a rule."""
    old: Schema
    new: Schema


class Spot(NamedTuple):
    """A place where a schema stands."""

    subject: str
    """What it is the schema of, as the beginning of a rule."""
    place: Place
    meetings: tuple[Meeting, ...]


Spots = Callable[[Contract], Iterator[Spot]]


def limit(word: str, value: int) -> Schema:
    """A schema with one limit."""
    base, keyword = LIMITS[word]
    return {**base, keyword: value}


def hidden(keyword: str) -> Schema:
    """An object whose field goes in one direction only."""
    return {**OBJECT, "properties": {"x": {**TEXT, keyword: True}}}


WAYS: dict[str, tuple[str, str, list[Change]]] = {
    "null is allowed": ("compatible", "breaking", [Change("became-nullable", TEXT, {"type": ["string", "null"]})]),
    "null is forbidden": (
        "breaking", "compatible", [Change("became-not-nullable", {"type": ["string", "null"]}, TEXT)]
    ),
    "another type": ("breaking", "breaking", [Change("type-changed", TEXT, {"type": "integer"})]),
    "a wider type": ("compatible", "breaking", [Change("type-generalized", {"type": "integer"}, NUMBER)]),
    "a narrower type": ("breaking", "compatible", [Change("type-specialized", NUMBER, {"type": "integer"})]),
    "another format": (
        "risky", "risky", [Change("format-changed", {**TEXT, "format": "uri"}, {**TEXT, "format": "email"})]
    ),
    "a format more": ("risky", "risky", [Change("format-added", TEXT, {**TEXT, "format": "email"})]),
    "a format less": ("compatible", "risky", [Change("format-removed", {**TEXT, "format": "email"}, TEXT)]),
    "a longer number": (
        "compatible", "compatible",
        [Change("numeric-format-changed", *({"type": "integer", "format": word} for word in ("int32", "int64")))],
    ),
    "another pattern": (
        "risky", "risky", [Change("pattern-changed", {**TEXT, "pattern": "^a"}, {**TEXT, "pattern": "^b"})]
    ),
    "a pattern more": ("risky", "compatible", [Change("pattern-added", TEXT, {**TEXT, "pattern": "^a"})]),
    "a pattern less": ("compatible", "risky", [Change("pattern-removed", {**TEXT, "pattern": "^a"}, TEXT)]),
    "a value more": (
        "compatible", "risky", [Change("enum-value-added", VALUES, {**TEXT, "enum": ["one", "two", "three"]})]
    ),
    "a value less": ("breaking", "risky", [Change("enum-value-removed", VALUES, {**TEXT, "enum": ["one"]})]),
    "listed values only": ("breaking", "compatible", [Change("became-enum", TEXT, VALUES)]),
    "any value": ("compatible", "risky", [Change("became-not-enum", VALUES, TEXT)]),
    "an open list": ("compatible", "risky", [Change("enum-opened", VALUES, {**VALUES, "x-open-enum": True})]),
    "a complete list": ("compatible", "compatible", [Change("enum-closed", {**VALUES, "x-open-enum": True}, VALUES)]),
    "another default": (
        "risky", "compatible", [Change("default-value-changed", {**TEXT, "default": "a"}, {**TEXT, "default": "b"})]
    ),
    "a default more": ("risky", "compatible", [Change("default-value-added", TEXT, {**TEXT, "default": "a"})]),
    "a default less": ("risky", "compatible", [Change("default-value-removed", {**TEXT, "default": "a"}, TEXT)]),
    "a shape more": ("compatible", "risky", [Change("one-of-added", UNION, {"oneOf": SHAPES})]),
    "a shape less": ("breaking", "risky", [Change("one-of-removed", {"oneOf": SHAPES}, UNION)]),
    "shapes told apart otherwise": (
        "breaking", "breaking",
        [Change("discriminator-changed", *({**UNION, "discriminator": {"propertyName": name}} for name in "ab"))],
    ),
    "named fields only": (
        "breaking", "compatible",
        [Change("additional-properties-removed", OBJECT, {**OBJECT, "additionalProperties": False})],
    ),
    "any fields": (
        "compatible", "compatible",
        [Change("additional-properties-added", {**OBJECT, "additionalProperties": False}, OBJECT)],
    ),
    "a rule that types do not show": (
        "risky", "risky", [Change("constraint-changed", *({**TEXT, "not": {"const": name}} for name in "ab"))]
    ),
    "a rule more that types do not show": (
        "risky", "compatible", [Change("constraint-added", TEXT, {**TEXT, "not": {"const": "x"}})]
    ),
    "a rule less that types do not show": (
        "compatible", "risky", [Change("constraint-removed", {**TEXT, "not": {"const": "x"}}, TEXT)]
    ),
    "deprecated": ("compatible", "compatible", [Change("deprecated", TEXT, {**TEXT, "deprecated": True})]),
    "deprecated no more": ("compatible", "compatible", [Change("not-deprecated", {**TEXT, "deprecated": True}, TEXT)]),
    "a limit more": (
        "risky", "compatible",
        [*(Change(f"{word}-set", LIMITS[word][0], limit(word, 5)) for word in LIMITS),
         Change("unique-items-set", ARRAY, UNIQUE)],
    ),
    "a limit less": (
        "compatible", "risky",
        [*(Change(f"{word}-removed", limit(word, 5), LIMITS[word][0]) for word in LIMITS),
         Change("unique-items-removed", UNIQUE, ARRAY)],
    ),
    "a tighter limit": (
        "risky", "compatible",
        [*(Change(f"{word}-increased", limit(word, 5), limit(word, 10)) for word in LOWER),
         *(Change(f"{word}-decreased", limit(word, 10), limit(word, 5)) for word in UPPER)],
    ),
    "a looser limit": (
        "compatible", "risky",
        [*(Change(f"{word}-decreased", limit(word, 10), limit(word, 5)) for word in LOWER),
         *(Change(f"{word}-increased", limit(word, 5), limit(word, 10)) for word in UPPER)],
    ),
}  # fmt: skip
"""By name: how bad it is in what is sent, and in what comes back; the ways to do it."""
INTO, OUT = ("request-parameter", "request-body", "request-property"), (
    "response-header", "response-body", "response-property", "event-header", "event-body", "event-property"
)  # fmt: skip
PAUSE = ("components", "headers", "Retry-After")
JUDGED_TYPE = ("type-changed", "type-generalized")


def content(place: Place) -> Place:
    """Where the schema of a body stands."""
    return (*place, "content", "application/json", "schema")


def sent(contract: Contract) -> Iterator[Spot]:
    """Where a schema of what is sent stands."""
    kinds = ("path", "query", "header")
    own = (found for found in contract.parameters(*kinds) if found.place == found.listed)
    for parameter in [*own, *contract.shared_parameters(*kinds)]:
        met = argument(parameter.node["name"], parameter.operations)
        yield Spot("request-parameter", (*parameter.place, "schema"), met)
    for operation in contract.operations:
        if "requestBody" in operation.node:
            yield Spot("request-body", content((*operation.place, "requestBody")), whole(operation))
    for field in contract.fields("request"):
        yield Spot("request-property", field.place, field.site.meetings)


def received(contract: Contract) -> Iterator[Spot]:
    """Where a schema of what comes back, or with an event, stands."""
    for name in contract.document["components"].get("headers", {}):
        yield Spot("response-header", ("components", "headers", name, "schema"), with_header(contract, name))
    for operation, status, place in contract.answers(success=True):
        if status != "204":
            yield Spot("response-body", content(place), whole(operation))
    for name in contract.document["components"]["responses"]:
        yield Spot("response-body", content(("components", "responses", name)), with_error(contract, name))
    for field in [*contract.fields("response"), *contract.fields("error")]:
        yield Spot("response-property", field.place, field.site.meetings)
    for place, events in delivered(contract).items():
        yield Spot("event-header", (*place, "schema"), whole(*events))
    for event in contract.events:
        yield Spot("event-body", content((*event.place, "requestBody")), whole(event))
    for field in contract.fields("event"):
        yield Spot("event-property", field.place, field.site.meetings)


def changed(contract: Contract, spots: list[Spot], ways: list[Change]) -> Iterator[Mutant]:
    """Each place with one of these changes, and each change at one of the places of each subject."""
    for subject in dict.fromkeys(spot.subject for spot in spots):
        here = [spot for spot in spots if spot.subject == subject]
        for number in range(max(len(here), len(ways))):
            spot, way = here[number % len(here)], ways[number % len(ways)]
            if spot.place[:3] == PAUSE and way.rule in JUDGED_TYPE:
                continue  # which has a kind of its own
            if way.rule == "enum-value-added" and any(map(resting, spot.meetings)):
                continue  # who reads it need not ask for every value of it
            if way.rule == "enum-value-removed" and any(
                one.part == "event" and one.path == ("type",) for one in spot.meetings
            ):
                continue  # the type of an event is its name, which is neither of these values
            old, new = (put(contract.document, spot.place, schema) for schema in way[1:])
            yield Mutant(spot.place, new, meetings=spot.meetings, old=old, rule=f"{subject}-{way.rule}")


def named(subjects: tuple[str, ...], ways: list[Change]) -> list[str]:
    """The rules that say of these subjects what happened."""
    return [f"{subject}-{way.rule}" for subject in subjects for way in ways]


for name, (into, out, ways) in WAYS.items():

    @kind(f"sent everywhere: {name}", into, *named(INTO, ways))
    def sent_changed(contract: Contract, ways: list[Change] = ways) -> Iterator[Mutant]:
        yield from changed(contract, list(sent(contract)), ways)

    @kind(f"received everywhere: {name}", out, *named(OUT, ways))
    def received_changed(contract: Contract, ways: list[Change] = ways) -> Iterator[Mutant]:
        yield from changed(contract, list(received(contract)), ways)


INNER = {subject: subject.replace("-body", "-property") for subject in (*INTO, *OUT)}
"""What a field of an object is called there: parameters and headers keep their word."""
HIDDEN = (
    ("inner field becomes read-only", "breaking", Change("became-read-only", OBJECT, hidden("readOnly")), INTO, sent),
    ("inner field becomes write-only", "breaking", Change("became-write-only", OBJECT, hidden("writeOnly")), OUT,
     received),
    ("inner field is read-only no more", "compatible", Change("became-not-read-only", hidden("readOnly"), OBJECT), INTO,
     sent),
    ("inner field is write-only no more", "compatible", Change("became-not-write-only", hidden("writeOnly"), OBJECT),
     OUT, received),
)  # fmt: skip

for name, level, way, subjects, spots in HIDDEN:

    @kind(name, level, *{f"{INNER[one]}-{way.rule}" for one in subjects})
    def inner_changed(contract: Contract, spots: Spots = spots, way: Change = way) -> Iterator[Mutant]:
        yield from inner(contract, spots(contract), way)


def inner(contract: Contract, spots: Iterator[Spot], way: Change) -> Iterator[Mutant]:
    """Each place with an object, of which a field is changed."""
    for spot in spots:
        old, new = (put(contract.document, spot.place, schema) for schema in way[1:])
        met = spot.meetings
        if spot.subject.startswith("response-") and type_of(contract, spot.place) in ("object", "array"):
            met = ()  # whose fields may be those of a class
        elif spot.subject == "response-property":
            met = tuple(
                Meeting("schema", f'{one.owner}.{one.path[-1]}["x"]', (), None) for one in met if one.part == "response"
            )
        yield Mutant(spot.place, new, meetings=met, old=old, rule=f"{INNER[spot.subject]}-{way.rule}")
