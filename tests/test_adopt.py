"""Taking a new contract in: what the command makes of checks that find something, or cannot run.

The whole way is in tests/test_drift_page.py, in a copy of this repository.
"""

from __future__ import annotations

import json
import re
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


def test_a_contract_that_is_in_place_is_compared_with_the_one_that_was_reviewed(
    adopt: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ends(adopt, monkeypatch, 0)
    spec, reviewed = tmp_path / "openapi.json", tmp_path / "reviewed.json"
    contract = adopt.load(str(ROOT / "openapi.yaml"))
    reviewed.write_text(json.dumps(contract), encoding="utf-8")
    contract["components"]["schemas"]["Job"]["properties"].pop("files_pending")
    spec.write_text(json.dumps(contract), encoding="utf-8")
    monkeypatch.setattr(adopt.regenerate, "SPEC", spec)
    monkeypatch.setattr(adopt.review, "REVIEWED", reviewed)
    for _ in range(2):
        assert adopt.main(["new.yaml"]) == 1
        said = capsys.readouterr().out.splitlines()
        assert said[0].endswith("the report is against the one reviewed last, scripts/reviewed.yaml")
        assert said[-1] == "1 breaking, 0 risky, 0 compatible"
    reviewed.write_text(spec.read_text(encoding="utf-8"), encoding="utf-8")
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


def test_cases_of_one_test_that_fail_alike_share_a_line(adopt: Any) -> None:
    failures = [
        ("tests::test_a[1]", "no"),
        ("tests::test_b", "no"),
        ("tests::test_a[2]", "no"),
        ("tests::test_a[3]", "x"),
    ]
    problems = [adopt.causes.Problem(place, text, text) for place, text in failures]
    assert adopt.lines(problems) == ["tests::test_a (2 cases): no", "tests::test_b: no", "tests::test_a[3]: x"]


def test_a_type_error_is_a_problem_but_in_what_is_derived(adopt: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    source = (ROOT / "firsthandapi/_async/jobs.py").read_text(encoding="utf-8").splitlines()
    number = next(number for number, line in enumerate(source, 1) if "rate_job.build" in line)
    found = {"severity": "error", "line": number, "message": "no such argument", "hint": '"build" in "rate_job"'}
    lines = [json.dumps({**found, "file": f"firsthandapi/{layer}/jobs.py"}) for layer in ("_async", "_sync")]
    ends(adopt, monkeypatch, 1, out="\n".join(lines))
    (problem,) = adopt.type_errors()
    assert (problem.place, problem.text) == (f"firsthandapi/_async/jobs.py:{number}", "no such argument")
    assert '"rate_job"' in problem.message
    assert "rate_job.build" in problem.line
    assert "jobs.rate" in problem.code


def test_tests_that_are_not_there_have_not_passed(adopt: Any) -> None:
    (problem,) = adopt.failed_tests(["tests/test_nothing.py"])
    assert (problem.place, "not found" in problem.text) == ("pytest", True)


def test_a_test_fails_once_and_says_why(adopt: Any, tmp_path: Path) -> None:
    (tmp_path / "test_imports.py").write_text("import nothing_of_this_name\n", encoding="utf-8")
    (tmp_path / "test_fails.py").write_text(
        """
import pytest

@pytest.fixture
def early():
    raise KeyError("early")

@pytest.fixture
def late():
    yield
    raise KeyError("late")

def test_at_setup(early): pass

def test_at_teardown(late): pass

def test_at_both(late):
    assert {"came": 1}["title"] == 1

def test_of_rules():
    pytest.fail("answers are not as openapi.yaml says:\\nGET /v1/jobs, 200: too few", pytrace=False)
""",
        encoding="utf-8",
    )
    found = {re.split("[.:]", problem.place)[-1]: problem for problem in adopt.failed_tests([str(tmp_path)])}
    assert {place: problem.text for place, problem in found.items()} == {
        "test_imports": "ModuleNotFoundError: No module named 'nothing_of_this_name'",
        "test_at_setup": "KeyError: 'early'",
        "test_at_teardown": "KeyError: 'late'",
        "test_at_both": "KeyError: 'title'",
        "test_of_rules": "answers are not as openapi.yaml says: GET /v1/jobs, 200: too few",
    }
    assert '{"came": 1}["title"]' in found["test_at_both"].line
