"""What fetches bytes over HTTP, as the rest of the download sees it.

An *engine* opens a link, from an *offset* on if asked, and gives a response whose bytes are read into a buffer of the
caller's. A *validator* is the `ETag` or `Last-Modified` under which the first bytes came: a server whose file is
another one by now then sends all of it instead of the rest (`If-Range`, RFC 9110). Engines send no API key, no cookies
and nothing else that belongs to the API; a link is all the storage needs. Their errors never quote a link, since its
query is a secret.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Optional, Protocol

if TYPE_CHECKING:
    import socket

    from .link import Place

REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 5


class EngineError(Exception):
    """No bytes. The text says why, without the link."""


class BadLink(EngineError):
    """A link that nobody should follow; another attempt would end the same."""


class Untrusted(EngineError):
    """The server's certificate is not trusted; another attempt would end the same."""


class Broken(EngineError):
    """The connection could not be made, broke, or fell silent; another attempt may go well."""


class NoHandles(EngineError):
    """This process may open no more files and connections; when fewer files are fetched at once, it may."""


def lost(error: BaseException) -> str:
    """Why a connection was lost, in words; OpenSSL's name a line of its source."""
    if isinstance(error, ssl.SSLEOFError):
        return "it was closed"
    if isinstance(error, ssl.SSLError) and error.reason:
        return f"TLS failed: {error.reason.replace('_', ' ').lower()}"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


class Response(Protocol):
    """The answer to one GET, redirects followed. Read by one thread."""

    @property
    def status(self) -> int:
        """HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers, names in lower case."""
        ...

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer as far as bytes come; 0 at the end of the body.

        Raises `Broken` when the connection ends before the body does.
        """
        ...

    def close(self) -> None:
        """Give the connection back, or drop it if the body was not read to its end."""
        ...


class Dialer(Protocol):
    """Makes bare connections, for whoever reads from many at once."""

    def dial(self, place: Place) -> socket.socket:
        """A connection to a place, through a proxy where the environment names one.

        Raises:
            BadLink, Untrusted, Broken, NoHandles: There is none.
        """
        ...

    def question(self, place: Place, target: str) -> bytes:
        """What to send on it for the whole of a file; raises `BadLink` or ValueError where that cannot be."""
        ...


class Engine(Protocol):
    """Opens links. Shared by the threads of one download."""

    @property
    def dialer(self) -> Optional[Dialer]:
        """For small files; None where this engine has none."""
        ...

    def open(self, url: str, *, offset: int = 0, validator: Optional[str] = None) -> Response:
        """GET a link.

        Args:
            url: http or https.
            offset: The first byte wanted; 0 asks for the whole without a `Range` header.
            validator: Goes with an offset as `If-Range`; None sends the range without a condition.

        Raises:
            BadLink, Untrusted, Broken, NoHandles: There is no response.
        """
        ...

    def close_idle(self) -> bool:
        """Close the connections that are kept for the next file; whether there were any."""
        ...

    def close(self) -> None:
        """Close all connections, also those that are being read: their readers get `Broken`."""
        ...


def request_headers(offset: int, validator: Optional[str]) -> dict[str, str]:
    """What every engine sends beside `Host`."""
    from .._settings import user_agent

    headers = {"User-Agent": user_agent(), "Accept": "*/*", "Accept-Encoding": "identity"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
        if validator is not None:
            headers["If-Range"] = validator
    return headers


def default(timeout: float) -> Engine:
    """The engine for this installation; `timeout` is the seconds that a connection may be silent."""
    try:
        from .fast import FastEngine
    except ImportError:  # the extra `fast` is not installed
        from .standard import StandardEngine

        return StandardEngine(timeout)
    return FastEngine(timeout)
