# Derived from _async/api_keys.py by `make regenerate`. Edit that file.
"""Keys of the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

from firsthandapi_generated.api.api_keys import create_api_key, list_api_keys, revoke_api_key, rotate_api_key
from firsthandapi_generated.models.api_key_create import ApiKeyCreate

from .. import _arguments
from .._arguments import given, identifier
from .._listing import listing
from .client import Resource
from .page import Page

if TYPE_CHECKING:
    from firsthandapi_generated.models.api_key import ApiKey
    from firsthandapi_generated.models.api_key_with_secret import ApiKeyWithSecret
    from firsthandapi_generated.models.environment import KnownEnvironment
    from firsthandapi_generated.models.scope import KnownScope


class ApiKeys(Resource):
    """`client.api_keys`: make, rotate and revoke keys. A key's secret is shown once, when it is made or rotated.

    The operations are documented; the names of the fields, `secret` among them, are inferred.
    """

    def create(
        self,
        *,
        name: str,
        scopes: Optional[Sequence[KnownScope]] = None,
        environment: Optional[KnownEnvironment] = None,
        idempotency_key: Optional[str] = None,
    ) -> ApiKeyWithSecret:
        """Make a key.

        >>> key = client.api_keys.create(name="reports", scopes=["jobs:read"], environment="test")
        >>> key.scopes, key.secret.startswith("fh_test_")
        (['jobs:read'], True)

        Args:
            name: What the key is for.
            scopes: What it may do. Default: everything.
            environment: `live` or `test`; the service's default is `live`.
            idempotency_key: A key of yours, remembered for 24 hours. Default: a new one for each call.

        Returns:
            The key with its `secret`, which is not shown again.
        """
        body = ApiKeyCreate(
            name=name, scopes=given(None if scopes is None else [*scopes]), environment=given(environment)
        )
        _arguments.check("create_api_key", body)
        _arguments.check_key(idempotency_key)
        return self._client.request(create_api_key.build(body=body, idempotency_key=idempotency_key))

    @listing
    def list(self, *, limit: Optional[int] = None, cursor: Optional[str] = None) -> Page[ApiKey]:
        """Keys, newest first, their secrets masked.

        >>> page = client.api_keys.list()
        >>> page.data[0].masked_key.startswith("fh_")
        True

        Args:
            limit: Items per page, 1 to 100; the service's default is 20.
            cursor: Go on from here: `next_cursor` of an earlier page.

        Returns:
            A page that iterates over all pages.
        """
        _arguments.check("list_api_keys", {"limit": limit, "cursor": cursor})
        found = self._client.request(list_api_keys.build(limit=limit, cursor=cursor))
        return Page(found, found.data, lambda cursor: self.list(limit=limit, cursor=cursor), cursor)

    def rotate(self, key_id: str) -> ApiKeyWithSecret:
        """Give a key a new secret; the old one works for 24 hours more.

        >>> key = client.api_keys.create(name="rotating")
        >>> (client.api_keys.rotate(key.id)).secret != key.secret
        True

        Args:
            key_id: The key's id, not the key itself.

        Raises:
            FirstHandNotFoundError: There is no key with this id.
        """
        return self._client.request(rotate_api_key.build(identifier("key_id", key_id)))

    def revoke(self, key_id: str) -> None:
        """End a key at once, for good.

        >>> key = client.api_keys.create(name="short-lived")
        >>> client.api_keys.revoke(key.id)

        Args:
            key_id: The key's id, not the key itself.

        Raises:
            FirstHandNotFoundError: There is no key with this id.
        """
        self._client.request(revoke_api_key.build(identifier("key_id", key_id)))
