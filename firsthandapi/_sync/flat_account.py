# Derived from _async/flat_account.py by `make regenerate`. Edit that file.
"""Flat methods of the client, with a JSON body as their argument: `client.create_task({...})`. Here: the account.

What goes for all flat methods is said in `flat`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Optional, TypeVar

from .. import _arguments
from .._arguments import identifier

if TYPE_CHECKING:
    from firsthandapi_generated.client import Call
    from firsthandapi_generated.models.api_key_list import ApiKeyList
    from firsthandapi_generated.models.api_key_with_secret import ApiKeyWithSecret
    from firsthandapi_generated.models.audit_event_list import AuditEventList
    from firsthandapi_generated.models.checkout import Checkout
    from firsthandapi_generated.models.credit_balance import CreditBalance
    from firsthandapi_generated.models.credit_transaction_list import CreditTransactionList
    from firsthandapi_generated.models.organization_settings import OrganizationSettings
    from firsthandapi_generated.models.quality_summary import QualitySummary
    from firsthandapi_generated.models.signup_result import SignupResult
    from firsthandapi_generated.models.transaction_type import TransactionType
    from firsthandapi_generated.models.webhook_endpoint import WebhookEndpoint
    from firsthandapi_generated.models.webhook_endpoint_list import WebhookEndpointList
    from firsthandapi_generated.models.webhook_endpoint_with_secret import WebhookEndpointWithSecret
    from firsthandapi_generated.models.webhook_event import WebhookEvent
    from firsthandapi_generated.models.webhook_event_list import WebhookEventList

T = TypeVar("T")


class FlatAccountMethods:
    """Part of the client; it sends through the client's own `request`."""

    if TYPE_CHECKING:

        def request(self, call: Call[T], *, wait_seconds: float = 0.0) -> T: ...

    def create_api_key(self, body: Mapping[str, Any], *, idempotency_key: Optional[str] = None) -> ApiKeyWithSecret:
        """Make a key. Its `secret` is not shown again.

        >>> (client.create_api_key({"name": "reports", "scopes": ["jobs:read"]}))["scopes"]
        ['jobs:read']

        Args:
            body: `name`, `scopes`, `environment` (`live` or `test`).
            idempotency_key: A key of yours, remembered for 24 hours. Default: a new key for each call.
        """
        from firsthandapi_generated.api.api_keys import create_api_key
        from firsthandapi_generated.models.api_key_create import ApiKeyCreate

        wire = _arguments.body(ApiKeyCreate, body)
        _arguments.check_key(idempotency_key)
        return self.request(create_api_key.build(body=wire, idempotency_key=idempotency_key))

    def list_api_keys(self, *, limit: Optional[int] = None, cursor: Optional[str] = None) -> ApiKeyList:
        """Keys, newest first, their secrets masked.

        >>> (client.list_api_keys(limit=1))["has_more"] in (True, False)
        True

        Args:
            limit: Items in this answer, 1 to 100; the service's default is 20.
            cursor: Go on from here: `next_cursor` of an earlier answer.
        """
        from firsthandapi_generated.api.api_keys import list_api_keys

        return self.request(list_api_keys.build(limit=limit, cursor=cursor))

    def rotate_api_key(self, key_id: str) -> ApiKeyWithSecret:
        """Give a key a new secret; the old one works for 24 hours more.

        >>> key = client.create_api_key({"name": "rotating"})
        >>> (client.rotate_api_key(key["id"]))["secret"] != key["secret"]
        True

        Args:
            key_id: The key's id, not the key itself.
        """
        from firsthandapi_generated.api.api_keys import rotate_api_key

        return self.request(rotate_api_key.build(identifier("key_id", key_id)))

    def revoke_api_key(self, key_id: str) -> None:
        """End a key at once, for good.

        >>> key = client.create_api_key({"name": "short-lived"})
        >>> client.revoke_api_key(key["id"])

        Args:
            key_id: The key's id, not the key itself.
        """
        from firsthandapi_generated.api.api_keys import revoke_api_key

        self.request(revoke_api_key.build(identifier("key_id", key_id)))

    def create_webhook_endpoint(
        self, body: Mapping[str, Any], *, idempotency_key: Optional[str] = None
    ) -> WebhookEndpointWithSecret:
        """Register a URL that events are posted to. Its signing `secret` is not shown again.

        >>> endpoint = client.create_webhook_endpoint(
        ...     {"url": "https://example.com/e", "events": ["job.completed"]}
        ... )
        >>> endpoint["secret"].startswith("whsec_")
        True

        Args:
            body: `url` (https only) and `events`, the types of events to send.
            idempotency_key: A key of yours, remembered for 24 hours. Default: a new key for each call.
        """
        from firsthandapi_generated.api.webhook_endpoints import create_webhook_endpoint
        from firsthandapi_generated.models.webhook_endpoint_create import WebhookEndpointCreate

        wire = _arguments.body(WebhookEndpointCreate, body)
        _arguments.check_key(idempotency_key)
        return self.request(create_webhook_endpoint.build(body=wire, idempotency_key=idempotency_key))

    def list_webhook_endpoints(
        self, *, limit: Optional[int] = None, cursor: Optional[str] = None
    ) -> WebhookEndpointList:
        """Endpoints, newest first.

        >>> len((client.list_webhook_endpoints(limit=1))["data"]) <= 1
        True

        Args:
            limit, cursor: As in `list_api_keys`.
        """
        from firsthandapi_generated.api.webhook_endpoints import list_webhook_endpoints

        return self.request(list_webhook_endpoints.build(limit=limit, cursor=cursor))

    def get_webhook_endpoint(self, endpoint_id: str) -> WebhookEndpoint:
        """One endpoint.

        >>> made = client.create_webhook_endpoint({"url": "https://example.com/f", "events": ["job.completed"]})
        >>> (client.get_webhook_endpoint(made["id"]))["url"]
        'https://example.com/f'

        Args:
            endpoint_id: The endpoint's id.
        """
        from firsthandapi_generated.api.webhook_endpoints import get_webhook_endpoint

        return self.request(get_webhook_endpoint.build(identifier("endpoint_id", endpoint_id)))

    def update_webhook_endpoint(self, endpoint_id: str, body: Mapping[str, Any]) -> WebhookEndpoint:
        """Change an endpoint; what the body leaves out stays as it is.

        >>> made = client.create_webhook_endpoint({"url": "https://example.com/g", "events": ["job.completed"]})
        >>> (client.update_webhook_endpoint(made["id"], {"events": ["job.cancelled"]}))["events"]
        ['job.cancelled']

        Args:
            endpoint_id: The endpoint's id.
            body: `url`, `events`, `enabled` (inferred).
        """
        from firsthandapi_generated.api.webhook_endpoints import update_webhook_endpoint
        from firsthandapi_generated.models.webhook_endpoint_update import WebhookEndpointUpdate

        wire = _arguments.body(WebhookEndpointUpdate, body)
        return self.request(update_webhook_endpoint.build(identifier("endpoint_id", endpoint_id), body=wire))

    def delete_webhook_endpoint(self, endpoint_id: str) -> None:
        """Remove an endpoint; nothing is sent to it any more.

        >>> made = client.create_webhook_endpoint({"url": "https://example.com/h", "events": ["job.completed"]})
        >>> client.delete_webhook_endpoint(made["id"])

        Args:
            endpoint_id: The endpoint's id.
        """
        from firsthandapi_generated.api.webhook_endpoints import delete_webhook_endpoint

        self.request(delete_webhook_endpoint.build(identifier("endpoint_id", endpoint_id)))

    def rotate_webhook_secret(self, endpoint_id: str) -> WebhookEndpointWithSecret:
        """Give an endpoint a new signing secret. Verify with both until you have switched.

        >>> made = client.create_webhook_endpoint({"url": "https://example.com/i", "events": ["job.completed"]})
        >>> (client.rotate_webhook_secret(made["id"]))["secret"] != made["secret"]
        True

        Args:
            endpoint_id: The endpoint's id.
        """
        from firsthandapi_generated.api.webhook_endpoints import rotate_webhook_secret

        return self.request(rotate_webhook_secret.build(identifier("endpoint_id", endpoint_id)))

    def list_webhook_events(self, *, limit: Optional[int] = None, cursor: Optional[str] = None) -> WebhookEventList:
        """Events that the service sent, or tried to, newest first.

        >>> (client.list_webhook_events(limit=1))["data"][0]["type"]
        'job.completed'

        Args:
            limit, cursor: As in `list_api_keys`.
        """
        from firsthandapi_generated.api.webhook_events import list_webhook_events

        return self.request(list_webhook_events.build(limit=limit, cursor=cursor))

    def replay_webhook_event(self, event_id: str) -> WebhookEvent:
        """Send an event again, to every endpoint that wants its type.

        >>> event = (client.list_webhook_events(limit=1))["data"][0]
        >>> (client.replay_webhook_event(event["id"]))["id"] == event["id"]
        True

        Args:
            event_id: The event's id.
        """
        from firsthandapi_generated.api.webhook_events import replay_webhook_event

        return self.request(replay_webhook_event.build(identifier("event_id", event_id)))

    def get_credit_balance(self) -> CreditBalance:
        """The balance: credits that can be spent, credits held for jobs that run, and both together, in cents.

        >>> balance = client.get_credit_balance()
        >>> balance["available_cents"] + balance["held_cents"] == balance["total_cents"]
        True
        """
        from firsthandapi_generated.api.billing import get_credit_balance

        return self.request(get_credit_balance.build())

    def list_transactions(
        self,
        *,
        type: Optional[TransactionType] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> CreditTransactionList:
        """Every change of the balance, newest first.

        >>> (client.list_transactions(limit=1))["data"][0]["amount_cents"] != 0
        True

        Args:
            type: Only transactions of this kind.
            limit, cursor: As in `list_api_keys`.
        """
        from firsthandapi_generated.api.billing import list_transactions

        return self.request(list_transactions.build(type_=type, limit=limit, cursor=cursor))

    def purchase_credits(self, body: Mapping[str, Any], *, idempotency_key: Optional[str] = None) -> Checkout:
        """Begin to buy credits: nothing is paid before a person has been through the checkout page.

        >>> (client.purchase_credits({"amount_cents": 2500}))["checkout_url"].startswith("http")
        True

        Args:
            body: `amount_cents`, what to pay in US cents.
            idempotency_key: A key of yours, remembered for 24 hours. Default: a new key for each call.
        """
        from firsthandapi_generated.api.billing import purchase_credits
        from firsthandapi_generated.models.credit_purchase import CreditPurchase

        wire = _arguments.body(CreditPurchase, body)
        _arguments.check_key(idempotency_key)
        return self.request(purchase_credits.build(body=wire, idempotency_key=idempotency_key))

    def get_quality_summary(self) -> QualitySummary:
        """Aggregate quality metrics over all jobs and tasks. Its fields are inferred.

        >>> summary = client.get_quality_summary()
        >>> summary["submissions_approved"] <= summary["submissions_scored"]
        True
        """
        from firsthandapi_generated.api.quality import get_quality_summary

        return self.request(get_quality_summary.build())

    def get_settings(self) -> OrganizationSettings:
        """The organization's settings.

        >>> (client.get_settings())["auto_topup_enabled"]
        False
        """
        from firsthandapi_generated.api.organization import get_settings

        return self.request(get_settings.build())

    def update_settings(self, body: Mapping[str, Any]) -> OrganizationSettings:
        """Change some settings; what the body leaves out stays as it is.

        >>> (client.update_settings({"default_price_per_file_cents": 50}))["default_price_per_file_cents"]
        50

        Args:
            body: The settings to change; `client.organization.update` says which there are.
        """
        from firsthandapi_generated.api.organization import update_settings
        from firsthandapi_generated.models.organization_settings_update import OrganizationSettingsUpdate

        return self.request(update_settings.build(body=_arguments.body(OrganizationSettingsUpdate, body)))

    def list_audit_events(
        self,
        *,
        resource_id: Optional[str] = None,
        action: Optional[str] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> AuditEventList:
        """Who did what in the organization, newest first.

        >>> (client.list_audit_events(resource_id=job["id"]))["data"][-1]["action"]
        'job.created'

        Args:
            resource_id: Only what was done with this job, task, key or endpoint (this filter is inferred).
            action: Only this action, such as `job.created` (this filter is inferred).
            limit, cursor: As in `list_api_keys`.
        """
        from firsthandapi_generated.api.audit_events import list_audit_events

        call = list_audit_events.build(resource_id=resource_id, action=action, limit=limit, cursor=cursor)
        return self.request(call)

    def signup(self, body: Mapping[str, Any], *, idempotency_key: Optional[str] = None) -> SignupResult:
        """Make an organization with its first key. The client's own key is not sent; any text will do.

        >>> (client.signup({"name": "Menus Ltd", "email": "owner@example.com"}))["api_key"].startswith("fh_live_")
        True

        Args:
            body: `name` of the organization and `email` of its owner.
            idempotency_key: A key of yours, remembered for 24 hours. Default: a new key for each call.
        """
        from firsthandapi_generated.api.auth import signup
        from firsthandapi_generated.models.signup import Signup

        wire = _arguments.body(Signup, body)
        _arguments.check_key(idempotency_key)
        return self.request(signup.build(body=wire, idempotency_key=idempotency_key))
