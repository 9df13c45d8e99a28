"""Approved files: list them, renew their links, download them all."""

from __future__ import annotations

from os import PathLike
from typing import Literal, Optional, Union

from firsthandapi_generated.api.files import get_job_files, refresh_file_url

from .. import _arguments
from .._arguments import identifier
from .._http import arun_blocking
from .._listing import async_listing
from ..download import manifest, plan
from ..download.batch import Batch
from ..download.report import DownloadReport, Progress
from ..errors import FirstHandArgumentError, FirstHandDownloadError
from ..models import File
from .client import AsyncResource
from .fetching import fetch_all
from .page import AsyncPage


class AsyncFiles(AsyncResource):
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

    async def download_all(
        self,
        *,
        job_id: str,
        output_dir: Union[str, PathLike[str]],
        min_score: int = 1,
        concurrency: int = 8,
        progress: Progress = None,
        raise_on_failure: bool = True,
    ) -> DownloadReport:
        """Download every approved file of a job into a folder, with a `metadata.jsonl` of its annotations.

        A file is streamed to a temporary name, checked against its size and SHA-256, and renamed when it is whole. What
        is there already with the right content is not fetched again, so a run that was interrupted is simply repeated.
        Links that have expired are renewed on the way. The API key is never sent to the storage.

        >>> report = await client.files.download_all(job_id=job.id, output_dir=folder)
        >>> len(report.fetched), len(report.failed)
        (2, 0)
        >>> report = await client.files.download_all(job_id=job.id, output_dir=folder)
        >>> len(report.fetched), len(report.present)
        (0, 2)

        Args:
            job_id: The job's id.
            output_dir: The folder; it is made if it is missing. Other files in it stay.
            min_score: Only files with at least so many stars, 1 to 5. The default takes every approved file, also those
                of a job that approves less than 3 stars.
            concurrency: How many files at once, 1 to 64.
            progress: A function that is called with a `DownloadProgress`, from several threads but one at a time; True
                or False for a bar on stderr or none. Default: a bar if stderr is a terminal.
            raise_on_failure: Whether files that could not be fetched raise an error, after all others are done.

        Returns:
            A report with one row for each file.

        Raises:
            FirstHandDownloadError: Some files are missing; `error.report` has the rows.
            FirstHandArgumentError: The folder cannot be, or an argument is outside its limits.
        """
        if isinstance(concurrency, bool) or not isinstance(concurrency, int) or not 1 <= concurrency <= 64:
            raise FirstHandArgumentError("concurrency", f"must be 1 to 64, not {concurrency!r}")
        found_id = identifier("job_id", job_id)
        folder = plan.output_folder(output_dir)
        manifest.read(folder)
        page = await self.list(job_id=found_id, min_score=min_score, limit=100)
        files = [file async for file in page]
        items = plan.items(files, folder)
        settings = self._client._settings
        batch = Batch(
            items,
            concurrency=concurrency,
            max_retries=settings.max_retries,
            timeout=settings.attempt_timeout,
            clock=settings.clock,
            progress=progress,
        )
        try:
            rows = await fetch_all(self, batch, items)
        finally:
            batch.close()
        on_disk = [item for item in items if rows[item.file.id].status != "failed"]
        path = await arun_blocking(lambda: manifest.write(folder, on_disk))
        report = DownloadReport(folder, path, [rows[item.file.id] for item in items])
        if report.failed and raise_on_failure:
            worst = report.failed[0]
            raise FirstHandDownloadError(
                f"{len(report.failed)} of {len(items)} files are missing, such as {worst.file_id}: {worst.error}",
                report,
            )
        return report
