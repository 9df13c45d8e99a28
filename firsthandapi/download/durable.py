"""What is on the disk for sure, also if the power goes the next moment.

A system that is told to write keeps the bytes in memory first, and writes them in whatever order suits it: after a loss
of power a file can have its name, its size and its time, and none of its bytes. To *flush* is to wait until they are on
the disk. What waits for what here:

- A file that the finished manifest names was flushed before that manifest got its name. So what the manifest says can
  be believed by size and time alone, as `files.sync` does; what only a journal says is read again.
- A file that replaces one of the manifest, or for which the service sent no hash, is flushed before it gets its name.
- Files of more than 256 KB are flushed while they come, each by its own thread; the many small ones all at once at the
  end: one by one that takes longer than to download them from near by.

What was not flushed when the power went is missing, short or empty, and is noticed and fetched again by the next run.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from itertools import chain, islice

FEW = 32
"""Files up to which each is flushed by itself: the other way has to wait for what other programs are writing too."""


def flush_files(folder: str, names: Iterable[str]) -> None:
    """Wait until these files below a folder are on the disk, and their names; those that are gone do not matter."""
    names = iter(names)
    first = list(islice(names, FEW + 1))
    if len(first) > FEW and _flush_file_system(folder):
        return
    folders = {""}
    for name in chain(first, names):
        with suppress(FileNotFoundError, NotADirectoryError):
            flush_file(os.path.join(folder, name))
        folders.add(os.path.dirname(name))
    for below in folders:
        flush_folder(os.path.join(folder, below))


def flush_file(path: str) -> None:
    """Wait until a file's bytes are on the disk."""
    # Windows flushes only what is open for writing.
    descriptor = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_folder(path: str) -> None:
    """Wait until the names in a folder are on the disk, where the system has a way to ask for that."""
    if sys.platform != "win32":
        with suppress(OSError):  # some network file systems have none; what they lose is missing, and noticed
            flush_file(path)


def _flush_file_system(folder: str) -> bool:
    """Wait until everything on the file system of a folder is on its disk; False where there is no way to ask."""
    if not sys.platform.startswith("linux"):
        return False
    import ctypes

    try:
        syncfs = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):
        return False
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        failed: int = syncfs(descriptor)
        number = ctypes.get_errno()
    finally:
        os.close(descriptor)
    if failed and number not in (errno.ENOSYS, errno.EPERM):
        raise OSError(number, os.strerror(number))
    return not failed
