"""The operations of one document, and which of two documents' operations are the same.

Operations are matched by operationId, or else by method and path, so that one which only got another name or another
path is the same operation still.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Callable, Optional

from attrs import frozen

from .references import METHODS, Document, Located, mapping
from .servers import address, own_servers, route

Headers = dict[str, tuple[str, Located]]
"""Headers with their names, by their names in lower case."""


@frozen
class Operation:
    """An operation of one document, or a webhook."""

    id: str
    """Its operationId, or method and path where it has none; the type of event for a webhook."""
    path: str
    """Where it is; with the end of the server's address before it, where that differs (see `servers.bases`)."""
    method: str
    node: Located
    shared: Located
    """The path item, whose parameters it has too."""
    named: bool
    """Whether it has an operationId."""

    def route(self) -> tuple[str, str]:
        """Return method and path, whatever the path's parameters are called."""
        return self.method, route(self.path)

    def holes(self) -> list[str]:
        """Return the names of the path's parameters in their order."""
        return re.findall(r"\{([^}]*)\}", self.path)


class Side:
    """One of two documents, and the shapes that its operations have."""

    def __init__(self, document: Document, base: str) -> None:
        self.document = document
        self.base = base
        """What stands before each path."""

    def operations(self, top: str) -> list[Operation]:
        """Return every operation below `paths` or `webhooks`."""
        found: list[Operation] = []
        for path, item in self.document.at(top).children():
            item = self.document.follow(item)
            for method in METHODS:
                if isinstance(mapping(item.value).get(method), dict):
                    node = item.child(method)
                    name = node.get("operationId")
                    default = f"{method.upper()} {path}" if top == "paths" else path
                    is_elsewhere = top == "webhooks" or own_servers(node, item) is not None
                    found.append(
                        Operation(
                            name if isinstance(name, str) and top == "paths" else default,
                            path if is_elsewhere else self.base + path,
                            method,
                            node,
                            item,
                            isinstance(name, str),
                        )
                    )
        return found

    def addresses(self, operation: Operation) -> set[str]:
        """Return where calls of an operation end, whatever the path's parameters are called."""
        own = own_servers(operation.node, operation.shared)
        path = operation.route()[1]
        if own is None:
            own, path = self.document.at("servers"), path[len(self.base) :]
        return {address(server) + path for server in own.elements()}

    def parameters(self, operation: Operation) -> dict[tuple[str, str], Located]:
        """Return the parameters of an operation by place and name; a header's name in lower case."""
        found: dict[tuple[str, str], Located] = {}
        for holder in (operation.shared, operation.node):
            for node in holder.child("parameters").elements():
                node = self.document.follow(node)
                said = mapping(node.value)
                place, name = str(said.get("in")), str(said.get("name"))
                found[place, name.lower() if place == "header" else name] = node
        return found

    def content(self, node: Located) -> dict[str, Located]:
        """Return what a body, an answer or a parameter holds, by media type without parameters."""
        return {
            name.partition(";")[0].strip().lower(): media
            for name, media in self.document.follow(node).child("content").children()
        }

    def answers(self, operation: Operation) -> dict[str, Located]:
        """Return the answers by status, such as `201`, `4XX` or `default`."""
        found = operation.node.child("responses").children()
        return {status.replace("x", "X"): self.document.follow(node) for status, node in found}

    def has_as_well(self, node: Located) -> bool:
        """Whether what a `$ref` of the other document led to is here as well."""
        return bool(node.via) and self.document.located(node.pointer).value is not None

    def headers(self, answer: Located) -> Headers:
        """Return an answer's headers; its media type is none."""
        found = {name.lower(): (name, self.document.follow(node)) for name, node in answer.child("headers").children()}
        found.pop("content-type", None)
        return found

    def sent_headers(self, event: Operation) -> Headers:
        """Return the headers with which an event is sent."""
        found = self.parameters(event).items()
        return {name: (str(node.get("name")), node) for (place, name), node in found if place == "header"}


def matched(
    old: Iterable[Operation], new: Iterable[Operation], exchanged: Callable[[Operation, Operation, Operation], bool]
) -> tuple[list[tuple[Operation, Operation]], list[Operation], list[Operation]]:  # fmt: skip
    """Return the operations that both have, and those that only one has.

    They are the same by operationId; those left over by method and path; those then left over by name of the event.
    Where other operations of before stand by both, `exchanged` says whether method and path tell, for their names were
    exchanged: it is asked with the operation, and what has its method and path now, and its operationId.
    """
    removed, added = list(old), list(new)
    pairs: list[tuple[Operation, Operation]] = []

    def pair(one: Operation, other: Operation) -> None:
        pairs.append((one, other))
        removed.remove(one)
        added.remove(other)

    here, there = {one.route(): one for one in added}, {one.id: one for one in added}
    names, routes = {one.id for one in removed}, {one.route() for one in removed}
    for one in list(removed):
        other, away = here.get(one.route()), there.get(one.id)
        both = other and away and other is not away and other.id in names and away.route() in routes
        if other and away and both and exchanged(one, other, away):
            pair(one, other)
    for same in (_name_and_route, _operation_id, Operation.route):
        known = {same(one): one for one in reversed(added)}
        for one in list(removed):
            other = known.pop(same(one), None)
            if other is not None and same(one) is not None:
                pair(one, other)
    return pairs, removed, added


def _name_and_route(operation: Operation) -> tuple[str, str, str]:
    return (_operation_id(operation) or "", *operation.route())


def _operation_id(operation: Operation) -> Optional[str]:
    return operation.node.value["operationId"] if operation.named else None
