"""How to call an operation for which the package has no method yet, as Python text that runs.

Two ways lead there, both with the client's key, retries, deadline and errors. *Generated* is the function that a client
made from the contract has for each operation: typed. *By hand* works with every client, however old: what goes over the
wire is written out, and the answer is plain JSON. Arguments are placeholders of the right type; optional ones are left
out.
"""

from __future__ import annotations

import builtins
import json
import keyword
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from attrs import Factory, define, frozen

from .references import Document, Located, mapping, sequence
from .schema import Conjunction, Schemas
from .source import GENERATED

NOW = "now, with this installation"
ONCE_KNOWN = "with a client made from the new contract: a version of firsthandapi that knows the operation, or `make \
regenerate SPEC=...` in its repository"
BY_HAND = "today, with any client; the answer is plain JSON"
NOT_YET = "not yet: neither `make regenerate` nor the client takes a body that is not JSON"
REFUSED = "`make regenerate` refuses it"

RESERVED = frozenset([*dir(builtins), *keyword.kwlist, "self", "true", "false", "datetime"]) - {"id"}
"""Words that the generator does not take for a name."""
HARMLESS = frozenset(["type", "object", "format", "input", "filter", "hash", "max", "min", "range", "sum", "open"])
"""Those that it takes for a field all the same ..."""
TAKEN = frozenset(["get", "items", "keys", "values", "to_dict", "from_dict"])
"""... and what a model has itself."""
JSON = "application/json"
KEY = "idempotency-key"
"""The header that the client sends itself."""
DEEPEST = 5
"""How deep a placeholder goes into objects within objects: a schema may contain itself."""


@frozen
class Snippet:
    """Python text that runs where there is a `client`."""

    when: str
    """With which client it works."""
    text: str


@frozen
class Argument:
    """A required parameter."""

    name: str
    """As it is on the wire."""
    place: str
    """`path`, `query` or `header`."""
    schema: Conjunction


def snippets(document: Document, operation: Located, *, is_known: bool = False) -> tuple[Snippet, ...]:
    """Return how to call an operation: as generated, and by hand where that does not work yet.

    Args:
        document: The contract that has it.
        operation: The operation, at its place below `paths`.
        is_known: Whether the generated package that is installed has it.

    Returns:
        One for each way; only by hand, with the reason, where the generator refuses the contract. An operation that
        needs a body which is not JSON has no call: the text is a comment with the types that it takes.
    """
    called = _Called(document, operation)
    if is_known:
        return (Snippet(NOW, called.generated()),)
    if called.needs_other_body:
        return (Snippet(NOT_YET, f"# {called.method.upper()} {called.path} takes {', '.join(called.other_bodies)}"),)
    if not called.is_named:
        return (
            Snippet(f"{BY_HAND}; it has no operationId, so {REFUSED}, and the one here is made up", called.by_hand()),
        )
    if called.other_bodies:
        return (Snippet(f"{BY_HAND}; its body may be other than JSON, so {REFUSED}", called.by_hand()),)
    return Snippet(ONCE_KNOWN, called.generated()), Snippet(BY_HAND, called.by_hand())


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


class _Called:
    def __init__(self, document: Document, operation: Located) -> None:
        self.document = document
        self.schemas = Schemas(document)
        self.node = operation
        _, _, path, self.method = (part.replace("~1", "/").replace("~0", "~") for part in operation.pointer.split("/"))
        self.path = path
        name = operation.get("operationId")
        self.is_named = isinstance(name, str)
        self.id = identifier(name if isinstance(name, str) else re.sub(r"\W+", "_", f"{self.method}{path}").strip("_"))
        body = document.follow(operation.child("requestBody"))
        content = mapping(body.get("content"))
        self.other_bodies = sorted(content.keys() - {JSON})
        self.needs_other_body = bool(content) and JSON not in content and body.get("required") is True
        self.body = self._body()
        self.arguments = list(self._arguments(path))

    def generated(self) -> str:
        """The call of the generated function."""
        made = _Python(self.schemas)
        given = [made.of(one.schema, one.name) for one in self.arguments if one.place == "path"]
        if self.body:
            given.append(f"body={made.of(self.body, 'body', cls=f'{self.id}_body')}")
        for one in self.arguments:
            if one.place != "path":
                given.append(f"{identifier(one.name)}={made.of(one.schema, one.name)}")
        lines = [f"from {GENERATED}.api.{identifier(tag_of(self.node.value), 'tag')} import {self.id}"]
        if made.models:
            lines.append(f"from {GENERATED}.models import {', '.join(sorted(made.models))}")
        if made.with_time:
            lines.insert(0, "import datetime\n")
        return "\n".join([*lines, "", f"client.request({self.id}.build({', '.join(given)}))"])

    def by_hand(self) -> str:
        """The same request, written out."""
        values = [(one, _sent(self.schemas, one.schema, one.name)) for one in self.arguments]
        path = self.path
        for one, value in values:
            path = path.replace(f"{{{one.name}}}", quote(str(value), safe="")) if one.place == "path" else path
        security = mapping(self.node.value).get("security", mapping(self.document.top.value).get("security"))
        said = {
            "operation_id": _written(self.id),
            "method": _written(self.method.upper()),
            "path": _written(path),
            "query": _written({one.name: value for one, value in values if one.place == "query"}),
            "headers": _written({one.name: str(value) for one, value in values if one.place == "header"}),
            "body": _written(_sent(self.schemas, self.body, "body")) if self.body else "UNSET",
            "authenticated": _written(bool(sequence(security))),
            "takes_idempotency_key": _written(KEY in self._headers()),
            "parse": "lambda answer: answer",
        }
        lines = [f"from {GENERATED}.client import Call"]
        lines += [] if self.body else [f"from {GENERATED}.types import UNSET"]
        lines += [
            "",
            "call = Call(",
            *(f"    {name}={value}," for name, value in said.items()),
            ")",
            "client.request(call)",
        ]
        return "\n".join(lines)

    def _body(self) -> Conjunction:
        body = self.document.follow(self.node.child("requestBody"))
        media = body.child("content").child(JSON)
        return (media.child("schema"),) if mapping(body.value).get("required") is True and media.get("schema") else ()

    def _listed(self) -> Iterator[Located]:
        found: dict[tuple[str, str], Located] = {}
        for holder in (self.document.follow(self.document.at("paths", self.path)), self.node):
            for item in holder.child("parameters").elements():
                item = self.document.follow(item)
                found[str(item.get("in")), str(item.get("name"))] = item
        yield from found.values()

    def _headers(self) -> set[str]:
        return {str(one.get("name")).lower() for one in self._listed() if one.get("in") == "header"}

    def _arguments(self, path: str) -> Iterator[Argument]:
        """Path parameters in the order of the path, then those of the query, then headers, as `build` takes them."""
        places, holes = ("path", "query", "header"), re.findall(r"\{([^}]*)\}", path)
        listed = [one for one in self._listed() if one.get("in") in places and str(one.get("name")).lower() != KEY]

        def order(one: Located) -> tuple[int, int]:
            name = str(one.get("name"))
            return places.index(str(one.get("in"))), holes.index(name) if name in holes else 0

        for one in sorted(listed, key=order):
            if one.get("in") == "path" or one.get("required") is True:
                yield Argument(str(one.get("name")), str(one.get("in")), (one.child("schema"),))


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
            return self.of(schema.variants[0], name, depth, cls)
        if schema.types is not None and "object" in schema.types and not {"enum"} & schema.facts.keys():
            cls = _class(known or cls or name)
            self.models.add(cls)
            fields = sorted(schema.required & schema.properties.keys()) if depth < DEEPEST else []
            given = (f"{_attribute(one)}={self.of_field(schema.properties[one], cls, one, depth)}" for one in fields)
            return f"{cls}({', '.join(given)})"
        if schema.types == frozenset(["array"]):
            if not schema.items or depth >= DEEPEST:
                return "[]"
            return f"[{self.of(schema.items, name, depth + 1, f'{cls or name}_item')}]"
        if schema.fact("format") in ("date", "date-time") and "enum" not in schema.facts:
            self.with_time = True
            time = "datetime.datetime.now(datetime.timezone.utc)"
            return time if schema.fact("format") == "date-time" else "datetime.date.today()"
        return _written(_sent(self.schemas, parts, name))

    def of_field(self, parts: Conjunction, owner: str, name: str, depth: int) -> str:
        """The placeholder of a field."""
        return self.of(parts, name, depth + 1, f"{owner}_{name}")


def _sent(schemas: Schemas, parts: Conjunction, name: str, depth: int = 0) -> Any:
    """A placeholder as JSON."""
    schema = schemas.view(parts)
    if "enum" in schema.facts and schema.fact("enum"):
        return schema.fact("enum")[0]
    if schema.variants and not schema.properties:
        return _sent(schemas, schema.variants[0], name, depth)
    types = schema.types or frozenset(["string"])
    if "object" in types:
        fields = sorted(schema.required & schema.properties.keys()) if depth < DEEPEST else []
        return {one: _sent(schemas, schema.properties[one], one, depth + 1) for one in fields}
    if "array" in types:
        return [_sent(schemas, schema.items, name, depth + 1)] if schema.items and depth < DEEPEST else []
    if "string" in types:
        forms = {"date-time": "2030-01-01T00:00:00Z", "date": "2030-01-01", "uri": "https://example.com"}
        return forms.get(str(schema.fact("format")), name)
    if "boolean" in types:
        return True
    least, most = schema.fact("minimum"), schema.fact("maximum")
    number = least if least is not None and least > 1 else most if most is not None and most < 1 else 1
    return number if "number" not in types else float(number)


def _written(value: Any) -> str:
    """A JSON value as Python writes it, with double quotes."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_written(key)}: {_written(one)}' for key, one in mapping(value).items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, sequence(value)))}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


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
