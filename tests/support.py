"""What several test modules share.

A *side* is one of the two clients, the synchronous or the asynchronous one: a test marked `both` runs once for each,
so that every behaviour is asserted for both. `side.run(...)` gives what a call returns, `side.items(...)` what it
iterates over.
"""

from __future__ import annotations

import asyncio
import atexit
import copy
import json
import socketserver
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, NamedTuple

import pytest

from firsthandapi import AsyncClient, Client, Clock

API_KEY = "fh_test_key"
BASE_URL = "https://api.firsthand.test"

JOB: dict[str, Any] = {
    "object": "job",
    "id": "job_01J5K9",
    "status": "active",
    "type": "data_collection",
    "title": "Menus",
    "description": "A clear photo of a coffee shop's whole menu board.",
    "accepted_formats": ["image/jpeg", "image/png"],
    "files_needed": 50,
    "files_approved": 0,
    "files_pending": 0,
    "files_rejected": 0,
    "price_per_file_cents": 75,
    "total_cost_cents": 3750,
    "files_per_submission": 1,
    "min_star_rating": 3,
    "scoring_criteria": None,
    "min_width": None,
    "min_height": None,
    "worker_guidelines": None,
    "location": {"lat": 40.7, "lng": -74.0, "radius_km": 5},
    "deadline": None,
    "max_workers": None,
    "metadata": {"team": "menus"},
    "rating": None,
    "created_at": "2026-03-31T14:22:08Z",
    "updated_at": "2026-03-31T14:22:08Z",
    "completed_at": None,
    "cancelled_at": None,
}
FILE: dict[str, Any] = {
    "object": "file",
    "id": "file_01J5KA",
    "job_id": "job_01J5K9",
    "submission_id": "sub_01J5KB",
    "content_type": "image/jpeg",
    "size_bytes": 2481923,
    "duration_seconds": None,
    "width": 4032,
    "height": 3024,
    "content_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "captured_at": "2026-03-31T14:20:00Z",
    "ai_star_rating": 4,
    "device_info": {"device_model": "iPhone15,2", "device_os": "iOS 17.4", "app_version": "2.1.0"},
    "worker_region": "US-NY",
    "download_url": "https://files.firsthand.test/file_01J5KA?signature=s",
    "download_url_expires_at": "2026-04-07T14:22:08Z",
    "annotations": {"object_labels": [{"label": "menu_board", "confidence": 0.97}]},
    "keyframes": None,
    "created_at": "2026-03-31T14:22:08Z",
}


def listed(*data: Any, next_cursor: str | None = None) -> dict[str, Any]:
    """The envelope of one page."""
    return {"object": "list", "data": list(data), "has_more": next_cursor is not None, "next_cursor": next_cursor}


def example(name: str) -> Any:
    """A whole body, as `openapi.yaml` gives it among its examples."""
    return copy.deepcopy(_examples()[name]["value"])


@lru_cache(maxsize=1)
def _examples() -> dict[str, Any]:
    yaml = pytest.importorskip("yaml", reason="the examples are read from openapi.yaml")
    text = (Path(__file__).resolve().parent.parent / "openapi.yaml").read_text(encoding="utf-8")
    document = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    # By way of JSON, because YAML reads unquoted dates as something else than text.
    examples: dict[str, Any] = json.loads(json.dumps(document["components"]["examples"], default=str))
    return examples


def failure(kind: str, message: str = "No.", **more: Any) -> dict[str, Any]:
    """The envelope of an error."""
    return {"error": {"type": kind, "message": message, "request_id": "req_1", **more}}


UNAVAILABLE = failure("service_unavailable")
"""The body of a 503."""


class FakeClock(Clock):
    """A clock that stands still; a sleep moves it at once and is noted in `sleeps`."""

    def __init__(self, *, oversleeps: float = 0.0) -> None:
        self.now = 0.0
        self.sleeps: list[float] = []
        self._oversleeps = oversleeps

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return 1_775_000_000.0 + self.now

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds + self._oversleeps

    async def asleep(self, seconds: float) -> None:
        self.sleep(seconds)


class Side:
    """The synchronous client."""

    name = "sync"
    type: Any = Client
    other: Any = AsyncClient

    def client(self, **settings: Any) -> Any:
        """A client for tests: never the real service, and never a real sleep."""
        return self.type(**{"api_key": API_KEY, "base_url": BASE_URL, "clock": FakeClock(), **settings})

    def run(self, result: Any) -> Any:
        """What a call returns."""
        return result

    def items(self, result: Any) -> list[Any]:
        """What a result iterates over."""
        return list(result)


class AsyncSide(Side):
    """The asynchronous client, driven from synchronous code."""

    name = "async"
    type = AsyncClient
    other = Client

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        atexit.register(self._close)

    def _close(self) -> None:
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def run(self, result: Any) -> Any:
        async def wait() -> Any:
            return await result

        return self._loop.run_until_complete(wait())

    def items(self, result: Any) -> list[Any]:
        async def collect() -> list[Any]:
            return [item async for item in result]

        return self.run(collect())


both = pytest.mark.parametrize("side", [Side(), AsyncSide()], ids=lambda side: side.name)


class Received(NamedTuple):
    """A request as a `Loopback` read it from its socket; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int
    """Which connection it came on, in the order in which they were opened."""


def answer(body: bytes = b"", status: int = 200, **headers: str) -> bytes:
    """A whole HTTP answer, as bytes."""
    lines = [f"HTTP/1.1 {status} Whatever", "content-type: application/json", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Loopback:
    """A server on a loopback socket, for what a mock would lie about.

    `respond` gives the pieces of the raw answer to a request, as slowly as it likes; none at all cuts the connection.
    """

    def __init__(self, respond: Callable[[Received], Iterable[bytes]]) -> None:
        self.requests: list[Received] = []
        self.connections = 0
        self._lock = threading.Lock()
        loopback = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with loopback._lock:
                    loopback.connections += 1
                    number = loopback.connections
                while True:
                    try:
                        request = read_request(self.rfile, number)
                        if request is None:
                            return
                        loopback.requests.append(request)
                        pieces = 0
                        for piece in respond(request):
                            pieces += 1
                            self.wfile.write(piece)
                    except OSError:
                        return
                    if not pieces:
                        return

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 64

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Loopback:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def read_request(stream: Any, connection: int) -> Received | None:
    """One HTTP request from a socket; None where the other side closed it."""
    first = stream.readline().decode()
    if not first:
        return None
    method, target, _ = first.split(" ", 2)
    headers = dict(header_lines(stream))
    body = stream.read(int(headers.get("content-length", 0)))
    return Received(method, target, headers, body, connection)


def header_lines(stream: Any) -> Iterator[tuple[str, str]]:
    """Name and value of each header."""
    while True:
        name, colon, value = stream.readline().decode().strip().partition(":")
        if not colon:
            return
        yield name.lower(), value.strip()


def peak_of(before: str, measured: str, *arguments: str) -> int:
    """The most bytes of Python objects that `measured` holds at a time. In a process of its own, for tracemalloc counts
    what every thread of this one does."""
    script = ["import sys, tracemalloc", textwrap.dedent(before), "tracemalloc.start()", textwrap.dedent(measured)]
    command = [sys.executable, "-c", "\n".join([*script, "print(tracemalloc.get_traced_memory()[1])"]), *arguments]
    return int(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
