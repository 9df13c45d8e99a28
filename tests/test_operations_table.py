"""docs/operations.md: current, complete, and refused where a cell is empty."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

if sys.version_info < (3, 11):
    pytest.skip("the scripts of maintainers need Python 3.11", allow_module_level=True)
pytest.importorskip("openapi_spec_validator", reason="a tool of maintainers")

ROOT = Path(__file__).parent.parent
NEW = """
  /v1/jobs/{job_id}/pause:
    parameters:
      - $ref: '#/components/parameters/JobId'
    post:
      operationId: pause_job
      tags: [jobs]
      responses:
        '200':
          description: The paused job.
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Job'

webhooks:
"""


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import operations_table

    return operations_table


def test_the_page_is_current_and_has_no_empty_cell(script, capsys):
    assert (script.main(["--check"]), capsys.readouterr().out) == (0, "")


def test_a_stale_page_is_refused_and_left_alone(script, tmp_path, capsys):
    page = tmp_path / "operations.md"
    assert script.main(["--check", "--page", str(page)]) == 1
    assert not page.exists()
    page.write_text((ROOT / script.PAGE).read_text(encoding="utf-8") + "edited\n", encoding="utf-8")
    assert script.main(["--check", "--page", str(page)]) == 1
    assert capsys.readouterr().out.count("stale: docs/operations.md") == 2
    assert script.main(["--page", str(page)]) == 0
    assert script.main(["--check", "--page", str(page)]) == 0


def test_an_operation_without_methods_is_refused_by_name(script, tmp_path, capsys):
    spec, page = tmp_path / "openapi.yaml", tmp_path / "operations.md"
    spec.write_text((ROOT / "openapi.yaml").read_text(encoding="utf-8").replace("\nwebhooks:\n", NEW), encoding="utf-8")
    # Written, so that the page shows the gap, and refused all the same.
    assert script.main(["--spec", str(spec), "--page", str(page)]) == 1
    written = capsys.readouterr().out
    assert script.main(["--check", "--spec", str(spec), "--page", str(page)]) == 1
    assert capsys.readouterr().out == written
    gaps = [line.partition(": ")[2] for line in written.splitlines() if line.startswith("`pause_job`")]
    assert gaps == ["no resource method", "no flat name", "no async twin", "no sandbox", "no test"]


def test_a_contract_that_cannot_be_read_is_refused(script, tmp_path, capsys):
    spec = tmp_path / "openapi.yaml"
    spec.write_text("openapi: 3.1.0\npaths: nothing\n", encoding="utf-8")
    assert script.main(["--spec", str(spec), "--page", str(tmp_path / "page.md")]) == 2
    assert capsys.readouterr().err.startswith("refused: ")
    assert not (tmp_path / "page.md").exists()


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("client.jobs.get(1)", ["client.jobs.get"]),
        ("side.run(side.client.get_job(1))", ["client.get_job"]),
        ("async_client.jobs.list()", ["client.jobs.list"]),
        ("client.jobs.get", []),
        ("# client.jobs.get(1)\n'client.jobs.get(1)'", []),
        ("calls = [lambda: client.jobs.get(1)]", []),
        ("with pytest.raises(TypeError):\n    client.jobs.get(1)", []),
    ],
)
def test_only_what_is_called_counts_as_tested(script, code, found):
    assert list(script.calls(ast.parse(code))) == found


def test_every_test_in_the_table_is_there(script):
    tests = set(script.tested().values())
    for test in tests:
        file, _, name = test.partition("::")
        assert f"def {name.partition('[')[0]}(" in (ROOT / "tests" / file).read_text(encoding="utf-8")
    assert any(test.endswith("[api_keys]") for test in tests)
