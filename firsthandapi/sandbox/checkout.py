"""Checkouts: purchases that wait to be paid, each with a page of its own, which stands in for Stripe's.

Whoever visits the page pays: there is no card, and nothing to click. A checkout belongs to whoever has its URL.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from firsthandapi.sandbox import audit, billing
from firsthandapi.sandbox.audit import Actor
from firsthandapi.sandbox.clock import timestamp
from firsthandapi.sandbox.store import Document

if TYPE_CHECKING:
    from firsthandapi.sandbox.world import World


def begin(world: World, org: str, cents: int, at: float, by: Actor) -> str:
    """Begin a purchase; return the URL of its page."""
    checkout: Document = {
        "object": "checkout",
        "id": world.new_id("cs_test", at),
        "amount_cents": cents,
        "created_at": timestamp(at),
        "paid": False,
    }
    world.store.insert("checkout", checkout, org=org)
    audit.record(world, org, at, by, "checkout.created", checkout)
    return f"{world.base_url}/_checkout/{checkout['id']}"


def pay(world: World, id: str) -> int:
    """Pay a checkout; return the credits that it brings. Paying twice changes nothing.

    Raises:
        LookupError: there is no such checkout.
    """
    with world.store.transaction():
        checkout = world.store.find("checkout", id)
        if checkout is None:
            raise LookupError(f"There is no checkout {id}")
        cents = int(checkout["amount_cents"])
        if not checkout["paid"]:
            world.store.save("checkout", {**checkout, "paid": True})
            org, at = world.store.org_of("checkout", id), world.clock.now()
            event = "credits.purchased"
            billing.purchase(world, org, cents, at, Actor("user"), event=event, description="Credit purchase")
    return cents + billing.BONUSES.get(cents, 0)


def route(world: World) -> Route:
    """The route of the pages."""

    async def page(request: Request) -> Response:
        try:
            credits = pay(world, request.path_params["id"])
        except LookupError as error:
            return HTMLResponse(f"<p>{escape(str(error.args[0]))}</p>", 404)
        return HTMLResponse(f"<title>Checkout</title><p>Paid: {credits:,} credits are yours.</p>")

    return Route("/_checkout/{id}", page, methods=["GET"])
