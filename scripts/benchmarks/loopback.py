"""A server that costs as little as possible: whatever is asked for, it answers with one job, from another process."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from .measure import ROOT


@contextmanager
def serving() -> Iterator[str]:
    """The server's URL, while it runs."""
    command = [sys.executable, "-m", "benchmarks.loopback"]
    server = subprocess.Popen(command, cwd=ROOT / "scripts", stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
    finally:
        server.terminate()
        server.communicate()


class Answerer(asyncio.Protocol):
    """Writes the same answer for each request head that has come in whole; requests have no bodies."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer as many requests as have come in."""
        *heads, self._seen = (self._seen + data).split(b"\r\n\r\n")
        self._transport.write(self._answer * len(heads))


def example_job() -> bytes:
    """The contract's example of a job, as an answer of HTTP/1.1."""
    import yaml

    contract = yaml.load((ROOT / "openapi.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    body = json.dumps(contract["components"]["examples"]["Job"]["value"]).encode()
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: req_1\r\nContent-Length: %d\r\n\r\n"
    return (head % len(body)).encode() + body


async def main() -> None:
    """Serve on any free port, and print it."""
    answer = example_job()
    server = await asyncio.get_running_loop().create_server(lambda: Answerer(answer), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
