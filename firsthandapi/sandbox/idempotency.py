"""Idempotency keys: a mutating POST with a key acts once, however often it is sent.

A key belongs to an organisation, lives 24 virtual hours, and is bound to method, path and body. Answers that
say nothing about the act (any 5xx, 401, 429) are not kept: the same request may be tried again.
"""

from __future__ import annotations

import hashlib
import json
from typing import Optional

from firsthandapi.sandbox.replies import ApiError, Reply, encoded
from firsthandapi.sandbox.store import Store

LIFETIME = 24 * 3600
"""Virtual seconds for which a key is remembered."""


class IdempotencyKeys:
    """The keys in use, kept in `store`."""

    def __init__(self, store: Store) -> None:
        self._db = store.db
        # A sandbox that was killed left requests behind that nobody works on any more.
        self._db.execute("DELETE FROM idempotency WHERE status IS NULL")

    def begin(self, org: str, key: str, request: str, now: float) -> Optional[Reply]:
        """Take the key for a request, or return the answer that it had before.

        Args:
            org: whose key it is.
            key: the `Idempotency-Key` header.
            request: what the key is bound to, from `fingerprint`.
            now: the present moment.

        Raises:
            ApiError: 409, for another request or while the first one is still running.
        """
        self._db.execute("DELETE FROM idempotency WHERE expires <= ?", (now,))
        taken = self._db.execute(
            "INSERT OR IGNORE INTO idempotency (org, key, request, expires) VALUES (?, ?, ?, ?)",
            (org, key, request, now + LIFETIME),
        )
        if taken.rowcount == 1:
            return None
        row = self._db.execute(
            "SELECT request, status, headers, body FROM idempotency WHERE org = ? AND key = ?", (org, key)
        ).fetchone()
        if row[0] != request:
            raise ApiError(409, "idempotency_error", "This Idempotency-Key was used for another request")
        if row[1] is None:
            message = "The first request with this Idempotency-Key is still running"
            raise ApiError(409, "idempotency_in_progress", message, headers={"Retry-After": "1"})
        body = json.loads(row[3]) if row[3] else None
        return Reply(row[1], body, {**json.loads(row[2]), "Idempotent-Replayed": "true"})

    def finish(self, org: str, key: str, reply: Reply) -> None:
        """Keep the answer of the request that took the key."""
        if reply.status >= 500 or reply.status in (401, 429):
            self.release(org, key)
            return
        self._db.execute(
            "UPDATE idempotency SET status = ?, headers = ?, body = ? WHERE org = ? AND key = ?",
            (reply.status, json.dumps(dict(reply.headers)), encoded(reply.body), org, key),
        )

    def release(self, org: str, key: str) -> None:
        """Let go of a key: the request that took it came to nothing."""
        self._db.execute("DELETE FROM idempotency WHERE org = ? AND key = ?", (org, key))


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What a key is bound to."""
    return f"{method} {path} {hashlib.sha256(body).hexdigest()}"
