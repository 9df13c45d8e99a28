"""What the package's source defines, and what its annotations say: names, classes, functions, constants.

The source is read, never imported, as in `source`; here with all helpers that a client calls. A *subject* is what a
field is read from where only the caller knows its model: an argument (`?page`), or what an object keeps of its
constructor's (`?self._wire`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Optional

from attrs import define, field

from firsthandapi.drift.source import GENERATED, Node, Package

LEFT_OUT = frozenset(["datasets", "drift", "sandbox"])
"""Folders that no client calls."""
HOLDERS = frozenset(["Iterable", "Iterator", "AsyncIterator", "Sequence", "List", "list", "tuple"])


class Type(NamedTuple):
    """What is known of an expression.

    `name` is a model, a class of ours (`module:Class`), `list`, `Call`, the subject of a read (`?page`), or begins with
    `@`: a `@class`, `@function`, `@module`, `@operation` or `@constant` itself, or the `@value` of a field.
    """

    name: str
    inner: tuple[Optional[Type], ...] = ()


class Read(NamedTuple):
    """A field that is taken from a model."""

    subject: str
    field: str
    """By its name on the wire; of a subject that is not known yet, whichever word the source uses."""
    needs: frozenset[str] = frozenset()
    """Fields that the model must have, else nothing is read."""


class Judgement(NamedTuple):
    """A value of a field that the package compares with what it knows."""

    model: str
    field: str
    constant: str
    """`_waiting.FINAL`, or the value itself as Python writes it."""


class Edge(NamedTuple):
    """A function that is called, or a class that is made an object of."""

    target: str
    given: Mapping[str, Optional[Type]]
    of_self: bool = False


@define(eq=False)
class Function:
    """A function or method, and what was found out about it."""

    key: str
    module: str
    owner: Optional[str]
    node: Node
    reads: set[Read] = field(factory=set[Read])
    edges: list[Edge] = field(factory=list[Edge])
    judges: set[Judgement] = field(factory=set[Judgement])

    def parameters(self) -> list[ast.arg]:
        """Its arguments, without the object."""
        arguments = [*self.node.args.args, *self.node.args.kwonlyargs]
        return arguments[1:] if self.owner and arguments and arguments[0].arg in ("self", "cls") else arguments


@define(eq=False)
class Class:
    """A class of ours."""

    module: str
    node: ast.ClassDef
    methods: dict[str, Function] = field(factory=dict[str, Function])
    properties: set[str] = field(factory=set[str])
    members: dict[str, Type] = field(factory=dict[str, Type])
    kept: dict[str, str] = field(factory=dict[str, str])
    """Which argument of the constructor each attribute keeps."""
    promised: set[str] = field(factory=set[str])
    """Methods that only a type checker sees here: a derived class has them."""


class Scope:
    """Everything that the source of a package defines.

    Args:
        package: The folder of `firsthandapi`.
        layer: The client whose source is read: `_async` or `_sync`.
        source: What is known of the generated package.
        words: Documented word by everyday word, by model.
    """

    def __init__(self, package: Path, layer: str, source: Package, words: Mapping[str, Mapping[str, str]]) -> None:
        self.source = source
        self.words = words
        self.imports: dict[str, dict[str, tuple[str, str]]] = {}
        self.constants: dict[str, tuple[ast.expr, Optional[ast.expr]]] = {}
        """Value and annotation of each, as `module.NAME`."""
        self.classes: dict[str, Class] = {}
        self.functions: dict[str, Function] = {}
        self.modules: dict[str, ast.Module] = {}
        other = {"_async": "_sync", "_sync": "_async"}[layer]
        for path in sorted(package.rglob("*.py")):
            place = path.relative_to(package)
            if place.parts[0] not in (other, *LEFT_OUT):
                self.modules[".".join(place.with_suffix("").parts)] = ast.parse(path.read_text(encoding="utf-8"))
        for module, tree in self.modules.items():
            self.imports[module] = dict(_imported(module, tree))
            self._define(module, tree)
        for cls in self.classes.values():
            self._members(cls)

    def _define(self, module: str, tree: ast.Module) -> None:
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._function(module, None, node)
            elif isinstance(node, ast.ClassDef):
                cls = self.classes[f"{module}:{node.name}"] = Class(module, node)
                for one in _statements(node.body):
                    if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        if one not in node.body:
                            cls.promised.add(one.name)
                        words = {ast.unparse(decorator) for decorator in one.decorator_list}
                        if "overload" not in words:
                            cls.methods[one.name] = self._function(module, node.name, one)
                        if words & {"property", "cached_property"}:
                            cls.properties.add(one.name)
            elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if isinstance(target, ast.Name):
                        self.constants[f"{module}.{target.id}"] = node.value, getattr(node, "annotation", None)

    def _function(self, module: str, owner: Optional[str], node: Node) -> Function:
        key = f"{module}:{owner}.{node.name}" if owner else f"{module}:{node.name}"
        made = Function(key, module, f"{module}:{owner}" if owner else None, node)
        self.functions.setdefault(key, made)
        return made

    def _members(self, cls: Class) -> None:
        for one in _statements(cls.node.body):
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
                self._member(cls, one.target.id, self.type(cls.module, one.annotation))
        for method in cls.methods.values():
            typed = {one.arg: self.type(cls.module, one.annotation) for one in method.parameters()}
            for name, annotation, held in _assigned(method.node):
                self._member(cls, name, self.type(cls.module, annotation))
                if isinstance(held, ast.Name) and held.id in typed:
                    if method.node.name == "__init__":
                        cls.kept[name] = held.id
                    self._member(cls, name, typed[held.id])
                elif isinstance(held, ast.Call) and isinstance(held.func, ast.Name):
                    known = self.look_up(cls.module, held.func.id)
                    if known is not None and known.name == "@class":
                        self._member(cls, name, known.inner[0])

    def _member(self, cls: Class, name: str, known: Optional[Type]) -> None:
        if known is not None:
            cls.members.setdefault(name, known)

    # Names and types

    def look_up(self, module: str, name: str) -> Optional[Type]:
        """Return what a name of a module stands for."""
        if f"{module}:{name}" in self.classes:
            return Type("@class", (Type(f"{module}:{name}"),))
        if f"{module}:{name}" in self.functions:
            return Type("@function", (Type(f"{module}:{name}"),))
        if f"{module}.{name}" in self.constants:
            return Type("@constant", (Type(f"{module}.{name}"),))
        if name not in self.imports.get(module, {}):
            return None
        where, name = self.imports[module][name]
        if where.startswith(f"{GENERATED}.models") and name in self.source.models:
            return Type("@class", (Type(name),))
        if where.startswith(f"{GENERATED}.api."):
            operation = self.source.operations.get(f"{where[len(GENERATED) + 5 :]}.{name}")
            answer = Type(operation.answer) if operation and operation.answer else None
            return Type("@operation", (answer,)) if operation else None
        if f"{where}.{name}".lstrip(".") in self.modules:
            return Type("@module", (Type(f"{where}.{name}".lstrip(".")),))
        return self.look_up(where, name) if where in self.modules else None

    def type(self, module: str, annotation: Optional[ast.expr], known: Mapping[str, Type] = {}) -> Optional[Type]:
        """Return what an annotation says; None where it names nothing of ours."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            with suppress(SyntaxError):
                return self.type(module, ast.parse(annotation.value, mode="eval").body, known)
        if isinstance(annotation, ast.Name):
            if annotation.id in known:
                return known[annotation.id]
            found = self.look_up(module, annotation.id)
            return found.inner[0] if found is not None and found.name == "@class" else None
        if isinstance(annotation, ast.BinOp):
            return self.type(module, annotation.left, known) or self.type(module, annotation.right, known)
        if not isinstance(annotation, ast.Subscript):
            return None
        inside = annotation.slice
        parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
        types = [self.type(module, part, known) for part in parts]
        name = ast.unparse(annotation.value)
        if name in ("Optional", "Union", "Eventual", "Immediate", "Awaitable"):
            return next((one for one in types if one is not None), None)
        if name in HOLDERS:
            return Type("list", tuple(types[:1]))
        if name == "Call":
            return Type("Call", tuple(types))
        outer = self.type(module, annotation.value, known)
        return Type(outer.name, tuple(types)) if outer is not None else None

    def lineage(self, name: str) -> Iterator[str]:
        """Return a class and its bases, itself first; a model of ours ends with the generated one."""
        yield name
        cls = self.classes.get(name)
        for base in cls.node.bases if cls is not None else ():
            known = self.type(cls.module, base.value if isinstance(base, ast.Subscript) else base) if cls else None
            if known is not None:
                yield from self.lineage(known.name)

    def model(self, name: str) -> Optional[str]:
        """Return the generated model that a class is, or is derived from."""
        return next((one for one in self.lineage(name) if one in self.source.models), None)

    def wire(self, model: str, word: str) -> str:
        """Return how a field is called on the wire that the source calls by an attribute, or by another word.

        One that the generated model does not have, maybe no longer, goes by the word itself.
        """
        fields = self.source.models[model]
        word = self.words.get(model, {}).get(word, word) if word not in fields else word
        return next((name for name, one in fields.items() if word in (name, one.attribute)), word)

    def method(self, cls: str, name: str) -> Optional[Function]:
        """Return a method by the class of its object."""
        found = (self.classes[one].methods.get(name) for one in self.lineage(cls) if one in self.classes)
        return next((one for one in found if one is not None), None)

    def declared(self, constant: str) -> Optional[str]:
        """Return the enum whose values a constant is declared to hold: `frozenset[KnownJobStatus]`."""
        annotation = self.constants[constant][1] if constant in self.constants else None
        names = [node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)] if annotation else []
        return next((name[len("Known") :] for name in names if name.startswith("Known")), None)


def _imported(module: str, tree: ast.Module) -> Iterator[tuple[str, tuple[str, str]]]:
    folder = module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            above = folder[: len(folder) - node.level + 1] if node.level else []
            where = ".".join([*above, *(node.module or "").split(".")]).strip(".")
            for alias in node.names:
                yield alias.asname or alias.name, (where, alias.name)


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a class, those included that only a type checker sees."""
    for node in body:
        if isinstance(node, ast.If):
            yield from _statements(node.body)
        else:
            yield node


def _assigned(node: Node) -> Iterator[tuple[str, Optional[ast.expr], Optional[ast.expr]]]:
    """Name, annotation and value of each attribute that a method gives its object."""
    for one in ast.walk(node):
        if isinstance(one, (ast.Assign, ast.AnnAssign)):
            for target in one.targets if isinstance(one, ast.Assign) else [one.target]:
                pairs: Iterable[tuple[ast.expr, Optional[ast.expr]]] = [(target, one.value)]
                if isinstance(target, ast.Tuple) and isinstance(one.value, ast.Tuple):
                    pairs = zip(target.elts, one.value.elts)
                for name, held in pairs:
                    if isinstance(name, ast.Attribute) and ast.unparse(name.value) == "self":
                        yield name.attr, getattr(one, "annotation", None), held
