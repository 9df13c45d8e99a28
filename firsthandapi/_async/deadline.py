"""A deadline for all that a call reads and writes, where httpx knows only time-outs of a single read or write.

A service that sends a byte now and then never runs into those. Below httpx, httpcore reads through a *backend*, which
its users may replace; httpx has no parameter for it, so `keep` puts ours where httpx keeps httpcore's.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any, Optional

import httpcore

from .._http import DEADLINE

if TYPE_CHECKING:
    import httpx


def keep(transport: httpx.AsyncHTTPTransport) -> None:
    """Have every connection of a transport keep to `DEADLINE`."""
    pool: Any = vars(transport)["_pool"]
    pool._network_backend = _Backend(pool._network_backend)


def _left(timeout: Optional[float], error: type[Exception]) -> float:
    """Seconds that one operation may take; raises where there are none."""
    left = DEADLINE.get() - monotonic()
    if left <= 0:
        raise error("timed out")
    return left if timeout is None or left < timeout else timeout


class _Backend(httpcore.AsyncNetworkBackend):
    """Makes connections."""

    def __init__(self, inner: httpcore.AsyncNetworkBackend) -> None:
        self._inner = inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: Optional[float] = None,
        local_address: Optional[str] = None,
        socket_options: Optional[Iterable[Any]] = None,
    ) -> httpcore.AsyncNetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(await self._inner.connect_tcp(host, port, left, local_address, socket_options))


class _Stream(httpcore.AsyncNetworkStream):
    """One connection."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: Optional[float] = None) -> bytes:
        return await self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    async def write(self, buffer: bytes, timeout: Optional[float] = None) -> None:
        await self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: Optional[str] = None, timeout: Optional[float] = None
    ) -> httpcore.AsyncNetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(await self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
