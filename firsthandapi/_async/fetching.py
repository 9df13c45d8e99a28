"""The part of a download that needs the API: where files come from, and new links for those whose link expired."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Optional, Protocol, Union

from firsthandapi_generated.api.files import refresh_file_url

from .. import _arguments
from .._http import arun_blocking, arun_to_end
from .._log import logger
from ..download import engine
from ..download.engine import EngineError
from ..download.item import SOON, UNREAD, Item, expiry, identified
from ..download.ledger import Ledger, Rows
from ..download.manifest import NAME, Manifest
from ..download.options import Options, Withdrawn
from ..download.part import key_of, sweep
from ..download.place import Place
from ..download.report import DownloadReport
from ..download.run import Renewal, Run
from ..download.withdrawn import withdraw
from ..errors import FirstHandDiskSpaceError, FirstHandDownloadError, FirstHandError, FirstHandFolderBusyError
from ..models import File

if TYPE_CHECKING:
    from ..download.plan import DownloadPlan
    from .client import AsyncClient
    from .page import AsyncPage

REFUSALS = 2
"""How many new links in a row the storage may refuse; it will refuse the third."""
MANY = 10
"""When so many files want a new link, a page of the list is worth a try: it has a hundred."""
VAIN = 10
"""How many such pages may bring none; each link that one brings allows another."""
RECENT = 6
"""Pages whose files may still be queued."""
KEPT = 600
"""New links that are kept for files which do not wait for theirs yet: as many as these pages have."""
LOCK_PAUSE = 0.2
"""Seconds between two looks at a folder that another run has."""
NAMED = 20
"""Files that an error names; the others are in its report."""


class AsyncSource(Protocol):
    """Where the files of a run come from."""

    async def more(self) -> Optional[list[File]]:
        """The next files; None when there are no more."""


class AsyncListed:
    """Approved files as the API lists them, of one job after the other."""

    def __init__(self, client: AsyncClient, jobs: list[str], min_score: int) -> None:
        self.jobs = jobs
        self.min_score = min_score
        self.is_whole = True
        """Whether each page was a list of files with an id: what is not can be neither fetched nor withdrawn."""
        self._client = client
        self._left = list(jobs)
        self._job = ""
        self._page: Optional[AsyncPage[File]] = None
        self._latest: deque[tuple[str, Optional[str]]] = deque(maxlen=RECENT)
        self._turn = 0

    async def more(self) -> Optional[list[File]]:
        """The next page."""
        if self._page is not None:
            self._page = await self._page.next_page()
        while self._page is None:
            if not self._left:
                return None
            self._job = self._left.pop(0)
            self._page = await self._list(self._job, None)
        self._latest.append((self._job, self._page._cursors[-1] if self._page._cursors else None))
        files = identified(self._page.data)
        self.is_whole = self.is_whole and self._page.is_whole and len(files) == len(self._page.data)
        return files

    async def again(self) -> list[File]:
        """One of the latest pages, with new links: each in its turn."""
        job, cursor = self._latest[self._turn % len(self._latest)]
        self._turn += 1
        return identified((await self._list(job, cursor)).data)

    async def _list(self, job: str, cursor: Optional[str]) -> AsyncPage[File]:
        return await self._client.files.list(job_id=job, min_score=self.min_score, limit=100, cursor=cursor)


class AsyncPages:
    """Files that are known already, from a plan or from a manifest."""

    def __init__(self, pages: Iterator[list[File]]) -> None:
        self._pages = pages

    async def more(self) -> Optional[list[File]]:
        """The next page."""
        return next(self._pages, None)


class AsyncRenewer:
    """New links for files that wait for one.

    Where many are wanted, a page of the list brings up to a hundred with one call, and the service allows more of those
    calls than of those for one link. The others are renewed one by one.
    """

    def __init__(self, client: AsyncClient, source: AsyncSource, run: Run) -> None:
        self._client, self._source, self._run = client, source, run
        self._lists: dict[str, AsyncListed] = {}
        self._fresh: dict[str, File] = {}
        """Files as a page listed them: those that were in a thread's hands then, or are offered later, come for theirs.

        Else the whole list would have to be gone through again for them."""
        self._pages_left = VAIN
        self._wanted = 0
        """Links that were renewed one by one since a page brought few."""

    async def renew(self, wish: Renewal) -> None:
        """Fulfil a wish, or give its file up.

        Args:
            wish: The file that cannot go on without a new link.
        """
        item, job = wish.item, wish.item.file.get("job_id")
        if item.refused >= REFUSALS:
            self._run.give_up(item, f"{wish.reason}, also with a new link")
        elif self._had(item):
            self._pages_left += 1
            self._run.put_back(item)
        elif isinstance(job, str) and self._pages_left and max(self._wanted, self._run.waiting() + 1) >= MANY:
            self._run.wish_again(wish)
            await self._by_page(job)
        else:
            await self._one(wish)

    def _had(self, item: Item) -> bool:
        """Renew a link from a page that was read, if it had another one."""
        file, now = self._fresh.pop(item.file.id, None), self._client._settings.clock.time()
        if file is None or file.get("download_url") == item.url or expiry(file) <= now + SOON:
            return False
        item.refused += 1
        item.renew(file, now)
        return True

    async def _by_page(self, job: str) -> None:
        self._pages_left -= 1
        try:
            files = await self._page(job)
        except FirstHandError as error:
            logger.info("files cannot be listed again for new links, which are asked for one by one: %s", error)
            self._pages_left = 0
            return
        renewed = self._run.renew(files, self._client._settings.clock.time(), REFUSALS)
        self._pages_left += renewed
        self._fresh.update((file.id, file) for file in files)
        for id in list(self._fresh)[:-KEPT]:
            del self._fresh[id]
        if renewed < MANY:
            self._wanted = 0

    async def _page(self, job: str) -> list[File]:
        if isinstance(self._source, AsyncListed):
            return await self._source.again()
        listed = self._lists.setdefault(job, AsyncListed(self._client, [job], 1))
        files = await listed.more()
        if files is None:
            del self._lists[job]
        return files or []

    async def _one(self, wish: Renewal) -> None:
        item = wish.item
        item.refused += 1
        self._wanted += 1
        try:
            call = refresh_file_url.build(_arguments.identifier("file_id", item.file.id))
            fresh = File.adopt(await self._client.request(call))
        except FirstHandError as error:
            self._run.give_up(item, f"{wish.reason}, and a new link was refused: {error}")
            return
        item.renew(fresh, self._client._settings.clock.time())
        self._run.put_back(item)


async def download(
    client: AsyncClient,
    source: AsyncSource,
    place: Place,
    options: Options,
    *,
    raise_on_failure: bool,
    withdrawn: Optional[Withdrawn] = None,
) -> DownloadReport:
    """Have every file of a source in a folder, and say how it went.

    `withdrawn` says what to do with files of the manifest that an `AsyncListed` does not list; None does not look.
    """
    manifest = Manifest(place)
    await _lock(client, place, options)
    try:
        await arun_blocking(lambda: place.open(write=True))
        ledger = Ledger()
        await arun_blocking(lambda: manifest.load(ledger))
        await _run(client, source, Run(
            place, ledger, manifest, engine.default(client._settings.attempt_timeout), options,
            max_retries=client._settings.max_retries, timeout=client._settings.attempt_timeout,
            clock=client._settings.clock,
        ))  # fmt: skip
        listed = source if isinstance(source, AsyncListed) else None
        try:
            if withdrawn is not None and listed is not None and listed.is_whole:
                jobs, stars, what = listed.jobs, listed.min_score, withdrawn
                await arun_to_end(lambda: withdraw(place, ledger, jobs, stars, what))
            report = _report(place, ledger)
            await arun_to_end(lambda: manifest.finish(ledger))
            sweep(place.folder.work, listed.jobs if listed else (), {key_of(row.file_id) for row in report.failed})
        except (OSError, EngineError) as error:
            report, reason = _report(place, ledger), getattr(error, "strerror", None) or error
            raise FirstHandDownloadError(
                f"{report.manifest_location} cannot be written: {reason}; {report}; run it again", report
            ) from error
    finally:
        manifest.close()
        place.close()
        place.folder.unlock()
    if raise_on_failure:
        _raise_failures(report)
    if listed is not None and not listed.is_whole:
        unread = f"{UNREAD}: that was not fetched, and nothing counts as withdrawn"
        if raise_on_failure:
            raise FirstHandDownloadError(f"{unread}; {report}", report)
        logger.warning(unread)
    return report


def _report(place: Place, ledger: Ledger) -> DownloadReport:
    return DownloadReport(place.location, place.locate(NAME), Rows(ledger, place.locate))


async def _lock(client: AsyncClient, place: Place, options: Options) -> None:
    told = False
    while not place.folder.try_lock():
        if options.if_locked == "fail":
            raise FirstHandFolderBusyError(f"another download is writing to {place.location}")
        if not told:
            logger.info("waiting for another download that is writing to %s", place.location)
        told = True
        await client._settings.clock.asleep(LOCK_PAUSE)


async def _run(client: AsyncClient, source: AsyncSource, run: Run) -> None:
    renewer = AsyncRenewer(client, source, run)
    try:
        while True:
            wish = await arun_blocking(run.next_wish)
            if wish is None:
                return
            if isinstance(wish, Renewal):
                await renewer.renew(wish)
                continue
            files = await source.more()
            if files is None:
                run.end()
            else:
                run.offer(files)
    finally:
        run.close()


def _raise_failures(report: DownloadReport) -> None:
    failed = report.failed
    if not failed:
        return
    worst = failed[0]
    error = FirstHandDownloadError(
        f"{len(failed)} of {len(report.files)} files are missing, such as {worst.file_id}: {worst.error}", report
    )
    error.__notes__ += [f"{row.file_id}: {row.error}" for row in failed[:NAMED]]
    if len(failed) > NAMED:
        error.__notes__.append(f"and {len(failed) - NAMED} more: see `report.failed` of this error")
    raise error


def jobs_of(job_id: Union[str, Iterable[str]]) -> list[str]:
    """One id or several, each once."""
    given = [job_id] if isinstance(job_id, str) else list(job_id)
    return list(dict.fromkeys(_arguments.identifier("job_id", each) for each in given))


def check_room(plan: DownloadPlan) -> None:
    """Refuse a plan that the disk has no room for."""
    free = plan._place.folder.free()
    if plan.room > free:
        raise FirstHandDiskSpaceError(
            f"{plan._place.folder.path} has room for {free / 1e6:.1f} MB, "
            f"and {plan.room / 1e6:.1f} MB have to be fetched"
        )
