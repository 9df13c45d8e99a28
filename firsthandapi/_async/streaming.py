"""Files as they are approved: what `client.files.stream` returns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Optional

from firsthandapi_generated.api.jobs import get_job

from .._log import logger
from .._waiting import FINAL
from ..download.item import UNREAD, identified
from ..download.spool import Spool
from ..download.stream import ApprovalWait, Seen
from ..models import File, Job
from .page import AsyncPage
from .waiting import wait_for

if TYPE_CHECKING:
    from .client import AsyncClient


class AsyncFileStream:
    """Approved files of one job, oldest first, each once. Iterating again goes on where it ended."""

    def __init__(
        self,
        client: AsyncClient,
        job_id: str,
        *,
        min_score: int,
        cursor: Optional[str],
        max_wait_seconds: Optional[float],
        poll_interval_seconds: float,
    ) -> None:
        self._client = client
        self._job_id = job_id
        self._min_score = min_score
        self._max_wait_seconds = max_wait_seconds
        self._poll_interval_seconds = poll_interval_seconds
        self._seen = Seen(cursor)

    @property
    def cursor(self) -> Optional[str]:
        """Where the stream is: with it another one goes on after the file that came last. None before the first."""
        return self._seen.cursor

    async def __aiter__(self) -> AsyncIterator[File]:
        while True:
            job = await self._client.jobs.get(self._job_id)
            is_over = isinstance(job.status, str) and job.status in FINAL
            found = await self._fresh(everything=is_over)
            for wire in reversed(found):
                file = File.from_dict(wire)
                if self._seen.hand_out(file):
                    yield file
            found.close()
            if is_over:
                return
            await self._wait(job)

    async def _fresh(self, *, everything: bool) -> Spool:
        found = Spool()
        page: Optional[AsyncPage[File]] = await self._client.files.list(
            job_id=self._job_id, min_score=self._min_score, limit=100
        )
        while page is not None:
            if not page.is_whole or len(identified(page.data)) < len(page.data):
                logger.warning("%s: the stream goes on without it", UNREAD)
            if not self._seen.fresh(page.data, found, everything=everything):
                break
            page = await page.next_page()
        return found

    async def _wait(self, job: Job) -> None:
        settings = self._client._settings
        wait = ApprovalWait(job, self._max_wait_seconds, self._poll_interval_seconds, settings.clock)
        await wait_for(self._client, wait, lambda prefer: get_job.build(self._job_id, prefer=prefer))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(job_id={self._job_id!r}, cursor={self.cursor!r})"
