"""Which fields of answers the package reads itself, by its source: methods that rest on more than they hand on.

A function reads what the functions read that it calls or hands on. An object that is made is used: who makes it reads
what its methods read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Optional

from firsthandapi.drift.scope import Edge, Function, Judgement, Read, Scope, Type
from firsthandapi.drift.source import Package
from firsthandapi.drift.tracing import Trace, texts


class Reads:
    """What the functions of a package read.

    Args:
        package, layer, source, words: As in `Scope`.
    """

    def __init__(self, package: Path, layer: str, source: Package, words: Mapping[str, Mapping[str, str]]) -> None:
        self.scope: Scope = Scope(package, layer, source, words)
        for function in self.scope.functions.values():
            Trace(self.scope, function).run()
        self._keep_promises()
        self._total = self._settled()
        self._judging = self._reached()

    def of(self, module: str, owner: Optional[str], name: str) -> frozenset[tuple[str, str]]:
        """Return model and field of whatever a function reads, directly or through what it calls."""
        key = f"{module}:{owner}.{name}" if owner else f"{module}:{name}"
        return frozenset((one.subject, one.field) for one in self._total.get(key, ()) if one.subject[0] != "?")

    def judged_by(self, module: str, owner: Optional[str], name: str) -> frozenset[Judgement]:
        """Return what a function judges, directly or through what it calls."""
        return self._judging.get(f"{module}:{owner}.{name}" if owner else f"{module}:{name}", frozenset())

    def judgements(self) -> set[Judgement]:
        """Return everything that the package judges."""
        return {judgement for function in self.scope.functions.values() for judgement in function.judges}

    def judged(self) -> dict[str, frozenset[str]]:
        """Return the values that the package knows of each enum which it judges, by its constants."""
        enums = {self.scope.declared(judgement.constant) for judgement in self.judgements()}
        found: dict[str, set[str]] = {}
        for name, (node, _) in self.scope.constants.items():
            enum = self.scope.declared(name)
            if enum is not None and enum in enums:
                found.setdefault(enum, set()).update(texts(node))
        return {enum: frozenset(values) for enum, values in found.items()}

    def _keep_promises(self) -> None:
        """A method that a class only promises to the type checker is that of the derived class."""
        for name, cls in self.scope.classes.items():
            for base in self.scope.lineage(name):
                promised = self.scope.classes[base].promised if base in self.scope.classes else set[str]()
                for method in promised & cls.methods.keys():
                    stub = self.scope.classes[base].methods[method]
                    given = Trace(self.scope, stub).known
                    stub.edges.append(Edge(cls.methods[method].key, given, of_self=True))

    def _settled(self) -> dict[str, frozenset[Read]]:
        total = {key: frozenset(function.reads) for key, function in self.scope.functions.items()}
        while True:
            now = {key: total[key].union(self._through(one, total)) for key, one in self.scope.functions.items()}
            if now == total:
                return total
            total = now

    def _through(self, function: Function, total: Mapping[str, frozenset[Read]]) -> Iterator[Read]:
        for edge in function.edges:
            kept: dict[str, Optional[Type]] = {}
            for name in self.scope.lineage(edge.target) if edge.target in self.scope.classes else ():
                held = self.scope.classes[name].kept if name in self.scope.classes else {}
                kept.update((f"?self.{attribute}", edge.given.get(one)) for attribute, one in held.items())
            given = kept or {f"?{name}": one for name, one in edge.given.items()}
            for target in self._targets(edge):
                for read in total[target]:
                    if edge.of_self and read.subject.startswith("?self."):
                        yield read
                    elif read.subject[0] == "?":
                        yield from self._filled(read, given.get(read.subject))
                    else:
                        yield read

    def _targets(self, edge: Edge) -> Iterator[str]:
        if edge.target in self.scope.functions:
            yield edge.target
        classes = self.scope.classes
        for cls in self.scope.lineage(edge.target) if edge.target in classes else ():
            yield from (method.key for method in classes[cls].methods.values()) if cls in classes else ()

    def _filled(self, read: Read, known: Optional[Type]) -> Iterator[Read]:
        known = known.inner[0] if known is not None and known.name == "Call" and known.inner else known
        if known is None or known.name[0] == "@":
            return
        if known.name[0] == "?":
            yield read._replace(subject=known.name)
            return
        model = self.scope.model(known.name)
        if model is not None and all(name in self.scope.source.models[model] for name in read.needs):
            yield Read(model, self.scope.wire(model, read.field))

    def _reached(self) -> dict[str, frozenset[Judgement]]:
        total = {key: frozenset(function.judges) for key, function in self.scope.functions.items()}
        while True:
            now = {
                key: total[key].union(*(total[target] for edge in one.edges for target in self._targets(edge)))
                for key, one in self.scope.functions.items()
            }
            if now == total:
                return total
            total = now
