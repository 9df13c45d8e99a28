"""`firsthandapi drift`: its forms, its exit status, and what it refuses."""

from __future__ import annotations

import contextlib
import functools
import http.server
import itertools
import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("yaml", reason="the extra `cli` is not installed")

import yaml
from mutations.judge import surface

from firsthandapi.__main__ import main
from firsthandapi.drift import covered, reading, rendering, report
from firsthandapi.drift.coverage import coverage

ROOT = Path(__file__).resolve().parent.parent
CONTRACT = ROOT / "openapi.yaml"
TEXT = CONTRACT.read_text(encoding="utf-8")
HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"


@pytest.fixture(autouse=True)
def one_surface(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is read once for all tests here; those that start a process have it read again."""
    monkeypatch.setattr("firsthandapi.drift.surface.Surface", surface)


def drift(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = main(["drift", *map(str, arguments)])
    return (status, *capsys.readouterr())


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """A contract with one change of each level."""
    document: Any = yaml.safe_load(TEXT)
    schemas = document["components"]["schemas"]
    schemas["Job"]["properties"]["priority"] = {"type": "string"}
    schemas["JobStatus"]["enum"].append("paused")
    document["paths"]["/v1/jobs"]["post"]["operationId"] = "post_job"
    path = tmp_path / "new.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return path


def test_nothing_changed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    copied = tmp_path / "openapi.json"
    copied.write_text(json.dumps(yaml.safe_load(TEXT)), encoding="utf-8")
    assert drift(capsys, CONTRACT, copied) == (0, "no change\n", "")
    assert drift(capsys, "installed", copied) == (0, "no change\n", "")


def test_yaml_is_read_as_openapi_means_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    plain, quoted = tmp_path / "plain.yaml", tmp_path / "quoted.json"
    document = small()
    values = ["NO", "on", "12:30", "2026-01-02", "010", "1_000", True, None, 1000.0, -3, 0.25, 7]
    document["components"]["schemas"]["Thing"]["properties"]["region"] = {"enum": values}
    quoted.write_text(json.dumps(document), encoding="utf-8")
    text = yaml.safe_dump(document)
    for written, otherwise in (("'200'", "200"), ("1000.0", "1e3"), ("0.25", ".25"), ("- 7", "- +7")):
        assert written in text
        text = text.replace(written, otherwise)
    plain.write_text(re.sub(r"- '(.*)'", r"- \1", text), encoding="utf-8")
    assert drift(capsys, quoted, plain) == (0, "no change\n", "")


def test_the_text_says_what_where_and_what_to_do(capsys: pytest.CaptureFixture[str], moved: Path) -> None:
    status, out, errors = drift(capsys, CONTRACT, moved)
    assert (status, errors) == (1, "")
    assert out.endswith("\n1 breaking, 1 risky, 1 compatible\n")
    order = [out.index(word) for word in ("BREAKING (1)", "operation-id-changed", "RISKY (1)", "COMPATIBLE (1)")]
    assert order == sorted(order)
    assert "JobStatus: the value `paused` was added" in out
    assert "at        /components/schemas/JobStatus/enum/6" in out
    assert "concerns  Job.status" in out
    assert "and 3 more" in out


def test_what_is_not_breaking_is_no_failure(capsys: pytest.CaptureFixture[str], moved: Path) -> None:
    document = yaml.safe_load(moved.read_text(encoding="utf-8"))
    document["paths"]["/v1/jobs"]["post"]["operationId"] = "create_job"
    moved.write_text(json.dumps(document), encoding="utf-8")
    status, out, _ = drift(capsys, CONTRACT, moved)
    assert status == 0
    assert out.endswith("0 breaking, 1 risky, 1 compatible\n")


def test_json_has_everything(capsys: pytest.CaptureFixture[str], moved: Path) -> None:
    status, out, _ = drift(capsys, CONTRACT, moved, "--format", "json")
    found = json.loads(out)
    assert status == 1
    assert found["summary"] == {"breaking": 1, "risky": 1, "compatible": 1}
    assert (found["old_version"], found["new_version"]) == ("2026-03-18", "2026-03-18")
    _, risky, compatible = found["findings"]
    assert set(risky) >= {"level", "rule", "pointer", "what", "old", "new", "symbols", "advice", "uses"}
    assert (risky["rule"], risky["old"], risky["new"]) == ("response-property-enum-value-added", None, "paused")
    assert "Job.status" in risky["symbols"]
    assert {"part": "response", "operation": "get_job", "path": ["status"], "owner": "Job"} in risky["uses"]
    assert len(risky["uses"]) == 9
    assert compatible["new"] == {"type": "string"}


def test_markdown_fits_a_pull_request(capsys: pytest.CaptureFixture[str], moved: Path) -> None:
    _, out, _ = drift(capsys, CONTRACT, moved, "--format", "markdown")
    assert out.startswith("## API drift\n\n**1 breaking, 1 risky, 1 compatible**\n")
    assert "### Breaking (1): code that works today fails\n" in out
    assert "<details>\n<summary>Compatible (1): nothing to do</summary>\n\n| what |" in out
    assert out.count("<details>") == out.count("</details>") == 1
    rows = [line for line in out.splitlines() if line.startswith("| ") and not line.startswith("| what")]
    assert len(rows) == 3
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}


MARKS = [
    *"`|<>&*_[]()!~#\\\n\r\t \"'{}$.:@-x1é", "\0", "\x1b", "\u2028", "<b>", "<!--", "```", "\n\n", "](x)", "\n```\n",
    "https://a.example", "www.a.example", "</details>", "| a |", "&lt;", "&#96;", "**", "\n# ", "\n- ",
]  # fmt: skip
HOSTILE = st.lists(st.sampled_from(MARKS), min_size=1, max_size=8).map("".join)
OURS = {"<br>", "<code>", "</code>", "<details>", "</details>", "<summary>Compatible"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(HOSTILE, min_size=10, max_size=10, unique=True))
def test_nothing_that_a_contract_says_is_markdown(names: list[str]) -> None:
    parser = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable("table")
    field, value, operation, path, version, text, gone, schema, parameter, query = names
    old, new = small(), small()
    old["components"]["schemas"]["Thing"]["properties"][gone] = {"type": "string"}
    new["components"]["schemas"]["Thing"]["properties"].update({field: {"enum": [value]}, "is": {"enum": ["a", value]}})
    new["components"]["schemas"][schema] = {"type": "object", "properties": {field: {"enum": [value]}}}
    new["info"]["version"] = version
    get = new["paths"]["/things"]["get"]
    get["responses"]["429"] = {"description": f"At most 10 requests per minute. {text}"}
    get["parameters"] = [{"name": parameter, "in": "query", "required": True, "schema": {"type": "string"}}]
    added = {"operationId": operation, "tags": [text], "responses": {}, "description": text}
    added["parameters"] = [{"name": query, "in": "query", "required": True, "schema": {"enum": [value]}}]
    new["paths"]["/" + path.replace("{", "").replace("}", "")] = {"post": added}
    found = report(old, new, surface())
    out = rendering.as_markdown(found)
    tokens = [token for block in parser.parse(out) for token in (block, *(block.children or ()))]
    kinds = Counter(token.type for token in tokens)
    html = [token.content for token in tokens if token.type in ("html_inline", "html_block")]
    assert {tag for one in html for tag in re.findall(r"</?\w+>|<!--", one)} <= {*OURS, "<summary>", "</summary>"}
    assert not {"link_open", "image", "em_open", "heading", "blockquote_open", "bullet_list_open", "code_block"} & set(
        kinds
    )
    rows = len(found.findings) + kinds["thead_open"]
    assert (kinds["tr_open"], kinds["td_open"]) == (rows, 4 * len(found.findings))
    fences = [token.content for token in tokens if token.type == "fence"]
    assert fences == [f"{call.text}\n" for finding in found.findings for call in finding.calls]
    assert kinds["strong_open"] == 1
    # As text each finding is one paragraph whose lines nothing of the contract breaks.
    lines = rendering.as_text(found).split("\n")
    assert len([line for line in lines if line.startswith("    rule ")]) == len(found.findings)
    assert all(line.isprintable() for line in lines)
    # So is what is covered.
    rows_covered = coverage(new, surface())
    tokens = parser.parse(covered.as_markdown(rows_covered))
    assert [token.type for token in tokens if token.type in ("fence", "html_block")] == ["fence"]
    assert tokens[-1].type == "fence"
    text = covered.as_text(rows_covered)
    assert len(re.findall(r"^    at ", text, re.MULTILINE)) == len([row for row in rows_covered if not row.explained])
    assert all(line.isprintable() for line in text.split("\n"))


def test_code_and_text_stay_readable_in_markdown() -> None:
    assert rendering.escaped("the value `a b` of files_needed was added") == "the value `a b` of files_needed was added"
    assert rendering.escaped("a `b|c` <b> _d_") == "a &#96;b&#124;c&#96; &#60;b&#62; &#95;d&#95;"


def small() -> Any:
    """A contract with one thing."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    answers = {"200": {"description": "All.", "content": content}, "429": {"description": "No."}}
    thing = {"type": "object", "properties": {"is": {"enum": ["a"]}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/things": {"get": {"operationId": "things", "responses": answers}}},
        "components": {"schemas": {"Thing": thing}},
    }


def test_the_output_does_not_depend_on_the_order_of_keys_or_hashes(moved: Path) -> None:
    document = yaml.safe_load(moved.read_text(encoding="utf-8"))
    shuffled = moved.with_name("shuffled.yaml")
    shuffled.write_text(yaml.safe_dump(document, sort_keys=True), encoding="utf-8")
    outputs = set()
    for path, seed in ((moved, "1"), (shuffled, "2")):
        command = [sys.executable, "-m", "firsthandapi", "drift", str(CONTRACT), str(path), "--format", "json"]
        done = subprocess.run(command, capture_output=True, cwd=ROOT, env={"PYTHONHASHSEED": seed}, timeout=60)
        assert done.returncode == 1, done.stderr
        outputs.add(done.stdout)
    assert len(outputs) == 1


# Where a contract may be


def test_a_git_revision(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    contract = tmp_path / "openapi.yaml"
    subprocess.run(["git", "init", "--quiet"], check=True)
    for text in (TEXT, TEXT.replace("maximum: 10000\n", "maximum: 9000\n")):
        contract.write_text(text, encoding="utf-8")
        subprocess.run(["git", "add", "openapi.yaml"], check=True)
        subprocess.run(["git", *name, "commit", "--quiet", "--message", "x"], check=True)
    status, out, _ = drift(capsys, "HEAD~1:openapi.yaml", "HEAD:openapi.yaml")
    assert status == 0
    assert "10000 → 9000" in out
    for missing in ("HEAD~9:openapi.yaml", "HEAD:nothing.yaml", "nowhere:openapi.yaml"):
        status, out, errors = drift(capsys, missing, contract)
        assert (status, out) == (2, "")
        assert errors.startswith(f"firsthandapi drift: {missing}: cannot be read: fatal: ")
        assert errors.count("\n") == 1


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers with what it was made with."""

    def __init__(self, body: bytes, *arguments: Any) -> None:
        self.body = body
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self.send_response(404 if "missing" in self.path else 200)
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(self.body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def serving(body: bytes) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, body))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_url(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(TEXT.encode()) as host:
        assert drift(capsys, CONTRACT, f"http://{host}/openapi.yaml") == (0, "no change\n", "")
        status, _, errors = drift(capsys, CONTRACT, f"http://{host}/missing?signature=hush")
        assert status == 2
        assert "HTTP Error 404" in errors
        assert "hush" not in errors
    with serving(b"<!doctype html><p>Log in</p>") as host:
        status, _, errors = drift(capsys, CONTRACT, f"http://user:hush@{host}/openapi.yaml")
    assert status == 2
    assert "hush" not in errors


@pytest.mark.parametrize("drip", [b"", b"HTTP/1.0 200 OK\r\n", b"HTTP/1.0 200 OK\r\n\r\n"])
def test_a_url_that_drips_is_given_up(
    drip: bytes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SLOWEST", 0.2)
    done = threading.Event()

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(drip)
            while not done.wait(0.02):
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        started = time.monotonic()
        status, out, errors = drift(capsys, CONTRACT, f"http://127.0.0.1:{listening.getsockname()[1]}/a?key=hush")
        took = time.monotonic() - started
        done.set()
        thread.join()
    assert (status, out, errors.count("\n")) == (2, "", 1)
    assert errors.endswith("/a: cannot be read: it was not whole after 0.2 seconds\n")
    assert "hush" not in errors
    assert took < 5


# Options may stand anywhere


@pytest.mark.parametrize("order", [*itertools.permutations(["--coverage", "--format json", str(CONTRACT)])])
def test_coverage_takes_its_arguments_in_any_order(order: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = drift(capsys, *(word for words in order for word in words.split(" ")))
    assert status == 0
    assert json.loads(out)["summary"]["operation"]["wrapped"] == 38


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 0, 1, 3), (2, 3, 0, 1)])
def test_a_comparison_takes_its_arguments_in_any_order(
    order: tuple[int, ...], moved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--format", "json", str(CONTRACT), str(moved)]
    status, out, _ = drift(capsys, *(words[place] for place in order))
    assert (status, json.loads(out)["summary"]) == (1, {"breaking": 1, "risky": 1, "compatible": 1})


def test_without_a_contract_coverage_is_that_of_the_installed_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert drift(capsys, "--coverage") == drift(capsys, "--coverage", "installed")


# What is refused

REFUSED: dict[str, tuple[bytes, str]] = {
    "not YAML": (b"openapi: 3.1.0\npaths: [\ninfo: x\n", ":4: did not find expected"),
    "a key twice": (HEAD.encode() + b"paths: {}\npaths: {}\n", ":4: 'paths' stands twice"),
    "a page of HTML": (b"\n<!doctype html>\n<p>Not found</p>\n", "it is HTML or XML"),
    "an empty file": (b"", "not an OpenAPI 3.0 or 3.1 document: there is no `openapi: 3.1.x` at the top"),
    "a list": (b"- openapi\n", "not an OpenAPI 3.0 or 3.1 document"),
    "Swagger 2": (b'{"swagger": "2.0", "paths": {}}', "not an OpenAPI 3.0 or 3.1 document, but swagger 2.0"),
    "a later OpenAPI": (b"openapi: 3.2.0\npaths: {}\n", "but openapi 3.2.0"),
    "no contract in it": (HEAD.encode(), "neither paths nor webhooks nor components"),
    "paths that are a list": (HEAD.encode() + b"paths: []\n", "`paths` is no mapping"),
    "a reference to nothing": (
        HEAD.encode() + b"paths: {/a: {$ref: '#/components/nothing'}}\n",
        "/paths//a/$ref: '#/components/nothing' leads to nothing in this document",
    ),
    "a cyclic reference": (
        HEAD.encode()
        + b"components: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}}}",
        "but around in a circle",
    ),
    "a cyclic allOf": (
        HEAD.encode()
        + b"components: {schemas: {A: {allOf: [{$ref: '#/components/schemas/A'}]}}}",
        "/components/schemas/A",
    ),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0", "not UTF-8 text"),
    "zeros": (b"\0" * 1000, "it is a binary file"),
    "a control character": (HEAD.encode() + b"paths: {a: \x07}\n", ":3: control characters are not allowed"),
    "too large": (b" " * 50_000_000, "longer than 20,000,000 bytes"),
    "brackets without end": (b"[" * 200_000, "more than 200 deep"),
    "JSON without end": (b'{"a":' * 200_000, "more than 200 deep"),
    # Newer Pythons read it, and say so one step later.
    "JSON that is too deep": (b"[" * 5000 + b"]" * 5000, "deep within one another"),
    "aliases that multiply": (
        b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 12)),
        "its aliases come to more than 2,000,000 values",
    ),
    "merges that multiply": (
        b"a0: &a0 {k: v}\n"
        + b"".join(b"a%d: &a%d {<<: [%s]}\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 12)),
        "its aliases come to more than 2,000,000 values",
    ),
    "an alias in itself": (b"a: &a\n  b: *a\n", "an alias stands within what it means"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_gets_one_line_and_changes_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, case: str
) -> None:
    content, reason = REFUSED[case]
    path = tmp_path / "wrong.yaml"
    path.write_bytes(content)
    for arguments in ((path, CONTRACT), (CONTRACT, path)):
        status, out, errors = drift(capsys, *arguments)
        assert (status, out) == (2, "")
        assert errors.startswith("firsthandapi drift: ")
        assert reason in errors
        assert errors.count("\n") == 1
    assert [one.name for one in tmp_path.iterdir()] == ["wrong.yaml"]
    assert path.stat().st_size == len(content)


@pytest.mark.parametrize("source", ["nothing.yaml", ".", "http://127.0.0.1:1/a", "http://[", "-x:y"])
def test_what_is_not_there_is_refused(capsys: pytest.CaptureFixture[str], source: str) -> None:
    if source.startswith("-"):
        with pytest.raises(reading.SpecError, match="hyphen"):
            reading.read_text(source)
        return
    status, out, errors = drift(capsys, CONTRACT, source)
    assert (status, out, errors.count("\n")) == (2, "", 1)
    assert f"{source}: cannot be read: " in errors


def test_wrong_usage_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main(["drift", "only-one"])
    assert done.value.code == 2
    assert "NEW" in capsys.readouterr().err


def test_without_pyyaml_the_extra_is_named(tmp_path: Path) -> None:
    (tmp_path / "yaml.py").write_text("raise ImportError('no yaml')\n", encoding="utf-8")
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from firsthandapi.__main__ import main; sys.exit(main())"
    command = [sys.executable, "-c", code, str(tmp_path), "drift", str(CONTRACT), str(CONTRACT)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == "firsthandapi drift needs PyYAML, which the extra `cli` brings: pip install 'firsthandapi[cli]'\n"
    )
