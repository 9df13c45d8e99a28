"""How good the collected data is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firsthandapi_generated.api.quality import get_quality_summary

from .client import AsyncResource

if TYPE_CHECKING:
    from firsthandapi_generated.models.quality_summary import QualitySummary


class AsyncQuality(AsyncResource):
    """`client.quality`: metrics over all jobs and tasks.

    The operation is documented, its path and fields are inferred.
    """

    async def summary(self) -> QualitySummary:
        """Aggregate quality metrics.

        >>> summary = await client.quality.summary()
        >>> summary.submissions_approved <= summary.submissions_scored
        True
        """
        return await self._client.request(get_quality_summary.build())
