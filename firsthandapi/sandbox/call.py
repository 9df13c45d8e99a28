"""One call of an operation, as its handler sees it, and the pages that lists are answered in."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Callable, Optional

from firsthandapi.sandbox.audit import Actor
from firsthandapi.sandbox.contract import Operation
from firsthandapi.sandbox.replies import Reply, invalid, not_found
from firsthandapi.sandbox.store import Condition, Document
from firsthandapi.sandbox.world import World


@dataclass(frozen=True)
class Call:
    """A call that is authenticated and valid.

    Attributes:
        world: in which it happens.
        operation: what is called.
        arguments: the parameters by name, with defaults filled in.
        body: the request body.
        org: the organisation that calls; empty for operations that need no key.
        actor: who calls.
        at: the present moment.
    """

    world: World
    operation: Operation
    arguments: Document
    body: Any
    org: str
    actor: Actor
    at: float

    def find(self, kind: str, parameter: str, what: Optional[str] = None) -> Document:
        """The document that a path parameter names; 404 when the organisation has none such."""
        id = str(self.arguments[parameter])
        document = self.world.store.find(kind, id, self.org)
        if document is None:
            raise not_found(what or kind.replace("_", " "), id)
        return document

    def page(
        self,
        kind: str,
        view: Callable[[Document], Document],
        *,
        parent: Optional[str] = None,
        where: Sequence[Condition] = (),
    ) -> Reply:
        """Answer one page of documents, newest first."""
        limit = int(self.arguments["limit"])
        cursor = self.arguments["cursor"]
        before = None if cursor is None else _position(self.operation.id, cursor)
        found = self.world.store.select(kind, org=self.org, parent=parent, where=where, before=before, limit=limit + 1)
        more = len(found) > limit
        page = found[:limit]
        next_cursor = _cursor(self.operation.id, page[-1][0]) if more else None
        data = [view(document) for _, document in page]
        return Reply(200, {"object": "list", "data": data, "has_more": more, "next_cursor": next_cursor})

    def filters(self, **fields: str) -> list[Condition]:
        """Conditions that fields equal the parameters of the given names, as far as those are given."""
        given = ((field, self.arguments[parameter]) for parameter, field in fields.items())
        return [Condition(field, "=", value) for field, value in given if value is not None]


Handler = Callable[[Call], Reply]


def _cursor(operation: str, position: int) -> str:
    return base64.urlsafe_b64encode(f"{operation}:{position}".encode()).decode().rstrip("=")


def _position(operation: str, cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        text = ""
    match = re.fullmatch(re.escape(operation) + r":([0-9]{1,18})", text)
    if match is None or _cursor(operation, int(match[1])) != cursor:
        raise invalid("cursor", "is not a next_cursor of this list")
    return int(match[1])
