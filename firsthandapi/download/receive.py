"""One attempt at one file: ask for the bytes that are missing, and take what comes, if it is what it should be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from threading import Event
from typing import NamedTuple, Optional, Protocol, Union

from attrs import frozen

from .. import _retry
from .._clock import Clock
from .engine import Broken, Engine, Response
from .item import CHUNK, Item
from .pace import Brake
from .part import Part

SLOW_SECONDS, SLOW_BYTES = 30.0, 30_000
"""A connection that brings less than so much in so long is given up: another one may be better, and goes on there."""


class Expired(NamedTuple):
    """The link cannot be used: it has to be renewed."""

    reason: str


class Stopped(Exception):
    """The whole download is being given up."""


class Wrong(Exception):
    """What arrives is not the file."""


class Refused(NamedTuple):
    """The file came whole and right, and the disk refused it."""

    body: bytes


Outcome = Union[Expired, _retry.Failure, Broken, Wrong, Refused, None]
"""How an attempt ended after which the file is not there; None for one that does not count."""


class Watcher(Protocol):
    """Who wants to know what happens while files come."""

    def came(self, size: int) -> None:
        """Bytes came; a negative number of bytes has to be fetched again."""

    def refused(self, pause: float) -> None:
        """The storage answered 429 or 503 and wants a pause of so many seconds."""


@frozen
class Receiver:
    """What all attempts of a download share."""

    engine: Engine
    watcher: Watcher
    brake: Brake
    clock: Clock
    stop: Event
    """Set when the whole download is given up."""

    def receive(self, item: Item, part: Part, buffer: memoryview) -> Union[Expired, _retry.Failure, None]:
        """One attempt: all bytes that come now. None when the body came to its end."""
        if part.length and not part.can_resume:
            self.start_again(part)
        item.attempts += 1
        response = self.engine.open(item.url, offset=part.length, validator=part.validator)
        try:
            status, headers = response.status, response.headers
            refused = refusal(status, headers)
            if refused is not None:
                return refused
            whole = self._whole(part, status, headers)
            if item.size is not None and whole is not None and whole != item.size:
                raise Wrong(f"{whole} bytes are announced, {item.size} were promised")
            if part.length:
                item.resumed = max(item.resumed, part.length)
            part.expect(headers, whole)
            item.refused = 0
            self._read(part, response, buffer)
        finally:
            response.close()
        return None

    def _whole(self, part: Part, status: int, headers: Mapping[str, str]) -> Optional[int]:
        """How long the file is by this answer, which must continue what there is; else the file starts again."""
        if status == 200:
            if part.length:
                self.start_again(part)
            return _number(headers.get("content-length")) if "transfer-encoding" not in headers else None
        span = re.fullmatch(r"bytes ([0-9]{1,15})-[0-9]+/([0-9]+|\*)", headers.get("content-range", ""))
        if status == 416 or span is None or int(span.group(1)) != part.length:
            raise Wrong("the storage does not continue where the file broke off")
        total = _number(span.group(2))
        # Some servers take no notice of If-Range.
        said = headers.get("etag" if (part.validator or "").startswith('"') else "last-modified")
        if part.validator is not None and said is not None and said != part.validator:
            raise Wrong("the file changed while it was fetched")
        if part.total is not None and total is not None and total != part.total:
            raise Wrong("the file changed its length while it was fetched")
        return total

    def _read(self, part: Part, response: Response, buffer: memoryview) -> None:
        piece = buffer[: self.brake.piece(CHUNK)]
        part.open()
        since, came = self.clock.monotonic(), 0
        while got := response.readinto(piece):
            self.go_on()
            if part.total is not None and part.length + got > part.total:
                raise Wrong(f"more than the {part.total} bytes arrive that were promised")
            part.write(piece[:got])
            self.watcher.came(got)
            if pause := self.brake.take(got):
                self.pause(pause)
            came += got
            now = self.clock.monotonic()
            if now - since > SLOW_SECONDS:
                if came < SLOW_BYTES and not self.brake.is_on:
                    raise Broken(f"only {came} bytes came in {now - since:.0f} s")
                since, came = now, 0
        if part.total is not None and part.length < part.total:
            raise Broken(f"the connection broke {part.total - part.length} bytes before the end")

    def start_again(self, part: Part) -> None:
        """Forget what came of a file."""
        self.go_on()  # the part may be another run's by now
        self.watcher.came(-part.length)
        part.restart()

    def go_on(self) -> None:
        """Raise `Stopped` when the whole download is given up."""
        if self.stop.is_set():
            raise Stopped

    def pause(self, seconds: float) -> None:
        """Wait; raises `Stopped` at once when the whole download is given up."""
        if type(self.clock).sleep is Clock.sleep:
            self.stop.wait(seconds)
        else:  # somebody's own, which knows of no event
            self.clock.sleep(seconds)
        self.go_on()


def refusal(status: int, headers: Mapping[str, str]) -> Union[Expired, _retry.Failure, None]:
    """What an answer means that has no bytes of the file; None for one that may have."""
    if status in (401, 403, 404, 410):
        return Expired(f"storage answered {status}")
    return None if status in (200, 206, 416) else _retry.Failure(status, headers)


def _number(text: Optional[str]) -> Optional[int]:
    return int(text) if text is not None and re.fullmatch("[0-9]{1,15}", text) else None
