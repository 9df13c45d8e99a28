"""The floor: what it takes in Python to receive bytes, hash them with SHA-256 and write them, and nothing else.

No HTTP client, proxies, retries, limits, names, journal, manifest or rename; answers are taken for what they should be.
Small files come on one thread by connections that do not block, large ones on threads, as is the fastest for each.
"""

from __future__ import annotations

import hashlib
import os
import select
import socket
import ssl
from contextlib import ExitStack
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from .download_clients import Job

AT_ONCE = 8
THREADS = 4
"""Of 1, 2, 4 and 8 the fastest for large files on two cores."""
BUFFER = 256 * 1024
HEAD = 8 * 1024
END = b"\r\n\r\n"


def bare(job: Job) -> Callable[[], None]:
    """The loop for a job's kind of files."""
    return lambda: _Bare(job).run()


class _Bare:
    def __init__(self, job: Job) -> None:
        self._job, self._sums = job, job.sums()
        self._left = list(job.links)
        parts = urlsplit(job.base)
        self._address = str(parts.hostname), parts.port or 80
        self._tls = ssl.create_default_context(cafile=job.authority) if parts.scheme == "https" else None

    def run(self) -> None:
        if self._job.kind == "large":
            threads = [Thread(target=self._large) for _ in range(THREADS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        else:
            self._small()

    def _connect(self) -> socket.socket:
        made = socket.create_connection(self._address)
        return self._tls.wrap_socket(made, server_hostname=self._address[0]) if self._tls else made

    def _ask(self, connection: socket.socket, link: str) -> None:
        connection.send(f"GET {urlsplit(link).path} HTTP/1.1\r\nHost: {self._address[0]}\r\n\r\n".encode())

    def _create(self, link: str) -> int:
        return os.open(self._job.folder / link.rpartition("/")[2], os.O_WRONLY | os.O_CREAT, 0o666)

    def _check(self, link: str, digest: str) -> None:
        if digest != self._sums[link]:
            raise SystemExit(f"{link} came wrong")

    def _large(self) -> None:
        with self._connect() as connection:
            self._receive_large(connection, memoryview(bytearray(BUFFER)))

    def _receive_large(self, connection: socket.socket, buffer: memoryview) -> None:
        while self._left:
            try:
                link = self._left.pop()
            except IndexError:  # another thread took it
                return
            self._ask(connection, link)
            got = connection.recv_into(buffer)
            head = bytes(buffer[: min(got, HEAD)])
            begin = head.index(END) + len(END)
            left = _length(head)
            digest, target = hashlib.sha256(), self._create(link)
            while True:
                digest.update(buffer[begin:got])
                os.write(target, buffer[begin:got])
                left -= got - begin
                if not left:
                    break
                begin = got = 0
                while got < min(left, BUFFER):
                    got += _received(connection.recv_into(buffer[got:]))
            os.close(target)
            self._check(link, digest.hexdigest())

    def _small(self) -> None:
        with ExitStack() as stack:
            poll = stack.enter_context(select.epoll())
            self._receive_small(poll, [stack.enter_context(self._connect()) for _ in range(AT_ONCE)])

    def _receive_small(self, poll: select.epoll, made: list[socket.socket]) -> None:
        connections = {connection.fileno(): connection for connection in made}
        buffers = {number: memoryview(bytearray(BUFFER)) for number in connections}
        links: dict[int, str] = {}
        filled = dict.fromkeys(connections, 0)
        for number, connection in connections.items():
            connection.setblocking(False)
            poll.register(number, select.EPOLLIN)
            if self._left:
                links[number] = self._left.pop()
                self._ask(connection, links[number])
        while links:
            for number, _ in poll.poll():
                connection, buffer = connections[number], buffers[number]
                try:
                    while True:  # until it would block: of TLS there may be more that the system does not know of
                        filled[number] += _received(connection.recv_into(buffer[filled[number] :]))
                        head = bytes(buffer[:HEAD])
                        begin = head.find(END) + len(END)
                        if begin < len(END) or filled[number] < begin + _length(head):
                            continue
                        link, body = links.pop(number), buffer[begin : filled[number]]
                        self._check(link, hashlib.sha256(body).hexdigest())
                        target = self._create(link)
                        os.write(target, body)
                        os.close(target)
                        filled[number] = 0
                        if not self._left:
                            break
                        links[number] = self._left.pop()
                        self._ask(connection, links[number])
                        if self._tls is None:
                            break
                except (BlockingIOError, ssl.SSLWantReadError):
                    pass


def _received(size: int) -> int:
    if not size:
        raise SystemExit("a connection ended before its file")
    return size


def _length(head: bytes) -> int:
    return int(head.partition(b"Content-Length: ")[2].partition(b"\r")[0])
