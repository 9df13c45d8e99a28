"""An independent client: the published 0.1.0 passes its whole surface on our sandbox, and ours does the same.

The differences that are meant: a result is a read-only mapping instead of a dict (`to_dict()` gives the dict), and an
error's `details` is an empty list where it was None.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the sandbox's extra is not installed")

import firsthandapi
from firsthandapi.sandbox import Sandbox

DRIVER = Path(__file__).parent / "published_driver.py"
PUBLISHED = "firsthandapi-0.1.0-py3-none-any.whl"
SHA256 = "e65ee7c8bf227a8484aab4674a77d4768f88d42eded11eb2a5d42b4ce803adb6"
"""As the package index shows it."""
OURS = [sys.executable]
SIGNATURES = """
import inspect, json, firsthandapi
found = {}
for cls in (firsthandapi.FirstHandClient, firsthandapi.AsyncFirstHandClient):
    for name, method in inspect.getmembers(cls, inspect.isfunction):
        if not name.startswith("_") or name == "__init__":
            taken = inspect.signature(method).parameters.values()
            found[f"{cls.__name__}.{name}"] = [[parameter.name, parameter.kind.name] for parameter in taken]
print(json.dumps(found))
"""


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command of a Python that has the published package and what it needs, and nothing of ours."""
    folder = tmp_path_factory.mktemp("published")
    pip("download", "--no-deps", "--only-binary", ":all:", "--dest", str(folder), "firsthandapi==0.1.0")
    wheel = folder / PUBLISHED
    assert hashlib.sha256(wheel.read_bytes()).hexdigest() == SHA256
    packages = folder / "packages"
    pip("install", "--target", str(packages), str(wheel))
    venv.create(folder / "env", with_pip=False)
    (python,) = [path for path in (folder / "env").glob("*/python*") if path.stem == "python"]
    (site,) = (folder / "env").glob("[Ll]ib/**/site-packages")
    (site / "published.pth").write_text(str(packages), encoding="utf-8")
    return [str(python), "-I"]  # isolated: neither this folder nor PYTHONPATH shows it our package


def pip(*arguments: str) -> None:
    """Run pip, or skip the test where it cannot reach a package index."""
    done = subprocess.run([sys.executable, "-m", "pip", "-q", *arguments], capture_output=True, text=True, timeout=300)
    if done.returncode:
        pytest.skip(f"pip cannot get the published package: {(done.stderr or done.stdout).strip().splitlines()[-1]}")


def driven(python: list[str], side: str) -> list[Any]:
    """What came of each step of the driver, against a sandbox of its own."""
    with Sandbox(seed=7, speed=200) as sandbox:
        sandbox.faults.add("get_settings", nth=2, status=429, retry_after=3)
        done = subprocess.run(
            [*python, str(DRIVER), sandbox.base_url, sandbox.api_key, side],
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
    steps: list[Any] = json.loads(done.stdout)
    return steps


def printed(python: list[str], code: str) -> str:
    return subprocess.check_output([*python, "-c", code], text=True, timeout=60).strip()


@pytest.mark.parametrize("side", ["sync", "async"])
def test_ours_does_in_its_place_what_the_published_package_does(published: list[str], side: str) -> None:
    version = "import firsthandapi; print(firsthandapi.__version__)"
    assert (printed(published, version), printed(OURS, version)) == ("0.1.0", firsthandapi.__version__)
    theirs = driven(published, side)
    assert [step[1] for step in theirs if len(step) > 2] == [409, 409, 400, 400, 404, 422, 429]
    assert driven(OURS, side) == theirs


def test_every_published_signature_can_be_called(published: list[str]) -> None:
    signatures: dict[str, list[list[str]]] = json.loads(printed(published, SIGNATURES))
    assert len(signatures) == 2 * 27
    for name, parameters in signatures.items():
        cls, method = name.split(".")
        ours = inspect.signature(getattr(getattr(firsthandapi, cls), method)).parameters
        for parameter, kind in parameters:
            # What was `**params` has names now.
            if kind != "VAR_KEYWORD":
                assert parameter in ours, f"{name} has no {parameter}"
                assert ours[parameter].kind.name == kind, f"{name}: {parameter}"
