"""The virtual clock, long polls, and stories that repeat."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from sandbox_support import START, api, client_of, get, post_job, quick_capture, quick_media, running, sandbox

from firsthandapi.sandbox import Sandbox, capturing
from firsthandapi.sandbox.clock import Clock, moment_of, timestamp

__all__ = ["api", "quick_media", "running", "sandbox"]


def test_the_clock_runs_freezes_and_jumps() -> None:
    clock = Clock(1000, speed=100)
    time.sleep(0.02)
    assert clock.now() >= 1002
    clock.freeze()
    frozen = clock.now()
    time.sleep(0.002)
    assert clock.now() == frozen
    assert clock.real_seconds_until(frozen + 5) is None
    clock.jump(frozen + 10)
    clock.jump(frozen)
    assert clock.now() == frozen + 10
    clock.resume(speed=10)
    assert 0.4 < (clock.real_seconds_until(frozen + 15) or 0) <= 0.5
    with pytest.raises(ValueError, match="speed"):
        clock.resume(speed=0)
    with pytest.raises(ValueError, match="speed"):
        Clock(0, speed=-1)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1970-01-01T00:00:10Z", 10),
        ("1970-01-01t01:00:10.5+01:00", 10.5),
        ("1970-01-02", 86400),
    ],
)
def test_moments_are_read_and_written(text: str, moment: float) -> None:
    assert moment_of(text) == moment
    assert timestamp(10.9) == "1970-01-01T00:00:10Z"


def test_time_waits_while_it_is_held() -> None:
    clock = Clock(1000, speed=1000)
    clock.hold()
    held = clock.now()
    time.sleep(0.005)
    assert clock.now() == held
    assert clock.real_seconds_until(held + 1) is None
    clock.release()
    time.sleep(0.005)
    assert clock.now() > held


def test_a_slow_capture_does_not_make_a_job_late(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(job: object, files: int, rng: Random) -> capturing.Handed:
        time.sleep(0.01)
        return capturing.Handed([quick_capture("image/jpeg", rng=rng, brief="")], 4, "fine")

    monkeypatch.setattr(capturing, "hand_in", slow)
    with Sandbox(speed=10_000, start=START, strict=True) as sandbox, client_of(sandbox) as api:
        job = post_job(api, files_needed=20)
        while job["status"] != "completed":
            job = api.get(f"/v1/jobs/{job['id']}", headers={"Prefer": "wait=60"}).json()
        assert moment_of(job["completed_at"]) - moment_of(job["created_at"]) < 300
        assert sandbox.clock.now() - moment_of(job["created_at"]) < 1000


def test_the_clock_is_moved_from_outside(sandbox: Sandbox) -> None:
    url = f"{sandbox.base_url}/_sandbox/clock"
    assert httpx.get(url).json() == {"now": START, "timestamp": timestamp(START), "frozen": True, "speed": 1.0}
    assert httpx.post(url, json={"advance": 90}).json()["now"] == START + 90
    assert sandbox.clock.now() == START + 90
    running = httpx.post(url, json={"resume": True, "speed": 1000}).json()
    assert (running["frozen"], running["speed"]) == (False, 1000)
    assert httpx.post(url, json={"freeze": True}).json()["frozen"] is True
    for wrong in ({"advance": -1}, {"speed": 0}, {"rewind": 3}):
        assert httpx.post(url, json=wrong).status_code == 400
    assert httpx.post(url, content=b"[]").status_code == 400


def test_a_long_poll_ends_when_a_counter_changes(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api)
    with ThreadPoolExecutor(1) as pool, client_of(sandbox) as other:
        poll = pool.submit(other.get, f"/v1/jobs/{job['id']}", headers={"Prefer": "wait=30"})
        while not sandbox.calls("get_job"):
            time.sleep(0.005)
        assert not poll.done()
        sandbox.upload(job["id"], stars=5)
        answer = poll.result(5)
    assert answer.headers["preference-applied"] == "wait=30"
    assert answer.json()["files_approved"] == 1


def test_a_long_poll_ends_when_its_virtual_seconds_are_over(sandbox: Sandbox) -> None:
    with Sandbox(frozen=True, start=START, workers=0, strict=True) as quiet, client_of(quiet) as api:
        job = post_job(api)
        with ThreadPoolExecutor(1) as pool, client_of(quiet) as other:
            poll = pool.submit(other.get, f"/v1/jobs/{job['id']}", headers={"Prefer": "wait=30"})
            while not quiet.calls("get_job"):
                time.sleep(0.005)
            quiet.clock.advance(29)
            time.sleep(0.02)
            assert not poll.done()
            quiet.clock.advance(1)
            assert poll.result(5).json() == job


def test_long_polls_run_at_the_speed_of_the_clock() -> None:
    with Sandbox(speed=1000, workers=0, strict=True) as sandbox, client_of(sandbox) as api:
        job = post_job(api)
        began = time.monotonic()
        api.get(f"/v1/jobs/{job['id']}", headers={"Prefer": "wait=60"})
        assert 0.05 < time.monotonic() - began < 3


def test_a_long_poll_for_what_is_over_or_not_there_does_not_wait(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api, files_needed=1)
    sandbox.upload(job["id"])
    poll = {"Prefer": "wait=60"}
    assert api.get(f"/v1/jobs/{job['id']}", headers=poll).json()["status"] == "completed"
    assert api.get("/v1/jobs/job_0", headers=poll).status_code == 404


def test_stopping_answers_the_long_polls() -> None:
    sandbox = Sandbox(frozen=True).start()
    with client_of(sandbox) as api, ThreadPoolExecutor(1) as pool:
        job = post_job(api)
        poll = pool.submit(api.get, f"/v1/jobs/{job['id']}", headers={"Prefer": "wait=60"})
        while not sandbox.calls("get_job"):
            time.sleep(0.005)
        began = time.monotonic()
        sandbox.stop()
        assert poll.result(5).status_code == 200
    assert time.monotonic() - began < 3
    sandbox.stop()
    with pytest.raises(RuntimeError, match="not running"):
        _ = sandbox.base_url


def test_a_running_clock_fulfils_a_job_by_itself() -> None:
    with Sandbox(speed=2000, seed=3, strict=True) as sandbox, client_of(sandbox) as api:
        job = post_job(api, files_needed=50)
        for _ in range(500):
            job = api.get(f"/v1/jobs/{job['id']}", headers={"Prefer": "wait=60"}).json()
            if job["status"] == "completed":
                break
        assert job["files_approved"] == 50


def scores(start: float) -> list[tuple[str, str, int]]:
    """What became of the submissions of a job that was posted at a certain time."""
    with Sandbox(seed=1, frozen=True, start=start) as sandbox, client_of(sandbox) as api:
        post_job(api, files_needed=40)
        sandbox.clock.advance(3600)
        found = get(api, "/v1/submissions", limit=100)["data"]
        return [(one["id"][-16:], one["worker_id"][-16:], one["ai_star_rating"]) for one in found]


def test_the_story_does_not_depend_on_the_time_of_day() -> None:
    assert scores(START) == scores(START + 12_345.678)


def story(seed: int, *, crowd: bool) -> list[dict[str, Any]]:
    """The submissions and files of the first job, as they came."""
    with Sandbox(seed=seed, frozen=True, start=START) as sandbox, client_of(sandbox) as api:
        job = post_job(api)
        if crowd:
            post_job(api), post_job(api)
        sandbox.clock.advance(3600)
        files = get(api, f"/v1/jobs/{job['id']}/files")["data"]
        submissions = get(api, f"/v1/jobs/{job['id']}/submissions")["data"]
        addresses = ("download_url", "file_url")
        return [{name: item[name] for name in item if name not in addresses} for item in files + submissions]


def test_the_same_seed_tells_the_same_story_whatever_else_happens() -> None:
    assert story(1, crowd=False) == story(1, crowd=True)
    assert story(1, crowd=False) != story(2, crowd=False)


def chronicle(seed: int) -> str:
    """All that can be listed after a year in which everything happened once, without the links, which name a port."""
    with Sandbox(seed=seed, frozen=True, start=START) as sandbox, client_of(sandbox) as api:
        job = post_job(api, files_needed=9)
        httpx.get(api.post("/v1/billing/credits/purchase", json={"amount_cents": 2500}).json()["checkout_url"])
        api.post("/v1/tasks", json={"task_type": "support_reply"})
        api.post("/v1/api_keys", json={"name": "ci"})
        api.post("/v1/webhook_endpoints", json={"url": "https://example.com", "events": ["credits.purchased"]})
        sandbox.flag(job["id"])
        sandbox.upload(job["id"])
        sandbox.clock.advance(400 * 24 * 3600)
        kinds = ("jobs", "tasks", "api_keys", "webhook_endpoints", "webhook_events", "billing/transactions")
        paths = [f"/v1/{kind}" for kind in (*kinds, "audit-events", f"jobs/{job['id']}/files")]
        listed = [get(api, path, limit=100)["data"] for path in paths]
        assert all(listed)
        return json.dumps(listed).replace(sandbox.base_url, "")


def test_the_same_seed_tells_everything_the_same() -> None:
    assert chronicle(1) == chronicle(1) != chronicle(2)


def test_the_same_seed_gives_the_same_key() -> None:
    with Sandbox(seed=1) as first, Sandbox(seed=1) as second, Sandbox(seed=2) as third:
        assert first.api_key == second.api_key != third.api_key
        assert first.api_key.startswith("fh_test_")
        assert first.webhook_secret == second.webhook_secret != third.webhook_secret
        assert first.api_key not in repr(first)


def test_a_reset_forgets_everything_but_the_key(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api)
    sandbox.faults.add("get_job", status=503)
    sandbox.clock.advance(100)
    httpx.post(f"{sandbox.base_url}/_sandbox/reset")
    assert sandbox.clock.now() == START
    assert [entry.operation for entry in sandbox.log] == []
    assert api.get(f"/v1/jobs/{job['id']}").status_code == 404
    assert get(api, "/v1/billing/credits")["total_cents"] == 100_000
    assert post_job(api)["id"] == job["id"]
    sandbox.clock.advance(3600)
    assert get(api, f"/v1/jobs/{job['id']}")["status"] == "completed"


def test_a_sandbox_with_a_folder_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with Sandbox(seed=5, frozen=True, start=START, data=tmp_path / "state") as sandbox, client_of(sandbox) as api:
        job = post_job(api, files_needed=20)
        sandbox.clock.advance(100)
        before = get(api, f"/v1/jobs/{job['id']}")
        files = get(api, f"/v1/jobs/{job['id']}/files")["data"]
    assert 0 < before["files_approved"] < 20
    with Sandbox(seed=5, frozen=True, start=START, data=tmp_path / "state") as sandbox, client_of(sandbox) as api:
        assert sandbox.clock.now() == START + 100
        assert get(api, f"/v1/jobs/{job['id']}") == before
        again = get(api, f"/v1/jobs/{job['id']}/files")["data"]
        assert httpx.get(again[0]["download_url"]).status_code == 200
        assert [file["content_hash"] for file in again] == [file["content_hash"] for file in files]
        sandbox.clock.advance(3600)
        assert get(api, f"/v1/jobs/{job['id']}")["status"] == "completed"
    with pytest.raises(ValueError, match="--seed 5"):
        Sandbox(seed=6, data=tmp_path / "state").start()


def test_two_sandboxes_do_not_share_a_folder(tmp_path: Path) -> None:
    with Sandbox(data=tmp_path), pytest.raises(ValueError, match="another sandbox"):
        Sandbox(data=tmp_path).start()
