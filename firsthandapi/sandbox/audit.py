"""The audit log: one line per change, by whomever it was made. The form of its lines is inferred.

Words: the *actor* is who does something: an API key, a worker, a reviewer or the system itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Optional

from firsthandapi.sandbox.clock import timestamp
from firsthandapi.sandbox.store import Document

if TYPE_CHECKING:
    from firsthandapi.sandbox.world import World


class Actor(NamedTuple):
    """Who does something."""

    kind: str = "system"
    id: Optional[str] = None
    request_id: Optional[str] = None


SYSTEM = Actor()


def record(
    world: World,
    org: str,
    at: float,
    by: Actor,
    action: str,
    resource: Document,
    *,
    changes: Optional[Document] = None,
    under: Optional[str] = None,
) -> None:
    """Write a line.

    Args:
        world: where it happened.
        org: to whom.
        at: when.
        by: who did it.
        action: what was done, such as `job.created`.
        resource: the document to which it was done.
        changes: the fields that changed, with their new values.
        under: the id of the job or task in whose own log it appears; default: the resource itself.
    """
    event: Document = {
        "object": "audit_event",
        "id": world.new_id("aud", at),
        "action": action,
        "actor_type": by.kind,
        "actor_id": by.id,
        "resource_type": resource["object"],
        "resource_id": resource["id"],
        "changes": changes,
        "request_id": by.request_id,
        "created_at": timestamp(at),
    }
    world.store.insert("audit_event", event, org=org, parent=under or resource["id"])
