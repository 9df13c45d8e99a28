"""The command `firsthandapi drift`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Optional

INSTALLED = "installed"
FORMATS = ("text", "json", "markdown")
NEEDED = "firsthandapi drift needs PyYAML, which the extra `cli` brings: pip install 'firsthandapi[cli]'"


def parser() -> argparse.ArgumentParser:
    """Return the arguments of the command."""
    made = argparse.ArgumentParser(
        prog="firsthandapi drift",
        description="Say what a new contract changes for code that uses this package.",
        epilog=f"A contract is a path, an http(s) URL, a git revision such as HEAD~1:openapi.yaml, or `{INSTALLED}`: "
        "the one that this installation was made from. Exit status: 0 nothing is breaking, 1 something is, 2 they "
        "could not be compared.",
    )
    made.add_argument("old", metavar="OLD", help="the contract that your code was written against")
    made.add_argument("new", metavar="NEW", help="the contract that it is to work with")
    made.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="for people, machines, or a pull request")
    return made


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Compare two contracts and print the report.

    Args:
        argv: The arguments after `firsthandapi drift`; default those of the process.

    Returns:
        0 when nothing is breaking, 1 when something is, 2 when they could not be compared.
    """
    arguments = parser().parse_args(argv)
    try:
        from . import rendering
        from .compare import report
        from .document import load
        from .references import SpecError
        from .surface import Surface
    except ImportError:
        return _refuse(NEEDED)
    try:
        found = report(load(arguments.old), load(arguments.new), Surface())
    except SpecError as error:
        return _refuse(f"firsthandapi drift: {error}")
    except ImportError:
        return _refuse(NEEDED)
    write = {"text": rendering.as_text, "json": rendering.as_json, "markdown": rendering.as_markdown}[arguments.format]
    sys.stdout.write(write(found))
    return 1 if found.of("breaking") else 0


def _refuse(reason: str) -> int:
    sys.stderr.write(" ".join(reason.splitlines()) + "\n")
    return 2
