"""A list of JSON objects on disk, for lists that have no bound: one for each file of a job."""

from __future__ import annotations

import json
import tempfile
from array import array
from collections.abc import Iterator
from typing import Any
from weakref import finalize

from .scratch import no_room

IN_MEMORY = 1 << 20
"""Bytes that are kept in memory before a temporary file is made."""


class Spool:
    """Append objects, read them in any order. The temporary file has no name where the system allows it."""

    def __init__(self) -> None:
        self._stream = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 # lives as long as the spool
        self._ends = array("Q", [0])
        self._close = finalize(self, self._stream.close)

    def append(self, value: dict[str, Any]) -> None:
        """Add one at the end.

        Raises:
            FirstHandDiskSpaceError: There is no room for it.
        """
        try:
            self._stream.seek(0, 2)
            self._ends.append(self._ends[-1] + self._stream.write(json.dumps(value).encode()))
        except OSError as error:
            raise no_room(error) from error

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, index: int) -> dict[str, Any]:
        if not 0 <= index < len(self):
            raise IndexError(index)
        self._stream.seek(self._ends[index])
        found: dict[str, Any] = json.loads(self._stream.read(self._ends[index + 1] - self._ends[index]))
        return found

    def __reversed__(self) -> Iterator[dict[str, Any]]:
        return (self[index] for index in reversed(range(len(self))))

    def close(self) -> None:
        """Drop everything; so it is when nobody holds the spool any more."""
        self._close()
