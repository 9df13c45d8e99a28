"""The service's own words run as they are: the five-minute walkthrough and the quick start, against the sandbox."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the sandbox's extra is not installed")

import firsthandapi
from firsthandapi.sandbox import Sandbox

FIXTURES = Path(__file__).parent / "fixtures"
KEY = "fh_live_..."
SEEDS = Path(__file__).parent.parent.parent / "shared" / "seeds"


def run(name: str, placeholder: str = "", meant: str = "", **supplied: Any) -> dict[str, Any]:
    """Run a fixture as it stands, but for one placeholder; `supplied` are names that it does not define."""
    source = (FIXTURES / name).read_text(encoding="utf-8")
    if placeholder:
        assert source.count(placeholder) == 1
        source = source.replace(placeholder, meant)
    names: dict[str, Any] = {"__name__": "__main__", **supplied}
    exec(compile(source, name, "exec"), names)
    return names


def test_the_walkthrough_runs_as_published(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with Sandbox(speed=60, seed=7) as sandbox:
        monkeypatch.setenv("FIRSTHAND_API_KEY", sandbox.api_key)
        monkeypatch.setenv("FIRSTHAND_BASE_URL", sandbox.base_url)
        # Its pause of 30 s is a pause of the sandbox's time.
        monkeypatch.setattr(time, "sleep", sandbox.clock.advance)
        monkeypatch.chdir(tmp_path)

        # The post never imports os.
        names = run("blog_walkthrough.py", os=os)

        printed = capsys.readouterr().out.splitlines()
        assert re.fullmatch(r"job_[0-9A-Z]{26}", printed[0])
        assert printed[1] == "active"
        assert re.fullmatch(r"Got \d+ approved files", printed[2])
        files = names["files"]
        assert len(files) >= 10
        for file in files:
            assert file.annotations.object_labels[0].confidence > 0
            assert file.annotations.ocr_text
            assert file.download_url.startswith(sandbox.base_url)

        # Nothing new may be approved between the two downloads.
        sandbox.clock.freeze()
        fh, job = names["fh"], names["job"]
        report = fh.files.download_all(job_id=job.id, output_dir="./training-data/coffee-menus")
        assert len(report.fetched) >= 10
        assert len(list((tmp_path / "training-data" / "coffee-menus").iterdir())) == len(report.fetched) + 1
        again = fh.files.download_all(job_id=job.id, output_dir="./training-data/coffee-menus")
        assert (len(again.fetched), len(again.present)) == (0, len(report.fetched))
        assert len(sandbox.calls("storage")) == len(report.fetched)


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox(speed=1000, seed=7) as running:
        monkeypatch.setenv("FIRSTHAND_BASE_URL", running.base_url)
        yield running


def test_the_quick_start_runs_as_published(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    run("pypi_quick_start.py", KEY, sandbox.api_key)
    assert re.fullmatch(r"task_[0-9A-Z]{26}\n", capsys.readouterr().out)


def test_the_async_snippet_runs_as_published(sandbox: Sandbox) -> None:
    run("pypi_async.py", KEY, sandbox.api_key)
    (made,) = sandbox.calls("create_task")
    assert made.status == 201


def test_submit_and_wait_runs_as_published(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    with firsthandapi.FirstHandClient(api_key=sandbox.api_key) as client:
        names = run("pypi_submit_and_wait.py", client=client)
    assert names["result"]["status"] == "resolved"
    assert capsys.readouterr().out.strip() in ("approve", "reject", "approve_with_edit", "escalate")
    assert len(sandbox.calls("create_task")) == 1


def test_long_polling_runs_as_published(sandbox: Sandbox) -> None:
    with firsthandapi.FirstHandClient(api_key=sandbox.api_key) as client:
        made = client.create_task({"task_type": "support_reply"})
        names = run("pypi_long_polling.py", "task_01JQ...", made["id"], client=client)
    assert names["task"]["id"] == made["id"]
    assert names["task"]["status"] != "pending"


def test_the_error_is_the_published_one(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    run("pypi_errors.py", KEY, sandbox.api_key)
    status, kind, message, request_id = capsys.readouterr().out.splitlines()
    assert (status, kind, message) == ("400", "validation_error", "Invalid task_type")
    assert re.fullmatch(r"req_[0-9A-Z]{26}", request_id)


@pytest.mark.skipif(not SEEDS.exists(), reason="the published documents are not at hand")
@pytest.mark.parametrize("fixture", sorted(path.name for path in FIXTURES.glob("*.*")))
def test_a_fixture_says_what_was_published(fixture: str) -> None:
    published = iter([part for seed in sorted(SEEDS.glob("*.txt")) for part in paragraphs(seed)])
    for part in paragraphs(FIXTURES / fixture):
        assert part in published, f"not in the published text, line for line and in this order:\n{part}"


def paragraphs(path: Path) -> list[str]:
    """What stands between empty lines."""
    text = "\n".join(line.rstrip() for line in path.read_text(encoding="utf-8").splitlines())
    return [part.strip("\n") for part in text.split("\n\n") if part.strip()]


def test_the_published_file_reads_by_both_names() -> None:
    import json

    file = firsthandapi.File.from_dict(json.loads((FIXTURES / "blog_file.json").read_text(encoding="utf-8")))
    assert file.id == file.file_id == "file_01J5KA..."
    assert file.score == file.ai_star_rating == file["ai_star_rating"] == 4
    assert file.annotations.resolution.width == 4032
    assert file.annotations.object_labels[3].label == "chalkboard"
