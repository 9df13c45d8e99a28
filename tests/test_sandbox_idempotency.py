"""Idempotency keys, on the virtual clock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
from sandbox_support import (
    JOB,
    api,
    client_of,
    error_of,
    eventually,
    get,
    keys_taken,
    post_job,
    quick_media,
    running,
    sandbox,
)

from firsthandapi.sandbox import Sandbox

__all__ = ["api", "quick_media", "running", "sandbox"]

KEY = {"Idempotency-Key": "one"}


def test_the_same_request_acts_once(api: httpx.Client) -> None:
    first = api.post("/v1/jobs", json=JOB, headers=KEY)
    again = api.post("/v1/jobs", json=dict(reversed(JOB.items())), headers=KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert len(get(api, "/v1/jobs")["data"]) == 1


def test_sixteen_at_once_act_once(sandbox: Sandbox, api: httpx.Client) -> None:
    def post(_: int) -> str:
        with client_of(sandbox) as client:
            return str(client.post("/v1/jobs", json=JOB, headers=KEY).json()["id"])

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(post, range(16)))) == 1
    assert get(api, "/v1/billing/credits")["held_cents"] == 375
    assert sum(entry.replayed for entry in sandbox.calls("create_job")) == 15


def test_another_request_with_the_key_is_refused(api: httpx.Client) -> None:
    api.post("/v1/jobs", json=JOB, headers=KEY)
    other = api.post("/v1/jobs", json={**JOB, "files_needed": 6}, headers=KEY)
    assert error_of(other, 409)["type"] == "idempotency_error"
    elsewhere = api.post("/v1/tasks", json={"task_type": "support_reply"}, headers=KEY)
    assert error_of(elsewhere, 409)["type"] == "idempotency_error"


def test_keys_of_organisations_do_not_meet(sandbox: Sandbox, api: httpx.Client) -> None:
    other = httpx.post(f"{sandbox.base_url}/v1/auth/signup", json={"name": "Other", "email": "a@example.com"}).json()
    body = {**JOB, "files_needed": 1}
    with client_of(sandbox, other["api_key"]) as stranger:
        theirs = stranger.post("/v1/jobs", json=body, headers=KEY).json()
    assert api.post("/v1/jobs", json=body, headers=KEY).json()["id"] != theirs["id"]


def test_a_key_is_forgotten_after_a_day(sandbox: Sandbox, api: httpx.Client) -> None:
    first = api.post("/v1/jobs", json=JOB, headers=KEY).json()
    sandbox.clock.advance(24 * 3600 - 1)
    assert api.post("/v1/jobs", json=JOB, headers=KEY).json()["id"] == first["id"]
    sandbox.clock.advance(1)
    assert api.post("/v1/jobs", json=JOB, headers=KEY).json()["id"] != first["id"]


def test_while_the_first_request_runs_the_second_is_told_to_wait(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add("create_job", nth=1, delay=1)
    with ThreadPoolExecutor(1) as pool, client_of(sandbox) as other:
        slow = pool.submit(other.post, "/v1/jobs", json=JOB, headers=KEY)
        eventually(lambda: keys_taken(sandbox))
        early = api.post("/v1/jobs", json=JOB, headers=KEY)
        assert error_of(early, 409)["type"] == "idempotency_in_progress"
        assert early.headers["retry-after"] == "1"
        assert api.get("/v1/jobs").json()["data"] == []
        assert slow.result().status_code == 201
    assert api.post("/v1/jobs", json=JOB, headers=KEY).headers["idempotent-replayed"] == "true"


def test_a_refusal_by_the_handler_is_kept_but_an_invalid_request_takes_no_key(
    sandbox: Sandbox, api: httpx.Client
) -> None:
    error_of(api.post("/v1/jobs", json={**JOB, "files_needed": 0}, headers=KEY), 400)
    dear = {**JOB, "files_needed": 10_000}
    first = error_of(api.post("/v1/jobs", json=dear, headers=KEY), 402)
    again = api.post("/v1/jobs", json=dear, headers=KEY)
    assert again.json()["error"] == first
    assert again.headers["idempotent-replayed"] == "true"


def test_failures_that_say_nothing_of_the_act_are_not_kept(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add("create_job", times=1, status=503)
    assert error_of(api.post("/v1/jobs", json=JOB, headers=KEY), 503)
    assert "idempotent-replayed" not in api.post("/v1/jobs", json=JOB, headers=KEY).headers
    assert len(get(api, "/v1/jobs")["data"]) == 1


def test_without_a_key_each_request_acts(api: httpx.Client) -> None:
    assert post_job(api)["id"] != post_job(api)["id"]
