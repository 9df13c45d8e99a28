"""Take out of a picture or a film what says where, when and by whom it was made; what is seen and heard stays the same.

Nothing is decoded: the segments, chunks or boxes that hold metadata are left out of a copy, byte for byte the same
otherwise. Known are JPEG (Exif but for the orientation, XMP, IPTC, comments, appended films), PNG (Exif, text, time),
WebP (Exif, XMP) and the MP4 family (user data and metadata boxes). Files of other types are copied as they are, and say
so.
"""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Callable, NamedTuple, Union

from ..item import CHUNK
from . import jpeg, mp4, png, webp
from .pieces import NotThatType, Removed, Source

Stripper = Callable[[Source], Iterator[Union[bytes, slice, Removed]]]

STRIPPERS: dict[str, Stripper] = {
    "image/jpeg": jpeg.pieces,
    "image/png": png.pieces,
    "image/webp": webp.pieces,
    "video/mp4": mp4.pieces,
    "video/quicktime": mp4.pieces,
    "audio/mp4": mp4.pieces,
    "audio/x-m4a": mp4.pieces,
}
"""By MIME type: what yields the pieces of the copy, as new bytes or as slices of the original."""


class Copy(NamedTuple):
    """The copy without metadata."""

    sha256: str
    size: int
    removed: tuple[str, ...]
    """What was taken out, such as `exif`, `xmp`; each once."""
    supported: bool
    """False where nobody looked for metadata, since the type is not known here or the file is not of its type."""


def strip(path: Path, target: Path, content_type: str) -> Copy:
    """Write a copy of a file without metadata."""
    stripper = STRIPPERS.get(content_type)
    with path.open("rb") as source, target.open("wb") as copy:
        if stripper is not None and path.stat().st_size:
            with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as content:
                try:
                    return _write(copy, content, stripper(content), supported=True)
                except NotThatType:
                    copy.seek(0)
                    copy.truncate()
                return _write(copy, content, iter([slice(0, len(content))]), supported=False)
        digest, size = hashlib.sha256(), 0
        while piece := source.read(CHUNK):
            digest.update(piece)
            size += copy.write(piece)
        return Copy(digest.hexdigest(), size, (), False)


def _write(copy: object, content: Source, pieces: Iterator[Union[bytes, slice, Removed]], *, supported: bool) -> Copy:
    digest, size, removed = hashlib.sha256(), 0, dict[str, None]()
    for piece in pieces:
        if isinstance(piece, Removed):
            removed[piece.what] = None
            continue
        whole = piece if isinstance(piece, slice) else slice(0, len(piece))
        origin = content if isinstance(piece, slice) else piece
        for start in range(whole.start, whole.stop, CHUNK):
            part = origin[start : min(start + CHUNK, whole.stop)]
            digest.update(part)
            size += copy.write(part)  # type: ignore[attr-defined]
    return Copy(digest.hexdigest(), size, tuple(removed), supported)
