"""`make bench-download` runs and says what it found; which of its goals are met is for a quiet machine to say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(sys.version_info < (3, 11), reason="a tool of maintainers")


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    from benchmarks import download_rows

    return download_rows


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it reads /proc")
def test_ours_is_measured(rows: Any) -> None:
    from benchmarks.download_server import which

    if not (which("nginx") and which("openssl")):
        pytest.skip("nginx serves the files, and openssl makes its certificate")
    command = [sys.executable, str(ROOT / "scripts" / "bench_download.py"), "--quick", "--no-fail"]
    done = subprocess.run([*command, "--only", "ours sync, standard"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    measured = re.findall(r"^ours sync, standard +[\d,]+ +\d+\.\d\d +\d+ +1\.00 +1\.00", done.stdout, re.MULTILINE)
    assert len(measured) == 4, "small and large files, plain and with TLS"
    assert re.search(r"^ours sync, standard +[\d.]+ MB +[\d.]+ MB", done.stdout, re.MULTILINE)
    assert re.search(r"^(met   |MISSED) ours sync, standard takes \d+ MB for 1,000 files", done.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "small", "peers", "met"),
    [
        ("ours sync, standard", True, {"requests": 1.0, "aria2c": 0.1}, {"requests": True}),
        ("ours sync, standard", True, {"requests": 0.9}, {"requests": False}),
        ("ours sync, fast", True, {"aria2c": 0.9}, {"aria2c": False}),
        ("ours sync, fast", True, {"aria2c": 1.0}, {"aria2c": True}),
        ("ours async, standard", False, {"aria2c": 1.3}, {"aria2c": False}),
        ("ours async, standard", False, {"aria2c": 1.4}, {"aria2c": True}),
    ],
)
def test_when_a_goal_is_met(rows: Any, name: str, small: bool, peers: dict[str, float], met: dict[str, bool]) -> None:
    results = {peer: rows.Took(seconds, 0.0, 0.0) for peer, seconds in peers.items()}
    goals = rows.Bench(None, None, [], 1)._goals("race", name, rows.Took(1.0, 1.0, 61.0), results, small=small)
    memory, *others = goals
    assert not memory.met, "61 MB are too many"
    assert {peer: goal.met for goal in others for peer in peers if f"× {peer}," in goal.what} == met
