"""A job is paid once, whatever happens to the requests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

pytest.importorskip("starlette", reason="the sandbox's extra is not installed")

import firsthandapi
from firsthandapi.sandbox import Sandbox

JOBS = 500
PRICE = 10


class NoSleep(firsthandapi.Clock):
    """The pauses between attempts, without the waiting."""

    def sleep(self, seconds: float) -> None:
        pass


def test_500_jobs_under_30_percent_faults_are_500_jobs_and_500_escrows() -> None:
    with Sandbox(seed=7, frozen=True, workers=0, credits_cents=10 * JOBS * PRICE) as sandbox:
        # Three faults of which each request meets one in 30 % of cases: 1 - 0.888^3 = 0.3.
        sandbox.faults.add(operation="create_job", probability=0.112, status=503)
        sandbox.faults.add(operation="create_job", probability=0.112, status=429, retry_after=1)
        sandbox.faults.add(operation="create_job", probability=0.112, cut="after")
        with (
            firsthandapi.Client(sandbox.api_key, base_url=sandbox.base_url, max_retries=12, clock=NoSleep()) as client,
            ThreadPoolExecutor(8) as threads,
        ):
            posted = list(
                threads.map(
                    lambda number: client.jobs.create(
                        type="data_collection",
                        description=f"A photo of house number {number}.",
                        content_type="image",
                        quantity=1,
                        reward_per_file=PRICE,
                    ),
                    range(JOBS),
                )
            )
            sandbox.faults.clear()
            attempts = len(sandbox.calls("create_job"))
            listed = list(client.jobs.list(limit=100))
            balance = client.billing.balance()

        assert attempts > JOBS * 1.25, "the faults did not happen"
        assert len({job.id for job in posted}) == JOBS
        assert {job.id for job in listed} == {job.id for job in posted}
        assert {job.description for job in listed} == {f"A photo of house number {n}." for n in range(JOBS)}
        assert balance.held_cents == JOBS * PRICE
        assert balance.available_cents == 9 * JOBS * PRICE


def test_a_script_that_runs_again_with_its_own_key_gets_the_same_job() -> None:
    with Sandbox(seed=7, frozen=True, workers=0) as sandbox:
        ids = set()
        for _ in range(2):
            with firsthandapi.Client(sandbox.api_key, base_url=sandbox.base_url) as client:
                job = client.jobs.create(
                    type="data_collection",
                    description="A photo of the north gate.",
                    content_type="image",
                    quantity=2,
                    reward_per_file=25,
                    idempotency_key="gates-2026-north",
                )
                ids.add(job.id)
                assert client.billing.balance().held_cents == 50
        assert len(ids) == 1
