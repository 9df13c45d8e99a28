"""`make bench` runs and says what it found; and budgets that hold on any machine, however slow."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYTHONPATH = os.pathsep.join(map(str, (ROOT, ROOT / "generated")))


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import bench

    return bench


@pytest.fixture
def row(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    from benchmarks.measure import Row

    return Row


def test_all_rows_are_measured():
    pytest.importorskip("yaml", reason="the sample data is read from openapi.yaml")
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "bench.py"), "--quick", "--no-fail"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    heading, *lines = done.stdout.splitlines()
    assert heading.split() == ["row", "what", "peer", "peer", "value", "ours", "ratio", "goal", "met"]
    assert sorted({line.split()[0] for line in lines}) == ["1", "2", "3", "4"]
    for line in lines:
        measured = re.search(r" [\d.]+ ms +[\d.]+ ms +\d+\.\d\d\b", line)
        assert measured or "not installed" in line, line
    goals = [line for line in lines if re.search(r"<= .*(yes|NO)$", line)]
    assert len(goals) == (5 if find_spec("openapi_python_client") else 4)


@pytest.mark.parametrize(
    ("numbers", "met"),
    [
        ({"ours": 0.009, "most": 0.010}, True),
        ({"ours": 0.011, "most": 0.010}, False),
        ({"ours": 0.009, "theirs": 0.010, "most_ratio": 1.0}, True),
        ({"ours": 0.011, "theirs": 0.010, "most_ratio": 1.0}, False),
        ({"ours": 0.009, "most_ratio": 1.0}, False),
        ({"ours": 0.009, "theirs": 0.001}, None),
    ],
)
def test_when_a_goal_is_met(row, numbers, met):
    assert row(1, "import", "httpx", **numbers).met is met


@pytest.mark.parametrize(
    ("ours", "options", "code", "line"),
    [
        (0.5, [], 1, "1 import httpx 250.0 ms 500.0 ms 2.00 <= 10.0 ms here NO"),
        (0.5, ["--no-fail"], 0, "1 import httpx 250.0 ms 500.0 ms 2.00 <= 10.0 ms here NO"),
        (0.005, [], 0, "1 import httpx 250.0 ms 5.00 ms 0.02 <= 10.0 ms here yes"),
    ],
)
def test_only_a_missed_goal_fails(bench, row, ours, options, code, line, monkeypatch, capsys):
    found = {"imports": [row(1, "import", "httpx", ours, 0.25, most=0.01)], "calls": [], "pages": []}
    for name, rows in found.items():
        monkeypatch.setattr(getattr(bench, name), "rows", lambda *_, rows=rows, **__: rows)
    monkeypatch.setattr(bench.loopback, "serving", lambda: nullcontext("http://127.0.0.1:1"))
    assert bench.main(options) == code
    printed = capsys.readouterr()
    assert re.sub(" +", " ", printed.out.splitlines()[1]) == line
    assert ("missed: import" in printed.err) is line.endswith("NO")


def loaded(code: str) -> set[str]:
    """Names of the modules that a line of code loads in a fresh interpreter, on top of what it starts with."""
    program = f"import sys, json; before = set(sys.modules); {code}; print(json.dumps([*set(sys.modules) - before]))"
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def packages(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def test_import_loads_next_to_nothing():
    modules = loaded("import firsthandapi")
    assert {name for name in modules if name.startswith("firsthandapi")} == {"firsthandapi"}
    assert not packages(modules) & {"httpx", "attr", "attrs", "dateutil", "asyncio", "ssl", "logging", "typing"}
    assert len(modules) < 40, sorted(modules)


def test_a_client_is_built_without_what_it_does_not_need():
    modules = loaded("import firsthandapi; firsthandapi.Client('fh_test_key')")
    assert not packages(modules) & {"httpx", "httpcore", "dateutil", "asyncio", "anyio", "yaml"}
    assert not {name for name in modules if name.startswith(("firsthandapi_generated.models.", "firsthandapi._async"))}
    assert len(modules) < 300, len(modules)


def test_a_resource_loads_only_its_own_models():
    modules = loaded("import firsthandapi; firsthandapi.Client('fh_test_key').billing")
    models = {name for name in modules if name.startswith("firsthandapi_generated.models.")}
    assert models, "the test looks at the wrong names"
    assert all(re.search("credit|transaction|checkout", name) for name in models), models
