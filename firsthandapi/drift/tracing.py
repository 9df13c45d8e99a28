"""One function of the package, read from top to bottom: which fields it reads, and what it calls with what.

A field is *judged* where its value is compared with a constant of the package, or looked up in one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Optional, cast

from firsthandapi.drift.scope import Edge, Function, Judgement, Read, Scope, Type

UNTYPED = {"errors:error_body": "ErrorBody"}
"""Model of what a function returns that takes JSON apart without one."""
PASSING = frozenset(["dict", "iter", "list", "next", "reversed", "sorted", "tuple"])
"""Functions whose result has what they are given."""


class Trace:
    """Notes in a function what it reads, calls and judges."""

    def __init__(self, scope: Scope, function: Function) -> None:
        self.scope = scope
        self.function = function
        self.module: str = function.module
        self.known: dict[str, Optional[Type]] = {}
        for argument in function.parameters():
            found = scope.type(self.module, argument.annotation)
            if found is not None and found.name == "Call" and found.inner[:1] == (None,):
                found = Type("Call", (Type(f"?{argument.arg}"),))
            self.known[argument.arg] = found or Type(f"?{argument.arg}")
        if function.owner:
            self.known["self"] = Type(function.owner)
            self.known["cls"] = Type("@class", (Type(function.owner),))

    def run(self) -> None:
        """Read the whole function."""
        for statement in self.function.node.body:
            self.visit(statement)

    # Statements

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.expr):
            self.value(node)
        elif isinstance(node, ast.Assign):
            found = self.value(node.value)
            for target in node.targets:
                self.bind(target, found)
        elif isinstance(node, ast.AnnAssign):
            found = self.value(node.value) if node.value is not None else None
            self.bind(node.target, self.scope.type(self.module, node.annotation) or found)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            self.bind(node.target, _element(self.value(node.iter)))
            for child in ast.iter_child_nodes(node):
                if child not in (node.target, node.iter):
                    self.visit(child)
        elif isinstance(node, ast.withitem):
            found = self.value(node.context_expr)
            if node.optional_vars is not None:
                self.bind(node.optional_vars, found)
        else:
            for child in ast.iter_child_nodes(node):
                self.visit(child)

    def bind(self, target: ast.expr, found: Optional[Type]) -> None:
        if isinstance(target, ast.Name):
            self.known[target.id] = found
        elif isinstance(target, ast.Tuple):
            parts = found.inner if found is not None and found.name == "@tuple" else (None,) * len(target.elts)
            for one, part in zip(target.elts, parts):
                self.bind(one, part)
        else:
            self.value(target)

    # Expressions

    def value(self, node: ast.expr) -> Optional[Type]:
        """Return what is known of an expression, and note what it reads and calls."""
        if isinstance(node, ast.Name):
            found = self.known[node.id] if node.id in self.known else self.scope.look_up(self.module, node.id)
            self.named(found)
            return found
        if isinstance(node, ast.Attribute):
            found = self.attribute(node)
            self.named(found)
            return found
        if isinstance(node, ast.Call):
            return self.call(node)
        if isinstance(node, ast.Subscript):
            held, key = self.value(node.value), self.value(node.slice)
            return self.read(held, key) if key is not None and key.name == "@strings" else _element(held)
        if isinstance(node, ast.Constant):
            return Type("@strings", (Type(node.value),)) if isinstance(node.value, str) else None
        if isinstance(node, ast.Compare):
            self.compare(node)
            return None
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            for generator in node.generators:
                self.visit(generator)
            return Type("list", (self.value(node.elt),))
        if isinstance(node, ast.DictComp):
            for part in [*node.generators, node.key, node.value]:
                self.visit(part)
            return None
        values = [self.value(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            texts = [one.inner[0] for one in values if one is not None and one.name == "@strings"]
            if texts and len(texts) == len(values):
                return Type("list", (Type("@strings", tuple(texts)),))
            return Type("@tuple", tuple(values)) if isinstance(node, ast.Tuple) else Type("list", tuple(values[:1]))
        if isinstance(node, (ast.Await, ast.BoolOp, ast.IfExp, ast.NamedExpr, ast.Starred)):
            kinds = [one for one in values if one is not None and one.name != "@strings"]
            if isinstance(node, ast.NamedExpr):
                self.bind(node.target, values[-1])
            return kinds[-1] if kinds else None
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, (ast.expr, ast.expr_context)):
                self.visit(child)
        return None

    def named(self, found: Optional[Type]) -> None:
        """A function that is only named may be called by whoever it is handed to."""
        if found is not None and found.name == "@function" and found.inner[0] is not None:
            self.function.edges.append(Edge(found.inner[0].name, {}, of_self=len(found.inner) > 1))

    def attribute(self, node: ast.Attribute) -> Optional[Type]:
        held, name = self.value(node.value), node.attr
        if held is None:
            return None
        if held.name == "@module" and held.inner[0] is not None:
            return self.scope.look_up(held.inner[0].name, name)
        if held.name == "@operation" and name == "build":
            return Type("@maker", (Type("Call", held.inner),))
        if held.name == "Call":
            return Type("@maker", held.inner) if name == "parse" else None
        if held.name == "@class" and held.inner[0] is not None:
            method = self.scope.method(held.inner[0].name, name)
            if method is not None:
                return Type("@function", (Type(method.key),))
            return Type("@maker", held.inner) if name == "from_dict" else None
        if held.name[0] == "@" or held.name == "list":
            return None
        return held if name == "_wire" and not self.kept(held, name) else self.member(held, name, node)

    def kept(self, held: Type, name: str) -> bool:
        classes = (self.scope.classes.get(one) for one in self.scope.lineage(held.name))
        return any(name in cls.kept for cls in classes if cls is not None)

    def member(self, held: Type, name: str, node: ast.Attribute) -> Optional[Type]:
        of_self = isinstance(node.value, ast.Name) and node.value.id == "self"
        for one in self.scope.lineage(held.name):
            cls = self.scope.classes.get(one)
            if cls is None:
                continue
            if name in cls.methods:
                method = cls.methods[name]
                if name not in cls.properties:
                    return Type("@function", (Type(method.key), *([held] if of_self else [])))
                if "cached_property" not in [ast.unparse(word) for word in method.node.decorator_list]:
                    self.function.edges.append(Edge(method.key, {}, of_self))
                return self.scope.type(cls.module, method.node.returns)
            if name in cls.members:
                return cls.members[name]
            if name in cls.kept:
                return Type(f"?self.{name}")
        return self.read(held, Type("@strings", (Type(name),)))

    def read(self, held: Optional[Type], keys: Type) -> Optional[Type]:
        """Note what is read of a model; return what is known of the value."""
        found: Optional[Type] = None
        for key in keys.inner:
            if held is None or key is None or held.name[0] == "@":
                continue
            model = self.scope.model(held.name)
            if held.name[0] == "?":
                self.function.reads.add(Read(held.name, key.name, self.needs.get(held.name, frozenset())))
            elif model is not None:
                name = self.scope.wire(model, key.name)
                self.function.reads.add(Read(model, name))
                inside = self.scope.source.models[model].get(name)
                found = self.of_field(inside.type if inside else None) or Type("@value", (Type(model), Type(name)))
        return found

    def of_field(self, annotation: Optional[ast.expr]) -> Optional[Type]:
        """What a generated annotation says, where it names a model."""
        if isinstance(annotation, ast.Name):
            return Type(annotation.id) if annotation.id in self.scope.source.models else None
        if isinstance(annotation, ast.BinOp):
            return self.of_field(annotation.left) or self.of_field(annotation.right)
        inside = self.of_field(annotation.slice) if isinstance(annotation, ast.Subscript) else None
        return Type("list", (inside,)) if inside is not None else None

    @property
    def needs(self) -> dict[str, frozenset[str]]:
        """The fields by which the function tells whether an argument is for it: `"next_cursor" in answer._fields`."""
        found: dict[str, frozenset[str]] = {}
        for node in ast.walk(self.function.node):
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
                text, holder = node.left, node.comparators[0]
                if isinstance(text, ast.Constant) and isinstance(holder, ast.Attribute) and holder.attr == "_fields":
                    subject = f"?{ast.unparse(holder.value)}"
                    found[subject] = found.get(subject, frozenset()) | {str(text.value)}
        return found

    def compare(self, node: ast.Compare) -> None:
        left, *others = (self.value(one) for one in [node.left, *node.comparators])
        for other in others:
            if other is not None and other.name in ("@constant", "@strings"):
                self.judge(left, other)

    def judge(self, value: Optional[Type], constant: Type) -> None:
        if value is None or value.name != "@value":
            return
        (model, name), known = cast("tuple[Type, Type]", value.inner), constant.inner[0]
        if known is not None:
            said = known.name if constant.name == "@constant" else repr(known.name)
            self.function.judges.add(Judgement(model.name, name.name, said))

    # Calls

    def call(self, node: ast.Call) -> Optional[Type]:
        func = node.func
        given = [self.value(one) for one in node.args]
        named = {one.arg: self.value(one.value) for one in node.keywords}
        if isinstance(func, ast.Attribute) and func.attr in ("get", "pop") and given:
            held = self.value(func.value)
            if held is not None and held.name == "@constant":
                self.judge(given[0], held)
            keys = given[0]
            return self.read(held, keys) if keys is not None and keys.name == "@strings" else None
        if isinstance(func, ast.Attribute) and func.attr in ("items", "values", "keys"):
            return self.table(self.value(func.value), func.attr)
        if isinstance(func, ast.Name) and func.id == "cast" and len(node.args) == 2:
            return self.scope.type(self.module, node.args[0]) or given[1]
        if isinstance(func, ast.Name) and func.id in PASSING and func.id not in self.known and given:
            return given[0]
        called = self.value(func)
        if called is None or not called.inner or called.inner[0] is None:
            return given[0] if len(given) == 1 and given[0] is not None and given[0].name == "@value" else None
        target = called.inner[0].name
        if called.name == "@maker":
            return called.inner[0]
        if called.name == "@class":
            self.function.edges.append(Edge(target, self.given("__init__", target, given, named)))
            return called.inner[0]
        if called.name != "@function":
            return None
        function = self.scope.functions[target]
        by_name = dict(_paired([one.arg for one in function.parameters()], given, named))
        self.function.edges.append(Edge(target, by_name, of_self=len(called.inner) > 1))
        if target in UNTYPED:
            return Type(UNTYPED[target])
        found = self.returned(function, by_name)
        value = given[0] if len(given) == 1 else None
        return found or (value if value is not None and value.name == "@value" else None)

    def given(
        self, name: str, cls: str, given: list[Optional[Type]], named: Mapping[Optional[str], Optional[Type]]
    ) -> dict[str, Optional[Type]]:
        made = self.scope.method(cls, name)
        return dict(_paired([one.arg for one in made.parameters()], given, named)) if made else {}

    def returned(self, function: Function, given: Mapping[str, Optional[Type]]) -> Optional[Type]:
        """What a call returns, by the annotation; `T` is what is given for it."""
        known: dict[str, Type] = {}
        for argument in function.parameters():
            part, found = argument.annotation, given.get(argument.arg)
            while isinstance(part, ast.Subscript) and found is not None and found.inner:
                part, found = part.slice, found.inner[0]
            if isinstance(part, ast.Name) and found is not None and len(part.id) == 1:
                known[part.id] = found
        return self.scope.type(function.module, function.node.returns, known)

    def table(self, held: Optional[Type], what: str) -> Optional[Type]:
        """The texts of a constant that is a dict of texts."""
        if held is None or held.name != "@constant" or held.inner[0] is None:
            return None
        node, _ = self.scope.constants[held.inner[0].name]
        if not isinstance(node, ast.Dict):
            return None
        keys, values = (
            Type("@strings", tuple(Type(text) for one in part for text in texts(one)))
            for part in (node.keys, node.values)
        )
        return Type("list", ({"keys": keys, "values": values}.get(what, Type("@tuple", (keys, values))),))


def _element(held: Optional[Type]) -> Optional[Type]:
    return held.inner[0] if held is not None and held.name == "list" and held.inner else None


def _paired(
    names: list[str], given: list[Optional[Type]], named: Mapping[Optional[str], Optional[Type]]
) -> Iterator[tuple[str, Optional[Type]]]:
    yield from zip(names, given)
    yield from ((name, found) for name, found in named.items() if name is not None)


def texts(node: Optional[ast.AST]) -> list[str]:
    """Return the texts in an expression; of a dict, only its keys."""
    if isinstance(node, ast.Dict):
        return [text for key in node.keys for text in texts(key)]
    found = ast.walk(node) if node is not None else ()
    return [one.value for one in found if isinstance(one, ast.Constant) and isinstance(one.value, str)]
