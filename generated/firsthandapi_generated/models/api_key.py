# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import Field, Model, readable, timestamp

if TYPE_CHECKING:
    from ..models.environment import Environment
    from ..models.scope import Scope


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class ApiKey(Model):
    """An API key, without its secret."""

    object: str
    """Always `api_key`."""

    id: str
    """The key's id. It is not the secret."""

    name: str
    """What the key is for."""

    masked_key: str
    """The secret with its middle left out."""

    environment: Environment
    """`live` keys begin with `fh_live_` and cost money; `test` keys begin with `fh_test_` and do not."""

    scopes: list[Scope]
    """What the key may do."""

    created_at: datetime.datetime
    """When the key was made."""

    last_used_at: datetime.datetime | None
    """When the key was last used; null if never."""

    previous_secret_expires_at: datetime.datetime | None
    """After a rotation, until when the old secret still works; null otherwise."""

    revoked_at: datetime.datetime | None
    """When the key was revoked; null while it works."""

    _fields: ClassVar[dict[str, Field]] = {
        "object": Field("object"),
        "id": Field("id"),
        "name": Field("name"),
        "masked_key": Field("masked_key"),
        "environment": Field("environment"),
        "scopes": Field("scopes"),
        "created_at": Field("created_at", timestamp),
        "last_used_at": Field("last_used_at", timestamp, required=False),
        "previous_secret_expires_at": Field("previous_secret_expires_at", timestamp, required=False),
        "revoked_at": Field("revoked_at", timestamp, required=False),
    }
