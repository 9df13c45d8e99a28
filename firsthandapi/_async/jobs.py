"""Jobs: what is asked of workers, from posting to the last approved file."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Optional, Union, overload

from firsthandapi_generated.api.jobs import cancel_job, create_job, get_job, get_job_audit, list_jobs, rate_job
from firsthandapi_generated.api.submissions import get_job_submissions
from firsthandapi_generated.models.job_create import JobCreate
from firsthandapi_generated.models.job_rating import JobRating
from firsthandapi_generated.models.location import Location
from firsthandapi_generated.models.metadata import Metadata

from .. import _arguments, _waiting
from .._arguments import given, identifier
from .._listing import async_listing
from .._vocabulary import ContentType, FileFormat, JobArguments, job_words
from ..errors import FirstHandArgumentError
from ..models import Job
from .client import AsyncResource
from .page import AsyncPage
from .waiting import make, wait_for

if TYPE_CHECKING:
    from firsthandapi_generated.models.audit_event import AuditEvent
    from firsthandapi_generated.models.job_status import KnownJobStatus
    from firsthandapi_generated.models.job_type import KnownJobType
    from firsthandapi_generated.models.mime_type import KnownMimeType
    from firsthandapi_generated.models.submission import Submission
    from firsthandapi_generated.models.submission_status import KnownSubmissionStatus
    from typing_extensions import Unpack


class AsyncJobs(AsyncResource):
    """`client.jobs`: post jobs, follow them, wait for them."""

    @overload
    async def create(
        self,
        *,
        type: KnownJobType,
        description: str,
        accepted_formats: Sequence[KnownMimeType],
        files_needed: int,
        price_per_file_cents: int,
        title: Optional[str] = None,
        files_per_submission: Optional[int] = None,
        min_star_rating: Optional[int] = None,
        scoring_criteria: Optional[str] = None,
        min_width: Optional[int] = None,
        min_height: Optional[int] = None,
        worker_guidelines: Optional[str] = None,
        location: Optional[Mapping[str, float]] = None,
        deadline: Union[str, datetime.datetime, None] = None,
        max_workers: Optional[int] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        idempotency_key: Optional[str] = None,
    ) -> Job: ...

    @overload
    async def create(
        self,
        *,
        type: KnownJobType,
        description: str,
        content_type: ContentType,
        quantity: int,
        reward_per_file: int,
        file_formats: Optional[Sequence[FileFormat]] = None,
        title: Optional[str] = None,
        files_per_submission: Optional[int] = None,
        min_star_rating: Optional[int] = None,
        scoring_criteria: Optional[str] = None,
        min_width: Optional[int] = None,
        min_height: Optional[int] = None,
        worker_guidelines: Optional[str] = None,
        location: Optional[Mapping[str, float]] = None,
        deadline: Union[str, datetime.datetime, None] = None,
        max_workers: Optional[int] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        idempotency_key: Optional[str] = None,
    ) -> Job: ...

    async def create(
        self,
        *,
        type: Optional[KnownJobType] = None,
        description: Optional[str] = None,
        accepted_formats: Optional[Sequence[KnownMimeType]] = None,
        files_needed: Optional[int] = None,
        price_per_file_cents: Optional[int] = None,
        content_type: Optional[ContentType] = None,
        quantity: Optional[int] = None,
        reward_per_file: Optional[int] = None,
        file_formats: Optional[Sequence[FileFormat]] = None,
        title: Optional[str] = None,
        files_per_submission: Optional[int] = None,
        min_star_rating: Optional[int] = None,
        scoring_criteria: Optional[str] = None,
        min_width: Optional[int] = None,
        min_height: Optional[int] = None,
        worker_guidelines: Optional[str] = None,
        location: Optional[Mapping[str, float]] = None,
        deadline: Union[str, datetime.datetime, None] = None,
        max_workers: Optional[int] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        idempotency_key: Optional[str] = None,
    ) -> Job:
        """Post a job and put its full price in escrow; only approved files are charged in the end.

        Formats, number and price can be given in the words of the HTTP API or in the everyday words of the service's
        five-minute guide; both for the same thing is an error.

        >>> job = await client.jobs.create(
        ...     type="data_collection",
        ...     description="A clear photo of a coffee shop's whole menu board.",
        ...     content_type="image",
        ...     file_formats=["jpeg"],
        ...     quantity=2,
        ...     reward_per_file=75,
        ... )
        >>> job.status, job.accepted_formats, job.total_cost_cents
        ('active', ['image/jpeg'], 150)

        Args:
            type: `data_collection` (workers capture files) or `feedback` (workers review what you supply).
            description: What is wanted, 10 to 5,000 characters; workers read it.
            accepted_formats: MIME types, such as `["image/jpeg"]`.
            files_needed: How many approved files are wanted, 1 to 10,000.
            price_per_file_cents: Price of an approved file in US cents, 10 to 50,000.
            content_type: Everyday word for the kind of `accepted_formats`: `image`, `audio` or `video`.
            quantity: Everyday word for `files_needed`.
            reward_per_file: Everyday word for `price_per_file_cents`, in credits (1 credit is 1 cent).
            file_formats: Everyday word for formats of that kind, such as `["jpeg", "png"]`. Default: all of the kind.
            title: Label in the dashboard, at most 100 characters.
            files_per_submission: Files that a worker hands in at once, 1 to 5; the service's default is 1.
            min_star_rating: Stars from which a file is approved, 1 to 5; the service's default is 3.
            scoring_criteria: Your own rubric for the AI that scores, at most 1,000 characters.
            min_width, min_height: Pixels below which a picture or video is rejected unseen.
            worker_guidelines: More instructions for workers.
            location: Where to capture: `{"lat": 40.7, "lng": -74.0, "radius_km": 5}`.
            deadline: When the job should end; a time with its zone, or ISO 8601 text.
            max_workers: How many may work at once; the service's default is no limit.
            metadata: Your own data, at most 20 keys; comes back with the job.
            idempotency_key: A key of yours for this job, remembered by the service for 24 hours: a script that is run
                again with the same key and arguments gets the same job instead of a second one. Default: a new key,
                which makes the retries of this one call safe.

        Returns:
            The new job, live and not yet worked on.

        Raises:
            FirstHandArgumentError: An argument is missing, wrong or outside its limits; nothing was sent.
            FirstHandInsufficientCreditsError: The balance does not cover the escrow.
            FirstHandIdempotencyError: The key was used for a job with other arguments.
        """
        words, spoken = job_words(
            {
                "type": type,
                "description": description,
                "accepted_formats": accepted_formats,
                "files_needed": files_needed,
                "price_per_file_cents": price_per_file_cents,
                "content_type": content_type,
                "quantity": quantity,
                "reward_per_file": reward_per_file,
                "file_formats": file_formats,
                "title": title,
                "files_per_submission": files_per_submission,
                "min_star_rating": min_star_rating,
                "scoring_criteria": scoring_criteria,
                "min_width": min_width,
                "min_height": min_height,
                "worker_guidelines": worker_guidelines,
                "location": location,
                "deadline": _arguments.moment("deadline", deadline),
                "max_workers": max_workers,
                "metadata": metadata,
            }
        )
        _arguments.check("create_job", words, spoken)
        _arguments.check_key(idempotency_key)
        body = JobCreate(
            type=words["type"],
            description=words["description"],
            accepted_formats=words["accepted_formats"],
            files_needed=words["files_needed"],
            price_per_file_cents=words["price_per_file_cents"],
            title=given(title),
            files_per_submission=given(files_per_submission),
            min_star_rating=given(min_star_rating),
            scoring_criteria=given(scoring_criteria),
            min_width=given(min_width),
            min_height=given(min_height),
            worker_guidelines=given(worker_guidelines),
            location=given(None if location is None else Location.from_dict(location)),
            deadline=given(words.get("deadline")),
            max_workers=given(max_workers),
            metadata=given(None if metadata is None else Metadata.from_dict(metadata)),
        )
        return Job.adopt(await self._client.request(create_job.build(body=body, idempotency_key=idempotency_key)))

    async def get(self, job_id: str, *, wait_seconds: Optional[float] = None) -> Job:
        """One job as it stands.

        >>> (await client.jobs.get(job.id)).id == job.id
        True

        Args:
            job_id: The job's id.
            wait_seconds: Let the service hold its answer until the job changes, for so many seconds at the most
                (a long poll by `Prefer: wait=N`; rounded up, 60 is the longest). To wait longer, or for the end, use
                `wait`.

        Raises:
            FirstHandNotFoundError: There is no job with this id.
        """
        prefer, seconds = _arguments.prefer_wait(wait_seconds)
        call = get_job.build(identifier("job_id", job_id), prefer=prefer)
        return Job.adopt(await self._client.request(call, wait_seconds=seconds))

    @async_listing
    async def list(
        self,
        *,
        status: Optional[KnownJobStatus] = None,
        type: Optional[KnownJobType] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> AsyncPage[Job]:
        """Jobs, newest first.

        >>> page = await client.jobs.list(status="completed", limit=50)
        >>> {found.status for found in page.data}
        {'completed'}

        Args:
            status: Only jobs in this status.
            type: Only jobs of this type.
            limit: Items per page, 1 to 100; the service's default is 20.
            cursor: Go on from here: `next_cursor` of an earlier page.

        Returns:
            A page that iterates over all pages.
        """
        _arguments.check("list_jobs", {"status": status, "type": type, "limit": limit, "cursor": cursor})
        found = await self._client.request(list_jobs.build(status=status, type_=type, limit=limit, cursor=cursor))
        return AsyncPage(
            found,
            [Job.adopt(job) for job in found.data],
            lambda cursor: self.list(status=status, type=type, limit=limit, cursor=cursor),
            cursor,
        )

    async def cancel(self, job_id: str) -> Job:
        """Cancel a job. What is left of its escrow returns to the balance at once; approved files stay yours.

        >>> unwanted = await client.jobs.create(
        ...     type="data_collection", description="Ten seconds of rain.", content_type="audio",
        ...     quantity=5, reward_per_file=20,
        ... )
        >>> (await client.jobs.cancel(unwanted.id)).status
        'cancelled'

        Args:
            job_id: The job's id.

        Raises:
            FirstHandConflictError: The job is completed or cancelled already.
            FirstHandNotFoundError: There is no job with this id.
        """
        return Job.adopt(await self._client.request(cancel_job.build(identifier("job_id", job_id))))

    async def rate(self, job_id: str, stars: int, *, comment: Optional[str] = None) -> Job:
        """Rate a completed job.

        That a job can be rated is documented, the names `stars` and `comment` are ours.

        >>> (await client.jobs.rate(job.id, 5, comment="sharp and legible")).rating
        5

        Args:
            job_id: The job's id.
            stars: 1 to 5.
            comment: A word about it, at most 1,000 characters.

        Raises:
            FirstHandConflictError: The job is not completed.
        """
        _arguments.check("rate_job", {"job_id": identifier("job_id", job_id), "stars": stars, "comment": comment})
        call = rate_job.build(identifier("job_id", job_id), body=JobRating(stars=stars, comment=given(comment)))
        return Job.adopt(await self._client.request(call))

    @async_listing
    async def audit(
        self, job_id: str, *, limit: Optional[int] = None, cursor: Optional[str] = None
    ) -> AsyncPage[AuditEvent]:
        """Who did what with a job, newest first.

        >>> [event.action for event in (await client.jobs.audit(job.id)).data][-1]
        'job.created'

        Args:
            job_id: The job's id.
            limit: Items per page, 1 to 100; the service's default is 20.
            cursor: Go on from here: `next_cursor` of an earlier page.

        Returns:
            A page that iterates over all pages.
        """
        _arguments.check("get_job_audit", {"job_id": identifier("job_id", job_id), "limit": limit, "cursor": cursor})
        found = await self._client.request(
            get_job_audit.build(identifier("job_id", job_id), limit=limit, cursor=cursor)
        )
        return AsyncPage(found, found.data, lambda cursor: self.audit(job_id, limit=limit, cursor=cursor), cursor)

    @async_listing
    async def submissions(
        self,
        job_id: str,
        *,
        status: Optional[KnownSubmissionStatus] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> AsyncPage[Submission]:
        """What workers handed in for a job, approved or not, newest first.

        >>> page = await client.jobs.submissions(job.id)
        >>> {submission.job_id == job.id for submission in page.data}
        {True}

        Args:
            job_id: The job's id.
            status: Only submissions in this status (this filter is inferred).
            limit: Items per page, 1 to 100; the service's default is 20.
            cursor: Go on from here: `next_cursor` of an earlier page.

        Returns:
            A page that iterates over all pages.
        """
        found_id = identifier("job_id", job_id)
        _arguments.check(
            "get_job_submissions", {"job_id": found_id, "status": status, "limit": limit, "cursor": cursor}
        )
        call = get_job_submissions.build(found_id, status=status, limit=limit, cursor=cursor)
        found = await self._client.request(call)
        return AsyncPage(
            found,
            found.data,
            lambda cursor: self.submissions(job_id, status=status, limit=limit, cursor=cursor),
            cursor,
        )

    async def wait(
        self,
        job_id: str,
        *,
        until: Literal["completed"] = "completed",
        min_approved: Optional[int] = None,
        max_wait_seconds: float = 3600.0,
        poll_interval_seconds: float = 30.0,
    ) -> Job:
        """Wait until a job is completed, or has a number of approved files.

        Each request is a long poll, so a change is seen at once. A service that does not hold long polls is asked
        again after a pause that grows to `poll_interval_seconds`.

        >>> (await client.jobs.wait(job.id)).status
        'completed'

        Args:
            job_id: The job's id.
            until: The status to wait for; `completed` is the only one that every job moves towards.
            min_approved: Wait only until so many files are approved.
            max_wait_seconds: When to give up.
            poll_interval_seconds: The longest pause between two requests where long polls are not held.

        Returns:
            The job as it stands then.

        Raises:
            FirstHandWaitTimeoutError: The time is over; `error.job` is the job as it stood last.
            FirstHandWaitError: The job can never come there, because it was cancelled or ended with fewer files.
        """
        if until != "completed":
            raise FirstHandArgumentError("until", f"must be 'completed', not {until!r}")
        found_id = identifier("job_id", job_id)
        wait = _waiting.JobWait(
            min_approved=min_approved,
            max_wait_seconds=max_wait_seconds,
            poll_interval_seconds=poll_interval_seconds,
            clock=self._client._settings.clock,
        )
        return Job.adopt(await wait_for(self._client, wait, lambda prefer: get_job.build(found_id, prefer=prefer)))

    async def create_and_wait(
        self,
        *,
        min_approved: Optional[int] = None,
        max_wait_seconds: float = 3600.0,
        poll_interval_seconds: float = 30.0,
        **job: Unpack[JobArguments],
    ) -> Job:
        """Post a job, as `create` does, and wait for it, as `wait` does.

        >>> done = await client.jobs.create_and_wait(
        ...     type="data_collection", description="A photo of a bus stop sign.", content_type="image",
        ...     quantity=1, reward_per_file=50,
        ... )
        >>> done.status, done.files_approved
        ('completed', 1)

        Args:
            min_approved, max_wait_seconds, poll_interval_seconds: As in `wait`.
            job: As in `create`.

        Returns:
            The job as it stands when the wait is over.

        Raises:
            FirstHandWaitTimeoutError: The time is over; the job runs on, and `error.job.id` names it for `wait`.
            FirstHandUnexpectedAnswerError: The job was answered without an id; its notes say how to find it.
        """
        # What cannot be waited for must not be posted either.
        _waiting.check_seconds(max_wait_seconds, poll_interval_seconds)
        _waiting.check_min_approved(min_approved)
        # No overload of `create` takes both vocabularies, and which of them was used is checked there.
        create: Any = self.create
        created: Job = await make(
            lambda key: create(**{**job, "idempotency_key": key}), job.get("idempotency_key"), "client.jobs.list()"
        )
        with _waiting.made(f"job {created.id}"):
            return await self.wait(
                created.id,
                min_approved=min_approved,
                max_wait_seconds=max_wait_seconds,
                poll_interval_seconds=poll_interval_seconds,
            )
