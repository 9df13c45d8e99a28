"""Lint openapi.yaml with Redocly, warnings included, where Node is: part of `make check`.

Without Node, or without a package registry to take the linter from, it says so and passes: openapi-spec-validator has
had its say before, in `regenerate.py`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

CONTRACT = Path(__file__).resolve().parent.parent / "openapi.yaml"
LINTER = "@redocly/cli@2.77.0"


def main() -> int:
    """0 clean or not looked at, else the linter's own exit status."""
    npx = shutil.which("npx")
    if npx is None:
        print("redocly: not run, there is no Node here")
        return 0
    environment = {**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    command = [npx, "--yes", LINTER]
    if subprocess.run([*command, "--version"], capture_output=True, env=environment).returncode:
        print(f"redocly: not run, {LINTER} cannot be installed here")
        return 0
    # recommended-strict is recommended with every warning an error.
    done = subprocess.run([*command, "lint", str(CONTRACT), "--extends", "recommended-strict"], env=environment)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
