"""Downloads from the sandbox: its faults, its links that expire, its jobs that run."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the sandbox's extra is not installed")

from sandbox_support import client_of, post_job, quick_media

import firsthandapi
from firsthandapi.download import verify
from firsthandapi.sandbox import Sandbox

__all__ = ["quick_media"]


class Fast(firsthandapi.Clock):
    """Pauses are short, and so is the patience with a poll."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds / 100)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(seed=7, workers=0, strict=True) as running:
        yield running


def job_with(sandbox: Sandbox, files: int, of: int | None = None) -> str:
    """A job, and so many approved files of different sizes."""
    rng = Random(5)
    with client_of(sandbox) as api:
        job: str = post_job(api, files_needed=of or files)["id"]
    for number in range(files):
        sandbox.upload(job, content=rng.randbytes(300 << (number % 12)))
    return job


def misbehave(sandbox: Sandbox) -> None:
    """One answer in five is a bad one."""
    for fault in (
        {"truncate": True}, {"cut": "before"}, {"expired": True}, {"wrong_bytes": True}, {"status": 429},
        {"status": 503, "retry_after": 0}, {"delay": 0.01},
    ):  # fmt: skip
        sandbox.faults.add("storage", probability=0.2 / 7, **fault)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_sandbox_that_misbehaves_ends_in_a_whole_folder(
    sandbox: Sandbox, tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    job = job_with(sandbox, 60)
    misbehave(sandbox)
    settings: dict[str, Any] = {"api_key": sandbox.api_key, "base_url": sandbox.base_url, "clock": Fast()}
    arguments: dict[str, Any] = {"job_id": job, "output_dir": tmp_path / "out", "raise_on_failure": False}

    async def main() -> firsthandapi.DownloadReport:
        async with firsthandapi.AsyncClient(**settings) as client:
            return await client.files.download_all(**arguments)

    for _ in range(5):
        if kind == "sync":
            with firsthandapi.Client(**settings) as client:
                report = client.files.download_all(**arguments)
        else:
            report = asyncio.run(main())
        if not report.failed:
            break
    assert len(report.files) == 60
    assert verify(tmp_path / "out").ok == 60
    assert len(list((tmp_path / "out").iterdir())) == 61
    assert any(entry.faulty for entry in sandbox.calls("storage"))
    assert not any(entry.authorization for entry in sandbox.calls("storage"))
    assert sandbox.api_key not in caplog.text
    assert "signature=" not in "".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("firsthandapi", "urllib"))
    )


def test_links_that_expired_are_renewed_when_a_plan_is_executed_late(sandbox: Sandbox, tmp_path: Path) -> None:
    job = job_with(sandbox, 5)
    with firsthandapi.Client(sandbox.api_key, base_url=sandbox.base_url) as client:
        plan = client.files.plan_download(job_id=job, output_dir=tmp_path / "out")
        sandbox.clock.advance(8 * 24 * 3600)
        report = client.files.download_all(plan=plan)
    assert [(row.status, row.refreshed) for row in report.files] == [("fetched", 1)] * 5
    assert [entry.status for entry in sandbox.calls("storage")].count(403) == 5


def test_files_are_streamed_while_the_job_runs(sandbox: Sandbox) -> None:
    job = job_with(sandbox, 2, of=5)
    with firsthandapi.Client(sandbox.api_key, base_url=sandbox.base_url) as client:
        stream = client.files.stream(job_id=job)
        seen: list[str] = []
        for file in stream:
            seen.append(file.id)
            if 2 <= len(seen) < 5:
                sandbox.upload(job, content=b"x" * len(seen))
        assert len(set(seen)) == len(seen) == 5
        assert {file.id for file in client.files.list(job_id=job)} == set(seen)
        assert list(client.files.stream(job_id=job, cursor=stream.cursor)) == []


def test_a_download_whose_task_is_cancelled_lets_go_of_everything(sandbox: Sandbox, tmp_path: Path) -> None:
    job = job_with(sandbox, 12)
    fault = sandbox.faults.add("storage", delay=5)

    async def main() -> None:
        async with firsthandapi.AsyncClient(sandbox.api_key, base_url=sandbox.base_url) as client:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.files.download_all(job_id=job, output_dir=tmp_path / "out"), 0.3)
            assert not list((tmp_path / "out").iterdir())
            sandbox.faults.remove(fault)
            report = await client.files.download_all(job_id=job, output_dir=tmp_path / "out", if_locked="fail")
            assert len(report.fetched) == 12

    asyncio.run(main())
