# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Rate a job.

POST /v1/jobs/{job_id}/rate
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import headers as _headers
from ...client import segment as _segment
from ...models.job import Job
from ...models.job_rating import JobRating


def build(
    job_id: str,
    *,
    body: JobRating,
    idempotency_key: str | None = None,
) -> Call[Job]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="rate_job",
        method="POST",
        path="/v1/jobs/{job_id}/rate".format(
            job_id=_segment(job_id),
        ),
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
