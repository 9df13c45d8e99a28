"""A link taken apart: where to connect, and what to ask for there.

Errors never quote a link, since its query is a secret.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from .engine import BadLink

USUAL = re.compile(r"(https?)://([A-Za-z0-9.-]+(?::[0-9]+)?)(/[A-Za-z0-9/%:@!$&'()*+,;=~._-]*(?:\?[!\"$-~]+)?)")
"""A link in which nothing has to be quoted; taking others apart takes a tenth of the time that a small file does."""


class Place(NamedTuple):
    """Where a connection leads."""

    scheme: str
    host: str
    """Host, and port where it is not the usual one."""


def split(url: str) -> tuple[Place, str]:
    """Where a link leads, and its path and query; raises `BadLink` where it leads nowhere."""
    usual = USUAL.fullmatch(url)
    return (Place(usual[1], usual[2]), usual[3]) if usual else split_unusual(url)


def split_unusual(url: str) -> tuple[Place, str]:
    """`split` for links that have to be quoted or refused."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        host = host if host.isascii() else host.encode("idna").decode()
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    except ValueError:
        raise BadLink("the link is no URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadLink(f"the link is not http or https but {parts.scheme or 'nothing'}")
    return Place(parts.scheme, host), path + (f"?{parts.query}" if parts.query else "")


def redirected(url: str, location: str) -> str:
    """The link that a redirect names; raises `BadLink` where it names none."""
    try:
        return urljoin(url, location)
    except ValueError:
        raise BadLink("the link is redirected to what is no URL") from None
