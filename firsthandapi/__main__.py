"""The `firsthandapi` command."""

from __future__ import annotations

import argparse
import io
import sys
from typing import Optional

from . import __version__


def main(arguments: Optional[list[str]] = None) -> int:
    """Run the command and return its exit status: 0 done, 2 wrong usage or a missing extra; 1 is up to each command."""
    parser = argparse.ArgumentParser(prog="firsthandapi", description="Tools around the FirstHandAPI SDK.")
    parser.add_argument("--version", action="version", version=f"firsthandapi {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("sandbox", help="run a local server that plays the service", add_help=False)
    commands.add_parser("drift", help="say what a new contract changes for code that uses this package", add_help=False)
    options, rest = parser.parse_known_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # What is piped on Windows has the system's encoding, in which a contract may have no words.
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if options.command == "sandbox":
        try:
            from .sandbox.cli import main as sandbox

            return sandbox(rest)
        except ImportError as error:
            print(f"firsthandapi sandbox: {error}", file=sys.stderr)  # noqa: T201 # a command speaks
            return 2
    if options.command == "drift":
        from .drift.command import main as drift

        return drift(rest)
    raise AssertionError(options.command)


if __name__ == "__main__":
    sys.exit(main())
