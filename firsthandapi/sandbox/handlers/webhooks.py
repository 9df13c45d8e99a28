"""Handlers of the webhook endpoints and events."""

from __future__ import annotations

from firsthandapi.sandbox import audit, webhooks
from firsthandapi.sandbox.call import Call, Handler
from firsthandapi.sandbox.clock import timestamp
from firsthandapi.sandbox.replies import Reply
from firsthandapi.sandbox.store import Document, public


def create_webhook_endpoint(call: Call) -> Reply:
    """Register an endpoint; its secret is shown this once. The first one's is the sandbox's `webhook_secret`."""
    number = call.world.store.count_up("webhook_secrets")
    endpoint: Document = {
        "object": "webhook_endpoint",
        "id": call.world.new_id("we", call.at),
        "url": webhooks.checked_url(call.body["url"]),
        "events": call.body["events"],
        "enabled": True,
        "created_at": timestamp(call.at),
        "updated_at": timestamp(call.at),
        "_secret": call.world.webhook_secret if number == 1 else call.world.chance.secret("whsec_", number),
        "_old_secrets": [],
    }
    call.world.store.insert("webhook_endpoint", endpoint, org=call.org)
    audit.record(call.world, call.org, call.at, call.actor, "webhook_endpoint.created", endpoint)
    return Reply(201, {**public(endpoint), "secret": endpoint["_secret"]})


def list_webhook_endpoints(call: Call) -> Reply:
    """List endpoints."""
    return call.page("webhook_endpoint", public)


def get_webhook_endpoint(call: Call) -> Reply:
    """Get one endpoint."""
    return Reply(200, public(call.find("webhook_endpoint", "endpoint_id")))


def update_webhook_endpoint(call: Call) -> Reply:
    """Change what is given of an endpoint."""
    endpoint = call.find("webhook_endpoint", "endpoint_id")
    if "url" in call.body:
        webhooks.checked_url(call.body["url"])
    endpoint.update(call.body, updated_at=timestamp(call.at))
    call.world.store.save("webhook_endpoint", endpoint)
    audit.record(call.world, call.org, call.at, call.actor, "webhook_endpoint.updated", endpoint, changes=call.body)
    return Reply(200, public(endpoint))


def delete_webhook_endpoint(call: Call) -> Reply:
    """Forget an endpoint."""
    endpoint = call.find("webhook_endpoint", "endpoint_id")
    call.world.store.delete("webhook_endpoint", endpoint["id"])
    audit.record(call.world, call.org, call.at, call.actor, "webhook_endpoint.deleted", endpoint)
    return Reply(204, None)


def rotate_webhook_secret(call: Call) -> Reply:
    """Give an endpoint a new secret; for 24 hours deliveries are signed with the old one as well."""
    endpoint = call.find("webhook_endpoint", "endpoint_id")
    until = call.at + webhooks.OVERLAP
    old = [{"secret": secret, "until": until} for secret in webhooks.secrets_of(endpoint, call.at)]
    secret = call.world.chance.secret("whsec_", call.world.store.count_up("webhook_secrets"))
    endpoint.update(_secret=secret, _old_secrets=old, updated_at=timestamp(call.at))
    call.world.store.save("webhook_endpoint", endpoint)
    audit.record(call.world, call.org, call.at, call.actor, "webhook_endpoint.secret_rotated", endpoint)
    return Reply(200, {**public(endpoint), "secret": secret})


def list_webhook_events(call: Call) -> Reply:
    """List events."""
    return call.page("event", public)


def replay_webhook_event(call: Call) -> Reply:
    """Send an event again to all who are subscribed now."""
    event = call.find("event", "event_id")
    webhooks.send(call.world, call.org, event, call.at)
    audit.record(call.world, call.org, call.at, call.actor, "event.replayed", event)
    return Reply(200, public(event))


HANDLERS: dict[str, Handler] = {
    "create_webhook_endpoint": create_webhook_endpoint,
    "list_webhook_endpoints": list_webhook_endpoints,
    "get_webhook_endpoint": get_webhook_endpoint,
    "update_webhook_endpoint": update_webhook_endpoint,
    "delete_webhook_endpoint": delete_webhook_endpoint,
    "rotate_webhook_secret": rotate_webhook_secret,
    "list_webhook_events": list_webhook_events,
    "replay_webhook_event": replay_webhook_event,
}
