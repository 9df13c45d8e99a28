"""The journal: one entry per request that the sandbox received. It holds no key, no signature and no body."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Optional

_KEPT = 100_000


@dataclass
class Entry:
    """A request and how it was answered.

    Attributes:
        operation: its operationId, `storage` for a download, `` for a path that the API does not have.
        method: the HTTP method.
        path: without the query.
        at: the moment at which it came, as the API writes time.
        request_id: the answer's `X-Request-Id`.
        idempotency_key: as given.
        authorization: whether it carried an `Authorization` header.
        status: of the answer; None when there was none (yet).
        replayed: answered from an idempotency key's first answer.
        faulty: a fault rule applied to it.
    """

    operation: str
    method: str
    path: str
    at: str
    request_id: str
    idempotency_key: Optional[str] = None
    authorization: bool = False
    status: Optional[int] = None
    replayed: bool = False
    faulty: bool = False


class Journal:
    """The latest 100,000 entries, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_KEPT)

    def add(self, entry: Entry) -> Entry:
        """Keep an entry; it is completed when the answer goes out."""
        self._entries.append(entry)
        return entry

    def entries(self, operation: Optional[str] = None) -> list[Entry]:
        """All entries, or those of one operation."""
        return [entry for entry in list(self._entries) if operation in (None, entry.operation)]

    def clear(self) -> None:
        """Forget all."""
        self._entries.clear()
