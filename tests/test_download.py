"""`files.download_all` against a real file server; only the API's own answers are mocked."""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path
from typing import Any

import pytest
import respx
from download_support import API, KEY, api, calls, download, parts, refreshes, storage
from hypothesis import given
from hypothesis import strategies as st
from storage_server import Storage

import firsthandapi
from firsthandapi.download.names import file_name
from firsthandapi.errors import FirstHandArgumentError, FirstHandDownloadError

__all__ = ["calls", "download", "storage"]

NO_URL = pytest.mark.off_contract("a link that is no URL")


@respx.mock
def test_every_file_of_every_page_is_fetched_once_and_not_again(storage: Storage, download: Any) -> None:
    contents = {f"{number}": bytes([number]) * (1000 + 300_000 * (number % 3)) for number in range(25)}
    files = [storage.file(name, content) for name, content in contents.items()]
    route = api(files[:10], files[10:20], files[20:])

    report = download()

    assert route.calls[0].request.url.params["min_score"] == "1"
    assert [row.file_id for row in report.files] == [file["id"] for file in files]
    assert len(report.fetched) == 25
    for name, content in contents.items():
        assert (report.output_dir / f"file_{name}.jpg").read_bytes() == content
    assert parts(report.output_dir) == []
    assert set(storage.requests.values()) == {1}

    again = download()
    assert (len(again.fetched), len(again.present), len(again.failed)) == (0, 25, 0)
    assert set(storage.requests.values()) == {1}


@respx.mock
def test_the_manifest_has_one_line_for_each_file_and_no_link(storage: Storage, download: Any) -> None:
    files = [storage.file(name, name.encode()) for name in ("a", "b")]
    files[0]["keyframes"] = [{"timestamp_seconds": 1.5, "url": "https://files.example/k?Signature=s"}]
    api(files)
    report = download()
    lines = [json.loads(line) for line in report.manifest.read_text(encoding="utf-8").splitlines()]
    assert report.manifest == report.output_dir / "metadata.jsonl"
    assert [line["file_name"] for line in lines] == ["file_a.jpg", "file_b.jpg"]
    assert lines[0]["annotations"] == {"ocr_text": "Espresso $4.50", "color_palette": ["#FFFFFF"]}
    assert lines[0]["ai_star_rating"] == 4
    assert lines[0]["keyframes"] == [{"timestamp_seconds": 1.5}]
    assert "Signature" not in report.manifest.read_text(encoding="utf-8")


@respx.mock
def test_two_jobs_in_one_folder_share_a_manifest(storage: Storage, download: Any) -> None:
    annotations = {"ocr_text": "Latte\u2028Mocha\nMenü"}
    first, gone, second = (storage.file(name, name.encode(), annotations=annotations) for name in ("a", "gone", "b"))
    api([first, gone])
    folder = download().output_dir
    (folder / "file_gone.jpg").unlink()
    answer = {"object": "list", "data": [second], "has_more": False, "next_cursor": None}
    respx.get(f"{API}/v1/jobs/job_2/files").respond(200, json=answer)
    manifest = download(job_id="job_2").manifest
    rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").rstrip("\n").split("\n")]
    assert [row["file_name"] for row in rows] == ["file_a.jpg", "file_b.jpg"]
    assert rows[0]["annotations"] == annotations


@respx.mock
def test_a_manifest_that_is_none_is_refused_before_anything_is_fetched(
    storage: Storage, download: Any, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "metadata.jsonl").write_text("notes of mine")
    api([storage.file("a", b"content")])
    with pytest.raises(FirstHandArgumentError, match=r"output_dir: .*metadata.jsonl is no manifest \(line 1\)"):
        download()
    assert (tmp_path / "out" / "metadata.jsonl").read_text() == "notes of mine"
    assert not storage.requests


@respx.mock
def test_the_storage_never_sees_the_key(storage: Storage, download: Any) -> None:
    storage.content["moved"] = b"x"
    storage.faults["a"] = [f"redirect:{storage.link('moved')}"]
    api([storage.file("a", b"x")])
    assert len(download().fetched) == 1
    assert len(storage.headers) == 2
    for headers in storage.headers:
        assert "authorization" not in headers
        assert KEY not in str(headers)


@pytest.mark.parametrize("fault", ["cut", "refuse", "wrong", "short", "429", "500", "503"])
@respx.mock
def test_a_fault_is_noticed_and_the_file_fetched_again(storage: Storage, download: Any, fault: str) -> None:
    content = bytes(range(256)) * 2000
    storage.faults["a"] = [fault, fault]
    api([storage.file("a", content)])
    report = download()
    assert (report.output_dir / "file_a.jpg").read_bytes() == content
    assert report.files[0].attempts == 3
    assert parts(report.output_dir) == []


@respx.mock
def test_a_body_without_a_length_is_read_to_its_end(storage: Storage, download: Any) -> None:
    content = b"abc" * 1000
    storage.faults["a"] = ["chunked"]
    api([storage.file("a", content)])
    assert (download().output_dir / "file_a.jpg").read_bytes() == content


@respx.mock
def test_files_that_cannot_be_had_fail_after_all_others_are_done(storage: Storage, download: Any) -> None:
    storage.faults["bad"] = ["wrong"] * 10
    files = [storage.file("bad", b"one"), storage.file("good", b"two")]
    api(files)
    with pytest.raises(
        FirstHandDownloadError, match=r"1 of 2 files are missing, such as file_bad: the content"
    ) as caught:
        download()
    report = caught.value.report
    assert [row.status for row in report.files] == ["failed", "fetched"]
    assert report.files[0].attempts == 4
    assert (report.output_dir / "file_good.jpg").read_bytes() == b"two"
    assert not (report.output_dir / "file_bad.jpg").exists()
    assert parts(report.output_dir) == []
    assert [json.loads(line)["id"] for line in report.manifest.read_text().splitlines()] == ["file_good"]


@respx.mock
def test_failures_can_be_left_to_the_report(storage: Storage, download: Any) -> None:
    storage.faults["bad"] = ["500"] * 10
    api([storage.file("bad", b"one")])
    report = download(raise_on_failure=False)
    assert report.failed[0].error == "storage answered 500"


@respx.mock
def test_a_refused_link_is_renewed(storage: Storage, download: Any) -> None:
    file = storage.file("a", b"content")
    storage.good_signature = "only a new one"
    renewed = refreshes(storage, file)
    api([file])
    report = download()
    assert renewed.call_count == 1
    assert (report.files[0].status, report.files[0].refreshed, report.files[0].attempts) == ("fetched", 1, 2)


@respx.mock
def test_a_link_that_has_expired_is_renewed_before_it_is_used(storage: Storage, download: Any) -> None:
    file = storage.file("a", b"content", download_url_expires_at="2020-01-01T00:00:00Z")
    refreshes(storage, file)
    api([file])
    report = download()
    assert (report.files[0].status, report.files[0].attempts) == ("fetched", 1)


@respx.mock
def test_a_file_whose_new_links_are_refused_too_fails_with_the_reason(storage: Storage, download: Any) -> None:
    file = storage.file("a", b"content")
    storage.good_signature = "none"
    respx.post(f"{API}/v1/files/file_a/refresh_url").respond(200, json=file)
    api([file])
    report = download(raise_on_failure=False)
    assert report.failed[0].error == "storage answered 403, also with a new link"
    assert report.failed[0].refreshed == 2


@respx.mock
def test_a_new_link_that_the_api_refuses_fails_one_file_only(storage: Storage, download: Any) -> None:
    bad = storage.file("bad", b"content", download_url_expires_at="2020-01-01T00:00:00Z")
    respx.post(f"{API}/v1/files/file_bad/refresh_url").respond(
        404, json={"error": {"type": "not_found", "message": "No such file", "request_id": "req_1"}}
    )
    api([bad, storage.file("good", b"fine")])
    report = download(raise_on_failure=False)
    assert [row.status for row in report.files] == ["failed", "fetched"]
    assert "No such file" in str(report.failed[0].error)


@respx.mock
def test_wrong_content_under_the_right_name_is_replaced(storage: Storage, download: Any, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "file_a.jpg").write_bytes(b"CONTENT")
    (tmp_path / "out" / "notes.txt").write_text("mine")
    api([storage.file("a", b"content")])
    report = download()
    assert report.files[0].status == "fetched"
    assert (tmp_path / "out" / "file_a.jpg").read_bytes() == b"content"
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"


@respx.mock
def test_names_from_the_service_never_leave_the_folder(storage: Storage, download: Any, tmp_path: Path) -> None:
    evil = ["../../etc/passwd", "/abs", "..", "con", "A", "a", "x" * 400, "sp ace", ".hidden", ""]
    files = [storage.file(f"n{number}", bytes([number]), id=name) for number, name in enumerate(evil)]
    api(files)
    report = download()
    assert len(report.fetched) == len(evil)
    everything = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert everything == {row.path for row in report.files} | {report.manifest}
    assert {path.parent for path in everything} == {tmp_path / "out"}
    assert len(download().present) == len(evil)


@respx.mock
@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/x", pytest.param("", marks=NO_URL), "http://"])
def test_links_that_are_not_http_are_not_followed(storage: Storage, download: Any, url: str) -> None:
    api([storage.file("a", b"content", download_url=url)])
    report = download(raise_on_failure=False)
    assert "not http" in str(report.failed[0].error)


@pytest.mark.off_contract("a link that is no URI")
@respx.mock
def test_a_link_beyond_ascii_fails_one_file_only(storage: Storage, download: Any) -> None:
    bad = storage.file("bad", b"content")
    bad["download_url"] += "&name=é"
    api([bad, storage.file("good", b"fine")])
    report = download(raise_on_failure=False)
    assert [row.status for row in report.files] == ["failed", "fetched"]
    assert report.failed[0].error == "the link has characters that no URL may have"


@respx.mock
@NO_URL
def test_no_error_quotes_the_signature_of_a_link(storage: Storage, download: Any) -> None:
    link = f"{storage.url}/a b\x01c?X-Signature=verysecret \x02"
    api([storage.file("a", b"content", download_url=link)])
    with pytest.raises(FirstHandDownloadError) as caught:
        download()
    assert "verysecret" not in str(caught.value) + repr(caught.value.report) + "".join(caught.value.__notes__)


@respx.mock
def test_a_loop_of_redirects_ends(storage: Storage, download: Any) -> None:
    storage.faults["a"] = [f"redirect:{storage.link('a')}"] * 20
    api([storage.file("a", b"content")])
    assert "redirected" in str(download(raise_on_failure=False).failed[0].error)


@respx.mock
def test_several_at_once_share_a_few_connections(storage: Storage, download: Any) -> None:
    api([storage.file(str(number), bytes([number])) for number in range(60)])
    download(concurrency=4)
    assert storage.connections <= 4


@respx.mock
def test_progress_adds_up_to_the_whole(storage: Storage, download: Any) -> None:
    seen: list[firsthandapi.DownloadProgress] = []
    inside = threading.Lock()

    def note(at: firsthandapi.DownloadProgress) -> None:
        assert inside.acquire(blocking=False), "called by two threads at once"
        seen.append(at)
        inside.release()

    storage.faults["2"] = ["cut"]
    api([storage.file(str(number), bytes([number]) * 500_000) for number in range(5)])
    download(progress=note)
    assert seen[-1] == firsthandapi.DownloadProgress(5, 5, 2_500_000, 2_500_000)
    assert max(at.bytes_done for at in seen) == 2_500_000


@respx.mock
def test_a_bar_is_drawn_when_asked_for(storage: Storage, download: Any, capsys: pytest.CaptureFixture[str]) -> None:
    api([storage.file("a", b"content")])
    download()
    assert capsys.readouterr().err == "", "stderr is no terminal here"
    download(progress=True)
    assert "1/1 files" in capsys.readouterr().err


@respx.mock
@pytest.mark.off_contract("a file without a hash")
def test_a_file_without_a_hash_is_checked_by_its_size(storage: Storage, download: Any) -> None:
    storage.faults["a"] = ["short"]
    api([storage.file("a", b"content", content_hash=None)])
    assert download().files[0].attempts == 2
    assert download().files[0].status == "present"


@respx.mock
def test_a_hash_with_a_prefix_is_understood(storage: Storage, download: Any) -> None:
    digest = hashlib.sha256(b"content").hexdigest()
    storage.faults["a"] = ["wrong"]
    api([storage.file("a", b"content", content_hash=f"sha256:{digest.upper()}")])
    assert download().files[0].attempts == 2


@respx.mock
def test_a_job_without_files_gives_an_empty_manifest(download: Any) -> None:
    api([])
    report = download()
    assert report.files == []
    assert report.manifest.read_text() == ""


@respx.mock
def test_a_file_where_the_folder_should_be(download: Any, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("I am a file")
    with pytest.raises(FirstHandArgumentError, match=r"output_dir: .*out is a file"):
        download()
    with pytest.raises(FirstHandArgumentError, match="output_dir"):
        download(output_dir=tmp_path / "out" / "below")
    assert not respx.calls


@pytest.mark.parametrize("bad", [0, 65, True, "8", None])
def test_concurrency_is_checked(download: Any, bad: object) -> None:
    with pytest.raises(FirstHandArgumentError, match="concurrency"):
        download(concurrency=bad)


@given(st.lists(st.text(max_size=200), unique=True, max_size=30))
def test_names_are_safe_and_distinct(ids: list[str]) -> None:
    names = [file_name(one, "jpg") for one in ids]
    assert len(set(names)) == len(ids)
    for name in names:
        assert Path(name).name == name
        assert not name.startswith((".", "-"))
        assert len(name) < 160
        assert name.isascii()
        assert name.partition(".")[0].lower() not in {"con", "prn", "aux", "nul", "com1", "lpt9"}
