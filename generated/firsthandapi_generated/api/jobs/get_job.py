# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Get a job.

GET /v1/jobs/{job_id}
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import headers as _headers
from ...client import segment as _segment
from ...models.job import Job
from ...types import UNSET


def build(
    job_id: str,
    *,
    prefer: str | None = None,
) -> Call[Job]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="get_job",
        method="GET",
        path="/v1/jobs/{job_id}".format(
            job_id=_segment(job_id),
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


def parse(answer: Any) -> Job:
    """The typed form of a 2xx answer's JSON."""
    return Job.from_dict(answer)


_parse = parse
