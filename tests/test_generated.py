"""The traps of the generator's stock output, each cured: what `generated/` promises on every Python that we support.

The templates in `scripts/templates` say why; a generator that is upgraded must not bring one of them back.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import json
import os
import pickle
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import firsthandapi_generated
import httpx
import pytest
from firsthandapi_generated import api, limits
from firsthandapi_generated.api.files import get_job_files
from firsthandapi_generated.api.jobs import create_job, get_job, list_jobs
from firsthandapi_generated.client import Call
from firsthandapi_generated.models.api_key_with_secret import ApiKeyWithSecret
from firsthandapi_generated.models.file import File
from firsthandapi_generated.models.job_create import JobCreate
from firsthandapi_generated.models.job_status import JOB_STATUS_VALUES
from firsthandapi_generated.models.webhook_endpoint_with_secret import WebhookEndpointWithSecret
from firsthandapi_generated.types import UNSET
from support import API_KEY, BASE_URL, FILE, JOB, both, listed

from firsthandapi import FirstHandApiError, FirstHandNotFoundError, FirstHandServerError, FirstHandUnexpectedAnswerError
from firsthandapi.drift import load
from firsthandapi.drift.calls import identifier
from firsthandapi.drift.references import METHODS, resolve

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(firsthandapi_generated.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
MODULES = [found.name for found in pkgutil.walk_packages([str(PACKAGE)], "firsthandapi_generated.")]
OPERATIONS = [name for name in MODULES if name.startswith(f"{api.__name__}.") and name.count(".") == 3]
BODY = JobCreate(
    type="data_collection",
    description="Menus of coffee shops.",
    files_needed=50,
    accepted_formats=["image/jpeg"],
    price_per_file_cents=75,
)


# Answers that are not as promised


@both
@pytest.mark.off_contract("a newer service with new enum values")
def test_an_unknown_enum_value_costs_nothing(side, respx_mock):
    newer = {**JOB, "status": "paused_by_weather", "type": "smell_collection", "accepted_formats": ["scent/rose"]}
    respx_mock.get(f"{BASE_URL}/v1/jobs").respond(json=listed(JOB, newer, next_cursor="c"))
    page = side.run(side.client().request(list_jobs.build()))
    assert "paused_by_weather" not in JOB_STATUS_VALUES
    assert [job.status for job in page.data] == ["active", "paused_by_weather"]
    assert (page.data[1].type, page.data[1].accepted_formats) == ("smell_collection", ["scent/rose"])
    assert page.next_cursor == "c"


@both
@pytest.mark.parametrize(
    ("status", "kind"), [(404, FirstHandNotFoundError), (502, FirstHandServerError), (520, FirstHandServerError)]
)
@pytest.mark.parametrize("content", [b"<html>Bad gateway</html>", b"", b"[]", b'{"error": "text"}', b"\xff"])
@pytest.mark.off_contract("error bodies of every wrong shape")
def test_whatever_the_error_body_it_is_our_error(side, status, kind, content, respx_mock):
    respx_mock.get(f"{BASE_URL}/v1/jobs/job_1").respond(status, content=content)
    with pytest.raises(kind) as caught:
        side.run(side.client(max_retries=0).request(get_job.build("job_1")))
    assert isinstance(caught.value, FirstHandApiError)
    assert caught.value.status == status


@both
@pytest.mark.parametrize("content", [b"<html>Welcome to the hotel's network</html>", b"[1]", b'"text"'])
@pytest.mark.off_contract("successes that are no objects")
def test_a_success_that_is_no_object_is_our_error(side, content, respx_mock):
    respx_mock.get(f"{BASE_URL}/v1/jobs/job_1").respond(200, content=content)
    with pytest.raises(FirstHandUnexpectedAnswerError):
        side.run(side.client(max_retries=0).request(get_job.build("job_1")))


@both
@pytest.mark.off_contract("status 299")
def test_a_status_that_the_contract_does_not_know_is_a_success_if_it_says_so(side, respx_mock):
    respx_mock.get(f"{BASE_URL}/v1/jobs/job_1").respond(299, json=JOB)
    assert side.run(side.client().request(get_job.build("job_1"))).id == JOB["id"]


# Secrets


def test_a_call_holds_no_key():
    call = get_job.build("job_1", prefer="wait=5")
    assert call.authenticated
    assert "headers={'Prefer': 'wait=5'}" in repr(call)
    assert not [name for name in inspect.signature(Call).parameters if name in ("token", "api_key", "client")]


@both
def test_the_key_is_in_the_request_and_in_no_repr(side, respx_mock):
    route = respx_mock.get(f"{BASE_URL}/v1/jobs/job_1").respond(json=JOB)
    client = side.client()
    job = side.run(client.request(get_job.build("job_1")))
    assert route.calls.last.request.headers["authorization"] == f"Bearer {API_KEY}"
    assert API_KEY not in repr((client, job, vars(client), get_job.build("job_1")))


@pytest.mark.parametrize(
    ("model", "wire", "secret"),
    [
        (ApiKeyWithSecret, {"id": "key_1", "secret": "fh_live_s3cr3t"}, "fh_live_s3cr3t"),
        (ApiKeyWithSecret, {"id": "key_1", "nested": [{"secret": "fh_test_s3cr3t"}]}, "fh_test_s3cr3t"),
        (WebhookEndpointWithSecret, {"id": "key_1", "secret": "whsec_c2Vj+/cmV0="}, "whsec_c2Vj+/cmV0="),
        (File, {"id": "key_1", "download_url": "https://s3.test/a.jpg?X-Amz-Signature=s3cr3t&b=2"}, "s3cr3t"),
    ],
)
def test_a_model_shows_no_secret_until_it_is_asked(model, wire, secret):
    found = model.from_dict(wire)
    assert "key_1" in repr(found)
    assert secret not in repr(found)
    assert secret in json.dumps(found.to_dict())


def test_the_rest_of_a_repr_is_as_it_came():
    shown = repr(File.from_dict({"id": "file_1", "download_url": "https://s3.test/a.jpg?sig=1", "width": None}))
    assert shown == "File(id='file_1', download_url='https://s3.test/a.jpg?***')"


# Pickle


def test_unset_is_one_object_through_pickle():
    twin = pickle.loads(pickle.dumps(BODY))
    assert twin.title is UNSET
    assert twin.to_dict() == BODY.to_dict()
    assert "title" not in twin.to_dict()


@pytest.mark.parametrize(
    "call", [create_job.build(body=BODY), get_job.build("job_1"), get_job_files.build("job_1", min_score=3)]
)
def test_a_call_pickles(call):
    twin = pickle.loads(pickle.dumps(call))
    assert repr(twin) == repr(call)
    assert twin.parse({"id": "x", "data": []})["id"] == "x"


# Imports


def test_models_are_imported_when_they_are_used():
    program = (
        "import sys, firsthandapi_generated.models as models\n"
        "seen = lambda: sorted(name for name in sys.modules if name.startswith('firsthandapi_generated.models.'))\n"
        "print(seen(), models.Job.__name__, seen(), len(dir(models)) > 50, hasattr(models, 'Nonsense'))"
    )
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert done.stdout == "[] Job ['firsthandapi_generated.models.job'] True False\n", done.stderr


def test_every_module_imports_on_this_python():
    assert len(MODULES) > 100
    for name in MODULES:
        importlib.import_module(name)


def test_every_model_is_reachable_by_its_name():
    models = importlib.import_module("firsthandapi_generated.models")
    for name in models.__all__:
        assert getattr(models, name) is not None
    assert sorted(models.__all__) == dir(models)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_python_3_9_can_read_it(source):
    tree = ast.parse(source.read_text(encoding="utf-8"), feature_version=(3, 9))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert not imported & {"StrEnum", "Self", "NotRequired", "UTC", "assert_never"}
    evaluated = Evaluated()
    evaluated.visit(tree)
    assert not evaluated.unions, f"Python 3.9 evaluates `X | Y` in line {evaluated.unions}"
    # An annotation stays text only with this import.
    assert not evaluated.annotations or "annotations" in imported


class Evaluated(ast.NodeVisitor):
    """Finds what runs when a module is imported: annotations do not, so a union in them is fine."""

    def __init__(self) -> None:
        self.unions: list[int] = []
        self.annotations = 0

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.BitOr):
            self.unions.append(node.lineno)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.annotations += 1
        if node.value:
            self.visit(node.value)

    def visit_arg(self, node: ast.arg) -> None:
        self.annotations += node.annotation is not None

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.visit(node.args)
        for child in (*node.decorator_list, *node.body):
            self.visit(child)


# Every operation


IN_PATH, IN_QUERY = "a/../b?c", "given"
PUBLIC = ("signup",)
DRY = ("validate_task",)
"""A POST that acts on nothing."""


@functools.cache
def contract(name):
    """The operations of a contract by id, each with its method, its path, and its path's parameters among its own."""
    pytest.importorskip("yaml", reason="the contract is YAML")
    document = load(str(ROOT / name))
    found = {}
    for path, item in document["paths"].items():
        shared = resolve(document, item)
        for method in shared.keys() & set(METHODS):
            said = {"security": document.get("security"), **shared[method], "method": method.upper(), "path": path}
            listed = [*shared.get("parameters", ()), *said.get("parameters", ())]
            said["parameters"] = [resolve(document, parameter) for parameter in listed]
            found[said["operationId"]] = said
    return found


def needed(said, place):
    """The names of what a call must have; an Idempotency-Key is made by whoever sends."""
    names = [each["name"] for each in said["parameters"] if each["in"] == place and each.get("required")]
    return [name for name in names if name != "Idempotency-Key"]


def takes_key(said):
    """Whether the service promises that a call which is repeated acts once."""
    return "Idempotency-Key" in [each["name"] for each in said["parameters"]]


def built(name):
    """A call with a body where it takes one, and else only with what it cannot do without."""
    values = {}
    build = importlib.import_module(name).build
    for each in inspect.signature(build).parameters.values():
        if each.name == "body":
            values[each.name] = BODY
        elif each.default is each.empty:
            values[each.name] = IN_PATH if each.kind is each.POSITIONAL_OR_KEYWORD else IN_QUERY
    return build(**values)


def test_every_operation_has_its_module():
    made = {built(name).operation_id: name.rpartition(".")[2] for name in OPERATIONS}
    assert len(made) == len(OPERATIONS)
    assert made == {operation_id: identifier(operation_id) for operation_id in limits.ARGUMENTS}
    assert sorted(limits.SCOPES) == sorted(limits.ARGUMENTS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_builds_what_the_contract_says(name):
    call = built(name)
    said = contract("openapi.yaml")[call.operation_id]
    assert call.method == said["method"]
    assert call.path == re.sub(r"\{[^}]+\}", "a%2F..%2Fb%3Fc", said["path"])
    assert call.query == dict.fromkeys(needed(said, "query"), IN_QUERY), "defaults stay with the service"
    assert call.headers == dict.fromkeys(needed(said, "header"), IN_QUERY), "defaults stay with the service"
    assert call.body is (BODY if "requestBody" in said else UNSET)
    assert call.authenticated is bool(said["security"])
    assert call.takes_idempotency_key is takes_key(said)
    answer = importlib.import_module(name).parse({"id": "x"})
    assert answer is None or answer["id"] == "x"


@pytest.mark.parametrize("version", ["scripts/reviewed.yaml", "openapi.yaml"])
def test_an_operation_that_was_reviewed_is_as_safe_to_call_as_it_was(version):
    wrong = []
    for operation_id in contract("scripts/reviewed.yaml").keys() & contract(version).keys():
        said, reviewed = contract(version)[operation_id], contract("scripts/reviewed.yaml")[operation_id]
        if not said["path"].startswith("/v1/"):
            wrong.append(f"{operation_id}: {said['path']}")
        if bool(said["security"]) is (operation_id in PUBLIC):
            wrong.append(f"{operation_id}: security")
        if said["method"] == "POST" and operation_id not in DRY and not takes_key(said):
            wrong.append(f"{operation_id}: a retry must not act twice, without an Idempotency-Key")
        for place in ("query", "header"):
            more = set(needed(said, place)).difference(needed(reviewed, place))
            wrong += [f"{operation_id}: needs {name}" for name in sorted(more)]
    assert not wrong


def test_a_body_has_only_what_was_given():
    assert httpx.Request("POST", BASE_URL, json=BODY.to_dict()).content == (
        b'{"type":"data_collection","description":"Menus of coffee shops.","files_needed":50,'
        b'"accepted_formats":["image/jpeg"],"price_per_file_cents":75}'
    )


def test_a_field_is_read_in_the_same_way_from_the_wire_and_from_the_constructor():
    read = JobCreate.from_dict(BODY.to_dict())
    assert (read.files_needed, read.accepted_formats) == (BODY.files_needed, BODY.accepted_formats)
    assert dict(read) == dict(BODY)


def test_a_page_of_files_keeps_what_it_was_sent():
    assert get_job_files.parse(listed(FILE)).data[0].to_dict() == FILE
