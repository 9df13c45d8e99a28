"""How a download went: one row for each file, whatever became of it."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Literal, Optional, Union

from attrs import define, field, frozen

Status = Literal["fetched", "present", "failed"]


@frozen
class DownloadedFile:
    """What became of one file."""

    file_id: str
    path: Path
    """Where it is, or would be."""
    status: Status
    """`fetched` now, `present` and right before, or `failed`."""
    bytes: int = 0
    """Its size; 0 if it failed."""
    attempts: int = 0
    """How often it was asked for; 0 if it was present."""
    refreshed: int = 0
    """How often its link was renewed."""
    error: Optional[str] = None
    """Why it failed."""


@define
class DownloadReport:
    """The outcome of `files.download_all`: `files` has exactly one row for each approved file."""

    output_dir: Path
    manifest: Path
    """The `metadata.jsonl` beside the files; it lists those that are on disk."""
    files: list[DownloadedFile] = field(factory=list["DownloadedFile"])

    @property
    def fetched(self) -> list[DownloadedFile]:
        """Files that were fetched now."""
        return [row for row in self.files if row.status == "fetched"]

    @property
    def present(self) -> list[DownloadedFile]:
        """Files that were there before, with the right content."""
        return [row for row in self.files if row.status == "present"]

    @property
    def failed(self) -> list[DownloadedFile]:
        """Files that are not on disk; each row says why."""
        return [row for row in self.files if row.status == "failed"]

    def __str__(self) -> str:
        fetched = sum(row.bytes for row in self.fetched)
        return (
            f"{len(self.fetched)} fetched ({fetched / 1e6:.1f} MB), {len(self.present)} present, "
            f"{len(self.failed)} failed, in {self.output_dir}"
        )


@frozen
class DownloadProgress:
    """How far a download is; handed to the callback after each piece, from the thread that fetched it."""

    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int


ProgressCallback = Callable[[DownloadProgress], None]
Progress = Union[ProgressCallback, bool, None]
