# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Get quality metrics.

GET /v1/quality/summary
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...models.quality_summary import QualitySummary
from ...types import UNSET


def build() -> Call[QualitySummary]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="get_quality_summary",
        method="GET",
        path="/v1/quality/summary",
        query={},
        headers={},
        body=UNSET,
        authenticated=True,
        takes_idempotency_key=False,
        parse=_parse,
    )


def parse(answer: Any) -> QualitySummary:
    """The typed form of a 2xx answer's JSON."""
    return QualitySummary.from_dict(answer)


_parse = parse
