"""A download that breaks off goes on where it was: within a run, in the next one, and with a new link."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
import respx
from download_support import Calls, api, calls, download, parts, refreshes, storage
from storage_server import PIECE, Storage

import firsthandapi
from firsthandapi.download import part

__all__ = ["calls", "download", "storage"]

CONTENT = random.Random(5).randbytes(5 * PIECE + 1234)
"""Large enough for a journal."""


def leave_a_part(folder: Path, file: dict[str, Any], content: bytes, **journal: Any) -> None:
    """What a run that was killed leaves: a part file and, unless it is None, its journal."""
    work = folder / ".firsthandapi"
    work.mkdir(parents=True, exist_ok=True)
    key = part.key_of(file["id"])
    (work / f"{key}.part").write_bytes(content)
    noted = {
        "file_id": file["id"], "job_id": "job_1", "size": file["size_bytes"], "sha256": file["content_hash"],
        "total": file["size_bytes"], "validator": None, "durable": 0, **journal,
    }  # fmt: skip
    if journal.get("file_id", "") is not None:
        (work / f"{key}.json").write_text(json.dumps(noted))


@respx.mock
@pytest.mark.parametrize("fault", ["cut", "reset:700000"])
def test_a_cut_connection_goes_on_where_it_was(storage: Storage, download: Any, fault: str) -> None:
    storage.faults["a"] = [fault]
    api([storage.file("a", CONTENT)])
    report = download()
    row = report.files[0]
    assert row.path.read_bytes() == CONTENT
    assert row.attempts == 2
    assert row.resumed > 0
    assert report.resumed == [row]
    assert storage.ranges == [("a", f"bytes={row.resumed}-", storage.etag("a"))]
    assert storage.sent["a"] == len(CONTENT)
    assert parts(report.output_dir) == []


@respx.mock
def test_a_line_that_breaks_again_and_again_is_no_failure_while_it_brings_something(
    storage: Storage, download: Any
) -> None:
    content = random.Random(1).randbytes(12 << 20)
    storage.faults["a"] = [f"cut:{(1 << 20) + 5}"] * 9
    api([storage.file("a", content)])
    report = download()
    assert report.files[0].path.read_bytes() == content
    assert report.files[0].attempts == 10, "with three retries"
    assert storage.sent["a"] == len(content)


@respx.mock
def test_a_part_of_a_killed_run_is_continued(storage: Storage, calls: Calls) -> None:
    file = storage.file("a", CONTENT)
    leave_a_part(calls.folder, file, CONTENT[:700_000], validator=storage.etag("a"))
    api([file])
    report = calls.into_out()
    assert report.files[0].path.read_bytes() == CONTENT
    assert (report.files[0].resumed, report.files[0].attempts) == (700_000, 1)
    assert storage.sent["a"] == len(CONTENT) - 700_000
    assert parts(calls.folder) == []


@respx.mock
@pytest.mark.parametrize("journal", [{}, {"file_id": None}], ids=["large", "small"])
def test_a_part_that_is_whole_is_not_asked_for_again(storage: Storage, calls: Calls, journal: dict[str, None]) -> None:
    file = storage.file("a", CONTENT)
    leave_a_part(calls.folder, file, CONTENT, **journal)
    api([file])
    report = calls.into_out()
    assert report.files[0].path.read_bytes() == CONTENT
    assert (report.files[0].status, report.files[0].attempts) == ("fetched", 0)
    assert not storage.requests
    assert parts(calls.folder) == []


@respx.mock
@pytest.mark.parametrize(
    ("left", "journal"),
    [
        (CONTENT[:700_000], {"sha256": "0" * 64}),
        (CONTENT[:700_000], {"size": 3}),
        (CONTENT[:700_000], {"file_id": "another"}),
        (CONTENT[:700_000], {"file_id": None}),
        (CONTENT + b"more", {}),
        (CONTENT[:700_000], {"durable": "many"}),
    ],
    ids=["another version", "another size", "another file", "no journal", "too long", "a journal that is none"],
)
def test_a_part_that_cannot_be_right_starts_again(
    storage: Storage, calls: Calls, left: bytes, journal: dict[str, Any]
) -> None:
    file = storage.file("a", CONTENT)
    leave_a_part(calls.folder, file, left, **journal)
    api([file])
    report = calls.into_out()
    assert report.files[0].path.read_bytes() == CONTENT
    assert (report.files[0].resumed, storage.ranges) == (0, [])
    assert parts(calls.folder) == []


@respx.mock
def test_a_part_that_power_loss_damaged_starts_again(storage: Storage, calls: Calls) -> None:
    file = storage.file("a", CONTENT)
    leave_a_part(calls.folder, file, bytes(700_000), validator=storage.etag("a"))
    api([file])
    report = calls.into_out()
    assert report.files[0].path.read_bytes() == CONTENT
    assert report.files[0].attempts == 2
    assert parts(calls.folder) == []


@respx.mock
@pytest.mark.off_contract("a file without a hash")
def test_without_a_hash_only_what_is_durable_is_continued(storage: Storage, calls: Calls) -> None:
    file = storage.file("a", CONTENT, content_hash=None)
    left = CONTENT[:500_000] + bytes(200_000)
    leave_a_part(calls.folder, file, left, validator=storage.etag("a"), durable=500_000)
    api([file])
    report = calls.into_out()
    assert report.files[0].path.read_bytes() == CONTENT
    assert report.files[0].resumed == 500_000


@respx.mock
@pytest.mark.off_contract("a file without a hash")
def test_without_a_hash_and_a_validator_nothing_is_continued(storage: Storage, calls: Calls) -> None:
    storage.validators = False
    storage.faults["a"] = ["cut"]
    api([storage.file("a", CONTENT, content_hash=None)])
    report = calls.into_out()
    assert report.files[0].path.read_bytes() == CONTENT
    assert storage.ranges == []


@respx.mock
@pytest.mark.parametrize("fault", ["ignore", "shifted", "longer", "other", "wrong"])
def test_a_server_that_does_not_continue_properly_makes_the_file_start_again(
    storage: Storage, download: Any, fault: str
) -> None:
    storage.faults["a"] = ["cut", fault]
    api([storage.file("a", CONTENT)])
    report = download()
    assert report.files[0].path.read_bytes() == CONTENT
    assert report.files[0].attempts == (2 if fault == "ignore" else 3)
    assert parts(report.output_dir) == []


@respx.mock
def test_content_that_changes_meanwhile_starts_again(storage: Storage, calls: Calls) -> None:
    file = storage.file("a", CONTENT)
    leave_a_part(calls.folder, file, bytes(700_000), validator='"the etag of older content"')
    api([file])
    report = calls.into_out()
    assert report.files[0].path.read_bytes() == CONTENT
    assert report.files[0].attempts == 1, "the server sends all of it at once"


@respx.mock
def test_a_server_that_sends_without_end_is_stopped(storage: Storage, download: Any) -> None:
    storage.faults["a"] = ["endless"]
    api([storage.file("a", CONTENT)])
    assert download().files[0].path.read_bytes() == CONTENT


@respx.mock
@pytest.mark.parametrize("status", ["403", "404", "expired"])
def test_a_link_that_is_refused_in_the_middle_is_renewed_and_the_file_goes_on(
    storage: Storage, download: Any, status: str
) -> None:
    storage.faults["a"] = ["cut", status]
    file = storage.file("a", CONTENT)
    renewed = refreshes(storage, file)
    api([file])
    report = download()
    row = report.files[0]
    assert row.path.read_bytes() == CONTENT
    assert renewed.call_count == 1
    assert (row.refreshed, row.attempts, storage.sent["a"]) == (1, 3, len(CONTENT))
    assert row.resumed == len(CONTENT) // 2
    assert report.refreshed == [row]


@respx.mock
def test_what_a_failed_file_had_is_kept_for_the_next_run(storage: Storage, calls: Calls) -> None:
    storage.faults["a"] = ["cut", "500", "500", "500", "500"]
    api([storage.file("a", CONTENT)])
    report = calls.into_out(raise_on_failure=False)
    assert report.failed[0].error == "storage answered 500"
    assert not report.failed[0].path.exists()
    assert len(parts(calls.folder)) == 4, "the folder, the lock, the part and its journal"
    report = calls.into_out()
    assert report.files[0].path.read_bytes() == CONTENT
    assert storage.sent["a"] == len(CONTENT)
    assert parts(calls.folder) == []


@respx.mock
def test_large_files_are_made_durable_on_the_way(
    storage: Storage, download: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes: list[int] = []
    note = part.Part._note

    def noted(self: part.Part) -> None:
        notes.append(self._durable)
        note(self)

    monkeypatch.setattr(part, "DURABLE", 2 * PIECE)
    monkeypatch.setattr(part.Part, "_note", noted)
    api([storage.file("a", CONTENT), storage.file("small", b"x")])
    download(concurrency=1)
    assert notes == [0, 2 * PIECE, 4 * PIECE]


@respx.mock
def test_a_download_that_is_given_up_stops_at_once_and_can_be_repeated(storage: Storage, calls: Calls) -> None:
    class Enough(Exception):
        pass

    def stop(at: firsthandapi.DownloadProgress) -> None:
        if at.bytes_done > 2 * len(CONTENT):
            raise Enough

    api([storage.file(str(number), CONTENT) for number in range(20)])
    with pytest.raises(Enough):
        calls.into_out(progress=stop)
    assert storage.total_sent < 10 * len(CONTENT)
    report = calls.into_out()
    assert len(report.files) == 20
    assert len(report.failed) == 0
    assert parts(calls.folder) == []


@respx.mock
def test_what_nobody_will_take_up_is_swept_away(storage: Storage, calls: Calls) -> None:
    gone, other = storage.file("gone", CONTENT), storage.file("other", CONTENT)
    leave_a_part(calls.folder, gone, CONTENT[:700_000])
    work = calls.folder / ".firsthandapi"
    (work / "0123.new").write_text("half a journ")
    (work / "4567.clean").write_bytes(b"half a copy")
    (work / "89ab.part").write_bytes(b"a small file")
    (work / "metadata.jsonl.part").write_bytes(b"{}")
    leave_a_part(calls.folder, other, CONTENT[:700_000], job_id="job_2")
    storage.faults["a"] = ["cut", "500", "500", "500", "500"]
    api([storage.file("a", CONTENT)])

    calls.into_out(raise_on_failure=False)
    assert sorted(path.name for path in work.iterdir() if path.name != "lock") == sorted(
        f"{part.key_of(id)}.{kind}" for id in ("file_a", "file_other") for kind in ("json", "part")
    ), "what failed, and what belongs to a job that was not asked for"
    calls.into_out()
    assert {path.stem for path in work.iterdir() if path.name != "lock"} == {part.key_of("file_other")}
    api([other], job="job_2")
    assert calls.into_out(job_id="job_2").files[0].resumed == 700_000
    assert parts(calls.folder) == []
