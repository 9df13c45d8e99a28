"""Values that stand for those that a caller has: of the right type, within the limits, named after their place."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Optional, Union

from .references import Located, mapping, sequence
from .schema import Conjunction, Schema, Schemas

DEEPEST = 5
"""How deep a placeholder goes into objects within objects: a schema may contain itself."""
FORMATS = {
    "date-time": "2030-01-01T00:00:00Z", "date": "2030-01-01", "time": "00:00:00Z", "duration": "P1D",
    "uri": "https://example.com", "uri-reference": "/", "url": "https://example.com", "email": "one@example.com",
    "hostname": "example.com", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1", "byte": "AAAA",
    "uuid": "00000000-0000-4000-8000-000000000000",
}  # fmt: skip
LITERAL = re.compile(r"\^([\w.-]+)\$")


def placeholder(schemas: Schemas, parts: Conjunction, name: str, *, some: bool = False, depth: int = 0) -> Any:
    """Return a value that a schema allows, as JSON.

    Args:
        schemas: Of the contract.
        parts: The schema; nothing allows anything.
        name: What text is to say, where nothing better is known.
        some: Whether an object or list with nothing in it would not do: a parameter or form that would vanish.
        depth: How many objects and lists it is in.
    """
    schema = schemas.view(parts)
    if schema.fact("enum"):
        return schema.fact("enum")[0]
    if schema.variants and not schema.properties:
        return placeholder(schemas, schema.variants[0], name, some=some, depth=depth)
    if schema.types is not None and not schema.types and schema.nullable:
        return None
    types = schema.types or frozenset(["string"])
    if "object" in types:
        return _object(schemas, schema, some, depth)
    if "array" in types:
        least = max(int(schema.fact("minItems") or 0), 1 if schema.items or some else 0)
        items = [
            placeholder(schemas, schema.items, name, depth=depth + 1) for _ in range(least if depth < DEEPEST else 0)
        ]
        return _different(schemas, schema, items) if schema.fact("uniqueItems") else items
    if "string" in types:
        return _text(schema, parts, name)
    return True if "boolean" in types else _number(schema, whole="number" not in types)


def sample(node: Located) -> Any:
    """Return the first example that a value of the contract gives; None where it gives none."""
    examples = node.get("examples")
    first = next(iter(mapping(examples).values()), None) if isinstance(examples, dict) else None
    listed = sequence(examples)
    given = mapping(first).get("value") if first is not None else listed[0] if listed else None
    return given if given is not None else node.get("example")


def written(value: Any) -> str:
    """Return a JSON value as Python writes it, with double quotes, on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{written(key)}: {written(one)}' for key, one in mapping(value).items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, sequence(value)))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(written, value))})"  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if isinstance(value, str) and not value.isprintable():
        escaped = value.encode("unicode_escape").decode().replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, bytes):
        return f"b{written(value.decode())}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _object(schemas: Schemas, schema: Schema, some: bool, depth: int) -> dict[str, Any]:
    said = {name: parts for name, parts in schema.properties.items() if not _read_only(schemas, parts)}
    names = sorted(schema.required & said.keys()) if depth < DEEPEST else []
    least = max(int(schema.fact("minProperties") or 0), 1 if some else 0)
    names += [name for name in said if name not in names][: max(0, least - len(names))]
    found = {name: placeholder(schemas, said[name], name, depth=depth + 1) for name in names}
    if schema.variants:
        one = placeholder(schemas, schema.variants[0], "", depth=depth + 1)
        found = {**found, **mapping(one)}
    for name in [*sorted(schema.required - schema.properties.keys()), "key"]:
        if not schema.closed and (name in schema.required or len(found) < least):
            found[name] = placeholder(schemas, schema.additional, name, depth=depth + 1)
    return found


def _read_only(schemas: Schemas, parts: Conjunction) -> bool:
    return schemas.view(parts).fact("readOnly") is True


def _different(schemas: Schemas, schema: Schema, items: list[Any]) -> list[Any]:
    values = schemas.view(schema.items).fact("enum")
    if values:
        return list(values[: len(items)])
    return [
        f"{one}{n}" if n and isinstance(one, str) else one + n if isinstance(one, (int, float)) else one
        for n, one in enumerate(items)
    ]


def _text(schema: Schema, parts: Conjunction, name: str) -> str:
    pattern = schema.fact("pattern")
    if pattern is not None:
        literal = LITERAL.fullmatch(str(pattern))
        given = [literal[1]] if literal else [*map(sample, parts), schema.fact("default")]
        name = next((one for one in given if isinstance(one, str)), name)
    text = FORMATS.get(str(schema.fact("format")), name)
    least, most = schema.fact("minLength"), schema.fact("maxLength")
    if isinstance(least, int) and len(text) < least:
        text = (text or "x") * math.ceil(least / len(text or "x"))
        most = least if most is None else most
    return text[:most] if isinstance(most, int) else text


def _number(schema: Schema, *, whole: bool) -> Union[int, float]:
    least, most = _bound(schema, "minimum", "exclusiveMinimum"), _bound(schema, "maximum", "exclusiveMaximum")
    step = schema.fact("multipleOf") or (1 if whole else None)
    number: Union[int, float] = 1
    if least is not None and (number < least or schema.fact("exclusiveMinimum") == number):
        number = least if schema.fact("exclusiveMinimum") != least else least + (step or _half(least, most))
    if most is not None and (number > most or schema.fact("exclusiveMaximum") == number):
        number = most if schema.fact("exclusiveMaximum") != most else most - (step or _half(least, most))
    if step and number % step:
        number = math.ceil(number / step) * step
        number = number if most is None or number <= most else number - step
    return int(number) if whole else float(number)


def _bound(schema: Schema, *keywords: str) -> Optional[float]:
    found = [schema.fact(keyword) for keyword in keywords if isinstance(schema.fact(keyword), (int, float))]
    return (max if "minimum" in keywords else min)(found, default=None)


def _half(least: Optional[float], most: Optional[float]) -> float:
    return 1 if least is None or most is None else (most - least) / 2
