"""Read an OpenAPI document from a path, URL or git revision, and say in which line it is wrong.

A *place* is the way to a value from the top of the document: its keys and indexes in order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from firsthandapi.drift.calls import refusals
from firsthandapi.drift.reading import parse, read_text, tell_plain_values
from firsthandapi.drift.references import METHODS, Document, SpecError, resolve, walk, wrong_references

__all__ = ["METHODS", "SpecError", "load", "operations", "resolve"]

NOTHING = object()
Place = list[Any]


class Quoting(yaml.SafeDumper):
    """Quotes text that either version of YAML would take for something else: PyYAML knows the older one only."""


tell_plain_values(Quoting)


def load(source: str) -> tuple[str, dict[str, Any]]:
    """The YAML text and the content of a valid OpenAPI 3.1 document in YAML or JSON, else `SpecError`."""
    text = read_text(source)
    document, tree = parse(source, text)
    with suppress(ValueError):
        text = yaml.dump(json.loads(text), Dumper=Quoting, sort_keys=False, allow_unicode=True, width=120)
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3.1"):
        seen = document if isinstance(document, dict) else {}
        key = "openapi" if "openapi" in seen else "swagger"
        why = f", but {key} {seen[key]}" if key in seen else ": there is no `openapi: 3.1.x` at the top"
        raise SpecError(f"{source}:{line_of(tree, [key])}: not an OpenAPI 3.1 document{why}")
    try:
        found = problems(document)
    except RecursionError:
        raise SpecError(f"{source}: a schema is made of itself, or its values stand too deep") from None
    if found:
        place, reason = next((problem for problem in found if problem[0]), found[0])
        raise SpecError(f"{source}:{line_of(tree, place)}: /{'/'.join(map(str, place))}: {reason}")
    return text, document


def problems(document: dict[str, Any]) -> list[tuple[Place, str]]:
    """What is wrong; each kind only if the ones before it found nothing, for they would stumble over it."""
    return (
        list(wrong_references(document))
        or list(wrong_operations(document))
        or list(invalid(document))
        or list(beyond_us(document))
    )


def invalid(document: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    """What the standard does not allow."""
    try:
        for error in OpenAPIV31SpecValidator(document).iter_errors():
            place = whole_place(document, list(error.absolute_path), error.instance)
            yield place, error.message.splitlines()[0][:300]
    except (LookupError, TypeError, AssertionError) as error:
        # The validator goes on after an error, and may then stumble over it.
        yield [], f"not valid: {error!r}"


def operations(document: dict[str, Any]) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Every operation and its place."""
    for path, item in as_mapping(document.get("paths")).items():
        for method, operation in as_mapping(resolve(document, item)).items():
            if method in METHODS and isinstance(operation, dict):
                yield ["paths", path, method], operation


def as_mapping(value: Any) -> dict[str, Any]:
    """The value, or an empty mapping where it is none: the validator will say so, with its place."""
    return value if isinstance(value, dict) else {}


def wrong_operations(document: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    """Operations without a name, or with one that is taken: their methods are called by it."""
    seen = set()
    for place, operation in operations(document):
        name = operation.get("operationId")
        if not isinstance(name, str):
            yield place, "has no operationId"
            continue
        if name in seen:
            yield [*place, "operationId"], f"another operation is called {name!r} too"
        seen.add(name)


def beyond_us(document: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    """What is valid, but our templates would leave out without a word."""
    known = Document(document)
    for (top, path, method), _ in operations(document):
        for node, reason in refusals(known, known.follow(known.at(top, path)).child(method)):
            steps = [step.replace("~1", "/").replace("~0", "~") for step in node.pointer.split("/")[1:]]
            yield [int(step) if step.isdigit() else step for step in steps], reason


def whole_place(document: dict[str, Any], tail: Place, value: Any) -> Place:
    """The place from the top of a value that the validator may have located within its schema only."""
    if (not tail and value == document) or (tail and follow(document, tail) is not NOTHING):
        return tail
    for place, node in walk(document, []):
        if is_schema(place) and follow(node, tail) == value:
            return [*place, *tail]
    return []


def is_schema(place: Place) -> bool:
    """Whether a schema stands there."""
    return place[-1:] in (["schema"], ["items"]) or place[-2:-1] in (["properties"], ["schemas"])


def follow(node: Any, place: Place) -> Any:
    """The value at a place, or NOTHING."""
    for part in place:
        try:
            # The validator takes the key "200" for an index.
            node = node[part if isinstance(node, list) else str(part)]
        except (LookupError, TypeError):
            return NOTHING
    return node


def line_of(node: yaml.Node | None, place: Place) -> int:
    """The line of the deepest node that the place still leads to."""
    line = node.start_mark.line + 1 if node is not None else 1
    for part in place:
        child: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if str(key.value) == str(part):
                    line, child = key.start_mark.line + 1, value
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            child = node.value[part]
            line = child.start_mark.line + 1
        if child is None:
            break
        node = child
    return line
