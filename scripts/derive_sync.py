"""Derive `_sync` from `_async`: the same source with `await` taken out, docstrings and their examples included.

A table of word replacements is enough, and unlike token-based tools it reaches the examples in docstrings.
"""

from __future__ import annotations

import re
from pathlib import Path

HEADER = "# Derived from _async/{name} by `make regenerate`. Edit that file.\n"

WORDS = [
    (r"\basync (def|with|for)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\b__a(enter|exit|iter)__\b", r"__\1__"),
    (r"\basync_listing\b", "listing"),
    (r"\bEventual\b", "Immediate"),
    (r"\bAsync([A-Z]\w*)\b", r"\1"),
    (r"\ba(close|sleep|send_once|run_blocking|run_to_end)\b", r"\1"),
    (r"\basynchronous\b", "synchronous"),
]


def derive(source: str, name: str) -> str:
    """The synchronous twin of one module's text."""
    for pattern, replacement in WORDS:
        source = re.sub(pattern, replacement, source)
    return HEADER.format(name=name) + source


def derive_package(source: Path, target: Path) -> None:
    """Write the twin of every module of a folder into another folder."""
    target.mkdir(parents=True, exist_ok=True)
    for module in sorted(source.glob("*.py")):
        twin = derive(module.read_text(encoding="utf-8"), module.name)
        (target / module.name).write_text(twin, encoding="utf-8")
