# Derived from _async/fetching.py by `make regenerate`. Edit that file.
"""The part of a download that needs the API: files whose link is refused come again with a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from .._http import run_blocking
from ..download.batch import Batch
from ..download.fetch import failed
from ..download.plan import Item
from ..download.report import DownloadedFile
from ..errors import FirstHandApiError

if TYPE_CHECKING:
    from .files import Files

REFRESHES = 2
"""How often one file's link is renewed; storage that refuses two fresh links will refuse the third."""
SOON = 60.0
"""A link that expires within so many seconds is renewed before it is used."""


def fetch_all(files: Files, batch: Batch, items: list[Item]) -> dict[str, DownloadedFile]:
    """Bring every item to disk, in rounds; one row for each, by file id."""
    rows: dict[str, DownloadedFile] = {}
    for item in run_blocking(lambda: batch.present(items)):
        rows[item.file.id] = DownloadedFile(item.file.id, item.path, "present", bytes=item.path.stat().st_size)
    waiting = [item for item in items if item.file.id not in rows]
    soon = files._client._settings.clock.time() + SOON
    refused = [(item, "its link expires") for item in waiting if item.expires_at < soon]
    while waiting:
        for item, reason in refused:
            row = renewed(files, item, reason)
            if row is not None:
                rows[item.file.id] = row
        todo = [item for item in waiting if item.file.id not in rows]
        outcome = run_blocking(lambda todo=todo: batch.run(todo))  # type: ignore[misc] # bound now, on purpose
        rows.update((row.file_id, row) for row in outcome.done)
        refused = [(expired.item, expired.reason) for expired in outcome.expired]
        waiting = [item for item, _ in refused]
    return rows


def renewed(files: Files, item: Item, reason: str) -> Optional[DownloadedFile]:
    """Give an item a new link; the row of its failure where there is none to be had."""
    if item.refreshed >= REFRESHES:
        return failed(item, f"{reason}, also with a new link")
    item.refreshed += 1
    try:
        item.url = (files.refresh_url(item.file.id)).download_url
    except FirstHandApiError as error:
        return failed(item, f"{reason}, and a new link was refused: {error}")
    return None
