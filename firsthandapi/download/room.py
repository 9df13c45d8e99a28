"""Whether the disk has room for a file: asked before its first byte is fetched.

Files under way have *claimed* what they still need, so that many at once do not fill the disk and break each other off.
What does not fit is not begun; smaller files go on. Some room stays free for the journal and the manifest.
"""

from __future__ import annotations

from threading import Lock
from typing import Optional

from .._log import logger
from .folder import Folder
from .manifest import Manifest
from .part import Part

SPARE = 256 << 10
"""Bytes that are left free, beside those of the new manifest."""
MOST_UNSEEN = 1 << 30
"""Bytes that are given away at the most before the disk is looked at again: other programs write to it too."""


class Room:
    """What is left of a disk. Shared by threads."""

    def __init__(self, folder: Folder, manifest: Manifest, *, copies: bool) -> None:
        self._folder, self._manifest, self._copies = folder, manifest, copies
        self._claims: set[Part] = set()
        self._unclaimed = 0
        """Bytes that may be given away without another look."""
        self._told = False
        self._lock = Lock()

    def claim(self, part: Part) -> Optional[str]:
        """Keep room for the rest of a file until `release`; why there is none, or None."""
        need = self._needs(part)
        with self._lock:
            left = self._give(need)
            if left is None:
                self._claims.add(part)
                return None
            if not self._told:
                self._told = True
                logger.warning("the disk of %s is full: what does not fit is left out", self._folder.path)
        return f"the disk is full: it needs {need / 1e6:.1f} MB, and {left / 1e6:.1f} MB are left"

    def take(self, size: int) -> bool:
        """Whether there is room for so many bytes that are written now."""
        with self._lock:
            return self._give(size) is None

    def release(self, part: Part) -> None:
        """The file is there, or is not under way any more."""
        with self._lock:
            self._claims.discard(part)

    def look_again(self) -> None:
        """The disk was full, although it did not look so."""
        with self._lock:
            self._unclaimed = 0

    def _give(self, need: int) -> Optional[int]:
        """Give away so many bytes; what is left if that is less, or None."""
        if need <= self._unclaimed:
            self._unclaimed -= need
            return None
        claimed = sum(self._needs(each) for each in self._claims)
        left = max(0, self._folder.free() - SPARE - self._manifest.size() - claimed)
        if need > left:
            return left
        self._unclaimed = min((left - need) // 2, MOST_UNSEEN)
        return None

    def _needs(self, part: Part) -> int:
        total = part.total or 0
        return max(0, total - part.length) + (total if self._copies else 0)
