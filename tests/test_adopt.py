"""Taking a new contract in: what the command makes of checks that find something, or cannot run.

The whole way is in tests/test_drift_page.py, in a copy of this repository.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("openapi_python_client", reason="the generator needs Python 3.11")

ROOT = Path(__file__).parent.parent


@pytest.fixture
def adopt(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script, which regenerates nothing here and whose checks find nothing."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import adopt

    monkeypatch.setattr(adopt.regenerate, "main", lambda arguments: 0)
    monkeypatch.setattr(adopt, "Surface", lambda: None)
    return adopt


def ends(adopt: Any, monkeypatch: pytest.MonkeyPatch, code: int, out: str = "", err: str = "") -> None:
    """Let every check end so."""
    done = subprocess.CompletedProcess([], code, out, err)
    monkeypatch.setattr(adopt.subprocess, "run", lambda *arguments, **options: done)


def test_a_refused_contract_is_2(adopt: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adopt.regenerate, "main", lambda arguments: 2)
    ends(adopt, monkeypatch, 1, err="never asked")
    assert adopt.main(["new.yaml"]) == 2


def test_what_breaks_nothing_is_0(
    adopt: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ends(adopt, monkeypatch, 0)
    assert adopt.main(["new.yaml"]) == 0
    assert capsys.readouterr().out == "no change\n"


def test_a_check_that_cannot_run_is_a_problem(
    adopt: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ends(adopt, monkeypatch, 4, err="ImportError while loading conftest\nE   ImportError: no name 'Job'")
    assert adopt.main(["new.yaml", "--report", str(tmp_path / "report.md")]) == 1
    said = capsys.readouterr().out.splitlines()
    for check in ("mypy", "pytest"):
        assert f"not explained by a change: {check}: E ImportError: no name 'Job'" in said
    assert "### Not explained by a change" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_a_type_error_is_a_problem_but_in_what_is_derived(adopt: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    line = '{"severity": "error", "file": "firsthandapi/%s/jobs.py", "line": 7, "message": "no such argument"}\n'
    ends(adopt, monkeypatch, 1, out=line % "_async" + line % "_sync")
    assert [problem.place for problem in adopt.type_errors()] == ["firsthandapi/_async/jobs.py:7"]


def test_tests_that_are_not_there_have_not_passed(adopt: Any) -> None:
    (problem,) = adopt.failed_tests(["tests/test_nothing.py"])
    assert (problem.place, "not found" in problem.text) == ("pytest", True)
