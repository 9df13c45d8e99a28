"""The contract that the handwritten layer was last reviewed against, and whether openapi.yaml still means the same.

Regenerating cannot see everything: a changed limit, default, header, server or way to authenticate may leave the
generated code as it is. So whoever changes openapi.yaml reads the drift report, adapts `firsthandapi/` where that is
needed, and runs `make review`, which keeps a copy; until then `make check` fails on what is breaking or risky.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from firsthandapi.drift import load, rendering, report
from firsthandapi.drift.surface import Surface

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "openapi.yaml"
REVIEWED = ROOT / "scripts" / "reviewed.yaml"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 done or reviewed, 1 to be reviewed."""
    parser = argparse.ArgumentParser(prog="review", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the contract was not reviewed")
    options = parser.parse_args(arguments)
    if not options.check:
        shutil.copyfile(SPEC, REVIEWED)
        return 0
    found = report(load(str(REVIEWED)), load(str(SPEC)), Surface())
    if not found.of("breaking") and not found.of("risky"):
        return 0
    print(rendering.as_text(found), end="")
    print(
        "not reviewed yet: adapt firsthandapi/ where the report says so, then `make review`",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
