"""Schemas brought to one form, so that the same meaning always looks the same.

`$ref`s are followed, `allOf` is merged, `type: [x, 'null']` and a union with null become *nullable*, `const` becomes an
enum of one. What a schema says at one place in several parts (a reference and its neighbours, the same field in two
members of an `allOf`) is a *conjunction*: all of it holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Optional

from attrs import Factory, evolve, frozen

from .references import Document, Located, SpecError, mapping, sequence

Conjunction = tuple[Located, ...]
Types = Optional[frozenset[str]]
"""The JSON types that are allowed, without null; None: any."""

ALL = frozenset(["boolean", "object", "array", "number", "integer", "string"])
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
FACTS = (*LOWER, *UPPER, "enum", "format", "pattern", "multipleOf", "uniqueItems", "default", "x-open-enum",
         "readOnly", "writeOnly", "deprecated", "contentEncoding", "contentMediaType", "discriminator")  # fmt: skip
RARE = ("not", "if", "then", "else", "patternProperties", "propertyNames", "prefixItems", "contains", "minContains",
        "maxContains", "dependentRequired", "dependentSchemas", "unevaluatedProperties",
        "unevaluatedItems")  # fmt: skip
"""Keywords that are compared as a whole: they say nothing that Python types could."""
PLACED = ("type", "additionalProperties", "oneOf", "anyOf")
SILENT = frozenset(
    ["description", "title", "summary", "example", "examples", "externalDocs", "xml", "$comment", "x-source"]
)
_NAMED = re.compile(r"/components/schemas/([^/]+)")


@frozen
class Schema:
    """What a conjunction says, one level deep: what is below it is kept as it stands."""

    types: Types = None
    nullable: bool = True
    facts: dict[str, Located] = Factory(dict[str, Located])
    """What stands in `FACTS` and `RARE`, by keyword."""
    properties: dict[str, Conjunction] = Factory(dict[str, Conjunction])
    required: frozenset[str] = frozenset()
    items: Conjunction = ()
    additional: Conjunction = ()
    """What fields without a name of their own must be; empty: anything."""
    closed: bool = False
    """Whether there are no such fields."""
    variants: tuple[Conjunction, ...] = ()
    """What it can be, null left out; empty unless there are several."""
    places: dict[str, Located] = Factory(dict[str, Located])
    """Where the rest is said, by keyword; under `null`, where null is allowed."""

    def fact(self, keyword: str) -> Any:
        """Return the value of a keyword; None where it is not said."""
        return self.facts[keyword].value if keyword in self.facts else None

    def place(self, *keywords: str) -> Optional[Located]:
        """Return where the first of these keywords that is said at all is said."""
        return next((self.places[keyword] for keyword in keywords if keyword in self.places), None)

    def wide(self) -> frozenset[str]:
        """Return the allowed types with those that they include."""
        types = ALL if self.types is None else self.types
        return types | {"integer"} if "number" in types else types


class Schemas:
    """The schemas of one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.names: frozenset[str] = frozenset(mapping(document.at("components", "schemas").value))
        self._alone: dict[str, Optional[Schema]] = {}
        self._together: dict[tuple[str, ...], Schema] = {}

    def view(self, parts: Conjunction) -> Schema:
        """Return what a conjunction says. Raises SpecError where an `allOf` or a union contains itself."""
        key = tuple(part.pointer for part in parts)
        if key not in self._together:
            schema = Schema()
            for part in parts:
                schema = _both(schema, self._one(part))
            self._together[key] = _settled(schema)
        return self._together[key]

    def check(self) -> None:
        """Raise SpecError where a named schema contains itself and nothing else, whether it is used or not."""
        for _, schema in self.document.at("components", "schemas").children():
            self.view((schema,))

    def name(self, parts: Conjunction) -> Optional[str]:
        """Return the name under `components/schemas` by which a conjunction is known, if it has one."""
        return next(self.all_names(parts), None)

    def all_names(self, parts: Conjunction) -> Iterator[str]:
        """Return every name that a conjunction goes by, the outermost first."""
        node = parts[0] if len(parts) == 1 else None
        while node is not None:
            found = _NAMED.fullmatch(node.pointer)
            if found:
                yield found[1].replace("~1", "/").replace("~0", "~")
            node = self.document.step(node) or self._only_member(node)

    def _only_member(self, node: Located) -> Optional[Located]:
        """The schema that a wrapper is only there to describe, or to allow null beside."""
        if mapping(node.value).keys() - SILENT - {"allOf", "oneOf", "anyOf", "default", "deprecated"}:
            return None
        members = [
            member
            for keyword in ("allOf", "oneOf", "anyOf")
            for member in _members(node, keyword)
            if keyword == "allOf" or not _is_null(self._one(member))
        ]
        return members[0] if len(members) == 1 else None

    def shape(self, parts: Conjunction) -> str:
        """Return text that is equal for conjunctions which, at a first look, mean the same."""
        schema = self.view(parts)
        said = {key: fact.value for key, fact in schema.facts.items() if key in ("enum", "format", "pattern")}
        items = self.shape(schema.items) if schema.items and not self.view(schema.items).items else ""
        types = sorted(schema.types) if schema.types is not None else None
        names = [self.name(variant) for variant in schema.variants]
        fields = sorted(schema.properties)
        return json.dumps([self.name(parts), types, schema.nullable, fields, items, names, said], sort_keys=True)

    def _one(self, node: Located) -> Schema:
        if node.pointer in self._alone:
            known = self._alone[node.pointer]
            if known is None:
                raise SpecError(f"{node.pointer}: cyclic: this schema contains itself, and nothing else")
            return known
        self._alone[node.pointer] = None
        schema = _own(node)
        following = self.document.step(node)
        if following is not None:
            schema = _both(schema, self._one(following))
        for member in _members(node, "allOf"):
            schema = _both(schema, self._one(member))
        for keyword in ("oneOf", "anyOf"):
            members = _members(node, keyword)
            if members:
                schema = _both(schema, self._union(members))
        self._alone[node.pointer] = schema
        return schema

    def _union(self, members: list[Located]) -> Schema:
        nullable = False
        places: dict[str, Located] = {}
        variants: dict[tuple[str, ...], tuple[Conjunction, Schema]] = {}
        for member in members:
            schema = _settled(self._one(member))
            nullable = nullable or schema.nullable
            if _is_null(schema):
                places["null"] = member
                continue
            inner = schema.variants if _only_variants(schema) else ((member,),)
            for parts in inner:
                variants[tuple(part.pointer for part in parts)] = (parts, self.view(parts))
        views = [schema for _, schema in variants.values()]
        if len(views) == 1:
            return evolve(views[0], nullable=views[0].nullable or nullable, places={**views[0].places, **places})
        if not views:
            return Schema(frozenset(), nullable, places=places)
        if all(_only_type(schema) for schema in views):
            types = frozenset[str]().union(*(schema.types or ALL for schema in views))
            return Schema(types - ({"integer"} if "number" in types else set()), nullable, places=places)
        return Schema(None, nullable, variants=tuple(parts for parts, _ in variants.values()), places=places)


def _members(node: Located, keyword: str) -> list[Located]:
    return list(node.child(keyword).elements()) if keyword in mapping(node.value) else []


def _own(node: Located) -> Schema:
    """What one value says itself, without what it refers to."""
    value = node.value
    if value is False:
        return Schema(frozenset(), nullable=False)
    said = mapping(value)
    types, nullable = None, True
    if "type" in said:
        listed = [str(one) for one in (sequence(said["type"]) or [said["type"]])]
        types, nullable = frozenset(listed) - {"null"}, "null" in listed
        types -= {"integer"} if "number" in types else frozenset()
    facts = {keyword: node.child(keyword) for keyword in (*FACTS, *RARE) if keyword in said}
    if "const" in said:
        facts["enum"] = Located([said["const"]], f"{node.pointer}/const")
    if "enum" in facts:
        values = sequence(facts["enum"].value)
        nullable = nullable and None in values
        facts["enum"] = Located([one for one in values if one is not None], facts["enum"].pointer)
    for keyword in ("uniqueItems", "readOnly", "writeOnly", "deprecated", "x-open-enum"):
        if keyword in facts and facts[keyword].value is not True:
            del facts[keyword]
    extra = said.get("additionalProperties", True)
    typed = isinstance(extra, dict) and bool(mapping(extra).keys() - SILENT)
    return Schema(
        types,
        nullable,
        facts,
        {name: (child,) for name, child in node.child("properties").children()} if "properties" in said else {},
        frozenset(str(name) for name in sequence(said.get("required"))),
        (node.child("items"),) if "items" in said else (),
        (node.child("additionalProperties"),) if typed else (),
        extra is False,
        places={
            **{keyword: node.child(keyword) for keyword in PLACED if keyword in said},
            **({"null": node.child("type")} if nullable and types is not None else {}),
        },
    )


def _both(one: Schema, other: Schema) -> Schema:
    """What two schemas say together."""
    facts = dict(other.facts)
    for keyword, fact in one.facts.items():
        facts[keyword] = _stricter(keyword, fact, facts[keyword]) if keyword in facts else fact
    properties = dict(one.properties)
    for name, parts in other.properties.items():
        properties[name] = _joined(properties.get(name, ()), parts)
    return Schema(
        _common(one, other),
        one.nullable and other.nullable,
        facts,
        properties,
        one.required | other.required,
        _joined(one.items, other.items),
        _joined(one.additional, other.additional),
        one.closed or other.closed,
        one.variants + tuple(variant for variant in other.variants if variant not in one.variants),
        {**other.places, **one.places},
    )


def _common(one: Schema, other: Schema) -> Types:
    if one.types is None or other.types is None:
        return other.types if one.types is None else one.types
    common = one.wide() & other.wide()
    return common - {"integer"} if "number" in common else common


def _stricter(keyword: str, one: Located, other: Located) -> Located:
    """The fact that counts where two are said; the outer one where neither is stricter."""
    if keyword == "enum":
        return Located([value for value in one.value if value in other.value], one.pointer)
    if keyword in LOWER + UPPER and _numbers(one.value, other.value):
        return one if (one.value >= other.value) == (keyword in LOWER) else other
    return one


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, (int, float)) for value in values)


def _joined(one: Conjunction, other: Conjunction) -> Conjunction:
    known = {part.pointer for part in one}
    return one + tuple(part for part in other if part.pointer not in known)


def _settled(schema: Schema) -> Schema:
    """The schema with the type that it implies where it names none."""
    if schema.types is not None or schema.variants:
        return schema
    if "enum" in schema.facts:
        return evolve(schema, types=frozenset(_type_of(value) for value in schema.fact("enum")))
    if schema.properties:
        return evolve(schema, types=frozenset(["object"]), nullable=False)
    if schema.items:
        return evolve(schema, types=frozenset(["array"]), nullable=False)
    return schema


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    names = {"str": "string", "int": "integer", "float": "number", "list": "array", "dict": "object"}
    return names.get(type(value).__name__, "string")


def _is_null(schema: Schema) -> bool:
    return schema.types == frozenset() and schema.nullable


def _says_nothing_else(schema: Schema) -> bool:
    return not (
        schema.facts or schema.properties or schema.required or schema.items or schema.additional or schema.closed
    )


def _only_type(schema: Schema) -> bool:
    return schema.types is not None and not schema.variants and _says_nothing_else(schema)


def _only_variants(schema: Schema) -> bool:
    return bool(schema.variants) and _says_nothing_else(schema)
