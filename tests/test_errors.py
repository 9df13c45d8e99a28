"""Which error a failure becomes, and what it tells."""

from __future__ import annotations

import pickle
import sys
import traceback

import httpx
import pytest
from support import BASE_URL, FILE, JOB, UNAVAILABLE, FakeClock, both, failure

from firsthandapi import (
    FirstHandApiError,
    FirstHandArgumentError,
    FirstHandAuthenticationError,
    FirstHandConfigurationError,
    FirstHandConflictError,
    FirstHandConnectionError,
    FirstHandDownloadError,
    FirstHandError,
    FirstHandIdempotencyError,
    FirstHandInsufficientCreditsError,
    FirstHandNotFoundError,
    FirstHandPaginationError,
    FirstHandPermissionError,
    FirstHandRateLimitError,
    FirstHandServerError,
    FirstHandTimeoutError,
    FirstHandUnexpectedAnswerError,
    FirstHandValidationError,
    FirstHandWaitError,
    FirstHandWaitTimeoutError,
    Job,
)

pytestmark = pytest.mark.respx(base_url=BASE_URL)

NOT_DOCUMENTED = pytest.mark.off_contract("a status or a type of error that get_job is not documented to answer")
KINDS = [
    # status, type, class, Python's own word for it, whether it may pass by itself
    (400, "validation_error", FirstHandValidationError, ValueError, False),
    (401, "authentication_error", FirstHandAuthenticationError, PermissionError, False),
    (403, "authorization_error", FirstHandPermissionError, PermissionError, False),
    (404, "not_found", FirstHandNotFoundError, LookupError, False),
    (429, "rate_limit_exceeded", FirstHandRateLimitError, FirstHandApiError, True),
    (500, "internal_error", FirstHandServerError, FirstHandApiError, True),
    (502, "bad_gateway", FirstHandServerError, FirstHandApiError, True),
    (503, "service_unavailable", FirstHandServerError, FirstHandApiError, True),
    (504, "gateway_timeout", FirstHandServerError, FirstHandApiError, True),
    *(
        pytest.param(*kind, marks=NOT_DOCUMENTED)
        for kind in (
            (402, "insufficient_credits", FirstHandInsufficientCreditsError, FirstHandApiError, False),
            (408, "request_timeout", FirstHandApiError, FirstHandApiError, True),
            (409, "conflict", FirstHandConflictError, FirstHandApiError, False),
            (409, "idempotency_error", FirstHandIdempotencyError, FirstHandConflictError, False),
            (409, "idempotency_in_progress", FirstHandIdempotencyError, FirstHandConflictError, True),
            (418, "teapot", FirstHandApiError, FirstHandApiError, False),
            (422, "validation_error", FirstHandValidationError, ValueError, False),
            (503, "maintenance_of_2031", FirstHandServerError, FirstHandApiError, True),
        )
    ),
]


def fail(side, respx_mock, *, max_retries=0, **response):
    """The error of a call that is answered so."""
    respx_mock.get("/v1/jobs/job_1").respond(**response)
    with pytest.raises(FirstHandError) as caught:
        side.run(side.client(max_retries=max_retries).jobs.get("job_1"))
    return caught.value


@both
@pytest.mark.parametrize(("status", "kind", "ours", "pythons", "retryable"), KINDS)
def test_every_kind_has_its_class(side, status, kind, ours, pythons, retryable, respx_mock):
    error = fail(side, respx_mock, status_code=status, json=failure(kind, "In the service's words."))
    assert type(error) is ours
    assert isinstance(error, pythons)
    assert isinstance(error, FirstHandApiError)
    assert (error.status, error.type, error.retryable) == (status, kind, retryable)
    assert str(error) == error.message == "In the service's words."
    assert error.request_id == "req_1"
    assert error.operation_id == "get_job"
    assert error.attempts == 1


@both
@NOT_DOCUMENTED
@pytest.mark.parametrize("status", [302, 418, 451, 501, 520, 599])
def test_statuses_that_nobody_documented_are_errors_too(side, status, respx_mock):
    error = fail(side, respx_mock, status_code=status)
    assert type(error) is (FirstHandServerError if status >= 500 else FirstHandApiError)
    assert error.status == status


@both
@pytest.mark.off_contract("details that are no objects")
def test_what_the_service_refused_is_in_details(side, respx_mock):
    details = [{"field": "quantity", "message": "too many"}, {"field": "title", "message": "too long"}]
    error = fail(
        side, respx_mock, status_code=400, json=failure("validation_error", details=[*details, "a stray text", None])
    )
    assert error.details == details


@both
def test_headers_are_kept_with_names_in_lower_case(side, respx_mock):
    headers = {"X-Request-Id": "req_1", "X-RateLimit-Remaining": "41"}
    error = fail(side, respx_mock, status_code=404, headers=headers, json=failure("not_found"))
    assert error.headers["x-ratelimit-remaining"] == "41"
    assert error.headers["x-request-id"] == "req_1"


@both
@pytest.mark.off_contract("an error without a body")
def test_an_error_without_a_body_has_the_request_id_of_its_header(side, respx_mock):
    error = fail(side, respx_mock, status_code=404, headers={"X-Request-Id": "req_header"})
    assert error.request_id == "req_header"


@both
def test_what_happened_and_what_to_do_stands_below_the_traceback(side, respx_mock):
    error = fail(side, respx_mock, status_code=404, json=failure("not_found", "No such job."))
    call, advice = error.__notes__
    assert call.startswith("call: get_job (GET /v1/jobs/job_1), 1 attempt in 0.00 s, status 404")
    assert call.endswith("type not_found, request req_1")
    assert advice.startswith("what to do: check the id")


@both
def test_a_failure_that_may_pass_says_why_it_was_given_up(side, respx_mock):
    error = fail(side, respx_mock, status_code=503, max_retries=2, json=UNAVAILABLE)
    assert error.attempts == 3
    assert "call: get_job (GET /v1/jobs/job_1), 3 attempts in " in error.__notes__[0]
    assert error.__notes__[1] == "not tried again: max_retries=2 is used up"


@both
@pytest.mark.parametrize("status", [404, pytest.param(418, marks=NOT_DOCUMENTED)])
def test_a_failure_that_stays_is_not_said_to_be_given_up(side, status, respx_mock):
    error = fail(side, respx_mock, status_code=status, json=failure("not_found"))
    assert not any(note.startswith("not tried again") for note in error.__notes__)
    assert error.retryable is False


def test_python_prints_the_notes():
    error = FirstHandNotFoundError("No such job.", status=404, type="not_found")
    error.__notes__.append("call: get_job")
    printed = "".join(traceback.format_exception(type(error), error, None))
    assert "FirstHandNotFoundError: No such job.\n" in printed
    assert "call: get_job" in printed or sys.version_info < (3, 11)


@both
@pytest.mark.off_contract("error bodies of every wrong shape")
@pytest.mark.parametrize(
    "response",
    [
        {"html": "<html>Bad Gateway</html>"},
        {"text": ""},
        {"text": "{"},
        {"json": None},
        {"json": []},
        {"json": {"error": "boom"}},
        {"json": {"error": ["boom"]}},
        {"json": {"error": None}},
        {"json": {"error": {}}},
        {"json": {"error": {"message": None, "type": None, "details": "none", "request_id": None}}},
        {"content": b"\xff\xfe\x00"},
        {"content": b"[" * 100_000},
    ],
)
def test_an_error_body_of_any_shape(side, response, respx_mock):
    error = fail(side, respx_mock, status_code=502, **response)
    assert type(error) is FirstHandServerError
    assert (error.status, error.type, error.details, error.request_id) == (502, "unknown", [], None)
    assert str(error) == "get_job was answered with status 502"


@both
@pytest.mark.off_contract("words of the wrong type")
def test_words_of_the_wrong_type_become_text(side, respx_mock):
    error = fail(
        side, respx_mock, status_code=400, json={"error": {"type": 5, "message": ["a"], "request_id": 7, "details": {}}}
    )
    assert (error.type, error.message, error.request_id, error.details) == ("5", "['a']", "7", [])


@both
@pytest.mark.off_contract("successes that are no jobs")
@pytest.mark.parametrize(
    ("response", "words"),
    [
        ({"html": "<html>Welcome</html>"}, "is not JSON but text/html"),
        ({"content": b"[" * 100_000}, "is not JSON"),
        ({"json": []}, "expected a JSON object for Job, got list"),
        ({"json": "job"}, "expected a JSON object for Job, got str"),
        ({"text": ""}, "expected a JSON object for Job, got NoneType"),
    ],
)
def test_a_success_that_is_no_job(side, response, words, respx_mock):
    error = fail(side, respx_mock, status_code=200, headers={"X-Request-Id": "req_header"}, **response)
    assert type(error) is FirstHandUnexpectedAnswerError
    assert words in str(error)
    assert (error.status, error.type, error.request_id) == (200, "unexpected_answer", "req_header")
    assert (error.operation_id, error.attempts) == ("get_job", 1)
    assert error.__notes__[0].startswith("call: get_job (GET /v1/jobs/job_1), 1 attempt")


@both
@pytest.mark.parametrize(
    ("underneath", "ours", "pythons"),
    [
        (httpx.ConnectError, FirstHandConnectionError, ConnectionError),
        (httpx.ReadError, FirstHandConnectionError, ConnectionError),
        (httpx.ReadTimeout, FirstHandTimeoutError, TimeoutError),
    ],
)
def test_no_answer(side, underneath, ours, pythons, respx_mock):
    clock = FakeClock()
    respx_mock.get("/v1/jobs/job_1").side_effect = underneath("")
    with pytest.raises(pythons, match=underneath.__name__) as caught:
        side.run(side.client(max_retries=2, clock=clock).jobs.get("job_1"))
    error = caught.value
    assert type(error) is ours
    assert (error.status, error.attempts, error.elapsed, error.retryable) == (None, 3, clock.now, True)
    assert error.operation_id == "get_job"
    assert isinstance(error.__cause__, underneath)
    assert error.cause is error.__cause__
    assert isinstance(error, FirstHandConnectionError), "as in the published 0.1.0, for a timeout too"


@both
def test_a_broken_compression_is_a_broken_connection(side, respx_mock):
    respx_mock.get("/v1/jobs/job_1").side_effect = lambda request: httpx.Response(
        200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"not gzip")
    )
    with pytest.raises(FirstHandConnectionError, match="broke the connection"):
        side.run(side.client(max_retries=0).jobs.get("job_1"))


# Pickling: errors cross process pools.


def api_error(cls):
    return cls(
        "No.",
        status=400,
        type="some_type",
        request_id="req_1",
        details=[{"field": "quantity", "message": "too many"}],
        headers={"x-request-id": "req_1"},
        retryable=True,
    )


SPECIAL = {
    FirstHandArgumentError: lambda: FirstHandArgumentError("quantity", "must be 1 to 10,000"),
    FirstHandWaitError: lambda: FirstHandWaitError("hopeless", Job.from_dict(JOB)),
    FirstHandWaitTimeoutError: lambda: FirstHandWaitTimeoutError("too late", Job.from_dict(JOB)),
    FirstHandDownloadError: lambda: FirstHandDownloadError("3 of 5 files are missing", {"rows": [FILE["id"]]}),
}


def all_classes(root):
    return [root, *(cls for child in root.__subclasses__() for cls in all_classes(child))]


CLASSES = list(dict.fromkeys(all_classes(FirstHandError)))


def test_every_class_is_public():
    import firsthandapi

    assert {cls.__name__ for cls in CLASSES} == {
        name for name in firsthandapi.__all__ if name.startswith("FirstHand") and name.endswith("Error")
    }
    assert {FirstHandConfigurationError, FirstHandPaginationError} < set(CLASSES)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_error_survives_pickling(cls):
    make = SPECIAL.get(cls) or (lambda: api_error(cls) if issubclass(cls, FirstHandApiError) else cls("No."))
    error = make()
    error.operation_id, error.attempts, error.elapsed = "create_job", 3, 1.5
    error.__notes__.append("call: create_job")
    revived = pickle.loads(pickle.dumps(error))
    assert type(revived) is cls
    assert str(revived) == str(error) == error.message
    assert revived.args == error.args
    assert vars(revived) == vars(error)
    assert (revived.type, revived.retryable, revived.status) == (error.type, error.retryable, error.status)
    assert revived.__notes__ == ["call: create_job"]


@both
def test_an_error_of_the_wire_survives_pickling(side, respx_mock):
    error = fail(side, respx_mock, status_code=429, headers={"Retry-After": "7"}, json=failure("rate_limit_exceeded"))
    revived = pickle.loads(pickle.dumps(error))
    assert vars(revived) == vars(error)
    assert revived.retry_after == 7
