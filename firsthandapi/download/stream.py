"""Which files of a list are new, for a stream of files that goes on while a job runs. Decisions only.

A *cursor* names the newest file that was handed out, by the moment when it was approved and its id. Files that turn up
below it are found at the end of the job, when the whole list is read once more; a stream that was taken up again by a
cursor takes everything below it as handed out. (That the list is sorted by `created_at` is documented; that files enter
it in this order is inferred.)
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Optional

from dateutil.parser import isoparse

from .._waiting import FINAL, Wait
from ..errors import FirstHandArgumentError, FirstHandWaitTimeoutError
from ..models import File, Job
from .item import identified
from .ledger import Ledger
from .spool import Spool

if TYPE_CHECKING:
    from firsthandapi_generated.models.job import Job as AnyJob

    from .._clock import Clock

FOREVER = 10 * 365 * 86400.0
"""Seconds; for a wait without a limit."""


class Seen:
    """What was handed out."""

    def __init__(self, cursor: Optional[str]) -> None:
        self.cursor = cursor
        self._start = _position(cursor)
        self._newest = self._start
        self._handed_out = Ledger()

    def fresh(self, page: list[File], found: Spool, *, everything: bool) -> bool:
        """Put those of a page that are new to `found`; True if the next page is worth a look."""
        before = len(found)
        for file in identified(page):
            if self._start is not None:
                moment = _moment(file)
                if file.id == self._start[1] or (moment is not None and moment < self._start[0]):
                    return False
            if not self._handed_out.has_met(file.id):
                found.append(dict(file._wire))
        return everything or len(found) > before

    def hand_out(self, file: File) -> bool:
        """Note that a file is handed out; False if it was already."""
        if self._handed_out.meet(file.id, None, None, file.id) is None:
            return False
        moment = _moment(file)
        if moment is not None and (self._newest is None or moment >= self._newest[0]):
            self._newest = (moment, file.id)
            self.cursor = f"{moment.isoformat()}/{file.id}"
        return True


class ApprovalWait(Wait["AnyJob"]):
    """A wait until another file is approved, or the job is over."""

    def __init__(self, job: Job, max_wait_seconds: Optional[float], poll_interval_seconds: float, clock: Clock) -> None:
        super().__init__(
            max_wait_seconds=FOREVER if max_wait_seconds is None else max_wait_seconds,
            poll_interval_seconds=poll_interval_seconds,
            clock=clock,
        )
        self._approved = job.files_approved

    def _is_there(self, found: AnyJob) -> bool:
        is_over = isinstance(found.status, str) and found.status in FINAL
        return is_over or found.files_approved != self._approved

    def _too_late(self, found: AnyJob, when: str) -> FirstHandWaitTimeoutError:
        return FirstHandWaitTimeoutError(f"no other file of job {found.id} was approved {when}", Job.adopt(found))


def _position(cursor: Optional[str]) -> Optional[tuple[datetime, str]]:
    if cursor is None:
        return None
    moment, _, id = cursor.partition("/") if isinstance(cursor, str) else ("", "", "")
    try:
        found = isoparse(moment)
        if found.tzinfo is None or not id:
            raise ValueError
    except ValueError:
        raise FirstHandArgumentError("cursor", f"must be what `stream.cursor` said, not {cursor!r}") from None
    return found, id


def _moment(file: File) -> Optional[datetime]:
    moment = file.get("created_at") and file.created_at
    return moment if isinstance(moment, datetime) and moment.tzinfo is not None else None
