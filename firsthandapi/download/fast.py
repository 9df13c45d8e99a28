"""The engine of the extra `fast`: large files over TLS through libcurl, by pycurl; all others as without the extra.

Measured behind the same protocol, libcurl takes a fifth less CPU for the bytes of a TLS connection, but more for each
file, since it has to ask for Python's lock at every header; and without TLS it gains nothing.

A *channel* is one libcurl transfer with the connections that it keeps for the next one; a thread has it from `open` to
the response's `close`. libcurl hands out bytes when it is driven, and it is driven only while somebody waits for them:
nothing piles up between the two. Whatever libcurl does by itself and the standard engine does not is turned off: other
protocols, redirects, HTTP/2, decompression, tidying up paths.
"""

from __future__ import annotations

import os
import time
from collections import deque
from importlib import import_module
from threading import Lock
from typing import Any, Optional

from .._http import NO_HANDLES, proxy_for
from .engine import (
    MOST_REDIRECTS,
    REDIRECTS,
    BadLink,
    Broken,
    Dialer,
    EngineError,
    NoHandles,
    Response,
    Untrusted,
    request_headers,
)
from .handles import too_few
from .link import Place, redirected, split
from .standard import StandardEngine

curl: Any = import_module("pycurl")  # it has no types

LARGE = 1_000_000
"""Bytes from which on a file is worth libcurl."""
AHEAD = 64 * 1024
"""Bytes that libcurl may hand out before somebody wants them."""
GLANCE = 0.2
"""Seconds after which a thread that waits for bytes looks whether the download was stopped."""
REASONS = {
    curl.E_COULDNT_RESOLVE_PROXY: "the proxy's name is unknown",
    curl.E_COULDNT_RESOLVE_HOST: "the storage's name is unknown",
    curl.E_COULDNT_CONNECT: "nobody answers there",
    curl.E_PARTIAL_FILE: "it ended before the body did",
    curl.E_OPERATION_TIMEDOUT: "timed out",
    curl.E_SSL_CONNECT_ERROR: "TLS could not be agreed on",
    curl.E_SEND_ERROR: "it was closed",
    curl.E_RECV_ERROR: "it was closed",
    curl.E_GOT_NOTHING: "it was closed without an answer",
}
"""In words of our own: libcurl's might quote what it was asked for."""


class FastEngine:
    """Each link with what is faster for it."""

    def __init__(self, timeout: float) -> None:
        self._large = CurlEngine(timeout)
        self._other = StandardEngine(timeout)
        self._latest = 0

    @property
    def dialer(self) -> Dialer:
        """For small files: the one of the standard engine."""
        return self._other.dialer

    def open(self, url: str, *, offset: int = 0, validator: Optional[str] = None) -> Response:
        """GET a link; see `Engine.open`."""
        # The files of a job are much alike: the next will be as large as the latest.
        engine = self._large if url.startswith("https:") and self._latest >= LARGE else self._other
        response = engine.open(url, offset=offset, validator=validator)
        length = response.headers.get("content-length", "")
        self._latest = int(length) if length.isdecimal() else 0
        return response

    def close_idle(self) -> bool:
        """Close the connections that are kept for the next file; whether there were any."""
        return self._large.close_idle() | self._other.close_idle()

    def close(self) -> None:
        """Close all connections."""
        self._large.close()
        self._other.close()


class CurlEngine:
    """Channels, shared by the threads of one download."""

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self.closed: bool = False
        self._idle: list[_Channel] = []
        self._proxies: dict[Place, str] = {}
        self._lock = Lock()
        self.dialer: Optional[Dialer] = None

    def open(self, url: str, *, offset: int = 0, validator: Optional[str] = None) -> Response:
        """GET a link; see `Engine.open`."""
        headers = [f"{name}: {value}" for name, value in request_headers(offset, validator).items()]
        for _ in range(MOST_REDIRECTS + 1):
            place, target = split(url)
            channel = self._take()
            try:
                channel.ask(f"{place.scheme}://{place.host}{target}", self._proxy(place), headers)
            except EngineError:
                channel.close()
                raise
            location = channel.headers.get("location")
            if channel.status not in REDIRECTS or not location:
                return _Response(self, channel)
            channel.close()
            url = redirected(url, location)
        raise BadLink(f"the link was redirected more than {MOST_REDIRECTS} times")

    def close_idle(self) -> bool:
        """Close the channels that are kept for the next file; whether there were any."""
        with self._lock:
            idle, self._idle = self._idle, []
        for channel in idle:
            channel.close()
        return bool(idle)

    def close(self) -> None:
        """Close all connections; those that are being read see it in `closed`, at their reader's next glance."""
        with self._lock:
            self.closed = True
        self.close_idle()

    def give_back(self, channel: _Channel) -> None:
        """Keep a channel for the next file."""
        with self._lock:
            if not self.closed:
                self._idle.append(channel)
                return
        channel.close()

    def _take(self) -> _Channel:
        with self._lock:
            if self.closed:
                raise Broken("the download was stopped")
            if self._idle:
                return self._idle.pop()
        return _Channel(self)

    def _proxy(self, place: Place) -> str:
        # Asked of the environment once: that takes longer than a small file. Empty: none, whatever libcurl finds.
        if place not in self._proxies:
            named = proxy_for(f"{place.scheme}://{place.host}/") or ""
            kind, colon, _ = named.partition("://")
            if colon and kind != "http":
                raise BadLink(f"the environment names a proxy of the kind {kind}; downloads go through http ones")
            self._proxies[place] = named
        return self._proxies[place]


class _Channel:
    """One transfer after the other."""

    def __init__(self, engine: CurlEngine) -> None:
        self.status: int = 0
        self.headers: dict[str, str] = {}
        self._engine = engine
        self._head: list[bytes] = []
        self._has_all = self._paused = False
        self._broken: Optional[EngineError] = None
        self._pieces: deque[bytes] = deque()
        self._held = 0
        self._multi = curl.CurlMulti()
        self._easy = curl.Curl()
        for option, value in {
            curl.NOSIGNAL: 1,  # threads
            curl.BUFFERSIZE: AHEAD,
            curl.CONNECTTIMEOUT_MS: int(engine.timeout * 1000),
            curl.HTTP_VERSION: curl.CURL_HTTP_VERSION_1_1,
            curl.SSLVERSION: curl.SSLVERSION_TLSv1_2,
            curl.PATH_AS_IS: 1,  # what is signed is the path as it is written
            curl.HEADERFUNCTION: self._head.append,
            curl.WRITEFUNCTION: self._take_piece,
            **_authorities(),
        }.items():
            self._easy.setopt(option, value)

    def ask(self, url: str, proxy: str, headers: list[str]) -> None:
        """Send a GET, and return when the head of its answer is there."""
        if not url.isascii():
            raise BadLink("the link has characters that no URL may have")
        self._easy.setopt(curl.URL, url)
        self._easy.setopt(curl.PROXY, proxy)
        self._easy.setopt(curl.HTTPHEADER, headers)
        self._head.clear()
        self._has_all = self._paused = False
        self._multi.add_handle(self._easy)
        while not self._has_head():
            if self._broken is not None:
                raise self._broken
            self._drive()

    def read(self, target: memoryview) -> int:
        """Fill a buffer as far as bytes come; 0 at the end of the body."""
        filled = 0
        while filled < len(target):
            if self._pieces:
                filled += self._hand_over(target[filled:])
            elif self._has_all or self._broken is not None:
                break
            else:
                self._drive()
        if not filled and self._broken is not None:
            raise self._broken
        return filled

    def _hand_over(self, target: memoryview) -> int:
        piece = self._pieces.popleft()
        if len(piece) > len(target):
            self._pieces.appendleft(piece[len(target) :])
            piece = piece[: len(target)]
        target[: len(piece)] = piece
        self._held -= len(piece)
        return len(piece)

    def end(self) -> bool:
        """End the transfer; whether its connection can be used again. Else it is closed."""
        self._multi.remove_handle(self._easy)
        return self._has_all and not self._pieces

    def close(self) -> None:
        """Close everything."""
        self._multi.close()
        self._easy.close()

    def _drive(self) -> None:
        """Let libcurl work until it brought something, or the end, or broke."""
        patience = time.monotonic() + self._engine.timeout
        before = self._held, len(self._head)
        if self._paused:
            self._paused = False
            self._easy.pause(curl.PAUSE_CONT)
        while self._broken is None:
            _, running = self._multi.perform()
            if not running:
                self._finish()
            if not running or (self._held, len(self._head)) != before:
                return
            if self._engine.closed:
                self._broken = Broken("the download was stopped")
            elif time.monotonic() > patience:
                self._broken = Broken("the connection broke: timed out")
            elif not self._multi.select(min(GLANCE, self._engine.timeout)):
                # It does not wait while there is no connection, nor for one beyond the 1,024th open file.
                time.sleep(0.001)

    def _finish(self) -> None:
        """Note how the transfer ended; what it brought before is read first."""
        _, _, failed = self._multi.info_read()
        if not failed:
            self._has_all = True
            return
        _, code, reason = failed[0]
        if self._easy.getinfo(curl.OS_ERRNO) in NO_HANDLES:
            self._broken = NoHandles(too_few())
        elif code in (curl.E_PEER_FAILED_VERIFICATION, curl.E_SSL_CACERT_BADFILE, curl.E_SSL_ISSUER_ERROR):
            self._broken = Untrusted(f"the storage's certificate is not trusted: {reason}")
        elif code in (curl.E_URL_MALFORMAT, curl.E_UNSUPPORTED_PROTOCOL):
            self._broken = BadLink("the link has characters that no URL may have")
        else:
            self._broken = Broken(f"the connection broke: {REASONS.get(code, f'error {code} of libcurl')}")

    def _has_head(self) -> bool:
        """Whether the head of the answer is there, and no mere 100 or a proxy's; then it is read."""
        if not self._head:
            return False
        self.status = self._easy.getinfo(curl.RESPONSE_CODE)
        if not self._has_all and (self.status < 200 or self._head[-1].strip()):
            return False
        for line in b"".join(self._head).decode("latin-1").split("\r\n"):
            if line.startswith("HTTP/"):
                self.headers = {}
            elif line:
                name, _, value = line.partition(":")
                self.headers[name.lower()] = value.strip()
        return True

    def _take_piece(self, piece: bytes) -> Optional[int]:
        if self._held >= AHEAD:
            self._paused = True
            return int(curl.WRITEFUNC_PAUSE)  # libcurl keeps it
        self._pieces.append(piece)
        self._held += len(piece)
        return None


class _Response:
    """One answer, and the channel that it comes on."""

    def __init__(self, engine: CurlEngine, channel: _Channel) -> None:
        self._engine = engine
        self._channel = channel
        self.status: int = channel.status
        self.headers = channel.headers

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer as far as bytes come."""
        return self._channel.read(buffer)

    def close(self) -> None:
        """Give the channel back if the body was read to the end."""
        if self._channel.end():
            self._engine.give_back(self._channel)
        else:
            self._channel.close()


def _authorities() -> dict[int, Optional[str]]:
    """Whom to trust, as `ssl_context` finds it, and nobody whom libcurl knows of."""
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if not file and not folder:
        from certifi import where

        file = where()
    return {curl.CAINFO: file or None, curl.CAPATH: None if file else folder}
