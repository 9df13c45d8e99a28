# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..types import Field, Model, readable


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class SignupResult(Model):
    """The new organization and its first API key."""

    organization_id: str
    """The organization's id."""

    api_key: str
    """A live API key. It is shown only this once."""

    credits_cents: int
    """Credits to begin with, in US cents. Sources disagree: $2.50, $5 or, earlier, $10."""

    _fields: ClassVar[dict[str, Field]] = {
        "organization_id": Field("organization_id"),
        "api_key": Field("api_key"),
        "credits_cents": Field("credits_cents"),
    }
