# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Get a task.

GET /v1/tasks/{task_id}
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
    prefer: str | None = None,
) -> Call[Task]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="get_task",
        method="GET",
        path="/v1/tasks/{task_id}".format(
            task_id=_segment(task_id),
        ),
        query={},
        headers=_headers(
            {
                "Prefer": prefer,
            }
        ),
        body=UNSET,
        authenticated=True,
        takes_idempotency_key=False,
        parse=_parse,
    )


def parse(answer: Any) -> Task:
    """The typed form of a 2xx answer's JSON."""
    return Task.from_dict(answer)


_parse = parse
