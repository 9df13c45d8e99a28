# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Post a job.

POST /v1/jobs
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import headers as _headers
from ...models.job import Job
from ...models.job_create import JobCreate


def build(
    *,
    body: JobCreate,
    idempotency_key: str | None = None,
) -> Call[Job]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="create_job",
        method="POST",
        path="/v1/jobs",
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


def parse(answer: Any) -> Job:
    """The typed form of a 2xx answer's JSON."""
    return Job.from_dict(answer)


_parse = parse
