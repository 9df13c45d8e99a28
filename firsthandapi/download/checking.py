"""Is a folder still what was downloaded? From its manifest alone: no client, no network."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Literal, Union

from attrs import frozen

from ..errors import FirstHandArgumentError
from .folder import WORK, output_path
from .item import hash_of
from .manifest import JOURNAL, NAME, Entry, current


@frozen
class VerifiedFile:
    """What was found at a file's place."""

    file_id: str
    path: Path
    status: Literal["ok", "missing", "changed", "unknown"]
    """`unknown`: the manifest has no hash to compare with; its size is right."""
    bytes: int
    """Its size on disk; 0 if it is missing."""


@frozen
class VerifyReport:
    """The outcome of `verify`."""

    output_dir: Path
    files: list[VerifiedFile]
    """One row for each file of the manifest that is not `ok`."""
    ok: int
    """How many are."""

    @property
    def is_whole(self) -> bool:
        """Whether every file of the manifest is there and right."""
        return not [row for row in self.files if row.status != "unknown"]

    def __str__(self) -> str:
        bad = ", ".join(f"{row.path.name} {row.status}" for row in self.files[:3])
        more = f", and {len(self.files) - 3} more" if len(self.files) > 3 else ""
        return f"{self.ok} ok in {self.output_dir}" + (f"; {bad}{more}" if bad else "")


def verify(output_dir: Union[str, PathLike[str]]) -> VerifyReport:
    """Read every file of a folder's manifest and compare its SHA-256; `client.files.repair` fetches it again.

    Args:
        output_dir: A folder that `client.files.download_all` filled.

    Returns:
        A report with a row for each file that is missing or changed.

    Raises:
        FirstHandArgumentError: There is no such folder, or its manifest is none.
    """
    folder = output_path(output_dir)
    if not folder.is_dir():
        raise FirstHandArgumentError("output_dir", f"{folder} does not exist")
    if not (folder / NAME).exists() and not (folder / WORK / JOURNAL).exists():
        raise FirstHandArgumentError("output_dir", f"{folder} has no {NAME}: nothing was downloaded there")
    bad: list[VerifiedFile] = []
    ok = 0
    for entry in current(folder):
        row = _look(folder, entry)
        if row.status == "ok":
            ok += 1
        else:
            bad.append(row)
    return VerifyReport(folder, bad, ok)


def _look(folder: Path, entry: Entry) -> VerifiedFile:
    path, known = folder / entry.name, entry.known
    try:
        size = path.stat().st_size
        if known.size is not None and size != known.size:
            return VerifiedFile(entry.id, path, "changed", size)
        if known.sha256 is None:
            return VerifiedFile(entry.id, path, "unknown", size)
        return VerifiedFile(entry.id, path, "ok" if hash_of(path) == known.sha256 else "changed", size)
    except (FileNotFoundError, NotADirectoryError):
        return VerifiedFile(entry.id, path, "missing", 0)
    except OSError:  # it cannot be read, or a folder lies at its place
        return VerifiedFile(entry.id, path, "changed", 0)
