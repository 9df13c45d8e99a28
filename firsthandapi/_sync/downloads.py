# Derived from _async/downloads.py by `make regenerate`. Edit that file.
"""From a job's approved files to a folder: plan, download, keep in step, repair, or take files as they are approved."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from typing import Optional, Union

from attrs import evolve

from .. import _arguments
from .._http import run_blocking
from .._raw import Recording
from ..download.item import UNREAD
from ..download.manifest import recorded
from ..download.names import DEFAULT
from ..download.options import IfLocked, Options, Withdrawn, choice
from ..download.place import place_of
from ..download.plan import DownloadPlan, Planner
from ..download.report import DownloadReport, Progress
from ..errors import FirstHandArgumentError
from .client import Resource
from .exchange import unexpected
from .fetching import Listed, Pages, check_room, download, jobs_of
from .streaming import FileStream

Folder = Union[str, "PathLike[str]"]


class Downloads(Resource):
    """The part of `client.files` that writes to disk."""

    def download_all(
        self,
        *,
        job_id: Union[str, Iterable[str], None] = None,
        output_dir: Optional[Folder] = None,
        plan: Optional[DownloadPlan] = None,
        min_score: int = 1,
        name: str = DEFAULT,
        concurrency: int = 32,
        max_bytes_per_second: Optional[float] = None,
        strip_metadata: bool = False,
        if_locked: IfLocked = "wait",
        progress: Progress = None,
        raise_on_failure: bool = True,
    ) -> DownloadReport:
        """Download every approved file of a job into a folder, with a `metadata.jsonl` of its annotations.

        A file is streamed into a hidden folder, checked against its size and SHA-256, and gets its name when it is
        whole. What is there already with the right content is not fetched again, and what broke off goes on where it
        was, after a crash too, so a run that was interrupted is simply repeated. Links that have expired are renewed on
        the way. The API key is never sent to the storage. A file that the disk has no room for is not begun, and
        counts as failed; to know before, make a plan. When it returns, the files and the manifest are on the disk, even
        if the power goes the next moment.

        >>> report = client.files.download_all(job_id=job.id, output_dir=folder)
        >>> len(report.fetched), len(report.failed)
        (2, 0)
        >>> report = client.files.download_all(job_id=job.id, output_dir=folder)
        >>> len(report.fetched), len(report.present)
        (0, 2)

        At a URL, files are staged in a folder of this machine, which holds those that are under way only, and each is
        uploaded when it is whole and right. A file of the manifest whose size is right there counts as present and is
        not read back. Runs on this machine wait for each other and resume each other; several machines are not kept
        apart: at worst they bring a file twice, and each keeps the manifest's lines of the others. Who may write, and
        where the service is, the file system's own settings say, such as `AWS_PROFILE` and `AWS_ENDPOINT_URL`.

        Args:
            job_id: The job's id, or several, whose files then share the folder and its manifest.
            output_dir: The folder; it is made if it is missing. Other files in it stay. Or a URL of any kind that
                fsspec knows, such as `s3://bucket/menus`; see above.
            plan: What `plan_download` returned, instead of `job_id`, `output_dir`, `min_score`, `name` and
                `strip_metadata`.
            min_score: Only files with at least so many stars, 1 to 5. The default takes every approved file, also those
                of a job that approves less than 3 stars.
            name: How files are called: text and the fields `{file_id}`, `{job_id}`, `{submission_id}`, `{stars}`,
                `{region}`, `{date}`, with `{ext}` at the end; a slash makes folders. Files that are there keep theirs.
            concurrency: How many files at once at the most, 1 to 64. It starts with 4, grows as long as that makes the
                whole faster, and is halved when the storage answers 429 or 503.
            max_bytes_per_second: A limit for the whole download. Default: none.
            strip_metadata: Whether Exif, GPS, XMP, comments and the like are taken out of JPEG, PNG, WebP and MP4
                files. The manifest then says what was removed, and keeps the hash of the original; other types stay as
                they are, with `"supported": false` there.
            if_locked: What to do while another download writes to the folder: `wait` for it, or `fail` at once.
            progress: A function that is called with a `DownloadProgress`, from several threads but one at a time; True
                or False for a bar on stderr or none. Default: a bar if stderr is a terminal.
            raise_on_failure: Whether files that could not be fetched raise an error, after all others are done.

        Returns:
            A report with one row for each file.

        Raises:
            FirstHandDownloadError: Some files are missing; `error.report` has the rows.
            FirstHandFolderBusyError: Another download writes to the folder, with `if_locked="fail"`.
            FirstHandDiskSpaceError: The plan needs more room than the disk has, and nothing was fetched; or
                there is none for temporary data.
            FirstHandArgumentError: The folder cannot be, or cannot be written to, or an argument is outside its limits.
            ImportError: fsspec, or the library for this kind of URL, is not installed; the text says what to install.
        """
        if plan is not None:
            if job_id is not None or output_dir is not None:
                raise FirstHandArgumentError("plan", "says which job and which folder: give either it or them")
            place = plan._place
            options = Options(
                concurrency, max_bytes_per_second, plan.name, plan.strip_metadata, place.is_remote, if_locked, progress
            )
            check_room(plan)
            source = Pages(plan.pages())
            return download(self._client, source, place, options, raise_on_failure=raise_on_failure)
        if job_id is None or output_dir is None:
            raise FirstHandArgumentError("job_id", "is needed, and output_dir, unless there is a plan")
        options = Options(concurrency, max_bytes_per_second, name, strip_metadata, False, if_locked, progress)
        listed = Listed(self._client, jobs_of(job_id), min_score)
        folder = output_dir
        place = run_blocking(lambda: place_of(folder))
        options = evolve(options, trust=place.is_remote)
        return download(self._client, listed, place, options, raise_on_failure=raise_on_failure)

    def plan_download(
        self,
        *,
        job_id: Union[str, Iterable[str]],
        output_dir: Folder,
        min_score: int = 1,
        name: str = DEFAULT,
        strip_metadata: bool = False,
    ) -> DownloadPlan:
        """Say what `download_all` would do: how many files and bytes, what is there, and whether the disk has room.

        Nothing is fetched or written. `download_all(plan=plan)` then does exactly this.

        >>> plan = client.files.plan_download(job_id=job.id, output_dir=folder / "planned")
        >>> plan.count, plan.present, plan.missing, plan.fits
        (2, 0, 2, True)
        >>> len((client.files.download_all(plan=plan)).fetched)
        2

        Args:
            job_id, output_dir, min_score, name, strip_metadata: As in `download_all`.

        Raises:
            FirstHandUnexpectedAnswerError: Not all that the service lists is a file with an id.
            FirstHandArgumentError: The folder cannot be, or an argument is outside its limits.
            FirstHandDiskSpaceError: There is no room for temporary data.
        """
        options = Options(name=name, strip_metadata=strip_metadata)
        listed = Listed(self._client, jobs_of(job_id), min_score)
        place = run_blocking(lambda: place_of(output_dir))
        planner = run_blocking(
            lambda: Planner(place, options.name, strip_metadata=options.strip_metadata, trust=place.is_remote)
        )
        while True:
            with Recording() as recording:
                files = listed.more()
            if files is None:
                return planner.plan
            if not listed.is_whole:
                raise unexpected(f"{UNREAD}: a plan would leave that out", recording.last)
            page = files
            run_blocking(lambda page=page: planner.add(page))  # type: ignore[misc] # bound now, on purpose

    def sync(
        self,
        *,
        job_id: Union[str, Iterable[str]],
        output_dir: Folder,
        withdrawn: Withdrawn = "keep",
        rehash: bool = False,
        min_score: int = 1,
        name: str = DEFAULT,
        concurrency: int = 32,
        max_bytes_per_second: Optional[float] = None,
        strip_metadata: bool = False,
        if_locked: IfLocked = "wait",
        progress: Progress = None,
        raise_on_failure: bool = True,
    ) -> DownloadReport:
        """Bring a folder in step with its jobs: fetch what is new or changed, report what is no longer listed.

        Unlike `download_all` it does not read what is there: a file of the manifest whose hash, size and time are as
        they were counts as present. So it is cheap to run every few minutes while a job is under way. It is right after
        a loss of power too: the manifest names only files that were on the disk, and those of a run that did not come
        to its end are read.

        >>> report = client.files.sync(job_id=job.id, output_dir=folder / "synced")
        >>> len(report.fetched), len(report.withdrawn)
        (2, 0)

        Args:
            job_id: The job's id, or several.
            output_dir: The folder, which is made if it is missing, or a URL, as in `download_all`.
            withdrawn: What to do with files that an earlier run brought and that are no longer listed, since a person
                withdrew consent, say: `keep` them and report them, `quarantine` them in the hidden folder `.withdrawn`,
                or `delete` them. The last two also take them out of the manifest.
            rehash: Whether to read every file that is there, at a URL too, and compare its SHA-256.
            min_score: Only files with at least so many stars; files with fewer do not count as withdrawn.
            name, concurrency, max_bytes_per_second, strip_metadata: As in `download_all`.
            if_locked, progress, raise_on_failure: As in `download_all`.

        Returns:
            A report with one row for each file, those in `report.withdrawn` included.

        Raises:
            FirstHandDownloadError: Some files are missing; `error.report` has the rows.
            FirstHandFolderBusyError: Another download writes to the folder, with `if_locked="fail"`.
            FirstHandArgumentError: The folder cannot be, or an argument is outside its limits.
            FirstHandDiskSpaceError: There is no room for temporary data.
        """
        choice("withdrawn", withdrawn, ("keep", "quarantine", "delete"))
        options = Options(concurrency, max_bytes_per_second, name, strip_metadata, not rehash, if_locked, progress)
        listed = Listed(self._client, jobs_of(job_id), min_score)
        place = run_blocking(lambda: place_of(output_dir))
        return download(self._client, listed, place, options, raise_on_failure=raise_on_failure, withdrawn=withdrawn)

    def repair(
        self,
        *,
        output_dir: Folder,
        concurrency: int = 32,
        max_bytes_per_second: Optional[float] = None,
        if_locked: IfLocked = "wait",
        progress: Progress = None,
        raise_on_failure: bool = True,
    ) -> DownloadReport:
        """Read every file of a folder's manifest, and fetch those again that are missing or changed.

        To only look, without a client or a network, use `firsthandapi.download.verify`.

        >>> report = client.files.download_all(job_id=job.id, output_dir=folder / "kept")
        >>> report.files[0].path.unlink()
        >>> report = client.files.repair(output_dir=folder / "kept")
        >>> len(report.fetched), len(report.present)
        (1, 1)

        Args:
            output_dir: A folder that `download_all` or `sync` filled, or its URL; then every file is read back.
            concurrency, max_bytes_per_second, if_locked, progress, raise_on_failure: As in `download_all`.

        Returns:
            A report with one row for each file of the manifest.

        Raises:
            FirstHandDownloadError: Some files are missing; `error.report` has the rows.
            FirstHandArgumentError: There is no such folder, or its manifest is none.
            FirstHandDiskSpaceError: There is no room for temporary data.
        """
        place = run_blocking(lambda: place_of(output_dir))
        if not run_blocking(place.exists):
            raise FirstHandArgumentError("output_dir", f"{place.location} does not exist")
        options = Options(concurrency, max_bytes_per_second, if_locked=if_locked, progress=progress)
        source = Pages(recorded(place))
        return download(self._client, source, place, options, raise_on_failure=raise_on_failure)

    def stream(
        self,
        *,
        job_id: str,
        min_score: int = 1,
        cursor: Optional[str] = None,
        max_wait_seconds: Optional[float] = None,
        poll_interval_seconds: float = 30,
    ) -> FileStream:
        """Yield the approved files of a job as they come, oldest first and each once, until the job is over.

        Between two files it waits by long poll, like `client.jobs.wait`.

        >>> stream = client.files.stream(job_id=job.id)
        >>> [file.status for file in stream]
        ['approved', 'approved']
        >>> [file for file in client.files.stream(job_id=job.id, cursor=stream.cursor)]
        []

        Args:
            job_id: The job's id.
            min_score: Only files with at least so many stars, 1 to 5.
            cursor: Go on after the file at which `stream.cursor` said this, in another process too.
            max_wait_seconds: How long to wait for the next file. Default: as long as the job runs.
            poll_interval_seconds: Longest pause between two looks, where the service does not hold long polls.

        Returns:
            An iterator of files; its `cursor` says where it is.

        Raises:
            FirstHandWaitTimeoutError: No file came in `max_wait_seconds`; iterating again goes on.
            FirstHandDiskSpaceError: There is no room for temporary data.
        """
        found_id = _arguments.identifier("job_id", job_id)
        return FileStream(
            self._client,
            found_id,
            min_score=min_score,
            cursor=cursor,
            max_wait_seconds=max_wait_seconds,
            poll_interval_seconds=poll_interval_seconds,
        )
