"""Mutations of what holds for the whole service: servers, keys and their scopes, rules that stand in words only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Callable, Optional

from .answers import with_error
from .contract import Contract, Meeting
from .edit import Place, at, merge, put
from .kind import Mutant, kind, whole

SERVERS = (Meeting("document", "servers", (), None),)
SECURITY = (Meeting("document", "security", (), None),)
SCHEMES: Place = ("components", "securitySchemes")


@kind("server moved", "risky", "server-removed")
def server_moved(contract: Contract) -> Iterator[Mutant]:
    for url in ("https://api2.firsthandapi.com", "https://api.firsthandapi.com/eu", "http://api.firsthandapi.com"):
        place: Place = ("servers", 0)
        yield Mutant(place, merge(contract.document, place, {"url": url}), (("servers",),), SERVERS)


@kind("server added", "compatible", "server-added")
def server_added(contract: Contract) -> Iterator[Mutant]:
    place: Place = ("servers", 1)
    new = put(contract.document, place, {"url": "https://eu.firsthandapi.com", "description": "Europe."})
    yield Mutant(place, new, (("servers",),), SERVERS)


@kind("auth scheme changed", "breaking", "security-scheme-changed")
def scheme_changed(contract: Contract) -> Iterator[Mutant]:
    for scheme in (
        {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
        {"type": "apiKey", "in": "query", "name": "api_key"},
        {"type": "http", "scheme": "basic"},
    ):
        place = (*SCHEMES, "bearerAuth")
        yield Mutant(place, put(contract.document, place, scheme), (("paths",),), SECURITY)


@kind("another auth scheme for one operation", "breaking", "operation-security-changed")
def other_scheme(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        if operation.node["security"]:
            scheme = {"type": "apiKey", "in": "header", "name": "X-Api-Key"}
            old = put(contract.document, (*SCHEMES, "other"), scheme)
            place = (*operation.place, "security")
            yield Mutant(place, put(old, place, [{"other": []}]), meetings=whole(operation), old=old)


@kind("auth needed no more", "compatible", "operation-security-removed")
def auth_removed(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        if operation.node["security"]:
            place = (*operation.place, "security")
            yield Mutant(place, put(contract.document, place, []), meetings=whole(operation))


@kind("auth needed now", "breaking", "operation-security-added")
def auth_added(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        place = (*operation.place, "security")
        old = put(contract.document, place, [])
        new = put(contract.document, place, [{"bearerAuth": []}])
        yield Mutant(place, new, meetings=whole(operation), old=old)


@kind("scope needed now", "breaking", "operation-scope-added")
def scope_added(contract: Contract) -> Iterator[Mutant]:
    yield from scopes(
        contract, lambda found: [*found, "keys:manage"] if "keys:manage" not in found else [*found, "jobs:write"]
    )


@kind("scope replaced", "breaking", "operation-scope-added")
def scope_replaced(contract: Contract) -> Iterator[Mutant]:
    yield from scopes(contract, lambda found: ["brand:new"] if found else None)


@kind("scope needed no more", "compatible", "operation-scope-removed")
def scope_removed(contract: Contract) -> Iterator[Mutant]:
    yield from scopes(contract, lambda found: [] if found else None)


def scopes(contract: Contract, edit: Callable[[list[str]], Optional[list[str]]]) -> Iterator[Mutant]:
    """Each operation with other scopes; `edit` gives them, or None."""
    for operation in contract.operations:
        place = (*operation.place, "x-scopes")
        new = edit(operation.node.get("x-scopes", []))
        if operation.node["security"] and new is not None:
            yield Mutant(place, put(contract.document, place, new), meetings=whole(operation))


# Rules in words


def told(contract: Contract, sentence: str) -> Iterator[Mutant]:
    """One more sentence, wherever one is read that has to do with calls."""
    places: list[tuple[Place, tuple[Meeting, ...]]] = [
        (("info", "description"), ()),
        ((*SCHEMES, "bearerAuth", "description"), SECURITY),
    ]
    places += [((*operation.place, "description"), whole(operation)) for operation in contract.operations]
    for name in contract.document["components"]["responses"]:
        places.append((("components", "responses", name, "description"), with_error(contract, name)))
    for place, met in places:
        text = f"{at(contract.document, place).rstrip()} {sentence}"
        yield Mutant(place, put(contract.document, place, text), meetings=met)


@kind("authentication changed in words", "risky", "auth-text-changed")
def auth_told(contract: Contract) -> Iterator[Mutant]:
    yield from told(contract, "Every API key must be rotated within 90 days.")


@kind("rate limit changed in words", "risky", "rate-limit-text-changed")
def limits_told(contract: Contract) -> Iterator[Mutant]:
    yield from told(contract, "At most 60 requests per minute are allowed.")
