"""Write down what an answer looks like: the shape of every answer, error and webhook event in the contract.

A *shape* is a schema reduced to what can be told from a decoded value without a library. The client compares answers
with it at run time, to say where the service has moved on:

- `ref`: the name of another shape, in `SHAPES`
- `type`: names of JSON types; none means any
- `nullable`: null is promised, too
- `enum`: all values that the contract knows (a pattern that is one literal word counts as one value)
- `format`: `date-time` or `date`; others are not looked at
- `properties`, `required`: the fields of an object that is not free-form
- `items`: the shape of a list's items
- `any_of`: shapes one of which fits

Beside the shapes stand the statuses with which each operation succeeds.
"""

from __future__ import annotations

import re
from pprint import pformat
from typing import Any

from spec_file import METHODS, resolve

COMPONENT = "#/components/schemas/"
FORMATS = ("date-time", "date")
LITERAL = re.compile(r"\^([\w.-]+)\$")

Shape = dict[str, Any]


def module(document: dict[str, Any]) -> str:
    """The text of `shapes.py`."""
    shapes: dict[str, Shape] = {}
    answers: dict[str, Shape] = {}
    statuses: dict[str, list[int]] = {}
    errors: list[Shape] = []
    for item in document.get("paths", {}).values():
        path = resolve(document, item)
        for method in METHODS:
            if method in path:
                operation = path[method]
                found = {
                    status: content_shape(document, response, shapes)
                    for status, response in operation.get("responses", {}).items()
                }
                answers[operation["operationId"]] = one_of(
                    [shape for status, shape in found.items() if shape and str(status).startswith("2")]
                )
                successes = [status for status in map(str, found) if status.startswith("2")]
                if successes and all(status.isdigit() for status in successes):  # `2XX` is any
                    statuses[operation["operationId"]] = sorted(map(int, successes))
                errors += [shape for status, shape in found.items() if shape and str(status)[0] in "45d"]
    events = {}
    for name, item in document.get("webhooks", {}).items():
        body = resolve(document, item).get("post", {}).get("requestBody", {})
        events[name] = content_shape(document, body, shapes)
    return "\n".join(
        [
            '"""The shapes of all answers, errors and webhook events, as the contract says."""',
            "",
            "from __future__ import annotations",
            "",
            "from typing import Any",
            "",
            f"SHAPES: dict[str, dict[str, Any]] = {pformat(shapes, width=110, sort_dicts=True)}",
            "",
            f"ANSWERS: dict[str, dict[str, Any]] = {pformat(filled(answers), width=110, sort_dicts=True)}",
            "",
            f"STATUSES: dict[str, list[int]] = {pformat(statuses, width=110, sort_dicts=True)}",
            "",
            f"EVENTS: dict[str, dict[str, Any]] = {pformat(filled(events), width=110, sort_dicts=True)}",
            "",
            f"ERROR: dict[str, Any] = {pformat(one_of(errors), width=110, sort_dicts=True)}",
            "",
        ]
    )


def filled(shapes: dict[str, Shape]) -> dict[str, Shape]:
    """Those that say anything: an answer without content has no shape."""
    return {name: shape for name, shape in shapes.items() if shape}


def content_shape(document: dict[str, Any], holder: Any, shapes: dict[str, Shape]) -> Shape:
    """The shape of the JSON of a response or request; empty where there is none."""
    content = resolve(document, holder).get("content", {}).get("application/json", {})
    return shape_of(document, content.get("schema"), shapes)


def shape_of(document: dict[str, Any], schema: Any, shapes: dict[str, Shape], around: tuple[int, ...] = ()) -> Shape:
    """The shape of a schema; those of components go into `shapes` by their names. `around` stops recursion."""
    if not isinstance(schema, dict):
        return {}
    reference = schema.get("$ref")
    if isinstance(reference, str):
        target = resolve(document, schema)
        name = reference[len(COMPONENT) :]
        if not reference.startswith(COMPONENT) or "/" in name:
            return {} if id(target) in around else shape_of(document, target, shapes, (*around, id(target)))
        if name not in shapes:
            shapes[name] = {}
            shapes[name] = shape_of(document, target, shapes)
        return {"ref": name}

    def part(schema: Any) -> Shape:
        return shape_of(document, schema, shapes, around)

    kept: Shape = {}
    for schemas in (schema.get("oneOf"), schema.get("anyOf")):
        if schemas:
            kept |= one_of([part(branch) for branch in schemas])
    branches = schema.get("allOf", [])
    alone = len(branches) == 1 and "properties" not in schema
    for branch in branches:
        kept = both(kept, part(branch) if alone else resolved(shapes, part(branch)))
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if "null" in types:
        kept["nullable"] = True
    if set(types) - {"null"}:
        kept["type"] = sorted(set(types) - {"null"})
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    literal = LITERAL.fullmatch(str(schema.get("pattern")))
    if values is not None:
        kept["enum"] = sorted((value for value in values if value is not None), key=str)
        if None in values:
            kept["nullable"] = True
    elif literal:
        kept["enum"] = [literal[1]]
    if schema.get("format") in FORMATS:
        kept["format"] = schema["format"]
    if isinstance(schema.get("items"), dict):
        kept["items"] = part(schema["items"])
    # Where more properties have a schema of their own, names are data.
    if "properties" in schema and not isinstance(schema.get("additionalProperties"), dict):
        fields = {name: part(rule) for name, rule in schema["properties"].items()}
        kept = both(kept, {"properties": fields, "required": sorted(schema.get("required", []))})
        if schema.get("x-open-fields") is True:
            kept["open"] = True
    return kept


def one_of(branches: list[Shape]) -> Shape:
    """One shape for several, where null is no shape but a word of the others."""
    nullable = {"nullable": True} if any(shape == {"nullable": True} for shape in branches) else {}
    different: list[Shape] = []
    for shape in branches:
        if shape != {"nullable": True} and shape not in different:
            different.append(shape)
    if {} in different or not different:  # anything fits
        return dict(nullable) if not different else {}
    return ({**different[0]} if len(different) == 1 else {"any_of": different}) | nullable


def both(one: Shape, other: Shape) -> Shape:
    """The shape of what fits two shapes: the fields of both."""
    merged = {**one, **other}
    if "properties" in one and "properties" in other:
        merged["properties"] = {**one["properties"], **other["properties"]}
    if "required" in one and "required" in other:
        merged["required"] = sorted({*one["required"], *other["required"]})
    return merged


def resolved(shapes: dict[str, Shape], shape: Shape) -> Shape:
    """A shape with the named one in the place of its name."""
    named = shapes[shape["ref"]] if "ref" in shape else {}
    return {**named, **{key: value for key, value in shape.items() if key != "ref"}}
