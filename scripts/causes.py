"""Which change a problem comes from: what is said of the problem, held against what each change is about.

A *problem* is one error of the type checker or one test that fails. It *says* a name where it has the name as names
stand in messages: quoted, before a colon, or at the end of a path. A change *has* names (the field, parameter, value,
operation or schema that changed) and a *home*: the schemas and operations that the thing is in.

The evidence, best first: the message says the name, the line of code that failed or the case of the test does, neither
does; and of those that are alike in this: the message has the schema, the message has the operation, the problem stands
in code of the home, nothing. The change with the best evidence is the cause. Where two have the same, or none has any,
there is no telling.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import spec_file

from firsthandapi.drift import Reported
from firsthandapi.drift.calls import identifier

NONE = (0, 0)
WORDS = re.compile("enum-value-|-renamed$|-version-changed$")
"""Rules about a word: what was and what is are names, not types or limits."""
THINGS = re.compile("^(operation|event)-(added|removed)$|^operation-id-changed$")
"""Rules about an operation or event itself, which is then the name, and no home."""
GONE = re.compile("^(operation|event)-(removed|renamed)$")
"""Those after which nothing else is said of it: where it is named, it is its own home."""
SPELLED = re.compile(r"(\w+)(?:=\)|$)")
"""A name as a symbol has it: a keyword, an attribute."""
OTHER_SIDE = (
    (re.compile("FirstHandDrift|answers are not"), {"parameter", "request"}),
    (re.compile("FirstHandArgument|requests are not"), {"response", "error", "event"}),
)
"""What is said of answers, or of requests, and the parts of a contract that it cannot come from."""
FRAME = re.compile(r"^(\S+\.py):\d+: in (\w+)", re.MULTILINE)
"""A call in a traceback of pytest, `--tb=short`."""
HOPED = re.compile(r"[-?] |.*\bassert [\[{(].* == |(.*?) [=!]= ")
"""A line of what a test had hoped for, or the part of a line before it."""
ROUTE = re.compile(r"<Path eq '([^']+)'> AND <Method eq '(\w+)'>")
"""A request that a test waited for in vain, as respx says it."""


class Problem(NamedTuple):
    """What a check found."""

    place: str
    """`firsthandapi/_async/jobs.py:205`, or the test's name."""
    text: str
    """The error in one line."""
    message: str
    """All that the check says, without the code that it shows."""
    line: str = ""
    """The line of code that failed."""
    code: frozenset[str] = frozenset()
    """The functions that it passed through, see `function`."""


class Subject(NamedTuple):
    """What a change is about."""

    names: frozenset[str]
    schemas: frozenset[str]
    operations: frozenset[str]
    """Types of events among them."""
    routes: tuple[re.Pattern[str], ...]
    """What the requests of the operations look like: `POST /v1/jobs/job_1/rate`."""
    code: frozenset[str]
    """The functions of the home."""
    parts: frozenset[str]
    is_compatible: bool


def failed_test(place: str, text: str) -> Problem:
    """A test that fails, from what pytest says of it with `--tb=short`."""
    lines = text.splitlines()
    errors = [line[1:].strip() for line in lines if re.match("E  ", line)]
    frames = list(FRAME.finditer(text))
    after = text[frames[-1].end() :].splitlines()[1:2] if frames else []
    code = frozenset(function(frame[1], frame[2]) for frame in frames)
    said = errors or lines
    words = " ".join(said[: 2 if said[0].endswith(":") else 1]) if said else ""
    return Problem(place, words, "\n".join(map(seen, said)), "".join(after), code)


def seen(line: str) -> str:
    """A line of an error without what the test had hoped for: only what came instead tells of a cause.

    Of what has many fields, such as a list, the lines below say which of them differ.
    """
    hoped = HOPED.match(line)
    return line if hoped is None else hoped[1] or ""


def causes(problems: Iterable[Problem], findings: Sequence[Reported], *contracts: dict[str, Any]) -> list[int | None]:
    """For each problem the number of the finding that caused it; None where there is no telling."""
    subjects = [subject(finding, contracts) for finding in findings]
    return [cause(problem, subjects) for problem in problems]


def cause(problem: Problem, subjects: Sequence[Subject]) -> int | None:
    """The one with the best evidence, if there is one."""
    weights = [evidence(problem, one) for one in subjects]
    best = max(weights, default=NONE)
    return weights.index(best) if best > NONE and weights.count(best) == 1 else None


def evidence(problem: Problem, about: Subject) -> tuple[int, int]:
    """How much speaks for it that a change caused a problem: by its name, by its home."""
    if any(told.search(problem.message) and about.parts <= parts for told, parts in OTHER_SIDE):
        return NONE
    near = f"{problem.line}\n{problem.place.partition('[')[2]}"
    named = 2 if says(problem.message, about.names) else 1 if says(near, about.names) else 0
    if not named and about.is_compatible:
        return NONE  # what breaks nothing by itself is no cause because it is near
    message = ROUTE.sub(r"\2 \1", problem.message)
    if has(message, about.schemas):
        home = 3
    elif has(message, about.operations) or any(route.search(message) for route in about.routes):
        home = 2
    else:
        home = 1 if problem.code & about.code else 0
    return named, home


def says(text: str, names: Iterable[str]) -> bool:
    """Whether a text has one of some names as names stand in messages; one that is no plain word, anywhere."""
    return any(
        re.search(
            rf"['\"`.]{name}\b|(?<![\w-]){name}['\"`:=]" + (rf"|\b{name}\b" if re.search("[A-Z_]", name) else ""), text
        )
        for name in map(re.escape, names)
    )


def has(text: str, words: Iterable[str]) -> bool:
    """Whether a text has one of some words."""
    return any(re.search(rf"\b{re.escape(word)}\b", text) for word in words)


def function(path: str, name: str) -> str:
    """A function by its file and its name, the same for both clients; a whole file of what is generated."""
    parts = path.removesuffix(".py").split("/")
    if "firsthandapi_generated" in path:
        return folded(parts[-1])
    return f"{'flat' if parts[-1].startswith('flat') else parts[-1]}.{name}"


def subject(finding: Reported, contracts: Iterable[dict[str, Any]]) -> Subject:
    """What a change is about."""
    change = finding.change
    steps = [step.replace("~1", "/").replace("~0", "~") for step in change.pointer.split("/")]
    schemas = {use.owner for use in change.uses if use.owner}
    schemas |= {steps[3]} if steps[1:3] == ["components", "schemas"] else set()
    operations = {use.operation for use in change.uses if use.operation}
    if THINGS.search(change.rule):
        names, operations = operations, set()
    elif change.rule.startswith("request-body-"):
        names = {"body"}
    elif WORDS.search(change.rule):
        names = {value for value in (change.old, change.new) if isinstance(value, str)}
    else:
        names = {step for use in change.uses for step in [one for one in use.path if one.strip("[]{}")][-1:]}
        names |= {word for symbol in finding.symbols for word in SPELLED.findall(symbol)}
    if GONE.search(change.rule):
        schemas |= names
    return Subject(
        frozenset({spelled for name in names for spelled in (name, identifier(name))}),
        frozenset(schemas),
        frozenset(operations),
        tuple(route for contract in contracts for route in routes(contract, operations)),
        frozenset(
            {
                *map(folded, schemas | operations),
                *(f"models.{one}" for one in schemas | names),
                *methods(finding.symbols),
            }
        ),
        frozenset(use.part for use in change.uses),
        change.level == "compatible",
    )


def routes(contract: dict[str, Any], operations: Container[str]) -> Iterator[re.Pattern[str]]:
    """What the requests of some operations look like."""
    for (_, path, method), operation in spec_file.operations(contract):
        if operation["operationId"] in operations:
            segments = re.sub(r"\\{.*?\\}", r"[^/\\s?]+", re.escape(str(path)))
            yield re.compile(rf"\b{str(method).upper()} {segments}(?![/\w])")


def methods(symbols: Iterable[str]) -> Iterator[str]:
    """The functions behind public methods: `jobs.create` of `client.jobs.create(...)`."""
    for symbol in symbols:
        found = re.match(r"(?:(client)\.)?(?:(\w+)\.)?(\w+)\(", symbol)
        if found:
            yield f"{found[2] or ('flat' if found[1] else 'webhooks')}.{found[3]}"


def folded(name: str) -> str:
    """A schema or operation as its class and its module have it in common."""
    return re.sub(r"[\W_]", "", name).lower()
