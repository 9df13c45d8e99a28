"""Bring one file to disk: into its part file, checked while it arrives, renamed when it is whole."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, Optional, Union

from attrs import frozen

from .. import _retry
from .._clock import Clock
from . import durable, handles, strip
from .engine import Broken, EngineError, NoHandles
from .item import SOON, Item, line_hash
from .ledger import Done, Line
from .manifest import Manifest
from .part import Part, move, part_name, put
from .place import Place
from .presence import look
from .receive import Expired, Receiver, Refused, Watcher, Wrong
from .report import Status
from .room import Room

EXPIRES = "its link expires"
CHANGED = "the content does not match its content_hash"
PROGRESS = 1 << 20
"""When so many bytes more are there than ever before, retries are counted anew."""
FULL = (errno.ENOSPC, errno.EDQUOT)


class Saved(NamedTuple):
    """A small file that is whole and right, under the name of its part."""

    item: Item
    part: str


@frozen
class Fetcher:
    """Brings files to disk, one at a time for each thread; the threads share it."""

    place: Place
    manifest: Manifest
    receiver: Receiver
    watcher: Watcher
    clock: Clock
    max_retries: int
    budget: _retry.RetryBudget
    room: Room
    trust: bool
    """Whether a file whose size and time are unchanged counts as present without reading it."""
    strip_metadata: bool

    def fetch(self, item: Item, buffer: memoryview) -> Union[Done, Expired, NoHandles]:
        """Have the file, or say why not. Never raises but `Stopped`."""
        item.begun = self.clock.monotonic() if item.begun is None else item.begun
        self.receiver.go_on()
        try:
            if item.part is None:
                there = self._present(item)
                if there is not None:
                    return there
                if self.place.closed is not None:
                    return self.failed(item, self.place.closed)
                folder = self.place.folder
                part = Part(folder.work, item)
                if item.attempts or part.name in folder.left:  # the lane's, or an earlier run's
                    part.recover(self.receiver.go_on)
                    self.watcher.came(part.length)
                item.part = part
            return self._bring(item, item.part, buffer)
        except NoHandles as error:
            return error
        except EngineError as error:
            return self.failed(item, str(error))
        except OSError as error:
            # The disk's: the network's have other names.
            if handles.are_used_up(error):
                return NoHandles(handles.too_few())
            if error.errno in FULL:
                self.room.look_again()
                if item.part is not None:
                    self.watcher.came(-item.part.give_room())
            return self.failed(item, f"it cannot be written: {error.strerror or error}")
        finally:
            if item.part is not None:
                self.room.release(item.part)
                item.part.close()

    def is_new(self, item: Item) -> bool:
        """Whether nothing of a file is there, neither itself nor a part that an earlier run left."""
        folder = self.place.folder
        if len(folder.left) > 1 and part_name(item.file.id) in folder.left:
            return False
        return folder.was_empty or not os.path.lexists(self.place.locate(item.name))

    def save(self, item: Item, body: memoryview) -> Union[Saved, Wrong, Refused]:
        """Check a small file that came whole, and write it down."""
        if hashlib.sha256(body).hexdigest() != item.sha256:
            return Wrong(CHANGED)
        try:
            return Saved(item, put(os.fspath(self.place.folder.work), item, body))
        except OSError:
            return Refused(bytes(body))

    def keep(self, files: list[Saved]) -> tuple[list[Done], list[Item]]:
        """Give small files their names; what became of them, and those for which the disk refused it."""
        self.receiver.go_on()
        try:
            lines = self.manifest.append_all([item.line(item.sha256, None) for item, _ in files])
        except OSError:
            return [], [item for item, _ in files]
        kept: list[Done] = []
        others: list[Item] = []
        for (item, part), line in zip(files, lines):
            try:
                move(part, self.place.locate(item.name))
            except OSError:
                others.append(item)
            else:
                kept.append(self._done(item, "fetched", item.size or 0, line))
        return kept, others

    def failed(self, item: Item, reason: str) -> Done:
        """Give a file up; its part stays if another run can go on with it."""
        self.receiver.go_on()  # the part may be another run's by now
        if item.part is not None:
            self.watcher.came(-item.part.length)
            with suppress(OSError):
                item.part.leave()
        return self._done(item, "failed", error=reason)

    def _present(self, item: Item) -> Optional[Done]:
        """The row of a file that is on disk and right."""
        there = look(item, self.place, trust=self.trust, strip=self.strip_metadata)
        if there.state != "present":
            return None
        self.watcher.came(there.size)
        if item.known and item.known.stripped:
            return self._done(item, "present", there.size)
        line = item.line(there.sha256, None)
        same = item.known is not None and item.known.line == line_hash(line)
        return self._done(item, "present", there.size, None if same else self.manifest.append(line))

    def _bring(self, item: Item, part: Part, buffer: memoryview) -> Union[Done, Expired]:
        has_room = False
        while True:
            self.receiver.go_on()
            failure = _retry.Failure()
            try:
                if not part.is_whole:
                    if item.expires_at < self.clock.time() + SOON:
                        return Expired(EXPIRES)
                    if not has_room and (reason := self.room.claim(part)):
                        return self.failed(item, f"it cannot be written: {reason}")
                    has_room = True
                    answer = self._attempt(item, part, buffer)
                    if isinstance(answer, Expired):
                        return answer
                    failure = answer or failure
                else:
                    item.resumed = max(item.resumed, part.length)
                    part.open()
                    answer = None
                if answer is None:
                    done = self._keep(item, part)
                    self.budget.give_back(item.retries)
                    return done
                reason = f"storage answered {failure.status}"
            except Wrong as error:
                reason = str(error)
                self.receiver.start_again(part)
            except Broken as error:
                reason = str(error)
            if part.length - item.furthest >= PROGRESS:
                self.budget.give_back(item.retries)
                item.furthest, item.retries = part.length, 0
            decision = _retry.decide(
                failure,
                retries_made=item.retries,
                max_retries=self.max_retries,
                repeatable=True,
                remaining=float("inf"),
                now=self.clock.time(),
                budget=self.budget,
            )
            if failure.status in (429, 503):
                pause = _retry.retry_after(failure.headers, self.clock.time()) or 0.0
                self.watcher.refused(pause if pause <= _retry.LONGEST_RETRY_AFTER else 0.0)
            if isinstance(decision, _retry.Stop):
                return self.failed(item, reason)
            item.retries += 1
            self.receiver.pause(decision.delay)

    def _attempt(self, item: Item, part: Part, buffer: memoryview) -> Union[Expired, _retry.Failure, None]:
        """One attempt, or the outcome of the one that the lane made."""
        if isinstance(item.tried, Refused):
            part.open()
            part.write(memoryview(item.tried.body))
            self.watcher.came(part.length)
            item.tried = None  # not before the disk has it
            return None
        tried, item.tried = item.tried, None
        if tried is None:
            return self.receiver.receive(item, part, buffer)
        if isinstance(tried, Exception):
            raise tried
        return tried

    def _keep(self, item: Item, part: Part) -> Done:
        """Check the whole file and give it its name; its line is in the journal before that."""
        sha256 = part.sha256
        if item.sha256 is not None and sha256 != item.sha256:
            raise Wrong(CHANGED)
        part.complete()
        final, removed = part.path, tuple[str, ...]()
        stripped: Optional[dict[str, Any]] = None
        if self.strip_metadata or (item.known and item.known.stripped):
            final = part.cleaned
            copy = strip.strip(Path(part.path), Path(final), str(item.file.get("content_type")))
            sha256, removed = copy.sha256, copy.removed
            stripped = {"supported": copy.supported, "removed": list(removed), "size_bytes": copy.size}
        if item.known is not None or item.sha256 is None:
            durable.flush_file(final)  # its size and time may be believed, whatever becomes of its line in the journal
        mtime = item.mtime
        if mtime is not None:
            os.utime(final, (mtime, mtime))
        part.total = part.length  # another attempt at what follows needs no byte again
        self.place.send(item, final, self.receiver.go_on)
        self.receiver.go_on()
        line = self.manifest.append(item.line(sha256, stripped))
        self.receiver.go_on()
        self.place.settle(item, part, cleaned=final != part.path)
        return self._done(item, "fetched", part.length, line, removed=removed)

    def _done(
        self,
        item: Item,
        status: Status,
        size: int = 0,
        line: Optional[Line] = None,
        *,
        error: Optional[str] = None,
        removed: tuple[str, ...] = (),
    ) -> Done:
        seconds = 0.0 if item.begun is None else self.clock.monotonic() - item.begun
        return Done(
            item.file.id, status, size, item.attempts, item.refreshed, item.resumed, seconds, error, removed, line
        )
