"""Folders at a URL: the same promises, by way of fsspec's own `memory://` and of `disk://`, a storage of the tests."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Callable, NamedTuple

import pytest
import respx
from download_support import API, Calls, api, calls, storage
from storage_server import PIECE, Storage
from test_download_strip import GPS, exif, jpeg, segment

import firsthandapi
from firsthandapi import FirstHandConnectionError, FirstHandDownloadError, FirstHandFolderBusyError
from firsthandapi.datasets import Dataset
from firsthandapi.download import pace, remote, verify
from firsthandapi.download.budget import Budget
from firsthandapi.download.folder import Folder
from firsthandapi.download.listing import pages
from firsthandapi.download.manifest import Manifest
from firsthandapi.download.remote import Remote, staging
from firsthandapi.download.store import Store, Unreachable, shown
from firsthandapi.errors import FirstHandArgumentError, FirstHandDatasetError, FirstHandDiskSpaceError

fsspec = pytest.importorskip("fsspec")
import disk_storage  # noqa: E402, F401 # registers `disk://`

__all__ = ["calls", "storage"]

MEMORY = fsspec.get_filesystem_class("memory")
DISK = fsspec.get_filesystem_class("disk")


class Bucket(NamedTuple):
    """What lies at a URL, as fsspec sees it."""

    url: str

    def read(self, name: str) -> bytes:
        with fsspec.open(f"{self.url}/{name}", "rb") as stream:
            return bytes(stream.read())

    def write(self, name: str, content: bytes) -> None:
        fs, root = fsspec.core.url_to_fs(self.url)
        fs.makedirs(root, exist_ok=True)
        fs.pipe_file(f"{root}/{name}", content)

    def remove(self, name: str) -> None:
        fs, root = fsspec.core.url_to_fs(self.url)
        fs.rm_file(f"{root}/{name}")

    @property
    def names(self) -> list[str]:
        fs, root = fsspec.core.url_to_fs(self.url)
        return sorted(path[len(root) :].lstrip("/") for path in fs.find(root, withdirs=True) if path != root)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.read("metadata.jsonl").splitlines()]


@pytest.fixture(params=["memory", "disk"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bucket]:
    yield Bucket("memory://out" if request.param == "memory" else f"disk://{(tmp_path / 'out').as_posix()}")
    MEMORY.store.clear()
    MEMORY.pseudo_dirs[:] = [""]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FIRSTHAND_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def at_url(calls: Calls, bucket: Bucket) -> Callable[..., Any]:
    """A method of `client.files` for job_1 and the bucket."""

    def call(method: str = "download_all", **arguments: Any) -> Any:
        return calls.into_out(method, **{"output_dir": bucket.url, **arguments})

    return call


def left_behind(cache: Path) -> list[str]:
    """What a run left on this machine, folders included."""
    return [path.name for path in cache.rglob("*")]


def forbid(monkeypatch: pytest.MonkeyPatch, *methods: str) -> None:
    for kind in (MEMORY, DISK):
        for method in methods:
            monkeypatch.setattr(kind, method, lambda *_, **__: pytest.fail("a file was read or written"))


# Whole, once, and nothing else


@respx.mock
def test_every_file_is_there_once_and_not_fetched_again(
    storage: Storage, at_url: Any, bucket: Bucket, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    contents = {f"{number}": bytes([number]) * (1000 + 300_000 * (number % 3)) for number in range(12)}
    api([storage.file(name, content) for name, content in contents.items()])
    report = at_url()
    assert len(report.fetched) == 12
    for name, content in contents.items():
        assert bucket.read(f"file_{name}.jpg") == content
    assert bucket.names == sorted(["metadata.jsonl", *(f"file_{name}.jpg" for name in contents)])
    assert [row["file_name"] for row in bucket.rows] == bucket.names[:-1]
    assert "Signature" not in bucket.read("metadata.jsonl").decode()
    assert left_behind(cache) == []
    assert [path.name for path in temporary.rglob("*") if path.is_file()] == []

    with monkeypatch.context() as patch:
        forbid(patch, "cat_file", "put_file")
        again = at_url()
    assert (len(again.fetched), len(again.present), len(again.failed)) == (0, 12, 0)
    assert set(storage.requests.values()) == {1}


@respx.mock
def test_templates_make_folders(storage: Storage, at_url: Any, bucket: Bucket) -> None:
    api([storage.file("a", b"content"), storage.file("b", b"more", worker_region="US-CA")])
    report = at_url(name="{region}/{file_id}.{ext}")
    assert [row.location for row in report.files] == [
        f"{bucket.url}/US-NY/file_a.jpg",
        f"{bucket.url}/US-CA/file_b.jpg",
    ]
    assert bucket.read("US-NY/file_a.jpg") == b"content"
    assert len(at_url().present) == 2


@respx.mock
def test_a_report_names_urls_and_has_no_paths(storage: Storage, at_url: Any, bucket: Bucket) -> None:
    api([storage.file("a", b"content")])
    plan = at_url("plan_download")
    report = at_url()
    found = verify(bucket.url)
    assert report.location == plan.location == found.location == bucket.url
    assert report.manifest_location == f"{bucket.url}/metadata.jsonl"
    assert report.files[0].location == plan.files[0].location == f"{bucket.url}/file_a.jpg"
    assert str(report) == f"1 fetched (0.0 MB), 0 present, 0 failed, in {bucket.url}"
    assert str(plan).endswith(f"free, in {bucket.url}")
    assert str(found) == f"1 ok in {bucket.url}"
    for read in (
        lambda: report.output_dir, lambda: report.manifest, lambda: report.files[0].path,
        lambda: plan.output_dir, lambda: plan.files[0].path, lambda: found.output_dir,
    ):  # fmt: skip
        with pytest.raises(FirstHandArgumentError, match="is no path of this machine: use its `location`"):
            read()


@respx.mock
def test_the_rows_of_a_folder_have_both(storage: Storage, calls: Calls) -> None:
    api([storage.file("a", b"content")])
    report = calls.into_out()
    assert report.location == str(report.output_dir) == str(calls.folder)
    assert report.files[0].location == str(report.files[0].path) == str(calls.folder / "file_a.jpg")
    assert report.manifest_location == str(report.manifest)


@respx.mock
def test_progress_adds_up_to_the_whole(storage: Storage, at_url: Any) -> None:
    seen: list[firsthandapi.DownloadProgress] = []
    storage.faults["2"] = ["cut"]
    api([storage.file(str(number), bytes([number]) * 500_000) for number in range(5)])
    at_url(progress=seen.append)
    assert seen[-1] == firsthandapi.DownloadProgress(5, 5, 2_500_000, 2_500_000)
    at_url(progress=seen.append)
    assert seen[-1] == firsthandapi.DownloadProgress(5, 5, 2_500_000, 2_500_000)


@respx.mock
def test_metadata_is_stripped_on_the_way(storage: Storage, at_url: Any, bucket: Bucket, cache: Path) -> None:
    api([storage.file("a", jpeg(segment(0xE1, exif())))])
    report = at_url(strip_metadata=True)
    assert report.files[0].removed == ("exif",)
    assert GPS not in bucket.read("file_a.jpg")
    row = bucket.rows[0]
    assert row["sha256"] == hashlib.sha256(bucket.read("file_a.jpg")).hexdigest() != row["content_hash"]
    assert left_behind(cache) == []
    assert len(at_url(strip_metadata=True).present) == 1
    assert verify(bucket.url).is_whole


@respx.mock
def test_other_files_stay_and_wrong_ones_are_replaced(storage: Storage, at_url: Any, bucket: Bucket) -> None:
    bucket.write("file_a.jpg", b"CONTENT")
    bucket.write("file_b.jpg", b"right, and in no manifest")
    bucket.write("notes.txt", b"mine")
    api([storage.file("a", b"content"), storage.file("b", b"right, and in no manifest")])
    assert [row.status for row in at_url().files] == ["fetched", "present"]
    assert bucket.read("file_a.jpg") == b"content"
    assert bucket.read("notes.txt") == b"mine"
    assert len(bucket.rows) == 2


@respx.mock
def test_what_was_removed_or_shortened_there_is_fetched_again(storage: Storage, at_url: Any, bucket: Bucket) -> None:
    api([storage.file(name, name.encode() * 9) for name in "abc"])
    at_url()
    bucket.remove("file_a.jpg")
    bucket.write("file_b.jpg", b"b")
    assert [row.status for row in at_url("sync").files] == ["fetched", "fetched", "present"]
    assert bucket.read("file_a.jpg") == b"a" * 9


@respx.mock
def test_several_jobs_share_a_url(storage: Storage, at_url: Any, bucket: Bucket) -> None:
    api([storage.file("a", b"a")])
    api([storage.file("b", b"b", job_id="job_2")], job="job_2")
    at_url()
    at_url(job_id="job_2")
    assert [row["id"] for row in bucket.rows] == ["file_a", "file_b"]


# Plans, sync, verify and repair


@respx.mock
def test_a_plan_writes_nothing_and_is_what_is_executed(
    storage: Storage, at_url: Any, calls: Calls, bucket: Bucket, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = api([storage.file(str(number), b"x" * 100 * number) for number in range(1, 4)])
    at_url(job_id="job_1")
    bucket.remove("file_2.jpg")
    bucket.write("file_3.jpg", b"something else")
    before = sorted(cache.rglob("*"))
    with monkeypatch.context() as patch:
        forbid(patch, "put_file", "pipe_file")
        plan = at_url("plan_download")
    assert sorted(cache.rglob("*")) == before
    assert (plan.count, plan.present, plan.missing, plan.stale, plan.bytes) == (3, 1, 1, 1, 500)
    assert (plan.room, plan.fits) == (300, True), "only the files under way are on the disk"
    assert len(calls(plan=plan).fetched) == 2
    assert listed.call_count == 2
    assert len(calls(plan=plan).present) == 3, "a plan can be executed again"
    assert verify(bucket.url).ok == 3


@respx.mock
def test_a_plan_whose_largest_file_has_no_room_is_refused(
    storage: Storage, at_url: Any, calls: Calls, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    api([storage.file("a", b"x" * 900), storage.file("b", b"x" * 2000)])
    monkeypatch.setattr(Folder, "free", lambda self: 1999)
    plan = at_url("plan_download")
    assert not plan.fits
    with pytest.raises(FirstHandDiskSpaceError):
        calls(plan=plan)
    monkeypatch.setattr(Folder, "free", lambda self: 2000)
    assert at_url("plan_download").fits


@respx.mock
@pytest.mark.parametrize("withdrawn", ["keep", "quarantine", "delete"])
def test_files_that_were_withdrawn(storage: Storage, at_url: Any, bucket: Bucket, withdrawn: str) -> None:
    files = [storage.file(name, name.encode()) for name in "abc"]
    api(files)
    at_url("sync", name="{date}/{file_id}.{ext}")
    api(files[:1])
    report = at_url("sync", withdrawn=withdrawn)
    assert [row.file_id for row in report.withdrawn] == ["file_b", "file_c"]
    where = ".withdrawn/" if withdrawn == "quarantine" else ""
    assert report.withdrawn[0].location == f"{bucket.url}/{where}2026-03-31/file_b.jpg"
    kept = ["file_a", "file_b", "file_c"] if withdrawn == "keep" else ["file_a"]
    assert [row["id"] for row in bucket.rows] == kept
    assert ("2026-03-31/file_b.jpg" in bucket.names) == (withdrawn == "keep")
    if withdrawn == "quarantine":
        assert bucket.read(".withdrawn/2026-03-31/file_b.jpg") == b"b"
        api([])
        at_url("sync", withdrawn=withdrawn)
        notes = [json.loads(line)["id"] for line in bucket.read(".withdrawn/metadata.jsonl").splitlines()]
        assert notes == ["file_b", "file_c", "file_a"]
    assert len(at_url("sync", withdrawn=withdrawn).withdrawn) == (2 if withdrawn == "keep" else 0)


@respx.mock
def test_damage_is_found_out_and_repaired(storage: Storage, at_url: Any, calls: Calls, bucket: Bucket) -> None:
    files = {name: storage.file(name, name.encode() * 500) for name in ("ok", "gone", "short", "changed")}
    api(list(files.values()))
    at_url()
    assert verify(bucket.url).ok == 4
    manifest = bucket.read("metadata.jsonl")
    bucket.remove("file_gone.jpg")
    bucket.write("file_short.jpg", b"short")
    bucket.write("file_changed.jpg", bytes(len(storage.content["changed"])))
    found = verify(bucket.url)
    assert {row.file_id: row.status for row in found.files} == {
        "file_gone": "missing", "file_short": "changed", "file_changed": "changed",
    }  # fmt: skip
    assert str(found).startswith(f"1 ok in {bucket.url}; file_changed.jpg changed, ")

    assert len(at_url("sync").fetched) == 2, "what has its size is believed"
    assert len(at_url("sync", rehash=True).fetched) == 1
    bucket.write("file_ok.jpg", bytes(1000))
    for file in files.values():
        respx.post(f"{API}/v1/files/{file['id']}/refresh_url").respond(json=file)
    report = calls("repair", output_dir=bucket.url)
    assert [(row.file_id, row.refreshed) for row in report.fetched] == [("file_ok", 1)]
    assert verify(bucket.url).is_whole
    assert bucket.read("metadata.jsonl") == manifest


def test_a_url_where_nothing_is_cannot_be_verified(bucket: Bucket, calls: Calls) -> None:
    with pytest.raises(FirstHandArgumentError, match="nothing was downloaded there"):
        verify(bucket.url)
    with pytest.raises(FirstHandArgumentError, match="does not exist"):
        calls("repair", output_dir=bucket.url)
    bucket.write("metadata.jsonl", b"notes of mine")
    with pytest.raises(FirstHandArgumentError, match=r"is no manifest \(line 1\)"):
        verify(bucket.url)


@respx.mock
def test_many_files_are_verified_with_one_listing(
    storage: Storage, at_url: Any, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    api([storage.file(f"{number:02}", bytes([number])) for number in range(60)])
    at_url()
    bucket.remove("file_07.jpg")
    finds: list[str] = []
    for kind in (MEMORY, DISK):
        monkeypatch.setattr(
            kind, "find", lambda self, path, find=kind.find, **more: finds.append(path) or find(self, path, **more)
        )
    found = verify(bucket.url)
    assert (found.ok, [row.file_id for row in found.files]) == (59, ["file_07"])
    assert len(finds) == 1


@respx.mock
def test_a_file_that_cannot_be_read_is_no_verdict(
    storage: Storage, at_url: Any, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    api([storage.file("a", b"content")])
    at_url()
    for kind in (MEMORY, DISK):
        monkeypatch.setattr(kind, "cat_file", lambda *_, **__: 1 / 0)
    with pytest.raises(FirstHandConnectionError, match="it cannot be read back: division by zero"):
        verify(bucket.url)


# Killed, locked, and on two machines


DOWNLOADER = """
import sys, disk_storage, firsthandapi
base_url, url = sys.argv[1:]
client = firsthandapi.Client("fh_test_key", base_url=base_url)
report = client.files.download_all(job_id="job_1", output_dir=url, progress=False)
print(len(report.fetched), len(report.present), len(report.resumed))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_run_that_was_killed_goes_on_where_it_was(storage: Storage, tmp_path: Path, cache: Path) -> None:
    bucket = Bucket(f"disk://{(tmp_path / 'out').as_posix()}")
    for number in range(8):
        storage.file(str(number), bytes([number]) * 3 * PIECE)
    for number in range(20):
        storage.file(f"small_{number}", bytes([number]) * 1000)
    storage.pause = 0.02
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment["PYTHONPATH"] = os.pathsep.join([os.path.dirname(__file__), environment.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", DOWNLOADER, storage.url, bucket.url]
    for moment in (1_000_000, 3_000_000, 5_000_000):
        with subprocess.Popen(command, env=environment) as process:
            while storage.total_sent < moment and process.poll() is None:
                time.sleep(0.001)
            process.kill()
        assert process.returncode != 0, "it was not done yet"
        for name in bucket.names:
            if name.endswith(".jpg"):
                assert bucket.read(name) == storage.content[name[5:-4]], "whatever has its name is right"
    resumed = len(storage.ranges)
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    assert sum(map(int, done.stdout.split()[:2])) == 28
    assert resumed > 0
    assert bucket.names == sorted(["metadata.jsonl", *(f"{id}.jpg" for id in storage.files)]), "no leftover"
    assert verify(bucket.url).ok == 28
    assert len(bucket.rows) == 28
    assert left_behind(cache) == []
    twice = [name for name, times in storage.confirmed.items() if times > 1]
    assert twice == [], "fetched whole twice"


@respx.mock
@pytest.mark.parametrize("moment", ["send", "append"])
def test_a_run_that_died_around_an_upload_fetches_nothing_again(
    storage: Storage, at_url: Any, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    api([storage.file(name, name.encode() * 400_000) for name in "ab"])
    with monkeypatch.context() as patch:
        patch.setattr(Remote if moment == "send" else Manifest, moment, lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            at_url(concurrency=1)
    assert sum(storage.requests.values()) == 1
    report = at_url()
    assert sum(storage.requests.values()) == 2
    assert sorted(row.status for row in report.files) == ["fetched", "fetched" if moment == "send" else "present"]
    assert verify(bucket.url).ok == 2


@respx.mock
def test_a_second_run_on_this_machine_is_kept_out(storage: Storage, at_url: Any, bucket: Bucket) -> None:
    api([storage.file("a", b"content")])
    other = Folder(staging(Store(bucket.url).key), private=True)
    assert other.try_lock()
    with pytest.raises(FirstHandFolderBusyError, match=f"another download is writing to {bucket.url}"):
        at_url(output_dir=f"{bucket.url}/", if_locked="fail")
    assert other.path.stat().st_mode & 0o077 == 0 or sys.platform == "win32", "staged files are nobody else's"
    other.unlock()
    assert not other.path.exists()
    assert len(at_url(if_locked="fail").fetched) == 1


def test_folders_that_go_while_others_wait_for_them_let_each_in_once(cache: Path) -> None:
    """Runs into one URL that follow each other as fast as they can, each removing what it worked in."""
    at_work, turns = [0], []

    def run() -> None:
        folder = Folder(staging(("s3", "bucket/x")), private=True)
        for _ in range(40):
            while not folder.try_lock():
                time.sleep(0.0001)
            at_work[0] += 1
            turns.append(at_work[0])
            (folder.path / "owner").write_text("me", encoding="ascii")
            (folder.path / "owner").unlink()
            at_work[0] -= 1
            folder.unlock()

    threads = [threading.Thread(target=run, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert turns == [1] * 160
    assert left_behind(cache) == []


def test_a_folder_that_comes_and_goes_is_no_file(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was gone when Python asked what it is, and is there again."""
    folder = Folder(staging(("s3", "bucket/x")), private=True)
    folder.path.mkdir(parents=True)
    monkeypatch.setattr(Path, "is_dir", lambda *_, **__: False)
    assert folder.try_lock()
    monkeypatch.undo()
    folder.unlock()
    assert left_behind(cache) == []


@respx.mock
def test_what_was_not_removed_at_a_url_is_removed_by_the_next_run(
    storage: Storage, at_url: Any, bucket: Bucket, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as something is left there, the run leaves its name here."""

    def refusing(rm: Callable[..., None]) -> Callable[..., None]:
        def refuse(fs: Any, path: str, **more: Any) -> None:
            if re.search(r"\.firsthandapi/[0-9a-f]{32}$", path):
                raise OSError("not now")
            rm(fs, path, **more)

        return refuse

    api([storage.file("a", b"content")])
    with monkeypatch.context() as patch:
        for kind in (MEMORY, DISK):
            patch.setattr(kind, "rm", refusing(kind.rm))
        at_url()
    assert left_behind(cache)[1:] == ["owner"]
    assert any(name.startswith(".firsthandapi/") for name in bucket.names)
    at_url("sync")
    assert left_behind(cache) == []
    assert bucket.names == ["file_a.jpg", "metadata.jsonl"]


@respx.mock
def test_what_a_killed_run_left_at_a_url_is_removed_and_what_is_of_another_machine_is_not(
    storage: Storage, at_url: Any, bucket: Bucket
) -> None:
    api([storage.file("a", b"content")])
    at_url()
    owner = "0123456789abcdef" * 2
    staged = staging(Store(bucket.url).key)
    staged.mkdir(parents=True)
    (staged / "owner").write_text(owner, encoding="ascii")
    left = Bucket(f"{bucket.url}/.firsthandapi")
    Bucket(f"{left.url}/{owner}").write("half", b"half a file")
    Bucket(f"{left.url}/other").write("half", b"half a file")
    at_url("sync")
    assert left.names == ["other", "other/half"]
    assert verify(bucket.url).is_whole


@respx.mock
def test_two_machines_at_once_keep_the_lines_of_each_other(
    storage: Storage, at_url: Any, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [storage.file(name, name.encode()) for name in ("a", "shared", "withdrawn")]
    api(files)
    at_url("sync")
    other = [storage.file("b", b"b", job_id="job_2")]
    api(other, job="job_2")
    fresh = {**storage.file("c", b"c")}
    api([*files[:2], fresh])
    rebase, turns = Remote.rebase, []

    def meanwhile(self: Remote, ledger: Any) -> Any:
        if not turns:
            turns.append(1)
            monkeypatch.setenv("FIRSTHAND_CACHE_DIR", str(tmp_path / "other machine"))
            with firsthandapi.Client("fh_test_key") as client:
                report = client.files.sync(job_id="job_2", output_dir=bucket.url, withdrawn="delete")
            assert len(report.fetched) == 1
        return rebase(self, ledger)

    monkeypatch.setattr(Remote, "rebase", meanwhile)
    report = at_url("sync", withdrawn="delete")
    assert [row.file_id for row in report.withdrawn] == ["file_withdrawn"]
    assert [row["id"] for row in bucket.rows] == ["file_a", "file_b", "file_c", "file_shared"]
    assert verify(bucket.url).ok == 4
    assert len(at_url("sync").present) == 3


# Listing


class Pages:
    """A file system whose library answers requests, as s3fs does, and one as gcsfs does."""

    def __init__(self, *pages: dict[str, Any]) -> None:
        self.pages, self.asked = list(pages), []  # type: ignore[var-annotated]

    def split_path(self, path: str) -> tuple[str, str, None]:
        bucket, _, key = path.partition("/")
        return bucket, key, None

    def answer(self, *words: str, **asked: Any) -> dict[str, Any]:
        self.asked.append((*words, asked))
        return self.pages.pop(0)


def test_s3_is_listed_page_by_page() -> None:
    class S3(Pages):
        req_kw = {"RequestPayer": "requester"}  # noqa: RUF012
        call_s3 = Pages.answer

    fs: Any = S3(
        {"Contents": [{"Key": "a/b/1.jpg", "Size": 1}], "IsTruncated": True, "NextContinuationToken": "more"},
        {"Contents": [{"Key": "a/b/c/2.jpg", "Size": 2}], "IsTruncated": False},
    )
    assert list(pages(fs, "bucket/a/b")) == [("1.jpg", 1), ("c/2.jpg", 2)]
    common = {"Bucket": "bucket", "Prefix": "a/b/", "RequestPayer": "requester"}
    assert [asked["ContinuationToken"] for _, asked in fs.asked[1:]] == ["more"]
    assert all(words == "list_objects_v2" and common.items() <= asked.items() for words, asked in fs.asked)
    assert list(pages(S3({"IsTruncated": False}), "bucket")) == []  # type: ignore[arg-type]


def test_google_cloud_storage_is_listed_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    class GCS(Pages):
        __module__ = "gcsfs.core"
        call = Pages.answer

    fs: Any = GCS({"items": [{"name": "a/1.jpg", "size": "1"}], "nextPageToken": "more"}, {"kind": "storage#objects"})
    assert list(pages(fs, "bucket/a")) == [("1.jpg", 1)]
    assert [(words, asked.get("pageToken")) for *words, asked in fs.asked] == [
        (["GET", "b/{}/o", "bucket"], None),
        (["GET", "b/{}/o", "bucket"], "more"),
    ]


# What goes wrong


@respx.mock
def test_an_upload_that_fails_is_tried_again_and_then_fails_one_file(
    storage: Storage, at_url: Any, calls: Calls, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, tries = Store._put, []

    def refuse(self: Store, path: str, name: str) -> None:
        tries.append(name)
        if name == "file_bad.jpg" or (tries.count(name) == 1 and name == "file_slow.jpg"):
            raise PermissionError(13, "Denied by ftp://me:hunter2@host/x?Signature=verysecret")
        put(self, path, name)

    files = [storage.file(name, name.encode() * 200_000) for name in ("bad", "slow", "good")]
    api(files)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "_put", refuse)
        with pytest.raises(FirstHandDownloadError) as caught:
            at_url()
    report = caught.value.report
    assert [row.status for row in report.files] == ["failed", "fetched", "fetched"]
    assert report.files[0].error == "it cannot be uploaded: Denied by ftp://host/x (PermissionError)"
    assert tries.count("file_bad.jpg") == 4
    assert "hunter2" not in str(caught.value) + repr(report)
    assert set(storage.requests.values()) == {1}, "bytes that are here are not fetched again"
    assert [row["id"] for row in bucket.rows] == ["file_good", "file_slow"]
    report = at_url()
    assert [(row.status, row.attempts) for row in report.files][:1] == [("fetched", 0)]
    assert verify(bucket.url).ok == 3


@respx.mock
def test_when_uploads_fail_again_and_again_nothing_more_is_fetched(
    storage: Storage, at_url: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Store, path: str, name: str) -> None:
        raise OSError(5, "Slow Down")

    monkeypatch.setattr(Store, "_put", refuse)
    monkeypatch.setattr(remote, "PATIENCE", 12)
    api([storage.file(str(number), b"x") for number in range(80)])
    with pytest.raises(FirstHandDownloadError) as caught:
        at_url(concurrency=1)
    report = caught.value.report
    assert len(report.failed) == 80
    assert sum(storage.requests.values()) < 20
    assert report.failed[-1].error.startswith("it was not fetched, since the last 12 uploads failed: it cannot be upl")


@respx.mock
def test_a_manifest_that_cannot_be_written_loses_nothing(
    storage: Storage, at_url: Any, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Remote, part: Path, names: Iterable[str]) -> None:
        raise Unreachable("it cannot be uploaded: Slow Down (OSError)")

    api([storage.file("a", b"content")])
    with monkeypatch.context() as patch:
        patch.setattr(Remote, "publish", refuse)
        with pytest.raises(
            FirstHandDownloadError, match=r"out/metadata\.jsonl cannot be written: it cannot be uploaded: Sl"
        ):
            at_url()
    assert len(at_url().present) == 1
    assert [row["id"] for row in bucket.rows] == ["file_a"]
    assert set(storage.requests.values()) == {1}


@pytest.mark.parametrize("method", ["download_all", "sync"])
def test_a_url_that_cannot_be_written_to_is_said_before_anything_is_asked(
    calls: Calls, tmp_path: Path, method: str
) -> None:
    (tmp_path / "file").write_text("I am a file")
    with respx.mock, pytest.raises(FirstHandArgumentError, match=r"output_dir: disk://.*it cannot be written to: "):
        calls.into_out(method, output_dir=f"disk://{tmp_path.as_posix()}/file/below")


@respx.mock
@pytest.mark.parametrize("size", [1000, 5000])
def test_no_more_bytes_are_sent_at_once_than_there_is_memory_for(
    storage: Storage, at_url: Any, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    put, counting, inside, most = Store._put, threading.Lock(), [0], [0]

    def count(self: Store, path: str, name: str) -> None:
        with counting:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        time.sleep(0.01)
        put(self, path, name)
        with counting:
            inside[0] -= 1

    monkeypatch.setattr(Store, "_put", count)
    monkeypatch.setattr(remote, "MEMORY", 4000)
    monkeypatch.setattr(pace, "START", 16)
    api([storage.file(str(number), bytes([number]) * size) for number in range(20)])
    assert len(at_url().fetched) == 20
    assert most[0] in ([2, 3, 4] if size == 1000 else [1])


def test_a_file_that_waits_for_memory_stops_when_the_download_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("firsthandapi.download.budget.TURN", 0.001)
    memory = Budget(10)
    with memory.share(100), pytest.raises(ZeroDivisionError), memory.share(1, lambda: 1 / 0):  # type: ignore[arg-type,return-value]
        pytest.fail("there is none left")
    with memory.share(6), memory.share(4):
        pass
    with memory.share(10):
        pass


def test_a_library_that_is_missing_is_named_before_anything_is_asked(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = importlib.import_module("fsspec.registry").known_implementations
    monkeypatch.setitem(known, "cloud", {"class": "cloudfs.CloudFS", "err": "no"})
    monkeypatch.setitem(known, "dish", {"class": "fsspec.dish.Dish", "err": "needs plates"})
    with respx.mock:
        for method in ("download_all", "sync", "plan_download"):
            with pytest.raises(ImportError, match=r"cloud:// needs cloudfs: pip install cloudfs$"):
                calls.into_out(method, output_dir="cloud://bucket/x")
        with pytest.raises(ImportError, match="dish:// cannot be used: needs plates"):
            verify("dish://bucket/x")
        with pytest.raises(FirstHandArgumentError, match="nothing:// is no kind of storage that fsspec knows"):
            verify("nothing://bucket/x")
        monkeypatch.setitem(sys.modules, "fsspec", None)
        monkeypatch.delitem(sys.modules, "fsspec.core")
        with pytest.raises(ImportError, match=r"memory:// needs fsspec: pip install 'firsthandapi\[fsspec\]'"):
            calls("repair", output_dir="memory://out")


@respx.mock
def test_a_secret_of_a_file_system_is_in_no_text(
    storage: Storage, at_url: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fsspec.config.conf, "memory", {"token": "hunter2"})
    monkeypatch.setitem(fsspec.config.conf, "disk", {"token": "hunter2"})

    def refuse(self: Store, path: str, name: str) -> None:
        raise OSError(f"no entry for {self._file_system.storage_options['token']}")

    monkeypatch.setattr(Store, "_put", refuse)
    api([storage.file("a", b"content")])
    with pytest.raises(FirstHandDownloadError) as caught:
        at_url(raise_on_failure=False)
    assert caught.value.report.failed[0].error == "it cannot be uploaded: no entry for ... (OSError)"
    assert "hunter2" not in str(caught.value)


def test_a_secret_in_a_url_is_in_no_text() -> None:
    with pytest.raises(FirstHandArgumentError, match=r"output_dir: ftp://127\.0\.0\.1:9/x cannot be used: ") as caught:
        verify("ftp://me:hunter2@127.0.0.1:9/x")
    assert "hunter2" not in str(caught.value)
    assert shown("s3://key:secret@bucket/a/b/?versionId=1") == "s3://bucket/a/b"
    assert shown("memory://") == "memory://"


@respx.mock
def test_what_was_downloaded_is_a_data_set(storage: Storage, at_url: Any, bucket: Bucket) -> None:
    api([storage.file("a", b"content")])
    (found,) = Dataset.open(at_url())
    assert (found.row["file_name"], found.path.read_bytes()) == ("file_a.jpg", b"content")


def test_what_is_no_url_that_can_be_written_to(tmp_path: Path) -> None:
    with pytest.raises(FirstHandArgumentError, match="a chain of URLs"):
        verify("simplecache::memory://out")
    with pytest.raises(FirstHandArgumentError, match="a URL in a Path"):
        verify(Path("s3://bucket/x"))
    with pytest.raises(FirstHandArgumentError, match="would match files"):
        verify("memory://out/[a]")


def test_the_staging_folder_is_the_urls_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key = Store("memory://bucket/x").key
    assert staging(key) == staging(Store("memory:///bucket/x/").key) != staging(Store("memory://bucket/y").key)
    assert staging(key).parent == tmp_path / "cache"
    monkeypatch.delenv("FIRSTHAND_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "xdg"))
    assert staging(key).parent == tmp_path / "xdg" / "firsthandapi"


def test_a_key_tells_servers_apart_and_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    ftp = fsspec.get_filesystem_class("ftp")
    monkeypatch.setattr(ftp, "_connect", lambda _: None)
    monkeypatch.delattr(ftp, "__del__")
    keys = [Store(f"ftp://{server}/x").key for server in ("me:one@a", "me:two@a", "me:one@b")]
    assert keys[0] == keys[1] != keys[2]
    assert "one" not in str(keys)


# One folder, whatever it is called


@respx.mock
@pytest.mark.parametrize("first", [0, 1])
def test_two_spellings_of_a_folder_wait_for_each_other_and_know_that_it_is_unfinished(
    storage: Storage, at_url: Any, bucket: Bucket, tmp_path: Path, first: int
) -> None:
    folder = (tmp_path / "out").as_posix()
    spellings = ["memory://out", "memory:///out/"] if "memory" in bucket.url else [folder, f"file://{tmp_path}/./out"]
    one, other = spellings[first], spellings[1 - first]
    api([storage.file(name, name.encode()) for name in "abcd"])
    told: list[str] = []

    def look(progress: Any) -> None:
        if progress.files_done < 2 or told:
            return
        with pytest.raises(FirstHandDatasetError, match="the download has not ended: run it again"):
            Dataset.open(other)
        with pytest.raises(FirstHandFolderBusyError) as caught:
            at_url(output_dir=other, if_locked="fail")
        told.append(str(caught.value))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        at_url(output_dir=one, progress=look, concurrency=1)
    assert len(told) == 1
    for spelling in spellings:
        with pytest.raises(FirstHandDatasetError, match="run it again, it goes on where it was"):
            Dataset.open(spelling)
    found = verify(other)
    assert found.is_whole
    assert 2 <= found.ok < 4
    report = at_url(output_dir=other)
    assert len(report.fetched) + len(report.present) == 4
    assert [len(Dataset.open(spelling)) for spelling in spellings] == [4, 4]


@respx.mock
def test_a_url_of_this_machine_is_its_path(storage: Storage, at_url: Any, tmp_path: Path, cache: Path) -> None:
    api([storage.file("a", b"content")])
    report = at_url(output_dir=(tmp_path / "here").as_uri())
    assert report.output_dir == tmp_path / "here"
    assert report.files[0].path.read_bytes() == b"content"
    (tmp_path / "link").symlink_to(tmp_path / "here")
    assert len(at_url(output_dir=(tmp_path / "link").as_uri()).present) == 1
    assert verify((tmp_path / "here").as_uri()).ok == 1
    assert left_behind(cache) == []
