"""Approved files: list them, renew their links; `downloads` has what brings them to disk."""

from __future__ import annotations

from typing import Literal, Optional

from firsthandapi_generated.api.files import get_job_files, refresh_file_url

from .. import _arguments
from .._arguments import identifier
from .._listing import async_listing
from ..errors import FirstHandArgumentError
from ..models import File
from .downloads import AsyncDownloads
from .page import AsyncPage


class AsyncFiles(AsyncDownloads):
    """`client.files`: what was approved."""

    @async_listing
    async def list(
        self,
        *,
        job_id: str,
        status: Literal["approved"] = "approved",
        min_score: Optional[int] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> AsyncPage[File]:
        """Approved files of a job, newest first, each with a link to its content and its annotations.

        >>> page = await client.files.list(job_id=job.id, status="approved")
        >>> page.data[0].score >= 3, page.data[0].annotations.resolution.width > 0
        (True, True)

        Args:
            job_id: The job's id.
            status: `approved`: the service lists no other files. Rejected ones are in `client.submissions`.
            min_score: Only files with at least so many stars, 1 to 5; the service's default is 3.
            limit: Items per page, 1 to 100; the service's default is 20.
            cursor: Go on from here: `next_cursor` of an earlier page.

        Returns:
            A page that iterates over all pages; its first items are in `data`.
        """
        if status != "approved":
            raise FirstHandArgumentError(
                "status", f"must be 'approved', not {status!r}: for others see client.submissions.list(status=...)"
            )
        found_id = identifier("job_id", job_id)
        _arguments.check(
            "get_job_files", {"job_id": found_id, "min_score": min_score, "limit": limit, "cursor": cursor}
        )
        call = get_job_files.build(found_id, min_score=min_score, limit=limit, cursor=cursor)
        found = await self._client.request(call)
        return AsyncPage(
            found,
            [File.adopt(file) for file in found.data],
            lambda cursor: self.list(job_id=found_id, min_score=min_score, limit=limit, cursor=cursor),
            cursor,
        )

    async def refresh_url(self, file_id: str) -> File:
        """The file with a new link; links are good for 7 days.

        That the answer is the whole file is inferred; documented is only that there is a new link.

        >>> page = await client.files.list(job_id=job.id, limit=1)
        >>> (await client.files.refresh_url(page.data[0].id)).content_hash == page.data[0].content_hash
        True

        Args:
            file_id: The file's id.

        Raises:
            FirstHandNotFoundError: There is no file with this id.
        """
        call = refresh_file_url.build(identifier("file_id", file_id))
        return File.adopt(await self._client.request(call))
