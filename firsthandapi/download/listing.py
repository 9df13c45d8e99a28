"""What lies at a URL, name by name: asked for once, kept in a private temporary database, gone with the process.

fsspec's own `find` keeps all that a store says of every object, 1.4 KB each, until the last one is there. S3 and Google
Cloud Storage are asked page by page instead, by what s3fs and gcsfs offer for any request.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Any, Optional, Protocol

from .scratch import Database


class Listed(Protocol):
    """As much of `fsspec.AbstractFileSystem` as a listing needs."""

    def find(self, path: str, *, detail: bool) -> dict[str, dict[str, Any]]: ...
    def invalidate_cache(self) -> None: ...


def pages(fs: Listed, root: str) -> Iterator[tuple[str, int]]:
    """Names and sizes of the files below a folder; none if there is no such folder. A file is one without a name."""
    try:
        if hasattr(fs, "call_s3"):
            yield from _s3(fs, root)
        elif type(fs).__module__.startswith("gcsfs"):
            yield from _gcs(fs, root)
        else:
            yield from _find(fs, root)
    except FileNotFoundError:
        return


def _s3(fs: Any, root: str) -> Iterator[tuple[str, int]]:
    bucket, prefix = _split(fs, root)
    ask = {"Bucket": bucket, "Prefix": prefix, **getattr(fs, "req_kw", {})}
    while True:
        page = fs.call_s3("list_objects_v2", **ask)
        yield from ((found["Key"][len(prefix) :], found["Size"]) for found in page.get("Contents", ()))
        if not page.get("IsTruncated"):
            return
        ask["ContinuationToken"] = page["NextContinuationToken"]


def _gcs(fs: Any, root: str) -> Iterator[tuple[str, int]]:
    bucket, prefix = _split(fs, root)
    ask = {"prefix": prefix, "maxResults": 1000, "fields": "items(name,size),nextPageToken"}
    while True:
        page = fs.call("GET", "b/{}/o", bucket, json_out=True, **ask)
        yield from ((found["name"][len(prefix) :], int(found["size"])) for found in page.get("items", ()))
        if not page.get("nextPageToken"):
            return
        ask["pageToken"] = page["nextPageToken"]


def _find(fs: Listed, root: str) -> Iterator[tuple[str, int]]:
    fs.invalidate_cache()
    found = fs.find(root, detail=True)
    fs.invalidate_cache()
    while found:
        path, about = found.popitem()
        size = about.get("size")
        if isinstance(size, int):
            yield path[len(root) :].lstrip("/"), size


def _split(fs: Any, root: str) -> tuple[str, str]:
    """The bucket, and what the keys of its objects start with."""
    bucket, key, _ = fs.split_path(root)
    return bucket, f"{key}/" if key else ""


class Listing:
    """Sizes of files by name. Shared by threads."""

    def __init__(self, files: Iterable[tuple[str, int]] = ()) -> None:
        self._db = Database("CREATE TABLE files (name TEXT PRIMARY KEY, size INTEGER) WITHOUT ROWID")
        self._lock = Lock()
        self._db.enter("INSERT OR REPLACE INTO files VALUES (?, ?)", files)

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
