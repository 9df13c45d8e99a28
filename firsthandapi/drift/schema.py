"""Schemas brought to one form, so that the same meaning always looks the same.

`$ref`s are followed, `allOf` is merged, `type: [x, 'null']` and a union with null become *nullable*, `const` becomes an
enum of one. What a schema says at one place in several parts (a reference and its neighbours, the same field in two
members of an `allOf`) is a *conjunction*: all of it holds. A union has *variants*; it can be *merged* into the one
schema that is true of them all: its fields are those of any of them, its required ones those that all of them require.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Optional

from attrs import Factory, evolve, frozen

from .references import Document, Located, SpecError, mapping, sequence

Conjunction = tuple[Located, ...]
Identity = tuple[Any, ...]
Types = Optional[frozenset[str]]
"""The JSON types that are allowed, without null; None: any."""

ALL = frozenset(["boolean", "object", "array", "number", "integer", "string"])
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
FACTS = (*LOWER, *UPPER, "enum", "format", "pattern", "multipleOf", "uniqueItems", "default", "x-open-enum",
         "readOnly", "writeOnly", "deprecated", "contentEncoding", "contentMediaType", "discriminator")  # fmt: skip
RARE = ("not", "if", "patternProperties", "propertyNames", "prefixItems", "contains", "minContains", "maxContains",
        "dependentRequired", "dependentSchemas", "unevaluatedItems", "oneOf", "anyOf")  # fmt: skip
"""Keywords that are compared as a whole: they say nothing that Python types could. `if` goes with its `then` and
`else`; a union is among them where it only asks for more of the fields that stand beside it."""
UNIONS = ("oneOf", "anyOf")
PLACED = ("type", *UNIONS)
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
    """What stands in `FACTS` and `RARE`, by keyword; what is among both only where it is compared as a whole."""
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
        self._alone: dict[Identity, Optional[Schema]] = {}
        self._together: dict[Identity, Schema] = {}

    def view(self, parts: Conjunction) -> Schema:
        """Return what a conjunction says. Raises SpecError where an `allOf` or a union contains itself."""
        key = identity(parts)
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
        node = parts[0] if len(parts) == 1 and not parts[0].either else None
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
        if node.either:
            return self._union(node.either)
        key = identity((node,))
        if key in self._alone:
            known = self._alone[key]
            if known is None:
                raise SpecError(f"{node.pointer}: cyclic: this schema contains itself, and nothing else")
            return known
        self._alone[key] = None
        schema = _own(node)
        following = self.document.step(node)
        if following is not None:
            schema = _both(schema, self._one(following))
        for member in _members(node, "allOf"):
            schema = _both(schema, self._one(member))
        for keyword in UNIONS:
            members = [(member,) for member in _members(node, keyword)]
            if members:
                union = self._union(members)
                if union.variants and all(_only_narrows(schema, self.view(variant)) for variant in union.variants):
                    union = Schema(facts={keyword: node.child(keyword)})
                schema = _both(schema, union)
                schema.places.update({word: union.places[word] for word in UNIONS if word in union.places})
        self._alone[key] = schema
        return schema

    def _union(self, members: Iterable[Conjunction]) -> Schema:
        nullable = False
        places: dict[str, Located] = {}
        others: list[Schema] = []
        variants: dict[Identity, tuple[Conjunction, Schema]] = {}
        for member in members:
            schema = self.view(member)
            nullable = nullable or schema.nullable
            if not schema.types and schema.types is not None:
                places.update({"null": member[0]} if schema.nullable else {})
                continue
            others.append(schema)
            inner = schema.variants if _only_variants(schema) else (member,)
            for parts in inner:
                variants[identity(parts)] = (parts, self.view(parts))
        if len(others) == 1:  # which only null was put beside: what it is, is said there
            places = {**others[0].places, **places}
        views = [schema for _, schema in variants.values()]
        if len(views) == 1:
            return evolve(views[0], nullable=views[0].nullable or nullable, places=places)
        if not views:
            return Schema(frozenset(), nullable, places=places)
        if all(_only_type(schema) for schema in views):
            types = frozenset[str]().union(*(schema.types or ALL for schema in views))
            return Schema(types - ({"integer"} if "number" in types else set()), nullable, places=places)
        if all("enum" in schema.facts and not schema.variants for schema in views):
            return evolve(_any(views), nullable=nullable, places=places)
        return Schema(None, nullable, variants=tuple(parts for parts, _ in variants.values()), places=places)

    # A union as one schema

    def types(self, schema: Schema) -> Types:
        """Return the types that are allowed, whichever variant it is."""
        views = list(map(self.view, schema.variants))
        allowed = [self.types(view) for view in views] or [schema.types]
        known = [types for types in allowed if types is not None]
        types = frozenset[str]().union(*known) if len(known) == len(allowed) else None
        return _common(schema, Schema(types)) if views else types

    def merged(self, schema: Schema, variants: Iterable[Conjunction], tag: Optional[str] = None) -> Schema:
        """Return what is true of a value that is of one of these variants of a union.

        Args:
            schema: The union.
            variants: Those that count.
            tag: The field that tells them apart, where each value of it must do with its own variant: then all that any
                of them asks is asked. None: only what all of them ask.
        """
        views = [self.plain(variant) for variant in variants]
        one = _any(views) if tag is None else functools.reduce(_both, views)
        names = dict.fromkeys(name for view in views for name in view.properties)
        if tag is None:  # what one of them says of a field that the others leave alone is not true of all
            names = {name: None for name in names if name not in schema.properties or _all_say(name, views)}
        fields: dict[str, Conjunction] = {}
        for name in names:
            having = map(self.plain, schema.variants) if name == tag else views
            said = _distinct(view.properties[name] for view in having if name in view.properties)
            fields[name] = _either(said) if tag in (None, name) else tuple(part for parts in said for part in parts)
        facts = {keyword: fact for keyword, fact in schema.facts.items() if keyword != "discriminator"}
        base = evolve(schema, types=self.types(schema), facts=facts, variants=())
        return _both(base, evolve(one, types=None, nullable=True, properties=fields))

    def plain(self, parts: Conjunction) -> Schema:
        """Return what a conjunction says, a union as one schema."""
        schema = self.view(parts)
        return self.merged(schema, schema.variants) if schema.variants else schema

    def tag(self, schema: Schema) -> Optional[tuple[str, list[frozenset[str]]]]:
        """Return the field that tells the variants of a union apart, and its values in each, as JSON."""
        views = list(map(self.plain, schema.variants))
        discriminator = mapping(schema.fact("discriminator"))
        said = discriminator.get("propertyName")
        shared = frozenset[str].intersection(*(frozenset(view.properties) for view in views))
        for name in [said] if isinstance(said, str) else sorted(shared):
            values: list[frozenset[str]] = []
            for variant, view in zip(schema.variants, views):
                enum = self.view(view.properties.get(name, ())).fact("enum") or (
                    _mapped(mapping(discriminator.get("mapping")), self.name(variant)) if name == said else ()
                )
                values.append(frozenset(json.dumps(value) for value in enum))
            if all(values) and len(frozenset[str]().union(*values)) == sum(map(len, values)):
                return name, values
        return None


def identity(parts: Conjunction) -> Identity:
    """Return what tells a conjunction from every other of its document."""
    return tuple((part.pointer, *map(identity, part.either)) for part in parts)


def meaning(value: Any) -> str:
    """Return text that is equal for values that mean the same: words for people are left out."""

    def cleaned(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: cleaned(child) for key, child in mapping(node).items() if key not in SILENT}
        if isinstance(node, list):
            return [cleaned(child) for child in sequence(node)]
        return int(node) if isinstance(node, float) and node.is_integer() else node

    return json.dumps(cleaned(value), sort_keys=True, default=str)


def _any(views: Sequence[Schema]) -> Schema:
    """What is true of whatever one of these schemas is true of, its fields left out."""
    objects = [view for view in views if "object" in view.wide()]
    lists = [view for view in views if "array" in view.wide()]
    open_ = [view for view in objects if not view.closed]
    facts = {
        keyword: fact
        for keyword in views[0].facts
        for fact in [_looser(keyword, [view.facts.get(keyword) for view in views])]
        if fact is not None
    }
    types = frozenset[str]().union(*(view.wide() for view in views))
    return Schema(
        types - ({"integer"} if "number" in types else set()),
        any(view.nullable for view in views),
        facts,
        required=frozenset[str].intersection(*(view.required for view in objects)) if objects else frozenset(),
        items=_either(_distinct(view.items for view in lists)) if all(view.items for view in lists) else (),
        additional=_either(_distinct(view.additional for view in open_)) if all(v.additional for v in open_) else (),
        closed=bool(objects) and not open_,
    )


def _looser(keyword: str, facts: Sequence[Optional[Located]]) -> Optional[Located]:
    """The fact that is true of any; None where nothing is, such as where one schema says nothing of it."""
    said = [fact for fact in facts if fact is not None]
    if len(said) < len(facts):
        return None
    if keyword == "enum":
        values = [value for fact in said for value in sequence(fact.value)]
        listed = [value for index, value in enumerate(values) if value not in values[:index]]
        return Located(listed, said[0].pointer, either=tuple((fact,) for fact in said))
    if keyword in LOWER + UPPER and _numbers(*(fact.value for fact in said)):
        return (min if keyword in LOWER else max)(said, key=lambda fact: fact.value)
    return said[0] if len({meaning(fact.value) for fact in said}) == 1 else None


def _distinct(all_parts: Iterable[Conjunction]) -> list[Conjunction]:
    """Those that do not say the same as another one."""
    return list({meaning([part.value for part in parts]): parts for parts in all_parts}.values())


def _either(said: Sequence[Conjunction]) -> Conjunction:
    """All of which any may hold, as one."""
    if len(said) < 2:
        return said[0] if said else ()
    values = [{"allOf": [part.value for part in parts]} for parts in said]
    return (Located({"anyOf": values}, said[0][0].pointer, either=tuple(said)),)


def _all_say(name: str, views: Iterable[Schema]) -> bool:
    return all(name in view.properties or view.closed for view in views)


def _mapped(names: dict[str, Any], name: Optional[str]) -> list[str]:
    """The values by which a discriminator calls a named schema."""
    found = [value for value, target in names.items() if str(target).rpartition("/")[2] == name]
    return found or ([name] if name else [])


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
    facts = {keyword: node.child(keyword) for keyword in (*FACTS, *RARE) if keyword in said and keyword not in UNIONS}
    if "const" in said:
        facts["enum"] = Located([said["const"]], f"{node.pointer}/const")
    if "enum" in facts:
        values = sequence(facts["enum"].value)
        nullable = nullable and None in values
        facts["enum"] = Located([one for one in values if one is not None], facts["enum"].pointer)
    for keyword in ("uniqueItems", "readOnly", "writeOnly", "deprecated", "x-open-enum"):
        if keyword in facts and facts[keyword].value is not True:
            del facts[keyword]
    if "if" in facts:
        facts["if"] = facts["if"]._replace(value={key: said[key] for key in ("if", "then", "else") if key in said})
    rest = "additionalProperties" if "additionalProperties" in said else "unevaluatedProperties"
    extra = said.get(rest, True)
    patterns = [(child,) for _, child in node.child("patternProperties").children()]
    typed = isinstance(extra, dict) and bool(mapping(extra).keys() - SILENT)
    return Schema(
        types,
        nullable,
        facts,
        {name: (child,) for name, child in node.child("properties").children()} if "properties" in said else {},
        frozenset(str(name) for name in sequence(said.get("required"))),
        (node.child("items"),) if "items" in said else (),
        _either(_distinct(patterns)) if extra is False else (node.child(rest),) if typed else (),
        extra is False and not patterns,
        places={
            **{keyword: node.child(keyword) for keyword in PLACED if keyword in said},
            **({"additionalProperties": node.child(rest)} if rest in said else {}),
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
        return one._replace(value=[value for value in one.value if value in other.value])
    if keyword in LOWER + UPPER and _numbers(one.value, other.value):
        return one if (one.value >= other.value) == (keyword in LOWER) else other
    return one


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, (int, float)) for value in values)


def _joined(one: Conjunction, other: Conjunction) -> Conjunction:
    known = {identity((part,)) for part in one}
    return one + tuple(part for part in other if identity((part,)) not in known)


def _settled(schema: Schema) -> Schema:
    """The schema with the type that it implies where it names none, and without fields that may never be there."""
    left = {name: parts for name, parts in schema.properties.items() if all(part.value is not False for part in parts)}
    return evolve(_typed(schema), properties=left) if len(left) < len(schema.properties) else _typed(schema)


def _typed(schema: Schema) -> Schema:
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


def _only_narrows(base: Schema, schema: Schema) -> bool:
    """Whether a member of a union only asks for more of what stands beside the union."""
    return bool(
        (base.types or base.properties)
        and base.properties.keys() >= schema.properties.keys()
        and (base.types is None or schema.types is None or schema.wide() <= base.wide())
        and not schema.variants
    )


def _only_type(schema: Schema) -> bool:
    return schema.types is not None and not schema.variants and _says_nothing_else(schema)


def _only_variants(schema: Schema) -> bool:
    return bool(schema.variants) and _says_nothing_else(schema)
