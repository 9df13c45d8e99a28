"""Is a file there already, and right?"""

from __future__ import annotations

from typing import Literal, NamedTuple, Optional

from .item import Item
from .place import Place

State = Literal["present", "missing", "stale"]


class Presence(NamedTuple):
    """What lies at a file's place."""

    state: State
    """`present` and right, `missing`, or `stale`: something else, or an older version."""
    size: int = 0
    sha256: Optional[str] = None


def look(item: Item, place: Place, *, trust: bool, strip: bool) -> Presence:
    """Compare what lies at its place with what the service, or for a stripped file the manifest, says.

    Args:
        item: The file.
        place: The folder that it belongs to.
        trust: Whether one that the finished manifest names, and whose size and time are unchanged, need not be read.
            Files at a URL have no time of their own, and are named when they are there for sure.
        strip: Whether one that still has its metadata is stale.
    """
    try:
        found = place.stat(item.name)
    except OSError:
        return Presence("missing")
    known = item.known
    size, sha256 = (known.size, known.sha256) if known else (item.size, item.sha256)
    if strip and not (known and known.stripped):
        return Presence("stale")
    if known and item.sha256 is not None and known.content_hash != item.sha256:
        return Presence("stale")
    if (size is not None and found.size != size) or (size is None and sha256 is None):
        return Presence("stale")
    if found.mtime_ns is None:
        unchanged = known is not None
    else:
        unchanged = known is not None and known.is_durable and found.mtime_ns == (item.mtime or 0) * 10**9
    if sha256 is not None and not (trust and unchanged) and place.sha256(item.name) != sha256:
        return Presence("stale")
    return Presence("present", found.size, sha256)
