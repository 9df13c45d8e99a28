"""The check that every call in these tests goes through: what it refuses, and how a test says that it means it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support import FILE, JOB, example, failure, listed

pytest.importorskip("jsonschema_rs", reason="the sandbox's extra is not installed")

from contract_check import Contract, Received, Sent, contract

pytest_plugins = ["pytester"]

HERE = Path(__file__).resolve().parent
NEW_JOB = example("JobCreate")
KEY = {"Authorization": "Bearer fh_test_key"}
JSON = {"Content-Type": "application/json"}


def without(body, name):
    return {key: value for key, value in body.items() if key != name}


def faults_of_request(method, url, body=None, *, headers=None, content=None):
    if headers is None:
        headers = KEY if body is None else {**KEY, **JSON}
    return contract().faults_of_request(Sent(method, url, headers, content or (body and json.dumps(body).encode())))


def faults_of_answer(method, url, status, body=None, *, headers=JSON, content=None):
    operation = contract().operation(Sent(method, url, {}, None))
    received = Received(status, headers, json.dumps(body).encode() if content is None else content)
    return contract().faults_of_answer(operation, received)


def check_named(pattern, faults):
    """There is a fault which the pattern describes, and none besides."""
    assert faults
    assert [fault for fault in faults if not re.search(pattern, fault)] == []


# What is as it should be


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("GET", "/v1/jobs", None),
        ("GET", "/v1/jobs?status=active&limit=100&cursor=a%2Fb", None),
        ("GET", "/v1/jobs/a%2Fb/files?min_score=5", None),
        ("GET", "/v1/submissions?start_date=2026-03-31T12%3A00%3A00%2B00%3A00", None),
        ("POST", "/v1/jobs", NEW_JOB),
        ("POST", "/v1/jobs/job_1/cancel", None),
        ("POST", "/v1/jobs", {**NEW_JOB, "metadata": {"any": {"thing": [1]}}}),
    ],
)
def test_a_good_request(method, url, body):
    assert faults_of_request(method, url, body) == []


def test_signing_up_needs_no_key():
    assert faults_of_request("POST", "/v1/auth/signup", example("Signup"), headers=JSON) == []
    check_named("there is an API key where none", faults_of_request("POST", "/v1/auth/signup", example("Signup")))


@pytest.mark.parametrize(
    ("method", "url", "status", "body"),
    [
        ("GET", "/v1/jobs/job_1", 200, JOB),
        ("GET", "/v1/jobs", 200, listed(JOB, next_cursor="c")),
        ("GET", "/v1/jobs/job_1/files", 200, listed(FILE)),
        ("GET", "/v1/submissions/summary", 200, example("SubmissionSummary")),
        ("GET", "/v1/submissions/sub_1", 200, example("Submission")),
        ("POST", "/v1/jobs", 201, JOB),
        ("GET", "/v1/jobs/job_1", 404, failure("not_found")),
        ("POST", "/v1/jobs", 400, failure("validation_error", details=[{"field": "title", "message": "too long"}])),
    ],
)
def test_a_good_answer(method, url, status, body):
    assert (
        faults_of_answer(method, url, status, body, headers={"content-type": "application/json; charset=utf-8"}) == []
    )


def test_an_empty_answer():
    assert faults_of_answer("DELETE", "/v1/webhook_endpoints/we_1", 204, headers={}, content=b"") == []


# What is not


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        (("GET", "/v1/nothing"), "the contract has no GET /v1/nothing"),
        (("PUT", "/v1/jobs"), "the contract has no PUT /v1/jobs"),
        (("GET", "/v1/jobs/"), "the contract has no GET /v1/jobs/"),
        (("GET", "/v1/jobs/job_1/files/x"), "the contract has no GET /v1/jobs/job_1/files/x"),
        (("POST", "/v1/jobs", {**NEW_JOB, "colour": "red"}), "body: Additional properties .*colour"),
        (
            ("POST", "/v1/jobs", {**NEW_JOB, "location": {"lat": 1, "lng": 2, "radius_km": 3, "x": 4}}),
            "body.location: ",
        ),
        (("POST", "/v1/jobs", {**NEW_JOB, "files_needed": "50"}), 'body.files_needed: "50" is not of type "integer"'),
        (("POST", "/v1/jobs", {**NEW_JOB, "files_needed": 10_001}), "body.files_needed: 10001 is greater than"),
        (("POST", "/v1/jobs", {**NEW_JOB, "deadline": "tomorrow"}), 'body.deadline: "tomorrow" is not a "date-time"'),
        (("POST", "/v1/jobs", without(NEW_JOB, "type")), 'body: "type" is a required property'),
        (("POST", "/v1/jobs"), "there is no body"),
        (("POST", "/v1/jobs/job_1/cancel", {"why": "late"}), "there is a body where none is documented"),
        (("GET", "/v1/jobs?colour=red"), "query parameter colour is not documented"),
        (("GET", "/v1/jobs?limit=5&limit=6"), "a query parameter is given twice"),
        (("GET", "/v1/jobs?limit=many"), 'query parameter limit: "many" is not of type "integer"'),
        (("GET", "/v1/jobs?limit=5.5"), 'query parameter limit: "5.5" is not of type "integer"'),
        (("GET", "/v1/jobs?limit=101"), "query parameter limit: 101 is greater than"),
        (("GET", "/v1/jobs?status=done"), 'query parameter status: "done" is not one of'),
        (("GET", "/v1/submissions?start_date=2026-03-31"), 'start_date: "2026-03-31" is not a "date-time"'),
    ],
)
def test_a_bad_request_is_named(call, fault):
    check_named(fault, faults_of_request(*call))


@pytest.mark.parametrize(
    ("method", "url", "headers", "fault"),
    [
        ("GET", "/v1/jobs", {}, "there is no API key"),
        ("GET", "/v1/jobs", {"Authorization": "Basic x"}, "there is no API key"),
        ("GET", "/v1/jobs/job_1", {**KEY, "Prefer": "wait=61"}, 'header parameter Prefer: "wait=61" does not match'),
        ("GET", "/v1/jobs", {**KEY, "Prefer": "wait=5"}, "header parameter prefer is not documented"),
        ("GET", "/v1/jobs", {**KEY, "idempotency-key": "x"}, "header parameter idempotency-key is not documented"),
        ("POST", "/v1/jobs/j/cancel", {**KEY, "Idempotency-Key": ""}, "header parameter Idempotency-Key: .* shorter"),
    ],
)
def test_bad_headers_of_a_request_are_named(method, url, headers, fault):
    check_named(fault, faults_of_request(method, url, headers=headers))


def test_a_required_parameter_that_is_missing_is_named():
    document = {
        "paths": {
            "/v1/things": {
                "get": {
                    "operationId": "list_things",
                    "parameters": [{"name": "kind", "in": "query", "required": True, "schema": {"type": "string"}}],
                    "responses": {},
                }
            }
        }
    }
    things = Contract(document)
    check_named("query parameter kind is missing", things.faults_of_request(Sent("GET", "/v1/things", {}, None)))
    assert things.faults_of_request(Sent("GET", "/v1/things?kind=a", {}, None)) == []


@pytest.mark.parametrize(
    ("body", "headers", "content", "fault"),
    [
        (NEW_JOB, {**KEY, "Content-Type": "text/plain"}, None, "content type text/plain is not documented"),
        (NEW_JOB, KEY, None, "content type none is not documented"),
        (None, {**KEY, **JSON}, b"{", "the body is no JSON"),
        (None, {**KEY, **JSON}, b'{"type": NaN}', "the body is no JSON: NaN"),
        (None, {**KEY, **JSON}, b'{"type": "a", "type": "b"}', "the body is no JSON: a name is there twice"),
    ],
)
def test_a_body_that_is_no_json_is_named(body, headers, content, fault):
    check_named(fault, faults_of_request("POST", "/v1/jobs", body, headers=headers, content=content))


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (200, JOB, "status 200 is not documented"),
        (302, JOB, "status 302 is not documented"),
        (404, failure("not_found"), "status 404 is not documented"),
        (201, {**JOB, "colour": "red"}, "body: Additional properties .*colour"),
        (201, {**JOB, "location": {**JOB["location"], "name": "Rome"}}, "body.location: "),
        (201, without(JOB, "status"), 'body: "status" is a required property'),
        (201, {**JOB, "status": "status_of_2031"}, 'body.status: "status_of_2031" is not one of'),
        (201, {**JOB, "files_approved": "3"}, 'body.files_approved: "3" is not of type "integer"'),
        (201, {**JOB, "created_at": "yesterday"}, 'body.created_at: "yesterday" is not a "date-time"'),
        (201, [JOB], 'body: .* is not of type "object"'),
        (409, {"error": "no"}, 'body.error: "no" is not of type "object"'),
        (409, failure("no_such_type"), 'body.error.type: "no_such_type" is not one of'),
    ],
)
def test_a_bad_answer_is_named(status, body, fault):
    check_named(fault, faults_of_answer("POST", "/v1/jobs", status, body))


@pytest.mark.parametrize(
    ("headers", "content", "fault"),
    [
        ({"content-type": "text/html"}, b"<html>", "content type text/html is not documented"),
        ({}, b"{}", "content type none is not documented"),
        (JSON, b"", "the body is no JSON"),
        (JSON, b'{"error": ', "the body is no JSON"),
        (JSON, b"[" * 100_000, "the body is no JSON"),
    ],
)
def test_a_body_of_the_wrong_type_is_named(headers, content, fault):
    check_named(fault, faults_of_answer("POST", "/v1/jobs", 201, headers=headers, content=content))


def test_a_body_where_none_is_documented_is_named():
    answer = faults_of_answer("DELETE", "/v1/webhook_endpoints/we_1", 204, {})
    check_named("there is a body where none is documented", answer)


def test_a_bad_header_of_an_answer_is_named():
    headers = {**JSON, "x-ratelimit-remaining": "some"}
    check_named('header X-RateLimit-Remaining: "some"', faults_of_answer("POST", "/v1/jobs", 201, JOB, headers=headers))


# How a test says that it means it

TESTS = """
    import httpx, pytest
    from support import JOB, Side
    from firsthandapi_generated.client import Call

    def answered(status=200, **content):
        transport = httpx.MockTransport(lambda request: httpx.Response(status, **content))
        return Side().client(http_client=httpx.Client(transport=transport), max_retries=0)

    def good():
        answered(json=JOB).jobs.get("job_1")

    def bad_request():
        answered(json=JOB).create_job({"colour": "red"})

    def bad_answer():
        answered(json={**JOB, "colour": "red"}).jobs.get("job_1")

    off = pytest.mark.off_contract

    @pytest.mark.parametrize("call", [
        good,
        pytest.param(bad_answer, marks=off("a newer service")),
        pytest.param(bad_request, marks=[off("201"), off("no such field", requests=True)]),
    ])
    def test_passes(call):
        call()

    @pytest.mark.parametrize("call", [
        bad_request,
        bad_answer,
        pytest.param(bad_answer, marks=off("the wrong half", requests=True)),
        pytest.param(good, marks=off("nothing is wrong")),
        pytest.param(bad_answer, marks=[off("right"), off("but nothing is wrong here", requests=True)]),
    ])
    def test_fails(call):
        call()

    @off("it never came to that")
    def test_skips():
        pytest.skip()
"""


def test_a_test_fails_unless_it_says_what_is_off_the_contract(pytester, monkeypatch):
    pytester.makeconftest((HERE / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(TESTS)
    pytester.makeini("[pytest]\nmarkers = off_contract: see conftest.py")
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:schemathesis", "-rf")
    result.assert_outcomes(passed=3, failed=5, skipped=1)
    result.stdout.fnmatch_lines_random(
        [
            "requests are not as openapi.yaml says:",
            "POST /v1/jobs: body: Additional properties are not allowed ('colour' was unexpected)",
            "answers are not as openapi.yaml says:",
            "GET /v1/jobs/job_1, 200: body: Additional properties are not allowed ('colour' was unexpected)",
            "off_contract: all answers are as openapi.yaml says, so the mark must go",
            "off_contract: all requests are as openapi.yaml says, so the mark must go",
            f"contract: 8 calls of 2 of {len(contract().operations)} operations checked against openapi.yaml",
        ]
    )
    assert "test_passes" not in str(result.stdout)
