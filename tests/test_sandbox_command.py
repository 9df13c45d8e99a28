"""The command, and what happens when something that it needs is missing."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys

import httpx
import pytest
from sandbox_support import quick_media

from firsthandapi import sandbox
from firsthandapi.sandbox import Sandbox, cli

__all__ = ["quick_media"]

COMMAND = [sys.executable, "-c", "import sys; from firsthandapi.sandbox.cli import main; sys.exit(main(sys.argv[1:]))"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_the_command_says_when_it_is_ready_and_ends_cleanly(ended_by: signal.Signals) -> None:
    arguments = ["--port", "0", "--speed", "500", "--seed", "4", "--json"]
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert ready["pid"] == process.pid
        assert ready["webhook_secret"].startswith("whsec_")
        headers = {"Authorization": f"Bearer {ready['api_key']}"}
        assert httpx.get(f"{ready['base_url']}/v1/jobs", headers=headers).status_code == 200
        process.send_signal(ended_by)
        rest, errors = process.communicate(timeout=10)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_a_port_in_use_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        handlers = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
        try:
            assert cli.main(["--port", str(taken.getsockname()[1])]) == 2
        finally:
            signal.signal(signal.SIGINT, handlers[0])
            signal.signal(signal.SIGTERM, handlers[1])
    errors = capsys.readouterr().err
    assert errors.count("\n") == 1
    assert "cannot start on 127.0.0.1" in errors


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.1", "example.com", ""])
def test_only_loopback_is_served(host: str) -> None:
    with pytest.raises(ValueError, match=r"127\.0\.0\.1"):
        Sandbox(host=host)


def test_a_sandbox_without_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="credits_cents"):
        Sandbox(credits_cents=-1)
    with pytest.raises(ValueError, match="speed"):
        Sandbox(speed=0).start()


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("server", "running"):
        monkeypatch.delitem(sys.modules, f"firsthandapi.sandbox.{module}")
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(ImportError, match=r"pip install 'firsthandapi\[sandbox\]'"):
        _ = sandbox.Sandbox
    with pytest.raises(AttributeError):
        _ = sandbox.Sandpit  # type: ignore[attr-defined]
