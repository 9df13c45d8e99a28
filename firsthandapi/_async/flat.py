"""The flat methods of the client, with a JSON body as their argument: `client.create_task({...})`.

They send a body as it is, and leave it to the service to check it. The resources (`client.tasks`) take the same things
as typed arguments and check them first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Optional, TypeVar

from .. import _arguments

if TYPE_CHECKING:
    from firsthandapi_generated.client import Call
    from firsthandapi_generated.models.task import Task

T = TypeVar("T")


class AsyncFlatMethods:
    """Part of the client; it sends through the client's own `request`."""

    if TYPE_CHECKING:

        async def request(self, call: Call[T], *, wait_seconds: float = 0.0) -> T: ...

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
        return await self.request(create_task.build(body=TaskCreate.from_dict(body), idempotency_key=idempotency_key))
