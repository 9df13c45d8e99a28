# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Check a task.

POST /v1/tasks/validate
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...models.task_create import TaskCreate
from ...models.task_validation import TaskValidation


def build(
    *,
    body: TaskCreate,
) -> Call[TaskValidation]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="validate_task",
        method="POST",
        path="/v1/tasks/validate",
        query={},
        headers={},
        body=body,
        authenticated=True,
        takes_idempotency_key=False,
        parse=_parse,
    )


def parse(answer: Any) -> TaskValidation:
    """The typed form of a 2xx answer's JSON."""
    return TaskValidation.from_dict(answer)


_parse = parse
