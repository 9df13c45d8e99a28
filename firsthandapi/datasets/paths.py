"""Where a data set's files are: paths of this machine, and paths at a URL that read like them."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BufferedReader
from os import PathLike
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Union

from ..download.place import url_of
from ..errors import FirstHandArgumentError, FirstHandConnectionError

if TYPE_CHECKING:
    from ..download.store import Store


AT_ONCE = 4
"""Files that are sent at once: of large ones, two pieces of each are in memory."""


class URLPath(PathLike[str]):
    """A file or folder at a URL, with as much of `pathlib.Path` as reading takes; nothing is fetched before it is read.

    It is made by `Dataset.open` with a URL. What takes only files of this machine refuses it; what takes an open file
    is given `path.open("rb")`.

    >>> path = URLPath.of("memory://menus") / "a.jpg"
    >>> str(path), path.name, path.suffix
    ('memory://menus/a.jpg', 'a.jpg', '.jpg')
    """

    def __init__(self, store: Store, inner: str = "") -> None:
        self._store, self._inner = store, inner

    @classmethod
    def of(cls, url: str, argument: str = "path") -> URLPath:
        """The folder or file at a URL; see `Store` for what is raised."""
        from ..download.store import Store

        return cls(Store(url, argument))

    def __str__(self) -> str:
        return f"{self._store.location}/{self._inner}".rstrip("/")

    def __repr__(self) -> str:
        return f"URLPath({str(self)!r})"

    def __fspath__(self) -> str:
        raise FirstHandArgumentError("path", f"{self} is no path of this machine: read it with open('rb')")

    def __truediv__(self, name: str) -> URLPath:
        return URLPath(self._store, self._under(name))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, URLPath) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def key(self) -> tuple[str, str]:
        """Storage and path, the same under every spelling of the URL."""
        storage, root = self._store.key
        return storage, f"{root}/{self._inner}".rstrip("/")

    @property
    def name(self) -> str:
        """Its last part."""
        return str(self).rpartition("/")[2]

    @property
    def suffix(self) -> str:
        """The extension, with its dot; empty if there is none."""
        return PurePosixPath(self.name).suffix

    @property
    def stem(self) -> str:
        """The name without extension."""
        return PurePosixPath(self.name).stem

    def resolve(self) -> URLPath:
        """Itself: there are no links at a URL."""
        return self

    def is_file(self) -> bool:
        """Whether there is such a file; FirstHandConnectionError if that cannot be found out."""
        with _as_connection_error(self):
            return self._store.exists(self._inner)

    def stat(self) -> os.stat_result:
        """Its size, as `st_size`; every other number is 0. Raises FileNotFoundError if it is gone."""
        with _as_connection_error(self):
            return os.stat_result((stat.S_IFREG, 0, 0, 0, 0, 0, self._store.size(self._inner), 0, 0, 0))

    def open(self, mode: str = "rb") -> BufferedReader:
        """Read it, a few megabytes at a time.

        Raises:
            FirstHandArgumentError: It is to be opened for something else than reading bytes.
            FileNotFoundError: It is gone.
            FirstHandConnectionError: It cannot be read; the text says why, without secrets.
        """
        if mode != "rb":
            raise FirstHandArgumentError("mode", f"must be 'rb' at a URL, not {mode!r}")
        with _as_connection_error(self):
            return self._store.open(self._inner)

    def read_bytes(self) -> bytes:
        """All of it."""
        with self.open() as stream:
            return stream.read()

    def files(self) -> Iterator[str]:
        """Names of all files below it."""
        with _as_connection_error(self):
            for name, _ in self._store.files(self._inner):
                yield name

    def put(self, files: Mapping[str, Path]) -> None:
        """Bring files of this machine here, by their names below it; each has its name when it is whole."""
        with _as_connection_error(self), self._store.writing(), ThreadPoolExecutor(AT_ONCE, "firsthandapi-put") as pool:
            tasks = [pool.submit(self._store.put, os.fspath(path), self._under(name)) for name, path in files.items()]
            try:
                for task in tasks:
                    task.result()
            finally:
                for task in tasks:
                    task.cancel()

    def remove(self, name: str) -> None:
        """Delete a file below it, if it is there."""
        with _as_connection_error(self):
            self._store.remove(self._under(name))

    def read_text(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """All of it, as text."""
        return self.read_bytes().decode(encoding, errors)

    def _under(self, name: str) -> str:
        return "/".join(filter(None, (self._inner, name)))


FilePath = Union[Path, URLPath]


def file_path(place: Union[str, PathLike[str]], argument: str) -> FilePath:
    """The path or URL that was asked for; a clear error, about this argument, where it is neither."""
    if isinstance(place, URLPath):
        return place
    if not isinstance(place, (str, PathLike)) or not str(place):
        raise FirstHandArgumentError(argument, f"must be a path or a URL, not {place!r}")
    url = url_of(place, argument)
    if url is None:
        return Path(place)
    found = URLPath.of(url, argument)
    inside = found._store.local_root
    return found if inside is None else Path(inside)


def new_file(place: Union[str, PathLike[str]]) -> FilePath:
    """The file to write that was asked for, as the argument `path`."""
    url = url_of(place, "path")
    if url is None:
        return file_path(place, "path")
    folder, _, name = url.rstrip("/").rpartition("/")
    return file_path(f"{folder}/", "path") / name


def is_within(path: FilePath, folder: FilePath) -> bool:
    """Whether a path is a folder, or lies below it."""
    if isinstance(path, URLPath) and isinstance(folder, URLPath):
        (storage, inner), (other, outer) = path.key, folder.key
        return storage == other and f"{inner}/".startswith(f"{outer}/")
    if isinstance(path, URLPath) or isinstance(folder, URLPath):
        return False
    return folder.resolve() in (path.resolve(), *path.resolve().parents)


def lies_in(path: FilePath, folder: FilePath) -> bool:
    """Whether a file lies in a folder itself, not below."""
    if isinstance(path, URLPath) or isinstance(folder, URLPath):
        return path == folder / path.name
    return path.resolve().parent == folder.resolve()


@contextmanager
def _as_connection_error(path: URLPath) -> Generator[None, None, None]:
    from ..download.store import Unreachable

    try:
        yield
    except Unreachable as error:
        raise FirstHandConnectionError(f"{path}: {error}") from None
