"""Signed URLs: who gets in, until when, and ranges."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sandbox_support import api, get, post_job, quick_media, running, sandbox

from firsthandapi.sandbox import Sandbox
from firsthandapi.sandbox.clock import moment_of

__all__ = ["api", "quick_media", "running", "sandbox"]

CONTENT = bytes(range(256)) * 4


@pytest.fixture
def file(sandbox: Sandbox, api: httpx.Client) -> dict[str, Any]:
    job = post_job(api)
    sandbox.upload(job["id"], content=CONTENT)
    found: dict[str, Any] = get(api, f"/v1/jobs/{job['id']}/files")["data"][0]
    return found


def test_a_signed_url_expires_after_a_week_and_is_renewed(
    sandbox: Sandbox, api: httpx.Client, file: dict[str, Any]
) -> None:
    url = file["download_url"]
    assert moment_of(file["download_url_expires_at"]) == sandbox.clock.now() + 7 * 24 * 3600
    sandbox.clock.advance(7 * 24 * 3600 - 1)
    assert httpx.get(url).content == CONTENT
    sandbox.clock.advance(1)
    expired = httpx.get(url)
    assert expired.status_code == 403
    assert "<Code>RequestExpired</Code>" in expired.text
    renewed = api.post(f"/v1/files/{file['id']}/refresh_url").json()
    assert httpx.get(renewed["download_url"]).content == CONTENT
    assert {name for name in file if file[name] != renewed[name]} == {"download_url", "download_url_expires_at"}
    assert api.post("/v1/files/file_0/refresh_url").status_code == 404


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("expires=", "expires=9"),
        ("expires=", "expires=x"),
        ("signature=", "signature=0"),
        ("/_files/file_", "/_files/file_0"),
        ("?", "?nothing="),
    ],
)
def test_a_changed_url_opens_nothing(file: dict[str, Any], old: str, new: str) -> None:
    refused = httpx.get(file["download_url"].replace(old, new, 1))
    assert refused.status_code == 403
    assert "<Code>SignatureDoesNotMatch</Code>" in refused.text


def test_head_and_validators(file: dict[str, Any]) -> None:
    url = file["download_url"]
    head = httpx.head(url)
    assert head.headers["content-length"] == "1024"
    assert head.headers["etag"] == f'"{file["content_hash"]}"'
    assert head.headers["accept-ranges"] == "bytes"
    assert head.content == b""
    assert httpx.get(url, headers={"If-None-Match": head.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", slice(0, 1)),
        ("bytes=100-199", slice(100, 200)),
        ("bytes=1000-", slice(1000, 1024)),
        ("bytes=1000-5000", slice(1000, 1024)),
        ("bytes=-24", slice(1000, 1024)),
        ("bytes=-5000", slice(0, 1024)),
    ],
)
def test_a_range_gives_that_part(file: dict[str, Any], asked: str, part: slice) -> None:
    answer = httpx.get(file["download_url"], headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, CONTENT[part])
    assert answer.headers["content-range"] == f"bytes {part.start}-{part.stop - 1}/1024"


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6"])
def test_a_range_that_cannot_be_read_gives_the_whole_file(file: dict[str, Any], asked: str) -> None:
    answer = httpx.get(file["download_url"], headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, CONTENT)


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_a_range_outside_the_file_is_refused(file: dict[str, Any], asked: str) -> None:
    answer = httpx.get(file["download_url"], headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == "bytes */1024"


def test_if_range_protects_from_mixing_two_files(file: dict[str, Any]) -> None:
    same = {"Range": "bytes=1000-", "If-Range": f'"{file["content_hash"]}"'}
    other = {"Range": "bytes=1000-", "If-Range": '"other"'}
    assert httpx.get(file["download_url"], headers=same).status_code == 206
    assert httpx.get(file["download_url"], headers=other).status_code == 200


def test_a_key_that_arrives_at_the_storage_is_noted(sandbox: Sandbox, file: dict[str, Any]) -> None:
    httpx.get(file["download_url"])
    httpx.get(file["download_url"], headers={"Authorization": "Bearer x"})
    assert [entry.authorization for entry in sandbox.calls("storage")] == [False, True]
    assert all("signature" not in entry.path for entry in sandbox.log)
