"""A line of `metadata.jsonl` as it is read: a disk may have damaged it, and anybody may have edited it.

What this package itself wrote is checked; what the service said of a file stays as it came, whatever it is.
"""

from __future__ import annotations

import json
from pathlib import PureWindowsPath
from typing import Any, Callable, cast

from .item import sha256_of, size_of

SHOWN = 40
"""Characters of a wrong value that an error shows."""


class Damaged(ValueError):
    """A line is no row. The text names the field."""


def row_of(line: bytes) -> dict[str, Any]:
    """The row of a line.

    >>> row_of(b'{"file_name": "a.jpg", "sha256": 7}')
    Traceback (most recent call last):
    firsthandapi.download.lines.Damaged: `sha256` must be 64 hexadecimal digits, not 7
    """
    try:
        found: Any = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise Damaged("it is no JSON") from None
    if not isinstance(found, dict):
        raise Damaged("it is no JSON object")
    row = cast("dict[str, Any]", found)
    for name, (is_right, wanted) in FIELDS.items():
        value = row.get(name)
        if not is_right(value):
            shown = ascii(value)
            shown = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}..."
            raise Damaged(f"`{name}` must be {wanted}, not {shown}")
    return row


def _is_name(value: object) -> bool:
    if not isinstance(value, str) or not _is_text(value) or "\0" in value:
        return False
    path = PureWindowsPath(value)  # its rules are the stricter ones, with drives and both slashes
    return bool(path.name) and not path.anchor and ".." not in path.parts


def _is_text(value: object) -> bool:
    """Whether it is text that can be written as UTF-8."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a pair
        return False
    return True


def _is_optional_text(value: object) -> bool:
    return value is None or _is_text(value)


def _is_optional_sha256(value: object) -> bool:
    return value is None or sha256_of(value) is not None


def _is_stripped(value: object) -> bool:
    if not isinstance(value, dict):
        return value is None
    return size_of(cast("dict[str, object]", value).get("size_bytes")) is not None


FIELDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "file_name": (_is_name, "the path of a file below the folder"),
    "id": (_is_optional_text, "text"),
    "file_id": (_is_optional_text, "text"),
    "sha256": (_is_optional_sha256, "64 hexadecimal digits"),
    "stripped": (_is_stripped, "an object with `size_bytes`, a whole number"),
}
"""What is right in a field, and how that is said."""
