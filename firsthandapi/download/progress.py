"""Adds up what the threads do, and tells whoever wants to know: a function of the user's, or a bar on stderr."""

from __future__ import annotations

import os
import sys
from threading import Lock
from typing import Optional, TextIO

from .report import DownloadProgress, Progress, ProgressCallback


class Counter:
    """How far a run is; the callback is never called by two threads at once."""

    def __init__(self, progress: Progress) -> None:
        self._callback = _callback(progress)
        self._files = self._files_total = 0
        self._bytes = self._bytes_total = 0
        self._lock = Lock()

    def expect(self, files: int, size: int) -> None:
        """More files were listed, of so many bytes."""
        with self._lock:
            self._files_total += files
            self._bytes_total += size

    def add(self, files: int, size: int) -> None:
        """Files were done with, or bytes came; a negative number of bytes has to come again."""
        if self._callback is None:
            return
        with self._lock:
            self._files += files
            self._bytes += size
            self._callback(DownloadProgress(self._files, self._files_total, self._bytes, self._bytes_total))

    def close(self) -> None:
        """End the bar's line."""
        if isinstance(self._callback, _Bar):
            self._callback.close()


class _Bar:
    """One line on a terminal."""

    WIDTH = 28

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = ""

    def __call__(self, at: DownloadProgress) -> None:
        part = at.bytes_done / at.bytes_total if at.bytes_total else at.files_done / max(1, at.files_total)
        filled = min(self.WIDTH, int(part * self.WIDTH))
        line = (
            f"[{'█' * filled}{'·' * (self.WIDTH - filled)}] {at.files_done}/{at.files_total} files, "
            f"{at.bytes_done / 1e6:.1f}/{at.bytes_total / 1e6:.1f} MB"
        )
        if line != self._shown:
            self._shown = line
            self._stream.write(f"\r{line}")
            self._stream.flush()

    def close(self) -> None:
        if self._shown:
            self._stream.write(os.linesep)
            self._stream.flush()


def _callback(progress: Progress) -> Optional[ProgressCallback]:
    if callable(progress):
        return progress
    if progress or (progress is None and sys.stderr is not None and sys.stderr.isatty()):
        return _Bar(sys.stderr)
    return None
