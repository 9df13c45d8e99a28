"""What differs between two schemas, and between all that they are made of.

A *pair* is a schema of the old contract and the one that has its place in the new one, looked at in one direction.
Pairs form a graph, for schemas contain each other and themselves; each pair is compared once, and then the ways to it
are walked from every *root*: a parameter, a body, a header.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Optional

from attrs import Factory, define, evolve, frozen

from .change import Level, Part, Use
from .collect import UNLISTED, Collector, Finding
from .exchanged import exchanged
from .names import hint, renamed
from .references import Located, escaped, mapping
from .rules import LIMITS, RULES, Direction
from .schema import ALL, RARE, SILENT, UNIONS, UPPER, Conjunction, Schema, Schemas, identity, meaning
from .untouched import Untouched

WAYS = 20
"""How many ways from a root to one pair are told."""
LONGEST = 120
"""How many characters of a value are told."""
NUMERIC = ("int32", "int64", "float", "double", "decimal")
ANYTHING = True
FROM_ZERO = ("/minLength", "/minItems", "/minProperties")
"""Keywords that say nothing with a zero."""
TYPED = ("date-time", "date", "uuid", "binary")
"""Formats for which the generated package has a Python type of its own."""


class Pair(NamedTuple):
    """What is compared with what."""

    old: Conjunction
    new: Conjunction
    direction: Direction
    nullable: bool = True
    """Whether null counts; it does not for a member of a union, which allows it or not as a whole."""

    def key(self) -> Key:
        """Return what tells it from every other."""
        return (
            identity(self.old),
            identity(self.new),
            self.direction,
            self.nullable,
        )


Key = tuple[Any, ...]
Steps = tuple[str, ...]


@define
class _Compared:
    """What was found at one pair."""

    name: Optional[str]
    at: Optional[str] = None
    """Where another `$ref` stands than before, or none any more; None where that is not so."""
    is_aligned: bool = False
    """Whether one and the same named schema is looked at, so that what changed is in it."""
    findings: list[tuple[Steps, Finding]] = Factory(list["tuple[Steps, Finding]"])
    children: list[tuple[Steps, Pair]] = Factory(list["tuple[Steps, Pair]"])


@frozen
class Root:
    """Where a schema is used from."""

    pair: Pair
    part: Part
    operation: str
    path: Steps
    """What comes before the way through the schema: the name of a parameter or header."""
    subject: str
    inner: str
    """The subject of what lies below the top."""
    at: Optional[str] = None
    """Where a `$ref` changed that leads here, if one did."""
    levels: Mapping[str, Level] = Factory(dict[str, "Level"])
    """How bad some kinds of change are at the top, where that is not as bad as elsewhere."""
    status: Optional[str] = None
    """As in `Use`."""


class Comparison:
    """Compares the schemas of two documents."""

    def __init__(self, old: Schemas, new: Schemas, untouched: Untouched) -> None:
        self.old = old
        self.new = new
        self.untouched = untouched
        self.roots: list[Root] = []

    def add(self, root: Root) -> None:
        """Have the schemas of one more place compared."""
        self.roots.append(root)

    def report(self, collector: Collector) -> None:
        """Compare everything, and hand in what was found. Raises SpecError for a schema that cannot be."""
        graph: dict[Key, _Compared] = {}
        above: dict[Key, set[Key]] = {}
        waiting = deque(root.pair for root in self.roots)
        while waiting:
            pair = waiting.popleft()
            if pair.key() not in graph and not self._is_untouched(pair):
                compared = graph[pair.key()] = self._compare(pair)
                for _, child in compared.children:
                    above.setdefault(child.key(), set()).add(pair.key())
                    waiting.append(child)
        telling = _reaching((key for key, compared in graph.items() if compared.findings), above)
        for root in self.roots:
            if root.pair.key() in telling:
                _walk(root, graph, telling, collector)

    def same_shape(self, old: Conjunction, new: Conjunction) -> bool:
        """Whether two schemas look the same at a first glance."""
        return self.old.shape(old) == self.new.shape(new)

    def _is_untouched(self, pair: Pair) -> bool:
        return len(pair.old) == len(pair.new) and all(map(self.untouched.has, pair.old, pair.new))

    # One pair

    def _compare(self, pair: Pair) -> _Compared:
        old, new = self.old.view(pair.old), self.new.view(pair.new)
        before, now = self.old.name(pair.old), self.new.name(pair.new)
        compared = _Compared(before or now)
        if set(self.old.all_names(pair.old)) & set(self.new.all_names(pair.new)):
            compared.is_aligned = True
        elif before in self.new.names or now in self.old.names:
            compared.at = pair.new[0].pointer
        if before and now and not compared.is_aligned and compared.at is None:
            where = Located(before, _pointer_of(before)), Located(now, _pointer_of(now))
            finding = Finding("schema-renamed", *where, f"the schema `{before}` is now called `{now}`")
            compared.findings.append(((), finding))
        views = self._as_one(pair, old, new, compared) if bool(old.variants) != bool(new.variants) else (old, new)
        typed = [evolve(view, types=side.types(view)) for side, view in zip((self.old, self.new), views)]
        if self._types(pair, typed[0], typed[1], compared):
            self._union(pair, *views, compared)
            if bool(views[0].variants) == bool(views[1].variants):
                compared.findings += (((), finding) for finding in _facts(*views))
                self._fields(pair, *views, compared)
                self._inside(pair, *views, compared)
        self._put_here(pair, compared)
        if compared.at is not None and bool(old.variants) == bool(new.variants):
            places = pair.old[0].pointer, pair.new[0].pointer
            compared.findings = exchanged(compared.findings, before, now, places, pair.direction)
        return compared

    def _put_here(self, pair: Pair, compared: _Compared) -> None:
        """Have what is said beside a `$ref`, or by which one stands there, found where the `$ref` stands."""
        beside = [_beside(parts) for parts in (pair.old, pair.new)]
        changed = {key for key in beside[0].keys() | beside[1].keys() if beside[0].get(key) != beside[1].get(key)}
        if compared.at is not None or changed:
            compared.findings = [
                (steps, _at(pair, finding) if not steps or "required" in changed else finding)
                for steps, finding in compared.findings
            ]

    def _types(self, pair: Pair, old: Schema, new: Schema, compared: _Compared) -> bool:
        """Compare types; False where they have so little in common that nothing else need be."""
        where = _said(self.old, pair.old, "type", "oneOf", "anyOf"), _said(self.new, pair.new, "type", "oneOf", "anyOf")
        if old.wide() != new.wide():
            words = f"the type was {_words(old)} and is {_words(new)}"
            kind = "type-generalized" if old.wide() < new.wide() else "type-specialized"
            if not (old.wide() < new.wide() or new.wide() < old.wide()) or not (old.types != frozenset() != new.types):
                kind = "type-changed"
            compared.findings.append(((), Finding(kind, *where, words)))
        if pair.nullable and old.nullable != new.nullable and None not in (old.types, new.types):
            compared.findings.append(((), _null(pair, old, new)))
        return bool(old.wide() & new.wide()) or old.types == new.types

    def _fields(self, pair: Pair, old: Schema, new: Schema, compared: _Compared) -> None:
        hiding = "readOnly" if pair.direction == "in" else "writeOnly"
        removed = [
            name
            for name in old.properties
            if name not in new.properties and not self._hidden(self.old, old, name, hiding)
        ]
        added = [
            name
            for name in new.properties
            if name not in old.properties and not self._hidden(self.new, new, name, hiding)
        ]
        renames = renamed(
            (one, other)
            for one in removed
            for other in added
            if self.same_shape(old.properties[one], new.properties[other])
        )
        for name in removed:
            what = f"the field `{name}` was removed{hint(name, renames)}"
            compared.findings.append(((name,), Finding("removed", old.properties[name][0], None, what)))
        for name in added:
            needed = name in new.required
            what = f"the {'required' if needed else 'optional'} field `{name}` was added"
            compared.findings.append(
                ((name,), Finding("added-required" if needed else "added", None, new.properties[name][0], what))
            )
        for name in old.properties:
            if name in new.properties:
                self._field(pair, name, old, new, hiding, compared)

    def _field(self, pair: Pair, name: str, old: Schema, new: Schema, hiding: str, compared: _Compared) -> None:
        before, now = old.properties[name], new.properties[name]
        was_hidden, is_hidden = self._hidden(self.old, old, name, hiding), self._hidden(self.new, new, name, hiding)
        word = "read-only" if hiding == "readOnly" else "write-only"
        if was_hidden and is_hidden:
            return
        if was_hidden or is_hidden:
            kind = f"became-{word}" if is_hidden else f"became-not-{word}"
            compared.findings.append(
                ((name,), Finding(kind, before[0], now[0], f"the field `{name}` {kind.replace('-', ' ', 1)}"))
            )
            return
        was, is_now = name in old.required, name in new.required
        if was != is_now:
            kind = "became-required" if is_now else "became-optional"
            places = Located(was, before[0].pointer), Located(is_now, now[0].pointer)
            compared.findings.append(((name,), Finding(kind, *places, f"the field `{name}` became {kind[7:]}")))
        compared.children.append(((name,), Pair(before, now, pair.direction)))

    def _hidden(self, schemas: Schemas, schema: Schema, name: str, hiding: str) -> bool:
        return hiding in schemas.view(schema.properties[name]).facts

    def _inside(self, pair: Pair, old: Schema, new: Schema, compared: _Compared) -> None:
        """Compare what lists and mappings hold, and whether fields without a name are allowed."""
        if old.items or new.items:
            child = Pair(
                old.items or self._anything(self.old, pair.old, "items"),
                new.items or self._anything(self.new, pair.new, "items"),
                pair.direction,
            )
            compared.children.append((("[]",), child))
        where = _said(self.old, pair.old, "additionalProperties"), _said(self.new, pair.new, "additionalProperties")
        if old.closed != new.closed:
            kind, words = ("removed", "no longer") if new.closed else ("added", "now")
            finding = Finding(f"additional-properties-{kind}", *where, f"{UNLISTED} are {words} allowed")
            compared.findings.append(((), finding))
        elif old.additional or new.additional:
            child = Pair(
                old.additional or self._anything(self.old, pair.old, "additionalProperties"),
                new.additional or self._anything(self.new, pair.new, "additionalProperties"),
                pair.direction,
            )
            compared.children.append((("{}",), child))

    # Unions

    def _as_one(self, pair: Pair, old: Schema, new: Schema, compared: _Compared) -> tuple[Schema, Schema]:
        """Two schemas of which one is a union, as two that are none.

        A union that has the other schema as a member stays one: it became wider, or narrower, by its other members.
        """
        schemas, union, parts = (self.old, old, pair.old) if old.variants else (self.new, new, pair.new)
        single = new if old.variants else old
        alike = [variant for variant in union.variants if schemas.view(variant).wide() & single.wide()]
        tag, reached = self._reached(schemas, union, single)
        objects = single.types is not None and "object" in single.types
        by_shape = objects and len(reached) < 2
        is_bare = not (union.properties or union.required)
        if not alike or (is_bare and any(self._is_kept(pair, old, variant, by_shape) for variant in alike)):
            return old, new
        must_fit = (pair.direction == "in") == bool(new.variants)  # whoever reads: each value needs one that takes it
        one = schemas.merged(union, reached, tag) if must_fit and reached else schemas.merged(union, alike)
        where = _said(schemas, parts, *UNIONS)
        if objects and len(alike) > 1:
            called = " or ".join(dict.fromkeys(self._called(schemas, variant) for variant in alike))
            if new.variants:
                compared.findings.append(((), Finding("one-of-added", None, where, f"it is now {called}")))
            elif pair.direction == "out":
                compared.findings.append(((), Finding("one-of-removed", where, None, f"it was {called}")))
        if must_fit and reached and pair.direction == "in":
            compared.findings += self._refused(schemas, union, single, reached, str(tag))
        elif must_fit:
            asked = [_asked(schemas.plain(variant), one, single, pair.direction) for variant in alike]
            if all(asked):
                compared.findings.append(((), _condition(where, asked, pair.direction)))
        return (one, new) if old.variants else (old, one)

    def _reached(self, schemas: Schemas, union: Schema, single: Schema) -> tuple[Optional[str], list[Conjunction]]:
        """The field that tells the members of a union apart, and those that a value of the other schema can be."""
        tag, values = schemas.tag(union) or ("", [])
        if tag not in single.properties:
            return None, []
        other = self.new if schemas is self.old else self.old
        enum = other.view(single.properties[tag]).fact("enum")
        known = frozenset(map(json.dumps, enum)) if enum is not None else frozenset[str]().union(*values)
        return tag, [variant for variant, mine in zip(union.variants, values) if mine & known]

    def _is_kept(self, pair: Pair, old: Schema, variant: Conjunction, by_shape: bool) -> bool:
        """Whether a member of a union is what stands in the other contract as the whole."""
        one, other = (variant, pair.new) if old.variants else (pair.old, variant)
        return self._same_name(one, other) or (by_shape and self.same_shape(one, other))

    def _refused(
        self, schemas: Schemas, union: Schema, single: Schema, reached: list[Conjunction], tag: str
    ) -> Iterator[tuple[Steps, Finding]]:
        """Fields that only some of the members take to which a value can go."""
        views = [schemas.plain(variant) for variant in reached]
        for name in single.properties.keys() - union.properties.keys():
            lacking = [view for view in views if name not in view.properties]
            if 0 < len(lacking) < len(views) and not self._hidden(self.old, single, name, "readOnly"):
                tags = [schemas.view(view.properties.get(tag, ())) for view in lacking]
                values = [value for one in tags for value in one.fact("enum") or ()]
                when = f"where `{tag}` is {' or '.join(map(_shown, values))}" if values else "from one of its kinds"
                what = f"the field `{name}` was removed {when}"
                yield (name,), Finding("removed", single.properties[name][0], None, what)

    def _union(self, pair: Pair, old: Schema, new: Schema, compared: _Compared) -> None:
        if not (old.variants or new.variants):
            return
        removed = list(old.variants or (pair.old,))
        added = list(new.variants or (pair.new,))
        matched: list[tuple[Conjunction, Conjunction]] = []
        for alike in (self._same_name, self.same_shape, self._same_fields):
            for one in list(removed):
                other = next((other for other in added if alike(one, other)), None)
                if other is not None:
                    matched.append((one, other))
                    removed.remove(one)
                    added.remove(other)
        if len(removed) == len(added):
            matched += zip(removed, added)
            removed, added = [], []
        types = self.old.types(old), self.new.types(new)
        for one in removed:
            if self.old.view(one).wide() & Schema(types[1]).wide():  # another type was told already
                finding = Finding("one-of-removed", one[0], None, f"it is never {self._called(self.old, one)} any more")
                compared.findings.append(((), finding))
        for other in added:
            if self.new.view(other).wide() & Schema(types[0]).wide():
                finding = Finding("one-of-added", None, other[0], f"it may also be {self._called(self.new, other)}")
                compared.findings.append(((), finding))
        compared.children += (((), Pair(one, other, pair.direction, nullable=False)) for one, other in matched)

    def _same_name(self, old: Conjunction, new: Conjunction) -> bool:
        name = self.old.name(old)
        return name is not None and name == self.new.name(new)

    def _same_fields(self, old: Conjunction, new: Conjunction) -> bool:
        one, other = self.old.view(old), self.new.view(new)
        return one.types == other.types and one.properties.keys() == other.properties.keys()

    def _anything(self, schemas: Schemas, parts: Conjunction, keyword: str) -> Conjunction:
        if parts[0].value is ANYTHING:  # which holds anything again, however deep what it is compared with goes
            return parts[:1]
        place = schemas.view(parts).place(keyword)
        pointer = place.pointer if place else f"{schemas.document.follow(parts[0]).pointer}/{keyword}"
        return (Located(ANYTHING, pointer),)

    def _called(self, schemas: Schemas, parts: Conjunction) -> str:
        name = schemas.name(parts)
        return f"a `{name}`" if name else f"of type {_words(schemas.view(parts))}"


def _facts(old: Schema, new: Schema) -> Iterator[Finding]:
    """Differences in what is said of a value as a whole."""
    yield from _enum(old, new)
    yield from _format(old, new)
    for keyword, kind in (("pattern", "pattern"), ("default", "default-value")):
        before, now = old.facts.get(keyword), new.facts.get(keyword)
        if _differ(before, now):
            verb = "added" if before is None else "removed" if now is None else "changed"
            yield Finding(f"{kind}-{verb}", before, now, f"the {keyword} was {verb}{_values(before, now)}")
    for keyword, word in LIMITS.items():
        before, now = old.facts.get(keyword), new.facts.get(keyword)
        if _differ(before, now):
            verb = _limit_verb(keyword, before, now)
            yield Finding(f"{word}-{verb}", before, now, f"the limit `{keyword}` was {verb}{_values(before, now)}")
    for keyword in ("deprecated", "discriminator"):
        before, now = old.facts.get(keyword), new.facts.get(keyword)
        if keyword == "deprecated" and (before is None) != (now is None):
            kind = "deprecated" if before is None else "not-deprecated"
            yield Finding(kind, before, now, f"it is {'now' if before is None else 'no longer'} deprecated")
        elif keyword == "discriminator" and _differ(before, now):
            yield Finding("discriminator-changed", before, now, "kinds of values are told apart in another way")
    for keyword in (*RARE, "contentEncoding", "contentMediaType"):
        before, now = old.facts.get(keyword), new.facts.get(keyword)
        if _differ(before, now):
            verb = "added" if before is None else "removed" if now is None else "changed"
            kind = verb if keyword in RARE else "changed"  # how text is encoded takes nothing away from what it may be
            yield Finding(f"constraint-{kind}", before, now, f"`{keyword}` was {verb}{_values(before, now)}")


def _enum(old: Schema, new: Schema) -> Iterator[Finding]:
    before, now = old.facts.get("enum"), new.facts.get("enum")
    if before is None and now is not None:
        yield Finding("became-enum", None, now, f"only these values are left: {_listed(now.value)}")
    elif before is not None and now is None:
        yield Finding("became-not-enum", before, None, "any value is allowed where some were listed")
    elif before is not None and now is not None:
        removed = [value for value in before.value if value not in now.value]
        added = [value for value in now.value if value not in before.value]
        renames = renamed((str(one), str(other)) for one in removed for other in added)
        for value in removed:
            what = f"the value {_shown(value)} was removed{hint(str(value), renames)}"
            yield Finding("enum-value-removed", _of_enum(before, value), None, what)
        for value in added:
            yield Finding("enum-value-added", None, _of_enum(now, value), f"the value {_shown(value)} was added")
        if old.fact("x-open-enum") != new.fact("x-open-enum"):
            opened = new.fact("x-open-enum") is True
            words = "values may now be added at any time" if opened else "the list of values is now complete"
            yield Finding("enum-opened" if opened else "enum-closed", before, now, words)


def _format(old: Schema, new: Schema) -> Iterator[Finding]:
    before, now = old.facts.get("format"), new.facts.get("format")
    if not _differ(before, now):
        return
    verb = "added" if before is None else "removed" if now is None else "changed"
    numeric = all(node is None or node.value in NUMERIC for node in (before, now))
    kind = "numeric-format-changed" if numeric else f"format-{verb}"
    typed = any(node is not None and node.value in TYPED for node in (before, now))
    yield Finding(kind, before, now, f"the format was {verb}{_values(before, now)}", "breaking" if typed else None)


def _limit_verb(keyword: str, before: Optional[Located], now: Optional[Located]) -> str:
    if before is None:
        return "set"
    if now is None:
        return "removed"
    try:
        return "increased" if now.value > before.value else "decreased"
    except TypeError:  # a limit that is no number: neither contract means anything by it, so take the worse
        return "decreased" if keyword in UPPER else "increased"


def _differ(before: Optional[Located], now: Optional[Located]) -> bool:
    if before is None or now is None:
        said = before or now
        return said is not None and not (said.pointer.endswith(FROM_ZERO) and said.value == 0)
    return meaning(before.value) != meaning(now.value)


def _values(before: Optional[Located], now: Optional[Located]) -> str:
    texts = [json.dumps(node.value, ensure_ascii=False, default=str) for node in (before, now) if node is not None]
    shown = [text if len(text) <= LONGEST else f"{text[:LONGEST]}…" for text in texts]
    return f": {' → '.join(shown)}"


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(map(_shown, values))


def _shown(value: Any) -> str:
    return f"`{value if isinstance(value, str) else json.dumps(value, default=str)}`"


def _of_enum(enum: Located, value: Any) -> Located:
    """Where one of several values stands; a `const` is the value itself."""
    enum = next((one for (one,) in enum.either if value in one.value), enum)
    is_const = enum.pointer.endswith("/const")
    return Located(value, enum.pointer if is_const else f"{enum.pointer}/{enum.value.index(value)}")


def _words(schema: Schema) -> str:
    types = schema.types
    if types is None or types == ALL:
        return "anything"
    return " or ".join(sorted(types)) or ("null" if schema.nullable else "nothing")


def _pointer_of(name: str) -> str:
    return f"/components/schemas/{escaped(name)}"


def _at(pair: Pair, finding: Finding) -> Finding:
    """The finding at the place of the pair itself: no named schema was changed, another one took its place."""
    (old, *_), (new, *_), before, now = pair.old, pair.new, finding.old, finding.new
    if now is not None and not now.pointer.startswith(f"{new.pointer}/"):
        now = Located(now.value, new.pointer)
    return finding._replace(old=before and Located(before.value, old.pointer), new=now)


def _beside(parts: Conjunction) -> dict[str, str]:
    """What is said beside a `$ref`, by keyword."""
    said = mapping(parts[0].value) if parts else {}
    return {key: meaning(said[key]) for key in said.keys() - SILENT - {"$ref"}} if "$ref" in said else {}


def _asked(variant: Schema, union: Schema, single: Schema, direction: Direction) -> str:
    """What one member of a union asks for, beyond what all of them and the other schema ask."""
    needed = [f"`{name}`" for name in sorted(variant.required - union.required - single.required)]
    refused = sorted(single.properties.keys() - variant.properties.keys()) if direction == "in" else []
    return " and ".join([*needed, *(f"no `{name}`" for name in refused if variant.closed)])


def _condition(where: Located, asked: Iterable[str], direction: Direction) -> Finding:
    """Something must be there beside what must be there always: each member of a union asks for something else."""
    words = ", or ".join(asked)
    if direction == "in":
        return Finding("constraint-added", None, where, f"it must have {words}")
    return Finding("constraint-removed", where, None, f"it need no longer have {words}")


def _null(pair: Pair, old: Schema, new: Schema) -> Finding:
    """Null became allowed, or is no more: where that is said, which is often not where the rest is."""
    now, schema, other, parts = (True, new, old, pair.old) if new.nullable else (False, old, new, pair.new)
    here = schema.place("null") or (pair.new if now else pair.old)[0]
    type_ = other.place("type")
    there = type_ if type_ is not None and type_.pointer == here.pointer else parts[0]
    if now:
        return Finding("became-nullable", there, here, "it may now be null")
    return Finding("became-not-nullable", here, there, "it may no longer be null")


def _said(schemas: Schemas, parts: Conjunction, *keywords: str) -> Located:
    """Where a schema says something; where it does not, nothing at the place of the schema itself."""
    place = schemas.view(parts).place(*keywords)
    return place or Located(None, schemas.document.follow(parts[0]).pointer)


# All pairs


def _reaching(found: Iterable[Key], above: dict[Key, set[Key]]) -> set[Key]:
    """The pairs with findings, and those from which a way leads to one."""
    reached: set[Key] = set()
    waiting = list(found)
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting += above.get(key, ())
    return reached


def _walk(root: Root, graph: dict[Key, _Compared], telling: set[Key], collector: Collector) -> None:
    """Hand in every finding below a root, the shortest ways first."""
    ways: dict[Key, int] = {}
    waiting: deque[tuple[Key, Steps, Optional[str], Optional[str], frozenset[Key]]] = deque()
    waiting.append((root.pair.key(), (), None, root.at, frozenset()))
    while waiting:
        key, path, owner, at, passed = waiting.popleft()
        ways[key] = ways.get(key, 0) + 1
        if key not in telling or key in passed or ways[key] > WAYS:
            continue
        compared = graph[key]
        at = None if compared.is_aligned else at or compared.at
        for steps, finding in compared.findings:
            whole = path + steps
            use = Use(root.part, root.operation, root.path + whole, compared.name if steps else owner, root.status)
            subject = "" if finding.kind in RULES else root.inner if whole else root.subject
            level = finding.level if whole else root.levels.get(finding.kind, finding.level)
            collector.add(finding._replace(at=at, level=level), use, subject)
        for steps, child in compared.children:
            below = compared.name if steps and steps[0] not in ("[]", "{}") else owner
            waiting.append((child.key(), path + steps, below, at, passed | {key}))
