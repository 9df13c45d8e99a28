"""Where a value stands in a document, and where a `$ref` leads.

A *place* is the way to a value from the top of the document: its keys and indexes in order. Its *pointer* is the same
as text (RFC 6901): `/components/schemas/Job`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Optional, cast
from urllib.parse import unquote

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")


class SpecError(Exception):
    """The document cannot be used; the text is one line with the source or the pointer, and the reason."""


class Circle(ValueError):
    """References that lead to each other, and to nothing else."""


class Located(NamedTuple):
    """A value and its pointer."""

    value: Any
    pointer: str
    via: str = ""
    """The pointer of the `$ref` that led here; empty where none did."""
    either: tuple[tuple[Located, ...], ...] = ()
    """What it is put together of, any of which may hold; empty for what stands in the document as it is."""

    def child(self, key: object) -> Located:
        """Return what stands below a key or index; None where nothing does."""
        value = self.value
        found = sequence(value)[key] if isinstance(key, int) and sequence(value) else mapping(value).get(str(key))
        return Located(found, f"{self.pointer}/{escaped(key)}")

    def get(self, key: str) -> Any:
        """Return the value below a key; None where nothing is."""
        return mapping(self.value).get(key)

    def children(self) -> Iterator[tuple[str, Located]]:
        """Every key of a mapping with what stands below it."""
        for key in mapping(self.value):
            yield key, self.child(key)

    def elements(self) -> Iterator[Located]:
        """Every element of a list."""
        for index in range(len(sequence(self.value))):
            yield self.child(index)


def escaped(key: object) -> str:
    """Return a key as a pointer writes it."""
    return str(key).replace("~", "~0").replace("/", "~1")


def mapping(value: Any) -> dict[str, Any]:
    """Return the value, or an empty mapping where it is none."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def sequence(value: Any) -> Sequence[Any]:
    """Return the value, or an empty list where it is none."""
    return cast("Sequence[Any]", value) if isinstance(value, list) else ()


class Document:
    """An OpenAPI document whose references can be followed."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.top: Located = Located(content, "")
        self._known: dict[str, Located] = {}

    def at(self, *keys: object) -> Located:
        """Return what stands at a place; None where nothing does."""
        node = self.top
        for key in keys:
            node = node.child(key)
        return node

    def located(self, pointer: str) -> Located:
        """Return what stands at a pointer; None where nothing does."""
        return self.at(*(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]))

    def step(self, node: Located) -> Optional[Located]:
        """Return what the `$ref` of a value leads to, one step; None where it has none. Raises SpecError."""
        reference = mapping(node.value).get("$ref")
        if not isinstance(reference, str):
            return None
        if reference not in self._known:
            try:
                value = target(self.top.value, reference)
            except (LookupError, ValueError):
                raise SpecError(f"{node.pointer}/$ref: {reference!r} leads to nothing in this document") from None
            self._known[reference] = Located(value, "".join(f"/{escaped(part)}" for part in parts(reference)))
        return self._known[reference]

    def follow(self, node: Located) -> Located:
        """Return the value itself, or what its chain of `$ref`s ends with. Raises SpecError."""
        start = node
        seen: set[str] = set()
        while True:
            following = self.step(node)
            if following is None:
                return node._replace(via=start.pointer) if seen else node
            if following.pointer in seen:
                raise SpecError(f"{node.pointer}/$ref: the chain of references never ends")
            seen.add(following.pointer)
            node = following


def walk(node: Any, place: list[Any]) -> Iterator[tuple[list[Any], Any]]:
    """Every value of a document, itself included, each with its place."""
    yield place, node
    for key, child in (*mapping(node).items(), *enumerate(sequence(node))):
        yield from walk(child, [*place, key])


def references(node: Any) -> set[str]:
    """Return every `$ref` in a value."""
    found: set[str] = set()
    _gather([node], found)
    return found


def _gather(node: Any, found: set[str]) -> None:
    if isinstance(node, dict):
        said = mapping(node)
        if isinstance(said.get("$ref"), str):
            found.add(said["$ref"])
        node = said.values()
    for child in node:
        if isinstance(child, (dict, list)):
            _gather(child, found)


def wrong_references(document: Any) -> Iterator[tuple[list[Any], str]]:
    """References that do not lead to a value of the same document, each with its place and the reason."""
    reasons: dict[str, str] = {}
    for reference in references(document):
        try:
            resolve(document, {"$ref": reference})
        except Circle:
            reasons[reference] = f"{reference!r} leads to nothing in this document, but around in a circle"
        except (LookupError, ValueError):
            reasons[reference] = f"{reference!r} leads to nothing in this document"
    if reasons:
        for place, node in walk(document, []):
            known = mapping(node).get("$ref")
            if isinstance(known, str) and known in reasons:
                yield [*place, "$ref"], reasons[known]


def resolve(document: Any, node: Any) -> Any:
    """Return the node itself, or what its `$ref` points to.

    Raises:
        LookupError, ValueError: there is no such thing.
    """
    seen: set[str] = set()
    while True:
        reference = mapping(node).get("$ref")
        if not isinstance(reference, str):
            return node
        if reference in seen:
            raise Circle(reference)
        seen.add(reference)
        node = target(document, reference)


def target(document: Any, reference: str) -> Any:
    """Return what one reference such as `#/components/schemas/Job` points to; raises as `resolve` does."""
    if not reference.startswith("#/"):
        raise ValueError(reference)
    node = document
    for part in parts(reference):
        node = sequence(node)[int(part)] if isinstance(node, list) else mapping(node)[part]
    return node


def parts(reference: str) -> list[str]:
    """Return the keys and indexes that a reference is made of."""
    return [unquote(part).replace("~1", "/").replace("~0", "~") for part in reference[2:].split("/")]
