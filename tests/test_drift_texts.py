"""Texts that count, and what the report tells a caller to do: true of what the client does, and of nobody else's."""

from __future__ import annotations

import json
import re
import time
import warnings
from typing import Any, Optional

import httpx
import pytest
from firsthandapi_generated.errors import MissingFieldError
from support import API_KEY, BASE_URL, JOB, FakeClock, failure

from firsthandapi import (
    Client,
    FirstHandApiError,
    FirstHandConflictError,
    FirstHandConnectionError,
    FirstHandIdempotencyError,
    FirstHandPaginationError,
    FirstHandRateLimitError,
    FirstHandSignatureError,
    FirstHandUnexpectedAnswerError,
    FirstHandValidationError,
    construct_event,
    verify_webhook_signature,
)
from firsthandapi.webhooks import sign

pytest.importorskip("yaml", reason="the extra `cli` is not installed")

from mutations import judge
from mutations.edit import Place, changed, drop, merge, put, rename
from mutations.judge import surface

from firsthandapi.drift import compare, report
from firsthandapi.drift.rendering import as_markdown
from firsthandapi.drift.rules import AUTH_TEXT, RATE_TEXT, RULES, SIGNATURE_TEXT
from firsthandapi.drift.texts import WORDS

JSON = dict[str, Any]
CONTRACT: JSON = judge.excerpt("/v1/jobs", "/v1/jobs/{job_id}", "/v1/auth/signup", "job.flagged").document
ANSWERS: Place = ("components", "responses")
SIGNATURE: Place = ("components", "parameters", "WebhookSignature")


def found(new: JSON, old: JSON = CONTRACT) -> dict[str, str]:
    """The rules of all findings with their levels."""
    return {change.rule: change.level for change in compare(old, new)}


def told(new: JSON, old: JSON = CONTRACT, rule: Optional[str] = None) -> str:
    """The advice of the only finding, or of the only one by a rule."""
    (one,) = [one for one in report(old, new).findings if rule in (None, one.change.rule)]
    return one.advice


def said(place: Place, text: Any) -> JSON:
    """The contract with this text at a place."""
    new: JSON = put(CONTRACT, place, text)
    return new


# Texts

OPERATION: Place = ("paths", "/v1/jobs", "post", "description")
BY_WORDS: list[Place] = [
    ("info", "description"),
    ("info", "summary"),
    ("tags", 0, "description"),
    ("paths", "/v1/jobs", "description"),
    ("paths", "/v1/jobs", "post", "summary"),
    OPERATION,
    (*ANSWERS, "NotFound", "description"),
    ("paths", "/v1/jobs", "post", "responses", "201", "description"),
    ("components", "headers", "X-Request-Id", "description"),
]
"""Where a text counts only by its words."""


@pytest.mark.parametrize("place", BY_WORDS, ids=lambda place: ".".join(map(str, place)))
def test_texts_count_by_their_words(place: Place) -> None:
    for rule, before, after in (
        (RATE_TEXT, "Things. Allows 100 requests per minute.", "Things. Allows 10 requests per minute."),
        (AUTH_TEXT, "Send a bearer token.", "Send a bearer token and a signature."),
        (RATE_TEXT, "Things.", "Things. At most 60 calls each minute."),
        (AUTH_TEXT, "Things.", "Things. Sign in first."),
    ):
        assert found(said(place, after), said(place, before)) == {rule: "risky"}
    for before, after in (
        ("Lists things. Send a bearer token.", "Lists all things! Send  a bearer\ntoken."),
        ("Send a bearer token. Lists things.", "Lists things."),
        ("Lists things.", "Lists many things."),
    ):
        assert found(said(place, after), said(place, before)) == {}


@pytest.mark.parametrize(
    ("place", "rule"),
    [
        ((*ANSWERS, "TooManyRequests", "description"), RATE_TEXT),
        (("components", "headers", "Retry-After", "description"), RATE_TEXT),
        (("components", "headers", "X-RateLimit-Remaining", "description"), RATE_TEXT),
        ((*ANSWERS, "Unauthorized", "description"), AUTH_TEXT),
        ((*ANSWERS, "Forbidden", "description"), AUTH_TEXT),
        (("components", "securitySchemes", "bearerAuth", "description"), AUTH_TEXT),
    ],
    ids=lambda value: value if isinstance(value, str) else value[-2],
)
def test_texts_count_by_their_place_whatever_their_words(place: Place, rule: str) -> None:
    before = "One two. Three four."
    old = said(place, before)
    for after in ("One two. Three five.", "One two.", "One two. Three four. Six.", None):
        assert found(said(place, after), old) == {rule: "risky"}
        assert found(old, said(place, after)) == {rule: "risky"}
    for after in ("Three four.  One two!", "ONE two.\n\nthree `four`", before):
        assert found(said(place, after), old) == {}


def test_a_header_that_an_operation_takes_may_be_about_authentication() -> None:
    place: Place = ("paths", "/v1/jobs", "post", "parameters", 1)
    header = {"name": "Authorization", "in": "header", "description": "One.", "schema": {"type": "string"}}
    new = put(CONTRACT, place, {**header, "description": "Two."})
    assert found(new, put(CONTRACT, place, header)) == {AUTH_TEXT: "risky"}
    other = {**header, "name": "X-Mood"}
    assert found(put(CONTRACT, place, {**other, "description": "Two."}), put(CONTRACT, place, other)) == {}


def test_a_text_on_both_subjects_is_told_of_both() -> None:
    new = said(OPERATION, "Sign in; then 5 requests a second are allowed. Sign in to make 9 calls a minute.")
    assert found(new) == {AUTH_TEXT: "risky", RATE_TEXT: "risky"}


@pytest.mark.parametrize(
    "after", ["`X-Key: <API key>`", "`Authorization: Basic <API key>`", "`Authorization:\nBearer <a key>`"]
)
def test_no_sentence_ends_within_code(after: str) -> None:
    before = "Each one carries `Authorization: Bearer <API key>`. That is it."
    old = said(("info", "description"), before)
    new = said(("info", "description"), f"Each one carries {after}. That is it.")
    assert found(new, old) == {AUTH_TEXT: "risky"}
    (change,) = compare(old, new)
    assert change.new == f"Each one carries {' '.join(after.split())}."
    assert found(said(("info", "description"), before.replace("Bearer <", "Bearer\n<")), old) == {}


def test_who_is_concerned_is_told_once_for_each_text() -> None:
    (change,) = compare(CONTRACT, said((*ANSWERS, "TooManyRequests", "description"), "Slower."))
    operations = {one.name for one in judge.Contract(CONTRACT).operations}
    assert {use.operation for use in change.uses} == operations
    assert change.new == "Slower."
    (change,) = compare(CONTRACT, said(("tags", 0, "description"), "Sign in."))
    assert {use.operation for use in change.uses} == operations - {"signup"}


LIMITS = """
You may send at most 100 requests per minute.   at most 60 calls each minute    Bursts of up to 20 are fine.
A maximum of 5 concurrent requests.             No more than 3 at the same time Poll at most once every 5 seconds.
Do not poll more often than every 10 seconds.   Wait at least 2 seconds between calls.    Ten calls a second.
1,000 an hour for each organization.            60/min for each key.            Your quota resets at midnight.
Requests are limited to ten.                    The limit of requests is now 50.          use exponential backoff
Slow down when told.                            Calls are throttled.            5 in any second
At most 3 jobs may be posted per hour.          Only 5 uploads may be started in any minute.
"""
ACCESS = """
Send the token in the header.                   You must sign in first.         Needs the permission jobs:write.
Requires an API key.                            Log in with your account.       Only the role owner may call this.
Answers 403 without the scope.                  Send your password.             A JWT is needed.
Tokens expire after an hour.                    Send Authorization: Bearer.     API keys now need a second factor.
Carries `X-Key: <API key>`.                     The header is `Key: <API key>`.
Needs no API key.                               Use mTLS.                       Signing in with SSO is needed.
"""
PLAIN = """
Said in other words.                            Creates a job.                  Rates a completed job, 1 to 5 stars.
The page token of the next page.                At most 100 items a page.       Files are kept for 30 days.
Links are good for 7 days.                      Waits up to 60 seconds.         Workers sign a release.
Give it a title of at most 80 characters.       Each photo shows one item.      The request is checked.
At most 30 frames per second are kept.          Up to 75 cents may be added per hour.
The video has 30 frames per second.             It is 75 cents per hour.        How many requests were made.
Makes an API key.                               Lists API keys, newest first.   Sends an event to each endpoint.
"""


@pytest.mark.parametrize(("texts", "rule"), [(LIMITS, RATE_TEXT), (ACCESS, AUTH_TEXT), (PLAIN, None)])
def test_which_words_speak_of_what(texts: str, rule: Optional[str]) -> None:
    for text in filter(None, re.split(r"\s{2,}|\n", texts)):
        rules = {one for one in (AUTH_TEXT, RATE_TEXT) if WORDS[one].search(text)}
        assert rules >= {rule} if rule else rules == set(), text


@pytest.mark.parametrize("text", ["requests ", "limit ", "api key ", "a 1 ", "1 ", "must ", "`", "at most 1 ", "`a\n"])
def test_a_long_text_takes_no_long_time(text: str) -> None:
    began = time.perf_counter()
    compare(said(OPERATION, text * (200_000 // len(text))), said(OPERATION, text))
    assert time.perf_counter() - began < 20  # without a bound it took minutes; 0.7 s on an idle machine


# Signatures


@pytest.mark.parametrize(
    ("edit", "level"),
    [
        (lambda text: text.replace("HMAC-SHA256", "HMAC-SHA512"), "breaking"),
        (lambda text: text.replace("v1=<hex>", "v2=<hex>"), "breaking"),
        (lambda text: f"{text} The value is base64.", "breaking"),
        (lambda text: text.replace("5 minutes", "1 minute"), "risky"),
        (lambda text: "Said in other words.", "risky"),
        (lambda text: text.upper().replace("=<UNIX SECONDS>,V1=<HEX>", "=<Unix seconds>,v1=<hex>"), None),
        (lambda text: f"{text}\n", None),
    ],
)
def test_a_text_on_the_signature(edit: Any, level: Optional[str]) -> None:
    place = (*SIGNATURE, "description")
    new = changed(CONTRACT, place, edit)
    assert found(new) == ({SIGNATURE_TEXT: level} if level else {})
    if level:
        assert "refuse" in told(new)
        assert "upgrade" in told(new)


def test_other_headers_of_a_delivery_may_be_described_as_one_likes() -> None:
    place: Place = ("components", "parameters", "WebhookEventIdHeader", "description")
    assert found(said(place, "The id.")) == {}
    assert found(said(place, "The id, not part of the signature.")) == {SIGNATURE_TEXT: "risky"}


def test_a_signature_in_another_header_is_not_found_and_the_advice_helps() -> None:
    new = put(CONTRACT, (*SIGNATURE, "name"), "FirstHand-Webhook-Signature")
    advice = told(new, rule="event-header-removed")
    assert advice.startswith("Verification fails: `construct_event` looks for X-FirstHandAPI-Signature and")
    body = b'{"id": "evt_1", "type": "job.paused"}'
    headers = {"FirstHand-Webhook-Signature": sign(body, secret="whsec_1")}
    with pytest.raises(FirstHandSignatureError):
        construct_event(body, headers, "whsec_1", drift="ignore")
    assert "pass the value of its new header to `verify_webhook_signature`" in advice
    assert verify_webhook_signature(body, headers["FirstHand-Webhook-Signature"], "whsec_1")
    assert "may fail" in told(put(CONTRACT, (*SIGNATURE, "schema"), {"type": "integer"}))


# Idempotency keys

CREATE: Place = ("paths", "/v1/jobs", "post")
KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}


def mine(service: Any, **settings: Any) -> Client:
    """A client of a service that is a function."""
    http_client = httpx.Client(transport=httpx.MockTransport(service))
    return Client(API_KEY, base_url=BASE_URL, http_client=http_client, clock=FakeClock(), drift="ignore", **settings)


def create(client: Client) -> Any:
    return client.jobs.create(
        type="data_collection",
        description="A clear photo of a coffee shop's whole menu board.",
        content_type="image",
        quantity=50,
        reward_per_file=75,
    )


def test_a_key_that_must_be_sent_is_sent_anyway() -> None:
    new = merge(CONTRACT, ("components", "parameters", "IdempotencyKey"), {"required": True})
    (change,) = compare(CONTRACT, new)
    assert (change.rule, change.level) == ("idempotency-key-became-required", "compatible")
    keys = []

    def service(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers.get("idempotency-key"))
        return httpx.Response(201, json=JOB)

    create(mine(service))
    assert keys[0]
    assert {use.operation for use in change.uses} == {"create_job", "signup"}


def test_a_key_that_must_be_sent_where_none_was_taken_is_not_sent() -> None:
    place: Place = ("paths", "/v1/jobs/{job_id}", "get", "parameters")
    new = changed(CONTRACT, place, lambda listed: [*listed, {**KEY, "required": True}])
    assert found(new) == {"new-required-request-parameter": "breaking"}
    assert "older installations send none" in told(new)

    def service(request: httpx.Request) -> httpx.Response:
        known = "idempotency-key" in request.headers
        return httpx.Response(200, json=JOB) if known else httpx.Response(400, json=failure("validation_error"))

    with pytest.raises(FirstHandValidationError):
        mine(service).jobs.get("job_1")
    new = changed(CONTRACT, place, lambda listed: [*listed, KEY])
    assert found(new) == {"new-optional-request-parameter": "compatible"}


def test_a_key_that_is_taken_no_more_may_pay_twice() -> None:
    new = changed(CONTRACT, (*CREATE, "parameters"), lambda listed: listed[:-1])
    assert found(new) == {"request-parameter-removed": "breaking"}
    advice = told(new)
    assert "paid, twice" in advice
    made = []

    def service(request: httpx.Request) -> httpx.Response:
        made.append(request)  # it knows no keys any more: each request makes a job
        raise httpx.ReadError("gone")

    with pytest.raises(FirstHandConnectionError):
        create(mine(service))
    assert len(made) > 1
    made.clear()
    assert "set `max_retries=0`" in advice
    with pytest.raises(FirstHandConnectionError):
        create(mine(service, max_retries=0))
    assert len(made) == 1
    renamed = put(CONTRACT, ("components", "parameters", "IdempotencyKey", "name"), "X-Request-Key")
    assert told(renamed, rule="request-parameter-removed") == advice


def test_shorter_keys_are_told_of_the_clients_own() -> None:
    new = put(CONTRACT, ("components", "parameters", "IdempotencyKey", "schema", "maxLength"), 40)
    assert found(new) == {"request-parameter-max-length-decreased": "risky"}
    assert "UUID of 36 characters" in told(new)


# Errors and what stands beside answers

OFF_CONTRACT = pytest.mark.off_contract("the service is one contract ahead")
ERROR: Place = ("components", "schemas", "ErrorBody")
WANTED: Place = ("components", "schemas", "JobCreate")
FILES: Place = ("paths", "/v1/jobs/{job_id}/files", "get", "parameters")
DETAIL: Place = ("components", "schemas", "ErrorDetail")


def error(body: Any, status: int = 400, **headers: str) -> Any:
    """What a client raises for this body."""
    with pytest.raises(FirstHandApiError) as caught:
        mine(lambda request: httpx.Response(status, json=body, headers=headers), max_retries=0).jobs.get("job_1")
    return caught.value


@pytest.mark.parametrize(
    "field", [*(pytest.param(name, marks=OFF_CONTRACT) for name in ("type", "message", "request_id")), "details"]
)
def test_a_field_that_errors_lose_raises_nothing(field: str) -> None:
    place = (*ERROR, "properties", field)
    gone = changed(drop(CONTRACT, place), (*ERROR, "required"), lambda names: [name for name in names if name != field])
    for new in (gone, rename(CONTRACT, place, f"{field}_v2")):
        advice = told(new, rule="response-property-removed")
        assert advice.startswith("Stop counting on it: nothing raises")
        assert "reading it raises" not in advice
    whole = failure("validation_error", details=[{"field": "a", "message": "b"}])
    body = {"error": {name: value for name, value in whole["error"].items() if name != field}}
    came = error(body)
    fallbacks = {
        "type": ("`type` 'unknown'", came.type == "unknown"),
        "message": ("`message` in words of our own", came.message == "get_job was answered with status 400"),
        "request_id": ("`request_id` from the header X-Request-Id or None", came.request_id is None),
        "details": ("`details` empty", came.details == []),
    }
    words, is_so = fallbacks[field]
    assert is_so
    assert words in advice
    assert error(body, **{"X-Request-Id": "req_9"}).request_id in ("req_9", "req_1")


@pytest.mark.parametrize("field", ["type", "message", "request_id"])
def test_a_field_that_errors_may_lack_speaks_of_itself_only(field: str) -> None:
    new = changed(CONTRACT, (*ERROR, "required"), lambda names: [name for name in names if name != field])
    advice = told(new, rule="response-property-became-optional")
    assert advice.startswith("Be ready for errors without it: nothing raises, but then the error has `")
    assert [name for name in ("type", "message", "request_id", "details") if f"`{name}`" in advice] == [field]


@OFF_CONTRACT
def test_a_type_of_errors_that_goes_is_no_type_that_is_new() -> None:
    values: Place = ("components", "schemas", "ErrorType", "enum")

    def gone(value: str) -> str:
        new = changed(CONTRACT, values, lambda all_: [one for one in all_ if one != value])
        (finding,) = report(CONTRACT, new, surface()).findings
        return finding.advice

    assert gone("insufficient_credits") == RULES["response-property-enum-value-removed"].advice
    assert "no FirstHandIdempotencyError" in gone("idempotency_conflict")
    for kind, cls in (("idempotency_conflict", FirstHandIdempotencyError), ("conflict", FirstHandConflictError)):
        assert type(error(failure(kind), 409)) is cls


def test_a_schema_by_another_name_changes_no_answer() -> None:
    """Nobody's error is of that class."""
    renamed = json.loads(json.dumps(CONTRACT).replace('schemas/ErrorType"', 'schemas/ErrorKind"'))
    renamed = rename(renamed, ("components", "schemas", "ErrorType"), "ErrorKind")
    (finding,) = report(CONTRACT, renamed, surface()).findings
    assert (finding.change.rule, finding.symbols, finding.read_by) == ("schema-renamed", ("ErrorType",), ())
    assert finding.advice == RULES["schema-renamed"].advice
    assert "what is sent and answered stays the same" in finding.advice


@OFF_CONTRACT
@pytest.mark.parametrize("field", ["field", "message"])
def test_a_field_that_details_lose_is_missing_in_a_dict(field: str) -> None:
    place = (*DETAIL, "properties", field)
    new = changed(drop(CONTRACT, place), (*DETAIL, "required"), lambda names: [name for name in names if name != field])
    assert "`.get(...)`" in told(new)
    detail = {name: "x" for name in ("field", "message") if name != field}
    came = error(failure("validation_error", details=[detail]))
    assert came.details[0].get(field) is None
    with pytest.raises(KeyError):
        came.details[0][field]


@OFF_CONTRACT
def test_an_error_of_another_type_or_form_raises_nothing_either() -> None:
    new = put(CONTRACT, (*ERROR, "properties", "details"), {"type": ["object", "null"]})
    assert "nothing raises" in told(new)
    assert error(failure("validation_error", details={"a": "b"})).details == []
    content: Place = (*ANSWERS, "NotFound", "content", "application/json")
    xml = rename(CONTRACT, content, "application/xml")
    assert "`details` empty" in told(xml, rule="response-body-media-type-removed")


def test_a_limit_without_a_time_has_none() -> None:
    new = drop(CONTRACT, (*ANSWERS, "TooManyRequests", "headers", "Retry-After"))
    assert told(new).startswith("Be ready for `retry_after` None")
    came = error(failure("rate_limit_exceeded"), status=429)
    assert isinstance(came, FirstHandRateLimitError)
    assert came.retry_after is None


def test_other_headers_are_read_with_get() -> None:
    new = drop(CONTRACT, (*ANSWERS, "NotFound", "headers", "X-RateLimit-Limit"))
    assert "`headers.get(...)`" in told(new)
    with pytest.raises(KeyError):
        error(failure("not_found"), status=404).headers["x-ratelimit-limit"]


@OFF_CONTRACT
def test_an_answer_without_a_body_raises_and_was_done() -> None:
    new = drop(CONTRACT, (*CREATE, "responses", "201", "content"))
    advice = told(new, rule="response-body-removed")
    assert "FirstHandUnexpectedAnswerError, though the call was done" in advice
    with pytest.raises(FirstHandUnexpectedAnswerError):
        mine(lambda request: httpx.Response(200)).jobs.get("job_1")


@OFF_CONTRACT
def test_another_status_of_success_is_a_success() -> None:
    new = rename(CONTRACT, (*CREATE, "responses", "201"), "202")
    assert "every 2xx is a success to the client" in told(new, rule="response-success-status-removed")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert create(mine(lambda request: httpx.Response(202, json=JOB))).id == JOB["id"]


@OFF_CONTRACT
def test_an_error_of_another_status_is_of_another_class() -> None:
    new = rename(CONTRACT, (*CREATE, "responses", "409"), "423")
    advice = told(new, rule="response-non-success-status-removed")
    assert "`except FirstHandConflictError`: it stops matching" in advice
    assert "nothing raises" not in advice
    named = [
        symbol
        for one in report(CONTRACT, new, surface()).findings
        for symbol in one.symbols
        if one.change.rule == "response-non-success-status-removed"
    ]
    assert "FirstHandConflictError" in named
    for status, is_conflict in ((409, True), (423, False)):
        came = error(failure("conflict", message="Said by the service."), status)
        assert isinstance(came, FirstHandConflictError) is is_conflict
        assert (came.message, came.status) == ("Said by the service.", status)
    general = rename(CONTRACT, (*CREATE, "responses", "409"), "4XX")
    less = drop(CONTRACT, (*CREATE, "responses", "409"))
    assert "`except " not in told(less, general, rule="response-non-success-status-removed")


@OFF_CONTRACT
def test_json_by_another_name_is_read_and_may_be_asked_for() -> None:
    media = "application/vnd.firsthand.v2+json"
    new = rename(CONTRACT, (*CREATE, "responses", "201", "content", "application/json"), media)
    advice = told(new)
    assert "it reads JSON, whatever its media type is called" in advice
    assert '`Client(headers={"Accept": ...})`' in advice

    def service(request: httpx.Request) -> httpx.Response:
        asked = request.headers.get_list("Accept")
        return httpx.Response(201 if asked == [media] else 406, json=JOB, headers={"Content-Type": media})

    with pytest.raises(FirstHandApiError, match="406"):
        create(mine(service))
    transport = httpx.Client(transport=httpx.MockTransport(service))
    client = Client(API_KEY, base_url=BASE_URL, http_client=transport, headers={"Accept": media}, max_retries=0)
    assert create(client).id == JOB["id"]


@OFF_CONTRACT
def test_an_error_in_json_by_another_name_is_read() -> None:
    for name in CONTRACT["components"]["responses"]:
        new = rename(CONTRACT, (*ANSWERS, name, "content", "application/json"), "application/problem+json")
        assert told(new).endswith("the client reads JSON by any name.")
    answer = failure("conflict", message="Said by the service.")
    with pytest.raises(FirstHandConflictError, match="Said by the service"):
        create(mine(lambda request: httpx.Response(409, json=answer, headers={"Content-Type": "application/x+json"})))


def test_a_token_goes_where_the_key_goes() -> None:
    place = ("components", "securitySchemes", "bearerAuth")
    assert "pass it as `api_key=`" in told(put(CONTRACT, place, {"type": "openIdConnect", "openIdConnectUrl": "/x"}))
    assert "api_key=" not in told(put(CONTRACT, place, {"type": "apiKey", "in": "header", "name": "X-Key"}))
    seen = []

    def service(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["Authorization"])
        return httpx.Response(201, json=JOB)

    create(Client("a.token.of-theirs", http_client=httpx.Client(transport=httpx.MockTransport(service))))
    assert seen == ["Bearer a.token.of-theirs"]


@pytest.mark.parametrize("value", ["7", pytest.param("Thu, 01 Jan 1970 00:00:07 GMT", marks=OFF_CONTRACT)])
def test_a_time_to_come_back_may_be_a_date(value: str) -> None:
    new = put(CONTRACT, ("components", "headers", "Retry-After", "schema"), {"type": "string", "format": "http-date"})
    advice = told(new, rule="response-header-type-changed")
    assert advice.startswith("Nothing where it is a number of seconds or an HTTP date")
    sent = {"Retry-After": value, "Date": "Thu, 01 Jan 1970 00:00:00 GMT"}
    came = error(failure("rate_limit_exceeded"), 429, **sent)
    assert isinstance(came, FirstHandRateLimitError)
    assert came.retry_after == 7


@OFF_CONTRACT
@pytest.mark.parametrize("status", [409, 429, 503])
def test_a_pause_that_an_error_tells_no_more_is_that_of_its_class(status: int) -> None:
    names = {409: "Conflict", 429: "TooManyRequests", 503: "ServiceUnavailable"}
    new = drop(CONTRACT, (*ANSWERS, names[status], "headers", "Retry-After"))
    (finding,) = report(CONTRACT, new, surface()).findings
    assert finding.change.subject == names[status]
    assert {use.status for use in finding.change.uses} == {str(status)}
    assert finding.read_by == ("client.request(...)",)  # which takes its pauses from the header
    came = error(failure("conflict" if status == 409 else "down"), status)
    attribute = "retry_after" if hasattr(came, "retry_after") else "headers"
    assert finding.symbols == (f"{type(came).__name__}.{attribute}", "client.request(...)")
    assert ("`retry_after` None" in finding.advice) is (status == 429)
    assert ("`headers.get(...)`" in finding.advice) is (status != 429)
    assert "retry-after" not in came.headers


@OFF_CONTRACT
def test_a_cursor_that_is_no_text_is_not_followed() -> None:
    schemas: Place = ("components", "schemas")
    new = put(CONTRACT, (*schemas, "JobList", "properties", "next_cursor"), {"type": ["integer", "null"]})
    (finding,) = report(CONTRACT, new, surface()).findings
    assert finding.advice.startswith("Count on the first page only")
    assert "removed" not in finding.advice
    assert "Without it" not in finding.advice
    page = mine(lambda request: httpx.Response(200, json={"data": [], "has_more": True, "next_cursor": 7})).jobs.list()
    assert page.next_cursor is None
    assert page.next_page() is None
    assert page["next_cursor"] == 7  # so that one can go on by hand, as the advice says


@OFF_CONTRACT
def test_a_list_whose_cursor_is_ignored_raises() -> None:
    contract = judge.excerpt("/v1/jobs/{job_id}/files").document
    new = drop(contract, ("components", "parameters", "Cursor"))
    new = changed(new, FILES, lambda all_: [one for one in all_ if not one.get("$ref", "").endswith("/Cursor")])
    advice = told(new, contract, rule="request-parameter-removed")
    assert "raise FirstHandPaginationError" in advice
    page = {"data": [], "has_more": True, "next_cursor": "c1"}
    with pytest.raises(FirstHandPaginationError):
        list(mine(lambda request: httpx.Response(200, json=page)).files.list(job_id="job_1"))


def exchanged() -> JSON:
    """The contract in which a list answers with less than the jobs that it lists."""
    schemas: Place = ("components", "schemas")
    summary = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
    new = put(CONTRACT, (*schemas, "JobSummary"), summary)
    return put(new, (*schemas, "JobList", "properties", "data", "items"), {"$ref": "#/components/schemas/JobSummary"})


@OFF_CONTRACT
def test_a_list_of_something_else_names_who_lists_and_what_is_lost() -> None:
    told_all = report(CONTRACT, exchanged(), surface())
    (finding,) = told_all.of("breaking")
    assert (finding.change.rule, finding.change.subject) == ("schema-replaced", "JobList.data[]")
    assert {"client.jobs.list(...)", "client.list_jobs(...)", "Page.data", "Job.title"} <= set(finding.symbols)
    assert finding.advice.startswith("Stop reading what it lacks: until you upgrade that raises MissingFieldError")
    assert "met in `list_jobs response: data[]`, `list_jobs response: data[].accepted_formats`" in as_markdown(told_all)
    answer = {"object": "list", "data": [{"id": "job_1", "newer": 1}], "has_more": False, "next_cursor": None}
    (job,) = mine(lambda request: httpx.Response(200, json=answer)).jobs.list().data
    assert (job.id, job["newer"]) == ("job_1", 1)
    with pytest.raises(MissingFieldError):
        _ = job.created_at


def test_an_event_never_had_the_type_of_another_one() -> None:
    envelope: Place = ("components", "schemas", "JobEvent")
    flagged: Place = ("webhooks", "job.flagged", "post", "requestBody", "content", "application/json", "schema")
    new = put(CONTRACT, ("components", "schemas", "Flagged"), judge.contract().resolved(envelope))
    new = put(new, ("components", "schemas", "Flagged", "properties", "type"), {"const": "job.flagged"})
    new = put(new, flagged, {"$ref": "#/components/schemas/Flagged"})
    assert found(new) == {"schema-replaced": "risky", "event-property-enum-closed": "compatible"}
    other = put(CONTRACT, (*envelope, "properties", "type"), {"const": "job.done"})
    said = {change.old for change in compare(CONTRACT, other) if change.rule == "event-property-enum-value-removed"}
    assert said == {"job.flagged"}


@pytest.mark.off_contract("the service is one contract ahead", requests=True)
def test_a_field_that_is_needed_is_sent_by_a_flat_call() -> None:
    new = put(CONTRACT, (*WANTED, "properties", "consent_text"), {"type": "string"})
    new = changed(new, (*WANTED, "required"), lambda names: [*names, "consent_text"])
    (one,) = report(CONTRACT, new, surface()).findings
    assert 'Until you upgrade, `client.create_job({"consent_text": ...})` sends it' in one.advice
    sent: list[bytes] = []

    def service(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        return httpx.Response(201, json=JOB)

    mine(service).create_job({"type": "data_collection", "consent_text": "Yes."})
    assert b'"consent_text":"Yes."' in sent[0].replace(b": ", b":")


# All advice


def test_rules_of_texts_and_keys_are_rules() -> None:
    assert {
        "auth-text-changed",
        "rate-limit-text-changed",
        "webhook-signature-text-changed",
        "idempotency-key-became-required",
    } <= RULES.keys()


def test_advice_is_a_sentence_and_speaks_to_whoever_installs_the_package() -> None:
    for rule in RULES.values():
        assert not rule.advice or (rule.advice[0].isupper() and rule.advice.endswith(".")), rule
        # Who has the package from an index cannot regenerate it.
        assert not re.match("Regenerate", rule.advice), rule
