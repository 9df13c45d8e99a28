"""The life of a job: posted, fulfilled by workers, paid, downloaded."""

from __future__ import annotations

import hashlib
from random import Random
from typing import Any

import httpx
import pytest
from sandbox_support import JOB, START, api, error_of, get, post_job, quick_capture, quick_media, running, sandbox

from firsthandapi.sandbox import Sandbox, capturing
from firsthandapi.sandbox.clock import timestamp

__all__ = ["api", "quick_media", "running", "sandbox"]


def all_pages(api: httpx.Client, path: str, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = get(api, path, **params, **({"cursor": cursor} if cursor else {}))
        found += page["data"]
        cursor = page["next_cursor"]
        assert (cursor is not None) == page["has_more"]
        if cursor is None:
            return found


def test_a_new_job_says_what_was_asked(api: httpx.Client) -> None:
    job = post_job(api, title="Menus", metadata={"set": "a"}, deadline="2027-01-01T00:00:00Z")
    assert job["id"].startswith("job_")
    assert {name: job[name] for name in JOB} == JOB
    assert job["status"] == "active"
    assert job["total_cost_cents"] == 375
    assert job["created_at"] == "2026-03-31T14:22:08Z"
    assert (job["min_star_rating"], job["files_per_submission"], job["title"]) == (3, 1, "Menus")
    assert get(api, f"/v1/jobs/{job['id']}") == job


def test_workers_fulfil_a_job_and_every_file_is_what_it_says(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api, files_needed=30)
    sandbox.clock.advance(3600)
    job = get(api, f"/v1/jobs/{job['id']}")
    assert job["status"] == "completed"
    assert (job["files_approved"], job["files_pending"]) == (30, 0)
    assert job["completed_at"]

    files = all_pages(api, f"/v1/jobs/{job['id']}/files", limit=7)
    assert len({file["id"] for file in files}) == 30
    for file in files:
        assert file["ai_star_rating"] >= 3
        fetched = httpx.get(file["download_url"])
        assert fetched.headers["content-type"] == file["content_type"] == "image/jpeg"
        assert len(fetched.content) == file["size_bytes"]
        assert hashlib.sha256(fetched.content).hexdigest() == file["content_hash"]
        assert not sandbox.calls("storage")[-1].authorization

    submissions = all_pages(api, f"/v1/jobs/{job['id']}/submissions")
    assert {file["submission_id"] for file in files} == {
        submission["id"] for submission in submissions if submission["status"] == "approved"
    }


def test_about_one_submission_in_six_is_rejected(sandbox: Sandbox, api: httpx.Client) -> None:
    post_job(api, files_needed=400, price_per_file_cents=10)
    sandbox.clock.advance(6 * 3600)
    summary = get(api, "/v1/submissions/summary")
    assert summary["approved"] == 400
    assert sum(summary["star_counts"].values()) == summary["total"]
    quality = get(api, "/v1/quality/summary")
    tries = 400 + get(api, "/v1/jobs")["data"][0]["files_rejected"]
    assert 0.12 < 1 - 400 / tries < 0.23
    assert quality["submissions_approved"] == 400


def test_the_status_follows_from_the_counters(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api, files_needed=4)
    seen: list[str] = []
    for _ in range(400):
        sandbox.clock.advance(1)
        now = get(api, f"/v1/jobs/{job['id']}")
        if not seen or seen[-1] != now["status"]:
            seen.append(now["status"])
        if now["files_approved"] == 0 and now["status"] == "filled":
            assert get(api, "/v1/jobs", status="filled")["data"][0]["id"] == job["id"]
    assert seen[0] == "active"
    assert seen[-2:] == ["in_progress", "completed"]
    assert "filled" in seen


def test_files_per_submission_come_together(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api, files_needed=7, files_per_submission=3)
    sandbox.clock.advance(3600)
    files = all_pages(api, f"/v1/jobs/{job['id']}/files")
    sizes = [sum(file["submission_id"] == id for file in files) for id in {file["submission_id"] for file in files}]
    assert sum(sizes) == 7
    assert max(sizes) == 3


def test_min_star_rating_decides_what_is_approved(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api, min_star_rating=2, files_needed=2)
    assert sandbox.upload(job["id"], stars=2)["status"] == "approved"
    assert sandbox.upload(job["id"], stars=1)["status"] == "rejected"
    assert get(api, f"/v1/jobs/{job['id']}/files")["data"] == []
    assert len(get(api, f"/v1/jobs/{job['id']}/files", min_score=2)["data"]) == 1


def test_a_file_below_the_smallest_size_gets_one_star(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api, min_width=10_000)
    sandbox.clock.advance(300)
    submissions = get(api, f"/v1/jobs/{job['id']}/submissions")["data"]
    assert submissions
    assert {submission["ai_star_rating"] for submission in submissions if submission["scored_at"]} == {1}


def test_pictures_have_the_size_that_is_asked_for(sandbox: Sandbox, api: httpx.Client) -> None:
    small = post_job(api, min_width=800, min_height=600, files_needed=3)
    large = post_job(api, min_width=1600, min_height=1200, files_needed=3)
    sandbox.clock.advance(1800)
    for job, size in ((small, (1200, 900)), (large, (1600, 1200))):
        files = get(api, f"/v1/jobs/{job['id']}/files")["data"]
        assert [(file["width"], file["height"]) for file in files] == [size] * 3


def test_three_strikes_ban_a_worker_and_another_one_comes(
    sandbox: Sandbox, api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_star(job: object, files: int, rng: Random) -> capturing.Handed:
        return capturing.Handed([quick_capture("image/jpeg", rng=rng, brief="")] * files, 1, "blank")

    monkeypatch.setattr(capturing, "hand_in", one_star)
    job = post_job(api, max_workers=1)
    sandbox.clock.advance(24 * 3600)
    audit = all_pages(api, f"/v1/jobs/{job['id']}/audit")
    submissions = all_pages(api, f"/v1/jobs/{job['id']}/submissions")
    banned = [event["resource_id"] for event in audit if event["action"] == "worker.banned"]
    assert len(banned) == len(set(banned)) > 5
    for worker in banned:
        # What a worker had accepted before the third strike still comes.
        assert sum(submission["worker_id"] == worker for submission in submissions) in (3, 4)
    assert len(submissions) == 20 + 3 * 5, "nobody takes a job any more that refuses everything"


def test_two_stars_may_be_tried_once_more(sandbox: Sandbox, api: httpx.Client) -> None:
    post_job(api, files_needed=200, price_per_file_cents=10)
    sandbox.clock.advance(6 * 3600)
    events = all_pages(api, "/v1/audit-events", action="submission.resubmitted", limit=100)
    again = {event["resource_id"] for event in events}
    assert len(events) == len(again) > 5
    assert {get(api, f"/v1/submissions/{id}")["status"] for id in again} == {"approved", "rejected"}


def test_cancelling_gives_the_rest_back(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api, files_needed=10)
    sandbox.upload(job["id"], stars=5)
    sandbox.clock.advance(25)
    cancelled = api.post(f"/v1/jobs/{job['id']}/cancel").json()
    assert cancelled["status"] == "cancelled"
    assert cancelled["cancelled_at"]
    assert cancelled["files_pending"] == 0
    balance = get(api, "/v1/billing/credits")
    assert balance["held_cents"] == 0
    assert balance["available_cents"] == 100_000 - 75 * cancelled["files_approved"]
    sandbox.clock.advance(3600)
    assert get(api, f"/v1/jobs/{job['id']}") == cancelled
    assert error_of(api.post(f"/v1/jobs/{job['id']}/cancel"), 409)["type"] == "conflict"
    with pytest.raises(ValueError, match="takes no more files"):
        sandbox.upload(job["id"])


def test_a_job_whose_deadline_passes_is_cancelled(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api, files_needed=200, deadline=timestamp(START + 120))
    sandbox.clock.advance(119)
    assert get(api, f"/v1/jobs/{job['id']}")["status"] == "in_progress"
    sandbox.clock.advance(1)
    assert get(api, f"/v1/jobs/{job['id']}")["status"] == "cancelled"
    assert get(api, "/v1/billing/credits")["held_cents"] == 0
    late = api.post("/v1/jobs", json={**JOB, "deadline": timestamp(START)})
    assert error_of(late, 400)["details"][0]["field"] == "deadline"


def test_only_a_completed_job_is_rated(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api, files_needed=1)
    assert error_of(api.post(f"/v1/jobs/{job['id']}/rate", json={"stars": 5}), 409)["type"] == "conflict"
    sandbox.upload(job["id"])
    assert api.post(f"/v1/jobs/{job['id']}/rate", json={"stars": 4, "comment": "good"}).json()["rating"] == 4


def test_workers_live_where_the_job_is(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api, location={"lat": 48.8, "lng": 2.3, "radius_km": 50}, files_needed=2)
    sandbox.clock.advance(1800)
    assert {file["worker_region"] for file in get(api, f"/v1/jobs/{job['id']}/files")["data"]} == {"FR-IDF"}


def test_an_upload_by_hand_carries_its_own_bytes(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api)
    submission = sandbox.upload(job["id"], stars=5, content=b"hello", reasoning="As asked.")
    assert submission["ai_reasoning"] == "As asked."
    assert httpx.get(submission["file_url"]).content == b"hello"
    answer = httpx.post(
        f"{sandbox.base_url}/_sandbox/uploads",
        json={"job_id": job["id"], "stars": 1, "content_base64": "aGk="},
    )
    assert answer.json()["status"] == "rejected"
    with pytest.raises(ValueError, match="does not accept audio/wav"):
        sandbox.upload(job["id"], content_type="audio/wav")
    with pytest.raises(ValueError, match="no job"):
        sandbox.upload("job_0")


def test_submissions_are_filtered(sandbox: Sandbox, api: httpx.Client) -> None:
    first, second = post_job(api), post_job(api)
    good = sandbox.upload(first["id"], stars=5)
    bad = sandbox.upload(second["id"], stars=2)
    sandbox.clock.freeze()

    def ids(**params: Any) -> list[str]:
        return [submission["id"] for submission in get(api, "/v1/submissions", **params)["data"]]

    assert ids() == [bad["id"], good["id"]]
    assert ids(job_id=first["id"]) == [good["id"]]
    assert ids(status="rejected") == [bad["id"]]
    assert ids(min_score=3) == [good["id"]]
    assert ids(end_date=timestamp(START - 1)) == []
    assert get(api, f"/v1/submissions/{good['id']}")["ai_star_rating"] == 5
    assert get(api, "/v1/submissions/summary", job_id=second["id"])["star_counts"]["two"] == 1


def test_every_change_is_in_the_audit_log(sandbox: Sandbox, api: httpx.Client) -> None:
    created = api.post("/v1/jobs", json={**JOB, "files_needed": 1})
    job = created.json()
    sandbox.upload(job["id"], stars=5)
    events = get(api, f"/v1/jobs/{job['id']}/audit")["data"]
    actions = [event["action"] for event in reversed(events)]
    assert actions == ["job.created", "submission.created", "submission.approved", "job.completed"]
    assert events[-1]["actor_type"] == "api_key"
    assert events[-1]["request_id"] == created.headers["x-request-id"]
    assert get(api, "/v1/audit-events", action="job.created")["data"] == events[-1:]
