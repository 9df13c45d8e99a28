"""Changed schemas: another type, null or not, a limit moved."""

from __future__ import annotations

from typing import Any

from .contract import Contract
from .edit import Place

Schema = dict[str, Any]
KEPT = ("description", "x-source", "examples")
OTHER = {
    "string": "integer",
    "integer": "string",
    "number": "string",
    "boolean": "string",
    "array": "string",
    "object": "string",
}
"""Another type that no value of this one has."""


def types(node: Schema) -> list[str]:
    """What stands under `type`, as a list."""
    found = node.get("type", [])
    return [found] if isinstance(found, str) else list(found)


def type_of(contract: Contract, place: Place) -> str:
    """The type of the values at a place, null aside."""
    node = contract.resolved(place)
    for index, branch in enumerate(node.get("oneOf", ())):
        if branch != {"type": "null"}:
            return type_of(contract, (*contract.resolve(place), "oneOf", index))
    return next((name for name in types(node) if name != "null"), "object")


def is_null(contract: Contract, place: Place) -> bool:
    """Whether null may stand there."""
    node = contract.resolved(place)
    return "null" in types(node) or {"type": "null"} in node.get("oneOf", ())


def of_type(contract: Contract, place: Place, name: str) -> Schema:
    """The schema with another type, as to null the same; limits and format go."""
    node = contract.resolved(place)
    kept = {key: value for key, value in node.items() if key in KEPT[:2]}
    return {"type": [name, "null"] if is_null(contract, place) else name, **kept}


def of_other_type(contract: Contract, place: Place) -> Schema:
    """The schema with a type that has no value in common with its own but null."""
    return of_type(contract, place, OTHER[type_of(contract, place)])


def with_null(node: Schema) -> Schema:
    """The same, or null."""
    kept = {key: value for key, value in node.items() if key in KEPT[:2]}
    if "$ref" in node:
        return {"oneOf": [{"$ref": node["$ref"]}, {"type": "null"}], **kept}
    if "oneOf" in node:
        return {**node, "oneOf": [*node["oneOf"], {"type": "null"}]}
    return {**node, "type": [*types(node), "null"]}


def without_null(node: Schema) -> Schema:
    """The same, but not null."""
    if "oneOf" in node:
        kept = {key: value for key, value in node.items() if key in KEPT[:2]}
        return {**next(branch for branch in node["oneOf"] if branch != {"type": "null"}), **kept}
    left = [name for name in types(node) if name != "null"]
    return {**node, "type": left[0] if len(left) == 1 else left}


def moved(node: Schema, *, tighter: bool) -> Schema:
    """The schema with its first limit moved by one, so that fewer values fit, or more."""
    name = next(name for name in LIMITS if name in node)
    step = 1 if name in LOWER else -1
    return {**node, name: node[name] + (step if tighter else -step)}


OBJECT: Schema = {"type": "object", "required": ["stars"], "properties": {"stars": {"type": "integer"}}}
"""A schema that the contract has nowhere."""
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems")
LIMITS = ("maximum", "maxLength", "maxProperties", *LOWER)
"""The limits that the contract uses."""
UPPER: dict[str, Schema] = {
    "string": {"maxLength": 20},
    "integer": {"maximum": 900},
    "number": {"maximum": 900},
    "array": {"maxItems": 3},
    "object": {"maxProperties": 30},
}
"""An upper limit for each type."""
