"""The folder: one run at a time, plans, repairs, and disks that refuse."""

from __future__ import annotations

import json
import os
import pickle
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import respx
from download_support import API, Calls, NoSleep, api, calls, download, parts, storage
from storage_server import PIECE, Storage

import firsthandapi
from firsthandapi import FirstHandDiskSpaceError, FirstHandFolderBusyError
from firsthandapi.download import durable, pace, verify
from firsthandapi.download.folder import Folder
from firsthandapi.download.room import SPARE
from firsthandapi.errors import FirstHandArgumentError, FirstHandDownloadError

__all__ = ["calls", "download", "storage"]

CONTENT = random.Random(5).randbytes(4 * PIECE)

# Two runs


@respx.mock
def test_a_second_run_can_be_told_to_fail(storage: Storage, calls: Calls) -> None:
    api([storage.file("a", b"content")])
    other = Folder(calls.folder)
    assert other.try_lock()
    with pytest.raises(FirstHandFolderBusyError, match=r"another download is writing to .*out") as caught:
        calls.into_out(if_locked="fail")
    assert isinstance(caught.value, BlockingIOError)
    assert not storage.requests
    other.unlock()
    assert len(calls.into_out(if_locked="fail").fetched) == 1


@respx.mock
def test_a_second_run_waits_for_the_first(storage: Storage, calls: Calls) -> None:
    other = Folder(calls.folder)
    assert other.try_lock()

    class Patience(NoSleep):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            assert not storage.requests
            if len(self.slept) == 3:
                other.unlock()

        async def asleep(self, seconds: float) -> None:
            self.sleep(seconds)

    calls.clock = Patience()
    api([storage.file("a", b"content")])
    assert len(calls.into_out().fetched) == 1
    assert len(calls.clock.slept) == 3


def test_a_lock_dies_with_its_process(tmp_path: Path) -> None:
    script = f"""
import sys, time
from pathlib import Path
from firsthandapi.download.folder import Folder
from firsthandapi.download.room import SPARE
assert Folder(Path({str(tmp_path)!r})).try_lock()
print("locked", flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"locked\n"
        assert not Folder(tmp_path).try_lock()
        holder.kill()
    folder = Folder(tmp_path)
    assert folder.try_lock()
    folder.unlock()
    assert list(tmp_path.iterdir()) == []


def test_of_many_that_want_a_folder_one_has_it(tmp_path: Path) -> None:
    inside, most, turns = [0], [0], [0]
    counting = threading.Lock()

    def work() -> None:
        for _ in range(30):
            folder = Folder(tmp_path)
            while not folder.try_lock():
                pass
            with counting:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                turns[0] += 1
            with counting:
                inside[0] -= 1
            folder.unlock()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most[0], turns[0]) == (1, 120)


@pytest.mark.skipif(sys.platform == "win32", reason="it has other locks")
def test_a_file_system_without_locks_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import fcntl

    def flock(descriptor: int, how: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    folder = Folder(tmp_path)
    assert folder.try_lock()
    folder.unlock()
    assert "the file system has no locks (No locks available)" in caplog.text


class Windows(ModuleType):
    """`msvcrt`, and the rules of Windows that matter here: what is open cannot be removed, closing unlocks."""

    LK_NBLCK = 2

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        super().__init__("msvcrt")
        self.locked: dict[int, tuple[int, int]] = {}
        self._open: dict[int, tuple[int, int]] = {}
        opens, closes, unlinks = os.open, os.close, Path.unlink

        def open_(path: Any, *arguments: Any) -> int:
            descriptor = opens(path, *arguments)
            self._open[descriptor] = _identity(os.fstat(descriptor))
            return descriptor

        def close(descriptor: int) -> None:
            self.locked.pop(descriptor, None)
            self._open.pop(descriptor, None)
            closes(descriptor)

        def unlink(path: Path, missing_ok: bool = False) -> None:
            if path.exists() and _identity(path.stat()) in self._open.values():
                raise PermissionError(13, "The process cannot access the file because it is being used")
            unlinks(path, missing_ok)

        patch.setattr(os, "open", open_)
        patch.setattr(os, "close", close)
        patch.setattr(Path, "unlink", unlink)
        patch.setattr(sys, "platform", "win32")
        patch.setitem(sys.modules, "msvcrt", self)

    def locking(self, descriptor: int, mode: int, size: int) -> None:
        identity = _identity(os.fstat(descriptor))
        assert (mode, size) == (self.LK_NBLCK, 1)
        if identity in self.locked.values():
            raise PermissionError(13, "Permission denied")
        self.locked[descriptor] = identity


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_ino, found.st_dev


@pytest.mark.skipif(sys.platform == "win32", reason="it is the real thing there")
def test_the_logic_of_the_lock_on_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a stand-in for its module; that Windows behaves so is not tested here."""
    folder = tmp_path / "out"
    with monkeypatch.context() as patch:
        windows = Windows(patch)
        first, second = Folder(folder), Folder(folder)
        assert first.try_lock()
        assert not second.try_lock()
        first.unlock()
        assert list(folder.iterdir()) == [], "closed before it is removed"
        assert second.try_lock()
        (second.work / "left.part").touch()
        second.unlock()
        assert windows.locked == {}
        third = Folder(folder)
        assert third.try_lock()
        assert third.left == {"lock", "left.part"}
        third.unlock()


@pytest.fixture
def heeds_control_c() -> Iterator[None]:
    """What a shell starts in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@respx.mock
@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.usefixtures("heeds_control_c")
def test_control_c_stops_a_download_at_once(storage: Storage, tmp_path: Path) -> None:
    def interrupt() -> None:
        while len(storage.requests) < 3:
            time.sleep(0.01)
        time.sleep(6.5 * storage.pause)
        os.kill(os.getpid(), signal.SIGINT)

    storage.pause = 0.05
    api([storage.file(str(number), CONTENT) for number in range(30)])
    with firsthandapi.Client("fh_test_key") as client:
        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt):
            client.files.download_all(job_id="job_1", output_dir=tmp_path / "out")
        assert [thread.name for thread in threading.enumerate() if "download" in thread.name] == []
        assert sum(storage.requests.values()) < 30
        storage.pause = 0.0
        report = client.files.download_all(job_id="job_1", output_dir=tmp_path / "out", if_locked="fail")
    assert len(report.files) == 30
    assert report.resumed
    assert parts(tmp_path / "out") == []


@respx.mock
def test_two_runs_at_once_fetch_every_file_once(storage: Storage, tmp_path: Path) -> None:
    api([storage.file(str(number), CONTENT[: number * 1000]) for number in range(1, 40)])
    reports: list[firsthandapi.DownloadReport] = []

    def run() -> None:
        with firsthandapi.Client("fh_test_key") as client:
            reports.append(client.files.download_all(job_id="job_1", output_dir=tmp_path / "out"))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((len(report.fetched), len(report.present)) for report in reports) == [(0, 39), (39, 0)]
    assert set(storage.requests.values()) == {1}
    assert parts(tmp_path / "out") == []


# Plans


@respx.mock
def test_a_plan_says_what_is_to_be_done_and_writes_nothing(storage: Storage, calls: Calls) -> None:
    files = [storage.file(str(number), CONTENT[: 1000 * number]) for number in range(1, 5)]
    api(files[:2], files[2:])
    plan = calls.into_out("plan_download")
    assert not calls.folder.exists()
    assert (plan.count, plan.present, plan.missing, plan.stale, plan.bytes) == (4, 0, 4, 0, 10_000)
    assert plan.free_disk > 10_000
    assert plan.fits
    assert "4 files: 0 present, 4 missing, 0 stale; 0.0 MB to fetch" in str(plan)

    calls.folder.mkdir()
    (calls.folder / "file_1.jpg").write_bytes(CONTENT[:1000])
    (calls.folder / "file_2.jpg").write_bytes(b"something else")
    plan = calls.into_out("plan_download")
    assert (plan.count, plan.present, plan.missing, plan.stale, plan.bytes) == (4, 1, 2, 1, 9_000)
    assert [row.state for row in plan.files] == ["present", "stale", "missing", "missing"]
    assert plan.files[1].path == calls.folder / "file_2.jpg"
    assert sorted(path.name for path in calls.folder.iterdir()) == ["file_1.jpg", "file_2.jpg"]
    assert "Signature" not in repr(plan) + str(plan) + repr(plan.files)


@respx.mock
def test_a_plan_is_what_is_executed(storage: Storage, calls: Calls) -> None:
    listed = api([storage.file("a", b"content")])
    plan = calls.into_out("plan_download", name="{region}/{file_id}.{ext}")
    report = calls(plan=plan)
    assert listed.call_count == 1, "the list is not asked for again"
    assert [row.path for row in report.files] == [calls.folder / "US-NY" / "file_a.jpg"]
    assert (calls.folder / "US-NY" / "file_a.jpg").read_bytes() == b"content"
    assert len(calls(plan=plan).present) == 1


@respx.mock
def test_a_plan_that_the_disk_has_no_room_for_is_refused(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    api([storage.file("a", CONTENT)])
    monkeypatch.setattr(Folder, "free", lambda self: 1000)
    plan = calls.into_out("plan_download")
    assert not plan.fits
    with pytest.raises(FirstHandDiskSpaceError, match=r"has room for 0\.0 MB, and 1\.0 MB have to be fetched"):
        calls(plan=plan)
    assert not storage.requests
    assert not calls.folder.exists()


def test_a_plan_or_a_job(calls: Calls) -> None:
    with pytest.raises(FirstHandArgumentError, match="unless there is a plan"):
        calls(output_dir="x")
    with respx.mock:
        api([])
        plan = calls.into_out("plan_download")
    with pytest.raises(FirstHandArgumentError, match="plan: says which job"):
        calls(plan=plan, job_id="job_1")


# Reports


@respx.mock
def test_the_rows_of_a_report_read_like_a_list_and_travel(storage: Storage, download: Any) -> None:
    storage.faults["2"] = ["500"] * 9
    api([storage.file(str(number), b"x" * (number + 1)) for number in range(4)])
    with pytest.raises(FirstHandDownloadError) as caught:
        download()
    report = caught.value.report
    assert [row.file_id for row in report.files] == [f"file_{number}" for number in range(4)]
    assert report.files[-1] == report.files[3]
    assert report.files[1:3] == list(report.files)[1:3]
    with pytest.raises(IndexError):
        report.files[4]
    assert report.files == list(report.files)
    assert all(row.seconds >= 0 for row in report.files)
    revived = pickle.loads(pickle.dumps(caught.value))
    assert revived.report == report
    assert str(revived.report).startswith("3 fetched")
    assert any("file_2: storage answered 500" in note for note in revived.__notes__)


# Verify and repair


@respx.mock
def test_a_damaged_folder_is_found_out_and_repaired(storage: Storage, calls: Calls) -> None:
    files = {name: storage.file(name, name.encode() * 500) for name in ("ok", "gone", "short", "changed")}
    api(list(files.values()))
    folder = calls.into_out().output_dir
    assert verify(folder).is_whole
    assert verify(folder).ok == 4

    (folder / "file_gone.jpg").unlink()
    (folder / "file_short.jpg").write_bytes(b"short")
    changed = bytes(len(storage.content["changed"]))
    (folder / "file_changed.jpg").write_bytes(changed)
    found = verify(folder)
    assert not found.is_whole
    assert {row.file_id: row.status for row in found.files} == {
        "file_gone": "missing", "file_short": "changed", "file_changed": "changed",
    }  # fmt: skip
    assert str(found).startswith(f"1 ok in {folder}; ")

    for file in files.values():
        respx.post(f"{API}/v1/files/{file['id']}/refresh_url").respond(json=file)
    manifest = (folder / "metadata.jsonl").read_bytes()
    report = calls("repair", output_dir=folder)
    assert (len(report.fetched), len(report.present), len(report.files)) == (3, 1, 4)
    assert all(row.refreshed == 1 for row in report.fetched)
    assert verify(folder).is_whole
    assert (folder / "metadata.jsonl").read_bytes() == manifest
    assert parts(folder) == []


@respx.mock
def test_a_file_that_can_no_longer_be_had_is_named(storage: Storage, calls: Calls) -> None:
    api([storage.file("a", b"content"), storage.file("b", b"more")])
    folder = calls.into_out().output_dir
    (folder / "file_a.jpg").unlink()
    respx.post(f"{API}/v1/files/file_a/refresh_url").respond(
        404, json={"error": {"type": "not_found", "message": "No such file", "request_id": "req_1"}}
    )
    with pytest.raises(FirstHandDownloadError, match=r"1 of 2 files are missing, such as file_a: .*No such file"):
        calls("repair", output_dir=folder)


@respx.mock
def test_what_was_withdrawn_before_a_repair_fails_alone(storage: Storage, calls: Calls) -> None:
    files = [storage.file(name, name.encode() * 500) for name in ("changed", "gone", "missing")]
    api(files)
    folder = calls.into_out().output_dir
    manifest = (folder / "metadata.jsonl").read_bytes()
    (folder / "file_changed.jpg").write_bytes(b"!")
    (folder / "file_gone.jpg").unlink()
    (folder / "file_missing.jpg").unlink()
    gone = {"error": {"type": "not_found", "message": "No such file", "request_id": "req_1"}}
    for name in ("changed", "gone"):
        respx.post(f"{API}/v1/files/file_{name}/refresh_url").respond(404, json=gone)
    respx.post(f"{API}/v1/files/file_missing/refresh_url").respond(json=files[2])
    report = calls("repair", output_dir=folder, raise_on_failure=False)
    assert [row.status for row in report.files] == ["failed", "failed", "fetched"]
    assert {row.status for row in verify(folder).files} <= {"changed", "missing"}
    assert verify(folder).ok == 1
    assert (folder / "file_changed.jpg").read_bytes() == b"!", "it is not ours to delete"
    lines = (folder / "metadata.jsonl").read_bytes().splitlines()
    assert set(lines) <= set(manifest.splitlines())
    assert parts(folder) == []


@respx.mock
def test_a_manifest_that_was_cut_off_is_named_and_nothing_is_touched(storage: Storage, calls: Calls) -> None:
    api([storage.file(name, name.encode() * 500) for name in "abc"])
    manifest = calls.into_out().manifest
    manifest.write_bytes(manifest.read_bytes()[:-100])
    cut = manifest.read_bytes()
    for method in ("repair", "sync", "download_all"):
        with pytest.raises(FirstHandArgumentError, match=r"is no manifest \(line 3\): it is no JSON\. Move it away"):
            calls(method, output_dir=calls.folder, **({} if method == "repair" else {"job_id": "job_1"}))
    assert manifest.read_bytes() == cut
    manifest.unlink()
    assert len(calls.into_out().present) == 3
    assert verify(calls.folder).ok == 3


def test_a_folder_without_a_manifest_cannot_be_verified_or_repaired(tmp_path: Path, calls: Calls) -> None:
    with pytest.raises(FirstHandArgumentError, match="nothing was downloaded there"):
        verify(tmp_path)
    with pytest.raises(FirstHandArgumentError, match="nothing was downloaded there"):
        calls("repair", output_dir=tmp_path)
    assert list(tmp_path.iterdir()) == [], "above all no manifest that says that nothing is missing"
    with pytest.raises(FirstHandArgumentError, match="does not exist"):
        verify(tmp_path / "nowhere")
    with pytest.raises(FirstHandArgumentError, match="does not exist"):
        calls("repair", output_dir=tmp_path / "nowhere")
    (tmp_path / "metadata.jsonl").write_text(json.dumps({"file_name": "../../etc/passwd", "id": "x"}) + "\n")
    with pytest.raises(FirstHandArgumentError, match=r"is no manifest \(line 1\)"):
        verify(tmp_path)


@respx.mock
def test_a_run_that_was_killed_before_its_manifest_is_accounted_for(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    from firsthandapi.download.manifest import Manifest

    api([storage.file("a", b"content"), storage.file("b", b"more")])
    with monkeypatch.context() as patch:
        patch.setattr(Manifest, "finish", lambda self, ledger: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            calls.into_out()
    journal = calls.folder / ".firsthandapi" / "journal.jsonl"
    with journal.open("ab") as stream:
        stream.write(b'{"file_name": "file_c.jpg", "id')
    assert verify(calls.folder).ok == 2
    (calls.folder / "file_b.jpg").unlink()
    report = calls.into_out()
    assert (len(report.fetched), len(report.present)) == (1, 1)
    lines = (calls.folder / "metadata.jsonl").read_text().splitlines()
    assert [json.loads(line)["file_name"] for line in lines] == ["file_a.jpg", "file_b.jpg"]
    assert parts(calls.folder) == []


# Disks that refuse


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a file system cannot be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@respx.mock
def test_what_the_disk_has_no_room_for_is_not_begun(
    storage: Storage, calls: Calls, small_disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    large = [storage.file(str(number), CONTENT[number:]) for number in range(6)]
    small = [storage.file(f"small{number}", b"x" * 1000) for number in range(20)]
    api([*large, *small])
    folder = small_disk / "out"
    with pytest.raises(FirstHandDownloadError, match=r"5 of 26 files are missing, .*cannot be written: ") as caught:
        calls.into_out(output_dir=folder)
    report = caught.value.report
    assert len(report.fetched) == verify(folder).ok == 21, "one that fits, and those that fit beside it"
    for row in report.failed:
        assert (row.attempts, row.path.exists()) == (0, False)
        assert re.search(r"the disk is full: it needs 1\.0 MB, and 0\.\d MB are left", str(row.error))
    assert parts(folder) == []
    assert caplog.text.count("is full: what does not fit is left out") == 1

    subprocess.run(["mount", "-o", "remount,size=32m", str(small_disk)], check=True)
    report = calls.into_out(output_dir=folder)
    assert (len(report.fetched), len(report.present)) == (5, 21)
    assert set(storage.requests.values()) == {1}
    assert verify(folder).ok == 26


@respx.mock
def test_a_disk_that_another_program_fills_loses_nothing(storage: Storage, calls: Calls, small_disk: Path) -> None:
    def fill(at: firsthandapi.DownloadProgress) -> None:
        with suppress(OSError), (small_disk / "of another program").open("ab") as stream:
            while at.bytes_done > len(CONTENT) + PIECE and stream.write(bytes(100_000)):
                stream.flush()

    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    api([storage.file(str(number), CONTENT[number:]) for number in range(6)])
    folder = small_disk / "out"
    with pytest.raises(FirstHandDownloadError, match=r"5 of 6 files are missing, .*cannot be written: ") as caught:
        calls.into_out(output_dir=folder, concurrency=1, progress=fill)
    report = caught.value.report
    assert verify(folder).ok == 1
    errors = [str(row.error) for row in report.failed]
    assert "No space left" in errors[0]
    assert all("the disk is full" in error for error in errors[1:])
    assert not [row for row in report.failed if row.path.exists()]

    (small_disk / "of another program").unlink()
    report = calls.into_out(output_dir=folder)
    assert (len(report.fetched), len(report.present), len(report.resumed)) == (5, 1, 1)
    assert verify(folder).ok == 6
    assert parts(folder) == []


@respx.mock
@pytest.mark.parametrize("strip", [False, True])
def test_files_under_way_have_claimed_their_room(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch, strip: bool
) -> None:
    """The disk looks as if each alone would fit; a file system cannot be mounted everywhere."""
    need = len(CONTENT) * (2 if strip else 1)
    room = 3 * need + SPARE + 50_000

    def free(self: Folder) -> int:
        return room - sum(path.stat().st_size for path in calls.folder.rglob("*") if path.is_file())

    storage.pause = 0.001
    monkeypatch.setattr(Folder, "free", free)
    monkeypatch.setattr(pace, "START", 8)
    api([storage.file(str(number), CONTENT[number:]) for number in range(8)])
    report = calls.into_out(raise_on_failure=False, strip_metadata=strip)
    assert 3 <= len(report.fetched) <= (5 if strip else 3), "the copy's room is free again when the file has its name"
    assert {row.attempts for row in report.failed} == {0}


@respx.mock
def test_a_disk_with_room_is_not_looked_at_for_each_file(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    monkeypatch.setattr(Folder, "free", lambda self: looks.append(1) or 10**9)
    api([storage.file(str(number), b"x" * 1000) for number in range(100)])
    calls.into_out()
    assert len(looks) == 1


@respx.mock
@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX's")
def test_a_file_that_is_too_large_for_the_file_system_fails_alone(storage: Storage, calls: Calls) -> None:
    import resource

    api([storage.file("large", CONTENT), storage.file("small", b"fits")])
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, limits[1]))
    try:
        report = calls.into_out(raise_on_failure=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [row.file_id for row in report.failed] == ["file_large"]
    assert "cannot be written: File too large" in str(report.failed[0].error)
    assert (calls.folder / "file_small.jpg").read_bytes() == b"fits"
    assert calls.into_out().resumed[0].resumed <= 500_000
    assert parts(calls.folder) == []


@respx.mock
@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX's")
@pytest.mark.parametrize("method", ["plan_download", "download_all"])
def test_no_room_for_temporary_data_is_said(storage: Storage, calls: Calls, method: str) -> None:
    import resource

    few, many = storage.file("few", b"fetched"), storage.file("many", b"never")
    api([few], [{**many, "id": f"{number:02000}"} for number in range(2000)])
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(FirstHandDiskSpaceError, match=r"temporary data cannot be written .* TMPDIR"):
            calls.into_out(method)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    api([few])
    report = calls.into_out()
    assert [row.file_id for row in (*report.fetched, *report.present)] == ["file_few"]


@respx.mock
@pytest.mark.skipif(sys.platform == "win32", reason="users are POSIX's")
def test_a_folder_that_must_not_be_written_to(storage: Storage, calls: Calls) -> None:
    api([storage.file("a", b"content")])
    place = Path(tempfile.mkdtemp())  # not below the tests' own folder, which nobody else may enter
    place.chmod(0o555)
    is_root = os.geteuid() == 0
    if is_root:
        calls.into_out()  # loads what has to be loaded, which nobody else may be allowed to read
        os.seteuid(65534)
    try:
        with pytest.raises(FirstHandArgumentError, match=r"output_dir: .* cannot be written to: Permission denied"):
            calls.into_out(output_dir=place)
        with pytest.raises(FirstHandArgumentError, match=r"output_dir: .* cannot be written to: Permission denied"):
            calls.into_out(output_dir=place / "below")
    finally:
        if is_root:
            os.seteuid(0)
        place.rmdir()


@respx.mock
def test_a_folder_where_a_file_should_be_fails_alone(storage: Storage, calls: Calls) -> None:
    (calls.folder / "file_a.jpg").mkdir(parents=True)
    api([storage.file("a", b"content"), storage.file("b", b"more")])
    report = calls.into_out(raise_on_failure=False)
    assert [(row.file_id, row.status) for row in report.files] == [("file_a", "failed"), ("file_b", "fetched")]
    assert "cannot be written" in str(report.failed[0].error)


@respx.mock
def test_a_manifest_that_cannot_be_written_leaves_the_files_and_the_journal(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    api([storage.file("a", b"content")])

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(
            FirstHandDownloadError, match=r"metadata.jsonl cannot be written: No space left on device; 1 fetched"
        ) as caught:
            calls.into_out()
    assert len(caught.value.report.fetched) == 1
    assert verify(calls.folder).ok == 1, "the journal knows it"
    assert len(calls.into_out().present) == 1
    assert parts(calls.folder) == []


@respx.mock
def test_many_files_that_cannot_be_flushed_are_told_of(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    api([storage.file(str(number), b"content") for number in range(durable.FEW + 1)])

    def broken(folder: str) -> bool:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(durable, "_flush_file_system", broken)
        with pytest.raises(FirstHandDownloadError, match=r"metadata.jsonl cannot be written: Input/output error"):
            calls.into_out()
    assert len(calls.into_out().present) == durable.FEW + 1


@respx.mock
def test_nothing_is_written_when_the_api_does_not_answer(calls: Calls) -> None:
    respx.get(f"{API}/v1/jobs/job_1/files").mock(side_effect=httpx.ConnectError("down"))
    with pytest.raises(firsthandapi.FirstHandConnectionError):
        calls.into_out()
    assert list(calls.folder.iterdir()) == []


@respx.mock
@pytest.mark.parametrize(
    ("blocked", "reason"),
    [(".firsthandapi", "is a file, where a download keeps its own"), ("metadata.jsonl", "is a folder, where the")],
)
def test_what_stands_in_the_way_is_named(
    storage: Storage, download: Any, tmp_path: Path, blocked: str, reason: str
) -> None:
    (tmp_path / "out").mkdir()
    if blocked.startswith("."):
        (tmp_path / "out" / blocked).write_text("mine")
    else:
        (tmp_path / "out" / blocked).mkdir()
    api([storage.file("a", b"content")])
    with pytest.raises(firsthandapi.FirstHandArgumentError, match=reason):
        download()
    assert storage.requests == {}
