"""Write down what the generator leaves out: the limits of every argument, and the facts of each operation.

The handwritten layer checks arguments against this table before a request, so a limit that moves in the contract
moves there too, and shows up as a change of `generated/`.
"""

from __future__ import annotations

from pprint import pformat
from typing import Any

from spec_file import METHODS, resolve

RULES = (
    "type", "enum", "minimum", "maximum", "exclusiveMinimum", "minLength", "maxLength",
    "minItems", "maxItems", "uniqueItems", "maxProperties", "format",
)  # fmt: skip


def module(document: dict[str, Any]) -> str:
    """The text of `limits.py`."""
    rules: dict[str, dict[str, Any]] = {}
    scopes: dict[str, list[str]] = {}
    for item in document.get("paths", {}).values():
        path = resolve(document, item)
        for method in METHODS:
            if method not in path:
                continue
            operation = path[method]
            name = operation["operationId"]
            rules[name] = arguments(document, [*path.get("parameters", []), *operation.get("parameters", [])])
            body = resolve(document, operation.get("requestBody", {})).get("content", {}).get("application/json")
            if body:
                schema = resolve(document, body.get("schema", {}))
                required = schema.get("required", [])
                for field, rule in schema.get("properties", {}).items():
                    rules[name][field] = {**shape(document, rule), "required": field in required}
            scopes[name] = operation.get("x-scopes", [])
    events = list(document.get("webhooks", {}))
    return "\n".join(
        [
            '"""Limits of every argument, scopes of every operation and all webhook events, as the contract says."""',
            "",
            "from __future__ import annotations",
            "",
            "from typing import Any",
            "",
            f"API_VERSION = {document['info']['version']!r}",
            "",
            f"ARGUMENTS: dict[str, dict[str, dict[str, Any]]] = {pformat(rules, width=110, sort_dicts=True)}",
            "",
            f"SCOPES: dict[str, list[str]] = {pformat(scopes, width=110, sort_dicts=True)}",
            "",
            f"EVENTS: list[str] = {pformat(sorted(events), width=110)}",
            "",
        ]
    )


def arguments(document: dict[str, Any], parameters: list[dict[str, Any]]) -> dict[str, Any]:
    """The rules of an operation's parameters by name."""
    found = (resolve(document, parameter) for parameter in parameters)
    return {
        item["name"]: {**shape(document, item.get("schema", {})), "required": item.get("required", False)}
        for item in found
        if item["in"] in ("path", "query")
    }


def shape(document: dict[str, Any], schema: Any, around: tuple[int, ...] = ()) -> dict[str, Any]:
    """The keywords of a schema that can be checked without a library, `$ref`s followed; `around` stops recursion."""
    schema = resolve(document, schema)
    if not isinstance(schema, dict) or id(schema) in around:
        return {}
    around = (*around, id(schema))
    kept = {key: schema[key] for key in RULES if key in schema}
    if "items" in schema:
        kept["items"] = shape(document, schema["items"], around)
    if "properties" in schema:
        kept["required_keys"] = schema.get("required", [])
        kept["properties"] = {key: shape(document, value, around) for key, value in schema["properties"].items()}
        kept["closed"] = schema.get("additionalProperties") is False
    return kept
