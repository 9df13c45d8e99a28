"""What one run knows of each file: its name, its line in the manifest, and what became of it.

It is a private temporary database, gone with the process, so that a run takes the same memory for a hundred files and
for a million. Nothing in it has to survive: what must is in the part files and in the journal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional, Union, cast, overload

from ..models import File
from .item import Item, OnDisk
from .names import marked, named
from .report import DownloadedFile, Status
from .scratch import Database

if TYPE_CHECKING:
    from .manifest import Entry

Locate = Callable[[str], str]
"""From a file's name to its path or URL."""

TABLE = """
CREATE TABLE files (
    id TEXT PRIMARY KEY, ordinal INTEGER, name TEXT, folded TEXT UNIQUE, job TEXT, stars INTEGER,
    source INTEGER, start INTEGER, length INTEGER, line BLOB,
    disk_sha256 TEXT, disk_size INTEGER, content_hash TEXT, stripped INTEGER,
    status TEXT, bytes INTEGER, attempts INTEGER, refreshed INTEGER, resumed INTEGER, seconds REAL, error TEXT,
    removed TEXT
) WITHOUT ROWID
"""
INDEX = "CREATE INDEX IF NOT EXISTS by_ordinal ON files (ordinal)"
"""Made when somebody asks for a row: until then it would only cost time."""
NEW = "INSERT INTO files (id, ordinal, name, folded, job, stars) VALUES {} ON CONFLICT DO NOTHING"
NOTE = """
INSERT INTO files (
    id, status, bytes, attempts, refreshed, resumed, seconds, error, removed, source, start, length
) VALUES {} ON CONFLICT (id) DO UPDATE SET
    status = excluded.status, bytes = excluded.bytes, attempts = excluded.attempts, refreshed = excluded.refreshed,
    resumed = excluded.resumed, seconds = excluded.seconds, error = excluded.error, removed = excluded.removed,
    source = COALESCE(excluded.source, source), start = COALESCE(excluded.start, start),
    length = COALESCE(excluded.length, length)
"""
"""Every file that is noted has been met; it is an insertion because only that takes many rows at once."""
AT_ONCE = 80
"""Rows that one statement enters: SQLite may take no more than 999 values."""
BATCH = 500
"""Rows that are read at a time."""
ROW = "id, name, status, bytes, attempts, refreshed, resumed, seconds, error, removed"


class Line(NamedTuple):
    """Where a line stands: in `metadata.jsonl` (source 0), in the journal (1), or in a newer manifest (2)."""

    source: int
    start: int
    length: int


class Wanted(NamedTuple):
    """A file that is listed, and the name that it is to have."""

    id: str
    job: object
    stars: object
    name: str


class Done(NamedTuple):
    """What became of a file, as `DownloadedFile` has it, and its new line in the journal where it has one."""

    id: str
    status: Status
    bytes: int = 0
    attempts: int = 0
    refreshed: int = 0
    resumed: int = 0
    seconds: float = 0.0
    error: Optional[str] = None
    removed: tuple[str, ...] = ()
    line: Optional[Line] = None


class Met(NamedTuple):
    """A file that was listed, for the first time in this run."""

    ordinal: int
    name: str
    known: Optional[OnDisk]


class Ledger:
    """One run's files by id. Shared by threads."""

    def __init__(self) -> None:
        self._db = Database(TABLE)
        self._met = 0
        self._lock = Lock()
        self.changed: bool = False
        """Whether the manifest that is there is not right any more."""

    def __len__(self) -> int:
        return self._met

    def load(self, id: str, name: str, job: object, stars: object, known: OnDisk, line: Line) -> None:
        """Enter a line of the manifest or of the journal; a later one takes the place of an earlier one."""
        with self._lock:
            self._db.execute("DELETE FROM files WHERE id = ? OR folded = ?", (id, name.lower()))
            values = (id, name, name.lower(), _text(job), _integer(stars), *line, known.line, *known[:4])
            columns = "id, name, folded, job, stars, source, start, length, line, "
            columns += "disk_sha256, disk_size, content_hash, stripped"
            marks = ", ".join("?" * len(values))
            self._db.execute(f"INSERT INTO files ({columns}) VALUES ({marks})", values)  # noqa: S608 # no value in it

    def meet(self, files: Sequence[Wanted]) -> list[Optional[Met]]:
        """Enter files that are listed; None for each that was listed before.

        A file is called as wanted, unless it has a name already or that one is taken.
        """
        with self._lock:
            if self._has_none(files):
                start = self._met
                self._enter_all(NEW, [_values(file, start + at) for at, file in enumerate(files)])
                self._met += len(files)
                return [Met(start + at, file.name, None) for at, file in enumerate(files)]
            return [self._meet(file) for file in files]

    def _has_none(self, files: Sequence[Wanted]) -> bool:
        """Whether no id and no name of these is there, or twice among them: then all are entered at once."""
        ids, names = [file.id for file in files], [file.name.lower() for file in files]
        marks = ", ".join("?" * len(files))
        query = f"SELECT 1 FROM files WHERE id IN ({marks}) OR folded IN ({marks}) LIMIT 1"  # noqa: S608
        alone = len(set(ids)) == len(set(names)) == len(files)
        return alone and self._db.execute(query, (*ids, *names)).fetchone() is None

    def _meet(self, file: Wanted) -> Optional[Met]:
        name, known = file.name, None
        if not self._enter(file):
            columns = "ordinal, name, disk_sha256, disk_size, content_hash, stripped, line, source"
            row = self._db.execute(f"SELECT {columns} FROM files WHERE id = ?", (file.id,)).fetchone()  # noqa: S608
            if row is None:
                while not self._enter(file._replace(name=(name := marked(name, file.id)))):
                    pass
            elif row[0] is None:
                self._db.execute(
                    "UPDATE files SET ordinal = ?, job = ?, stars = ? WHERE id = ?",
                    (self._met, _text(file.job), _integer(file.stars), file.id),
                )
                name, known = row[1], OnDisk(row[2], row[3], row[4], bool(row[5]), row[6], row[7] == 0)
            else:
                return None
        self._met += 1
        return Met(self._met - 1, name, known)

    def _enter(self, file: Wanted) -> bool:
        """Enter a file that is listed, unless its id or its name is there."""
        return self._enter_all(NEW, [_values(file, self._met)]) == 1

    def _enter_all(self, statement: str, rows: Sequence[Sequence[object]]) -> int:
        """Enter many rows with few statements: in each, and for each of `executemany`, other threads take their turn
        at Python's lock, and this one waits until they let go of it. Returns how many were entered."""
        entered = 0
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            marks = ", ".join([f"({', '.join('?' * len(some[0]))})"] * len(some))
            entered += self._db.execute(statement.format(marks), tuple(chain.from_iterable(some))).rowcount
        return entered

    def has_met(self, id: str) -> bool:
        """Whether a file was listed before."""
        with self._lock:
            return self._db.execute("SELECT ordinal FROM files WHERE id = ?", (id,)).fetchone() is not None

    def note(self, *done: Done) -> None:
        """Enter what became of files, and their new lines in the journal where they have one."""
        values = [(*outcome, " ".join(removed), *(line or (None, None, None))) for *outcome, removed, line in done]
        with self._lock:
            self.changed = self.changed or any(each.line is not None for each in done)
            self._enter_all(NOTE, values)

    def not_listed(self, jobs: Collection[str], min_score: int) -> list[tuple[str, str, int]]:
        """Id, name and size of files of these jobs that are in the manifest, but were not listed in this run."""
        marks = ", ".join("?" * len(jobs))
        query = f"""
            SELECT id, name, COALESCE(disk_size, 0) FROM files
            WHERE ordinal IS NULL AND job IN ({marks}) AND (stars IS NULL OR stars >= ?) ORDER BY name
        """  # noqa: S608 # no value in it
        with self._lock:
            return self._db.execute(query, (*jobs, min_score)).fetchall()

    def withdraw(self, done: Done, name: str, *, keep: bool) -> None:
        """Enter a file that the service no longer lists, and is now called so; the manifest may lose its line."""
        with self._lock:
            self._db.execute("UPDATE files SET ordinal = ?, name = ? WHERE id = ?", (self._met, name, done.id))
            self._met += 1
            if not keep:
                self.changed = True
                self._db.execute("UPDATE files SET source = NULL WHERE id = ?", (done.id,))
        self.note(done)

    def lines(self) -> Iterator[tuple[str, Line, bool]]:
        """Name and place of each line of the new manifest, sorted by name; and whether this run saw the file."""
        query = "SELECT name, source, start, length, status FROM files WHERE source IS NOT NULL ORDER BY name"
        for name, source, start, length, status in self._each(query):
            yield name, Line(source, start, length), status in ("fetched", "present")

    def journaled(self) -> Iterator[str]:
        """Names of the files whose line is in the journal."""
        for (name,) in self._each("SELECT name FROM files WHERE source = 1"):
            yield name

    def _each(self, query: str) -> Iterator[Any]:
        # Not locked in between: who reads may fail, and is then told so with rows of this ledger.
        with self._lock:
            found = self._db.execute(query)
        while True:
            with self._lock:
                rows = found.fetchmany(BATCH)
            if not rows:
                return
            yield from rows

    def rebase(self, entries: Iterable[Entry]) -> None:
        """Take over the lines of a newer manifest, as source 2, but for files whose line is this run's own."""
        with self._lock:
            self._db.execute("UPDATE files SET source = -1 WHERE source = 0")
            for entry in entries:
                _, start, length = entry.line
                change = "UPDATE files SET source = 2, start = ?, length = ? WHERE id = ? AND source = -1"
                if not self._db.execute(change, (start, length, entry.id)).rowcount:
                    change = "INSERT INTO files (id, name, folded, source, start, length) VALUES (?, ?, ?, 2, ?, ?)"
                    values = (entry.id, entry.name, entry.name.lower(), start, length)
                    self._db.execute(f"{change} ON CONFLICT DO NOTHING", values)
            self._db.execute("UPDATE files SET source = NULL WHERE source = -1")

    def row(self, ordinal: int, locate: Locate) -> DownloadedFile:
        """What became of the file with this place in the list."""
        with self._lock:
            self._db.execute(INDEX)
            found: Any = self._db.execute(f"SELECT {ROW} FROM files WHERE ordinal = ?", (ordinal,)).fetchone()  # noqa: S608
        if found is None or found[2] is None:
            raise IndexError(ordinal)
        return _row(found, locate)

    def with_status(self, status: Status, locate: Locate) -> list[DownloadedFile]:
        """What became of the files of which this became, in the order of the list."""
        with self._lock:
            query = f"SELECT {ROW} FROM files WHERE status = ? ORDER BY ordinal"  # noqa: S608 # no value in it
            return [_row(found, locate) for found in self._db.execute(query, (status,))]


class Rows(Sequence[DownloadedFile]):
    """The rows of a report, read from the ledger when they are looked at. Pickled, they are a plain list."""

    def __init__(self, ledger: Ledger, locate: Locate) -> None:
        self._ledger = ledger
        self._locate = locate
        self._count = len(ledger)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> DownloadedFile: ...
    @overload
    def __getitem__(self, index: slice) -> list[DownloadedFile]: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[DownloadedFile, list[DownloadedFile]]:
        if isinstance(index, slice):
            return [self._ledger.row(at, self._locate) for at in range(*index.indices(self._count))]
        at = index + self._count if index < 0 else index
        if not 0 <= at < self._count:
            raise IndexError(index)
        return self._ledger.row(at, self._locate)

    def with_status(self, status: Status) -> list[DownloadedFile]:
        """Those rows; one search instead of a look at each."""
        return self._ledger.with_status(status, self._locate)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(cast("Sequence[object]", other))

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)

    def __repr__(self) -> str:
        return repr(list(self)) if self._count <= 10 else f"<{self._count} rows>"


def _row(found: Any, locate: Locate) -> DownloadedFile:
    id, name, *values, removed = found
    row: Any = (id, locate(name), *values, tuple((removed or "").split()))
    return DownloadedFile(*row)


def items_of(files: Iterable[File], ledger: Ledger, template: str) -> list[Item]:
    """Enter files that are listed; an item for each that was not listed before."""
    listed = list(files)
    wanted = [
        Wanted(file.id, file._wire.get("job_id"), file._wire.get("ai_star_rating"), named(template, file))
        for file in listed
    ]
    return [
        Item.of(file, met.ordinal, met.name, met.known)
        for file, met in zip(listed, ledger.meet(wanted))
        if met is not None
    ]


def _values(file: Wanted, ordinal: int) -> tuple[object, ...]:
    return file.id, ordinal, file.name, file.name.lower(), _text(file.job), _integer(file.stars)


def _text(value: object) -> Optional[str]:
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else None


def _integer(value: object) -> Optional[int]:
    return value if isinstance(value, int) and abs(value) < 2**63 else None
