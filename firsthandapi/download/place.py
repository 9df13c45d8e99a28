"""Where files end up: a folder of this machine, or one at a URL.

A *place* is what a run, a plan and `verify` know of that folder; files in it are called by their names. `Local` is
plain calls of the operating system. A place at a URL is in `remote`; a run there works in a folder of this machine
too, its *staging folder*, with the lock, the part files and the journal in it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Callable, NamedTuple, Optional, Protocol, Union

from ..errors import FirstHandArgumentError
from .durable import flush_files, flush_folder
from .folder import URL, Folder, output_path
from .item import Item, hash_of
from .manifest import NAME

if TYPE_CHECKING:
    from .ledger import Ledger
    from .part import Part

QUARANTINE = ".withdrawn"
"""Hidden, so that no loader of datasets takes a file from there."""
CHAINED = re.compile(r"\w+::")
SQUEEZED = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+:)[/\\](?![/\\])")
"""What `pathlib.Path` makes of a URL."""


class Found(NamedTuple):
    """A file at its place."""

    size: int
    mtime_ns: Optional[int]
    """None where a place has no times that are the files' own."""


class Place(Protocol):
    """A folder of finished files. From `open` on; methods may be called by several threads."""

    @property
    def folder(self) -> Folder:
        """Where a run works: the folder itself, or the staging folder of a URL."""
        ...

    @property
    def location(self) -> str:
        """Path or URL, as it may be shown to anybody."""
        ...

    @property
    def is_remote(self) -> bool:
        """Whether it is at a URL."""
        ...

    @property
    def manifest(self) -> Path:
        """The manifest, or a copy as it was when the place was opened. There may be none."""
        ...

    @property
    def closed(self) -> Optional[str]:
        """Why no more files can be taken; None if they can."""
        ...

    def open(self, *, write: bool) -> None:
        """Look at what is there, and whether it can be written to if asked. A run holds the folder's lock by then."""
        ...

    def close(self) -> None:
        """Remove what a run needed there for itself. Never raises."""
        ...

    def exists(self) -> bool:
        """Whether there is such a folder."""
        ...

    def locate(self, name: str) -> str:
        """Path or URL of a file, as it may be shown to anybody."""
        ...

    def stat(self, name: str) -> Found:
        """What lies at a file's place; raises OSError if nothing does."""
        ...

    def has(self, name: str) -> bool:
        """Whether a file lies there."""
        ...

    def sha256(self, name: str) -> str:
        """Read a file; raises FileNotFoundError if it is gone."""
        ...

    def send(self, item: Item, path: str, go_on: Callable[[], None]) -> None:
        """Bring a whole file there, if it is elsewhere; its line is not in the journal yet. `go_on` raises to stop."""
        ...

    def settle(self, item: Item, part: Part, *, cleaned: bool) -> None:
        """A file's line is in the journal: give the part its name, or remove what was sent."""
        ...

    def rebase(self, ledger: Ledger) -> tuple[Path, ...]:
        """Enter lines that others put into the manifest since `open`; returns where they stand, as source 2."""
        ...

    def publish(self, part: Path, names: Iterable[str]) -> None:
        """Replace the manifest by a new one, when the files that only the journal has named are there for sure."""
        ...

    def quarantine(self, files: Sequence[tuple[str, str]]) -> None:
        """Move files, given by id and name, to a hidden folder, and note it there first."""
        ...

    def delete(self, name: str) -> None:
        """Delete a file, if it is there."""
        ...

    def flush(self, names: Iterable[str]) -> None:
        """Wait until it is sure that these files are not there any more."""
        ...


class Local:
    """A folder of this machine."""

    is_remote = False
    closed: Optional[str] = None

    def __init__(self, path: Path) -> None:
        self.folder: Folder = Folder(path)
        self.location: str = os.fspath(path)
        self.manifest: Path = path / NAME

    def open(self, *, write: bool) -> None:
        """Nothing is kept of what is there, and the lock shows whether it can be written to."""

    def close(self) -> None:
        """The folder's lock does that."""

    def exists(self) -> bool:
        return self.folder.path.is_dir()

    def locate(self, name: str) -> str:
        return os.path.join(self.location, name if os.sep == "/" else name.replace("/", os.sep))

    def stat(self, name: str) -> Found:
        found = os.stat(self.locate(name))
        return Found(found.st_size, found.st_mtime_ns)

    def has(self, name: str) -> bool:
        return os.path.isfile(self.locate(name))

    def sha256(self, name: str) -> str:
        return hash_of(Path(self.locate(name)))

    def send(self, item: Item, path: str, go_on: Callable[[], None]) -> None:
        """It is on the same disk: it only has to get its name."""

    def settle(self, item: Item, part: Part, *, cleaned: bool) -> None:
        part.move_to(self.locate(item.name), cleaned=cleaned)

    def rebase(self, ledger: Ledger) -> tuple[Path, ...]:
        """The lock keeps others out."""
        return ()

    def publish(self, part: Path, names: Iterable[str]) -> None:
        flush_files(self.location, names)
        os.replace(part, self.manifest)
        flush_folder(self.location)

    def quarantine(self, files: Sequence[tuple[str, str]]) -> None:
        hidden = self.folder.path / QUARANTINE
        for id, name in files:
            target = hidden / name
            target.parent.mkdir(parents=True, exist_ok=True)
            # First the note, then the move: a file in there is always accounted for.
            with (hidden / NAME).open("ab") as notes:
                notes.write(note(id, name))
            with suppress(FileNotFoundError):
                os.replace(self.locate(name), target)

    def delete(self, name: str) -> None:
        with suppress(FileNotFoundError):
            os.unlink(self.locate(name))

    def flush(self, names: Iterable[str]) -> None:
        for folder in {os.path.dirname(self.locate(name)) for name in names}:
            flush_folder(folder)


def place_of(output_dir: Union[str, PathLike[str]]) -> Place:
    """The folder that was asked for, whether it is there or not; a clear error where there can be none.

    Raises:
        FirstHandArgumentError: It is no path and no URL of a known kind.
        ImportError: The library for this kind of URL is not installed; the text names it.
    """
    url = url_of(output_dir, "output_dir")
    if url is not None:
        from .remote import Remote
        from .store import Store

        store = Store(url)
        if store.local_root is None:
            return Remote(store)
        output_dir = store.local_root  # one lock and one journal, whether it is called by its path or by its URL
    return Local(output_path(output_dir))


def url_of(place: Union[str, PathLike[str]], argument: str) -> Optional[str]:
    """The URL, if it is one; a clear error, about this argument, if it was meant to be one."""
    text = str(place)
    if isinstance(place, str) and URL.match(text):
        return text
    if "://" in text and CHAINED.match(text):
        raise FirstHandArgumentError(argument, "is a chain of URLs, which is not taken: give the last one")
    squeezed = None if isinstance(place, str) else SQUEEZED.match(text)
    if squeezed and not Path(squeezed[1]).exists():
        raise FirstHandArgumentError(argument, "is a URL in a Path, which loses a slash of it: give it as a str")
    return None


def note(id: str, name: str) -> bytes:
    """What is noted of a file that was withdrawn."""
    return json.dumps({"file_name": name, "id": id}, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
