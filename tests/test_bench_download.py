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


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it waits as only Linux can")
@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("kind", ["small", "large"])
def test_the_floor_brings_and_checks_every_file(rows: Any, tmp_path: Path, kind: str, tls: bool) -> None:
    from benchmarks.download_bare import bare
    from benchmarks.download_clients import Job
    from benchmarks.download_server import Kind, serving, which

    if not (which("nginx") and which("openssl")):
        pytest.skip("nginx serves the files, and openssl makes its certificate")
    files = Kind(kind, 20, 20_000 if kind == "small" else 700_000)
    folder = tmp_path / "out"
    folder.mkdir()
    with serving([files], tmp_path) as server:
        links = rows._links(server, files, tls, folder)
        job = Job(server.storage(tls=tls), kind, str(links), str(folder), str(server.authority))
        bare(job)()
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
            name: (server.files / kind / name).read_bytes() for name in files.names()
        }
        (server.files / kind / files.names()[3]).write_bytes(bytes(files.size))
        if kind == "small":
            with pytest.raises(SystemExit, match="came wrong"):
                bare(job)()
