"""Make docs/operations.md: for each operation its methods in both clients, its sandbox handler, a test that calls it.

    python scripts/operations_table.py            write the page
    python scripts/operations_table.py --check    write nothing; exit 1 if the page is stale or has an empty cell

Everything is read from the source: the contract, the package (by `firsthandapi.drift.surface`), the sandbox, the tests.
"""

from __future__ import annotations

import argparse
import ast
import doctest
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import spec_file

from firsthandapi.drift.surface import Reach, Surface

ROOT = Path(__file__).resolve().parent.parent
PAGE = Path("docs/operations.md")
REVIEWED = Path("scripts/reviewed.yaml")
"""The contract whose operations are listed: what is new in openapi.yaml breaks nothing, and comes here by a review."""
EXAMPLES = Path("tests/test_docs.py"), "test_examples_of_the_client"
"""The test that runs the examples of the modules that `RESOURCES` lists there, against the sandbox."""
COLUMNS = ("operation", "resource method", "flat name", "async twin", "sandbox", "test")
INTRODUCTION = """# Operations

Every operation of the API, and what stands for it here: two ways to call it, the same two in the async client,
what answers it in the sandbox, and a test that calls it. Made by `make docs`; do not edit.
"""

Row = tuple[str, ...]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 done, 1 stale or incomplete, 2 the contract cannot be read."""
    parser = argparse.ArgumentParser(prog="operations_table", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and say what is wrong")
    parser.add_argument("--spec", default=str(ROOT / REVIEWED), help=f"another contract than {REVIEWED}")
    parser.add_argument("--page", type=Path, default=ROOT / PAGE, help=f"another page than {PAGE}")
    options = parser.parse_args(arguments)
    try:
        _, document = spec_file.load(options.spec)
    except spec_file.SpecError as error:
        print(f"refused: {error}", file=sys.stderr)
        return 2
    table = rows(document)
    faults = [f"{row[0]}: no {column}" for row in table for column, cell in zip(COLUMNS, row, strict=True) if not cell]
    page = render(table)
    if not options.check:
        options.page.parent.mkdir(exist_ok=True)
        options.page.write_text(page, encoding="utf-8")
    elif not options.page.is_file() or options.page.read_text(encoding="utf-8") != page:
        faults.append(f"stale: {PAGE}; run `make docs`")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def rows(document: dict[str, Any]) -> list[Row]:
    """One row for each operation, in the order of the contract; what there is none of is empty."""
    clients = Surface("_sync"), Surface("_async")
    handlers = dict(sandbox_handlers())
    tests = tested()
    found: list[Row] = []
    for place, said in spec_file.operations(document):
        name = str(said["operationId"])
        ours, twin = (client.reach(name) for client in clients)
        test = next((tests[method] for method in (ours.resource, ours.flat) if method in tests), "")
        found.append(
            (
                code(name) + f"<br>{place[2].upper()} {place[1]}",
                code(called(ours.resource)),
                code(called(ours.flat)),
                twin_of(twin) if twin == ours else "",
                code(handlers.get(name, "")),
                code(test),
            )
        )
    return found


def render(table: list[Row]) -> str:
    """The page."""
    head = [COLUMNS, tuple("---" for _ in COLUMNS)]
    return INTRODUCTION + "\n" + "".join(f"| {' | '.join(row)} |\n" for row in [*head, *table])


def code(text: str) -> str:
    """Text as code; nothing stays nothing."""
    return f"`{text}`" if text else ""


def called(method: str | None) -> str:
    """A method as it is called; nothing where there is none."""
    return f"{method}()" if method else ""


def twin_of(reach: Reach) -> str:
    """Both methods as the async client has them; nothing unless it has both."""
    if not (reach.resource and reach.flat):
        return ""
    return "<br>".join(code(f"await {called(method)}") for method in (reach.resource, reach.flat))


def sandbox_handlers() -> Iterator[tuple[str, str]]:
    """For each operation the function that carries it out, by the tables in `firsthandapi/sandbox/handlers`."""
    for path in sorted((ROOT / "firsthandapi/sandbox/handlers").glob("[!_]*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "HANDLERS":
                assert isinstance(node.value, ast.Dict)
                for key, value in zip(node.value.keys, node.value.values, strict=True):
                    if isinstance(key, ast.Constant):
                        yield str(key.value), f"handlers.{path.stem}.{ast.unparse(value)}"


def tested() -> dict[str, str]:
    """For each method that a test calls, as `client.jobs.create`, the first such test, else the one of its examples."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "tests").glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_"):
                # Not its decorators: what they call is refused as likely as not.
                for method in (method for statement in node.body for method in calls(statement)):
                    found.setdefault(method, f"{path.name}::{node.name}")
    for module in examples():
        path = ROOT / f"firsthandapi/_sync/{module}.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for example in doctest.DocTestParser().get_examples(ast.get_docstring(node) or ""):
                    for method in calls(ast.parse(example.source)):
                        found.setdefault(method, f"{EXAMPLES[0].name}::{EXAMPLES[1]}[{module}]")
    return found


def calls(node: ast.AST) -> Iterator[str]:
    """Methods of a client that are called, whatever holds the client: `side.client.jobs.get` is `client.jobs.get`."""
    refused = isinstance(node, (ast.With, ast.AsyncWith)) and "pytest.raises" in ast.unparse(node.items[0])
    if refused or isinstance(node, ast.Lambda):
        return  # not sent, as likely as not
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        _, dot, method = ast.unparse(node.func).rpartition("client.")
        if dot:
            yield f"client.{method}"
    for child in ast.iter_child_nodes(node):
        yield from calls(child)


def examples() -> list[str]:
    """The modules whose examples are run."""
    for node in ast.parse((ROOT / EXAMPLES[0]).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "RESOURCES":
            return list(ast.literal_eval(node.value))
    raise LookupError(f"{EXAMPLES[0]} has no RESOURCES")


if __name__ == "__main__":
    sys.exit(main())
