"""A document to compare, read and brought to one form.

Whatever the format, the content is JSON: keys are text, dates are text. OpenAPI 3.0 is rewritten in the words of 3.1:
`nullable` becomes the type null, and `exclusiveMinimum: true` becomes the number.
"""

from __future__ import annotations

import datetime
from typing import Any

from .command import INSTALLED
from .references import SpecError, mapping, sequence, wrong_references


def load(source: str) -> dict[str, Any]:
    """Read an OpenAPI 3.0 or 3.1 document.

    Args:
        source: A path, an http(s) URL, a git revision such as `HEAD~1:openapi.yaml`, or `installed`.

    Raises:
        SpecError: It cannot be read or used; nothing was changed.
        ImportError: PyYAML is missing, which the extra `cli` brings.
    """
    from . import reading  # so that documents that are at hand can be compared without PyYAML

    if source == INSTALLED:
        from .._spec import spec_text

        try:
            text = spec_text()
        except FileNotFoundError as error:
            raise SpecError(f"{source}: cannot be read: {error}") from None
    else:
        text = reading.read_text(source)
    shown = reading.label(source)
    if "\0" in text:
        raise SpecError(f"{shown}: it is a binary file")
    if text.lstrip()[:1] == "<":
        raise SpecError(f"{shown}: it is HTML or XML, not YAML or JSON")
    try:
        content, _ = reading.parse(shown, text)
        return checked(shown, _plain(content))
    except RecursionError:
        raise SpecError(f"{shown}: its values stand too deep within one another") from None


def checked(shown: str, content: Any) -> dict[str, Any]:
    """Return the content of an OpenAPI document that can be compared, else raise SpecError.

    Args:
        shown: What to call it in an error.
        content: What was read.
    """
    document = mapping(content)
    version = document.get("openapi")
    if not str(version).startswith(("3.0.", "3.1.")):
        key = "openapi" if "openapi" in document else "swagger"
        why = f", but {key} {document[key]}" if key in document else ": there is no `openapi: 3.1.x` at the top"
        raise SpecError(f"{shown}: not an OpenAPI 3.0 or 3.1 document{why}")
    if not {"paths", "webhooks", "components"} & document.keys():
        raise SpecError(f"{shown}: not an OpenAPI document: it has neither paths nor webhooks nor components")
    for key in ("paths", "webhooks", "components", "info"):
        if not isinstance(document.get(key, {}), dict):
            raise SpecError(f"{shown}: not an OpenAPI document: `{key}` is no mapping")
    for place, reason in wrong_references(document):
        raise SpecError(f"{shown}: /{'/'.join(map(str, place))}: {reason}")
    return mapping(_in_words_of_3_1(document)) if str(version).startswith("3.0.") else document


def _plain(value: Any) -> Any:
    """The value as JSON could have said it."""
    if isinstance(value, dict):
        return {key: _plain(child) for key, child in mapping(value).items()}
    if isinstance(value, list):
        return [_plain(child) for child in sequence(value)]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return value if value is None or isinstance(value, (str, int, float)) else str(value)


def _in_words_of_3_1(value: Any) -> Any:
    if isinstance(value, list):
        return [_in_words_of_3_1(child) for child in sequence(value)]
    if not isinstance(value, dict):
        return value
    new = {key: _in_words_of_3_1(child) for key, child in mapping(value).items()}
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(new.get(exclusive), bool) and new.pop(exclusive) and bound in new:
            new[exclusive] = new.pop(bound)
    if new.get("nullable") is True:
        del new["nullable"]
        if isinstance(new.get("type"), str):
            new["type"] = [new["type"], "null"]
            if "enum" in new and None not in sequence(new["enum"]):
                new["enum"] = [*new["enum"], None]
        elif {"allOf", "oneOf", "anyOf", "$ref"} & new.keys():
            new = {"anyOf": [new, {"type": "null"}]}
    return new
