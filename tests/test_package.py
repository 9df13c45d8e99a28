"""The artefact: the wheel holds all that it needs, installs alone and works from anywhere."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("build", reason="the maintainers' tools are not installed")

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
