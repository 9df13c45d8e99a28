"""The page on data sets runs from top to bottom, with the examples that need a library (marked `py`) among them."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from firsthandapi.sandbox import Sandbox

PAGE = Path(__file__).parent.parent.parent / "docs" / "datasets.md"


@pytest.mark.usefixtures("cache", "cluster")
def test_every_example_runs(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTHAND_API_KEY", sandbox.api_key)
    monkeypatch.setenv("FIRSTHAND_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("FIRSTHAND_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```(?:python|py)\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks:
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(compile(block, PAGE.name, "exec"), names)
        promised = re.findall(r"^# => (.*)$", block, re.MULTILINE)
        assert printed.getvalue().splitlines()[: len(promised)] == promised
    assert len(blocks) >= 10
    assert len(names["frame"]) == sum(names["pictures"].num_rows.values()) == names["found"]["train"].num_rows == 8
    assert sorted(row["id"] for row in names["sizes"]) == sorted(row["id"] for row, _ in names["menus"])
