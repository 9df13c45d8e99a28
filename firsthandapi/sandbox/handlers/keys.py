"""Handlers of the API keys."""

from __future__ import annotations

from firsthandapi.sandbox import accounts, audit
from firsthandapi.sandbox.call import Call, Handler
from firsthandapi.sandbox.clock import moment_of, timestamp
from firsthandapi.sandbox.replies import ApiError, Reply
from firsthandapi.sandbox.store import Document, public


def create_api_key(call: Call) -> Reply:
    """Make a key; its secret is shown this once."""
    environment = call.body.get("environment", "live")
    secret = accounts.new_secret(call.world, environment)
    scopes = call.body.get("scopes", accounts.SCOPES)
    key = accounts.add_key(call.world, call.org, call.body["name"], secret, environment, scopes, call.at)
    audit.record(call.world, call.org, call.at, call.actor, "api_key.created", key)
    return Reply(201, {**_view(key, call.at), "secret": secret})


def list_api_keys(call: Call) -> Reply:
    """List keys, without their secrets."""
    return call.page("api_key", lambda key: _view(key, call.at))


def rotate_api_key(call: Call) -> Reply:
    """Give a key a new secret; the old one works for 24 hours more."""
    key = _working(call)
    secret = accounts.rotate(call.world, call.org, key, call.at, call.actor)
    return Reply(200, {**_view(key, call.at), "secret": secret})


def revoke_api_key(call: Call) -> Reply:
    """End a key at once and for good."""
    key = _working(call)
    key["revoked_at"] = timestamp(call.at)
    call.world.store.save("api_key", key)
    audit.record(call.world, call.org, call.at, call.actor, "api_key.revoked", key)
    return Reply(204, None)


def _working(call: Call) -> Document:
    key = call.find("api_key", "key_id", "API key")
    if key["revoked_at"]:
        raise ApiError(409, "conflict", "The API key is revoked")
    return key


def _view(key: Document, now: float) -> Document:
    view = public(key)
    until = view["previous_secret_expires_at"]
    if until is not None and moment_of(until) <= now:
        view["previous_secret_expires_at"] = None
    return view


HANDLERS: dict[str, Handler] = {
    "create_api_key": create_api_key,
    "list_api_keys": list_api_keys,
    "rotate_api_key": rotate_api_key,
    "revoke_api_key": revoke_api_key,
}
