"""Measure this package against its peers, in the same run on the same machine: `make bench`.

Every peer is measured in turn with ours, many times over, and the least of each counts: what else the machine does can
only add. So ratios hold anywhere, while a goal in milliseconds is of this machine. Exit 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import calls, imports, loopback, pages
from benchmarks.measure import Row, table


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 every goal met (or --no-fail), 1 one is missed."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a few rounds only: shows that it works, proves nothing")
    parser.add_argument("--no-fail", action="store_true", help="exit 0 though a goal is missed")
    parser.add_argument(
        "--with-published", action="store_true", help="also measure firsthandapi 0.1.0, from the package index"
    )
    options = parser.parse_args(arguments)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, loopback.serving() as url:
        scratch = Path(folder)
        rows += imports.rows(url, rounds=2 if options.quick else 15)
        rows += calls.rows(url, scratch, quick=options.quick, published=options.with_published)
        rows += pages.rows(scratch, quick=options.quick)
    print(table(rows))
    missed = [row for row in rows if row.met is False]
    if missed:
        print(f"\nmissed: {', '.join(row.what for row in missed)}", file=sys.stderr)
    return 1 if missed and not options.no_fail else 0


if __name__ == "__main__":
    sys.exit(main())
