"""Many files at once, in threads: the bytes are worth a thread, and hashing and writing leave the event loop alone."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import NamedTuple, Optional, TextIO

from .._clock import Clock
from .._retry import RetryBudget
from .connections import Connections
from .fetch import Expired, Fetcher
from .plan import Item, is_present
from .report import DownloadedFile, DownloadProgress, Progress, ProgressCallback


class Outcome(NamedTuple):
    """What one round brought."""

    done: list[DownloadedFile]
    expired: list[Expired]


class Batch:
    """Runs rounds of fetches for one `download_all`; call it from one thread, and `close` it."""

    def __init__(
        self,
        items: list[Item],
        *,
        concurrency: int,
        max_retries: int,
        timeout: float,
        clock: Clock,
        progress: Progress,
    ) -> None:
        self._progress = _Counter(items, _callback(progress))
        self._concurrency = concurrency
        self._connections = Connections(timeout)
        self._stop = Event()
        self._fetcher = Fetcher(
            self._connections, clock, max_retries, RetryBudget(), self._progress.add_bytes, self._stop
        )

    def present(self, items: list[Item]) -> list[Item]:
        """Those items that are on disk and right."""
        with ThreadPoolExecutor(self._concurrency) as threads:
            found = [item for item, there in zip(items, threads.map(is_present, items)) if there]
        for item in found:
            self._progress.add_bytes(item.path.stat().st_size)
            self._progress.add_file()
        return found

    def run(self, items: list[Item]) -> Outcome:
        """Fetch these items; every one comes back, as a row or as expired."""
        outcome = Outcome([], [])
        with ThreadPoolExecutor(self._concurrency) as threads:
            try:
                for result in threads.map(self._fetcher.fetch, items):
                    if isinstance(result, Expired):
                        outcome.expired.append(result)
                    else:
                        outcome.done.append(result)
                        self._progress.add_file()
            except BaseException:
                # Ctrl-C: let the threads drop what they hold instead of finishing gigabytes first.
                self._stop.set()
                threads.shutdown(wait=False, cancel_futures=True)
                raise
        return outcome

    def close(self) -> None:
        """Stop what still runs, close all connections and end the progress bar."""
        self._stop.set()
        self._connections.close()
        self._progress.close()


class _Counter:
    """Adds up what the threads do, and tells the callback."""

    def __init__(self, items: list[Item], callback: Optional[ProgressCallback]) -> None:
        self._callback = callback
        self._files = 0
        self._bytes = 0
        self._files_total = len(items)
        self._bytes_total = sum(item.size or 0 for item in items)
        self._lock = Lock()

    def add_bytes(self, count: int) -> None:
        self._add(0, count)

    def add_file(self) -> None:
        self._add(1, 0)

    def _add(self, files: int, count: int) -> None:
        if self._callback is None:
            return
        with self._lock:
            self._files += files
            self._bytes += count
            self._callback(DownloadProgress(self._files, self._files_total, self._bytes, self._bytes_total))

    def close(self) -> None:
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
