"""A folder in a bucket of Google Cloud Storage, with the real gcsfs and a server that speaks its JSON API."""

from __future__ import annotations

import logging
import socketserver
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pyarrow.parquet
import pytest
from engine_support import IMAGES

from firsthandapi import Client
from firsthandapi.datasets import Dataset
from firsthandapi.download import verify
from firsthandapi.download.store import CHUNK, Store
from firsthandapi.errors import FirstHandArgumentError


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of an empty bucket."""
    from gcp_storage_emulator.server import create_server

    logging.getLogger("gcp_storage_emulator").setLevel(logging.ERROR)
    # gcsfs closes connections early, which this server prints.
    monkeypatch.setattr(socketserver.BaseServer, "handle_error", lambda *_: None)
    # Without it gcsfs asks another API, which the server does not speak, what kind of bucket it is, for a minute.
    monkeypatch.setenv("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
    server = create_server("127.0.0.1", 0, in_memory=True, default_bucket="menus")
    server.start()
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{server._api._httpd.server_port}")
    monkeypatch.setitem(fsspec.config.conf, "gs", {"token": "anon"})
    monkeypatch.setenv("FIRSTHAND_CACHE_DIR", str(tmp_path / "cache"))
    yield "gs://menus"
    server.stop()


def file_system() -> Any:
    return fsspec.filesystem("gs", skip_instance_cache=True)


def test_a_folder_in_a_bucket(client: Client, jobs: list[str], bucket: str, cache: None, tmp_path: Path) -> None:
    url = f"{bucket}/coffee"
    arguments = {"job_id": jobs[0], "output_dir": url}
    assert client.files.plan_download(**arguments).missing == IMAGES
    report = client.files.download_all(**arguments, progress=False)
    assert len(report.fetched) == IMAGES
    assert len(file_system().find("menus")) == IMAGES + 1, "the files and their manifest, and nothing else"
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []
    assert len(client.files.download_all(**arguments, progress=False).present) == IMAGES

    gone, damaged = (row.location.removeprefix("gs://") for row in report.files[:2])
    file_system().rm_file(gone)
    assert len(client.files.sync(**arguments, progress=False).fetched) == 1
    file_system().pipe_file(damaged, bytes(file_system().info(damaged)["size"]))
    found = verify(url)
    assert (found.ok, [row.status for row in found.files]) == (IMAGES - 1, ["changed"])
    assert len(client.files.repair(output_dir=url, progress=False).fetched) == 1
    assert verify(url).is_whole

    dataset = Dataset.open(report).fetch_context(client)
    assert all(len(path.read_bytes()) == row["size_bytes"] for row, path in dataset)
    assert dataset.write_webdataset(tmp_path / "shards").counts == {"all": IMAGES}
    written = dataset.write_parquet(f"{bucket}/parquet")
    table = pyarrow.parquet.read_table("menus/parquet/data-00000.parquet", filesystem=file_system())
    assert (written.counts, table.num_rows) == ({"all": IMAGES}, IMAGES)
    assert len(set(table["worker_id"].to_pylist()) - {None}) > 1, "the context was kept in the bucket"
    dataset.write_gallery()
    assert file_system().exists("menus/coffee/gallery.html")


def test_a_file_is_moved_to_quarantine_and_deleted(bucket: str, tmp_path: Path) -> None:
    store = Store(f"{bucket}/coffee")
    file_system().pipe_file("menus/coffee/a.jpg", b"content")
    store.move("a.jpg", ".withdrawn/a.jpg")
    assert list(store.files()) == [(".withdrawn/a.jpg", 7)]
    with pytest.raises(FileNotFoundError):
        store.move("a.jpg", ".withdrawn/a.jpg")
    store.remove(".withdrawn/a.jpg")
    store.remove(".withdrawn/a.jpg")
    assert list(store.files()) == []


def test_a_large_file_goes_up_in_pieces(bucket: str, tmp_path: Path) -> None:
    content = bytes(range(256)) * (3 * CHUNK // 256 + 1)
    (tmp_path / "large.bin").write_bytes(content)
    Store(f"{bucket}/large").put(str(tmp_path / "large.bin"), "large.bin")
    assert file_system().cat_file("menus/large/large.bin") == content


def test_a_bucket_that_is_not_there_is_not_made(client: Client, jobs: list[str], bucket: str) -> None:
    with pytest.raises(FirstHandArgumentError, match="it cannot be written to: "):
        client.files.download_all(job_id=jobs[0], output_dir="gs://nowhere/x", progress=False)
