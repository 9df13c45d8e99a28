"""The one module that touches httpx: it sends a prepared request once and returns the whole answer.

Nothing here decides anything. A *pool* is the connections of one client in one process (and, if async, in one event
loop); it opens on the first request, so that building a client costs nothing and survives fork and pickle.

Requests go straight to httpx's transport: its Client adds cookies, redirects and authentication flows that an API call
has no use for, and they cost a quarter of the call. A client that the user hands in is used as it is, through `send`.
"""

from __future__ import annotations

import errno
import os
import ssl
import urllib.request
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from contextvars import ContextVar
from inspect import iscoroutinefunction
from threading import Event, Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional, TypeVar, Union
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary, finalize

from .errors import FirstHandConfigurationError

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    import httpx


T = TypeVar("T")

DEADLINE: ContextVar[float] = ContextVar("firsthandapi_deadline", default=float("inf"))
"""When the call of this thread or task must be over, by `monotonic`; see `_async.deadline`."""
NO_HANDLES = (errno.EMFILE, errno.ENFILE)
"""What the system says when a process, or all of them, have as many files and connections open as they may."""


class Outgoing(NamedTuple):
    """A request as it goes over the wire."""

    method: str
    url: str
    headers: dict[str, str]
    content: Optional[bytes]

    def __repr__(self) -> str:
        # Tools that show the locals of a traceback must not show the key.
        return f"Outgoing({self.method} {self.url})"


class Answer(NamedTuple):
    """What came back: status, headers (names in lower case) and the whole body."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class TransportError(Exception):
    """No answer. `reached` is False where the service never saw the request; the cause is the library's own error."""

    def __init__(self, message: str, *, timed_out: bool, reached: bool) -> None:
        super().__init__(message)
        self.timed_out = timed_out
        self.reached = reached


class Pool:
    """Connections of a synchronous client."""

    def __init__(self, base_url: str, injected: Optional[httpx.Client]) -> None:
        if injected is not None and iscoroutinefunction(_sender(injected)):
            raise FirstHandConfigurationError("http_client: an async client was given to the sync Client")
        self._base_url = base_url
        self._injected = injected
        self._opened: dict[int, httpx.HTTPTransport] = {}
        self._closers: dict[int, Callable[[], object]] = {}
        self._lock = Lock()

    def send_once(self, request: Outgoing, timeout: float) -> Answer:
        """Send a request and read its answer, in `timeout` seconds at the most, else `TransportError`."""
        deadline = monotonic() + timeout
        try:
            response = self._start(request, timeout)
            try:
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if monotonic() > deadline:
                        raise _too_slow(request)
            finally:
                response.close()
        except Exception as error:
            raise _translate(error, request) from error
        return Answer(response.status_code, response.headers, bytes(body))

    def _start(self, request: Outgoing, timeout: float) -> httpx.Response:
        if self._injected is not None:
            prepared = _build(self._injected, request, timeout)
            return self._injected.send(prepared, auth=None, follow_redirects=False, stream=True)
        transport = self._transport()
        DEADLINE.set(monotonic() + timeout)
        return transport.handle_request(_request(request, timeout))

    def _transport(self) -> httpx.HTTPTransport:
        pid = os.getpid()
        transport = self._opened.get(pid)
        if transport is None:
            with self._lock:
                import httpx

                from ._sync.deadline import keep

                transport = self._opened.get(pid)
                if transport is None:
                    transport = self._opened[pid] = httpx.HTTPTransport(**_connection_settings(self._base_url))
                    keep(transport)
                    # A script need not close its client: then this does, when the client is gone.
                    self._closers[pid] = finalize(self, _close_own, pid, transport)
        return transport

    def close(self) -> None:
        """Close the connections of this process; the next request opens new ones. A client handed in stays open."""
        pid = os.getpid()
        if self._opened.pop(pid, None) is not None:
            self._closers.pop(pid)()


def _close_own(pid: int, transport: httpx.HTTPTransport) -> None:
    if pid == os.getpid():
        transport.close()


class _Opened(NamedTuple):
    """The connections of one event loop."""

    transport: httpx.AsyncHTTPTransport
    keeper: AsyncGenerator[None, None]
    """Closes them when it is closed, which `asyncio.run` and `trio.run` do with each generator that was begun in them.
    A script need not close its client: afterwards it would be too late, for the loop is gone."""
    closed: Event
    """Set when that happened: trio's next run opens connections of its own."""
    closer: finalize[[_Loop, AsyncGenerator[None, None]], AsyncPool]
    """Does the same when the client is gone before the loop."""


async def _keep(transport: httpx.AsyncHTTPTransport, closed: Event) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        closed.set()
        await transport.aclose()


def _close_in(loop: _Loop, keeper: AsyncGenerator[None, None]) -> None:
    if isinstance(loop, _OtherLoop):
        return

    def close() -> None:
        loop.create_task(keeper.aclose())

    with suppress(RuntimeError):  # it is closed
        loop.call_soon_threadsafe(close)


class AsyncPool:
    """Connections of an asynchronous client, apart for each event loop."""

    def __init__(self, base_url: str, injected: Optional[httpx.AsyncClient]) -> None:
        if injected is not None and not iscoroutinefunction(_sender(injected)):
            raise FirstHandConfigurationError("http_client: a sync client was given to AsyncClient")
        self._base_url = base_url
        self._injected = injected
        self._opened: WeakKeyDictionary[_Loop, _Opened] = WeakKeyDictionary()

    async def asend_once(self, request: Outgoing, timeout: float) -> Answer:
        """Send a request and read its answer, in `timeout` seconds at the most, else `TransportError`."""
        deadline = monotonic() + timeout
        try:
            response = await self._start(request, timeout)
            try:
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if monotonic() > deadline:
                        raise _too_slow(request)
            finally:
                await response.aclose()
        except Exception as error:
            raise _translate(error, request) from error
        return Answer(response.status_code, response.headers, bytes(body))

    async def _start(self, request: Outgoing, timeout: float) -> httpx.Response:
        if self._injected is not None:
            prepared = _build(self._injected, request, timeout)
            return await self._injected.send(prepared, auth=None, follow_redirects=False, stream=True)
        loop = _event_loop()
        opened = self._opened.get(loop)
        if opened is None or opened.closed.is_set():
            opened = await self._open(loop)
        DEADLINE.set(monotonic() + timeout)
        return await opened.transport.handle_async_request(_request(request, timeout))

    async def _open(self, loop: _Loop) -> _Opened:
        import httpx

        from ._async.deadline import keep

        for other in [reference() for reference in self._opened.keyrefs()]:
            if other is not None and other.is_closed():
                # What its connections know of it would keep it alive.
                self._forget(other)
        self._forget(loop)
        transport = httpx.AsyncHTTPTransport(**_connection_settings(self._base_url))
        keep(transport)
        closed = Event()
        keeper = _keep(transport, closed)
        opened = self._opened[loop] = _Opened(transport, keeper, closed, finalize(self, _close_in, loop, keeper))
        opened.closer.atexit = False
        await keeper.__anext__()
        return opened

    def _forget(self, loop: _Loop) -> Optional[_Opened]:
        opened = self._opened.pop(loop, None)
        if opened is not None:
            opened.closer.detach()
        return opened

    async def close(self) -> None:
        """Close the connections of this event loop; the next request opens new ones. A client handed in stays open."""
        opened = self._forget(_event_loop())
        if opened is not None:
            await opened.keeper.aclose()


class _OtherLoop:
    """Stands for a loop that is not asyncio's (trio runs one at a time)."""

    def is_closed(self) -> bool:
        return False


_OTHER_LOOP = _OtherLoop()
_Loop = Union["AbstractEventLoop", _OtherLoop]


def _event_loop() -> _Loop:
    import asyncio  # here, because it takes 15 ms and the sync client has no use for it

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return _OTHER_LOOP


async def arun_blocking(function: Callable[[], T]) -> T:
    """Run a function that blocks in a thread, off the event loop. When the task is cancelled, it is left behind."""
    from anyio.to_thread import run_sync

    return await run_sync(function, abandon_on_cancel=True)


async def arun_to_end(function: Callable[[], T]) -> T:
    """Like `arun_blocking`, but a cancelled task ends only when the function has: nothing is changed afterwards."""
    lock, given_up = Lock(), Event()

    def run() -> T:
        with lock:
            if given_up.is_set():
                raise RuntimeError("nobody waits for it")
            return function()

    try:
        return await arun_blocking(run)
    finally:
        with lock:
            given_up.set()


def run_to_end(function: Callable[[], T]) -> T:
    """Run a function that blocks; the synchronous twin of `arun_to_end`."""
    return function()


def run_blocking(function: Callable[[], T]) -> T:
    """Run a function that blocks; the synchronous twin of `arun_blocking`."""
    return function()


def ssl_context() -> ssl.SSLContext:
    """Whom all connections trust: certifi's authorities, or those of SSL_CERT_FILE and SSL_CERT_DIR."""
    import httpx

    try:
        return httpx.create_ssl_context()
    except OSError as error:
        named = os.environ.get("SSL_CERT_FILE")
        if not named or error.errno in NO_HANDLES:
            raise
        reason = error.strerror or error
        raise FirstHandConfigurationError(f"SSL_CERT_FILE, {named}, cannot be read: {reason}") from error


def proxy_for(url: str) -> Optional[str]:
    """The proxy that the environment (HTTPS_PROXY, ALL_PROXY, NO_PROXY, ...) names for a URL."""
    parts = urlsplit(url)
    proxies = urllib.request.getproxies()
    if not proxies or urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    named = proxies.get(parts.scheme) or proxies.get("all")
    return named if not named or "://" in named else f"http://{named}"


def _connection_settings(base_url: str) -> dict[str, Any]:
    import httpx

    # As many connections as a user has threads or tasks: a hidden limit would show up as time-outs.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=30)
    return {"limits": limits, "proxy": proxy_for(base_url), "verify": ssl_context()}


def _request(request: Outgoing, timeout: float) -> httpx.Request:
    import httpx

    return httpx.Request(
        request.method,
        request.url,
        headers=request.headers,
        content=request.content,
        extensions={"timeout": {"connect": timeout, "read": timeout, "write": timeout, "pool": timeout}},
    )


def _sender(injected: object) -> object:
    send = getattr(type(injected), "send", None)
    if send is None:
        raise FirstHandConfigurationError(f"http_client: must be a client of httpx, not {injected!r}")
    return send


def _build(injected: Union[httpx.Client, httpx.AsyncClient], request: Outgoing, timeout: float) -> httpx.Request:
    prepared = injected.build_request(**request._asdict(), timeout=timeout)
    if "Cookie" not in request.headers:
        prepared.headers.pop("Cookie", None)
    return prepared


def _too_slow(request: Outgoing) -> TransportError:
    return TransportError(f"the answer of {_host(request)} took too long", timed_out=True, reached=True)


def _translate(error: Exception, request: Outgoing) -> Exception:
    """Our error for one of httpx or of its continuation httpx2; by name, since either may be at work."""
    if isinstance(error, TransportError):
        return error
    names = {cls.__name__ for cls in type(error).__mro__ if cls.__module__.partition(".")[0] in ("httpx", "httpx2")}
    if not names & {"TransportError", "RequestError"}:
        return error
    reached = not names & {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"}
    timed_out = "TimeoutException" in names
    what = "did not answer in time" if timed_out else "broke the connection" if reached else "cannot be reached"
    detail = f" ({error})" if str(error) else f" ({type(error).__name__})"
    return TransportError(f"{_host(request)} {what}{detail}", timed_out=timed_out, reached=reached)


def _host(request: Outgoing) -> str:
    return urlsplit(request.url).netloc
