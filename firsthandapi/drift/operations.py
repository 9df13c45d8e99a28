"""What differs between operations: where they are, what goes in, what comes out, who may call them."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Any, Optional

from .change import Level, Part, Use
from .collect import Collector, Finding
from .names import hint, renamed
from .operation import Headers, Operation, Side, matched
from .references import Document, Located, mapping, sequence
from .request import JSON, is_json, json_in
from .rules import IDEMPOTENCY_KEY, PAUSE, PAUSE_LEVELS, Direction, paused
from .schemas import Comparison, Pair, Root
from .security import compare_event_security, compare_security
from .servers import bases, compare_own_servers, own_servers
from .untouched import Untouched

STYLE = ("style", "explode", "allowReserved", "content")
"""The keywords on how a parameter is written."""
FLAT = ("form", "spaceDelimited", "pipeDelimited", "deepObject", "simple")
"""Styles in which a value that is no list or object is written alike."""


class OperationsComparison:
    """Compares all operations of two documents."""

    def __init__(
        self, old: Document, new: Document, schemas: Comparison, untouched: Untouched, collector: Collector
    ) -> None:
        before, now = bases(old, new)
        self.old: Side = Side(old, before)
        self.new: Side = Side(new, now)
        self.schemas = schemas
        self.untouched = untouched
        self.collector = collector
        self.at: Optional[str] = None
        """Where a `$ref` leads to something else than before, while what it leads to is compared."""
        self.status: Optional[str] = None
        """That of the answer that is compared."""

    def run(self) -> None:
        """Compare `paths` and `webhooks`; schemas are left to the schemas' comparison."""
        called = self.old.operations("paths"), self.new.operations("paths")
        pairs, removed, added = matched(*called, self.exchanged)
        renames = renamed((one.id, other.id) for one in removed for other in added if self.same(one, other))
        for one in removed:
            what = f"the operation `{one.id}` ({_route(one)}) was removed{hint(one.id, renames)}"
            self.tell("operation-removed", one.node, None, what, one.id)
        for one in added:
            self.tell("operation-added", None, one.node, f"the operation `{one.id}` ({_route(one)}) was added", one.id)
        secured_alike = all(
            self.untouched.has(self.old.document.at(*place), self.new.document.at(*place))
            for place in (("security",), ("components", "securitySchemes"))
        )
        for old, new in pairs:
            if not (secured_alike and self.is_untouched(old, new)):
                self.operation(old, new)
        self.paths(pairs)
        self.tags(pairs)
        sent = self.old.operations("webhooks"), self.new.operations("webhooks")
        events, removed, added = matched(*sent, self.exchanged)
        renames = renamed((one.id, other.id) for one in removed for other in added if self.same(one, other))
        for one in removed:
            what = f"the event `{one.id}` was removed{hint(one.id, renames)}"
            self.tell("event-removed", one.node, None, what, one.id, "event")
        for one in added:
            self.tell("event-added", None, one.node, f"the event `{one.id}` was added", one.id, "event")
        for old, new in events:
            if not self.is_untouched(old, new):
                self.event(old, new)

    def is_untouched(self, old: Operation, new: Operation) -> bool:
        """Whether two versions of an operation are the same, as far as they say themselves who may call them."""
        return old.method == new.method and old.path == new.path and self.untouched.has(old.shared, new.shared)

    def tell(
        self, kind: str, old: Optional[Located], new: Optional[Located], what: str, operation: str,
        part: Part = "operation", path: tuple[str, ...] = (), subject: str = "", at: Optional[str] = None,
        level: Optional[Level] = None,
    ) -> None:  # fmt: skip
        """Hand in a finding about an operation."""
        use = Use(part, operation, path, status=paused(self.status, part, path))
        self.collector.add(Finding(kind, old, new, what, level, self.at or at), use, subject)

    @contextmanager
    def within(self, old: Located, new: Located) -> Generator[None, None, None]:
        """Compare what two versions of a thing are made of; where another `$ref` stands now, that is the change."""
        outer = self.at
        if old.pointer != new.pointer and (self.new.has_as_well(old) or self.old.has_as_well(new)):
            self.at = new.via or new.pointer
        yield
        self.at = outer

    def taken(self, node: Located, other: Side, others: Iterable[Located]) -> Optional[str]:
        """The place of the `$ref` with which a thing went or came, where nothing else did."""
        is_meant = other.has_as_well(node) and node.pointer not in {one.pointer for one in others}
        return node.via if is_meant else None

    def same(self, old: Operation, new: Operation) -> bool:
        """Whether two operations, or events, look the same but for their names and paths."""
        bodies = [
            list(side.content(one.node.child("requestBody")).values())
            + [media for answer in side.answers(one).values() for media in side.content(answer).values()]
            for side, one in ((self.old, old), (self.new, new))
        ]
        alike = len(bodies[0]) == len(bodies[1]) and all(map(self.alike, *bodies))
        return alike and old.method == new.method and len(old.holes()) == len(new.holes())

    def exchanged(self, old: Operation, here: Operation, there: Operation) -> bool:
        """Whether an operation is what stands where it did under another name, and not what has its name elsewhere."""
        before, now = ({**mapping(one.node.value), "operationId": None} for one in (old, here))
        return self.same(old, here) and (before == now or not self.same(old, there))

    # One operation

    def operation(self, old: Operation, new: Operation) -> None:
        """Compare two versions of an operation."""
        name = old.id
        if old.named and old.id != new.id:
            where = old.node.child("operationId"), new.node.child("operationId") if new.named else None
            self.tell("operation-id-changed", *where, f"the operation `{old.id}` is now called `{new.id}`", name)
        if old.method != new.method:
            where = Located(old.method, old.node.pointer), Located(new.method, new.node.pointer)
            self.tell(
                "method-changed", *where, f"the method was {old.method.upper()} and is {new.method.upper()}", name
            )
        self.deprecation(old.node, new.node, name)
        compare_security(self.old.document, self.new.document, old.node, new.node, name, self.collector)
        servers = own_servers(old.node, old.shared), own_servers(new.node, new.shared)
        if old.route()[1] != new.route()[1] and self.stays(old, new):
            what = f"the server and the path of this operation changed, {_route(old)} → {_route(new)}, its address not"
            self.tell("server-path-changed", *servers, what, name)
        else:
            compare_own_servers((self.old.document, self.new.document), *servers, name, self.collector)
        self.parameters(old, new)
        self.body(old.node.child("requestBody"), new.node.child("requestBody"), name)
        self.answers(old, new)

    def stays(self, old: Operation, new: Operation) -> bool:
        """Whether calls of an operation end where they did, whatever of the address its server says."""
        return bool(self.old.addresses(old) & self.new.addresses(new))

    def deprecation(self, old: Located, new: Located, name: str) -> None:
        """Compare whether an operation is deprecated."""
        before, now = old.child("deprecated"), new.child("deprecated")
        if (before.value is True) != (now.value is True):
            kind, words = (
                ("operation-deprecated", "now") if now.value is True else ("operation-not-deprecated", "no longer")
            )
            self.tell(
                kind,
                before if before.value else None,
                now if now.value else None,
                f"the operation is {words} deprecated",
                name,
            )

    def paths(self, pairs: Iterable[tuple[Operation, Operation]]) -> None:
        """Compare where the operations are. A common beginning that changed, such as `/v1`, is one change."""
        moved = [
            (old, new, _beginnings(old.path, new.path))
            for old, new in pairs
            if old.route()[1] != new.route()[1] and not self.stays(old, new)
        ]
        together: dict[Optional[tuple[str, str]], set[str]] = {}
        for old, _, beginnings in moved:
            together.setdefault(beginnings, set()).add(old.path)
        for old, new, beginnings in moved:
            words, before, now = "path", old.path, new.path
            if beginnings is not None and len(together[beginnings]) > 1:
                words, (before, now) = "beginning of the path", beginnings
            where = Located(before, old.shared.pointer), Located(now, new.shared.pointer)
            self.tell("path-changed", *where, f"the {words} was `{before}` and is `{now}`", old.id)

    def tags(self, pairs: Iterable[tuple[Operation, Operation]]) -> None:
        """Compare the first tags: they name the generated modules."""
        for old, new in pairs:
            before, now = _first_tag(old), _first_tag(new)
            if (before and before.value) != (now and now.value):
                said = [f"`{tag.value}`" if tag else "none" for tag in (before, now)]
                self.tell("operation-tag-changed", before, now, f"the tag was {said[0]} and is {said[1]}", old.id)

    # What goes in

    def parameters(self, old: Operation, new: Operation) -> None:
        """Compare parameters; those of the path by their position."""
        before, now = self.old.parameters(old), self.new.parameters(new)
        if len(old.holes()) == len(new.holes()):
            for was, is_now in zip(old.holes(), new.holes()):
                one, other = before.get(("path", was)), now.get(("path", is_now))
                if was != is_now and one is not None and other is not None:
                    what = f"the path parameter `{was}` is now called `{is_now}`"
                    where = one.child("name"), other.child("name")
                    self.tell("path-parameter-renamed", *where, what, old.id, "parameter", (was,))
                    now["path", was] = now.pop(("path", is_now))
        removed = [key for key in before if key not in now]
        added = [key for key in now if key not in before]
        renames = renamed(
            (_name(before[one]), _name(now[other]))
            for one in removed
            for other in added
            if one[0] == other[0] and self.alike(before[one], now[other])
        )
        for key in removed:
            name = _name(before[key])
            what, at = f"the {key[0]} parameter `{name}` was removed", self.taken(before[key], self.new, now.values())
            what += hint(name, renames)
            self.tell("removed", before[key], None, what, old.id, "parameter", (name,), "request-parameter", at)
        for key in added:
            needed = now[key].get("required") is True
            what = f"the {'required' if needed else 'optional'} {key[0]} parameter `{_name(now[key])}` was added"
            kind, at = "added-required" if needed else "added", self.taken(now[key], self.old, before.values())
            self.tell(kind, None, now[key], what, old.id, "parameter", (_name(now[key]),), "request-parameter", at)
        for key in before:
            if key in now:
                with self.within(before[key], now[key]):
                    self.parameter(key, before[key], now[key], old.id)

    def alike(self, old: Located, new: Located) -> bool:
        """Whether two parameters look the same but for their names."""
        one, other = self.schema_of(self.old, old), self.schema_of(self.new, new)
        return self.schemas.same_shape((one,), (other,)) if one and other else one is other

    def parameter(self, key: tuple[str, str], old: Located, new: Located, operation: str) -> None:
        """Compare two versions of a parameter."""
        name = _name(old)
        was, now = old.get("required") is True, new.get("required") is True
        if was != now:
            kind = "became-required" if now else "became-optional"
            where = _said(old, "required", was), _said(new, "required", now)
            what = f"the {key[0]} parameter `{name}` became {kind[7:]}"
            subject = "request-parameter"
            if now and key == ("header", IDEMPOTENCY_KEY):
                kind, subject = "idempotency-key-became-required", ""
            self.tell(kind, *where, what, operation, "parameter", (name,), subject)
        self.deprecated(old, new, operation, "parameter", (name,), "request-parameter")
        self.style(key[0], old, new, operation)
        self.schema(old, new, "in", "parameter", operation, (name,), "request-parameter", "request-parameter")

    def style(self, place: str, old: Located, new: Located, operation: str) -> None:
        """Compare how the values of a parameter are written into a request."""
        before, now = _style(place, old), _style(place, new)
        changed = [word for word in STYLE if before.get(word) != now.get(word)]
        if "content" in changed:
            changed = [word for word in changed if word in ("style", "content")]
        if not changed:
            return
        same = before.get("style") in FLAT and now.get("style") in FLAT
        same = same and (
            changed == ["allowReserved"] or (self.is_scalar(self.old, old) and self.is_scalar(self.new, new))
        )
        values = [{word: style[word] for word in changed if word in style} for style in (before, now)]
        word = next((word for word in changed if word in mapping(new.value)), changed[0])
        before_at, now_at = (
            _said(node, word, value[word] if value.keys() == {word} else value)
            for node, value in zip((old, new), values)
        )
        name = _name(old)
        shown = [_keywords(value) for value in values]
        what = f"the {place} parameter `{name}` is written in another way: {shown[0]} → {shown[1]}"
        rule = f"request-parameter-{'encoding' if same else 'style'}-changed"
        self.tell(rule, before_at, now_at, what, operation, "parameter", (name,))

    def is_scalar(self, side: Side, parameter: Located) -> bool:
        """Whether a parameter's values are neither lists nor objects for sure."""
        schema = self.schema_of(side, parameter)
        types = side.document.follow(schema).get("type") if schema is not None else None
        return bool(types) and not {"array", "object"} & {str(one) for one in sequence(types) or [types]}

    def deprecated(
        self, old: Located, new: Located, operation: str, part: Part, path: tuple[str, ...], subject: str
    ) -> None:
        """Compare whether a parameter or header is deprecated."""
        before, now = old.child("deprecated"), new.child("deprecated")
        if (before.value is True) != (now.value is True):
            kind, words = ("deprecated", "now") if now.value is True else ("not-deprecated", "no longer")
            where = before if before.value else None, now if now.value else None
            self.tell(kind, *where, f"`{path[0]}` is {words} deprecated", operation, part, path, subject)

    def body(self, old: Located, new: Located, operation: str, part: Part = "request") -> None:
        """Compare bodies that are sent: to the service, or to a receiver of events."""
        old, new = self.old.document.follow(old), self.new.document.follow(new)
        subject = "request-body" if part == "request" else "event-body"
        was, now = mapping(old.value).get("required") is True, mapping(new.value).get("required") is True
        if not (old.value or new.value):
            return
        if not old.value:
            kind = "added-required" if now else "added"
            what = f"{'a required' if now else 'an optional'} body was added"
            self.tell(kind, None, new, what, operation, part, (), subject)
            return
        if not new.value:
            kind, subject = ("request-body-removed", "") if part == "request" else ("removed", subject)
            self.tell(kind, old, None, "the body was removed", operation, part, (), subject)
            return
        if was != now and part == "request":
            kind = "became-required" if now else "became-optional"
            where = _said(old, "required", was), _said(new, "required", now)
            self.tell(kind, *where, f"the body became {kind[7:]}", operation, part, (), subject)
        with self.within(old, new):
            self.content(old, new, "in" if part == "request" else "out", part, operation, subject)

    def content(
        self, old: Located, new: Located, direction: Direction, part: Part, operation: str, subject: str
    ) -> None:
        """Compare what bodies hold, media type by media type; one for another where each has one of its own."""
        before, now = self.old.content(old), self.new.content(new)
        removed, added = sorted(before.keys() - now.keys()), sorted(now.keys() - before.keys())
        pairs = [(before[kind], now[kind]) for kind in before if kind in now]
        for kind in removed:
            # Who reads JSON reads it by any name, but asks for it by one.
            read = json_in(now) if is_json(kind) and direction == "out" else None
            instead = read or next(iter(added), None)
            change, level = ("renamed", _level_by_name(part, read)) if read else ("removed", None)
            what = f"the media type `{kind}` was removed" + (f"; there is `{instead}`" if instead else "")
            where = Located(kind, before[kind].pointer)
            self.tell(f"media-type-{change}", where, None, what, operation, part, (), subject, level=level)
            if instead in added and (read or len(removed) == len(added) == 1):
                pairs.append((before[kind], now[instead]))
                added.remove(instead)
        for kind in added:
            what = f"the media type `{kind}` was added"
            self.tell("media-type-added", None, Located(kind, now[kind].pointer), what, operation, part, (), subject)
        inner = subject.replace("-body", "-property")
        for one, other in pairs:
            self.schema(one, other, direction, part, operation, (), subject, inner)

    def schema(
        self, old: Located, new: Located, direction: Direction, part: Part, operation: str,
        path: tuple[str, ...], subject: str, inner: str, levels: Optional[Mapping[str, Level]] = None,
    ) -> None:  # fmt: skip
        """Have the schemas of two parameters, headers or media types compared.

        `levels` is how bad some kinds of change are there, where that is not as bad as elsewhere.
        """
        one, other = self.schema_of(self.old, old), self.schema_of(self.new, new)
        if one is None and other is None:
            return
        pair = Pair((one or Located(True, old.pointer),), (other or Located(True, new.pointer),), direction)
        status = paused(self.status, part, path)
        self.schemas.add(Root(pair, part, operation, path, subject, inner, self.at, levels or {}, status))

    def schema_of(self, side: Side, node: Located) -> Optional[Located]:
        """The schema of a parameter, header or media type, if it has one."""
        for holder in (node, *side.content(node).values()):
            if "schema" in mapping(holder.value):
                return holder.child("schema")
        return None

    # What comes out

    def answers(self, old: Operation, new: Operation) -> None:
        """Compare answers; a success status that took the place of another has its body compared too."""
        before, now = self.old.answers(old), self.new.answers(new)
        removed, added = _lost(before, now), _lost(now, before)
        for status in removed:
            kind = f"response-{'success' if _success(status) else 'non-success'}-status-removed"
            others = [other for other in added if _success(other) == _success(status)]
            what = f"the status {status} was removed" + (f"; there is {others[0]}" if others else "")
            where = Located(status, old.node.child("responses").child(status).pointer)
            self.tell(kind, where, None, what, old.id, _part(status))
        gone, come = [one for one in removed if _success(one)], [one for one in added if _success(one)]
        moved = len(gone) == len(come) == 1
        for status in added:
            if moved and status in come:
                continue  # it is told with the one whose place it took
            kind = f"response-{'success' if _success(status) else 'non-success'}-status-added"
            where = Located(status, new.node.child("responses").child(status).pointer)
            self.tell(kind, None, where, f"the status {status} was added", old.id, _part(status))
        known = [(status, _covering(status, before), _covering(status, now)) for status in sorted({*before, *now})]
        pairs = [(status, before[was], now[is_now]) for status, was, is_now in known if was and is_now]
        if moved:
            pairs.append((gone[0], before[gone[0]], now[come[0]]))
        for status, one, other in pairs:
            if not self.untouched.has(one, other):
                self.status = status
                with self.within(one, other):
                    self.answer(one, other, old.id, _part(status))

    def answer(self, old: Located, new: Located, operation: str, part: Part) -> None:
        """Compare two versions of an answer."""
        before, now = bool(mapping(old.value).get("content")), bool(mapping(new.value).get("content"))
        if before and not now:
            self.tell(
                "removed", old.child("content"), None, "the body was removed", operation, part, (), "response-body"
            )
        elif now and not before:
            self.tell("added", None, new.child("content"), "a body was added", operation, part, (), "response-body")
        else:
            self.content(old, new, "out", part, operation, "response-body")
        self.headers(self.old.headers(old), self.new.headers(new), operation, part)

    def headers(self, old: Headers, new: Headers, operation: str, part: Part) -> None:
        """Compare what comes beside a body."""
        subject = "event-header" if part == "event" else "response-header"
        removed, added = sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys())
        renames = renamed(
            (old[one][0], new[other][0]) for one in removed for other in added if self.alike(old[one][1], new[other][1])
        )
        befores, nows = ([node for _, node in headers.values()] for headers in (old, new))
        for key in removed:
            name, node = old[key]
            what, at = f"the header `{name}` was removed{hint(name, renames)}", self.taken(node, self.new, nows)
            self.tell("removed", node, None, what, operation, part, (name,), subject, at)
        for key in added:
            name, node = new[key]
            what, at = f"the header `{name}` was added", self.taken(node, self.old, befores)
            self.tell("added", None, node, what, operation, part, (name,), subject, at)
        for key in sorted(old.keys() & new.keys()):
            with self.within(old[key][1], new[key][1]):
                self.header(key, old[key], new[key], operation, part, subject)

    def header(
        self, key: str, old: tuple[str, Located], new: tuple[str, Located], operation: str, part: Part, subject: str
    ) -> None:
        """Compare two versions of a header."""
        (name, one), (_, other) = old, new
        was, now = one.get("required") is True, other.get("required") is True
        if was != now:
            kind = "became-required" if now else "became-optional"
            where = _said(one, "required", was), _said(other, "required", now)
            self.tell(kind, *where, f"the header `{name}` became {kind[7:]}", operation, part, (name,), subject)
        self.deprecated(one, other, operation, part, (name,), subject)
        levels = PAUSE_LEVELS if key == PAUSE and self.is_scalar(self.new, other) else None
        self.schema(one, other, "out", part, operation, (name,), subject, subject, levels)

    # Events

    def event(self, old: Operation, new: Operation) -> None:
        """Compare two versions of an event."""
        if old.id != new.id:
            where = Located(old.id, old.shared.pointer), Located(new.id, new.shared.pointer)
            self.tell("event-renamed", *where, f"the event `{old.id}` is now called `{new.id}`", old.id, "event")
        if old.method != new.method:
            where = Located(old.method, old.node.pointer), Located(new.method, new.node.pointer)
            what = f"the method was {old.method.upper()} and is {new.method.upper()}"
            self.tell("event-method-changed", *where, what, old.id, "event")
        compare_event_security(old.node, new.node, old.id, self.collector)
        self.expected_answers(old, new)
        self.headers(self.old.sent_headers(old), self.new.sent_headers(new), old.id, "event")
        self.body(old.node.child("requestBody"), new.node.child("requestBody"), old.id, "event")

    def expected_answers(self, old: Operation, new: Operation) -> None:
        """Compare what a receiver may answer; `2XX` allows what `200` does."""
        before, now = self.old.answers(old), self.new.answers(new)
        for status in sorted(one for one in before if not _covering(one, now)):
            others = sorted(other for other in now if _success(other) == _success(status))
            what = f"the answer {status} to a delivery was removed" + (
                f"; there is {', '.join(others)}" if others else ""
            )
            self.tell("event-answer-removed", Located(status, before[status].pointer), None, what, old.id, "event")
        for status in sorted(one for one in now if not _covering(one, before)):
            where = Located(status, now[status].pointer)
            self.tell(
                "event-answer-added", None, where, f"the answer {status} to a delivery was added", old.id, "event"
            )


def _beginnings(old: str, new: str) -> Optional[tuple[str, str]]:
    """The first segments of two paths, where these are all that differs."""
    (before, slash, rest), (now, _, other) = (path[1:].partition("/") for path in (old, new))
    return (f"/{before}", f"/{now}") if slash and rest == other else None


def _route(operation: Operation) -> str:
    return f"{operation.method.upper()} {operation.path}"


def _first_tag(operation: Operation) -> Optional[Located]:
    return next(operation.node.child("tags").elements(), None)


def _name(parameter: Located) -> str:
    return str(parameter.get("name"))


def _style(place: str, parameter: Located) -> dict[str, Any]:
    """How a parameter is written, by keyword; what it does not say itself, too."""
    said = mapping(parameter.value)
    if mapping(said.get("content")):
        return {"content": " or ".join(sorted(said["content"]))}
    style = said.get("style") or ("form" if place in ("query", "cookie") else "simple")
    explode, reserved = said.get("explode", style == "form"), said.get("allowReserved", False)
    return {"style": style, "explode": explode, "allowReserved": reserved}


def _keywords(said: Mapping[str, object]) -> str:
    """Keywords as YAML has them: `explode: true`."""
    texts = {word: value if isinstance(value, str) else json.dumps(value) for word, value in said.items()}
    return " and ".join(f"`{word}: {text}`" for word, text in texts.items())


def _said(node: Located, keyword: str, value: object) -> Located:
    """What a keyword comes to, where it is said; the thing itself where it is not."""
    return Located(value, f"{node.pointer}/{keyword}" if keyword in mapping(node.value) else node.pointer)


def _covering(status: str, answers: Iterable[str]) -> Optional[str]:
    """Which of some answers a status has: its own, or that of its range, or the default, which is meant for errors."""
    default = [] if _success(status) and any(map(_success, answers)) else ["default"]
    return next((one for one in (status, f"{status[:1]}XX", *default) if one in answers), None)


def _lost(answers: Iterable[str], others: Iterable[str]) -> list[str]:
    """The statuses of answers which others do not cover, nor are there others that it covered."""
    return sorted(
        status
        for status in answers
        if not _covering(status, others) and status not in {_covering(other, answers) for other in others}
    )


def _success(status: str) -> bool:
    return status.startswith("2")


def _level_by_name(part: Part, media: str) -> Optional[Level]:
    """How bad it is that JSON has another media type: errors come by whatever name, and what is asked for is fine."""
    return "compatible" if part == "error" or media == JSON else None


def _part(status: str) -> Part:
    return "response" if _success(status) else "error"
