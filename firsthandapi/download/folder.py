"""The folder of a dataset, and the hidden one in it where a run works.

`.firsthandapi` holds the lock, the part files and the journal of a run. When every file is there it is removed, so
that what is left is the files and their manifest.

The *lock* is the operating system's, on a file: two runs on one folder never mix, in two processes or in one, and it
is gone with its process, however that ended.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import Optional, Union

from .._log import logger
from ..errors import FirstHandArgumentError

WORK = ".firsthandapi"
LOCK = "lock"
URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
"""One letter is a drive of Windows."""


class Folder:
    """Where a run writes; held by one run at a time, from `try_lock` to `unlock`."""

    def __init__(self, path: Path, *, private: bool = False) -> None:
        self.path = path
        self._is_private = private
        self._mode = 0o700 if private else 0o777
        self.work: Path = path / WORK
        self.left: frozenset[str] = frozenset()
        """Names of what an earlier run left in the hidden folder, from `try_lock` on."""
        self.was_empty: bool = False
        """Whether there was nothing else, from `try_lock` on."""
        self._descriptor: Optional[int] = None

    def try_lock(self) -> bool:
        """Make the folder if it is missing, and take it; False while another run has it."""
        try:
            while self._descriptor is None:
                self._make()
                with suppress(FileNotFoundError):  # a run that ended just now removed the folder
                    try:
                        self.work.mkdir()
                    except FileExistsError:
                        if self.work.is_file():
                            raise
                    descriptor = os.open(self.work / LOCK, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
                    if not _lock(descriptor):
                        os.close(descriptor)
                        return False
                    if _is_at(descriptor, self.work / LOCK):
                        self._descriptor = descriptor
                        self.left = frozenset(os.listdir(self.work))
                        self.was_empty = os.listdir(self.path) == [WORK]
                    else:
                        os.close(descriptor)
        except (FileExistsError, NotADirectoryError):
            if self.work.is_file():
                blocked = f"{self.work} is a file, where a download keeps its own: move it away"
                raise FirstHandArgumentError("output_dir", blocked) from None
            raise FirstHandArgumentError("output_dir", f"{self.path} is a file, or lies below one") from None
        except OSError as error:
            self.unlock()
            reason = error.strerror or error
            raise FirstHandArgumentError("output_dir", f"{self.path} cannot be written to: {reason}") from error
        return True

    def _make(self) -> None:
        try:
            self.path.mkdir(self._mode, parents=True, exist_ok=True)
        except FileExistsError:
            # It was there, and gone when Python looked what it is: a run that ended just now removed it. The next one
            # may make it again at any time, so one look must do.
            with suppress(FileNotFoundError):
                if not stat.S_ISDIR(os.lstat(self.path).st_mode):
                    raise

    def unlock(self) -> None:
        """Let the next run in. The hidden folder goes too, unless a part file or a journal is worth keeping.

        So does the folder itself, where it is nothing but a place to work in, when it is empty.
        """
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        try:
            left = [entry.name for entry in os.scandir(self.work) if entry.name != LOCK]
        except OSError:  # somebody removed it, or it cannot be read
            left = [LOCK]
        if sys.platform == "win32":
            os.close(descriptor)  # Windows does not remove what is open
        if not left:
            with suppress(OSError):
                (self.work / LOCK).unlink()
            with suppress(OSError):
                self.work.rmdir()
            if self._is_private:
                with suppress(OSError):
                    self.path.rmdir()
        if sys.platform != "win32":
            os.close(descriptor)

    def free(self) -> int:
        """Bytes that can still be written there."""
        place = self.path
        while not place.exists() and place != place.parent:
            place = place.parent
        return shutil.disk_usage(place).free


def output_path(output_dir: Union[str, PathLike[str]]) -> Path:
    """The folder that was asked for, whether it is there or not; a clear error where there can be none."""
    if not isinstance(output_dir, (str, PathLike)) or not str(output_dir):
        raise FirstHandArgumentError("output_dir", f"must be a path, not {output_dir!r}")
    folder = Path(output_dir).expanduser()
    for place in (folder, *folder.parents):
        try:
            # In this order: another run may be making it at this moment.
            if place.exists():
                if place.is_dir():
                    return folder
                raise FirstHandArgumentError("output_dir", f"{folder} is a file, or lies below one")
        except OSError as error:
            raise FirstHandArgumentError("output_dir", f"{folder} cannot be used: {error.strerror}") from error
    return folder


def local_path(location: str) -> Path:
    """The path that a location is; a clear error where it is a URL."""
    if URL.match(location):
        raise FirstHandArgumentError("output_dir", f"{location} is no path of this machine: use its `location`")
    return Path(location)


def _lock(descriptor: int) -> bool:
    """Take the lock on an open file; False if somebody else has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as error:
        # Some network file systems have no locks. A second run there is not kept out, but no wrong file comes of it:
        # every file is checked before it gets its name.
        logger.warning("the file system has no locks (%s): keep other downloads out of this folder", error.strerror)
    return True


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is still the one at this path: the run that had it may have removed it meanwhile."""
    if sys.platform == "win32":
        return True
    try:
        found, there = os.fstat(descriptor), path.stat()
    except FileNotFoundError:
        return False
    return (found.st_ino, found.st_dev) == (there.st_ino, there.st_dev)
