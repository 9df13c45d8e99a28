"""Virtual time: the only time that the sandbox knows.

Words: a *moment* is a virtual Unix time in seconds; the clock *runs* when it makes `speed` virtual seconds
out of each real one, is *frozen* when it moves only by hand, and is *held* while something that takes real
time has to be done first.
"""

from __future__ import annotations

import asyncio
import math
import time
from datetime import datetime, timezone
from typing import Optional

from dateutil.parser import isoparse


class Clock:
    """A clock that never goes backwards, unless restarted.

    Args:
        start: the moment at which it starts.
        speed: virtual seconds per real second, above 0.
        frozen: start frozen.
    """

    def __init__(self, start: float, speed: float = 1.0, frozen: bool = False) -> None:
        self.speed: float = _checked_speed(speed)
        self.frozen: bool = frozen
        self._held = False
        self._moment = start
        self._real = time.monotonic()

    def now(self) -> float:
        """The present moment."""
        if self.frozen or self._held:
            return self._moment
        return self._moment + (time.monotonic() - self._real) * self.speed

    def jump(self, moment: float) -> None:
        """Go forward to `moment`; a moment that is over already changes nothing."""
        self._moment, self._real = max(self.now(), moment), time.monotonic()

    def restart(self, moment: float, speed: float, frozen: bool) -> None:
        """Begin again as if new."""
        self.speed, self.frozen = speed, frozen
        self._moment, self._real = moment, time.monotonic()

    def hold(self) -> None:
        """Stand still for a while, frozen or not, until `release`."""
        self.jump(0)
        self._held = True

    def release(self) -> None:
        """End `hold`."""
        self.jump(0)
        self._held = False

    def freeze(self) -> None:
        """Stand still until `resume`."""
        self.jump(0)
        self.frozen = True

    def resume(self, speed: Optional[float] = None) -> None:
        """Run on, at `speed` virtual seconds per real second (default: as fast as before)."""
        if speed is not None:
            speed = _checked_speed(speed)
        self.jump(0)
        self.frozen = False
        self.speed = speed or self.speed

    def real_seconds_until(self, moment: float) -> Optional[float]:
        """How long `moment` is away in real seconds; None when it is still to come and the clock stands."""
        missing = moment - self.now()
        if missing <= 0:
            return 0.0
        return None if self.frozen or self._held else missing / self.speed


class Signals:
    """Lets coroutines of one event loop wait until something with a name has changed."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}

    async def wait(self, name: str, timeout: Optional[float]) -> None:
        """Return when `name` (or everything) rings, or after `timeout` real seconds (None: no limit)."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(name, set())
        waiting.add(future)
        try:
            await asyncio.wait([future], timeout=timeout)
        finally:
            waiting.discard(future)
            if not waiting and self._waiting.get(name) is waiting:
                del self._waiting[name]

    def ring(self, name: str) -> None:
        """Wake all who wait for `name`."""
        for future in self._waiting.get(name, ()):
            if not future.done():
                future.set_result(None)

    def ring_all(self) -> None:
        """Wake everybody: the clock was moved, or the server stops."""
        for name in list(self._waiting):
            self.ring(name)


def timestamp(moment: float) -> str:
    """A moment as the API writes it: ISO 8601, UTC, whole seconds, `Z`."""
    # Not strftime, which writes the year 476 with three digits.
    return datetime.fromtimestamp(math.floor(moment), timezone.utc).isoformat().replace("+00:00", "Z")


def moment_of(text: str) -> float:
    """The moment that an ISO 8601 text names; one without an offset is UTC.

    Raises:
        ValueError: the text names none.
        OverflowError: it names one outside the years 1 to 9999 of UTC.
    """
    # datetime.fromisoformat reads a `Z` only from Python 3.11 on.
    parsed = isoparse(text.strip().upper())
    in_utc = parsed.astimezone(timezone.utc) if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)
    return in_utc.timestamp()


def _checked_speed(speed: float) -> float:
    if not 0 < speed <= 1_000_000:
        raise ValueError(f"speed must be above 0 and at most 1,000,000 virtual seconds per second, not {speed}")
    return speed
