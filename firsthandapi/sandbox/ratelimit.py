"""Requests counted per key and virtual minute."""

from __future__ import annotations

import math

from firsthandapi.sandbox.clock import Clock
from firsthandapi.sandbox.replies import ApiError

UNLIMITED = 1_000_000
"""The limit that is announced when none was asked for."""

_WINDOW = 60


class RateLimiter:
    """Lets each caller make `limit` requests per virtual minute."""

    def __init__(self, clock: Clock, limit: int = UNLIMITED) -> None:
        self._clock, self._limit = clock, limit
        self._counts: dict[str, tuple[int, int]] = {}

    def count(self, caller: str) -> dict[str, str]:
        """Count a request; return the headers that tell the caller where it stands.

        Raises:
            ApiError: 429 beyond the limit, with `Retry-After` in the real seconds of the caller's own clock.
        """
        now = self._clock.now()
        window = int(now // _WINDOW)
        started, used = self._counts.get(caller, (window, 0))
        used = used + 1 if started == window else 1
        self._counts[caller] = window, used
        reset = (window + 1) * _WINDOW
        headers = {
            "X-RateLimit-Limit": str(self._limit),
            "X-RateLimit-Remaining": str(max(0, self._limit - used)),
            "X-RateLimit-Reset": str(reset),
        }
        if used > self._limit:
            wait = self._clock.real_seconds_until(reset)
            seconds = reset - now if wait is None else wait
            raise ApiError(
                429,
                "rate_limit_exceeded",
                f"More than {self._limit} requests per minute",
                headers={**headers, "Retry-After": str(max(1, math.ceil(seconds)))},
            )
        return headers

    def clear(self) -> None:
        """Forget all counts."""
        self._counts.clear()
