"""Mutations of objects as a whole: open or closed, called otherwise, one of several, or several in place of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import shapes
from .contract import Contract, Field, Site
from .edit import Document, Place, at, mapped, put, rename
from .fields import ALL, READ
from .kind import Mutant, kind, whole, without


@kind("sent object closed", "breaking", "request-property-additional-properties-removed")
def closed(contract: Contract) -> Iterator[Mutant]:
    for site in contract.sites:
        if site.role in ("request", "shared") and site.node.get("additionalProperties") is True:
            new = put(contract.document, (*site.place, "additionalProperties"), False)
            yield Mutant(site.place, new, meetings=site.meetings)


@kind(
    "sent object opened",
    "compatible",
    "request-body-additional-properties-added",
    "request-property-additional-properties-added",
)
def opened(contract: Contract) -> Iterator[Mutant]:
    for site in contract.sites:
        if site.role == "request" and site.node.get("additionalProperties") is False:
            new = put(contract.document, (*site.place, "additionalProperties"), True)
            yield Mutant(site.place, new, meetings=site.meetings)


@kind("answered object closed", "compatible")
def answer_closed(contract: Contract) -> Iterator[Mutant]:
    for site in contract.objects(*READ):
        new = put(contract.document, (*site.place, "additionalProperties"), False)
        yield Mutant(site.place, new, meetings=site.meetings)


@kind("{} schema renamed", "breaking", "schema-renamed", roles=ALL, reshapes=True)
def schema_renamed(contract: Contract, role: str) -> Iterator[Mutant]:
    """Nothing changes on the wire, but the class has another name."""
    for site in contract.sites:
        if len(site.place) == 3 and site.role == role:
            name = f"{site.place[2]}V2"
            reference = f"#/components/schemas/{site.place[2]}"

            def edit(node: object, old: str = reference, new: str = f"#/components/schemas/{name}") -> object:
                return {**node, "$ref": new} if isinstance(node, dict) and node.get("$ref") == old else node

            new = rename(mapped(contract.document, edit), site.place, name)
            yield Mutant(site.place, new, ((*site.place[:-1], name),))


@kind("answer has another class", "risky", "schema-replaced")
def schema_replaced(contract: Contract) -> Iterator[Mutant]:
    """Of the same fields: only who asks for the class sees it."""
    for operation, status, answer in contract.answers(success=True):
        if status != "204":
            place = (*answer, "content", "application/json", "schema")
            same: Place = ("components", "schemas", "Same")
            old = put(contract.document, same, contract.resolved(place))
            new = put(old, place, {"$ref": "#/components/schemas/Same"})
            yield Mutant(place, new, meetings=whole(operation), old=old)


def objects(contract: Contract, role: str) -> Iterator[Field]:
    """The fields that are a union of an object and null."""
    for field in contract.fields(role):
        if "oneOf" in field.site.node and shapes.type_of(contract, field.place) == "object":
            yield field


def others(contract: Contract, role: str) -> Iterator[Field]:
    """The fields that are no object."""
    return (field for field in contract.fields(role) if shapes.type_of(contract, field.place) != "object")


def widened(contract: Contract, field: Field) -> Document:
    """The document in which the field may be an object that the contract has nowhere."""
    variants = field.site.node.get("oneOf", [field.site.node])
    found: Document = put(contract.document, field.place, {"oneOf": [*variants, shapes.OBJECT]})
    return found


@kind("{} may be of one more shape", "risky", "{}-property-one-of-added", roles=("response", "event"))
def shape_added(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in objects(contract, role):
        yield Mutant(field.place, widened(contract, field), meetings=field.site.meetings)


@kind("{} may be of one shape less", "risky", "{}-property-one-of-removed", roles=("response",))
def shape_removed(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in objects(contract, role):
        old = widened(contract, field)
        yield Mutant(field.place, contract.document, meetings=field.site.meetings, old=old)


@kind("{} union has one more type", "breaking", "{}-property-type-generalized", roles=("response",))
def type_added(contract: Contract, role: str) -> Iterator[Mutant]:
    """Written as a union or as a list of types, it is the same."""
    for field in others(contract, role):
        yield Mutant(field.place, widened(contract, field), meetings=field.site.meetings)


@kind("{} union has one type less", "compatible", "{}-property-type-specialized", roles=("response",))
def type_removed(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in others(contract, role):
        old = widened(contract, field)
        yield Mutant(field.place, contract.document, meetings=field.site.meetings, old=old)


def sort(site: Site, *values: str, **more: Any) -> dict[str, Any]:
    """An object with a field that says of which sort it is, and with others that are required."""
    said: dict[str, Any] = {"sort": {"type": "string", "enum": list(values)}, **more}
    names = {"properties": {**site.node["properties"], **said}, "required": [*site.node.get("required", ()), *said]}
    return {**site.node, **names}


@kind("sent object split by a constant", "compatible", "request-body-one-of-added", "request-property-one-of-added")
def split(contract: Contract) -> Iterator[Mutant]:
    """Whatever is sent still goes to one of the two."""
    for site in contract.objects("request"):
        old = put(contract.document, site.place, sort(site, "one", "two"))
        kinds = [sort(site, value) for value in ("one", "two")]
        yield Mutant(site.place, put(old, site.place, {"oneOf": kinds}), meetings=site.meetings, old=old)


@kind("sent object split, and one kind asks for more", "breaking", "new-required-request-property")
def split_and_asking(contract: Contract) -> Iterator[Mutant]:
    for site in contract.objects("request"):
        old = put(contract.document, site.place, sort(site, "one", "two"))
        kinds = [sort(site, "one"), sort(site, "two", proof={"type": "string"})]
        yield Mutant(site.place, put(old, site.place, {"oneOf": kinds}), meetings=site.meetings, old=old)


@kind("{} object split, and one kind lacks a field", "breaking", "{}-property-became-optional", roles=READ)
def split_and_lacking(contract: Contract, role: str) -> Iterator[Mutant]:
    """A field that always came, whichever it is."""
    for field in contract.fields(role):
        if field.required:
            site = Site(field.holder, at(contract.document, field.holder), field.site.meetings)
            old = put(contract.document, field.holder, sort(site, "one", "two"))
            full, part = sort(site, "one"), sort(site, "two")
            part["properties"] = {name: one for name, one in part["properties"].items() if name != field.name}
            part["required"] = without(part["required"], field.name)
            new = put(old, field.holder, {"oneOf": [full, part]})
            yield Mutant(field.holder, new, meetings=field.site.meetings, old=old)


@kind(
    "sent object needs one of two fields",
    "risky",
    "request-body-constraint-added",
    "request-property-constraint-added",
)
def one_of_two(contract: Contract) -> Iterator[Mutant]:
    for site in contract.objects("request"):
        asked = [{"required": [name]} for name in list(site.node["properties"])[:2]]
        for word in ("anyOf", "oneOf") if len(asked) == 2 else ():
            new = put(contract.document, (*site.place, word), asked)
            yield Mutant(site.place, new, meetings=site.meetings)


@kind("answered object has one of two fields", "compatible", "response-body-constraint-added")
def has_one_of_two(contract: Contract) -> Iterator[Mutant]:
    for _, status, answer in contract.answers(success=True):
        if status != "204":
            place = contract.resolve((*answer, "content", "application/json", "schema"))
            asked = [{"required": [name]} for name in list(contract.resolved(place)["properties"])[:2]]
            yield Mutant(place, put(contract.document, (*place, "anyOf"), asked))


@kind("sent field narrowed beside its reference", "risky", "request-property-constraint-added")
def narrowed(contract: Contract) -> Iterator[Mutant]:
    """Where the reference stands, and not in what it leads to."""
    for field in contract.fields("request"):
        if "$ref" in field.site.node:
            new = put(contract.document, (*field.place, "not"), {"const": "x"})
            yield Mutant(field.place, new, meetings=field.site.meetings)


DISCRIMINATED = {
    "oneOf": [{"$ref": "#/components/schemas/Scene"}, {"$ref": "#/components/schemas/Keyframe"}],
    "discriminator": {
        "propertyName": "kind",
        "mapping": {"scene": "#/components/schemas/Scene", "keyframe": "#/components/schemas/Keyframe"},
    },
}


@kind("{} discriminator value renamed", "breaking", "{}-property-discriminator-changed", roles=("response", "event"))
def discriminator_value(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in contract.fields(role):
        if "oneOf" in field.site.node:
            old = put(contract.document, field.place, DISCRIMINATED)
            place = (*field.place, "discriminator", "mapping", "scene")
            yield Mutant(field.place, rename(old, place, "scene_v2"), meetings=field.site.meetings, old=old)


@kind("{} discriminator field renamed", "breaking", "{}-property-discriminator-changed", roles=("response", "event"))
def discriminator_field(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in contract.fields(role):
        if "oneOf" in field.site.node:
            old = put(contract.document, field.place, DISCRIMINATED)
            place = (*field.place, "discriminator", "propertyName")
            yield Mutant(field.place, put(old, place, "label"), meetings=field.site.meetings, old=old)
