"""`Sandbox`: the sandbox in a thread of this process."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, Callable, Optional, TypeVar, Union

from firsthandapi.sandbox.control import Controls
from firsthandapi.sandbox.journal import Entry
from firsthandapi.sandbox.knobs import SandboxClock, SandboxFaults
from firsthandapi.sandbox.running import Running
from firsthandapi.sandbox.store import Document
from firsthandapi.sandbox.world import Options, World

T = TypeVar("T")

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Sandbox:
    """A local FirstHandAPI: a real HTTP server on loopback, with simulated workers, on virtual time.

    As a context manager it serves within the block; else between `start` and `stop`.

    What differs from the service: webhook URLs may be `http://` if they lead to this machine; `fh_test_` and `fh_live_`
    keys do the same and spend the same simulated credits; and no rate limit is imposed unless asked for.

    Args:
        speed: virtual seconds per real second, above 0.
        seed: what everything random is made from. Same seed, same story: keys, ids (up to their time),
            workers, scores and files.
        frozen: start with the clock standing still; move it with `clock.advance`.
        start: the moment at which the clock starts, in Unix seconds; default now. With `frozen`, ids repeat
            exactly.
        credits_cents: what the organisation has to begin with.
        workers: how many simulated workers take up a job at most; 0 for none, so that only `upload` fulfils
            it and only `review` decides tasks; default by the job's size.
        rate_limit: requests per key and virtual minute; default no limit. Documented are 60 on the free tier and 100
            on the standard one (and 600 and 1,000 per hour, which are not counted here).
        strict: check every answer against openapi.yaml too; one that breaks it becomes a 500 that says how.
            For tests.
        data: a folder in which everything is kept; default memory, and a temporary folder for the files.
        host: 127.0.0.1, localhost or ::1; nothing else is served.
        port: 0 for any free one.

    Attributes:
        clock: the virtual clock.
        faults: rules by which the sandbox misbehaves.
    """

    def __init__(
        self,
        *,
        speed: float = 1.0,
        seed: int = 0,
        frozen: bool = False,
        start: Optional[float] = None,
        credits_cents: int = 100_000,
        workers: Optional[int] = None,
        rate_limit: Optional[int] = None,
        strict: bool = False,
        data: Union[str, Path, None] = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        if host not in _LOOPBACK:
            raise ValueError(f"the sandbox serves {', '.join(_LOOPBACK)} only, not {host}: it knows no real security")
        if credits_cents < 0:
            raise ValueError("credits_cents must not be negative")
        self._host, self._port = host, port
        self._options = Options(
            seed, speed, start, frozen, strict, credits_cents, workers, rate_limit, Path(data) if data else None
        )
        self._running: Optional[Running] = None
        self.clock: SandboxClock = SandboxClock(self)
        self.faults: SandboxFaults = SandboxFaults(self)

    def start(self) -> Sandbox:
        """Begin to serve; return this sandbox.

        Raises:
            OSError: the port is taken.
            ValueError: the data folder was made with another seed.
        """
        if self._running is None:
            listening = socket.create_server(
                (self._host, self._port),
                family=socket.AF_INET6 if ":" in self._host else socket.AF_INET,
                backlog=1024,
            )
            try:
                self._running = Running(World(self._options, time.time()), listening)
            except BaseException:
                listening.close()
                raise
        return self

    def stop(self) -> None:
        """Answer what waits, and end."""
        if self._running is not None:
            running, self._running = self._running, None
            running.stop()

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """Where it serves, such as `http://127.0.0.1:41234`."""
        return self._served.world.base_url

    @property
    def api_key(self) -> str:
        """The key of its first organisation."""
        return self._served.world.api_key

    @property
    def webhook_secret(self) -> str:
        """The signing secret that the first webhook endpoint gets."""
        return self._served.world.webhook_secret

    @property
    def log(self) -> list[Entry]:
        """What was asked of it, oldest first."""
        return self.ask(self._served.world.journal.entries)

    def calls(self, operation_id: str) -> list[Entry]:
        """What was asked of one operation, oldest first; `storage` for downloads."""
        return self.ask(lambda: self._served.world.journal.entries(operation_id))

    def upload(
        self,
        job_id: str,
        *,
        stars: int = 4,
        reasoning: Optional[str] = None,
        content: Optional[bytes] = None,
        content_type: Optional[str] = None,
    ) -> Document:
        """Hand in one submission to a job as a worker would, scored at once; return it.

        Args:
            job_id: the job.
            stars: its score, 1 to 5.
            reasoning: the score's `ai_reasoning`.
            content: the file's bytes, whose size in pixels and length are read; drawn when not given.
            content_type: one that the job accepts; default the first.

        Raises:
            ValueError: there is no such job, or it cannot take this.
        """
        return self.ask(
            lambda: self._served.controls.upload(
                job_id, stars=stars, reasoning=reasoning, content=content, content_type=content_type
            )
        )

    def flag(self, job_id: str, *, reason: str = "The job is unreasonable.") -> Document:
        """Flag a job as unreasonable or unsafe, as a worker may; return it. It goes on (inferred).

        Args:
            job_id: the job.
            reason: kept in the audit log.

        Raises:
            ValueError: there is no such job, or it is over.
        """
        return self.ask(lambda: self._served.controls.flag(job_id, reason=reason))

    def review(self, task_id: str, *, decision: str = "approve", output: Optional[Document] = None) -> Document:
        """Decide a task, as a reviewer would; return it.

        Args:
            task_id: the task.
            decision: `approve`, `reject`, `approve_with_edit` or `escalate`.
            output: what `approve_with_edit` makes of the candidate output; default a small change.

        Raises:
            ValueError: there is no such task, or it is over, or no such decision.
        """
        return self.ask(lambda: self._served.controls.review(task_id, decision=decision, output=output))

    def reset(self) -> None:
        """Be as when started: the same key, the first credits, no jobs, no faults, an empty log."""
        self.wait(self._served.world.reset)

    def ask(self, question: Callable[[], T]) -> T:
        """Call a function in the thread that serves, and return what it returns."""

        async def answer() -> T:
            return question()

        return self.wait(answer)

    def wait(self, question: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run a coroutine in the thread that serves, and return what it returns."""
        return asyncio.run_coroutine_threadsafe(question(), self._served.loop).result()

    @property
    def controls(self) -> Controls:
        """What the control plane under `/_sandbox/` calls."""
        return self._served.controls

    @property
    def _served(self) -> Running:
        if self._running is None:
            raise RuntimeError("the sandbox is not running: use it in a with block, or call start()")
        return self._running

    def __repr__(self) -> str:
        return f"Sandbox({self.base_url})" if self._running else "Sandbox(not running)"
