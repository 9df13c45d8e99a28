"""The bytes of one file that have arrived, in a *part file* that this file owns, with a journal beside it.

The *journal* says under which validator the bytes came and how many of them are *durable*, that is, on the disk for
sure. It is written for files of more than `JOURNALED` bytes; a smaller part either is whole, which its hash proves, or
is not worth keeping.

What survives what:

- A process that is killed loses at most the piece that it was reading: what it wrote is in the system's hands.
- Power loss: a large file is flushed to the disk every `DURABLE` bytes and before it gets its name. If a part came
  through damaged, its hash is wrong and the file starts again; where the service sent no hash, only what the journal
  calls durable is kept. What becomes of files that have their name is said in `durable`.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Any, Callable, Optional

from .item import CHUNK, EMPTY, Item

JOURNALED = CHUNK
"""Bytes from which on a file has a journal."""
DURABLE = 64 << 20
"""Bytes between two flushes to the disk."""
ROOM = 256 << 10
"""Bytes that a part gives back when the disk is full."""


class Part:
    """One file's part; `open` it before writing, `close` it afterwards. What is known of it stays known in between."""

    def __init__(self, work: Path, item: Item) -> None:
        # Not Path: to make one takes as long as to rename a file.
        self._stem = os.path.join(work, key_of(item.file.id))
        self.path: str = os.path.join(work, part_name(item.file.id))
        self.length: int = 0
        self.total: Optional[int] = item.size
        """How long the file is; None until somebody says."""
        self.validator: Optional[str] = None
        self._item = item
        self._stream: Any = None
        self._digest = hashlib.sha256()
        self._durable = 0
        self._journaled = False

    @property
    def name(self) -> str:
        """Of the part file, in its folder."""
        return os.path.basename(self.path)

    def recover(self, stopped: Callable[[], None]) -> None:
        """Take over what an earlier run left; its bytes are read again, since their hash must be known."""
        found = self._found()
        if not found:
            return
        with FileIO(self.path, "r+b") as stream:
            buffer = memoryview(bytearray(CHUNK))
            while self.length < found and (got := stream.readinto(buffer[: found - self.length])):
                stopped()
                self._digest.update(buffer[:got])
                self.length += got
            stream.truncate(self.length)

    def _found(self) -> int:
        """How many bytes of the part that is there can be used."""
        item = self._item
        try:
            there = os.stat(self.path).st_size
        except FileNotFoundError:
            return 0
        try:
            journal: dict[str, Any] = json.loads(Path(self._journal).read_bytes())
            same = (journal["file_id"], journal["sha256"], journal["size"]) == (item.file.id, item.sha256, item.size)
            durable, validator, total = int(journal["durable"]), journal["validator"], journal["total"]
        except (OSError, ValueError, LookupError, TypeError):
            # Without a journal it can still be a small file that was whole when the run was killed.
            return there if item.sha256 is not None and there == item.size else 0
        if not same or (item.sha256 is None and validator is None):
            return 0
        self.validator, self.total, self._journaled, self._durable = validator, total, True, durable
        usable = there if item.sha256 is not None else min(durable, there)
        return usable if total is None or usable <= total else 0

    def expect(self, headers: Mapping[str, str], whole: Optional[int]) -> None:
        """Take note of what the server says of the bytes that follow: its validator and the length of all of them."""
        etag = headers.get("etag")
        # A weak tag promises no equal bytes (RFC 9110).
        strong = etag if etag is not None and not etag.startswith("W/") else None
        self.validator = strong or headers.get("last-modified")
        promised = self._item.size if self._item.size is not None else whole
        self.total = promised if promised is not None else self.total

    def open(self) -> None:
        """Be ready for more bytes at the end of what there is."""
        if self._stream is None:
            self._stream = FileIO(self.path, "r+b" if self.length else "wb")
            if self.length:
                self._stream.seek(self.length)

    def write(self, piece: memoryview) -> None:
        """Add bytes; raises OSError where the disk refuses them."""
        if not self._journaled and (self.length + len(piece) > JOURNALED or (self.total or 0) > JOURNALED):
            self._note()
        written = 0
        while written < len(piece):
            written += self._stream.write(piece[written:])
        self._digest.update(piece)
        self.length += len(piece)
        if self.length - self._durable >= DURABLE:
            self._flush()

    @property
    def sha256(self) -> str:
        """Of the bytes so far, in lower-case hex."""
        return self._digest.hexdigest()

    @property
    def is_whole(self) -> bool:
        """Whether as many bytes are there as the file has; a file without any is whole if its hash says so."""
        return self.length == self.total and (self.length > 0 or self._item.sha256 == EMPTY)

    @property
    def can_resume(self) -> bool:
        """Whether the rest can be asked for: then either its hash or its validator proves that it fits."""
        return self.length > 0 and (self._item.sha256 is not None or self.validator is not None)

    def restart(self) -> None:
        """Forget every byte."""
        self.close()
        self.length = self._durable = self._item.resumed = 0
        self.validator, self.total, self._journaled = None, self._item.size, False
        self._digest = hashlib.sha256()
        self.remove()

    def remove(self) -> None:
        """Delete the part file and its journal."""
        for path in (self._journal, self.path):
            with suppress(FileNotFoundError):
                os.unlink(path)

    def complete(self) -> None:
        """All bytes are there: flush a large file to the disk, and close."""
        if self._stream is not None and self.length > JOURNALED:
            os.fsync(self._stream.fileno())
        self.close()

    @property
    def cleaned(self) -> str:
        """Where a copy without metadata is made."""
        return f"{self._stem}.clean"

    @property
    def _journal(self) -> str:
        return f"{self._stem}.json"

    def move_to(self, path: str, *, cleaned: bool) -> None:
        """Give the file, or its cleaned copy, its name."""
        move(self.cleaned if cleaned else self.path, path)
        if self._journaled or cleaned:
            self.remove()

    def close(self) -> None:
        """Close the file; `open` goes on."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def leave(self) -> None:
        """The file was not had: keep the part if another run can go on with it."""
        self.close()
        if not self._journaled and not (self.is_whole and self._item.sha256):
            self.remove()

    def give_room(self) -> int:
        """The disk is full: give back the end of the part, so that journal and manifest can be written.

        So many bytes of it have to be fetched again: none of a part that is whole, which only needs its name.
        """
        self.close()
        given = 0 if self.is_whole else min(ROOM, self.length)
        self.length -= given
        with suppress(OSError):
            os.truncate(self.path, self.length)
        return given

    def _flush(self) -> None:
        os.fsync(self._stream.fileno())
        self._durable = self.length
        self._note()

    def _note(self) -> None:
        item = self._item
        noted = {
            "file_id": item.file.id,
            "job_id": item.file.get("job_id"),
            "size": item.size,
            "sha256": item.sha256,
            "total": self.total,
            "validator": self.validator,
            "durable": self._durable,
        }
        fresh = f"{self._stem}.new"
        Path(fresh).write_text(json.dumps(noted), encoding="utf-8")
        os.replace(fresh, self._journal)
        self._journaled = True


def put(work: str, item: Item, content: memoryview) -> str:
    """Write a part that is whole already, and needs neither journal nor buffer; where it is."""
    path = f"{work}{os.sep}{part_name(item.file.id)}"  # a tenth of the time that `os.path.join` takes
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666)
    try:
        while content:
            content = content[os.write(descriptor, content) :]
    except OSError:
        with suppress(OSError):
            os.unlink(path)
        raise
    finally:
        os.close(descriptor)
    if (mtime := item.mtime) is not None:
        os.utime(path, (mtime, mtime))
    return path


def move(part: str, path: str) -> None:
    """Give a part its name, in a folder that may have to be made first."""
    try:
        os.replace(part, path)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.replace(part, path)


def key_of(file_id: str) -> str:
    """What a file's part and journal are called; safe and different for every id."""
    return hashlib.sha256(file_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def part_name(file_id: str) -> str:
    """What a file's part is called."""
    return f"{key_of(file_id)}.part"


def sweep(work: Path, jobs: Collection[str], keep: Collection[str]) -> None:
    """Remove what killed runs left and nobody will take up: parts without a journal, and those of jobs that are done.

    Args:
        work: The hidden folder.
        jobs: Jobs all of whose files were listed; a part that none of them took up belongs to a file that is gone.
        keep: Keys of files that failed, and may be taken up by the next run.
    """
    for path in work.iterdir():
        if path.suffix in (".part", ".json", ".new", ".clean") and path.stem not in keep:
            try:
                job = json.loads((work / f"{path.stem}.json").read_text(encoding="utf-8"))["job_id"]
            except (OSError, ValueError, LookupError, TypeError):
                job = None
            if job is None or job in jobs or path.suffix in (".new", ".clean"):
                with suppress(FileNotFoundError):
                    path.unlink()
