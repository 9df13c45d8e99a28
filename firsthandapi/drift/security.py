"""Who may call an operation: the security schemes, and the scopes of an API key (`x-scopes`).

A *requirement* is a set of schemes that must all be met; an operation lists those of which one is enough.
"""

from __future__ import annotations

import json
from typing import Any, Optional

from .change import Use
from .collect import Collector, Finding
from .references import Document, Located, mapping, sequence
from .schema import SILENT

Requirement = frozenset[tuple[str, frozenset[str]]]


def compare_security(
    old: Document, new: Document, before: Located, now: Located, operation: str, collector: Collector
) -> None:
    """Compare who may call an operation."""
    use = Use("operation", operation)
    for name in sorted(_used(old, before)):
        one, other = _scheme(old, name), _scheme(new, name)
        if one is not None and other is not None and _definition(one) != _definition(other):
            finding = Finding("security-scheme-changed", one, other, f"the security scheme `{name}` was changed")
            collector.add(finding, Use("document"))
    places = _place(old, before), _place(new, now)
    known = {name: _same(old, new, name) for name in sorted(_used(new, now))}
    was, is_now = _requirements(places[0], {}), _requirements(places[1], known)
    if was != is_now:
        kind, what = _verdict(was, is_now)
        if kind != "operation-security-removed":
            what += f": {_listed(was)} → {_listed(is_now)}"
        one, other = (place if place.value is not None else None for place in places)
        own = next(
            (node.child("security").pointer for node in (now, before) if "security" in mapping(node.value)), None
        )
        collector.add(Finding(kind, one, other, what, at=own), use)
    _compare_scopes(before, now, use, collector)


def compare_event_security(before: Located, now: Located, event: str, collector: Collector) -> None:
    """Compare the credentials that come with a delivery, where the event itself names some."""
    places = before.child("security"), now.child("security")
    was, is_now = _credentials(places[0]), _credentials(places[1])
    if was != is_now:
        one, other = (place if place.value is not None else None for place in places)
        what = "other credentials come with a delivery" if is_now else "no credentials come with a delivery any more"
        collector.add(Finding("event-security-changed", one, other, what), Use("event", event))


def _credentials(place: Located) -> frozenset[Requirement]:
    """What comes with a delivery; nothing where it may come without."""
    found = _requirements(place, {})
    return frozenset[Requirement]() if _open(found) else found


def _verdict(was: frozenset[Requirement], now: frozenset[Requirement]) -> tuple[str, str]:
    if _open(now):
        return ("operation-security-removed", "the operation may now be called without credentials")
    if _open(was):
        return ("operation-security-added", "the operation now needs credentials")
    if was < now or all(any(other <= one for other in now) for one in was):
        return ("operation-security-widened", "other credentials, or fewer, are enough too")
    return ("operation-security-changed", "other credentials or scopes are asked for")


def _listed(requirements: frozenset[Requirement]) -> str:
    """The requirements in words: `bearerAuth` or `oauth (jobs:read)`; schemes that must all be met with a plus."""
    if _open(requirements):
        return "none"
    said = (
        " + ".join(sorted(f"{name} ({', '.join(sorted(scopes))})" if scopes else name for name, scopes in requirement))
        for requirement in requirements
    )
    return " or ".join(f"`{one}`" for one in sorted(said))


def _open(requirements: frozenset[Requirement]) -> bool:
    return not requirements or frozenset() in requirements


def _place(document: Document, operation: Located) -> Located:
    """Where it is said who may call an operation."""
    return operation.child("security") if "security" in mapping(operation.value) else document.at("security")


def _requirements(place: Located, names: dict[str, str]) -> frozenset[Requirement]:
    return frozenset(
        frozenset(
            (names.get(name, name), frozenset(str(scope) for scope in sequence(scopes)))
            for name, scopes in mapping(requirement).items()
        )
        for requirement in sequence(place.value)
    )


def _used(document: Document, operation: Located) -> set[str]:
    return {name for requirement in sequence(_place(document, operation).value) for name in mapping(requirement)}


def _scheme(document: Document, name: str) -> Optional[Located]:
    node = document.at("components", "securitySchemes").child(name)
    return None if node.value is None else document.follow(node)


def _same(old: Document, new: Document, name: str) -> str:
    """What the scheme of the new document was called in the old one."""
    scheme = _scheme(new, name)
    if scheme is None or _scheme(old, name) is not None:
        return name
    for other in sorted(mapping(old.at("components", "securitySchemes").value)):
        before = _scheme(old, other)
        if before is not None and _definition(before) == _definition(scheme):
            return other
    return name


def _definition(scheme: Located) -> str:
    said: dict[str, Any] = {key: value for key, value in mapping(scheme.value).items() if key not in SILENT}
    said.pop("bearerFormat", None)  # a hint for people
    for key in ("type", "in", "scheme"):
        said[key] = str(said.get(key)).lower()
    return json.dumps(said, sort_keys=True, default=str)


def _compare_scopes(before: Located, now: Located, use: Use, collector: Collector) -> None:
    places = before.child("x-scopes"), now.child("x-scopes")
    was, is_now = ([str(scope) for scope in sequence(place.value)] for place in places)
    for scope in was:
        if scope not in is_now:
            gone = Located(scope, f"{places[0].pointer}/{was.index(scope)}")
            collector.add(
                Finding("operation-scope-removed", gone, None, f"the scope `{scope}` is no longer needed"), use
            )
    for scope in is_now:
        if scope not in was:
            come = Located(scope, f"{places[1].pointer}/{is_now.index(scope)}")
            collector.add(Finding("operation-scope-added", None, come, f"the scope `{scope}` is now needed"), use)
