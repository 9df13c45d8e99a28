"""Tasks: outputs of an AI that a person reviews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Optional

from firsthandapi_generated.api.tasks import (
    cancel_task,
    create_task,
    get_task,
    get_task_audit,
    list_tasks,
    validate_task,
)
from firsthandapi_generated.models.json_object import JsonObject
from firsthandapi_generated.models.metadata import Metadata
from firsthandapi_generated.models.task_create import TaskCreate

from .. import _arguments, _waiting
from .._arguments import given, identifier
from .._listing import async_listing
from .client import AsyncResource
from .page import AsyncPage
from .waiting import make, wait_for

if TYPE_CHECKING:
    from firsthandapi_generated.models.audit_event import AuditEvent
    from firsthandapi_generated.models.task import Task
    from firsthandapi_generated.models.task_status import KnownTaskStatus
    from firsthandapi_generated.models.task_validation import TaskValidation


class AsyncTasks(AsyncResource):
    """`client.tasks`: submit an AI's output for human review, and get the decision.

    The operations and `decision` are documented, their paths and the other statuses are inferred.
    """

    async def create(
        self,
        *,
        task_type: str,
        category: Optional[str] = None,
        input: Optional[Mapping[str, Any]] = None,
        candidate_output: Optional[Mapping[str, Any]] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        idempotency_key: Optional[str] = None,
    ) -> Task:
        """Submit a task.

        >>> task = await client.tasks.create(
        ...     task_type="support_reply",
        ...     category="text",
        ...     input={"customer_message": "I want a refund"},
        ...     candidate_output={"content": "I can help with that..."},
        ... )
        >>> task.status
        'pending'

        Args:
            task_type: What kind of output it is; `support_reply` is the one that is documented.
            category: What it consists of, such as `text`.
            input: What the AI was given.
            candidate_output: What it made of it.
            metadata: Your own data, at most 20 keys; comes back with the task.
            idempotency_key: A key of yours, remembered for 24 hours, so that a script that is run again submits
                nothing twice. Default: a new key for each call.

        Returns:
            The task, not yet reviewed.

        Raises:
            FirstHandArgumentError: An argument is wrong; nothing was sent.
            FirstHandValidationError: The service does not take it, such as an unknown `task_type`.
        """
        body = _body(task_type, category, input, candidate_output, metadata)
        _arguments.check("create_task", body)
        _arguments.check_key(idempotency_key)
        return await self._client.request(create_task.build(body=body, idempotency_key=idempotency_key))

    async def get(self, task_id: str, *, wait_seconds: Optional[float] = None) -> Task:
        """One task as it stands.

        >>> task = await client.tasks.create(task_type="support_reply")
        >>> (await client.tasks.get(task.id, wait_seconds=30)).id == task.id
        True

        Args:
            task_id: The task's id.
            wait_seconds: Let the service hold its answer until the task changes, for so many seconds at the most
                (a long poll by `Prefer: wait=N`; rounded up, 60 is the longest).

        Raises:
            FirstHandNotFoundError: There is no task with this id.
        """
        prefer, seconds = _arguments.prefer_wait(wait_seconds)
        call = get_task.build(identifier("task_id", task_id), prefer=prefer)
        return await self._client.request(call, wait_seconds=seconds)

    @async_listing
    async def list(
        self,
        *,
        status: Optional[KnownTaskStatus] = None,
        task_type: Optional[str] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> AsyncPage[Task]:
        """Tasks, newest first.

        >>> page = await client.tasks.list(limit=5)
        >>> len(page.data) <= 5
        True

        Args:
            status: Only tasks in this status.
            task_type: Only tasks of this type (this filter is inferred).
            limit: Items per page, 1 to 100; the service's default is 20.
            cursor: Go on from here: `next_cursor` of an earlier page.

        Returns:
            A page that iterates over all pages.
        """
        arguments = {"status": status, "task_type": task_type, "limit": limit, "cursor": cursor}
        _arguments.check("list_tasks", arguments)
        found = await self._client.request(
            list_tasks.build(status=status, task_type=task_type, limit=limit, cursor=cursor)
        )
        return AsyncPage(
            found,
            found.data,
            lambda cursor: self.list(status=status, task_type=task_type, limit=limit, cursor=cursor),
            cursor,
        )

    @async_listing
    async def audit(
        self, task_id: str, *, limit: Optional[int] = None, cursor: Optional[str] = None
    ) -> AsyncPage[AuditEvent]:
        """Who did what with a task, newest first.

        >>> task = await client.tasks.create(task_type="support_reply")
        >>> [event.action for event in (await client.tasks.audit(task.id)).data][-1]
        'task.created'

        Args:
            task_id: The task's id.
            limit: Items per page, 1 to 100; the service's default is 20.
            cursor: Go on from here: `next_cursor` of an earlier page.

        Returns:
            A page that iterates over all pages.
        """
        found_id = identifier("task_id", task_id)
        _arguments.check("get_task_audit", {"task_id": found_id, "limit": limit, "cursor": cursor})
        found = await self._client.request(get_task_audit.build(found_id, limit=limit, cursor=cursor))
        return AsyncPage(found, found.data, lambda cursor: self.audit(found_id, limit=limit, cursor=cursor), cursor)

    async def cancel(self, task_id: str) -> Task:
        """Cancel a task that nobody has reviewed yet.

        >>> task = await client.tasks.create(task_type="support_reply")
        >>> (await client.tasks.cancel(task.id)).status
        'cancelled'

        Args:
            task_id: The task's id.

        Raises:
            FirstHandConflictError: The task is final already.
            FirstHandNotFoundError: There is no task with this id.
        """
        return await self._client.request(cancel_task.build(identifier("task_id", task_id)))

    async def validate(
        self,
        *,
        task_type: str,
        category: Optional[str] = None,
        input: Optional[Mapping[str, Any]] = None,
        candidate_output: Optional[Mapping[str, Any]] = None,
        metadata: Optional[Mapping[str, Any]] = None,
    ) -> TaskValidation:
        """Ask whether `create` would take a task, without submitting it. The fields of the answer are inferred.

        >>> result = await client.tasks.validate(task_type="poetry")
        >>> result.valid, result.errors[0].field
        (False, 'task_type')

        Args:
            task_type, category, input, candidate_output, metadata: As in `create`.
        """
        body = _body(task_type, category, input, candidate_output, metadata)
        _arguments.check("validate_task", body)
        return await self._client.request(validate_task.build(body=body))

    async def wait(
        self, task_id: str, *, max_wait_seconds: float = 3600.0, poll_interval_seconds: float = 30.0
    ) -> Task:
        """Wait until a task is final: `resolved`, `completed`, `timed_out`, `failed` or `cancelled`.

        Each request is a long poll, so a change is seen at once. A service that does not hold long polls is asked
        again after a pause that grows to `poll_interval_seconds`.

        >>> task = await client.tasks.create(task_type="support_reply")
        >>> (await client.tasks.wait(task.id)).status
        'resolved'

        Args:
            task_id: The task's id.
            max_wait_seconds: When to give up.
            poll_interval_seconds: The longest pause between two requests where long polls are not held.

        Returns:
            The task in its final status; `decision` is set where it is resolved.

        Raises:
            FirstHandWaitTimeoutError: The time is over; `error.task` is the task as it stood last. Where that is no
                error to you, `client.submit_and_wait` returns it instead.
        """
        found_id = identifier("task_id", task_id)
        wait = _waiting.TaskWait(
            max_wait_seconds=max_wait_seconds,
            poll_interval_seconds=poll_interval_seconds,
            clock=self._client._settings.clock,
        )
        return await wait_for(self._client, wait, lambda prefer: get_task.build(found_id, prefer=prefer))

    async def create_and_wait(
        self,
        *,
        task_type: str,
        category: Optional[str] = None,
        input: Optional[Mapping[str, Any]] = None,
        candidate_output: Optional[Mapping[str, Any]] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        idempotency_key: Optional[str] = None,
        max_wait_seconds: float = 3600.0,
        poll_interval_seconds: float = 30.0,
    ) -> Task:
        """Submit a task, once, as `create` does, and wait for it, as `wait` does.

        >>> task = await client.tasks.create_and_wait(
        ...     task_type="support_reply", candidate_output={"content": "I can help with that..."}
        ... )
        >>> task.decision in ("approve", "reject", "approve_with_edit", "escalate")
        True

        Args:
            task_type, category, input, candidate_output, metadata, idempotency_key: As in `create`.
            max_wait_seconds, poll_interval_seconds: As in `wait`.

        Returns:
            The task in its final status.

        Raises:
            FirstHandWaitTimeoutError: The time is over; `error.task.id` names the task for `wait`.
            FirstHandUnexpectedAnswerError: The task was answered without an id; its notes say how to find it.
        """
        _waiting.check_seconds(max_wait_seconds, poll_interval_seconds)
        task = await make(
            lambda key: self.create(
                task_type=task_type,
                category=category,
                input=input,
                candidate_output=candidate_output,
                metadata=metadata,
                idempotency_key=key,
            ),
            idempotency_key,
            "client.tasks.list()",
        )
        with _waiting.made(f"task {task.id}"):
            return await self.wait(
                task.id, max_wait_seconds=max_wait_seconds, poll_interval_seconds=poll_interval_seconds
            )


def _body(
    task_type: str,
    category: Optional[str],
    input: Optional[Mapping[str, Any]],
    candidate_output: Optional[Mapping[str, Any]],
    metadata: Optional[Mapping[str, Any]],
) -> TaskCreate:
    return TaskCreate(
        task_type=task_type,
        category=given(category),
        input=given(None if input is None else JsonObject.from_dict(input)),
        candidate_output=given(None if candidate_output is None else JsonObject.from_dict(candidate_output)),
        metadata=given(None if metadata is None else Metadata.from_dict(metadata)),
    )
