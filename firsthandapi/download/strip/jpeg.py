"""JPEG: segments, each a marker and a length, then the picture's scans, which have no length and end at a marker.

Left out: Exif and XMP (APP1), IPTC (APP13), other applications' segments but those that colours depend on (JFIF in
APP0, the ICC profile in APP2, Adobe's in APP14), comments, and whatever follows the end of the picture, such as the
film of a motion photo. How the picture is to be turned stays: an Exif segment with nothing but the orientation takes
the place of the old.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Union

from .pieces import NotThatType, Removed, Source

START, END, SCAN, COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
ORIENTATION = 0x0112


def pieces(content: Source) -> Iterator[Union[bytes, slice, Removed]]:
    """The pieces of the copy."""
    if content[:2] != b"\xff\xd8":
        raise NotThatType
    yield slice(0, 2)
    at = 2
    turned = False
    while True:
        if content[at : at + 1] != b"\xff" or at + 2 > len(content):
            raise NotThatType
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == END:
            yield slice(at, at + 2)
            if at + 2 < len(content):
                yield Removed("trailer")
            return
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if at + 4 > len(content) or not at + 4 <= end <= len(content):
            raise NotThatType
        what = _metadata(marker, content[at + 4 : min(end, at + 40)])
        if what:
            yield Removed(what)
            orientation = _orientation(content[at + 10 : end]) if what == "exif" else 1
            if orientation != 1 and not turned:
                turned = True
                yield _exif(orientation)
        else:
            if marker == SCAN:
                end = _end_of_scan(content, end)
            yield slice(at, end)
        at = end


def _metadata(marker: int, begin: bytes) -> str:
    """What kind of metadata a segment holds; nothing where the picture needs it."""
    if marker == COMMENT:
        return "comment"
    if not 0xE0 <= marker <= 0xEF:
        return ""
    if begin.startswith(b"Exif\0"):
        return "exif"
    if begin.startswith((b"http://ns.adobe.com/xap/", b"http://ns.adobe.com/xmp/")):
        return "xmp"
    if begin.startswith(b"Photoshop 3.0"):
        return "iptc"
    if begin.startswith((b"JFIF\0", b"JFXX\0", b"ICC_PROFILE\0", b"Adobe")):
        return ""
    return f"app{marker - 0xE0}"


def _end_of_scan(content: Source, at: int) -> int:
    """Where the next marker is: 0xFF in a scan is followed by 0, or by the number of a restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise NotThatType
        following = content[at + 1]
        if following == 0 or 0xD0 <= following <= 0xD7:
            at += 2
        elif following == 0xFF:
            at += 1
        else:
            return at


def _orientation(tiff: bytes) -> int:
    """How the picture is to be turned, 1 to 8; 1, as it is, where that cannot be read."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    try:
        if order is None:
            return 1
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if tag == ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _exif(orientation: int) -> bytes:
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body
