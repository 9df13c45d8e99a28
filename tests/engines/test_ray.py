"""A local Ray reads jobs from the sandbox."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import ray
import ray.data
from engine_support import AUDIO, IMAGES

from firsthandapi import AsyncClient, Client, FirstHandArgumentError
from firsthandapi.datasets import Dataset, FirstHandDatasetError
from firsthandapi.datasets.ray import firsthand_datasource
from firsthandapi.sandbox import Sandbox

pytestmark = pytest.mark.usefixtures("cluster")


def test_a_cluster_reads_files_and_annotations(client: Client, jobs: list[str], downloaded: Any) -> None:
    def digest(row: dict[str, Any]) -> dict[str, Any]:
        return {"id": row["id"], "found": hashlib.sha256(row["bytes"]).hexdigest(), "promised": row["content_hash"]}

    source = firsthand_datasource(client, jobs[:2])
    tasks = source.get_read_tasks(4)
    assert len(tasks) >= 4
    assert sum(task.metadata.num_rows for task in tasks) == IMAGES + AUDIO
    files = ray.data.read_datasource(source, override_num_blocks=4)
    rows = {row["id"]: row for row, _ in Dataset.open(downloaded) if row["job_id"] in jobs[:2]}
    assert source.estimate_inmemory_data_size() == sum(row["size_bytes"] for row in rows.values())
    found = files.map(digest).take_all()
    assert sorted(row["id"] for row in found) == sorted(rows)
    assert all(row["found"] == row["promised"] for row in found)
    labels = files.select_columns(["id", "annotations", "file_name"]).take_all()
    for row in labels:
        promised = rows[row["id"]]
        assert row["file_name"] == promised["file_name"]
        names = [label["label"] for label in promised["annotations"].get("object_labels") or ()]
        assert [label["label"] for label in row["annotations"]["object_labels"] or ()] == names


def test_many_pages_become_many_tasks(monkeypatch: pytest.MonkeyPatch, client: Client, jobs: list[str]) -> None:
    monkeypatch.setattr("firsthandapi.datasets.ray.PAGE", 6)
    source = firsthand_datasource(client, jobs[0])
    tasks = source.get_read_tasks(1)
    assert [task.metadata.num_rows for task in tasks] == [6, 6, 6, 2]
    ids = [row["id"] for task in tasks for block in task() for row in block.to_pylist()]
    assert len(set(ids)) == IMAGES


def test_only_good_files(client: Client, jobs: list[str], downloaded: Any) -> None:
    found = ray.data.read_datasource(firsthand_datasource(client, jobs[0], min_score=5)).count()
    stars = [row["ai_star_rating"] for row, _ in Dataset.open(downloaded) if row["job_id"] == jobs[0]]
    assert found == stars.count(5) > 0


class TestTrouble:
    """Frozen sandboxes of its own; tasks are called in this process, where the faults are seen."""

    @pytest.fixture
    def running(self) -> Iterator[Sandbox]:
        with Sandbox(seed=7, workers=0, speed=1000) as sandbox:
            yield sandbox

    @pytest.fixture
    def quick(self, running: Sandbox) -> Iterator[Client]:
        with Client(running.api_key, base_url=running.base_url) as client:
            client._settings.clock.sleep = lambda seconds: None  # type: ignore[method-assign]
            yield client

    @staticmethod
    def job(client: Client, sandbox: Sandbox, count: int) -> str:
        job = client.jobs.create(
            type="data_collection",
            description="A photo of a menu.",
            content_type="image",
            quantity=20,
            reward_per_file=75,
        )
        for _ in range(count):
            sandbox.upload(job.id)
        return job.id

    @staticmethod
    def read(tasks: list[Any]) -> list[dict[str, Any]]:
        return [row for task in tasks for block in task() for row in block.to_pylist()]

    def test_links_are_fresh_when_a_task_begins_late(self, running: Sandbox, quick: Client) -> None:
        tasks = firsthand_datasource(quick, self.job(quick, running, 3)).get_read_tasks(1)
        running.clock.advance(30 * 86400)
        assert len(self.read(tasks)) == 3

    def test_files_that_are_approved_meanwhile_push_none_out(
        self, running: Sandbox, quick: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("firsthandapi.datasets.ray.PAGE", 2)
        job_id = self.job(quick, running, 4)
        tasks = firsthand_datasource(quick, job_id).get_read_tasks(1)
        listed = {file.id for file in quick.files.list(job_id=job_id)}
        for _ in range(3):
            running.upload(job_id)
        assert {row["id"] for row in self.read(tasks)} == listed

    @pytest.mark.parametrize(
        "fault",
        [
            {"expired": True},
            {"wrong_bytes": True},
            {"truncate": True},
            {"cut": "before"},
            {"status": 503, "body": "busy"},
        ],
    )
    def test_one_fault_of_the_storage_is_overcome(self, fault: Any, running: Sandbox, quick: Client) -> None:
        tasks = firsthand_datasource(quick, self.job(quick, running, 2)).get_read_tasks(1)
        running.faults.add("storage", times=1, **fault)
        rows = self.read(tasks)
        assert len(rows) == 2
        assert all(hashlib.sha256(row["bytes"]).hexdigest() == row["content_hash"] for row in rows)
        assert len(running.calls("storage")) == 3

    @pytest.mark.parametrize(
        ("fault", "reason"),
        [
            ({"wrong_bytes": True}, "the content does not match its content_hash"),
            ({"expired": True}, "storage answered 403"),
            ({"truncate": True}, "bytes before the end"),
        ],
    )
    def test_a_wrong_file_is_never_a_row(self, fault: Any, reason: str, running: Sandbox, quick: Client) -> None:
        tasks = firsthand_datasource(quick, self.job(quick, running, 1)).get_read_tasks(1)
        running.faults.add("storage", **fault)
        with pytest.raises(FirstHandDatasetError, match=f"file_.* cannot be fetched: .*{reason}"):
            self.read(tasks)

    def test_an_empty_job(self, running: Sandbox, quick: Client) -> None:
        source = firsthand_datasource(quick, self.job(quick, running, 0))
        assert (source.get_read_tasks(4), source.estimate_inmemory_data_size()) == ([], 0)


def test_the_key_is_never_shown(
    client: Client,
    jobs: list[str],
    sandbox: Sandbox,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(row: dict[str, Any]) -> dict[str, Any]:
        raise ValueError("on purpose")

    with caplog.at_level(logging.DEBUG):
        source = firsthand_datasource(client, jobs[0])
        print(source, repr(source), source.get_name(), source.get_read_tasks(2), ray.data.read_datasource(source))
        with pytest.raises(ray.exceptions.RayTaskError) as raised:
            ray.data.read_datasource(source).map(fail).take_all()
    printed = capfd.readouterr()
    shown = "\n".join([printed.out, printed.err, caplog.text, str(raised.value), repr(raised.value)])
    assert "on purpose" in shown
    assert sandbox.api_key not in shown
    assert "signature=" not in shown


def test_only_a_client_that_can_travel_is_taken(sandbox: Sandbox) -> None:
    with pytest.raises(FirstHandArgumentError, match="client: must be a Client"):
        firsthand_datasource(AsyncClient(sandbox.api_key, base_url=sandbox.base_url), "job_1")  # type: ignore[arg-type]
