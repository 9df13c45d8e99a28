"""Mutations of parameters: path, query and header, and the paging among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .contract import Contract, Meeting, Operation, Parameter
from .edit import at, changed, drop, mapped, merge, put
from .kind import Mutant, argument, kind
from .shapes import of_other_type

KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}
QUERY = {"name": "mood", "in": "query", "description": "A new one.", "schema": {"type": "string"}}


def met(parameter: Parameter) -> tuple[Meeting, ...]:
    """Who meets a parameter."""
    return argument(parameter.node["name"], parameter.operations)


@kind("query parameter removed", "breaking", "request-parameter-removed")
def query_removed(contract: Contract) -> Iterator[Mutant]:
    for parameter in contract.parameters("query"):
        yield Mutant(parameter.listed, drop(contract.document, parameter.listed), (parameter.place,), met(parameter))


@kind("query parameter removed everywhere", "breaking", "request-parameter-removed")
def query_removed_everywhere(contract: Contract) -> Iterator[Mutant]:
    for shared in contract.shared_parameters("query"):
        document = contract.document
        listed = [found.listed for found in contract.parameters("query") if found.place == shared.place]
        for place in reversed(listed):
            document = drop(document, place)
        yield Mutant(shared.place, drop(document, shared.place), tuple(listed), met(shared))


@kind("query parameter renamed", "breaking", "request-parameter-removed")
def query_renamed(contract: Contract) -> Iterator[Mutant]:
    own = (found for found in contract.parameters("query") if found.place == found.listed)
    for parameter in [*own, *contract.shared_parameters("query")]:
        name = (*parameter.place, "name")
        yield Mutant(
            parameter.place,
            put(contract.document, name, f"{parameter.node['name']}_v2"),
            tuple(found.listed for found in contract.parameters("query") if found.place == parameter.place),
            met(parameter),
        )


@kind("optional query parameter added", "compatible", "new-optional-request-parameter")
def query_added(contract: Contract) -> Iterator[Mutant]:
    yield from added(every(contract), QUERY)


@kind("optional parameter that is no plain value added", "compatible", "new-optional-request-parameter")
def odd_added(contract: Contract) -> Iterator[Mutant]:
    """One that the generator cannot make: it is left out of what is made, which stays as it was."""
    odd = {
        **QUERY,
        "style": "deepObject",
        "explode": True,
        "schema": {"type": "object", "properties": {"a": {"type": "string"}}},
    }
    for parameter in (odd, {**QUERY, "in": "cookie"}):
        yield from added(every(contract)[::2], parameter)


@kind("required query parameter added", "breaking", "new-required-request-parameter")
def required_query_added(contract: Contract) -> Iterator[Mutant]:
    yield from added(every(contract), {**QUERY, "required": True})


@kind("optional header added", "compatible", "new-optional-request-parameter")
def header_added(contract: Contract) -> Iterator[Mutant]:
    yield from added(every(contract), {**QUERY, "name": "X-Mood", "in": "header"})


@kind("required header added", "breaking", "new-required-request-parameter")
def required_header_added(contract: Contract) -> Iterator[Mutant]:
    yield from added(every(contract), {**QUERY, "name": "X-Mood", "in": "header", "required": True})


def added(operations: list[tuple[Contract, Operation]], parameter: dict[str, Any]) -> Iterator[Mutant]:
    """A parameter at the end of the list of each of these operations."""
    for contract, operation in operations:
        place = (*operation.place, "parameters")
        listed = operation.node.get("parameters", [])
        yield Mutant(
            (*place, len(listed)),
            put(contract.document, place, [*listed, parameter]),
            (place,),
            argument("", (operation,)),
        )


@kind("query parameter becomes required", "breaking", "request-parameter-became-required")
def query_required(contract: Contract) -> Iterator[Mutant]:
    yield from required(contract, "query")


@kind("header becomes required", "breaking", "request-parameter-became-required")
def header_required(contract: Contract) -> Iterator[Mutant]:
    """`Prefer`."""
    for mutant in required(contract, "header"):
        if not is_key(mutant):
            yield mutant


@kind("idempotency key becomes required", "compatible", "idempotency-key-became-required")
def key_required(contract: Contract) -> Iterator[Mutant]:
    """A client sends one with each call that takes it, whether it must or not."""
    for mutant in required(contract, "header"):
        if is_key(mutant):
            yield mutant


def is_key(mutant: Mutant) -> bool:
    """Whether it is met as the idempotency key."""
    return mutant.meetings[0].path == (KEY["name"],)


@kind("required idempotency key added", "breaking", "new-required-request-parameter")
def required_key_added(contract: Contract) -> Iterator[Mutant]:
    """A client does not send one where it does not know that it is taken."""
    yield from added(without_key(contract), {**KEY, "required": True})


@kind("optional idempotency key added", "compatible", "new-optional-request-parameter")
def key_added(contract: Contract) -> Iterator[Mutant]:
    yield from added(without_key(contract), KEY)


def without_key(contract: Contract) -> list[tuple[Contract, Operation]]:
    """The operations that take no key."""
    taking = {
        operation.name
        for parameter in contract.parameters("header")
        if parameter.node["name"] == KEY["name"]
        for operation in parameter.operations
    }
    return [(contract, operation) for operation in contract.operations if operation.name not in taking]


def every(contract: Contract) -> list[tuple[Contract, Operation]]:
    """All operations."""
    return [(contract, operation) for operation in contract.operations]


def required(contract: Contract, kind_of: str) -> Iterator[Mutant]:
    """Each parameter of a kind made required, for one operation and, where it is shared, for all."""
    for parameter in contract.parameters(kind_of):
        node = {**parameter.node, "required": True}
        yield Mutant(
            parameter.listed, put(contract.document, parameter.listed, node), (parameter.place,), met(parameter)
        )
    for parameter in contract.shared_parameters(kind_of):
        new = merge(contract.document, parameter.place, {"required": True})
        yield Mutant(parameter.place, new, meetings=met(parameter))


@kind("required parameter becomes optional", "compatible", "request-parameter-became-optional")
def query_optional(contract: Contract) -> Iterator[Mutant]:
    for parameter in contract.parameters("query", "header"):
        old = put(contract.document, parameter.listed, {**parameter.node, "required": True})
        new = put(contract.document, parameter.listed, parameter.node)
        yield Mutant(parameter.listed, new, (parameter.place,), met(parameter), old)


@kind("parameter type changed", "breaking", "request-parameter-type-changed")
def type_changed(contract: Contract) -> Iterator[Mutant]:
    own = (found for found in contract.parameters("path", "query", "header") if found.place == found.listed)
    for parameter in [*own, *contract.shared_parameters("path", "query", "header")]:
        place = (*parameter.place, "schema")
        new = put(contract.document, place, of_other_type(contract, place))
        yield Mutant(parameter.place, new, meetings=met(parameter))


@kind("parameter type widened", "compatible", "request-parameter-type-generalized")
def type_widened(contract: Contract) -> Iterator[Mutant]:
    for parameter in [*contract.parameters("query"), *contract.shared_parameters("query")]:
        place = (*parameter.place, "schema")
        if parameter.node["schema"].get("type") == "integer":
            new = put(contract.document, (*place, "type"), "number")
            yield Mutant(parameter.place, new, meetings=met(parameter))


@kind("parameter moved to a header", "breaking", "request-parameter-removed")
def moved(contract: Contract) -> Iterator[Mutant]:
    own = (found for found in contract.parameters("query") if found.place == found.listed)
    for parameter in [*own, *contract.shared_parameters("query")]:
        yield Mutant(
            parameter.place,
            put(contract.document, (*parameter.place, "in"), "header"),
            tuple(found.listed for found in contract.parameters("query") if found.place == parameter.place),
            met(parameter),
        )


@kind("path parameter renamed", "breaking", "path-parameter-renamed", reshapes=True)
def path_parameter_renamed(contract: Contract) -> Iterator[Mutant]:
    """Nothing changes on the wire."""
    for parameter in contract.shared_parameters("path"):
        old, new = parameter.node["name"], parameter.node["name"].replace("_id", "_name")
        document = put(contract.document, (*parameter.place, "name"), new)
        document = changed(
            document,
            ("paths",),
            lambda paths, old=old, new=new: {path.replace(f"{{{old}}}", f"{{{new}}}"): paths[path] for path in paths},
        )

        def links(node: Any, old: str = old, new: str = new) -> Any:
            if isinstance(node, dict) and isinstance(node.get("parameters"), dict) and old in node["parameters"]:
                return {**node, "parameters": {new: node["parameters"][old]}}
            return node

        paths = {operation.path for operation in parameter.operations}
        around = tuple(("paths", path) for path in paths) + tuple(
            ("paths", path.replace(f"{{{old}}}", f"{{{new}}}")) for path in paths
        )
        yield Mutant(parameter.place, mapped(document, links), around, met(parameter))


@kind("header removed", "breaking", "request-parameter-removed")
def header_removed(contract: Contract) -> Iterator[Mutant]:
    """`Prefer`, which holds an answer back, and `Idempotency-Key`, which keeps a job from being paid twice."""
    for parameter in contract.parameters("header"):
        yield Mutant(parameter.listed, drop(contract.document, parameter.listed), (parameter.place,), met(parameter))


@kind("header renamed", "breaking", "request-parameter-removed")
def header_renamed(contract: Contract) -> Iterator[Mutant]:
    for parameter in contract.shared_parameters("header"):
        new = put(contract.document, (*parameter.place, "name"), f"X-{parameter.node['name']}")
        around = tuple(found.listed for found in contract.parameters("header") if found.place == parameter.place)
        yield Mutant(parameter.place, new, around, met(parameter))


LISTED = {"type": "array", "items": {"type": "string"}}


@kind(
    "list in the {} is written in another way", "breaking", "request-parameter-style-changed", roles=("query", "path")
)
def list_styled(contract: Contract, place: str) -> Iterator[Mutant]:
    styles: dict[str, list[dict[str, Any]]] = {
        "query": [{"style": "spaceDelimited", "explode": False}, {"style": "pipeDelimited"}, {"explode": False}],
        "path": [{"style": "label"}, {"style": "matrix"}, {"explode": True}],
    }
    yield from written(contract, place, LISTED, styles[place])


@kind("single value is written in another way", "compatible", "request-parameter-encoding-changed")
def value_styled(contract: Contract) -> Iterator[Mutant]:
    """Which nobody can see in a request."""
    text = {"type": "string"}
    query: list[dict[str, Any]] = [{"style": "pipeDelimited"}, {"explode": False}, {"allowReserved": True}]
    yield from written(contract, "query", text, query)
    yield from written(contract, "path", text, [{"explode": True}])
    yield from written(contract, "header", text, [{"explode": True}])


@kind("list is written without escapes", "compatible", "request-parameter-encoding-changed")
def list_reserved(contract: Contract) -> Iterator[Mutant]:
    yield from written(contract, "query", LISTED, [{"allowReserved": True}])


@kind("parameter is written as JSON", "breaking", "request-parameter-style-changed")
def written_as_json(contract: Contract) -> Iterator[Mutant]:
    yield from written(contract, "query", LISTED, [{"content": {"application/json": {"schema": LISTED}}}])


def written(contract: Contract, place: str, schema: Any, styles: list[dict[str, Any]]) -> Iterator[Mutant]:
    """Each parameter of a place with this schema, written in one of these ways instead of the usual one."""
    own = (found for found in contract.parameters(place) if found.place == found.listed)
    for number, parameter in enumerate([*own, *contract.shared_parameters(place)] * len(styles)):
        old = {**parameter.node, "schema": schema}
        style = styles[number % len(styles)]
        new = {**{key: value for key, value in old.items() if key != "schema" or "content" not in style}, **style}
        yield Mutant(
            parameter.place,
            put(contract.document, parameter.place, new),
            meetings=met(parameter),
            old=put(contract.document, parameter.place, old),
        )


@kind("parameter default changed", "risky", "request-parameter-default-value-changed")
def default_changed(contract: Contract) -> Iterator[Mutant]:
    for parameter in contract.shared_parameters("query"):
        if "default" in parameter.node["schema"]:
            place = (*parameter.place, "schema", "default")
            yield Mutant(parameter.place, put(contract.document, place, 50), meetings=met(parameter))


@kind("parameter default removed", "risky", "request-parameter-default-value-removed")
def default_removed(contract: Contract) -> Iterator[Mutant]:
    for parameter in contract.shared_parameters("query"):
        if "default" in parameter.node["schema"]:
            place = (*parameter.place, "schema", "default")
            yield Mutant(parameter.place, drop(contract.document, place), meetings=met(parameter))


@kind("page size lowered", "risky", "request-parameter-max-decreased")
def page_size_lowered(contract: Contract) -> Iterator[Mutant]:
    for parameter in contract.shared_parameters("query"):
        if parameter.node["name"] == "limit":
            place = (*parameter.place, "schema", "maximum")
            yield Mutant(parameter.place, put(contract.document, place, 50), meetings=met(parameter))


@kind("cursor becomes a page number", "breaking", "request-parameter-removed", "response-property-removed")
def paged_by_number(contract: Contract) -> Iterator[Mutant]:
    """For each list: `cursor` and `next_cursor` go, `page` and `pages` come."""
    page = {"name": "page", "in": "query", "description": "The page.", "schema": {"type": "integer"}}
    for parameter in contract.parameters("query"):
        if parameter.node["name"] == "cursor":
            (operation,) = parameter.operations
            body = (*operation.place, "responses", "200", "content", "application/json", "schema")
            schema = contract.resolve(body)
            node = at(contract.document, schema)
            fields = {name: value for name, value in node["properties"].items() if name != "next_cursor"}
            fields["pages"] = {"type": "integer", "description": "How many pages there are."}
            required = [name for name in node["required"] if name != "next_cursor"]
            new = put(contract.document, parameter.listed, page)
            new = put(new, schema, {**node, "properties": fields, "required": [*required, "pages"]})
            yield Mutant(
                parameter.listed,
                new,
                (parameter.place, (*operation.place, "parameters"), (*schema, "properties"), (*schema, "required")),
                met(parameter) + contract.site((*schema, "properties", "next_cursor")).meetings,
            )


@kind("parameter deprecated", "compatible", "request-parameter-deprecated")
def deprecated(contract: Contract) -> Iterator[Mutant]:
    for parameter in contract.parameters("query", "header"):
        node = {**parameter.node, "deprecated": True}
        new = put(contract.document, parameter.listed, node)
        yield Mutant(parameter.listed, new, (parameter.place,), met(parameter))
