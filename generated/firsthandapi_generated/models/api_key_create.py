# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import define

from ..types import UNSET, Field, Model, Unset, readable

if TYPE_CHECKING:
    from ..models.environment import Environment
    from ..models.scope import Scope


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class ApiKeyCreate(Model):
    """An API key to make."""

    name: str
    """What the key is for."""

    environment: Environment | Unset = UNSET
    """`live` keys begin with `fh_live_` and cost money; `test` keys begin with `fh_test_` and do not."""

    scopes: list[Scope] | Unset = UNSET
    """What the key may do; everything if not given."""

    _fields: ClassVar[dict[str, Field]] = {
        "name": Field("name"),
        "environment": Field("environment", required=False),
        "scopes": Field("scopes", required=False),
    }
