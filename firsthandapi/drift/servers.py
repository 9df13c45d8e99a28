"""Where the service is: the servers of a whole document, and those of an operation that has its own.

An operation's *own* servers stand in it or in its path item. They take the place of the document's. A call ends at the
*address* of a server with the operation's path behind it, so what an address ends with may as well begin all the paths.
"""

from __future__ import annotations

import re
from typing import Optional

from .change import Use
from .collect import Collector, Finding
from .references import Document, Located, sequence

HOST = re.compile(r"^[^/]*(?://[^/]*)?")
"""What an address begins with: where the host is, not where on it."""


def address(server: Located) -> str:
    """Return the URL of a server, with the defaults of its variables and without a slash at the end."""
    said = server.child("variables")
    url = re.sub(r"\{([^}]*)\}", lambda hole: str(said.child(hole[1]).get("default")), str(server.get("url") or ""))
    return url.rstrip("/")


def bases(old: Document, new: Document) -> tuple[str, str]:
    """Return what has to stand before the paths of two documents for these to tell where the operations are.

    Nothing where the addresses of their servers end alike, or the paths are the same as they stand.
    """
    one, other = (HOST.sub("", address(document.at("servers", 0))) for document in (old, new))
    before, now = ({route(path) for path, _ in document.at("paths").children()} for document in (old, new))
    whole = {one + path for path in before} & {other + path for path in now}
    return (one, other) if one != other and before != now and len(whole) >= len(before & now) else ("", "")


def route(path: str) -> str:
    """Return a path, whatever its parameters are called."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def compare_servers(old: Document, new: Document, collector: Collector) -> None:
    """Compare the servers of two documents."""
    before, now = _addresses(old.at("servers")), _addresses(new.at("servers"))
    ends = bases(old, new)
    if any(ends):
        one, other = old.at("servers", 0, "url"), new.at("servers", 0, "url")
        what = f"the server was {_listed(before)} and is {_listed(now)}, and the paths begin otherwise, too"
        collector.add(Finding("server-path-changed", one, other, what), Use("document"))
        before, now = (
            {url[: -len(end) or None] if url.endswith(end) else url: node for url, node in urls.items()}
            for urls, end in ((before, ends[0]), (now, ends[1]))
        )
    _compare(before, now, Use("document"), collector)


def compare_own_servers(
    sides: tuple[Document, Document], old: Optional[Located], new: Optional[Located], operation: str,
    collector: Collector,
) -> None:  # fmt: skip
    """Compare the servers of an operation.

    Args:
        sides: The two documents.
        old: Its own servers before; None where it had the document's.
        new: Its own servers now, likewise.
        operation: Its name.
        collector: Takes what is found.
    """
    if old is None and new is None:
        return
    before, now = (_addresses(own or document.at("servers")) for own, document in zip((old, new), sides))
    use = Use("operation", operation)
    if before.keys() & now.keys() or not before or not now:
        _compare(before, now, use, collector)
    else:
        what = f"the server was {_listed(before)} and is {_listed(now)} for this operation"
        collector.add(Finding("operation-server-changed", old, new, what), use)


def own_servers(operation: Located, path_item: Located) -> Optional[Located]:
    """Return the servers of an operation; None where it has the document's."""
    places = operation.child("servers"), path_item.child("servers")
    return next((place for place in places if sequence(place.value)), None)


def _compare(before: dict[str, Located], now: dict[str, Located], use: Use, collector: Collector) -> None:
    removed, added = sorted(before.keys() - now.keys()), sorted(now.keys() - before.keys())
    moved = f"; there is {added.pop()}" if len(removed) == len(added) == 1 else ""
    for url in removed:
        collector.add(Finding("server-removed", before[url], None, f"the server {url} was removed{moved}"), use)
    for url in added:
        collector.add(Finding("server-added", None, now[url], f"the server {url} was added"), use)


def _addresses(servers: Located) -> dict[str, Located]:
    return {address(one): one.child("url") for one in servers.elements()}


def _listed(addresses: dict[str, Located]) -> str:
    return " or ".join(sorted(addresses)) or "not told"
