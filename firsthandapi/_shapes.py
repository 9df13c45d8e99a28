"""Compare answers with the shapes that the contract gives them.

A *shape* says what a JSON value should be; it is made from `firsthandapi_generated.shapes` when it is first needed. The
*path* of a value is where it stands in the answer, such as `data[].status`: `[]` is any item of a list.

What is compared is always all values that stand at one path, the fields of a hundred files column by column: nearly all
of the work is then done by a few set operations, which cost a fraction of looking at each value.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Any, Callable, Literal, NamedTuple, Optional

from firsthandapi_generated.types import SECRETS

DriftKind = Literal[
    "deprecated",
    "missing-field",
    "sunset",
    "unexpected-null",
    "unknown-event",
    "unknown-field",
    "unknown-status",
    "unknown-value",
    "wrong-format",
    "wrong-type",
]
Difference = tuple[DriftKind, str, str, object]
"""The kind, the path, what was expected, and the value that stands there."""
Found = Callable[[DriftKind, str, str, object], None]
"""Is told of each difference."""

LONGEST = 100
"""Characters of a value or name that are shown."""
NOTHING = object()
"""The value of a field that was not sent."""

EVERYDAY: dict[str, dict[str, dict[str, Any]]] = {
    "Job": {
        "quantity": {"type": ["integer"]},
        "reward_per_file": {"type": ["integer"]},
        "content_type": {"type": ["string"]},
        "file_formats": {"type": ["array"], "items": {"type": ["string"]}},
    },
    "File": {
        "file_id": {"type": ["string"]},
        "score": {"type": ["integer"]},
        "format": {"type": ["string"]},
        "status": {"type": ["string"]},
    },
}
"""By shape, the fields that go by the words of the service's five-minute guide, which no contract has."""
TELLING = frozenset({"quantity", "reward_per_file", "file_id", "score"})
"""Who uses one of these words speaks as the guide does, whose examples are shortened: no field is missed there."""

PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
JSON_TYPES: dict[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    list: "array",
    dict: "object",
    type(None): "null",
}
DATE = re.compile(r"\d{4}-[01]\d-[0-3]\d", re.ASCII)
TIME = re.compile(DATE.pattern + r"[Tt][0-2]\d:[0-5]\d:[0-6]\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _are_dates(values: Sequence[str]) -> bool:
    return all(map(DATE.fullmatch, values))


def _are_times(values: Sequence[str]) -> bool:
    try:
        # Three times as fast as the pattern, but before Python 3.11 it does not know `Z`.
        moments = list(map(datetime.datetime.fromisoformat, values))
    except ValueError:
        return all(map(TIME.fullmatch, values))
    return None not in [moment.tzinfo for moment in moments]


FORMATS = {"date": _are_dates, "date-time": _are_times}


class Shape:
    """What values at one path should be."""

    __slots__ = ("any_of", "expected", "fields", "fits", "items", "known", "open", "plain", "required", "types")

    def __init__(self) -> None:
        self.types: frozenset[type] = frozenset(JSON_TYPES)
        """Python types that the JSON types decode to."""
        self.expected = "anything"
        """The shape in words."""
        self.known: Optional[frozenset[object]] = None
        """All values of an enum."""
        self.fits: Optional[Callable[[Sequence[str]], bool]] = None
        """Tells whether all of some strings have the right format."""
        self.fields: Optional[dict[str, Shape]] = None
        self.required: tuple[str, ...] = ()
        self.open = False
        """Whether the contract leaves it to the service which other fields there are."""
        self.items: Optional[Shape] = None
        self.any_of: tuple[Shape, ...] = ()
        self.plain = True
        """Whether the type is all that there is to it."""

    def compare(self, values: Sequence[Any], path: str, found: Found) -> None:
        """Tell `found` of each way in which a value differs; the values are all those that stand at the path."""
        types = set(map(type, values))
        if not types <= self.types:
            values = [value for value in values if self._has_type(value, path, found)]
        if self.plain or not values:
            return
        if type(None) in types:
            values = [value for value in values if value is not None]
        if self.known is not None:
            # Values of an enum are never lists or objects, which a set could not hold: their types were wrong.
            for value in [value for value in dict.fromkeys(values) if value not in self.known]:
                found("unknown-value", path, self.expected, value)
        if self.fits is not None and not self.fits(values):
            found("wrong-format", path, self.expected, next(value for value in values if not self.fits([value])))
        if self.fields is not None:
            self._compare_fields(values, self.fields, path, found)
        if self.items is not None:
            self.items.compare(list(chain.from_iterable(values)), f"{path}[]", found)
        if self.any_of:
            for value in values:
                self._compare_any(value, path, found)

    def _has_type(self, value: object, path: str, found: Found) -> bool:
        if type(value) in self.types:
            return True
        # JSON has one kind of number: 5.0 is an integer, too.
        if isinstance(value, float) and int in self.types and value.is_integer():
            return True
        found("unexpected-null" if value is None else "wrong-type", path, self.expected, value)
        return False

    def _compare_fields(
        self, objects: Sequence[dict[str, Any]], fields: dict[str, Shape], path: str, found: Found
    ) -> None:
        names = set[str]().union(*objects)
        if set(map(len, objects)) != {len(names)}:
            groups: dict[frozenset[str], list[dict[str, Any]]] = {}
            for one in objects:
                groups.setdefault(frozenset(one), []).append(one)
            for group in groups.values():
                self._compare_fields(group, fields, path, found)
            return
        # From here on all objects have the same fields.
        alone = len(objects) == 1
        for name, value in objects[0].items():
            shape = fields.get(name)
            if shape is None and self.open:
                pass
            elif shape is None:
                found("unknown-field", _join_unknown(path, name), "nothing", value)
            elif alone and type(value) in shape.types and (shape.plain or value is None):
                pass  # the same as below, in a tenth of the time: most answers are one object
            else:
                column = list(map(itemgetter(name), objects))
                if not shape.plain or not shape.types.issuperset(map(type, column)):
                    shape.compare(column, _join(path, name), found)
        for name in self.required:
            if name not in names and TELLING.isdisjoint(names):
                found("missing-field", _join(path, name), fields[name].expected, NOTHING)

    def _compare_any(self, value: object, path: str, found: Found) -> None:
        # What fits none of the shapes is most likely meant to be the one from which it differs least.
        for difference in min((_differences(shape, value, path) for shape in self.any_of), key=len):
            found(*difference)


def _differences(shape: Shape, value: object, path: str) -> list[Difference]:
    differences: list[Difference] = []

    def note(kind: DriftKind, path: str, expected: str, value: object) -> None:
        differences.append((kind, path, expected, value))

    shape.compare((value,), path, note)
    return differences


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _join_unknown(path: str, name: str) -> str:
    """As `_join`, for a name that the service made up."""
    shown = brief(name)
    return _join(path, name) if shown == name and name.isidentifier() else f"{path}[{shown!r}]"


def brief(text: str) -> str:
    """The text without what is secret, and not too long."""
    # Cut twice: nobody shall wait for a pattern that is sought in megabytes.
    shown = SECRETS.sub(r"\1***", text[: 2 * LONGEST])
    return shown if len(text) <= LONGEST >= len(shown) else f"{shown[:LONGEST]}..."


class Book(NamedTuple):
    """All shapes of the contract."""

    answers: dict[str, Shape]
    """By operation; one that answers with nothing has none."""
    statuses: dict[str, list[int]]
    """By operation, the statuses with which it succeeds; one that may succeed with any has none."""
    events: dict[str, Shape]
    """By type of event."""
    error: Shape


@cache
def book() -> Book:
    """The shapes of the contract, made at the first call."""
    from firsthandapi_generated import shapes

    made: dict[tuple[str, bool], Shape] = {}

    def make(rule: dict[str, Any]) -> Shape:
        name = rule.get("ref")
        if name is None:
            return _fill(Shape(), rule, make)
        key = name, rule.get("nullable", False)
        if key not in made:
            # Known before it is filled, since a shape may be a part of itself.
            made[key] = Shape()
            whole = {**shapes.SHAPES[name], **{word: value for word, value in rule.items() if word != "ref"}}
            while "ref" in whole:
                whole = {**shapes.SHAPES[whole.pop("ref")], **whole}
            _fill(made[key], whole, make, EVERYDAY.get(name, {}))
        return made[key]

    return Book(
        {name: make(rule) for name, rule in shapes.ANSWERS.items()},
        shapes.STATUSES,
        {name: make(rule) for name, rule in shapes.EVENTS.items()},
        make(shapes.ERROR),
    )


def _fill(
    shape: Shape,
    rule: dict[str, Any],
    make: Callable[[dict[str, Any]], Shape],
    everyday: Optional[dict[str, dict[str, Any]]] = None,
) -> Shape:
    null = frozenset([type(None)] if rule.get("nullable") else [])
    words: list[str] = rule.get("type", [])
    if words:
        shape.types = frozenset(chain.from_iterable(PYTHON_TYPES[word] for word in words)) | null
    shape.expected = " or ".join(words) or shape.expected
    if "enum" in rule:
        shape.known = frozenset(rule["enum"])
        more = ", ..." if len(rule["enum"]) > 8 else ""
        shape.expected = f"one of {', '.join(map(str, rule['enum'][:8]))}{more}"
    if rule.get("format") in FORMATS:
        shape.fits = FORMATS[rule["format"]]
        shape.expected = rule["format"]
    if "properties" in rule:
        shape.fields = {name: make(part) for name, part in {**(everyday or {}), **rule["properties"]}.items()}
        shape.required = tuple(name for name in rule["required"] if name in shape.fields)
        shape.open = rule.get("open", False)
    if "items" in rule:
        shape.items = make(rule["items"])
    if "any_of" in rule:
        shape.any_of = tuple(make(part) for part in rule["any_of"])
        shape.types = frozenset(chain.from_iterable(part.types for part in shape.any_of)) | null
        shape.expected = " or ".join(dict.fromkeys(part.expected for part in shape.any_of))
    if null:
        shape.expected += " or null"
    parts = (shape.known, shape.fits, shape.fields, shape.items, shape.any_of or None)
    shape.plain = all(part is None for part in parts)
    return shape
