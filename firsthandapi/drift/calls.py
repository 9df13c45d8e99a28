"""How to call an operation for which the package has no method yet, as Python text that runs.

*Generated* is the function that a client made from the contract has for each operation: typed. *By hand* works with
every client, however old: what goes over the wire is written out, and the answer is plain JSON. Both have the client's
key, retries, deadline and errors. *Without the client* is for what it cannot do: it sends and reads only JSON.
Arguments are placeholders of the right type; optional ones are left out.
"""

from __future__ import annotations

import builtins
import json
import keyword
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from attrs import Factory, define, frozen

from .._settings import DEFAULT_BASE_URL
from .placeholders import DEEPEST, placeholder, written
from .references import Document, Located, mapping, sequence
from .request import JSON, Parameter, Request, base_of, is_json, json_in, spelled
from .schema import Conjunction, Schemas
from .servers import address
from .source import GENERATED

NOW = "now, with this installation"
ONCE_KNOWN = "with a client made from the new contract: a version of firsthandapi that knows the operation, or `make \
regenerate SPEC=...` in its repository"
BY_HAND = "today, with any client; the answer is plain JSON"
ALONE = "today, without the client and its retries and errors, for it"
REFUSED = "`make regenerate` refuses it"
MADE_UP = "it has no operationId (the one here is made up)"
CERTIFICATE = "it asks for a certificate of yours, so the client needs an http_client with one"

RESERVED = frozenset([*dir(builtins), *keyword.kwlist, "self", "true", "false", "datetime"]) - {"id"}
"""Words that the generator does not take for a name."""
HARMLESS = frozenset(["type", "object", "format", "input", "filter", "hash", "max", "min", "range", "sum", "open"])
"""Those that it takes for a field all the same ..."""
TAKEN = frozenset(["get", "items", "keys", "values", "to_dict", "from_dict"])
"""... and what a model has itself."""
PLAIN = frozenset(["string", "integer", "number", "boolean"])
"""Types that a path, query or header writes in one way only."""
HOLE = re.compile(r"\{([^}]*)\}")
KNOWN_HOLE = re.compile(r"\{[a-zA-Z_-][a-zA-Z0-9_-]*\}")
"""A hole in a path that the generator finds."""


@frozen
class Snippet:
    """Python text that runs where there is a `client`."""

    when: str
    """With which client it works."""
    text: str
    typed: bool = False
    """Whether it calls the generated function."""


def snippets(document: Document, operation: Located, *, is_known: bool = False) -> tuple[Snippet, ...]:
    """Return how to call an operation: as generated, and by hand where that does not work yet.

    Args:
        document: The contract that has it.
        operation: The operation, at its place below `paths`.
        is_known: Whether the generated package that is installed has it.

    Returns:
        One for each way; only the second one, with the reason, where the generator refuses the contract.
    """
    called = _Called(document, operation)
    certificate = f"; {CERTIFICATE}" if called.request.access.certificate else ""
    cannot = called.beyond_the_client()
    if is_known and not cannot:
        return (Snippet(NOW + certificate, called.generated(), typed=True),)
    when, text = (f"{ALONE} {cannot}", called.alone()) if cannot else (BY_HAND, called.by_hand())
    refused = [] if called.request.name else [MADE_UP]
    refused += [reason for _, reason in refusals(document, operation)]
    if refused:
        return (Snippet(f"{when}; {REFUSED}: {refused[0]}{certificate}", text),)
    last = Snippet(when + certificate, text)
    return (last,) if cannot else (Snippet(ONCE_KNOWN + certificate, called.generated(), typed=True), last)


def refusals(document: Document, operation: Located) -> Iterator[tuple[Located, str]]:
    """What of a valid operation the generator, with our templates, would leave out or get wrong: where, and why."""
    request = Request(document, operation)
    said = document.follow(operation.child("requestBody"))
    media = mapping(said.get("content"))
    sent = json_in(media)
    if media and (sent is None or base_of(sent) != JSON):
        yield operation.child("requestBody"), "only JSON bodies can be generated"
    elif sent and not isinstance(mapping(media[sent]).get("schema"), dict):
        yield operation.child("requestBody"), "a body without a schema cannot be generated"
    for answer in request.successes():
        content = document.follow(answer).child("content")
        schema = request.schemas.view((content.child(json_in(mapping(content.value))).child("schema"),))
        if content.value and (schema.types != frozenset(["object"]) or schema.nullable or schema.variants):
            yield answer, "only answers that are JSON objects can be generated"
    unfit = [(item, one, reason) for item, one, reason in _unfit(request)]
    yield from ((item, reason) for item, one, reason in unfit if one.required)
    left_out = [(one.place, one.name) for _, one, _ in unfit if not one.required]
    names = [name for key, name in _arguments(request).items() if key not in left_out] + (["body"] if media else [])
    if len(names) > len(set(names)):
        yield operation, "two of its arguments would have one name"
    if any(not KNOWN_HOLE.fullmatch(f"{{{hole}}}") for hole in HOLE.findall(request.path)):
        yield operation, "the name of one of its path parameters cannot be generated"


@frozen
class LeftOut:
    """An optional parameter that the generator cannot make: the generated function of its operation has none for it."""

    name: str
    """As it is on the wire."""
    item: Located
    """Where the operation, or its path, lists it."""
    reason: str
    setting: str
    """Python text that sets it on a `call` that was built."""


def left_out(document: Document, operation: Located) -> Iterator[LeftOut]:
    """Return the parameters that are left out of what is generated for an operation, which goes without them."""
    request = Request(document, operation)
    for item, one, reason in _unfit(request):
        if not one.required:
            said = request.given(one)
            holder = "query" if one.place == "query" else "headers"
            setting = "; ".join(f"call.{holder}[{written(name)}] = {written(value)}" for name, value in said.items())
            yield LeftOut(one.name, item, reason, setting)


def _unfit(request: Request) -> Iterator[tuple[Located, Parameter, str]]:
    """The parameters that the generator cannot make: where each is listed, and why."""
    listed: dict[tuple[object, object], Located] = {}
    for holder in (request.item, request.node):
        for item in holder.child("parameters").elements():
            said = request.document.follow(item)
            listed[said.get("in"), said.get("name")] = item
    for one in request.parameters:
        if one.place == "cookie":
            yield listed[one.place, one.name], one, f"the cookie {one.name} cannot be generated: no cookies can"
        elif not _is_plain(request.schemas, one):
            what = f"the {one.place} parameter {one.name} cannot be generated: it is not one plain value"
            yield listed[one.place, one.name], one, what


def snake(name: str) -> str:
    """Return a name as the generator spells it for a module."""
    return "_".join(_words(name)).lower()


def identifier(name: str, prefix: str = "field_") -> str:
    """Return a name as the generator spells it for an argument, or a module of an operation."""
    found = snake(name)
    found = f"{found}_" if found in RESERVED else found
    return found if found.isidentifier() and not name.startswith("_") else f"{prefix}{found}"


def tag_of(operation: Any) -> str:
    """Return the first tag of an operation, by which the generator groups modules."""
    tags = sequence(mapping(operation).get("tags"))
    return str(tags[0]) if tags else "default"


def _is_plain(schemas: Schemas, one: Parameter) -> bool:
    """Whether a parameter is written as the client writes every one: one value, or in a query a list of them."""

    def plain(parts: Conjunction) -> bool:
        schema = schemas.view(parts)
        if schema.variants:
            return all(map(plain, schema.variants))
        types = schema.types or (frozenset() if one.place == "header" else PLAIN)
        dated = one.place == "header" and str(schema.fact("format")).startswith("date")
        return bool(types) and types <= PLAIN and not dated

    schema = schemas.view(one.schema)
    if one.media or not one.schema:
        return False
    if one.place == "query":
        return plain(one.schema) or (schema.types == frozenset(["array"]) and one.explode and plain(schema.items))
    return plain(one.schema) and one.style == "simple"


def _arguments(request: Request) -> dict[tuple[str, str], str]:
    """What `build` calls each parameter, by place and name."""
    names = {(one.place, one.name): identifier(one.name) for one in request.parameters}
    counted = Counter(names.values())
    where = {name: {place for (place, _), other in names.items() if other == name} for name in counted}
    return {
        key: identifier(f"{name}_{key[0]}") if name in ("client", "url") or len(where[name]) > 1 else name
        for key, name in names.items()
    }


class _Called:
    def __init__(self, document: Document, operation: Located) -> None:
        self.request = Request(document, operation)
        made_up = re.sub(r"\W+", "_", f"{self.request.method}{self.request.path}").strip("_")
        self.id = identifier(made_up if self.request.name is None else self.request.name)

    def beyond_the_client(self) -> str:
        """What of it the client cannot do, with the client as the subject; empty: nothing."""
        request = self.request
        if request.body and base_of(request.body.media) != JSON:
            return "sends only JSON bodies"
        answers = request.answers()
        if answers and not any(map(is_json, answers)):
            return "reads only JSON answers"
        return "follows no redirects" if request.redirects() else ""

    def generated(self) -> str:
        """The call of the generated function."""
        request = self.request
        made, names = _Python(request.schemas), _arguments(request)
        given = [made.of(one.schema, one.name) for one in request.required if one.place == "path"]
        if request.body:
            given.append(f"body={made.of(request.body.schema, 'body', cls=f'{self.id}_body')}")
        for one in request.required:
            if one.place != "path":
                given.append(f"{names[one.place, one.name]}={made.of(one.schema, one.name)}")
        lines = [f"from {GENERATED}.api.{identifier(tag_of(request.node.value), 'tag')} import {self.id}"]
        if made.models:
            lines.append(f"from {GENERATED}.models import {', '.join(sorted(made.models))}")
        if made.with_time:
            lines.insert(0, "import datetime\n")
        call = f"{self.id}.build({', '.join(given)})"
        changes = list(self._changes())
        if not changes:
            return self._requested(lines, call)
        return self._requested([*lines, "", f"call = {call}", *changes], "call", apart=False)

    def by_hand(self) -> str:
        """The same request, written out."""
        request = self.request
        prefix = self._server()[1] or self._base()
        said = {
            "operation_id": written(self.id),
            "method": written(request.method.upper()),
            "path": written(prefix + request.filled()),
            "query": written(request.query()),
            "headers": written(request.headers()),
            "body": written(request.content(request.body)) if request.body else "UNSET",
            "authenticated": written(request.access.bearer),
            "takes_idempotency_key": written(request.takes_key),
            "parse": "lambda answer: answer",
        }
        lines = [f"from {GENERATED}.client import Call"]
        lines += [] if request.body else [f"from {GENERATED}.types import UNSET"]
        lines += ["", "call = Call(", *(f"    {name}={value}," for name, value in said.items()), ")"]
        return self._requested(lines, "call", apart=False)

    def alone(self) -> str:
        """The same request, sent with httpx."""
        request = self.request
        server, prefix = self._server()
        path = written((prefix or self._base()) + request.filled())
        base = f'os.environ.get("FIRSTHAND_BASE_URL", {written(DEFAULT_BASE_URL)})'
        sent = {name: written(text) for name, text in request.headers().items()}
        sent = {"Accept": written(", ".join(request.answers()) or "*/*"), **sent}
        if request.access.bearer:
            sent["Authorization"] = "f\"Bearer {os.environ['FIRSTHAND_API_KEY']}\""
        if request.takes_key:
            sent["Idempotency-Key"] = "str(uuid.uuid4())"
        body = self._body()
        if "content" in body and request.body:
            sent["Content-Type"] = written(request.body.media)
        query = request.query()
        said = {
            **({"params": written(query)} if query else {}),
            "headers": f"{{{', '.join(f'{written(name)}: {value}' for name, value in sent.items())}}}",
            **body,
            "timeout": "60",
            **({"follow_redirects": "True"} if request.redirects() else {}),
        }
        url = written(server + prefix + request.filled()) if server else f"{base} + {path}"
        lines = [
            f"answer = httpx.request({written(request.method.upper())}, {url},",
            *(f"    {name}={value}," for name, value in said.items()),
            ")",
            "answer.raise_for_status()",
            "content = answer.content",
        ]
        needed = [f"import {name}" for name in ("os", "uuid") if f"{name}." in "\n".join(lines)]
        return "\n".join([*needed, *([""] if needed else []), "import httpx", "", *lines])

    def _requested(self, lines: list[str], call: str, *, apart: bool = True) -> str:
        """The lines, and the one that sends the call; to the server that it has, if that is another one."""
        server = self._server()[0]
        client = f"Client(base_url={written(server)})" if server else "client"
        first = ["from firsthandapi import Client"] if server else []
        return "\n".join([*first, *lines, *([""] if apart else []), f"{client}.request({call})"])

    def _server(self) -> tuple[str, str]:
        """The URL of a server of its own, and what stands before the path on the server of the client."""
        url = self.request.server() or ""
        return (url, "") if urlsplit(url).scheme else ("", url)

    def _base(self) -> str:
        """What the address of the contract's server has more than that of an installation that is older."""
        url = address(self.request.document.at("servers", 0))
        return url[len(DEFAULT_BASE_URL) :] if url.startswith(f"{DEFAULT_BASE_URL}/") else ""

    def _changes(self) -> Iterator[str]:
        """What has to be changed of a call that was built, for the contract asks for more than the builder knows."""
        prefix = self._server()[1]
        if prefix:
            yield f"call.path = {written(prefix)} + call.path"
        for name, text in self.request.access.sent.get("query", {}).items():
            yield f"call.query[{written(name)}] = {written(text)}"
        shown = self.request.access.sent.get("header", {})
        for name, text in self.request.headers().items():
            if name in shown or name == "Cookie":
                yield f"call.headers[{written(name)}] = {written(text)}"

    def _body(self) -> dict[str, str]:
        """The argument with which httpx sends the body."""
        request = self.request
        if request.body is None:
            return {}
        media = base_of(request.body.media)
        if media == JSON:
            return {"json": written(request.content(request.body))}
        if media == "application/x-www-form-urlencoded":
            return {"data": written(request.form(request.body))}
        if media == "multipart/form-data":
            return {
                "files": written(
                    [part for one, value in request.fields(request.body) for part in self._parts(one, value)]
                )
            }
        content = request.content(request.body)
        if is_json(media):
            return {"content": written(json.dumps(content).encode())}
        return {"content": written((content if isinstance(content, str) else spelled(content)).encode())}

    def _parts(self, one: Parameter, value: Any) -> Iterator[tuple[str, Any]]:
        """A field of a multipart body, as httpx takes it: a name, and a file's name, content and type."""
        schema = self.request.schemas.view(one.schema)
        inner = self.request.schemas.view(schema.items) if schema.items else schema
        is_file = inner.fact("format") == "binary" or inner.fact("contentMediaType") or inner.types is None
        for each in sequence(value) or [value]:
            if is_file and not inner.variants:
                media = str(one.media or inner.fact("contentMediaType") or "application/octet-stream")
                yield one.name, (one.name, spelled(each).encode(), media.partition(",")[0].strip())
            else:
                text = spelled(each)
                yield one.name, (None, text, one.media) if one.media else (None, text)


@define
class _Python:
    """Placeholders as Python writes them, and what has to be imported for them."""

    schemas: Schemas
    models: set[str] = Factory(set[str])
    with_time: bool = False

    def of(self, parts: Conjunction, name: str, depth: int = 0, cls: str = "") -> str:
        """The placeholder of a schema; `cls` is how its class is called if it has no name."""
        known = self.schemas.name(parts)
        schema = self.schemas.view(parts)
        if schema.variants and not schema.properties:
            variant = schema.variants[0]
            # A variant without a name has one of the generator's making: as plain JSON it is sent all the same.
            return self.of(variant, name, depth, cls) if self.schemas.name(variant) else self._plain(parts, name)
        if schema.types == frozenset(["object"]) and "enum" not in schema.facts:
            if schema.variants or any(isinstance(one.get("title"), str) for one in parts):
                return self._plain(parts, name)
            cls = _class(known or cls or name)
            self.models.add(cls)
            wanted, fields = placeholder(self.schemas, parts, name), sorted(schema.required & schema.properties.keys())
            if depth >= DEEPEST or wanted.keys() != set(fields):  # the class has arguments for what has a name only
                return f"{cls}.from_dict({written(wanted) if depth < DEEPEST else '{}'})"
            given = (f"{_attribute(one)}={self.of_field(schema.properties[one], cls, one, depth)}" for one in fields)
            return f"{cls}({', '.join(given)})"
        if schema.types == frozenset(["array"]) and schema.items and depth < DEEPEST and not schema.fact("uniqueItems"):
            item = self.of(schema.items, name, depth + 1, f"{cls or name}_item")
            return f"[{', '.join([item] * max(1, int(schema.fact('minItems') or 1)))}]"
        if schema.fact("format") in ("date", "date-time") and "enum" not in schema.facts:
            self.with_time = True
            time = "datetime.datetime.now(datetime.timezone.utc)"
            return time if schema.fact("format") == "date-time" else "datetime.date.today()"
        return self._plain(parts, name)

    def of_field(self, parts: Conjunction, owner: str, name: str, depth: int) -> str:
        """The placeholder of a field."""
        return self.of(parts, name, depth + 1, f"{owner}_{name}")

    def _plain(self, parts: Conjunction, name: str) -> str:
        known = bool(parts) and self.schemas.view(parts) != self.schemas.view(())
        return written(placeholder(self.schemas, parts, name)) if known or name != "body" else "{}"


def _attribute(name: str) -> str:
    """How the generated models call a field."""
    found = identifier(name)
    return found[:-1] if found[:-1] in HARMLESS else f"{found}_" if found in TAKEN else found


def _class(name: str) -> str:
    """How the generator calls a class."""
    found = "".join(word if word.isupper() else word.capitalize() for word in _words(name))
    return f"{found}_" if found in RESERVED else found


def _words(name: str) -> Sequence[str]:
    text = "".join(one for one in name if one.isidentifier() or one.isdecimal() or one in ". _-")
    if any(one.isupper() for one in text):
        text = " ".join(re.split(r"([A-Z]?[a-z]+)", text))
    return re.findall(r"[^. _-]+", text)
