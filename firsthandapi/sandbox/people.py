"""The people who simulate workers: their phones, and where they are."""

from __future__ import annotations

import math
from random import Random
from typing import TYPE_CHECKING, Optional

from firsthandapi.sandbox.clock import moment_of
from firsthandapi.sandbox.store import Document

if TYPE_CHECKING:
    from firsthandapi.sandbox.world import World

_PHONES = (
    ("iPhone 16 Pro", "iOS 18.3"),
    ("iPhone 15 Pro", "iOS 18.3"),
    ("iPhone 15", "iOS 18.2"),
    ("iPhone 14", "iOS 17.7"),
    ("iPhone 13 mini", "iOS 17.6"),
    ("iPhone SE", "iOS 17.5"),
)
_VERSIONS = ("2.4.1", "2.4.0", "2.3.6")

# Region, latitude and longitude of a city in it.
_REGIONS = (
    ("US-NY", 40.71, -74.01),
    ("US-CA", 34.05, -118.24),
    ("US-WA", 47.61, -122.33),
    ("US-TX", 30.27, -97.74),
    ("US-IL", 41.88, -87.63),
    ("US-FL", 25.76, -80.19),
    ("US-CO", 39.74, -104.99),
    ("CA-ON", 43.65, -79.38),
    ("MX-CMX", 19.43, -99.13),
    ("BR-SP", -23.55, -46.63),
    ("GB-LND", 51.51, -0.13),
    ("FR-IDF", 48.86, 2.35),
    ("DE-BE", 52.52, 13.41),
    ("ES-MD", 40.42, -3.70),
    ("PL-MZ", 52.23, 21.01),
    ("KE-30", -1.29, 36.82),
    ("NG-LA", 6.52, 3.38),
    ("ZA-WC", -33.92, 18.42),
    ("IN-KA", 12.97, 77.59),
    ("PH-00", 14.60, 120.98),
    ("JP-13", 35.68, 139.69),
    ("KR-11", 37.57, 126.98),
    ("AU-NSW", -33.87, 151.21),
    ("NZ-AUK", -36.85, 174.76),
)
_HOME = 8
"""How many of the regions a job without a location draws its workers from."""


def worker(id: str, rng: Random, location: Optional[Document]) -> Document:
    """A new worker, near the job's location if it has one."""
    model, system = rng.choice(_PHONES)
    return {
        "object": "worker",
        "id": id,
        "strikes": 0,
        "region": _region(location) if location else rng.choice(_REGIONS[:_HOME])[0],
        "device_info": {"device_model": model, "device_os": system, "app_version": rng.choice(_VERSIONS)},
    }


def hired(world: World, job: Document, place: str, generation: int, rng: Random) -> Document:
    """The worker who has this place in a job's crowd; made when he comes first.

    Args:
        world: where they work.
        job: for which they work.
        place: in the crowd.
        generation: how many had the place before.
        rng: makes the worker what he is.
    """
    id = world.chance.id("wkr", moment_of(job["created_at"]), job["_ordinal"], place, generation)
    found = world.store.find("worker", id)
    if found is None:
        found = worker(id, rng, job["location"])
        world.store.insert("worker", found, org=job["_org"], parent=job["id"])
    return found


def _region(location: Document) -> str:
    def distance(region: tuple[str, float, float]) -> float:
        _, lat, lng = region
        lng_apart = (lng - location["lng"] + 180) % 360 - 180
        return math.hypot(lat - location["lat"], lng_apart * math.cos(math.radians(location["lat"])))

    return min(_REGIONS, key=distance)[0]
