"""Credits always add up, whatever happens to the jobs."""

from __future__ import annotations

import contextlib
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox_support import (
    JOB,
    START,
    api,
    client_of,
    error_of,
    get,
    post_job,
    quick_bad_capture,
    quick_capture,
    quick_media,
    running,
    sandbox,
)

from firsthandapi.sandbox import Sandbox, capturing

__all__ = ["api", "quick_media", "running", "sandbox"]


def transactions(api: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next_cursor": None}
    while not found or page["has_more"]:
        page = get(api, "/v1/billing/transactions", limit=100, **{"cursor": c} if (c := page["next_cursor"]) else {})
        found += page["data"]
    return found


def check_sums(api: httpx.Client, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Check the sums; return the transactions, which are those from before and newer ones."""
    balance, found = get(api, "/v1/billing/credits"), transactions(api)
    assert balance["available_cents"] + balance["held_cents"] == balance["total_cents"]
    assert balance["available_cents"] >= 0
    assert balance["held_cents"] >= 0
    assert sum(transaction["amount_cents"] for transaction in found) == balance["total_cents"]
    assert found[len(found) - len(before) :] == before
    jobs = get(api, "/v1/jobs", limit=100)["data"]
    live = [job for job in jobs if job["status"] not in ("completed", "cancelled")]
    held = sum(job["price_per_file_cents"] * (job["files_needed"] - job["files_approved"]) for job in live)
    assert balance["held_cents"] == held
    return found


STEPS = st.one_of(
    st.tuples(st.just("post"), st.integers(1, 4), st.integers(10, 30_000)),
    st.tuples(st.just("cancel"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("upload"), st.integers(0, 3), st.integers(1, 5)),
    st.tuples(st.just("advance"), st.integers(1, 200), st.just(0)),
    st.tuples(st.just("wait"), st.integers(1, 300), st.just(0)),
    st.tuples(st.just("buy"), st.sampled_from([1, 999, 2500, 25_000]), st.just(0)),
    st.tuples(st.just("top up"), st.integers(0, 90_000), st.sampled_from([1, 5000])),
)


def test_credits_add_up_after_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capturing, "capture", quick_capture)
    monkeypatch.setattr(capturing, "bad_capture", quick_bad_capture)
    with Sandbox(seed=1, frozen=True, start=START, strict=True) as sandbox, client_of(sandbox) as api:

        @settings(max_examples=40, deadline=None, derandomize=True, database=None)
        @given(st.lists(STEPS, max_size=12))
        def run(steps: list[tuple[str, int, int]]) -> None:
            sandbox.reset()
            seen: list[dict[str, Any]] = []
            for step, first, second in steps:
                jobs = get(api, "/v1/jobs")["data"]
                if step == "post":
                    answer = api.post("/v1/jobs", json={**JOB, "files_needed": first, "price_per_file_cents": second})
                    assert answer.status_code in (201, 402)
                elif step in ("advance", "wait"):
                    # In a few months credits expire, in escrow and out of it.
                    sandbox.clock.advance(first * (24 * 3600 if step == "wait" else 1))
                elif step == "top up":
                    changes = {"auto_topup_threshold_cents": first, "auto_topup_amount_cents": second}
                    api.patch("/v1/organization/settings", json={**changes, "auto_topup_enabled": True})
                elif step == "buy":
                    url = api.post("/v1/billing/credits/purchase", json={"amount_cents": first}).json()["checkout_url"]
                    httpx.get(url)
                elif first < len(jobs) and step == "cancel":
                    assert api.post(f"/v1/jobs/{jobs[first]['id']}/cancel").status_code in (200, 409)
                elif first < len(jobs) and jobs[first]["status"] in ("active", "in_progress"):
                    # Refused when workers have promised all that is still wanted.
                    with contextlib.suppress(ValueError):
                        sandbox.upload(jobs[first]["id"], stars=second)
                seen = check_sums(api, seen)

        run()


def test_a_job_is_refused_when_credits_do_not_cover_it(api: httpx.Client) -> None:
    error = error_of(api.post("/v1/jobs", json={**JOB, "files_needed": 1334}), 402)
    assert error["type"] == "insufficient_credits"
    assert "100050" in error["message"]
    assert get(api, "/v1/jobs")["data"] == []
    post_job(api, files_needed=1333)
    assert get(api, "/v1/billing/credits")["available_cents"] == 25


def test_only_approved_files_are_paid(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api, files_needed=40)
    balance = get(api, "/v1/billing/credits")
    assert (balance["available_cents"], balance["held_cents"]) == (97_000, 3000)
    sandbox.clock.advance(3600)
    assert get(api, f"/v1/jobs/{job['id']}")["files_rejected"] > 0
    balance = get(api, "/v1/billing/credits")
    assert (balance["available_cents"], balance["held_cents"], balance["total_cents"]) == (97_000, 0, 97_000)
    paid = get(api, "/v1/billing/transactions", type="deduction", limit=100)["data"]
    assert [(transaction["amount_cents"], transaction["job_id"]) for transaction in paid] == [(-75, job["id"])] * 40


@pytest.mark.parametrize(
    ("cents", "bonus"), [(1000, 0), (2500, 125), (5000, 500), (10_000, 1500), (25_000, 5000), (2499, 0), (1, 0)]
)
def test_a_purchase_counts_once_it_is_paid(api: httpx.Client, cents: int, bonus: int) -> None:
    checkout = api.post("/v1/billing/credits/purchase", json={"amount_cents": cents}).json()
    assert get(api, "/v1/billing/credits")["total_cents"] == 100_000
    for _ in range(2):
        page = httpx.get(checkout["checkout_url"])
        assert page.status_code == 200
        assert f"{cents + bonus:,} credits" in page.text
        assert get(api, "/v1/billing/credits")["total_cents"] == 100_000 + cents + bonus
    (bought,) = get(api, "/v1/billing/transactions", type="purchase")["data"]
    assert bought["amount_cents"] == cents
    extra = [one["amount_cents"] for one in get(api, "/v1/billing/transactions", type="bonus")["data"]]
    assert extra == ([bonus] if bonus else []) + [100_000]
    (event,) = get(api, "/v1/webhook_events")["data"]
    assert (event["type"], event["data"]) == ("credits.purchased", bought)
    assert httpx.get(checkout["checkout_url"] + "x").status_code == 404


def test_credits_are_bought_by_themselves_when_they_run_low(api: httpx.Client) -> None:
    changes = {"auto_topup_enabled": True, "auto_topup_threshold_cents": 5000, "auto_topup_amount_cents": 9000}
    answer = api.patch("/v1/organization/settings", json=changes)
    assert answer.status_code == 200
    assert get(api, "/v1/organization/settings") == answer.json()
    post_job(api, files_needed=950, price_per_file_cents=100)
    assert get(api, "/v1/billing/transactions", type="purchase")["data"] == []
    assert get(api, "/v1/billing/credits")["available_cents"] == 5000
    post_job(api, files_needed=1, price_per_file_cents=100)
    assert get(api, "/v1/billing/credits")["available_cents"] == 4900 + 9000
    (bought,) = get(api, "/v1/billing/transactions", type="purchase")["data"]
    assert bought["amount_cents"] == 9000
    (event,) = get(api, "/v1/webhook_events")["data"]
    assert (event["type"], event["data"]) == ("credits.auto_topped_up", bought)
    api.patch("/v1/organization/settings", json={"auto_topup_enabled": False})
    post_job(api, files_needed=100, price_per_file_cents=100)
    assert get(api, "/v1/billing/credits")["available_cents"] == 3900
    assert len(get(api, "/v1/billing/transactions", type="purchase")["data"]) == 1


def test_a_balance_under_the_threshold_is_told_once(api: httpx.Client) -> None:
    api.patch("/v1/organization/settings", json={"low_balance_threshold_cents": 50_000})
    for available in (50_000, 49_900, 49_800):
        spent = get(api, "/v1/billing/credits")["available_cents"] - available
        post_job(api, files_needed=spent // 100, price_per_file_cents=100)
    (event,) = get(api, "/v1/webhook_events")["data"]
    assert event["type"] == "credits.low_balance"
    assert event["data"]["available_cents"] == 49_900


def test_the_free_tier_allows_one_job(sandbox: Sandbox) -> None:
    made = httpx.post(f"{sandbox.base_url}/v1/auth/signup", json={"name": "New", "email": "a@example.com"}).json()
    assert made["credits_cents"] == 250
    assert made["api_key"].startswith("fh_live_")
    with client_of(sandbox, made["api_key"]) as api:
        assert get(api, "/v1/billing/transactions")["data"][0]["type"] == "free_tier"
        job = post_job(api, files_needed=1)
        error = error_of(api.post("/v1/jobs", json={**JOB, "files_needed": 1}), 403)
        assert error["type"] == "free_tier_job_limit"
        api.post(f"/v1/jobs/{job['id']}/cancel")
        # Our choice: no purchase ends the free tier.
        checkout = api.post("/v1/billing/credits/purchase", json={"amount_cents": 1000}).json()["checkout_url"]
        assert httpx.get(checkout).is_success
        post_job(api, files_needed=1)
        error_of(api.post("/v1/jobs", json={**JOB, "files_needed": 1}), 403)
