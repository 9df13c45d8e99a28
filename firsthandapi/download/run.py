"""Many files at once, in threads: the bytes are worth a thread, and hashing and writing leave the event loop alone.

One *coordinator*, which can talk to the API, feeds the run: it asks for the run's next *wish* and fulfils it, until
there is none. The sync and the async client differ in the coordinator only, so both are equally fast.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from threading import Condition, Event, Lock, Thread, current_thread
from time import monotonic
from typing import Literal, NamedTuple, Optional, Union

from .._clock import Clock
from .._retry import RetryBudget
from ..models import File
from .engine import Engine
from .fetch import Done, Fetcher
from .folder import Folder
from .item import CHUNK, SOON, Item, expiry
from .ledger import Ledger
from .manifest import Manifest
from .names import named
from .options import Options
from .pace import PER_FILE, Brake, Gate
from .progress import Counter
from .receive import Expired, Receiver, Stopped
from .room import Room

LOW = 200
"""With fewer files than this in the queue, the next page is asked for."""
LAST_BREATH = 5.0
"""Seconds for which a download that is given up waits for its threads; they stop at their next piece."""


class Renewal(NamedTuple):
    """The wish for a new link."""

    item: Item
    reason: str


class Run:
    """Fetches what it is offered. `offer` to `close` are called by the coordinator, one at a time."""

    def __init__(
        self,
        folder: Folder,
        ledger: Ledger,
        manifest: Manifest,
        engine: Engine,
        options: Options,
        *,
        max_retries: int,
        clock: Clock,
    ) -> None:
        self._folder, self._ledger, self._engine, self._clock = folder, ledger, engine, clock
        self._template = options.name
        self._counter = Counter(options.progress)
        self._gate = Gate(options.concurrency, clock)
        self._stop = Event()
        receiver = Receiver(engine, self, Brake(options.max_bytes_per_second, clock), clock, self._stop)
        self._receiver = receiver
        self._fetcher = Fetcher(
            folder,
            manifest,
            receiver,
            self,
            clock,
            max_retries,
            RetryBudget(),
            Room(folder, manifest, copies=options.strip_metadata),
            trust=options.trust,
            strip_metadata=options.strip_metadata,
        )
        lock = Lock()
        self._work = Condition(lock)
        """For threads: there is a file to take, or nothing ever again."""
        self._wish = Condition(lock)
        """For the coordinator: there may be a wish."""
        self._queue: deque[Item] = deque()
        self._expired: deque[Renewal] = deque()
        self._threads: list[Thread] = []
        self._active = 0
        self._unfinished = 0
        self._listed = False
        self._crash: Optional[BaseException] = None

    def offer(self, files: Iterable[File]) -> None:
        """More files to have; one that was offered before is not had twice."""
        items: list[Item] = []
        for file in files:
            met = self._ledger.meet(
                file.id, file.get("job_id"), file.get("ai_star_rating"), named(self._template, file)
            )
            if met is not None:
                items.append(Item.of(file, met.ordinal, met.name, self._folder.path, met.known))
        self._counter.expect(len(items), sum(item.size or 0 for item in items))
        with self._work:
            self._queue.extend(items)
            self._unfinished += len(items)
            self._hire()
            self._work.notify_all()

    def end(self) -> None:
        """All files were offered."""
        with self._work:
            self._listed = True
            self._work.notify_all()

    def next_wish(self) -> Union[Literal["more"], Renewal, None]:
        """What the run needs to go on: more files, or a new link; None when every file is done with."""
        with self._wish:
            while True:
                if self._crash is not None:
                    raise self._crash
                if self._stop.is_set():
                    return None
                if self._expired:
                    return self._expired.popleft()
                if not self._listed and len(self._queue) < LOW:
                    return "more"
                if self._listed and not self._unfinished:
                    return None
                # Not for ever: on Windows nothing else lets Ctrl-C through.
                self._wish.wait(1.0)

    def put_back(self, item: Item) -> None:
        """A file whose link was renewed; it is next."""
        with self._work:
            self._queue.appendleft(item)
            self._work.notify()

    def waiting(self) -> int:
        """How many more files wait for a new link."""
        return len(self._expired)

    def wish_again(self, wish: Renewal) -> None:
        """Take back the wish for a new link: it may be fulfilled together with others."""
        with self._wish:
            self._expired.appendleft(wish)

    def renew(self, files: Iterable[File], now: float, most: int) -> int:
        """Take new links from files as they are listed now; how many files of the run that helped.

        Files that still have to be taken up get theirs too. `most` is how many links in a row the storage may refuse.
        """
        fresh = {file.id: file for file in files if expiry(file) > now + SOON}
        with self._work:
            renewed = 0
            for item in self._queue:
                file = fresh.get(item.file.id)
                if file is not None and expiry(file) > item.expires_at + SOON:
                    item.renew(file, now)
                    renewed += 1
            waiting, self._expired = self._expired, deque()
            back: list[Item] = []
            for wish in waiting:
                item, file = wish.item, fresh.get(wish.item.file.id)
                if file is None or file.get("download_url") == item.url or item.refused >= most:
                    self._expired.append(wish)
                else:
                    item.refused += 1
                    item.renew(file, now)
                    back.append(item)
            self._queue.extendleft(reversed(back))
            self._work.notify_all()
            return renewed + len(back)

    def give_up(self, item: Item, reason: str) -> None:
        """A file whose link cannot be renewed."""
        self._note(self._fetcher.failed(item, reason))
        with self._work:
            self._finish_one()

    def close(self) -> None:
        """End the threads and close all connections; files that are under way are given up."""
        self._stop.set()
        with self._work:
            self._work.notify_all()
            self._wish.notify_all()
        self._engine.close()
        until = monotonic() + LAST_BREATH
        for thread in list(self._threads):
            thread.join(max(0.0, until - monotonic()))
        self._counter.close()

    def came(self, size: int) -> None:
        """Bytes came (from the fetcher)."""
        if not size:
            return
        self._counter.add(0, size)
        if size > 0:
            self._gate.moved(size)
            if self._gate.due():
                with self._work:
                    self._judge()

    def refused(self, pause: float) -> None:
        """The storage has too much to do (from the fetcher)."""
        with self._work:
            self._gate.back_off(pause)

    def _thread(self) -> None:
        buffer = memoryview(bytearray(CHUNK))
        try:
            while (item := self._take()) is not None:
                pause = self._gate.closed_until - self._clock.monotonic()
                if pause > 0:
                    self._receiver.pause(pause)
                result = self._fetcher.fetch(item, buffer)
                if isinstance(result, Done):
                    item.part = None  # they hold each other
                    self._note(result)
                with self._work:
                    self._active -= 1
                    if isinstance(result, Expired):
                        self._expired.append(Renewal(item, result.reason))
                        self._wish.notify()
                    else:
                        self._gate.moved(PER_FILE)
                        self._finish_one()
                    self._judge()
        except Stopped:
            pass
        except BaseException as error:
            # A mistake of ours, or of a progress callback: the coordinator raises it.
            with self._work:
                self._crash = error
                self._wish.notify()

    def _take(self) -> Optional[Item]:
        with self._work:
            while True:
                if self._stop.is_set() or (self._listed and not self._unfinished):
                    return None
                if len(self._threads) > self._gate.limit:  # it was of no use, and would keep its memory
                    self._threads.remove(current_thread())
                    self._work.notify()  # what it may have been woken for is another's
                    return None
                if self._queue and self._active < self._gate.limit:
                    self._active += 1
                    if len(self._queue) == LOW:
                        self._wish.notify()
                    return self._queue.popleft()
                self._work.wait()

    def _note(self, done: Done) -> None:
        self._ledger.note(done.row, done.line)
        self._counter.add(1, 0)

    def _finish_one(self) -> None:
        self._unfinished -= 1
        if not self._unfinished:
            self._work.notify_all()
            self._wish.notify()

    def _judge(self) -> None:
        if self._gate.judge(busy=self._active + 1 >= self._gate.limit):
            self._hire()
            self._work.notify_all()

    def _hire(self) -> None:
        """As many threads as may be at work; one that has nothing to do waits."""
        while len(self._threads) < min(self._gate.limit, self._unfinished):
            thread = Thread(target=self._thread, name="firsthandapi-download", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                if self._threads:  # the system allows no more
                    return
                raise
            self._threads.append(thread)
