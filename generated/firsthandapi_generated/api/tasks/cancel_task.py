# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Cancel a task.

POST /v1/tasks/{task_id}/cancel
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import headers as _headers
from ...client import segment as _segment
from ...models.task import Task
from ...types import UNSET


def build(
    task_id: str,
    *,
    idempotency_key: str | None = None,
) -> Call[Task]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="cancel_task",
        method="POST",
        path="/v1/tasks/{task_id}/cancel".format(
            task_id=_segment(task_id),
        ),
        query={},
        headers=_headers(
            {
                "Idempotency-Key": idempotency_key,
            }
        ),
        body=UNSET,
        authenticated=True,
        takes_idempotency_key=True,
        parse=_parse,
    )


def parse(answer: Any) -> Task:
    """The typed form of a 2xx answer's JSON."""
    return Task.from_dict(answer)


_parse = parse
