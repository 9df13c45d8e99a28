"""The sandbox's memory: one SQLite database, in memory or in a folder.

Words: a *document* is a JSON object with an `id`, kept under its *kind* (`job`, `file`, ...) and owned by an
*organisation*; its *parent* is the id under which it is usually listed. Fields whose name starts with an
underscore never leave the sandbox.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Optional, cast

Document = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, org TEXT NOT NULL, parent TEXT NOT NULL,
    body TEXT NOT NULL, UNIQUE (kind, id));
CREATE INDEX IF NOT EXISTS documents_by_org ON documents (kind, org, seq);
CREATE INDEX IF NOT EXISTS documents_by_parent ON documents (kind, parent, seq);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value NOT NULL);
CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, due REAL NOT NULL, action TEXT NOT NULL, details
TEXT NOT NULL); CREATE INDEX IF NOT EXISTS events_by_due ON events (due, seq);
CREATE TABLE IF NOT EXISTS idempotency (
    org TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, expires REAL NOT NULL,
    status INTEGER, headers TEXT, body BLOB, PRIMARY KEY (org, key));
CREATE INDEX IF NOT EXISTS idempotency_by_expiry ON idempotency (expires);
"""


def public(document: Document) -> Document:
    """A document without the fields that never leave the sandbox."""
    return {name: value for name, value in document.items() if not name.startswith("_")}


class Condition(NamedTuple):
    """A document's `field` compared with `value` by a SQL `operator`; a list value with `IN`."""

    field: str
    operator: str
    value: Any


class Event(NamedTuple):
    """Something that is to happen: `action` with `details`, at the moment `due`."""

    seq: int
    due: float
    action: str
    details: Document


class Store:
    """Documents, counters, due events and idempotency rows. Used by one thread at a time.

    Args:
        path: of the database file, or `:memory:`.

    Raises:
        ValueError: the file is in use, or no database.
    """

    def __init__(self, path: str = ":memory:") -> None:
        self.db: sqlite3.Connection = sqlite3.connect(path, timeout=1, isolation_level=None, check_same_thread=False)
        try:
            # Two sandboxes on one file would tell two stories at once.
            self.db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = NORMAL")
            self.db.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            self.db.close()
            raise ValueError(f"{path} cannot be used, perhaps another sandbox does: {error}") from None

    def close(self) -> None:
        """Close the database."""
        self.db.close()

    def clear(self) -> None:
        """Forget everything."""
        with self.transaction():
            self.db.execute("DELETE FROM documents")
            self.db.execute("DELETE FROM counters")
            self.db.execute("DELETE FROM events")
            self.db.execute("DELETE FROM idempotency")

    @contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """All or nothing; inside another transaction it is part of that one."""
        if self.db.in_transaction:
            yield
            return
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def count_up(self, name: str) -> int:
        """The next number of the counter `name`: 1, 2, 3, ..."""
        number = int(self.setting(name, 0)) + 1
        self.set(name, number)
        return number

    def setting(self, name: str, default: Any = None) -> Any:
        """The value kept under `name`."""
        row = self.db.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()
        return default if row is None else row[0]

    def set(self, name: str, value: float) -> None:
        """Keep `value` under `name`."""
        self.db.execute(
            "INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
        )

    def insert(self, kind: str, document: Document, *, org: str, parent: str = "") -> None:
        """Keep a new document."""
        self.db.execute(
            "INSERT INTO documents (kind, id, org, parent, body) VALUES (?, ?, ?, ?, ?)",
            (kind, document["id"], org, parent, json.dumps(document)),
        )

    def save(self, kind: str, document: Document) -> None:
        """Replace a document by this version of it."""
        self.db.execute(
            "UPDATE documents SET body = ? WHERE kind = ? AND id = ?", (json.dumps(document), kind, document["id"])
        )

    def delete(self, kind: str, id: str) -> None:
        """Forget a document."""
        self.db.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, id))

    def find(self, kind: str, id: str, org: Optional[str] = None) -> Optional[Document]:
        """One document; None when there is none, or when it belongs to another organisation than `org`."""
        row = self.db.execute("SELECT body, org FROM documents WHERE kind = ? AND id = ?", (kind, id)).fetchone()
        return None if row is None or (org is not None and row[1] != org) else json.loads(row[0])

    def get(self, kind: str, id: str) -> Document:
        """One document that must be there."""
        document = self.find(kind, id)
        if document is None:
            raise KeyError(f"no {kind} {id}")
        return document

    def org_of(self, kind: str, id: str) -> str:
        """The organisation that owns a document."""
        row: tuple[str] = self.db.execute("SELECT org FROM documents WHERE kind = ? AND id = ?", (kind, id)).fetchone()
        return row[0]

    def select(
        self,
        kind: str,
        *,
        org: Optional[str] = None,
        parent: Optional[str] = None,
        where: Sequence[Condition] = (),
        before: Optional[int] = None,
        limit: int = -1,
    ) -> list[tuple[int, Document]]:
        """Documents with their sequence numbers, newest first.

        Args:
            kind: of the documents.
            org: their owner.
            parent: their parent.
            where: conditions that all must hold.
            before: only those older than this sequence number.
            limit: the most to return; -1 for all.
        """
        clauses: list[str] = ["kind = ?"]
        values: list[object] = [kind]
        if org is not None:
            clauses, values = [*clauses, "org = ?"], [*values, org]
        if parent is not None:
            clauses, values = [*clauses, "parent = ?"], [*values, parent]
        if before is not None:
            clauses, values = [*clauses, "seq < ?"], [*values, before]
        for field, operator, value in where:
            many: list[object] = [value]
            marks = "?"
            if isinstance(value, list):
                many = cast("list[object]", value)
                marks = f"({', '.join('?' * len(many))})"
            clauses, values = [*clauses, f"json_extract(body, '$.{field}') {operator} {marks}"], [*values, *many]
        # Fields and operators come from the handlers, whatever a request carries is bound.
        sql = f"SELECT seq, body FROM documents WHERE {' AND '.join(clauses)} ORDER BY seq DESC LIMIT ?"  # noqa: S608
        return [(row[0], json.loads(row[1])) for row in self.db.execute(sql, [*values, limit])]

    def schedule(self, due: float, action: str, details: Document) -> None:
        """Let `action` happen at the moment `due`."""
        self.db.execute(
            "INSERT INTO events (due, action, details) VALUES (?, ?, ?)", (due, action, json.dumps(details))
        )

    def next_event(self) -> Optional[Event]:
        """The event that is due first."""
        row = self.db.execute("SELECT seq, due, action, details FROM events ORDER BY due, seq LIMIT 1").fetchone()
        return None if row is None else Event(row[0], row[1], row[2], json.loads(row[3]))

    def drop_event(self, event: Event) -> None:
        """Forget an event: it has happened."""
        self.db.execute("DELETE FROM events WHERE seq = ?", (event.seq,))
