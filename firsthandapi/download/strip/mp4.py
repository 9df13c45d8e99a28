"""MP4, QuickTime and M4A: boxes in boxes. Those of metadata become free space of the same length: nothing moves.

Such are user data (`udta`, where phones put the place), `meta` and `uuid` boxes (XMP) of the file, of the film and of
its tracks. The moments of creation in `mvhd`, `tkhd` and `mdhd` are set to none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Union

from .pieces import NotThatType, Removed, Source

INSIDE = (b"moov", b"trak", b"mdia")
METADATA = {b"udta": "user data", b"meta": "meta", b"uuid": "uuid", b"XMP_": "xmp"}
MOMENTS = (b"mvhd", b"tkhd", b"mdhd")
ZEROS = bytes(1 << 16)


def pieces(content: Source) -> Iterator[Union[bytes, slice, Removed]]:
    """The pieces of the copy."""
    if content[4:8] not in (b"ftyp", b"wide", b"mdat", b"moov", b"free", b"skip", b"pnot"):
        raise NotThatType
    yield from _boxes(content, 0, len(content))


def _boxes(content: Source, at: int, stop: int) -> Iterator[Union[bytes, slice, Removed]]:
    while at < stop:
        if stop - at < 8:
            yield slice(at, stop)  # QuickTime ends a list of user data with four zeros
            return
        kind, size, head = content[at + 4 : at + 8], int.from_bytes(content[at : at + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        end = stop if size == 0 else at + size
        if end > stop or end < at + head:
            raise NotThatType
        what = METADATA.get(kind)
        if what:
            yield Removed(what)
            yield slice(at, at + 4)
            yield b"free"
            yield slice(at + 8, at + head)
            yield from _zeros(end - at - head)
        elif kind in INSIDE:
            yield slice(at, at + head)
            yield from _boxes(content, at + head, end)
        elif kind in MOMENTS and end - at - head > 20:
            moments = at + head + 4  # behind the version and the flags: two moments of 4 or, in version 1, of 8 bytes
            width = 16 if content[at + head] == 1 else 8
            if any(content[moments : moments + width]):
                yield Removed("time")
            yield slice(at, moments)
            yield bytes(width)
            yield slice(moments + width, end)
        else:
            yield slice(at, end)
        at = end


def _zeros(count: int) -> Iterator[bytes]:
    while count > 0:
        yield ZEROS[:count]
        count -= len(ZEROS)
