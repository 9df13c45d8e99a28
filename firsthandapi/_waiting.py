"""When a wait for a job is over, and how long to pause between two looks at it. Decisions only."""

from __future__ import annotations

from typing import Optional

from firsthandapi_generated.models.job_status import KnownJobStatus

from ._arguments import TYPES
from ._clock import Clock
from .errors import FirstHandArgumentError, FirstHandWaitError, FirstHandWaitTimeoutError
from .models import Job

FINAL: frozenset[KnownJobStatus] = frozenset(("completed", "cancelled"))
"""Statuses that a job never leaves."""
LIVE: frozenset[KnownJobStatus] = frozenset(("active", "open", "filled", "in_progress"))
LONGEST_POLL = 60.0
FIRST_PAUSE = 1.0
SHORTEST_HOLD = 0.005
"""Seconds; whoever answers faster has not held the poll. A sandbox at a thousand times life's speed holds for 60 ms."""


class Wait:
    """One wait for one job: ask `poll_seconds`, get the job, ask `is_over`, then `pause`."""

    def __init__(
        self,
        job_id: str,
        *,
        min_approved: Optional[int],
        max_wait_seconds: float,
        poll_interval_seconds: float,
        clock: Clock,
    ) -> None:
        for name, value in (("max_wait_seconds", max_wait_seconds), ("poll_interval_seconds", poll_interval_seconds)):
            if not TYPES["number"][1](value) or value < 0:
                raise FirstHandArgumentError(name, f"must be seconds, not {value!r}")
        if min_approved is not None and (not TYPES["integer"][1](min_approved) or min_approved < 1):
            raise FirstHandArgumentError("min_approved", f"must be a positive integer, not {min_approved!r}")
        self.job_id = job_id
        self._min_approved = min_approved
        self._max_wait_seconds = max_wait_seconds
        self._interval = poll_interval_seconds
        self._clock = clock
        self._deadline = clock.monotonic() + max_wait_seconds
        self._next_pause = min(FIRST_PAUSE, poll_interval_seconds)
        self._looks = 0
        self._asked_at = 0.0
        self._last: Optional[Job] = None

    def poll_seconds(self) -> float:
        """How long the service may hold the next poll. The first look at a job never waits: it may be over already."""
        self._looks += 1
        self._asked_at = self._clock.monotonic()
        return 0.0 if self._looks == 1 else max(0.0, min(LONGEST_POLL, self._remaining()))

    def is_over(self, job: Job) -> bool:
        """True when the job is where the caller wants it.

        Raises `FirstHandWaitError` when it can never come there, and `FirstHandWaitTimeoutError` at the deadline.
        """
        wanted = self._min_approved
        if wanted is not None and job.files_approved >= wanted:
            return True
        if job.status == "completed" and wanted is None:
            return True
        if job.status in FINAL:
            raise FirstHandWaitError(f"{self._is(job)} and never will be more", job)
        if wanted is not None and wanted > job.files_needed:
            raise FirstHandWaitError(f"{self._is(job)}: it never gets {wanted} files", job)
        if self._remaining() <= 0:
            raise FirstHandWaitTimeoutError(
                f"{self._is(job)} after {self._max_wait_seconds:g} s; it runs on, wait again to go on waiting", job
            )
        return False

    def pause(self, job: Job, *, held: bool) -> float:
        """Seconds to sleep before the next look: none where the service holds long polls (`held`).

        One that says so but answers at once, with nothing new, is not asked again without a pause.
        """
        news = self._last is None or job != self._last
        self._last = job
        if held and (news or self._clock.monotonic() - self._asked_at >= SHORTEST_HOLD):
            return 0.0
        if self._looks == 1 or self._remaining() <= 0:
            return 0.0
        pause = min(self._next_pause, self._remaining())
        self._next_pause = min(self._next_pause * 1.5, self._interval)
        return pause

    def _remaining(self) -> float:
        return self._deadline - self._clock.monotonic()

    def _is(self, job: Job) -> str:
        return f"job {job.id} is {job.status} with {job.files_approved} of {job.files_needed} files approved"
