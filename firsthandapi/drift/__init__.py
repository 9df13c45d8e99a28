"""Catching drift: what differs between two versions of the contract, and what that means for users of this package.

    from firsthandapi.drift import compare, load

    for change in compare(load("HEAD~1:openapi.yaml"), load("openapi.yaml")):
        print(change.level, change.what)

The same from a shell: `firsthandapi drift HEAD~1:openapi.yaml openapi.yaml`.
"""

from __future__ import annotations

from .change import Change, Level, Part, Use
from .compare import Report, Reported, compare, report
from .document import load
from .references import SpecError

__all__ = ["Change", "Level", "Part", "Report", "Reported", "SpecError", "Use", "compare", "load", "report"]
