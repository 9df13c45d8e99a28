"""The async client under trio, which is not asyncio: calls, waits, lists and downloads, against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from firsthandapi import AsyncClient, FirstHandTimeoutError
from firsthandapi.download import verify
from firsthandapi.sandbox import Sandbox

trio: Any = pytest.importorskip("trio")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(seed=7, speed=100_000) as running:
        yield running


def test_the_whole_way_to_a_folder(sandbox: Sandbox, tmp_path: Path) -> None:
    async def main() -> None:
        async with AsyncClient(sandbox.api_key, base_url=sandbox.base_url) as client:
            job = await client.jobs.create_and_wait(
                type="data_collection",
                description="A photo of a bus stop sign.",
                content_type="image",
                quantity=5,
                reward_per_file=50,
            )
            assert job.status == "completed"
            assert job.id in [found.id async for found in client.jobs.list()]
            plan = await client.files.plan_download(job_id=job.id, output_dir=tmp_path)
            report = await client.files.download_all(plan=plan, progress=False)
            assert (len(report.fetched), verify(tmp_path).ok) == (5, 5)
            assert len((await client.files.sync(job_id=job.id, output_dir=tmp_path)).present) == 5
            assert len([file async for file in client.files.stream(job_id=job.id)]) == 5
            async with trio.open_nursery() as nursery:
                for _ in range(5):
                    nursery.start_soon(client.jobs.get, job.id)

    trio.run(main)


def test_a_client_serves_one_run_after_the_other(sandbox: Sandbox) -> None:
    client = AsyncClient(sandbox.api_key, base_url=sandbox.base_url)

    async def main() -> None:
        assert len((await client.jobs.list(limit=1)).data) <= 1

    for _ in range(3):
        trio.run(main)


def test_cancelling_ends_a_wait(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with AsyncClient(sandbox.api_key, base_url=sandbox.base_url) as client:
            with trio.move_on_after(0.05) as scope:
                await client._settings.clock.asleep(60)
            assert scope.cancelled_caught

    trio.run(main)


def test_a_service_that_is_silent_times_out() -> None:
    async def main() -> None:
        listener = (await trio.open_tcp_listeners(0, host="127.0.0.1"))[0]
        port = listener.socket.getsockname()[1]
        async with AsyncClient(
            "fh_test_key", base_url=f"http://127.0.0.1:{port}", timeout=0.05, max_retries=0
        ) as client:
            with pytest.raises(FirstHandTimeoutError):
                await client.jobs.get("job_1")
        await listener.aclose()

    trio.run(main)
