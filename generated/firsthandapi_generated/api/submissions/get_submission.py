# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Get a submission.

GET /v1/submissions/{submission_id}
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import segment as _segment
from ...models.submission import Submission
from ...types import UNSET


def build(
    submission_id: str,
) -> Call[Submission]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="get_submission",
        method="GET",
        path="/v1/submissions/{submission_id}".format(
            submission_id=_segment(submission_id),
        ),
        query={},
        headers={},
        body=UNSET,
        authenticated=True,
        takes_idempotency_key=False,
        parse=_parse,
    )


def parse(answer: Any) -> Submission:
    """The typed form of a 2xx answer's JSON."""
    return Submission.from_dict(answer)


_parse = parse
