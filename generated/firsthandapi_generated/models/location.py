# Generated from openapi.yaml by `make regenerate`. Do not edit.
from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..types import Field, Model, readable


@readable
@define(slots=False, frozen=True, kw_only=True, eq=False, repr=False)
class Location(Model):
    """A circle on the map in which the files must be captured."""

    lat: float
    """Latitude of the centre, in degrees."""

    lng: float
    """Longitude of the centre, in degrees."""

    radius_km: float
    """Radius, in kilometres."""

    _fields: ClassVar[dict[str, Field]] = {
        "lat": Field("lat"),
        "lng": Field("lng"),
        "radius_km": Field("radius_km"),
    }
