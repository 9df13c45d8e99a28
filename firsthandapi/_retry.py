"""When a failed attempt is made again, and after what pause: decisions only, no input or output.

*Attempt*: one HTTP request. *Call*: all attempts and pauses of one method call. *Deadline*: when a call must be over.
*Repeatable*: a call that may reach the service twice without acting twice, by its method or by its idempotency key.
*Budget*: how many retries a client has left before it stops adding load to a service that is down.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timezone
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Callable, NamedTuple, Optional, Union

FIRST_DELAY = 0.5
LONGEST_DELAY = 8.0
LONGEST_RETRY_AFTER = 60.0


class Failure(NamedTuple):
    """What came of an attempt that was no success."""

    status: Optional[int] = None
    """HTTP status; None where there was no answer."""
    headers: Mapping[str, str] = {}
    kind: Optional[object] = None
    """`error.type` of the answer, whatever was sent there."""
    reached: bool = True
    """False where the service certainly never saw the request."""


class Retry(NamedTuple):
    """Try again after so many seconds."""

    delay: float


class Stop(NamedTuple):
    """Do not try again, because."""

    reason: str


def decide(
    failure: Failure,
    *,
    retries_made: int,
    max_retries: int,
    repeatable: bool,
    remaining: float,
    now: float,
    budget: RetryBudget,
    uniform: Callable[[float, float], float] = random.uniform,
) -> Union[Retry, Stop]:
    """What to do after a failed attempt.

    `remaining` is the seconds to the deadline, `now` the Unix time, for dates in `Retry-After`.
    A budget token is taken only when the answer is `Retry`.
    """
    if not _worth_it(failure):
        return Stop("another attempt would end the same")
    if failure.reached and not repeatable and failure.status != 429:
        return Stop("it is not safe to repeat: the first attempt may have worked")
    if retries_made >= max_retries:
        return Stop(f"max_retries={max_retries} is used up")
    hint = retry_after(failure.headers, now)
    if hint is not None and hint > LONGEST_RETRY_AFTER:
        return Stop(f"the service asks for a pause of {hint:.0f} s, more than {LONGEST_RETRY_AFTER:.0f} s")
    delay = backoff(retries_made, uniform) if hint is None else hint + uniform(0, min(1.0, hint / 10))
    if delay >= remaining:
        return Stop(f"a pause of {delay:.1f} s would pass the deadline")
    if not budget.take():
        return Stop("the client's retry budget is used up: too many calls failed lately")
    return Retry(delay)


def _worth_it(failure: Failure) -> bool:
    if failure.status is None or is_passing(failure.status):
        return True
    return failure.status == 409 and failure.kind == "idempotency_in_progress"


def is_passing(status: int) -> bool:
    """Whether the failure of an answer may pass: 408, 429 and, as the service's PyPI page says, every 5xx."""
    return status in (408, 429) or status >= 500


def backoff(retries_made: int, uniform: Callable[[float, float], float]) -> float:
    """Exponential backoff with full jitter: many clients that failed together do not come back together."""
    return uniform(0, min(LONGEST_DELAY, FIRST_DELAY * 2**retries_made))


def retry_after(headers: Mapping[str, str], now: float) -> Optional[float]:
    """Seconds that the service asks to wait, from `retry-after-ms` or `Retry-After` (RFC 9110: seconds or a date).

    None without a usable header; never negative. A date is read against the answer's own `Date`, so that a wrong local
    clock does not matter.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return max(0.0, milliseconds / 1000)
    value = headers.get("retry-after")
    seconds = _number(value)
    if seconds is not None:
        return max(0.0, seconds)
    moment = _http_date(value)
    if moment is None:
        return None
    sent = _http_date(headers.get("date"))
    return max(0.0, moment - (now if sent is None else sent))


def _number(text: Optional[str]) -> Optional[float]:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None


def _http_date(text: Optional[str]) -> Optional[float]:
    try:
        moment = parsedate_to_datetime(text or "")
        # Without a zone it is meant as UTC, like every HTTP date; Python would take it for local time.
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


class RetryBudget:
    """Tokens shared by all calls of a client. A retry takes some, and a call that succeeds in the end gives them back.

    So occasional faults cost nothing, and an outage stops retries after `capacity / cost` lost ones.
    """

    def __init__(self, capacity: int = 500, cost: int = 5) -> None:
        self._capacity = capacity
        self._cost = cost
        self._left = capacity
        self._lock = Lock()

    def take(self) -> bool:
        """Take the price of one retry; False when there is not enough left."""
        with self._lock:
            if self._left < self._cost:
                return False
            self._left -= self._cost
            return True

    def give_back(self, retries: int) -> None:
        """A call succeeded after so many retries. One that needed none gives one token."""
        with self._lock:
            self._left = min(self._capacity, self._left + (retries * self._cost or 1))
