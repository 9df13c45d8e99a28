"""Time as the client sees it, so that a test can hand in a clock that never really sleeps."""

from __future__ import annotations

import time


class Clock:
    """The real time. Subclass it and pass it as `Client(clock=...)` to control retries and waits in a test."""

    def monotonic(self) -> float:
        """Seconds that only ever grow; for deadlines."""
        return time.monotonic()

    def time(self) -> float:
        """Seconds since 1970; for dates in headers and links."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Pause this thread."""
        time.sleep(seconds)

    async def asleep(self, seconds: float) -> None:
        """Pause this task, under asyncio or trio."""
        # httpx itself stands on anyio, so it is there; importing it only here keeps the sync client light.
        import anyio

        await anyio.sleep(seconds)
