"""Mutations of objects as a whole: open or closed, called otherwise, one of several."""

from __future__ import annotations

from collections.abc import Iterator

from . import shapes
from .contract import Contract
from .edit import Place, mapped, put, rename
from .fields import ALL, READ
from .kind import Mutant, kind, whole


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


@kind("{} may be of one more shape", "risky", "{}-property-one-of-added", roles=("response", "event"))
def shape_added(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in contract.fields(role):
        if "oneOf" in field.site.node:
            place = (*field.place, "oneOf")
            yield Mutant(
                field.place,
                put(contract.document, place, [*field.site.node["oneOf"], shapes.OBJECT]),
                meetings=field.site.meetings,
            )


@kind("{} may be of one shape less", "risky", "{}-property-one-of-removed", roles=("response",))
def shape_removed(contract: Contract, role: str) -> Iterator[Mutant]:
    for field in contract.fields(role):
        if "oneOf" in field.site.node:
            place = (*field.place, "oneOf")
            old = put(contract.document, place, [*field.site.node["oneOf"], shapes.OBJECT])
            yield Mutant(field.place, contract.document, meetings=field.site.meetings, old=old)


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
