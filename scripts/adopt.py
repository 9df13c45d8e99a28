"""Take a new contract in: `make regenerate SPEC=path-or-URL [REPORT=report.md] [TESTS=tests/...]`.

1. regenerate everything from it; a document that is refused changes nothing
2. run the type checker and the tests on what is handwritten
3. print the drift report against the contract before, and beside each change what the checks found because of it

When the new contract is in place already, as in a second run, the report is against the one that the handwritten layer
was last reviewed against (see `review`), so that it stays as long as there is something to adapt.

A *problem* is one error of the type checker or one test that fails; `causes` says which change it comes from.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import causes
import regenerate
import review
from attrs import evolve
from causes import Problem

from firsthandapi.drift import Report, load, rendering, report
from firsthandapi.drift.surface import Surface


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 nothing breaks, 1 something does, 2 refused."""
    parser = argparse.ArgumentParser(prog="adopt", description=__doc__.splitlines()[0])
    parser.add_argument("spec", help="the new contract: a path or an http(s) URL")
    parser.add_argument("--tests", nargs="*", default=["tests"], help="the tests to run; default: all")
    parser.add_argument("--report", type=Path, help="write the report there too, as Markdown")
    options = parser.parse_args(arguments)
    # Both as they are before: what callers write today is in the code that is about to be replaced.
    before, surface = load(str(regenerate.SPEC)), Surface()
    refused = regenerate.main(["--spec", options.spec])
    if refused:
        return refused
    problems = [*type_errors(), *failed_tests(options.tests)]
    after = load(str(regenerate.SPEC))
    reviewed = load(str(review.REVIEWED))
    if before == after != reviewed:
        before = reviewed
        print("the contract was in place already: the report is against the one reviewed last, scripts/reviewed.yaml")
    found = report(before, after, surface)
    blamed = causes.causes(problems, found.findings, before, after)
    found = joined(found, problems, blamed)
    alone = [problem for problem, number in zip(problems, blamed, strict=True) if number is None]
    print(rendering.as_text(found), end="")
    unexplained = lines(alone)
    for text in unexplained:
        print(f"not explained by a change: {text}")
    if options.report:
        rest = "".join(f"\n- {text}" for text in unexplained)
        text = rendering.as_markdown(found) + (f"\n### Not explained by a change\n{rest}\n" if rest else "")
        options.report.write_text(text, encoding="utf-8")
    return 1 if problems or found.of("breaking") else 0


def type_errors() -> Iterator[Problem]:
    """What mypy finds in the handwritten package; one cache for two contracts has misled it, so it gets none."""
    command = [sys.executable, "-m", "mypy", "--output", "json", "--cache-dir", os.devnull]
    done = subprocess.run(command, cwd=regenerate.ROOT, capture_output=True, text=True)
    told = [json.loads(text) for text in done.stdout.splitlines() if text.startswith("{")]
    for found in told:
        if found["severity"] == "error" and not found["file"].startswith("firsthandapi/_sync/"):
            yield type_error(found)
    if done.returncode and not told:
        yield stopped("mypy", done)


def type_error(found: dict[str, Any]) -> Problem:
    """An error of mypy, with the line and the functions in which it is."""
    name, number = found["file"], found["line"]
    source = (regenerate.ROOT / name).read_text(encoding="utf-8")
    code = {
        causes.function(name, node.name)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.lineno <= number <= (node.end_lineno or 0)
    }
    message = f"{found['message']}\n{found['hint'] or ''}"
    return Problem(f"{name}:{number}", found["message"], message, source.splitlines()[number - 1], frozenset(code))


def failed_tests(tests: Sequence[str]) -> Iterator[Problem]:
    """The tests that fail, in order; many fail for one cause, so they end after a hundred.

    A test that fails, and fails again when what it used is put away, has failed once.
    """
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        options = ["-q", "--tb=short", "--continue-on-collection-errors", "--maxfail=100", f"--junitxml={results}"]
        command = [sys.executable, "-m", "pytest", *options, *tests]
        done = subprocess.run(command, cwd=regenerate.ROOT, capture_output=True, text=True)
        told = list(ElementTree.parse(results).iter("testcase")) if results.exists() else []
    failures: dict[str, Problem] = {}
    for case in told:
        for failure in [*case.iter("failure"), *case.iter("error")]:
            place = f"{case.get('classname')}::{case.get('name')}".lstrip(":")
            failures.setdefault(place, causes.failed_test(place, failure.text or ""))
    yield from failures.values()
    if done.returncode and not failures:
        yield stopped("pytest", done)


def stopped(check: str, done: subprocess.CompletedProcess[str]) -> Problem:
    """A check that could not do its work: nothing that it would have found may count as right."""
    whole = f"{done.stdout}\n{done.stderr}".strip()
    return Problem(check, whole.splitlines()[-1] if whole else f"exit {done.returncode}", whole)


def joined(found: Report, problems: Sequence[Problem], blamed: Sequence[int | None]) -> Report:
    """The report with each problem beside the change that it comes from."""
    told: dict[int | None, list[Problem]] = {}
    for problem, number in zip(problems, blamed, strict=True):
        told.setdefault(number, []).append(problem)
    findings = [evolve(one, evidence=tuple(lines(told.get(number, ())))) for number, one in enumerate(found.findings)]
    return evolve(found, findings=tuple(findings))


def lines(problems: Sequence[Problem]) -> list[str]:
    """Each problem in one line; cases of one test that fail alike share theirs."""
    told: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        text = " ".join(problem.text.split()).removeprefix("firsthandapi.errors.").partition(". What to do: ")[0]
        told.setdefault((problem.place.partition("[")[0], text), []).append(problem.place)
    return [
        f"{places[0] if len(places) == 1 else f'{test} ({len(places)} cases)'}: "
        f"{text if len(text) <= 160 else text[:159] + '…'}"
        for (test, text), places in told.items()
    ]


if __name__ == "__main__":
    sys.exit(main())
