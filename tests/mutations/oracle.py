"""Somebody else's opinion: `redocly diff`, where Node has it. A Python name that changes is nothing to it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Optional

from .edit import Document

LINTER = "@redocly/cli@2.77.0"
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def bump(old: Document, new: Document) -> Optional[str]:
    """`major`, `minor`, `patch` or `none`; None where it cannot be asked. Nothing is downloaded for it."""
    npx = shutil.which("npx")
    if npx is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        for name, document in (("old", old), ("new", new)):
            Path(folder, f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
        command = [npx, "--no-install", LINTER, "diff", "old.json", "new.json", "--format", "json", "--fail-on", "none"]
        done = subprocess.run(command, cwd=folder, env={**os.environ, **QUIET}, capture_output=True, text=True)
    return str(json.loads(done.stdout).get("bump", "none")) if done.returncode == 0 else None
