"""From the contract to public symbols: the right ones, all of which exist; and what of the contract nothing covers."""

from __future__ import annotations

import ast
import copy
import importlib
import inspect
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from firsthandapi_generated import models as generated

import firsthandapi
from firsthandapi import Client, FirstHandApiError, Page, _waiting, errors, models, webhooks
from firsthandapi._spec import spec_text
from firsthandapi._vocabulary import EXTENSIONS, job_words
from firsthandapi.drift import load
from firsthandapi.drift.calls import snake
from firsthandapi.drift.change import Change, Use
from firsthandapi.drift.coverage import REASONS, coverage
from firsthandapi.drift.source import EVERYDAY
from firsthandapi.drift.surface import EFFECTS, NEW_EVENT, OF_ERRORS, Surface

yaml = pytest.importorskip("yaml", reason="the sandbox's extra, which reads the contract, is not installed")

SURFACE = Surface()
CONTRACT: dict[str, Any] = json.loads(json.dumps(yaml.load(spec_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))))
REVIEWED = Path(__file__).parent.parent / "scripts" / "reviewed.yaml"
"""What is new in openapi.yaml breaks nothing, and has to be wrapped or explained when it is reviewed."""
ROWS = coverage(load(str(REVIEWED)), SURFACE)


def change(*uses, pointer="/x", new=None, rule="any-rule"):
    return Change(rule, "breaking", pointer, None, new, "Something changed.", uses)


def met(part, operation, *path, owner=None, status=None, **more):
    return list(SURFACE.symbols(change(Use(part, operation, path, owner, status), **more)))


# Symbols


def test_a_request_field_is_met_by_both_vocabularies_and_by_whoever_posts_a_job():
    assert met("request", "create_job", "files_needed") == [
        'client.create_job({"files_needed": ...})',
        'client.create_job_and_wait({"files_needed": ...})',
        "client.jobs.create(files_needed=)",
        "client.jobs.create(quantity=)",
        "client.jobs.create_and_wait(...)",
    ]
    assert met("request", "create_job", "location", "lat")[0] == 'client.create_job({"location": {"lat": ...}})'
    assert "client.jobs.create(content_type=)" in met("request", "create_job", "accepted_formats", "[]")
    assert met("request", "rate_job", "stars") == [
        "client.jobs.rate(stars=)",
        'client.rate_job(job_id, {"stars": ...})',
    ]
    assert "client.tasks.create_and_wait(category=)" in met("request", "create_task", "category")


def test_a_request_field_that_nothing_offers_meets_every_call():
    assert met("request", "create_job", "colour") == [
        'client.create_job({"colour": ...})',
        'client.create_job_and_wait({"colour": ...})',
        "client.jobs.create(...)",
        "client.jobs.create_and_wait(...)",
    ]


def test_a_parameter_is_met_by_its_keyword():
    assert met("parameter", "get_job", "Prefer") == [
        "client.create_job_and_wait(...)",
        "client.files.stream(...)",
        "client.get_job(wait_seconds=)",
        "client.jobs.create_and_wait(...)",
        "client.jobs.get(wait_seconds=)",
        "client.jobs.wait(...)",
    ]
    assert met("parameter", "list_jobs", "type") == ["client.jobs.list(type=)", "client.list_jobs(type=)"]


def test_what_the_package_sets_itself_meets_the_call():
    assert met("parameter", "cancel_job", "Idempotency-Key") == ["client.cancel_job(...)", "client.jobs.cancel(...)"]
    # A download goes through all pages, 100 files at a time.
    assert "client.files.download_all(...)" in met("parameter", "get_job_files", "limit")
    assert "client.files.download_all(...)" in met("parameter", "get_job_files", "cursor")
    assert "client.files.download_all(min_score=)" in met("parameter", "get_job_files", "min_score")


def test_a_field_of_an_answer_is_met_where_it_is_read():
    assert met("response", "cancel_job", "files_approved", owner="Job") == ["Job.files_approved"]
    assert met("response", "cancel_job", "files_needed", owner="Job") == ["Job.files_needed", "Job.quantity"]
    formats = ["Job.accepted_formats", "Job.content_type", "Job.file_formats"]
    assert met("response", "list_jobs", "data", "[]", "accepted_formats", "[]", owner="Job") == formats
    # Without the name of a schema, the way there is enough.
    assert met("response", "list_jobs", "data", "[]", "accepted_formats", "[]") == formats
    cursor = ["JobList.next_cursor", "Page.next_cursor", "client.jobs.list(...)"]
    assert met("response", "list_jobs", "next_cursor", owner="JobList") == cursor
    assert met("response", "get_job", "colour", owner="Job") == ["Job.colour"]
    assert met("response", "get_job", "metadata", "x-y") == ['Metadata["x-y"]']


def test_one_change_with_many_uses_names_each_symbol_once():
    uses = [Use("response", operation, ("title",), "Job") for operation in ("get_job", "cancel_job", "create_job")]
    assert SURFACE.symbols(change(*uses)) == ("Job.title",)


def test_an_event_and_its_fields():
    assert met("event", "job.flagged") == ['WebhookEvent "job.flagged"']
    assert met("event", "job.flagged", "data", "files_needed", owner="Job") == [
        'WebhookEvent "job.flagged"',
        "event.data.files_needed",
        "event.data.quantity",
    ]
    labels = ("data", "annotations", "object_labels", "[]", "label")
    assert met("event", "submission.scored", *labels)[1:] == ["event.data.annotations.object_labels[0].label"]
    assert met("event", "job.flagged", "X-FirstHand-Signature")[1:] == [
        "construct_event(headers=)",
        "verify_webhook_signature(signature=)",
    ]
    assert met("event", "job.reborn", "data", "lives") == ['WebhookEvent "job.reborn"', "event.data.lives"]


def test_errors():
    there = {"pointer": "/paths/~1v1~1jobs~1{job_id}/get/responses/404"}
    assert {"FirstHandNotFoundError", "client.jobs.get(...)"} <= set(met("error", "get_job", **there))
    # Each call reads the type of an error, to know what it raises and whether to try again.
    every = "client.request(...)"
    assert met("error", "get_job", "error", "type", owner="ErrorBody") == ["FirstHandApiError.type", every]
    assert met("error", "get_job", "error", "details", "[]", "field") == ["FirstHandApiError.details", every]
    assert met("error", "get_job", "error", "colour") == ["FirstHandApiError"]
    gone = {"rule": "response-header-removed"}
    assert met("error", "get_job", "X-Request-Id", **gone) == ["FirstHandApiError.headers"]
    for status, symbol in {
        "429": "FirstHandRateLimitError.retry_after", "503": "FirstHandServerError.headers",
        "5XX": "FirstHandServerError.headers", "409": "FirstHandConflictError.headers",
    }.items():  # fmt: skip
        assert met("error", "get_job", "Retry-After", status=status, **gone) == [symbol, every]
    assert met("error", "get_job", "Retry-After", status="404", **gone) == ["FirstHandNotFoundError.headers"]


def test_the_document():
    assert met("document", None, pointer="/servers/0/url") == ["Client(base_url=)"]
    assert met("document", None, pointer="/components/securitySchemes/bearerAuth/scheme") == ["Client(api_key=)"]
    assert met("document", None, pointer="/info/title") == []


# Methods that read a field themselves

WAITS = ["client.create_job_and_wait(...)", "client.jobs.create_and_wait(...)", "client.jobs.wait(...)"]
TASK_WAITS = ["client.submit_and_wait(...)", "client.tasks.create_and_wait(...)", "client.tasks.wait(...)"]
DOWNLOADS = [f"client.files.{name}(...)" for name in ("download_all", "plan_download", "repair", "sync")]
"""All that list files; `repair` does for new links, where many have expired."""


def read_by(part, operation, *path, owner=None, rule="response-property-removed", level="breaking", pointer="/x"):
    found = Change(rule, level, pointer, None, None, "Something changed.", (Use(part, operation, path, owner),))
    assert set(SURFACE.read_by(found)) <= set(SURFACE.symbols(found))
    assert bool(SURFACE.effect(found)) == bool(SURFACE.read_by(found))
    return sorted(SURFACE.read_by(found)), SURFACE.effect(found)


@pytest.mark.parametrize(
    ("operation", "field", "methods"),
    [
        ("get_job_files", "content_hash", DOWNLOADS),
        ("get_job_files", "download_url", DOWNLOADS),
        ("get_job_files", "download_url_expires_at", DOWNLOADS),
        ("get_job_files", "size_bytes", DOWNLOADS),
        ("get_job_files", "worker_region", DOWNLOADS),  # by a template of names
        ("get_job_files", "created_at", sorted([*DOWNLOADS, "client.files.stream(...)"])),
        ("get_job_files", "keyframes", DOWNLOADS),  # whose links it leaves out
        ("get_job_files", "annotations", []),
        (
            "refresh_file_url",
            "download_url",
            [f"client.files.{name}(...)" for name in ("download_all", "repair", "sync")],
        ),
    ],
)
def test_a_field_of_a_file_names_what_downloads_by_it(operation, field, methods):
    assert read_by("response", operation, field, owner="File")[0] == methods


def test_the_envelope_of_a_list_names_what_goes_through_its_pages():
    pages = sorted([*DOWNLOADS, "client.files.list(...)", "client.files.stream(...)"])
    assert read_by("response", "get_job_files", "next_cursor", owner="FileList")[0] == pages
    assert read_by("response", "get_job_files", "has_more", owner="FileList")[0] == pages
    assert "ends after its first page" in read_by("response", "get_job_files", "next_cursor", owner="FileList")[1]
    # Every answer that is a list is looked at, the one of the flat method too.
    every = sorted([*pages, "client.get_job_files(...)"])
    assert read_by("response", "get_job_files", "data", owner="FileList")[0] == every
    assert read_by("response", "get_job_files", "data", "[]")[0] == every
    assert read_by("response", "replay_webhook_event", "data", owner="WebhookEvent")[0] == []


def test_a_field_of_a_job_names_what_waits_by_it():
    everything = sorted([*WAITS, "client.files.stream(...)"])
    for field in ("status", "files_approved"):
        assert read_by("response", "get_job", field, owner="Job")[0] == everything
    assert read_by("response", "get_job", "files_needed", owner="Job")[0] == WAITS
    assert read_by("response", "create_job", "id", owner="Job")[0] == WAITS[:2]
    assert read_by("response", "cancel_job", "status", owner="Job")[0] == []
    assert read_by("response", "get_task", "status", owner="Task")[0] == TASK_WAITS


def test_a_new_status_names_the_waits_and_what_becomes_of_them():
    new = {"rule": "response-property-enum-value-added", "level": "risky"}
    methods, effect = read_by("response", "get_job", "status", owner="Job", **new)
    assert methods == sorted([*WAITS, "client.files.stream(...)"])
    assert "goes on until its deadline" in effect
    methods, effect = read_by("response", "get_task", "status", owner="Task", **new)
    assert methods == TASK_WAITS
    assert "goes on until its deadline" in effect
    assert "stream" not in effect
    # A field that nothing is compared with has no wait.
    assert read_by("response", "get_submission", "status", owner="Submission", **new) == ([], "")


def test_a_new_type_of_file_names_the_downloads():
    methods, effect = read_by(
        "response", "get_job", "accepted_formats", "[]", owner="Job", level="risky",
        rule="response-property-enum-value-added", pointer="/components/schemas/MimeType/enum/8",
    )  # fmt: skip
    assert set(DOWNLOADS) <= set(methods)
    assert "`.bin`" in effect


def test_a_field_that_the_generated_client_has_no_more_names_what_reads_it(tmp_path):
    folder = Path(generated.__file__).parent.parent
    ahead = shutil.copytree(folder, tmp_path / folder.name, ignore=shutil.ignore_patterns("__pycache__"))
    model = ahead / "models" / "file.py"
    left = [line for line in model.read_text(encoding="utf-8").splitlines() if "content_hash" not in line]
    model.write_text("\n".join(left), encoding="utf-8")
    gone = change(Use("response", "get_job_files", ("content_hash",), "File"))
    assert sorted(Surface(generated=ahead).read_by(gone)) == DOWNLOADS


def test_a_body_that_may_be_left_out_is_wrapped_as_before(tmp_path):
    folder = Path(generated.__file__).parent.parent
    ahead = shutil.copytree(folder, tmp_path / folder.name, ignore=shutil.ignore_patterns("__pycache__"))
    operation = ahead / "api" / "webhook_endpoints" / "create_webhook_endpoint.py"
    text = operation.read_text(encoding="utf-8")
    optional = text.replace("body: WebhookEndpointCreate,", "body: WebhookEndpointCreate | Unset = UNSET,")
    assert optional != text
    operation.write_text(optional, encoding="utf-8")
    assert [row for row in coverage(CONTRACT, Surface(generated=ahead)) if not row.explained] == []


@pytest.mark.parametrize(
    ("module", "lost", "part", "name"),
    [
        ("list_jobs", "status", "parameter", "status"),
        ("rate_job", "body", "request", "stars"),
        ("create_job", "idempotency_key", "parameter", "Idempotency-Key"),
        ("get_job", "prefer", "parameter", "Prefer"),
    ],
)
def test_what_the_generated_client_takes_no_more_still_names_who_passes_it(tmp_path, module, lost, part, name):
    folder = Path(generated.__file__).parent.parent
    ahead = shutil.copytree(folder, tmp_path / folder.name, ignore=shutil.ignore_patterns("__pycache__"))
    build = ahead / "api" / "jobs" / f"{module}.py"
    text = build.read_text(encoding="utf-8")
    assert f"    {lost}: " in text
    left = [line for line in text.splitlines() if not re.search(rf"^    {lost}: |: {lost},$|\b{lost}={lost},$", line)]
    build.write_text("\n".join(left).replace("    *,\n)", ")"), encoding="utf-8")
    found = Surface(generated=ahead).symbols(change(Use(part, module, (name,))))
    assert list(found) == met(part, module, name)


def test_the_type_of_an_event_is_read_where_it_is_made():
    assert read_by("event", "job.flagged", "type")[0] == ["construct_event(...)"]
    assert read_by("event", "job.flagged", "data", "type")[0] == []
    new = {"rule": "event-property-enum-value-added", "level": "risky"}
    assert read_by("event", "job.flagged", "type", **new) == (["construct_event(...)"], NEW_EVENT)


def test_each_call_makes_its_error_of_the_envelope():
    for field in ("message", "details", "request_id"):
        assert read_by("error", "get_job", "error", field) == (["client.request(...)"], OF_ERRORS)
    assert "by its status alone" in read_by("error", "get_job", "error", "type")[1]
    assert read_by("error", "get_job", "error") == (["client.request(...)"], OF_ERRORS)


def test_what_is_compatible_names_nobody():
    assert read_by("response", "get_job", "status", owner="Job", level="compatible")[0] == []


def test_the_package_says_itself_which_enums_it_judges():
    assert SURFACE.judged["JobStatus"] == _waiting.FINAL | _waiting.LIVE
    assert SURFACE.judged["TaskStatus"] == _waiting.FINAL_TASK | _waiting.LIVE_TASK
    assert SURFACE.judged["MimeType"] == set(EXTENSIONS)
    assert len(SURFACE.judged) == 3


def test_the_effect_of_every_judgement_is_known():
    """But of a literal that stands beside a constant for the same field."""
    judged = {one.constant for one in SURFACE._reads.judgements()}
    assert set(EFFECTS) <= judged
    assert judged - set(EFFECTS) <= {"'completed'"}


# Operations that nothing is written for


def test_an_operation_that_nothing_is_written_for_has_its_low_level_call():
    said = {"operationId": "pauseJob", "tags": ["Job control"]}
    assert met("operation", "pauseJob", new=said) == [
        "client.request(firsthandapi_generated.api.job_control.pause_job.build(...))"
    ]
    moved = met("operation", "get_job", pointer="/paths/~1v1~1jobs~1{job_id}/get/tags/0")
    assert "client.request(firsthandapi_generated.api.jobs.get_job.build(job_id=..., prefer=...))" in moved


def test_modules_are_named_as_the_generator_names_them():
    strings = pytest.importorskip("openapi_python_client.strings", reason="a tool of maintainers")
    for name in ("create_job", "createJob", "getHTTPUrl2", "job-Control v2", "Job.Things", "listAPIKeys", "a/b"):
        assert snake(name) == strings.snake_case(name), name


def test_the_everyday_words_are_those_that_are_translated():
    given = {"content_type": "image", "file_formats": ["png"], "quantity": 1, "reward_per_file": 50}
    assert set(given) == set(EVERYDAY)
    assert set(job_words(given)[0]) == set(EVERYDAY.values())


def test_the_source_is_read_without_httpx():
    code = "import sys, firsthandapi.drift.surface as s; s.Surface(); print('httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_both_clients_have_the_same_surface():
    twin = Surface("_sync")
    assert twin.operations == SURFACE.operations
    for operation in SURFACE.operations:
        assert twin.reach(operation) == SURFACE.reach(operation)
        assert None not in (twin.reach(operation).resource, twin.reach(operation).flat)


# Every symbol exists


def uses_of_everything():
    """A change of every part of the contract."""
    for row in ROWS:
        where, _, rest = row.name.partition(" ")
        path = tuple(rest.replace("[]", ".[]").split("."))
        if row.kind == "operation":
            yield change(Use("operation", where), pointer=f"{row.pointer}/tags")
            for status in (200, 400, 404, 409, 418, 429, 503):
                yield change(Use("error", where), pointer=f"{row.pointer}/responses/{status}")
            yield change(Use("response", where), pointer=f"{row.pointer}/responses/200/headers/X")
            yield change(Use("error", where), pointer=f"{row.pointer}/responses/429/headers/Retry-After")
        elif row.kind == "parameter":
            yield change(Use("event" if where in SURFACE.events else "parameter", where, (rest,)))
        elif row.kind == "request field":
            yield change(Use("request", where, path))
        elif row.kind == "response field":
            owner, _, name = row.name.partition(".")
            yield change(Use("response", "get_job", (name,), owner), pointer=row.pointer.partition("/properties")[0])
        elif row.kind == "error field":
            yield change(Use("error", "get_job", tuple(row.name.replace("[]", ".[]").split("."))))
    for pointer in ("/servers", "/security"):
        yield change(Use("document"), pointer=pointer)


SYMBOLS = sorted({symbol for one in uses_of_everything() for symbol in SURFACE.symbols(one)})
CLIENT = Client(api_key="fh_test_key")
SHOWN = {
    "FirstHandApiError": FirstHandApiError("no", status=404, type="not_found"),
    "Page": Page({}, [], lambda cursor: None),
}


def look_up(name):
    """What a dotted name of the package's public modules stands for."""
    for module in (firsthandapi, webhooks, errors, generated):
        if hasattr(module, name):
            return getattr(module, name)
    raise AssertionError(f"{name} cannot be imported")


def check(symbol):
    if symbol.startswith("WebhookEvent "):
        assert json.loads(symbol.partition(" ")[2]) in firsthandapi.WEBHOOK_EVENT_TYPES
    elif symbol.startswith("client.request(first"):
        module, arguments = re.fullmatch(r"client\.request\(([\w.]+)\.build\((.*)\)\)", symbol).groups()
        build = inspect.signature(importlib.import_module(module).build)
        build.bind(**{argument.partition("=")[0]: ... for argument in filter(None, arguments.split(", "))})
    elif "(" in symbol:
        name, _, arguments = symbol[:-1].partition("(")
        first, *rest = name.split(".")
        called = CLIENT if first == "client" else look_up(first)
        for word in rest:
            called = getattr(called, word)
        if arguments.endswith("="):
            assert arguments[:-1] in inspect.signature(called).parameters
        elif arguments == "...":
            assert callable(called)
        else:
            positional = ast.parse(symbol, mode="eval").body.args
            inspect.signature(called).bind(*positional)
            assert isinstance(positional[-1], ast.Dict)
    else:
        name, _, attribute = symbol.partition(".")
        shown = SHOWN.get(name) or look_up(name)
        if attribute:
            assert hasattr(shown, attribute) or attribute in getattr(shown, "_other_words", ())


@pytest.mark.parametrize("kind", ["client.", "Job.", "File.", "Page.", "FirstHand", "Client(", "WebhookEvent ", ""])
def test_every_symbol_exists(kind):
    found = [symbol for symbol in SYMBOLS if symbol.startswith(kind)]
    assert found
    for symbol in found:
        check(symbol)


@pytest.mark.parametrize("symbol", ["client.jobs.make(...)", "client.jobs.create(number=)", "Job.colour", "Jab"])
def test_a_symbol_that_does_not_exist_would_be_seen(symbol):
    with pytest.raises((AssertionError, AttributeError)):
        check(symbol)


@pytest.mark.parametrize("type", sorted(SURFACE.events))
def test_every_field_of_an_event_can_be_read(type):
    (example,) = CONTRACT["webhooks"][type]["post"]["requestBody"]["content"]["application/json"]["examples"].values()
    name = SURFACE.events[type]
    event = (getattr(models, name, None) or getattr(generated, name)).from_dict(example["value"])
    paths = [("type",), *(("data", field) for field in example["value"]["data"])]
    for path in paths:
        first, *found = SURFACE.event(type, path)
        assert first == f'WebhookEvent "{type}"'
        assert found
        for symbol in found:
            eval(symbol, {"event": event})


# Coverage


def missing(document):
    return [row for row in coverage(document, SURFACE) if not row.explained]


def only(document):
    (row,) = missing(document)
    return row


@pytest.fixture
def ahead():
    """A contract that is ahead of the package, once a test has changed it."""
    return copy.deepcopy(CONTRACT)


def test_everything_in_the_contract_is_explained():
    assert [row for row in ROWS if not row.explained] == []
    assert {row.kind for row in ROWS} == {
        "operation",
        "parameter",
        "request field",
        "response field",
        "error field",
        "enum value",
        "event",
        "event field",
    }
    assert sum(row.kind == "operation" for row in ROWS) == len(SURFACE.operations)


def test_an_operation_is_listed_with_all_that_it_takes(ahead, monkeypatch):
    pause = copy.deepcopy(ahead["paths"]["/v1/jobs/{job_id}/cancel"])
    pause["post"]["operationId"] = "pause_job"
    ahead["paths"]["/v1/jobs/{job_id}/pause"] = pause
    monkeypatch.setitem(REASONS, ("operation", "pause_job"), "nobody asked for it")
    assert missing(ahead) == []


def test_every_reason_is_needed():
    left_out = [row for row in ROWS if row.reason]
    assert {row.reason for row in left_out} == set(REASONS.values())
    assert all(not row.wrapped_by for row in left_out)


def test_pointers_lead_somewhere():
    for row in ROWS:
        node: Any = CONTRACT
        for step in row.pointer.split("/")[1:]:
            node = node[int(step) if isinstance(node, list) else step.replace("~1", "/").replace("~0", "~")]


def test_a_new_operation_is_reported_with_its_call(ahead):
    ahead["paths"]["/v1/jobs/{job_id}/pause"] = {
        "parameters": [{"$ref": "#/components/parameters/JobId"}],
        "post": {
            "operationId": "pause_job",
            "tags": ["jobs"],
            "parameters": [{"$ref": "#/components/parameters/IdempotencyKey"}],
            "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}}}},
        },
    }
    row = only(ahead)
    assert (row.kind, row.name) == ("operation", "pause_job")
    generated_call, by_hand = row.calls
    assert generated_call.text.splitlines() == [
        "from firsthandapi_generated.api.jobs import pause_job",
        "",
        'client.request(pause_job.build("job_id"))',
    ]
    assert 'path="/v1/jobs/job_id/pause"' in by_hand.text


def test_a_new_parameter_is_reported(ahead):
    ahead["paths"]["/v1/jobs"]["get"]["parameters"].append(
        {"name": "colour", "in": "query", "schema": {"type": "string"}}
    )
    row = only(ahead)
    assert (row.kind, row.name) == ("parameter", "list_jobs colour")
    assert row.instead.endswith(".jobs.list_jobs.build(status=..., type=..., limit=..., cursor=..., colour=...))")


def test_a_new_request_field_is_reported_with_the_flat_method_that_sends_it(ahead):
    ahead["components"]["schemas"]["JobCreate"]["properties"]["colour"] = {"type": "string"}
    row = only(ahead)
    assert (row.kind, row.name) == ("request field", "create_job colour")
    assert row.pointer == "/components/schemas/JobCreate/properties/colour"
    assert row.instead == 'client.create_job({"colour": ...})'


def test_a_new_field_of_an_answer_is_reported_with_what_reads_it(ahead):
    ahead["components"]["schemas"]["Job"]["properties"]["colour"] = {"type": "string"}
    rows = missing(ahead)
    assert [(row.kind, row.name, row.instead) for row in rows] == [
        ("response field", "Job.colour", "Job.colour"),
        ("event field", "Job.colour", "Job.colour"),
    ]
    assert models.Job.from_dict({"colour": "red"}).colour == "red"


def test_a_new_field_of_a_field_without_a_schema_of_its_own_is_reported(ahead):
    job = ahead["components"]["schemas"]["Job"]["properties"]
    job["metadata"] = {"type": "object", "properties": {"colour": {"type": "string"}}}
    assert {row.name for row in missing(ahead)} == {
        "list_jobs data[].metadata.colour",
        "job.completed data.metadata.colour",
    }


def test_a_new_event_is_reported(ahead):
    event = copy.deepcopy(ahead["webhooks"]["job.flagged"])
    ahead["webhooks"]["job.reborn"] = event
    row = only(ahead)
    assert (row.kind, row.name) == ("event", "job.reborn")
    assert row.instead == 'construct_event(...) gives a WebhookEvent "job.reborn"'


@pytest.mark.parametrize(
    "enum", ["JobStatus", "TaskStatus", "MimeType", "WebhookEventType", "SubmissionStatus", "Scope"]
)
def test_a_new_value_is_reported(ahead, enum):
    ahead["components"]["schemas"][enum]["enum"].append("reborn")
    row = only(ahead)
    assert (row.kind, row.name) == ("enum value", f'{enum} "reborn"')


def test_a_new_field_of_errors_is_reported(ahead):
    ahead["components"]["schemas"]["ErrorBody"]["properties"]["help_url"] = {"type": "string"}
    row = only(ahead)
    assert (row.kind, row.name, row.instead) == ("error field", "error.help_url", None)


def test_a_schema_that_contains_itself_is_no_trap(ahead):
    job = ahead["components"]["schemas"]["Job"]
    job["properties"]["parent"] = {"anyOf": [{"$ref": "#/components/schemas/Job"}, {"type": "null"}]}
    ahead["components"]["schemas"]["Loop"] = {"$ref": "#/components/schemas/Loop"}
    job["properties"]["loop"] = {"$ref": "#/components/schemas/Loop"}
    assert {row.name for row in missing(ahead)} == {"Job.parent", "Job.loop"}
