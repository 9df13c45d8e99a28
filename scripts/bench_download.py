"""Measure downloads against other downloaders, in the same run on the same machine: `make bench-download`.

Every client fetches the same files from the same nginx on loopback, each time in a fresh process, all of them in turn,
several rounds; medians count. The machine is in the numbers, so that only ratios to ours say anything. Ours lists the
files from an API, verifies them, writes a manifest and renames each file when it is whole; nobody else does.
It needs Linux, nginx and openssl.

Ours has an environment with nothing but itself and the extra `fast`, `.venvs/bench-ours`; peers that are Python
libraries have another one, `.venvs/bench`. What is not installed is named and left out. One more row is the *floor*: a
bare loop in Python that does nothing but the work that cannot be left out. Files are in memory (/dev/shm) where there
is such a place, so that no disk is measured. Exit 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import download_rows as rows
from benchmarks.download_server import Kind, serving, which

MEMORY = Path("/dev/shm")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 every goal met (or --no-fail), 1 one is missed."""
    parser = argparse.ArgumentParser(prog="bench_download", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="few and small files: shows that it works, proves nothing")
    parser.add_argument("--no-fail", action="store_true", help="exit 0 though a goal is missed")
    parser.add_argument("--only", metavar="NAME", nargs="+", help="only clients whose name contains one of these")
    parser.add_argument("--folder", type=Path, help="where to put the files (default: in memory)")
    options = parser.parse_args(arguments)
    for program in ("nginx", "openssl"):
        if which(program) is None:
            parser.error(f"{program} is not installed: it is what the files are served with")
    small = Kind("small", 50, 20_000) if options.quick else Kind("small", 2_000, 20_000)
    large = Kind("large", 2, 2_000_000) if options.quick else Kind("large", 20, 50_000_000)
    tiny = Kind("tiny", 10, 1_000)
    many = 1_000 if options.quick else 100_000
    folder = options.folder or (MEMORY if MEMORY.is_dir() else None)
    python = Path(sys.executable) if options.quick else rows.python_of_ours()
    subjects, skipped = rows.subjects(options.only, python)
    for what, why in skipped.items():
        print(f"left out: {what}: {why}")
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix="bench-download-") as scratch,
        serving([small, large, tiny], Path(scratch)) as server,
    ):
        bench = rows.Bench(server, Path(scratch) / "run", subjects, 1 if options.quick else options.rounds)
        goals: list[rows.Goal] = []
        for table in _tables(bench, python, small, large, tiny, many):
            print(f"\n{table}", flush=True)
            goals += table.goals
    for goal in goals:
        print(f"{'met   ' if goal.met else 'MISSED'} {goal.what}")
    return 0 if options.no_fail or all(goal.met for goal in goals) else 1


def _tables(bench: rows.Bench, python: Path, small: Kind, large: Kind, tiny: Kind, many: int) -> Iterator[rows.Table]:
    """One after the other, each when it is measured."""
    for kind in (small, large):
        for tls in (False, True):
            yield bench.race(kind, tls=tls)
    yield bench.listing(small, python)
    yield bench.memory(tiny, many)


if __name__ == "__main__":
    sys.exit(main())
