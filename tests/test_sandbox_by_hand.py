"""What people do to the service otherwise than through its API, done by hand: uploads and flags."""

from __future__ import annotations

import base64
import random
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox_support import api, get, post_job, quick_media, running, sandbox

from firsthandapi.sandbox import Sandbox
from firsthandapi.sandbox.media import SUPPORTED, Capture, capture, facts_of

__all__ = ["api", "quick_media", "running", "sandbox"]

MADE: dict[str, Capture] = {}


def made(kind: str) -> Capture:
    if kind not in MADE:
        MADE[kind] = capture(kind, rng=random.Random(1), brief="menus", size=(160, 120))
    return MADE[kind]


@pytest.mark.parametrize("kind", SUPPORTED)
def test_an_uploaded_file_says_how_large_and_long_it_is(sandbox: Sandbox, api: httpx.Client, kind: str) -> None:
    job = post_job(api, accepted_formats=[kind])
    sandbox.upload(job["id"], content=made(kind).content)
    (file,) = get(api, f"/v1/jobs/{job['id']}/files")["data"]
    pixels = (None, None) if kind.startswith("audio/") else (160, 120)
    assert (file["width"], file["height"]) == pixels
    assert file["duration_seconds"] == made(kind).duration_seconds
    assert (file["duration_seconds"] is None) == kind.startswith("image/")


def test_an_upload_from_outside_is_read_too_and_refused_when_it_is_too_small(
    sandbox: Sandbox, api: httpx.Client
) -> None:
    for smallest, status in ((160, "approved"), (161, "rejected")):
        job = post_job(api, min_width=smallest)
        content = base64.b64encode(made("image/jpeg").content).decode()
        body = {"job_id": job["id"], "stars": 5, "content_base64": content}
        assert httpx.post(f"{sandbox.base_url}/_sandbox/uploads", json=body).json()["status"] == status


def test_of_what_cannot_be_read_nothing_is_said(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api)
    sandbox.upload(job["id"], content=b"hello")
    (file,) = get(api, f"/v1/jobs/{job['id']}/files")["data"]
    assert (file["width"], file["height"], file["duration_seconds"], file["size_bytes"]) == (None, None, None, 5)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(kind=st.sampled_from(SUPPORTED), said=st.sampled_from(SUPPORTED), cut=st.floats(0, 1), noise=st.binary())
def test_broken_files_break_nothing(kind: str, said: str, cut: float, noise: bytes) -> None:
    content = made(kind).content
    content = content[: int(cut * len(content))] + noise
    for value in facts_of(content, said):
        assert value is None or value >= 0


def test_a_flagged_job_is_told_of_and_goes_on(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api, files_needed=1)
    assert sandbox.flag(job["id"], reason="It asks for strangers' faces.") == job
    (event,) = get(api, "/v1/webhook_events")["data"]
    assert (event["type"], event["data"]) == ("job.flagged", job)
    line = get(api, f"/v1/jobs/{job['id']}/audit")["data"][0]
    assert (line["action"], line["actor_type"]) == ("job.flagged", "worker")
    assert line["changes"] == {"reason": "It asks for strangers' faces."}
    sandbox.upload(job["id"])
    assert get(api, f"/v1/jobs/{job['id']}")["status"] == "completed"
    with pytest.raises(ValueError, match="completed and cannot be flagged"):
        sandbox.flag(job["id"])


def test_a_flag_from_outside(sandbox: Sandbox, api: httpx.Client) -> None:
    job, url = post_job(api), f"{sandbox.base_url}/_sandbox/flags"
    assert httpx.post(url, json={"job_id": job["id"]}).json() == job
    assert [event["type"] for event in get(api, "/v1/webhook_events")["data"]] == ["job.flagged"]
    wrong: list[tuple[dict[str, Any], str]] = [({"job_id": "job_0"}, "no job job_0"), ({}, "job_id"), ({"a": 1}, "'a'")]
    for body, message in wrong:
        answer = httpx.post(url, json=body)
        assert answer.status_code == 400
        assert message in answer.json()["error"]["message"]
