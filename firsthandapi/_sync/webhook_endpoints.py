# Derived from _async/webhook_endpoints.py by `make regenerate`. Edit that file.
"""Where the service sends its events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

from firsthandapi_generated.api.webhook_endpoints import (
    create_webhook_endpoint,
    delete_webhook_endpoint,
    get_webhook_endpoint,
    list_webhook_endpoints,
    rotate_webhook_secret,
    update_webhook_endpoint,
)
from firsthandapi_generated.models.webhook_endpoint_create import WebhookEndpointCreate
from firsthandapi_generated.models.webhook_endpoint_update import WebhookEndpointUpdate

from .. import _arguments
from .._arguments import given, identifier
from .._listing import listing
from .client import Resource
from .page import Page

if TYPE_CHECKING:
    from firsthandapi_generated.models.webhook_endpoint import WebhookEndpoint
    from firsthandapi_generated.models.webhook_endpoint_with_secret import WebhookEndpointWithSecret
    from firsthandapi_generated.models.webhook_event_type import KnownWebhookEventType


class WebhookEndpoints(Resource):
    """`client.webhook_endpoints`: URLs of yours that events are posted to, each with a signing secret."""

    def create(
        self,
        *,
        url: str,
        events: Sequence[KnownWebhookEventType],
        idempotency_key: Optional[str] = None,
    ) -> WebhookEndpointWithSecret:
        """Register a URL.

        >>> endpoint = client.webhook_endpoints.create(
        ...     url="https://example.com/hooks", events=["submission.approved", "job.completed"]
        ... )
        >>> endpoint.secret.startswith("whsec_")
        True

        Args:
            url: Where to post; https only.
            events: The types of events to send.
            idempotency_key: A key of yours, remembered for 24 hours. Default: a new one for each call.

        Returns:
            The endpoint with its signing `secret`, which is not shown again.

        Raises:
            FirstHandValidationError: The URL is not https.
        """
        body = WebhookEndpointCreate(url=url, events=[*events])
        _arguments.check("create_webhook_endpoint", body)
        _arguments.check_key(idempotency_key)
        return self._client.request(create_webhook_endpoint.build(body=body, idempotency_key=idempotency_key))

    @listing
    def list(self, *, limit: Optional[int] = None, cursor: Optional[str] = None) -> Page[WebhookEndpoint]:
        """Endpoints, newest first.

        >>> page = client.webhook_endpoints.list(limit=1)
        >>> len(page.data) <= 1
        True

        Args:
            limit: Items per page, 1 to 100; the service's default is 20.
            cursor: Go on from here: `next_cursor` of an earlier page.

        Returns:
            A page that iterates over all pages.
        """
        _arguments.check("list_webhook_endpoints", {"limit": limit, "cursor": cursor})
        found = self._client.request(list_webhook_endpoints.build(limit=limit, cursor=cursor))
        return Page(found, found.data, lambda cursor: self.list(limit=limit, cursor=cursor), cursor)

    def get(self, endpoint_id: str) -> WebhookEndpoint:
        """One endpoint.

        >>> made = client.webhook_endpoints.create(url="https://example.com/a", events=["job.completed"])
        >>> (client.webhook_endpoints.get(made.id)).url
        'https://example.com/a'

        Args:
            endpoint_id: The endpoint's id.

        Raises:
            FirstHandNotFoundError: There is no endpoint with this id.
        """
        call = get_webhook_endpoint.build(identifier("endpoint_id", endpoint_id))
        return self._client.request(call)

    def update(
        self,
        endpoint_id: str,
        *,
        url: Optional[str] = None,
        events: Optional[Sequence[KnownWebhookEventType]] = None,
        enabled: Optional[bool] = None,
    ) -> WebhookEndpoint:
        """Change an endpoint; what is not given stays as it is. That `enabled` can be set is inferred.

        >>> made = client.webhook_endpoints.create(url="https://example.com/b", events=["job.completed"])
        >>> (client.webhook_endpoints.update(made.id, events=["job.cancelled"])).events
        ['job.cancelled']

        Args:
            endpoint_id: The endpoint's id.
            url: Where to post; https only.
            events: The types of events to send.
            enabled: Whether events are sent at all.

        Raises:
            FirstHandNotFoundError: There is no endpoint with this id.
        """
        body = WebhookEndpointUpdate(
            url=given(url), events=given(None if events is None else [*events]), enabled=given(enabled)
        )
        found_id = identifier("endpoint_id", endpoint_id)
        _arguments.check("update_webhook_endpoint", {"endpoint_id": found_id, **body})
        return self._client.request(update_webhook_endpoint.build(found_id, body=body))

    def delete(self, endpoint_id: str) -> None:
        """Remove an endpoint; nothing is sent to it any more.

        >>> made = client.webhook_endpoints.create(url="https://example.com/c", events=["job.completed"])
        >>> client.webhook_endpoints.delete(made.id)

        Args:
            endpoint_id: The endpoint's id.

        Raises:
            FirstHandNotFoundError: There is no endpoint with this id.
        """
        self._client.request(delete_webhook_endpoint.build(identifier("endpoint_id", endpoint_id)))

    def rotate_secret(self, endpoint_id: str) -> WebhookEndpointWithSecret:
        """Give an endpoint a new signing secret. Verify with both until you have switched.

        >>> made = client.webhook_endpoints.create(url="https://example.com/d", events=["job.completed"])
        >>> (client.webhook_endpoints.rotate_secret(made.id)).secret != made.secret
        True

        Args:
            endpoint_id: The endpoint's id.

        Raises:
            FirstHandNotFoundError: There is no endpoint with this id.
        """
        call = rotate_webhook_secret.build(identifier("endpoint_id", endpoint_id))
        return self._client.request(call)
