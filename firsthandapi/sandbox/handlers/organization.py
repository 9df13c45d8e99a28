"""Handlers of the organisation: its settings, its audit log, and signing up."""

from __future__ import annotations

from firsthandapi.sandbox import accounts, audit
from firsthandapi.sandbox.call import Call, Handler
from firsthandapi.sandbox.clock import timestamp
from firsthandapi.sandbox.replies import Reply
from firsthandapi.sandbox.store import Document, public

SIGNUP_CENTS = 250


def get_settings(call: Call) -> Reply:
    """Get the settings."""
    return Reply(200, _view(call.world.store.get("organization", call.org)))


def update_settings(call: Call) -> Reply:
    """Change the settings that are given."""
    settings = call.world.store.get("organization", call.org)
    changes = {name: value for name, value in call.body.items() if settings.get(name) != value}
    settings.update(changes, updated_at=timestamp(call.at))
    call.world.store.save("organization", settings)
    audit.record(call.world, call.org, call.at, call.actor, "organization.updated", settings, changes=changes)
    return Reply(200, _view(settings))


def list_audit_events(call: Call) -> Reply:
    """List what was done in the organisation."""
    return call.page("audit_event", public, where=call.filters(resource_id="resource_id", action="action"))


def signup(call: Call) -> Reply:
    """Found an organisation with a live key, on the free tier, which it never leaves (inferred: no source says how)."""
    secret = accounts.new_secret(call.world, "live")
    org = accounts.found(call.world, call.body["name"], secret, "live", SIGNUP_CENTS, "free_tier", at=call.at)
    settings = call.world.store.get("organization", org)
    audit.record(call.world, org, call.at, call.actor, "organization.created", {**settings, "object": "organization"})
    return Reply(200, {"organization_id": org, "api_key": secret, "credits_cents": SIGNUP_CENTS})


def _view(settings: Document) -> Document:
    return {name: value for name, value in public(settings).items() if name != "id"}


HANDLERS: dict[str, Handler] = {
    "get_settings": get_settings,
    "update_settings": update_settings,
    "list_audit_events": list_audit_events,
    "signup": signup,
}
