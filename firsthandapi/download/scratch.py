"""Temporary data, private and gone with the process, for what has an entry for each file of a job, and so no bound."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any
from weakref import finalize

from ..errors import FirstHandDiskSpaceError


class Database:
    """A temporary database, which takes little memory and no pains to survive. Not locked."""

    def __init__(self, table: str) -> None:
        self._connection = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        finalize(self, self._connection.close)
        for statement in ("PRAGMA journal_mode=OFF", "PRAGMA cache_size=-2048", table, "BEGIN"):
            self.execute(statement)

    def execute(self, statement: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        """Do what the statement says.

        Raises:
            FirstHandDiskSpaceError: There is no room for it.
        """
        try:
            return self._connection.execute(statement, values)
        except sqlite3.OperationalError as error:
            raise no_room(error) from error

    def enter(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Do what the statement says with each row; raises as `execute` does."""
        try:
            self._connection.executemany(statement, rows)
        except sqlite3.OperationalError as error:
            raise no_room(error) from error


def no_room(error: Exception) -> FirstHandDiskSpaceError:
    """What to say where temporary data cannot be written."""
    return FirstHandDiskSpaceError(
        f"temporary data cannot be written ({error}): free some room in the folder for temporary files, or name "
        "another one in TMPDIR, and run it again; what was fetched stays"
    )
