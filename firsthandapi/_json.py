"""JSON by orjson where the extra `fast` is installed, else by the standard library, which takes four times as long.

What orjson refuses goes to the standard library: what both make of a text is the same but for whole numbers of more
than 64 bits, which orjson reads as floats, and the spelling of some floats that are written.
"""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any, Optional

COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _found() -> Optional[Any]:
    try:
        return import_module("orjson")
    except ImportError:  # the extra `fast` is not installed
        return None


orjson: Any = _found()


def loads(content: bytes) -> Any:
    """The value that a text stands for; raises ValueError or RecursionError as `json.loads` does."""
    if orjson is not None:
        try:
            return orjson.loads(content)
        except ValueError:
            pass
    return json.loads(content)


def line(value: object) -> bytes:
    """A value on one line, with its newline. What is no Unicode, such as half of a pair, is written as an escape."""
    if orjson is not None:
        try:
            written: bytes = orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
            return written
        except TypeError:
            pass
    return COMPACT.encode(value).encode("utf-8", "backslashreplace") + b"\n"
