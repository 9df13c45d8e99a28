"""Webhooks: endpoints, events, and their signed delivery.

An event is sent once to every enabled endpoint that asked for its type, and again after 1 min, 5 min, 30 min,
2 h and 8 h until the endpoint answers 2xx; after the sixth failure it is `failed`. Delivery takes real time,
during which the agenda waits, so that the story stays the same; requests are served meanwhile. Inferred: any
2xx counts as delivered, a receiver has 5 real seconds, and after a rotation deliveries carry a signature of
each secret for 24 hours.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
from typing import TYPE_CHECKING
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
    event["_open"], event["_failed"] = endpoints, False
    event.update(status="pending" if endpoints else "delivered", next_attempt_at=timestamp(at) if endpoints else None)
    world.store.save("event", event)
    for endpoint in endpoints:
        world.agenda.add(at, "webhook_attempt", {"event": event["id"], "endpoint": endpoint, "attempt": 1})


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


async def _deliver(world: World, at: float, details: Document) -> bool:
    event, endpoint = (
        world.store.find("event", details["event"]),
        world.store.find("webhook_endpoint", details["endpoint"]),
    )
    if event is None or endpoint is None or not endpoint["enabled"]:
        return False
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
    event = world.store.find("event", details["event"])
    if event is None:
        return
    event.update(attempts=event["attempts"] + 1, last_attempt_at=timestamp(at), next_attempt_at=None)
    again = not details["delivered"] and details["attempt"] <= len(PAUSES)
    if again:
        due = at + PAUSES[int(details["attempt"]) - 1]
        event["next_attempt_at"] = timestamp(due)
        world.agenda.add(due, "webhook_attempt", {**details, "attempt": details["attempt"] + 1, "delivered": False})
    else:
        event["_open"] = [id for id in event["_open"] if id != details["endpoint"]]
        event["_failed"] = event["_failed"] or not details["delivered"]
    if not event["_open"]:
        event["status"] = "failed" if event["_failed"] else "delivered"
    world.store.save("event", event)
