"""Mutations of operations, their paths, names and answers' statuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .contract import Contract, Operation
from .edit import Document, Place, at, changed, drop, mapped, merge, put, rename
from .kind import Mutant, kind, whole
from .shapes import OBJECT


def others_of(contract: Contract, operation: Operation) -> tuple[Operation, ...]:
    """All operations of the same path, this one included."""
    return tuple(other for other in contract.operations if other.path == operation.path)


@kind("operation removed", "breaking", "operation-removed")
def operation_removed(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        yield Mutant(operation.place, unlinked(drop(contract.document, operation.place)), meetings=whole(operation))


@kind("path removed", "breaking", "operation-removed")
def path_removed(contract: Contract) -> Iterator[Mutant]:
    for path in contract.document["paths"]:
        place: Place = ("paths", path)
        gone = tuple(operation for operation in contract.operations if operation.path == path)
        yield Mutant(place, unlinked(drop(contract.document, place)), meetings=whole(*gone))


def unlinked(document: Document) -> Document:
    """The document without links, which would lead to what is gone."""

    def edit(node: Any) -> Any:
        is_answer = isinstance(node, dict) and "links" in node and "description" in node
        return {key: value for key, value in node.items() if key != "links"} if is_answer else node

    unlinked_document: Document = mapped(document, edit)
    return unlinked_document


@kind("operation renamed", "breaking", "operation-id-changed", reshapes=True)
def operation_renamed(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        new = f"{operation.name}_v2"

        def edit(node: object, old: str = operation.name, new: str = new) -> object:
            return {**node, "operationId": new} if isinstance(node, dict) and node.get("operationId") == old else node

        around = tuple((*place, "links") for place in linked(contract))
        yield Mutant(operation.place, mapped(contract.document, edit), around, whole(operation))


@kind("names of two operations exchanged", "breaking", "operation-id-changed", reshapes=True)
def names_exchanged(contract: Contract) -> Iterator[Mutant]:
    """Each operation stays where it is, with all that it takes and answers."""
    for one, other in zip(contract.operations, contract.operations[1:]):
        new = contract.document
        for operation, name in ((one, other.name), (other, one.name)):
            new = put(new, (*operation.place, "operationId"), name)
        yield Mutant(one.place, unlinked(new), (other.place,), whole(one, other), old=unlinked(contract.document))


def linked(contract: Contract) -> Iterator[Place]:
    """The answers that name other operations."""
    for _, _, place in contract.answers(success=True):
        if "links" in at(contract.document, place):
            yield place


@kind("path renamed", "breaking", "path-changed")
def path_renamed(contract: Contract) -> Iterator[Mutant]:
    for path in contract.document["paths"]:
        new = path.replace("/v1/", "/v2/")
        here = tuple(operation for operation in contract.operations if operation.path == path)
        yield Mutant(("paths", path), rename(contract.document, ("paths", path), new), (("paths", new),), whole(*here))


@kind("method changed", "breaking", "method-changed")
def method_changed(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        path = operation.path
        new = next(word for word in ("put", "post") if word not in at(contract.document, ("paths", path)))
        yield Mutant(
            operation.place,
            rename(contract.document, operation.place, new),
            (("paths", path, new),),
            whole(operation),
        )


@kind("tag renamed", "breaking", "operation-tag-changed", reshapes=True)
def tag_renamed(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        place = (*operation.place, "tags")
        yield Mutant(place, put(contract.document, place, ["moved"]), meetings=whole(operation))


@kind("operation added", "compatible", "operation-added")
def operation_added(contract: Contract) -> Iterator[Mutant]:
    """A read and a write, copied from one that is there, beside each path."""
    for operation in contract.operations:
        path, method = operation.place[1:]
        new: Place = ("paths", f"{path}/more")
        item = {**at(contract.document, ("paths", path))}
        for other in others_of(contract, operation):
            del item[other.place[2]]
        item[method] = {**operation.node, "operationId": f"{operation.name}_more"}
        yield Mutant(new, put(contract.document, new, item))


@kind("operation added to a path", "compatible", "operation-added")
def operation_added_to_path(contract: Contract) -> Iterator[Mutant]:
    answer = {"204": {"description": "Done."}}
    for path, item in contract.document["paths"].items():
        if "put" not in item:
            operation = next(found for found in contract.operations if found.path == path)
            node = {"operationId": f"put_{operation.name}", "tags": operation.node["tags"], "responses": answer}
            place: Place = ("paths", path, "put")
            yield Mutant(place, put(contract.document, place, {**node, "security": operation.node["security"]}))


@kind("operation deprecated", "compatible", "operation-deprecated")
def operation_deprecated(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        yield Mutant(
            operation.place, merge(contract.document, operation.place, {"deprecated": True}), meetings=whole(operation)
        )


@kind("operation deprecated no more", "compatible", "operation-not-deprecated")
def operation_not_deprecated(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        old = merge(contract.document, operation.place, {"deprecated": True})
        yield Mutant(operation.place, contract.document, meetings=whole(operation), old=old)


@kind("success status changed", "breaking", "response-success-status-removed")
def success_changed(contract: Contract) -> Iterator[Mutant]:
    for operation, status, place in contract.answers(success=True):
        new = "202" if status != "202" else "200"
        holder = place[:-1]
        yield Mutant(place, rename(contract.document, place, new), ((*holder, new),), whole(operation))


@kind("success status added", "risky", "response-success-status-added")
def success_added(contract: Contract) -> Iterator[Mutant]:
    """An answer without a body beside the one that there was."""
    for operation, status, place in contract.answers(success=True):
        if status != "204":
            added = (*place[:-1], "202")
            yield Mutant(added, put(contract.document, added, {"description": "Later."}), meetings=whole(operation))


@kind("answer loses its body", "breaking", "response-body-removed", "response-body-media-type-removed")
def body_lost(contract: Contract) -> Iterator[Mutant]:
    for operation, status, place in contract.answers(success=True):
        if status != "204":
            content = (*place, "content")
            yield Mutant(place, drop(contract.document, content), meetings=whole(operation))


@kind("error status removed", "risky", "response-non-success-status-removed")
def error_removed(contract: Contract) -> Iterator[Mutant]:
    for operation, _, place in contract.answers(success=False):
        yield Mutant(place, drop(contract.document, place), (contract.resolve(place),), whole(operation))


@kind("an error told by the default, or by its range", "none")
def error_by_default(contract: Contract) -> Iterator[Mutant]:
    """And back: a default stands for each status that is not listed."""
    for _, status, place in contract.answers(success=False):
        for general in ("default", f"{status[0]}XX"):
            new = rename(contract.document, place, general)
            yield Mutant(place, new)
            yield Mutant(place, contract.document, old=new)


@kind("error status added", "compatible", "response-non-success-status-added")
def error_added(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        place = (*operation.place, "responses", "423")
        answer = {"$ref": "#/components/responses/Conflict"}
        yield Mutant(place, put(contract.document, place, answer), meetings=whole(operation))


@kind("body becomes optional", "compatible", "request-body-became-optional")
def body_optional(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        if "requestBody" in operation.node:
            place = (*operation.place, "requestBody", "required")
            yield Mutant(place[:-1], put(contract.document, place, False), meetings=whole(operation))


@kind("body becomes required", "breaking", "request-body-became-required")
def body_required(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        if "requestBody" in operation.node:
            place = (*operation.place, "requestBody", "required")
            old = changed(contract.document, place, lambda _: False)
            yield Mutant(place[:-1], contract.document, meetings=whole(operation), old=old)


@kind("body added", "breaking", "new-required-request-body")
def body_added(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        if operation.place[2] == "post" and "requestBody" not in operation.node:
            place = (*operation.place, "requestBody")
            body = {"required": True, "content": {"application/json": {"schema": OBJECT}}}
            yield Mutant(place, put(contract.document, place, body), meetings=whole(operation))


@kind("optional body added", "compatible", "new-optional-request-body")
def optional_body_added(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        if operation.place[2] == "post" and "requestBody" not in operation.node:
            place = (*operation.place, "requestBody")
            body = {"content": {"application/json": {"schema": OBJECT}}}
            yield Mutant(place, put(contract.document, place, body), meetings=whole(operation))


@kind("body removed", "breaking", "request-body-removed")
def body_removed(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        if "requestBody" in operation.node:
            place = (*operation.place, "requestBody")
            yield Mutant(place, drop(contract.document, place), meetings=whole(operation))
