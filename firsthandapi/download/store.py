"""A folder at a URL as its library, found by fsspec, reads and writes it: without secrets in any error.

An *object store* shows an object when all of it is there. Anywhere else a file is written under another name first, in
a hidden folder, and then renamed.
"""

from __future__ import annotations

import inspect
import io
import os
import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from threading import local
from typing import Any, BinaryIO, Optional, Protocol, Union, cast
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from ..errors import FirstHandArgumentError, FirstHandError
from .engine import Broken
from .folder import WORK
from .listing import Listed, pages

OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss"})
BLOCK = 4 << 20
"""Bytes that are read back at a time."""
CHUNK = 5 << 20
"""Bytes of a piece of a large upload, the least that S3 takes: libraries keep two in memory, or 50 MB if not told."""
IN_MEMORY = 2 * CHUNK
"""Bytes of a file that are in memory while it is sent: smaller ones go whole, of larger ones two pieces."""
MOST_CHUNKS = 9000
"""Stores take 10,000 pieces of one object."""
SECRET = re.compile("secret|password|passwd|token|key|sig")
"""In the name of an option that nobody else should read."""


class Unreachable(Broken):
    """Something at a URL could not be read or written. The text says why, without secrets."""


class FileSystem(Listed, Protocol):
    """As much of `fsspec.AbstractFileSystem` as is needed."""

    async_impl: bool
    protocol: Union[str, tuple[str, ...]]

    @staticmethod
    def _get_kwargs_from_urls(path: str) -> dict[str, object]: ...
    def exists(self, path: str) -> bool: ...
    def size(self, path: str) -> Optional[int]: ...
    def open(self, path: str, mode: str, block_size: int) -> BinaryIO: ...
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


class Store:
    """A folder at a URL; files in it are called by their names. Shared by threads.

    Methods raise Unreachable; FileNotFoundError too where they say so.
    """

    def __init__(self, url: str, argument: str = "output_dir") -> None:
        """Find the library; nothing is asked of the network yet.

        Raises:
            FirstHandArgumentError: It is no URL of a known kind; the error is about this argument.
            ImportError: The library for this kind of URL is not installed; the text names it.
        """
        self.url = url
        self.location: str = shown(url)
        """The URL as it may be shown to anybody."""
        self._argument = argument
        self._secrets = secrets_of(url)
        self._file_system, self._root = self._connect()
        self._secrets += secrets_in(getattr(self._file_system, "storage_options", {}))
        if re.search(r"[*?\[]", self._root):
            raise FirstHandArgumentError(argument, f"{self.location} has one of * ? [, which would match files")
        self.is_object_store: bool = url.partition("://")[0].lower() in OBJECT_STORES
        self._own = local()
        self._own.file_system = self._file_system
        self._made: set[str] = set()
        self.hidden: str = ""
        """Name of the hidden folder; needed by `put`."""

    def __reduce__(self) -> tuple[type[Store], tuple[str, str]]:
        return Store, (self.url, self._argument)

    @property
    def key(self) -> tuple[str, str]:
        """Storage and path: the same under every spelling of the folder's URL, in every process, without secrets."""
        found = type(self._file_system)
        names = found.protocol
        said = found._get_kwargs_from_urls(self.url)
        server = {name: value for name, value in said.items() if not SECRET.search(name)}
        return f"{names if isinstance(names, str) else names[0]} {sorted(server.items())}", self._root

    @property
    def local_root(self) -> Optional[str]:
        """The path, if it is a folder of this machine."""
        protocol = getattr(self._file_system, "protocol", ())
        return self._root if "file" in (protocol, *protocol) else None

    def exists(self, name: str) -> bool:
        """Whether there is a file of this name."""
        with self.told("it cannot be read"):
            return self._fs.exists(self._at(name))

    def size(self, name: str) -> int:
        """Bytes of a file; raises FileNotFoundError if it is gone."""
        with self.told("it cannot be read", missing=True):
            return int(self._fs.size(self._at(name)) or 0)

    def open(self, name: str) -> io.BufferedReader:
        """A file to read; raises FileNotFoundError if it is gone."""
        with self.told("it cannot be read", missing=True):
            stream = self._fs.open(self._at(name), "rb", block_size=BLOCK)
        return io.BufferedReader(cast("io.RawIOBase", stream), 1 << 16)

    def read(self, name: str, start: int, end: int) -> bytes:
        """A piece of a file; raises FileNotFoundError if it is gone."""
        with self.told("it cannot be read back", missing=True):
            return self._fs.cat_file(self._at(name), start=start, end=end)

    def fetch(self, name: str, target: str) -> bool:
        """Copy a file to this machine; False if there is none."""
        with suppress(FileNotFoundError):
            os.unlink(target)
        try:
            with self.told(f"{name.rpartition('/')[2]} cannot be read", missing=True):
                self._fs.get_file(self._at(name), target)
                return True
        except FileNotFoundError:
            with suppress(FileNotFoundError):
                os.unlink(target)
            return False

    def files(self, inner: str = "") -> Iterator[tuple[str, int]]:
        """Names and sizes of everything below it, or below a folder of it."""
        with self.told("it cannot be listed"):
            for name, size in pages(self._fs, self._at(inner).rstrip("/")):
                if not name:
                    raise NotADirectoryError(20, "it is a file")
                yield name, size

    def put(self, path: str, name: str) -> None:
        """Bring a file there; it has its name when it is whole."""
        with self.told("it cannot be uploaded"):
            self._put(path, name)

    def move(self, source: str, target: str) -> None:
        """Give a file another name; raises FileNotFoundError if it is gone."""
        with self.told("a file cannot be moved", missing=True):
            if self.is_object_store:
                self._fs.cp_file(self._at(source), self._at(target))
                self._fs.rm_file(self._at(source))
            else:
                self._rename(source, target)

    def remove(self, name: str) -> None:
        """Delete a file, if it is there."""
        with suppress(FileNotFoundError), self.told("a file cannot be deleted", missing=True):
            self._fs.rm_file(self._at(name))

    def probe(self) -> None:
        """Find out whether it can be written to."""
        name = self._at(f"{self.hidden}/{uuid4().hex}")
        with self.told("it cannot be written to"):
            self._make(self._at(self.hidden))
            self._fs.pipe_file(name, b"firsthandapi")
        with suppress(Exception):  # some may write and not delete
            self._fs.rm_file(name)

    @contextmanager
    def writing(self) -> Generator[None, None, None]:
        """For those who have no hidden folder of their own: one, until the block ends."""
        self.hidden = f"{WORK}/{uuid4().hex}"
        try:
            yield
        finally:
            self.clean()

    def clean(self) -> bool:
        """Remove the hidden folder; whether there is none any more. Never raises.

        Without a hidden folder of its own it does not know, and says False.
        """
        self._made.clear()
        if not self.hidden or self.is_object_store:
            return bool(self.hidden)
        try:
            self._fs.rm(self._at(self.hidden), recursive=True)
        except FileNotFoundError:
            pass
        except Exception:
            return False
        with suppress(Exception):  # another machine may be at work
            self._fs.rmdir(self._at(self.hidden.rpartition("/")[0]))
        return True

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
        scheme = self.url.partition("://")[0].lower()
        library = fsspec(scheme, self._argument)
        try:
            library.get_filesystem_class(scheme)
        except ValueError:
            reason = f"{scheme}:// is no kind of storage that fsspec knows"
            raise FirstHandArgumentError(self._argument, reason) from None
        except ImportError as error:
            raise missing(scheme, self._argument, error) from error
        try:
            # An instance of our own: what it remembers goes with it, and is not what others have listed before.
            found, root = library.core.url_to_fs(self.url, skip_instance_cache=True)
        except Exception as error:
            reason = f"{self.location} cannot be used: {self._said(error)}"
            raise FirstHandArgumentError(self._argument, reason) from None
        return found, str(root).rstrip("/")

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _put(self, path: str, name: str) -> None:
        if self.is_object_store:
            self._fs.put_file(path, self._at(name), **self._pieces(os.path.getsize(path)))
            return
        # No two have the same name: a thread of a run that was given up may still be writing.
        part = f"{self.hidden}/{uuid4().hex}"
        try:
            self._make(self._at(self.hidden))
            self._fs.put_file(path, self._at(part))
            self._rename(part, name)
        except BaseException:
            self._made.clear()  # somebody may have removed a folder
            raise

    def _pieces(self, size: int) -> dict[str, int]:
        """What keeps the memory of an upload small, as far as the file system can be told."""
        wanted = {"chunksize": max(CHUNK, -(-size // MOST_CHUNKS >> 20) << 20), "max_concurrency": 1}
        known = inspect.signature(self._fs.put_file).parameters
        return {name: value for name, value in wanted.items() if name in known}

    def _rename(self, source: str, target: str) -> None:
        before, after = self._at(source), self._at(target)
        self._make(after.rpartition("/")[0])
        try:
            self._fs.mv(before, after)
        except FileExistsError:
            self._fs.rm_file(after)
            self._fs.mv(before, after)

    def _make(self, folder: str) -> None:
        """Make a folder. A store has none, and its library would make a bucket."""
        if self.is_object_store or folder in self._made:
            return
        self._fs.makedirs(folder, exist_ok=True)
        if len(self._made) > 1000:
            self._made.clear()
        self._made.add(folder)

    @contextmanager
    def told(self, what: str, *, missing: bool = False) -> Generator[None, None, None]:
        """Say what went wrong without a secret; `missing` lets FileNotFoundError through."""
        try:
            yield
        except (FirstHandError, Unreachable):
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


def fsspec(scheme: str, argument: str) -> Any:
    """The library."""
    try:
        import_module("fsspec.core")
        return import_module("fsspec")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "fsspec":
            raise
        raise ImportError(
            f"{argument}: {scheme}:// needs fsspec: pip install 'firsthandapi[fsspec]'", name="fsspec"
        ) from error


def missing(scheme: str, argument: str, error: ImportError) -> ImportError:
    """Say which package is missing for a kind of URL."""
    # Not an attribute: of fsspec it is something else that has this name.
    known = cast("dict[str, dict[str, str]]", import_module("fsspec.registry").known_implementations)
    package = known.get(scheme, {}).get("class", "").partition(".")[0]
    if package in ("", "fsspec"):
        return ImportError(f"{argument}: {scheme}:// cannot be used: {error}", name=error.name)
    return ImportError(f"{argument}: {scheme}:// needs {package}: pip install {package}", name=package)


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
    return [value for name, value in options.items() if isinstance(value, str) and value and SECRET.search(name)]
