# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Submit a task.

POST /v1/tasks
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import headers as _headers
from ...models.task import Task
from ...models.task_create import TaskCreate


def build(
    *,
    body: TaskCreate,
    idempotency_key: str | None = None,
) -> Call[Task]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="create_task",
        method="POST",
        path="/v1/tasks",
        query={},
        headers=_headers(
            {
                "Idempotency-Key": idempotency_key,
            }
        ),
        body=body,
        authenticated=True,
        takes_idempotency_key=True,
        parse=_parse,
    )


def parse(answer: Any) -> Task:
    """The typed form of a 2xx answer's JSON."""
    return Task.from_dict(answer)


_parse = parse
