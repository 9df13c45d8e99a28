"""How `jobs.wait` waits, and when it stops: against a service on a clock that never really sleeps."""

from __future__ import annotations

import inspect
import pickle

import httpx
import pytest
from support import BASE_URL, JOB, UNAVAILABLE, FakeClock, both, failure

from firsthandapi import (
    FirstHandArgumentError,
    FirstHandNotFoundError,
    FirstHandWaitError,
    FirstHandWaitTimeoutError,
    Job,
)

pytestmark = pytest.mark.respx(base_url=BASE_URL)

DONE = {"status": "completed", "files_approved": 50}


class Service:
    """One job that changes at given times; `holds` says whether it holds long polls until then."""

    def __init__(self, changes, *, holds=True):
        self.clock = FakeClock()
        self.looks = []
        self.prefers = []
        self._changes = changes
        self._holds = holds

    def __call__(self, request):
        self.looks.append(self.clock.now)
        prefer = request.headers.get("prefer")
        self.prefers.append(prefer)
        headers = {}
        if prefer and self._holds:
            seconds = float(prefer.partition("=")[2])
            coming = [moment - self.clock.now for moment in self._changes if moment > self.clock.now]
            self.clock.now += min([seconds, *coming])
            headers = {"Preference-Applied": prefer}
        return httpx.Response(200, json=self.job(), headers=headers)

    def job(self):
        job = dict(JOB)
        for moment, change in sorted(self._changes.items()):
            if moment <= self.clock.now:
                job.update(change)
        return job


def wait(side, respx_mock, service, **arguments):
    respx_mock.get("/v1/jobs/job_1").mock(side_effect=service)
    return side.run(side.client(clock=service.clock).jobs.wait("job_1", **arguments))


@both
def test_a_job_that_is_over_is_not_waited_for(side, respx_mock):
    service = Service({0: DONE})
    job = wait(side, respx_mock, service)
    assert type(job) is Job
    assert (job.status, job.files_approved) == ("completed", 50)
    assert service.prefers == [None]
    assert service.clock.now == 0


@both
def test_each_request_is_a_long_poll(side, respx_mock):
    service = Service({100: {"files_approved": 1}, 130: DONE})
    assert wait(side, respx_mock, service).status == "completed"
    assert service.looks == [0, 0, 60, 100]
    assert service.prefers == [None, "wait=60", "wait=60", "wait=60"]
    assert service.clock.now == 130
    assert service.clock.sleeps == []


@both
def test_without_long_polls_the_pauses_grow_to_a_limit(side, respx_mock):
    service = Service({100: DONE}, holds=False)
    assert wait(side, respx_mock, service, poll_interval_seconds=10).status == "completed"
    pauses = service.clock.sleeps
    assert pauses[0] == 1
    assert pauses == sorted(pauses)
    assert pauses[1] > pauses[0]
    assert pauses[-1] == 10
    assert 100 <= service.clock.now <= 110


@both
def test_a_short_interval_is_never_exceeded(side, respx_mock):
    service = Service({2: DONE}, holds=False)
    wait(side, respx_mock, service, poll_interval_seconds=0.25)
    assert set(service.clock.sleeps) == {0.25}


@both
def test_at_the_deadline_the_error_has_the_last_job(side, respx_mock):
    service = Service({90: {"status": "in_progress", "files_approved": 3}})
    with pytest.raises(FirstHandWaitTimeoutError) as caught:
        wait(side, respx_mock, service, max_wait_seconds=150)
    error = caught.value
    assert (error.job.status, error.job.files_approved) == ("in_progress", 3)
    assert str(error).startswith("job job_01J5K9 is in_progress with 3 of 50 files approved after 150 s")
    assert isinstance(error, TimeoutError)
    assert not isinstance(error, ConnectionError)
    assert error.retryable
    assert service.clock.now == 150
    assert pickle.loads(pickle.dumps(error)).job == error.job


@both
def test_pauses_end_at_the_deadline_too(side, respx_mock):
    service = Service({}, holds=False)
    with pytest.raises(FirstHandWaitTimeoutError):
        wait(side, respx_mock, service, max_wait_seconds=100)
    assert service.clock.now == 100
    assert service.looks[-1] == 100


@both
@pytest.mark.parametrize(
    ("longest", "holds", "looks"),
    [
        (90.4, True, [0, 0, 60, 90.4]),
        (0.4, True, [0, 0.4]),
        (0.4, False, [0, 0.4]),
        (1.7, False, [0, 0, 1, 1.7]),
        (60.0, True, [0, 0]),
    ],
)
def test_the_deadline_is_kept_to_the_fraction(side, longest, holds, looks, respx_mock):
    """A poll is held for whole seconds; none of them lies beyond the deadline."""
    service = Service({}, holds=holds)
    with pytest.raises(FirstHandWaitTimeoutError):
        wait(side, respx_mock, service, max_wait_seconds=longest)
    assert service.clock.now == pytest.approx(longest)
    assert service.looks == pytest.approx(looks)


@both
def test_no_time_at_all_is_one_look(side, respx_mock):
    service = Service({0: {"files_approved": 2}})
    with pytest.raises(FirstHandWaitTimeoutError) as caught:
        wait(side, respx_mock, service, max_wait_seconds=0)
    assert caught.value.job.files_approved == 2
    assert service.looks == [0]


@both
def test_a_job_that_is_over_at_the_deadline_is_a_success(side, respx_mock):
    assert wait(side, respx_mock, Service({60: DONE}), max_wait_seconds=60).status == "completed"


@both
def test_a_cancelled_job_ends_the_wait(side, respx_mock):
    service = Service({30: {"status": "cancelled", "files_approved": 3}})
    with pytest.raises(FirstHandWaitError, match="cancelled with 3 of 50 files") as caught:
        wait(side, respx_mock, service)
    assert not isinstance(caught.value, FirstHandWaitTimeoutError)
    assert caught.value.job.status == "cancelled"
    assert not caught.value.retryable
    assert service.clock.now == 30


@both
def test_enough_approved_files_end_the_wait(side, respx_mock):
    service = Service({30: {"files_approved": 9}, 40: {"files_approved": 11}, 90: DONE})
    assert wait(side, respx_mock, service, min_approved=10).files_approved == 11
    assert service.clock.now == 40


@both
@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_a_job_that_ends_with_enough_files_is_a_success(side, status, respx_mock):
    service = Service({30: {"status": status, "files_approved": 10}})
    assert wait(side, respx_mock, service, min_approved=10).status == status


@both
@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_a_job_that_ends_with_too_few_files_is_hopeless(side, status, respx_mock):
    service = Service({30: {"status": status, "files_approved": 9}})
    with pytest.raises(FirstHandWaitError, match="9 of 50 files approved and never will be more") as caught:
        wait(side, respx_mock, service, min_approved=10)
    assert caught.value.job.files_approved == 9
    assert service.clock.now == 30


@both
@pytest.mark.filterwarnings("ignore::firsthandapi.FirstHandDriftWarning")
@pytest.mark.off_contract("a number is none")
@pytest.mark.parametrize("name", ["files_approved", "files_needed"])
@pytest.mark.parametrize("value", [None, "many"])
def test_a_count_that_is_no_number_is_not_reached(side, name, value, respx_mock):
    service = Service({0: {name: value}, 30: {"files_approved": 10, "files_needed": 50}})
    assert wait(side, respx_mock, service, min_approved=10).files_approved == 10
    assert service.clock.now == 30


@both
def test_more_files_than_the_job_asks_for_are_hopeless_at_once(side, respx_mock):
    service = Service({})
    with pytest.raises(FirstHandWaitError, match="never gets 51 files"):
        wait(side, respx_mock, service, min_approved=51)
    assert service.looks == [0]


@both
@pytest.mark.parametrize(
    "status",
    [
        "active",
        "open",
        "filled",
        "in_progress",
        pytest.param("paused_since_2031", marks=pytest.mark.off_contract("a status that came later")),
    ],
)
def test_every_other_status_is_waited_through(side, status, respx_mock):
    service = Service({0: {"status": status}, 30: DONE})
    assert wait(side, respx_mock, service).status == "completed"


@both
@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("max_wait_seconds", -1),
        ("max_wait_seconds", "60"),
        ("max_wait_seconds", float("inf")),
        ("max_wait_seconds", True),
        ("poll_interval_seconds", -1),
        ("poll_interval_seconds", float("nan")),
        ("min_approved", 0),
        ("min_approved", 1.5),
        ("min_approved", True),
        ("until", "cancelled"),
        ("until", None),
    ],
)
def test_what_cannot_be_waited_for_is_refused(side, argument, value, respx_mock):
    with pytest.raises(FirstHandArgumentError) as caught:
        side.run(side.client().jobs.wait("job_1", **{argument: value}))
    assert caught.value.argument == argument
    assert respx_mock.calls.call_count == 0


@both
def test_a_failed_look_is_repeated_and_an_unknown_job_is_an_error(side, respx_mock):
    service = Service({30: DONE})
    busy = httpx.Response(503, json=UNAVAILABLE)
    outcomes = iter([busy, None, busy, None, httpx.Response(404, json=failure("not_found"))])

    def sometimes(request):
        outcome = next(outcomes)
        return service(request) if outcome is None else outcome

    respx_mock.get("/v1/jobs/job_1").mock(side_effect=sometimes)
    client = side.client(clock=service.clock)
    assert side.run(client.jobs.wait("job_1")).status == "completed"
    with pytest.raises(FirstHandNotFoundError):
        side.run(client.jobs.wait("job_1"))


@both
def test_create_and_wait(side, respx_mock):
    service = Service({100: {"files_approved": 2}})
    respx_mock.post("/v1/jobs").respond(201, json={**JOB, "id": "job_1"})
    respx_mock.get("/v1/jobs/job_1").mock(side_effect=service)
    job = side.run(
        side.client(clock=service.clock).jobs.create_and_wait(
            type="data_collection",
            description="A photo of a menu.",
            content_type="image",
            quantity=50,
            reward_per_file=75,
            min_approved=2,
            max_wait_seconds=200,
        )
    )
    assert job.files_approved == 2
    assert service.clock.now == 100


@both
def test_create_and_wait_takes_what_wait_takes(side):
    jobs = side.type.jobs.func(side.client())
    waits = set(inspect.signature(jobs.wait).parameters) - {"job_id", "until"}
    assert waits <= set(inspect.signature(jobs.create_and_wait).parameters)


@both
def test_the_raw_response_of_a_wait_is_that_of_its_last_look(side, respx_mock):
    service = Service({30: DONE})
    respx_mock.get("/v1/jobs/job_1").mock(side_effect=service)
    client = side.client(clock=service.clock)
    raw = side.run(client.with_raw_response(client.jobs.wait, "job_1"))
    assert raw.json["status"] == raw.parsed.status == "completed"
    assert raw.headers["preference-applied"] == "wait=60"


@both
def test_a_service_that_says_it_holds_but_does_not_is_not_hammered(side, respx_mock):
    clock = FakeClock()
    looks = []

    def respond(request):
        looks.append(clock.now)
        return httpx.Response(200, json=JOB, headers={"Preference-Applied": "wait=60"})

    respx_mock.get("/v1/jobs/job_1").mock(side_effect=respond)
    with pytest.raises(FirstHandWaitTimeoutError):
        side.run(side.client(clock=clock).jobs.wait("job_1", max_wait_seconds=120))
    assert len(looks) < 20


@both
@pytest.mark.off_contract("the service leaves out what it promised")
def test_a_job_without_its_counts_can_still_be_waited_for(side, respx_mock):
    cut = {name: value for name, value in JOB.items() if not name.startswith("files_")}
    respx_mock.get("/v1/jobs/job_1").respond(json=cut)
    with pytest.raises(FirstHandWaitTimeoutError, match="job_01J5K9 is active with unknown of unknown files") as caught:
        side.run(side.client().jobs.wait("job_1", max_wait_seconds=1))
    assert caught.value.job.id == "job_01J5K9"
