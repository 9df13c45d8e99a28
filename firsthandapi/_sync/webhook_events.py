# Derived from _async/webhook_events.py by `make regenerate`. Edit that file.
"""Events that the service sent, or tried to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from firsthandapi_generated.api.webhook_events import list_webhook_events, replay_webhook_event

from .. import _arguments
from .._arguments import identifier
from .._listing import listing
from .client import Resource
from .page import Page

if TYPE_CHECKING:
    from firsthandapi_generated.models.webhook_event import WebhookEvent


class WebhookEvents(Resource):
    """`client.webhook_events`: look at events, and have them sent again. Their status field is inferred."""

    @listing
    def list(self, *, limit: Optional[int] = None, cursor: Optional[str] = None) -> Page[WebhookEvent]:
        """Events, newest first.

        >>> page = client.webhook_events.list(limit=1)
        >>> page.data[0].type
        'job.completed'

        Args:
            limit: Items per page, 1 to 100; the service's default is 20.
            cursor: Go on from here: `next_cursor` of an earlier page.

        Returns:
            A page that iterates over all pages.
        """
        _arguments.check("list_webhook_events", {"limit": limit, "cursor": cursor})
        found = self._client.request(list_webhook_events.build(limit=limit, cursor=cursor))
        return Page(found, found.data, lambda cursor: self.list(limit=limit, cursor=cursor), cursor)

    def replay(self, event_id: str) -> WebhookEvent:
        """Send an event again, to every endpoint that wants its type.

        >>> page = client.webhook_events.list(limit=1)
        >>> (client.webhook_events.replay(page.data[0].id)).id == page.data[0].id
        True

        Args:
            event_id: The event's id.

        Raises:
            FirstHandNotFoundError: There is no event with this id.
        """
        return self._client.request(replay_webhook_event.build(identifier("event_id", event_id)))
