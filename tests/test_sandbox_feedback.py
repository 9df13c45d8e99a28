"""Feedback jobs: what comes back is an opinion of the content, not a picture of the things that it names."""

from __future__ import annotations

import hashlib
import random
from typing import Any

import httpx
import pytest
from sandbox_support import START, api, client_of, get, post_job

from firsthandapi.sandbox import Sandbox
from firsthandapi.sandbox.media import SUPPORTED, bad_feedback, facts_of, feedback

__all__ = ["api"]

BRIEF = "Rate a reply\nSay whether this helps a coffee shop's customer who asks for the menu: 'See our website.'"
FEEDBACK = {
    "type": "feedback",
    "description": "Say whether this reply helps the customer: 'Refunds take 30 days.' Is the receipt mentioned?",
}


@pytest.fixture
def sandbox() -> Any:
    with Sandbox(seed=1, frozen=True, start=START, strict=True) as sandbox:
        yield sandbox


def test_workers_hand_in_opinions(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api, **FEEDBACK, files_needed=12, accepted_formats=["image/webp", "audio/wav"])
    sandbox.clock.advance(3600)
    assert get(api, f"/v1/jobs/{job['id']}")["status"] == "completed"
    files = get(api, f"/v1/jobs/{job['id']}/files")["data"]
    assert {file["content_type"] for file in files} == {"image/webp", "audio/wav"}
    for file in files:
        opinion = file["annotations"]["feedback"]
        assert opinion["verdict"] in ("good", "fair", "poor")
        assert (opinion["comment"] is None) == (file["content_type"] == "audio/wav")
        if opinion["comment"]:
            assert file["annotations"]["object_labels"][0]["label"] == "feedback_form"
            assert "receipt" not in [label["label"] for label in file["annotations"]["object_labels"]]
        else:
            assert file["annotations"]["transcript"] == opinion["verdict"].upper()
        content = httpx.get(file["download_url"]).content
        assert hashlib.sha256(content).hexdigest() == file["content_hash"]
    submissions = get(api, f"/v1/jobs/{job['id']}/submissions", limit=100)["data"]
    told = {(one["status"], "verdict" if "verdict" in one["ai_reasoning"] else "feedback") for one in submissions}
    assert told == {("approved", "verdict"), ("rejected", "feedback")}
    assert all("verdict" in one["ai_reasoning"] or "feedback" in one["ai_reasoning"] for one in submissions)


def test_opinions_come_from_the_seed() -> None:
    def hashes(seed: int) -> list[str]:
        with Sandbox(seed=seed, frozen=True, start=START) as sandbox, client_of(sandbox) as api:
            job = post_job(api, **FEEDBACK, files_needed=2)
            sandbox.clock.advance(3600)
            return [file["id"] + file["content_hash"] for file in get(api, f"/v1/jobs/{job['id']}/files")["data"]]

    assert hashes(1) == hashes(1) != hashes(2)


def test_an_upload_by_hand_is_an_opinion_too(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api, **FEEDBACK)
    assert "verdict" in sandbox.upload(job["id"], stars=5)["ai_reasoning"]
    (file,) = get(api, f"/v1/jobs/{job['id']}/files")["data"]
    assert file["annotations"]["feedback"]["verdict"]


@pytest.mark.parametrize("kind", SUPPORTED)
def test_a_form_or_recording_says_what_its_annotations_say(kind: str) -> None:
    verdicts = set()
    for seed in range(6):
        made = feedback(kind, rng=random.Random(seed), brief=BRIEF)
        assert facts_of(made.content, kind) == (made.width, made.height, made.duration_seconds)
        opinion: Any = made.annotations["feedback"]
        verdicts.add(opinion["verdict"])
        if kind.startswith("audio/"):
            assert made.annotations["transcript"] == opinion["verdict"].upper()
            continue
        text = str(made.annotations["ocr_text"])
        assert "FEEDBACK" in text
        assert f"Verdict: {opinion['verdict']}" in text
        # A film may show a line later than the one below it.
        assert set(opinion["comment"].split()) <= set(text.split())
        assert "On: rate reply" in text
    assert len(verdicts) > 1


@pytest.mark.parametrize("kind", ["image/jpeg", "audio/mpeg", "video/mp4"])
def test_poor_feedback_says_nothing_of_the_content(kind: str) -> None:
    made, reason = bad_feedback(kind, rng=random.Random(1), brief=BRIEF)
    opinion: Any = made.annotations["feedback"]
    assert opinion["verdict"] is None
    assert reason.startswith("The feedback is")
    assert made.content != feedback(kind, rng=random.Random(1), brief=BRIEF).content


def test_feedback_has_the_size_that_is_asked_for_and_none_out_of_range() -> None:
    made = feedback("image/jpeg", rng=random.Random(1), brief=BRIEF, size=(500, 700))
    assert (made.width, made.height) == (500, 700)
    with pytest.raises(ValueError, match="size must be"):
        feedback("image/jpeg", rng=random.Random(1), brief=BRIEF, size=(0, 700))
    with pytest.raises(ValueError, match="cannot capture 'text/plain'"):
        bad_feedback("text/plain", rng=random.Random(1), brief=BRIEF)
