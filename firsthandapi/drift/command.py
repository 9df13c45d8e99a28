"""The command `firsthandapi drift`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any, Optional

INSTALLED = "installed"
FORMATS = ("text", "json", "markdown")
NEEDED = "firsthandapi drift needs PyYAML, which the extra `cli` brings: pip install 'firsthandapi[cli]'"


def parser() -> argparse.ArgumentParser:
    """Return the arguments of the command."""
    made = argparse.ArgumentParser(
        prog="firsthandapi drift",
        usage="%(prog)s [--format FORMAT] (OLD NEW | --coverage [SPEC])",
        description="Say what a new contract changes for code that uses this package.",
        epilog=f"A contract is a path, an http(s) URL, a git revision such as HEAD~1:openapi.yaml, or `{INSTALLED}`: "
        "the one that this installation was made from. Exit status: 0 nothing is breaking, 1 something is, 2 they "
        "could not be compared.",
    )
    made.add_argument(
        "contracts",
        metavar="OLD NEW",
        nargs="*",
        help="the contract that your code was written against, and the one that it is to work with",
    )
    made.add_argument(
        "--coverage",
        action="store_true",
        help="instead, of one contract: which operations, parameters, fields, values and events this package wraps, "
        f"leaves out for a reason, or does not wrap yet (exit status 1), and how to call these; default: {INSTALLED}",
    )
    made.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="for people, machines, or a pull request")
    return made


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Compare two contracts, or look at what of one is wrapped, and print the report.

    Args:
        argv: The arguments after `firsthandapi drift`; default those of the process.

    Returns:
        0 when nothing is breaking, or not yet wrapped; 1 when something is; 2 when a contract cannot be used.
    """
    accepted = parser()
    arguments = accepted.parse_intermixed_args(argv)
    wanted: list[str] = arguments.contracts
    if arguments.coverage and len(wanted) > 1:
        accepted.error("--coverage takes one contract, not OLD and NEW")
    if not arguments.coverage and len(wanted) != 2:
        accepted.error("OLD and NEW are required, or --coverage")
    try:
        from .document import load
        from .references import SpecError
    except ImportError:
        return _refuse(NEEDED)
    try:
        contracts = [load(one) for one in wanted or [INSTALLED]]
        return (_cover if arguments.coverage else _compare)(contracts, arguments.format)
    except SpecError as error:
        return _refuse(f"firsthandapi drift: {error}")
    except ImportError:
        return _refuse(NEEDED)


def _compare(contracts: Sequence[dict[str, Any]], form: str) -> int:
    from . import rendering
    from .compare import report
    from .surface import Surface

    old, new = contracts
    found = report(old, new, Surface())
    write = {"text": rendering.as_text, "json": rendering.as_json, "markdown": rendering.as_markdown}[form]
    sys.stdout.write(write(found))
    return 1 if found.of("breaking") else 0


def _cover(contracts: Sequence[dict[str, Any]], form: str) -> int:
    from .coverage import coverage
    from .covered import FORMS
    from .surface import Surface

    rows = coverage(contracts[0], Surface())
    sys.stdout.write(FORMS[form](rows))
    return 0 if all(row.explained for row in rows) else 1


def _refuse(reason: str) -> int:
    sys.stderr.write(" ".join(reason.splitlines()) + "\n")
    return 2
