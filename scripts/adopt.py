"""Take a new contract in: `make regenerate SPEC=path-or-URL [REPORT=report.md] [TESTS=tests/...]`.

1. regenerate everything from it; a document that is refused changes nothing
2. run the type checker and the tests on what is handwritten
3. print the drift report against the contract before, and beside each change what the checks found because of it

A *problem* is one error of the type checker or one test that fails. It belongs to a change when its text has its word:
the field, parameter, value, operation or schema that changed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import regenerate
from attrs import evolve

from firsthandapi.drift import Report, Reported, load, rendering, report
from firsthandapi.drift.surface import Surface


class Problem(NamedTuple):
    """What a check found."""

    place: str
    """`firsthandapi/_async/jobs.py:205`, or the test's name."""
    text: str
    """The error in one line."""
    whole: str
    """All that was said of it."""


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
    found = joined(report(before, load(str(regenerate.SPEC)), surface), problems)
    alone = unexplained(found, problems)
    print(rendering.as_text(found), end="")
    for problem in alone:
        print(f"not explained by a change: {line(problem)}")
    if options.report:
        rest = "".join(f"\n- {line(problem)}" for problem in alone)
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
            yield Problem(f"{found['file']}:{found['line']}", found["message"], found["message"])
    if done.returncode and not told:
        yield stopped("mypy", done)


def failed_tests(tests: Sequence[str]) -> Iterator[Problem]:
    """The tests that fail, in order; many fail for one cause, so they end after a hundred."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        command = [sys.executable, "-m", "pytest", "-q", "--maxfail=100", f"--junitxml={results}", *tests]
        done = subprocess.run(command, cwd=regenerate.ROOT, capture_output=True, text=True)
        told = list(ElementTree.parse(results).iter("testcase")) if results.exists() else []
    failures = [(case, failure) for case in told for failure in [*case.iter("failure"), *case.iter("error")]]
    for case, failure in failures:
        what = (failure.get("message") or "").partition("\n")[0]
        yield Problem(f"{case.get('classname')}::{case.get('name')}", what, failure.text or "")
    if done.returncode and not failures:
        yield stopped("pytest", done)


def stopped(check: str, done: subprocess.CompletedProcess[str]) -> Problem:
    """A check that could not do its work: nothing that it would have found may count as right."""
    whole = f"{done.stdout}\n{done.stderr}".strip()
    return Problem(check, whole.splitlines()[-1] if whole else f"exit {done.returncode}", whole)


def joined(found: Report, problems: Sequence[Problem]) -> Report:
    """The report with each problem beside the changes that it belongs to."""
    return evolve(
        found,
        findings=tuple(
            evolve(finding, evidence=tuple(line(problem) for problem in problems if belongs(problem, finding)))
            for finding in found.findings
        ),
    )


def unexplained(found: Report, problems: Sequence[Problem]) -> list[Problem]:
    """The problems that belong to no change."""
    return [problem for problem in problems if not any(belongs(problem, finding) for finding in found.findings)]


def belongs(problem: Problem, finding: Reported) -> bool:
    """Whether a problem has the word of a change."""
    return any(re.search(rf"\b{re.escape(word)}_?\b", problem.whole) for word in words(finding))


def words(finding: Reported) -> set[str]:
    """What changed, by name: fields and parameters as Python spells them, values, operations, schemas."""
    change = finding.change
    names = {part.replace("~1", "/").replace("~0", "~") for part in change.pointer.split("/")[-1:]}
    for use in change.uses:
        names |= set([part for part in use.path if part.isidentifier() or "-" in part][-1:] or [use.operation or ""])
    names |= {value for value in (change.old, change.new) if isinstance(value, str) and re.fullmatch(r"[\w.-]+", value)}
    names |= {re.sub(r"\W", "_", name).lower() for name in names}
    return {name for name in names if len(name) > 2 and not name.isdigit()}


def line(problem: Problem) -> str:
    """A problem in one line."""
    text = " ".join(problem.text.split())
    return f"{problem.place}: {text if len(text) <= 160 else text[:159] + '…'}"


if __name__ == "__main__":
    sys.exit(main())
