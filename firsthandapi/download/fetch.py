"""Bring one file to disk: to a temporary name, checked while it arrives, renamed when it is whole."""

from __future__ import annotations

import hashlib
import os
import ssl
from contextlib import suppress
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from threading import Event
from typing import Callable, Union
from uuid import uuid4

from attrs import frozen

from .. import _retry
from .._clock import Clock
from .connections import BadLink, Connections
from .plan import CHUNK, Item
from .report import DownloadedFile


@frozen
class Expired:
    """The storage refuses the link: it needs a new one."""

    item: Item
    reason: str


class Stopped(Exception):
    """The whole download is being given up."""


class _Wrong(Exception):
    """What arrived is not the file."""


@frozen
class Fetcher:
    """Fetches files one at a time; several threads share it."""

    connections: Connections
    clock: Clock
    max_retries: int
    budget: _retry.RetryBudget
    on_bytes: Callable[[int], None]
    """Told of bytes as they arrive; of a negative number when they have to be fetched again."""
    stop: Event
    """Set when the whole download is given up."""

    def fetch(self, item: Item) -> Union[DownloadedFile, Expired]:
        """The row for the report, or `Expired`. Never raises but `Stopped`."""
        retries_made = -1
        while True:
            retries_made += 1
            if self.stop.is_set():
                raise Stopped
            item.attempts += 1
            failure = _retry.Failure()
            try:
                with self.connections.get(item.url) as response:
                    if response.status == 200:
                        row = self._save(item, response)
                        self.budget.give_back(retries_made)
                        return row
                    if response.status in (401, 403, 404, 410):
                        return Expired(item, f"storage answered {response.status}")
                    headers = {name.lower(): value for name, value in response.headers.items()}
                    failure = _retry.Failure(response.status, headers)
                    reason = f"storage answered {response.status}"
            except (_Wrong, HTTPException, ConnectionError, TimeoutError, EOFError) as error:
                reason = str(error) or type(error).__name__
            except ssl.SSLCertVerificationError as error:
                return failed(item, f"the storage's certificate is not trusted: {error.verify_message}")
            except ssl.SSLError as error:
                reason = str(error)
            except BadLink as error:
                return failed(item, str(error))
            except OSError as error:
                # Of the disk, or of an address that does not resolve: no second try changes it.
                return failed(item, error.strerror or str(error))
            decision = _retry.decide(
                failure,
                retries_made=retries_made,
                max_retries=self.max_retries,
                repeatable=True,
                remaining=float("inf"),
                now=self.clock.time(),
                budget=self.budget,
            )
            if isinstance(decision, _retry.Stop):
                return failed(item, reason)
            self.clock.sleep(decision.delay)

    def _save(self, item: Item, response: HTTPResponse) -> DownloadedFile:
        # A name of its own for each attempt, so that two runs on one folder never write to one file.
        part = item.path.with_name(f"{item.path.name}.{uuid4().hex[:12]}.part")
        arrived = 0
        try:
            with part.open("xb") as target:
                digest = hashlib.sha256()
                buffer = memoryview(bytearray(CHUNK))
                while got := response.readinto(buffer):
                    if self.stop.is_set():
                        raise Stopped
                    digest.update(buffer[:got])
                    target.write(buffer[:got])
                    arrived += got
                    self.on_bytes(got)
            self._check(item, response, arrived, digest.hexdigest())
            os.replace(part, item.path)
        except BaseException:
            self.on_bytes(-arrived)
            _remove(part)
            raise
        return DownloadedFile(
            item.file.id, item.path, "fetched", bytes=arrived, attempts=item.attempts, refreshed=item.refreshed
        )

    def _check(self, item: Item, response: HTTPResponse, arrived: int, sha256: str) -> None:
        # http.client ends a body that is cut short like one that is whole when it is read into a buffer.
        if response.length:
            raise _Wrong(f"the connection broke {response.length} bytes before the end")
        if item.size is not None and arrived != item.size:
            raise _Wrong(f"{arrived} bytes arrived, {item.size} were promised")
        if item.sha256 is not None and sha256 != item.sha256:
            raise _Wrong("the content does not match its content_hash")


def failed(item: Item, reason: str) -> DownloadedFile:
    """The row of a file that is not on disk."""
    return DownloadedFile(
        item.file.id, item.path, "failed", attempts=item.attempts, refreshed=item.refreshed, error=reason
    )


def _remove(path: Path) -> None:
    with suppress(FileNotFoundError):
        path.unlink()
