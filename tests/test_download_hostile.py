"""Servers, links, disks and users at their worst: a download ends, says what it did, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import sys
import threading
import time
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import respx
from download_support import API, KEY, Calls, api, calls, download, parts, refreshes, storage
from storage_server import Storage

import firsthandapi
from firsthandapi.download import engine, lines, manifest, run
from firsthandapi.download.engine import Broken
from firsthandapi.download.folder import Folder
from firsthandapi.download.manifest import Manifest
from firsthandapi.download.place import Local
from firsthandapi.errors import FirstHandArgumentError

__all__ = ["calls", "download", "storage"]

LARGE = random.Random(5).randbytes(4 << 20)
CONTENT = LARGE[:700_000]


class Reply(NamedTuple):
    """What a scripted server answers to one request; the connection breaks after a body that is too short."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    breaks: bool = False


class Script:
    """An engine that answers one thing after the other, and notes what it was asked."""

    dialer = None

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.asked: list[tuple[int, str | None]] = []

    def open(self, url: str, *, offset: int = 0, validator: str | None = None) -> Any:
        self.asked.append((offset, validator))
        return Scripted(self.replies.pop(0))

    def close(self) -> None:
        pass


class Scripted:
    def __init__(self, reply: Reply) -> None:
        self.status, self.headers, self._left, self._breaks = reply

    def readinto(self, buffer: memoryview) -> int:
        if not self._left and self._breaks:
            raise Broken("the connection broke")
        piece, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        pass


def scripted(monkeypatch: pytest.MonkeyPatch, *replies: Reply) -> Script:
    script = Script(*replies)
    monkeypatch.setattr(engine, "default", lambda timeout: script)
    return script


# Ends


@respx.mock
def test_a_file_that_comes_far_again_and_again_and_never_to_its_end_is_given_up(storage: Storage, calls: Calls) -> None:
    storage.faults["a"] = [f"cut:{3 << 19}", "other"] * 30
    api([storage.file("a", LARGE), storage.file("b", b"fine")])
    report = calls.into_out(raise_on_failure=False)
    assert [row.status for row in report.files] == ["failed", "fetched"]
    assert report.failed[0].attempts == 4, "with three retries"


@respx.mock
def test_a_link_that_is_good_and_brings_nothing_is_not_renewed_for_ever(storage: Storage, calls: Calls) -> None:
    storage.faults["a"] = ["403", "cut:0"] * 30
    file = storage.file("a", CONTENT)
    respx.post(f"{API}/v1/files/file_a/refresh_url").respond(json=file)
    api([file])
    report = calls.into_out(raise_on_failure=False)
    assert report.failed[0].attempts == 8
    assert report.failed[0].refreshed == 4


@respx.mock
def test_links_that_live_for_less_than_a_minute_are_used_while_they_are_good(storage: Storage, calls: Calls) -> None:
    soon = (datetime.now(timezone.utc) + timedelta(seconds=30)).isoformat()
    file = storage.file("a", CONTENT, download_url_expires_at=soon)
    renewed = refreshes(storage, file)
    api([file])
    assert len(calls.into_out().fetched) == 1
    assert renewed.call_count == 1


# Resumption


@respx.mock
def test_a_file_that_started_again_was_not_resumed(storage: Storage, calls: Calls) -> None:
    storage.faults["a"] = ["cut", "wrong"]
    api([storage.file("a", CONTENT)])
    row = calls.into_out().files[0]
    assert (row.attempts, row.resumed) == (3, 0)
    assert row.path.read_bytes() == CONTENT


DATED = {"last-modified": "Tue, 31 Mar 2026 14:22:08 GMT"}
LATER = {"last-modified": "Tue, 31 Mar 2026 14:22:09 GMT"}


@respx.mock
@pytest.mark.off_contract("a file without a hash")
@pytest.mark.parametrize(
    ("first", "second", "validator"),
    [
        (DATED, LATER, DATED["last-modified"]),
        ({"etag": 'W/"weak"', **DATED}, LATER, DATED["last-modified"]),
        ({"etag": '"one"', **DATED}, {"etag": '"two"', **DATED}, '"one"'),
        ({"etag": '"one"'}, {"etag": 'W/"one"'}, '"one"'),
    ],
    ids=["date", "weak tag", "tag", "tag that became weak"],
)
def test_without_a_hash_no_file_is_put_together_from_two(
    storage: Storage,
    calls: Calls,
    monkeypatch: pytest.MonkeyPatch,
    first: dict[str, str],
    second: dict[str, str],
    validator: str,
) -> None:
    """The server takes no notice of If-Range, and the file changed between two requests."""
    old, new = CONTENT[::-1], CONTENT
    whole = {"content-length": str(len(new))}
    script = scripted(
        monkeypatch,
        Reply(200, {**whole, **first}, old[:500_000], breaks=True),
        Reply(206, {"content-range": f"bytes 500000-{len(new) - 1}/{len(new)}", **second}, new[500_000:]),
        Reply(200, {**whole, **second}, new),
    )
    api([storage.file("a", new, content_hash=None)])
    report = calls.into_out()
    assert report.files[0].path.read_bytes() == new
    assert script.asked == [(0, None), (500_000, validator), (0, None)]


@respx.mock
@pytest.mark.off_contract("a file without a size")
def test_a_length_that_was_said_once_is_not_forgotten(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = {"etag": '"one"'}
    script = scripted(
        monkeypatch,
        Reply(200, {"content-length": str(len(CONTENT)), **tag}, CONTENT[:300_000], breaks=True),
        Reply(206, {"content-range": f"bytes 300000-{len(CONTENT) - 1}/*", **tag}, CONTENT[300_000:600_000]),
        Reply(206, {"content-range": f"bytes 600000-{len(CONTENT) - 1}/*", **tag}, CONTENT[600_000:]),
    )
    api([storage.file("a", CONTENT, content_hash=None, size_bytes=None)])
    assert calls.into_out().files[0].path.read_bytes() == CONTENT
    assert [offset for offset, _ in script.asked] == [0, 300_000, 600_000]


# Ends of a run


@respx.mock
@pytest.mark.skipif(sys.platform != "linux", reason="open files are looked up in /proc")
def test_a_run_that_fails_leaves_no_file_open(storage: Storage, calls: Calls) -> None:
    def give_up(at: firsthandapi.DownloadProgress) -> None:
        if at.files_done:
            raise KeyError

    api([storage.file(str(number), CONTENT) for number in range(5)])
    with pytest.raises(KeyError):
        calls.into_out(progress=give_up)
    held = {os.path.realpath(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")}
    assert [path for path in held if str(calls.folder) in path] == []


def test_a_thread_that_outlives_its_run_writes_into_nobodys_journal(tmp_path: Path) -> None:
    place = Local(tmp_path)
    assert place.folder.try_lock()
    late = Manifest(place)
    late.append(b'{"file_name": "a.jpg"}\n')
    late.close()
    with pytest.raises(ValueError, match="closed"):
        late.append(b'{"file_name": "b.jpg"}\n')
    assert (place.folder.work / manifest.JOURNAL).read_bytes() == b'{"file_name": "a.jpg"}\n'
    place.folder.unlock()


@respx.mock
def test_a_download_that_is_given_up_does_not_wait_for_pauses(storage: Storage, tmp_path: Path) -> None:
    """Neither for one between two attempts, nor for that which the storage asked of all."""
    storage.faults["0"] = ["429:50"]
    api([storage.file(str(number), b"x") for number in range(9)])

    async def main() -> float:
        async with firsthandapi.AsyncClient(KEY) as client:
            task = asyncio.ensure_future(client.files.download_all(job_id="job_1", output_dir=tmp_path / "out"))
            while not storage.requests["0"]:
                await asyncio.sleep(0.001)
            await asyncio.sleep(0.02)
            begun = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return time.monotonic() - begun

    assert asyncio.run(main()) < 0.5 * run.LAST_BREATH
    assert [thread.name for thread in threading.enumerate() if "firsthandapi-download" in thread.name] == []


@respx.mock
def test_a_system_that_allows_few_threads_is_enough(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Scarce(threading.Thread):
        def start(self) -> None:
            if any(thread.name == self.name for thread in threading.enumerate()):
                raise RuntimeError("can't start new thread")
            super().start()

    monkeypatch.setattr(run, "Thread", Scarce)
    api([storage.file(str(number), b"x") for number in range(20)])
    assert len(calls.into_out().fetched) == 20


@respx.mock
def test_a_system_that_allows_no_thread_says_so(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refused(threading.Thread):
        def start(self) -> None:
            raise RuntimeError("can't start new thread")

    monkeypatch.setattr(run, "Thread", Refused)
    api([storage.file("a", b"x")])
    with pytest.raises(RuntimeError, match="can't start new thread"):
        calls.into_out()
    assert parts(calls.folder) == []


@respx.mock
def test_a_task_that_is_cancelled_while_it_finishes_has_finished(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = Manifest.finish
    begun, done = threading.Event(), threading.Event()

    def slow(self: Manifest, *arguments: Any) -> None:
        begun.set()
        time.sleep(0.05)
        finish(self, *arguments)
        done.set()

    monkeypatch.setattr(Manifest, "finish", slow)
    api([storage.file("a", b"x")])

    async def main() -> None:
        async with firsthandapi.AsyncClient(KEY) as client:
            task = asyncio.ensure_future(client.files.download_all(job_id="job_1", output_dir=tmp_path / "out"))
            while not begun.is_set():
                await asyncio.sleep(0.001)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert done.is_set()

    asyncio.run(main())
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["file_a.jpg", "metadata.jsonl"]


# Folders


@respx.mock
def test_what_the_service_calls_a_file_never_leads_out_of_the_folder(
    storage: Storage, calls: Calls, tmp_path: Path
) -> None:
    evil = [
        "../../etc/passwd",
        "/etc/passwd",
        "C:\\evil",
        "..",
        ".",
        "metadata.jsonl",
        ".firsthandapi",
        "a\0b",
        "con",
        " ",
    ]
    files = [storage.file(str(number), b"x%d" % number, id=id) for number, id in enumerate(evil)]
    kinds = ["../../etc/passwd", "image/../../evil", "image/jpeg; name=/etc/passwd", "", "jsonl"]
    files += [storage.file(f"kind{number}", b"y", content_type=kind) for number, kind in enumerate(kinds)]
    api(files)
    report = calls.into_out()
    assert len(report.fetched) == len(evil) + len(kinds)
    everything = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert everything == {row.path for row in report.files} | {report.manifest}
    assert {path.parent for path in everything} == {calls.folder}
    assert len(calls.into_out().present) == len(files)


@respx.mock
def test_the_hidden_folder_may_be_removed_under_a_run(storage: Storage, calls: Calls) -> None:
    def remove(at: firsthandapi.DownloadProgress) -> None:
        shutil.rmtree(calls.folder / ".firsthandapi", ignore_errors=True)

    api([storage.file("a", CONTENT)])
    with pytest.raises(firsthandapi.FirstHandDownloadError):
        calls.into_out(progress=remove)
    assert len(calls.into_out(if_locked="fail").files) == 1


def test_a_folder_that_cannot_be_looked_into_is_not_kept_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: object) -> list[str]:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", refuse)
        with pytest.raises(FirstHandArgumentError, match="cannot be written to: Permission denied"):
            Folder(tmp_path).try_lock()
    other = Folder(tmp_path)
    assert other.try_lock()
    other.unlock()


@pytest.mark.parametrize("name", ["C:evil.jpg", "C:/evil.jpg", "\\evil.jpg", "//host/share/evil.jpg", "a/../../b.jpg"])
def test_a_manifest_leads_out_of_no_folder_on_any_system(name: str) -> None:
    with pytest.raises(lines.Damaged, match="`file_name` must be the path of a file below the folder"):
        lines.row_of(json.dumps({"file_name": name, "id": "a"}).encode())
    assert lines.row_of(b'{"file_name": "a/b.jpg", "id": "a"}')["file_name"] == "a/b.jpg"
