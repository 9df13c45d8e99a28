"""A folder at a URL, such as `s3://bucket/menus`, by way of fsspec, the library that pandas, Dask and Hugging Face use.

A file is fetched, checked and stripped in the *staging folder* of its URL, which is in the user's cache, brought to its
place when it is whole, and only then entered in the journal and removed from the staging folder. So a run that was
killed is taken up on the same machine where it was, with the same lock, part files and journal as a run into a folder,
and the disk has to have room for the files that are under way only.

A lock on a URL is not to be had: runs on two machines at once may bring the same file twice. Each reads the manifest
once more before it writes it, and keeps the lines of the other.
"""

from __future__ import annotations

import filecmp
import hashlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional
from uuid import uuid4
from weakref import finalize

from ..errors import FirstHandArgumentError
from .budget import Budget
from .folder import LOCK, WORK, Folder
from .item import Item
from .listing import Listing
from .manifest import JOURNAL, NAME, Entry, entries
from .place import QUARANTINE, Found, note
from .store import BLOCK, IN_MEMORY, Store, Unreachable

if TYPE_CHECKING:
    from .ledger import Ledger
    from .part import Part

CACHE = "FIRSTHAND_CACHE_DIR"
"""The environment variable that says where staging folders are."""
MEMORY = 20 << 20
"""Bytes of files that are sent or read back at once and are in memory then, whole or in pieces."""
PATIENCE = 100
"""Uploads in a row that may fail, retries included, before files are not even fetched any more."""
OWNER, COPIES = "owner", "copies"
"""In the staging folder: by what a run knows what an earlier one left at a URL, and the manifests that it reads."""


class Remote:
    """A folder at a URL."""

    is_remote = True

    def __init__(self, store: Store) -> None:
        self._store = store
        self.location: str = store.location
        self.folder: Folder = Folder(staging(store.key), private=True)
        self._copies = self.folder.work / COPIES
        self._listing = Listing()
        self._memory = Budget(MEMORY)
        self._failures, self._last_failure = 0, ""

    def open(self, *, write: bool) -> None:
        self._failures = 0
        try:
            if write:
                self._prepare()
            else:  # without the lock, the staging folder may be a run's
                self._copies = Path(tempfile.mkdtemp(prefix="firsthandapi-"))
                finalize(self, shutil.rmtree, self._copies, ignore_errors=True)
            self._store.fetch(NAME, os.fspath(self.manifest))
            hidden = (f"{WORK}/", f"{QUARANTINE}/")
            self._listing = Listing(file for file in self._store.files() if not file[0].startswith(hidden))
        except Unreachable as error:
            raise FirstHandArgumentError("output_dir", f"{self.location}: {error}") from None

    def close(self) -> None:
        if self._sweep() and os.listdir(self.folder.work) == [LOCK]:
            with suppress(OSError):
                (self.folder.path / OWNER).unlink()

    def _sweep(self) -> bool:
        """Remove the copies, and the hidden folder at the URL; whether nothing of this machine is left there."""
        shutil.rmtree(self._copies, ignore_errors=True)
        return self._store.clean()

    def exists(self) -> bool:
        """A store has no folders: one without a manifest is as good as none."""
        try:
            return self._store.exists(NAME) or (self.folder.work / JOURNAL).exists()
        except Unreachable as error:
            raise FirstHandArgumentError("output_dir", f"{self.location}: {error}") from None

    @property
    def manifest(self) -> Path:
        return self._copies / NAME

    @property
    def closed(self) -> Optional[str]:
        if self._failures < PATIENCE:
            return None
        return f"it was not fetched, since the last {self._failures} uploads failed: {self._last_failure}"

    def locate(self, name: str) -> str:
        return f"{self.location}/{name}"

    def stat(self, name: str) -> Found:
        size = self._listing.size(name)
        if size is None:
            raise FileNotFoundError(self.locate(name))
        return Found(size, None)

    def has(self, name: str) -> bool:
        return self._listing.size(name) is not None

    def sha256(self, name: str) -> str:
        digest, size = hashlib.sha256(), self.stat(name).size
        with self._memory.share(min(size, BLOCK)):
            for start in range(0, size, BLOCK):
                digest.update(self._store.read(name, start, min(start + BLOCK, size)))
        return digest.hexdigest()

    def send(self, item: Item, path: str, go_on: Callable[[], None]) -> None:
        size = os.path.getsize(path)
        try:
            with self._memory.share(min(size, IN_MEMORY), go_on):
                self._store.put(path, item.name)
        except Unreachable as error:
            # Counted without a lock: a failure more or less makes no difference.
            self._failures, self._last_failure = self._failures + 1, str(error)
            raise
        self._failures = 0
        self._listing.add(item.name, size)

    def settle(self, item: Item, part: Part, *, cleaned: bool) -> None:
        part.remove()
        if cleaned:
            os.unlink(part.cleaned)

    def rebase(self, ledger: Ledger) -> tuple[Path, ...]:
        newer = self._copies / "newer.jsonl"
        found = self._store.fetch(NAME, os.fspath(newer))
        if not found or (self.manifest.exists() and filecmp.cmp(newer, self.manifest, shallow=False)):
            return ()
        ledger.rebase(self._others(newer))
        return (newer,)

    def publish(self, part: Path, names: Iterable[str]) -> None:
        self._store.put(os.fspath(part), NAME)
        part.unlink()

    def quarantine(self, files: Sequence[tuple[str, str]]) -> None:
        if not files:
            return
        notes = self._copies / "withdrawn.jsonl"
        self._store.fetch(f"{QUARANTINE}/{NAME}", os.fspath(notes))
        with notes.open("ab") as stream:
            stream.writelines(note(id, name) for id, name in files)
        self._store.put(os.fspath(notes), f"{QUARANTINE}/{NAME}")
        for _, name in files:
            with suppress(FileNotFoundError):
                self._store.move(name, f"{QUARANTINE}/{name}")
            self._listing.remove(name)

    def delete(self, name: str) -> None:
        self._store.remove(name)
        self._listing.remove(name)

    def flush(self, names: Iterable[str]) -> None:
        """What a storage has said is done."""

    def _prepare(self) -> None:
        """Remove what a killed run of this machine left, and find out now, not after hours, what cannot be written."""
        owner = self.folder.path / OWNER
        known = owner.read_text(encoding="ascii", errors="replace") if owner.exists() else ""
        if not re.fullmatch("[0-9a-f]{32}", known):
            known = uuid4().hex
            owner.write_text(known, encoding="ascii")
        self._store.hidden = f"{WORK}/{known}"
        self._copies = self.folder.work / COPIES
        self._sweep()
        self._copies.mkdir()
        self._store.probe()

    def _others(self, manifest: Path) -> Iterator[Entry]:
        for entry in entries(manifest):
            self._listing.add(entry.name, entry.known.size or 0)
            yield entry


def staging(key: tuple[str, str]) -> Path:
    """The staging folder of what `Store.key` or `URLPath.key` says: always the same for the same user and folder."""
    given = os.environ.get(CACHE)
    if given:
        cache = Path(given).expanduser()
    elif sys.platform == "win32":
        cache = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local", "firsthandapi")
    else:
        base = os.environ.get("XDG_CACHE_HOME", "")
        cache = Path(base if os.path.isabs(base) else Path.home() / ".cache", "firsthandapi")
    return cache / hashlib.sha256("\0".join(key).encode("utf-8", "surrogatepass")).hexdigest()[:32]
