"""How hard a download pulls: how many files at once, and how many bytes a second.

The number of files at once starts low and grows while that makes the whole clearly faster; where it does not, it goes
back to what was best and tries again later, and later each time. A server that answers 429 or 503 halves it, and it
stays below what this process has file handles for.
"""

from __future__ import annotations

from threading import Lock
from typing import Optional

from .._clock import Clock

START = 4
WINDOW = 0.2
"""Seconds over which speed is measured; more, until as many files as are allowed at once could come."""
PER_FILE = 64 * 1024
"""What a file costs beside its bytes, as so many bytes: the speed of small files is not that of their bytes."""
GAIN = 1.25
"""Twice as many files at once must make it faster by this factor, or they are not worth it: a line that has room for
them gives nearly 2, and chance alone often 1.1."""
SMOOTH = 5
"""Windows over which the speed that growth has to beat is averaged."""
PATIENCE = 25
"""Windows until another try to grow, and twice as many after each in vain."""


class Gate:
    """How many files may be fetched at once: at most `limit`, which is never more than `most`.

    Not thread-safe: whoever calls it holds the lock of the run, but for `moved`.
    """

    def __init__(self, most: int, clock: Clock) -> None:
        self._most = most
        self._clock = clock
        self.limit: int = min(START, most)
        self.closed_until: float = 0.0
        """Nothing new is asked of the server before this moment, by the clock's `monotonic`."""
        self._moved = 0
        self._since: Optional[float] = None
        self._best_rate, self._best_limit = 0.0, self.limit
        self._halved_at = float("-inf")
        self._quiet = 0
        """Windows in which no growth is tried."""
        self._patience = PATIENCE
        self._is_new = False
        """Whether the limit grew in the last window."""

    def moved(self, size: int) -> None:
        """So many bytes came. A count that two threads spoil for each other does no harm."""
        self._moved += size

    def due(self) -> bool:
        """Whether it is time to look at the speed."""
        return self._since is None or self._clock.monotonic() - self._since >= WINDOW

    def judge(self, *, busy: bool) -> bool:
        """Look at the speed of the last while; True if the limit grew. `busy`: as many as allowed were at it."""
        now = self._clock.monotonic()
        if self._since is None:
            self._since = now
        elapsed = now - self._since
        if elapsed < WINDOW or (busy and self._moved < self.limit * PER_FILE):
            return False
        rate, self._moved, self._since = self._moved / elapsed, 0, now
        if not busy:
            return False
        if self._quiet > 0:
            self._quiet -= 1
            # The line may have changed, and one window may have been lucky.
            self._best_rate += (rate - self._best_rate) / SMOOTH
            return self._quiet == 0 and self._grow()
        if rate >= self._best_rate * GAIN:
            self._best_rate, self._best_limit, self._patience = rate, self.limit, PATIENCE
            return self._grow()
        if self._is_new:
            self._is_new = False  # the new ones were still connecting
            return False
        self.limit, self._quiet = self._best_limit, self._patience
        self._patience *= 2
        return False

    def back_off(self, pause: float) -> None:
        """The server has too much to do: half as many, and a pause as long as it asked for."""
        now = self._clock.monotonic()
        self.closed_until = max(self.closed_until, now + pause)
        if now - self._halved_at >= WINDOW:  # several that were under way together are one complaint
            self.limit, self._halved_at = max(1, self.limit // 2), now
        self._best_rate, self._best_limit = 0.0, self.limit
        self._quiet, self._moved, self._since = PATIENCE, 0, now
        self._patience = PATIENCE

    def crowded(self, busy: int) -> None:
        """So many at once are more than this process may have open, whatever the line bears: never as many again.

        A quarter fewer than that, since others need handles too: the API, for one.
        """
        self._most = self.limit = max(1, min(self.limit, busy * 3 // 4))
        self._best_limit = min(self._best_limit, self.limit)

    def _grow(self) -> bool:
        before = self.limit
        self.limit = min(self._most, self.limit * 2)
        self._is_new = self.limit > before
        self._quiet = 0 if self._is_new else PATIENCE
        return self._is_new


class Brake:
    """Keeps the whole download under so many bytes a second."""

    def __init__(self, bytes_per_second: Optional[float], clock: Clock) -> None:
        self._rate = bytes_per_second
        self._clock = clock
        self._free_at = 0.0
        self._lock = Lock()

    @property
    def is_on(self) -> bool:
        """Whether there is a limit."""
        return self._rate is not None

    def piece(self, most: int) -> int:
        """How many bytes to read at a time, so that pauses are short."""
        return most if self._rate is None else max(1, min(most, int(self._rate / 8)))

    def take(self, size: int) -> float:
        """Enter so many bytes that were read; seconds to pause before the next."""
        if self._rate is None:
            return 0.0
        with self._lock:
            now = self._clock.monotonic()
            begin = max(now, self._free_at)
            self._free_at = begin + size / self._rate
        return begin - now
