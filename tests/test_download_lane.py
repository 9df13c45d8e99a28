"""Small files come on one thread; what is not as it nearly always is, ends as if each had a thread of its own."""

from __future__ import annotations

import errno
import http.server
import itertools
import os
import socket
import ssl
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, TypeVar

import httpx
import pytest
import respx
import storage_server
from download_support import API, KEY, Calls, api, calls, parts, storage
from storage_server import Storage

import firsthandapi
from firsthandapi.download import fetch, lane, part, room, run
from firsthandapi.download.folder import Folder
from firsthandapi.download.item import CHUNK
from firsthandapi.download.report import DownloadReport

__all__ = ["calls", "storage"]
SMALL = b"x" * 5_000


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else this machine does meanwhile, its disk is not slow."""
    monkeypatch.setattr(run, "SLOW_DISK", 60.0)


def contents(report: DownloadReport) -> list[bytes]:
    return [row.path.read_bytes() for row in report.files]


def threads_of(calls: Calls, **arguments: Any) -> tuple[DownloadReport, int]:
    """A download, and the most threads that it had at once."""
    alive = [0]

    def progress(at: firsthandapi.DownloadProgress) -> None:
        alive.append(sum(thread.name == run.THREADS for thread in threading.enumerate()))

    return calls.into_out(progress=progress, **arguments), max(alive)


@respx.mock
def test_small_files_share_a_thread(storage: Storage, calls: Calls) -> None:
    files = [storage.file(str(number), SMALL + str(number).encode()) for number in range(300)]
    api(files[:100], files[100:200], files[200:])
    report, threads = threads_of(calls)
    assert contents(report) == [SMALL + str(number).encode() for number in range(300)]
    assert threads == 1
    assert {row.attempts for row in report.files} == {1}
    assert storage.connections <= 32


@respx.mock
@pytest.mark.parametrize("killed_in", ["put", "move"])
def test_what_the_storage_counts_as_delivered_survives_a_kill(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch, killed_in: str
) -> None:
    class Killed(BaseException):
        pass

    works, left = getattr(part, killed_in), iter([True] * 7)

    def kill(*arguments: Any) -> Any:
        if next(left, False):
            return works(*arguments)
        raise Killed

    api([storage.file(str(number), SMALL) for number in range(40)])
    with monkeypatch.context() as context:
        context.setattr(fetch, killed_in, kill)
        with pytest.raises(Killed):
            calls.into_out(concurrency=4)
    assert contents(calls.into_out()) == [SMALL] * 40
    assert sum(storage.confirmed.values()) >= 30
    assert [name for name, times in storage.confirmed.items() if times > 1] == []


@respx.mock
def test_small_and_large_files_of_one_job_both_get_on(storage: Storage, calls: Calls) -> None:
    sizes = [CHUNK * 5 if number % 5 == 0 else number * 100 for number in range(60)]
    api([storage.file(str(number), bytes(size)) for number, size in enumerate(sizes)])
    report, threads = threads_of(calls, concurrency=4)
    assert [len(content) for content in contents(report)] == sizes
    assert 1 < threads <= 5


@respx.mock
@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1])
def test_sizes_about_the_limits(storage: Storage, calls: Calls, size: int) -> None:
    api([storage.file(str(number), bytes([number]) * size) for number in range(5)])
    report = calls.into_out()
    assert contents(report) == [bytes([number]) * size for number in range(5)]


@respx.mock
@pytest.mark.parametrize(
    ("fault", "attempts"),
    [
        ("503:0", 2), ("429:1", 2), ("500:0", 2), ("cut", 2), ("cut:0", 2), ("reset", 2), ("wrong", 2), ("short", 2),
        ("refuse", 2), ("drip", 1), ("", 1), ("chunked", 1),
    ],
)  # fmt: skip
def test_an_attempt_of_the_lane_counts_like_any_other(
    storage: Storage, calls: Calls, fault: str, attempts: int
) -> None:
    storage.faults["bad"] = [fault] * 2 if fault == "chunked" else [fault]
    api([storage.file("bad", SMALL), *(storage.file(str(number), SMALL) for number in range(10))])
    report = calls.into_out()
    assert contents(report) == [SMALL] * 11
    assert [row.attempts for row in report.files] == [attempts] + [1] * 10
    asked = attempts + (fault == "chunked")  # the lane does not understand it, and leaves it to others
    assert storage.requests["bad"] == asked


@respx.mock
def test_a_storage_that_asks_for_a_pause_gets_it(storage: Storage, calls: Calls) -> None:
    storage.faults["3"] = ["429:9"]
    api([storage.file(str(number), SMALL) for number in range(40)])
    report = calls.into_out()
    assert len(report.fetched) == 40
    assert max(calls.clock.slept) >= 9
    assert sum(storage.requests.values()) == 41


@respx.mock
def test_a_place_that_redirects_is_left_to_the_threads(storage: Storage, calls: Calls) -> None:
    files = [storage.file(str(number), SMALL) for number in range(60)]
    with storage_server.serve() as first:
        for file in files:
            name = file["id"][5:]
            file["download_url"] = first.link(name)
            first.content[name] = b""
            first.faults[name] = [f"redirect:{storage.link(name)}"] * 2
        api(files)
        report = calls.into_out()
        assert contents(report) == [SMALL] * 60
        assert sum(first.requests.values()) <= 60 + 32, "the lane asks in vain until it knows better, and then no more"


@respx.mock
def test_a_connection_that_the_storage_closed_while_it_lay_idle_is_no_failure(calls: Calls) -> None:
    with Terse() as server:
        storage = Storage()
        storage.url = server.url
        server.content = storage.content
        api([storage.file(str(number), SMALL) for number in range(9)])
        report = calls.into_out(concurrency=1)
    assert contents(report) == [SMALL] * 9
    assert {row.attempts for row in report.files} == {1}


@respx.mock
def test_silence_is_a_failed_attempt(calls: Calls, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        storage = Storage()
        storage.url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        api([storage.file("a", SMALL)])
        settings: dict[str, Any] = {"attempt_timeout": 0.3, "max_retries": 1, "clock": calls.clock}
        with firsthandapi.Client(KEY, **settings) as client:
            began = time.monotonic()
            report = client.files.download_all(job_id="job_1", output_dir=tmp_path / "out", raise_on_failure=False)
    assert time.monotonic() - began < 10
    assert [(row.attempts, row.error) for row in report.failed] == [(2, "the connection broke: timed out")]


@respx.mock
def test_a_drip_that_would_never_end_is_a_failed_attempt(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "SLOW_SECONDS", 0.3)
    storage.pause = 0.4
    storage.faults["a"] = ["cut:70000"]  # and 65,536 of them come at once
    monkeypatch.setattr(lane, "SLOW_BYTES", 200_000)
    api([storage.file("a", b"y" * 200_000)])
    report = calls.into_out()
    assert len(report.fetched) == 1
    assert report.files[0].attempts == 2


@respx.mock
def test_links_that_expire_are_renewed_before_they_are_used(storage: Storage, calls: Calls) -> None:
    files = [storage.file(str(number), SMALL, download_url_expires_at="2020-01-01T00:00:00Z") for number in range(20)]
    renewed = respx.post(url__regex=rf"{API}/v1/files/.*/refresh_url").mock(
        side_effect=lambda request: httpx.Response(200, json=storage.files[request.url.path.split("/")[3]])
    )
    api(files)
    report = calls.into_out()
    assert contents(report) == [SMALL] * 20
    assert renewed.call_count == 20
    assert {(row.attempts, row.refreshed) for row in report.files} == {(1, 1)}


@respx.mock
def test_a_slow_disk_is_written_to_by_many(storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    put = part.put

    def slowly(*arguments: Any) -> str:
        time.sleep(0.002)
        return put(*arguments)

    monkeypatch.setattr(fetch, "put", slowly)
    monkeypatch.setattr(run, "SLOW_DISK", 0.001)
    api([storage.file(str(number), SMALL) for number in range(100)])
    report, threads = threads_of(calls)
    assert contents(report) == [SMALL] * 100
    assert threads > 1


@respx.mock
def test_a_disk_that_refuses_fails_each_file_with_the_reason(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.replace", refuse)
    api([storage.file(str(number), SMALL) for number in range(3)])
    with pytest.raises(firsthandapi.FirstHandDownloadError) as caught:
        calls.into_out()
    assert [row.error for row in caught.value.report.failed] == ["it cannot be written: Permission denied"] * 3


@respx.mock
@pytest.mark.parametrize("times", [1, 10**9], ids=["once", "until the next run"])
@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOSPC])
@pytest.mark.parametrize("what", ["name", "line", "name in a thread", "line in a thread"])
def test_what_came_whole_is_not_fetched_again_when_the_disk_refuses_it_a_name_or_a_line(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch, what: str, number: int, times: int
) -> None:
    api([storage.file(str(index), SMALL + bytes([index])) for index in range(40)])
    with monkeypatch.context() as context:
        if "thread" in what:
            context.setattr(lane.Lane, "suits", lambda item: False)
        if "name" in what:
            refuse(context, "firsthandapi.download.fetch.move", number, times)
            refuse(context, "firsthandapi.download.part.move", number, times)
        else:
            refuse(context, "firsthandapi.download.manifest.Manifest._write", number, times)
        first = calls.into_out(raise_on_failure=False)
    if "thread" not in what and times == 1:
        assert len(first.fetched) == 40, "a thread repeats what the lane could not do"
    assert {row.error for row in first.failed} <= {f"it cannot be written: {os.strerror(number)}"}
    assert bool(first.failed) == (times > 1 or "thread" in what)
    report = calls.into_out()
    assert contents(report) == [SMALL + bytes([index]) for index in range(40)]
    assert set(storage.requests.values()) == {1}
    assert parts(calls.folder) == []


@respx.mock
@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOSPC, errno.EMFILE])
def test_what_came_whole_is_not_fetched_again_when_the_disk_refuses_its_part_for_a_while(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    api([storage.file(str(index), SMALL + bytes([index])) for index in range(40)])
    refuse(monkeypatch, "firsthandapi.download.fetch.put", number, 3)
    progress: list[firsthandapi.DownloadProgress] = []
    report = calls.into_out(progress=progress.append)
    assert contents(report) == [SMALL + bytes([index]) for index in range(40)]
    assert set(storage.requests.values()) == {1}
    assert {row.attempts for row in report.files} == {1}
    assert progress[-1].bytes_done == progress[-1].bytes_total


def refuse(context: pytest.MonkeyPatch, what: str, number: int, times: int) -> None:
    """Have a function say after three calls that the disk refuses, so many times."""
    works, calls = resolve_name(what), itertools.count(1)

    def fails(*arguments: Any, **more: Any) -> Any:
        if 3 < next(calls) <= 3 + times:
            raise OSError(number, os.strerror(number))
        return works(*arguments, **more)

    context.setattr(what, fails)


@respx.mock
@pytest.mark.parametrize("left", [False, True], ids=["new", "of a killed run"])
def test_a_file_without_bytes_is_not_asked_for(storage: Storage, calls: Calls, left: bool) -> None:
    api([storage.file(name, b"", download_url_expires_at="2020-01-01T00:00:00Z") for name in "ab"])
    if left:
        work = calls.folder / ".firsthandapi"
        work.mkdir(parents=True)
        (work / part.part_name("file_a")).touch()
    report = calls.into_out()
    assert contents(report) == [b"", b""]
    assert [(row.status, row.attempts, row.refreshed) for row in report.files] == [("fetched", 0, 0)] * 2
    assert not storage.requests
    assert len(calls.into_out().present) == 2
    assert parts(calls.folder) == []


@respx.mock
def test_a_file_without_bytes_that_should_have_another_hash_is_asked_for(storage: Storage, calls: Calls) -> None:
    api([storage.file("a", b"", content_hash="0" * 64)])
    (row,) = calls.into_out(raise_on_failure=False).failed
    assert row.error == fetch.CHANGED
    assert storage.requests["a"] == row.attempts > 0


@respx.mock
def test_the_limit_of_a_rate_is_kept_by_threads(storage: Storage, calls: Calls) -> None:
    api([storage.file(str(number), SMALL) for number in range(4)])
    report = calls.into_out(max_bytes_per_second=10_000)
    assert len(report.fetched) == 4
    assert sum(calls.clock.slept) >= 0.5


@respx.mock
def test_over_tls_and_with_trust_checked(tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    certificate, context = certified(tmp_path)
    with storage_server.serve(context) as storage:
        storage.url = storage.url.replace("127.0.0.1", "localhost")
        api([storage.file(str(number), b"z" * (number * 9_000)) for number in range(1, 26)])
        refused = calls.into_out(raise_on_failure=False)
        assert len(refused.failed) == 25
        assert {str(row.error).partition(":")[0] for row in refused.failed} == {
            "the storage's certificate is not trusted"
        }
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        report, threads = threads_of(calls)
    assert [len(content) for content in contents(report)] == [number * 9_000 for number in range(1, 26)]
    assert threads == 1


@respx.mock
@pytest.mark.parametrize("sent", [0, 900, 20_000], ids=["before the handshake", "in the handshake", "in a body"])
def test_tls_connections_that_are_cut_are_made_anew(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch, sent: int
) -> None:
    certificate, context = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with storage_server.serve(context) as storage, Cutter(storage.url, sent) as cutter:
        storage.url = cutter.url
        api([storage.file(str(number), bytes([number]) * 12_000) for number in range(40)])
        report = calls.into_out()
    assert contents(report) == [bytes([number]) * 12_000 for number in range(40)]
    assert cutter.cut > 0
    assert set(storage.confirmed.values()) <= {1}


def certified(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for localhost, and what a server with it needs."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    request = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    subprocess.run(
        ["openssl", *request.split(), "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context


@respx.mock
def test_through_the_proxy_of_the_environment(storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://user:secret@127.0.0.1:{proxy.server_address[1]}")
        monkeypatch.setenv("NO_PROXY", "")
        api([storage.file(str(number), SMALL) for number in range(20)])
        report = calls.into_out()
    assert contents(report) == [SMALL] * 20
    assert len(proxy.seen) == 20
    assert {authorization for _, authorization in proxy.seen} == {"Basic dXNlcjpzZWNyZXQ="}
    assert all(path.startswith(storage.url) for path, _ in proxy.seen)


@respx.mock
def test_a_timeout_on_a_connection_that_was_good_before_is_an_attempt(calls: Calls, tmp_path: Path) -> None:
    with Terse(keeps=1) as server:
        storage = Storage()
        storage.url, server.content = server.url, storage.content
        api([storage.file(str(number), SMALL) for number in range(2)])
        settings: dict[str, Any] = {"attempt_timeout": 0.4, "clock": calls.clock}
        with firsthandapi.Client(KEY, **settings) as client:
            report = client.files.download_all(job_id="job_1", output_dir=tmp_path / "out", concurrency=1)
    assert contents(report) == [SMALL] * 2
    assert [row.attempts for row in report.files] == [1, 2]
    assert report.files[1].seconds > 0.3


@respx.mock
@pytest.mark.parametrize("size", [len(SMALL), CHUNK + 1])
@pytest.mark.parametrize("proxy", ["http://127.0.0.1:abc", "http://127.0.0.1:99999", "http://[bad", "127.0.0.1:0"])
def test_a_proxy_that_cannot_be_fails_each_file_with_the_reason(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch, size: int, proxy: str
) -> None:
    api([storage.file(str(number), bytes(size)) for number in range(3)])
    with firsthandapi.Client(KEY) as client:  # the API's own connection has to be made as well
        monkeypatch.setenv("HTTP_PROXY", proxy)
        monkeypatch.setenv("NO_PROXY", "api.firsthandapi.com")
        report = client.files.download_all(job_id="job_1", output_dir=calls.folder, raise_on_failure=False)
    assert {row.error for row in report.failed} == {"the environment names a proxy whose address cannot be"}
    assert len(report.failed) == 3


@respx.mock
def test_a_proxy_needs_no_scheme(storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"127.0.0.1:{proxy.server_address[1]}")
        monkeypatch.setenv("NO_PROXY", "")
        api([storage.file("a", SMALL)])
        assert contents(calls.into_out()) == [SMALL]
    assert len(proxy.seen) == 1


@respx.mock
@pytest.mark.parametrize("size", [len(SMALL), CHUNK + 1])
@pytest.mark.parametrize("status", [200, 206, 503])
def test_a_number_that_no_file_has_is_that_files_failure_only(calls: Calls, size: int, status: int) -> None:
    digits = b"9" * 4500
    head = b"HTTP/1.1 %d X\r\nContent-Length: %s\r\nContent-Range: bytes 0-4/%s\r\n\r\n" % (status, digits, digits)
    with Fixed(head) as server, storage_server.serve() as good:
        bad = Storage()
        bad.url = server.url
        api([bad.file("bad", bytes(size)), *(good.file(str(number), SMALL) for number in range(5))])
        report = calls.into_out(raise_on_failure=False)
    assert [row.file_id for row in report.failed] == ["file_bad"]
    assert len(report.fetched) == 5


@respx.mock
@pytest.mark.parametrize("size", [len(SMALL), CHUNK + 1])
@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_a_head_that_never_ends_is_given_up(calls: Calls, tmp_path: Path, size: int, head: bytes) -> None:
    with Fixed(head, drips=True) as server:
        storage = Storage()
        storage.url = server.url
        api([storage.file("a", bytes(size))])
        settings: dict[str, Any] = {"attempt_timeout": 0.3, "max_retries": 0, "clock": calls.clock}
        with firsthandapi.Client(KEY, **settings) as client:
            report = client.files.download_all(job_id="job_1", output_dir=tmp_path / "out", raise_on_failure=False)
    assert len(report.failed) == 1


@respx.mock
def test_small_files_that_do_not_fit_are_not_asked_for(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def free(folder: Folder) -> int:
        used = 0
        for path in folder.path.rglob("*"):
            with suppress(FileNotFoundError):  # it got its name meanwhile
                used += path.stat().st_size
        return room.SPARE + 20 * len(SMALL) - used

    monkeypatch.setattr(Folder, "free", free)
    api([storage.file(str(number), SMALL) for number in range(50)])
    report = calls.into_out(raise_on_failure=False)
    assert report.failed
    assert all("the disk is full" in str(row.error) for row in report.failed)
    assert sum(storage.requests.values()) == len(report.fetched)


L = TypeVar("L", bound="Listener")


class Listener:
    """A socket of this machine, each of whose connections has a thread of its own."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]

    def __enter__(self: L) -> L:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            for number in itertools.count():
                connection, _ = self._socket.accept()
                threading.Thread(target=self.talk, args=(connection, number), daemon=True).start()

    def talk(self, connection: socket.socket, number: int) -> None:
        """Do what is to be done on a connection."""
        raise NotImplementedError


class Fixed(Listener):
    """A server that gives one answer to whatever it is asked, or begins it and goes on for ever."""

    def __init__(self, answer: bytes, *, drips: bool = False) -> None:
        super().__init__()
        self._answer, self._drips = answer, drips
        self.url = f"http://127.0.0.1:{self.port}"

    def talk(self, connection: socket.socket, number: int) -> None:
        with suppress(OSError), connection:
            connection.recv(65536)
            connection.sendall(self._answer)
            while self._drips:
                time.sleep(0.05)
                connection.sendall(self._answer if self._answer.endswith(b"\r\n\r\n") else b"x")


class Cutter(Listener):
    """Passes bytes on to a server and back, and closes every second connection after so many that came back."""

    def __init__(self, url: str, sent: int) -> None:
        super().__init__()
        self._behind, self._sent = int(url.rpartition(":")[2]), sent
        self.url = f"https://localhost:{self.port}"
        self.cut = 0

    def talk(self, connection: socket.socket, number: int) -> None:
        cuts = number % 2 == 0
        self.cut += cuts
        with suppress(OSError), connection, socket.create_connection(("127.0.0.1", self._behind)) as behind:
            threading.Thread(target=self._ask, args=(connection, behind), daemon=True).start()
            left = self._sent if cuts else 1 << 40
            while left and (got := behind.recv(min(left, 65536))):
                connection.sendall(got)
                left -= len(got)
            connection.shutdown(socket.SHUT_RDWR)

    def _ask(self, connection: socket.socket, behind: socket.socket) -> None:
        with suppress(OSError):
            while got := connection.recv(65536):
                behind.sendall(got)


class Terse:
    """A server that says that it keeps connections, and closes each after one answer; or says nothing after `keeps`."""

    def __init__(self, keeps: int = 0) -> None:
        self.content: dict[str, Any] = {}
        self._keeps = keeps
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Terse:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                asked = connection.recv(65536).decode()
                content = self.content[asked.split("?")[0].rpartition("/")[2]]
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(content), content))
                if self._keeps:
                    self._keeps -= 1
                    while connection.recv(65536):  # a question that gets no answer
                        pass


class Proxy(http.server.ThreadingHTTPServer):
    """An HTTP proxy that notes what it is asked for, and by whom."""

    daemon_threads = True

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        super().__init__(("127.0.0.1", 0), _ProxyHandler)

    def __enter__(self) -> Proxy:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _ProxyHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def do_GET(self) -> None:
        self.server.seen.append((self.path, str(self.headers["Proxy-Authorization"])))
        host, path = self.path.split("//")[1].split("/", 1)
        with socket.create_connection((host.split(":")[0], int(host.split(":")[1]))) as through:
            through.sendall(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answered = b""
            while got := through.recv(65536):
                answered += got
        head, _, body = answered.partition(b"\r\n\r\n")
        self.send_response(int(head.split()[1]))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass
