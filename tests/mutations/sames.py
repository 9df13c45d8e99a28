"""Mutations that mean the same as before: another order, other words, the same schema written otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .contract import METHODS, SCHEMAS, Contract
from .edit import Document, Place, at, changed, drop, mapped, merge, place_of, put, walk
from .events import about_signature
from .kind import Mutant, kind
from .service import about_auth, about_limits

PLAIN = (
    "The newest comes first.",
    "At most 100 items fit on a page.",
    "Photos show one thing each.",
    "The job ends on that day.",
    "It is kept for 30 days.",
    "Videos have 30 frames per second.",
    "See the guide for an example.",
)


def texts(contract: Contract, *keys: str) -> Iterator[Place]:
    """Where a description or the like stands, properties of that name aside."""
    for place, _ in walk(contract.document):
        if place and place[-1] in keys and place[-2:-1] != ("properties",) and not in_example(place):
            yield place


def in_example(place: Place) -> bool:
    """Whether it is part of a sample value, where words have no meaning."""
    return any(part in ("example", "examples", "default") for part in place[:-1])


@kind("description edited", "none")
def described(contract: Contract) -> Iterator[Mutant]:
    """But for those few that are about rate limits, authentication or signatures by their place."""
    telling = {*about_auth(contract), *about_limits(contract), *about_signature(contract)}
    for place in texts(contract, "description", "summary"):
        if place not in telling:
            yield Mutant(place, put(contract.document, place, "Said in other words."))


@kind("description with a plain sentence more", "none")
def described_longer(contract: Contract) -> Iterator[Mutant]:
    """Of words that have little to do with calls: each of some in turn."""
    telling = {*about_auth(contract), *about_limits(contract), *about_signature(contract)}
    for number, place in enumerate(texts(contract, "description", "summary")):
        if place not in telling:
            text = f"{at(contract.document, place).rstrip(' .')}. {PLAIN[number % len(PLAIN)]}"
            yield Mutant(place, put(contract.document, place, text))


@kind("text set otherwise", "none")
def set_otherwise(contract: Contract) -> Iterator[Mutant]:
    """The same words with other spaces, breaks and capitals; code stays as it is."""
    for place in texts(contract, "description", "summary"):
        text = at(contract.document, place)
        parts = text.split("`")
        shouted = "`".join(part.upper() if number % 2 == 0 else part for number, part in enumerate(parts))
        for new in (f"  {text}\n", text.replace(" ", "  "), shouted):
            yield Mutant(place, put(contract.document, place, new))


@kind("example edited", "none")
def exemplified(contract: Contract) -> Iterator[Mutant]:
    for name in contract.document["components"].get("examples", ()):
        place: Place = ("components", "examples", name, "value", "description")
        yield Mutant(place, put(contract.document, place, "Said in other words."))
    for site in contract.sites:
        if "examples" in site.node:
            yield Mutant(site.place, drop(contract.document, (*site.place, "examples")))


@kind("note of a source edited", "none")
def sourced(contract: Contract) -> Iterator[Mutant]:
    for place in texts(contract, "x-source"):
        yield Mutant(place, put(contract.document, place, "docs"))


@kind("title of the document edited", "none")
def titled(contract: Contract) -> Iterator[Mutant]:
    for key in ("title", "summary", "description"):
        yield Mutant(("info", key), put(contract.document, ("info", key), "Said in other words."))


@kind("version of the document changed", "compatible")
def versioned(contract: Contract) -> Iterator[Mutant]:
    yield Mutant(("info", "version"), put(contract.document, ("info", "version"), "2026-09-30"))


@kind("keys in another order", "none")
def reordered(contract: Contract) -> Iterator[Mutant]:
    """Each mapping for itself, and all of them."""
    for place, node in walk(contract.document):
        if isinstance(node, dict) and len(node) > 1 and not in_example((*place, "")):
            yield Mutant(place, changed(contract.document, place, backwards))
    yield Mutant((), mapped(contract.document, lambda node: backwards(node) if isinstance(node, dict) else node))


def backwards(node: dict[Any, Any]) -> dict[Any, Any]:
    """The mapping, last key first."""
    return {key: node[key] for key in reversed(list(node))}


@kind("list without an order reordered", "none")
def lists_reordered(contract: Contract) -> Iterator[Mutant]:
    for place, node in walk(contract.document):
        words = ("required", "enum", "tags", "parameters", "type", "x-scopes", "oneOf")
        if place and place[-1] in words and isinstance(node, list) and len(node) > 1 and not in_example(place):
            yield Mutant(place, put(contract.document, place, node[::-1]))


@kind("reference replaced by what it leads to", "none", reshapes=True)
def inlined(contract: Contract) -> Iterator[Mutant]:
    for place, node in walk(contract.document):
        if isinstance(node, dict) and isinstance(node.get("$ref"), str) and not in_example(place):
            yield Mutant(place, put(contract.document, place, resolved(contract, node)))


@kind("all references replaced", "none", reshapes=True)
def all_inlined(contract: Contract) -> Iterator[Mutant]:
    """Of one sort, then of all; what nothing leads to any more goes or stays."""
    for section in ("parameters", "headers", "responses", "schemas", ""):
        prefix = f"#/components/{section}"

        def edit(node: Any, prefix: str = prefix) -> Any:
            while isinstance(node, dict) and str(node.get("$ref", "")).startswith(prefix):
                node = mapped(resolved(contract, node), edit)
            return node

        new = mapped(contract.document, edit)
        yield Mutant(("components", section) if section else ("components",), new)
        if section and section != "schemas":
            yield Mutant(("components", section), drop(new, ("components", section)))


def resolved(contract: Contract, node: dict[str, Any]) -> Any:
    """What a reference leads to, with what stands beside it."""
    beside = {key: value for key, value in node.items() if key != "$ref"}
    return {**at(contract.document, place_of(node["$ref"])), **beside}


@kind("schema given a name", "none", reshapes=True)
def extracted(contract: Contract) -> Iterator[Mutant]:
    for site in contract.sites:
        if "$ref" not in site.node and len(site.place) > 3:
            name = "Extracted"
            new = put(contract.document, (*SCHEMAS, name), site.node)
            yield Mutant(site.place, put(new, site.place, {"$ref": f"#/components/schemas/{name}"}))


@kind("reference wrapped in allOf", "none", reshapes=True)
def wrapped(contract: Contract) -> Iterator[Mutant]:
    for site in contract.sites:
        if "$ref" in site.node:
            beside = {key: value for key, value in site.node.items() if key != "$ref"}
            new = {"allOf": [{"$ref": site.node["$ref"]}], **beside}
            yield Mutant(site.place, put(contract.document, site.place, new))


@kind("allOf flattened", "none", reshapes=True)
def flattened(contract: Contract) -> Iterator[Mutant]:
    for place, parts in halves(contract):
        old = put(contract.document, place, parts)
        yield Mutant(place, contract.document, old=old)


@kind("object split into an allOf", "none", reshapes=True)
def split(contract: Contract) -> Iterator[Mutant]:
    """In place, and with the first half as a schema of its own."""
    for place, parts in halves(contract):
        yield Mutant(place, put(contract.document, place, parts))
        base = f"{place[-1]}Base"
        new = put(contract.document, (*SCHEMAS, base), parts["allOf"][0])
        parts = {**parts, "allOf": [{"$ref": f"#/components/schemas/{base}"}, parts["allOf"][1]]}
        yield Mutant(place, put(new, place, parts))


def halves(contract: Contract) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Every open object as an allOf of two."""
    for site in contract.objects("request", "response", "error", "event", "shared"):
        node = site.node
        names = list(node["properties"])
        if node.get("additionalProperties") is True and len(names) > 1:
            parts = []
            for half in (names[: len(names) // 2], names[len(names) // 2 :]):
                part: dict[str, Any] = {
                    "type": "object",
                    "properties": {name: node["properties"][name] for name in half},
                }
                if "required" in node:
                    part["required"] = [name for name in node["required"] if name in half]
                parts.append(part)
            yield site.place, {"description": node["description"], "allOf": parts}


@kind("null written otherwise", "none", reshapes=True)
def null_otherwise(contract: Contract) -> Iterator[Mutant]:
    """`type: [x, "null"]`, `oneOf` and `anyOf` with a null say the same."""
    for site in contract.sites:
        if isinstance(site.node.get("type"), list):
            beside = {key: site.node[key] for key in ("description",) if key in site.node}
            rest = {
                key: value for key, value in site.node.items() if key not in ("description", "x-source", "examples")
            }
            rest["type"] = next(name for name in site.node["type"] if name != "null")
            for word in ("oneOf", "anyOf"):
                yield Mutant(site.place, put(contract.document, site.place, {word: [rest, {"type": "null"}], **beside}))
        elif "oneOf" in site.node:
            rest = {("anyOf" if key == "oneOf" else key): value for key, value in site.node.items()}
            yield Mutant(site.place, put(contract.document, site.place, rest))


@kind("path parameters listed by the operations", "none")
def parameters_lowered(contract: Contract) -> Iterator[Mutant]:
    for path, item in contract.document["paths"].items():
        if "parameters" in item:
            new = {key: value for key, value in item.items() if key != "parameters"}
            for method in METHODS:
                if method in new:
                    listed = [*item["parameters"], *new[method].get("parameters", [])]
                    new[method] = {**new[method], "parameters": listed}
            yield Mutant(("paths", path), put(contract.document, ("paths", path), new))


@kind("auth written once", "none")
def security_raised(contract: Contract) -> Iterator[Mutant]:
    """At the top of the document, for every operation that says nothing else."""
    new: Document = put(contract.document, ("security",), [{"bearerAuth": []}])
    for operation in contract.operations:
        if operation.node["security"]:
            new = drop(new, (*operation.place, "security"))
    yield Mutant(("security",), new)


@kind("auth scheme called otherwise", "none")
def scheme_renamed(contract: Contract) -> Iterator[Mutant]:
    def edit(node: Any) -> Any:
        if isinstance(node, dict) and "bearerAuth" in node:
            return {("apiKey" if key == "bearerAuth" else key): value for key, value in node.items()}
        return node

    yield Mutant(("components", "securitySchemes"), mapped(contract.document, edit))


@kind("default written out", "none")
def defaults_written(contract: Contract) -> Iterator[Mutant]:
    """What holds anyway where nothing is said."""
    for parameter in contract.parameters("query", "header"):
        style = {"style": "form" if parameter.node["in"] == "query" else "simple"}
        for said in ({"required": False}, {"deprecated": False}, style):
            yield Mutant(parameter.listed, put(contract.document, parameter.listed, {**parameter.node, **said}))
    for operation in contract.operations:
        yield Mutant(operation.place, merge(contract.document, operation.place, {"deprecated": False}))
    for site in contract.objects("response", "error", "event", "shared"):
        yield Mutant(site.place, drop(contract.document, (*site.place, "additionalProperties")))


@kind("number written otherwise", "none")
def numbers(contract: Contract) -> Iterator[Mutant]:
    for place, value in walk(contract.document):
        if place and place[-1] in ("minimum", "maximum", "exclusiveMinimum") and not in_example(place):
            yield Mutant(place, put(contract.document, place, float(value)))


@kind("schema added that nothing uses", "compatible")
def unused_added(contract: Contract) -> Iterator[Mutant]:
    for name, schema in contract.document["components"]["schemas"].items():
        place = (*SCHEMAS, f"{name}V2")
        yield Mutant(place, put(contract.document, place, schema))


@kind("patch version of OpenAPI", "none")
def patch_version(contract: Contract) -> Iterator[Mutant]:
    yield Mutant(("openapi",), put(contract.document, ("openapi",), "3.1.1"))


@kind("links dropped", "none")
def links_dropped(contract: Contract) -> Iterator[Mutant]:
    for _, _, place in contract.answers(success=True):
        if "links" in at(contract.document, place):
            yield Mutant((*place, "links"), drop(contract.document, (*place, "links")))
