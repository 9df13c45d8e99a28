"""Mutations of limits: fewer values fit, or more."""

from __future__ import annotations

from collections.abc import Iterator

from . import shapes
from .contract import Contract, Site
from .edit import drop, merge, put
from .fields import READ
from .kind import Mutant, kind

LOWER = ("min", "exclusive-min", "min-length", "min-items")
UPPER = ("max", "max-length", "max-items", "max-properties")
SENT = ("request-property", "request-parameter", "request-body")
READ_FROM = ("response-property", "event-property")


def rules(subjects: tuple[str, ...], to_lower: str, to_upper: str) -> list[str]:
    """Every rule that says this of a lower, or that of an upper limit."""
    return [
        f"{subject}-{word}-{what}"
        for subject in subjects
        for words, what in ((LOWER, to_lower), (UPPER, to_upper))
        for word in words
    ]


@kind("sent limit tightened", "risky", *rules(SENT, "increased", "decreased"))
def tightened(contract: Contract) -> Iterator[Mutant]:
    for site in limited(contract, "request", "shared"):
        yield changed(contract, site, shapes.moved(site.node, tighter=True))


@kind("sent limit loosened", "compatible", *rules(SENT, "decreased", "increased"), *rules(SENT, "removed", "increased"))
def loosened(contract: Contract) -> Iterator[Mutant]:
    for site in limited(contract, "request"):
        yield changed(contract, site, shapes.moved(site.node, tighter=False))


@kind("sent limit added", "risky", *rules(SENT, "set", "set"))
def added(contract: Contract) -> Iterator[Mutant]:
    for site in contract.sites:
        limit = shapes.UPPER.get(shapes.type_of(contract, site.place), {})
        if site.role == "request" and "$ref" not in site.node and limit and not set(limit) & set(site.node):
            yield Mutant(site.place, merge(contract.document, site.place, limit), meetings=site.meetings)


@kind("sent limit removed", "compatible", *rules(SENT, "removed", "removed"))
def removed(contract: Contract) -> Iterator[Mutant]:
    for site in limited(contract, "request"):
        for name in shapes.LIMITS:
            if name in site.node:
                yield Mutant(site.place, drop(contract.document, (*site.place, name)), meetings=site.meetings)


@kind("answered limit loosened", "risky", *rules(READ_FROM, "decreased", "increased"))
def answered_loosened(contract: Contract) -> Iterator[Mutant]:
    for site in limited(contract, *READ, "shared"):
        yield changed(contract, site, shapes.moved(site.node, tighter=False))


@kind("answered limit tightened", "compatible", *rules(READ_FROM, "increased", "decreased"))
def answered_tightened(contract: Contract) -> Iterator[Mutant]:
    for site in limited(contract, *READ):
        yield changed(contract, site, shapes.moved(site.node, tighter=True))


def limited(contract: Contract, *roles: str) -> Iterator[Site]:
    """Every schema with a limit whose values go in one of these directions."""
    for site in contract.sites:
        if site.role in roles and set(shapes.LIMITS) & set(site.node):
            yield site


def changed(contract: Contract, site: Site, node: shapes.Schema) -> Mutant:
    """The contract with this schema at the place of another."""
    return Mutant(site.place, put(contract.document, site.place, node), meetings=site.meetings)


@kind("request pattern changed", "risky", "request-parameter-pattern-changed", roles=("request",))
@kind("{} pattern changed", "risky", "{}-property-pattern-changed", roles=("response", "event"))
def pattern_changed(contract: Contract, role: str) -> Iterator[Mutant]:
    """Also the name of a resource, `object`."""
    for site in contract.sites:
        if site.role == role and "pattern" in site.node:
            new = put(contract.document, (*site.place, "pattern"), "^other$")
            yield Mutant(site.place, new, meetings=site.meetings)


@kind("sent text needs a pattern", "risky", "request-property-pattern-added", "request-parameter-pattern-added")
def pattern_added(contract: Contract) -> Iterator[Mutant]:
    for site in contract.sites:
        if (
            site.role == "request"
            and site.node.get("type") == "string"
            and not {"pattern", "enum", "format"} & set(site.node)
        ):
            new = merge(contract.document, site.place, {"pattern": "^[a-z]+$"})
            yield Mutant(site.place, new, meetings=site.meetings)


@kind("{} text has no pattern any more", "risky", "{}-property-pattern-removed", roles=("response", "event"))
def pattern_removed(contract: Contract, role: str) -> Iterator[Mutant]:
    for site in contract.sites:
        if site.role == role and "pattern" in site.node:
            new = drop(contract.document, (*site.place, "pattern"))
            yield Mutant(site.place, new, meetings=site.meetings)


@kind("items of a sent list must differ", "risky", "request-property-unique-items-set")
def unique(contract: Contract) -> Iterator[Mutant]:
    for site in contract.sites:
        if site.role == "request" and site.node.get("type") == "array":
            yield Mutant(
                site.place, merge(contract.document, site.place, {"uniqueItems": True}), meetings=site.meetings
            )
