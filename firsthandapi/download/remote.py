"""A folder at a URL, such as `s3://bucket/menus`, by way of fsspec, the library that pandas, Dask and Hugging Face use.

A file is fetched, checked and stripped in the *staging folder* of its URL, which is in the user's cache, brought to its
place when it is whole, and only then entered in the journal and removed from the staging folder. So a run that was
killed is taken up on the same machine where it was, with the same lock, part files and journal as a run into a folder,
and the disk has to have room for the files that are under way only.

An *object store* shows an object when all of it is there. Anywhere else a file is written under another name first, in
a hidden folder that this machine alone uses, and then renamed.

A lock on a URL is not to be had: runs on two machines at once may bring the same file twice. Each reads the manifest
once more before it writes it, and keeps the lines of the other.
"""

from __future__ import annotations

import filecmp
import hashlib
import inspect
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from threading import BoundedSemaphore, local
from typing import TYPE_CHECKING, Any, Callable, Optional, Protocol, cast
from urllib.parse import unquote, urlsplit
from uuid import uuid4
from weakref import finalize

from ..errors import FirstHandArgumentError, FirstHandError
from .engine import Broken
from .folder import LOCK, WORK, Folder
from .item import Item
from .listing import Listing
from .manifest import JOURNAL, NAME, Entry, entries
from .part import key_of
from .place import QUARANTINE, Found, note

if TYPE_CHECKING:
    from .ledger import Ledger
    from .part import Part

CACHE = "FIRSTHAND_CACHE_DIR"
"""The environment variable that says where staging folders are."""
OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss"})
BLOCK = 4 << 20
"""Bytes that are read back at a time."""
CHUNK = 8 << 20
"""Bytes of a piece of a large upload: libraries keep two of them in memory, and their own default is 50 MB."""
MOST_CHUNKS = 9000
"""Stores take 10,000 pieces of one object."""
LARGE, MOST_LARGE = 1 << 20, 4
"""Of files larger than this, so many are sent or read back at once: they are whole or in pieces in memory then."""
TURN = 0.2
"""Seconds after which a file that waits for this looks whether the download was given up."""
PATIENCE = 100
"""Uploads in a row that may fail, retries included, before files are not even fetched any more."""
OWNER, COPIES = "owner", "copies"
"""In the staging folder: by what a run knows what an earlier one left at a URL, and the manifests that it reads."""


class Unreachable(Broken):
    """Something at a URL could not be read or written. The text says why, without secrets."""


class FileSystem(Protocol):
    """As much of `fsspec.AbstractFileSystem` as is needed."""

    async_impl: bool

    def exists(self, path: str) -> bool: ...
    def find(self, path: str, *, detail: bool) -> dict[str, dict[str, Any]]: ...
    def cat_file(self, path: str, *, start: int, end: int) -> bytes: ...
    def get_file(self, rpath: str, lpath: str) -> None: ...
    def put_file(self, lpath: str, rpath: str, **options: int) -> None: ...
    def pipe_file(self, path: str, value: bytes) -> None: ...
    def cp_file(self, path1: str, path2: str) -> None: ...
    def mv(self, path1: str, path2: str) -> None: ...
    def rm(self, path: str, *, recursive: bool) -> None: ...
    def rm_file(self, path: str) -> None: ...
    def rmdir(self, path: str) -> None: ...
    def makedirs(self, path: str, *, exist_ok: bool) -> None: ...
    def invalidate_cache(self) -> None: ...


class Remote:
    """A folder at a URL."""

    is_remote = True

    def __init__(self, url: str) -> None:
        self._url = url
        self.location: str = shown(url)
        self._secrets = secrets_of(url)
        self._file_system, self._root = self._connect()
        self._secrets += secrets_in(getattr(self._file_system, "storage_options", {}))
        if re.search(r"[*?\[]", self._root):
            raise FirstHandArgumentError("output_dir", f"{self.location} has one of * ? [, which would match files")
        self.folder: Folder = Folder(staging(url), private=True)
        self._copies = self.folder.work / COPIES
        self._is_object_store = url.partition("://")[0].lower() in OBJECT_STORES
        self._own = local()
        self._own.file_system = self._file_system
        self._listing = Listing()
        self._made: set[str] = set()
        self._large = BoundedSemaphore(MOST_LARGE)
        self._failures, self._last_failure = 0, ""
        self._hidden = ""

    def open(self, *, write: bool) -> None:
        self._failures = 0
        try:
            if write:
                self._prepare()
            else:  # without the lock, the staging folder may be a run's
                self._copies = Path(tempfile.mkdtemp(prefix="firsthandapi-"))
                finalize(self, shutil.rmtree, self._copies, ignore_errors=True)
            self._fetch(self._at(NAME), self.manifest)
            with self._told("it cannot be listed"):
                self._listing = Listing(self._find())
        except Unreachable as error:
            raise FirstHandArgumentError("output_dir", f"{self.location}: {error}") from None

    def close(self) -> None:
        if self._sweep() and os.listdir(self.folder.work) == [LOCK]:
            with suppress(OSError):
                (self.folder.path / OWNER).unlink()

    def _sweep(self) -> bool:
        """Remove the copies, and what this machine has in the hidden folder at the URL; whether nothing is left there.

        For a plan, which has neither the lock nor a hidden folder, that is False.
        """
        self._made.clear()
        shutil.rmtree(self._copies, ignore_errors=True)
        if not self._hidden or self._is_object_store:
            return bool(self._hidden)
        try:
            self._fs.rm(self._hidden, recursive=True)
        except FileNotFoundError:
            pass
        except Exception:
            return False
        with suppress(Exception):  # another machine may be at work
            self._fs.rmdir(self._at(WORK))
        return True

    def exists(self) -> bool:
        """A store has no folders: one without a manifest is as good as none."""
        try:
            with self._told("it cannot be read"):
                return self._fs.exists(self._at(NAME)) or (self.folder.work / JOURNAL).exists()
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
        with self._turn(size), self._told("it cannot be read back", missing=True):
            for start in range(0, size, BLOCK):
                digest.update(self._fs.cat_file(self._at(name), start=start, end=min(start + BLOCK, size)))
        return digest.hexdigest()

    def send(self, item: Item, path: str, go_on: Callable[[], None]) -> None:
        size = os.path.getsize(path)
        try:
            with self._turn(size, go_on), self._told("it cannot be uploaded"):
                self._put(path, item.name, key_of(item.file.id))
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
        self._fetch(self._at(NAME), newer)
        if not newer.exists() or (self.manifest.exists() and filecmp.cmp(newer, self.manifest, shallow=False)):
            return ()
        ledger.rebase(self._others(newer))
        return (newer,)

    def publish(self, part: Path, names: Iterable[str]) -> None:
        with self._told("it cannot be uploaded"):
            self._put(os.fspath(part), NAME, NAME)
        part.unlink()

    def quarantine(self, files: Sequence[tuple[str, str]]) -> None:
        if not files:
            return
        notes = self._copies / "withdrawn.jsonl"
        self._fetch(self._at(f"{QUARANTINE}/{NAME}"), notes)
        with notes.open("ab") as stream:
            stream.writelines(note(id, name) for id, name in files)
        with self._told("files cannot be moved to quarantine"):
            self._put(os.fspath(notes), f"{QUARANTINE}/{NAME}", "withdrawn")
            for _, name in files:
                with suppress(FileNotFoundError):
                    self._move(self._at(name), self._at(f"{QUARANTINE}/{name}"))
                self._listing.remove(name)

    def delete(self, name: str) -> None:
        with suppress(FileNotFoundError), self._told("a file cannot be deleted", missing=True):
            self._fs.rm_file(self._at(name))
        self._listing.remove(name)

    def flush(self, names: Iterable[str]) -> None:
        """What a storage has said is done."""

    @property
    def _fs(self) -> FileSystem:
        """A file system that this thread may use: those that are not asynchronous have one connection."""
        if self._file_system.async_impl:
            return self._file_system
        found: Optional[FileSystem] = getattr(self._own, "file_system", None)
        if found is None:
            found = self._own.file_system = self._connect()[0]
        return found

    def _connect(self) -> tuple[FileSystem, str]:
        scheme = self._url.partition("://")[0].lower()
        library = fsspec(scheme)
        try:
            library.get_filesystem_class(scheme)
        except ValueError:
            reason = f"{scheme}:// is no kind of storage that fsspec knows"
            raise FirstHandArgumentError("output_dir", reason) from None
        except ImportError as error:
            raise missing(scheme, error) from error
        try:
            # An instance of our own: what it remembers goes with it, and is not what others have listed before.
            found, root = library.core.url_to_fs(self._url, skip_instance_cache=True)
        except Exception as error:
            reason = f"{self.location} cannot be used: {self._said(error)}"
            raise FirstHandArgumentError("output_dir", reason) from None
        return found, str(root).rstrip("/")

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _prepare(self) -> None:
        """Remove what a killed run of this machine left, and find out now, not after hours, what cannot be written."""
        owner = self.folder.path / OWNER
        known = owner.read_text(encoding="ascii", errors="replace") if owner.exists() else ""
        if not re.fullmatch("[0-9a-f]{32}", known):
            known = uuid4().hex
            owner.write_text(known, encoding="ascii")
        self._hidden = self._at(f"{WORK}/{known}")
        self._copies = self.folder.work / COPIES
        self._sweep()
        self._copies.mkdir()
        probe = f"{self._hidden}/{uuid4().hex}"
        with self._told("it cannot be written to"):
            self._make(self._hidden)
            self._fs.pipe_file(probe, b"firsthandapi")
        with suppress(Exception):  # some may write and not delete
            self._fs.rm_file(probe)

    def _find(self) -> Iterator[tuple[str, int]]:
        self._fs.invalidate_cache()
        try:
            found = self._fs.find(self._root, detail=True)
        except FileNotFoundError:
            return
        self._fs.invalidate_cache()
        while found:
            path, about = found.popitem()
            name, size = path[len(self._root) :].lstrip("/"), about.get("size")
            if not name:
                raise NotADirectoryError(20, "it is a file")
            if isinstance(size, int) and not name.startswith((f"{WORK}/", f"{QUARANTINE}/")):
                yield name, size

    def _fetch(self, source: str, target: Path) -> None:
        """Copy a file to this machine, if there is one."""
        with suppress(FileNotFoundError):
            target.unlink()
        try:
            with self._told(f"{source.rpartition('/')[2]} cannot be read", missing=True):
                self._fs.get_file(source, os.fspath(target))
        except FileNotFoundError:
            with suppress(FileNotFoundError):
                target.unlink()

    def _put(self, path: str, name: str, key: str) -> None:
        target = self._at(name)
        if self._is_object_store:
            self._fs.put_file(path, target, **self._pieces(os.path.getsize(path)))
            return
        # No two have the same name: a thread of a run that was given up may still be writing.
        part = f"{self._hidden}/{key}.{uuid4().hex}"
        try:
            self._make(self._hidden)
            self._fs.put_file(path, part)
            self._move(part, target)
        except BaseException:
            self._made.clear()  # somebody may have removed a folder
            raise

    def _pieces(self, size: int) -> dict[str, int]:
        """What keeps the memory of an upload small, as far as the file system can be told."""
        wanted = {"chunksize": max(CHUNK, -(-size // MOST_CHUNKS >> 20) << 20), "max_concurrency": 1}
        known = inspect.signature(self._fs.put_file).parameters
        return {name: value for name, value in wanted.items() if name in known}

    def _move(self, source: str, target: str) -> None:
        if self._is_object_store:
            self._fs.cp_file(source, target)
            self._fs.rm_file(source)
            return
        self._make(target.rpartition("/")[0])
        try:
            self._fs.mv(source, target)
        except FileExistsError:
            self._fs.rm_file(target)
            self._fs.mv(source, target)

    def _make(self, folder: str) -> None:
        """Make a folder. A store has none, and its library would make a bucket."""
        if self._is_object_store or folder in self._made:
            return
        self._fs.makedirs(folder, exist_ok=True)
        if len(self._made) > 1000:
            self._made.clear()
        self._made.add(folder)

    def _others(self, manifest: Path) -> Iterator[Entry]:
        for entry in entries(manifest):
            self._listing.add(entry.name, entry.known.size or 0)
            yield entry

    @contextmanager
    def _turn(self, size: int, go_on: Callable[[], None] = lambda: None) -> Generator[None, None, None]:
        """Wait until not too many large files are in memory."""
        if size <= LARGE:
            yield
            return
        while not self._large.acquire(timeout=TURN):
            go_on()
        try:
            yield
        finally:
            self._large.release()

    @contextmanager
    def _told(self, what: str, *, missing: bool = False) -> Generator[None, None, None]:
        """Say what went wrong without a secret; `missing` lets FileNotFoundError through."""
        try:
            yield
        except FirstHandError:
            raise
        except Exception as error:
            if missing and isinstance(error, FileNotFoundError):
                raise
            raise Unreachable(f"{what}: {self._said(error)}") from None

    def _said(self, error: Exception) -> str:
        text = " ".join(str(getattr(error, "strerror", None) or error).split())
        text = re.sub(r"(?<=://)[^/@\s]*@", "", text)
        text = re.sub(r"\?[^\s'\")>]*", "", text)
        for secret in self._secrets:
            text = text.replace(secret, "...")
        return f"{text[:300] or 'no reason given'} ({type(error).__name__})"


def fsspec(scheme: str) -> Any:
    """The library."""
    try:
        import_module("fsspec.core")
        return import_module("fsspec")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "fsspec":
            raise
        raise ImportError(
            f"output_dir: {scheme}:// needs fsspec: pip install 'firsthandapi[fsspec]'", name="fsspec"
        ) from error


def missing(scheme: str, error: ImportError) -> ImportError:
    """Say which package is missing for a kind of URL."""
    # Not an attribute: of fsspec it is something else that has this name.
    known = cast("dict[str, dict[str, str]]", import_module("fsspec.registry").known_implementations)
    package = known.get(scheme, {}).get("class", "").partition(".")[0]
    if package in ("", "fsspec"):
        return ImportError(f"output_dir: {scheme}:// cannot be used: {error}", name=error.name)
    return ImportError(f"output_dir: {scheme}:// needs {package}: pip install {package}", name=package)


def staging(url: str) -> Path:
    """The staging folder of a URL: always the same for the same user and URL."""
    given = os.environ.get(CACHE)
    if given:
        cache = Path(given).expanduser()
    elif sys.platform == "win32":
        cache = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local", "firsthandapi")
    else:
        base = os.environ.get("XDG_CACHE_HOME", "")
        cache = Path(base if os.path.isabs(base) else Path.home() / ".cache", "firsthandapi")
    return cache / hashlib.sha256(url.rstrip("/").encode("utf-8", "surrogatepass")).hexdigest()[:32]


def shown(url: str) -> str:
    """A URL without user, password, query and a slash at its end."""
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("?")[0].partition("/")
    return f"{scheme}://" + f"{authority.rpartition('@')[2]}{slash}{path}".rstrip("/")


def secrets_of(url: str) -> list[str]:
    """What a URL says that nobody else should read."""
    user, _, password = urlsplit(url).netloc.rpartition("@")[0].partition(":")
    return [f"{user}:{password}", password, unquote(password)] if password else []


def secrets_in(options: Mapping[str, object]) -> list[str]:
    """What a file system was told, by fsspec's own configuration say, that nobody else should read."""
    secret = re.compile("secret|password|passwd|token|key|sig")
    return [value for name, value in options.items() if isinstance(value, str) and value and secret.search(name)]
