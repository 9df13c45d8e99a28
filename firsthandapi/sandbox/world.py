"""The world of one sandbox: its clock, its memory, its organisation, and the parts that act on them."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from firsthandapi.sandbox import accounts, billing, tasks, webhooks
from firsthandapi.sandbox.agenda import Agenda
from firsthandapi.sandbox.chance import Chance, Word
from firsthandapi.sandbox.clock import Clock, Signals
from firsthandapi.sandbox.faults import Faults
from firsthandapi.sandbox.idempotency import IdempotencyKeys
from firsthandapi.sandbox.journal import Journal
from firsthandapi.sandbox.ratelimit import UNLIMITED, RateLimiter
from firsthandapi.sandbox.storage import Storage
from firsthandapi.sandbox.store import Document, Store
from firsthandapi.sandbox.workers import Workers


@dataclass(frozen=True)
class Options:
    """How a sandbox is to be; see `Sandbox` for what each means."""

    seed: int = 0
    speed: float = 1.0
    start: Optional[float] = None
    frozen: bool = False
    strict: bool = False
    credits_cents: int = 100_000
    workers: Optional[int] = None
    rate_limit: Optional[int] = None
    data: Optional[Path] = None


class World:
    """Everything that one sandbox knows.

    Args:
        options: how it is to be.
        now: the real moment, at which its clock starts unless the options or an earlier run say otherwise.
    """

    def __init__(self, options: Options, now: float) -> None:
        if options.data:
            options.data.mkdir(parents=True, exist_ok=True)
        self.options = options
        self.base_url = "http://127.0.0.1"
        self.stopping: bool = False
        self.store: Store = Store(str(options.data / "sandbox.sqlite3") if options.data else ":memory:")
        with ExitStack() as undo:
            undo.callback(self.store.close)
            seed = self.store.setting("seed", options.seed)
            if seed != options.seed:
                raise ValueError(f"{options.data} was made with --seed {seed}")
            self._start = now if options.start is None else options.start
            self.chance: Chance = Chance(options.seed)
            # An earlier run may have left the clock ahead of real time, and time never goes backwards.
            self.clock: Clock = Clock(max(self._start, self.store.setting("moment", 0)), options.speed, options.frozen)
            self.signals: Signals = Signals()
            self.agenda: Agenda = Agenda(self.store, self.clock, self.signals)
            self.faults: Faults = Faults(self.chance)
            self.journal: Journal = Journal()
            self.limiter: RateLimiter = RateLimiter(self.clock, options.rate_limit or UNLIMITED)
            self.idempotency: IdempotencyKeys = IdempotencyKeys(self.store)
            self.storage: Storage = Storage(options.data / "files" if options.data else None, self.chance)
            self.api_key: str = self.chance.secret("fh_test_", "first")
            self.webhook_secret: str = self.chance.secret("whsec_", "first")
            self.workers: Workers = Workers(self)
            billing.install(self)
            tasks.install(self)
            webhooks.install(self)
            self._requests = 0
            self._found()
            undo.pop_all()

    def new_id(self, prefix: str, moment: float, *words: Word) -> str:
        """An id of what `words` name; without words, of the next thing with this prefix."""
        return self.chance.id(prefix, moment, *(words or (self.store.count_up(f"id/{prefix}"),)))

    def request_id(self) -> str:
        """The id of the next request."""
        self._requests += 1
        return self.chance.id("req", self.clock.now(), self._requests)

    def changed(self, document: Document) -> None:
        """Wake the long polls for a document."""
        self.signals.ring(document["id"])

    async def reset(self) -> None:
        """Be as on the first start: nothing but the first organisation with its key and credits."""
        async with self.agenda.paused():
            self.store.clear()
            self.storage.clear()
            self.faults.clear()
            self.journal.clear()
            self.workers.clear()
            self.limiter.clear()
            self.clock.restart(self._start, self.options.speed, self.options.frozen)
            self._found()
        self.signals.ring_all()

    def stop(self) -> None:
        """Let everything that waits come to its end."""
        self.stopping = True
        self.agenda.stop()
        self.workers.stop()
        self.signals.ring_all()

    def close(self) -> None:
        """Remember the moment, and close the files."""
        self.store.set("moment", self.clock.now())
        self.store.close()
        self.storage.close()

    async def long_poll(self, kind: str, id: str, org: str, seconds: float) -> None:
        """Wait until a job or task has changed its status or a counter, at most so many virtual seconds."""
        until = self.clock.now() + seconds
        seen = self._progress(kind, id, org)
        while not self.stopping and seen is not None and self._progress(kind, id, org) == seen:
            left = self.clock.real_seconds_until(until)
            if left == 0:
                break
            await self.signals.wait(id, left)

    async def sleep(self, seconds: float) -> None:
        """Wait for real seconds, or until the sandbox stops."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not self.stopping and loop.time() < until:
            await self.signals.wait("sleep", until - loop.time())

    def _progress(self, kind: str, id: str, org: str) -> Optional[Document]:
        """What a long poll watches; None when the resource is final or not there."""
        found = self.store.find(kind, id, org)
        if found is None or found["status"] in ("completed", "cancelled", "resolved", "timed_out", "failed"):
            return None
        return {name: found.get(name) for name in ("status", "files_approved", "files_pending", "files_rejected")}

    def _found(self) -> None:
        self.store.set("seed", self.options.seed)
        if self.store.setting("id/org") is None:
            accounts.found(
                self,
                "Sandbox",
                self.api_key,
                "test",
                self.options.credits_cents,
                "bonus",
                at=self.clock.now(),
            )
