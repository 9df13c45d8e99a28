"""What the tests of the sandbox share: a strict one, frozen in time, a plain client, quick files."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random
from typing import Any, Callable, NamedTuple, Optional

import httpx
import pytest

from firsthandapi.sandbox import Sandbox, capturing
from firsthandapi.sandbox.contract import Operation, contract
from firsthandapi.sandbox.media import Capture

OPERATIONS = {operation.id: operation for operation in contract().operations}

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
    monkeypatch.setattr(capturing, "capture", quick_capture)
    monkeypatch.setattr(capturing, "bad_capture", quick_bad_capture)


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


class Given(NamedTuple):
    """One thing of each kind, by which any operation can be tried with success."""

    ids: dict[str, str]

    def call(self, api: httpx.Client, operation: Operation) -> httpx.Response:
        """Call an operation once, with what it needs."""
        path = operation.path.replace("{job_id}", self.ids["done" if operation.id == "rate_job" else "job_id"])
        return api.request(operation.method, path.format(**self.ids), json=BODIES.get(operation.id))


def given_in(sandbox: Sandbox, api: httpx.Client) -> Given:
    """Make one thing of each kind."""

    def made(path: str, **body: Any) -> str:
        answer = api.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    endpoint = made("/v1/webhook_endpoints", **BODIES["create_webhook_endpoint"])
    done, job = post_job(api, files_needed=1)["id"], post_job(api)["id"]
    sandbox.upload(done)
    ids = {
        "job_id": job,
        "done": done,
        "task_id": made("/v1/tasks", task_type="support_reply"),
        "submission_id": sandbox.upload(job)["id"],
        "file_id": get(api, f"/v1/jobs/{job}/files")["data"][0]["id"],
        "key_id": made("/v1/api_keys", name="spare"),
        "endpoint_id": endpoint,
        "event_id": get(api, "/v1/webhook_events")["data"][0]["id"],
    }
    return Given(ids)


BODIES: dict[str, dict[str, Any]] = {
    "create_job": JOB,
    "rate_job": {"stars": 5},
    "create_task": {"task_type": "support_reply"},
    "validate_task": {"task_type": "support_reply"},
    "create_api_key": {"name": "another"},
    "create_webhook_endpoint": {"url": "http://127.0.0.1:9/hook", "events": ["job.cancelled"]},
    "update_webhook_endpoint": {"enabled": False},
    "purchase_credits": {"amount_cents": 1000},
    "update_settings": {"default_price_per_file_cents": 60},
    "signup": {"name": "Other", "email": "a@example.com"},
}


def eventually(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait until something is so, however busy the machine is."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.005)


def keys_taken(sandbox: Sandbox) -> int:
    """How many idempotency keys are in use: one is taken only when the request's body has come."""
    return sandbox.ask(lambda: len(sandbox.controls._world.store.db.execute("SELECT * FROM idempotency").fetchall()))
