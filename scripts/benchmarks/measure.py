"""How anything is measured here, and the table that comes of it.

A *subject* is a function that does the work once and returns the seconds it took. A *row* sets ours against one peer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
HEADINGS = ("row", "what", "peer", "peer value", "ours", "ratio", "goal", "met")


@dataclass(frozen=True)
class Row:
    """Ours against one peer; without `theirs` the peer was skipped, and `note` says why."""

    number: int
    what: str
    peer: str
    ours: float
    """Seconds."""
    theirs: float | None = None
    """Seconds."""
    most: float | None = None
    """The goal: ours in seconds is at most this ..."""
    most_ratio: float | None = None
    """... or ours divided by theirs is."""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours divided by theirs."""
        return self.ours / self.theirs if self.theirs else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without one."""
        if self.most is not None:
            return self.ours <= self.most
        if self.most_ratio is not None:
            return self.ratio is not None and self.ratio <= self.most_ratio
        return None

    def cells(self) -> tuple[str, ...]:
        """The row as text, one cell for each heading."""
        goal = "" if self.most is None else f"<= {milliseconds(self.most)} here"
        if self.most_ratio is not None:
            goal = f"ratio <= {self.most_ratio:.2f}"
        return (
            str(self.number),
            self.what,
            self.peer,
            self.note if self.theirs is None else milliseconds(self.theirs),
            milliseconds(self.ours),
            "" if self.ratio is None else f"{self.ratio:.2f}",
            goal,
            {True: "yes", False: "NO", None: ""}[self.met],
        )


def milliseconds(seconds: float) -> str:
    """Seconds as milliseconds, to three significant digits."""
    value = seconds * 1000
    return f"{value:.{3 if value < 1 else 2 if value < 10 else 1}f} ms"


def table(rows: list[Row]) -> str:
    """All rows under their headings, in columns."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def least(subjects: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The least seconds of each subject, measured in turn; the first round only warms up and does not count."""
    measured = [{name: subject() for name, subject in subjects.items()} for _ in range(rounds + 1)]
    return {name: min(found[name] for found in measured[1:]) for name in subjects}


def fresh(*arguments: str, first_on_path: Path | None = None) -> Any:
    """What a new interpreter prints, read as JSON. It finds this checkout, and nothing of our or a proxy's settings."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("FIRSTHAND_", "PYTHON")) and not name.lower().endswith("_proxy")
    }
    places = [first_on_path] if first_on_path else []
    places += [ROOT, ROOT / "generated"]
    environment["PYTHONPATH"] = os.pathsep.join(map(str, places))
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=ROOT / "scripts", stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout)
