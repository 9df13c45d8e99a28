"""How a download went: one row for each file, whatever became of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Callable, Literal, Optional, Union

from attrs import define, field, frozen

from .folder import local_path

Status = Literal["fetched", "present", "failed", "withdrawn"]


@frozen
class DownloadedFile:
    """What became of one file."""

    file_id: str
    location: str
    """Where it is, or would be: a path, or a URL."""
    status: Status
    """`fetched` now, `present` and right before, `failed`, or `withdrawn`: here, but no longer listed."""
    bytes: int = 0
    """Its size as the service has it; 0 if it failed."""
    attempts: int = 0
    """How often it was asked for; 0 if it was present."""
    refreshed: int = 0
    """How often its link was renewed."""
    resumed: int = 0
    """Bytes that an interrupted attempt, in this run or an earlier one, had brought and that were not fetched again."""
    seconds: float = 0.0
    """How long it took, pauses included."""
    error: Optional[str] = None
    """Why it failed."""
    removed: tuple[str, ...] = ()
    """Which metadata was taken out of it, such as `exif`; only with `strip_metadata`."""

    @property
    def path(self) -> Path:
        """Where it is, or would be; FirstHandArgumentError at a URL."""
        return local_path(self.location)


@define
class DownloadReport:
    """The outcome of a download: `files` has exactly one row for each file, in the order of the list."""

    location: str
    """The folder: a path, or a URL without user, password and query."""
    manifest_location: str
    """The `metadata.jsonl` beside the files; it lists those that are there."""
    files: Sequence[DownloadedFile] = field(factory=list["DownloadedFile"])
    """The rows; of a large job they are kept in a temporary file, not in memory."""

    @property
    def output_dir(self) -> Path:
        """The folder; FirstHandArgumentError at a URL."""
        return local_path(self.location)

    @property
    def manifest(self) -> Path:
        """The path of the manifest; FirstHandArgumentError at a URL."""
        return local_path(self.manifest_location)

    @property
    def fetched(self) -> list[DownloadedFile]:
        """Files that were fetched now."""
        return self._with("fetched")

    @property
    def present(self) -> list[DownloadedFile]:
        """Files that were there before, with the right content."""
        return self._with("present")

    @property
    def failed(self) -> list[DownloadedFile]:
        """Files that are not there; each row says why."""
        return self._with("failed")

    @property
    def withdrawn(self) -> list[DownloadedFile]:
        """Files that an earlier run brought and the service no longer lists; only `files.sync` looks for them."""
        return self._with("withdrawn")

    @property
    def resumed(self) -> list[DownloadedFile]:
        """Files that were fetched in more than one piece."""
        return [row for row in self.files if row.resumed]

    @property
    def refreshed(self) -> list[DownloadedFile]:
        """Files whose link was renewed."""
        return [row for row in self.files if row.refreshed]

    def _with(self, status: Status) -> list[DownloadedFile]:
        from .ledger import Rows

        if isinstance(self.files, Rows):
            return self.files.with_status(status)
        return [row for row in self.files if row.status == status]

    def __str__(self) -> str:
        counts = {"fetched": 0, "present": 0, "failed": 0, "withdrawn": 0}
        size = 0
        for row in self.files:
            counts[row.status] += 1
            size += row.bytes if row.status == "fetched" else 0
        gone = f", {counts['withdrawn']} withdrawn" if counts["withdrawn"] else ""
        return (
            f"{counts['fetched']} fetched ({size / 1e6:.1f} MB), {counts['present']} present, "
            f"{counts['failed']} failed{gone}, in {self.location}"
        )


@frozen
class DownloadProgress:
    """How far a download is; handed to the callback after each piece, from the thread that fetched it.

    The totals grow while the job's files are listed, which is done ahead of fetching them; with a plan they are whole
    from the start.
    """

    files_done: int
    files_total: int
    bytes_done: int
    """Starts at what was there already."""
    bytes_total: int


ProgressCallback = Callable[[DownloadProgress], None]
Progress = Union[ProgressCallback, bool, None]
