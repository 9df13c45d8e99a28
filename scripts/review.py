"""The contract that the handwritten layer was last reviewed against, and whether openapi.yaml still means the same.

Regenerating cannot see everything: a changed limit, default, header, server or way to authenticate may leave the
generated code as it is. So whoever changes openapi.yaml reads the drift report, adapts `firsthandapi/` where that is
needed, and runs `make review`, which keeps a copy; until then `make check` fails on what is breaking or risky.

What was reviewed is also wrapped, all of it, or listed with a reason in `firsthandapi/drift/coverage.py`: else neither
`make review` nor `make check` passes. What came into openapi.yaml since then and breaks nothing may wait: `make check`
names it as not yet wrapped, and passes.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from firsthandapi.drift import covered, load, rendering, report
from firsthandapi.drift.coverage import coverage
from firsthandapi.drift.surface import Surface

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "openapi.yaml"
REVIEWED = ROOT / "scripts" / "reviewed.yaml"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 done or reviewed, 1 to be reviewed."""
    parser = argparse.ArgumentParser(prog="review", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the contract was not reviewed")
    options = parser.parse_args(arguments)
    surface = Surface()
    rows = coverage(load(str(SPEC)), surface)
    missing = list(covered.missing(rows))
    if not options.check:
        if missing:
            return refuse(missing, "not reviewed: wrap it, or list it with a reason in firsthandapi/drift/coverage.py")
        shutil.copyfile(SPEC, REVIEWED)
        return 0
    found = report(load(str(REVIEWED)), load(str(SPEC)), surface)
    if not found.of("breaking") and not found.of("risky"):
        reviewed = {(row.kind, row.name) for row in coverage(load(str(REVIEWED)), surface)}
        lost = list(covered.missing([row for row in rows if (row.kind, row.name) in reviewed]))
        if lost:
            return refuse(lost, "no longer wrapped, though it was reviewed: wrap it, or list it with a reason")
        print("\n".join(missing).lstrip("\n"), end="\n" if missing else "")
        return 0
    text = rendering.as_text(found).splitlines()
    return refuse(text, "not reviewed yet: adapt firsthandapi/ where the report says so, then `make review`")


def refuse(lines: list[str], reason: str) -> int:
    """Say what is wrong, and why."""
    print("\n".join(lines).lstrip("\n"))
    print(reason, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
