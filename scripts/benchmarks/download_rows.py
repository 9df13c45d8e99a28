"""Races of downloaders: who takes part, what they took, and the tables and goals that come of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import NamedTuple

from . import download_clients, download_ours, download_program
from .download_clients import CHECKED, CLIENTS, NEEDS, PROGRAMS
from .download_server import Kind, Server
from .measure import ROOT

OURS = "ours"
PYTHON_DOWNLOADERS = ("huggingface_hub", "s3transfer", "requests", "httpx")
"""What people download with in Python; the engine that needs nothing must be as fast as each."""
MOST_MEMORY = 60.0
"""MB."""
LIBRARIES = ("httpx", "requests", "aiohttp", "boto3", "huggingface_hub")
PEERS = ROOT / ".venvs" / "bench"
OURS_ALONE = ROOT / ".venvs" / "bench-ours"
"""What a user installs and no more, as for the peers: where httpx finds a terminal's colours and a second event loop,
for example, it imports them."""
CHECKING = "aria2c, SHA-256"
"""The peer that does the same work: what a downloader saves that checks nothing says little of one that does."""


class Took(NamedTuple):
    """What one download took."""

    seconds: float
    cpu: float
    peak: float
    """The most memory, in MB."""


@dataclass(frozen=True)
class Subject:
    """One downloader."""

    name: str
    command: Callable[[Server, Kind, bool, Path], list[str]]
    """The command line for files of a kind, over TLS or not, into a folder; it prints what it took as JSON."""


@dataclass(frozen=True)
class Goal:
    """Something that must hold."""

    what: str
    met: bool


@dataclass
class Table:
    """One race."""

    title: str
    headings: tuple[str, ...]
    lines: list[tuple[str, ...]] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [self.headings, *self.lines]
        widths = [max(map(len, column)) for column in zip(*lines)]
        return "\n".join([self.title, *("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)])


def subjects(only: list[str] | None, python: Path) -> tuple[list[Subject], dict[str, str]]:
    """Who takes part, ours first, and why others cannot.

    Args:
        only: Those whose name contains one of these.
        python: The interpreter that runs ours.
    """

    def wanted(name: str) -> bool:
        return not only or any(part in name for part in only)

    found: list[Subject] = []
    skipped: dict[str, str] = {}
    for engine, comes_from in download_ours.ENGINES.items():
        why = missing(python, engine)
        for name in (f"{OURS} sync, {engine}", f"{OURS} async, {engine}"):
            if wanted(name) and why:
                skipped[f"{OURS}, {comes_from}"] = why
            elif wanted(name):
                found.append(Subject(name, _ours("async" if "async" in name else "sync", engine, python)))
    for name, command in PROGRAMS.items():
        if wanted(name) and not shutil.which(name.partition(",")[0]):
            skipped[name] = "not installed"
        elif wanted(name):
            found.append(Subject(name, _program(command)))
    peers = [name for name in CLIENTS if wanted(name)]
    if peers and not (PEERS / ".installed").exists():
        make_environment(PEERS, *([library] for library in LIBRARIES))
    for name in peers:
        library = NEEDS.get(name, name)
        if subprocess.run([PEERS / "bin" / "python", "-c", f"import {library}"], capture_output=True).returncode:
            skipped[name] = f"{library} is not installed in {PEERS.relative_to(ROOT)}"
        else:
            found.append(Subject(name, _peer(name)))
    return found, skipped


def python_of_ours() -> Path:
    """The interpreter of an environment with ours, the extra `fast` and what these two need."""
    if not (OURS_ALONE / ".installed").exists():
        make_environment(OURS_ALONE, ["--editable", f"{ROOT}[fast]"])
    return OURS_ALONE / "bin" / "python"


def missing(python: Path, engine: str) -> str:
    """Why an engine of ours cannot be measured in an environment; nothing if it can."""
    ask = f"from benchmarks.download_ours import missing; print(missing({engine!r}))"
    done = subprocess.run([python, "-c", ask], cwd=ROOT / "scripts", capture_output=True, text=True)
    return done.stdout.strip() or done.stderr.strip().rpartition("\n")[2]


def make_environment(folder: Path, *packages: list[str]) -> None:
    """Make an environment, and install one after the other; what cannot be had is left out."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    for package in packages:
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", *package])
    (folder / ".installed").touch()


class Bench:
    """Runs downloads, each into a folder that is gone afterwards."""

    def __init__(self, server: Server, scratch: Path, subjects: list[Subject], rounds: int) -> None:
        self._server, self._scratch, self._subjects, self._rounds = server, scratch, subjects, rounds

    def race(self, kind: Kind, *, tls: bool) -> Table:
        """All of them in turn, several rounds; the one that begins changes, since it may find a warmer machine."""
        took: dict[str, list[Took]] = {one.name: [] for one in self._subjects}
        for number in range(self._rounds):
            shift = number % len(self._subjects)
            for one in self._subjects[shift:] + self._subjects[:shift]:
                took[one.name].append(self._run(one, kind, tls=tls))
        results = {name: Took(*map(median, zip(*each))) for name, each in took.items()}
        small = kind.name == "small"
        unit, amount = ("files/s", kind.count) if small else ("MB/s", kind.count * kind.size / 1e6)
        title = f"{kind.count} files of {kind.size / 1e6:g} MB, {'TLS' if tls else 'plain HTTP'}"
        table = Table(title, ("client", unit, "CPU s", "peak MB", "speed / ours", "CPU / ours", "spread"))
        base = next((found for name, found in results.items() if name.startswith(OURS)), None)
        for name, found in results.items():
            speeds = [amount / each.seconds for each in took[name]]
            table.lines.append((
                name, f"{amount / found.seconds:,.0f}", f"{found.cpu:.2f}", f"{found.peak:.0f}",
                f"{base.seconds / found.seconds:.2f}" if base else "", f"{found.cpu / base.cpu:.2f}" if base else "",
                f"{min(speeds):,.0f} to {max(speeds):,.0f}",
            ))  # fmt: skip
        for name, found in results.items():
            if name.startswith(OURS):
                table.goals += self._goals(title, name, found, results, small=small)
        return table

    def _goals(self, title: str, name: str, ours: Took, results: dict[str, Took], *, small: bool) -> list[Goal]:
        wanted: dict[str, float] = dict.fromkeys(PYTHON_DOWNLOADERS, 1.0)
        if not small:
            wanted["aria2c"] = 1.4
        elif name.endswith("fast"):
            wanted["aria2c"] = 1.0
        goals = [Goal(f"{title}: {name} takes {ours.peak:.0f} MB, at most {MOST_MEMORY:.0f}", ours.peak <= MOST_MEMORY)]
        for peer, least in wanted.items():
            if peer in results:
                ratio = results[peer].seconds / ours.seconds
                same = results.get(CHECKING) if peer == "aria2c" else None
                beside = f" ({same.seconds / ours.seconds:.2f} × the one that checks SHA-256 too)" if same else ""
                what = f"{title}: {name} is {ratio:.2f} × {peer}, at least {least:g}{beside}"
                goals.append(Goal(what, ratio >= least))
        return goals

    def listing(self, kind: Kind, python: Path) -> Table:
        """What of ours is the API's share: listing the same files, without fetching any."""
        table = Table(f"the API's share: listing {kind.count} files", ("client", "seconds", "CPU s"))
        one = Subject("listing", _ours("listing", "standard", python))
        found = Took(*map(median, zip(*(self._run(one, kind, tls=False, check=False) for _ in range(self._rounds)))))
        table.lines.append((one.name, f"{found.seconds:.3f}", f"{found.cpu:.3f}"))
        return table

    def memory(self, kind: Kind, many: int) -> Table:
        """The most memory for few files and for many: ids of their own, content of the same few, really fetched."""
        table = Table(f"memory for 100 and for {many:,} files of {kind.size} bytes", ("client", "100", f"{many:,}"))
        for one in self._subjects:
            if one.name.startswith(OURS):
                few, lots = (self._run(one, Kind(kind.name, count, kind.size), tls=False) for count in (100, many))
                table.lines.append(
                    (one.name, f"{few.peak:.1f} MB", f"{lots.peak:.1f} MB, {many / lots.seconds:,.0f} files/s")
                )
                table.goals.append(
                    Goal(
                        f"{one.name} takes {lots.peak:.0f} MB for {many:,} files, {few.peak:.0f} for 100",
                        lots.peak <= min(MOST_MEMORY, few.peak * 1.25),
                    )
                )
        return table

    def _run(self, one: Subject, kind: Kind, *, tls: bool, check: bool = True) -> Took:
        folder = self._scratch / "out"
        folder.mkdir(parents=True)
        try:
            took = self._measure(one, one.command(self._server, kind, tls, folder))
            if check:
                sizes = [path.stat().st_size for path in folder.rglob("*") if path.suffix in (".bin", ".jpg")]
                if sizes != [kind.size] * kind.count:
                    raise RuntimeError(f"{one.name} brought {len(sizes)} files, {sum(sizes)} bytes")
        finally:
            shutil.rmtree(self._scratch)
        return took

    def _measure(self, one: Subject, command: list[str]) -> Took:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("FIRSTHAND_", "PYTHON", "HF_", "AWS_")) and not name.lower().endswith("_proxy")
        }
        environment["PYTHONPATH"] = os.pathsep.join(map(str, (ROOT, ROOT / "generated")))
        environment["SSL_CERT_FILE"] = str(self._server.authority)
        done = subprocess.run(command, env=environment, cwd=ROOT / "scripts", capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{one.name} failed: {done.stderr[-2000:]}")
        return Took(**json.loads(done.stdout))


def _ours(client: str, engine: str, python: Path) -> Callable[[Server, Kind, bool, Path], list[str]]:
    def command(server: Server, kind: Kind, tls: bool, folder: Path) -> list[str]:
        job = f"{kind.name}-{kind.count}-{'tls' if tls else 'plain'}"
        return [str(python), "-m", download_ours.__name__, client, engine, server.api, job, str(folder)]

    return command


def _program(make: Callable[[Path, Path, Path], list[str]]) -> Callable[[Server, Kind, bool, Path], list[str]]:
    def command(server: Server, kind: Kind, tls: bool, folder: Path) -> list[str]:
        program = make(_links(server, kind, tls, folder), folder, server.authority)
        return [sys.executable, "-S", "-m", download_program.__name__, *program]

    return command


def _peer(name: str) -> Callable[[Server, Kind, bool, Path], list[str]]:
    def command(server: Server, kind: Kind, tls: bool, folder: Path) -> list[str]:
        links = _links(server, kind, tls, folder)
        python = PEERS / "bin" / "python"
        arguments = [server.storage(tls=tls), kind.name, str(links), str(folder), str(server.authority)]
        return [str(python), "-m", download_clients.__name__, name, *arguments]

    return command


def _links(server: Server, kind: Kind, tls: bool, folder: Path) -> Path:
    links = folder.with_name("links.txt")
    base = f"{server.storage(tls=tls)}/{kind.name}"
    links.write_text("\n".join(f"{base}/{name}" for name in kind.names()), encoding="utf-8")
    sums = json.loads((server.files / f"{kind.name}.json").read_text(encoding="utf-8"))["sums"]
    checked = "".join(f"{base}/{name}\n checksum=sha-256={sums[name]}\n" for name in kind.names())
    links.with_name(CHECKED).write_text(checked, encoding="utf-8")
    return links
