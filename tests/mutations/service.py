"""Mutations of what holds for the whole service: servers, keys and their scopes, rules that stand in words only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Callable, Optional

from .answers import with_error, with_header
from .contract import Contract, Meeting
from .edit import Place, at, merge, put
from .kind import Mutant, kind, whole

SERVERS = (Meeting("document", "servers", (), None),)
SECURITY = (Meeting("document", "security", (), None),)
ELSEWHERE = "https://jobs.firsthandapi.com"
SCHEMES: Place = ("components", "securitySchemes")


@kind("server moved", "risky", "server-removed")
def server_moved(contract: Contract) -> Iterator[Mutant]:
    for url in ("https://api2.firsthandapi.com", "https://api.firsthandapi.com/eu", "http://api.firsthandapi.com"):
        place: Place = ("servers", 0)
        yield Mutant(place, merge(contract.document, place, {"url": url}), (("servers",),), SERVERS)


@kind("beginning of all paths moved into the server", "risky", "server-path-changed")
def beginning_moved(contract: Contract) -> Iterator[Mutant]:
    """And back: whichever of the two says it, each call ends where it did."""
    paths = {path[len("/v1") :]: item for path, item in contract.document["paths"].items()}
    place: Place = ("servers", 0, "url")
    for slash in ("", "/"):
        url = f"{at(contract.document, place)}/v1{slash}"
        moved = put(put(contract.document, place, url), ("paths",), paths)
        yield Mutant(place, moved, meetings=SERVERS)
        yield Mutant(place, contract.document, meetings=SERVERS, old=moved)


@kind("server written with variables", "none")
def server_written(contract: Contract) -> Iterator[Mutant]:
    place: Place = ("servers", 0)
    server = at(contract.document, place)
    scheme, host = server["url"].split("://")
    for url, variables in (
        (f"{scheme}://{{host}}", {"host": host}),
        ("{scheme}://{host}/{path}", {"scheme": scheme, "host": host, "path": ""}),
    ):
        said = {name: {"default": default} for name, default in variables.items()}
        yield Mutant(place, put(contract.document, place, {**server, "url": url, "variables": said}))


@kind("server added", "compatible", "server-added")
def server_added(contract: Contract) -> Iterator[Mutant]:
    place: Place = ("servers", 1)
    new = put(contract.document, place, {"url": "https://eu.firsthandapi.com", "description": "Europe."})
    yield Mutant(place, new, (("servers",),), SERVERS)


@kind("own server for an operation", "breaking", "operation-server-changed")
def operation_moved(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        place = (*operation.place, "servers")
        yield Mutant(place, put(contract.document, place, [{"url": ELSEWHERE}]), meetings=whole(operation))


@kind("own server for a path", "breaking", "operation-server-changed")
def path_moved(contract: Contract) -> Iterator[Mutant]:
    for path in contract.document["paths"]:
        place: Place = ("paths", path, "servers")
        here = (operation for operation in contract.operations if operation.path == path)
        yield Mutant(place, put(contract.document, place, [{"url": ELSEWHERE}]), meetings=whole(*here))


@kind("operation's own server moved, or given up", "breaking", "operation-server-changed")
def own_server_moved(contract: Contract) -> Iterator[Mutant]:
    for number, operation in enumerate(contract.operations):
        place = (*operation.place, "servers")
        old = put(contract.document, place, [{"url": ELSEWHERE}])
        new = put(contract.document, place, [{"url": f"{ELSEWHERE}/v2"}]) if number % 2 else contract.document
        yield Mutant(place, new, meetings=whole(operation), old=old)


@kind("operation gets a second server", "compatible", "server-added")
def second_server(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        place = (*operation.place, "servers")
        servers = [*contract.document["servers"], {"url": ELSEWHERE}]
        yield Mutant(place, put(contract.document, place, servers), meetings=whole(operation))


@kind("operation loses one of two servers", "risky", "server-removed")
def server_lost(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        place = (*operation.place, "servers")
        servers = [*contract.document["servers"], {"url": ELSEWHERE}]
        old, new = (put(contract.document, place, some) for some in (servers, servers[:1]))
        yield Mutant(place, new, meetings=whole(operation), old=old)


@kind("operation says what the server is", "none")
def server_said(contract: Contract) -> Iterator[Mutant]:
    for operation in contract.operations:
        place = (*operation.place, "servers")
        yield Mutant(place, put(contract.document, place, contract.document["servers"]))


@kind("version changed", "compatible", "api-version-changed")
def version_changed(contract: Contract) -> Iterator[Mutant]:
    place: Place = ("info", "version")
    for version in ("2.0.0", "next"):
        yield Mutant(place, put(contract.document, place, version))


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


@kind("another credential is enough, too", "compatible", "operation-security-widened")
def auth_widened(contract: Contract) -> Iterator[Mutant]:
    scheme = {"type": "apiKey", "in": "header", "name": "X-Api-Key"}
    old = put(contract.document, (*SCHEMES, "other"), scheme)
    for operation in contract.operations:
        if operation.node["security"]:
            place = (*operation.place, "security")
            new = put(old, place, [*operation.node["security"], {"other": []}])
            yield Mutant(place, new, meetings=whole(operation), old=old)


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

AUTH = (
    "Every API key must be rotated within 90 days.",
    "Sign in before you call it.",
    "Needs the permission of an owner.",
    "Send the token of your session.",
    "Only the role `admin` may call it.",
    "A password is asked for.",
)
KEYS = (
    "API keys expire after 90 days.",
    "An API key may be used from one address only.",
    "Pass the API key in the header `X-Key`.",
    "Each request needs an API key.",
    "API keys cannot be used in a browser.",
)
LIMITS = (
    "At most 60 requests per minute are allowed.",
    "You may make at most 60 calls each minute.",
    "Bursts of 20 are fine.",
    "No more than 5 concurrent requests.",
    "Poll once every 10 seconds.",
    "Wait 2 seconds between calls.",
    "Ten calls a second, 600 an hour.",
    "It is throttled.",
)
OTHERWISE = "Said in other words."


def told(contract: Contract, sentences: tuple[str, ...]) -> Iterator[Mutant]:
    """One more sentence, wherever one is read that has to do with calls; each of some in turn."""
    places: list[tuple[Place, tuple[Meeting, ...]]] = [
        (("info", "description"), ()),
        ((*SCHEMES, "bearerAuth", "description"), SECURITY),
    ]
    places += [((*operation.place, "description"), whole(operation)) for operation in contract.operations]
    for index, tag in enumerate(contract.document["tags"]):
        tagged = [found for found in contract.operations if tag["name"] in found.node["tags"]]
        places.append((("tags", index, "description"), whole(*tagged)))
    for name in contract.document["components"]["responses"]:
        places.append((("components", "responses", name, "description"), with_error(contract, name)))
    for name in contract.document["components"]["headers"]:
        places.append((("components", "headers", name, "description"), with_header(contract, name)))
    for number, (place, met) in enumerate(places):
        text = f"{at(contract.document, place).rstrip()} {sentences[number % len(sentences)]}"
        yield Mutant(place, put(contract.document, place, text), meetings=met)


@kind("authentication changed in words", "risky", "auth-text-changed")
def auth_told(contract: Contract) -> Iterator[Mutant]:
    yield from told(contract, AUTH)


@kind("rate limit changed in words", "risky", "rate-limit-text-changed")
def limits_told(contract: Contract) -> Iterator[Mutant]:
    yield from told(contract, LIMITS)


@kind("rule on keys told in words", "risky", "auth-text-changed")
def keys_told(contract: Contract) -> Iterator[Mutant]:
    yield from told(contract, KEYS)


@kind("text on authentication edited where it stands", "risky", "auth-text-changed")
def auth_edited(contract: Contract) -> Iterator[Mutant]:
    """What answers 401 and 403 are for, and the security scheme: whatever is said there."""
    yield from edited(contract, about_auth(contract))


@kind("text on rate limits edited where it stands", "risky", "rate-limit-text-changed")
def limits_edited(contract: Contract) -> Iterator[Mutant]:
    """What answer 429 is for, `Retry-After` and `X-RateLimit-...`: whatever is said there."""
    yield from edited(contract, about_limits(contract))


Texts = dict[Place, tuple[Meeting, ...]]


def edited(contract: Contract, places: Texts) -> Iterator[Mutant]:
    """Each of these texts in other words, and without its last word."""
    for place, met in places.items():
        shorter = at(contract.document, place).rstrip(" .").rpartition(" ")[0]
        for text in (OTHERWISE, shorter):
            yield Mutant(place, put(contract.document, place, text), meetings=met)


def about_auth(contract: Contract) -> Texts:
    """The texts that are about authentication by their place."""
    return {(*SCHEMES, "bearerAuth", "description"): SECURITY, **of_answers(contract, "401", "403")}


def about_limits(contract: Contract) -> Texts:
    """The texts that are about rate limits by their place."""
    return {
        **{
            ("components", "headers", name, "description"): with_header(contract, name)
            for name in contract.document["components"]["headers"]
            if "RateLimit" in name or name == "Retry-After"
        },
        **of_answers(contract, "429"),
    }


def of_answers(contract: Contract, *statuses: str) -> Texts:
    """What is said of answers with these statuses."""
    places = {
        contract.resolve(place): None for _, status, place in contract.answers(success=False) if status in statuses
    }
    return {(*place, "description"): with_error(contract, place[-1]) for place in places}
