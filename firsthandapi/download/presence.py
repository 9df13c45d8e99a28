"""Is a file there already, and right?"""

from __future__ import annotations

from typing import Literal, NamedTuple, Optional

from .item import Item, hash_of

State = Literal["present", "missing", "stale"]


class Presence(NamedTuple):
    """What lies at a file's place."""

    state: State
    """`present` and right, `missing`, or `stale`: something else, or an older version."""
    size: int = 0
    sha256: Optional[str] = None


def look(item: Item, *, trust: bool, strip: bool) -> Presence:
    """Compare what is on disk with what the service, or for a stripped file the manifest, says.

    Args:
        item: The file.
        trust: Whether one that the finished manifest names, and whose size and time are unchanged, need not be read.
        strip: Whether one that still has its metadata is stale.
    """
    try:
        found = item.path.stat()
    except OSError:
        return Presence("missing")
    known = item.known
    size, sha256 = (known.size, known.sha256) if known else (item.size, item.sha256)
    if strip and not (known and known.stripped):
        return Presence("stale")
    if known and item.sha256 is not None and known.content_hash != item.sha256:
        return Presence("stale")
    if (size is not None and found.st_size != size) or (size is None and sha256 is None):
        return Presence("stale")
    unchanged = item.mtime is not None and found.st_mtime_ns == item.mtime * 10**9
    believed = trust and unchanged and known is not None and known.is_durable
    if sha256 is not None and not believed and hash_of(item.path) != sha256:
        return Presence("stale")
    return Presence("present", found.st_size, sha256)
