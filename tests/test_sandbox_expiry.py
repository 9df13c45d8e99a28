"""Credits expire 12 months after they came, the oldest are spent first, and their owner is told 30 days before."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox_support import START, api, get, post_job, quick_media, running, sandbox

from firsthandapi.sandbox import Sandbox
from firsthandapi.sandbox.clock import moment_of, timestamp
from firsthandapi.sandbox.lots import Lot, end_of, lapsed, with_added, without

__all__ = ["api", "quick_media", "running", "sandbox"]

DAY = 24 * 3600
YEAR = 365 * DAY


def buy(api: httpx.Client, cents: int) -> None:
    url = api.post("/v1/billing/credits/purchase", json={"amount_cents": cents}).json()["checkout_url"]
    assert httpx.get(url).status_code == 200


def events(api: httpx.Client, type: str) -> list[dict[str, Any]]:
    return [event for event in get(api, "/v1/webhook_events", limit=100)["data"] if event["type"] == type]


def expirations(api: httpx.Client) -> list[int]:
    return [one["amount_cents"] for one in get(api, "/v1/billing/transactions", type="expiration")["data"]]


def balance(api: httpx.Client) -> tuple[int, int]:
    found = get(api, "/v1/billing/credits")
    total = sum(one["amount_cents"] for one in get(api, "/v1/billing/transactions", limit=100)["data"])
    assert found["total_cents"] == total
    return found["available_cents"], found["held_cents"]


def test_credits_expire_after_twelve_months_and_a_warning_comes_thirty_days_before(
    sandbox: Sandbox, api: httpx.Client
) -> None:
    sandbox.clock.advance(YEAR - 30 * DAY - 1)
    assert events(api, "credits.expiring_soon") == []
    sandbox.clock.advance(1)
    (warning,) = events(api, "credits.expiring_soon")
    assert warning["created_at"] == timestamp(START + YEAR - 30 * DAY)
    assert warning["data"]["object"] == "credit_balance"
    assert warning["data"]["available_cents"] == 100_000
    sandbox.clock.advance(30 * DAY - 1)
    assert balance(api) == (100_000, 0)
    sandbox.clock.advance(1)
    assert balance(api) == (0, 0)
    (expired,) = events(api, "credits.expired")
    assert (expired["data"]["type"], expired["data"]["amount_cents"]) == ("expiration", -100_000)
    assert expired["data"] == get(api, "/v1/billing/transactions", type="expiration")["data"][0]
    assert len(events(api, "credits.low_balance")) == 1
    sandbox.clock.advance(2 * YEAR)
    assert expirations(api) == [-100_000]
    assert len(events(api, "credits.expiring_soon")) == 1


def test_the_oldest_credits_are_spent_first(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.clock.advance(100 * DAY)
    buy(api, 3000)
    job = post_job(api, files_needed=1, price_per_file_cents=40_000)
    sandbox.upload(job["id"])
    sandbox.clock.advance(YEAR - 100 * DAY)
    assert expirations(api) == [-60_000]
    assert balance(api) == (3000, 0)
    sandbox.clock.advance(100 * DAY)
    assert expirations(api) == [-3000, -60_000]
    assert len(events(api, "credits.expiring_soon")) == 2


def test_what_is_in_escrow_does_not_expire_before_it_comes_back(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.clock.advance(YEAR - 1)
    job = post_job(api, files_needed=2, price_per_file_cents=20_000)
    sandbox.clock.advance(1)
    assert expirations(api) == [-60_000]
    assert balance(api) == (0, 40_000)
    buy(api, 700)
    sandbox.upload(job["id"])
    assert balance(api) == (700, 20_000)
    api.post(f"/v1/jobs/{job['id']}/cancel")
    assert expirations(api) == [-20_000, -60_000]
    assert balance(api) == (700, 0)


def test_credits_that_are_gone_are_not_warned_of(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api, files_needed=2, price_per_file_cents=50_000)
    sandbox.upload(job["id"]), sandbox.upload(job["id"])
    assert balance(api) == (0, 0)
    sandbox.clock.advance(2 * YEAR)
    assert events(api, "credits.expiring_soon") == events(api, "credits.expired") == []


def test_expiry_makes_credits_run_low_and_buys_new_ones(sandbox: Sandbox, api: httpx.Client) -> None:
    changes = {"auto_topup_enabled": True, "auto_topup_threshold_cents": 5000, "auto_topup_amount_cents": 9000}
    api.patch("/v1/organization/settings", json=changes)
    sandbox.clock.advance(YEAR)
    assert balance(api) == (9000, 0)
    assert len(events(api, "credits.auto_topped_up")) == 1


@pytest.mark.parametrize(
    ("came", "ends"),
    [
        ("2026-03-31T14:22:08Z", "2027-03-31T14:22:08Z"),
        ("2027-03-01T00:00:00Z", "2028-03-01T00:00:00Z"),
        ("2028-02-29T12:00:00Z", "2029-02-28T12:00:00Z"),
    ],
)
def test_twelve_months_are_those_of_the_calendar(came: str, ends: str) -> None:
    assert timestamp(end_of(moment_of(came))) == ends


LOTS = st.lists(st.builds(Lot, st.integers(0, 9).map(float), st.integers(1, 100)), max_size=6)


def kept(lots: list[Lot]) -> list[Lot]:
    found: list[Lot] = []
    for lot in lots:
        found = with_added(found, lot)
    return found


def total(lots: list[Lot]) -> int:
    return sum(lot.cents for lot in lots)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(lots=LOTS, share=st.floats(0, 1), at=st.integers(-1, 10))
def test_lots_stay_sorted_and_lose_what_they_should(lots: list[Lot], share: float, at: int) -> None:
    all = kept(lots)
    assert [lot.end for lot in all] == sorted({lot.end for lot in lots})
    assert total(all) == total(lots)
    cents = int(total(all) * share)
    left = without(all, cents)
    assert total(left) == total(all) - cents
    assert left == all[len(all) - len(left) :] or left[1:] == all[len(all) - len(left) + 1 :]
    over = total([lot for lot in all if lot.end <= at])
    after = lapsed(all, cents, at)
    assert total(all) - total(after) == max(0, over - cents)
    assert [lot for lot in after if lot.end > at] == [lot for lot in all if lot.end > at]
