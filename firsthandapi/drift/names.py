"""A guess at what a thing is called now that is gone by its old name."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher


def guess(name: str, candidates: Sequence[str]) -> str:
    """Return a hint to put behind a sentence: ` (renamed to \\`x\\`?)`, or nothing.

    Args:
        name: The old name.
        candidates: New names of things that look the same. One alone is always hinted at; of several, the most similar
            one if it is similar at all.
    """
    ranked = sorted(candidates, key=lambda other: (-_likeness(name, other), other))
    if len(ranked) == 1 or (ranked and _likeness(name, ranked[0]) > 0.6):
        return f" (renamed to `{ranked[0]}`?)"
    return ""


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.lower(), other.lower()).ratio()
