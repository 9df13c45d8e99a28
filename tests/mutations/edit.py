"""Changed copies of a JSON document that share with it what stays the same, so that thousands of them cost little.

A *place* is the way to a value from the top of the document: its keys and indexes in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Callable

Place = tuple[Any, ...]
Document = dict[str, Any]


def at(document: Any, place: Place) -> Any:
    """The value at a place."""
    for part in place:
        document = document[part]
    return document


def pointer(place: Place) -> str:
    """The place as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)


def place_of(reference: str) -> Place:
    """The place that a `$ref` within the document leads to, through mappings only."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in reference[2:].split("/"))


def put(document: Any, place: Place, value: Any) -> Any:
    """A copy with the value at a place; a new key or index comes last."""
    return changed(document, place, lambda _: value)


def changed(document: Any, place: Place, edit: Callable[[Any], Any]) -> Any:
    """A copy in which the value at a place went through a function."""
    if not place:
        return edit(document)
    key, rest = place[0], place[1:]
    if isinstance(document, list):
        return [
            *document[:key],
            changed(document[key] if key < len(document) else None, rest, edit),
            *document[key + 1 :],
        ]
    return {**document, key: changed(document.get(key), rest, edit)}


def drop(document: Any, place: Place) -> Any:
    """A copy without the value at a place."""
    key = place[-1]

    def without(holder: Any) -> Any:
        if isinstance(holder, list):
            return holder[:key] + holder[key + 1 :]
        return {name: value for name, value in holder.items() if name != key}

    return changed(document, place[:-1], without)


def rename(document: Any, place: Place, name: Any) -> Any:
    """A copy in which the key at a place is called otherwise, in the same position."""
    return changed(
        document, place[:-1], lambda holder: {name if key == place[-1] else key: holder[key] for key in holder}
    )


def merge(document: Any, place: Place, keywords: Mapping[str, Any]) -> Any:
    """A copy in which the mapping at a place has these keys too."""
    return changed(document, place, lambda found: {**found, **keywords})


def walk(node: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """A value and everything in it, each with its place."""
    yield place, node
    for key, child in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from walk(child, (*place, key))


def mapped(node: Any, edit: Callable[[Any], Any]) -> Any:
    """A copy in which everything went through a function, the inner parts first."""
    if isinstance(node, dict):
        node = {key: mapped(child, edit) for key, child in node.items()}
    elif isinstance(node, list):
        node = [mapped(child, edit) for child in node]
    return edit(node)
