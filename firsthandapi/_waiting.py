"""When a wait for a job or a task is over, and how long to pause between two looks at it. Decisions only."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from math import floor
from typing import TYPE_CHECKING, Generic, Optional, TypeVar

from firsthandapi_generated.errors import MissingFieldError

from ._arguments import LONGEST_POLL, TYPES
from .errors import FirstHandArgumentError, FirstHandError, FirstHandWaitError, FirstHandWaitTimeoutError
from .models import Job

if TYPE_CHECKING:
    from firsthandapi_generated.models.job import Job as AnyJob
    from firsthandapi_generated.models.job_status import KnownJobStatus
    from firsthandapi_generated.models.task import Task
    from firsthandapi_generated.models.task_status import KnownTaskStatus

    from ._clock import Clock

R = TypeVar("R")

FINAL: frozenset[KnownJobStatus] = frozenset(("completed", "cancelled"))
"""Statuses that a job never leaves."""
LIVE: frozenset[KnownJobStatus] = frozenset(("active", "open", "filled", "in_progress"))
FINAL_TASK: frozenset[KnownTaskStatus] = frozenset(("resolved", "completed", "timed_out", "failed", "cancelled"))
"""Statuses that a task never leaves."""
LIVE_TASK: frozenset[KnownTaskStatus] = frozenset(("pending", "in_review"))
FIRST_PAUSE = 1.0
SHORTEST_HOLD = 0.005
"""Seconds; whoever answers faster has not held the poll. A sandbox at a thousand times life's speed holds for 60 ms."""


def check_seconds(max_wait_seconds: float, poll_interval_seconds: float) -> None:
    """Refuse what is not a number of seconds; before the thing to wait for is made."""
    for name, value in (("max_wait_seconds", max_wait_seconds), ("poll_interval_seconds", poll_interval_seconds)):
        if not TYPES["number"][1](value) or value < 0:
            raise FirstHandArgumentError(name, f"must be seconds, not {value!r}")


def check_min_approved(min_approved: Optional[int]) -> None:
    """Refuse what is not a number of files; before the job is posted."""
    if min_approved is not None and (not TYPES["integer"][1](min_approved) or min_approved < 1):
        raise FirstHandArgumentError("min_approved", f"must be a positive integer, not {min_approved!r}")


@contextmanager
def made(what: str) -> Generator[None, None, None]:
    """Whatever fails now, its error says that `what` was made already, so that nobody makes it again."""
    try:
        yield
    except (FirstHandError, MissingFieldError) as error:
        note = f"{what} exists: wait for it by its id instead of sending it again"
        setattr(error, "__notes__", [*getattr(error, "__notes__", ()), note])  # noqa: B010 # add_note is of Python 3.11
        raise


class Wait(Generic[R]):
    """One wait, begun with its first look: ask `poll_seconds`, get the thing, ask `is_over`, then `pause`.

    A look that fails, after all the retries of a call, ends no wait: `pause_after` it comes the next.
    """

    def __init__(self, *, max_wait_seconds: float, poll_interval_seconds: float, clock: Clock) -> None:
        check_seconds(max_wait_seconds, poll_interval_seconds)
        self._max_wait_seconds = max_wait_seconds
        self._interval = poll_interval_seconds
        self._clock = clock
        self._deadline = clock.monotonic() + max_wait_seconds
        self._next_pause = min(FIRST_PAUSE, poll_interval_seconds)
        self._looks = 0
        self._asked_at = 0.0
        self._last: Optional[R] = None

    def poll_seconds(self) -> float:
        """How long the service may hold the next poll. The first look never waits: it may be over already."""
        self._looks += 1
        self._asked_at = self._clock.monotonic()
        return 0.0 if self._looks == 1 else self._longest_hold()

    def is_over(self, found: R) -> bool:
        """True when the thing is where the caller wants it.

        Raises `FirstHandWaitError` when it can never come there, and `FirstHandWaitTimeoutError` at the deadline.
        """
        if self._is_there(found):
            return True
        if self._remaining() <= 0:
            raise self._too_late(found, f"after {self._max_wait_seconds:g} s; it runs on, wait again to go on waiting")
        return False

    def pause(self, found: R, *, held: bool) -> float:
        """Seconds to sleep before the next look: none where the service holds long polls (`held`).

        One that says so but answers at once, with nothing new, is not asked again without a pause.
        """
        news = self._last is None or found != self._last
        self._last = found
        can_hold = self._longest_hold() > 0
        if held and not can_hold:
            return max(0.0, self._remaining())
        if held and (news or self._clock.monotonic() - self._asked_at >= SHORTEST_HOLD):
            return 0.0
        if self._looks == 1 and can_hold:
            return 0.0
        return self._growing_pause()

    def pause_after(self, error: FirstHandError) -> float:
        """Seconds to sleep after a look that failed; raises where another look would not help, or comes too late."""
        if not error.retryable:
            raise error
        if self._remaining() <= 0:
            if self._last is None:
                raise error
            when = f"after {self._max_wait_seconds:g} s, when the last look failed"
            raise self._too_late(self._last, when) from error
        return self._growing_pause()

    def _longest_hold(self) -> float:
        # A poll is held for whole seconds; what is left of one before the deadline is a pause.
        return max(0.0, min(LONGEST_POLL, floor(self._remaining())))

    def _growing_pause(self) -> float:
        pause = max(0.0, min(self._next_pause, self._remaining()))
        self._next_pause = min(self._next_pause * 1.5, self._interval)
        return pause

    def _remaining(self) -> float:
        return self._deadline - self._clock.monotonic()

    def _is_there(self, found: R) -> bool:
        raise NotImplementedError

    def _too_late(self, found: R, when: str) -> FirstHandWaitTimeoutError:
        raise NotImplementedError


class JobWait(Wait["AnyJob"]):
    """A wait for a job: until it is completed, or has `min_approved` files."""

    def __init__(
        self, *, min_approved: Optional[int], max_wait_seconds: float, poll_interval_seconds: float, clock: Clock
    ) -> None:
        super().__init__(max_wait_seconds=max_wait_seconds, poll_interval_seconds=poll_interval_seconds, clock=clock)
        check_min_approved(min_approved)
        self._min_approved = min_approved

    def _is_there(self, found: AnyJob) -> bool:
        job = Job.adopt(found)
        wanted = self._min_approved
        is_number = TYPES["number"][1]  # what the service says may have drifted
        if wanted is not None and is_number(job.files_approved) and job.files_approved >= wanted:
            return True
        if job.status == "completed" and wanted is None:
            return True
        if isinstance(job.status, str) and job.status in FINAL:
            raise FirstHandWaitError(f"{_state(job)} and never will be more", job)
        if wanted is not None and is_number(job.files_needed) and wanted > job.files_needed:
            raise FirstHandWaitError(f"{_state(job)}: it never gets {wanted} files", job)
        return False

    def _too_late(self, found: AnyJob, when: str) -> FirstHandWaitTimeoutError:
        job = Job.adopt(found)
        return FirstHandWaitTimeoutError(f"{_state(job)} {when}", job)


class TaskWait(Wait["Task"]):
    """A wait for a task, until it is final: what became of it is the caller's to judge."""

    def _is_there(self, found: Task) -> bool:
        return isinstance(found.status, str) and found.status in FINAL_TASK

    def _too_late(self, found: Task, when: str) -> FirstHandWaitTimeoutError:
        return FirstHandWaitTimeoutError(f"task {found.id} is {found.status} {when}", task=found)


def _state(job: Job) -> str:
    # Whoever reads this has paid for the job: what the service left out must not hide the rest.
    said = {name: job.get(name, "unknown") for name in ("id", "status", "files_approved", "files_needed")}
    return "job {id} is {status} with {files_approved} of {files_needed} files approved".format(**said)
