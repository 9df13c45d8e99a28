"""Flat methods of the client, with a JSON body as their argument: `client.create_task({...})`. Here: jobs and tasks.

They send a body and filters as they are, and leave it to the service to check them: what it refuses is a
`FirstHandValidationError`. A list is one answer, with `data` and `next_cursor`; it does not fetch what follows.
The resources (`client.tasks`) take the same things as typed arguments, check them first, and go through all pages.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Optional, Union

from .. import _arguments
from .._arguments import identifier
from ..errors import FirstHandError, FirstHandWaitError
from .flat_account import AsyncFlatAccountMethods
from .waiting import make

if TYPE_CHECKING:
    from firsthandapi_generated.models.audit_event_list import AuditEventList
    from firsthandapi_generated.models.job_status import JobStatus
    from firsthandapi_generated.models.job_type import JobType
    from firsthandapi_generated.models.submission import Submission
    from firsthandapi_generated.models.submission_list import SubmissionList
    from firsthandapi_generated.models.submission_status import SubmissionStatus
    from firsthandapi_generated.models.submission_summary import SubmissionSummary
    from firsthandapi_generated.models.task import Task
    from firsthandapi_generated.models.task_list import TaskList
    from firsthandapi_generated.models.task_status import TaskStatus
    from firsthandapi_generated.models.task_validation import TaskValidation

    from ..models import File, FileList, Job, JobList
    from .jobs import AsyncJobs
    from .tasks import AsyncTasks


class AsyncFlatMethods(AsyncFlatAccountMethods):
    """Part of the client; it sends through the client's own `request`."""

    if TYPE_CHECKING:

        @cached_property
        def jobs(self) -> AsyncJobs:
            """The client has it."""
            ...

        @cached_property
        def tasks(self) -> AsyncTasks:
            """The client has it."""
            ...

    async def create_task(self, body: Mapping[str, Any], *, idempotency_key: Optional[str] = None) -> Task:
        """Submit a task for human review.

        >>> task = await client.create_task({"task_type": "support_reply", "category": "text"})
        >>> task["id"] == task.id
        True

        Args:
            body: The task as JSON: `task_type`, `category`, `input`, `candidate_output`, `metadata`.
            idempotency_key: A key of yours, remembered for 24 hours. Default: a new key for each call.

        Raises:
            FirstHandValidationError: The service does not take it, such as an unknown `task_type`.
        """
        from firsthandapi_generated.api.tasks import create_task
        from firsthandapi_generated.models.task_create import TaskCreate

        _arguments.check_key(idempotency_key)
        wire = _arguments.body(TaskCreate, body)
        return await self.request(create_task.build(body=wire, idempotency_key=idempotency_key))

    async def get_task(self, task_id: str, *, wait_seconds: Optional[float] = None) -> Task:
        """One task as it stands.

        >>> task = await client.create_task({"task_type": "support_reply"})
        >>> (await client.get_task(task["id"], wait_seconds=30))["status"] in ("pending", "in_review", "resolved")
        True

        Args:
            task_id: The task's id.
            wait_seconds: Let the service hold its answer until the task changes, for so many seconds at the most
                (a long poll by `Prefer: wait=N`; 60 is the longest). None or 0: answer at once.
        """
        from firsthandapi_generated.api.tasks import get_task

        prefer, seconds = _arguments.prefer_wait(wait_seconds)
        call = get_task.build(identifier("task_id", task_id), prefer=prefer)
        return await self.request(call, wait_seconds=seconds)

    async def list_tasks(
        self,
        *,
        status: Optional[TaskStatus] = None,
        task_type: Optional[str] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> TaskList:
        """Tasks, newest first.

        >>> found = await client.list_tasks(status="resolved", limit=5)
        >>> found["object"], len(found.data) <= 5
        ('list', True)

        Args:
            status, task_type: Only tasks in this status, of this type.
            limit: Items in this answer, 1 to 100; the service's default is 20.
            cursor: Go on from here: `next_cursor` of an earlier answer.
        """
        from firsthandapi_generated.api.tasks import list_tasks

        return await self.request(list_tasks.build(status=status, task_type=task_type, limit=limit, cursor=cursor))

    async def get_task_audit(
        self, task_id: str, *, limit: Optional[int] = None, cursor: Optional[str] = None
    ) -> AuditEventList:
        """Who did what with a task, newest first.

        >>> task = await client.create_task({"task_type": "support_reply"})
        >>> (await client.get_task_audit(task["id"]))["data"][-1]["action"]
        'task.created'

        Args:
            task_id: The task's id.
            limit, cursor: As in `list_tasks`.
        """
        from firsthandapi_generated.api.tasks import get_task_audit

        return await self.request(get_task_audit.build(identifier("task_id", task_id), limit=limit, cursor=cursor))

    async def cancel_task(self, task_id: str) -> Task:
        """Cancel a task that nobody has reviewed yet.

        >>> task = await client.create_task({"task_type": "support_reply"})
        >>> (await client.cancel_task(task["id"]))["status"]
        'cancelled'

        Args:
            task_id: The task's id.
        """
        from firsthandapi_generated.api.tasks import cancel_task

        return await self.request(cancel_task.build(identifier("task_id", task_id)))

    async def validate_task(self, body: Mapping[str, Any]) -> TaskValidation:
        """Ask whether `create_task` would take a body, without submitting it. The fields of the answer are inferred.

        >>> (await client.validate_task({"task_type": "support_reply"}))["valid"]
        True

        Args:
            body: As in `create_task`.
        """
        from firsthandapi_generated.api.tasks import validate_task
        from firsthandapi_generated.models.task_create import TaskCreate

        return await self.request(validate_task.build(body=_arguments.body(TaskCreate, body)))

    async def submit_and_wait(
        self,
        body: Mapping[str, Any],
        *,
        max_wait_seconds: float = 120.0,
        poll_interval_seconds: float = 30.0,
        idempotency_key: Optional[str] = None,
    ) -> Task:
        """Submit a task, once, and wait until it is final or the time is over.

        Whatever fails in between, the task is submitted once: every attempt to submit it carries the same idempotency
        key, and looks that fail are looked again. An error that comes after the submission says the task's id.

        >>> task = await client.submit_and_wait({"task_type": "support_reply"}, max_wait_seconds=600)
        >>> task["status"], task["decision"] in ("approve", "reject", "approve_with_edit", "escalate")
        ('resolved', True)

        Args:
            body: As in `create_task`.
            max_wait_seconds: How long to wait.
            poll_interval_seconds: The longest pause between two requests where the service does not hold long polls.
            idempotency_key: As in `create_task`: with a key of yours, a script that is run again waits for the same
                task.

        Returns:
            The task as it stands: in a final status, or, when the time is over, in whatever status it is. The resource
            form, `client.tasks.wait`, raises instead.

        Raises:
            FirstHandUnexpectedAnswerError: The task was answered without an id; its notes say how to find it.
        """
        from .. import _waiting

        _waiting.check_seconds(max_wait_seconds, poll_interval_seconds)
        task = await make(
            lambda key: self.create_task(body, idempotency_key=key), idempotency_key, "client.list_tasks()"
        )
        with _waiting.made(f"task {task.id}"):
            try:
                return await self.tasks.wait(
                    task.id, max_wait_seconds=max_wait_seconds, poll_interval_seconds=poll_interval_seconds
                )
            except FirstHandWaitError as error:
                return error.task
            except FirstHandError as error:
                # No look came through before the time was over: what is known is what was made.
                if error.retryable:
                    return task
                raise

    async def create_job(self, body: Mapping[str, Any], *, idempotency_key: Optional[str] = None) -> Job:
        """Post a job and put its full price in escrow.

        >>> job = await client.create_job({
        ...     "type": "data_collection",
        ...     "description": "A clear photo of a coffee shop's whole menu board.",
        ...     "accepted_formats": ["image/jpeg"],
        ...     "files_needed": 2,
        ...     "price_per_file_cents": 75,
        ... })
        >>> job["status"], job["total_cost_cents"]
        ('active', 150)

        Args:
            body: The job as JSON, in the words of the HTTP API; `client.jobs.create` says which there are.
            idempotency_key: A key of yours, remembered for 24 hours: a script that is run again with it gets the same
                job instead of a second one. Default: a new key for each call.

        Raises:
            FirstHandInsufficientCreditsError: The balance does not cover the escrow.
            FirstHandIdempotencyError: The key was used for a job with another body.
        """
        from firsthandapi_generated.api.jobs import create_job
        from firsthandapi_generated.models.job_create import JobCreate

        from ..models import Job

        _arguments.check_key(idempotency_key)
        wire = _arguments.body(JobCreate, body)
        return Job.adopt(await self.request(create_job.build(body=wire, idempotency_key=idempotency_key)))

    async def get_job(self, job_id: str, *, wait_seconds: Optional[float] = None) -> Job:
        """One job as it stands.

        >>> (await client.get_job(job["id"]))["status"]
        'completed'

        Args:
            job_id: The job's id.
            wait_seconds: As in `get_task`.
        """
        from firsthandapi_generated.api.jobs import get_job

        from ..models import Job

        prefer, seconds = _arguments.prefer_wait(wait_seconds)
        call = get_job.build(identifier("job_id", job_id), prefer=prefer)
        return Job.adopt(await self.request(call, wait_seconds=seconds))

    async def list_jobs(
        self,
        *,
        status: Optional[JobStatus] = None,
        type: Optional[JobType] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> JobList:
        """Jobs, newest first.

        >>> found = await client.list_jobs(status="completed", limit=1)
        >>> found["data"][0]["files_needed"] == found.data[0].quantity
        True

        Args:
            status, type: Only jobs in this status, of this type.
            limit, cursor: As in `list_tasks`.
        """
        from firsthandapi_generated.api.jobs import list_jobs

        from ..models import JobList

        call = list_jobs.build(status=status, type_=type, limit=limit, cursor=cursor)
        return JobList.adopt(await self.request(call))

    async def get_job_audit(
        self, job_id: str, *, limit: Optional[int] = None, cursor: Optional[str] = None
    ) -> AuditEventList:
        """Who did what with a job, newest first.

        >>> (await client.get_job_audit(job["id"]))["data"][-1]["action"]
        'job.created'

        Args:
            job_id: The job's id.
            limit, cursor: As in `list_tasks`.
        """
        from firsthandapi_generated.api.jobs import get_job_audit

        return await self.request(get_job_audit.build(identifier("job_id", job_id), limit=limit, cursor=cursor))

    async def cancel_job(self, job_id: str) -> Job:
        """Cancel a job. What is left of its escrow returns to the balance at once; approved files stay yours.

        >>> unwanted = await client.create_job({
        ...     "type": "data_collection", "description": "Ten seconds of rain.", "accepted_formats": ["audio/mpeg"],
        ...     "files_needed": 5, "price_per_file_cents": 20,
        ... })
        >>> (await client.cancel_job(unwanted["id"]))["status"]
        'cancelled'

        Args:
            job_id: The job's id.
        """
        from firsthandapi_generated.api.jobs import cancel_job

        from ..models import Job

        return Job.adopt(await self.request(cancel_job.build(identifier("job_id", job_id))))

    async def rate_job(self, job_id: str, body: Mapping[str, Any]) -> Job:
        """Rate a completed job. That it can be rated is documented, the fields of the body are ours.

        >>> (await client.rate_job(job["id"], {"stars": 5, "comment": "sharp and legible"}))["rating"]
        5

        Args:
            job_id: The job's id.
            body: `stars`, 1 to 5, and a `comment`.
        """
        from firsthandapi_generated.api.jobs import rate_job
        from firsthandapi_generated.models.job_rating import JobRating

        from ..models import Job

        call = rate_job.build(identifier("job_id", job_id), body=_arguments.body(JobRating, body))
        return Job.adopt(await self.request(call))

    async def create_job_and_wait(
        self,
        body: Mapping[str, Any],
        *,
        max_wait_seconds: float = 120.0,
        poll_interval_seconds: float = 30.0,
        idempotency_key: Optional[str] = None,
    ) -> Job:
        """Post a job, once, and wait until it is completed or cancelled, or the time is over.

        >>> job = await client.create_job_and_wait({
        ...     "type": "data_collection", "description": "A photo of a bus stop sign.",
        ...     "accepted_formats": ["image/jpeg"], "files_needed": 1, "price_per_file_cents": 50,
        ... }, max_wait_seconds=3600)
        >>> job["status"]
        'completed'

        Args:
            body: As in `create_job`.
            max_wait_seconds, poll_interval_seconds: As in `submit_and_wait`.
            idempotency_key: As in `create_job`.

        Returns:
            The job as it stands: over, or, when the time is over, in whatever status it is. The resource form,
            `client.jobs.wait`, raises instead.

        Raises:
            FirstHandUnexpectedAnswerError: The job was answered without an id; its notes say how to find it.
        """
        from .. import _waiting

        _waiting.check_seconds(max_wait_seconds, poll_interval_seconds)
        job = await make(lambda key: self.create_job(body, idempotency_key=key), idempotency_key, "client.list_jobs()")
        with _waiting.made(f"job {job.id}"):
            try:
                return await self.jobs.wait(
                    job.id, max_wait_seconds=max_wait_seconds, poll_interval_seconds=poll_interval_seconds
                )
            except FirstHandWaitError as error:
                return error.job
            except FirstHandError as error:
                # No look came through before the time was over: what is known is what was made.
                if error.retryable:
                    return job
                raise

    async def get_job_files(
        self,
        job_id: str,
        *,
        min_score: Optional[int] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> FileList:
        """Approved files of a job, newest first, each with a link to its content and its annotations.

        >>> (await client.get_job_files(job["id"], min_score=4)).data[0].score >= 4
        True

        Args:
            job_id: The job's id.
            min_score: Only files with at least so many stars, 1 to 5; the service's default is 3.
            limit, cursor: As in `list_tasks`.
        """
        from firsthandapi_generated.api.files import get_job_files

        from ..models import FileList

        call = get_job_files.build(identifier("job_id", job_id), min_score=min_score, limit=limit, cursor=cursor)
        return FileList.adopt(await self.request(call))

    async def refresh_file_url(self, file_id: str) -> File:
        """The file with a new link; links are good for 7 days. That the answer is the whole file is inferred.

        >>> file = (await client.get_job_files(job["id"]))["data"][0]
        >>> (await client.refresh_file_url(file["id"]))["content_hash"] == file["content_hash"]
        True

        Args:
            file_id: The file's id.
        """
        from firsthandapi_generated.api.files import refresh_file_url

        from ..models import File

        return File.adopt(await self.request(refresh_file_url.build(identifier("file_id", file_id))))

    async def get_job_submissions(
        self,
        job_id: str,
        *,
        status: Optional[SubmissionStatus] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> SubmissionList:
        """What workers handed in for a job, approved or not, newest first.

        >>> (await client.get_job_submissions(job["id"]))["data"][0]["job_id"] == job["id"]
        True

        Args:
            job_id: The job's id.
            status: Only submissions in this status (this filter is inferred).
            limit, cursor: As in `list_tasks`.
        """
        from firsthandapi_generated.api.submissions import get_job_submissions

        call = get_job_submissions.build(identifier("job_id", job_id), status=status, limit=limit, cursor=cursor)
        return await self.request(call)

    async def list_submissions(
        self,
        *,
        job_id: Optional[str] = None,
        status: Optional[SubmissionStatus] = None,
        min_score: Optional[int] = None,
        start_date: Union[str, datetime.datetime, None] = None,
        end_date: Union[str, datetime.datetime, None] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> SubmissionList:
        """Submissions of all jobs, newest first.

        >>> (await client.list_submissions(status="approved", limit=1))["data"][0]["status"]
        'approved'

        Args:
            job_id, status, min_score: Only submissions to this job, in this status, with at least so many stars.
            start_date, end_date: Only submissions between these times, each with its zone or as ISO 8601 text. The
                service's default is the last 30 days.
            limit, cursor: As in `list_tasks`.
        """
        from firsthandapi_generated.api.submissions import list_submissions

        call = list_submissions.build(
            job_id=job_id,
            status=status,
            min_score=min_score,
            start_date=_arguments.moment("start_date", start_date),
            end_date=_arguments.moment("end_date", end_date),
            limit=limit,
            cursor=cursor,
        )
        return await self.request(call)

    async def get_submission(self, submission_id: str) -> Submission:
        """One submission.

        >>> found = (await client.list_submissions(limit=1))["data"][0]
        >>> (await client.get_submission(found["id"]))["job_id"] == found["job_id"]
        True

        Args:
            submission_id: The submission's id.
        """
        from firsthandapi_generated.api.submissions import get_submission

        return await self.request(get_submission.build(identifier("submission_id", submission_id)))

    async def get_submission_summary(
        self,
        *,
        job_id: Optional[str] = None,
        start_date: Union[str, datetime.datetime, None] = None,
        end_date: Union[str, datetime.datetime, None] = None,
    ) -> SubmissionSummary:
        """How many submissions there were, by status and stars. The fields of the answer are ours.

        >>> (await client.get_submission_summary(job_id=job["id"]))["approved"]
        2

        Args:
            job_id, start_date, end_date: As in `list_submissions`.
        """
        from firsthandapi_generated.api.submissions import get_submission_summary

        call = get_submission_summary.build(
            job_id=job_id,
            start_date=_arguments.moment("start_date", start_date),
            end_date=_arguments.moment("end_date", end_date),
        )
        return await self.request(call)
