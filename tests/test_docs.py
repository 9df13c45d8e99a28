"""Every example runs: those of the docstrings, and each page's from top to bottom."""

from __future__ import annotations

import doctest
import importlib
import inspect
import io
import os
import re
import textwrap
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the sandbox's extra is not installed")

import firsthandapi
from firsthandapi import AsyncClient, Client
from firsthandapi.sandbox import Sandbox

ROOT = Path(__file__).parent.parent
BLOCKS = {
    page: re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    if page.name != "drift.md"  # which tests/test_drift_page.py runs, in a copy of this repository
}
"""The Python examples of each page."""
PURE = [
    "firsthandapi",
    "firsthandapi.client",
    "firsthandapi.models",
    "firsthandapi.webhooks",
    "firsthandapi.download.names",
]
RESOURCES = [
    "client",
    "flat",
    "flat_account",
    "auth",
    "jobs",
    "files",
    "downloads",
    "submissions",
    "tasks",
    "api_keys",
    "webhook_endpoints",
    "webhook_events",
    "billing",
    "quality",
    "organization",
    "audit_events",
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(speed=200, seed=7, strict=True) as running:
        yield running


@pytest.fixture
def names(sandbox: Sandbox, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """What the examples of the docstrings take for granted: a client, a completed job, a folder."""
    with Client(sandbox.api_key, base_url=sandbox.base_url) as client:
        job = client.jobs.create_and_wait(
            type="data_collection",
            description="A clear photo of a coffee shop's whole menu board.",
            content_type="image",
            quantity=2,
            reward_per_file=75,
        )
        yield {"client": client, "job": job, "folder": tmp_path}


@pytest.mark.parametrize("module", PURE)
def test_examples_of_pure_modules(module: str) -> None:
    results = doctest.testmod(importlib.import_module(module))
    assert results.attempted > 0
    assert results.failed == 0


@pytest.mark.parametrize("module", RESOURCES)
def test_examples_of_the_client(module: str, names: dict[str, Any]) -> None:
    failures = io.StringIO()
    attempted, failed = _run_examples(importlib.import_module(f"firsthandapi._sync.{module}"), names, failures)
    assert attempted > 0
    assert failed == 0, failures.getvalue()


def _run_examples(module: ModuleType, names: dict[str, Any], out: io.StringIO) -> tuple[int, int]:
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    names = {**vars(firsthandapi), "Client": Client, **names}
    for test in doctest.DocTestFinder(exclude_empty=True).find(module, extraglobs=names):
        runner.run(test, out=out.write)
    return runner.summarize(verbose=False)[1], runner.failures


def test_every_public_method_that_gives_something_has_an_example() -> None:
    for module in RESOURCES[1:]:
        source = importlib.import_module(f"firsthandapi._async.{module}")
        (cls,) = [c for n, c in vars(source).items() if inspect.isclass(c) and c.__module__ == source.__name__]
        lacking = [
            name
            for name, method in vars(cls).items()
            if not name.startswith("_") and callable(method) and ">>> " not in (inspect.getdoc(method) or "")
        ]
        assert lacking == [], f"{cls.__name__} has methods without an example"


def test_the_async_examples_are_the_sync_ones() -> None:
    """The examples are run from `_sync`; here it is enough that those of `_async` say the same with `await`."""
    assert "await client.jobs.create(" in (inspect.getdoc(AsyncClient(api_key="k").jobs.create) or "")
    assert "await" not in (inspect.getdoc(Client(api_key="k").jobs.create) or "")


@pytest.mark.parametrize("page", [page for page, blocks in BLOCKS.items() if blocks], ids=lambda page: page.name)
def test_a_page_runs_from_top_to_bottom(
    page: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FIRSTHAND_API_KEY", sandbox.api_key)
    monkeypatch.setenv("FIRSTHAND_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("FIRSTHAND_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__", "os": os}
    for block in BLOCKS[page]:
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(compile(textwrap.dedent(block), page.name, "exec"), names)
        promised = re.findall(r"^# => (.*)$", block, re.MULTILINE)
        lines = printed.getvalue().replace(os.sep, "/").splitlines()  # the pages write paths as POSIX does
        for promise, line in zip(promised, lines):
            assert _same(promise, line), f"{page.name} promises {promise!r}, printed is {line!r}"
        assert len(lines) >= len(promised)


def test_there_are_pages_with_examples() -> None:
    assert len(BLOCKS[ROOT / "README.md"]) >= 8
    assert len(BLOCKS[ROOT / "docs" / "from-0.1.0.md"]) >= 3


def _same(promise: str, line: str) -> bool:
    """Whether a printed line is the promised one, where numbers may differ and `...` stands for anything."""
    pattern = re.escape(promise.strip('"')).replace(r"\.\.\.", ".*")
    pattern = re.sub(r"\d+(\\\.\d+)?", r"[\\d.]+", pattern) if "fetched" in promise else pattern
    return re.fullmatch(pattern.replace("01J5K9", ""), line) is not None
