"""An operation as a request that fulfils the contract: what stands where on the wire, with placeholders for values.

Only what must be sent is. How a list or an object is written in a path, query or header is the parameter's *style*
(OpenAPI 3.1, 4.8.12.2); `explode` says whether each part of it has a name or separator of its own.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Optional
from urllib.parse import quote

from attrs import Factory, define, frozen

from .placeholders import placeholder, sample
from .references import METHODS, Document, Located, mapping, sequence
from .schema import Conjunction, Schemas
from .servers import address

JSON = "application/json"
KEY = "idempotency-key"
"""The header that the client sends itself."""
IGNORED = frozenset(["accept", "authorization", "content-type"])
"""Headers that are no parameters, whatever a contract says (OpenAPI 3.1, 4.8.12.1)."""
PLACES = ("path", "query", "header", "cookie")
STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}
OTHER = 2
"""The rank of a security scheme that is no bearer."""
ASCII = "".join(map(chr, range(32, 127)))
WILD = {"*/*": "application/octet-stream", "text/*": "text/plain", "image/*": "image/png", "application/*": JSON}


@frozen
class Parameter:
    """A parameter, or a field of a form."""

    name: str
    """As it is on the wire."""
    place: str
    """One of `PLACES`."""
    schema: Conjunction
    required: bool = True
    style: str = "form"
    explode: bool = True
    media: Optional[str] = None
    """The type of its text, where it is a document of its own."""


@define
class Access:
    """What shows who is calling."""

    bearer: bool = False
    """The client's key."""
    sent: dict[str, dict[str, str]] = Factory(dict[str, dict[str, str]])
    """Anything else, by place and name."""
    certificate: bool = False


@frozen
class Body:
    """A body that must be sent."""

    media: str
    schema: Conjunction
    node: Located
    """The media type object."""


class Request:
    """What to send for an operation.

    Args:
        document: The contract that has it.
        operation: The operation, below the item of its path.
    """

    def __init__(self, document: Document, operation: Located) -> None:
        self.document: Document = document
        self.schemas: Schemas = Schemas(document)
        self.node: Located = operation
        self.item: Located
        self.path: str
        self.method: str
        self.item, self.path, self.method = self._place()
        name = operation.get("operationId")
        self.name: Optional[str] = name if isinstance(name, str) else None
        self.parameters: list[Parameter] = list(self._parameters())
        self.access: Access = access(document, operation)
        self.media_types: list[str] = sorted(self._content())
        self.body: Optional[Body] = self._body()

    @property
    def required(self) -> list[Parameter]:
        """The parameters that must be sent, but for the one that the client sends itself."""
        return [one for one in self.parameters if one.required and one.name.lower() != KEY]

    @property
    def takes_key(self) -> bool:
        """Whether a repeated Idempotency-Key acts once."""
        return any(one.place == "header" and one.name.lower() == KEY for one in self.parameters)

    def value(self, one: Parameter) -> Any:
        """The placeholder of a parameter."""
        return placeholder(self.schemas, one.schema, one.name, some=True)

    def filled(self) -> str:
        """The path with its arguments, percent-encoded."""
        known = {one.name: one for one in self.parameters if one.place == "path"}

        def segment(hole: re.Match[str]) -> str:
            one = known.get(hole[1])
            return _in_path(one, self.value(one)) if one else quote(hole[1], safe="")

        pieces = re.split(r"(\{[^}]*\})", self.path)
        return "".join(
            re.sub(r"\{([^}]*)\}", segment, piece) if piece.startswith("{") else quote(piece, safe="/:@!$&'()*+,;=~%")
            for piece in pieces
        )

    def query(self) -> dict[str, Any]:
        """The query: text, a number, a truth value or a list of these by name."""
        found: dict[str, Any] = dict(self.access.sent.get("query", {}))
        for one in self.required:
            if one.place == "query":
                found.update(self.given(one))
        return found

    def given(self, one: Parameter) -> dict[str, Any]:
        """A parameter of the query or a header, with its placeholder, by name; a cookie is in a header."""
        if one.place == "query":
            return in_query(one, self.value(one))
        text = _in_header(one, self.value(one))
        return {"Cookie": _cookies({one.name: text})} if one.place == "cookie" else {one.name: quote(text, safe=ASCII)}

    def headers(self) -> dict[str, str]:
        """The headers that the client does not send itself."""
        found = {one.name: _in_header(one, self.value(one)) for one in self.required if one.place == "header"}
        found.update(self.access.sent.get("header", {}))
        cookies = {one.name: _in_header(one, self.value(one)) for one in self.required if one.place == "cookie"}
        cookies.update(self.access.sent.get("cookie", {}))
        if cookies:
            found["Cookie"] = _cookies(cookies)
        answers = self.answers()
        if answers and JSON not in map(base_of, answers):
            found["Accept"] = next(filter(is_json, answers), answers[0])
        # No other characters can be sent in a header.
        return {name: quote(text, safe=ASCII) for name, text in found.items()}

    def content(self, body: Body) -> Any:
        """The placeholder of a body; an empty object where anything will do, and no example is given."""
        schema = self.schemas.view(body.schema)
        if schema.types is None and not schema.variants:
            given = sample(body.node)
            return ({} if is_json(body.media) else "body") if given is None else given
        return placeholder(self.schemas, body.schema, "body", some=not is_json(body.media))

    def fields(self, body: Body) -> Iterator[tuple[Parameter, Any]]:
        """The fields of a body that is a form, with their placeholders."""
        known = self.schemas.view(body.schema).properties
        for name, value in mapping(self.content(body)).items():
            said = body.node.child("encoding").child(name)
            style = str(said.get("style") or "form")
            schema = known.get(name, ())
            media = said.get("contentType") or (None if said.get("style") or not isinstance(value, dict) else JSON)
            yield Parameter(name, "query", schema, True, style, _explodes(said, style), media), value

    def form(self, body: Body) -> dict[str, Any]:
        """The fields of a body that is a form, as a query has them."""
        found: dict[str, Any] = {}
        for one, value in self.fields(body):
            found.update(in_query(one, value))
        return found

    def successes(self) -> list[Located]:
        """What comes back when all went well."""
        said = list(self.node.child("responses").children())
        well = [node for status, node in said if status.startswith("2")]
        return well or [node for status, node in said if status == "default"]

    def answers(self) -> list[str]:
        """The media types of these."""
        found = (self.document.follow(node).child("content") for node in self.successes())
        return [media for content in found for media in mapping(content.value)]

    def redirects(self) -> bool:
        """Whether all that it answers, when all went well, is where to go."""
        statuses = [status[:1] for status in mapping(self.node.child("responses").value)]
        return "3" in statuses and "2" not in statuses and "d" not in statuses

    def server(self) -> Optional[str]:
        """The URL that this operation, or its path, is at; None where it is that of the whole contract."""
        for holder in (self.node, self.item):
            said = holder.child("servers").child(0)
            if said.value:
                url = address(said)
                return None if url == address(self.document.at("servers", 0)) else url
        return None

    def _place(self) -> tuple[Located, str, str]:
        for path, item in self.document.at("paths").children():
            found = self.document.follow(item)
            for method in METHODS:
                if self.node.pointer in (item.child(method).pointer, found.child(method).pointer):
                    return found, path, method
        raise LookupError(self.node.pointer)

    def _parameters(self) -> Iterator[Parameter]:
        """Path parameters in the order of the path, then those of the query, of the headers, and cookies."""
        found: dict[tuple[str, str], Parameter] = {}
        for holder in (self.item, self.node):
            for item in holder.child("parameters").elements():
                item = self.document.follow(item)
                place, name = str(item.get("in")), str(item.get("name"))
                if place in PLACES and (place != "header" or name.lower() not in IGNORED):
                    found[place, name] = _parameter(item, place, name)
        holes = re.findall(r"\{([^}]*)\}", self.path)

        def order(one: Parameter) -> tuple[int, int]:
            return PLACES.index(one.place), holes.index(one.name) if one.name in holes else 0

        return iter(sorted(found.values(), key=order))

    def _content(self) -> dict[str, Any]:
        return mapping(self.document.follow(self.node.child("requestBody")).get("content"))

    def _body(self) -> Optional[Body]:
        said = self.document.follow(self.node.child("requestBody"))
        if said.get("required") is not True or not self.media_types:
            return None
        known = ("application/x-www-form-urlencoded", "multipart/form-data")

        def order(media: str) -> tuple[bool, bool, bool]:
            return base_of(media) != JSON, not is_json(media), base_of(media) not in known

        media = min(self.media_types, key=order)
        node = said.child("content").child(media)
        schema = node.child("schema")
        return Body(WILD.get(media, media), (schema,) if schema.value not in (None, {}, True) else (), node)


def base_of(media: str) -> str:
    """Return a media type without its parameters."""
    return media.partition(";")[0].strip().lower()


def is_json(media: str) -> bool:
    """Return whether a media type is JSON under any name."""
    return base_of(media) == JSON or base_of(media).endswith("+json")


def json_in(content: Iterable[str]) -> Optional[str]:
    """Return the media type under which a body is JSON, by its plain name if it has that; None where it never is."""
    return min(filter(is_json, content), key=lambda media: (base_of(media) != JSON, media), default=None)


def access(document: Document, operation: Located) -> Access:
    """Return what an operation asks for: of several ways the client's key, else nothing, else the first."""
    said = document.top if operation.get("security") is None else operation
    ways = [_way(document, mapping(one)) for one in sequence(said.get("security"))]

    def order(one: Access) -> tuple[bool, bool, bool]:
        return one.certificate, bool(one.sent), not one.bearer

    return min(ways, key=order, default=Access())


def _way(document: Document, requirement: dict[str, Any]) -> Access:
    found = Access()
    for name in requirement:
        scheme = document.follow(document.at("components", "securitySchemes", name))
        kind, way = scheme.get("type"), str(scheme.get("scheme")).lower()
        if kind is None or name == _name_of_key(document):
            found.bearer = True
        elif kind == "apiKey":
            place, key = str(scheme.get("in")), str(scheme.get("name"))
            found.sent.setdefault(place, {})[key] = key
        elif kind == "mutualTLS":
            found.certificate = True
        else:
            shown = base64.b64encode(b"user:password").decode() if way == "basic" else name
            word = "Bearer" if kind != "http" or way == "bearer" else way.capitalize()
            found.sent.setdefault("header", {})["Authorization"] = f"{word} {quote(shown, safe='=')}"
    return found


def _name_of_key(document: Document) -> Optional[str]:
    """The scheme of the client's key: a bearer, that of the whole contract or the first one. Others have their own."""
    known = document.at("components", "securitySchemes")
    whole = [name for one in sequence(document.top.get("security")) for name in mapping(one)]
    ranks = {name: bearer_rank(document.follow(known.child(name))) for name in (*whole, *mapping(known.value))}
    name = min(ranks, key=lambda one: ranks[one], default=None)
    return name if name is not None and ranks[name] < OTHER else None


def bearer_rank(scheme: Located) -> int:
    """Return how likely the client's key is what a scheme wants: `OTHER`, if it is not `Authorization: Bearer`."""
    kind = scheme.get("type")
    if kind == "http" and str(scheme.get("scheme")).lower() == "bearer":
        return 0
    return 1 if kind in ("oauth2", "openIdConnect") else OTHER


def _parameter(item: Located, place: str, name: str) -> Parameter:
    style = str(item.get("style") or STYLES[place])
    media = next(iter(mapping(item.get("content"))), None)
    holder = item.child("content").child(media) if media else item
    schema = holder.child("schema")
    required = place == "path" or item.get("required") is True
    return Parameter(
        name, place, (schema,) if schema.value is not None else (), required, style, _explodes(item, style), media
    )


def _explodes(said: Located, style: str) -> bool:
    return bool(said.get("explode")) if said.get("explode") is not None else style == "form"


# How values are written


def spelled(value: Any) -> str:
    """Return a value as text: what is not text is written as in JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def in_query(one: Parameter, value: Any) -> dict[str, Any]:
    """Return what a parameter is in a query or form: one or more names, each with a value or several."""
    if one.media:
        return {one.name: json.dumps(value) if is_json(one.media) else spelled(value)}
    if isinstance(value, dict):
        said = mapping(value)
        if one.style == "deepObject":
            return dict(_deep(one.name, said))
        if one.style == "form" and one.explode:
            return {key: spelled(child) for key, child in said.items()}
        flat = [spelled(part) for pair in said.items() for part in pair]
        return {one.name: SEPARATORS.get(one.style, ",").join(flat)}
    if isinstance(value, list):
        texts = [one if isinstance(one, int) and not isinstance(one, bool) else spelled(one) for one in sequence(value)]
        return {one.name: texts if one.explode else SEPARATORS.get(one.style, ",").join(map(str, texts))}
    return {one.name: "" if value is None else value}


def _deep(name: str, value: Any) -> Iterator[tuple[str, str]]:
    for key, child in mapping(value).items():
        yield from _deep(f"{name}[{key}]", child) if isinstance(child, dict) else [(f"{name}[{key}]", spelled(child))]


def _cookies(values: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={quote(text, safe='')}" for name, text in values.items())


def _in_header(one: Parameter, value: Any) -> str:
    if isinstance(value, dict) and not one.media:
        pairs = [(key, spelled(child)) for key, child in mapping(value).items()]
        joint = "=" if one.explode and one.place == "header" else ","
        return ",".join(joint.join(pair) for pair in pairs)
    if isinstance(value, list) and not one.media:
        return ",".join(map(spelled, sequence(value)))
    return spelled(value)


def _in_path(one: Parameter, value: Any) -> str:
    prefix = {"label": ".", "matrix": ";"}.get(one.style, "")
    between = prefix if one.explode and prefix else ","
    head = f"{one.name}=" if one.style == "matrix" else ""
    if isinstance(value, dict) and not one.media:
        pairs = [(_encoded(key), _encoded(child)) for key, child in mapping(value).items()]
        texts = ["=".join(pair) if one.explode else ",".join(pair) for pair in pairs]
        return prefix + (between.join(texts) if one.explode else f"{head}{','.join(texts)}")
    texts = [_encoded(part) for part in sequence(value)] if isinstance(value, list) and not one.media else []
    if not texts:
        return f"{prefix}{head}{_encoded(value)}"
    return prefix + (between.join(f"{head}{text}" for text in texts) if one.explode else f"{head}{','.join(texts)}")


def _encoded(value: Any) -> str:
    return quote(spelled(value), safe="")
