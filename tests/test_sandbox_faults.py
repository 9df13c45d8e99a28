"""Fault rules, seen by a real client over a real socket."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from sandbox_support import (
    JOB,
    START,
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


def jobs_made(api: httpx.Client) -> int:
    return len(get(api, "/v1/jobs")["data"])


def test_a_connection_cut_before_the_act_leaves_nothing(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add("create_job", cut="before", times=1)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        api.post("/v1/jobs", json=JOB, headers=KEY)
    assert jobs_made(api) == 0
    assert sandbox.calls("create_job")[0].status is None
    assert api.post("/v1/jobs", json=JOB, headers=KEY).status_code == 201


def test_a_connection_cut_after_the_act_is_healed_by_the_key(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add("create_job", cut="after", times=1)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        api.post("/v1/jobs", json=JOB, headers=KEY)
    assert jobs_made(api) == 1
    assert api.post("/v1/jobs", json=JOB, headers=KEY).headers["idempotent-replayed"] == "true"
    assert jobs_made(api) == 1


def test_a_truncated_answer_breaks_in_the_middle(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add("create_job", truncate=True, times=1)
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        api.post("/v1/jobs", json=JOB, headers=KEY)
    assert jobs_made(api) == 1


def test_a_status_before_the_act(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add("create_job", status=429, retry_after=7, times=1)
    answer = api.post("/v1/jobs", json=JOB)
    assert error_of(answer, 429)["type"] == "rate_limit_exceeded"
    assert answer.headers["retry-after"] == "7"
    assert jobs_made(api) == 0


def test_a_status_after_the_act(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add("create_job", status=502, after=True, body="<html>Bad gateway</html>", times=1)
    answer = api.post("/v1/jobs", json=JOB, headers=KEY)
    assert (answer.status_code, answer.text) == (502, "<html>Bad gateway</html>")
    assert answer.headers["content-type"].startswith("text/html")
    assert jobs_made(api) == 1
    assert api.post("/v1/jobs", json=JOB, headers=KEY).headers["idempotent-replayed"] == "true"


def test_a_body_of_ones_own_and_a_date_to_retry_after(sandbox: Sandbox, api: httpx.Client) -> None:
    date = "Tue, 31 Mar 2026 14:23:00 GMT"
    sandbox.faults.add("*", status=520, body={"odd": True}, retry_after=date)
    answer = api.get("/v1/jobs")
    assert (answer.status_code, answer.json(), answer.headers["retry-after"]) == (520, {"odd": True}, date)


def test_a_delay_outlasts_an_impatient_client_and_the_act_happens(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add("create_job", delay=1, times=1)
    with pytest.raises(httpx.ReadTimeout):
        api.post("/v1/jobs", json=JOB, headers=KEY, timeout=0.1)
    eventually(lambda: keys_taken(sandbox))
    assert error_of(api.post("/v1/jobs", json=JOB, headers=KEY), 409)["type"] == "idempotency_in_progress"
    eventually(lambda: jobs_made(api))
    assert jobs_made(api) == 1


def test_stopping_does_not_wait_for_delays() -> None:
    began = time.monotonic()
    with Sandbox(frozen=True) as sandbox, client_of(sandbox) as api:
        sandbox.faults.add("list_jobs", delay=60)
        with pytest.raises(httpx.ReadTimeout):
            api.get("/v1/jobs", timeout=0.05)
    assert time.monotonic() - began < 5


def test_a_rule_applies_to_the_nth_call_and_so_often(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add("list_jobs", status=500, nth=2)
    sandbox.faults.add("get_settings", status=500, times=2)
    assert [api.get("/v1/jobs").status_code for _ in range(4)] == [200, 500, 200, 200]
    assert [api.get("/v1/organization/settings").status_code for _ in range(3)] == [500, 500, 200]
    assert [rule["applied"] for rule in sandbox.faults.list()] == [1, 2]


def test_chance_comes_from_the_seed() -> None:
    def statuses(seed: int) -> list[int]:
        with Sandbox(seed=seed, frozen=True) as sandbox, client_of(sandbox) as api:
            sandbox.faults.add("*", probability=0.3, status=503)
            return [api.get("/v1/jobs").status_code for _ in range(60)]

    first = statuses(1)
    assert first == statuses(1) != statuses(2)
    assert 5 < first.count(503) < 35


def test_rules_are_managed_from_outside(sandbox: Sandbox, api: httpx.Client) -> None:
    url = f"{sandbox.base_url}/_sandbox/faults"
    number = httpx.post(url, json={"operation": "list_jobs", "status": 503}).json()["number"]
    assert api.get("/v1/jobs").status_code == 503
    assert httpx.get(url).json()["faults"][0]["applied"] == 1
    assert httpx.delete(f"{url}/{number}").json() == {"removed": True}
    assert api.get("/v1/jobs").status_code == 200
    httpx.post(url, json={"status": 503})
    assert httpx.delete(url).json() == {"faults": []}
    entries = httpx.get(f"{sandbox.base_url}/_sandbox/log", params={"operation": "list_jobs"}).json()["entries"]
    assert [(entry["status"], entry["faulty"]) for entry in entries] == [(503, True), (200, False)]


@pytest.mark.parametrize(
    "rule",
    [
        {"cut": "soon"},
        {"probability": 2},
        {"status": 99},
        {"nth": 0},
        {"delay": -1},
        {"expired": True},
        {"colour": "red"},
        {"status": "503"},
        {"operation": "create_jobs", "status": 503},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(sandbox: Sandbox, rule: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        sandbox.faults.add(**rule)
    assert httpx.post(f"{sandbox.base_url}/_sandbox/faults", json=rule).status_code == 400


def test_faults_of_the_storage(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api)
    sandbox.upload(job["id"], content=b"0123456789")
    url = get(api, f"/v1/jobs/{job['id']}/files")["data"][0]["download_url"]
    sandbox.faults.add("*", status=500)
    sandbox.faults.add("storage", expired=True, times=1)
    assert "RequestExpired" in httpx.get(url).text
    sandbox.faults.add("storage", wrong_bytes=True, times=1)
    wrong = httpx.get(url)
    assert len(wrong.content) == 10
    assert wrong.content != b"0123456789"
    sandbox.faults.add("storage", truncate=True, times=1)
    received: list[bytes] = []
    with httpx.stream("GET", url) as answer, pytest.raises(httpx.RemoteProtocolError):
        received.extend(answer.iter_raw())
    assert b"".join(received) == b"01234"
    sandbox.faults.add("storage", cut="before", times=1)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        httpx.get(url)
    sandbox.faults.add("storage", status=503, body="busy", retry_after=2, times=1)
    busy = httpx.get(url)
    assert (busy.status_code, busy.text, busy.headers["retry-after"]) == (503, "busy", "2")
    assert httpx.get(url).content == b"0123456789"


def test_many_faults_and_one_key_each_leave_one_job_each() -> None:
    with Sandbox(seed=1, frozen=True, start=START, credits_cents=10_000_000) as sandbox, client_of(sandbox) as api:
        for fault in ({"status": 503}, {"status": 429}, {"cut": "before"}, {"cut": "after"}):
            sandbox.faults.add("create_job", probability=0.1, **fault)
        for number in range(60):
            while True:
                try:
                    answer = api.post("/v1/jobs", json=JOB, headers={"Idempotency-Key": str(number)})
                except httpx.TransportError:
                    continue
                if answer.status_code == 201:
                    break
        sandbox.faults.clear()
        assert len(get(api, "/v1/jobs", limit=100)["data"]) == 60
        assert get(api, "/v1/billing/credits")["held_cents"] == 60 * 375
