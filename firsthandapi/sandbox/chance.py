"""Everything that looks random, made from the seed.

Nothing here keeps state: the same seed and the same words give the same answer, whatever else runs at the
same time.
"""

from __future__ import annotations

import hashlib
from random import Random
from typing import Union

Word = Union[str, int]

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Chance:
    """A source of ids, secrets and random generators for one `seed`."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def rng(self, *words: Word) -> Random:
        """A random generator of its own for what `words` name."""
        return Random(self._digest(words))

    def id(self, prefix: str, moment: float, *words: Word) -> str:
        """An id such as `job_01J5K9...`: a ULID of the moment and of what `words` name."""
        number = (int(moment * 1000) << 80) | (self._digest((prefix, *words)) & (1 << 80) - 1)
        return prefix + "_" + "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))

    def secret(self, prefix: str, *words: Word) -> str:
        """A key or secret of 32 letters and digits after `prefix`."""
        rng = self.rng("secret", prefix, *words)
        return prefix + "".join(rng.choice(_LETTERS) for _ in range(32))

    def _digest(self, words: tuple[Word, ...]) -> int:
        text = "/".join([str(self.seed), *map(str, words)])
        return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
