# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""List a job's submissions.

GET /v1/jobs/{job_id}/submissions
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import present as _present
from ...client import segment as _segment
from ...models.submission_list import SubmissionList
from ...models.submission_status import SubmissionStatus
from ...types import UNSET


def build(
    job_id: str,
    *,
    status: SubmissionStatus | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Call[SubmissionList]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="get_job_submissions",
        method="GET",
        path="/v1/jobs/{job_id}/submissions".format(
            job_id=_segment(job_id),
        ),
        query=_present(
            {
                "status": status,
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


def parse(answer: Any) -> SubmissionList:
    """The typed form of a 2xx answer's JSON."""
    return SubmissionList.from_dict(answer)


_parse = parse
