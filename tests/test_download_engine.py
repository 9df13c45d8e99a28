"""What every engine must do: ranges, kept connections, redirects, proxies, trust, and errors that tell no secrets."""

from __future__ import annotations

import io
import re
import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Callable, Optional

import pytest
import storage_server
from hypothesis import given
from hypothesis import strategies as st
from storage_server import PIECE, Storage
from support import Loopback, Received, answer

from firsthandapi.download import engine as engines
from firsthandapi.download import http1, link
from firsthandapi.download.engine import BadLink, Broken, Engine, EngineError, Untrusted
from firsthandapi.download.http1 import BUFFER, Answer, Malformed, question
from firsthandapi.download.standard import StandardEngine

CONTENT = bytes(range(256)) * 4096
Make = Callable[[float], Engine]


@pytest.fixture(params=[StandardEngine], ids=["standard"])
def make(request: pytest.FixtureRequest) -> Make:
    """The engines that there are."""
    kind: Make = request.param
    return kind


@pytest.fixture
def engine(make: Make) -> Iterator[Engine]:
    one = make(5.0)
    yield one
    one.close()


@pytest.fixture
def storage() -> Iterator[Storage]:
    with storage_server.serve() as server:
        server.file("a", CONTENT)
        yield server


def read(engine: Engine, url: str, **more: object) -> tuple[int, bytes]:
    """Status and body."""
    response = engine.open(url, **more)  # type: ignore[arg-type]
    try:
        body, buffer = bytearray(), memoryview(bytearray(PIECE))
        while got := response.readinto(buffer):
            body += buffer[:got]
        return response.status, bytes(body)
    finally:
        response.close()


def test_the_default_is_an_engine() -> None:
    engines.default(1.0).close()


def test_a_file_and_a_part_of_it(engine: Engine, storage: Storage) -> None:
    link = storage.link("a")
    assert read(engine, link) == (200, CONTENT)
    assert read(engine, link, offset=1000, validator=storage.etag("a")) == (206, CONTENT[1000:])
    assert read(engine, link, offset=1000, validator='"another"') == (200, CONTENT)
    assert read(engine, link, offset=len(CONTENT)) == (416, b"")
    assert storage.connections == 1


def test_headers_are_in_lower_case_and_say_nothing_of_the_api(engine: Engine, storage: Storage) -> None:
    response = engine.open(storage.link("a"))
    assert response.headers["etag"] == storage.etag("a")
    response.close()
    (sent,) = storage.headers
    assert set(sent) == {"host", "user-agent", "accept", "accept-encoding"}
    assert sent["accept-encoding"] == "identity"


def test_a_connection_whose_body_was_not_read_is_not_kept(engine: Engine, storage: Storage) -> None:
    engine.open(storage.link("a")).close()
    assert read(engine, storage.link("a")) == (200, CONTENT)
    assert storage.connections == 2


def test_a_connection_that_the_server_closed_meanwhile_is_no_failure(engine: Engine) -> None:
    def respond(request: Received) -> Iterator[bytes]:
        if request.connection == 1 and len(server.requests) > 1:
            return
        yield answer(b"content")

    with Loopback(respond) as server:
        assert read(engine, f"{server.url}/a") == (200, b"content")
        assert read(engine, f"{server.url}/a") == (200, b"content")
        assert server.connections == 2


@pytest.mark.parametrize("fault", ["cut", "reset"])
def test_what_came_before_a_cut_is_had(engine: Engine, storage: Storage, fault: str) -> None:
    storage.faults["a"] = [f"{fault}:{PIECE + 77}"]
    response = engine.open(storage.link("a"))
    buffer = memoryview(bytearray(PIECE))
    assert response.readinto(buffer) == PIECE
    assert response.readinto(buffer) == 77
    with pytest.raises(Broken):
        response.readinto(buffer)
    response.close()


def test_silence_is_an_error(make: Make) -> None:
    def respond(request: Received) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc"
        silence.wait(10)

    silence = threading.Event()
    with Loopback(respond) as server:
        impatient = make(0.1)
        response = impatient.open(f"{server.url}/a")
        buffer = memoryview(bytearray(100))
        assert response.readinto(buffer) == 3
        with pytest.raises(Broken, match="timed out"):
            response.readinto(buffer)
        response.close()
        impatient.close()
        silence.set()


def test_what_a_slow_line_brings_is_handed_on_before_the_buffer_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = StandardEngine(5.0)

    def respond(request: Received) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nabc"
        time.sleep(0.05)
        yield b"d"
        more.wait(10)
        yield b"ef"

    more = threading.Event()
    monkeypatch.setattr(http1, "LONGEST_READ", 0.01)
    with Loopback(respond) as server:
        response = engine.open(f"{server.url}/a")
        buffer = memoryview(bytearray(100))
        assert response.readinto(buffer) == 4
        more.set()
        assert response.readinto(buffer) == 2
        response.close()
        engine.close()


def test_closing_wakes_those_who_read(engine: Engine) -> None:
    def respond(request: Received) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc"
        silence.wait(10)

    silence = threading.Event()
    with Loopback(respond) as server:
        response = engine.open(f"{server.url}/a")
        buffer = memoryview(bytearray(100))
        threading.Timer(0.05, engine.close).start()
        assert response.readinto(buffer) == 3
        with pytest.raises(Broken):
            response.readinto(buffer)
        response.close()
        silence.set()
        with pytest.raises(Broken):
            engine.open(f"{server.url}/a")


def test_redirects_are_followed_with_the_range(engine: Engine, storage: Storage) -> None:
    storage.content["b"] = CONTENT[::-1]
    storage.faults["a"] = ["redirect:/b?X-Signature=first"] + [f"redirect:{storage.link('a')}"] * 9
    assert read(engine, storage.link("a"), offset=5) == (206, CONTENT[::-1][5:])
    with pytest.raises(BadLink, match="redirected more than 5 times"):
        read(engine, storage.link("a"))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd?X-Signature=secret",
        "ftp://host/x?X-Signature=secret",
        "?X-Signature=secret",
        "http://?X-Signature=secret",
        "http://host:port/?X-Signature=secret",
        "http://[::1/?X-Signature=secret",
        "http://127.0.0.1:1/a\x01?X-Signature=secret\x02",
        "http://127.0.0.1:1/\ud800?X-Signature=secret",
        "http://127.0.0.1:1/?X-Signature=secret",
        "http://name.invalid/?X-Signature=secret",
    ],
)
def test_no_error_quotes_a_link(engine: Engine, url: str) -> None:
    with pytest.raises(EngineError) as caught:
        engine.open(url)
    error = caught.value
    assert "secret" not in str(error) + repr(error)
    shown = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    assert "secret" not in shown.replace(f'"{url}"', "")


def test_a_redirect_to_a_file_is_not_followed(engine: Engine, storage: Storage) -> None:
    storage.faults["a"] = ["redirect:file:///etc/passwd"]
    with pytest.raises(BadLink, match="not http or https but file"):
        engine.open(storage.link("a"))


@pytest.mark.parametrize("target", ["http://[::1", "/\xe9?\xe9"])
def test_a_redirect_to_nowhere_is_an_error(engine: Engine, storage: Storage, target: str) -> None:
    storage.faults["a"] = [f"redirect:{target}"]
    with pytest.raises(BadLink):
        engine.open(storage.link("a"))


@given(st.from_regex(link.USUAL, fullmatch=True))
def test_links_that_need_no_quoting_are_taken_apart_like_all_others(url: str) -> None:
    assert link.split(url) == link.split_unusual(url)


# Proxies


class Proxy(socketserver.StreamRequestHandler):
    """Answers a whole URL itself, and connects for CONNECT."""

    seen: list[tuple[str, str]]

    def handle(self) -> None:
        method, target, _ = self.rfile.readline().decode().split(" ", 2)
        headers = {}
        while (line := self.rfile.readline().decode().strip()) != "":
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        type(self).seen.append((f"{method} {target}", headers.get("proxy-authorization", "")))
        if method == "GET":
            self.wfile.write(answer(b"from the proxy"))
            return
        host, _, port = target.partition(":")
        with socket.create_connection((host, int(port))) as there:
            self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            back = threading.Thread(target=pump, args=(there, self.connection), daemon=True)
            back.start()
            pump(self.connection, there)
            back.join(5)


def pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@contextmanager
def proxy() -> Iterator[str]:
    Proxy.seen = []
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Proxy) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://user:pass%20word@127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def test_http_goes_through_the_proxy_of_the_environment(
    engine: Engine, storage: Storage, environment: pytest.MonkeyPatch
) -> None:
    with proxy() as address:
        environment.setenv("http_proxy", address)
        assert read(engine, "http://storage.example/a?X-Signature=s") == (200, b"from the proxy")
        assert Proxy.seen == [("GET http://storage.example/a?X-Signature=s", "Basic dXNlcjpwYXNzIHdvcmQ=")]


def test_no_proxy_is_respected(engine: Engine, storage: Storage, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("http_proxy", "http://127.0.0.1:1")
    environment.setenv("no_proxy", "127.0.0.1")
    assert read(engine, storage.link("a")) == (200, CONTENT)


def test_a_proxy_of_another_kind_is_named(engine: Engine, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("all_proxy", "socks5://127.0.0.1:1")
    with pytest.raises(BadLink, match="proxy of the kind socks5"):
        engine.open("http://storage.example/a")


# Trust


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that no authority knows, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=storage"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(path) + ".key", "-out", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[Storage]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, str(certificate) + ".key")
    with storage_server.serve(context) as server:
        server.file("a", CONTENT)
        yield server


def test_a_certificate_that_nobody_vouches_for_is_refused(engine: Engine, secure: Storage) -> None:
    with pytest.raises(Untrusted, match=r"the storage's certificate is not trusted: self[- ]signed"):
        engine.open(secure.link("a"))


def test_an_authority_of_the_environment_is_trusted(
    engine: Engine, secure: Storage, certificate: Path, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("SSL_CERT_FILE", str(certificate))
    assert read(engine, secure.link("a")) == (200, CONTENT)
    assert read(engine, secure.link("a"), offset=7) == (206, CONTENT[7:])
    assert secure.connections == 1


def test_a_connection_that_tls_gives_up_is_told_of_in_words(
    engine: Engine, storage: Storage, secure: Storage, certificate: Path, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(Broken, match=r"^the connection broke: TLS (failed: [a-z ]+|could not be agreed on)$"):
        engine.open(storage.link("a").replace("http:", "https:"))
    secure.faults["a"] = [f"cut:{PIECE + 77}"]
    with pytest.raises(
        Broken, match=r"^the connection broke: (it was closed|it ended before the body did|\d+ bytes .*)$"
    ):
        read(engine, secure.link("a"))


def test_a_certificate_of_another_host_is_refused(
    engine: Engine, secure: Storage, certificate: Path, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(Untrusted, match="not trusted: Hostname mismatch"):
        engine.open(secure.link("a").replace("127.0.0.1", "localhost"))


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_authorities_that_cannot_be_read_are_a_clear_error(
    engine: Engine, secure: Storage, environment: pytest.MonkeyPatch, tmp_path: Path, content: Optional[str]
) -> None:
    named = tmp_path / "authorities.pem"
    if content is not None:
        named.write_text(content)
    environment.setenv("SSL_CERT_FILE", str(named))
    with pytest.raises(Untrusted, match=f"^SSL_CERT_FILE, {re.escape(str(named))}, cannot be read: "):
        engine.open(secure.link("a"))


def test_https_goes_through_a_tunnel(
    engine: Engine, secure: Storage, certificate: Path, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("SSL_CERT_FILE", str(certificate))
    with proxy() as address:
        environment.setenv("https_proxy", address)
        assert read(engine, secure.link("a")) == (200, CONTENT)
        place = secure.url[len("https://") :]
        assert Proxy.seen == [(f"CONNECT {place}", "Basic dXNlcjpwYXNzIHdvcmQ=")]
        engine.close()


# Reading HTTP/1.1


def parsed(raw: bytes) -> tuple[Answer, bytes]:
    """An answer and its body; each read gives three bytes at the most."""

    class Slow(io.BytesIO):
        def readinto1(self, buffer: memoryview) -> int:
            return super().readinto(buffer[:3])

    found = Answer(Slow(raw))
    body, buffer = bytearray(), memoryview(bytearray(7))
    while got := found.readinto(buffer):
        body += buffer[:got]
    return found, bytes(body)


def test_what_was_read_ahead_is_given_before_the_error() -> None:
    class Reset(io.RawIOBase):
        def __init__(self) -> None:
            rest = PIECE + 77 - 3 - 200_000
            self.pieces = [b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\nabc", b"d" * 200_000, b"d" * rest]

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            if not self.pieces:
                raise ConnectionResetError(104, "Connection reset by peer")
            piece = self.pieces.pop(0)
            assert len(piece) <= len(buffer)
            buffer[: len(piece)] = piece
            return len(piece)

    found, buffer = Answer(io.BufferedReader(Reset(), BUFFER)), memoryview(bytearray(PIECE))
    assert found.readinto(buffer) == PIECE
    assert bytes(buffer[:4]) == b"abcd"
    assert found.readinto(buffer) == 77
    with pytest.raises(ConnectionResetError):
        found.readinto(buffer)


@pytest.mark.parametrize(
    ("raw", "body", "keeps_open"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789 next", b"0123456789", True),
        (b"HTTP/1.1 200\r\ncontent-length:10\n\n0123456789", b"0123456789", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b"", True),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n", b"", True),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc", b"abc", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", b"abc", False),
        (b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 3\r\n\r\nabc", b"abc", True),
        (b"HTTP/1.1 200 OK\r\n\r\nto the end", b"to the end", False),
        (b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", b"abc", True),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n"
            b"A\r\n, universe\r\n0\r\nX: y\r\n\r\n",
            b"hello, universe",
            True,
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n0\r\n\r\n", b"", True),
    ],
)
def test_an_answer_is_read_to_its_end_and_no_further(raw: bytes, body: bytes, keeps_open: bool) -> None:
    found, came = parsed(raw)
    assert came == body
    assert found.is_read
    assert found.keeps_open == keeps_open


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"", EOFError),
        (b"HTTP/1.1 200 OK\r\nContent-Len", EOFError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n012", EOFError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", EOFError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", EOFError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n", Malformed),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n", Malformed),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", Malformed),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1_0\r\n\r\n", Malformed),
        (b"HTTP/2 200 OK\r\n\r\n", Malformed),
        (b"SSH-2.0-OpenSSH\r\n", Malformed),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300 + b"\r\n", Malformed),
        (b"HTTP/1.1 200 " + b"O" * 70_000 + b"K\r\n\r\n", Malformed),
    ],
)
def test_what_is_no_whole_answer_is_an_error(raw: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        parsed(raw)


@given(st.binary(max_size=200))
def test_no_bytes_confuse_the_reader(noise: bytes) -> None:
    for raw in (noise, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + noise, b"HTTP/1.1 " + noise):
        with suppress(EOFError, Malformed):
            parsed(raw)


def test_a_link_cannot_smuggle_a_second_request() -> None:
    for target, host in (("/a\r\nX: y", "host"), ("/a b", "host"), ("/a", "host\r\nX: y"), ("/ü", "host")):
        with pytest.raises(ValueError, match="characters that no URL may have"):
            question(host, target, {})
    assert question("host:81", "/a?b", {"Range": "bytes=1-"}) == (
        b"GET /a?b HTTP/1.1\r\nHost: host:81\r\nRange: bytes=1-\r\n\r\n"
    )
