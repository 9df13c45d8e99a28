"""Where the service is: the servers of a whole document, and those of an operation that has its own.

An operation's *own* servers stand in it or in its path item. They take the place of the document's.
"""

from __future__ import annotations

from typing import Optional

from .change import Use
from .collect import Collector, Finding
from .references import Document, Located, mapping, sequence


def compare_servers(old: Document, new: Document, collector: Collector) -> None:
    """Compare the servers of two documents."""
    _compare(_addresses(old.at("servers")), _addresses(new.at("servers")), Use("document"), collector)


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
    return {str(mapping(one.value).get("url", "")).rstrip("/"): one.child("url") for one in servers.elements()}


def _listed(addresses: dict[str, Located]) -> str:
    return " or ".join(sorted(addresses))
