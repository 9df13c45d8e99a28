"""The artefact: the wheel holds all that it needs, installs alone and works from anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("build", reason="the maintainers' tools are not installed")
yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(ROOT)], check=True, capture_output=True
    )
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_the_package_the_generated_layer_and_the_contract(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "firsthandapi/__init__.py",
        "firsthandapi/py.typed",
        "firsthandapi/_sync/client.py",
        "firsthandapi/openapi.yaml",
        "firsthandapi/datasets/gallery.html",
        "firsthandapi_generated/py.typed",
        "firsthandapi_generated/limits.py",
        "firsthandapi_generated/models/job.py",
    ):
        assert name in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"firsthandapi", "firsthandapi_generated"}


def test_the_readme_leads_to_every_extra() -> None:
    import tomllib

    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    told = "".join((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "docs/datasets.md"))
    for extra in extras.keys() - {"all"}:
        assert f"`{extra}`" in told or f"firsthandapi[{extra}]" in told, extra


def test_it_installs_alone_and_runs_from_a_folder_with_decoys(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", str(wheel)], check=True, capture_output=True)
    decoy = tmp_path / "work" / "generated"
    decoy.mkdir(parents=True)
    (decoy / "__init__.py").write_text("raise ImportError('a folder of the user')")
    script = (
        "import firsthandapi, firsthandapi._spec as spec\n"
        "client = firsthandapi.Client(api_key='fh_test_key', base_url='http://127.0.0.1:9', max_retries=0)\n"
        "try:\n    client.jobs.get('job_1')\n"
        "except firsthandapi.FirstHandConnectionError as error:\n    print('refused')\n"
        "assert spec.spec_text().startswith('openapi: 3.1')\n"
        "try:\n    from firsthandapi.sandbox import Sandbox\n"
        "except ImportError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [str(python), "-c", script], cwd=tmp_path / "work", capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[0] == "refused"
    assert "pip install 'firsthandapi[sandbox]'" in done.stdout.splitlines()[1]
    command = subprocess.run(
        [str(python), "-m", "firsthandapi", "sandbox"], cwd=tmp_path, capture_output=True, text=True
    )
    assert command.returncode == 2
    assert "pip install 'firsthandapi[sandbox]'" in command.stderr
    assert "Traceback" not in command.stderr


def given(tmp_path: Path) -> dict[str, str]:
    """What GitHub gives a step; the new contract renames an operation."""
    text = (ROOT / "openapi.yaml").read_text(encoding="utf-8")
    renamed = text.replace("operationId: cancel_job", "operationId: stop_job")
    (tmp_path / "new.yaml").write_text(renamed, encoding="utf-8")
    return {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "RUNNER_TEMP": str(tmp_path / "a b"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "SPEC": "new.yaml",
    }


def step(script: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub does where its shell is `bash`."""
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.skipif(sys.platform == "win32", reason="a runner has a bash")
@pytest.mark.parametrize("source", ["the index", "the action's own checkout"])
def test_the_action_says_what_breaks_in_the_version_that_it_is_given(wheel: Path, tmp_path: Path, source: str) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (compare,) = [one for one in action["runs"]["steps"] if "run" in one]
    environment = {
        **given(tmp_path),
        "PIP_FIND_LINKS": str(wheel.parent),
        "GITHUB_ACTION_PATH": str(ROOT),
        "PYTHON": sys.executable,
        "VERSION": wheel.name.split("-")[1] if source == "the index" else "",
    }
    assert set(compare["env"]) - {"PYTHONUTF8"} <= set(environment)
    done = step(compare["run"], tmp_path, environment)
    assert done.returncode == 1, done.stderr
    assert "`client.jobs.cancel(...)`" in done.stdout
    assert done.stdout == (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert (tmp_path / "a b" / "firsthandapi" / "firsthandapi" / "openapi.yaml").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the workflow runs on Linux")
def test_the_workflow_to_copy_runs_as_it_is(wheel: Path, tmp_path: Path) -> None:
    workflow = yaml.safe_load((ROOT / "examples" / "drift-check.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["drift"]
    assert job["defaults"]["run"]["shell"] == "bash"
    install, compare = [one["run"] for one in job["steps"] if "run" in one]
    assert wheel.name.split("-")[1] in install
    venv.create(tmp_path / "venv", with_pip=True)
    path = os.pathsep.join([str(tmp_path / "venv" / "bin"), os.environ["PATH"]])
    environment = {**given(tmp_path), "PIP_FIND_LINKS": str(wheel.parent), "PATH": path}
    assert step(install, tmp_path, environment).returncode == 0
    assert step(compare, tmp_path, environment).returncode == 1
    assert "`client.jobs.cancel(...)`" in (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert step(compare, tmp_path, {**environment, "SPEC": str(ROOT / "openapi.yaml")}).returncode == 0
    assert step(compare, tmp_path, {**environment, "SPEC": "missing.yaml"}).returncode == 2
