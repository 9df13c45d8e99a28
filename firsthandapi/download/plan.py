"""What a download would do, before it does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Optional, Union, overload

from attrs import define, field, frozen

from ..models import File
from .folder import local_path
from .ledger import Ledger, items_of
from .manifest import Manifest
from .place import Place
from .presence import State, look
from .spool import Spool

PAGE = 100
"""Files that are handed out at a time."""


@frozen
class PlannedFile:
    """One file of a plan."""

    file_id: str
    location: str
    """Where it will be: a path, or a URL."""
    state: State
    """`present` and right, `missing`, or `stale`: something else lies there, or an older version."""
    bytes: Optional[int]
    """Its size; None where the service does not say."""

    @property
    def path(self) -> Path:
        """Where it will be; FirstHandArgumentError at a URL."""
        return local_path(self.location)


@define(eq=False)
class DownloadPlan:
    """What `files.download_all(plan=...)` will do; nothing has been fetched or written yet."""

    location: str
    """The folder: a path, or a URL without user, password and query."""
    name: str
    """The template of the files' names."""
    strip_metadata: bool
    _place: Place = field(alias="place", repr=False)
    _spool: Spool = field(alias="spool", repr=False)
    count: int = 0
    """How many files there are."""
    present: int = 0
    """How many are on disk and right."""
    missing: int = 0
    """How many are not on disk."""
    stale: int = 0
    """How many have to be replaced."""
    bytes: int = 0
    """Bytes to fetch, as far as the service says how large its files are."""
    free_disk: int = 0
    """Bytes that could be written when the plan was made; for a URL, in its staging folder."""
    room: int = 0
    """Bytes that it needs on the disk: all of them, or for a URL those of the largest file."""

    @property
    def fits(self) -> bool:
        """Whether the disk had room for it."""
        return self.room <= self.free_disk

    @property
    def output_dir(self) -> Path:
        """The folder; FirstHandArgumentError at a URL."""
        return local_path(self.location)

    @property
    def files(self) -> Sequence[PlannedFile]:
        """One row for each file, kept in a temporary file."""
        return _Rows(self._spool, self._place)

    def pages(self) -> Iterator[list[File]]:
        """The files as the service listed them, a hundred at a time."""
        for start in range(0, len(self._spool), PAGE):
            stop = min(start + PAGE, len(self._spool))
            yield [File.from_dict(self._spool[index]["file"]) for index in range(start, stop)]

    def __str__(self) -> str:
        return (
            f"{self.count} files: {self.present} present, {self.missing} missing, {self.stale} stale; "
            f"{self.bytes / 1e6:.1f} MB to fetch, {self.free_disk / 1e6:.1f} MB free, in {self.location}"
        )


class Planner:
    """Makes a plan from files as they are listed."""

    def __init__(self, place: Place, name: str, *, strip_metadata: bool, trust: bool) -> None:
        self._spool = Spool()
        self.plan: DownloadPlan = DownloadPlan(place.location, name, strip_metadata, place=place, spool=self._spool)
        self._place, self._trust = place, trust
        self._ledger = Ledger()
        place.open(write=False)
        Manifest(place).load(self._ledger)
        self.plan.free_disk = place.folder.free()

    def add(self, files: list[File]) -> None:
        """Look at more files."""
        plan = self.plan
        for item in items_of(files, self._ledger, plan.name):
            state = look(item, self._place, trust=self._trust, strip=plan.strip_metadata).state
            plan.count += 1
            plan.present += state == "present"
            plan.missing += state == "missing"
            plan.stale += state == "stale"
            size = 0 if state == "present" else item.size or 0
            plan.bytes += size
            plan.room = max(plan.room, size) if self._place.is_remote else plan.bytes
            row = {"id": item.file.id, "name": item.name, "state": state, "bytes": item.size}
            self._spool.append({**row, "file": dict(item.file._wire)})


class _Rows(Sequence[PlannedFile]):
    """The rows of a plan, read when they are looked at."""

    def __init__(self, spool: Spool, place: Place) -> None:
        self._spool, self._place = spool, place

    def __len__(self) -> int:
        return len(self._spool)

    @overload
    def __getitem__(self, index: int) -> PlannedFile: ...
    @overload
    def __getitem__(self, index: slice) -> list[PlannedFile]: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[PlannedFile, list[PlannedFile]]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        found: dict[str, Any] = self._spool[index + len(self) if index < 0 else index]
        return PlannedFile(found["id"], self._place.locate(found["name"]), found["state"], found["bytes"])

    def __repr__(self) -> str:
        return repr(list(self)) if len(self) <= 10 else f"<{len(self)} rows>"
