"""pytest fixtures for code that uses this package: a sandbox that plays the service, and a client of it.

Install with `pip install 'firsthandapi[testing]'`; pytest finds them by itself. `firsthand_sandbox` serves a whole test
session; its time runs a thousand times faster than ours, so jobs are done in a blink.

    def test_my_pipeline(firsthand_client):
        job = firsthand_client.jobs.create(type="data_collection", description="...", ...)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from . import Client
    from .sandbox import Sandbox


@pytest.fixture(scope="session")
def firsthand_sandbox() -> Iterator[Sandbox]:
    """A running `Sandbox`: `base_url`, `api_key`, `webhook_secret`, `clock`, `faults`, `calls(...)`."""
    from .sandbox import Sandbox

    with Sandbox(speed=1000, seed=7) as sandbox:
        yield sandbox


@pytest.fixture
def firsthand_client(firsthand_sandbox: Sandbox) -> Iterator[Client]:
    """A `Client` of the sandbox."""
    from . import Client

    with Client(firsthand_sandbox.api_key, base_url=firsthand_sandbox.base_url) as client:
        yield client
