# Derived from _async/auth.py by `make regenerate`. Edit that file.
"""Signing up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from firsthandapi_generated.api.auth import signup
from firsthandapi_generated.models.signup import Signup

from .. import _arguments
from .client import Resource

if TYPE_CHECKING:
    from firsthandapi_generated.models.signup_result import SignupResult


class Auth(Resource):
    """`client.auth`: make an organization. Its one call sends no key.

    A client has a key all the same. Who has none yet builds one with any text in its place, such as
    `Client(api_key="none-yet")`, signs up, and builds another with the key that comes back.
    """

    def signup(self, *, name: str, email: str, idempotency_key: Optional[str] = None) -> SignupResult:
        """Make an organization with its first key.

        >>> result = client.auth.signup(name="Menus Ltd", email="owner@example.com")
        >>> result.api_key.startswith("fh_live_")
        True

        Args:
            name: Name of the organization.
            email: Address of its owner.
            idempotency_key: A key of yours, remembered for 24 hours. Default: a new one for each call.

        Returns:
            The organization's id and its first, live `api_key`, which is not shown again.

        Raises:
            FirstHandValidationError: The service does not take it.
        """
        body = Signup(name=name, email=email)
        _arguments.check("signup", body)
        _arguments.check_key(idempotency_key)
        return self._client.request(signup.build(body=body, idempotency_key=idempotency_key))
