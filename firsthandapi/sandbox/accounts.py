"""Organisations, their settings and their API keys.

Words: a *secret* is what a request carries (`fh_test_...`); the sandbox keeps only its hash, as a document of
its own that names the key. A rotated key has two secrets for 24 virtual hours.

The *environment* of a key, `test` or `live`, shows in how its secret begins and in the key's `environment`, and makes
no other difference here: both kinds see the same jobs and spend the same simulated credits, so that code which minds
its money can be tried with either. Of the service it is documented that test keys cost nothing and that all they get
is rated 4 stars; whether it keeps the two apart in lists is not.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Optional

from firsthandapi.sandbox import audit, billing
from firsthandapi.sandbox.audit import Actor
from firsthandapi.sandbox.clock import timestamp
from firsthandapi.sandbox.replies import ApiError
from firsthandapi.sandbox.store import Document

if TYPE_CHECKING:
    from firsthandapi.sandbox.world import World

SCOPES = [
    "jobs:read",
    "jobs:write",
    "webhooks:read",
    "webhooks:write",
    "keys:manage",
    "audit:read",
    "usage:read",
    "billing:read",
    "billing:write",
]
OVERLAP = 24 * 3600
"""Virtual seconds for which the old secret of a rotated key still works."""


def found(world: World, name: str, secret: str, environment: str, cents: int, type: str, *, at: float) -> str:
    """Found an organisation with one key and some credits; return its id."""
    org = world.new_id("org", at)
    settings: Document = {
        "object": "organization_settings",
        "id": org,
        "organization_id": org,
        "default_type": "data_collection",
        "default_price_per_file_cents": 50,
        "auto_topup_enabled": False,
        "auto_topup_threshold_cents": None,
        "auto_topup_amount_cents": None,
        "low_balance_threshold_cents": 1000,
        "updated_at": timestamp(at),
        "_name": name,
        "_free_tier": type == "free_tier",
    }
    world.store.insert("organization", settings, org=org)
    billing.open_account(world, org, at)
    billing.credit(
        world, org, cents, at, type, "Free credits" if type == "free_tier" else "Starting balance of the sandbox"
    )
    add_key(world, org, name, secret, environment, SCOPES, at)
    return org


def add_key(world: World, org: str, name: str, secret: str, environment: str, scopes: list[str], at: float) -> Document:
    """Give an organisation a key; return it, without its secret."""
    key: Document = {
        "object": "api_key",
        "id": world.new_id("key", at),
        "name": name,
        "masked_key": masked(secret),
        "environment": environment,
        "scopes": scopes,
        "created_at": timestamp(at),
        "last_used_at": None,
        "previous_secret_expires_at": None,
        "revoked_at": None,
    }
    world.store.insert("api_key", key, org=org)
    _keep_secret(world, org, key, secret)
    return key


def new_secret(world: World, environment: str) -> str:
    """A secret that was never given out before."""
    return world.chance.secret(f"fh_{environment}_", world.store.count_up("secrets"))


def rotate(world: World, org: str, key: Document, at: float, by: Actor) -> str:
    """Give a key a new secret; return it. The old ones work for `OVERLAP` more."""
    for _, old in world.store.select("secret", org=org, parent=key["id"]):
        world.store.save("secret", {**old, "_until": min(old["_until"] or at + OVERLAP, at + OVERLAP)})
    secret = new_secret(world, key["environment"])
    _keep_secret(world, org, key, secret)
    key.update(masked_key=masked(secret), previous_secret_expires_at=timestamp(at + OVERLAP))
    world.store.save("api_key", key)
    audit.record(world, org, at, by, "api_key.rotated", key)
    return secret


def authenticate(world: World, authorization: Optional[str], at: float) -> Document:
    """The key whose secret a request carries, with its organisation under `_org`; else 401."""
    secret = _secret(authorization)
    if not secret:
        raise _unauthenticated("An API key is required: Authorization: Bearer <API key>")
    kept = world.store.find("secret", _hash(secret))
    key = world.store.get("api_key", kept["_key"]) if kept else None
    if kept is None or key is None or key["revoked_at"] or (kept["_until"] is not None and at >= kept["_until"]):
        raise _unauthenticated("Invalid API key")
    used = timestamp(at)
    if key["last_used_at"] != used:
        world.store.save("api_key", {**key, "last_used_at": used})
    return {**key, "_org": world.store.org_of("api_key", key["id"])}


def may(key: Document, scope: str) -> bool:
    """Whether a key has a scope, or one that does as well.

    Sources disagree on what opens balance and transactions: `usage:read` or `billing:read`. Either does here, which is
    our choice, so that a key works that was made after any of them.
    """
    return scope in key["scopes"] or (scope == "usage:read" and "billing:read" in key["scopes"])


def caller(world: World, authorization: Optional[str]) -> str:
    """Who calls, for the rate limits: the id of a key, whether it still works or not; one name for all strangers."""
    kept = world.store.find("secret", _hash(_secret(authorization)))
    return str(kept["_key"]) if kept else "nobody"


def masked(secret: str) -> str:
    """A secret with its middle left out."""
    return f"{secret[:8]}...{secret[-4:]}"


def _keep_secret(world: World, org: str, key: Document, secret: str) -> None:
    kept: Document = {"id": _hash(secret), "_key": key["id"], "_until": None}
    world.store.insert("secret", kept, org=org, parent=key["id"])


def _secret(authorization: Optional[str]) -> str:
    """What an `Authorization` header carries; empty when that is no bearer token."""
    scheme, _, secret = (authorization or "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _unauthenticated(message: str) -> ApiError:
    return ApiError(401, "authentication_error", message, headers={"WWW-Authenticate": "Bearer"})
