"""WebP: a RIFF file of chunks, each a type, a length and data.

Exif and XMP are left out, and the flags that announce them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Union

from .pieces import NotThatType, Removed, Source

METADATA = {b"EXIF": "exif", b"XMP ": "xmp"}
EXIF_FLAG, XMP_FLAG = 0x08, 0x04


def pieces(content: Source) -> Iterator[Union[bytes, slice, Removed]]:
    """The pieces of the copy."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise NotThatType
    whole = min(len(content), 8 + int.from_bytes(content[4:8], "little"))
    kept: list[Union[bytes, slice, Removed]] = []
    size = 4
    at = 12
    while at < whole:
        kind, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2  # chunks are padded to even lengths
        if at + 8 + length > whole:
            raise NotThatType
        what = METADATA.get(kind)
        if what:
            kept.append(Removed(what))
        else:
            size += end - at
            flags = content[at + 8] & ~(EXIF_FLAG | XMP_FLAG) if kind == b"VP8X" and length else None
            if flags is None:
                kept.append(slice(at, min(end, whole)))
                if end > whole:
                    kept.append(b"\0")
            else:
                kept += [slice(at, at + 8), bytes([flags]), slice(at + 9, end)]
        at = end
    if whole < len(content):
        kept.append(Removed("trailer"))
    yield b"RIFF" + size.to_bytes(4, "little") + b"WEBP"
    yield from kept
