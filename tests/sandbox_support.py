"""What the tests of the sandbox share: a strict one, frozen in time, a plain client, quick files."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random
from typing import Any, Callable, Optional

import httpx
import pytest

from firsthandapi.sandbox import Sandbox, workers
from firsthandapi.sandbox.media import Capture

START = 1_774_966_928.0
"""2026-03-31T14:22:08Z."""

JOB = {
    "type": "data_collection",
    "description": "Take a clear photo of the full menu board.",
    "files_needed": 5,
    "accepted_formats": ["image/jpeg"],
    "price_per_file_cents": 75,
}


def quick_capture(content_type: str, *, rng: Random, brief: str, size: Optional[tuple[int, int]] = None) -> Capture:
    width, height = size or (64, 48)
    content = rng.getrandbits(8 * 500).to_bytes(500, "big")
    return Capture(content, content_type, width, height, None, {"annotation_model": "none"}, None)


def quick_bad_capture(content_type: str, *, rng: Random, brief: str) -> tuple[Capture, str]:
    return quick_capture(content_type, rng=rng, brief=brief), "blurred"


@pytest.fixture(autouse=True)
def quick_media(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "capture", quick_capture)
    monkeypatch.setattr(workers, "bad_capture", quick_bad_capture)


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(seed=7, frozen=True, start=START, strict=True) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    return running


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with client_of(sandbox) as client:
        yield client


def client_of(sandbox: Sandbox, key: Optional[str] = None) -> httpx.Client:
    headers = {"Authorization": f"Bearer {key or sandbox.api_key}"}
    return httpx.Client(base_url=sandbox.base_url, headers=headers, timeout=20)


def post_job(api: httpx.Client, **changes: Any) -> dict[str, Any]:
    answer = api.post("/v1/jobs", json={**JOB, **changes})
    assert answer.status_code == 201, answer.text
    result: dict[str, Any] = answer.json()
    return result


def get(api: httpx.Client, path: str, **params: Any) -> dict[str, Any]:
    answer = api.get(path, params=params)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def error_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["request_id"] == answer.headers["x-request-id"]
    return error


def eventually(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait until something is so, however busy the machine is."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.005)


def keys_taken(sandbox: Sandbox) -> int:
    """How many idempotency keys are in use: one is taken only when the request's body has come."""
    return sandbox.ask(lambda: len(sandbox.controls._world.store.db.execute("SELECT * FROM idempotency").fetchall()))
