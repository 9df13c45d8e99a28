"""Run the tests on every Python from 3.9 up that this machine has: `make test`.

The one that has the maintainers' tools runs everything; each other gets an environment of its own under `.venvs` and
runs the library's tests, the oldest of them with the long ones. At the end one line for each version says what ran,
what was left out, and what was not found. (CI runs every test on every version, each on a machine of its own.)
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 9)
NEWEST = (3, 15)
PYTEST = ["-m", "pytest", "-n", "2", "--dist", "loadfile"]
TOOLS = (
    *("adopt", "bench", "bench_download", "causes", "docs", "drift_calls", "drift_mutations", "drift_page"),
    *("drift_regenerated", "drift_untouched", "operations_table", "package", "propose", "regenerate"),
)
"""Test modules of what maintainers run, or of pages, or that prove on one version what does not depend on it."""
LONG = (
    *("download_power", "drift_answers", "drift_command", "drift_compare", "drift_findings", "drift_texts"),
    *("kill", "published", "sandbox_feedback", "sandbox_media"),
)
"""Test modules that take long and hardly depend on the interpreter: the oldest one runs them too."""


def main() -> int:
    """Run all of them, even if one fails."""
    here = sys.version_info[:2]
    found = {here: Path(sys.executable), **{v: p for v, p in interpreters().items() if v != here}}
    results: list[tuple[tuple[int, int], str]] = []
    for version in versions():
        if version not in found:
            results.append((version, "not found on this machine"))
            continue
        started = time.monotonic()
        print(f"\n=== Python {version[0]}.{version[1]}", flush=True)
        left_out = () if version == here else TOOLS if version == min(found) else (*TOOLS, *LONG)
        passed = run(version, found[version], left_out, is_main=version == here)
        what = f"{'passed' if passed else 'FAILED'} in {time.monotonic() - started:.0f} s"
        results.append((version, f"{what}, without {', '.join(left_out)}" if left_out else what))
    print("\n=== all versions")
    for version, result in results:
        print(f"Python {version[0]}.{version[1]}: {result}")
    return int(any("FAILED" in result for _, result in results))


def versions() -> list[tuple[int, int]]:
    """Every version that is looked for, oldest first."""
    return [(3, minor) for minor in range(OLDEST[1], NEWEST[1] + 1)]


def run(version: tuple[int, int], python: Path, left_out: tuple[str, ...], *, is_main: bool) -> bool:
    """The tests on one interpreter, without some modules."""
    if not is_main:
        environment = ROOT / ".venvs" / f"{version[0]}.{version[1]}"
        stamp = environment / ".ready"
        needs = [ROOT / "pyproject.toml", ROOT / "requirements" / "test.txt"]
        if not stamp.exists() or stamp.stat().st_mtime < max(need.stat().st_mtime for need in needs):
            shutil.rmtree(environment, ignore_errors=True)
            install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            packages = ["--editable", ".[all]", "-r", "requirements/test.txt"]
            if subprocess.run([str(python), "-m", "venv", str(environment)], cwd=ROOT).returncode:
                return False
            python = environment / "bin" / "python"
            if subprocess.run([str(python), *install, *packages], cwd=ROOT).returncode:
                return False
            stamp.touch()
        python = environment / "bin" / "python"
    ignored = [f"--ignore-glob=tests/test_{name}.py" for name in left_out]
    return subprocess.run([str(python), *PYTEST, *ignored], cwd=ROOT).returncode == 0


def interpreters() -> dict[tuple[int, int], Path]:
    """Interpreters on the PATH and those of pyenv, by version; only ones that start."""
    found: dict[tuple[int, int], Path] = {}
    candidates = [shutil.which(f"python{major}.{minor}") for major, minor in versions()]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    candidates += [str(path) for path in sorted(pyenv.glob("3.*/bin/python"))]
    for candidate in candidates:
        if candidate is None:
            continue
        asked = subprocess.run([candidate, "--version"], capture_output=True, text=True)
        match = re.match(r"Python (\d+)\.(\d+)\.\d+$", asked.stdout.strip())
        if asked.returncode == 0 and match:
            found.setdefault((int(match[1]), int(match[2])), Path(candidate))
    return {version: path for version, path in found.items() if OLDEST <= version <= NEWEST}


if __name__ == "__main__":
    sys.exit(main())
