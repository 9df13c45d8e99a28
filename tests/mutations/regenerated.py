"""The slow half: a mutant takes the contract's place in a copy of the repository; all is made again, and checked.

What breaks something, the check must not let through; what is compatible must pass without a hand laid on it.
The *gate* is the part of the check that compares the contract with the one that was reviewed last: `review.py`.
The programs are those of `make regenerate` and `make check`; only the Python that runs them is `warm`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
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
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(workers) as pool, ExitStack() as opened:
        trees: SimpleQueue[Tree] = SimpleQueue()
        for number in range(workers):
            trees.put(opened.enter_context(closing(Tree(Path(folder) / str(number)))))

        def one(pair: tuple[Kind, Mutant]) -> Checked:
            tree = trees.get()
            try:
                return Checked(pair[0], pointer(pair[1].place), tuple(tree.warm().check(pair[1])))
            finally:
                tree.put_back()
                trees.put(tree)

        try:
            yield from pool.map(one, chosen)
        finally:
            pool.shutdown(cancel_futures=True)


class Tree:
    """A copy of the repository, to be put back after each mutant."""

    def __init__(self, place: Path) -> None:
        self.place = place
        for name in COPIED:
            copy(ROOT / name, place / name)
        self.kept = {name: contents(place / name) for name in MADE}
        self.cache, self.known = place / ".mypy_cache", place / "known"
        self.python = self.start()

    def start(self) -> subprocess.Popen[str]:
        """The Python that runs everything here; it ends with this one."""
        made = ["compileall", "-q", "--invalidation-mode", "checked-hash", "firsthandapi", "generated", "scripts"]
        # Byte code stands apart, for what is made anew, and goes by content: a mutant may be as long and as old.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(self.place / "byte-code")}
        environment.pop("PYTHONPATH", None)
        subprocess.run([sys.executable, "-m", *made], cwd=self.place, env=environment, check=True)
        return subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("warm.py")), str(self.place)],
            cwd=self.place,
            env={**environment, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def warm(self) -> Tree:
        """Itself, once mypy has read everything and found nothing; raises RuntimeError if it did."""
        if not self.known.exists():
            for failure in self.types():
                raise RuntimeError(f"the repository fails its check as it is: {failure}")
            shutil.copytree(self.cache, self.known)
        return self

    def close(self) -> None:
        """End the Python that runs here."""
        self.python.communicate()

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
        # One mutant's errors are not to depend on the mutants before it.
        if self.known.exists():
            shutil.rmtree(self.cache)
            shutil.copytree(self.known, self.cache)

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
        """A Python program in the tree, which sees the tree's packages and no others of that name."""
        assert self.python.stdin is not None
        assert self.python.stdout is not None
        print(json.dumps(arguments), file=self.python.stdin, flush=True)
        code = int(self.python.stdout.readline())
        said = [(self.place / name).read_text(encoding="utf-8") for name in ("stdout", "stderr")]
        return subprocess.CompletedProcess(arguments, code, *said)


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
