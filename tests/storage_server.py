"""A file server on a real socket that misbehaves on request, for tests of downloads.

It counts at its own end what was asked of it and what it delivered. A *delivery* is a file whole and right in one
answer; it is *confirmed* when the client asked for something else on the same connection, or, of a file of several
pieces, closed it properly: before that a client that was killed may never have seen the end of it.
"""

from __future__ import annotations

import hashlib
import json
import re
import socket
import ssl
import struct
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, Union
from urllib.parse import parse_qs, urlsplit

PIECE = 256 * 1024
"""What the client reads at a time."""
Content = Union[bytes, memoryview]


class Storage:
    """Serves `content[name]` at `/name`. `faults[name]` is a list of what to do instead, one for each request."""

    def __init__(self) -> None:
        self.content: dict[str, Content] = {}
        self.files: dict[str, dict[str, Any]] = {}
        """What the API says of each file, by id; served as the files of `job_1` below `/v1`."""
        self.faults: dict[str, list[str]] = {}
        self.chance: Callable[[str], str] = lambda name: ""
        """The fault of a request for which none is listed."""
        self.validators = True
        """Whether answers have an ETag."""
        self.pause = 0.0
        """Seconds between two pieces of 64 KB."""
        self.requests: Counter[str] = Counter()
        self.asked: list[tuple[str, int]] = []
        """Name and first byte of each request, in their order."""
        self.ranges: list[tuple[str, str, str]] = []
        """Name, `Range` and `If-Range` of each request that had them."""
        self.headers: list[dict[str, str]] = []
        self.sent: Counter[str] = Counter()
        """Bytes of content, by name."""
        self.total_sent = 0
        self.confirmed: Counter[str] = Counter()
        self.connections = 0
        self.busy = self.busiest = 0
        """How many requests are and were answered at once."""
        self.good_signature = "first"
        self.url = ""

    def link(self, name: str) -> str:
        """A pre-signed link."""
        return f"{self.url}/{name}?X-Signature={self.good_signature}"

    def etag(self, name: str) -> str:
        """The strong validator of a content."""
        return f'"{hashlib.md5(self.content[name]).hexdigest()}"'

    def file(self, name: str, content: Content, **fields: Any) -> dict[str, Any]:
        """Serve some content, and describe it as the API would."""
        self.content[name] = content
        described = {
            "object": "file",
            "id": f"file_{name}",
            "job_id": "job_1",
            "submission_id": f"sub_{name}",
            "content_type": "image/jpeg",
            "size_bytes": len(content),
            "duration_seconds": None,
            "width": 4,
            "height": 3,
            "content_hash": hashlib.sha256(content).hexdigest(),
            "captured_at": None,
            "ai_star_rating": 4,
            "device_info": {"device_model": "phone", "device_os": "17", "app_version": "1"},
            "worker_region": "US-NY",
            "download_url": self.link(name),
            "download_url_expires_at": "2999-01-01T00:00:00Z",
            "annotations": {"ocr_text": "Espresso $4.50", "color_palette": ["#FFFFFF"]},
            "keyframes": None,
            "created_at": "2026-03-31T14:22:08Z",
        }
        described.update(fields)
        self.files[described["id"]] = described
        return described


@contextmanager
def serve(context: ssl.SSLContext | None = None) -> Iterator[Storage]:
    """A storage on a free port of loopback; with a context, over TLS."""
    storage = Storage()
    server = _Server(("127.0.0.1", 0), _handler(storage))
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    storage.url = f"http{'s' if context else ''}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    try:
        yield storage
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what the tests are about."""


def wait_until_read(connection: socket.socket) -> None:
    """Wait until the other end has read what was sent, since a reset takes with it what was not.

    Linux says so: the bytes on their way, and then those that wait at the other end. Elsewhere a while has to do.
    """
    if not Path("/proc/net/tcp").exists():
        time.sleep(0.3)
        return
    import fcntl
    import termios

    there = _address(connection.getpeername()), _address(connection.getsockname())
    until, unseen = time.monotonic() + 10, 0
    while time.monotonic() < until and unseen < 5:  # not seen once means little, the list is not made at one moment
        if fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4)) == bytes(4):
            lines = map(str.split, Path("/proc/net/tcp").read_text(encoding="ascii").splitlines())
            waiting = next((line[4].partition(":")[2] for line in lines if (line[1], line[2]) == there), None)
            if waiting is not None and not int(waiting, 16):
                return
            unseen += waiting is None
        time.sleep(0.002)


def _address(place: tuple[str, int]) -> str:
    """As /proc writes it."""
    number = int.from_bytes(socket.inet_aton(place[0]), sys.byteorder)
    return f"{number:08X}:{place[1]:04X}"


def _handler(storage: Storage) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        delivered = ""

        def setup(self) -> None:
            super().setup()
            storage.connections += 1

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                return
            if self.delivered and len(storage.content[self.delivered]) > PIECE:
                self.confirm()

        def confirm(self) -> None:
            if self.delivered:
                with lock:
                    storage.confirmed[self.delivered] += 1
            self.delivered = ""

        def do_POST(self) -> None:
            self.confirm()
            file = storage.files[self.path.split("/")[3]]
            self.answer(200, json.dumps({**file, "download_url": storage.link(file["id"][5:])}).encode())

        def do_GET(self) -> None:
            self.confirm()
            with lock:
                storage.busy += 1
                storage.busiest = max(storage.busiest, storage.busy)
            try:
                parts = urlsplit(self.path)
                if parts.path.startswith("/v1/"):
                    self.list(parse_qs(parts.query))
                else:
                    self.serve(parts.path.lstrip("/"), parse_qs(parts.query))
            finally:
                with lock:
                    storage.busy -= 1

        def list(self, query: dict[str, list[str]]) -> None:
            start, limit = int(query.get("cursor", ["0"])[0]), int(query.get("limit", ["20"])[0])
            page = list(storage.files.values())[start : start + limit]
            more = start + limit < len(storage.files)
            envelope = {"object": "list", "data": page, "has_more": more, "next_cursor": None}
            self.answer(200, json.dumps({**envelope, "next_cursor": str(start + limit) if more else None}).encode())

        def serve(self, name: str, query: dict[str, list[str]]) -> None:
            content = storage.content[name]
            with lock:
                storage.requests[name] += 1
                storage.headers.append({key.lower(): value for key, value in self.headers.items()})
                first = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "bytes=0-"))
                storage.asked.append((name, int(first.group(1)) if first else -1))
                if "Range" in self.headers:
                    storage.ranges.append((name, self.headers["Range"], self.headers.get("If-Range", "")))
                faults = storage.faults.get(name)
                fault, _, detail = (faults.pop(0) if faults else storage.chance(name)).partition(":")
            start = self.start(name, fault)
            if fault == "expired" or query.get("X-Signature") != [storage.good_signature]:
                self.answer(403, b"<Error><Code>AccessDenied</Code></Error>")
            elif fault == "refuse":
                self.close_connection = True
            elif fault.isdigit():
                self.answer(int(fault), b"not now", {"Retry-After": detail or "0"})
            elif fault == "redirect":
                self.answer(302, b"", {"Location": detail})
            elif fault == "short":
                self.answer(200, bytes(content[:-1]))
            elif fault == "chunked":
                self.send_response(200)
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(content), bytes(content)))
            elif fault == "endless":
                self.send_response(200)
                self.end_headers()
                while True:
                    self.wfile.write(bytes(PIECE))
            elif start >= len(content) > 0:
                self.answer(416, b"", {"Content-Range": f"bytes */{len(content)}"})
            else:
                self.deliver(name, content, start, fault, detail)

        def start(self, name: str, fault: str) -> int:
            asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            stale = self.headers.get("If-Range", storage.etag(name)) != storage.etag(name)
            return 0 if asked is None or fault == "ignore" or (stale and fault != "other") else int(asked.group(1))

        def deliver(self, name: str, content: Content, start: int, fault: str, detail: str) -> None:
            body = content[start:]
            self.send_response(206 if start else 200)
            if start:
                total = len(content) + (1 if fault == "longer" else 0)
                first = start + (1 if fault == "shifted" else 0)
                self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{total}")
            self.send_header("Content-Length", str(len(body)))
            if storage.validators:
                self.send_header("ETag", '"another"' if fault == "other" else storage.etag(name))
            self.end_headers()
            stop = len(body)
            if fault in ("cut", "reset"):
                stop = int(detail) if detail else len(body) // 2
            sent = 0
            while sent < stop:
                piece = body[sent : min(stop, sent + PIECE // 4)]
                self.wfile.write(bytes(len(piece)) if fault == "wrong" else piece)
                sent += len(piece)
                with lock:
                    storage.sent[name] += len(piece)
                    storage.total_sent += len(piece)
                if storage.pause or fault == "drip":
                    time.sleep(storage.pause + 0.002 * (fault == "drip"))
            if fault == "reset":
                wait_until_read(self.connection)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
            self.close_connection = self.close_connection or fault in ("cut", "reset")
            if start == 0 and fault in ("", "drip"):
                self.delivered = name

        def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
