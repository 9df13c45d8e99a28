# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..types import Field, Model, readable


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class DeviceInfo(Model):
    """The device that captured a file."""

    device_model: None | str
    """Model."""

    device_os: None | str
    """Operating system and version."""

    app_version: None | str
    """Version of the worker app."""

    _fields: ClassVar[dict[str, Field]] = {
        "device_model": Field("device_model", required=False),
        "device_os": Field("device_os", required=False),
        "app_version": Field("app_version", required=False),
    }
