"""What lies at a URL, name by name: asked for once, kept in a private temporary database, gone with the process."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from threading import Lock
from typing import Optional
from weakref import finalize


class Listing:
    """Sizes of files by name. Shared by threads."""

    def __init__(self, files: Iterable[tuple[str, int]] = ()) -> None:
        self._db = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("PRAGMA cache_size=-2048")
        self._db.execute("CREATE TABLE files (name TEXT PRIMARY KEY, size INTEGER) WITHOUT ROWID")
        self._db.execute("BEGIN")
        finalize(self, self._db.close)
        self._lock = Lock()
        self._db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?)", files)

    def add(self, name: str, size: int) -> None:
        """A file that was put there."""
        with self._lock:
            self._db.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (name, size))

    def remove(self, name: str) -> None:
        """A file that is gone."""
        with self._lock:
            self._db.execute("DELETE FROM files WHERE name = ?", (name,))

    def size(self, name: str) -> Optional[int]:
        """Bytes of a file; None if it is not there."""
        with self._lock:
            found = self._db.execute("SELECT size FROM files WHERE name = ?", (name,)).fetchone()
        return None if found is None else int(found[0])
