"""A folder in a bucket, with the real s3fs and a server that speaks S3."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import datasets
import fsspec
import pandas
import pytest
from engine_support import IMAGES
from moto.server import ThreadedMotoServer

from firsthandapi import Client
from firsthandapi.download import verify
from firsthandapi.download.store import CHUNK, Store
from firsthandapi.errors import FirstHandArgumentError


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of an empty bucket."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("FIRSTHAND_CACHE_DIR", str(tmp_path / "cache"))
    name = f"menus-{uuid4().hex}"
    fsspec.filesystem("s3", skip_instance_cache=True).mkdir(name)
    yield f"s3://{name}"
    server.stop()


def test_a_folder_in_a_bucket(
    client: Client,
    jobs: list[str],
    bucket: str,
    cache: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = f"{bucket}/coffee"
    arguments = {"job_id": jobs[0], "output_dir": url}
    plan = client.files.plan_download(**arguments)
    assert (plan.count, plan.missing) == (IMAGES, IMAGES)
    report = client.files.download_all(plan=plan, progress=False)
    assert len(report.fetched) == IMAGES
    assert report.files[0].location.startswith(f"{url}/file_")
    fs = fsspec.filesystem("s3", skip_instance_cache=True)
    assert len(fs.find(bucket)) == IMAGES + 1, "the files and their manifest, and nothing else"
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []

    gone, damaged = (row.location.removeprefix("s3://") for row in report.files[:2])
    fs.rm_file(gone)
    assert len(client.files.sync(**arguments, progress=False).fetched) == 1
    fs.pipe_file(damaged, bytes(fs.info(damaged)["size"]))
    found = verify(url)
    assert (found.ok, [row.status for row in found.files]) == (IMAGES - 1, ["changed"])
    assert len(client.files.repair(output_dir=url, progress=False).fetched) == 1
    assert verify(url).is_whole

    kept = client.files.sync(**arguments, min_score=1, withdrawn="quarantine", progress=False)
    assert (len(kept.present), len(kept.withdrawn)) == (IMAGES, 0)

    frame = pandas.read_json(f"{url}/metadata.jsonl", lines=True)
    assert len(frame) == IMAGES
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", False)
    loaded = datasets.load_dataset("imagefolder", data_files=f"{url}/**", split="train")
    assert sorted(loaded["ai_star_rating"]) == sorted(frame["ai_star_rating"])


def test_a_large_file_goes_up_in_pieces(bucket: str, tmp_path: Path) -> None:
    store = Store(f"{bucket}/large")
    content = bytes(range(256)) * (3 * CHUNK // 256 + 1)
    path = tmp_path / "large.bin"
    path.write_bytes(content)
    store.put(str(path), "large.bin")
    fs = fsspec.filesystem("s3", skip_instance_cache=True)
    found = fs.info(f"{bucket}/large/large.bin")
    assert found["ETag"].strip('"').endswith("-4"), "four pieces"
    assert fs.cat_file(f"{bucket}/large/large.bin") == content


SENDER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from firsthandapi.download.place import place_of

def peak():
    (line,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
    return int(line.split()[1])

url, path, small = sys.argv[1:]
place = place_of(url)
place.send(SimpleNamespace(name="first"), small, lambda: None)  # connections and libraries are there
before = peak()
with ThreadPoolExecutor(16) as pool:
    list(pool.map(lambda n: place.send(SimpleNamespace(name=str(n)), path, lambda: None), range(16)))
print((peak() - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the memory of a process")
def test_many_large_files_at_once_take_little_memory(bucket: str, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(2 * CHUNK - 1))  # the most that s3fs sends in one piece
    (tmp_path / "small").write_bytes(b"small")
    command = [sys.executable, "-c", SENDER, f"{bucket}/large", str(tmp_path / "large"), str(tmp_path / "small")]
    found = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    assert int(found.stdout) < 70


def test_a_bucket_that_is_not_there_is_not_made(client: Client, jobs: list[str], bucket: str) -> None:
    with pytest.raises(FirstHandArgumentError, match="it cannot be written to: The specified bucket does not exist"):
        client.files.download_all(job_id=jobs[0], output_dir="s3://nowhere/x", progress=False)
    assert "nowhere" not in fsspec.filesystem("s3", skip_instance_cache=True).ls("")
