"""`Sandbox`: the sandbox in a thread of this process."""

from __future__ import annotations

import asyncio
import builtins
import socket
import threading
import time
from collections.abc import Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, Callable, Optional, TypeVar, Union

import uvicorn

from firsthandapi.sandbox.app import create_app
from firsthandapi.sandbox.connections import CuttableProtocol
from firsthandapi.sandbox.contract import contract
from firsthandapi.sandbox.control import Controls
from firsthandapi.sandbox.journal import Entry
from firsthandapi.sandbox.store import Document
from firsthandapi.sandbox.world import Options, World

T = TypeVar("T")

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Sandbox:
    """A local FirstHandAPI: a real HTTP server on loopback, with simulated workers, on virtual time.

    As a context manager it serves within the block; else between `start` and `stop`.

    Args:
        speed: virtual seconds per real second, above 0.
        seed: what everything random is made from. Same seed, same story: keys, ids (up to their time),
            workers, scores and files.
        frozen: start with the clock standing still; move it with `clock.advance`.
        start: the moment at which the clock starts, in Unix seconds; default now. With `frozen`, ids repeat
            exactly.
        credits_cents: what the organisation has to begin with.
        workers: how many simulated workers take up a job at most; 0 for none, so that only `upload` fulfils
            it; default by the job's size.
        rate_limit: requests per key and virtual minute; default no limit.
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
        self._running: Optional[_Running] = None
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
                self._running = _Running(World(self._options, time.time()), listening)
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
            content: the file's bytes; drawn when not given.
            content_type: one that the job accepts; default the first.

        Raises:
            ValueError: there is no such job, or it cannot take this.
        """
        return self.ask(
            lambda: self._served.controls.upload(
                job_id, stars=stars, reasoning=reasoning, content=content, content_type=content_type
            )
        )

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
    def _served(self) -> _Running:
        if self._running is None:
            raise RuntimeError("the sandbox is not running: use it in a with block, or call start()")
        return self._running

    def __repr__(self) -> str:
        return f"Sandbox({self.base_url})" if self._running else "Sandbox(not running)"


class SandboxClock:
    """The virtual clock of a running sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def now(self) -> float:
        """The present moment, in Unix seconds."""
        return float(self._sandbox.ask(self._sandbox.controls.clock)["now"])

    def advance(self, seconds: float) -> float:
        """Move forward by virtual seconds, through everything that is due on the way; return the new moment."""
        return float(self._sandbox.wait(lambda: self._sandbox.controls.set_clock(advance=seconds))["now"])

    def freeze(self) -> None:
        """Stand still until `resume`."""
        self._sandbox.wait(lambda: self._sandbox.controls.set_clock(freeze=True))

    def resume(self, speed: Optional[float] = None) -> None:
        """Run on, at `speed` virtual seconds per real second (default: as before)."""
        self._sandbox.wait(lambda: self._sandbox.controls.set_clock(resume=True, speed=speed))


class SandboxFaults:
    """The fault rules of a running sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def add(self, operation: str = "*", **fields: object) -> int:
        """Put a rule in force; return its number.

        Args:
            operation: an operationId, `*` for every operation, or `storage` for downloads.
            fields: as in `firsthandapi.sandbox.faults.Fault`.

        Raises:
            ValueError: there is no such rule.
        """
        return self._sandbox.ask(lambda: self._sandbox.controls.add_fault({"operation": operation, **fields}))

    def remove(self, number: int) -> bool:
        """Drop one rule; return whether it was in force."""
        return self._sandbox.ask(lambda: self._sandbox.controls.faults.remove(number))

    def clear(self) -> None:
        """Drop all rules."""
        self._sandbox.ask(lambda: self._sandbox.controls.faults.clear())

    def list(self) -> builtins.list[Document]:
        """The rules in force, with how often each applied."""
        return self._sandbox.ask(lambda: self._sandbox.controls.faults.list())


class _Running:
    """A world, and the thread that serves it."""

    def __init__(self, world: World, listening: socket.socket) -> None:
        host, port = listening.getsockname()[:2]
        world.base_url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self.world, self.controls = world, Controls(world)
        config = uvicorn.Config(
            create_app(world, contract()),
            http=CuttableProtocol,
            loop="asyncio",
            ws="none",
            lifespan="on",
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._listening = listening
        self._ready = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve()), name="firsthandapi-sandbox", daemon=True
        )
        self._thread.start()
        self._ready.wait()

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        serving = asyncio.ensure_future(self._server.serve(sockets=[self._listening]))
        # Until it has started, uvicorn does not hear that it should stop.
        while not (self._server.started or serving.done()):
            await asyncio.sleep(0.001)
        self._ready.set()
        await serving

    def stop(self) -> None:
        # Long polls are woken first: uvicorn waits for requests that are under way.
        self.loop.call_soon_threadsafe(self.world.stop)
        self._server.should_exit = True
        self._thread.join()
        self.world.close()
