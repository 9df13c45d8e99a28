"""HTTP/1.1, as much of it as a GET for a file needs: write the question, read the answer.

The standard library's `http.client` parses headers with a parser for e-mail, which takes longer than a small file does.
"""

from __future__ import annotations

import re
from time import monotonic
from typing import Optional, Protocol

BUFFER = 64 * 1024
"""Bytes that a connection's stream reads ahead."""
LONGEST_LINE = 65_536
MOST_HEADERS = 200
LONGEST_READ = 0.5
"""Seconds after which bytes of a slow line are handed on, though the buffer is not full."""
FORBIDDEN = re.compile(r"[^\x21-\x7e]")


class Stream(Protocol):
    """What an answer is read from: a buffered reader."""

    def readline(self, size: int, /) -> bytes:
        """A line, or as much of it as `size` allows."""
        ...

    def readinto1(self, buffer: memoryview, /) -> int:
        """What comes in one read; 0 at the end."""
        ...

    def close(self) -> None:
        """Read no more."""
        ...


class Malformed(Exception):
    """What came is no HTTP."""


def question(host: str, target: str, headers: dict[str, str]) -> bytes:
    """A GET request. Raises ValueError, with a text that does not quote it, where it has characters that none may."""
    return asking(target) + question_end(host, headers)


def asking(target: str) -> bytes:
    """The beginning of a request, which says for what; raises as `question` does."""
    if FORBIDDEN.search(target):
        raise ValueError("the link has characters that no URL may have")
    return f"GET {target} ".encode("latin-1")


def question_end(host: str, headers: dict[str, str]) -> bytes:
    """The rest of a request, which is the same for all that are sent to a place; raises as `question` does."""
    if FORBIDDEN.search(host):
        raise ValueError("the link has characters that no URL may have")
    lines = ["HTTP/1.1", f"Host: {host}", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")


class Answer:
    """One answer, read from a connection whose next answer follows it."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.status: int
        version, self.status = self._status()
        while 100 <= self.status < 200:
            self._headers()
            version, self.status = self._status()
        self.headers: dict[str, str] = self._headers()
        options = self.headers.get("connection", "").lower()
        self.keeps_open: bool = "close" not in options and (version != b"HTTP/1.0" or "keep-alive" in options)
        """Whether the connection can be used again, once the body is read."""
        self._chunked = "chunked" in self.headers.get("transfer-encoding", "").lower()
        self.left: Optional[int] = self._length()
        """Bytes of the body, or of its present chunk, that are still to come; None where only its end says so."""
        self.is_read: bool = self.left == 0 and not self._chunked
        """Whether the body came to its end."""
        self._error: Optional[OSError] = None
        self._has_more = True
        """Whether the stream may have read ahead."""

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer, as far as bytes come; 0 at the end of the body.

        Raises EOFError where the connection ends before the body, OSError where it breaks. What came before that is
        given first.
        """
        filled = 0
        begun = monotonic()
        while filled < len(buffer) and not self.is_read and not (filled and monotonic() - begun > LONGEST_READ):
            try:
                if self._error is not None:
                    raise self._error
                got = self._some(buffer[filled:])
            except (OSError, EOFError, Malformed) as error:
                if not filled:
                    raise
                self._error = error if isinstance(error, OSError) else None
                break
            filled += got
        return filled

    def _some(self, buffer: memoryview) -> int:
        if self._chunked and not self.left:
            self._next_chunk()
            return 0
        got = self._read(buffer if self.left is None else buffer[: self.left])
        if self.left is None:
            self.is_read, self.keeps_open = not got, False
            return got
        if not got:
            raise EOFError(f"{self.left} bytes before the end")
        self.left -= got
        if self._chunked and not self.left:
            self._line()
        self.is_read = not self.left and not self._chunked
        return got

    def _read(self, buffer: memoryview) -> int:
        # Into a buffer that is larger than its own, Python's stream reads on even when it has bytes ready, and loses
        # them if that fails.
        if self._has_more:
            buffer = buffer[:BUFFER]
        got = self._stream.readinto1(buffer)
        self._has_more = len(buffer) < BUFFER
        return got

    def _next_chunk(self) -> None:
        size = self._line().partition(b";")[0].strip()
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,15}", size):
            raise Malformed("its chunks have no length")
        self.left = int(size, 16)
        if not self.left:
            self._headers()
            self.is_read = True

    def _status(self) -> tuple[bytes, int]:
        line = self._line()
        found = re.match(rb"(HTTP/1\.\d) (\d{3})(?: |$)", line)
        if not found:
            raise Malformed("what came is no answer of HTTP/1.1")
        return found.group(1), int(found.group(2))

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        for _ in range(MOST_HEADERS):
            line = self._line()
            if not line:
                return headers
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        raise Malformed(f"it has more than {MOST_HEADERS} headers")

    def _line(self) -> bytes:
        self._has_more = True
        line = self._stream.readline(LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise Malformed("a line of it is too long") if len(line) == LONGEST_LINE else EOFError("before the end")
        return line.rstrip(b"\r\n")

    def _length(self) -> Optional[int]:
        if self._chunked or self.status in (204, 304):
            return 0
        length = self.headers.get("content-length")
        if length is None:
            return None
        if not re.fullmatch("[0-9]{1,15}", length):
            raise Malformed("its length is no number")
        return int(length)
