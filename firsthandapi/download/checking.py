"""Is a folder still what was downloaded? From its manifest alone: no client, and no network unless it is at a URL."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Union

from attrs import frozen

from ..errors import FirstHandArgumentError, FirstHandConnectionError
from .engine import EngineError
from .folder import local_path
from .manifest import Entry, check_there, current
from .place import Place, place_of

if TYPE_CHECKING:
    from concurrent.futures import Future

AT_ONCE = 16
"""Files that are read at once from a URL, where each is mostly waited for."""


@frozen
class VerifiedFile:
    """What was found at a file's place."""

    file_id: str
    location: str
    """Where it is, or should be: a path, or a URL."""
    status: Literal["ok", "missing", "changed", "unknown"]
    """`unknown`: the manifest has no hash to compare with; its size is right. `changed` too if it has neither."""
    bytes: int
    """Its size as it lies there; 0 if it is missing."""

    @property
    def path(self) -> Path:
        """Where it is, or should be; FirstHandArgumentError at a URL."""
        return local_path(self.location)


@frozen
class VerifyReport:
    """The outcome of `verify`."""

    location: str
    """The folder: a path, or a URL without user, password and query."""
    files: list[VerifiedFile]
    """One row for each file of the manifest that is not `ok`."""
    ok: int
    """How many are."""

    @property
    def output_dir(self) -> Path:
        """The folder; FirstHandArgumentError at a URL."""
        return local_path(self.location)

    @property
    def is_whole(self) -> bool:
        """Whether every file of the manifest is there and right."""
        return not [row for row in self.files if row.status != "unknown"]

    def __str__(self) -> str:
        bad = ", ".join(f"{Path(row.location).name} {row.status}" for row in self.files[:3])
        more = f", and {len(self.files) - 3} more" if len(self.files) > 3 else ""
        return f"{self.ok} ok in {self.location}" + (f"; {bad}{more}" if bad else "")


def verify(output_dir: Union[str, PathLike[str]]) -> VerifyReport:
    """Read every file of a folder's manifest and compare its SHA-256; `client.files.repair` fetches it again.

    Args:
        output_dir: A folder that `client.files.download_all` filled, or its URL, such as `s3://bucket/menus`; then all
            bytes come over the network.

    Returns:
        A report with a row for each file that is missing or changed.

    Raises:
        FirstHandArgumentError: There is no such folder, or its manifest is none.
        FirstHandConnectionError: A file at a URL cannot be read.
        ImportError: fsspec, or the library for this kind of URL, is not installed.
    """
    place = place_of(output_dir)
    if not place.is_remote and not place.exists():
        raise FirstHandArgumentError("output_dir", f"{place.location} does not exist")
    place.open(write=False)
    check_there(place)
    bad: list[VerifiedFile] = []
    ok = 0
    try:
        for row in _rows(place):
            if row.status == "ok":
                ok += 1
            else:
                bad.append(row)
    except EngineError as error:
        raise FirstHandConnectionError(f"{place.location}: {error}") from None
    return VerifyReport(place.location, bad, ok)


def _rows(place: Place) -> Iterator[VerifiedFile]:
    if not place.is_remote:
        yield from (_look(place, entry) for entry in current(place))
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(AT_ONCE, "firsthandapi-verify") as pool:
        ahead: deque[Future[VerifiedFile]] = deque()
        try:
            for entry in current(place):
                ahead.append(pool.submit(_look, place, entry))
                if len(ahead) > 2 * AT_ONCE:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()


def _look(place: Place, entry: Entry) -> VerifiedFile:
    location, known = place.locate(entry.name), entry.known
    try:
        size = place.stat(entry.name).size
        if known.size is not None and size != known.size:
            return VerifiedFile(entry.id, location, "changed", size)
        if known.sha256 is None and known.size is None:
            return VerifiedFile(entry.id, location, "changed", size)
        if known.sha256 is None:
            return VerifiedFile(entry.id, location, "unknown", size)
        is_right = place.sha256(entry.name) == known.sha256
        return VerifiedFile(entry.id, location, "ok" if is_right else "changed", size)
    except (FileNotFoundError, NotADirectoryError):
        return VerifiedFile(entry.id, location, "missing", 0)
    except OSError:  # it cannot be read, or a folder lies at its place
        return VerifiedFile(entry.id, location, "changed", 0)
