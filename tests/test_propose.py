"""The scheduled workflow's last step: one branch, one pull request, whose body is the report."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "propose.sh"
GH = """#!/usr/bin/env bash
# Stands for GitHub's command: it notes its arguments and the body, and knows one pull request once it was created.
printf '%s\\n' "$*" >> "$CALLS"
case "$1 $2" in
"pr list") cat "$CALLS.open" 2> /dev/null || true ;;
"pr create") echo 1 > "$CALLS.open" ;;
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
    git(tmp_path, "init", "--quiet", "--bare", "remote")
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "checkout")
    (folder / "openapi.yaml").write_text("openapi: 3.1.0\n", encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "First")
    git(folder, "remote", "add", "origin", "../remote")
    git(folder, "push", "--quiet", "origin", "main")
    return folder


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


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


def test_no_change_is_no_pull_request(checkout: Path) -> None:
    assert propose(checkout, "no change") == []


def test_the_first_change_opens_one_and_the_next_updates_it(checkout: Path) -> None:
    (checkout / "openapi.yaml").write_text("openapi: 3.1.1\n", encoding="utf-8")
    assert propose(checkout, "# `files_approved` is gone") == ["pr list", "pr create"]
    assert body(checkout) == "# `files_approved` is gone"
    assert "3.1.1" in git(checkout, "show", "origin/drift:openapi.yaml")

    git(checkout, "switch", "--quiet", "main")
    (checkout / "openapi.yaml").write_text("openapi: 3.1.2\n", encoding="utf-8")
    assert propose(checkout, "# more is gone") == ["pr list", "pr edit"]
    assert body(checkout) == "# more is gone"
    assert "3.1.2" in git(checkout, "show", "origin/drift:openapi.yaml")
    assert git(checkout, "rev-list", "--count", "main..origin/drift").strip() == "1"


def test_a_report_that_is_too_long_for_github_is_cut_between_characters(checkout: Path) -> None:
    (checkout / "new.py").write_text("", encoding="utf-8")
    propose(checkout, "x" + "é" * 50_000)
    assert body(checkout) == "x" + "é" * 29_999
