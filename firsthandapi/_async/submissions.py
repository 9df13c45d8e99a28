"""What workers handed in, with the score and the reason for it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Optional, Union

from firsthandapi_generated.api.submissions import get_submission, get_submission_summary, list_submissions

from .. import _arguments
from .._listing import async_listing
from .client import AsyncResource
from .page import AsyncPage

if TYPE_CHECKING:
    from firsthandapi_generated.models.submission import Submission
    from firsthandapi_generated.models.submission_status import KnownSubmissionStatus
    from firsthandapi_generated.models.submission_summary import SubmissionSummary


class AsyncSubmissions(AsyncResource):
    """`client.submissions`: every upload, approved or rejected. Only approved ones become files."""

    @async_listing
    async def list(
        self,
        *,
        job_id: Optional[str] = None,
        status: Optional[KnownSubmissionStatus] = None,
        min_score: Optional[int] = None,
        start_date: Union[str, datetime.datetime, None] = None,
        end_date: Union[str, datetime.datetime, None] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> AsyncPage[Submission]:
        """Submissions of all jobs, newest first.

        >>> page = await client.submissions.list(job_id=job.id, status="approved")
        >>> {submission.status for submission in page.data}
        {'approved'}

        Args:
            job_id: Only submissions to this job.
            status: Only submissions in this status.
            min_score: Only submissions with at least so many stars, 1 to 5.
            start_date: Only submissions from then on; a time with its zone, or ISO 8601 text. The service's default is
                30 days ago.
            end_date: Only submissions until then. The service's default is now.
            limit: Items per page, 1 to 100; the service's default is 20.
            cursor: Go on from here: `next_cursor` of an earlier page.

        Returns:
            A page that iterates over all pages.
        """
        since, until = _arguments.moment("start_date", start_date), _arguments.moment("end_date", end_date)
        _arguments.check(
            "list_submissions",
            {"job_id": job_id, "status": status, "min_score": min_score, "limit": limit, "cursor": cursor},
        )
        call = list_submissions.build(
            job_id=job_id,
            status=status,
            min_score=min_score,
            start_date=since,
            end_date=until,
            limit=limit,
            cursor=cursor,
        )
        found = await self._client.request(call)
        return AsyncPage(
            found,
            found.data,
            lambda cursor: self.list(
                job_id=job_id,
                status=status,
                min_score=min_score,
                start_date=since,
                end_date=until,
                limit=limit,
                cursor=cursor,
            ),
            cursor,
        )

    async def get(self, submission_id: str) -> Submission:
        """One submission.

        >>> page = await client.submissions.list(limit=1)
        >>> (await client.submissions.get(page.data[0].id)).job_id == page.data[0].job_id
        True

        Args:
            submission_id: The submission's id.

        Raises:
            FirstHandNotFoundError: There is no submission with this id.
        """
        call = get_submission.build(_arguments.identifier("submission_id", submission_id))
        return await self._client.request(call)

    async def summary(
        self,
        *,
        job_id: Optional[str] = None,
        start_date: Union[str, datetime.datetime, None] = None,
        end_date: Union[str, datetime.datetime, None] = None,
    ) -> SubmissionSummary:
        """How many submissions there were, by status and stars.

        The service documents this operation without its answer: the fields are ours.

        >>> (await client.submissions.summary(job_id=job.id)).approved
        2

        Args:
            job_id: Only submissions to this job.
            start_date, end_date: Only submissions between these times.
        """
        _arguments.check("get_submission_summary", {"job_id": job_id})
        call = get_submission_summary.build(
            job_id=job_id,
            start_date=_arguments.moment("start_date", start_date),
            end_date=_arguments.moment("end_date", end_date),
        )
        return await self._client.request(call)
