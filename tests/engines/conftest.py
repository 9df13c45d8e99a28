"""What the tests with the real libraries share: a folder that was downloaded from a sandbox.

They are run by `make test-engines` in an environment of their own, and are no part of `make test`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import datasets
import pytest
import ray
import ray.data
from engine_support import AUDIO, IMAGES, VIDEO

from firsthandapi import Client
from firsthandapi.datasets import Dataset
from firsthandapi.sandbox import Sandbox


@pytest.fixture(scope="session")
def cluster(sandbox: Sandbox) -> Iterator[None]:
    """Ray on this machine; its nodes have the key in their environment, as a user's have."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRSTHAND_API_KEY", sandbox.api_key)
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=True, configure_logging=False)
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield
    ray.shutdown()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`datasets` with an empty cache, and nobody asked over the network."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    datasets.disable_progress_bars()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(speed=2000, seed=7) as running:
        yield running


@pytest.fixture(scope="session")
def client(sandbox: Sandbox) -> Iterator[Client]:
    with Client(sandbox.api_key, base_url=sandbox.base_url, drift="ignore") as found:
        yield found


@pytest.fixture(scope="session")
def jobs(client: Client) -> list[str]:
    """Ids of three completed jobs: images, audio, video."""
    wanted: list[dict[str, Any]] = [
        {"content_type": "image", "quantity": IMAGES, "description": "A coffee shop's whole menu board."},
        {"content_type": "audio", "quantity": AUDIO, "description": "Read the sentence aloud."},
        {"content_type": "video", "quantity": VIDEO, "description": "A street corner with its signs."},
    ]
    return [
        client.jobs.create_and_wait(type="data_collection", reward_per_file=75, max_wait_seconds=300, **words).id
        for words in wanted
    ]


@pytest.fixture(scope="session")
def downloaded(client: Client, jobs: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("downloaded") / "set"
    for job_id in jobs:
        client.files.download_all(job_id=job_id, output_dir=folder, progress=False)
    Dataset.open(folder).fetch_context(client)
    return folder


@pytest.fixture
def dataset(downloaded: Path, tmp_path: Path) -> Dataset:
    """A copy of the folder with everything, for one test."""
    return Dataset.open(shutil.copytree(downloaded, tmp_path / "set"))


@pytest.fixture
def images(dataset: Dataset) -> Dataset:
    return dataset.filter(lambda row: row["content_type"].startswith("image/"))
