"""What each method sends, what it refuses to send, and what it makes of the answer."""

from __future__ import annotations

import datetime
import json

import httpx
import pytest
from firsthandapi_generated.api.billing import get_credit_balance
from firsthandapi_generated.models import CreditBalance, Submission
from support import BASE_URL, FILE, JOB, both, example, failure, listed

from firsthandapi import (
    File,
    FirstHandArgumentError,
    FirstHandNotFoundError,
    FirstHandPaginationError,
    Job,
)

pytestmark = pytest.mark.respx(base_url=BASE_URL)

DOCUMENTED = {
    "type": "data_collection",
    "description": "A clear photo of a menu board.",
    "accepted_formats": ["image/jpeg", "image/png"],
    "files_needed": 50,
    "price_per_file_cents": 75,
}
EVERYDAY = {
    "type": "data_collection",
    "description": "A clear photo of a menu board.",
    "content_type": "image",
    "file_formats": ["jpeg", "png"],
    "quantity": 50,
    "reward_per_file": 75,
}
OPTIONAL = {
    "title": "Menus",
    "files_per_submission": 2,
    "min_star_rating": 4,
    "scoring_criteria": "Legible prices.",
    "min_width": 1024,
    "min_height": 768,
    "worker_guidelines": "No faces.",
    "location": {"lat": 40.7, "lng": -74, "radius_km": 5},
    "max_workers": 10,
    "metadata": {"team": "menus", "run": 12, "dry": False, "ratio": 0.5, "none": None, "nested": {"a": [1]}},
}


def sent(route):
    return json.loads(route.calls.last.request.content)


# Creating


@both
def test_both_vocabularies_say_the_same_on_the_wire(side, respx_mock):
    route = respx_mock.post("/v1/jobs").respond(201, json=JOB)
    client = side.client()
    for words in (DOCUMENTED, EVERYDAY):
        job = side.run(client.jobs.create(**words))
        assert sent(route) == DOCUMENTED
        assert type(job) is Job
        assert dict(job) == JOB
    documented, everyday = (call.request for call in route.calls)
    assert documented.content == everyday.content
    assert documented.headers["content-type"] == "application/json"


@both
def test_every_argument_reaches_the_wire(side, respx_mock):
    route = respx_mock.post("/v1/jobs").respond(201, json=JOB)
    for deadline in ("2026-04-30T12:00:00Z", datetime.datetime(2026, 4, 30, 12, tzinfo=datetime.timezone.utc)):
        side.run(side.client().jobs.create(**EVERYDAY, **OPTIONAL, deadline=deadline))
        assert sent(route) == {**DOCUMENTED, **OPTIONAL, "deadline": "2026-04-30T12:00:00+00:00"}


@both
def test_a_kind_without_formats_means_all_of_its_formats(side, respx_mock):
    route = respx_mock.post("/v1/jobs").respond(201, json=JOB)
    formats = {
        "image": ["image/jpeg", "image/png", "image/webp"],
        "audio": ["audio/mpeg", "audio/wav", "audio/mp4"],
        "video": ["video/mp4", "video/quicktime"],
    }
    for kind, expected in formats.items():
        words = {name: value for name, value in EVERYDAY.items() if name != "file_formats"}
        side.run(side.client().jobs.create(**{**words, "content_type": kind}))
        assert sent(route)["accepted_formats"] == expected


@both
def test_formats_are_sent_once(side, respx_mock):
    route = respx_mock.post("/v1/jobs").respond(201, json=JOB)
    side.run(side.client().jobs.create(**{**EVERYDAY, "file_formats": ("jpg", "jpeg")}))
    assert sent(route)["accepted_formats"] == ["image/jpeg"]


BAD = [
    # the words that are right otherwise, what is changed, the argument that the error names
    (EVERYDAY, {"files_needed": 5}, "quantity"),
    (DOCUMENTED, {"quantity": 5}, "quantity"),
    (DOCUMENTED, {"reward_per_file": 75}, "reward_per_file"),
    (DOCUMENTED, {"content_type": "image"}, "content_type"),
    (DOCUMENTED, {"file_formats": ["jpeg"]}, "file_formats"),
    (EVERYDAY, {"quantity": 0}, "quantity"),
    (EVERYDAY, {"quantity": 10_001}, "quantity"),
    (EVERYDAY, {"quantity": 5.0}, "quantity"),
    (EVERYDAY, {"quantity": True}, "quantity"),
    (EVERYDAY, {"quantity": "50"}, "quantity"),
    (EVERYDAY, {"reward_per_file": 9}, "reward_per_file"),
    (EVERYDAY, {"reward_per_file": 50_001}, "reward_per_file"),
    (DOCUMENTED, {"files_needed": 0}, "files_needed"),
    (DOCUMENTED, {"files_needed": 10_001}, "files_needed"),
    (DOCUMENTED, {"price_per_file_cents": 9}, "price_per_file_cents"),
    (DOCUMENTED, {"price_per_file_cents": 50_001}, "price_per_file_cents"),
    (DOCUMENTED, {"accepted_formats": []}, "accepted_formats"),
    (DOCUMENTED, {"accepted_formats": "image/jpeg"}, "accepted_formats"),
    (DOCUMENTED, {"accepted_formats": ["image/gif"]}, "accepted_formats[0]"),
    (DOCUMENTED, {"accepted_formats": ["image/png", 5]}, "accepted_formats[1]"),
    (DOCUMENTED, {"type": "survey"}, "type"),
    (DOCUMENTED, {"description": "too short"}, "description"),
    (DOCUMENTED, {"description": "x" * 5001}, "description"),
    (DOCUMENTED, {"description": 5}, "description"),
    (EVERYDAY, {"content_type": "images"}, "content_type"),
    (EVERYDAY, {"content_type": ["image"]}, "content_type"),
    (EVERYDAY, {"content_type": None}, "content_type"),
    (EVERYDAY, {"file_formats": []}, "file_formats"),
    (EVERYDAY, {"file_formats": "jpeg"}, "file_formats"),
    (EVERYDAY, {"file_formats": ["mp3"]}, "file_formats"),
    (EVERYDAY, {"file_formats": [["jpeg"]]}, "file_formats"),
    (EVERYDAY, {"title": "x" * 101}, "title"),
    (EVERYDAY, {"files_per_submission": 6}, "files_per_submission"),
    (EVERYDAY, {"min_star_rating": 0}, "min_star_rating"),
    (EVERYDAY, {"scoring_criteria": "x" * 1001}, "scoring_criteria"),
    (EVERYDAY, {"min_width": 0}, "min_width"),
    (EVERYDAY, {"min_height": -1}, "min_height"),
    (EVERYDAY, {"max_workers": 0}, "max_workers"),
    (EVERYDAY, {"worker_guidelines": 5}, "worker_guidelines"),
    (EVERYDAY, {"location": {"lat": 91, "lng": 0, "radius_km": 1}}, "location.lat"),
    (EVERYDAY, {"location": {"lat": 0, "lng": -181, "radius_km": 1}}, "location.lng"),
    (EVERYDAY, {"location": {"lat": 0, "lng": 0, "radius_km": 0}}, "location.radius_km"),
    (EVERYDAY, {"location": {"lat": 0, "lng": 0}}, "location.radius_km"),
    (EVERYDAY, {"location": {"lat": float("nan"), "lng": 0, "radius_km": 1}}, "location.lat"),
    (EVERYDAY, {"location": "New York"}, "location"),
    (EVERYDAY, {"metadata": {str(number): number for number in range(21)}}, "metadata"),
    (EVERYDAY, {"metadata": [1]}, "metadata"),
    (EVERYDAY, {"metadata": {5: "five"}}, "metadata"),
    (EVERYDAY, {"metadata": {"a": object()}}, "metadata.a"),
    (EVERYDAY, {"metadata": {"a": float("nan")}}, "metadata.a"),
    (EVERYDAY, {"metadata": {"a": {1, 2}}}, "metadata.a"),
    (EVERYDAY, {"deadline": "tomorrow"}, "deadline"),
    (EVERYDAY, {"deadline": ""}, "deadline"),
    (EVERYDAY, {"deadline": "9999-12-31T24:00:00Z"}, "deadline"),
    (EVERYDAY, {"deadline": 1_775_000_000}, "deadline"),
    (EVERYDAY, {"deadline": datetime.date(2026, 4, 30)}, "deadline"),
    (EVERYDAY, {"deadline": datetime.datetime(2026, 4, 30)}, "deadline"),
    (EVERYDAY, {"deadline": "2026-04-30T12:00:00"}, "deadline"),
    (EVERYDAY, {"idempotency_key": ""}, "idempotency_key"),
    (EVERYDAY, {"idempotency_key": "x" * 256}, "idempotency_key"),
    (EVERYDAY, {"idempotency_key": "a\nb"}, "idempotency_key"),
    (EVERYDAY, {"idempotency_key": " a"}, "idempotency_key"),
    (EVERYDAY, {"idempotency_key": "é"}, "idempotency_key"),
    (EVERYDAY, {"idempotency_key": 5}, "idempotency_key"),
]


@both
@pytest.mark.parametrize(("words", "change", "argument"), BAD)
def test_what_cannot_be_right_is_named_and_not_sent(side, words, change, argument, respx_mock):
    with pytest.raises(FirstHandArgumentError) as caught:
        side.run(side.client().jobs.create(**{**words, **change}))
    assert caught.value.argument == argument
    assert str(caught.value).startswith(f"{argument}: ")
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, TypeError)
    assert respx_mock.calls.call_count == 0


@both
@pytest.mark.parametrize("name", ["type", "description", "accepted_formats", "files_needed", "price_per_file_cents"])
def test_what_is_needed_is_named(side, name, respx_mock):
    words = {key: value for key, value in DOCUMENTED.items() if key != name}
    with pytest.raises(FirstHandArgumentError) as caught:
        side.run(side.client().jobs.create(**words))
    assert caught.value.argument == name
    assert respx_mock.calls.call_count == 0


@both
@pytest.mark.parametrize("limit", [(1, 10_000), (10, 50_000)])
def test_limits_themselves_are_allowed(side, limit, respx_mock):
    route = respx_mock.post("/v1/jobs").respond(201, json=JOB)
    name = "files_needed" if limit[0] == 1 else "price_per_file_cents"
    for value in limit:
        side.run(side.client().jobs.create(**{**DOCUMENTED, name: value}))
        assert sent(route)[name] == value


@both
def test_unknown_words_are_type_errors(side):
    client = side.client()
    for call in (
        lambda: client.jobs.create(**EVERYDAY, colour="red"),
        lambda: client.jobs.create_and_wait(**EVERYDAY, colour="red"),
        lambda: client.jobs.list(state="active"),
        lambda: client.jobs.create("data_collection"),
    ):
        with pytest.raises(TypeError):
            side.run(call())


@both
@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda client: client.jobs.get("job_1", wait_seconds=-1), "wait_seconds"),
        (lambda client: client.jobs.get("job_1", wait_seconds="5"), "wait_seconds"),
        (lambda client: client.jobs.get("job_1", wait_seconds=float("inf")), "wait_seconds"),
        (lambda client: client.jobs.list(limit=0), "limit"),
        (lambda client: client.jobs.list(limit=101), "limit"),
        (lambda client: client.jobs.list(status="done"), "status"),
        (lambda client: client.jobs.list(type="survey"), "type"),
        (lambda client: client.jobs.list(cursor=5), "cursor"),
        (lambda client: client.jobs.rate("job_1", 6), "stars"),
        (lambda client: client.jobs.rate("job_1", 4.5), "stars"),
        (lambda client: client.jobs.rate("job_1", 4, comment="x" * 1001), "comment"),
        (lambda client: client.jobs.submissions("job_1", status="active"), "status"),
        (lambda client: client.jobs.audit("job_1", limit=101), "limit"),
        (lambda client: client.files.list(job_id="job_1", min_score=6), "min_score"),
        (lambda client: client.files.list(job_id="job_1", status="rejected"), "status"),
        (lambda client: client.submissions.list(min_score=0), "min_score"),
        (lambda client: client.submissions.list(start_date="2026-03-01"), "start_date"),
        (lambda client: client.submissions.list(end_date=datetime.datetime(2026, 3, 1)), "end_date"),
        (lambda client: client.submissions.summary(start_date="yesterday"), "start_date"),
        (lambda client: client.billing.transactions(type="gift"), "type"),
        (lambda client: client.organization.update(default_price_per_file_cents=5), "default_price_per_file_cents"),
        (lambda client: client.organization.update(auto_topup_enabled="yes"), "auto_topup_enabled"),
        (lambda client: client.organization.update(default_type="survey"), "default_type"),
    ],
)
def test_other_methods_check_their_arguments_too(side, call, argument, respx_mock):
    with pytest.raises(FirstHandArgumentError) as caught:
        side.run(call(side.client()))
    assert caught.value.argument == argument
    assert "None" not in str(caught.value)
    assert respx_mock.calls.call_count == 0


DONE = {**JOB, "status": "completed"}
SUBMISSION = {**example("Submission"), "id": "sub_1", "status": "approved"}
BY_ID = [
    ("job_id", "GET", "/v1/jobs/{}", lambda client, value: client.jobs.get(value), JOB),
    ("job_id", "GET", "/v1/jobs/{}", lambda client, value: client.jobs.wait(value), DONE),
    ("job_id", "POST", "/v1/jobs/{}/cancel", lambda client, value: client.jobs.cancel(value), JOB),
    ("job_id", "POST", "/v1/jobs/{}/rate", lambda client, value: client.jobs.rate(value, 5), DONE),
    ("job_id", "GET", "/v1/jobs/{}/audit", lambda client, value: client.jobs.audit(value), listed()),
    ("job_id", "GET", "/v1/jobs/{}/submissions", lambda client, value: client.jobs.submissions(value), listed()),
    ("job_id", "GET", "/v1/jobs/{}/files", lambda client, value: client.files.list(job_id=value), listed()),
    ("file_id", "POST", "/v1/files/{}/refresh_url", lambda client, value: client.files.refresh_url(value), FILE),
    ("submission_id", "GET", "/v1/submissions/{}", lambda client, value: client.submissions.get(value), SUBMISSION),
]


@both
@pytest.mark.parametrize(("name", "method", "path", "call", "answer"), BY_ID)
def test_an_id_is_one_segment_of_the_path(side, name, method, path, call, answer, respx_mock):
    route = respx_mock.route().respond(json=answer)
    for value, spelled in (
        ("job_1", "job_1"),
        ("a/b", "a%2Fb"),
        ("../jobs", "..%2Fjobs"),
        ("a?b#c", "a%3Fb%23c"),
        ("%2e%2e", "%252e%252e"),
        ("ä b", "%C3%A4%20b"),
        ("a;b", "a%3Bb"),
    ):
        side.run(call(side.client(), value))
        request = route.calls.last.request
        assert request.method == method
        assert request.url.raw_path.decode() == path.format(spelled)


@both
@pytest.mark.parametrize(("name", "method", "path", "call", "answer"), BY_ID)
@pytest.mark.parametrize("value", ["", "  ", ".", "..", None, 5, ["job_1"]])
def test_what_cannot_be_an_id_is_not_sent(side, name, method, path, call, answer, value, respx_mock):
    with pytest.raises(FirstHandArgumentError) as caught:
        side.run(call(side.client(), value))
    assert caught.value.argument == name
    assert respx_mock.calls.call_count == 0


# The other calls


@both
def test_a_plain_get_does_not_prefer_anything(side, respx_mock):
    route = respx_mock.get("/v1/jobs/job_1").respond(json=JOB)
    for wait_seconds in (None, 0):
        side.run(side.client().jobs.get("job_1", wait_seconds=wait_seconds))
        assert "prefer" not in route.calls.last.request.headers
    side.run(side.client().jobs.get("job_1", wait_seconds=7.2))
    assert route.calls.last.request.headers["prefer"] == "wait=8"


@both
def test_cancel_and_rate(side, respx_mock):
    cancel = respx_mock.post("/v1/jobs/job_1/cancel").respond(json={**JOB, "status": "cancelled"})
    rate = respx_mock.post("/v1/jobs/job_1/rate").respond(json={**JOB, "rating": 4})
    client = side.client()
    assert side.run(client.jobs.cancel("job_1")).status == "cancelled"
    assert cancel.calls.last.request.content == b""
    assert side.run(client.jobs.rate("job_1", 4)).rating == 4
    assert sent(rate) == {"stars": 4}
    side.run(client.jobs.rate("job_1", 5, comment="Fast."))
    assert sent(rate) == {"stars": 5, "comment": "Fast."}
    for call in (*cancel.calls, *rate.calls):
        assert call.request.headers["idempotency-key"]


@both
def test_submissions(side, respx_mock):
    by_job = respx_mock.get("/v1/jobs/job_1/submissions").respond(json=listed(SUBMISSION))
    everywhere = respx_mock.get("/v1/submissions").respond(json=listed(SUBMISSION))
    respx_mock.get("/v1/submissions/sub_1").respond(json=SUBMISSION)
    counted = {**example("SubmissionSummary"), "total": 12}
    summary = respx_mock.get("/v1/submissions/summary").respond(json=counted)
    client = side.client()

    page = side.run(client.jobs.submissions("job_1", status="approved", limit=50))
    assert [type(item) for item in page.data] == [Submission]
    assert dict(by_job.calls.last.request.url.params) == {"status": "approved", "limit": "50"}

    since = datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    side.run(
        client.submissions.list(
            job_id="job_1",
            status="rejected",
            min_score=2,
            start_date=since,
            end_date="2026-03-31T00:00:00Z",
            cursor="c",
        )
    )
    assert dict(everywhere.calls.last.request.url.params) == {
        "job_id": "job_1",
        "status": "rejected",
        "min_score": "2",
        "start_date": "2026-03-01T00:00:00+02:00",
        "end_date": "2026-03-31T00:00:00+00:00",
        "cursor": "c",
    }
    assert side.run(client.submissions.get("sub_1")).status == "approved"
    assert side.run(client.submissions.summary(job_id="job_1", start_date=since))["total"] == 12
    assert dict(summary.calls.last.request.url.params) == {"job_id": "job_1", "start_date": "2026-03-01T00:00:00+02:00"}


@both
def test_audit(side, respx_mock):
    route = respx_mock.get("/v1/jobs/job_1/audit").respond(json=example("AuditEventList"))
    page = side.run(side.client().jobs.audit("job_1", limit=5, cursor="c"))
    assert [event.action for event in page.data] == [event["action"] for event in example("AuditEventList")["data"]]
    assert dict(route.calls.last.request.url.params) == {"limit": "5", "cursor": "c"}


TRANSACTION = example("CreditTransactionList")["data"][0]


@both
def test_billing(side, respx_mock):
    respx_mock.get("/v1/billing/credits").respond(json={**example("CreditBalance"), "available_cents": 900})
    route = respx_mock.get("/v1/billing/transactions").respond(json=listed({**TRANSACTION, "amount_cents": -75}))
    client = side.client()
    assert side.run(client.billing.balance()).available_cents == 900
    assert side.run(client.billing.transactions(type="deduction")).data[0].amount_cents == -75
    assert dict(route.calls.last.request.url.params) == {"type": "deduction"}


SETTINGS = example("OrganizationSettings")


@both
def test_organization(side, respx_mock):
    respx_mock.get("/v1/organization/settings").respond(json={**SETTINGS, "auto_topup_enabled": False})
    route = respx_mock.patch("/v1/organization/settings").respond(json={**SETTINGS, "auto_topup_enabled": True})
    client = side.client()
    assert side.run(client.organization.settings()).auto_topup_enabled is False
    assert side.run(client.organization.update(auto_topup_enabled=True, auto_topup_amount_cents=5000))
    assert sent(route) == {"auto_topup_enabled": True, "auto_topup_amount_cents": 5000}
    side.run(client.organization.update(auto_topup_enabled=False))
    assert sent(route) == {"auto_topup_enabled": False}


@both
def test_files(side, respx_mock):
    route = respx_mock.get("/v1/jobs/job_1/files").respond(json=listed(FILE))
    renew = respx_mock.post("/v1/files/file_01J5KA/refresh_url").respond(json={**FILE, "download_url": "https://new"})
    client = side.client()
    result = side.run(client.files.list(job_id="job_1", status="approved"))
    assert [type(file) for file in result.data] == [File]
    assert result.data[0].score == result.data[0].ai_star_rating == 4
    assert dict(route.calls.last.request.url.params) == {}
    side.run(client.files.list(job_id="job_1", min_score=1, limit=100))
    assert dict(route.calls.last.request.url.params) == {"min_score": "1", "limit": "100"}
    assert side.run(client.files.refresh_url("file_01J5KA")).download_url == "https://new"
    assert renew.call_count == 1


# Pages


def three_pages(request):
    """Jobs 0 to 4 in pages of two, by an opaque cursor."""
    start = {"": 0, "c-2": 2, "c-4": 4}[request.url.params.get("cursor", "")]
    jobs = [{**JOB, "id": f"job_{number}"} for number in range(start, min(start + 2, 5))]
    return httpx.Response(200, json=listed(*jobs, next_cursor=f"c-{start + 2}" if start < 4 else None))


@both
def test_a_page_iterates_over_all_pages(side, respx_mock):
    route = respx_mock.get("/v1/jobs").mock(side_effect=three_pages)
    page = side.run(side.client().jobs.list(status="active", type="feedback", limit=2))
    assert route.call_count == 1
    assert [job.id for job in page.data] == ["job_0", "job_1"]
    assert (page.has_more, page.next_cursor) == (True, "c-2")
    assert [job.id for job in side.items(page)] == [f"job_{number}" for number in range(5)]
    assert {type(job) for job in side.items(page)} == {Job}
    asked = [dict(call.request.url.params) for call in route.calls]
    same = {"status": "active", "type": "feedback", "limit": "2"}
    assert asked[:3] == [same, {**same, "cursor": "c-2"}, {**same, "cursor": "c-4"}]


def test_an_async_list_iterates_without_await(respx_mock):
    from support import AsyncSide

    respx_mock.get("/v1/jobs").mock(side_effect=three_pages)
    side = AsyncSide()
    assert [job.id for job in side.items(side.client().jobs.list())] == [f"job_{number}" for number in range(5)]


@both
def test_pages_one_by_one(side, respx_mock):
    respx_mock.get("/v1/jobs").mock(side_effect=three_pages)
    first = side.run(side.client().jobs.list())
    assert [[job.id for job in page.data] for page in side.items(first.pages())] == [
        ["job_0", "job_1"],
        ["job_2", "job_3"],
        ["job_4"],
    ]
    second = side.run(first.next_page())
    last = side.run(second.next_page())
    assert (last.has_more, last.next_cursor) == (False, None)
    assert side.run(last.next_page()) is None


@both
def test_a_list_goes_on_from_a_cursor(side, respx_mock):
    respx_mock.get("/v1/jobs").mock(side_effect=three_pages)
    cursor = side.run(side.client().jobs.list()).next_cursor
    elsewhere = side.run(side.client().jobs.list(cursor=cursor))
    assert [job.id for job in side.items(elsewhere)] == ["job_2", "job_3", "job_4"]


@both
@pytest.mark.off_contract("a newer service with a field more in its envelope")
def test_a_page_reads_like_its_envelope(side, respx_mock):
    respx_mock.get("/v1/jobs").respond(json={**listed(JOB), "total": 1})
    page = side.run(side.client().jobs.list())
    assert page["has_more"] is False
    assert page.get("total") == 1
    assert page.get("nothing", 5) == 5
    assert "data" in page
    assert dict(page) == {**listed(JOB), "total": 1}
    assert repr(page) == f"{type(page).__name__}(1 items, next_cursor=None)"


@both
def test_has_more_alone_decides(side, respx_mock):
    respx_mock.get("/v1/jobs").respond(json={**listed(JOB), "next_cursor": "leftover", "has_more": False})
    assert len(side.items(side.run(side.client().jobs.list()))) == 1


@both
@pytest.mark.parametrize("cursors", [["c", "c"], ["a", "b", "a"]])
def test_a_repeated_cursor_is_refused(side, cursors, respx_mock):
    answers = [httpx.Response(200, json=listed(JOB, next_cursor=cursor)) for cursor in [*cursors, "never"]]
    respx_mock.get("/v1/jobs").mock(side_effect=answers)
    with pytest.raises(FirstHandPaginationError, match=repr(cursors[-1])):
        side.items(side.run(side.client().jobs.list()))
    assert respx_mock.calls.call_count == len(cursors)


@both
@pytest.mark.parametrize(
    ("path", "item", "call"),
    [
        ("/v1/jobs/job_1/files", FILE, lambda client: client.files.list(job_id="job_1", min_score=2, limit=1)),
        (
            "/v1/jobs/job_1/submissions",
            SUBMISSION,
            lambda client: client.jobs.submissions("job_1", status="approved", limit=1),
        ),
        (
            "/v1/jobs/job_1/audit",
            example("AuditEventList")["data"][0],
            lambda client: client.jobs.audit("job_1", limit=1),
        ),
        (
            "/v1/billing/transactions",
            TRANSACTION,
            lambda client: client.billing.transactions(type="bonus", limit=1),
        ),
        (
            "/v1/submissions",
            SUBMISSION,
            lambda client: client.submissions.list(
                job_id="job_1", status="approved", min_score=1, start_date="2026-03-01T00:00Z", limit=1
            ),
        ),
    ],
)
def test_every_list_keeps_its_filters_on_the_way(side, path, item, call, respx_mock):
    route = respx_mock.get(path)
    route.side_effect = [
        httpx.Response(200, json=listed({**item, "id": "1"}, next_cursor="c")),
        httpx.Response(200, json=listed({**item, "id": "2"})),
    ]
    assert [item.id for item in side.items(side.run(call(side.client())))] == ["1", "2"]
    first, second = (dict(call.request.url.params) for call in route.calls)
    assert len(first) >= 1
    assert second == {**first, "cursor": "c"}


# What stands behind a result


@both
def test_with_raw_response(side, respx_mock):
    respx_mock.post("/v1/jobs").respond(201, json=JOB, headers={"X-Request-Id": "req_7", "Idempotent-Replayed": "true"})
    client = side.client()
    raw = side.run(client.with_raw_response(client.jobs.create, **EVERYDAY))
    assert type(raw.parsed) is Job
    assert (raw.status, raw.json, raw.request_id, raw.attempts) == (201, JOB, "req_7", 1)
    assert raw.headers["idempotent-replayed"] == "true"


@both
def test_with_raw_response_of_a_list(side, respx_mock):
    respx_mock.get("/v1/jobs").mock(side_effect=three_pages)
    client = side.client()
    raw = side.run(client.with_raw_response(client.jobs.list, limit=2))
    assert raw.json["next_cursor"] == raw.parsed.next_cursor == "c-2"
    assert len(side.items(raw.parsed)) == 5


@both
def test_with_raw_response_raises_what_the_method_raises(side, respx_mock):
    respx_mock.get("/v1/jobs/job_1").respond(404, json=failure("not_found"))
    client = side.client()
    with pytest.raises(FirstHandNotFoundError):
        side.run(client.with_raw_response(client.jobs.get, "job_1"))


@both
def test_with_raw_response_of_what_sends_nothing(side):
    client = side.client()

    async def nothing_async():
        return 5

    with pytest.raises(FirstHandArgumentError, match="method"):
        side.run(client.with_raw_response(nothing_async if side.name == "async" else lambda: 5))


@both
def test_any_operation_of_the_contract_can_be_sent(side, respx_mock):
    respx_mock.get("/v1/billing/credits").respond(json=example("CreditBalance"))
    balance = side.run(side.client().request(get_credit_balance.build()))
    assert type(balance) is CreditBalance
    assert balance.currency == "usd"


@both
def test_an_operation_without_a_key_sends_none(side, respx_mock):
    from firsthandapi_generated.api.auth import signup
    from firsthandapi_generated.models import Signup

    route = respx_mock.post("/v1/auth/signup").respond(200, json=example("SignupResult"))
    body = Signup.from_dict(example("Signup"))
    side.run(side.client().request(signup.build(body=body)))
    assert "authorization" not in route.calls.last.request.headers
    assert sent(route) == example("Signup")


@both
def test_an_answer_without_a_body_is_none(side, respx_mock):
    from firsthandapi_generated.api.api_keys import revoke_api_key

    respx_mock.post("/v1/api_keys/key_1/revoke").respond(204)
    assert side.run(side.client().request(revoke_api_key.build("key_1"))) is None


@both
def test_what_every_request_carries(side, respx_mock):
    import firsthandapi

    route = respx_mock.get("/v1/jobs/job_1").respond(json=JOB)
    side.run(side.client().jobs.get("job_1"))
    headers = route.calls.last.request.headers
    assert headers["accept"] == "application/json"
    assert headers["user-agent"].startswith(f"firsthandapi-python/{firsthandapi.__version__} python/3.")


@both
def test_a_page_that_leads_back_to_where_it_was_resumed_is_refused_at_once(side, respx_mock):
    route = respx_mock.get("/v1/jobs").respond(json=listed(JOB, next_cursor="here"))
    page = side.run(side.client().jobs.list(cursor="here"))
    with pytest.raises(FirstHandPaginationError, match="'here'"):
        side.items(page)
    assert route.call_count == 1
