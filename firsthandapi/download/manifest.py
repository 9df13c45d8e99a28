"""`metadata.jsonl`: one line of JSON for each file on disk, in the form that Hugging Face's folder loaders read.

`load_dataset("imagefolder", data_dir=...)` joins each line to the file that its `file_name` names. While a run lasts,
lines are appended to a *journal*, each before its file gets its name, so that a run that was killed loses none; at the
end both are merged, sorted by file name, and the manifest is replaced whole.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, cast

from ..errors import FirstHandArgumentError
from ..models import File
from .engine import EngineError
from .item import OnDisk, line_hash, sha256_of, size_of
from .ledger import Ledger, Line
from .lines import Damaged, row_of

if TYPE_CHECKING:
    from .place import Place

NAME = "metadata.jsonl"
JOURNAL = "journal.jsonl"
AROUND = 64 * 1024
"""Bytes before and after a line that are read with it, where the one before was near."""
ADDED = ("file_name", "sha256", "stripped")
"""What a line says beside the file as the service describes it."""


class Entry(NamedTuple):
    """One line of a manifest: a file that is, or should be, on disk."""

    id: str
    name: str
    row: dict[str, Any]
    known: OnDisk
    line: Line


class Manifest:
    """The lines of one folder; append to it from any thread."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._journal = place.folder.work / JOURNAL
        self._descriptor: Optional[int] = None
        self._end = 0
        self._closed = False
        self._lock = Lock()

    def load(self, ledger: Ledger) -> None:
        """Enter what earlier runs brought, a killed one included."""
        for entry in entries(self._place.manifest, self._journal):
            row = entry.row
            ledger.load(entry.id, entry.name, row.get("job_id"), _stars(row), entry.known, entry.line)
            ledger.changed = ledger.changed or entry.line.source == 1
        ledger.changed = ledger.changed or not self._place.manifest.exists()

    def append(self, line: bytes) -> Line:
        """Put a line into the journal; see `append_all`."""
        return self.append_all([line])[0]

    def append_all(self, lines: list[bytes]) -> list[Line]:
        """Put lines into the journal, all of them or none.

        ValueError when it is closed, since it may be another run's by then.
        """
        with self._lock:
            if self._closed:
                raise ValueError("the journal is closed")
            if self._descriptor is None:
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
                self._descriptor = os.open(self._journal, flags, 0o666)
                self._end = os.fstat(self._descriptor).st_size
                if self._end:
                    self._write(b"\n")  # ends the line that a killed run was writing
            start, places = self._write(b"".join(lines)), list[Line]()
            for line in lines:
                places.append(Line(1, start, len(line)))
                start += len(line)
            return places

    def size(self) -> int:
        """How many bytes it will have at the most when it is written anew."""
        try:
            return self._end + self._place.manifest.stat().st_size
        except OSError:
            return self._end

    def _write(self, line: bytes) -> int:
        descriptor = cast("int", self._descriptor)
        start, left = self._end, line
        try:
            while left:
                left = left[os.write(descriptor, left) :]
        except OSError:
            os.ftruncate(descriptor, start)
            raise
        self._end += len(line)
        return start

    def finish(self, ledger: Ledger) -> None:
        """Write the manifest whole, without lines whose file is gone, and drop the journal.

        The files that the journal names are flushed to the disk first: who reads the manifest may believe it.
        """
        self.close()
        if ledger.changed:
            place, part = self._place, self._place.folder.work / f"{NAME}.part"
            try:
                newer = place.rebase(ledger)
                with part.open("wb") as target, _Sources(place.manifest, self._journal, *newer) as sources:
                    for name, line, was_seen in ledger.lines():
                        if was_seen or place.has(name):
                            target.write(sources.read(line))
                    target.flush()
                    os.fsync(target.fileno())
                place.publish(part, ledger.journaled())
            except (OSError, EngineError):
                with suppress(OSError):
                    part.unlink()
                raise
        with suppress(FileNotFoundError):
            self._journal.unlink()

    def close(self) -> None:
        """Let nothing more be appended."""
        with self._lock:
            self._closed = True
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None


def current(place: Place) -> Iterator[Entry]:
    """One entry for each file; where a killed run left a journal, its word is the later one."""
    paths = (place.manifest, place.folder.work / JOURNAL)
    journal = {entry.name: entry.line for entry in entries(*paths) if entry.line.source == 1}
    for entry in entries(*paths):
        if journal.get(entry.name, entry.line) == entry.line:
            yield entry


def check_there(place: Place) -> None:
    """Raise `FirstHandArgumentError` where no run has left a manifest or a journal."""
    if not place.manifest.exists() and not (place.folder.work / JOURNAL).exists():
        raise FirstHandArgumentError("output_dir", f"{place.location} has no {NAME}: nothing was downloaded there")


def recorded(place: Place) -> Iterator[list[File]]:
    """The files of a manifest, a hundred at a time, with links that have expired: whoever needs one renews it."""
    check_there(place)
    page: list[File] = []
    for entry in current(place):
        wire = {key: value for key, value in entry.row.items() if key not in ADDED}
        expired = {"id": entry.id, "download_url": "", "download_url_expires_at": "1970-01-01T00:00:00Z"}
        page.append(File.from_dict({**wire, **expired}))
        if len(page) == 100:
            yield page
            page = []
    if page:
        yield page


def entries(*paths: Path) -> Iterator[Entry]:
    """Every line of a manifest, then those of the journal that a killed run left; a file may be in both.

    Raises `FirstHandArgumentError` where the manifest is somebody else's file.
    """
    for source, path in enumerate(paths):
        start = 0
        if path.is_dir():
            raise FirstHandArgumentError(
                "output_dir", f"{path} is a folder, where the manifest has to be: move it away"
            )
        with suppress(FileNotFoundError), path.open("rb") as stream:
            # Not text: what Unicode calls a line separator may be part of a picture's text.
            for number, line in enumerate(stream, 1):
                try:
                    yield _entry(row_of(line), line, Line(source, start, len(line)))
                except Damaged as error:
                    if source == 0:
                        raise FirstHandArgumentError(
                            "output_dir",
                            f"{path} is no manifest (line {number}): {error}. Move it away and download again, which "
                            "keeps the files that are right, or take another folder",
                        ) from None
                    # The line that was being written when the run was killed: its file has no name yet.
                start += len(line)


def _entry(row: dict[str, Any], line: bytes, at: Line) -> Entry:
    name = row["file_name"]
    if not line.endswith(b"\n"):
        line += b"\n"
    id = next((row[key] for key in ("id", "file_id") if row.get(key) is not None), f"file_name:{name}")
    content_hash = sha256_of(row.get("content_hash"))
    stripped: Any = row.get("stripped")
    disk = cast("dict[str, Any]", stripped) if isinstance(stripped, dict) else row
    known = OnDisk(
        sha256_of(row.get("sha256")) or content_hash,
        size_of(disk.get("size_bytes")),
        content_hash,
        isinstance(stripped, dict),
        line_hash(line),
        at.source == 0,
    )
    return Entry(id, name, row, known, at)


class _Sources:
    """The files that lines are copied from."""

    def __init__(self, *paths: Path) -> None:
        self._sources = [_Source(path) if path.exists() else None for path in paths]

    def __enter__(self) -> _Sources:
        return self

    def __exit__(self, *_: object) -> None:
        for source in self._sources:
            if source is not None:
                source.stream.close()

    def read(self, line: Line) -> bytes:
        source = self._sources[line.source]
        if source is None:
            raise FileNotFoundError(NAME)
        found = source.read(line.start, line.length)
        return found if found.endswith(b"\n") else found + b"\n"


class _Source:
    """One of them. Lines are read in another order than they stand, but mostly near each other."""

    def __init__(self, path: Path) -> None:
        self.stream = path.open("rb", buffering=0)
        self._held, self._begin = b"", 0
        """What was read last, and where it stands."""

    def read(self, start: int, length: int) -> bytes:
        at = start - self._begin
        if not 0 <= at <= len(self._held) - length:
            around = AROUND if abs(at) < 2 * AROUND else 0
            self._begin = max(0, start - around)
            self.stream.seek(self._begin)
            self._held = self.stream.read(start - self._begin + length + around)
            at = start - self._begin
        return self._held[at : at + length]


def _stars(row: dict[str, Any]) -> object:
    return row.get("ai_star_rating", row.get("score"))
