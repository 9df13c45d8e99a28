"""The `firsthandapi` command."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

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
