"""A file server on a real socket that misbehaves on request, for tests of downloads."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Storage:
    """Serves `content[name]` at `/name`. `faults[name]` is a list of what to do instead, one for each request."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}
        self.faults: dict[str, list[str]] = {}
        self.requests: Counter[str] = Counter()
        self.headers: list[dict[str, str]] = []
        self.connections = 0
        self.good_signature = "first"
        self.url = ""

    def link(self, name: str) -> str:
        """A pre-signed link."""
        return f"{self.url}/{name}?X-Signature={self.good_signature}"

    def file(self, name: str, content: bytes, **fields: Any) -> dict[str, Any]:
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
        return {**described, **fields}


@contextmanager
def serve() -> Iterator[Storage]:
    """A storage on a free port of loopback."""
    storage = Storage()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(storage))
    server.daemon_threads = True
    storage.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    try:
        yield storage
    finally:
        server.shutdown()
        server.server_close()


def _handler(storage: Storage) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            storage.connections += 1

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            name = parts.path.lstrip("/")
            storage.requests[name] += 1
            storage.headers.append({key.lower(): value for key, value in self.headers.items()})
            faults = storage.faults.get(name)
            fault = faults.pop(0) if faults else ""
            content = storage.content[name]
            if parse_qs(parts.query).get("X-Signature") != [storage.good_signature]:
                self.answer(403, b"<Error><Code>AccessDenied</Code></Error>")
            elif fault == "cut":
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content[: len(content) // 2])
                self.close_connection = True
            elif fault == "refuse":
                self.close_connection = True
            elif fault == "wrong":
                self.answer(200, bytes(len(content)))
            elif fault == "short":
                self.answer(200, content[:-1])
            elif fault == "chunked":
                self.send_response(200)
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(content), content))
            elif fault.isdigit():
                self.answer(int(fault), b"not now", {"Retry-After": "0"})
            elif fault.startswith("redirect:"):
                self.answer(302, b"", {"Location": fault.partition(":")[2]})
            else:
                self.answer(200, content)

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
