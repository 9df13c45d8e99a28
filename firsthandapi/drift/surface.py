"""From the contract to what users of this package write: methods, keywords, attributes, events.

A *symbol* is one of those as one would find it in code: `client.jobs.create(quantity=)` is a keyword,
`client.jobs.create_and_wait(...)` a call as a whole, `Job.files_approved` an attribute, `WebhookEvent "job.flagged"` an
event. The async client has the same ones. *Everyday words* stand beside the documented ones, see `_vocabulary`.
A method *reads* a field where it does something with it itself, and does not only hand it on (see `reads`).
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, Optional, cast

from attrs import evolve, frozen

from firsthandapi import errors
from firsthandapi._retry import is_passing
from firsthandapi.drift import source
from firsthandapi.drift.calls import Snippet, identifier, snippets, tag_of
from firsthandapi.drift.change import Change, Use
from firsthandapi.drift.reads import Reads
from firsthandapi.drift.references import Document
from firsthandapi.drift.rules import PAUSE
from firsthandapi.drift.source import GENERATED, INSIDE, WHOLE, End, ModelField, Names

PAGE = ("data", "has_more", "next_cursor")
"""Fields of a list's answer that `Page` has as attributes."""
ERROR = ("details", "message", "request_id", "type")
"""Fields below `error` of an error's body that `FirstHandApiError` has as attributes."""
SIGNATURE = ("construct_event(headers=)", "verify_webhook_signature(signature=)")
"""Who reads the signature's headers of a delivery ..."""
SIGNED = re.compile(r"(?<![a-z])sig")
"""... and what such a header has in its name."""
EVERY_CALL = "client.request"
"""Stands for all methods: each call goes through it, or the same way."""
GOES_ON = "A wait takes a status that it does not know for one that is not final, and goes on until its deadline"
EFFECTS = {
    "_waiting.FINAL": f"{GOES_ON}; `client.files.stream` without `max_wait_seconds` has none.",
    "_waiting.FINAL_TASK": f"{GOES_ON}.",
    "_vocabulary.EXTENSIONS": "Files of a type that the package does not know get names that end with `.bin`.",
    "'idempotency_in_progress'": "An error of a type that the package does not know is treated by its status alone.",
}
"""What becomes of a value that is new, by the constant that it is compared with (see `reads`)."""
READ = "Methods that read it themselves may fail or do something else until you have a version that was adapted."
OF_ERRORS = "Every call makes its error of it."
NO_CONFLICT = (
    "An error of status 409 that comes without it is a FirstHandConflictError, but no FirstHandIdempotencyError, and "
    "is not tried again."
)
"""On a type of error that goes, by which a call knows that its idempotency key was used before."""
NEW_EVENT = "An event of a type that the package does not know is a `WebhookEvent`, whose `data` is plain JSON."
BY_BODY = "Until you upgrade, `{call}` sends it: a body is sent as it is given."
WITHOUT_CURSOR = "Without it a list ends after its first page, and so does a download, with no error."


@frozen
class Reach:
    """The public methods that lead to one operation."""

    resource: Optional[str]
    """`client.jobs.create`, which builds the call itself."""
    flat: Optional[str]
    """`client.create_job`, likewise."""
    methods: tuple[str, ...]
    """Those two and whoever calls them, sorted."""


class Surface:
    """What the package that is installed offers for each part of the contract.

    Args:
        layer: The client whose source is read. Both have the same methods.
        package: The folder of `firsthandapi`. Default: the one that this module is in.
        generated: The folder of `firsthandapi_generated`. Default: the one that is installed.
    """

    def __init__(
        self,
        layer: Literal["_async", "_sync"] = "_async",
        *,
        package: Optional[Path] = None,
        generated: Optional[Path] = None,
    ) -> None:
        package = package or Path(__file__).resolve().parent.parent
        self._source = source.read(package, generated or _folder_of_generated(), layer)
        self._methods = dict(self._source.public())
        self._operations = {operation.id: operation for operation in self._source.operations.values()}
        self._spellings = {identifier(id): id for id in self._operations}
        self._other_words, self._derived = _handwritten(package / "models.py")
        self.events: Mapping[str, str] = _table(package / "webhooks.py", "_MODEL_BY_TYPE")
        """Name of the model of each type of event."""
        self.enums: Mapping[str, tuple[str, ...]] = self._source.enums
        """The values that the package knows of each enum."""
        self._classes = {_folded(name): name for name in [*self._source.models, *self.enums]}
        self._lists = {
            self._operations[operation].answer
            for function in self._methods.values()
            if re.match(r"(Async)?Page\[", ast.unparse(function.node.returns or ast.Constant(None)))
            for operation in function.builds
        }
        self._reads = Reads(package, layer, self._source, self._other_words)
        self._readers: dict[tuple[str, str], set[str]] = {}
        self._judges: dict[str, set[str]] = {}
        for name, function in self._methods.items():
            key = f"{layer}.{function.module}", function.owner, function.name
            for read in self._reads.of(*key):
                self._readers.setdefault(read, set()).add(name)
            for judgement in self._reads.judged_by(*key):
                self._judges.setdefault(judgement.constant, set()).add(name)
        self.judged: Mapping[str, frozenset[str]] = self._reads.judged()
        """The values that the package knows of each enum whose every value it has to know: a wait asks if a status is
        final."""
        self._read_of_events = set(_read_of_events(package / "webhooks.py"))

    @property
    def operations(self) -> tuple[str, ...]:
        """Every operation that the generated package knows, sorted."""
        return tuple(sorted(self._operations))

    def is_generated(self, operation: str) -> bool:
        """Whether the generated package knows an operation."""
        return self._known(operation) in self._operations

    def _known(self, operation: str) -> str:
        """An operation as the package spells it: to Python, `listJobs` is `list_jobs`."""
        return operation if operation in self._operations else self._spellings.get(identifier(operation), operation)

    def reach(self, operation: str) -> Reach:
        """The public methods that lead to an operation; none where nothing is written for it."""
        operation = self._known(operation)
        methods = sorted(name for name, function in self._methods.items() if operation in function.reaches)
        direct = [name for name in methods if operation in self._methods[name].builds]
        return Reach(
            resource=next((name for name in direct if name.count(".") == 2), None),
            flat=next((name for name in direct if name.count(".") == 1), None),
            methods=tuple(methods),
        )

    def takes(self, operation: str, part: Literal["parameter", "request"], name: str) -> tuple[str, ...]:
        """The keywords that become a parameter, or a field of a body; calls where the package sets it itself."""
        found: list[str] = []
        end = End(self._known(operation), part, name)
        for method in self.reach(operation).methods:
            names = self._methods[method].feeds.get(end, frozenset[str]())
            found += self._keywords(method, names)
        return tuple(sorted(found))

    def arguments(self, operation: str, part: Literal["parameter", "request"], path: Sequence[str]) -> tuple[str, ...]:
        """Who is met by a change of a parameter, or of a field of a request body: keywords, bodies, whole calls."""
        methods = self.reach(operation).methods
        if not path:
            return tuple(f"{method}(...)" for method in methods)
        ends = {method: self._methods[method].feeds for method in methods}
        end = End(self._known(operation), part, path[0])
        known, passed = self._operations.get(end.operation), identifier(path[0])
        if part == "parameter" and known and passed not in known.arguments:
            end = end._replace(name=passed)  # taken away by a new contract, perhaps passed all the same
        offered = any(end in feeds for feeds in ends.values())
        found: list[str] = []
        for method, feeds in ends.items():
            names = feeds.get(end)
            bodies = feeds.get(end._replace(name=WHOLE))
            if names is not None:
                found += self._keywords(method, names)
            elif bodies is not None:
                found += [self._with_body(method, body, path) for body in bodies]
            elif part == "request" or not offered:
                found.append(f"{method}(...)")
        return tuple(sorted(found))

    def attributes(self, owner: str, name: str) -> tuple[str, ...]:
        """What reads a field of a named schema: its attribute, its everyday word, what is worked out of it."""
        cls = self._classes.get(_folded(owner), owner)
        field = self._field(cls, name)
        word = field.attribute if field else name
        found = [f"{cls}{_reading(one)}" for one in (word, *self._words(cls, name))]
        if cls in self._lists and name in PAGE:
            found.append(f"Page.{name}")
        return tuple(sorted(found))

    def knows(self, where: str, path: Sequence[str]) -> bool:
        """Whether the package knows the field at the end of a way into an operation's answer, or into an event."""
        known = self._operations.get(self._known(where))
        cls = known.answer if known else self.events.get(where)
        for name in path:
            if name != "[]":
                field = self._field(cls, name)
                if field is None:
                    return False
                cls = field.model
        return True

    def answer(self, operation: str, path: Sequence[str], owner: Optional[str] = None) -> tuple[str, ...]:
        """What reads a field of an operation's answer; its calls where there is no field."""
        names = [step for step in path if step != "[]"]
        known = self._operations.get(self._known(operation))
        cls = known.answer if known else None
        if not names or not (owner or cls):
            return self.arguments(operation, "parameter", ())
        if owner:
            return self.attributes(owner, names[-1])
        cls = cast(str, cls)
        for depth, name in enumerate(names):
            field = self._field(cls, name)
            if field is None or field.model is None:
                rest = "".join("[...]" if one == "{}" else f'["{one}"]' for one in names[depth + 1 :])
                return tuple(f"{symbol}{rest}" for symbol in self.attributes(cls, name))
            if depth < len(names) - 1:
                cls = field.model
        return self.attributes(cls, names[-1])

    def error(self, path: Sequence[str], status: Optional[int] = None) -> tuple[str, ...]:
        """What shows a field of an error's body, or an error status; the class alone where nothing more is known."""
        if len(path) > 1 and path[0] == "error" and path[1] in ERROR:
            return (f"FirstHandApiError.{path[1]}",)
        if path or status is None:
            return ("FirstHandApiError",)
        return (errors.class_of(status).__name__,)

    def shows_error(self, path: Sequence[str]) -> bool:
        """Whether an error of this package has a field of an error's body, or what holds it."""
        return tuple(path) == ("error",) or (path[:1] == ("error",) and path[1] in ERROR)

    def event(self, type: str, path: Sequence[str] = (), *, is_header: bool = False) -> tuple[str, ...]:
        """An event, and what reads a field of it, or a header."""
        found = [f'WebhookEvent "{type}"']
        header = path[0].lower() if path and (is_header or path[0].lower().startswith("x-")) else ""
        if header:
            return tuple(sorted([*found, *(SIGNATURE if SIGNED.search(header) else ())]))
        steps = list(path)
        while steps[-1:] == ["[]"]:  # its items are read through it
            steps.pop()
        if not steps:
            return tuple(found)
        place, cls = "event", self.events.get(type)
        for step in steps[:-1]:
            field = None if step == "[]" else self._field(cls, step)
            place += "[0]" if step == "[]" else _reading(field.attribute if field else step)
            cls = field.model if field else cls if step == "[]" else None
        field = self._field(cls, steps[-1])
        words = (field.attribute if field else steps[-1], *self._words(cls, steps[-1]))
        return tuple(sorted([*found, *(place + _reading(word) for word in words)]))

    def low_level(self, operation: str, tag: str = "default", arguments: Sequence[str] = ()) -> str:
        """The call of an operation for which nothing is written: it works as soon as the contract was regenerated.

        Args:
            operation: The operationId.
            tag: The operation's first tag; not needed for an operation that the package knows.
            arguments: What its `build` takes, as in `job_id=...`. Default: what the package knows, else one ellipsis.
        """
        known = self._operations.get(self._known(operation))
        if known and not arguments:
            arguments = [f"{name}=..." for name in known.arguments]
        module = known.module if known else f"{identifier(tag, 'tag')}.{identifier(operation)}"
        given = ", ".join(arguments) or ("" if known else "...")
        return f"client.request({GENERATED}.api.{module}.build({given}))"

    def read_by(self, change: Change) -> tuple[str, ...]:
        """The public methods that read themselves what a change of answers or events is about, sorted.

        Where that is every method, `client.request(...)` stands for all of them. Of a value that is new, those that
        compare it with what they know.
        """
        if change.level == "compatible" or change.rule == "schema-renamed":
            return ()
        found = {method for use in change.uses for method in self._readers_of(use)}
        if change.rule.endswith("enum-value-added"):
            judging = {method for constant in self._compared(change) for method in self._judges[constant]}
            found &= {*judging, *self._read_of_events}  # an event's type is looked up in a table
            found |= {method for one in self._constants_of(change) for method in self._judges[one]}
        return (f"{EVERY_CALL}(...)",) if EVERY_CALL in found else tuple(sorted(f"{method}(...)" for method in found))

    def effect(self, change: Change) -> str:
        """What becomes of the methods that it meets, in a sentence or two; empty where there is nothing to say."""
        if change.rule == "new-required-request-property":
            bodies = [symbol for symbol in self.symbols(change) if '{"' in symbol]
            return BY_BODY.format(call=bodies[0]) if bodies else ""
        if not self.read_by(change):
            return ""
        ends = {use.path[-1:] for use in change.uses}
        if all(use.part == "error" and _is_pause(use) for use in change.uses):
            return ""
        constants = sorted({*self._compared(change), *self._constants_of(change)})
        effects = " ".join(dict.fromkeys(EFFECTS[one] for one in constants if one in EFFECTS))
        if all(use.part == "error" for use in change.uses):
            if change.rule.endswith("enum-value-removed"):
                return NO_CONFLICT if str(change.old).startswith("idempotency") else ""
            return effects or OF_ERRORS
        if change.rule.endswith("enum-value-added"):
            return effects or (NEW_EVENT if self.read_by(change) == ("construct_event(...)",) else READ)
        if ends == {("next_cursor",)}:
            gone = change.rule.endswith(("removed", "became-optional"))
            return f"{WITHOUT_CURSOR} {READ}" if gone else "" if "-type-" in change.rule else READ
        return READ

    def calls(self, change: Change, new: Document) -> tuple[Snippet, ...]:
        """How to call an operation that is new and that no method wraps; nothing for one that a method does.

        Args:
            change: The one that added it.
            new: The contract that has it.
        """
        node = new.located(change.pointer)
        name = str(node.get("operationId"))
        return () if self.reach(name).methods else snippets(new, node, is_known=self.is_generated(name))

    def symbols(self, change: Change) -> tuple[str, ...]:
        """Everything in the code of users that a change meets, sorted, each once."""
        found = {symbol for use in change.uses for symbol in self._of_use(change, use)}
        steps = change.pointer.split("/")
        if steps[1:3] == ["components", "schemas"] and len(steps) == 4:
            renamed = str(change.old) if change.rule == "schema-renamed" else _plain(steps[3])
            cls = self._classes.get(_folded(renamed))
            found |= {cls} if cls and (cls in self._source.models or change.rule == "schema-renamed") else set()
        return tuple(sorted(found.union(self.read_by(change))))

    def _readers_of(self, use: Use) -> set[str]:
        """The methods that read what is at the end of a use, and make use of its operation."""
        names = _names_of(use)
        if use.part == "event":
            return {"construct_event"} & self._read_of_events if names[:1] == ["type"] else set()
        if use.part not in ("response", "error") or not names or use.operation is None:
            return set()
        if use.part == "error":
            if _is_pause(use):
                return {EVERY_CALL} if use.status is None or _tried_again(use.status) else set()
            field = names[1] if names[0] == "error" and len(names) > 1 else ""
            return {EVERY_CALL} if names == ["error"] else self._readers.get(("ErrorBody", field), set[str]())
        model = self._holder(use, names)
        readers = self._readers.get((model, names[-1]), set[str]()) if model else set[str]()
        return {method for method in readers if use.operation in self._methods[method].reaches}

    def _holder(self, use: Use, names: Sequence[str]) -> Optional[str]:
        """The model that has the field which the way of a use ends with."""
        if use.owner:
            return self._classes.get(_folded(use.owner))
        known = self._operations.get(self._known(use.operation or ""))
        cls = known.answer if known else None
        for name in names[:-1]:
            field = self._field(cls, name)
            cls = field.model if field else None
        return cls

    def _compared(self, change: Change) -> set[str]:
        """The constants with which the fields are compared that a change is about."""
        ends: set[tuple[Optional[str], str]] = set()
        for use in change.uses:
            names = _names_of(use)
            if use.part == "error" and len(names) > 1:
                ends.add(("ErrorBody", names[1]))
            elif names:
                ends.add((self._holder(use, names), names[-1]))
        return {one.constant for one in self._reads.judgements() if (one.model, one.field) in ends}

    def _constants_of(self, change: Change) -> set[str]:
        """The constants that hold values of the enum in which a change is."""
        steps = change.pointer.split("/")
        named = _folded(_plain(steps[3])) if steps[1:3] == ["components", "schemas"] and len(steps) > 3 else ""
        constants = {one.constant for one in self._reads.judgements()}
        return {one for one in constants if named and _folded(self._reads.scope.declared(one) or "") == named}

    def _of_use(self, change: Change, use: Use) -> Sequence[str]:
        if use.path[-1:] == ("{}",) and use.part in ("response", "event"):
            # What a mapping holds has names that are data: one has the mapping in hand.
            holders = self._of_use(change, evolve(use, path=use.path[:-1]))
            return [one if one.startswith("WebhookEvent ") or one.endswith(")") else f"{one}[...]" for one in holders]
        steps = [_plain(step) for step in change.pointer.split("/")]
        if use.part == "document" or use.operation is None:
            return self._of_document(steps)
        if use.part == "event":
            in_parameters = steps[1:3] == ["components", "parameters"] or "parameters" in steps[3:5]
            is_header = in_parameters or change.rule.startswith("event-header-")
            return self.event(use.operation, use.path, is_header=is_header)
        if not self.reach(use.operation).methods:
            return [self.low_level(use.operation, tag_of(change.new))]
        if use.part in ("response", "error") and (change.rule.startswith("response-header-") or "headers" in steps):
            return ["RawResponse.headers"] if use.part == "response" else [_of_header(use)]
        if use.part == "parameter" or use.part == "request":
            return self.arguments(use.operation, use.part, use.path)
        if use.part == "response":
            calls = self.arguments(use.operation, "parameter", ()) if change.rule == "schema-replaced" else ()
            return [*self.answer(use.operation, use.path, use.owner), *calls]
        calls = self.arguments(use.operation, "parameter", ())
        if use.part == "error":
            if change.rule == "schema-renamed":
                return ()  # an error has plain text and dicts
            after = steps[steps.index("responses") + 1 :] if "responses" in steps else []
            if change.rule.startswith("response-non-success-status-"):  # whose place may be a shared answer
                after = [str(change.new or change.old)]
            status = int(after[0]) if after and after[0].isdigit() else None
            return self.error(use.path) if use.path else [*calls, *self.error((), status)]
        return [*calls, self.low_level(use.operation)] if "tags" in steps else calls

    def _of_document(self, steps: Sequence[str]) -> Sequence[str]:
        if steps[1:2] == ["servers"]:
            return ["Client(base_url=)"]
        return ["Client(api_key=)"] if {"security", "securitySchemes"} & set(steps) else []

    def _keywords(self, method: str, names: Names) -> list[str]:
        said = sorted(names - {INSIDE})
        return [f"{method}({name}=)" for name in said] or ([f"{method}(...)"] if names else [])

    def _with_body(self, method: str, body: str, path: Sequence[str]) -> str:
        """The call of a method that takes a whole body, with the field that matters in it."""
        text = "..."
        for step in reversed(path):
            if step == "{}":
                text = "{...}" if text == "..." else f"{{...: {text}}}"
            else:
                text = f"[{text}]" if step == "[]" else f'{{"{step}": {text}}}'
        arguments = list(self._methods[method].arguments)
        return f"{method}({', '.join([*arguments[: arguments.index(body)], text])})"

    def _field(self, cls: Optional[str], name: str) -> Optional[ModelField]:
        return self._source.models.get(cls or "", {}).get(name)

    def _words(self, cls: Optional[str], name: str) -> Iterator[str]:
        for everyday, documented in self._other_words.get(cls or "", {}).items():
            if documented == name:
                yield everyday
        for word, names in self._derived.get(cls or "", {}).items():
            if name in names:
                yield word


def _is_pause(use: Use) -> bool:
    return [name.lower() for name in use.path] == [PAUSE]


def _tried_again(status: str) -> bool:
    """Whether an error of this status may be tried again: one that passes, or a call whose first try still runs."""
    return status in ("409", "5XX", "default") or (status.isdigit() and is_passing(int(status)))


def _of_header(use: Use) -> str:
    """What has a header of an error."""
    status = use.status or ("429" if _is_pause(use) else "")
    cls = errors.class_of(int(status.replace("XX", "00"))) if status[:1].isdigit() else errors.FirstHandApiError
    waits = cls is errors.FirstHandRateLimitError and _is_pause(use)
    return f"{cls.__name__}.{'retry_after' if waits else 'headers'}"


def _names_of(use: Use) -> list[str]:
    return [step for step in use.path if step not in ("[]", "{}")]


def _read_of_events(module: Path) -> Iterator[str]:
    """The functions that look up the type of an event."""
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and ".get('type')" in ast.unparse(node):
            yield node.name


def _folder_of_generated() -> Path:
    import firsthandapi_generated

    return Path(firsthandapi_generated.__file__).parent


def _handwritten(models: Path) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, set[str]]]]:
    """Of each model of our own: the documented word by everyday word, and the fields that each property is made of."""
    words: dict[str, dict[str, str]] = {}
    derived: dict[str, dict[str, set[str]]] = {}
    for cls in ast.parse(models.read_text(encoding="utf-8")).body:
        if not isinstance(cls, ast.ClassDef) or cls.name.startswith("_"):
            continue
        methods = {node.name: node for node in cls.body if isinstance(node, ast.FunctionDef)}
        words[cls.name] = _literal(cls.body, "_other_words")
        derived[cls.name] = {
            name: set(_read_fields(method, methods))
            for name, method in methods.items()
            if any(isinstance(one, ast.Name) and one.id == "property" for one in method.decorator_list)
        }
    return words, derived


def _read_fields(method: ast.FunctionDef, methods: Mapping[str, ast.FunctionDef]) -> Iterator[str]:
    """The fields that a method looks up in what the service sent, those of the methods that it uses included."""
    for node in ast.walk(method):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "self._wire.get":
            yield ast.literal_eval(node.args[0])
        elif isinstance(node, ast.Attribute) and node.attr in methods and node.attr != method.name:
            yield from _read_fields(methods[node.attr], methods)


def _table(module: Path, name: str) -> dict[str, str]:
    return _literal(ast.parse(module.read_text(encoding="utf-8")).body, name)


def _literal(body: Sequence[ast.stmt], name: str) -> dict[str, str]:
    """The dict of texts that a name is set to, or the one in the call that it is set to."""
    for node in body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Dict):
                    return cast("dict[str, str]", ast.literal_eval(inner))
    return {}


def _reading(name: str) -> str:
    if name == "{}":
        return "[...]"
    return f".{name}" if name.isidentifier() and not keyword.iskeyword(name) else f'["{name}"]'


def _folded(name: str) -> str:
    """A schema's name without what the generator may change of it."""
    return re.sub(r"[\W_]", "", name).lower()


def _plain(step: str) -> str:
    """A step of a JSON pointer without its escapes."""
    return step.replace("~1", "/").replace("~0", "~")
