"""Mutations of lists of values: `enum`.

The contract lists values in schemas that answers and arguments share: *accepted* are those that a caller may send.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Callable

from .contract import Contract, Meeting, Site
from .edit import Place, at, drop, merge, put
from .kind import Mutant, kind


def is_sent(site: Site) -> bool:
    """Whether a caller may send one of its values."""
    return site.role in ("request", "shared")


@kind(
    "accepted value removed", "breaking", "request-property-enum-value-removed", "request-parameter-enum-value-removed"
)
def accepted_value_removed(contract: Contract) -> Iterator[Mutant]:
    for site in filter(is_sent, contract.enums()):
        yield from value_removed(contract, site)


@kind("answered value removed", "risky", "response-property-enum-value-removed", "event-property-enum-value-removed")
def answered_value_removed(contract: Contract) -> Iterator[Mutant]:
    """Also an error type that is sent no more."""
    for site in contract.enums():
        if not is_sent(site):
            yield from value_removed(contract, site)


def value_removed(contract: Contract, site: Site) -> Iterator[Mutant]:
    for index, value in enumerate(site.node["enum"]):
        meetings = tuple(one for one in site.meetings if may_come(one, value))
        yield Mutant(site.place, drop(contract.document, (*site.place, "enum", index)), meetings=meetings)


def may_come(meeting: Meeting, value: str) -> bool:
    """Whether a value may be met there: the type of an event is always its own."""
    return (meeting.part, meeting.path) != ("event", ("type",)) or meeting.operation == value


@kind("answered value added", "risky", "response-property-enum-value-added", "event-property-enum-value-added")
def answered_value_added(contract: Contract) -> Iterator[Mutant]:
    for site in contract.enums():
        for values in (["brand_new", *site.node["enum"]], [*site.node["enum"], "brand_new"]):
            yield Mutant(site.place, merge(contract.document, site.place, {"enum": values}), meetings=site.meetings)


@kind(
    "only accepted value added", "compatible", "request-property-enum-value-added", "request-parameter-enum-value-added"
)
def only_accepted_value_added(contract: Contract) -> Iterator[Mutant]:
    """To a list of values of its own, that no answer shares."""
    for place, site in inlined(contract):
        node = at(contract.document, site.place)
        old = put(contract.document, place, node)
        new = put(contract.document, place, {**node, "enum": [*node["enum"], "brand_new"]})
        yield Mutant(place, new, meetings=contract.site(place).meetings, old=old)


@kind(
    "only accepted value removed",
    "breaking",
    "request-property-enum-value-removed",
    "request-parameter-enum-value-removed",
)
def only_accepted_value_removed(contract: Contract) -> Iterator[Mutant]:
    for place, site in inlined(contract):
        node = at(contract.document, site.place)
        old = put(contract.document, place, node)
        new = put(contract.document, place, {**node, "enum": node["enum"][1:]})
        yield Mutant(place, new, meetings=contract.site(place).meetings, old=old)


def inlined(contract: Contract) -> Iterator[tuple[Place, Site]]:
    """Where a list of values is referred to for what is sent only, and that list."""
    for site in contract.sites:
        if site.role == "request" and "$ref" in site.node and "enum" in contract.resolved(site.place):
            yield site.place, contract.site(contract.resolve(site.place))


@kind(
    "accepted value renamed", "breaking", "request-property-enum-value-removed", "request-parameter-enum-value-removed"
)
def accepted_value_renamed(contract: Contract) -> Iterator[Mutant]:
    for site in filter(is_sent, contract.enums()):
        yield from value_becomes(contract, site, "{}_v2".format)


@kind("answered value renamed", "risky", "response-property-enum-value-removed", "event-property-enum-value-removed")
def answered_value_renamed(contract: Contract) -> Iterator[Mutant]:
    for site in contract.enums():
        if not is_sent(site):
            yield from value_becomes(contract, site, "{}_v2".format)


@kind(
    "accepted value in another case",
    "breaking",
    "request-property-enum-value-removed",
    "request-parameter-enum-value-removed",
)
def accepted_value_case(contract: Contract) -> Iterator[Mutant]:
    for site in filter(is_sent, contract.enums()):
        yield from value_becomes(contract, site, str.upper)


@kind(
    "answered value in another case",
    "risky",
    "response-property-enum-value-removed",
    "event-property-enum-value-removed",
)
def answered_value_case(contract: Contract) -> Iterator[Mutant]:
    for site in contract.enums():
        if not is_sent(site):
            yield from value_becomes(contract, site, str.upper)


def value_becomes(contract: Contract, site: Site, edit: Callable[[str], str]) -> Iterator[Mutant]:
    for index, value in enumerate(site.node["enum"]):
        yield Mutant(
            site.place, put(contract.document, (*site.place, "enum", index), edit(value)), meetings=site.meetings
        )


@kind("accepted values limited to a list", "breaking", "request-property-became-enum", "request-parameter-became-enum")
def becomes_enum(contract: Contract) -> Iterator[Mutant]:
    for site in contract.sites:
        if (
            site.role == "request"
            and site.node.get("type") == "string"
            and not {"enum", "format", "pattern"} & set(site.node)
        ):
            new = merge(contract.document, site.place, {"enum": ["one", "two"]})
            yield Mutant(site.place, new, meetings=site.meetings)
