"""The engine of the extra `fast`: it does all that the standard one must do, and takes over where it is installed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import respx
from download_support import Calls, api
from storage_server import Storage
from test_download_engine import *  # noqa: F403 # its tests, run here with the engine that `make` gives
from test_download_engine import CONTENT, Make, read

from firsthandapi.download import engine as engines
from firsthandapi.download.engine import Engine, Untrusted
from firsthandapi.download.standard import StandardEngine

pytest.importorskip("pycurl", reason="the extra `fast` is not installed")

from firsthandapi.download import fast
from firsthandapi.download.fast import CurlEngine, FastEngine


@pytest.fixture
def make() -> Make:
    return CurlEngine


@pytest.fixture(params=[StandardEngine, CurlEngine, FastEngine])
def each(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`download_all` with each engine."""
    monkeypatch.setattr(engines, "default", request.param)
    return request.param


# What the libraries say of a certificate differs; these two tests stand for those of the same name.


def test_a_certificate_that_nobody_vouches_for_is_refused(engine: Engine, secure: Storage) -> None:
    with pytest.raises(Untrusted, match=r"the storage's certificate is not trusted: .*self[- ]signed"):
        engine.open(secure.link("a"))


def test_a_certificate_of_another_host_is_refused(
    engine: Engine, secure: Storage, certificate: Path, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(Untrusted, match=r"the storage's certificate is not trusted: .*localhost"):
        engine.open(secure.link("a").replace("127.0.0.1", "localhost"))


def test_nobody_is_trusted_whom_only_libcurl_knows(
    engine: Engine, secure: Storage, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.delenv("SSL_CERT_FILE", raising=False)
    environment.setenv("SSL_CERT_DIR", str(tmp_path))
    with pytest.raises(Untrusted):
        engine.open(secure.link("a"))


def test_authorities_that_cannot_be_read_are_a_clear_error(
    engine: Engine, secure: Storage, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    with pytest.raises(Untrusted):
        engine.open(secure.link("a"))


def test_only_large_files_over_tls_go_through_libcurl(
    storage: Storage, secure: Storage, certificate: Path, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("SSL_CERT_FILE", str(certificate))
    opened: list[str] = []
    for kind in (StandardEngine, CurlEngine):

        def spy(self: Any, url: str, kind: Any = kind, opens: Any = kind.open, **more: Any) -> Any:
            opened.append(kind.__name__)
            return opens(self, url, **more)

        environment.setattr(kind, "open", spy)
    engine = FastEngine(5.0)
    assert len(CONTENT) > fast.LARGE
    secure.file("small", b"small")
    for link in (secure.link("a"), storage.link("a"), secure.link("a"), secure.link("small"), secure.link("a")):
        read(engine, link)
    assert opened == ["StandardEngine", "StandardEngine", "CurlEngine", "CurlEngine", "StandardEngine"]
    assert read(engine, secure.link("a"), offset=9) == (206, CONTENT[9:])
    assert opened[-1] == "CurlEngine"
    engine.close()


def test_no_more_than_a_little_is_read_ahead(storage: Storage) -> None:
    storage.file("large", bytes(8_000_000))
    engine = CurlEngine(5.0)
    response: Any = engine.open(storage.link("large"))
    assert response.readinto(memoryview(bytearray(1))) == 1
    assert response._channel._held <= fast.AHEAD + 16_384  # what libcurl hands out at once
    response.close()
    engine.close()


def test_a_link_beyond_ascii_is_refused(engine: Engine, storage: Storage) -> None:
    with pytest.raises(engines.BadLink):
        engine.open(storage.link("a") + "é")


@pytest.mark.parametrize("installed", [True, False])
def test_it_takes_over_where_it_is_installed(installed: bool) -> None:
    hide = "" if installed else "sys.modules['pycurl'] = None; "
    program = f"import sys; {hide}from firsthandapi.download import engine; print(type(engine.default(1.0)).__name__)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ("FastEngine" if installed else "StandardEngine")


@pytest.mark.parametrize("fault", ["", "cut:70000", "reset:70000", "wrong", "429", "503", "chunked"])
@respx.mock
def test_a_download_ends_well_with_each_engine(each: Any, fault: str, storage: Storage, tmp_path: Path) -> None:
    content = bytes(range(256)) * 2000
    file = storage.file("a", content)
    storage.faults["a"] = [fault] if fault else []
    api([file])
    (row,) = Calls("sync", tmp_path).into_out().files
    assert hashlib.sha256(row.path.read_bytes()).hexdigest() == file["content_hash"]
    assert row.attempts == (1 if fault in ("", "chunked") else 2)
    assert row.resumed == (70_000 if fault in ("cut:70000", "reset:70000") else 0)
