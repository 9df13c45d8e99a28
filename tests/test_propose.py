"""The scheduled workflow: what counts as a report, and one branch, one pull request, whose body is the report."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from firsthandapi.drift import Report, rendering

SCRIPT = Path(__file__).parent.parent / "scripts" / "propose.sh"
SAME = rendering.as_markdown(Report((), "1", "1"))
"""The report of a contract that changes nothing for callers."""
GH = """#!/usr/bin/env bash
# Stands for GitHub's command: it notes its arguments and the body, and knows one pull request once it was created.
printf '%s\\n' "$*" >> "$CALLS"
case "$1 $2" in
"pr list") cat "$CALLS.open" 2> /dev/null || true ;;
"pr create") echo 1 > "$CALLS.open" ;;
"pr close") rm "$CALLS.open" ;;
esac
while [ $# -gt 0 ]; do [ "$1" = --body-file ] && cp "$2" "$CALLS.body"; shift; done
exit 0
"""

pytestmark = pytest.mark.skipif(
    os.name == "nt" or not shutil.which("git"), reason="the workflow runs on Linux, and needs git"
)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a remote, and a `gh` on the path."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "gh").write_text(GH, encoding="utf-8")
    (tools / "gh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    folder = tmp_path / "checkout"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "remote")
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "checkout")
    (folder / "openapi.yaml").write_text("openapi: 3.1.0\n", encoding="utf-8")
    commit(folder, "First", when="2026-03-31T12:00:00+00:00")
    git(folder, "remote", "add", "origin", "../remote")
    git(folder, "push", "--quiet", "origin", "main")
    return folder


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder: Path, message: str, *, when: str) -> None:
    """Commit everything as a person."""
    git(folder, "add", "--all")
    person = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(
        ["git", *person, "commit", "--quiet", "--message", message],
        cwd=folder,
        check=True,
        env={**os.environ, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when},
    )


def change(folder: Path, version: str) -> None:
    """Take in another contract, from main as it is."""
    git(folder, "switch", "--quiet", "--discard-changes", "main")
    (folder / "openapi.yaml").write_text(f"openapi: {version}\n", encoding="utf-8")


def propose(folder: Path, report: str) -> list[str]:
    """Run the script; what it asked of `gh`."""
    path = folder.parent / "report.md"
    path.write_text(report, encoding="utf-8")
    calls = folder.parent / "calls"
    calls.write_text("", encoding="utf-8")
    subprocess.run(["bash", str(SCRIPT), str(path)], cwd=folder, check=True, capture_output=True, timeout=60)
    return [" ".join(call.split()[:2]) for call in calls.read_text(encoding="utf-8").splitlines()]


def body(folder: Path) -> str:
    return (folder.parent / "calls.body").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "goes_on"),
    [
        ("echo report > report.md", True),
        ("echo report > report.md; exit 2", True),
        ("exit 2", False),
    ],
)
def test_the_workflow_goes_on_where_there_is_a_report(tmp_path: Path, make: str, goes_on: bool) -> None:
    yaml = pytest.importorskip("yaml")
    workflow = SCRIPT.parent.parent / ".github" / "workflows" / "drift.yml"
    steps = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]["propose"]["steps"]
    compare, tell = [step for step in steps if "run" in step]
    assert (set(compare["env"]), set(tell["env"])) == ({"SPEC"}, {"GH_TOKEN"})  # what is fetched gets no token
    (tmp_path / "make").write_text(f"#!/usr/bin/env bash\n[ \"$2\" = 'SPEC=https://h/a?b=1&c=2' ] || exit 3\n{make}\n")
    (tmp_path / "make").chmod(0o755)
    environment = {**os.environ, "RUNNER_TEMP": ".", "SPEC": "https://h/a?b=1&c=2"}
    environment["PATH"] = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(["bash", "-e", "-c", compare["run"]], cwd=tmp_path, env=environment, capture_output=True)
    assert (done.returncode == 0) == goes_on
    assert tell["run"] == 'scripts/propose.sh "$RUNNER_TEMP/report.md"'


def test_make_hands_on_addresses_as_they_are() -> None:
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    url = "https://h/a?b=1&c=2"
    for target in (["regenerate", f"SPEC={url}"], ["drift", f"NEW={url}"]):
        command = [
            "make",
            "--no-print-directory",
            "--dry-run",
            "--assume-old=.venv/.tools",
            "--assume-old=.venv/.dev",
            *target,
        ]
        done = subprocess.run(command, cwd=SCRIPT.parent.parent, capture_output=True, text=True, check=True)
        assert f"'{url}'" in done.stdout.splitlines()[-1]


def asked(folder: Path) -> str:
    """The arguments of the last call of `gh`."""
    return (folder.parent / "calls").read_text(encoding="utf-8").splitlines()[-1]


def test_no_change_is_no_pull_request(checkout: Path) -> None:
    assert propose(checkout, SAME) == ["pr list"]


def test_the_first_change_opens_one_and_the_next_updates_it(checkout: Path) -> None:
    change(checkout, "3.1.1")
    assert propose(checkout, "# `files_approved` is gone") == ["pr list", "pr create"]
    assert "--base main" in asked(checkout)
    assert body(checkout) == "# `files_approved` is gone"
    assert "3.1.1" in git(checkout, "show", "origin/drift:openapi.yaml")

    change(checkout, "3.1.2")
    assert propose(checkout, "# more is gone") == ["pr list", "pr edit"]
    assert body(checkout) == "# more is gone"
    assert "3.1.2" in git(checkout, "show", "origin/drift:openapi.yaml")
    assert git(checkout, "rev-list", "--count", "main..origin/drift").strip() == "1"


def test_the_same_change_is_the_same_commit_on_another_day(checkout: Path) -> None:
    change(checkout, "3.1.1")
    propose(checkout, "# gone")
    dates = git(checkout, "log", "-2", "--format=%aI %cI", "origin/drift").split()
    assert len(set(dates)) == 1  # those of main


def test_a_contract_that_is_only_written_differently_is_no_reason(checkout: Path) -> None:
    change(checkout, "'3.1.0'")
    assert propose(checkout, SAME) == ["pr list"]
    assert git(checkout, "branch", "--list", "drift") == ""


def test_one_that_changes_only_what_is_generated_says_why_it_is_there(checkout: Path) -> None:
    change(checkout, "'3.1.0'")
    (checkout / "generated.py").write_text('"""A better word."""', encoding="utf-8")
    assert propose(checkout, SAME) == ["pr list", "pr create"]
    assert (
        body(checkout)
        == f"Nothing changes for callers. The generated code does, in its documentation or its form.\n\n{SAME}"
    )


def test_a_change_that_generated_code_cannot_show_is_a_reason(checkout: Path) -> None:
    change(checkout, "3.1.1")
    assert propose(checkout, "**0 breaking, 1 risky, 0 compatible**") == ["pr list", "pr create"]
    assert body(checkout) == "**0 breaking, 1 risky, 0 compatible**"


@pytest.mark.parametrize("contract", ["3.1.0", "'3.1.0'"])
def test_a_request_whose_reason_is_gone_is_closed(checkout: Path, contract: str) -> None:
    change(checkout, "3.1.1")
    propose(checkout, "# gone")
    change(checkout, contract)
    assert propose(checkout, SAME) == ["pr list", "pr close"]
    assert asked(checkout).endswith("--comment The contract says what `main` has, so there is nothing to take in.")
    assert propose(checkout, SAME) == ["pr list"]


def test_work_of_others_on_the_branch_is_left_alone(checkout: Path) -> None:
    change(checkout, "3.1.1")
    propose(checkout, "# gone")
    (checkout / "adapted.py").write_text("", encoding="utf-8")
    commit(checkout, "Adapt", when="2026-04-01T12:00:00+00:00")
    git(checkout, "push", "--quiet", "origin", "drift")

    change(checkout, "3.1.2")
    assert propose(checkout, "# more is gone") == ["pr list", "pr edit"]
    assert body(checkout).startswith("Somebody has worked on this branch, so it was left as it is.")
    assert body(checkout).endswith("\n\n# more is gone")
    change(checkout, "3.1.0")
    assert propose(checkout, SAME) == ["pr list", "pr edit"]
    assert body(checkout).endswith("nothing to take in. It stays open because somebody has worked on it.")
    assert git(checkout, "log", "-1", "--format=%s", "origin/drift").strip() == "Adapt"


@pytest.mark.parametrize("place", ["a tag", "the branch itself"])
def test_from_where_no_request_can_go_it_goes_to_the_default_branch(checkout: Path, place: str) -> None:
    git(checkout, "switch", "--quiet", *(["--detach"] if place == "a tag" else ["--create", "drift"]))
    (checkout / "openapi.yaml").write_text("openapi: 3.1.1\n", encoding="utf-8")
    assert propose(checkout, "# gone") == ["pr list", "pr create"]
    assert "--head drift --base main" in asked(checkout)


def test_a_report_that_is_too_long_for_github_is_cut_between_characters(checkout: Path) -> None:
    (checkout / "new.py").write_text("", encoding="utf-8")
    propose(checkout, "x" + "é" * 50_000)
    assert body(checkout) == "x" + "é" * 29_999
