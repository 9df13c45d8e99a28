"""The slow half: a mutant takes the contract's place in a copy of the repository; all is made again, and checked.

What breaks something, the check must not let through; what is compatible must pass without a hand laid on it.
The *gate* is the part of the check that compares the contract with the one that was reviewed last: `review.py`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

import yaml

from .edit import pointer
from .judge import contract, mutants
from .kind import Kind, Mutant

ROOT = Path(__file__).resolve().parent.parent.parent
COPIED = ("openapi.yaml", "generated", "firsthandapi", "scripts", "pyproject.toml")
MADE = ("openapi.yaml", "generated", "firsthandapi/_sync")
LAYER = ("firsthandapi._async", "firsthandapi._sync", "firsthandapi.models", "firsthandapi.webhooks")


class Checked(NamedTuple):
    """What the check says of a mutant."""

    kind: Kind
    place: str
    failures: tuple[str, ...]
    """The parts of the check that fail, each with the first thing that it says."""

    @property
    def is_right(self) -> bool:
        """Whether it fails if, and only if, it should."""
        return bool(self.failures) is (self.kind.level in ("risky", "breaking"))


def drawn(kinds: Iterable[Kind], places: int, seed: int) -> Iterator[tuple[Kind, Mutant]]:
    """Some mutants of each kind, all of the contract as it is.

    Left out is what means the same, where that gives the Python classes other names.
    """
    for kind in kinds:
        if not (kind.reshapes and kind.level == "none"):
            for mutant in mutants(contract(), kind, places, seed):
                if mutant.old is None:
                    yield kind, mutant


def check_all(chosen: Iterable[tuple[Kind, Mutant]], workers: int = 2) -> Iterator[Checked]:
    """Check each mutant in one of some copies of the repository."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(workers) as pool:
        trees: SimpleQueue[Tree] = SimpleQueue()
        for number in range(workers):
            trees.put(Tree(Path(folder) / str(number)).warm())

        def one(pair: tuple[Kind, Mutant]) -> Checked:
            tree = trees.get()
            try:
                return Checked(pair[0], pointer(pair[1].place), tuple(tree.check(pair[1])))
            finally:
                tree.put_back()
                trees.put(tree)

        yield from pool.map(one, chosen)


class Tree:
    """A copy of the repository, to be put back after each mutant."""

    def __init__(self, place: Path) -> None:
        self.place = place
        for name in COPIED:
            copy(ROOT / name, place / name)
        self.kept = {name: contents(place / name) for name in MADE}

    def warm(self) -> Tree:
        """Itself, once mypy has read everything and found nothing; raises RuntimeError if it did."""
        for failure in self.types():
            raise RuntimeError(f"the repository fails its check as it is: {failure}")
        return self

    def put_back(self) -> None:
        """Everything that is made, as it was."""
        for name, kept in self.kept.items():
            now = contents(self.place / name)
            for path in now.keys() - kept.keys():
                path.unlink()
            for path, content in kept.items():
                if now.get(path) != content:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content)

    def check(self, mutant: Mutant) -> Iterator[str]:
        """The parts of the check that fail: the making, the gate, the types of the handwritten layer."""
        spec = self.place / "mutant.yaml"
        text = yaml.dump(mutant.new, Dumper=Plain, sort_keys=False, allow_unicode=True)
        spec.write_text(text, encoding="utf-8")
        made = self.run("scripts/regenerate.py", "--spec", str(spec))
        if made.returncode:
            yield f"refused: {first_line(made.stderr)}"
            return
        reviewed = self.run("scripts/review.py", "--check")
        if reviewed.returncode:
            yield f"gate: {first_line(reviewed.stdout + reviewed.stderr)}"
        if "generated/" in made.stdout:
            yield from self.types()

    def types(self) -> Iterator[str]:
        """What mypy finds, as `make check` runs it."""
        packages = [word for name in LAYER for word in ("-p" if "._" in name else "-m", name)]
        done = self.run("-m", "mypy", *packages)
        if done.returncode:
            found = re.search(r"^.*: error: .*$", done.stdout, re.MULTILINE)
            yield f"types: {found[0] if found else first_line(done.stdout + done.stderr)}"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A Python program in the tree, which sees the tree's packages."""
        path = os.pathsep.join([str(self.place), str(self.place / "generated")])
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=self.place, env=environment, capture_output=True, text=True)


class Plain(yaml.CSafeDumper):
    """Writes what stands at several places several times: mutants share what is equal."""

    def ignore_aliases(self, data: object) -> bool:
        """Never an alias."""
        return True


def copy(source: Path, target: Path) -> None:
    """A file, or a folder without what programs leave in it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_file():
        shutil.copy(source, target)
    else:
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".mypy_cache"))


def contents(place: Path) -> dict[Path, bytes]:
    """The content of a file, or of every file in a folder."""
    paths = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return {path: path.read_bytes() for path in paths if "__pycache__" not in path.parts}


def first_line(text: str) -> str:
    """The first line that says something."""
    return next((line for line in text.splitlines() if line.strip()), "")
