"""Read an OpenAPI document from a path or URL, and say in which line it is wrong."""

from __future__ import annotations

import urllib.request
from pathlib import Path
from typing import Any

import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator


class SpecError(Exception):
    """The document cannot be used; the text is one line with place and reason."""


def read_text(source: str) -> str:
    """The text behind a path or an http(s) URL."""
    try:
        if source.startswith(("http://", "https://")):
            with urllib.request.urlopen(source, timeout=30) as answer:
                return str(answer.read().decode("utf-8"))
        return Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"{source}: cannot be read: {error}") from None


def load(source: str) -> tuple[str, dict[str, Any]]:
    """The text and the content of a valid OpenAPI 3.1 document in YAML or JSON, else `SpecError`."""
    text = read_text(source)
    try:
        tree = yaml.compose(text, Loader=yaml.CSafeLoader)
        document = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise SpecError(f"{source}:{mark.line + 1 if mark else 1}: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise SpecError(f"{source}:1: {error}") from None
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3.1"):
        raise SpecError(f"{source}:1: not an OpenAPI 3.1 document (no `openapi: 3.1.x` at the top)")
    for error in OpenAPIV31SpecValidator(document).iter_errors():
        path = list(error.absolute_path)
        place = "/" + "/".join(str(part) for part in path)
        raise SpecError(f"{source}:{line_of(tree, path)}: {place}: {error.message.splitlines()[0][:300]}")
    return text, document


def line_of(node: yaml.Node | None, path: list[Any]) -> int:
    """The line of the deepest node that the path still leads to."""
    line = node.start_mark.line + 1 if node is not None else 1
    for part in path:
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
