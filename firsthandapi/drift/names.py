"""Guesses at what things are called now that are gone by their old names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import partial

SHARED = 0.6
"""How much of two names must be the same: the share of letters in words that both have."""
SAME_WORD = 0.85
"""How much of two words must be the same for them to count as one: `color` and `colour`."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_a-zA-Z]+")


def renamed(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the new names of things that are likely to have one.

    Args:
        pairs: Old and new names of things that look the same but for these. Who has several likely new names has
            none, and so have those that share one: which of them it is nobody can tell.
    """
    likely = {pair for pair in pairs if similar(*pair)}
    olds, news = [old for old, _ in likely], [new for _, new in likely]
    return {old: new for old, new in likely if olds.count(old) == news.count(new) == 1}


def hint(name: str, renames: dict[str, str]) -> str:
    """Return what to put behind a sentence: ` (renamed to \\`x\\`?)`, or nothing."""
    return f" (renamed to `{renames[name]}`?)" if name in renames else ""


def similar(one: str, other: str) -> bool:
    """Whether two names are made of the same words, in any order and case, but for some that only one has."""
    left, right = _words(one), _words(other)
    letters = sum(map(len, left + right))
    shared = 0
    for word in list(left):
        match = max(right, key=partial(_likeness, word), default="")
        if _likeness(word, match) >= SAME_WORD:
            left.remove(word)
            right.remove(match)
            shared += len(word) + len(match)
    return shared > 0 and shared >= SHARED * letters and not (left and right)


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
