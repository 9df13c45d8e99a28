"""The agenda: what is to happen, and when.

Its events lie in the store, so that a sandbox with a data folder goes on after a restart where it stopped.
They happen one after the other in the order in which they are due, each in a transaction, and each is told
the moment at which it was due: a slow machine may be late, but tells the same story.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import Callable, Optional

from firsthandapi.sandbox.clock import Clock, Signals
from firsthandapi.sandbox.store import Document, Event, Store

Action = Callable[[float, Document], None]
Preparation = Callable[[float, Document], Awaitable[None]]

_BELL = "agenda"
_log = logging.getLogger("firsthandapi.sandbox")


class Agenda:
    """Runs the due events of `store` on `clock`."""

    def __init__(self, store: Store, clock: Clock, signals: Signals) -> None:
        self._store, self._clock, self._signals = store, clock, signals
        self._actions: dict[str, Action] = {}
        self._preparations: dict[str, Preparation] = {}
        self._lock: Optional[asyncio.Lock] = None
        self._stopped = False

    def on(self, action: str, happen: Action, prepare: Optional[Preparation] = None) -> None:
        """Say what an action does.

        Args:
            action: its name.
            happen: does it, without waiting, given the moment and the details.
            prepare: awaited before, for what takes real time.
        """
        self._actions[action] = happen
        if prepare is not None:
            self._preparations[action] = prepare

    def add(self, due: float, action: str, details: Document) -> None:
        """Let `action` happen at the moment `due`, with `details`."""
        self._store.schedule(due, action, details)
        self._signals.ring(_BELL)

    async def run(self) -> None:
        """Let events happen as they become due, until `stop`."""
        while not self._stopped:
            if await self._step(self._clock.now()):
                continue
            event = self._store.next_event()
            await self._signals.wait(_BELL, self._clock.real_seconds_until(event.due) if event else None)

    def stop(self) -> None:
        """End `run` after the present event."""
        self._stopped = True
        self._signals.ring(_BELL)

    async def advance(self, seconds: float) -> float:
        """Move the clock forward through everything that is due on the way; return the new moment."""
        if seconds < 0:
            raise ValueError("the clock cannot go back")
        target = self._clock.now() + seconds
        while not self._stopped and await self._step(target):
            # Whoever waited for this event gets his turn before the next one happens.
            await asyncio.sleep(0)
        self._clock.jump(target)
        self._signals.ring_all()
        return self._clock.now()

    def paused(self) -> asyncio.Lock:
        """A lock under which no event happens."""
        # Python 3.9 binds a lock to the loop that is current when it is made, so it is made in the loop that uses it.
        self._lock = self._lock or asyncio.Lock()
        return self._lock

    async def _step(self, until: float) -> bool:
        async with self.paused():
            event = self._store.next_event()
            if event is None or event.due > until:
                return False
            prepare = self._preparations.get(event.action)
            try:
                if prepare is not None:
                    await self._prepared(prepare, event)
                self._clock.jump(event.due)
                with self._store.transaction():
                    self._store.drop_event(event)
                    self._actions[event.action](event.due, event.details)
                    self._store.set("moment", self._clock.now())
            except Exception:
                _log.exception("the event %s failed and is dropped", event.action)
                self._store.drop_event(event)
            return True

    async def _prepared(self, prepare: Preparation, event: Event) -> None:
        """Prepare an event. Time waits for it, lest all that follows comes too late."""
        # What is prepared, such as a delivery that a receiver dates by this clock, happens when it is due.
        self._clock.jump(event.due)
        self._clock.hold()
        try:
            await prepare(event.due, event.details)
        finally:
            self._clock.release()
            self._signals.ring_all()
