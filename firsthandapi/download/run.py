"""Many files at once, in threads: hashing and writing leave the event loop alone.

Small files come on the *lane*, one thread for all of them; large ones, and whatever of the small ones is not as it
nearly always is, have a thread each. One *coordinator*, which can talk to the API, feeds the run: it asks for the run's
next *wish* and fulfils it, until there is none. The sync and the async client differ in the coordinator only, so both
are equally fast.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import chain
from threading import Condition, Event, Lock, Thread, current_thread
from time import monotonic
from typing import Literal, NamedTuple, Optional, Union

from .._clock import Clock
from .._retry import RetryBudget
from ..models import File
from .engine import Dialer, Engine, NoHandles
from .fetch import EXPIRES, Fetcher, Saved
from .item import CHUNK, SOON, Item, expiry
from .lane import Lane
from .ledger import Done, Ledger, items_of
from .manifest import Manifest
from .options import Options
from .pace import PER_FILE, Brake, Gate
from .place import Place
from .progress import Counter
from .receive import Expired, Outcome, Receiver, Refused, Stopped
from .room import Room

THREADS = "firsthandapi-download"
SLOW_DISK, TRIED = 0.01, 32
"""Seconds that the lane may take to write a file, on average of so many: on a slower disk, such as one that is reached
over a network, many threads are faster."""
NOTED = 64
"""So many small files are noted at a time."""
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
        place: Place,
        ledger: Ledger,
        manifest: Manifest,
        engine: Engine,
        options: Options,
        *,
        max_retries: int,
        timeout: float,
        clock: Clock,
    ) -> None:
        self._ledger, self._engine, self._clock = ledger, engine, clock
        self._template = options.name
        self._counter = Counter(options.progress)
        self._gate = Gate(options.concurrency, clock)
        self._stop = Event()
        brake = Brake(options.max_bytes_per_second, clock)
        receiver = Receiver(engine, self, brake, clock, self._stop)
        self._receiver = receiver
        self._fetcher = Fetcher(
            place,
            manifest,
            receiver,
            self,
            clock,
            max_retries,
            RetryBudget(),
            Room(place.folder, manifest, copies=options.strip_metadata),
            trust=options.trust,
            strip_metadata=options.strip_metadata,
        )
        lock = Lock()
        self._work = Condition(lock)
        """For threads: there is a file to take, or nothing ever again."""
        self._wish = Condition(lock)
        """For the coordinator: there may be a wish."""
        self._queue: deque[Item] = deque()
        """Files that get a thread."""
        self._small: deque[Item] = deque()
        """Files for the lane."""
        self._dialer = None if brake.is_on or options.strip_metadata or place.is_remote else engine.dialer
        self._timeout = timeout
        self._lane: Optional[Lane] = None
        self._lane_thread: Optional[Thread] = None
        self._in_lane = 0
        self._written, self._writing = 0, 0.0
        """How many files the lane wrote, and the seconds that it took."""
        self._lent = 0
        """Files that the lane has, those that came whole included."""
        self._saved: list[Saved] = []
        """Small files that came, and get their names together."""
        self._kept: list[Done] = []
        """Small files that were had, and are noted together."""
        self._expired: deque[Renewal] = deque()
        self._threads: list[Thread] = []
        self._active = 0
        self._unfinished = 0
        self._listed = False
        self._crash: Optional[BaseException] = None

    def offer(self, files: Iterable[File]) -> None:
        """More files to have; one that was offered before is not had twice."""
        items = items_of(files, self._ledger, self._template)
        self._counter.expect(len(items), sum(item.size or 0 for item in items))
        small: list[Item] = []
        others: list[Item] = []
        for item in items:
            (small if self._suits_lane(item) else others).append(item)
        with self._work:
            self._small.extend(small)
            self._queue.extend(others)
            self._unfinished += len(items)
            self._hire()

    def end(self) -> None:
        """All files were offered."""
        with self._work:
            self._listed = True
            self._tell_end()

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
                if not self._listed and len(self._queue) + len(self._small) < LOW:
                    return "more"
                if self._listed and not self._unfinished:
                    return None
                # Not for ever: on Windows nothing else lets Ctrl-C through.
                self._wish.wait(1.0)

    def put_back(self, item: Item) -> None:
        """A file whose link was renewed; it is next."""
        queue = self._small if self._suits_lane(item) else self._queue
        with self._work:
            queue.appendleft(item)
            self._hire()

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
            for item in chain(self._queue, self._small):
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
            for item in reversed(back):
                (self._small if self._suits_lane(item) else self._queue).appendleft(item)
            self._hire()
            return renewed + len(back)

    def give_up(self, item: Item, reason: str) -> None:
        """A file whose link cannot be renewed."""
        self._note(self._fetcher.failed(item, reason))
        with self._work:
            self._finish(1)

    def close(self) -> None:
        """End the threads and close all connections; files that are under way are given up."""
        self._stop.set()
        with self._work:
            self._wish.notify_all()
            self._tell_end()
        self._engine.close()
        until = monotonic() + LAST_BREATH
        for thread in [self._lane_thread, *self._threads]:
            if thread is not None:
                thread.join(max(0.0, until - monotonic()))
        self._note_kept()
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

    def take(self, under_way: int) -> Optional[list[Item]]:
        """The next files of the lane (from the lane)."""
        with self._work:
            if self._stop.is_set() or (self._listed and not self._unfinished):
                return None
            if self._dialer is None and not self._lent:
                return None  # it was dismissed
            now = self._clock.monotonic()
            if self._gate.closed_until > now:
                self._leave_lane()  # threads wait until they may ask again
            share = self._gate.limit - self._active
            if self._queue:  # both get on
                share = min(share, self._gate.limit // 2)
            before = len(self._queue) + len(self._small)
            taken: list[Item] = []
            soon = self._clock.time() + SOON
            while self._small and len(taken) < share - under_way:
                item = self._small.popleft()
                if item.expires_at < soon:
                    self._want_link(item, EXPIRES)
                elif not self._fetcher.room.take(item.size or 0):
                    self._queue.append(item)  # a thread says why not
                else:
                    item.begun = now if item.begun is None else item.begun
                    taken.append(item)
            self._in_lane = under_way + len(taken)
            self._lent += len(taken)
            if before >= LOW > len(self._queue) + len(self._small):
                self._wish.notify()
            self._hire_threads()
            return taken

    def hand_on(self, item: Item, outcome: Outcome) -> None:
        """A file that a thread has to see to (from the lane)."""
        with self._work:
            self._lent -= 1
            if isinstance(outcome, Expired):
                self._want_link(item, outcome.reason)
            else:
                item.tried = outcome
                self._queue.appendleft(item)
                self._hire()

    def save(self, item: Item, body: memoryview) -> None:
        """A small file that came whole (from the lane)."""
        begun = self._clock.monotonic()
        saved = self._fetcher.save(item, body)
        self._written += 1
        self._writing += self._clock.monotonic() - begun
        if isinstance(saved, Saved):
            self._saved.append(saved)
        else:
            self.hand_on(item, saved)
            if isinstance(saved, Refused):  # what comes now waits in memory for its thread
                with self._work:
                    self._dismiss_lane()

    def keep(self) -> None:
        """Give the files that were saved their names (from the lane)."""
        if not self._saved:
            return
        saved, self._saved = self._saved, []
        begun = self._clock.monotonic()
        kept, others = self._fetcher.keep(saved)
        self._writing += self._clock.monotonic() - begun
        for item in others:
            self.hand_on(item, None)
        self._kept += kept
        if len(self._kept) >= NOTED:
            self._note_kept()
        size = sum(done.bytes for done in kept)
        self._counter.add(len(kept), size)
        with self._work:
            self._lent -= len(kept)
            self._gate.moved(PER_FILE * len(kept) + size)
            self._finish(len(kept))
            self._judge()
            if self._written >= TRIED and self._writing > SLOW_DISK * self._written:
                self._dismiss_lane()

    def _dismiss_lane(self) -> None:
        """The lane ends when it is done with the files that it has, and closes its connections."""
        self._dialer = None
        self._leave_lane()

    def _want_link(self, item: Item, reason: str) -> None:
        self._expired.append(Renewal(item, reason))
        self._wish.notify()

    def _leave_lane(self) -> None:
        """Files that wait for the lane get a thread each."""
        self._queue.extend(self._small)
        self._small.clear()
        self._hire_threads()

    def _note_kept(self) -> None:
        kept, self._kept = self._kept, []
        self._ledger.note(*kept)

    def _suits_lane(self, item: Item) -> bool:
        return self._dialer is not None and Lane.suits(item) and self._fetcher.is_new(item)

    def _work_in_lane(self, lane: Lane) -> None:
        try:
            lane.run()
        except Stopped:
            pass
        except BaseException as error:
            self._crashed(error)
        with self._work:
            self._lane, self._in_lane = None, 0
            if not self._stop.is_set():
                self._hire_threads()

    def _thread(self) -> None:
        buffer = memoryview(bytearray(CHUNK))
        try:
            while (item := self._take()) is not None:
                pause = self._gate.closed_until - self._clock.monotonic()
                if pause > 0:
                    self._receiver.pause(pause)
                result = self._fetcher.fetch(item, buffer)
                if isinstance(result, NoHandles):
                    if self._puts_off(item):
                        continue
                    result = self._fetcher.failed(item, str(result))
                if isinstance(result, Done):
                    item.part = None  # they hold each other
                    self._note(result)
                with self._work:
                    self._active -= 1
                    if isinstance(result, Expired):
                        self._want_link(item, result.reason)
                    else:
                        self._gate.moved(PER_FILE)
                        self._finish(1)
                    self._judge()
        except Stopped:
            pass
        except BaseException as error:
            self._crashed(error)

    def _puts_off(self, item: Item) -> bool:
        """A file for which there was no handle: take it again when fewer are under way; False if it is the only one."""
        closed = self._engine.close_idle()
        with self._work:
            if not closed and self._active == 1 and self._lane is None:
                return False
            self._gate.crowded(self._active + self._in_lane)
            if self._lane is not None:
                self._dismiss_lane()
                self._in_lane = max(1, self._in_lane)  # until its connections are closed
                self._lane.wake()
            self._active -= 1
            self._queue.appendleft(item)
            self._hire_threads()
            return True

    def _crashed(self, error: BaseException) -> None:
        """A mistake of ours, or of a progress callback: the coordinator raises it."""
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
                if self._queue and self._active + self._in_lane < self._gate.limit:
                    self._active += 1
                    if len(self._queue) + len(self._small) == LOW:
                        self._wish.notify()
                    return self._queue.popleft()
                self._work.wait()

    def _note(self, done: Done) -> None:
        self._ledger.note(done)
        self._counter.add(1, 0)

    def _finish(self, files: int) -> None:
        self._unfinished -= files
        if not self._unfinished:
            self._tell_end()
            self._wish.notify()

    def _tell_end(self) -> None:
        """Whoever waits for a file may wait in vain from now on."""
        self._work.notify_all()
        if self._lane is not None:
            self._lane.wake()

    def _judge(self) -> None:
        if self._gate.judge(busy=self._active + self._in_lane + 1 >= self._gate.limit):
            self._hire()

    def _hire(self) -> None:
        """See to it that there is somebody for every file."""
        if self._small and self._dialer is None:
            self._leave_lane()
        elif self._small and self._lane is not None:
            self._lane.wake()
        elif self._small and self._dialer is not None:
            self._open_lane(self._dialer)
        self._hire_threads()

    def _open_lane(self, dialer: Dialer) -> None:
        lane: Optional[Lane] = None
        try:
            lane = Lane(dialer, self, self._timeout, self._stop)
            thread = Thread(target=self._work_in_lane, args=(lane,), name=THREADS, daemon=True)
            thread.start()
        except (RuntimeError, OSError):  # the system allows no more threads or files
            if lane is not None:
                lane.close()
            self._dismiss_lane()
        else:
            self._lane, self._lane_thread = lane, thread

    def _hire_threads(self) -> None:
        """As many threads as there are files for and may be at work; one that has nothing to do waits."""
        while len(self._threads) < min(self._gate.limit, len(self._queue) + self._active):
            thread = Thread(target=self._thread, name=THREADS, daemon=True)
            try:
                thread.start()
            except RuntimeError:
                if self._threads:  # the system allows no more
                    break
                raise
            self._threads.append(thread)
        if self._queue:
            self._work.notify(len(self._queue))
