"""The slow half of `make test-drift`: that it says what `make regenerate` and `make check` would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mutations import KINDS, judge
from mutations.edit import mapped

pytest.importorskip("openapi_python_client", reason="the generator needs Python 3.11 and requirements/dev.txt")

from mutations import regenerated

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[regenerated.Tree]:
    """A copy of the repository."""
    tree = regenerated.Tree(tmp_path_factory.mktemp("copied") / "tree")
    yield tree
    tree.close()


@pytest.fixture
def tree(copied: regenerated.Tree) -> Iterator[regenerated.Tree]:
    """The copy, which is put back."""
    yield copied
    copied.put_back()


def cold(tree: regenerated.Tree, *arguments: str) -> tuple[int, str, str]:
    """What a Python of its own says."""
    path = os.pathsep.join([str(tree.place), str(tree.place / "generated")])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, *arguments], cwd=tree.place, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("name", ["operation renamed", "sent media type changed"])
def test_it_says_what_the_commands_say(tree: regenerated.Tree, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[tuple[str, ...], tuple[int, str, str]]] = []
    run = tree.run

    def noted(*arguments: str) -> Any:
        done = run(*arguments)
        asked.append((arguments, (done.returncode, done.stdout, done.stderr)))
        return done

    monkeypatch.setattr(tree, "run", noted)
    (mutant,) = judge.mutants(judge.contract(), KINDS[name], 1, 0)
    failures = list(tree.check(mutant))
    assert len(asked) == (1 if name == "sent media type changed" else 3)
    assert len(failures) == (1 if name == "sent media type changed" else 2)
    tree.put_back()
    for arguments, said in asked:
        assert cold(tree, *arguments) == said


def test_what_is_the_same_in_another_form_and_order_makes_the_same_bytes(tree: regenerated.Tree) -> None:
    def turned(node: Any) -> Any:
        return {key: node[key] for key in reversed(list(node))} if isinstance(node, dict) else node

    spec = tree.place / "copy.json"
    spec.write_text(json.dumps(mapped(judge.contract().document, turned)), encoding="utf-8")
    done = tree.run("scripts/regenerate.py", "--spec", str(spec))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["changed openapi.yaml"]


def test_a_module_that_is_gone_is_not_found_in_what_is_installed(tree: regenerated.Tree) -> None:
    module = tree.place / "generated/firsthandapi_generated/api/quality/get_quality_summary.py"
    module.unlink()
    (failure,) = tree.types()
    assert "get_quality_summary" in failure


def test_what_was_found_is_told_when_it_is_interrupted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import test_drift

    kind = KINDS["operation renamed"]

    def interrupted(*_: object) -> Iterator[regenerated.Checked]:
        yield regenerated.Checked(kind, "/paths", ())
        raise KeyboardInterrupt

    monkeypatch.setattr(regenerated, "check_all", interrupted)
    with pytest.raises(KeyboardInterrupt):
        test_drift.regenerate([kind], 2, 0, 1)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "wrong: operation renamed (breaking) at /paths: passes"
    assert said[3].split() == ["breaking", "1", "0", "0", "0", "0"]
    assert said[-1].startswith("1 of 2 mutants in ")
