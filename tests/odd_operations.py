"""Operations of odd shapes, and a server that holds what arrives against what their contract says.

The server shares no code with the package: it undoes each style of OpenAPI by itself and validates with jsonschema-rs.
"""

from __future__ import annotations

import contextlib
import http.server
import json
import re
import threading
from collections.abc import Iterator
from email import message_from_bytes
from typing import Any, Optional
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import jsonschema_rs

JSON = dict[str, Any]
KEY = "fh_test_key"
STRING, INTEGER, NUMBER, BOOLEAN = ({"type": kind} for kind in ("string", "integer", "number", "boolean"))
STRINGS: JSON = {"type": "array", "items": STRING}
PAIR: JSON = {"type": "object", "required": ["a", "b"], "properties": {"a": STRING, "b": INTEGER}}
SHAPES: JSON = {"list": {**STRINGS, "minItems": 2}, "object": PAIR}
LOOSE: JSON = {"type": "object", "properties": {"state": {"type": "string", "enum": ["on", "off"]}}}
CAT: JSON = {"type": "object", "required": ["cat"], "properties": {"cat": {"const": "tom"}}}
DOG: JSON = {"type": "object", "required": ["dog"], "properties": {"dog": BOOLEAN}}
SCHEMES: JSON = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "api_key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "basic": {"type": "http", "scheme": "basic"},
    "oauth": {"type": "oauth2", "flows": {}},
    "other": {"type": "http", "scheme": "bearer"},
}


def taking(place: str, schema: Any, name: str = "x", **said: Any) -> JSON:
    """An operation with one parameter."""
    return {"parameters": [{"name": name, "in": place, "required": True, "schema": schema, **said}]}


def sending(media: str, schema: Any = None, **said: Any) -> JSON:
    """An operation with a body."""
    content = {**({} if schema is None else {"schema": schema}), **said}
    return {"requestBody": {"required": True, "content": {media: content}}}


def answering(*media: str, status: str = "200") -> JSON:
    """An operation with an answer."""
    return {"responses": {status: {"description": "Done.", "content": {one: {} for one in media}}}}


OPERATIONS: dict[str, JSON] = {
    # Parameters
    **{
        f"query {name}": taking("query", schema)
        for name, schema in {
            "text": STRING, "whole": INTEGER, "number": {"type": "number", "minimum": 2.5}, "truth": BOOLEAN,
            "enum": {"enum": ["a&b", "c"]}, "const": {"const": 7}, "nullable": {"type": ["integer", "null"]},
            "date": {"type": "string", "format": "date"}, "time": {"type": "string", "format": "date-time"},
            "uuid": {"type": "string", "format": "uuid"}, "email": {"type": "string", "format": "email"},
            "union": {"oneOf": [INTEGER, STRING]}, "default": {"type": "integer", "default": -5, "maximum": 0},
            "long": {"type": "string", "minLength": 30}, "short": {"type": "string", "maxLength": 0, "default": ""},
            "pattern": {"type": "string", "pattern": "^ab?c+$", "example": "abc"},
            "step": {"type": "integer", "multipleOf": 7, "exclusiveMinimum": 14},
            "between": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5},
            "unicode": {"enum": ["grün 🎈 \"'\\\n\u2028"]}, "list": STRINGS,
            "truths": {"type": "array", "items": BOOLEAN},
            "two": {"type": "array", "items": STRING, "minItems": 2}, "object": PAIR, "loose": LOOSE,
            "different": {"type": "array", "items": {"enum": [3, 4, 5]}, "minItems": 2, "uniqueItems": True},
        }.items()
    },
    **{
        f"query {style} {explode} {kind}": taking("query", schema, style=style, explode=explode)
        for kind, schema in SHAPES.items()
        for style in ("form", "spaceDelimited", "pipeDelimited")
        for explode in ((False, True) if style == "form" else (False,))
    },
    "deep": taking("query", PAIR, style="deepObject", explode=True),
    "deepLoose": taking("query", LOOSE, name="filter", style="deepObject"),
    "query content": {"parameters": [
        {"name": "x", "in": "query", "required": True, "content": {"application/json": {"schema": PAIR}}}]},
    "query odd name": taking("query", STRING, name="a[b]&c=ü"),
    "query keyword": taking("query", STRING, name="class"),
    "query body": {**taking("query", STRING, name="body"), **sending("application/json", PAIR)},
    **{f"query {name}": taking("query", STRING, name=name) for name in ("headers", "parse", "present", "segment")},
    "query client": taking("query", STRING, name="client"),
    "alike": {"parameters": [
        {"name": "same", "in": place, "required": True, "schema": STRING} for place in ("query", "header")]},
    "almost alike": {"parameters": [
        {"name": name, "in": "query", "required": True, "schema": STRING} for name in ("one-two", "one_two")]},
    "left out": {"parameters": [{"name": "x", "in": "query", "schema": STRING, "deprecated": True}]},
    **{
        f"path {style} {explode} {kind}": taking("path", schema, style=style, explode=explode)
        for kind, schema in {**SHAPES, "truth": BOOLEAN, "text": STRING}.items()
        for style in ("simple", "label", "matrix")
        for explode in (False, True)
    },
    "path time": taking("path", {"type": "string", "format": "date-time"}),
    "path slash": taking("path", {"enum": ["a/b?c#d%e"]}),
    "path odd name": taking("path", STRING, name="file.no"),
    **{
        f"header {name}": taking("header", schema, name="X-Odd", explode=explode)
        for name, schema, explode in (
            ("text", STRING, False), ("whole", INTEGER, False), ("truth", BOOLEAN, False), ("list", STRINGS, False),
            ("object", PAIR, False), ("exploded", PAIR, True), ("date", {"type": "string", "format": "date"}, False),
        )
    },
    "header described": taking("header", STRING, name="Accept"),
    "cookie": taking("cookie", STRING, name="sid"),
    "cookie whole": taking("cookie", INTEGER, name="n"),
    # Bodies
    "body any": sending("application/json"),
    "body empty schema": sending("application/json", {}),
    "body true": sending("application/json", True),
    "body object": sending("application/json", PAIR),
    "body list": sending("application/json", {"type": "array", "items": PAIR, "minItems": 2}),
    "body text": sending("application/json", STRING),
    "body union": sending("application/json", {"oneOf": [CAT, DOG]}),
    "body base and union": sending("application/json", {**PAIR, "oneOf": [CAT, DOG]}),
    "body null": sending("application/json", {
        "type": "object", "required": ["n"], "properties": {"n": {"type": "null"}}}),
    "body read only": sending("application/json", {
        "type": "object", "required": ["id"], "properties": {"id": {"type": "string", "readOnly": True}}}),
    "body titled": sending("application/json", {**PAIR, "title": "A titled thing"}),
    "body nested": sending("application/json", {
        "type": "object", "required": ["in", "map"], "properties": {
            "in": {"type": "object", "required": ["class"], "properties": {"class": PAIR}},
            "map": {"type": "object", "additionalProperties": INTEGER, "minProperties": 1}}}),
    "body unnamed field": sending("application/json", {
        "type": "object", "required": ["z"], "additionalProperties": INTEGER}),
    "body charset": sending("application/json; charset=utf-8", PAIR),
    "body merge": sending("application/merge-patch+json", PAIR),
    "form": sending("application/x-www-form-urlencoded", {
        "type": "object", "required": ["a", "b", "c"], "properties": {"a": STRING, "b": STRINGS, "c": BOOLEAN}}),
    "form loose": sending("application/x-www-form-urlencoded", LOOSE),
    "multipart": sending("multipart/form-data", {
        "type": "object", "required": ["file", "meta", "note"], "properties": {
            "file": {"type": "string", "format": "binary"}, "meta": PAIR, "note": STRING}}),
    "multipart files": sending(
        "multipart/form-data",
        {"type": "object", "required": ["files"], "properties": {
            "files": {"type": "array", "minItems": 2, "items": {"type": "string", "contentMediaType": "image/png"}}}},
        encoding={"files": {"contentType": "image/png, image/jpeg"}}),
    "bytes": sending("application/octet-stream", {"type": "string", "format": "binary"}),
    "bytes no schema": sending("application/octet-stream"),
    "picture": sending("image/*", {}),
    "plain text": sending("text/plain", STRING),
    "table": sending("text/csv", STRING, example="a,b\n1,2\n"),
    "either": {"requestBody": {"required": True, "content": {
        "text/csv": {}, "application/json": {"schema": PAIR}, "multipart/form-data": {"schema": LOOSE}}}},
    "optional body": {"requestBody": {"content": {"text/csv": {}}}},
    # Answers
    "answers csv": answering("text/csv"),
    "answers bytes": answering("application/octet-stream"),
    "answers csv or json": answering("text/csv", "application/json"),
    "answers hal": answering("application/hal+json"),
    "answers by default": answering("image/png", status="default"),
    "answers a class": answering("text/plain", status="2XX"),
    "answers elsewhere": {"responses": {"302": {"description": "There.", "headers": {"Location": {"schema": STRING}}}}},
    # Security and servers
    "open": {"security": []},
    "open too": {"security": [{}]},
    "open or key": {"security": [{}, {"header": []}]},
    **{f"by {name}": {"security": [{name: []}]} for name in SCHEMES},
    "by any": {"security": [{"header": []}, {"bearerAuth": []}]},
    "by both": {"security": [{"header": [], "bearerAuth": []}]},
    "by cookie and cookie": {**taking("cookie", STRING, name="sid"), "security": [{"cookie": []}]},
    "by header with a file": {**sending("image/png", {}), "security": [{"header": []}]},
    "elsewhere": {"servers": [{"url": "HOST/elsewhere"}]},
    "elsewhere by variable": {
        "servers": [{"url": "HOST/{stage}/", "variables": {"stage": {"default": "beta"}}}], **taking("query", STRING)},
    "beside": {"servers": [{"url": "/v2"}]},
    "elsewhere as csv": {"servers": [{"url": "HOST/elsewhere"}], **answering("text/csv")},
    "beside as csv": {"servers": [{"url": "/v2"}], **answering("text/csv")},
    # Names
    "": {},
    "list": {}, "2nd": {}, "importAll": {}, "get-it.now": {}, "größe": {}, "列出": {}, "_private": {}, "None": {},
    "deprecated": {"deprecated": True},
    "with a key": taking("header", STRING, name="Idempotency-Key"),
    "with a key and a file": {**taking("header", STRING, name="Idempotency-Key"), **sending("image/png", {})},
    "odd tag": {"tags": ["2 Ähm/`x`"]},
}  # fmt: skip
"""By operationId; none for one that has none."""
METHODS = {"get", "put", "delete", "patch", "head", "options"}


def contract(old: JSON, host: str) -> JSON:
    """A contract with all of them, on a server."""
    new = json.loads(json.dumps(old))
    new["components"]["securitySchemes"].update(SCHEMES)
    for number, (name, said) in enumerate(OPERATIONS.items()):
        said = json.loads(json.dumps(said).replace("HOST", host))
        holes = "".join(f"/{{{one['name']}}}" for one in said.get("parameters", ()) if one["in"] == "path")
        named = {"operationId": name} if name else {}
        alike = {"responses": {"204": {"description": "Done."}}, "security": [{"bearerAuth": []}]}
        new["paths"][f"/odd/{number}{holes}"] = {"post": {**named, **alike, **said}}
    return new


class Judge(http.server.BaseHTTPRequestHandler):
    """Answers as the operation does that was called, and notes what is wrong with the call."""

    document: JSON
    faults: dict[str, list[str]]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"] or 0))
        path, _, query = self.path.partition("?")
        if path == "/there":
            return self.answer({"responses": {"204": {}}})
        for template, item in self.document["paths"].items():
            operation = item.get("post", {})
            server = (operation.get("servers") or [{"url": ""}])[0]["url"].replace("{stage}", "beta").rstrip("/")
            pattern = re.sub(r"\\{[^}]*\\}", "([^/]+)", re.escape(urlsplit(server).path + template))
            matched = re.fullmatch(pattern, path)
            if template.startswith("/odd/") and matched:
                holes = dict(zip(re.findall(r"\{([^}]*)\}", template), matched.groups()))
                found = list(self.wrong(operation, holes, query, content))
                self.faults.setdefault(operation.get("operationId", ""), []).extend(found)
                return self.answer(operation)
        self.faults.setdefault(self.path, []).append("there is no such path")
        return self.send_error(404)

    do_GET = do_POST

    def answer(self, operation: JSON) -> None:
        ((status, said),) = operation["responses"].items()
        if status == "302":
            self.send_response(302)
            self.send_header("Location", "/there")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        media = next(iter(said.get("content", ())), "")
        media = "application/json" if "application/json" in said.get("content", ()) else media
        body = b'{"id": 1}' if "json" in media else b"\x89a,b" if media else b""
        self.send_response(200 if media else 204)
        if media:
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None

    def wrong(self, operation: JSON, holes: dict[str, str], query: str, content: bytes) -> Iterator[str]:
        pairs = parse_qsl(query, keep_blank_values=True)
        cookies = (
            dict(one.strip().split("=", 1) for one in self.headers["Cookie"].split(";"))
            if self.headers["Cookie"]
            else {}
        )
        yield from self.wrong_key(operation, pairs, cookies)
        for one in operation.get("parameters", ()):
            name, place = one["name"], one["in"]
            if name in ("Accept", "Idempotency-Key"):  # the one is no parameter, the other a key of the client's making
                if not self.headers[name] or self.headers[name] == name:
                    yield f"{name}: {self.headers[name]}"
                continue
            schema = one["schema"] if "schema" in one else one["content"]["application/json"]["schema"]
            style, explode = one.get("style", "simple" if place in ("path", "header") else "form"), one.get("explode")
            explode = style == "form" if explode is None else explode
            if place == "query":
                value = from_query(pairs, name, schema, style, explode, "content" in one)
            elif place == "path":
                value = from_path(holes[name], name, schema, style, explode)
            else:
                text = self.headers[name] if place == "header" else unquote(cookies.pop(name, "")) or None
                value = None if text is None else from_simple(text, schema, explode)
            if value is None and one.get("required"):
                yield f"{place} {name} is missing"
            elif value is not None:
                yield from (f"{place} {name}: {fault}" for fault in invalid(schema, value))
        yield from (f"{pair} is not documented" for pair in pairs)
        yield from (f"cookie {name} is not documented" for name in cookies)
        yield from self.wrong_body(operation.get("requestBody"), content)
        wanted = [media for said in operation["responses"].values() for media in said.get("content", ())]
        accepted = self.headers["Accept"] or ""
        if wanted and not any(media in accepted for media in wanted):
            yield f"{accepted} is accepted, which does not come"

    def wrong_key(self, operation: JSON, pairs: list[tuple[str, str]], cookies: dict[str, str]) -> Iterator[str]:
        shown = self.headers["Authorization"]
        known = {
            "bearerAuth": shown == f"Bearer {KEY}",
            "header": bool(self.headers["X-Api-Key"]),
            "query": any(pairs.remove(pair) is None for pair in list(pairs) if pair[0] == "api_key"),
            "cookie": cookies.pop("session", None) is not None,
            "basic": bool(re.fullmatch(r"Basic \S+", shown or "")),
            "oauth": bool(re.fullmatch(r"Bearer (?!fh_)\S+", shown or "")),
            "other": bool(re.fullmatch(r"Bearer (?!fh_)\S+", shown or "")),
        }
        ways = operation["security"] or [{}]
        if not any(all(known[name] for name in way) for way in ways):
            yield f"not authenticated: {shown}"
        if shown and not any(set(way) & {"bearerAuth", "basic", "oauth", "other"} for way in ways):
            yield f"the key is told to whom it does not concern: {shown}"

    def wrong_body(self, said: Optional[JSON], content: bytes) -> Iterator[str]:
        if not said or (not content and not said.get("required")):
            if content:
                yield "there is a body"
            return
        media = (self.headers["Content-Type"] or "").partition(";")[0]
        known = {one.partition(";")[0].replace("*", "png"): one for one in said["content"]}
        if media not in known or not content:
            yield f"the body is {media}: {content!r}"
            return
        described = said["content"][known[media]]
        schema = described.get("schema", True)
        if media.endswith("json"):
            yield from invalid(schema, json.loads(content))
        elif media == "application/x-www-form-urlencoded":
            pairs = parse_qsl(content.decode(), keep_blank_values=True)
            yield from invalid(schema, from_query(pairs, "", schema, "form", True, False))
        elif media == "multipart/form-data":
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            found: JSON = {}
            for part in message_from_bytes(head + content).get_payload():
                name = part.get_param("name", header="Content-Disposition")
                field = schema["properties"][name]
                is_file = "binary" in json.dumps(field) or "contentMediaType" in json.dumps(field)
                if is_file is not bool(part.get_filename()):
                    yield f"{name} is a file, or is not"
                if is_file and part.get_content_type() not in ("application/octet-stream", "image/png"):
                    yield f"{name} is {part.get_content_type()}"
                text = part.get_payload(decode=True).decode()
                if field.get("type") == "array":
                    found.setdefault(name, []).append(text)
                else:
                    found[name] = json.loads(text) if part.get_content_type() == "application/json" else text
            yield from invalid(schema, found)
        elif isinstance(schema, dict) and "text" in media:
            yield from invalid(schema, content.decode())

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def invalid(schema: Any, value: Any) -> list[str]:
    if isinstance(schema, dict) and "readOnly" in json.dumps(schema):
        return ["what is only read is sent"] if value else []
    found = jsonschema_rs.Draft202012Validator(schema, validate_formats=True).iter_errors(value)
    return [fault.message for fault in found]


def typed(text: str, schema: JSON) -> Any:
    """The value of a text that fits its schema; the text where none does."""
    for read in (json.loads, str):
        with contextlib.suppress(ValueError):
            value = read(text)
            if not isinstance(value, (dict, list)) and not invalid(schema, value):
                return value
    return text


def fields(pairs: list[tuple[str, str]], schema: JSON) -> JSON:
    known = schema["properties"]
    return {name: typed(text, known.get(name, {})) for name, text in pairs}


def from_query(pairs: list[tuple[str, str]], name: str, schema: JSON, style: str, explode: bool, whole: bool) -> Any:
    """Take what is a parameter's out of a query, or a form."""

    def take(wanted: Any) -> list[tuple[str, str]]:
        found = [pair for pair in pairs if wanted(pair[0])]
        pairs[:] = [pair for pair in pairs if not wanted(pair[0])]
        return found

    if schema.get("type") == "object" and not whole:
        if style == "deepObject":
            found = take(lambda key: key.startswith(f"{name}["))
            return fields([(key[len(name) + 1 : -1], text) for key, text in found], schema) or None
        if style == "form" and explode:
            found = take(schema["properties"].__contains__)
            value = fields(found, schema)
            for key, field in schema["properties"].items():
                if field.get("type") == "array" and key in value:
                    value[key] = [text for one, text in found if one == key]
            return value or None
    texts = [text for _, text in take(lambda key: key == name)]
    if not texts or whole:
        return json.loads(texts[0]) if texts else None
    separator = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(style, ",")
    if schema.get("type") == "array":
        return [typed(one, schema["items"]) for one in (texts if explode else texts[0].split(separator))]
    if schema.get("type") == "object":
        parts = texts[0].split(separator)
        return fields(list(zip(parts[::2], parts[1::2])), schema)
    return typed(texts[0], schema)


def from_simple(text: str, schema: JSON, explode: bool, separator: str = ",") -> Any:
    parts = [unquote(part) for part in text.split(separator)]
    if schema.get("type") == "array":
        return [typed(part, schema["items"]) for part in parts]
    if schema.get("type") == "object":
        pairs = [tuple(part.split("=")) for part in parts] if explode else list(zip(parts[::2], parts[1::2]))
        return fields(pairs, schema)  # type: ignore[arg-type]
    return typed(unquote(text), schema)


def from_path(text: str, name: str, schema: JSON, style: str, explode: bool) -> Any:
    if style == "simple":
        return from_simple(text, schema, explode)
    mark = "." if style == "label" else ";"
    if text[0] != mark:
        return f"{text} does not begin with {mark}"
    if style == "matrix" and not (explode and schema.get("type") == "object"):
        head = f";{quote(name)}="
        if not text.startswith(head):
            return f"{text} does not begin with {head}"
        text = text.replace(head, mark) if explode else mark + text[len(head) :]
    return from_simple(text[1:], schema, explode, mark if explode else ",")


@contextlib.contextmanager
def judging(old: JSON) -> Iterator[tuple[str, JSON, dict[str, list[str]]]]:
    """A server with all these operations: where it is, its contract, and what was wrong with the call of each."""
    handler = type("Handler", (Judge,), {"faults": {}})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    host = f"http://127.0.0.1:{server.server_address[1]}"
    handler.document = contract(old, host)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield host, handler.document, handler.faults
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
