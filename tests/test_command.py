"""The `firsthandapi` command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the sandbox's extra is not installed")

import firsthandapi
from firsthandapi.__main__ import main


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main(["--version"])
    assert done.value.code == 0
    assert capsys.readouterr().out == f"firsthandapi {firsthandapi.__version__}\n"


def test_wrong_usage_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main(["dance"])
    assert done.value.code == 2
    assert "sandbox" in capsys.readouterr().err


def test_what_is_piped_is_utf_8_whatever_the_system_says(tmp_path: Path) -> None:
    old = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}
    contracts = [tmp_path / "old.json", tmp_path / "new.json"]
    for path, url in zip(contracts, ["https://a", "https://\ud800→"]):
        path.write_text(json.dumps({**old, "servers": [{"url": url}]}), encoding="utf-8")
    command = [sys.executable, "-m", "firsthandapi", "drift", *map(str, contracts)]
    environment = {**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252"}  # as on Windows
    done = subprocess.run(command, env=environment, capture_output=True)
    assert done.stderr == b""
    assert r"there is https://\ud800→" in done.stdout.decode("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM there")
def test_the_sandbox_serves_a_client_until_it_is_told_to_stop() -> None:
    command = [sys.executable, "-m", "firsthandapi", "sandbox", "--port", "0", "--json", "--speed", "1000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        with firsthandapi.Client(ready["api_key"], base_url=ready["base_url"]) as client:
            assert client.billing.balance().available_cents > 0
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert errors == ""
