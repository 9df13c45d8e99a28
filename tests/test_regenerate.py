"""`make regenerate`: what it writes, what it refuses, and that it tells when something is stale.

Every test works on a copy of the parts of the repository that the script reads and writes.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Callable

import pytest

pytest.importorskip("openapi_python_client", reason="the generator needs Python 3.11 and requirements/dev.txt")

import openapi_python_client
import yaml

from firsthandapi.drift import reading

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("generated", "firsthandapi/_async", "firsthandapi/_sync", "openapi.yaml", "scripts")
WRITTEN = ("generated/firsthandapi_generated", "firsthandapi/_sync")

STOCK_TEMPLATES = {
    "client.py.jinja": "4eac65762f21014a7fbf59e730f1be6d28c9c85ddc1c40b458b6ff5f67a64c9e",
    "endpoint_module.py.jinja": "c1b2628053eb4875ba59566baa5ae907666f9cbfafa308d93f970a4404b7cd52",
    "errors.py.jinja": "b6ba7ea79aa7d7f24b47119985d1ed20268d3da0ab70309ee138088a106b6af9",
    "literal_enum.py.jinja": "04f2eb9334dd543ab7fa91a1fe3a73e7d5f2cf50e09d864429ddb58e506c8b68",
    "model.py.jinja": "fd1c79680d51c06cfbb89809ad123750ba9add98b688036c04cabbf1f8ba40a0",
    "models_init.py.jinja": "4f64a3d6e1b15a561be5573c1b7702eb928c0e4fa6b67107d20e57a74c44d51a",
    "package_init.py.jinja": "ac15907e32dc39bd9b83ea6f2002fb87514f2182b97f88231b5a9c47321f6210",
    "types.py.jinja": "93df9d75883a4eafac77dd21bc6907f3ef612e3f7841e08656618dcf6c4ce494",
}
"""SHA-256 of the stock templates that ours replace, as they were when ours were written."""


def regenerate(tree: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a tree's script, from elsewhere."""
    command = [sys.executable, str(tree / "scripts" / "regenerate.py"), *arguments]
    return subprocess.run(
        command, cwd=tree.parent, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120
    )


def done(result: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines that a run which succeeded printed."""
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout.splitlines()


def snapshot(tree: Path, *parts: str) -> dict[str, bytes]:
    """Every file of a tree, or of some parts of it; byte code is nobody's."""
    places = [tree / part for part in parts] or [tree]
    files = [path for place in places for path in ([place] if place.is_file() else place.rglob("*")) if path.is_file()]
    return {str(path.relative_to(tree)): path.read_bytes() for path in files if "__pycache__" not in path.parts}


def run_python(tree: Path, program: str) -> list[str]:
    """What a program prints that imports the packages of a tree."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tree), str(tree / "generated")])}
    command = [sys.executable, "-W", "error", "-c", program]
    return done(subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, timeout=120))


@functools.cache
def contract_text() -> str:
    return (ROOT / "openapi.yaml").read_text(encoding="utf-8")


def contract() -> dict[str, Any]:
    """The contract, to be changed at will."""
    content: dict[str, Any] = yaml.load(contract_text(), Loader=yaml.CSafeLoader)
    return content


def write_contract(folder: Path, document: dict[str, Any]) -> str:
    path = folder / "changed.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree just after `make regenerate`."""
    tree = tmp_path_factory.mktemp("fresh") / "tree"
    ignored = shutil.ignore_patterns("__pycache__", "sandbox")
    for part in (*PARTS, "firsthandapi"):
        place = tree / part
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / part).is_file():
            shutil.copy(ROOT / part, place)
        elif not place.exists():
            shutil.copytree(ROOT / part, place, ignore=ignored, dirs_exist_ok=True)
    shutil.copytree(ROOT / "firsthandapi", tree / "firsthandapi", ignore=ignored, dirs_exist_ok=True)
    done(regenerate(tree))
    return tree


@pytest.fixture
def tree(fresh: Path, tmp_path: Path) -> Path:
    """A tree of one's own, to be changed at will."""
    return Path(shutil.copytree(fresh, tmp_path / "tree"))


# Fresh or stale


def test_what_is_committed_is_fresh():
    assert done(regenerate(ROOT, "--check")) == []


@pytest.mark.parametrize("seed", ["1", "2"])
def test_all_of_it_is_made_again_to_the_byte(tree, seed):
    before = snapshot(tree)
    for part in WRITTEN:
        shutil.rmtree(tree / part)
    lines = done(regenerate(tree, PYTHONHASHSEED=seed))
    assert snapshot(tree) == before
    assert lines == [f"added {name}" for part in WRITTEN for name in sorted(snapshot(tree, part))]


def test_a_second_run_touches_nothing(tree):
    written = [path for part in WRITTEN for path in (tree / part).rglob("*")]
    before = [path.stat().st_mtime_ns for path in written]
    assert done(regenerate(tree)) == ["no change"]
    assert [path.stat().st_mtime_ns for path in written] == before


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


EDITS: list[tuple[str, Callable[[Path], None], str]] = [
    ("generated/firsthandapi_generated/api/jobs/get_job.py", Path.unlink, "added"),
    ("generated/firsthandapi_generated/limits.py", flip_a_byte, "changed"),
    ("generated/firsthandapi_generated/models/job.py", flip_a_byte, "changed"),
    ("generated/firsthandapi_generated/models/notes.txt", Path.touch, "removed"),
    ("generated/firsthandapi_generated/models/stray.py", Path.touch, "removed"),
    ("generated/firsthandapi_generated/py.typed", Path.unlink, "added"),
    ("firsthandapi/_sync/jobs.py", flip_a_byte, "changed"),
    ("firsthandapi/_sync/page.py", Path.unlink, "added"),
    ("firsthandapi/_sync/stray.py", Path.touch, "removed"),
]
"""File, what is done to it by hand, and how regenerating undoes it; in the order in which they are named."""


def test_what_was_edited_by_hand_is_named_and_then_repaired(tree, fresh):
    for name, spoil, _ in EDITS:
        spoil(tree / name)
    spoilt = snapshot(tree)
    checked = regenerate(tree, "--check")
    assert checked.returncode == 1
    assert checked.stdout.splitlines() == [f"stale: {word} {name}" for name, _, word in EDITS]
    assert "make regenerate" in checked.stderr
    assert snapshot(tree) == spoilt
    assert done(regenerate(tree)) == [f"{word} {name}" for name, _, word in EDITS]
    assert snapshot(tree) == snapshot(fresh)


@pytest.mark.parametrize(
    ("name", "old", "new", "stale"),
    [
        ("openapi.yaml", "One scene of a video.", "A scene.", "generated/firsthandapi_generated/models/scene.py"),
        ("firsthandapi/_async/jobs.py", "class AsyncJobs(", "class AsyncErrands(", "firsthandapi/_sync/jobs.py"),
    ],
)
def test_a_source_that_was_edited_makes_its_output_stale(tree, name, old, new, stale):
    source = tree / name
    text = source.read_text(encoding="utf-8")
    assert old in text
    source.write_text(text.replace(old, new), encoding="utf-8")
    checked = regenerate(tree, "--check")
    assert (checked.returncode, checked.stdout) == (1, f"stale: changed {stale}\n")


def test_an_operation_that_is_gone_leaves_nothing_behind(tree, tmp_path):
    document = contract()
    del document["paths"]["/v1/quality/summary"]
    lines = done(regenerate(tree, "--spec", write_contract(tmp_path, document)))
    assert "removed generated/firsthandapi_generated/api/quality/get_quality_summary.py" in lines
    assert not (tree / "generated/firsthandapi_generated/api/quality/get_quality_summary.py").exists()
    assert done(regenerate(tree, "--check")) == []


# What is refused


def after(text: str, marker: str, old: str, new: str) -> str:
    """The text with the first `old` behind a marker replaced."""
    head, found, tail = text.partition(marker)
    assert found, marker
    assert old in tail, old
    return head + found + tail.replace(old, new, 1)


def line_with(text: str, needle: str, skip: int = 0) -> int:
    """Number of the line that holds a needle, after so many others that do."""
    return [number for number, line in enumerate(text.splitlines(), 1) if needle in line][skip]


def spoilt(change: Callable[[str], str], needle: str, reason: str, skip: int = 0) -> tuple[str, int, str]:
    text = change(contract_text())
    return text, line_with(text, needle, skip), reason


JOB = "    Job:\n      type: object"
REFUSED: dict[str, Callable[[], tuple[str, int, str]]] = {
    "a tab": lambda: spoilt(lambda text: after(text, "paths:", "  /v1/jobs:", "\t/v1/jobs:"), "\t/v1", "token"),
    "a bracket that stays open": lambda: ("openapi: 3.1.0\npaths: [\ninfo: x\n", 4, "did not find expected"),
    "a key that stands twice": lambda: spoilt(
        lambda text: after(text, "paths:", "  /v1/jobs:", "  /v1/jobs: {}\n  /v1/jobs:"), "/v1/jobs:", "twice", 1
    ),
    "a date that is none": lambda: spoilt(
        lambda text: text + "x-day: !!timestamp 2026-13-45\n", "x-day", "month must be in 1..12"
    ),
    "a control character": lambda: spoilt(lambda text: after(text, "info:", "title: ", "title: \a"), "\a", "control"),
    "a page of HTML": lambda: ("<!doctype html>\n<p>Error: not found</p>\n", 2, "mapping values"),
    "an empty file": lambda: ("", 1, "not an OpenAPI 3.1 document"),
    "a list": lambda: ("- openapi\n", 1, "not an OpenAPI 3.1 document"),
    "Swagger 2": lambda: ('{"info": {},\n"swagger": "2.0"}', 2, "not an OpenAPI 3.1 document, but swagger 2.0"),
    "OpenAPI 3.0": lambda: ("info: {}\nopenapi: 3.0.3\n", 2, "not an OpenAPI 3.1 document, but openapi 3.0.3"),
    "broken JSON": lambda: ('{"openapi": "3.1.0",\n"paths": {\n', 3, "did not find expected node content"),
    "a type that does not exist": lambda: spoilt(
        lambda text: after(text, JOB, "type: integer", "type: integr"), "type: integr", "'integr'"
    ),
    "a schema left empty": lambda: spoilt(
        lambda text: after(text, JOB, "files_pending:\n", "files_left:\n        files_pending:\n"),
        "files_left:",
        "None is not of type",
    ),
    "a reference to nothing": lambda: spoilt(
        lambda text: after(text, "paths:", "#/components/schemas/JobCreate", "#/components/schemas/Nope"),
        "schemas/Nope",
        "'#/components/schemas/Nope' leads to nothing",
    ),
    "a reference to another file": lambda: spoilt(
        lambda text: after(text, "paths:", "#/components/schemas/JobCreate", "other.yaml#/JobCreate"),
        "other.yaml",
        "leads to nothing in this document",
    ),
    "a reference to itself": lambda: spoilt(
        lambda text: after(text, "  schemas:\n", "", "    Loop:\n      $ref: '#/components/schemas/Loop'\n"),
        "schemas/Loop",
        "leads to nothing",
    ),
    "an operation without a name": lambda: spoilt(
        lambda text: after(text, "paths:", "      operationId: create_job\n", ""), "    post:", "has no operationId"
    ),
    "two operations with one name": lambda: spoilt(
        lambda text: after(text, "paths:", "operationId: list_jobs", "operationId: create_job"),
        "operationId: create_job",
        "another operation is called 'create_job' too",
        1,
    ),
    "a body that is not JSON": lambda: spoilt(
        lambda text: after(text, "operationId: create_job", "application/json:", "multipart/form-data:"),
        "requestBody:",
        "only JSON bodies",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_contract_that_is_wrong_is_refused_and_nothing_is_touched(fresh, tmp_path, case):
    text, line, reason = REFUSED[case]()
    spec = tmp_path / "wrong.yaml"
    spec.write_text(text, encoding="utf-8")
    before = snapshot(fresh)
    refused = regenerate(fresh, "--spec", str(spec))
    assert refused.returncode == 2, refused.stdout
    first, *rest = refused.stderr.splitlines()
    assert first.startswith(f"refused: {spec}:{line}: ")
    assert reason in first
    assert rest == ["nothing was changed"]
    assert refused.stdout == ""
    assert snapshot(fresh) == before


@pytest.mark.parametrize("source", ["missing.yaml", "http://127.0.0.1:1/openapi.yaml", "http://[", "."])
def test_a_contract_that_cannot_be_read_is_refused(fresh, source):
    before = snapshot(fresh)
    refused = regenerate(fresh, "--spec", source)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"refused: {source}: cannot be read: ")
    assert refused.stderr.count("\n") == 2
    assert snapshot(fresh) == before


def test_what_the_generator_refuses_is_refused(fresh, tmp_path):
    document = contract()
    document["components"]["schemas"]["JobCreate"]["properties"]["anything"] = {"type": "array", "items": True}
    before = snapshot(fresh)
    refused = regenerate(fresh, "--spec", write_contract(tmp_path, document))
    assert refused.returncode == 2
    assert "the generator refuses it" in refused.stderr
    assert "anything" in refused.stderr
    assert snapshot(fresh) == before


# Where the contract comes from


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The URL of a folder."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_path_a_url_and_json_come_to_the_same(tree, tmp_path):
    document = contract()
    document["components"]["schemas"]["Scene"]["description"] = "Changed: 4/5 \N{GRINNING FACE}"
    spec = write_contract(tmp_path, document)
    lines = done(regenerate(tree, "--spec", spec))
    assert lines == ["changed openapi.yaml", "changed generated/firsthandapi_generated/models/scene.py"]
    assert (tree / "openapi.yaml").read_bytes() == Path(spec).read_bytes()
    expected = snapshot(tree, *WRITTEN)
    assert b"4/5 \xf0\x9f\x98\x80" in expected["generated/firsthandapi_generated/models/scene.py"]

    # Escapes that JSON has and YAML has not: `\\/`, and an emoji in two halves.
    as_json = json.dumps(document).replace("/", "\\/")
    (tmp_path / "changed.json").write_text(as_json, encoding="utf-8-sig")
    with served(tmp_path) as url:
        for source in (f"{url}/changed.yaml", str(tmp_path / "changed.json"), f"{url}/changed.json"):
            shutil.copy(ROOT / "openapi.yaml", tree / "openapi.yaml")
            assert done(regenerate(tree, "--spec", source)) == ["changed openapi.yaml"], source
            assert snapshot(tree, *WRITTEN) == expected
            assert yaml.safe_load((tree / "openapi.yaml").read_text(encoding="utf-8")) == document
        missing = regenerate(tree, "--spec", f"{url}/missing.yaml")
    assert missing.returncode == 2
    assert "404" in missing.stderr


def test_what_old_yaml_took_for_something_else_than_text_changes_nothing(tree, tmp_path):
    text = after(contract_text(), JOB, "", "\n      examples: [{since: 2026-01-02, at: 2026-01-02T03:04:05Z, in: NO}]")
    text = re.sub(r"^( +)'(\d\d\d)':", r"\1\2:", text, flags=re.MULTILINE)
    assert "\n        200:\n" in text
    (tmp_path / "plain.yaml").write_text(text, encoding="utf-8")
    assert done(regenerate(tree, "--spec", str(tmp_path / "plain.yaml"))) == ["changed openapi.yaml"]


def test_a_date_that_a_tag_asks_for_changes_nothing(tree, tmp_path):
    (tmp_path / "dated.yaml").write_text(contract_text() + "x-day: !!timestamp 2026-01-02\n", encoding="utf-8")
    assert done(regenerate(tree, "--spec", str(tmp_path / "dated.yaml"))) == ["changed openapi.yaml"]


def test_text_that_yaml_could_take_for_a_number_stays_text(tree, tmp_path):
    document = yaml.safe_load(contract_text())
    document["info"]["x-texts"] = texts = ["1e3", "010", "NO", "12:30", "2026-01-02", "null", "~", "-0", "1.5", "<<"]
    (tmp_path / "contract.json").write_text(json.dumps(document), encoding="utf-8")
    assert done(regenerate(tree, "--spec", str(tmp_path / "contract.json"))) == ["changed openapi.yaml"]
    written = (tree / "openapi.yaml").read_text(encoding="utf-8")
    assert reading.parse_yaml("openapi.yaml", written)[0]["info"]["x-texts"] == texts
    assert yaml.safe_load(written)["info"]["x-texts"] == texts


def test_a_condition_on_the_fields_beside_it_changes_no_class(tree, tmp_path):
    asked = "\n      anyOf: [{required: [id]}, {required: [status]}]"
    (tmp_path / "asking.yaml").write_text(after(contract_text(), JOB, "", asked), encoding="utf-8")
    assert done(regenerate(tree, "--spec", str(tmp_path / "asking.yaml"))) == ["changed openapi.yaml"]


def test_security_of_the_whole_contract_is_that_of_each_operation(tree, tmp_path):
    document = contract()
    document["security"] = [{"bearerAuth": []}]
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and operation.get("security"):
                del operation["security"]
    spec = write_contract(tmp_path, document)
    assert done(regenerate(tree, "--spec", spec)) == ["changed openapi.yaml"], "the key is sent as before"


# What a changed contract changes


CAMERA = {
    "type": "object",
    "description": "A camera.",
    "required": ["id", "parts", "state"],
    "properties": {
        "id": {"type": "string"},
        "state": {"type": "string", "enum": ["on", "off"]},
        "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Camera"}},
    },
    "additionalProperties": True,
}


def test_what_a_body_may_be_beside_json_changes_nothing(tree, tmp_path):
    document = contract()
    create = document["paths"]["/v1/jobs"]["post"]
    for body in (create["requestBody"], create["responses"]["201"]):
        body["content"] = {"application/xml": {"schema": {"type": "string"}}, **body["content"]}
    assert done(regenerate(tree, "--spec", write_contract(tmp_path, document))) == ["changed openapi.yaml"]


def test_json_by_another_name_changes_nothing(tree, tmp_path):
    document = contract()
    create = document["paths"]["/v1/jobs"]["post"]
    said = create["requestBody"]["content"].pop("application/json")
    create["requestBody"]["content"]["application/json; charset=utf-8"] = said
    for answer in [create["responses"]["201"], *document["components"]["responses"].values()]:
        answer["content"] = {"application/vnd.firsthand+json": answer["content"]["application/json"]}
    assert done(regenerate(tree, "--spec", write_contract(tmp_path, document))) == ["changed openapi.yaml"]


def test_a_parameter_that_cannot_be_made_and_need_not_be_sent_is_left_out_and_named(tree, tmp_path):
    document = contract()
    deep = {"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object"}}
    shared = document["components"]["parameters"]
    shared["Sid"] = {"name": "sid", "in": "cookie", "schema": {"type": "string"}}
    document["paths"]["/v1/jobs"]["get"]["parameters"] += [deep, {"$ref": "#/components/parameters/Sid"}]
    document["paths"]["/v1/jobs/{job_id}"]["parameters"].append(deep)
    spec = write_contract(tmp_path, document)
    left_out = [
        "left out of list_jobs: the query parameter filter cannot be generated: it is not one plain value",
        "left out of list_jobs: the cookie sid cannot be generated: no cookies can",
        "left out of get_job: the query parameter filter cannot be generated: it is not one plain value",
    ]
    assert done(regenerate(tree, "--spec", spec)) == ["changed openapi.yaml", *left_out]
    assert done(regenerate(tree)) == ["no change", *left_out]
    assert done(regenerate(tree, "--check")) == []


def test_an_answer_of_any_fields_is_a_model_that_has_them(tree, tmp_path):
    document = contract()
    answers = {
        "loose": {"type": "object"},
        "numbers": {"type": "object", "additionalProperties": {"type": "integer"}},
        "merged": {"allOf": [{"type": "object", "properties": {"a": {"type": "integer"}}}, {"type": "object"}]},
    }
    for name, schema in answers.items():
        said = {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}
        document["paths"][f"/v1/{name}"] = {"get": {"operationId": name, "responses": said}}
    done(regenerate(tree, "--spec", write_contract(tmp_path, document)))
    program = "".join(
        f"from firsthandapi_generated.api.default import {name}\nprint({name}.parse({{'a': 1}})['a'])\n"
        for name in answers
    )
    assert run_python(tree, program) == ["1"] * 3


def with_cameras() -> dict[str, Any]:
    """The contract with two more operations, whose schemas hold themselves."""
    document = contract()
    document["components"]["schemas"]["Camera"] = CAMERA
    body = {key: value for key, value in CAMERA.items() if key != "required"}
    document["components"]["schemas"]["CameraUpdate"] = {**body, "additionalProperties": False}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Camera"}}}
    common: dict[str, Any] = {
        "tags": ["cameras"],
        "security": [{"bearerAuth": []}],
        "responses": {"200": {"description": "The camera.", "content": content}},
    }
    update = {"application/json": {"schema": {"$ref": "#/components/schemas/CameraUpdate"}}}
    document["paths"]["/v1/cameras/{camera_id}"] = {
        "parameters": [{"name": "camera_id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "get": {"operationId": "get_camera", **common},
        "patch": {"operationId": "update_camera", "requestBody": {"required": True, "content": update}, **common},
    }
    return document


NEW_OPERATION = """
import httpx, respx
import firsthandapi
from firsthandapi_generated.api.cameras import get_camera
from firsthandapi_generated.limits import ARGUMENTS

class NoSleep(firsthandapi.Clock):
    def sleep(self, seconds): pass

client = firsthandapi.Client("fh_test_key", base_url="https://api.test", clock=NoSleep(), drift="ignore")
with respx.mock:
    camera = {"id": "a/b", "state": "broken", "parts": [{"id": "lens"}]}
    route = respx.get("https://api.test/v1/cameras/a%2Fb").mock(
        side_effect=[httpx.Response(503), httpx.Response(200, json=camera), httpx.Response(404)]
    )
    found = client.request(get_camera.build("a/b"))
    print(found.id, found.state, found.parts[0].id, type(found.parts[0]).__name__)
    print(route.call_count, route.calls.last.request.headers["Authorization"])
    try:
        client.request(get_camera.build("a/b"))
    except firsthandapi.FirstHandNotFoundError as error:
        print("not found", error.status)
print(sorted(ARGUMENTS["update_camera"]))
"""


def test_a_new_operation_is_callable_at_once(tree, tmp_path):
    lines = done(regenerate(tree, "--spec", write_contract(tmp_path, with_cameras())))
    assert "added generated/firsthandapi_generated/api/cameras/get_camera.py" in lines
    assert run_python(tree, NEW_OPERATION) == [
        "a/b broken lens Camera",
        "2 Bearer fh_test_key",
        "not found 404",
        "['camera_id', 'id', 'parts', 'state']",
    ]


TIGHTER_LIMIT = """
import firsthandapi
client = firsthandapi.Client("fh_test_key", base_url="http://127.0.0.1:1", max_retries=0)
try:
    client.jobs.create(
        type="data_collection", description="Menus of coffee shops.", accepted_formats=["image/jpeg"],
        files_needed=51, price_per_file_cents=75,
    )
except (firsthandapi.FirstHandArgumentError, firsthandapi.FirstHandConnectionError) as error:
    print(type(error).__name__, error)
"""


def test_a_tighter_limit_is_checked_before_the_request(tree, tmp_path):
    assert "FirstHandConnectionError" in run_python(tree, TIGHTER_LIMIT)[0]
    document = contract()
    document["components"]["schemas"]["JobCreate"]["properties"]["files_needed"]["maximum"] = 50
    lines = done(regenerate(tree, "--spec", write_contract(tmp_path, document)))
    assert lines == ["changed openapi.yaml", "changed generated/firsthandapi_generated/limits.py"]
    (refusal,) = run_python(tree, TIGHTER_LIMIT)
    assert refusal.startswith("FirstHandArgumentError files_needed: must be 1 to 50")


def test_a_format_of_text_is_a_type_that_is_known(tree, tmp_path):
    document = contract()
    listing = document["paths"]["/v1/jobs"]["get"]
    for name in ("date-time", "date", "uuid", "binary", "uri", "byte", "duration", "time"):
        text, field = {"type": "string", "format": name}, name.replace("-", "_") + "_mark"
        for schema in ("Job", "JobCreate"):
            document["components"]["schemas"][schema]["properties"][field] = text
        listing["parameters"] = [*listing["parameters"], {"name": field, "in": "query", "schema": text}]
    done(regenerate(tree, "--spec", write_contract(tmp_path, document)))
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F821", str(tree / "generated")]
    done(subprocess.run(command, capture_output=True, text=True))
    made = (tree / "generated/firsthandapi_generated/models/job.py").read_text(encoding="utf-8")
    assert dict(re.findall(r"^    (\w+)_mark: (.*) = None$", made, re.MULTILINE)) == {
        "date_time": "datetime.datetime | None",
        "date": "datetime.date | None",
        **dict.fromkeys(("uuid", "binary", "uri", "byte", "duration", "time"), "str | None"),  # as JSON has it
    }


def type_errors(tree: Path) -> set[str]:
    """The files of the handwritten layer in which mypy finds something, the way `make check` runs it."""
    shutil.copy(ROOT / "pyproject.toml", tree)
    command = [sys.executable, "-m", "mypy", "-p", "firsthandapi._async", "-p", "firsthandapi._sync"]
    checked = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=300)
    assert checked.returncode in (0, 1), checked.stdout + checked.stderr
    return set(re.findall(r"^(firsthandapi/\S+\.py):\d+: error", checked.stdout, re.MULTILINE))


def test_a_renamed_field_is_a_type_error_in_the_handwritten_layer(tree, tmp_path):
    # The slowest test here: mypy reads everything, twice.
    assert not type_errors(tree) & {"firsthandapi/_async/jobs.py", "firsthandapi/_sync/jobs.py"}
    document = contract()
    create = document["components"]["schemas"]["JobCreate"]
    create["properties"]["files_wanted"] = create["properties"].pop("files_needed")
    create["required"] = [name.replace("files_needed", "files_wanted") for name in create["required"]]
    done(regenerate(tree, "--spec", write_contract(tmp_path, document)))
    assert type_errors(tree) >= {"firsthandapi/_async/jobs.py", "firsthandapi/_sync/jobs.py"}


# The synchronous twin


def test_nothing_asynchronous_is_left_in_the_synchronous_twin(fresh):
    names = [path.name for path in sorted((fresh / "firsthandapi/_async").glob("*.py"))]
    assert names == [path.name for path in sorted((fresh / "firsthandapi/_sync").glob("*.py"))]
    for name in names:
        text = (fresh / "firsthandapi/_sync" / name).read_text(encoding="utf-8")
        assert text.startswith(f"# Derived from _async/{name} by `make regenerate`. Edit that file.\n")
        asynchronous = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)
        assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, asynchronous)], name
        assert not re.search(r"\bawait \w|\basync (for|with|def)\b|\bAsync[A-Z]|\b__a(enter|exit|iter)__", text), name


def test_docstrings_and_their_examples_are_derived_too(tree):
    source = '''"""An asynchronous thing."""


class AsyncThing:
    async def __aenter__(self) -> AsyncThing:
        """>>> await thing.get()"""
        async with self.lock:
            return [item async for item in self.items]
'''
    (tree / "firsthandapi/_async/thing.py").write_text(source, encoding="utf-8")
    assert done(regenerate(tree)) == ["added firsthandapi/_sync/thing.py"]
    assert (tree / "firsthandapi/_sync/thing.py").read_text(encoding="utf-8").splitlines()[1:] == [
        '"""An synchronous thing."""',
        "",
        "",
        "class Thing:",
        "    def __enter__(self) -> Thing:",
        '        """>>> thing.get()"""',
        "        with self.lock:",
        "            return [item for item in self.items]",
    ]


# The generator itself


def test_the_stock_templates_are_those_that_ours_replace():
    stock = Path(openapi_python_client.__file__).parent / "templates"
    ours = {path.name for path in (ROOT / "scripts" / "templates").iterdir()}
    assert ours == set(STOCK_TEMPLATES), "record the stock template that a new one of ours replaces"
    changed = [
        name
        for name, digest in STOCK_TEMPLATES.items()
        if hashlib.sha256((stock / name).read_bytes()).hexdigest() != digest
    ]
    assert not changed, (
        f"the generator changed {', '.join(changed)}: compare each with the version before, take over what our "
        "template of that name lacks, then record the new digests in STOCK_TEMPLATES"
    )


@pytest.mark.parametrize("package", ["openapi-python-client", "ruff"])
def test_generator_and_formatter_are_pinned_exactly(package):
    requirements = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    assert f"\n{package}=={version(package)};" in requirements
