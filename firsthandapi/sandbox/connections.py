"""Connections that can be cut: what ASGI has no word for."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from typing import Optional

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

Address = Optional[tuple[str, int]]

_open: dict[tuple[Address, Address], asyncio.Transport] = {}


class CuttableProtocol(H11Protocol):
    """uvicorn's HTTP protocol, whose connections `cut` finds by the addresses of both ends."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the connection."""
        # asyncio does this only for sockets made with an explicit protocol; without it each answer takes 40 ms longer.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
        _open[_ends(transport)] = transport

    def connection_lost(self, exc: Optional[Exception]) -> None:
        """Forget the connection."""
        _open.pop(_ends(self.transport), None)
        super().connection_lost(exc)


async def cut(scope: Scope, receive: Receive) -> None:
    """Close the connection of a request once what was written to it is sent; return when it is closed.

    Raises:
        ConnectionAbortedError: the application is not served by the sandbox's own server, so there is no
            connection.
    """
    transport = _open.get((_address(scope.get("client")), _address(scope.get("server"))))
    if transport is None:
        raise ConnectionAbortedError("the sandbox was told to cut this connection")
    transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass


async def cut_in_the_middle(
    scope: Scope, receive: Receive, send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    """Announce the whole body, send half of it and close the connection."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    await cut(scope, receive)


def _ends(transport: asyncio.Transport) -> tuple[Address, Address]:
    return _address(transport.get_extra_info("peername")), _address(transport.get_extra_info("sockname"))


def _address(value: Optional[Sequence[object]]) -> Address:
    return (str(value[0]), int(str(value[1]))) if value and len(value) >= 2 else None
