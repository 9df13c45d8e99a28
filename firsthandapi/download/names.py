"""File names that are safe on every system, whatever the service sends."""

from __future__ import annotations

import hashlib
import re

RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
LONGEST = 120


def file_name(file_id: str, extension: str) -> str:
    """A name from an id: letters, digits, `-` and `_` only, never hidden, reserved, too long or a path.

    An id that has to be changed for that gets a mark made from the whole of it, so that two ids never share a name.

    >>> file_name("file_01J5KA", "jpg")
    'file_01J5KA.jpg'
    >>> file_name("../../etc/passwd", "jpg")
    'etc_passwd-3754d6cb.jpg'
    """
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", file_id).strip("_-")[:LONGEST]
    if not name or name != file_id or RESERVED.match(name):
        mark = hashlib.sha256(file_id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        name = f"{name.lstrip('_-') or 'file'}-{mark}"
        if RESERVED.match(name):
            name = f"_{name}"
    return f"{name}.{extension}"


def distinct(names: list[str]) -> list[str]:
    """The same names with a number added where two would be one file on a system that ignores case."""
    taken: set[str] = set()
    result: list[str] = []
    for name in names:
        stem, dot, extension = name.rpartition(".")
        candidate, number = name, 2
        while candidate.lower() in taken:
            candidate, number = f"{stem}-{number}{dot}{extension}", number + 1
        taken.add(candidate.lower())
        result.append(candidate)
    return result
