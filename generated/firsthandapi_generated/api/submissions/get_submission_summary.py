# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Count submissions.

GET /v1/submissions/summary
"""

from __future__ import annotations

import datetime
from typing import Any

from ...client import Call
from ...client import present as _present
from ...models.submission_summary import SubmissionSummary
from ...types import UNSET


def build(
    *,
    job_id: str | None = None,
    start_date: datetime.datetime | None = None,
    end_date: datetime.datetime | None = None,
) -> Call[SubmissionSummary]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="get_submission_summary",
        method="GET",
        path="/v1/submissions/summary",
        query=_present(
            {
                "job_id": job_id,
                "start_date": start_date,
                "end_date": end_date,
            }
        ),
        headers={},
        body=UNSET,
        authenticated=True,
        takes_idempotency_key=False,
        parse=_parse,
    )


def parse(answer: Any) -> SubmissionSummary:
    """The typed form of a 2xx answer's JSON."""
    return SubmissionSummary.from_dict(answer)


_parse = parse
