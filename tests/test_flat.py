"""The flat methods: what each sends, that it sends bodies as they are, and how the two that wait come to their end."""

from __future__ import annotations

import datetime
import inspect
import json
import pickle
from operator import attrgetter
from uuid import UUID

import httpx
import pytest
from firsthandapi_generated.models.task_status import TASK_STATUS_VALUES
from support import BASE_URL, FILE, JOB, UNAVAILABLE, FakeClock, both, example, failure, listed

from firsthandapi import (
    File,
    FirstHandArgumentError,
    FirstHandAuthenticationError,
    FirstHandUnexpectedAnswerError,
    FirstHandValidationError,
    FirstHandWaitTimeoutError,
    Job,
    _waiting,
)
from firsthandapi._async.flat import AsyncFlatMethods

pytestmark = pytest.mark.respx(base_url=BASE_URL)

TASK = {**example("Task"), "id": "task_1"}
RESOLVED = {"status": "resolved", "decision": "approve"}
PAGE = {"limit": 5, "cursor": "c_1"}
PAGED = {"limit": "5", "cursor": "c_1"}
BUSY = httpx.Response(503, json=UNAVAILABLE)
REVOKED = httpx.Response(401, json=failure("authentication_error"))
BROKEN = httpx.Response(502, json=failure("bad_gateway"))
NOON = datetime.datetime(2026, 3, 31, 12, tzinfo=datetime.timezone.utc)
SINCE = {"start_date": "2026-03-31T12:00:00Z", "end_date": NOON}
SINCE_SENT = {"start_date": "2026-03-31T12:00:00+00:00", "end_date": "2026-03-31T12:00:00+00:00"}
NEW_TASK = example("TaskCreate")
NEW_JOB = example("JobCreate")
SUBMISSIONS = example("SubmissionList")
ENDPOINT = example("WebhookEndpoint")


def case(name, *args, sends, query=None, body=None, answer=None, **kwargs):
    method, path = sends.split()
    values = (name, args, kwargs, method, path, query or {}, body, answer)
    return pytest.param(*values, id=f"{name}{kwargs or ''}")


def case_with_body(name, body, *ids, sends, answer):
    return case(name, *ids, body, sends=sends, body=body, answer=answer)


WITH_BODY = [
    case_with_body("create_task", NEW_TASK, sends="POST /v1/tasks", answer=TASK),
    case_with_body("validate_task", NEW_TASK, sends="POST /v1/tasks/validate", answer=example("TaskValid")),
    case_with_body("create_job", NEW_JOB, sends="POST /v1/jobs", answer=JOB),
    case_with_body("rate_job", example("JobRating"), "job_1", sends="POST /v1/jobs/job_1/rate", answer=JOB),
    case_with_body(
        "create_api_key", example("ApiKeyCreate"), sends="POST /v1/api_keys", answer=example("ApiKeyCreated")
    ),
    case_with_body(
        "create_webhook_endpoint",
        example("WebhookEndpointCreate"),
        sends="POST /v1/webhook_endpoints",
        answer=example("WebhookEndpointWithSecret"),
    ),
    case_with_body(
        "update_webhook_endpoint",
        example("WebhookEndpointUpdate"),
        "we_1",
        sends="PATCH /v1/webhook_endpoints/we_1",
        answer=ENDPOINT,
    ),
    case_with_body(
        "purchase_credits",
        example("CreditPurchase"),
        sends="POST /v1/billing/credits/purchase",
        answer=example("Checkout"),
    ),
    case_with_body(
        "update_settings",
        example("OrganizationSettingsUpdate"),
        sends="PATCH /v1/organization/settings",
        answer=example("OrganizationSettings"),
    ),
    case_with_body("signup", example("Signup"), sends="POST /v1/auth/signup", answer=example("SignupResult")),
]
CASES = [
    *WITH_BODY,
    case("get_task", "task_1", sends="GET /v1/tasks/task_1", answer=TASK),
    case("list_tasks", sends="GET /v1/tasks", answer=listed(TASK)),
    case(
        "list_tasks",
        status="resolved",
        task_type="support_reply",
        **PAGE,
        sends="GET /v1/tasks",
        query={"status": "resolved", "task_type": "support_reply", **PAGED},
        answer=listed(TASK),
    ),
    case(
        "get_task_audit",
        "task_1",
        **PAGE,
        sends="GET /v1/tasks/task_1/audit",
        query=PAGED,
        answer=example("TaskAuditEventList"),
    ),
    case("cancel_task", "task_1", sends="POST /v1/tasks/task_1/cancel", answer=TASK),
    case("get_job", "job_1", sends="GET /v1/jobs/job_1", answer=JOB),
    case("list_jobs", sends="GET /v1/jobs", answer=listed(JOB, JOB, next_cursor="c_2")),
    case(
        "list_jobs",
        status="completed",
        type="feedback",
        **PAGE,
        sends="GET /v1/jobs",
        query={"status": "completed", "type": "feedback", **PAGED},
        answer=listed(),
    ),
    case(
        "get_job_audit",
        "job_1",
        **PAGE,
        sends="GET /v1/jobs/job_1/audit",
        query=PAGED,
        answer=example("AuditEventList"),
    ),
    case("cancel_job", "job_1", sends="POST /v1/jobs/job_1/cancel", answer=JOB),
    case(
        "get_job_files",
        "job_1",
        min_score=4,
        **PAGE,
        sends="GET /v1/jobs/job_1/files",
        query={"min_score": "4", **PAGED},
        answer=listed(FILE),
    ),
    case("refresh_file_url", "file_1", sends="POST /v1/files/file_1/refresh_url", answer=FILE),
    case(
        "get_job_submissions",
        "job_1",
        status="rejected",
        **PAGE,
        sends="GET /v1/jobs/job_1/submissions",
        query={"status": "rejected", **PAGED},
        answer=SUBMISSIONS,
    ),
    case(
        "list_submissions",
        job_id="job_1",
        status="approved",
        min_score=4,
        **SINCE,
        **PAGE,
        sends="GET /v1/submissions",
        query={"job_id": "job_1", "status": "approved", "min_score": "4", **SINCE_SENT, **PAGED},
        answer=SUBMISSIONS,
    ),
    case("get_submission", "sub_1", sends="GET /v1/submissions/sub_1", answer=example("Submission")),
    case(
        "get_submission_summary",
        job_id="job_1",
        **SINCE,
        sends="GET /v1/submissions/summary",
        query={"job_id": "job_1", **SINCE_SENT},
        answer=example("SubmissionSummary"),
    ),
    case("list_api_keys", **PAGE, sends="GET /v1/api_keys", query=PAGED, answer=example("ApiKeyList")),
    case("rotate_api_key", "key_1", sends="POST /v1/api_keys/key_1/rotate", answer=example("ApiKeyRotated")),
    case("revoke_api_key", "key_1", sends="POST /v1/api_keys/key_1/revoke"),
    case(
        "list_webhook_endpoints",
        **PAGE,
        sends="GET /v1/webhook_endpoints",
        query=PAGED,
        answer=example("WebhookEndpointList"),
    ),
    case("get_webhook_endpoint", "we_1", sends="GET /v1/webhook_endpoints/we_1", answer=ENDPOINT),
    case("delete_webhook_endpoint", "we_1", sends="DELETE /v1/webhook_endpoints/we_1"),
    case(
        "rotate_webhook_secret",
        "we_1",
        sends="POST /v1/webhook_endpoints/we_1/rotate_secret",
        answer=example("WebhookEndpointWithSecret"),
    ),
    case(
        "list_webhook_events", **PAGE, sends="GET /v1/webhook_events", query=PAGED, answer=example("WebhookEventList")
    ),
    case(
        "replay_webhook_event",
        "evt_1",
        sends="POST /v1/webhook_events/evt_1/replay",
        answer=example("WebhookEventReplayed"),
    ),
    case("get_credit_balance", sends="GET /v1/billing/credits", answer=example("CreditBalance")),
    case(
        "list_transactions",
        type="purchase",
        **PAGE,
        sends="GET /v1/billing/transactions",
        query={"type": "purchase", **PAGED},
        answer=example("CreditTransactionList"),
    ),
    case("get_quality_summary", sends="GET /v1/quality/summary", answer=example("QualitySummary")),
    case("get_settings", sends="GET /v1/organization/settings", answer=example("OrganizationSettings")),
    case(
        "list_audit_events",
        resource_id="job_1",
        action="job.created",
        **PAGE,
        sends="GET /v1/audit-events",
        query={"resource_id": "job_1", "action": "job.created", **PAGED},
        answer=example("AuditEventList"),
    ),
]
WAITING = {"submit_and_wait", "create_job_and_wait"}
NAMES = {name for name, _ in inspect.getmembers(AsyncFlatMethods, inspect.isfunction) if not name.startswith("_")}


def call(side, name, *args, client=None, **kwargs):
    return side.run(getattr(client or side.client(), name)(*args, **kwargs))


# The wire


def test_every_flat_method_has_its_case():
    assert {case.values[0] for case in CASES} | WAITING == NAMES
    assert len(NAMES) > 38


@both
@pytest.mark.parametrize(("name", "args", "kwargs", "method", "path", "query", "body", "answer"), CASES)
def test_what_goes_out_and_what_comes_back(side, name, args, kwargs, method, path, query, body, answer, respx_mock):
    status = 204 if answer is None else 201 if name.startswith("create_") else 200
    route = respx_mock.request(method, path).respond(status, **({} if answer is None else {"json": answer}))
    result = call(side, name, *args, **kwargs)
    (sent,) = [one.request for one in route.calls]
    assert dict(sent.url.params) == query
    assert (json.loads(sent.content) if sent.content else None) == body
    assert ("authorization" in sent.headers) == (name != "signup")
    if method == "POST" and name != "validate_task":  # that one changes nothing
        assert UUID(sent.headers["idempotency-key"]).version == 4
    else:
        assert "idempotency-key" not in sent.headers
    if answer is None:
        assert result is None
    else:
        assert result == answer
        assert result.to_dict() == answer
        assert list(result) == list(answer)
        assert [result[key] for key in answer] == list(answer.values())


@both
@pytest.mark.off_contract("no method looks into a body: it is the service's to judge", requests=True)
@pytest.mark.parametrize(("name", "args", "kwargs", "method", "path", "query", "body", "answer"), WITH_BODY)
def test_a_body_goes_out_as_it_is(side, name, args, kwargs, method, path, query, body, answer, respx_mock):
    status = 201 if name.startswith("create_") else 200
    route = respx_mock.request(method, path).respond(status, json=answer)
    body = {"a_field_of_2031": None, "task_type": "no such", "nested": {"list": [1, 2.5, "é", True]}}
    call(side, name, *args[:-1], body)
    assert json.loads(route.calls.last.request.content) == body


@both
@pytest.mark.off_contract("a newer service with a field more in each answer")
@pytest.mark.parametrize(
    ("name", "args", "kwargs", "method", "path", "query", "body", "answer"),
    [case for case in CASES if case.values[-1] is not None],
)
def test_what_nobody_documented_is_kept(side, name, args, kwargs, method, path, query, body, answer, respx_mock):
    newer = {**answer, "field_of_2031": [None]}
    respx_mock.request(method, path).respond(200, json=newer)
    assert call(side, name, *args, **kwargs).to_dict() == newer


@both
@pytest.mark.off_contract("a filter that nobody documented", requests=True)
def test_a_filter_goes_out_as_it_is(side, respx_mock):
    route = respx_mock.get("/v1/jobs").respond(200, json=listed())
    call(side, "list_jobs", status="status_of_2031")
    assert dict(route.calls.last.request.url.params) == {"status": "status_of_2031"}


@both
def test_jobs_and_files_have_their_everyday_words(side, respx_mock):
    respx_mock.get("/v1/jobs/job_1").respond(200, json=JOB)
    respx_mock.post("/v1/files/file_1/refresh_url").respond(200, json=FILE)
    job = call(side, "get_job", "job_1")
    file = call(side, "refresh_file_url", "file_1")
    assert (type(job), job.quantity, job["files_needed"]) == (Job, 50, 50)
    assert (type(file), file.score, file["ai_star_rating"]) == (File, 4, 4)


@both
@pytest.mark.parametrize("name", ["get_job", "get_task"])
@pytest.mark.parametrize(
    ("wait_seconds", "prefer"),
    [(None, None), (0, None), (1, "wait=1"), (1.5, "wait=2"), (30, "wait=30"), (60, "wait=60"), (3600, "wait=60")],
)
def test_long_polls(side, name, wait_seconds, prefer, respx_mock):
    route = respx_mock.get(f"/v1/{name[4:]}s/any_1").respond(200, json=JOB if name == "get_job" else TASK)
    call(side, name, "any_1", wait_seconds=wait_seconds)
    assert route.calls.last.request.headers.get("prefer") == prefer


@both
@pytest.mark.parametrize(
    ("name", "body", "path", "status", "answer"),
    [
        ("create_job", NEW_JOB, "jobs", 201, JOB),
        ("create_task", NEW_TASK, "tasks", 201, TASK),
        ("create_api_key", example("ApiKeyCreate"), "api_keys", 201, example("ApiKeyCreated")),
        (
            "create_webhook_endpoint",
            example("WebhookEndpointCreate"),
            "webhook_endpoints",
            201,
            example("WebhookEndpointWithSecret"),
        ),
        ("purchase_credits", {"amount_cents": 2500}, "billing/credits/purchase", 200, example("Checkout")),
        ("signup", example("Signup"), "auth/signup", 200, example("SignupResult")),
    ],
)
def test_a_key_of_the_callers_own(side, name, body, path, status, answer, respx_mock):
    route = respx_mock.post(f"/v1/{path}").respond(status, json=answer)
    call(side, name, body, idempotency_key="mine")
    assert route.calls.last.request.headers["idempotency-key"] == "mine"
    with pytest.raises(FirstHandArgumentError, match="idempotency_key"):
        call(side, name, body, idempotency_key="a\nb")
    assert route.calls.call_count == 1


@both
def test_a_retry_sends_the_key_again(side, respx_mock):
    route = respx_mock.post("/v1/webhook_endpoints").mock(
        side_effect=[BUSY, httpx.ReadError("gone"), httpx.Response(201, json=example("WebhookEndpointWithSecret"))]
    )
    made = call(side, "create_webhook_endpoint", example("WebhookEndpointCreate"))
    assert made == example("WebhookEndpointWithSecret")
    assert len({one.request.headers["idempotency-key"] for one in route.calls}) == 1
    assert route.calls.call_count == 3


@both
def test_a_refused_body_is_the_services_error(side, respx_mock):
    details = [{"field": "task_type", "message": "Invalid task_type"}]
    respx_mock.post("/v1/tasks").respond(400, json=failure("validation_error", "Invalid task_type", details=details))
    with pytest.raises(FirstHandValidationError) as caught:
        call(side, "create_task", {"task_type": "invalid"})
    error = caught.value
    assert (error.status, error.type, str(error)) == (400, "validation_error", "Invalid task_type")
    assert error.request_id == "req_1"
    assert error.details == details


# What is refused before anything is sent

LISTS = [name for name in NAMES if name.startswith(("list_", "get_submission_"))]


@both
@pytest.mark.parametrize("name", sorted(LISTS))
def test_an_unknown_filter_is_named(side, name, respx_mock):
    with pytest.raises(TypeError, match="'statsu'"):
        call(side, name, statsu="active")
    assert respx_mock.calls.call_count == 0


@both
@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("create_task", ()),
        ("validate_task", ()),
        ("submit_and_wait", ()),
        ("create_job", ()),
        ("create_job_and_wait", ()),
        ("rate_job", ("job_1",)),
        ("create_api_key", ()),
        ("create_webhook_endpoint", ()),
        ("update_webhook_endpoint", ("we_1",)),
        ("purchase_credits", ()),
        ("update_settings", ()),
        ("signup", ()),
    ],
)
@pytest.mark.parametrize("body", [None, [], "{}", 5, {"a": object()}, {"a": float("nan")}, {"a": {1, 2}}])
def test_a_body_that_is_no_json_object_is_refused(side, name, args, body, respx_mock):
    with pytest.raises(FirstHandArgumentError) as caught:
        call(side, name, *args, body)
    assert caught.value.argument == "body"
    assert respx_mock.calls.call_count == 0


@both
@pytest.mark.parametrize("id", ["", " ", None, 5, "."])
def test_what_is_no_id_is_refused(side, id, respx_mock):
    for name in sorted(NAMES):
        first = next(iter(inspect.signature(getattr(side.client(), name)).parameters), "")
        if first.endswith("_id") and name not in LISTS:
            rest = [{}] if "body" in inspect.signature(getattr(side.client(), name)).parameters else []
            with pytest.raises(FirstHandArgumentError) as caught:
                call(side, name, id, *rest)
            assert caught.value.argument == first
    assert respx_mock.calls.call_count == 0


@both
def test_an_id_is_one_segment_of_the_path(side, respx_mock):
    route = respx_mock.get(url__regex=".*").respond(200, json=JOB)
    call(side, "get_job", "../api_keys?limit=1#")
    assert route.calls.last.request.url.raw_path == b"/v1/jobs/..%2Fapi_keys%3Flimit%3D1%23"


@both
@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("max_wait_seconds", -1),
        ("max_wait_seconds", float("inf")),
        ("max_wait_seconds", "120"),
        ("poll_interval_seconds", float("nan")),
        ("poll_interval_seconds", None),
    ],
)
def test_what_cannot_be_waited_for_is_not_made(side, argument, value, respx_mock):
    client = side.client()
    job = {"type": "data_collection", "description": "A photo of a menu.", "content_type": "image"}
    for wait, args, words in [
        (client.submit_and_wait, [NEW_TASK], {}),
        (client.create_job_and_wait, [NEW_JOB], {}),
        (client.tasks.wait, ["task_1"], {}),
        (client.tasks.create_and_wait, [], {"task_type": "support_reply"}),
        (client.jobs.create_and_wait, [], {**job, "quantity": 1, "reward_per_file": 50}),
    ]:
        with pytest.raises(FirstHandArgumentError) as caught:
            side.run(wait(*args, **words, **{argument: value}))
        assert caught.value.argument == argument
    assert respx_mock.calls.call_count == 0


# Waiting


class Service:
    """One task or job that is made by POST and changes at given times; its long polls are held until then.

    `outcomes` are played first: a response or an error for each request, None for the service's own answer.
    """

    def __init__(self, resource, changes, outcomes=()):
        self.clock = FakeClock()
        self.keys = []
        self.looks = []
        self._resource = resource
        self._changes = changes
        self._outcomes = iter(outcomes)

    def __call__(self, request):
        outcome = next(self._outcomes, None)
        if request.method == "POST":
            self.keys.append(request.headers["idempotency-key"])
        else:
            self.looks.append(self.clock.now)
        if isinstance(outcome, Exception):
            raise outcome
        if outcome is not None:
            return outcome
        if request.method == "POST":
            return httpx.Response(201, json=self._now())
        prefer = request.headers.get("prefer")
        if prefer is None:
            return httpx.Response(200, json=self._now())
        coming = [moment - self.clock.now for moment in self._changes if moment > self.clock.now]
        self.clock.now += min([float(prefer.partition("=")[2]), *coming])
        return httpx.Response(200, json=self._now(), headers={"Preference-Applied": prefer})

    def _now(self):
        resource = {**self._resource, "id": "any_1"}
        for moment, change in sorted(self._changes.items()):
            if moment <= self.clock.now:
                resource.update(change)
        return resource


def serve(side, respx_mock, service, **settings):
    respx_mock.route(path__regex=r"^/v1/(tasks|jobs)(/any_1)?$").mock(side_effect=service)
    return side.client(clock=service.clock, **settings)


KINDS = pytest.mark.parametrize(
    ("name", "body", "resource", "done"),
    [
        ("submit_and_wait", NEW_TASK, TASK, RESOLVED),
        ("create_job_and_wait", NEW_JOB, JOB, {"status": "completed", "files_approved": 50}),
    ],
    ids=["task", "job"],
)


@both
@KINDS
def test_made_and_waited_for(side, name, body, resource, done, respx_mock):
    service = Service(resource, {20: {"updated_at": "2026-03-31T14:22:28Z"}, 90: done})
    result = call(side, name, body, client=serve(side, respx_mock, service))
    assert result == {**resource, "id": "any_1", "updated_at": "2026-03-31T14:22:28Z", **done}
    assert service.clock.now == 90
    assert service.looks == [0, 0, 20, 80]
    assert len(service.keys) == 1


@both
@KINDS
def test_when_the_time_is_over_it_is_returned_as_it_stands(side, name, body, resource, done, respx_mock):
    service = Service(resource, {1000: done})
    result = call(side, name, body, client=serve(side, respx_mock, service), max_wait_seconds=150)
    assert result["status"] == resource["status"]
    assert service.clock.now == 150
    assert len(service.keys) == 1


@both
@KINDS
def test_no_time_at_all_is_one_look(side, name, body, resource, done, respx_mock):
    service = Service(resource, {1: done})
    result = call(side, name, body, client=serve(side, respx_mock, service), max_wait_seconds=0)
    assert (result["id"], result["status"]) == ("any_1", resource["status"])
    assert service.looks == [0]


@both
@KINDS
def test_a_lost_answer_is_asked_for_again_and_nothing_is_made_twice(side, name, body, resource, done, respx_mock):
    lost = [httpx.ReadTimeout("lost"), BUSY, None, httpx.ReadError("lost"), BROKEN, None]
    service = Service(resource, {90: done}, lost)
    result = call(side, name, body, client=serve(side, respx_mock, service))
    assert result["status"] == done["status"]
    assert len(service.keys) == 3
    assert len(set(service.keys)) == 1


@both
@KINDS
def test_a_wait_that_fails_for_good_says_what_was_made(side, name, body, resource, done, respx_mock):
    service = Service(resource, {90: done}, [None, None, REVOKED])
    with pytest.raises(FirstHandAuthenticationError) as caught:
        call(side, name, body, client=serve(side, respx_mock, service, max_retries=3))
    assert any("any_1 exists: wait for it by its id" in note for note in caught.value.__notes__)
    assert len(service.keys) == 1


@both
@pytest.mark.filterwarnings("ignore::firsthandapi.FirstHandDriftWarning")
@pytest.mark.off_contract("what was made has no id")
@pytest.mark.parametrize("id", [None, 5, {"left": "out"}])
@pytest.mark.parametrize("key", [None, "mine"])
@pytest.mark.parametrize(
    ("name", "arguments", "resource", "operation", "find"),
    [
        ("submit_and_wait", {"body": NEW_TASK}, TASK, "create_task", "client.list_tasks()"),
        ("create_job_and_wait", {"body": NEW_JOB}, JOB, "create_job", "client.list_jobs()"),
        ("tasks.create_and_wait", {"task_type": "support_reply"}, TASK, "create_task", "client.tasks.list()"),
        ("jobs.create_and_wait", NEW_JOB, JOB, "create_job", "client.jobs.list()"),
    ],
)
def test_what_was_made_without_an_id_is_nobodys_mistake(
    side, name, arguments, resource, operation, find, key, id, respx_mock
):
    """The money is held: the error says how to find what was made, and how not to make it twice."""
    nameless = {field: value for field, value in resource.items() if field != "id"}
    made = respx_mock.post(url__regex=".*").respond(
        201, json=nameless if isinstance(id, dict) else {**nameless, "id": id}, headers={"X-Request-Id": "req_1"}
    )
    given = {} if key is None else {"idempotency_key": key}
    with pytest.raises(FirstHandUnexpectedAnswerError, match=f"^{operation} was answered without an id") as caught:
        side.run(attrgetter(name)(side.client())(**arguments, **given))
    error = caught.value
    sent = made.calls.last.request.headers["idempotency-key"]
    assert (error.operation_id, error.request_id, error.status, error.retryable) == (operation, "req_1", 201, False)
    assert key in (None, sent)
    said = "\n".join(error.__notes__)
    assert find in said
    assert f"idempotency_key={sent!r}" in said
    assert made.call_count == 1


@both
@KINDS
@pytest.mark.parametrize("failed", [httpx.ReadError("gone"), BROKEN])
def test_an_outage_that_ends_in_time_ends_no_wait(side, name, body, resource, done, failed, respx_mock):
    service = Service(resource, {90: done}, [None, None, *[failed] * 30])
    client = serve(side, respx_mock, service, max_retries=3)
    assert call(side, name, body, client=client, max_wait_seconds=600)["status"] == done["status"]
    assert len(service.keys) == 1


@both
@KINDS
def test_an_outage_that_lasts_gives_what_was_made(side, name, body, resource, done, respx_mock):
    service = Service(resource, {90: done}, [None, *[BROKEN] * 1000])
    found = call(side, name, body, client=serve(side, respx_mock, service, max_retries=0), max_wait_seconds=60)
    assert found["id"] == "any_1"
    assert found["status"] != done["status"]
    assert 60 <= service.clock.now < 70


@both
@KINDS
def test_a_key_of_the_callers_own_waits_for_the_same_one(side, name, body, resource, done, respx_mock):
    service = Service(resource, {90: done})
    client = serve(side, respx_mock, service)
    call(side, name, body, client=client, max_wait_seconds=10, idempotency_key="mine")
    result = call(side, name, body, client=client, idempotency_key="mine")
    assert result["status"] == done["status"]
    assert service.keys == ["mine", "mine"]


@both
@KINDS
def test_cancelled_is_an_end_too(side, name, body, resource, done, respx_mock):
    service = Service(resource, {30: {"status": "cancelled"}})
    assert call(side, name, body, client=serve(side, respx_mock, service))["status"] == "cancelled"
    assert service.clock.now == 30


def test_every_known_status_of_a_task_is_final_or_live():
    assert set(TASK_STATUS_VALUES) == _waiting.FINAL_TASK | _waiting.LIVE_TASK
    assert not _waiting.FINAL_TASK & _waiting.LIVE_TASK


@both
@pytest.mark.parametrize("status", ["resolved", "completed", "timed_out", "failed", "cancelled"])
def test_tasks_wait_returns_at_every_end(side, status, respx_mock):
    service = Service(TASK, {0: {"status": "in_review"}, 70: {"status": status}})
    task = side.run(serve(side, respx_mock, service).tasks.wait("any_1"))
    assert task.status == status
    assert service.clock.now == 70
    assert service.looks == [0, 0, 60]


@both
@pytest.mark.parametrize(
    "status",
    [
        "pending",
        "in_review",
        pytest.param("status_of_2031", marks=pytest.mark.off_contract("a status that came later")),
    ],
)
def test_tasks_wait_raises_at_its_deadline(side, status, respx_mock):
    service = Service(TASK, {0: {"status": status}})
    with pytest.raises(FirstHandWaitTimeoutError) as caught:
        side.run(serve(side, respx_mock, service).tasks.wait("any_1", max_wait_seconds=90))
    error = caught.value
    assert (error.task.id, error.task.status) == ("any_1", status)
    assert str(error) == f"task any_1 is {status} after 90 s; it runs on, wait again to go on waiting"
    assert isinstance(error, TimeoutError)
    assert pickle.loads(pickle.dumps(error)).task == error.task
    assert not hasattr(error, "job")
    assert service.clock.now == 90


@both
def test_tasks_create_and_wait(side, respx_mock):
    service = Service(TASK, {50: RESOLVED})
    client = serve(side, respx_mock, service)
    task = side.run(client.tasks.create_and_wait(task_type="support_reply", idempotency_key="mine"))
    assert (task.status, task.decision) == ("resolved", "approve")
    assert service.keys == ["mine"]
    client = serve(side, respx_mock, Service(TASK, {50: RESOLVED}))
    with pytest.raises(FirstHandWaitTimeoutError) as caught:
        side.run(client.tasks.create_and_wait(task_type="support_reply", max_wait_seconds=20))
    assert caught.value.task.id == "any_1"
    assert caught.value.__notes__ == ["task any_1 exists: wait for it by its id instead of sending it again"]


@both
def test_tasks_create_and_wait_takes_what_both_take(side):
    tasks = side.client().tasks
    taken = [set(inspect.signature(method).parameters) for method in (tasks.create, tasks.wait, tasks.create_and_wait)]
    assert (taken[0] | taken[1]) - {"task_id"} == taken[2]


# The two resource methods that came with them


@both
def test_a_purchase(side, respx_mock):
    checkout = {"object": "checkout", "checkout_url": "https://checkout.test/1", "amount_cents": 2500}
    route = respx_mock.post("/v1/billing/credits/purchase").respond(200, json=checkout)
    found = side.run(side.client().billing.purchase(amount_cents=2500, idempotency_key="mine"))
    assert (found.checkout_url, found.amount_cents) == ("https://checkout.test/1", 2500)
    assert json.loads(route.calls.last.request.content) == {"amount_cents": 2500}
    assert route.calls.last.request.headers["idempotency-key"] == "mine"
    for amount in (0, "2500", None):
        with pytest.raises(FirstHandArgumentError, match="amount_cents"):
            side.run(side.client().billing.purchase(amount_cents=amount))
    assert route.calls.call_count == 1


@both
def test_signing_up_sends_no_key(side, respx_mock):
    result = {"organization_id": "org_1", "api_key": "fh_live_new", "credits_cents": 500}
    route = respx_mock.post("/v1/auth/signup").respond(200, json=result)
    client = side.client(api_key="none-yet")
    found = side.run(client.auth.signup(name="Menus Ltd", email="owner@example.com"))
    assert found.api_key == "fh_live_new"
    assert "fh_live_new" not in repr(found)
    sent = route.calls.last.request
    assert json.loads(sent.content) == {"name": "Menus Ltd", "email": "owner@example.com"}
    assert b"none-yet" not in b"".join(value for _, value in sent.headers.raw)
    with pytest.raises(FirstHandArgumentError, match="name"):
        side.run(client.auth.signup(name="", email="owner@example.com"))
