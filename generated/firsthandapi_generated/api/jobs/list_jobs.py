# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""List jobs.

GET /v1/jobs
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import present as _present
from ...models.job_list import JobList
from ...models.job_status import JobStatus
from ...models.job_type import JobType
from ...types import UNSET


def build(
    *,
    status: JobStatus | None = None,
    type_: JobType | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Call[JobList]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="list_jobs",
        method="GET",
        path="/v1/jobs",
        query=_present(
            {
                "status": status,
                "type": type_,
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


def parse(answer: Any) -> JobList:
    """The typed form of a 2xx answer's JSON."""
    return JobList.from_dict(answer)


_parse = parse
