"""What stands where in a contract, and who meets it: worked out here on purpose, not asked of what is under test.

A *root* is where a schema comes into play: a parameter, a body that is sent, an answer, an error or an event.
A *meeting* is one way from a root to a schema; a schema in `components` usually has many.
A *role* says in which direction values go: `request` (the caller writes them), `response`, `error` or `event` (the
caller reads them), `shared` (both).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Optional

from .edit import Document, Place, at, place_of

METHODS = ("get", "put", "post", "delete", "patch")
SCHEMAS = ("components", "schemas")


class Meeting(NamedTuple):
    """One way to a schema."""

    part: str
    """`parameter`, `request`, `response`, `error` or `event`."""
    operation: str
    """The operationId, or the type of the event."""
    path: tuple[str, ...]
    """The names on the way, the parameter's own included; `[]` for the items of a list."""
    owner: Optional[str]
    """The named schema that has the field with which the path ends."""


class Operation(NamedTuple):
    """An operation, or the sending of an event."""

    name: str
    place: Place
    node: dict[str, Any]
    event: Optional[str]

    @property
    def path(self) -> str:
        """The path with its parameters in braces; the event's type where it is one."""
        return str(self.place[1])


class Parameter(NamedTuple):
    """A parameter as one operation, or all operations of one path, list it."""

    listed: Place
    """The entry of the list: a `$ref` or the parameter itself."""
    place: Place
    """The parameter itself."""
    node: dict[str, Any]
    operations: tuple[Operation, ...]


class Site(NamedTuple):
    """A schema with all its meetings."""

    place: Place
    node: dict[str, Any]
    meetings: tuple[Meeting, ...]

    @property
    def role(self) -> str:
        """In which direction its values go."""
        parts = {meeting.part for meeting in self.meetings}
        writes, reads = parts & {"parameter", "request"}, parts - {"parameter", "request"}
        if writes:
            return "shared" if reads else "request"
        return next(part for part in ("response", "error", "event") if part in reads)


class Field(NamedTuple):
    """A property of a named schema."""

    schema: str
    name: str
    site: Site
    required: bool

    @property
    def place(self) -> Place:
        """Where it is defined."""
        return self.site.place

    @property
    def holder(self) -> Place:
        """The schema that has it."""
        return self.site.place[:-2]


class Contract:
    """A contract, read once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.operations = list(self._operations("paths"))
        self.events = list(self._operations("webhooks"))
        self._meetings: dict[Place, dict[Meeting, None]] = {}
        for operation in [*self.operations, *self.events]:
            self._meet_operation(operation)
        self.sites = [Site(place, at(document, place), tuple(met)) for place, met in self._meetings.items()]
        self._by_place = {site.place: site for site in self.sites}

    def resolve(self, place: Place) -> Place:
        """The place itself, or the one that its `$ref` leads to."""
        while isinstance(at(self.document, place), dict) and "$ref" in at(self.document, place):
            place = place_of(at(self.document, place)["$ref"])
        return place

    def resolved(self, place: Place) -> Any:
        """The value at a place, or what its `$ref` leads to."""
        return at(self.document, self.resolve(place))

    def site(self, place: Place) -> Site:
        """The schema at a place."""
        return self._by_place[place]

    def fields(self, role: str) -> list[Field]:
        """Every property of a named schema that goes in this direction."""
        return [
            Field(
                site.place[2],
                site.place[4],
                site,
                site.place[4] in at(self.document, site.place[:3]).get("required", ()),
            )
            for site in self.sites
            if site.place[:2] == SCHEMAS
            and len(site.place) == 5
            and site.place[3] == "properties"
            and site.role == role
        ]

    def objects(self, *roles: str) -> list[Site]:
        """Every named object schema that goes in one of these directions."""
        return [
            site for site in self.sites if len(site.place) == 3 and "properties" in site.node and site.role in roles
        ]

    def enums(self) -> list[Site]:
        """Every list of values."""
        return [site for site in self.sites if "enum" in site.node]

    def parameters(self, *kinds: str) -> Iterator[Parameter]:
        """Every entry of a list of parameters, of operations only, in `path`, `query` or `header`."""
        for operation in self.operations:
            yield from self._listed((*operation.place, "parameters"), (operation,), kinds)
        for path, item in self.document["paths"].items():
            here = tuple(operation for operation in self.operations if operation.path == path)
            if "parameters" in item:
                yield from self._listed(("paths", path, "parameters"), here, kinds)

    def received(self) -> Iterator[Parameter]:
        """Every entry of an event's list of parameters: headers that come with a delivery."""
        for event in self.events:
            yield from self._listed((*event.place, "parameters"), (event,), ("header",))

    def shared_parameters(self, *kinds: str) -> Iterator[Parameter]:
        """Every parameter of `components` with the operations that list it."""
        found: dict[Place, list[Operation]] = {}
        for parameter in self.parameters(*kinds):
            if parameter.place != parameter.listed:
                found.setdefault(parameter.place, []).extend(parameter.operations)
        for place, operations in found.items():
            yield Parameter(place, place, at(self.document, place), tuple(operations))

    def answers(self, *, success: bool) -> Iterator[tuple[Operation, str, Place]]:
        """Operation, status and place of every answer as the operation lists it."""
        for operation in self.operations:
            for status in operation.node["responses"]:
                if status.startswith("2") is success:
                    yield operation, status, (*operation.place, "responses", status)

    def _listed(self, place: Place, operations: tuple[Operation, ...], kinds: tuple[str, ...]) -> Iterator[Parameter]:
        holder = at(self.document, place[:-1])
        for index in range(len(holder.get("parameters", ()))):
            found = self.resolve((*place, index))
            node = at(self.document, found)
            if node["in"] in kinds:
                yield Parameter((*place, index), found, node, operations)

    def _operations(self, section: str) -> Iterator[Operation]:
        for path, item in self.document.get(section, {}).items():
            for method, node in item.items():
                if method in METHODS:
                    event = path if section == "webhooks" else None
                    yield Operation(node["operationId"], (section, path, method), node, event)

    def _meet_operation(self, operation: Operation) -> None:
        place, name = operation.place, operation.event or operation.name
        # What an event is sent with, the caller reads.
        written, read = ("parameter", "request") if operation.event is None else ("event", "event")
        for holder in (place[:2], place):
            for parameter in self._listed((*holder, "parameters"), (operation,), ("path", "query", "header")):
                self._meet((*parameter.place, "schema"), Meeting(written, name, (parameter.node["name"],), None))
        if "requestBody" in operation.node:
            self._meet_content((*place, "requestBody"), Meeting(read, name, (), None))
        for status in operation.node["responses"] if operation.event is None else ():
            part = "response" if status.startswith("2") else "error"
            self._meet_content((*place, "responses", status), Meeting(part, name, (), None))

    def _meet_content(self, place: Place, meeting: Meeting) -> None:
        place = self.resolve(place)
        for media_type in at(self.document, place).get("content", {}):
            self._meet((*place, "content", media_type, "schema"), meeting)

    def _meet(self, place: Place, meeting: Meeting) -> None:
        met = self._meetings.setdefault(place, {})
        if meeting in met:
            return
        met[meeting] = None
        node = at(self.document, place)
        if "$ref" in node:
            self._meet(place_of(node["$ref"]), meeting)
        named = place[2] if place[:2] == SCHEMAS and len(place) == 3 else None
        for name in node.get("properties", ()):
            self._meet((*place, "properties", name), meeting._replace(path=(*meeting.path, name), owner=named))
        if "items" in node:
            self._meet((*place, "items"), meeting._replace(path=(*meeting.path, "[]")))
        for keyword in ("oneOf", "anyOf", "allOf"):
            for index in range(len(node.get(keyword, ()))):
                self._meet((*place, keyword, index), meeting)
