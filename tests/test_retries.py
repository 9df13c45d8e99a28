"""When a call is sent again: the decisions by themselves, then on the wire, then on real sockets."""

from __future__ import annotations

import json
import time
from email.utils import formatdate

import httpx
import pytest
from firsthandapi_generated.api.tasks import validate_task
from firsthandapi_generated.models import TaskCreate
from hypothesis import given
from hypothesis import strategies as st
from support import API_KEY, BASE_URL, JOB, UNAVAILABLE, FakeClock, Loopback, answer, both, example, failure

from firsthandapi import (
    Clock,
    FirstHandApiError,
    FirstHandConflictError,
    FirstHandConnectionError,
    FirstHandError,
    FirstHandIdempotencyError,
    FirstHandRateLimitError,
    FirstHandServerError,
    FirstHandTimeoutError,
)
from firsthandapi._retry import (
    LONGEST_DELAY,
    LONGEST_RETRY_AFTER,
    Failure,
    Retry,
    RetryBudget,
    Stop,
    decide,
    retry_after,
)

pytestmark = pytest.mark.respx(base_url=BASE_URL)

NOW = 1_775_000_000.0
IN_PROGRESS = failure("idempotency_in_progress")
TOO_MANY = failure("rate_limit_exceeded")
BUSY = httpx.Response(503, json=UNAVAILABLE)
NEW_JOB = {
    "type": "data_collection",
    "description": "A photo of a menu.",
    "content_type": "image",
    "quantity": 2,
    "reward_per_file": 75,
}


def decided(failure, **changes):
    settings = {
        "retries_made": 0,
        "max_retries": 3,
        "repeatable": True,
        "remaining": 1000.0,
        "now": NOW,
        "budget": RetryBudget(),
        "uniform": lambda low, high: high,
    }
    return decide(failure, **{**settings, **changes})


# Decisions


@pytest.mark.parametrize("status", [408, 429, 500, 501, 502, 503, 504, 520, 599])
def test_statuses_that_pass_are_tried_again(status):
    assert isinstance(decided(Failure(status)), Retry)


@pytest.mark.parametrize("status", [302, 400, 401, 402, 403, 404, 409, 410, 418, 422])
def test_statuses_that_stay_are_not(status):
    assert isinstance(decided(Failure(status)), Stop)


def test_only_the_conflict_with_our_own_first_attempt_is_tried_again():
    assert isinstance(decided(Failure(409, kind="idempotency_in_progress")), Retry)
    assert isinstance(decided(Failure(409, kind="idempotency_error")), Stop)
    assert isinstance(decided(Failure(400, kind="idempotency_in_progress")), Stop)


@pytest.mark.parametrize(
    ("failure", "again"),
    [
        (Failure(503), False),
        (Failure(reached=True), False),
        (Failure(409, kind="idempotency_in_progress"), False),
        (Failure(reached=False), True),  # it was never seen
        (Failure(429), True),  # it was refused before it was looked at
    ],
)
def test_what_is_not_safe_to_repeat_is_repeated_only_if_it_did_nothing(failure, again):
    decision = decided(failure, repeatable=False)
    assert isinstance(decision, Retry) == again
    assert again or "not safe" in decision.reason


def test_backoff_grows_to_a_limit_with_full_jitter():
    longest = [decided(Failure(503), retries_made=n, max_retries=9).delay for n in range(7)]
    assert longest == [0.5, 1, 2, 4, 8, 8, 8]
    assert decided(Failure(503), uniform=lambda low, high: low).delay == 0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": " 7.5 "}, 7.5),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "-7"}, 0),
        ({"retry-after": "99999999999"}, 99999999999),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "-1"}, 0),
        ({"retry-after-ms": "1500", "retry-after": "60"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "60"}, 60),
        ({"retry-after": ""}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": formatdate(NOW + 30, usegmt=True)}, 30),
        ({"retry-after": formatdate(NOW - 30, usegmt=True)}, 0),
        ({"retry-after": formatdate(NOW + 3630, usegmt=True), "date": formatdate(NOW + 3600, usegmt=True)}, 30),
        ({"retry-after": formatdate(NOW + 30, usegmt=True), "date": "yesterday"}, 30),
        ({"retry-after": "Wed, 99 Foo 2026 07:28:00 GMT"}, None),
        ({"retry-after": "Wed, 21 Oct 99999 07:28:00 GMT"}, None),
    ],
)
def test_retry_after(headers, seconds):
    assert retry_after(headers, NOW) == seconds


@pytest.mark.parametrize("zone", ["", " -0000"])
def test_a_date_without_zone_is_universal_time_wherever_we_are(zone, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        stamp = formatdate(NOW + 30, usegmt=True).replace(" GMT", zone)
        assert retry_after({"retry-after": stamp}, NOW) == 30
    finally:
        monkeypatch.undo()
        time.tzset()


@given(st.text(), st.text(), st.text())
def test_no_header_breaks_a_decision(milliseconds, seconds, date):
    hint = retry_after({"retry-after-ms": milliseconds, "retry-after": seconds, "date": date}, NOW)
    assert hint is None or 0 <= hint < float("inf")


@given(
    st.builds(lambda *parts: " ".join(parts), st.sampled_from(["Mon,", ""]), *[st.integers().map(str)] * 3)
    | st.datetimes().map(lambda moment: moment.strftime("%a, %d %b %Y %H:%M:%S"))
    | st.builds(
        "{:02d} Jan {:d} {:02d}:00:00 {}".format,
        st.integers(0, 40),
        st.integers(-1, 10**5),
        st.integers(0, 30),
        st.sampled_from(["", "GMT", "-0000", "+9999", "EST"]),
    )
)
def test_no_date_breaks_a_decision(date):
    hint = retry_after({"retry-after": date}, NOW)
    assert hint is None or 0 <= hint < float("inf")


hints = st.one_of(
    st.just({}),
    st.floats(-10, 100).map(lambda seconds: {"retry-after": str(seconds)}),
    st.integers(-10, 100_000).map(lambda milliseconds: {"retry-after-ms": str(milliseconds)}),
)
failures = st.builds(
    Failure,
    st.none() | st.sampled_from([400, 404, 408, 409, 429, 500, 501, 502, 503, 504, 520]),
    hints,
    st.sampled_from([None, "conflict", "idempotency_in_progress"]),
    st.booleans(),
)


@given(
    failure=failures,
    retries_made=st.integers(0, 12),
    max_retries=st.integers(0, 12),
    repeatable=st.booleans(),
    remaining=st.floats(-5, 200),
    luck=st.floats(0, 1),
)
def test_what_every_decision_keeps_to(failure, retries_made, max_retries, repeatable, remaining, luck):
    budget = RetryBudget(capacity=5, cost=5)
    decision = decided(
        failure,
        retries_made=retries_made,
        max_retries=max_retries,
        repeatable=repeatable,
        remaining=remaining,
        budget=budget,
        uniform=lambda low, high: low + (high - low) * luck,
    )
    if isinstance(decision, Stop):
        assert decision.reason
        assert budget.take(), "no token is taken for a retry that is not made"
        return
    hint = retry_after(failure.headers, NOW)
    assert 0 <= decision.delay < remaining
    assert decision.delay <= (LONGEST_DELAY if hint is None else min(hint * 1.1, hint + 1))
    assert hint is None or hint <= decision.delay
    assert hint is None or hint <= LONGEST_RETRY_AFTER
    assert retries_made < max_retries
    assert repeatable or not failure.reached or failure.status == 429
    assert not budget.take(), "the retry was paid for"


def test_the_budget_runs_dry_and_fills_up_again():
    budget = RetryBudget(capacity=10, cost=5)
    assert [budget.take() for _ in range(3)] == [True, True, False]
    budget.give_back(1)
    assert [budget.take() for _ in range(2)] == [True, False]
    for _ in range(5):
        budget.give_back(0)
    assert [budget.take() for _ in range(2)] == [True, False]
    budget.give_back(1000)
    assert [budget.take() for _ in range(3)] == [True, True, False]


# On the wire

A_DATE = pytest.mark.off_contract("a date, which HTTP allows, where the service promises seconds")


@both
def test_a_call_is_sent_again_until_it_succeeds(side, respx_mock):
    clock = FakeClock()
    route = respx_mock.get("/v1/jobs/job_1")
    route.side_effect = [BUSY, BUSY, httpx.Response(200, json=JOB)]
    client = side.client(clock=clock)
    raw = side.run(client.with_raw_response(client.jobs.get, "job_1"))
    assert (raw.parsed.id, raw.status, raw.attempts) == (JOB["id"], 200, 3)
    assert route.call_count == 3
    assert len(clock.sleeps) == 2
    assert 0 <= clock.sleeps[0] <= 0.5
    assert 0 <= clock.sleeps[1] <= 1
    assert raw.elapsed == sum(clock.sleeps)


@both
def test_one_idempotency_key_covers_all_attempts_of_a_call(side, respx_mock):
    route = respx_mock.post("/v1/jobs")
    route.side_effect = [
        BUSY,
        httpx.ReadTimeout("slow"),
        httpx.Response(201, json=JOB),
        httpx.Response(201, json=JOB),
    ]
    client = side.client()
    side.run(client.jobs.create(**NEW_JOB))
    side.run(client.jobs.create(**NEW_JOB))
    *first_call, second_call = [call.request.headers["idempotency-key"] for call in route.calls]
    assert len(set(first_call)) == 1
    assert second_call not in first_call
    assert len({call.request.content for call in route.calls}) == 1


@both
def test_an_idempotency_key_of_the_caller_is_sent_as_it_is(side, respx_mock):
    route = respx_mock.post("/v1/jobs")
    route.side_effect = [BUSY, httpx.Response(201, json=JOB)]
    side.run(side.client().jobs.create(**NEW_JOB, idempotency_key="menus-2026-03-31"))
    assert [call.request.headers.get_list("idempotency-key") for call in route.calls] == [["menus-2026-03-31"]] * 2


@both
def test_a_get_has_no_idempotency_key(side, respx_mock):
    route = respx_mock.get("/v1/jobs/job_1").respond(json=JOB)
    side.run(side.client().jobs.get("job_1"))
    assert "idempotency-key" not in route.calls.last.request.headers


@both
@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "7"},
        {"Retry-After-Ms": "7000"},
        pytest.param({"Retry-After": formatdate(NOW + 7, usegmt=True)}, marks=A_DATE),
    ],
)
def test_the_pause_that_the_service_asks_for_is_kept(side, headers, respx_mock):
    clock = FakeClock()
    route = respx_mock.get("/v1/jobs/job_1")
    route.side_effect = [httpx.Response(429, headers=headers, json=TOO_MANY), httpx.Response(200, json=JOB)]
    side.run(side.client(clock=clock).jobs.get("job_1"))
    assert 7 <= clock.sleeps[0] <= 7.7


@both
@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "3600"},
        pytest.param({"Retry-After": formatdate(NOW + 3600, usegmt=True)}, marks=A_DATE),
    ],
)
def test_a_longer_pause_than_we_wait_is_reported(side, headers, respx_mock):
    clock = FakeClock()
    route = respx_mock.get("/v1/jobs/job_1").respond(429, headers=headers, json=TOO_MANY)
    with pytest.raises(FirstHandRateLimitError) as caught:
        side.run(side.client(clock=clock, timeout=1e6).jobs.get("job_1"))
    assert route.call_count == 1
    assert clock.sleeps == []
    assert caught.value.retry_after == 3600
    assert "not tried again: the service asks for a pause of 3600 s, more than 60 s" in caught.value.__notes__


@both
def test_pauses_end_before_the_deadline(side, respx_mock):
    clock = FakeClock()
    route = respx_mock.get("/v1/jobs/job_1").respond(503, headers={"Retry-After": "7"}, json=UNAVAILABLE)
    with pytest.raises(FirstHandServerError) as caught:
        side.run(side.client(clock=clock, timeout=20, max_retries=100).jobs.get("job_1"))
    assert clock.now <= 20
    assert caught.value.attempts == route.call_count == 3
    assert caught.value.elapsed == clock.now
    assert any("would pass the deadline" in note for note in caught.value.__notes__)


@both
def test_one_deadline_covers_all_attempts(side, respx_mock):
    clock = FakeClock()
    allowed = []

    def silence(request):
        allowed.append(request.extensions["timeout"]["read"])
        clock.now += allowed[-1]
        raise httpx.ReadTimeout("", request=request)

    respx_mock.get("/v1/jobs/job_1").side_effect = silence
    with pytest.raises(FirstHandTimeoutError) as caught:
        side.run(side.client(clock=clock, timeout=50, attempt_timeout=20, max_retries=100).jobs.get("job_1"))
    assert allowed[:2] == [20, 20]
    assert allowed[2] == pytest.approx(10 - sum(clock.sleeps))
    assert clock.now <= 50
    assert caught.value.attempts == len(allowed)


@both
def test_max_retries_is_the_number_of_repetitions(side, respx_mock):
    route = respx_mock.get("/v1/jobs/job_1").respond(503, json=UNAVAILABLE)
    for retries in (0, 2):
        route.reset()
        with pytest.raises(FirstHandServerError) as caught:
            side.run(side.client(max_retries=retries).jobs.get("job_1"))
        assert route.call_count == retries + 1
        assert f"not tried again: max_retries={retries} is used up" in caught.value.__notes__


@both
@pytest.mark.parametrize(
    ("error", "ours"),
    [
        (httpx.ConnectError, FirstHandConnectionError),
        (httpx.ReadError, FirstHandConnectionError),
        (httpx.WriteError, FirstHandConnectionError),
        (httpx.RemoteProtocolError, FirstHandConnectionError),
        (httpx.ConnectTimeout, FirstHandTimeoutError),
        (httpx.ReadTimeout, FirstHandTimeoutError),
        (httpx.WriteTimeout, FirstHandTimeoutError),
        (httpx.PoolTimeout, FirstHandTimeoutError),
    ],
)
def test_no_answer_is_a_reason_to_try_again(side, error, ours, respx_mock):
    route = respx_mock.post("/v1/jobs")
    route.side_effect = [error("down"), httpx.Response(201, json=JOB)]
    assert side.run(side.client().jobs.create(**NEW_JOB)).id == JOB["id"]
    route.side_effect = error("down")
    with pytest.raises(ours, match=r"^create_job: api.firsthand.test .*\(down\)") as caught:
        side.run(side.client(max_retries=1).jobs.create(**NEW_JOB))
    assert caught.value.attempts == 2


@both
def test_our_own_attempt_still_running_is_waited_for(side, respx_mock):
    clock = FakeClock()
    route = respx_mock.post("/v1/jobs")
    route.side_effect = [
        httpx.ReadTimeout("slow"),
        httpx.Response(409, json=IN_PROGRESS, headers={"Retry-After": "2"}),
        httpx.Response(201, json=JOB),
    ]
    assert side.run(side.client(clock=clock).jobs.create(**NEW_JOB)).id == JOB["id"]
    assert 2 <= clock.sleeps[1] <= 2.2


@both
@pytest.mark.parametrize(
    ("kind", "ours"),
    [("conflict", FirstHandConflictError), ("idempotency_error", FirstHandIdempotencyError)],
)
def test_other_conflicts_are_final(side, kind, ours, respx_mock):
    route = respx_mock.post("/v1/jobs").respond(409, json=failure(kind))
    with pytest.raises(ours):
        side.run(side.client().jobs.create(**NEW_JOB))
    assert route.call_count == 1


@both
def test_a_post_that_the_contract_does_not_make_safe_is_sent_once(side, respx_mock):
    route = respx_mock.post("/v1/tasks/validate")
    call = validate_task.build(body=TaskCreate(task_type="content_review"))
    for failed in (BUSY, httpx.ReadTimeout("slow"), httpx.ReadError("cut")):
        route.reset()
        route.side_effect = [failed, httpx.Response(200, json=example("TaskValid"))]
        with pytest.raises(FirstHandError) as caught:
            side.run(side.client().request(call))
        assert route.call_count == 1
        assert any("not safe to repeat" in note for note in caught.value.__notes__)


@both
def test_a_post_that_never_arrived_is_sent_again(side, respx_mock):
    route = respx_mock.post("/v1/tasks/validate")
    call = validate_task.build(body=TaskCreate(task_type="content_review"))
    for failed in (httpx.ConnectError("down"), httpx.ConnectTimeout("slow"), httpx.Response(429, json=TOO_MANY)):
        route.reset()
        route.side_effect = [failed, httpx.Response(200, json=example("TaskValid"))]
        side.run(side.client().request(call))
        assert route.call_count == 2


@both
@pytest.mark.parametrize("settings", [{}, {"timeout": 0.5}, {"attempt_timeout": 0.5}])
def test_the_timeout_of_a_long_poll_exceeds_its_wait(side, settings, respx_mock):
    route = respx_mock.get("/v1/jobs/job_1").respond(json=JOB)
    for asked, sent in ((0.2, 1), (30, 30), (60, 60), (500, 60)):
        side.run(side.client(**settings).jobs.get("job_1", wait_seconds=asked))
        request = route.calls.last.request
        assert request.headers["prefer"] == f"wait={sent}"
        assert request.extensions["timeout"]["read"] > sent


@both
def test_a_call_without_answers_gives_its_budget_back_once_one_comes(side, respx_mock):
    route = respx_mock.get("/v1/jobs/job_1")
    client = side.client(timeout=1e6, max_retries=3)
    for _ in range(200):  # 400 retries: four times what an outage would be granted
        route.side_effect = [BUSY, BUSY, httpx.Response(200, json=JOB)]
        assert side.run(client.jobs.get("job_1")).id == JOB["id"]


# On real sockets


@both
def test_a_connection_cut_after_the_act_does_not_act_twice(side):
    jobs = {}

    def respond(request):
        known = request.headers["idempotency-key"] in jobs
        job = jobs.setdefault(request.headers["idempotency-key"], {**JOB, "id": f"job_{len(jobs)}"})
        if known:
            yield answer(json.dumps(job).encode(), 201)

    with Loopback(respond) as server:
        client = side.client(base_url=server.url)
        assert side.run(client.jobs.create(**NEW_JOB)).id == "job_0"
        side.run(client.close())
        assert len(server.requests) == 2
    assert len(jobs) == 1


@both
@pytest.mark.parametrize("whole", [0, 20, -1000], ids=["status", "headers", "body"])
def test_an_answer_that_drips_is_cut_at_the_deadline(side, whole):
    """Each byte comes in time, and all of them never."""

    def respond(request):
        dripping = answer(b" " * 1000)
        yield dripping[:whole]
        for place in range(len(dripping[:whole]), len(dripping[:whole]) + 100):
            time.sleep(0.02)
            yield dripping[place : place + 1]

    with Loopback(respond) as server:
        client = side.client(base_url=server.url, clock=Clock(), timeout=0.2)
        started = time.monotonic()
        with pytest.raises(FirstHandTimeoutError, match=r"took too long|did not answer in time"):
            side.run(client.jobs.get("job_1"))
        assert 0.15 < time.monotonic() - started < 1
        side.run(client.close())


@both
def test_silence_ends_at_the_deadline(side):
    def respond(request):
        time.sleep(0.6)
        yield answer()

    with Loopback(respond) as server:
        client = side.client(base_url=server.url, clock=Clock(), timeout=0.2)
        started = time.monotonic()
        with pytest.raises(FirstHandTimeoutError):
            side.run(client.jobs.get("job_1"))
        assert 0.15 < time.monotonic() - started < 0.5
        side.run(client.close())


@both
def test_a_pause_that_lasts_longer_than_asked_ends_in_an_error_of_ours(side):
    def respond(request):
        yield answer(json.dumps(UNAVAILABLE).encode(), 503, retry_after="1")

    with Loopback(respond) as server:
        client = side.client(base_url=server.url, clock=FakeClock(oversleeps=5), timeout=2)
        with pytest.raises(FirstHandError) as caught:
            side.run(client.jobs.get("job_1"))
        assert caught.value.attempts <= 2
        side.run(client.close())


@both
@pytest.mark.off_contract("nothing is documented to redirect")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(side, status):
    with Loopback(lambda request: [answer()]) as elsewhere:

        def respond(request):
            yield answer(status=status, location=f"{elsewhere.url}/v1/jobs/job_1")

        with Loopback(respond) as server:
            client = side.client(base_url=server.url)
            for call in (lambda: client.jobs.get("job_1"), lambda: client.jobs.create(**NEW_JOB)):
                with pytest.raises(FirstHandApiError) as caught:
                    side.run(call())
                assert caught.value.status == status
            side.run(client.close())
            assert [request.headers["authorization"] for request in server.requests] == [f"Bearer {API_KEY}"] * 2
        assert elsewhere.requests == []


@both
def test_a_port_where_nobody_listens(side):
    with Loopback(lambda request: []) as server:
        closed = server.url
    client = side.client(base_url=closed, max_retries=2)
    with pytest.raises(FirstHandConnectionError, match="cannot be reached") as caught:
        side.run(client.jobs.get("job_1"))
    assert caught.value.attempts == 3
    assert isinstance(caught.value.cause, httpx.ConnectError)
    side.run(client.close())
