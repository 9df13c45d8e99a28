"""The engine that needs nothing but the standard library: blocking sockets, each kept for the next file.

Not httpx: measured, it moves files at a third of this speed. Trust and proxies are what httpx users expect: certifi's
authorities or SSL_CERT_FILE and SSL_CERT_DIR; HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY.
"""

from __future__ import annotations

import base64
import http.client
import io
import socket
import ssl
from contextlib import suppress
from itertools import chain
from threading import Lock
from time import monotonic
from typing import Any, Optional
from urllib.parse import SplitResult, unquote, urlsplit

from .._http import proxy_for, ssl_context
from ..errors import FirstHandConfigurationError
from . import handles
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
    lost,
    request_headers,
)
from .http1 import BUFFER, Answer, Malformed, Stream, asking, question, question_end
from .link import Place, redirected, split


class StandardEngine:
    """Connections by place, shared by the threads of one download."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._idle: dict[Place, list[_Connection]] = {}
        self._busy: set[_Connection] = set()
        self._proxies: dict[Place, Optional[SplitResult]] = {}
        self._closed = False
        self._lock = Lock()
        self._ssl: Optional[ssl.SSLContext] = None
        self._endings: dict[Place, bytes] = {}

    @property
    def dialer(self) -> Dialer:
        """This engine itself."""
        return self

    def dial(self, place: Place) -> socket.socket:
        """A connection; see `Dialer.dial`."""
        return self._socket(place, self._proxy(place))

    def question(self, place: Place, target: str) -> bytes:
        """What to send on it; see `Dialer.question`."""
        ending = self._endings.get(place)
        if ending is None:
            ending = question_end(place.host, self._headers(place, request_headers(0, None)))
            self._endings[place] = ending
        return asking(self._target(place, target)) + ending

    def open(self, url: str, *, offset: int = 0, validator: Optional[str] = None) -> Response:
        """GET a link; see `Engine.open`."""
        headers = request_headers(offset, validator)
        for _ in range(MOST_REDIRECTS + 1):
            place, target = split(url)
            connection, answer = self._ask(place, target, headers)
            location = answer.headers.get("location")
            if answer.status not in REDIRECTS or not location:
                return _Response(self, connection, answer)
            self.done_with(connection, reusable=False)
            url = redirected(url, location)
        raise BadLink(f"the link was redirected more than {MOST_REDIRECTS} times")

    def close_idle(self) -> bool:
        """Close the connections that are kept for the next file; whether there were any."""
        with self._lock:
            idle = list(chain.from_iterable(self._idle.values()))
            self._idle.clear()
        for connection in idle:
            connection.close()
        return bool(idle)

    def close(self) -> None:
        """Close all connections, also those that are being read."""
        with self._lock:
            self._closed = True
            busy, self._busy = self._busy, set()
        for connection in busy:
            # Not close: the thread that reads from the socket would read from whatever gets its number next.
            with suppress(OSError):
                connection.socket.shutdown(socket.SHUT_RDWR)
        self.close_idle()

    def done_with(self, connection: _Connection, *, reusable: bool) -> None:
        """Keep a connection for the next file, or close it."""
        with self._lock:
            self._busy.discard(connection)
            if reusable and not self._closed:
                self._idle.setdefault(connection.place, []).append(connection)
                return
        connection.close()

    def _ask(self, place: Place, target: str, headers: dict[str, str]) -> tuple[_Connection, Answer]:
        target, headers = self._target(place, target), self._headers(place, headers)
        kept = self._take(place)
        if kept is not None:
            try:
                return kept, kept.ask(target, headers)
            except Broken:
                # The server closed it while it lay idle; that says nothing about the file.
                self.done_with(kept, reusable=False)
        fresh = self._connect(place)
        try:
            return fresh, fresh.ask(target, headers)
        except EngineError:
            self.done_with(fresh, reusable=False)
            raise

    def _target(self, place: Place, target: str) -> str:
        """What is asked for: a proxy has to be told where it is."""
        return f"http://{place.host}{target}" if place.scheme == "http" and self._proxy(place) else target

    def _headers(self, place: Place, headers: dict[str, str]) -> dict[str, str]:
        proxy = self._proxy(place)
        return {**headers, **_proxy_authorization(proxy)} if proxy and place.scheme == "http" else headers

    def _connect(self, place: Place) -> _Connection:
        connection = _Connection(place, self._socket(place, self._proxy(place)))
        with self._lock:
            if not self._closed:
                self._busy.add(connection)
                return connection
        connection.close()
        raise Broken("the download was stopped")

    def _socket(self, place: Place, proxy: Optional[SplitResult]) -> socket.socket:
        if proxy and proxy.scheme != "http":
            raise BadLink(f"the environment names a proxy of the kind {proxy.scheme}; downloads go through http ones")
        # http.client knows how to get through a proxy and how to check a certificate; only the files bypass it.
        host = f"{proxy.hostname}:{proxy.port or 80}" if proxy else place.host
        try:
            if place.scheme == "http":
                through = http.client.HTTPConnection(host, timeout=self._timeout)
            else:
                with self._lock:
                    self._ssl = self._ssl or _trust()
                through = http.client.HTTPSConnection(host, timeout=self._timeout, context=self._ssl)
                if proxy:
                    through.set_tunnel(place.host, headers=_proxy_authorization(proxy))
        except (http.client.InvalidURL, ValueError):
            raise BadLink("the link has a host or a port that cannot be") from None
        with _translated():
            through.connect()
        return through.sock

    def _proxy(self, place: Place) -> Optional[SplitResult]:
        # Asked of the environment once: that takes longer than a small file.
        if place not in self._proxies:
            named = proxy_for(f"{place.scheme}://{place.host}/")
            self._proxies[place] = _proxy_of(named) if named else None
        return self._proxies[place]

    def _take(self, place: Place) -> Optional[_Connection]:
        with self._lock:
            idle = self._idle.get(place)
            if not idle:
                return None
            connection = idle.pop()
            self._busy.add(connection)
            return connection


class _Connection:
    """One socket, with what was read from it too early."""

    def __init__(self, place: Place, connected: socket.socket) -> None:
        self.place = place
        self.socket = connected
        self.patience: float = connected.gettimeout() or float("inf")
        self.raw: _Raw = _Raw(connected)
        self.stream: Stream = io.BufferedReader(self.raw, BUFFER)

    def ask(self, target: str, headers: dict[str, str]) -> Answer:
        with _translated():
            self.raw.until = monotonic() + self.patience
            self.socket.sendall(question(self.place.host, target, headers))
            return Answer(self.stream)

    def close(self) -> None:
        with suppress(OSError):
            self.stream.close()
        self.socket.close()


class _Raw(io.RawIOBase):
    """What comes from a socket, until a moment: a line that drips would keep its reader for ever."""

    def __init__(self, connected: socket.socket) -> None:
        super().__init__()
        self.until: float = float("inf")
        self._socket = connected

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if monotonic() > self.until:
            raise TimeoutError("timed out")
        return self._socket.recv_into(buffer)


class _Response:
    """One answer, and the connection that it comes on."""

    def __init__(self, engine: StandardEngine, connection: _Connection, answer: Answer) -> None:
        self._engine = engine
        self._connection = connection
        self._answer = answer
        self.status = answer.status
        self.headers = answer.headers

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer as far as bytes come."""
        with _translated():
            self._connection.raw.until = monotonic() + self._connection.patience
            return self._answer.readinto(buffer)

    def close(self) -> None:
        """Give the connection back if its body was read to the end."""
        self._engine.done_with(self._connection, reusable=self._answer.is_read and self._answer.keeps_open)


class _translated:
    """Turns every error of the network into one of the engine's, whose text has no link in it."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: Optional[BaseException], trace: object) -> None:
        if error is None:
            return
        if isinstance(error, ssl.SSLCertVerificationError):
            raise Untrusted(f"the storage's certificate is not trusted: {error.verify_message}") from None
        if isinstance(error, OSError) and handles.are_used_up(error):
            raise NoHandles(handles.too_few()) from None
        if isinstance(error, (OSError, http.client.HTTPException, EOFError, Malformed)):
            raise Broken(f"the connection broke: {lost(error)}") from None
        if isinstance(error, ValueError):
            raise BadLink(str(error)) from None


def _trust() -> ssl.SSLContext:
    try:
        return ssl_context()
    except FirstHandConfigurationError as error:
        raise Untrusted(str(error)) from None


def _proxy_of(named: str) -> SplitResult:
    try:
        found = urlsplit(named)
        if found.hostname and (found.port is None or found.port > 0):
            return found
    except ValueError:
        pass
    raise BadLink("the environment names a proxy whose address cannot be") from None


def _proxy_authorization(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
