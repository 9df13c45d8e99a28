"""Prove the drift report with mutations of openapi.yaml: `make test-drift`.

Every kind of mutation is applied wherever it can be, and what the report says of each is judged. With --regenerate
some of them also take the contract's place in a copy of the repository, where all is made again and checked.
What is wrong is said as it is found; the last lines are the totals, of what was done until Ctrl-C if it came to that.
Exit 1 unless everything is caught and named and there is no false alarm.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from signal import SIG_IGN, SIGINT, signal

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from mutations import judge, kind, regenerated

EACH = 50
"""After how many mutants that were made again it is said how far it is."""


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="test_drift", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--kinds", default="", help="only kinds with one of these words in their name, parted by commas"
    )
    parser.add_argument("--sample", type=int, help="at most so many mutants of each kind; default: all")
    parser.add_argument("--seed", type=int, default=0, help="which mutants a sample has; default: 0")
    parser.add_argument(
        "--regenerate", type=int, metavar="N", help="also make everything again for N mutants of each kind"
    )
    parser.add_argument("--workers", type=int, default=2, help="how many processes; default: 2")
    options = parser.parse_args()
    kinds = judge.chosen(options.kinds)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    try:
        passed = report(kinds, options.sample, options.seed, options.workers)
        if options.regenerate:
            passed = regenerate(kinds, options.regenerate, options.seed, options.workers) and passed
    except KeyboardInterrupt:
        return 130
    return 0 if passed else 1


def report(kinds: list[kind.Kind], sample: int | None, seed: int, workers: int) -> bool:
    """Print the table; whether everything is as it should be."""
    started = time.monotonic()
    lines = []
    with ProcessPoolExecutor(workers, initializer=signal, initargs=(SIGINT, SIG_IGN)) as pool:
        tasks = [pool.submit(tally, one.name, sample, seed) for one in kinds]
        try:
            for one, task in zip(kinds, tasks, strict=True):
                counted, wrong = task.result()
                lines.append(judge.Tally(one, *counted))
                for line in wrong[:10]:
                    print(f"wrong: {line}")
                if len(wrong) > 10:
                    print(f"wrong: {one.name}: {len(wrong) - 10} more")
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            print("\n".join(judge.table(lines)))
            print(f"{len(lines)} of {len(kinds)} kinds in {time.monotonic() - started:.0f} s")
    return all(line.mutants == line.caught == line.named and not line.alarms for line in lines)


def tally(name: str, sample: int | None, seed: int) -> tuple[tuple[int, ...], list[str]]:
    """The counts of one kind, and what is wrong; runs in a process of its own."""
    counted, wrong = judge.tally(judge.contract(), kind.KINDS[name], sample, seed)
    return tuple(counted[1:]), wrong


def regenerate(kinds: list[kind.Kind], places: int, seed: int, workers: int) -> bool:
    """Print what the check says; whether it fails for what breaks something, and for that only."""
    started = time.monotonic()
    chosen = list(regenerated.drawn(kinds, places, seed))
    found: list[regenerated.Checked] = []
    try:
        for one in regenerated.check_all(chosen, workers):
            found.append(one)
            if not one.is_right:
                print(
                    f"wrong: {one.kind.name} ({one.kind.level}) at {one.place}: {'; '.join(one.failures) or 'passes'}"
                )
            if len(found) % EACH == 0:
                print(f"{len(found)} of {len(chosen)} made again and checked")
    finally:
        print("\n".join(table(found)))
        print(f"{len(found)} of {len(chosen)} mutants in {time.monotonic() - started:.0f} s")
    return all(one.is_right for one in found)


def table(found: list[regenerated.Checked]) -> Iterator[str]:
    """For each level how many mutants were checked, how many rightly, and which parts of the check failed."""
    yield f"\n{'made again and checked':24} {'mutants':>8} {'right':>8} {'gate':>8} {'refused':>8} {'types':>8}"
    for level in reversed(kind.RISE):
        here = [one for one in found if one.kind.level == level]
        parts = [
            sum(any(text.startswith(part) for text in one.failures) for one in here)
            for part in ("gate", "refused", "types")
        ]
        yield f"{level:24} {len(here):8} {sum(one.is_right for one in here):8} {parts[0]:8} {parts[1]:8} {parts[2]:8}"


if __name__ == "__main__":
    sys.exit(main())
