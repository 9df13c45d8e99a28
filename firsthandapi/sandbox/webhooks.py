"""Webhooks: endpoints, events, and their signed delivery.

An event is sent once to every enabled endpoint that asked for its type, and again after 1 min, 5 min, 30 min,
2 h and 8 h until the endpoint answers 2xx; after the sixth failure it is `failed`. Delivery takes real time,
during which the agenda waits, so that the story stays the same; requests are served meanwhile.

The service takes HTTPS URLs only. The sandbox, and it alone, also takes `http://` to this machine (`localhost`,
`127.0.0.1`, `[::1]`), where a receiver under test runs.

Inferred: any 2xx counts as delivered, a receiver has 5 real seconds, after a rotation deliveries carry a signature of
each secret for 24 hours, an endpoint that was paused or deleted is not waited for, a replay ends the attempts before
it, and no endpoint is ever disabled for its failures.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
from typing import TYPE_CHECKING, Optional
from urllib.parse import urlsplit

from firsthandapi.sandbox.clock import timestamp
from firsthandapi.sandbox.replies import ApiError, encoded
from firsthandapi.sandbox.store import Document

if TYPE_CHECKING:
    from firsthandapi.sandbox.world import World

API_VERSION = "2026-03-18"
PAUSES = (60, 300, 1800, 7200, 28800)
"""Virtual seconds between the attempts."""
OVERLAP = 24 * 3600
"""Virtual seconds for which deliveries are signed with a rotated secret too."""

_TIMEOUT = 5.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def install(world: World) -> None:
    """Let the agenda deliver events."""

    async def send(due: float, details: Document) -> None:
        details["delivered"] = await _deliver(world, due, details)

    world.agenda.on("webhook_attempt", lambda due, details: _attempted(world, due, details), send)


def emit(world: World, org: str, at: float, type: str, data: Document) -> None:
    """Make an event, and send it to whom it concerns."""
    event: Document = {
        "id": world.new_id("evt", at),
        "object": "event",
        "type": type,
        "api_version": API_VERSION,
        "created_at": timestamp(at),
        "data": data,
        "status": "delivered",
        "attempts": 0,
        "last_attempt_at": None,
        "next_attempt_at": None,
    }
    world.store.insert("event", event, org=org)
    send(world, org, event, at)


def send(world: World, org: str, event: Document, at: float) -> None:
    """Begin the delivery of an event to all subscribed endpoints; with none it counts as delivered."""
    endpoints = [
        endpoint["id"]
        for _, endpoint in world.store.select("webhook_endpoint", org=org)
        if endpoint["enabled"] and event["type"] in endpoint["events"]
    ]
    event.update(_round=event.get("_round", 0) + 1, _due=dict.fromkeys(endpoints, at), _failed=False)
    _save(world, event)
    for endpoint in endpoints:
        details = {"event": event["id"], "endpoint": endpoint, "round": event["_round"], "attempt": 1}
        world.agenda.add(at, "webhook_attempt", details)


def checked_url(url: str) -> str:
    """Return a URL that events may be sent to; 422 for others. The sandbox takes HTTP too, to this machine."""
    parts = urlsplit(url)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)):
        return url
    message = "Webhook URLs must use HTTPS (the sandbox also takes http:// to this machine)"
    details = [{"field": "url", "message": "must begin with https://"}]
    raise ApiError(422, "validation_error", message, details=details)


def signature(secret: str, moment: int, body: bytes) -> str:
    """The hex HMAC-SHA256 of a delivery."""
    return hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()


def secrets_of(endpoint: Document, at: float) -> list[str]:
    """The secrets that sign deliveries to an endpoint at a moment, the newest first."""
    return [endpoint["_secret"]] + [old["secret"] for old in endpoint["_old_secrets"] if at < old["until"]]


async def _deliver(world: World, at: float, details: Document) -> Optional[bool]:
    """Try once; return whether it was received, None when there is nothing to try."""
    event = _current(world, details)
    endpoint = world.store.find("webhook_endpoint", details["endpoint"])
    if event is None or endpoint is None or not endpoint["enabled"]:
        return None
    body = encoded({name: event[name] for name in ("id", "object", "type", "api_version", "created_at", "data")})
    moment = int(at)
    signed = ",".join(
        [f"t={moment}", *(f"v1={signature(secret, moment, body)}" for secret in secrets_of(endpoint, at))]
    )
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "firsthandapi-sandbox",
        "X-FirstHandAPI-Signature": signed,
        "X-FirstHand-Signature": signed,
        "X-FirstHand-Event-Id": event["id"],
    }
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, _post, endpoint["url"], body, headers)


def _post(url: str, body: bytes, headers: dict[str, str]) -> bool:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = kind(parts.hostname or "", parts.port, timeout=_TIMEOUT)
        try:
            connection.request("POST", path, body, headers)
            return 200 <= connection.getresponse().status < 300
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError):
        return False


def _attempted(world: World, at: float, details: Document) -> None:
    event, delivered = _current(world, details), details.pop("delivered")
    if event is None:
        return
    if delivered is not None:
        event.update(attempts=event["attempts"] + 1, last_attempt_at=timestamp(at))
    del event["_due"][details["endpoint"]]
    if delivered is False and details["attempt"] <= len(PAUSES):
        due = at + PAUSES[int(details["attempt"]) - 1]
        event["_due"][details["endpoint"]] = due
        world.agenda.add(due, "webhook_attempt", {**details, "attempt": details["attempt"] + 1})
    elif delivered is False:
        event["_failed"] = True
    _save(world, event)


def _current(world: World, details: Document) -> Optional[Document]:
    """The event of an attempt; None when a replay has begun anew since the attempt was planned."""
    event = world.store.find("event", details["event"])
    return event if event and event["_round"] == details["round"] else None


def _save(world: World, event: Document) -> None:
    """Keep an event, in the status that follows from the attempts that are still due."""
    due = event["_due"].values()
    event["next_attempt_at"] = timestamp(min(due)) if due else None
    event["status"] = "pending" if due else "failed" if event["_failed"] else "delivered"
    world.store.save("event", event)
