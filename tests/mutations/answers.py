"""Mutations of bodies and answers around their fields: media types, envelopes, the form of errors, headers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .contract import Contract, Meeting
from .edit import Document, Place, at, changed, drop, merge, put, rename
from .kind import Mutant, kind, whole
from .shapes import OBJECT


@kind("sent media type changed", "breaking", "request-body-media-type-removed")
def sent_media_type(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        if "requestBody" in operation.node:
            place = (*operation.place, "requestBody", "content", "application/json")
            new = rename(contract.document, place, "application/x-www-form-urlencoded")
            yield Mutant(place, new, (place[:-1],), whole(operation))


@kind("answered media type changed", "breaking", "response-body-media-type-removed")
def answered_media_type(contract: Contract) -> Iterator[Mutant]:
    for operation, status, answer in contract.answers(success=True):
        if status != "204":
            place = (*answer, "content", "application/json")
            yield Mutant(place, rename(contract.document, place, "application/xml"), (place[:-1],), whole(operation))


@kind("error media type changed", "breaking", "response-body-media-type-removed")
def error_media_type(contract: Contract) -> Iterator[Mutant]:
    for name, answer in contract.document["components"]["responses"].items():
        place: Place = ("components", "responses", name, "content", "application/json")
        assert answer["content"]
        yield Mutant(
            place, rename(contract.document, place, "application/xml"), (place[:-1],), with_error(contract, name)
        )


@kind("JSON answered by another name", "risky", "response-body-media-type-renamed")
def answered_name(contract: Contract) -> Iterator[Mutant]:
    for operation, status, answer in contract.answers(success=True):
        if status != "204":
            place = (*answer, "content", "application/json")
            new = rename(contract.document, place, "application/vnd.firsthand+json; version=2")
            yield Mutant(place, new, (place[:-1],), whole(operation))


@kind("error in JSON by another name", "compatible", "response-body-media-type-renamed")
def error_name(contract: Contract) -> Iterator[Mutant]:
    for name in contract.document["components"]["responses"]:
        place: Place = ("components", "responses", name, "content", "application/json")
        new = rename(contract.document, place, "application/problem+json")
        yield Mutant(place, new, (place[:-1],), with_error(contract, name))


@kind("JSON answered with its encoding", "none")
def answered_encoding(contract: Contract) -> Iterator[Mutant]:
    for _, status, answer in contract.answers(success=True):
        if status != "204":
            place = (*answer, "content", "application/json")
            yield Mutant(place, rename(contract.document, place, "application/json; charset=utf-8"))


@kind("error envelope changed", "breaking", "response-property-removed", "response-property-type-changed")
def error_envelope(contract: Contract) -> Iterator[Mutant]:
    """The fields of `error` come to the top; or another schema altogether."""
    place: Place = ("components", "schemas", "Error")
    flat = at(contract.document, ("components", "schemas", "ErrorBody"))
    problem = {
        "type": "object",
        "description": "RFC 9457.",
        "required": ["type", "title"],
        "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "detail": {"type": "string"}},
        "additionalProperties": True,
    }
    met = contract.site((*place, "properties", "error")).meetings
    for schema in (flat, problem):
        yield Mutant(place, put(contract.document, place, schema), meetings=met)


@kind("one error has another body", "breaking", "schema-replaced")
def other_error_body(contract: Contract) -> Iterator[Mutant]:
    for name in contract.document["components"]["responses"]:
        place: Place = ("components", "responses", name, "content", "application/json", "schema")
        new = put(contract.document, place, {"$ref": "#/components/schemas/ErrorDetail"})
        yield Mutant(
            place,
            new,
            (("components", "schemas", "Error"), ("components", "schemas", "ErrorDetail")),
            with_error(contract, name),
        )


def with_error(contract: Contract, name: str) -> tuple[Meeting, ...]:
    """The operations that answer with an error of `components`."""
    reference = {"$ref": f"#/components/responses/{name}"}
    return tuple(
        Meeting("error", found.name, (), None)
        for found, _, place in contract.answers(success=False)
        if at(contract.document, place) == reference
    )


@kind("list envelope renamed", "breaking", "response-property-removed")
def list_envelope(contract: Contract) -> Iterator[Mutant]:
    """`data` becomes `items`, as in other APIs."""
    for site in contract.objects("response"):
        if "next_cursor" in site.node["properties"]:
            place = (*site.place, "properties", "data")
            new: Document = rename(contract.document, place, "items")
            names = (*site.place, "required")
            new = changed(new, names, lambda found: ["items" if name == "data" else name for name in found])
            yield Mutant(place, new, ((*site.place, "properties", "items"), names), contract.site(place).meetings)


@kind("answer wrapped in an envelope", "breaking", "schema-replaced")
def answer_wrapped(contract: Contract) -> Iterator[Mutant]:
    for operation, status, answer in contract.answers(success=True):
        if status != "204":
            place = (*answer, "content", "application/json", "schema")
            old = contract.resolve(place)
            schema = {"type": "object", "required": ["result"], "properties": {"result": at(contract.document, place)}}
            met = tuple(
                Meeting("response", operation.name, (name,), old[-1]) for name in at(contract.document, old)["required"]
            )
            yield Mutant(place, put(contract.document, place, schema), (old,), met)


# Headers of answers


def header_lists(contract: Contract) -> Iterator[tuple[Place, str, tuple[Meeting, ...]]]:
    """Every header of every answer: the place of the list, its name, and the operations that answer so."""
    for operation, _, place in contract.answers(success=True):
        for name in operation.node["responses"][place[-1]].get("headers", {}):
            yield (*place, "headers"), name, (Meeting("header", operation.name, (name,), None),)
    for response, answer in contract.document["components"]["responses"].items():
        for name in answer.get("headers", {}):
            met = tuple(found._replace(part="header", path=(name,)) for found in with_error(contract, response))
            yield ("components", "responses", response, "headers"), name, met


def with_header(contract: Contract, name: str) -> tuple[Meeting, ...]:
    """The operations that answer with a header of `components`."""
    return tuple(meeting for _, used, found in header_lists(contract) if used == name for meeting in found)


@kind("answer header removed", "breaking", "response-header-removed")
def header_removed(contract: Contract) -> Iterator[Mutant]:
    for place, name, met in header_lists(contract):
        yield Mutant((*place, name), drop(contract.document, (*place, name)), (("components", "headers", name),), met)


@kind("answer header renamed", "breaking", "response-header-removed")
def header_renamed(contract: Contract) -> Iterator[Mutant]:
    """Such as the rate limits': `X-RateLimit-Remaining` becomes `RateLimit-Remaining`."""
    for place, name, met in header_lists(contract):
        new = name[2:] if name.startswith("X-") else f"X-{name}"
        yield Mutant(
            (*place, name),
            rename(contract.document, (*place, name), new),
            ((*place, new), ("components", "headers", name)),
            met,
        )


@kind("answer header of another type", "breaking", "response-header-type-changed")
def header_type(contract: Contract) -> Iterator[Mutant]:
    for name, header in contract.document["components"]["headers"].items():
        if name == "Retry-After":
            continue
        place: Place = ("components", "headers", name)
        kind_of = "string" if header["schema"]["type"] == "integer" else "integer"
        new = put(contract.document, (*place, "schema"), {"type": kind_of})
        yield Mutant(place, new, meetings=with_header(contract, name))


@kind("one error tells no pause any more", "breaking", "response-header-removed")
def pause_removed(contract: Contract) -> Iterator[Mutant]:
    """The class of the error depends on its status."""
    listed = {at(contract.document, place).get("$ref"): status for _, status, place in contract.answers(success=False)}
    for name, answer in contract.document["components"]["responses"].items():
        if "Retry-After" in answer.get("headers", {}):
            place: Place = ("components", "responses", name, "headers", "Retry-After")
            met = Meeting("pause", listed[f"#/components/responses/{name}"], ("Retry-After",), None)
            yield Mutant(place, drop(contract.document, place), meetings=(met,))


@kind("pause told in another form", "risky", "response-header-type-changed", "response-header-type-generalized")
def pause_form(contract: Contract) -> Iterator[Mutant]:
    """`Retry-After` is read as a number or as an HTTP date, but callers may read the header as what it was."""
    yield from pauses(contract, {"type": "string", "format": "http-date"}, {"type": "string"}, {"type": "number"})


@kind("pause told in a form that nobody reads", "breaking", "response-header-type-changed")
def pause_unread(contract: Contract) -> Iterator[Mutant]:
    yield from pauses(contract, {"type": "array", "items": {"type": "integer"}}, {"type": "object"})


def pauses(contract: Contract, *schemas: dict[str, Any]) -> Iterator[Mutant]:
    """The header `Retry-After`, with each of these schemas."""
    name = "Retry-After"
    if name in contract.document["components"]["headers"]:
        place: Place = ("components", "headers", name, "schema")
        for schema in schemas:
            yield Mutant(place, put(contract.document, place, schema), meetings=with_header(contract, name))


@kind("answer header always comes", "compatible", "response-header-became-required")
def header_required(contract: Contract) -> Iterator[Mutant]:
    for name in contract.document["components"]["headers"]:
        place: Place = ("components", "headers", name)
        yield Mutant(place, merge(contract.document, place, {"required": True}), meetings=with_header(contract, name))


@kind("answer header may be missing", "breaking", "response-header-became-optional")
def header_optional(contract: Contract) -> Iterator[Mutant]:
    for name in contract.document["components"]["headers"]:
        place: Place = ("components", "headers", name)
        old = merge(contract.document, place, {"required": True})
        yield Mutant(place, contract.document, meetings=with_header(contract, name), old=old)


@kind("body comes to an answer without one", "compatible", "response-body-added")
def body_comes(contract: Contract) -> Iterator[Mutant]:
    for operation, status, answer in contract.answers(success=True):
        place = (*answer, "content")
        old = drop(contract.document, place) if status != "204" else contract.document
        new = put(contract.document, place, {"application/json": {"schema": OBJECT}})
        yield Mutant(answer, new, meetings=whole(operation), old=old)


@kind(
    "media type added to the {} ones", "compatible", "{}-body-media-type-added", roles=("request", "response", "event")
)
def media_type_added(contract: Contract, role: str) -> Iterator[Mutant]:
    for operation in contract.events if role == "event" else contract.operations:
        body = (*operation.place, "requestBody")
        bodies = [body] if "requestBody" in operation.node else []
        if role == "response":
            bodies = [place for found, status, place in contract.answers(success=True) if found is operation]
        for place in bodies:
            if "content" in at(contract.document, place):
                added = (*place, "content", "application/xml")
                new = put(contract.document, added, {"schema": {"type": "string"}})
                yield Mutant(added, new, (added[:-1],), whole(operation))


@kind("answer header added", "compatible", "response-header-added")
def header_added(contract: Contract) -> Iterator[Mutant]:
    header = {"description": "A new one.", "schema": {"type": "string"}}
    for operation, _, place in contract.answers(success=True):
        added = (*place, "headers", "X-Mood")
        yield Mutant(added, put(contract.document, added, header), meetings=whole(operation))
