"""One call of the SDK, held against `openapi.yaml`: what was sent and what came back.

It reads the contract by itself and validates with jsonschema-rs, so it shares no code with the client, with what is
generated, or with the sandbox. The client reads an *open* world, where the service may say more than it promised; this
check is *closed*: a field, a query parameter or a status that the contract does not name is a fault.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Optional
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import jsonschema_rs
import yaml

METHODS = ("get", "post", "put", "patch", "delete")
NUMBERS = {"integer": r"-?(0|[1-9][0-9]*)", "number": r"-?(0|[1-9][0-9]*)(\.[0-9]+)?"}


class Sent(NamedTuple):
    """A request as it goes over the wire; `url` has no more before its path than scheme and host."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: Optional[bytes]


class Received(NamedTuple):
    """The answer to it."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Operation(NamedTuple):
    """An operation of the contract, and where in the document it stands."""

    id: str
    method: str
    path: re.Pattern[str]
    place: str


class Contract:
    """The operations of an OpenAPI document, as the judge of calls.

    Args:
        document: the parsed document; it is closed in place.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        _close(document)
        self._document = document
        self._registry = jsonschema_rs.Registry([("urn:openapi", document)])
        self._validators: dict[str, Any] = {}
        self.operations = [
            Operation(item[method]["operationId"], method.upper(), _pattern(path), f"#/paths/{_escaped(path)}/{method}")
            # A literal segment wins over a parameter: it sorts before the brace.
            for path, item in sorted(document["paths"].items())
            for method in METHODS
            if method in item
        ]
        self._known_headers = {
            parameter["name"].lower()
            for operation in self.operations
            for _, parameter in self._parameters(operation)
            if parameter["in"] == "header"
        }

    def operation(self, sent: Sent) -> Optional[Operation]:
        """The operation that a request calls, None if the contract has no such path or method."""
        path = urlsplit(sent.url).path
        found = (each for each in self.operations if each.method == sent.method and each.path.fullmatch(path))
        return next(found, None)

    def faults_of_request(self, sent: Sent) -> list[str]:
        """What in a request is not as the contract says."""
        operation = self.operation(sent)
        if operation is None:
            return [f"the contract has no {sent.method} {urlsplit(sent.url).path}"]
        return [
            *self._faults_of_parameters(operation, sent),
            *self._faults_of_key(operation, sent),
            *self._faults_of_body(operation, sent),
        ]

    def faults_of_answer(self, operation: Operation, received: Received) -> list[str]:
        """What in an answer is not as the contract says."""
        try:
            place, answer = self._resolved(f"{operation.place}/responses/{received.status}")
        except KeyError:
            return [f"status {received.status} is not documented"]
        faults = []
        headers = _in_lower_case(received.headers)
        for name in answer.get("headers", {}):
            where, header = self._resolved(f"{place}/headers/{_escaped(name)}")
            text, required = headers.get(name.lower()), header.get("required", False)
            faults += self._faults_of_text(f"header {name}", f"{where}/schema", text, required=required)
        return faults + self._faults_of_content(place, answer, headers, received.content)

    def _faults_of_parameters(self, operation: Operation, sent: Sent) -> Iterator[str]:
        parts = urlsplit(sent.url)
        query = parse_qsl(parts.query, keep_blank_values=True)
        if len(query) > len(dict(query)):
            yield "a query parameter is given twice"
        matched = operation.path.fullmatch(parts.path)
        headers = _in_lower_case(sent.headers)
        texts = {
            "path": {name: unquote(text) for name, text in (matched.groupdict() if matched else {}).items()},
            "query": dict(query),
            # Any header may be sent, but not one that other operations take and this one does not.
            "header": {name: headers[name] for name in self._known_headers & set(headers)},
        }
        for place, parameter in self._parameters(operation):
            kind, name = parameter["in"], parameter["name"]
            text = texts[kind].pop(name.lower() if kind == "header" else name, None)
            what, required = f"{kind} parameter {name}", parameter.get("required", False)
            yield from self._faults_of_text(what, f"{place}/schema", text, required=required)
        yield from (f"{kind} parameter {name} is not documented" for kind, left in texts.items() for name in left)

    def _faults_of_key(self, operation: Operation, sent: Sent) -> Iterator[str]:
        key = _in_lower_case(sent.headers).get("authorization")
        needed = self._item(operation).get("security", self._document.get("security"))
        if needed and not re.fullmatch(r"Bearer \S+", key or ""):
            yield "there is no API key"
        if not needed and key is not None:
            yield "there is an API key where none is asked for"

    def _faults_of_body(self, operation: Operation, sent: Sent) -> list[str]:
        if "requestBody" not in self._item(operation):
            return ["there is a body where none is documented"] if sent.content else []
        place, body = self._resolved(f"{operation.place}/requestBody")
        if not sent.content:
            return ["there is no body"] if body.get("required") else []
        return self._faults_of_content(place, body, _in_lower_case(sent.headers), sent.content)

    def _faults_of_content(
        self, place: str, described: dict[str, Any], headers: Mapping[str, str], content: bytes
    ) -> list[str]:
        """What is wrong with a body, given the request body or response of the document at `place`."""
        if "content" not in described:
            return ["there is a body where none is documented"] if content else []
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in described["content"]:
            return [f"content type {media_type or 'none'} is not documented"]
        try:
            value = json.loads(content, parse_constant=_refuse, object_pairs_hook=_unique)
        except (ValueError, RecursionError) as error:
            return [f"the body is no JSON: {error}"]
        return self._faults_of_value("body", f"{place}/content/{_escaped(media_type)}/schema", value)

    def _faults_of_text(self, what: str, schema: str, text: Optional[str], *, required: bool) -> list[str]:
        """What is wrong with a parameter or header, which is text on the wire whatever its type."""
        if text is None:
            return [f"{what} is missing"] if required else []
        kind = self._resolved(schema)[1].get("type", "string")
        value: Any = text
        if kind in NUMBERS and re.fullmatch(NUMBERS[kind], text):
            value = json.loads(text)
        elif kind == "boolean":
            value = {"true": True, "false": False}.get(text, text)
        return self._faults_of_value(what, schema, value)

    def _faults_of_value(self, what: str, schema: str, value: Any) -> list[str]:
        if schema not in self._validators:
            self._validators[schema] = jsonschema_rs.Draft202012Validator(
                {"$ref": f"urn:openapi{quote(schema, safe='#/~')}"}, registry=self._registry, validate_formats=True
            )
        faults = self._validators[schema].iter_errors(value)
        return [f"{'.'.join([what, *map(str, fault.instance_path)])}: {_short(fault.message)}" for fault in faults]

    def _parameters(self, operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
        """Where each parameter of an operation is described, and how: those of its path, then its own."""
        for place in (operation.place.rpartition("/")[0], operation.place):
            for number in range(len(self._resolved(place)[1].get("parameters", []))):
                yield self._resolved(f"{place}/parameters/{number}")

    def _item(self, operation: Operation) -> dict[str, Any]:
        return self._resolved(operation.place)[1]

    def _resolved(self, place: str) -> tuple[str, dict[str, Any]]:
        """Follow references from `place`; return where they end, and what is there."""
        found: Any = self._document
        for step in place[2:].split("/"):
            step = step.replace("~1", "/").replace("~0", "~")
            found = found[int(step) if isinstance(found, list) else step]
        return self._resolved(found["$ref"]) if "$ref" in found else (place, found)


@lru_cache(maxsize=1)
def contract() -> Contract:
    """The contract of this checkout."""
    text = (Path(__file__).resolve().parent.parent / "openapi.yaml").read_text(encoding="utf-8")
    document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    # By way of JSON, because YAML reads unquoted dates and statuses as something else than text.
    return Contract(json.loads(json.dumps(document, default=str)))


def _close(schema: Any) -> None:
    """Forbid what a schema does not name, everywhere below it; objects of varying fields stay free."""
    if isinstance(schema, dict):
        named = isinstance(schema.get("properties"), dict) and schema.get("type") == "object"
        if named and schema.get("x-open-fields") is not True:
            schema["additionalProperties"] = False
        for each in schema.values():
            _close(each)
    elif isinstance(schema, list):
        for each in schema:
            _close(each)


def _pattern(path: str) -> re.Pattern[str]:
    """A template of the contract as a pattern with a group for each parameter."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))


def _in_lower_case(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _escaped(path: str) -> str:
    return path.replace("~", "~0").replace("/", "~1")


def _short(message: str) -> str:
    """A message that quotes a whole body, without its middle."""
    return message if len(message) <= 400 else f"{message[:200]} ... {message[-200:]}"


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found
