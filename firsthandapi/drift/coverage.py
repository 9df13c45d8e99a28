"""What of the contract the handwritten package covers, and what it leaves out, with the reason.

A part of the contract is *wrapped* where a symbol of the handwritten package (see `surface`) stands for it. What is
neither wrapped nor *listed* as left out, with the reason, is *not yet wrapped*, and has the code that works all the
same. Of an operation that no method wraps, the parts are not looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Optional, cast

from attrs import evolve, frozen

from firsthandapi.drift.calls import Snippet, left_out, snippets, tag_of
from firsthandapi.drift.references import METHODS, Document, Located
from firsthandapi.drift.request import JSON, json_in
from firsthandapi.drift.surface import Surface

Kind = Literal[
    "operation", "parameter", "request field", "response field", "error field", "enum value", "event", "event field"
]
Json = Mapping[str, Any]

REASONS: dict[tuple[Kind, str], str] = {
    ("parameter", "Idempotency-Key"): "the client sends one of its own, the same in all attempts",
    ("parameter", "X-FirstHand-Event-Id"): "it is in the event too, as event.id",
}
"""Why something is left out on purpose, by kind and by name: a row's, or of a parameter that on the wire."""


@frozen
class Row:
    """One part of the contract."""

    kind: Kind
    name: str
    """`create_job files_needed`, `Job.files_needed`, `JobStatus "open"`."""
    pointer: str
    """Where it stands in the contract, as a JSON pointer."""
    wrapped_by: tuple[str, ...]
    """The symbols that stand for it; none where it is not wrapped."""
    reason: Optional[str] = None
    """Why it is left out on purpose."""
    instead: Optional[str] = None
    """Where it is not yet wrapped: the code that works now; of a new parameter or typed answer, as soon as the contract
    was regenerated."""
    calls: tuple[Snippet, ...] = ()
    """Of an operation that is not yet wrapped: how to call it."""

    @property
    def explained(self) -> bool:
        """Whether it is wrapped, or left out for a reason."""
        return bool(self.wrapped_by or self.reason)


def coverage(document: Json, surface: Surface) -> list[Row]:
    """Look at every operation, parameter, field, enum value and event of a contract.

    Args:
        document: The parsed OpenAPI document.
        surface: What the package offers.

    Returns:
        One row for each, in the order of the document; what several operations share has one row.
    """
    rows: dict[tuple[Kind, str], Row] = {}
    for row in _Coverage(document, surface).rows():
        shared = row.kind in ("response field", "error field", "event field")
        rows.setdefault((row.kind, row.pointer if shared else row.name), row)
    return list(rows.values())


class _Coverage:
    def __init__(self, document: Json, surface: Surface) -> None:
        self.document = document
        self.whole = Document(dict(document))
        self.surface = surface

    def rows(self) -> Iterator[Row]:
        for path, item in _mapping(self.document.get("paths")).items():
            item, at = self.resolved(item, f"/paths/{_escaped(path)}")
            for method in METHODS:
                if method in item:
                    name = str(item[method].get("operationId", f"{method.upper()} {path}"))
                    yield from self.operation(name, item[method], _list(item.get("parameters")), at, method)
        for type, item in _mapping(self.document.get("webhooks")).items():
            item, at = self.resolved(item, f"/webhooks/{_escaped(type)}")
            yield from self.event(type, _mapping(item.get("post")), f"{at}/post")
        for name, schema in _mapping(_mapping(self.document.get("components")).get("schemas")).items():
            for value in _list(_mapping(schema).get("enum")):
                yield self.value(name, value, f"/components/schemas/{_escaped(name)}/enum")

    def operation(self, id: str, said: Json, shared: Sequence[Any], at: str, method: str) -> Iterator[Row]:
        places = [(item, f"{at}/parameters/{n}") for n, item in enumerate(shared)]
        at = f"{at}/{method}"
        places += [(item, f"{at}/parameters/{n}") for n, item in enumerate(_list(said.get("parameters")))]
        parameters = [self.resolved(item, place) for item, place in places]
        body, body_at = self.resolved(said.get("requestBody"), f"{at}/requestBody")
        reach = self.surface.reach(id)
        direct = tuple(name for name in (reach.resource, reach.flat) if name)
        unmade = {one.name: one.setting for one in left_out(self.whole, Located(said, at))}
        names = [str(parameter["name"]) for parameter, _ in parameters]
        arguments = [f"{_argument(name)}=..." for name in names if name not in unmade]
        arguments += ["body=..."] if body else []
        low_level = self.surface.low_level(id, tag_of(said), arguments)
        built = low_level[len("client.request(") : -1]
        row = self.row("operation", id, at, direct, instead=low_level)
        if not direct:
            calls = () if row.reason else self.calls(id, said, at)
            yield evolve(row, calls=calls, instead=row.instead if any(call.typed for call in calls) else None)
            return
        yield row
        for parameter, place in parameters:
            name = str(parameter["name"])
            by = self.surface.takes(id, "parameter", name)
            instead = f"call = {built}; {unmade[name]}; client.request(call)" if name in unmade else low_level
            yield self.row("parameter", f"{id} {name}", place, by, word=name, instead=instead)
        for path, place, _ in self.fields(*self.content(body, body_at)):
            by = self.surface.takes(id, "request", path[0])
            with_body = self.surface.arguments(id, "request", path)
            instead = next((symbol for symbol in with_body if symbol.startswith(f"{reach.flat}(")), low_level)
            yield self.row("request field", f"{id} {_dotted(path)}", place, by, instead=instead)
        for status, answer in _mapping(said.get("responses")).items():
            answer, place = self.resolved(answer, f"{at}/responses/{status}")
            yield from self.answer(id, str(status), *self.content(answer, place))

    def calls(self, id: str, said: Json, at: str) -> tuple[Snippet, ...]:
        node = Located(said, at)
        return snippets(self.whole, node, is_known=self.surface.is_generated(id))

    def answer(self, id: str, status: str, schema: Any, at: str) -> Iterator[Row]:
        for path, place, owner in self.fields(schema, at):
            if status.startswith("2"):
                yield self.field("response field", id, path, place, owner)
            else:
                by = self.surface.error(path) if self.surface.shows_error(path) else ()
                yield self.row("error field", _dotted(path), place, by)

    def event(self, type: str, said: Json, at: str) -> Iterator[Row]:
        event = self.surface.event(type)
        known = type in self.surface.events
        yield self.row("event", type, at, event if known else (), instead=f"construct_event(...) gives a {event[0]}")
        for n, item in enumerate(_list(said.get("parameters"))):
            parameter, place = self.resolved(item, f"{at}/parameters/{n}")
            name = str(parameter["name"])
            by = tuple(symbol for symbol in self.surface.event(type, (name,)) if symbol.endswith("=)"))
            yield self.row("parameter", f"{type} {name}", place, by, word=name)
        body, body_at = self.resolved(said.get("requestBody"), f"{at}/requestBody")
        for path, place, owner in self.fields(*self.content(body, body_at)):
            yield self.field("event field", type, path, place, owner)

    def field(self, kind: Kind, where: str, path: Sequence[str], at: str, owner: Optional[str]) -> Row:
        """A field that is read."""
        if owner:
            name, symbols = f"{owner}.{path[-1]}", self.surface.attributes(owner, path[-1])
        else:
            name = f"{where} {_dotted(path)}"
            read = self.surface.event if kind == "event field" else self.surface.answer
            symbols = read(where, path)
        return self.row(kind, name, at, symbols if self.surface.knows(where, path) else (), instead=symbols[-1])

    def value(self, enum: str, value: Any, at: str) -> Row:
        known = value in self.surface.enums.get(enum, ()) and value in self.surface.judged.get(enum, (value,))
        if enum == "WebhookEventType":
            known = value in self.surface.events
        instead = f'the value is read and sent as text: "{value}"'
        return self.row("enum value", f'{enum} "{value}"', at, (f"Known{enum}",) if known else (), instead=instead)

    def row(
        self,
        kind: Kind,
        name: str,
        at: str,
        by: tuple[str, ...],
        *,
        word: str = "",
        instead: Optional[str] = None,
    ) -> Row:
        reason = None if by else REASONS.get((kind, word or name))
        return Row(kind, name, at, by, reason, None if by or reason else instead)

    # The document

    def resolved(self, node: Any, at: str) -> tuple[Json, str]:
        """A node and where it stands, or those that its `$ref` leads to."""
        seen: set[str] = set()
        while isinstance(node, dict) and isinstance(cast("Json", node).get("$ref"), str):
            at = cast(str, node["$ref"])[1:]
            if at in seen:
                return {}, at
            seen.add(at)
            node = self.document
            for step in at.split("/")[1:]:
                node = _mapping(node).get(step.replace("~1", "/").replace("~0", "~"))
        return _mapping(node), at

    def content(self, said: Json, at: str) -> tuple[Any, str]:
        """The schema of a JSON body."""
        content = _mapping(said.get("content"))
        media = json_in(content) or JSON
        return _mapping(content.get(media)).get("schema"), f"{at}/content/{_escaped(media)}/schema"

    def fields(
        self,
        schema: Any,
        at: str,
        path: tuple[str, ...] = (),
        owner: Optional[str] = None,
        inside: tuple[str, ...] = (),
    ) -> Iterator[tuple[tuple[str, ...], str, Optional[str]]]:
        """Every field below a schema: the way to it, where it stands, and the named schema that has it."""
        found, at = self.resolved(schema, at)
        if at in inside:
            return
        inside = (*inside, at)
        steps = at.split("/")
        if steps[1:3] == ["components", "schemas"] and len(steps) == 4:
            owner = steps[3]
        for name, child in _mapping(found.get("properties")).items():
            place = f"{at}/properties/{_escaped(name)}"
            yield (*path, name), place, owner
            yield from self.fields(child, place, (*path, name), None, inside)
        for word in ("allOf", "anyOf", "oneOf"):
            for n, part in enumerate(_list(found.get(word))):
                yield from self.fields(part, f"{at}/{word}/{n}", path, owner, inside)
        if "items" in found:
            yield from self.fields(found["items"], f"{at}/items", (*path, "[]"), None, inside)


def _mapping(value: Any) -> Json:
    return cast("Json", value) if isinstance(value, dict) else {}


def _list(value: Any) -> Sequence[Any]:
    return cast("Sequence[Any]", value) if isinstance(value, list) else ()


def _dotted(path: Sequence[str]) -> str:
    return ".".join(path).replace(".[]", "[]")


def _argument(name: str) -> str:
    return name.replace("-", "_").lower()


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
