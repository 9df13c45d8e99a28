"""PNG: chunks, each a length, a type, data and a checksum.

Those of Exif, text and time are left out, and whatever follows the last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Union

from .pieces import NotThatType, Removed, Source

SIGNATURE = b"\x89PNG\r\n\x1a\n"
METADATA = {b"eXIf": "exif", b"tEXt": "text", b"iTXt": "text", b"zTXt": "text", b"tIME": "time"}


def pieces(content: Source) -> Iterator[Union[bytes, slice, Removed]]:
    """The pieces of the copy."""
    if content[:8] != SIGNATURE:
        raise NotThatType
    yield slice(0, 8)
    at = 8
    while True:
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        kind = content[at + 4 : at + 8]
        if end > len(content) or len(kind) < 4:
            raise NotThatType
        what = METADATA.get(kind)
        yield Removed(what) if what else slice(at, end)
        at = end
        if kind == b"IEND":
            if at < len(content):
                yield Removed("trailer")
            return
