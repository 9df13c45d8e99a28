"""File handles: every open file and every connection has one, and the system lets a process have only so many."""

from __future__ import annotations

import codecs
import os
import socket
import sys

from .._http import NO_HANDLES

if sys.platform != "win32":
    import resource  # here: later there may be no handle to read it with

codecs.lookup("idna")  # for the same reason: to look up the address of a host takes it


def are_used_up(error: OSError) -> bool:
    """Whether an error came of it that there is no handle left."""
    if error.errno in NO_HANDLES:
        return True
    # To look up a name takes handles, too, and says only that it failed.
    return isinstance(error, socket.gaierror) and not _is_one_left()


def too_few() -> str:
    """What to say where not even one file can be fetched."""
    most = ""
    if sys.platform != "win32":
        most = f" (RLIMIT_NOFILE, `ulimit -n`) of {resource.getrlimit(resource.RLIMIT_NOFILE)[0]}"
    return f"too many files and connections are open: raise the limit{most}, or close others that this process has open"


def _is_one_left() -> bool:
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return error.errno not in NO_HANDLES
    return True
