"""Mutations of fields: of what is sent, of answers, of errors and of events."""

from __future__ import annotations

from collections.abc import Iterator

from . import shapes
from .contract import Contract, Field, Meeting
from .edit import Document, Place, at, drop, merge, put, rename
from .kind import Mutant, kind, whole, without

READ = ("response", "error", "event")
ALL = ("request", *READ, "shared")
NEW = {"type": "string", "description": "A new one."}


def around(field: Field) -> tuple[Place, ...]:
    """Where else a change of a field shows."""
    return ((*field.holder, "required"),)


def required(contract: Contract, field: Field, *, is_so: bool) -> Document:
    """The document in which a field is required, or not."""
    names = without(at(contract.document, field.holder).get("required"), field.name)
    found: Document = put(contract.document, (*field.holder, "required"), [*names, field.name] if is_so else names)
    return found


@kind("{} field removed", "breaking", "{}-property-removed", roles=ALL)
def removed(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in contract.fields(role):
        new = drop(contract.document, field.place)
        if field.required:
            new = put(new, (*field.holder, "required"), without(at(new, field.holder)["required"], field.name))
        yield Mutant(field.place, new, around(field), field.site.meetings)


@kind("{} field renamed", "breaking", "{}-property-removed", roles=ALL)
def renamed(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in contract.fields(role):
        name = f"{field.name}_v2"
        new = rename(contract.document, field.place, name)
        if field.required:
            names = at(contract.document, field.holder)["required"]
            new = put(new, (*field.holder, "required"), [name if old == field.name else old for old in names])
        there = (*field.place[:-1], name)
        yield Mutant(field.place, new, (*around(field), there), field.site.meetings)


@kind("{} field type changed", "breaking", "{}-property-type-changed", roles=ALL)
def type_changed(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in contract.fields(role):
        new = put(contract.document, field.place, shapes.of_other_type(contract, field.place))
        yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("{} field becomes a list", "breaking", "{}-property-type-changed", roles=ALL)
def becomes_list(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in contract.fields(role):
        if shapes.type_of(contract, field.place) != "array":
            items = {key: value for key, value in field.site.node.items() if key not in shapes.KEPT}
            new = put(contract.document, field.place, {"type": "array", "items": items})
            yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("items of {} list change type", "breaking", "{}-property-type-changed", roles=("request", "response"))
def items_changed(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in contract.fields(role):
        if "items" in field.site.node:
            place = (*field.place, "items")
            new = put(contract.document, place, shapes.of_other_type(contract, place))
            yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("items of a list are of another schema", "breaking", "schema-replaced")
def items_exchanged(contract: Contract) -> Iterator[Mutant]:
    """Whoever lists gets less; what else answers with the schema stays as it was."""
    summary: Place = ("components", "schemas", "Summary")
    for operation, status, answer in contract.answers(success=True):
        listed = contract.resolve((*answer, "content", "application/json", "schema")) if status != "204" else ()
        if listed and "items" in at(contract.document, listed)["properties"].get("data", ()):
            place = (*listed, "properties", "data", "items")
            owner = contract.resolve(place)
            fields = at(contract.document, owner)["properties"]
            old = put(contract.document, summary, {"type": "object", "properties": {"id": fields["id"]}})
            new = put(old, place, {"$ref": "#/components/schemas/Summary"})
            path = ("data", "[]")
            lost = (Meeting("response", operation.name, (*path, name), owner[-1]) for name in fields if name != "id")
            yield Mutant(place, new, meetings=(*whole(operation), *lost), old=old)


@kind("{} whole number becomes any number", "breaking", "{}-property-type-generalized", roles=("response", "event"))
def becomes_number(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in contract.fields(role):
        if shapes.type_of(contract, field.place) == "integer":
            kinds = ["number" if name == "integer" else name for name in shapes.types(field.site.node)]
            new = put(contract.document, (*field.place, "type"), kinds if len(kinds) > 1 else kinds[0])
            yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("sent whole number may be any number", "compatible", "request-property-type-generalized")
def sent_number_widened(contract: Contract) -> Iterator[Mutant]:
    for field in contract.fields("request"):
        if shapes.type_of(contract, field.place) == "integer":
            new = put(contract.document, (*field.place, "type"), "number")
            yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("{} field becomes optional", "breaking", "{}-property-became-optional", roles=(*READ, "shared"))
def becomes_optional(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in contract.fields(role):
        if field.required:
            new = required(contract, field, is_so=False)
            yield Mutant(field.place, new, around(field), field.site.meetings)


@kind("sent field becomes optional", "compatible", "request-property-became-optional")
def sent_becomes_optional(contract: Contract) -> Iterator[Mutant]:
    for field in contract.fields("request"):
        if field.required:
            new = required(contract, field, is_so=False)
            yield Mutant(field.place, new, around(field), field.site.meetings)


@kind("sent field becomes required", "breaking", "request-property-became-required")
def sent_becomes_required(contract: Contract) -> Iterator[Mutant]:
    for field in contract.fields("request"):
        if not field.required:
            new = required(contract, field, is_so=True)
            yield Mutant(field.place, new, around(field), field.site.meetings)


@kind("{} field becomes required", "compatible", "{}-property-became-required", roles=("response", "error"))
def becomes_required(contract: Contract, role: str) -> Iterator[Mutant]:
    """It always comes now."""
    for field in contract.fields(role):
        if not field.required:
            new = required(contract, field, is_so=True)
            yield Mutant(field.place, new, around(field), field.site.meetings)


@kind("event field becomes required", "compatible", "event-property-became-required")
def event_becomes_required(contract: Contract) -> Iterator[Mutant]:
    for field in contract.fields("event"):
        old, new = (required(contract, field, is_so=is_so) for is_so in (False, True))
        yield Mutant(field.place, new, around(field), field.site.meetings, old)


@kind("{} field becomes nullable", "breaking", "{}-property-became-nullable", roles=(*READ, "shared"))
def becomes_nullable(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in contract.fields(role):
        if not shapes.is_null(contract, field.place):
            new = put(contract.document, field.place, shapes.with_null(field.site.node))
            yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("{} field is null no more", "compatible", "{}-property-became-not-nullable", roles=READ)
def null_no_more(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in contract.fields(role):
        if shapes.is_null(contract, field.place):
            new = put(contract.document, field.place, shapes.without_null(field.site.node))
            yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("sent field may be null", "compatible", "request-property-became-nullable")
def sent_may_be_null(contract: Contract) -> Iterator[Mutant]:
    for field in contract.fields("request"):
        new = put(contract.document, field.place, shapes.with_null(field.site.node))
        yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("sent field may be null no more", "breaking", "request-property-became-not-nullable")
def sent_null_no_more(contract: Contract) -> Iterator[Mutant]:
    for field in contract.fields("request"):
        old = put(contract.document, field.place, shapes.with_null(field.site.node))
        yield Mutant(field.place, contract.document, meetings=field.site.meetings, old=old)


@kind("optional sent field added", "compatible", "new-optional-request-property")
def sent_added(contract: Contract) -> Iterator[Mutant]:
    for site in contract.objects("request"):
        place = (*site.place, "properties", "mood")
        yield Mutant(place, put(contract.document, place, NEW), meetings=site.meetings)


@kind("required sent field added", "breaking", "new-required-request-property")
def required_sent_added(contract: Contract) -> Iterator[Mutant]:
    for site in contract.objects("request", "shared"):
        place = (*site.place, "properties", "mood")
        names = (*site.place, "required")
        new = put(put(contract.document, place, NEW), names, [*site.node.get("required", ()), "mood"])
        yield Mutant(place, new, (names,), meetings=site.meetings)


@kind("shared field added", "compatible", "new-optional-request-property", "response-property-added", roles=("shared",))
@kind("{} field added", "compatible", "{}-property-added", roles=READ)
def added(contract: Contract, role: str) -> Iterator[Mutant]:
    """One that always comes, and one that may."""
    for site in contract.objects(role):
        place = (*site.place, "properties", "mood")
        names = (*site.place, "required")
        optional = put(contract.document, place, NEW)
        yield Mutant(place, optional, meetings=site.meetings)
        if role != "shared":
            always = put(optional, names, [*site.node.get("required", ()), "mood"])
            yield Mutant(place, always, (names,), site.meetings)


@kind("{} date-time becomes a date", "breaking", "{}-property-format-changed", roles=("request", "response", "event"))
def becomes_date(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in formatted(contract, role, "date-time"):
        new = merge(contract.document, field.place, {"format": "date"})
        yield Mutant(field.place, new, meetings=field.site.meetings)


@kind(
    "{} date-time becomes Unix seconds", "breaking", "{}-property-type-changed", roles=("request", "response", "event")
)
def becomes_seconds(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in formatted(contract, role, "date-time"):
        new = put(contract.document, field.place, shapes.of_type(contract, field.place, "integer"))
        yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("{} date-time becomes any text", "breaking", "{}-property-format-removed", roles=("request", "response", "event"))
def becomes_text(contract: Contract, role: str) -> Iterator[Mutant]:
    """The same JSON may come, but Python has text where it had a time."""
    for field in formatted(contract, role, "date-time"):
        new = drop(contract.document, (*field.place, "format"))
        yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("{} link becomes any text", "risky", "{}-property-format-removed", roles=("response", "event"))
def link_becomes_text(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in formatted(contract, role, "uri"):
        new = drop(contract.document, (*field.place, "format"))
        yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("sent text needs a format", "risky", "request-property-format-added")
def text_needs_format(contract: Contract) -> Iterator[Mutant]:
    for field in contract.fields("request"):
        if field.site.node.get("type") == "string" and "format" not in field.site.node:
            new = merge(contract.document, field.place, {"format": "uri"})
            yield Mutant(field.place, new, meetings=field.site.meetings)


def formatted(contract: Contract, role: str, name: str) -> list[Field]:
    """The fields of a format."""
    return [field for field in contract.fields(role) if field.site.node.get("format") == name]


@kind("sent default changed", "risky", "request-property-default-value-changed")
def default_changed(contract: Contract) -> Iterator[Mutant]:
    for field in contract.fields("request"):
        if "default" in field.site.node:
            new = merge(contract.document, field.place, {"default": field.site.node["default"] + 1})
            yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("sent default removed", "risky", "request-property-default-value-removed")
def default_removed(contract: Contract) -> Iterator[Mutant]:
    for field in contract.fields("request"):
        if "default" in field.site.node:
            new = drop(contract.document, (*field.place, "default"))
            yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("sent field becomes read-only", "breaking", "request-property-became-read-only")
def becomes_read_only(contract: Contract) -> Iterator[Mutant]:
    for field in contract.fields("request"):
        new = merge(contract.document, field.place, {"readOnly": True})
        yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("{} field becomes write-only", "breaking", "{}-property-became-write-only", roles=READ)
def becomes_write_only(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in contract.fields(role):
        new = merge(contract.document, field.place, {"writeOnly": True})
        yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("{} field deprecated", "compatible", "{}-property-deprecated", roles=("request", *READ))
def deprecated(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in contract.fields(role):
        new = merge(contract.document, field.place, {"deprecated": True})
        yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("{} text becomes a date-time", "breaking", "{}-property-format-added", roles=("response", "event"))
def text_becomes_time(contract: Contract, role: str) -> Iterator[Mutant]:
    """The same JSON may come, but Python has a time where it had text."""
    for field in contract.fields(role):
        if field.site.node.get("type") == "string" and not {"format", "pattern"} & set(field.site.node):
            new = merge(contract.document, field.place, {"format": "date-time"})
            yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("answered number becomes whole", "compatible", "response-property-type-specialized")
def becomes_whole(contract: Contract) -> Iterator[Mutant]:
    for field in contract.fields("response"):
        if shapes.type_of(contract, field.place) == "number":
            kinds = ["integer" if name == "number" else name for name in shapes.types(field.site.node)]
            new = put(contract.document, (*field.place, "type"), kinds if len(kinds) > 1 else kinds[0])
            yield Mutant(field.place, new, meetings=field.site.meetings)


@kind("shared number becomes whole", "breaking", "request-property-type-specialized")
def shared_becomes_whole(contract: Contract) -> Iterator[Mutant]:
    for field in contract.fields("shared"):
        new = put(contract.document, (*field.place, "type"), "integer")
        yield Mutant(field.place, new, meetings=field.site.meetings)
