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


@pytest.mark.skipif(sys.platform == "win32", reason="the action's runner is a bash on Linux")
def test_the_action_says_what_breaks_in_the_version_that_is_installed(wheel: Path, tmp_path: Path) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (step,) = [step for step in action["runs"]["steps"] if "run" in step]
    assert set(step["env"]) == {"SPEC", "VERSION"}
    text = (ROOT / "openapi.yaml").read_text(encoding="utf-8")
    (tmp_path / "new.yaml").write_text(
        text.replace("operationId: cancel_job", "operationId: stop_job"), encoding="utf-8"
    )
    summary = tmp_path / "summary.md"
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PIP_FIND_LINKS": str(wheel.parent),
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(summary),
        "SPEC": "new.yaml",
        "VERSION": wheel.name.split("-")[1],
    }
    # As GitHub runs it.
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "`client.jobs.cancel(...)`" in summary.read_text(encoding="utf-8"), done.stdout
    assert done.stdout == summary.read_text(encoding="utf-8")
