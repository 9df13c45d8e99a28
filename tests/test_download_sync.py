"""Keeping a folder in step with its jobs, and taking files as they are approved."""

from __future__ import annotations

import itertools
import json
import os
import textwrap
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
import respx
from download_support import API, Calls, api, calls, storage
from storage_server import Storage
from support import FILE, JOB, Loopback, answer, both, listed, peak_of

from firsthandapi.download import place
from firsthandapi.download.ledger import Done, Ledger, Line, Rows, Wanted
from firsthandapi.download.manifest import _Sources
from firsthandapi.errors import FirstHandArgumentError, FirstHandWaitTimeoutError

__all__ = ["calls", "storage"]


def listings(*answers: list[dict[str, Any]]) -> respx.Route:
    """The API's list of job_1: another one each time, the last again and again."""
    left = list(answers)
    return respx.get(f"{API}/v1/jobs/job_1/files").mock(
        side_effect=lambda request: httpx.Response(200, json=listed(*(left.pop(0) if len(left) > 1 else left[0])))
    )


def manifest(folder: Path) -> list[str]:
    lines = (folder / "metadata.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["id"] for line in lines]


@respx.mock
def test_only_what_is_new_is_fetched_and_nothing_is_read_again(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [storage.file(name, name.encode() * 100) for name in "abcd"]
    listings(files[:2], files, files)
    assert len(calls.into_out("sync").fetched) == 2
    monkeypatch.setattr(place, "hash_of", lambda path: pytest.fail("a file was read again"))
    report = calls.into_out("sync")
    assert [(row.file_id, row.status) for row in report.files] == [
        ("file_a", "present"), ("file_b", "present"), ("file_c", "fetched"), ("file_d", "fetched"),
    ]  # fmt: skip
    assert set(storage.requests.values()) == {1}
    before = (report.output_dir / "metadata.jsonl").stat()
    assert len(calls.into_out("sync").present) == 4
    assert (report.output_dir / "metadata.jsonl").stat().st_mtime_ns == before.st_mtime_ns, "nothing to write"


@respx.mock
def test_a_file_that_was_touched_is_read_and_one_that_was_changed_is_fetched(storage: Storage, calls: Calls) -> None:
    listings([storage.file(name, name.encode() * 100) for name in "ab"])
    folder = calls.into_out("sync").output_dir
    (folder / "file_a.jpg").touch()
    (folder / "file_b.jpg").write_bytes(b"B" * 100)
    report = calls.into_out("sync")
    assert [row.status for row in report.files] == ["present", "fetched"]


@respx.mock
def test_damage_that_leaves_size_and_time_is_seen_when_asked_for(storage: Storage, calls: Calls) -> None:
    listings([storage.file("a", b"a" * 100)])
    path = calls.into_out("sync").files[0].path
    times = path.stat()
    path.write_bytes(b"A" * 100)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert len(calls.into_out("sync").present) == 1
    assert len(calls.into_out("sync", rehash=True).fetched) == 1


@respx.mock
def test_a_file_whose_content_changed_on_the_server_is_fetched(storage: Storage, calls: Calls) -> None:
    listings([storage.file("a", b"first")])
    calls.into_out("sync")
    listings([storage.file("a", b"second")])
    report = calls.into_out("sync")
    assert report.files[0].status == "fetched"
    assert report.files[0].path.read_bytes() == b"second"


@respx.mock
def test_new_annotations_reach_the_manifest_without_a_fetch(storage: Storage, calls: Calls) -> None:
    file = storage.file("a", b"content")
    listings([file], [{**file, "annotations": {"ocr_text": "Latte"}}])
    calls.into_out("sync")
    report = calls.into_out("sync")
    assert report.files[0].status == "present"
    assert json.loads(report.manifest.read_text())["annotations"] == {"ocr_text": "Latte"}


@respx.mock
@pytest.mark.parametrize("withdrawn", ["keep", "quarantine", "delete"])
def test_files_that_were_withdrawn(storage: Storage, calls: Calls, withdrawn: str) -> None:
    files = [storage.file(name, name.encode()) for name in "ab"]
    low = storage.file("low", b"low", ai_star_rating=2)
    other = storage.file("other", b"other", job_id="job_2")
    listings([*files, low], files[:1])
    folder = calls.into_out("sync").output_dir
    api([other], job="job_2")
    calls.into_out("sync", job_id="job_2")
    gone = calls.into_out("sync", min_score=3, withdrawn=withdrawn).withdrawn[0]
    assert gone.file_id == "file_b"
    assert gone.path.exists() == (withdrawn != "delete"), "it says where the file is now"
    report = calls.into_out("sync", min_score=3, withdrawn=withdrawn)

    kept = {"file_a", "file_low", "file_other"} | ({"file_b"} if withdrawn == "keep" else set())
    assert set(manifest(folder)) == kept
    assert (folder / "file_b.jpg").exists() == (withdrawn == "keep")
    assert (folder / "file_low.jpg").exists(), "it has too few stars to be listed"
    assert (folder / ".withdrawn" / "file_b.jpg").exists() == (withdrawn == "quarantine")
    assert len(report.withdrawn) == (1 if withdrawn == "keep" else 0), "and then it is forgotten"
    assert [row.status for row in report.files][:1] == ["present"]
    if withdrawn == "quarantine":
        assert json.loads((folder / ".withdrawn" / "metadata.jsonl").read_text())["id"] == "file_b"


@respx.mock
def test_a_file_that_came_back_and_is_withdrawn_again_is_quarantined_again(storage: Storage, calls: Calls) -> None:
    other = storage.file("other", b"other")
    for content in (b"first", b"second"):
        listings([storage.file("a", content), other], [other])
        assert len(calls.into_out("sync").fetched) >= 1
        report = calls.into_out("sync", withdrawn="quarantine")
        (gone,) = report.withdrawn
        assert gone.path.read_bytes() == content, "the latest version"
        assert manifest(calls.folder) == ["file_other"]
    assert manifest(calls.folder / ".withdrawn") == ["file_a"] * 2
    assert not (calls.folder / "file_a.jpg").exists()


@respx.mock
def test_download_all_does_not_look_for_withdrawn_files(storage: Storage, calls: Calls) -> None:
    files = [storage.file(name, name.encode()) for name in "ab"]
    listings(files, files[:1])
    calls.into_out()
    report = calls.into_out()
    assert (len(report.files), len(report.withdrawn)) == (1, 0)


@respx.mock
def test_several_jobs_share_a_folder(storage: Storage, calls: Calls) -> None:
    api([storage.file("a", b"a")])
    api([storage.file("b", b"b", job_id="job_2")], job="job_2")
    report = calls.into_out("sync", job_id=["job_1", "job_2", "job_1"], name="{job_id}/{file_id}.{ext}")
    assert [row.path.relative_to(calls.folder).as_posix() for row in report.files] == [
        "job_1/file_a.jpg", "job_2/file_b.jpg",
    ]  # fmt: skip
    assert manifest(calls.folder) == ["file_a", "file_b"]


@respx.mock
def test_what_fills_a_template_never_leads_out_of_the_folder(storage: Storage, calls: Calls, tmp_path: Path) -> None:
    evil = ["../../etc", "/abs", "..", "con", "a\\b", "C:", " ", "\n"]
    listings([
        storage.file(str(number), b"x", worker_region=region, submission_id=region)
        for number, region in enumerate(evil)
    ])  # fmt: skip
    report = calls.into_out(name="{region}/{submission_id} {date} {stars}/{file_id}.{ext}")
    everything = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert everything == {row.path for row in report.files} | {report.manifest}
    assert all(len(path.relative_to(calls.folder).parts) in (1, 3) for path in everything)
    assert report.files[0].path.parent.name.endswith(" 2026-03-31 4")
    assert len(calls.into_out().present) == len(evil)


@respx.mock
def test_files_keep_the_names_that_they_have(storage: Storage, calls: Calls) -> None:
    first, second = (storage.file(name, name.encode()) for name in "aA")
    listings([first], [second, first])
    calls.into_out()
    report = calls.into_out("sync", name="new/{file_id}.{ext}")
    assert [row.path.relative_to(calls.folder).as_posix() for row in report.files] == [
        "new/file_A.jpg", "file_a.jpg",
    ]  # fmt: skip


def test_a_name_that_a_file_was_to_get_instead_of_its_own_may_be_taken_too() -> None:
    ledger = Ledger()
    names = [("x", "A-559aead0.jpg"), ("a", "a.jpg"), ("A", "A.jpg")]
    met = [ledger.meet([Wanted(id, "job_1", 5, name)])[0] for id, name in names]
    assert [each and each.name for each in met] == ["A-559aead0.jpg", "a.jpg", "A-559aead0-559aead0.jpg"]


@respx.mock
def test_names_that_differ_by_case_only_are_told_apart(storage: Storage, calls: Calls) -> None:
    listings([storage.file(name, name.encode()) for name in "aA"])
    names = [row.path.name for row in calls.into_out().files]
    assert names[0] == "file_a.jpg"
    assert names[1].startswith("file_A-")
    assert len(calls.into_out().present) == 2


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{file_id}", r"end with \.\{ext\}"),
        ("photo.{ext}", r"must contain \{file_id\}"),
        ("../{file_id}.{ext}", "out of the folder"),
        ("/{file_id}.{ext}", "out of the folder"),
        ("a//{file_id}.{ext}", "out of the folder"),
        ("con/{file_id}.{ext}", "out of the folder"),
        (".firsthandapi/{file_id}.{ext}", "out of the folder"),
        ("metadata.jsonl/{file_id}.{ext}", "name of the manifest"),
        ("{file_id!r}.{ext}", "none of its fields"),
        ("{file_id:>80}.{ext}", "none of its fields"),
        ("{file_id.x}.{ext}", "none of its fields"),
        ("{}/{file_id}.{ext}", "none of its fields"),
        ("{download_url}/{file_id}.{ext}", "none of its fields"),
        ("C:\\{file_id}.{ext}", "characters"),
        ("{file_id}.{ext", "is no template"),
        (None, "must be a template"),
    ],
)
def test_templates_that_would_go_wrong(calls: Calls, template: Any, reason: str) -> None:
    with pytest.raises(FirstHandArgumentError, match=f"name: .*{reason}"):
        calls.into_out(name=template)
    assert not calls.folder.exists()


@pytest.mark.parametrize(
    ("argument", "value"),
    [("withdrawn", "forget"), ("max_bytes_per_second", 0), ("if_locked", "hope"), ("max_bytes_per_second", "1 MB")],
)
def test_arguments_are_checked(calls: Calls, argument: str, value: object) -> None:
    with pytest.raises(FirstHandArgumentError, match=argument):
        calls.into_out("sync", **{argument: value})


# Streams


def at(second: int, **fields: Any) -> dict[str, Any]:
    return {**FILE, "id": f"file_{second}", "created_at": f"2026-03-31T14:00:{second:02}Z", **fields}


@both
@pytest.mark.respx(base_url="https://api.firsthand.test")
def test_a_stream_yields_each_file_once_while_the_job_runs(side: Any, respx_mock: Any) -> None:
    job = {**JOB, "id": "job_1"}
    jobs = [
        {**job, "files_approved": 1},
        {**job, "files_approved": 1},
        {**job, "files_approved": 3},
        {**job, "files_approved": 3},
        {**job, "files_approved": 3},
        {**job, "files_approved": 4, "status": "completed"},
        {**job, "files_approved": 4, "status": "completed"},
    ]
    turns = iter(jobs)
    looks = respx_mock.get("/v1/jobs/job_1").mock(side_effect=lambda request: httpx.Response(200, json=next(turns)))
    lists = iter([
        listed(at(1)),
        listed(at(3), at(2), at(1)),
        # One that was handed in early and approved late, on a page of its own.
        listed(at(3), at(2), next_cursor="c"),
        listed(at(1), at(0)),
    ])  # fmt: skip
    respx_mock.get("/v1/jobs/job_1/files").mock(side_effect=lambda request: httpx.Response(200, json=next(lists)))
    stream = side.client().files.stream(job_id="job_1")
    assert stream.cursor is None
    assert [file.id for file in side.items(stream)] == ["file_1", "file_2", "file_3", "file_0"]
    assert stream.cursor == "2026-03-31T14:00:03+00:00/file_3"
    assert looks.call_count == 7
    assert "wait=60" in {call.request.headers.get("prefer") for call in looks.calls}
    assert repr(stream) == f"{type(stream).__name__}(job_id='job_1', cursor='{stream.cursor}')"


@both
@pytest.mark.respx(base_url="https://api.firsthand.test")
def test_a_stream_goes_on_by_its_cursor(side: Any, respx_mock: Any) -> None:
    respx_mock.get("/v1/jobs/job_1").respond(json={**JOB, "id": "job_1", "status": "completed"})
    same = [at(5, id="file_5b"), at(5, id="file_5a"), at(4)]
    respx_mock.get("/v1/jobs/job_1/files").respond(json=listed(at(6), *same))
    client = side.client()
    by = lambda cursor: [file.id for file in side.items(client.files.stream(job_id="job_1", cursor=cursor))]  # noqa: E731
    assert by("2026-03-31T14:00:05+00:00/file_5a") == ["file_5b", "file_6"]
    assert by("2026-03-31T14:00:05+00:00/file_that_is_gone") == ["file_5a", "file_5b", "file_6"]
    assert by("2026-03-31T14:00:06+00:00/file_6") == []
    for bad in ("yesterday", "2026-03-31T14:00:06/file_6", "2026-03-31T14:00:06Z/", 7):
        with pytest.raises(FirstHandArgumentError, match=r"cursor: must be what `stream\.cursor` said"):
            client.files.stream(job_id="job_1", cursor=bad)


@both
@pytest.mark.respx(base_url="https://api.firsthand.test")
def test_a_stream_that_waits_in_vain_says_so_and_can_go_on(side: Any, respx_mock: Any) -> None:
    state = {"approved": 1, "status": "active"}
    respx_mock.get("/v1/jobs/job_1").mock(
        side_effect=lambda request: httpx.Response(
            200, json={**JOB, "id": "job_1", "files_approved": state["approved"], "status": state["status"]}
        )
    )
    files = [at(1)]
    respx_mock.get("/v1/jobs/job_1/files").mock(side_effect=lambda request: httpx.Response(200, json=listed(*files)))
    stream = side.client().files.stream(job_id="job_1", max_wait_seconds=300)
    seen: list[str] = []

    async def collect() -> None:
        async for file in stream:
            seen.append(file.id)

    def drain() -> None:
        if side.name == "async":
            side.run(collect())
        else:
            seen.extend(file.id for file in stream)

    with pytest.raises(FirstHandWaitTimeoutError, match="no other file of job job_1 was approved after 300 s"):
        drain()
    files.insert(0, at(2))
    state.update(approved=2, status="completed")
    drain()
    assert seen[-1] == "file_2"
    assert stream.cursor is not None
    assert stream.cursor.endswith("/file_2")


class Growing:
    """A job with as many approved files as it is told to have, on a real socket."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.is_over = False

    def respond(self, request: Any) -> Iterator[bytes]:
        path, _, query = request.target.partition("?")
        if not path.endswith("/files"):
            status = "completed" if self.is_over else "active"
            yield answer(json.dumps({**JOB, "id": "job_1", "files_approved": self.count, "status": status}).encode())
            return
        stop = int(parse_qs(query).get("cursor", [str(self.count)])[0])
        start = max(0, stop - 100)
        page = [self.file(number) for number in reversed(range(start, stop))]
        yield answer(json.dumps(listed(*page, next_cursor=str(start) if start else None)).encode())

    def file(self, number: int) -> dict[str, Any]:
        moment = datetime(2026, 3, 31, tzinfo=timezone.utc) + timedelta(seconds=number // 3)
        return {**FILE, "id": f"file_{number}", "created_at": moment.isoformat()}


def taken(side: Any, stream: Any, most: int) -> list[str]:
    """The next ids of a stream, whose consumer stops early."""

    async def take() -> list[str]:
        found: list[str] = []
        async for file in stream:
            found.append(file.id)
            if len(found) == most:
                break
        return found

    return side.run(take()) if side.name == "async" else [file.id for file in itertools.islice(stream, most)]


@both
def test_a_stream_whose_consumer_stops_again_and_again_goes_on_by_its_cursor(side: Any) -> None:
    job, got, cursor = Growing(500), list[str](), None
    with Loopback(job.respond) as server:
        for most in (7, 250, 1, 100, 1000):
            client = side.client(base_url=server.url)
            stream = client.files.stream(job_id="job_1", cursor=cursor)
            got += taken(side, stream, most)
            cursor = stream.cursor
            side.run(client.close())
            job.count += 20
            job.is_over = most == 100
    assert got == [f"file_{number}" for number in range(580)]


STREAM = {
    "sync": """
        from firsthandapi import Client

        def count():
            with Client("fh_test_key", base_url=sys.argv[1]) as client:
                return sum(1 for _ in client.files.stream(job_id="job_1"))
    """,
    "async": """
        import asyncio
        from firsthandapi import AsyncClient

        async def all_of_them():
            async with AsyncClient("fh_test_key", base_url=sys.argv[1]) as client:
                return len([None async for _ in client.files.stream(job_id="job_1")])

        def count():
            return asyncio.run(all_of_them())
    """,
}


@both
def test_a_stream_takes_the_same_memory_for_few_files_and_for_many(side: Any) -> None:
    job, peaks = Growing(0), list[int]()
    job.is_over = True
    with Loopback(job.respond) as server:
        for job.count in (1000, 6000):
            before = textwrap.dedent(STREAM[side.name]) + "\ncount()"
            peaks.append(peak_of(before, f"assert count() == {job.count}", server.url))
    assert peaks[1] < peaks[0] + 1_500_000, "a megabyte of the list is kept in memory, the rest in a file"


def test_a_ledger_enters_and_notes_many_files_at_once() -> None:
    ledger = Ledger()
    wanted = [Wanted(f"f{number}", "job_1", 4, f"f{number}.jpg") for number in range(205)]
    assert [met and met.ordinal for met in ledger.meet(wanted)] == list(range(205))
    ledger.note(*(Done(file.id, "fetched", number, 1, line=Line(1, number, 7)) for number, file in enumerate(wanted)))
    ledger.note(Done("f9", "failed", error="lost"))
    rows = Rows(ledger, str)
    assert [row.bytes for row in rows if row.status == "fetched"] == [*range(9), *range(10, 205)]
    assert (rows[9].status, rows[9].error, rows[204].location) == ("failed", "lost", "f204.jpg")
    lines = {name: line for name, line, _ in ledger.lines()}
    assert len(lines) == 205
    assert lines["f9.jpg"] == Line(1, 9, 7), "a line that is there stays where nothing newer is noted"


@pytest.mark.parametrize("order", ["as they stand", "backwards", "at random"])
def test_a_manifest_is_written_from_lines_in_any_order(tmp_path: Path, order: str) -> None:
    lines = [b"%d %s\n" % (number, b"x" * (number * 37 % 900)) for number in range(1000)]
    source = tmp_path / "lines"
    source.write_bytes(b"".join(lines))
    places, start = list[tuple[Line, bytes]](), 0
    for line in lines:
        places.append((Line(0, start, len(line)), line))
        start += len(line)
    if order == "backwards":
        places.reverse()
    elif order == "at random":
        Random(1).shuffle(places)
    with _Sources(source) as sources:
        assert [sources.read(at) for at, _ in places] == [line for _, line in places]
        assert sources.read(Line(0, start - 3, 50)) == lines[-1][-3:], "what the end cut off stays cut off"
