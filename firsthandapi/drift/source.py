"""What the package's own source says: which method calls which operation, and which argument ends up where.

The source is read, never imported, so that a client that a new contract has just broken can still be asked.

A *function* is a method or function of `firsthandapi/_async`. An *end* is where a value leaves the package: a parameter
of an operation, or a field of its body. A *feed* says which arguments of a function reach an end: their names, or
`INSIDE` where the value is made by the package itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple, Optional, Union, cast

from attrs import define, field, frozen

from firsthandapi._vocabulary import RENAMED

INSIDE = ""
"""Stands for no argument: a constant, or something that the package works out."""
WHOLE = "*"
"""Stands for every field of a body, where a method sends a mapping as it is."""
EVERYDAY = {**RENAMED, "content_type": "accepted_formats", "file_formats": "accepted_formats"}
"""Documented word by everyday word, those included whose value is translated."""

GENERATED = "firsthandapi_generated"
Names = frozenset[str]
Node = Union[ast.FunctionDef, ast.AsyncFunctionDef]


class End(NamedTuple):
    """Where a value leaves the package."""

    operation: str
    part: Literal["parameter", "request"]
    name: str
    """Of the parameter or the field of the body, as it is on the wire; `WHOLE` for all fields.

    A parameter that the operation no longer takes, though the package still passes it, has the name that `build` had.
    """


@frozen
class Operation:
    """A module of `firsthandapi_generated.api`, and what it says of its operation."""

    id: str
    module: str
    """`jobs.create_job`."""
    method: str
    path: str
    arguments: Mapping[str, str]
    """What each argument of `build`, in order, is on the wire; `body` is itself."""
    body: Optional[str]
    """Name of the body's model."""
    answer: Optional[str]
    """Name of the answer's model."""


@frozen
class ModelField:
    """A field of a model."""

    attribute: str
    model: Optional[str] = None
    """Name of the model that it holds, or holds a list of."""
    type: Optional[ast.expr] = None
    """Its annotation."""


@define(eq=False)
class Function:
    """A function of the package and what was found out about it."""

    name: str
    module: str
    owner: Optional[str]
    """The class whose method it is."""
    node: Node
    arguments: dict[str, Optional[str]]
    """Class of each argument where its annotation names one of ours, by argument; without `self`."""
    builds: set[str] = field(factory=set[str])
    """Operations whose call it builds itself, not in a function that it hands on."""
    reaches: set[str] = field(factory=set[str])
    """Operations that it calls, however indirectly."""
    feeds: dict[End, Names] = field(factory=dict[End, Names])
    returns: Value = frozenset[str]()


Value = Union[Names, dict[str, Names], Function]
"""What is known of a value: the arguments that it is made of; the same for each field; or which function it is."""


@define
class Package:
    """The functions and classes of one client, async or sync."""

    root: str
    """The class of the client."""
    functions: dict[tuple[str, str], Function] = field(factory=dict[tuple[str, str], Function])
    """By class (or module, outside of any) and name."""
    bases: dict[str, list[str]] = field(factory=dict[str, list[str]])
    members: dict[str, dict[str, str]] = field(factory=dict[str, dict[str, str]])
    """Class of each attribute and property whose class is one of ours, by class and name."""
    kept: dict[str, dict[str, str]] = field(factory=dict[str, dict[str, str]])
    """Which argument of the constructor each attribute keeps, by class and name."""
    operations: dict[str, Operation] = field(factory=dict[str, Operation])
    """By dotted module below `firsthandapi_generated.api`."""
    models: dict[str, dict[str, ModelField]] = field(factory=dict[str, dict[str, ModelField]])
    """The fields of each model by their names on the wire."""
    enums: dict[str, tuple[str, ...]] = field(factory=dict[str, tuple[str, ...]])
    """The values of each enum."""
    imports: dict[str, dict[str, str]] = field(factory=dict[str, dict[str, str]])
    """Where each imported name of a module comes from."""

    def lineage(self, name: str) -> Iterator[str]:
        """A class and its bases, itself first."""
        yield name
        for base in self.bases.get(name, ()):
            yield from self.lineage(base)

    def member(self, owner: Optional[str], name: str) -> Optional[str]:
        """The class of an attribute."""
        return next(
            (self.members[cls][name] for cls in self.lineage(owner or "") if name in self.members.get(cls, ())), None
        )

    def method(self, owner: Optional[str], name: str) -> Optional[Function]:
        """A method by the class of its object."""
        return next(
            (self.functions[cls, name] for cls in self.lineage(owner or "") if (cls, name) in self.functions), None
        )

    def public(self) -> Iterator[tuple[str, Function]]:
        """Every public method of the client and its resources, as a caller spells it: `client.jobs.create`."""
        places = dict.fromkeys(self.lineage(self.root), "client")
        for cls in list(places):
            held = self.members.get(cls, {})
            for name in held:
                if not name.startswith("_"):
                    places.update(dict.fromkeys(self.lineage(held[name]), f"client.{name}"))
        for (owner, name), function in self.functions.items():
            if owner in places and not name.startswith("_"):
                yield f"{places[owner]}.{name}", function


def read(package: Path, generated: Path, layer: Literal["_async", "_sync"]) -> Package:
    """Read the source of a client.

    Args:
        package: The folder of `firsthandapi`.
        generated: The folder of `firsthandapi_generated`.
        layer: Which of the two clients.
    """
    found = Package("AsyncClient" if layer == "_async" else "Client")
    for path in sorted((generated / "api").glob("*/*.py")):
        if path.stem != "__init__":
            operation = _operation(_parsed(path), f"{path.parent.name}.{path.stem}")
            found.operations[operation.module] = operation
    for path in sorted((generated / "models").glob("*.py")):
        _read_model(_parsed(path), found)
    trees = {path.stem: _parsed(path) for path in sorted((package / layer).glob("*.py"))}
    for tree in trees.values():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                found.bases[node.name] = [_last(base) for base in node.bases]
    for module, tree in trees.items():
        _read_module(module, tree, found)
    _settle(found)
    return found


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


# The generated package


def _operation(tree: ast.Module, module: str) -> Operation:
    (build,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "build"]
    (call,) = [node for node in ast.walk(build) if isinstance(node, ast.Call) and _last(node.func) == "Call"]
    said = {keyword.arg: keyword.value for keyword in call.keywords}
    _, _, request = (ast.get_docstring(tree) or "").rpartition("\n")
    method, _, path = request.partition(" ")
    wire = {
        _last(value): cast(str, key.value)
        for part in ("query", "headers")
        for table in ast.walk(said[part])
        if isinstance(table, ast.Dict)
        for key, value in zip(table.keys, table.values)
        if isinstance(key, ast.Constant)
    }
    segments = said["path"].keywords if isinstance(said["path"], ast.Call) else []
    # The docstring has the path as it is in the contract, the code has Python's names, in the same order.
    for name, segment in zip(re.findall(r"{([^}]*)}", path), segments):
        (used,) = cast(ast.Call, segment.value).args
        wire[_last(used)] = name
    arguments = {argument.arg: argument.annotation for argument in [*build.args.args, *build.args.kwonlyargs]}
    return Operation(
        id=cast(str, cast(ast.Constant, said["operation_id"]).value),
        module=module,
        method=method,
        path=path,
        arguments={name: wire.get(name, name) for name in arguments},
        body=_class_of(arguments.get("body")),
        answer=_class_of(cast(ast.Subscript, build.returns).slice),
    )


def _read_model(tree: ast.Module, found: Package) -> None:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            typed = {_last(one.target): one.annotation for one in node.body if isinstance(one, ast.AnnAssign)}
            found.models[node.name] = {
                wire: ModelField(attribute, model, typed.get(attribute))
                for statement in node.body
                if isinstance(statement, ast.AnnAssign) and _last(statement.target) == "_fields"
                for attribute, wire, model in _fields(statement.value)
            }
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):
            name = _last(node.targets[0])
            if name.startswith("Known") and _last(node.value.value) == "Literal":
                values = [text for text in ast.walk(node.value.slice) if isinstance(text, ast.Constant)]
                found.enums[name[len("Known") :]] = tuple(str(text.value) for text in values)


def _fields(table: Optional[ast.expr]) -> Iterator[tuple[str, str, Optional[str]]]:
    if not isinstance(table, ast.Dict):
        return
    for key, made in zip(table.keys, table.values):
        texts = [
            node.value for node in ast.walk(made) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        # Field("wire", each(model("Name"))): the texts in their order.
        yield cast(str, cast(ast.Constant, key).value), texts[0], texts[1] if len(texts) > 1 else None


# The handwritten package


def _read_module(module: str, tree: ast.Module, found: Package) -> None:
    found.imports[module] = dict(_imported(tree.body))
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            _add(node, module, None, found)
        elif isinstance(node, ast.ClassDef):
            held = found.members.setdefault(node.name, {})
            for statement in node.body:
                if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    _read_member(statement, module, node.name, found)
                elif isinstance(statement, ast.If):  # TYPE_CHECKING: what another class has
                    for promised in statement.body:
                        cls = _ours(getattr(promised, "returns", None), found)
                        if isinstance(promised, ast.FunctionDef) and cls:
                            held[promised.name] = cls


def _read_member(node: Node, module: str, owner: str, found: Package) -> None:
    words = {_last(decorator) for decorator in node.decorator_list}
    if words & {"property", "cached_property"}:
        cls = _ours(node.returns, found)
        if cls:
            found.members[owner][node.name] = cls
    elif "overload" not in words:
        function = _add(node, module, owner, found)
        for statement in node.body if node.name == "__init__" else ():
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Name):
                found.kept.setdefault(owner, {})[_last(statement.targets[0])] = statement.value.id
                cls = function.arguments.get(statement.value.id)
                if cls:
                    found.members[owner][_last(statement.targets[0])] = cls


def _add(node: Node, module: str, owner: Optional[str], found: Package) -> Function:
    arguments = [*node.args.args, *node.args.kwonlyargs]
    typed = {argument.arg: _ours(argument.annotation, found) for argument in arguments if argument.arg != "self"}
    function = Function(node.name, module, owner, node, typed)
    found.functions[owner or module, node.name] = function
    return function


def _imported(body: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
    for node in body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{'.' * node.level}{node.module or ''}:{alias.name}"


def _ours(annotation: Optional[ast.expr], found: Package) -> Optional[str]:
    name = _class_of(annotation)
    return name if name in found.bases else None


def _class_of(annotation: Optional[ast.expr]) -> Optional[str]:
    """The class that an annotation names, also where it may be left out."""
    while isinstance(annotation, ast.BinOp):
        annotation = annotation.left
    return annotation.id if isinstance(annotation, ast.Name) else None


def _last(node: ast.AST) -> str:
    """The last word of a name: `b` of `a.b`; nothing of what is no name."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


# What reaches what


def _settle(found: Package) -> None:
    """Read every function again until nothing new is learnt: they call each other."""
    while True:
        before = [(len(one.reaches), one.feeds.copy(), one.returns) for one in found.functions.values()]
        for function in found.functions.values():
            _Reader(found, function).read()
        if before == [(len(one.reaches), one.feeds, one.returns) for one in found.functions.values()]:
            break
    for function in found.functions.values():
        # What an object keeps is no argument of its methods.
        function.feeds = {
            end: frozenset(INSIDE if name.startswith("self.") else name for name in names)
            for end, names in function.feeds.items()
        }


class _Reader(ast.NodeVisitor):
    """Reads one function from top to bottom, with what is known of its variables and of the functions that it calls."""

    def __init__(self, found: Package, function: Function) -> None:
        self.found = found
        self.function = function
        self.imports = {**found.imports[function.module], **dict(_imported(function.node.body))}
        self.known: dict[str, Value] = {name: frozenset([name]) for name in function.arguments}
        self.feeds: dict[End, Names] = {}
        self.handed_on = 0

    def read(self) -> None:
        for statement in self.function.node.body:
            self.visit(statement)
        self.function.feeds = self.feeds

    # Statements and scopes

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.bind(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)
            self.bind(node.target, node.value)

    def bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple):
            parts = value.elts if isinstance(value, ast.Tuple) else [value] * len(target.elts)
            for one, part in zip(target.elts, parts):
                self.bind(one, part)
        elif isinstance(target, ast.Name):
            self.known[target.id] = self.value(value)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        outside, self.known = self.known, dict(self.known)
        for argument in node.args.args:
            self.known[argument.arg] = frozenset([INSIDE])
        self.handed_on += 1
        self.visit(node.body)
        self.handed_on -= 1
        self.known = outside

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None:
            self.visit(node.value)
            self.function.returns = self.value(node.value)

    # Calls

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        operation = self.built(node.func)
        if operation is not None:
            if not self.handed_on:
                self.function.builds.add(operation.id)
            self.function.reaches.add(operation.id)
            for name, value in self.given(list(operation.arguments), node):
                if name == "body" and (operation.body or name not in operation.arguments):
                    fields = value if isinstance(value, dict) else {WHOLE: _names(value)}
                    for one, names in fields.items():
                        self.feed(End(operation.id, "request", one), names)
                else:
                    wire = operation.arguments.get(name, name)  # a new contract may have taken it away
                    self.feed(End(operation.id, "parameter", wire), _names(value))
            return
        called = self.called(node.func)
        if called is not None:
            self.function.reaches |= called.reaches
            given = dict(self.given(list(called.arguments), node))
            for end, names in called.feeds.items():
                self.feed(end, _through(names, given))
        made = self.made(node.func)
        if made is not None:
            self.hold(made, node)

    def hold(self, cls: str, call: ast.Call) -> None:
        """An object that is made is used: all its methods are called, with what its attributes keep of the call."""
        constructor = self.found.functions.get((cls, "__init__"))
        if constructor is None:
            return
        given = dict(self.given(list(constructor.arguments), call))
        kept = {f"self.{name}": given[held] for name, held in self.found.kept[cls].items() if held in given}
        for (owner, _), method in self.found.functions.items():
            if owner == cls:
                self.function.reaches |= method.reaches
                for end, names in method.feeds.items():
                    self.feed(end, _through(names, kept) or frozenset([INSIDE]))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """A function that is only named may be called by whoever it is handed to."""
        self.generic_visit(node)
        named = self.called(node)
        if named is not None:
            self.function.reaches |= named.reaches

    def feed(self, end: End, names: Names) -> None:
        if names:
            self.feeds[end] = self.feeds.get(end, frozenset()) | names

    def given(self, arguments: list[str], call: ast.Call) -> Iterator[tuple[str, Value]]:
        """What a call gives for each argument; None counts as not given."""
        pairs = [*zip(arguments, call.args), *((keyword.arg, keyword.value) for keyword in call.keywords)]
        named = {name for name, _ in pairs}
        for name, node in pairs:
            if name is None:  # **job: whatever is not named may be in it
                yield from ((one, frozenset([INSIDE])) for one in arguments if one not in named)
            elif not (isinstance(node, ast.Constant) and node.value is None):
                yield name, self.value(node) or frozenset([INSIDE])

    def built(self, node: ast.expr) -> Optional[Operation]:
        """The operation of `create_job.build`."""
        if not (isinstance(node, ast.Attribute) and node.attr == "build"):
            return None
        package, _, name = self.imports.get(_last(node.value), "").partition(":")
        return self.found.operations.get(f"{package[len(f'{GENERATED}.api.') :]}.{name}")

    def called(self, node: ast.expr) -> Optional[Function]:
        """The function of ours that an expression names."""
        if isinstance(node, ast.Attribute):
            return self.found.method(self.cls(node.value), node.attr)
        if not isinstance(node, ast.Name):
            return None
        known = self.known.get(node.id)
        if isinstance(known, Function):
            return known
        module, _, name = self.imports.get(node.id, f".{self.function.module}:{node.id}").partition(":")
        return self.found.functions.get((module[1:], name))

    def made(self, node: ast.expr) -> Optional[str]:
        """The class of ours that an expression names."""
        name = _last(node) if isinstance(node, ast.Name) else ""
        return name if name in self.found.bases and name in self.found.kept else None

    def cls(self, node: ast.expr) -> Optional[str]:
        """The class of an expression, where it is one of ours."""
        if isinstance(node, ast.Attribute):
            return self.found.member(self.cls(node.value), node.attr)
        if isinstance(node, ast.Name):
            return self.function.owner if node.id == "self" else self.function.arguments.get(node.id)
        return None

    # Values

    def value(self, node: ast.expr) -> Value:
        """What is known of an expression."""
        if isinstance(node, ast.Await):
            return self.value(node.value)
        if isinstance(node, ast.Name):
            return self.known.get(node.id, frozenset())
        if isinstance(node, ast.Attribute):
            if _last(node.value) == "self" and node.attr in self.found.kept.get(self.function.owner or "", ()):
                return frozenset([f"self.{node.attr}"])
            return self.called(node) or self.mixed(node)
        if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
            return {
                str(cast(ast.Constant, key).value): _names(self.value(value))
                for key, value in zip(node.keys, node.values)
            }
        if isinstance(node, ast.Subscript):
            return self.item(node.value, node.slice, node)
        if isinstance(node, ast.Call):
            return self.result(node)
        return self.mixed(node)

    def result(self, call: ast.Call) -> Value:
        name = _last(call.func)
        if name == "get" and isinstance(call.func, ast.Attribute) and call.args:
            return self.item(call.func.value, call.args[0], call)
        if name == "job_words":
            return _documented(self.value(call.args[0]))
        fields = self.found.models.get(name) if self.imports.get(name, "").startswith(f"{GENERATED}.models") else None
        if fields is not None:
            wire = {found.attribute: known for known, found in fields.items()}
            return {wire[name]: _names(value) for name, value in self.given([], call) if name in wire}
        called = self.called(call.func)
        if called is not None and called.reaches:
            return frozenset()  # an answer of the service: none of the caller's arguments
        if called is not None and isinstance(called.returns, dict):
            given = dict(self.given(list(called.arguments), call))
            return {name: _through(names, given) for name, names in called.returns.items()}
        return self.mixed(call)

    def item(self, node: ast.expr, key: ast.expr, whole: ast.expr) -> Value:
        held = self.value(node)
        return (
            held.get(str(key.value), frozenset())
            if isinstance(held, dict) and isinstance(key, ast.Constant)
            else self.mixed(whole)
        )

    def mixed(self, node: ast.expr) -> Names:
        """Everything that goes into an expression."""
        parts = [child for child in ast.iter_child_nodes(node) if isinstance(child, (ast.expr, ast.keyword))]
        values = [self.value(part.value if isinstance(part, ast.keyword) else part) for part in parts]
        return frozenset[str]().union(*map(_names, values))


def _names(value: Value) -> Names:
    if isinstance(value, dict):
        return frozenset[str]().union(*value.values())
    return frozenset() if isinstance(value, Function) else value


def _through(names: Names, given: Mapping[str, Value]) -> Names:
    """What reaches an end that a called function feeds from `names`, when it is called with what is given."""
    passed = [_names(given[name]) or frozenset([INSIDE]) for name in names if name in given]
    return frozenset(names & {INSIDE}).union(*passed)


def _documented(words: Value) -> Value:
    """What `job_words` makes of the arguments of a job."""
    if not isinstance(words, dict):
        return words
    documented = dict(words)
    for everyday, word in EVERYDAY.items():
        documented[word] = documented.get(word, frozenset()) | documented.pop(everyday, frozenset())
    return documented
