# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""List a job's approved files.

GET /v1/jobs/{job_id}/files
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import present as _present
from ...client import segment as _segment
from ...models.file_list import FileList
from ...types import UNSET


def build(
    job_id: str,
    *,
    min_score: int | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Call[FileList]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="get_job_files",
        method="GET",
        path="/v1/jobs/{job_id}/files".format(
            job_id=_segment(job_id),
        ),
        query=_present(
            {
                "min_score": min_score,
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


def parse(answer: Any) -> FileList:
    """The typed form of a 2xx answer's JSON."""
    return FileList.from_dict(answer)


_parse = parse
