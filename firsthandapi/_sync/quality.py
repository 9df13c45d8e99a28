# Derived from _async/quality.py by `make regenerate`. Edit that file.
"""How good the collected data is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firsthandapi_generated.api.quality import get_quality_summary

from .client import Resource

if TYPE_CHECKING:
    from firsthandapi_generated.models.quality_summary import QualitySummary


class Quality(Resource):
    """`client.quality`: metrics over all jobs and tasks.

    The operation is documented, its path and fields are inferred.
    """

    def summary(self) -> QualitySummary:
        """Aggregate quality metrics.

        >>> summary = client.quality.summary()
        >>> summary.submissions_approved <= summary.submissions_scored
        True
        """
        return self._client.request(get_quality_summary.build())
