# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""List tasks.

GET /v1/tasks
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import present as _present
from ...models.task_list import TaskList
from ...models.task_status import TaskStatus
from ...types import UNSET


def build(
    *,
    status: TaskStatus | None = None,
    task_type: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Call[TaskList]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="list_tasks",
        method="GET",
        path="/v1/tasks",
        query=_present(
            {
                "status": status,
                "task_type": task_type,
                "limit": limit,
                "cursor": cursor,
            }
        ),
        headers={},
        body=UNSET,
        authenticated=True,
        takes_idempotency_key=False,
        parse=_parse,
    )


def parse(answer: Any) -> TaskList:
    """The typed form of a 2xx answer's JSON."""
    return TaskList.from_dict(answer)


_parse = parse
