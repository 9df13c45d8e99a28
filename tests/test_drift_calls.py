"""What is not yet wrapped: the report's own text is run, and so is the command that says what there is of it."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any, Callable

import firsthandapi_generated.api.jobs.get_job
import firsthandapi_generated.api.jobs.list_jobs
import httpx
import pytest
import respx
from support import FakeClock

pytest.importorskip("yaml", reason="the extra `cli` is not installed")

from mutations.judge import surface

from firsthandapi import Client, FirstHandWaitTimeoutError
from firsthandapi.__main__ import main
from firsthandapi.drift import load, report
from firsthandapi.drift.calls import ALONE, BY_HAND, CERTIFICATE, NOW, ONCE_KNOWN, REFUSED
from firsthandapi.drift.compare import NOT_GENERATED
from firsthandapi.drift.coverage import coverage
from firsthandapi.drift.references import Document
from firsthandapi.drift.surface import Surface

ROOT = Path(__file__).resolve().parent.parent
CONTRACT = str(ROOT / "openapi.yaml")
JSON = dict[str, Any]

DAY: JSON = {"type": "string", "format": "date"}
BODY: JSON = {
    "type": "object",
    "required": ["reason", "until", "kind", "notify", "where", "tags", "hours", "share", "type", "items"],
    "properties": {
        "reason": {"type": "string"},
        "until": {"type": "string", "format": "date-time"},
        "kind": {"type": "string", "enum": ["soft", "hard"]},
        "notify": {"type": "boolean"},
        "where": {"$ref": "#/components/schemas/Location"},
        "tags": {"type": "array", "items": {"type": "object", "required": ["on"], "properties": {"on": DAY}}},
        "hours": {"type": "integer", "minimum": 3},
        "share": {"anyOf": [{"type": "number", "maximum": 0.5}, {"type": "null"}]},
        "type": {"type": "string"},
        "items": {"type": "object"},
        "comment": {"type": "string"},
    },
}  # fmt: skip
OPERATIONS: dict[str, tuple[str, str, JSON]] = {
    "pause_job": (
        "/v1/jobs/{job_id}/pause",
        "post",
        {
            "parameters": [
                {"name": "X-Mode", "in": "header", "required": True, "schema": {"type": "string"}},
                {"name": "type", "in": "query", "required": True, "schema": {"$ref": "#/components/schemas/JobStatus"}},
                {"name": "maxCount", "in": "query", "required": True, "schema": {"type": "integer", "maximum": 0}},
                {"name": "soft", "in": "query", "schema": {"type": "boolean"}},
                {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string"}},
            ],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/JobPause"}}},
            },
        },
    ),
    "resumeJob": (
        "/v1/jobs/{job_id}/resume",
        "put",
        {"tags": ["Job control"], "requestBody": {"required": True, "content": {"application/json": {"schema": BODY}}}},
    ),
    "drop_part": (
        "/v1/jobs/{job_id}/parts/{part-no}",
        "delete",
        {
            "parameters": [{"name": "part-no", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "responses": {"204": {"description": "It is gone."}},
        },
    ),
}
SENT = {
    "pause_job": "POST /v1/jobs/job_id/pause?type=active&maxCount=0",
    "resumeJob": "PUT /v1/jobs/job_id/resume",
    "drop_part": "DELETE /v1/jobs/job_id/parts/1",
}
REQUIRED = {
    "reason": "reason", "kind": "soft", "notify": True, "hours": 3, "share": 0.5, "type": "type", "items": {},
    "where": {"lat": 1.0, "lng": 1.0, "radius_km": 1.0},
}  # fmt: skip


@pytest.fixture(autouse=True)
def one_surface(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is read once for all tests here; those that start a process have it read again."""
    monkeypatch.setattr("firsthandapi.drift.surface.Surface", surface)


@pytest.fixture(scope="module")
def ahead(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A contract with operations that nothing is written for."""
    contract = copy.deepcopy(load(CONTRACT))
    cancel = contract["paths"]["/v1/jobs/{job_id}/cancel"]["post"]
    alike = {"tags": ["jobs"], "responses": cancel["responses"], "security": cancel["security"]}
    contract["components"]["schemas"]["JobPause"] = BODY
    for name, (path, method, said) in OPERATIONS.items():
        contract["paths"][path] = {
            "parameters": [{"$ref": "#/components/parameters/JobId"}],
            method: {"operationId": name, "summary": name, **alike, **said},
        }
    place = tmp_path_factory.mktemp("ahead") / "ahead.json"
    place.write_text(json.dumps(contract), encoding="utf-8")
    return place


def calls_in(text: str, when: str) -> dict[str, str]:
    """The Python text of each operation in a report for people, by its operationId."""
    found = {}
    for paragraph in re.split(r"\n\n(?=  \S)", text):
        name = re.match(r"  The operation `(\w+)` .* was added", paragraph)
        if name:
            assert "not yet wrapped" in paragraph
            code = re.search(rf"    call      {re.escape(when)}:\n((?:        .*\n|\n)+)", f"{paragraph}\n")
            assert code, paragraph
            found[name[1]] = dedent(code[1])
    return found


def check_requests(requests: list[JSON]) -> None:
    """That the service got what the contract wants."""
    assert [one["line"] for one in requests] == list(SENT.values())
    pause, resume, _ = requests
    for one in (pause, resume):
        body = json.loads(one["body"])
        assert body.pop("until")
        assert [*body.pop("tags")[0]] == ["on"]
        assert body == REQUIRED
    assert pause["headers"]["x-mode"] == "X-Mode"
    assert "idempotency-key" in pause["headers"]
    assert "idempotency-key" not in resume["headers"]
    assert all(one["headers"]["authorization"] == "Bearer fh_test_key" for one in requests)


RUN = """
import json, sys, warnings
import httpx, respx
import firsthandapi

warnings.simplefilter("error")
seen = []

def answer(request):
    line = f"{request.method} {request.url.raw_path.decode()}"
    seen.append({"line": line, "headers": dict(request.headers), "body": request.content.decode()})
    return httpx.Response(204) if request.method == "DELETE" else httpx.Response(200, json={})

with respx.mock:
    respx.route(host="api.firsthandapi.com").mock(side_effect=answer)
    client = firsthandapi.Client("fh_test_key", drift="ignore")
    for text in json.load(sys.stdin):
        exec(text, {"client": client})
print(json.dumps(seen))
"""


def test_the_reports_own_text_calls_a_new_operation_once_the_client_is_regenerated(
    ahead: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("openapi_python_client", reason="the generator needs Python 3.11")
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import regenerate

    assert main(["drift", CONTRACT, str(ahead)]) == 0
    texts = calls_in(capsys.readouterr().out, ONCE_KNOWN)
    assert texts.keys() == OPERATIONS.keys()
    regenerate.prepare(str(ahead), tmp_path)
    path = os.pathsep.join([str(tmp_path / "generated"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps([texts[name] for name in OPERATIONS]),
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    check_requests(json.loads(done.stdout))


@pytest.mark.off_contract("the operations are new", requests=True)
@respx.mock
def test_the_reports_own_text_calls_a_new_operation_with_the_client_as_it_is(
    ahead: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[JSON] = []

    def answer(request: httpx.Request) -> httpx.Response:
        line = f"{request.method} {request.url.raw_path.decode()}"
        seen.append({"line": line, "headers": dict(request.headers), "body": request.content.decode()})
        return httpx.Response(204) if request.method == "DELETE" else httpx.Response(200, json={"id": "job_1"})

    respx.route(host="api.firsthandapi.com").mock(side_effect=answer)
    assert main(["drift", "installed", str(ahead)]) == 0
    out = capsys.readouterr().out
    assert "a version of firsthandapi that knows the operation, or `make regenerate SPEC=...`" in out
    texts = calls_in(out, BY_HAND)
    client = Client("fh_test_key")
    for name in OPERATIONS:
        exec(texts[name], {"client": client})
    check_requests(seen)


def test_what_the_generated_client_has_already_can_be_called_now() -> None:
    class Old(Surface):
        """Knows an operation that no method wraps."""

        def reach(self, operation: str) -> Any:
            found = super().reach(operation)
            return type(found)(None, None, ()) if operation == "cancel_job" else found

    before = load(CONTRACT)
    del before["paths"]["/v1/jobs/{job_id}/cancel"]
    (finding,) = report(before, load(CONTRACT), Old()).findings
    assert [call.when for call in finding.calls] == [NOW]
    assert "not yet wrapped" in finding.advice
    (finding,) = report(before, load(CONTRACT), surface()).findings
    assert (finding.calls, finding.advice) == ((), "")
    assert "client.jobs.cancel(...)" in finding.symbols


def calls_of(operation: JSON) -> list[tuple[str, str]]:
    """When and how a new operation can be called, as the report has it."""
    contract = copy.deepcopy(load(CONTRACT))
    alike = {"responses": {"204": {"description": "Done."}}}
    contract["paths"]["/v1/jobs/{job_id}/extra"] = {
        "parameters": [{"$ref": "#/components/parameters/JobId"}],
        "post": {**alike, **operation},
    }
    (finding,) = report(load(CONTRACT), contract, surface()).findings
    return [(call.when, call.text) for call in finding.calls]


@pytest.mark.parametrize(("operation", "name"), [("import", "import_"), ("list", "list_"), ("addOne", "add_one")])
def test_an_operation_is_imported_by_the_name_that_the_generator_gives_it(operation: str, name: str) -> None:
    (once, generated), (_, by_hand) = calls_of({"operationId": operation, "tags": ["jobs"]})
    assert once == ONCE_KNOWN
    assert generated.splitlines()[0] == f"from firsthandapi_generated.api.jobs import {name}"
    assert f"client.request({name}.build(" in generated
    assert f'operation_id="{name}"' in by_hand


def test_an_operation_without_a_name_is_called_by_hand_under_one_that_is_made_up() -> None:
    ((when, text),) = calls_of({})
    assert when.startswith(BY_HAND)
    assert REFUSED in when
    assert 'operation_id="post_v1_jobs_job_id_extra"' in text


def test_a_body_that_is_not_json_is_not_left_out() -> None:
    other = {"multipart/form-data": {"schema": {"type": "object"}}, "text/csv": {}}
    for said in ({}, {"operationId": "add_extra"}):
        ((when, text),) = calls_of({**said, "requestBody": {"required": True, "content": other}})
        assert when.startswith(f"{ALONE} sends only JSON bodies; {REFUSED}: ")
        assert "files=" in text
    # One that may be left out keeps nobody from a call by hand.
    ((when, text),) = calls_of({"operationId": "add_extra", "requestBody": {"content": other}})
    assert when.startswith(f"{BY_HAND}; {REFUSED}: only JSON bodies")
    assert "body=UNSET," in text
    # One that may be JSON as well is JSON.
    as_json = {"application/json": {"schema": {"type": "object"}}}
    body = {"required": True, "content": {**other, **as_json}}
    (once, generated), (when, text) = calls_of({"operationId": "add_extra", "requestBody": body})
    assert (once, when) == (ONCE_KNOWN, BY_HAND)
    assert "body=" in generated
    assert "body={}," in text


def test_a_body_without_a_schema_is_sent_all_the_same() -> None:
    for media in ({}, {"schema": {}}, {"schema": True}):
        body = {"required": True, "content": {"application/json": media}}
        calls = calls_of({"operationId": "add_extra", "requestBody": body})
        assert "body={}," in calls[-1][1]
        assert len(calls) == (2 if media.get("schema") == {} else 1)
    assert (
        'client.request(add_extra.build("job_id", body={}))'
        in calls_of(
            {
                "operationId": "add_extra",
                "requestBody": {"required": True, "content": {"application/json": {"schema": {}}}},
            }
        )[0][1]
    )


def test_a_certificate_cannot_be_printed_but_asked_for() -> None:
    contract = copy.deepcopy(load(CONTRACT))
    contract["components"]["securitySchemes"]["pass"] = {"type": "mutualTLS"}
    contract["paths"]["/extra"] = {"get": {"operationId": "extra", "security": [{"pass": []}], "responses": {}}}
    (finding,) = report(load(CONTRACT), contract, surface()).findings
    assert [CERTIFICATE in call.when for call in finding.calls] == [True, True]


def test_an_operation_of_a_path_item_that_is_shared_has_its_calls() -> None:
    contract = copy.deepcopy(load(CONTRACT))
    contract["components"]["pathItems"] = {"x": {"get": {"operationId": "extra", "responses": {}}}}
    contract["paths"]["/extra"] = {"$ref": "#/components/pathItems/x"}
    (finding,) = report(load(CONTRACT), contract, surface()).findings
    assert 'path="/extra"' in finding.calls[-1].text
    (row,) = [row for row in coverage(contract, surface()) if not row.explained]
    assert 'path="/extra"' in row.calls[-1].text


@pytest.mark.parametrize(
    ("url", "path"), [("https://api.firsthandapi.com/v1", "/v1/extra"), ("https://b.test/v1", "/extra")]
)
def test_where_the_server_begins_the_path_so_does_the_call_of_an_older_installation(url: str, path: str) -> None:
    contract = copy.deepcopy(load(CONTRACT))
    contract["servers"][0]["url"] = url
    contract["paths"]["/extra"] = {"get": {"operationId": "extra", "responses": {}}}
    (new,) = [one for one in report(load(CONTRACT), contract, Surface()).findings if one.calls]
    assert f'path="{path}"' in new.calls[-1].text


# Odd shapes: what each printed call sends is held against the contract by a server


def odd_calls(contract: JSON) -> dict[str, list[tuple[str, str]]]:
    """When and how each of the odd operations can be called, by operationId."""
    place, found = Document(contract), {}
    for finding in report(load(CONTRACT), contract, surface()).findings:
        name = place.located(finding.change.pointer).get("operationId") or ""
        found[name] = [(call.when, call.text) for call in finding.calls]
    return found


@pytest.mark.off_contract("the operations are new", requests=True)
def test_each_odd_operation_is_called_as_its_contract_says(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = pytest.importorskip("odd_operations", reason="the extra `sandbox` is not installed")
    with odd.judging(load(CONTRACT)) as (host, contract, faults):
        monkeypatch.setenv("FIRSTHAND_API_KEY", odd.KEY)
        monkeypatch.setenv("FIRSTHAND_BASE_URL", host)
        client = Client(max_retries=0)
        calls = odd_calls(contract)
        for _, text in (found[-1] for found in calls.values()):
            exec(text, {"client": client})
        assert faults == {name: [] for name in odd.OPERATIONS}
        # The server is a judge.
        for name, good, bad in (
            ("query list", '["x"]', "[]"),
            ("path matrix True list", ";x=", ";y="),
            ("deep", "x[a]", "x[c]"),
            ("form", '"b": ', '"d": '),
            ("by header", "X-Api-Key", "X-Key"),
            ("open", "authenticated=False", "authenticated=True"),
            ("answers csv", "text/csv", "text/plain"),
        ):
            text = calls[name][-1][1]
            assert good in text
            exec(text.replace(good, bad), {"client": client})
            assert faults[name], name


def test_each_odd_operation_that_can_be_generated_is_called_as_its_contract_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("openapi_python_client", reason="the generator needs Python 3.11")
    import odd_operations as odd

    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import regenerate

    with odd.judging(load(CONTRACT)) as (host, contract, faults):
        calls = odd_calls(contract)
        texts = {name: found[0][1] for name, found in calls.items() if found[0][0].startswith(ONCE_KNOWN)}
        assert len(texts) > 70
        taken = {**contract, "paths": dict(contract["paths"])}
        for path, item in contract["paths"].items():
            if path.startswith("/odd/") and any(
                REFUSED in when for when, _ in calls[item["post"].get("operationId", "")]
            ):
                del taken["paths"][path]
        spec = tmp_path / "odd.json"
        spec.write_text(json.dumps(taken), encoding="utf-8")
        regenerate.prepare(str(spec), tmp_path)
        code = "import json, sys, firsthandapi\nclient = firsthandapi.Client(max_retries=0)\n"
        code += "for text in json.load(sys.stdin):\n    exec(text, {'client': client})"
        path = os.pathsep.join([str(tmp_path / "generated"), str(ROOT)])
        done = subprocess.run(
            [sys.executable, "-c", code],
            input=json.dumps([*texts.values()]),
            env={**os.environ, "PYTHONPATH": path, "FIRSTHAND_API_KEY": odd.KEY, "FIRSTHAND_BASE_URL": host},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    assert faults == {name: [] for name in texts}


DEEP: JSON = {
    "name": "filter",
    "in": "query",
    "style": "deepObject",
    "schema": {"type": "object", "properties": {"min": {"type": "integer", "minimum": 5}}},
}
COOKIE: JSON = {"name": "sid", "in": "cookie", "schema": {"type": "string"}}
LIST: JSON = {"name": "X-List", "in": "header", "schema": {"type": "array", "items": {"type": "string"}}}


def saying(schema: JSON, media: str = "application/json") -> JSON:
    """An answer with this JSON."""
    return {"description": "Fine.", "content": {media: {"schema": schema}}}


def test_what_cannot_be_generated_but_need_not_be_sent_is_left_out() -> None:
    contract = copy.deepcopy(load(CONTRACT))
    listing = contract["paths"]["/v1/jobs"]["get"]
    listing["parameters"] += [DEEP, {"$ref": "#/components/parameters/Sid"}, LIST]
    contract["components"]["parameters"]["Sid"] = COOKIE
    contract["paths"]["/v1/jobs/{job_id}"]["parameters"].append(DEEP)
    contract["paths"]["/v1/anything"] = {
        "get": {"operationId": "get_anything", "parameters": [DEEP], "responses": {"200": saying({"type": "object"})}}
    }
    # The report calls the new operation, and coverage says how each of the others can be sent.
    found = {one.change.what: one for one in report(load(CONTRACT), contract, Surface()).findings}
    assert {one.change.level for one in found.values()} == {"compatible"}
    (new,) = [one for one in found.values() if one.change.rule == "operation-added"]
    assert [call.when for call in new.calls] == [ONCE_KNOWN, BY_HAND]
    rows = {row.name: row.instead for row in coverage(contract, Surface()) if not row.explained}
    assert [*rows] == ["list_jobs filter", "list_jobs sid", "list_jobs X-List", "get_job filter", "get_anything"]
    seen: list[Any] = []
    names = {"client": SimpleNamespace(request=seen.append), "firsthandapi_generated": firsthandapi_generated}
    for name in [*rows][:4]:
        exec(re.sub(r"(?!job_id)\b\w+=\.\.\.(, )?", "", rows[name] or ""), names)
    assert [call.query.get("filter[min]") for call in seen] == ["5", None, None, "5"]
    assert (seen[1].headers["Cookie"], seen[2].headers["X-List"]) == ("sid=sid", "X-List")


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (
            {"parameters": [{**DEEP, "required": True}]},
            "parameter filter",
        ),
        ({"parameters": [{**COOKIE, "required": True}]}, "cookies"),
        ({"requestBody": {"content": {"application/json": {}}}}, "a body without a schema"),
        ({"responses": {"default": {"description": "", "content": {"text/csv": {}}}}}, "JSON objects"),
        ({"responses": {"200": saying({"type": ["object", "null"]})}}, "JSON objects"),
        ({"responses": {"200": saying({"oneOf": [{"type": "object"}, {"type": "array"}]})}}, "JSON objects"),
    ],
)
def test_what_the_report_says_is_refused_is_refused(operation: JSON, reason: str, tmp_path: Path) -> None:
    pytest.importorskip("openapi_spec_validator", reason="the validator needs Python 3.11")
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import spec_file
    finally:
        sys.path.pop(0)
    contract = copy.deepcopy(load(CONTRACT))
    said = {"operationId": "extra", "responses": {"204": {"description": "Done."}}, **operation}
    contract["paths"]["/extra"] = {"get": said}
    (finding,) = report(load(CONTRACT), contract, surface()).findings
    assert f"{REFUSED}: " in finding.calls[0].when
    assert reason in finding.calls[0].when
    # Nobody is sent to a function that will not be there.
    assert (finding.symbols, finding.advice) == ((), NOT_GENERATED)
    (row,) = [row for row in coverage(contract, Surface()) if not row.explained]
    assert (row.instead, "build(" in row.calls[0].text) == (None, False)
    spec = tmp_path / "new.json"
    spec.write_text(json.dumps(contract), encoding="utf-8")
    with pytest.raises(spec_file.SpecError, match=reason):
        spec_file.load(str(spec))


def test_a_body_that_contains_itself_ends(ahead: Path) -> None:
    contract = load(str(ahead))
    contract["components"]["schemas"]["JobPause"] = {
        "type": "object",
        "required": ["inner"],
        "properties": {"inner": {"$ref": "#/components/schemas/JobPause"}},
    }
    found = report(load(CONTRACT), contract, surface()).findings
    (pause,) = [one for one in found if "pause_job" in one.change.what]
    assert all(text.text.count("inner") < 10 for text in pause.calls)


def test_markdown_and_json_have_the_calls_too(ahead: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["drift", CONTRACT, str(ahead), "--format", "markdown"])
    out = capsys.readouterr().out
    assert out.count("```python\n") == 2 * len(OPERATIONS)
    assert 'client.request(drop_part.build("job_id", 1))\n```\n' in out
    main(["drift", CONTRACT, str(ahead), "--format", "json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    added = [one for one in findings if one["rule"] == "operation-added"]
    assert [[call["when"] for call in one["calls"]] for one in added] == [[ONCE_KNOWN, BY_HAND]] * 3
    assert all("not yet wrapped" in one["advice"] for one in added)


# What is named


def concerned(change: Callable[[JSON], object]) -> set[str]:
    contract = copy.deepcopy(load(CONTRACT))
    change(contract["components"])
    return {symbol for finding in report(load(CONTRACT), contract, surface()).findings for symbol in finding.symbols}


def test_of_what_a_mapping_holds_the_mapping_is_named() -> None:
    typed = {"additionalProperties": {"type": "string"}}
    named = concerned(lambda components: components["schemas"]["Metadata"].update(typed))
    assert {"Job.metadata[...]", "Task.metadata[...]", "event.data.metadata[...]"} <= named
    assert 'client.create_job({"metadata": {...}})' in named
    named |= concerned(lambda components: components["schemas"]["JsonObject"].update(typed))
    assert {"Task.input[...]", "Task.output[...]", "AuditEvent.changes[...]", "WebhookEvent.data[...]"} <= named
    assert not [symbol for symbol in named if "{}" in symbol]


@pytest.mark.parametrize("name", ["FHA-Sig", "X-Signed", "Signature"])
def test_a_header_of_a_delivery_is_no_field_of_the_event(name: str) -> None:
    named = concerned(lambda components: components["parameters"]["WebhookSignature"].update(name=name))
    others = {symbol for symbol in named if not symbol.startswith("WebhookEvent ")}
    assert others == {"construct_event(headers=)", "verify_webhook_signature(signature=)"}
    assert not {
        symbol
        for symbol in concerned(
            lambda components: components["parameters"]["WebhookEventIdHeader"].update(name="FHA-Design")
        )
        if not symbol.startswith("WebhookEvent ")
    }


# Coverage


def test_everything_of_the_installed_contract_is_wrapped_or_listed(capsys: pytest.CaptureFixture[str]) -> None:
    reviewed = str(ROOT / "scripts" / "reviewed.yaml")
    assert main(["drift", "--coverage", reviewed]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^operation +38 +0 +0$", out, re.MULTILINE)
    assert "LISTED WITH A REASON" in out
    assert "parameter cancel_job Idempotency-Key" in out
    assert "NOT YET WRAPPED" not in out


def test_what_is_not_yet_wrapped_has_its_code(ahead: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drift", "--coverage", str(ahead)]) == 1
    out = capsys.readouterr().out
    assert "NOT YET WRAPPED (3)" in out
    assert '\n        client.request(drop_part.build("job_id", 1))\n' in out
    assert main(["drift", "--coverage", str(ahead), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["summary"]["operation"] == {"wrapped": 38, "listed": 0, "not_yet_wrapped": 3}
    (pause,) = [row for row in found["rows"] if row["name"] == "pause_job"]
    assert (pause["status"], len(pause["calls"])) == ("not_yet_wrapped", 2)
    assert main(["drift", "--coverage", str(ahead), "--format", "markdown"]) == 1
    assert "| operation | 38 | 0 | 3 |" in capsys.readouterr().out


def test_an_operation_without_a_name_or_of_a_rare_method_is_looked_at_too() -> None:
    contract = copy.deepcopy(load(CONTRACT))
    for path in ("/a", "/b"):
        contract["paths"][path] = {method: {"responses": {}} for method in ("get", "head", "options", "trace")}
    names = [row.name for row in coverage(contract, surface()) if not row.explained]
    assert sorted(names) == sorted(
        f"{one} {path}" for one in ("GET", "HEAD", "OPTIONS", "TRACE") for path in ("/a", "/b")
    )


@pytest.mark.parametrize("spelled", ["listJobs", "list_jobs", "ListJobs", "list-jobs"])
def test_a_method_wraps_its_operation_however_that_is_spelled(spelled: str, tmp_path: Path) -> None:
    contract = copy.deepcopy(load(CONTRACT))
    contract["paths"]["/v1/jobs"]["get"]["operationId"] = spelled
    assert [row for row in coverage(contract, surface()) if not row.explained] == []
    # The generated package has the contract's spelling, as `make regenerate` writes it.
    shutil.copytree(ROOT / "generated" / "firsthandapi_generated", tmp_path / "new")
    module = tmp_path / "new" / "api" / "jobs" / "list_jobs.py"
    text = module.read_text(encoding="utf-8").replace('operation_id="list_jobs"', f'operation_id="{spelled}"')
    module.write_text(text, encoding="utf-8")
    ahead = Surface(generated=tmp_path / "new")
    assert [row for row in coverage(contract, ahead) if not row.explained] == []
    assert ahead.reach(spelled).resource == ahead.reach("list_jobs").resource == "client.jobs.list"


def test_what_is_generated_under_another_spelling_can_be_called_now(tmp_path: Path) -> None:
    contract = copy.deepcopy(load(CONTRACT))
    contract["paths"]["/v1/widgets"] = {"get": {"operationId": "listWidgets", "tags": ["jobs"], "responses": {}}}
    shutil.copytree(ROOT / "generated" / "firsthandapi_generated", tmp_path / "new")
    jobs = tmp_path / "new" / "api" / "jobs"
    text = (jobs / "list_jobs.py").read_text(encoding="utf-8").replace('"list_jobs"', '"listWidgets"')
    (jobs / "list_widgets.py").write_text(text, encoding="utf-8")
    (finding,) = report(load(CONTRACT), contract, Surface(generated=tmp_path / "new")).findings
    assert [call.when for call in finding.calls] == [NOW]


@pytest.mark.parametrize("arguments", [["--coverage", CONTRACT, CONTRACT], [CONTRACT], []])
def test_coverage_takes_one_contract(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main(["drift", *arguments])
    assert done.value.code == 2
    assert "--coverage" in capsys.readouterr().err


def test_a_contract_that_cannot_be_covered_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drift", "--coverage", str(tmp_path / "nothing.yaml")]) == 2
    assert "cannot be read" in capsys.readouterr().err


# The check of the repository


def test_the_check_passes_what_breaks_nothing_and_names_it(
    ahead: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import review

    kept = tmp_path / "reviewed.yaml"
    kept.write_text(Path(CONTRACT).read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(review, "REVIEWED", kept)
    monkeypatch.setattr(review, "SPEC", ahead)
    assert review.main(["--check"]) == 0
    assert "NOT YET WRAPPED (3)" in capsys.readouterr().out
    # Nobody can say that the package fits it, as long as it is neither wrapped nor listed.
    assert review.main([]) == 1
    assert "NOT YET WRAPPED (3)" in capsys.readouterr().out
    assert kept.read_text(encoding="utf-8") == Path(CONTRACT).read_text(encoding="utf-8")
    # What was reviewed once has to stay wrapped.
    kept.write_text(ahead.read_text(encoding="utf-8"), encoding="utf-8")
    assert review.main(["--check"]) == 1
    assert "NOT YET WRAPPED (3)" in capsys.readouterr().out


# What the report says becomes of methods that read a field themselves


def answering(body: JSON) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, json=body)))


@pytest.mark.filterwarnings("ignore::firsthandapi.FirstHandDriftWarning")
@pytest.mark.off_contract("the cursor is gone")
def test_without_its_cursor_a_list_ends_after_its_first_page() -> None:
    examples = load(CONTRACT)["components"]["examples"]
    page = {"object": "list", "data": [examples["Job"]["value"]], "has_more": True}
    jobs = Client("fh_test_key", http_client=answering(page)).jobs
    assert len(list(jobs.list())) == 1


@pytest.mark.off_contract("the status is new")
def test_a_wait_goes_on_past_a_status_that_it_does_not_know() -> None:
    job = dict(load(CONTRACT)["components"]["examples"]["Job"]["value"], status="archived")
    jobs = Client("fh_test_key", http_client=answering(job), clock=FakeClock()).jobs
    with pytest.raises(FirstHandWaitTimeoutError, match="archived"):
        jobs.wait(job["id"], max_wait_seconds=60)
