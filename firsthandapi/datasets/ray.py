"""A Ray Data source: approved files of jobs, read by a cluster straight from the service.

    import ray
    from firsthandapi.datasets.ray import firsthand_datasource

    files = ray.data.read_datasource(firsthand_datasource(client, [job.id]))
    files.map(lambda row: {"id": row["id"], "size": len(row["bytes"])})

The driver lists the files and hands out *tasks* of up to a hundred, a page's or less. A task asks for its page again,
in its own process, so that its links are fresh; it fetches its files, compares each with its SHA-256, and yields their
rows as blocks. Nothing is written to disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Optional, Union

from attrs import frozen

from .. import _retry
from .._sync.client import Client
from ..download import engine as links
from ..download.item import described, sha256_of
from ..download.names import file_name
from ..errors import FirstHandArgumentError, FirstHandDatasetError
from ..models import File
from .columns import COLUMNS, cells
from .optional import needed
from .tables import arrow_schema

if TYPE_CHECKING:
    # Of no type where the extra is not installed.
    from ray.data import Datasource  # type: ignore[import-not-found,unused-ignore] # pyright: ignore

_block: Any = needed("ray.data.block", "ray")
_source: Any = needed("ray.data.datasource", "ray")

PAGE = 100
BLOCK = 64 << 20
"""Bytes of files in a block, unless one file is larger."""
CHUNK = 256 * 1024


@frozen
class Task:
    """Some files of one page."""

    job_id: str
    min_score: int
    cursor: Optional[str]
    """Where the page begins; None for a job's first page."""
    ids: tuple[str, ...]
    size: int
    """Bytes of the files together, as the service has it."""


def firsthand_datasource(client: Client, job_ids: Union[str, Sequence[str]], *, min_score: int = 1) -> Datasource:  # pyright: ignore
    """The approved files of some jobs, with their bytes, for `ray.data.read_datasource`.

    Columns are `bytes` and those of `Dataset.write_manifest`, without `split`.

    Args:
        client: It travels to the tasks. If its key came from the environment, the key itself does not: set
            `FIRSTHAND_API_KEY` on every node then. A key given as `api_key=` travels with it, pickled.
        job_ids: One job's id or several.
        min_score: Only files with at least so many stars, 1 to 5.

    Returns:
        A `ray.data.Datasource`. Its tasks raise `FirstHandDatasetError` where a file cannot be fetched or is not what
        was approved, and `FirstHandNotFoundError` where one was withdrawn after it was listed.

    Raises:
        FirstHandArgumentError: The client is not one that can travel.
    """
    if not isinstance(client, Client):
        raise FirstHandArgumentError("client", "must be a Client; an AsyncClient cannot travel to the tasks")
    return _FirstHandDatasource(client, [job_ids] if isinstance(job_ids, str) else job_ids, min_score)


class _FirstHandDatasource(_source.Datasource):  # type: ignore[misc]
    """What Ray asks for tasks."""

    def __init__(self, client: Client, job_ids: Sequence[str], min_score: int) -> None:
        super().__init__()  # pyright: ignore[reportUnknownMemberType]
        self._client = client
        self._job_ids = list(dict.fromkeys(job_ids))
        self._min_score = min_score
        self._pages: Optional[list[Task]] = None

    def get_name(self) -> str:
        """What Ray calls it."""
        return "FirstHand"

    def estimate_inmemory_data_size(self) -> Optional[int]:
        """Bytes of all files."""
        return sum(page.size for page in self._listed())

    def get_read_tasks(
        self, parallelism: int, per_task_row_limit: Optional[int] = None, data_context: object = None
    ) -> list[Any]:
        """One task for each page, or for less where there are fewer pages than can be read at the same time."""
        pages = self._listed()
        count = sum(len(page.ids) for page in pages)
        most = max(1, min(PAGE, -(-count // max(1, parallelism))))
        schema = arrow_schema(needed("pyarrow", "ray"), COLUMNS, binary=("bytes",))
        return [
            _source.ReadTask(
                partial(_read, self._client, task),
                _block.BlockMetadata(num_rows=len(task.ids), size_bytes=task.size, input_files=None, exec_stats=None),
                schema=schema,
                per_task_row_limit=per_task_row_limit,
            )
            for page in pages
            for task in _parts(page, most)
        ]

    def _listed(self) -> list[Task]:
        if self._pages is None:
            self._pages = [page for job_id in self._job_ids for page in self._list(job_id)]
        return self._pages

    def _list(self, job_id: str) -> Iterator[Task]:
        cursor = None
        for page in self._client.files.list(job_id=job_id, min_score=self._min_score, limit=PAGE).pages():
            if page.data:
                ids = tuple(file.id for file in page.data)
                yield Task(job_id, self._min_score, cursor, ids, sum(map(_size, page.data)))
            cursor = page.next_cursor


def _parts(page: Task, most: int) -> Iterator[Task]:
    ids = iter(page.ids)
    while part := tuple(islice(ids, most)):
        yield Task(page.job_id, page.min_score, page.cursor, part, page.size * len(part) // len(page.ids))


def _read(client: Client, task: Task) -> Iterator[Any]:
    """The blocks of one task; runs where Ray puts it."""
    arrow = needed("pyarrow", "ray")
    schema = arrow_schema(arrow, COLUMNS, binary=("bytes",))
    page = client.files.list(job_id=task.job_id, min_score=task.min_score, cursor=task.cursor, limit=PAGE)
    listed = {file.id: file for file in page.data}
    engine = links.default(client._settings.attempt_timeout)
    rows: list[dict[str, Any]] = []
    size = 0
    try:
        for file_id in task.ids:
            # While a job runs new files come in front, and push others from its first page to the next.
            file = listed.get(file_id) or client.files.refresh_url(file_id)
            content = _fetch(client, engine, file)
            row = described(file_name(file.id, file.extension), file)
            rows.append({"bytes": content, **cells(row)})
            size += len(content)
            if size >= BLOCK:
                yield arrow.Table.from_pylist(rows, schema=schema)
                rows, size = [], 0
    finally:
        engine.close()
    if rows:
        yield arrow.Table.from_pylist(rows, schema=schema)


def _fetch(client: Client, engine: links.Engine, file: File) -> bytes:
    """A file's bytes, compared with its size and hash. Its link is renewed once, if the storage refuses it."""
    settings, retries_made, renewed = client._settings, 0, False
    budget = _retry.RetryBudget()
    while True:
        failure = _retry.Failure()
        try:
            response = engine.open(file.get("download_url") or "")
            try:
                if response.status == 200:
                    return _received(response, file)
                reason = f"storage answered {response.status}"
                failure = _retry.Failure(response.status, response.headers)
            finally:
                response.close()
        except links.Broken as error:
            reason = str(error)
        except links.EngineError as error:
            raise FirstHandDatasetError(f"{file.id} cannot be fetched: {error}") from None
        if failure.status in (401, 403, 404, 410) and not renewed:
            file, renewed = client.files.refresh_url(file.id), True
            continue
        decision = _retry.decide(
            failure,
            retries_made=retries_made,
            max_retries=settings.max_retries,
            repeatable=True,
            remaining=float("inf"),
            now=settings.clock.time(),
            budget=budget,
        )
        if isinstance(decision, _retry.Stop):
            raise FirstHandDatasetError(f"{file.id} cannot be fetched: {reason}")
        retries_made += 1
        settings.clock.sleep(decision.delay)


def _received(response: links.Response, file: File) -> bytes:
    content, buffer = bytearray(), memoryview(bytearray(CHUNK))
    size, expected = file.get("size_bytes"), sha256_of(file.get("content_hash"))
    while got := response.readinto(buffer):
        content += buffer[:got]
        if isinstance(size, int) and len(content) > size:
            raise links.Broken(f"more than the {size} bytes arrive that were promised")
    if isinstance(size, int) and len(content) != size:
        raise links.Broken(f"{len(content)} bytes arrived, {size} were promised")
    if expected is not None and hashlib.sha256(content).hexdigest() != expected:
        raise links.Broken("the content does not match its content_hash")
    return bytes(content)


def _size(file: File) -> int:
    size = file.get("size_bytes")
    return size if isinstance(size, int) else 0
