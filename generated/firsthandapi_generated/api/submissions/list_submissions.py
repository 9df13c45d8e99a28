# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""List submissions.

GET /v1/submissions
"""

from __future__ import annotations

import datetime
from typing import Any

from ...client import Call
from ...client import present as _present
from ...models.submission_list import SubmissionList
from ...models.submission_status import SubmissionStatus
from ...types import UNSET


def build(
    *,
    job_id: str | None = None,
    status: SubmissionStatus | None = None,
    min_score: int | None = None,
    start_date: datetime.datetime | None = None,
    end_date: datetime.datetime | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Call[SubmissionList]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="list_submissions",
        method="GET",
        path="/v1/submissions",
        query=_present(
            {
                "job_id": job_id,
                "status": status,
                "min_score": min_score,
                "start_date": start_date,
                "end_date": end_date,
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
