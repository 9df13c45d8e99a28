"""docs/drift.md: a whole new version, from the report to a client that fits; in a copy of this repository."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("openapi_python_client", reason="the generator needs Python 3.11")

from firsthandapi.drift import load

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "drift.md"
TREE = ("Makefile", "openapi.yaml", "pyproject.toml", "requirements", "firsthandapi", "generated", "scripts", "tests")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of this repository."""
    left_out = shutil.ignore_patterns("__pycache__", "engines", "fixtures")
    for name in TREE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=left_out)
        else:
            shutil.copy2(source, tmp_path / name)
    return tmp_path


def run(command: str, tree: Path) -> str:
    """What a command prints, in whatever way it ends: the page shows what breaks."""
    words = shlex.split(command)
    if words[0] == "firsthandapi":
        words = [sys.executable, "-m", *words]
    elif words[0] == "python":
        words[0] = sys.executable
    elif words[0] == "make":  # with the environment of this test instead of one of its own
        words[1:1] = ["--silent", f"VENV={sys.prefix}", f"--assume-old={sys.prefix}/.tools"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tree), str(tree / "generated")])}
    done = subprocess.run(words, cwd=tree, env=environment, capture_output=True, text=True, timeout=300)
    return done.stdout + done.stderr


@pytest.mark.off_contract("the page plays a service that is one version ahead")
def test_the_page_says_what_happens(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    names: dict[str, Any] = {}
    blocks = re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert [kind for kind, _ in blocks].count("console") >= 3
    for kind, text in blocks:
        if kind == "python":
            printed = StringIO()
            with redirect_stdout(printed):
                exec(compile(text, str(PAGE), "exec"), names)
            assert printed.getvalue().splitlines() == re.findall(r"^# => (.*)$", text, re.MULTILINE)
        elif kind == "diff":
            subprocess.run(["git", "apply", "-"], cwd=tree, input=text, text=True, check=True)
        else:
            command, _, promised = text.removeprefix("$ ").partition("\n")
            # Where the page says `...`, there is more.
            pattern = re.escape(promised).replace(re.escape("...\n"), r"(?:.*\n)*?")
            said = run(command, tree)
            assert re.fullmatch(pattern, said), f"{command} prints:\n{said}"


BROKEN_CALLS = """
import firsthandapi
from firsthandapi_generated.models.job_create import JobCreate

client = firsthandapi.Client("fh_test_key", base_url="http://127.0.0.1:1", max_retries=0)
job = dict(type="data_collection", description="Menus.....", accepted_formats=["image/jpeg"], files_needed=5,
           price_per_file_cents=75)
for call in (lambda: client.jobs.create(**job), lambda: JobCreate(**job), lambda: client.create_job(job),
             lambda: client.jobs.list(), lambda: client.list_jobs()):
    try:
        call()
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
"""


def test_each_problem_stands_beside_its_cause(tree: Path) -> None:
    contract = load(str(tree / "openapi.yaml"))
    schemas, jobs = contract["components"]["schemas"], contract["paths"]["/v1/jobs"]
    schemas["JobCreate"]["properties"]["consent_text"] = {"type": "string"}
    schemas["JobCreate"]["required"].append("consent_text")
    schemas["Job"]["properties"].pop("files_pending")
    schemas["Job"]["required"].remove("files_pending")
    jobs["post"]["parameters"] = []
    jobs["get"]["parameters"].append({"name": "team", "in": "query", "required": True, "schema": {"type": "string"}})
    contract["paths"]["/v1/jobs/{job_id}/rate"]["post"].pop("requestBody")
    new_operation(contract, "search_notes")
    (tree / "new.json").write_text(json.dumps(contract), encoding="utf-8")
    said = run("make regenerate SPEC=new.json TESTS=tests/test_flat.py::test_what_goes_out_and_what_comes_back", tree)
    assert "not explained" not in said
    causes = {
        "create_job: the header parameter `Idempotency-Key` was removed": "idempotency_key",
        "Job: the field `files_pending` was removed": "files_pending",
        "JobCreate: the required field `consent_text` was added": "consent_text",
        "list_jobs: the required query parameter `team` was added": "team",
        "rate_job: the body was removed": "body|JobRating",
    }
    for paragraph in re.split(r"\n\n(?=  \S)", said)[1:]:
        name = paragraph.splitlines()[0].strip()
        found = re.findall("^    found     (?!and .* more)(.*)", paragraph, re.MULTILINE)
        assert bool(found) == (name in causes), paragraph
        assert [one for one in found if not re.search(causes[name], one)] == [], paragraph
    # What is advised says what is met now.
    assert "After regenerating alone, methods that take `idempotency_key=` raise TypeError in every call" in said
    assert said.count("After regenerating alone, methods that have no keyword for it raise FirstHandArgumentError") == 2
    (tree / "calls.py").write_text(BROKEN_CALLS, encoding="utf-8")
    assert run("python calls.py", tree).splitlines() == [
        "FirstHandArgumentError: consent_text: create_job needs it",
        "TypeError: JobCreate.__init__() missing 1 required keyword-only argument: 'consent_text'",
        "TypeError: build() got an unexpected keyword argument 'idempotency_key'",
        "FirstHandArgumentError: team: list_jobs needs it",
        "TypeError: build() missing 1 required keyword-only argument: 'team'",
    ]


def new_operation(contract: dict[str, Any], operation_id: str) -> None:
    """Add a POST unlike those of today: a keyword or camel case for a name, parameters that it needs, and no key."""
    asked = [{"name": name, "in": name, "required": True, "schema": {"type": "string"}} for name in ("query", "header")]
    said = {"operationId": operation_id, "tags": ["jobs"], "parameters": asked}
    contract["paths"]["/v1/notes"] = {"post": {**said, "responses": {"204": {"description": "Done."}}}}


@pytest.mark.parametrize(("operation_id", "module"), [("import", "import_"), ("searchNotes", "search_notes")])
def test_a_new_operation_fits_the_tests_of_what_is_generated(tree: Path, operation_id: str, module: str) -> None:
    contract = load(str(tree / "openapi.yaml"))
    new_operation(contract, operation_id)
    (tree / "new.json").write_text(json.dumps(contract), encoding="utf-8")
    said = run("make regenerate SPEC=new.json TESTS=tests/test_generated.py", tree)
    assert "found  " not in said
    assert f"from firsthandapi_generated.api.jobs import {module}\n" in said
    assert said.splitlines()[-1] == "0 breaking, 0 risky, 1 compatible", said


@pytest.mark.parametrize("change", ["none", "an optional field"])
def test_a_contract_that_breaks_nothing_is_taken_in(tree: Path, change: str) -> None:
    contract = load(str(tree / "openapi.yaml"))
    if change != "none":
        contract["components"]["schemas"]["JobCreate"]["properties"]["mood"] = {"type": "string"}
    (tree / "new.json").write_text(json.dumps(contract), encoding="utf-8")
    said = run("make regenerate SPEC=new.json REPORT=report.md TESTS=tests/test_command.py", tree)
    assert "Traceback" not in said
    assert said.splitlines()[-1] == ("no change" if change == "none" else "0 breaking, 0 risky, 1 compatible")
    assert ("no change" in (tree / "report.md").read_text(encoding="utf-8")) == (change == "none")


def test_a_contract_that_is_made_of_itself_is_refused(tree: Path) -> None:
    before = (tree / "openapi.yaml").read_text(encoding="utf-8")
    loop = {"allOf": [{"$ref": "#/components/schemas/Loop"}, {"type": "object"}]}
    contract = load(str(tree / "openapi.yaml"))
    contract["components"]["schemas"]["Loop"] = loop
    contract["components"]["schemas"]["Job"]["properties"]["loop"] = {"$ref": "#/components/schemas/Loop"}
    (tree / "new.json").write_text(json.dumps(contract), encoding="utf-8")
    said = run("python scripts/adopt.py new.json", tree)
    assert "Traceback" not in said
    assert "nothing was changed" in said
    assert (tree / "openapi.yaml").read_text(encoding="utf-8") == before


def test_only_compatible_changes_pass_without_a_review(tree: Path) -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert "(For a contract with only compatible changes it passes, and names what is not yet wrapped.)" in page
    contract = load(str(tree / "openapi.yaml"))
    contract["components"]["schemas"]["JobCreate"]["properties"]["mood"] = {"type": "string"}
    for server, is_risky in ((contract["servers"][0]["url"], False), ("https://elsewhere.test", True)):
        contract["servers"][0]["url"] = server
        (tree / "openapi.yaml").write_text(json.dumps(contract), encoding="utf-8")
        said = run("python scripts/review.py --check", tree)
        assert "mood" in said
        assert ("not reviewed yet" in said) == is_risky, said
