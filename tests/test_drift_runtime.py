"""What a client does when the service answers otherwise than the contract says: each kind of surprise, told once.

Many answers here are off the contract on purpose; `test_drift_answers.py` makes them up by the thousand.
"""

from __future__ import annotations

import json
import pickle
import sys
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from firsthandapi_generated.types import Model
from support import API_KEY, BASE_URL, FILE, JOB, AsyncSide, Side, both, example, failure, listed

import firsthandapi
from firsthandapi import (
    Client,
    DriftRecord,
    FirstHandApiError,
    FirstHandArgumentError,
    FirstHandConfigurationError,
    FirstHandDownloadError,
    FirstHandDriftError,
    FirstHandDriftWarning,
    FirstHandError,
    FirstHandGoneError,
    FirstHandNotFoundError,
    FirstHandUnexpectedAnswerError,
    FirstHandWaitTimeoutError,
    _shapes,
    construct_event,
    models,
)
from firsthandapi._drift import ADVICE, MOST_PLACES, DriftWatch, link_of
from firsthandapi.webhooks import sign

pytestmark = pytest.mark.respx(base_url=BASE_URL)
off_contract = pytest.mark.off_contract("the client is to notice")
JOB_PATH = f"/v1/jobs/{JOB['id']}"
PAUSED = {**JOB, "status": "paused"}
BLOG_FILE = json.loads((Path(__file__).parent / "fixtures" / "blog_file.json").read_text(encoding="utf-8"))


def without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}


def told(side: Side, respx_mock: respx.MockRouter, body: Any, **headers: str) -> list[DriftRecord]:
    """What a client says of a job that is answered so; every field of it is read, too."""
    respx_mock.get(JOB_PATH).respond(json=body, headers=headers)
    records: list[DriftRecord] = []
    job = side.run(side.client(drift=records.append).get_job(JOB["id"]))
    for field in job:
        assert job[field] == body[field]
    return records


# Kinds

KINDS: list[Any] = [
    pytest.param({**JOB, "budget": 5}, ("budget", "unknown-field", "nothing", "integer"), id="unknown field"),
    pytest.param(
        {**JOB, "location": {**JOB["location"], "city": "Lima"}},
        ("location.city", "unknown-field", "nothing", "string of 4 characters"),
        id="unknown field further down",
    ),
    pytest.param(
        PAUSED,
        (
            "status",
            "unknown-value",
            "one of active, cancelled, completed, filled, in_progress, open",
            "string 'paused'",
        ),
        id="unknown value",
    ),
    pytest.param(
        {**JOB, "object": "gig"}, ("object", "unknown-value", "one of job", "string 'gig'"), id="another object"
    ),
    pytest.param(
        {**JOB, "accepted_formats": ["image/jpeg", "image/avif"]},
        (
            "accepted_formats[]",
            "unknown-value",
            "one of audio/mp4, audio/mpeg, audio/wav, audio/x-m4a, image/jpeg, image/png, image/webp, video/mp4, ...",
            "string 'image/avif'",
        ),
        id="unknown value in a list",
    ),
    pytest.param(
        {**JOB, "files_needed": "50"},
        ("files_needed", "wrong-type", "integer", "string of 2 characters"),
        id="text for a number",
    ),
    pytest.param({**JOB, "files_needed": 2.5}, ("files_needed", "wrong-type", "integer", "number"), id="fraction"),
    pytest.param(
        {**JOB, "files_needed": True}, ("files_needed", "wrong-type", "integer", "boolean"), id="true for a number"
    ),
    pytest.param(
        {**JOB, "location": [JOB["location"]]},
        ("location", "wrong-type", "object or null", "array"),
        id="list for an object",
    ),
    pytest.param(
        {**JOB, "accepted_formats": {"image": "jpeg"}},
        ("accepted_formats", "wrong-type", "array", "object"),
        id="object for a list",
    ),
    pytest.param(
        {**JOB, "accepted_formats": [["image/jpeg"]]},
        (
            "accepted_formats[]",
            "wrong-type",
            "one of audio/mp4, audio/mpeg, audio/wav, audio/x-m4a, image/jpeg, image/png, image/webp, video/mp4, ...",
            "array",
        ),
        id="list for a value",
    ),
    pytest.param(
        {**JOB, "description": None}, ("description", "unexpected-null", "string", "null"), id="null without promise"
    ),
    pytest.param(
        {**JOB, "created_at": "31/03/2026"},
        ("created_at", "wrong-format", "date-time", "string of 10 characters"),
        id="not a date",
    ),
    pytest.param(
        {**JOB, "deadline": "2026-03-31T14:22:08"},
        ("deadline", "wrong-format", "date-time or null", "string of 19 characters"),
        id="a time of nowhere",
    ),
    pytest.param(
        without(JOB, "files_needed"), ("files_needed", "missing-field", "integer", "nothing"), id="missing field"
    ),
    pytest.param(
        without(JOB, "deadline"),
        ("deadline", "missing-field", "date-time or null", "nothing"),
        id="missing field that may be null",
    ),
]


@both
@pytest.mark.parametrize(("body", "expected"), KINDS)
@off_contract
def test_each_kind_of_difference_is_told(side: Side, respx_mock: respx.MockRouter, body: Any, expected: Any) -> None:
    records = told(side, respx_mock, body)
    assert [(record.path, record.kind, record.expected, record.seen) for record in records] == [expected]
    assert records[0].operation == "get_job"


@both
def test_nothing_is_told_of_what_the_contract_promises(side: Side, respx_mock: respx.MockRouter) -> None:
    # JSON has one kind of number; an ISO 8601 date has several forms; order means nothing.
    body = dict(reversed({**JOB, "deadline": "2026-03-31T14:22:08.125+02:00", "files_needed": 50.0}.items()))
    assert told(side, respx_mock, body) == []
    assert told(side, respx_mock, {**JOB, "metadata": {"any": {"thing": [None]}}}) == []


@both
def test_annotations_may_have_fields_that_nobody_listed(side: Side, respx_mock: respx.MockRouter) -> None:
    file = {**FILE, "annotations": {**FILE["annotations"], "mood": "calm"}, "keyframes": [{"blur": 0.1}]}
    respx_mock.get(f"{JOB_PATH}/files").respond(json=listed(file))
    records: list[DriftRecord] = []
    (found,) = side.run(side.client(drift=records.append).files.list(job_id=JOB["id"])).data
    assert (records, found.annotations.mood, found.keyframes[0]["blur"]) == ([], "calm", 0.1)


@both
@off_contract
def test_items_of_a_list_are_one_place(side: Side, respx_mock: respx.MockRouter) -> None:
    items = [JOB, PAUSED, {**PAUSED, "status": "archived"}, without(JOB, "title"), {**JOB, "budget": 1}]
    respx_mock.get("/v1/jobs").respond(json=listed(*items))
    records: list[DriftRecord] = []
    jobs = side.run(side.client(drift=records.append).jobs.list()).data
    assert [job.status for job in jobs] == ["active", "paused", "archived", "active", "active"]
    assert [(record.operation, record.path, record.kind) for record in records] == [
        ("list_jobs", "data[].status", "unknown-value"),
        ("list_jobs", "data[].title", "missing-field"),
        ("list_jobs", "data[].budget", "unknown-field"),
    ]


@both
@off_contract
def test_a_required_field_that_is_missing_costs_nothing_until_it_is_read(
    side: Side, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(JOB_PATH).respond(json=without(JOB, "files_needed", "deadline"))
    job = side.run(side.client(drift="ignore").jobs.get(JOB["id"]))
    assert job.status == "active"
    assert job.deadline is None
    with pytest.raises(AttributeError, match="files_needed"):
        _ = job.files_needed


@both
@off_contract
def test_an_answer_that_is_something_else_is_told_without_quoting_it(side: Side, respx_mock: respx.MockRouter) -> None:
    respx_mock.get(JOB_PATH).respond(json="the whole answer")
    records: list[DriftRecord] = []
    with pytest.raises(FirstHandUnexpectedAnswerError):
        side.run(side.client(drift=records.append).jobs.get(JOB["id"]))
    assert [(record.path, record.kind, record.seen) for record in records] == [
        ("$", "wrong-type", "string of 16 characters")
    ]


# Pages

FILES_PATH = f"{JOB_PATH}/files"
LEFT_OUT: Any = object()
PAGES: list[Any] = [
    pytest.param({"data": LEFT_OUT}, [], [("data", "missing-field", "nothing")], id="items left out"),
    pytest.param({"data": None}, [], [("data", "unexpected-null", "null")], id="no items"),
    pytest.param({"data": "jobs"}, [], [("data", "wrong-type", "string of 4 characters")], id="text for items"),
    pytest.param({"data": {"a": JOB}}, [], [("data", "wrong-type", "object")], id="an object for items"),
    pytest.param({"data": [JOB, None, JOB]}, [JOB, JOB], [("data[]", "unexpected-null", "null")], id="a null item"),
    pytest.param(
        {"data": ["job_1", JOB, 5, [JOB]]},
        [JOB],
        [("data[]", "wrong-type", "string of 5 characters")],
        id="items that are no objects",
    ),
    pytest.param({"has_more": None}, [JOB], [("has_more", "unexpected-null", "null")], id="no word on more"),
]


@both
@pytest.mark.parametrize(("change", "expected", "surprises"), PAGES)
@off_contract
def test_what_a_page_holds_costs_no_call(
    side: Side, respx_mock: respx.MockRouter, change: Any, expected: Any, surprises: Any
) -> None:
    body = {name: value for name, value in {**listed(JOB), **change}.items() if value is not LEFT_OUT}
    respx_mock.get("/v1/jobs").respond(json=body)
    records: list[DriftRecord] = []
    client = side.client(drift=records.append)
    page = side.run(client.jobs.list())
    assert [job.to_dict() for job in page.data] == [job.to_dict() for job in side.items(page)] == expected
    assert page.is_whole is ("data" not in change)
    assert (page.has_more, page.next_cursor, side.run(page.next_page())) == (False, None, None)
    flat = side.run(client.list_jobs())
    assert [job["id"] for job in flat["data"]] == [job.id for job in flat.data] == [JOB["id"] for _ in expected]
    raw = side.run(client.with_raw_response(client.jobs.list))
    assert raw.json == body
    assert [(record.path, record.kind, record.seen) for record in records] == surprises
    with pytest.raises(FirstHandDriftError) as caught:
        side.run(side.client(drift="raise").jobs.list())
    assert caught.value.records == records
    assert [job["id"] for job in caught.value.parsed["data"]] == [JOB["id"] for _ in expected]
    assert caught.value.json == raw.json
    assert len(pickle.loads(pickle.dumps(page.data))) == len(expected)


@both
@off_contract
def test_a_list_goes_on_after_a_null(side: Side, respx_mock: respx.MockRouter) -> None:
    pages = [{**listed(JOB, next_cursor="c"), "has_more": None}, {**listed(next_cursor="d"), "data": None}, listed(JOB)]
    respx_mock.get("/v1/jobs").mock(side_effect=[httpx.Response(200, json=page) for page in pages])
    assert len(side.items(side.client(drift="ignore").jobs.list())) == 2


@both
@off_contract
@pytest.mark.parametrize("body", ["jobs", [JOB], None])
def test_what_is_no_page_is_an_error(side: Side, respx_mock: respx.MockRouter, body: Any) -> None:
    respx_mock.get("/v1/jobs").respond(json=body)
    with pytest.raises(FirstHandUnexpectedAnswerError, match="expected a JSON object for"):
        side.run(side.client(drift="ignore").jobs.list())


@both
@off_contract
@pytest.mark.parametrize(
    "data", [LEFT_OUT, None, {}, [None], [{**FILE, "id": 5}], [{**FILE, "id": "file_\ud800"}], [without(FILE, "id")]]
)
def test_a_file_that_could_not_be_read_is_not_withdrawn(
    side: Side, respx_mock: respx.MockRouter, tmp_path: Path, data: Any
) -> None:
    """A page that lost its items must not cost the files of an earlier run, nor pass for the whole list."""
    body = without(listed(), "data") if data is LEFT_OUT else {**listed(), "data": data}
    respx_mock.get(FILES_PATH).respond(content=json.dumps(body), headers={"X-Request-Id": "req_1"})
    (tmp_path / "menu.jpg").write_bytes(b"menu")
    row = {"file_name": "menu.jpg", "id": FILE["id"], "job_id": JOB["id"], "stars": 4, "size_bytes": 4}
    (tmp_path / "metadata.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    client = side.client(drift="ignore")

    def sync(**options: Any) -> Any:
        return side.run(
            client.files.sync(
                job_id=JOB["id"], output_dir=tmp_path, withdrawn="delete", min_score=1, progress=False, **options
            )
        )

    with pytest.raises(FirstHandDownloadError, match="without its items, or with some that are no file with an id"):
        sync()
    with pytest.raises(FirstHandDownloadError, match="no file with an id"):
        side.run(client.files.download_all(job_id=JOB["id"], output_dir=tmp_path, progress=False))
    with pytest.raises(
        FirstHandUnexpectedAnswerError, match="no file with an id: a plan would leave that out"
    ) as caught:
        side.run(client.files.plan_download(job_id=JOB["id"], output_dir=tmp_path))
    assert (caught.value.operation_id, caught.value.request_id) == ("get_job_files", "req_1")
    assert sync(raise_on_failure=False).withdrawn == []
    assert (tmp_path / "menu.jpg").exists()
    respx_mock.get(FILES_PATH).respond(json=listed())
    assert len(sync().withdrawn) == 1
    assert not (tmp_path / "menu.jpg").exists()


ODD: list[Any] = [None, 5, True, 2.5, "", "new", [], ["completed"], {}, {"a": 1}]


@both
@off_contract
@pytest.mark.parametrize("value", ODD, ids=repr)
def test_a_wait_outlives_a_status_of_any_type(side: Side, respx_mock: respx.MockRouter, value: Any) -> None:
    respx_mock.get(JOB_PATH).respond(json={**JOB, "status": value})
    task = {**example("Task"), "status": value}
    respx_mock.get(f"/v1/tasks/{task['id']}").respond(json=task)
    respx_mock.get(FILES_PATH).respond(json=listed())
    client = side.client(drift="ignore")
    with pytest.raises(FirstHandWaitTimeoutError):
        side.run(client.jobs.wait(JOB["id"], max_wait_seconds=5))
    with pytest.raises(FirstHandWaitTimeoutError):
        side.run(client.tasks.wait(task["id"], max_wait_seconds=5))
    with pytest.raises(FirstHandWaitTimeoutError):
        side.items(client.files.stream(job_id=JOB["id"], max_wait_seconds=5))


@both
@off_contract
@pytest.mark.parametrize("value", ODD, ids=repr)
def test_a_download_outlives_fields_of_any_type(
    side: Side, respx_mock: respx.MockRouter, tmp_path: Path, value: Any
) -> None:
    # Nobody listens there, and fetching is not what this is about.
    there = {**FILE, "id": "file_there", "download_url": "http://127.0.0.1:9/there"}
    respx_mock.get(JOB_PATH).respond(json={**JOB, "status": "completed"})
    client = side.client(drift="ignore", max_retries=0)
    for field in FILE:
        odd = {**FILE, "download_url": "http://127.0.0.1:9/odd", field: value}
        respx_mock.get(FILES_PATH).respond(json=listed(there, odd))
        given: dict[str, Any] = {"job_id": JOB["id"], "output_dir": tmp_path / field}
        report = side.run(client.files.download_all(**given, progress=False, raise_on_failure=False))
        usable = field != "id" or isinstance(value, str)
        assert len(report.failed) == 1 + usable, field
        assert len(side.items(client.files.stream(job_id=JOB["id"]))) == 1 + usable, field
        if usable:
            assert side.run(client.files.plan_download(**given)).count == 2, field


@both
@off_contract
def test_an_item_that_cannot_be_read_leaves_the_others_typed(side: Side, respx_mock: respx.MockRouter) -> None:
    frames = [{"index": 1}, None, "frame", {"index": 2}]
    respx_mock.get(FILES_PATH).respond(json=listed({**FILE, "keyframes": frames}))
    (file,) = side.run(side.client(drift="ignore").files.list(job_id=JOB["id"])).data
    assert [frame if not isinstance(frame, Model) else frame["index"] for frame in file.keyframes] == [
        1,
        None,
        "frame",
        2,
    ]


# Statuses


@both
@off_contract
def test_a_success_that_the_contract_does_not_name_is_told(side: Side, respx_mock: respx.MockRouter) -> None:
    respx_mock.get(JOB_PATH).respond(202, json=JOB)
    records: list[DriftRecord] = []
    client = side.client(drift=records.append)
    for _ in range(2):
        assert side.run(client.jobs.get(JOB["id"])).id == JOB["id"]
    (record,) = records
    assert (record.kind, record.path, record.expected, record.seen) == ("unknown-status", "HTTP status", "200", "202")
    with pytest.raises(FirstHandDriftError, match="unknown status at HTTP status: expected 200, seen 202"):
        side.run(side.client(drift="raise").jobs.get(JOB["id"]))


@both
@off_contract
@pytest.mark.off_contract("the body is short", requests=True)
def test_a_call_that_makes_something_may_be_answered_with_200_or_201(side: Side, respx_mock: respx.MockRouter) -> None:
    respx_mock.post("/v1/jobs").respond(200, json=JOB)
    side.run(side.client(drift="raise").create_job({"type": "data_collection"}))


# The words of the service's guide


@both
@pytest.mark.parametrize(
    "file",
    [
        BLOG_FILE,
        {**without(FILE, "id", "ai_star_rating"), "file_id": "file_1", "score": 4},
        {**FILE, "format": "jpeg", "status": "approved"},
    ],
    ids=["the guide's example", "two words changed", "two words more"],
)
@off_contract
def test_the_words_of_the_guide_are_no_drift(side: Side, respx_mock: respx.MockRouter, file: dict[str, Any]) -> None:
    respx_mock.get(f"{JOB_PATH}/files").respond(json=listed(file))
    (found,) = side.run(side.client(drift="raise").get_job_files(JOB["id"])).data
    assert (found.id, found.ai_star_rating, found.format) == (found.file_id, 4, "jpeg")


@both
@off_contract
def test_a_job_may_use_the_words_of_the_guide(side: Side, respx_mock: respx.MockRouter) -> None:
    job = without(JOB, "files_needed", "price_per_file_cents")
    words = {"quantity": 50, "reward_per_file": 75, "content_type": "image", "file_formats": ["jpeg"]}
    assert told(side, respx_mock, {**job, **words}) == []
    (record,) = told(side, respx_mock, {**job, **words, "quantity": "50"})
    assert (record.path, record.kind) == ("quantity", "wrong-type")


@pytest.mark.parametrize("model", [models.Job, models.File])
def test_the_words_are_those_that_can_be_read(model: type[Model]) -> None:
    words = _shapes.EVERYDAY[model.__name__]
    other_words = set(model._other_words) - set(model._fields)  # type: ignore[attr-defined]
    assert other_words <= set(words)
    assert other_words == _shapes.TELLING & set(words)
    assert all(hasattr(model, word) for word in set(words) - other_words)


# What is done about it


@both
@off_contract
def test_by_default_it_warns_once_for_each_place(side: Side, respx_mock: respx.MockRouter) -> None:
    respx_mock.get(JOB_PATH).respond(json={**PAUSED, "budget": 5})
    respx_mock.get("/v1/jobs").respond(json=listed(PAUSED))
    client = side.client()
    with pytest.warns(FirstHandDriftWarning) as caught:
        assert side.run(client.jobs.get(JOB["id"])).status == "paused"
    assert [str(warning.message) for warning in caught] == [
        "get_job: unknown value at status: expected one of active, cancelled, completed, filled, in_progress, open, "
        "seen string 'paused'. What to do: leave a branch for values that your code does not know; it is handed on "
        "as it came",
        "get_job: unknown field at budget: expected nothing, seen integer. What to do: nothing, or read it by key; a "
        "newer firsthandapi may have it as an attribute",
    ]
    warning = caught[0].message
    assert isinstance(warning, FirstHandDriftWarning)
    assert warning.record.path == "status"
    assert isinstance(warning, UserWarning)
    # It points to who called, not into the package.
    assert {warning.filename for warning in caught} == {__file__ if side.name == "sync" else support_file()}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        side.run(client.jobs.get(JOB["id"]))
        side.run(client.with_options(timeout=5).jobs.get(JOB["id"]))
    # Another operation is another place, and so is another client.
    with pytest.warns(FirstHandDriftWarning, match="list_jobs: unknown value at data"):
        side.run(client.jobs.list())
    with pytest.warns(FirstHandDriftWarning, match="get_job"):
        side.run(side.client().jobs.get(JOB["id"]))
    with pytest.warns(FirstHandDriftWarning, match="get_job"):
        side.run(client.with_options(drift="warn").jobs.get(JOB["id"]))


def support_file() -> str:
    module = sys.modules[AsyncSide.__module__].__file__
    assert module
    return module


@both
@off_contract
def test_ignored_means_ignored(side: Side, respx_mock: respx.MockRouter) -> None:
    respx_mock.get(JOB_PATH).respond(json=PAUSED, headers={"Deprecation": "true"})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert side.run(side.client(drift="ignore").jobs.get(JOB["id"])).status == "paused"
        assert side.run(side.client().with_options(drift="ignore").jobs.get(JOB["id"])).status == "paused"


@both
@off_contract
def test_raising_gives_what_was_paid_for(side: Side, respx_mock: respx.MockRouter) -> None:
    respx_mock.post("/v1/jobs").respond(201, json={**PAUSED, "budget": 5}, headers={"X-Request-Id": "req_7"})
    client = side.client(drift="raise")
    for _ in range(2):  # each time: who asks for errors must not get through by trying again
        with pytest.raises(FirstHandDriftError) as caught:
            side.run(
                client.jobs.create(
                    type="data_collection",
                    description="A clear photo of a coffee shop's whole menu board.",
                    content_type="image",
                    quantity=50,
                    reward_per_file=75,
                )
            )
    error = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(error, FirstHandError)
    assert not isinstance(error, FirstHandApiError)
    assert [(record.operation, record.path) for record in error.records] == [
        ("create_job", "status"),
        ("create_job", "budget"),
    ]
    assert error.parsed.id == JOB["id"]
    assert error.json == {**PAUSED, "budget": 5}
    assert (error.status, error.request_id, error.operation_id, error.attempts) == (201, "req_7", "create_job", 1)
    assert not error.retryable
    assert str(error) == f"{error.records[0]} (1 more in `records`)"
    assert error.__notes__[-1].startswith("what to do: use the result in `parsed`")
    assert len(respx_mock.calls) == 2


@both
@off_contract
def test_what_the_function_raises_comes_out_of_the_call(side: Side, respx_mock: respx.MockRouter) -> None:
    respx_mock.get(JOB_PATH).respond(json={**PAUSED, "budget": 5})
    seen = []

    def stop(record: DriftRecord) -> None:
        seen.append(record.path)
        raise RuntimeError(record.path)

    client = side.client(drift=stop)
    for path in ("status", "budget"):
        with pytest.raises(RuntimeError, match=path):
            side.run(client.jobs.get(JOB["id"]))
    assert side.run(client.jobs.get(JOB["id"])).status == "paused"
    assert seen == ["status", "budget"]


@both
@off_contract
def test_a_warning_that_is_made_an_error_comes_out_of_the_call(side: Side, respx_mock: respx.MockRouter) -> None:
    respx_mock.get(JOB_PATH).respond(json=PAUSED)
    with warnings.catch_warnings():
        warnings.simplefilter("error", FirstHandDriftWarning)
        with pytest.raises(FirstHandDriftWarning, match="paused"):
            side.run(side.client().jobs.get(JOB["id"]))


async def nobody_waits(record: DriftRecord) -> None: ...


@both
@pytest.mark.parametrize("drift", ["wran", "", None, True, 1, [], nobody_waits])
def test_what_cannot_be_done_is_refused(side: Side, drift: Any) -> None:
    with pytest.raises(FirstHandConfigurationError, match=r"^drift: must be "):
        side.client(drift=drift)
    if drift is not None:  # which means here: as it was
        with pytest.raises(FirstHandConfigurationError, match=r"^drift: must be "):
            side.client().with_options(drift=drift)


@both
@off_contract
def test_the_setting_survives_pickling(side: Side, respx_mock: respx.MockRouter) -> None:
    respx_mock.get(JOB_PATH).respond(json=PAUSED)
    client = pickle.loads(pickle.dumps(side.type(API_KEY, base_url=BASE_URL, drift="raise")))
    with pytest.raises(FirstHandDriftError):
        side.run(client.jobs.get(JOB["id"]))


@off_contract
def test_threads_tell_a_place_once(respx_mock: respx.MockRouter) -> None:
    respx_mock.get(JOB_PATH).respond(json={**PAUSED, **{f"field_{number}": 1 for number in range(50)}})
    records: list[DriftRecord] = []
    client = Side().client(drift=records.append)
    together = threading.Barrier(8)

    def get() -> str:
        together.wait()
        return str(client.jobs.get(JOB["id"]).status)

    with ThreadPoolExecutor(8) as pool:
        assert [one.result() for one in [pool.submit(get) for _ in range(8)]] == ["paused"] * 8
    assert sorted(record.path for record in records) == sorted(["status", *(f"field_{n}" for n in range(50))])


def test_a_service_that_makes_up_names_does_not_fill_the_memory() -> None:
    records: list[DriftRecord] = []
    watch = DriftWatch(records.append)
    for start in range(0, 3 * MOST_PLACES, 700):
        watch.answer("get_job", 200, {}, {**JOB, **{f"field_{start + number}": 1 for number in range(700)}})
    assert len(records) == MOST_PLACES
    assert len(DriftWatch("raise").answer("get_job", 200, {}, {f"field_{n}": 1 for n in range(5000)})) == MOST_PLACES


# Every way to the service


@both
@off_contract
def test_every_way_to_an_answer_tells(side: Side, respx_mock: respx.MockRouter) -> None:
    respx_mock.get(JOB_PATH).respond(json=PAUSED)
    pages = [listed(JOB, next_cursor="c"), listed(PAUSED)]
    respx_mock.get("/v1/jobs").mock(side_effect=[httpx.Response(200, json=page) for page in pages])
    records: list[DriftRecord] = []

    def operations() -> list[str]:
        names = [record.operation for record in records]
        records.clear()
        return names

    def client() -> Any:
        return side.client(drift=records.append)

    raw = side.run((one := client()).with_raw_response(one.jobs.get, JOB["id"]))
    assert raw.json["status"] == raw.parsed.status == "paused"
    assert operations() == ["get_job"]
    with pytest.raises(FirstHandWaitTimeoutError):
        side.run(client().jobs.wait(JOB["id"], max_wait_seconds=30))
    assert operations() == ["get_job"]
    assert [job.status for job in side.items(client().jobs.list())] == ["active", "paused"]
    assert operations() == ["list_jobs"]


@both
@off_contract
def test_signup_tells_without_the_key(side: Side, respx_mock: respx.MockRouter) -> None:
    body = {"organization_id": 7, "api_key": ["fh_live_verysecret"], "credits_cents": "250", "token": "opensesame"}
    respx_mock.post("/v1/auth/signup").respond(json=body)
    records: list[DriftRecord] = []
    side.run(side.client(drift=records.append).signup({"name": "Menus", "email": "me@example.com"}))
    assert [(record.path, record.seen) for record in records] == [
        ("organization_id", "integer"),
        ("api_key", "array"),
        ("credits_cents", "string of 3 characters"),
        ("token", "string of 10 characters"),
    ]


# Secrets


@pytest.mark.parametrize(
    "change",
    [
        {"status": f"fh_live_{'s3cret' * 9}"},
        {"status": "see https://files.firsthand.test/f?signature=s3cret now"},
        {"type": "whsec_s3cret"},
        {"fh_live_s3cret": 1},
        {"https://files.firsthand.test/f?signature=s3cret": {"s3cret": "s3cret"}},
        {"new": "s3cret"},
        {"description": {"s3cret": "s3cret"}},
        {"description": ["s3cret"]},
        {"location": {**JOB["location"], "password": "s3cret"}},
        {"location": "Mr. s3cret, 5 Main Street"},
        {"location": "s3cret"},
        {"deadline": "when s3cret is back"},
        {"status": "what s3cret wrote"},
        {"files_needed": "s3cret"},
    ],
    ids=lambda change: str(next(iter(change)))[:20],
)
def test_no_record_shows_a_secret(change: dict[str, Any]) -> None:
    (record,) = DriftWatch("raise").answer("get_job", 200, {}, {**JOB, **change})
    for text in (str(record), repr(record), str(FirstHandDriftError([record]))):
        assert "s3cret" not in text
        assert len(text) < 600


def test_fields_with_secrets_show_their_type_only() -> None:
    answer = {**FILE, "download_url": 5, "object": "x" * 5000}
    url, kind = DriftWatch("raise").answer("refresh_file_url", 200, {}, answer)[::-1]
    assert (url.path, url.seen) == ("download_url", "integer")
    assert kind.seen == "string of 5000 characters"


# Errors


@both
@off_contract
def test_an_error_of_an_unknown_kind_stays_that_error(side: Side, respx_mock: respx.MockRouter) -> None:
    respx_mock.get(JOB_PATH).respond(404, json=failure("vanished", "It is not there."))
    records: list[DriftRecord] = []
    for drift, note in (("ignore", None), (records.append, None), ("raise", "unknown value at error.type")):
        with pytest.raises(FirstHandNotFoundError, match="It is not there") as caught:
            side.run(side.client(drift=drift).jobs.get(JOB["id"]))
        assert caught.value.type == "vanished"
        assert note is None or note in caught.value.__notes__[-1]
    assert [(record.path, record.seen) for record in records] == [("error.type", "string 'vanished'")]
    with pytest.warns(FirstHandDriftWarning, match="vanished"), pytest.raises(FirstHandNotFoundError):
        side.run(side.client().jobs.get(JOB["id"]))


def fail(record: DriftRecord) -> None:
    raise RuntimeError(f"no {record.path}")


@both
@off_contract
def test_nothing_hides_an_error(side: Side, respx_mock: respx.MockRouter) -> None:
    respx_mock.get(JOB_PATH).respond(404, json=failure("vanished"))
    with pytest.raises(FirstHandNotFoundError) as caught:
        side.run(side.client(drift=fail).jobs.get(JOB["id"]))
    assert caught.value.__notes__[-1] == "drift: no error.type"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(FirstHandNotFoundError) as caught:
            side.run(side.client().jobs.get(JOB["id"]))
    assert caught.value.__notes__[-1].startswith("drift: get_job: unknown value at error.type")


@both
@off_contract
def test_an_error_page_of_a_proxy_is_no_drift(side: Side, respx_mock: respx.MockRouter) -> None:
    respx_mock.get(JOB_PATH).respond(404, html="<h1>Not here</h1>")
    with pytest.raises(FirstHandNotFoundError) as caught:
        side.run(side.client(drift="raise").jobs.get(JOB["id"]))
    assert not any("drift" in note for note in caught.value.__notes__)


# What goes


@both
@pytest.mark.parametrize(
    ("headers", "kind", "path", "seen"),
    [
        ({"Deprecation": "@1774915200"}, "deprecated", "header Deprecation", "2026-03-31"),
        ({"Deprecation": "true"}, "deprecated", "header Deprecation", "no date"),
        ({"Deprecation": "@99999999999999999999"}, "deprecated", "header Deprecation", "no date"),
        ({"Deprecation": "Tue, 31 Mar 2026 00:00:00 GMT"}, "deprecated", "header Deprecation", "2026-03-31"),
        ({"Sunset": "Wed, 30 Sep 2026 23:59:59 GMT"}, "sunset", "header Sunset", "2026-09-30"),
        ({"Sunset": "soon"}, "sunset", "header Sunset", "no date"),
        (
            {"Sunset": "soon", "Link": '<https://docs.firsthand.test/v2>; rel="successor-version"'},
            "sunset",
            "header Sunset",
            "no date, see https://docs.firsthand.test/v2",
        ),
    ],
)
def test_what_will_go_is_told_once_for_each_operation(
    side: Side, respx_mock: respx.MockRouter, headers: dict[str, str], kind: str, path: str, seen: str
) -> None:
    respx_mock.get(JOB_PATH).respond(json=JOB, headers=headers)
    respx_mock.get("/v1/jobs").respond(json=listed(JOB), headers=headers)
    records: list[DriftRecord] = []
    client = side.client(drift=records.append)
    for _ in range(2):
        side.run(client.jobs.get(JOB["id"]))
        side.run(client.jobs.list())
    assert [(record.operation, record.kind, record.path, record.seen) for record in records] == [
        ("get_job", kind, path, seen),
        ("list_jobs", kind, path, seen),
    ]
    with pytest.warns(FirstHandDriftWarning, match=path):
        side.run(side.client().jobs.get(JOB["id"]))


@both
def test_what_will_go_is_told_of_an_error_too(side: Side, respx_mock: respx.MockRouter) -> None:
    respx_mock.get(JOB_PATH).respond(404, json=failure("not_found"), headers={"Deprecation": "true"})
    records: list[DriftRecord] = []
    with pytest.raises(FirstHandNotFoundError):
        side.run(side.client(drift=records.append).jobs.get(JOB["id"]))
    assert [record.kind for record in records] == ["deprecated"]


@pytest.mark.parametrize("value", ["false", "?0", " False "])
def test_what_is_not_deprecated_is_not_told(value: str) -> None:
    assert DriftWatch("raise").answer("get_job", 200, {"deprecation": value}, JOB) == []


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<https://a.test/v2>; rel="successor-version"', "https://a.test/v2"),
        ("<https://a.test/v2>;rel=sunset", "https://a.test/v2"),
        (
            '<https://a.test/p>; rel="next", <https://a.test/d>; type="text/html"; rel="help deprecation"',
            "https://a.test/d",
        ),
        ('<https://a.test/p>; rel="next"', None),
        ('<javascript:alert(1)>; rel="sunset"', None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_the_link_to_what_comes_instead(link: str, expected: str | None) -> None:
    assert link_of({"link": link}) == expected


@both
@off_contract
def test_what_is_gone_is_an_error_that_says_so(side: Side, respx_mock: respx.MockRouter) -> None:
    link = '<https://docs.firsthand.test/v2>; rel="successor-version"'
    headers = {"Link": link, "Sunset": "Wed, 30 Sep 2026 23:59:59 GMT", "Deprecation": "true"}
    respx_mock.get(JOB_PATH).respond(410, json=failure("not_found", "v1 is retired."), headers=headers)
    records: list[DriftRecord] = []
    with pytest.raises(FirstHandGoneError, match=r"v1 is retired") as caught:
        side.run(side.client(drift=records.append).jobs.get(JOB["id"]))
    error = pickle.loads(pickle.dumps(caught.value))
    assert (error.status, error.link, error.retryable) == (410, "https://docs.firsthand.test/v2", False)
    assert isinstance(error, FirstHandApiError)
    assert any("upgrade firsthandapi" in note for note in error.__notes__)
    assert len(respx_mock.calls) == 1
    # What is said must be true before that day, and when it is over.
    assert [record.path for record in records] == ["header Deprecation", "header Sunset"]
    assert str(records[1]) == (
        "get_job: sunset at header Sunset: expected an operation that stays, seen 2026-09-30, "
        "see https://docs.firsthand.test/v2. What to do: move to its successor, or to a newer firsthandapi: "
        "from that day on it ends with 410 Gone"
    )
    assert not any(word in str(record) for record in records for word in ("before", "while", "still"))


# Webhooks

EVENT: dict[str, Any] = {
    "id": "evt_1",
    "object": "event",
    "type": "job.completed",
    "api_version": "2026-03-18",
    "created_at": "2026-03-31T14:22:08Z",
    "data": JOB,
}


def receive(event: dict[str, Any], **options: Any) -> Any:
    body = json.dumps(event)
    return construct_event(body, {"X-FirstHand-Signature": sign(body, secret="whsec_1")}, "whsec_1", **options)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({**EVENT, "type": "job.paused"}, ("construct_event", "type", "unknown-event", "string 'job.paused'")),
        ({**EVENT, "attempt": 2}, ("job.completed", "attempt", "unknown-field", "integer")),
        ({**EVENT, "data": PAUSED}, ("job.completed", "data.status", "unknown-value", "string 'paused'")),
        ({**EVENT, "data": None}, ("job.completed", "data", "unexpected-null", "null")),
        ({**EVENT, "data": [JOB]}, ("job.completed", "data", "wrong-type", "array")),
    ],
)
def test_events_are_looked_at_too(event: dict[str, Any], expected: Any) -> None:
    records: list[DriftRecord] = []
    assert receive(event, drift=records.append)["id"] == "evt_1"
    assert [(record.operation, record.path, record.kind, record.seen) for record in records] == [expected]
    with pytest.warns(FirstHandDriftWarning, match=expected[2].replace("-", " ")) as caught:
        receive(event)
    assert caught[0].filename == __file__
    with pytest.raises(FirstHandDriftError) as error:
        receive(event, drift="raise")
    assert error.value.parsed.id == error.value.json["id"] == "evt_1"
    assert receive(event, drift="ignore").type == event["type"]


def test_a_short_event_is_no_drift() -> None:
    assert receive({"id": "evt_1", "type": "job.completed", "data": {"id": "job_1"}}, drift="raise").data.id == "job_1"


def test_what_cannot_be_done_about_an_event_is_refused() -> None:
    with pytest.raises(FirstHandArgumentError, match="drift: must be"):
        receive(EVENT, drift="wran")


# Records


def test_a_record_is_a_value() -> None:
    (record,) = DriftWatch("raise").answer("get_job", 200, {}, PAUSED)
    assert pickle.loads(pickle.dumps(record)) == record
    assert len({record, record}) == 1
    with pytest.raises(AttributeError):
        record.seen = "else"  # type: ignore[misc]
    warning = pickle.loads(pickle.dumps(FirstHandDriftWarning(record)))
    assert (warning.record, str(warning)) == (record, str(record))
    assert record.advice in str(record)


def test_every_kind_has_advice() -> None:
    assert set(ADVICE) == set(_shapes.DriftKind.__args__)  # type: ignore[attr-defined]


# Shapes that today's contract has none of


def compared(
    rule: dict[str, Any], *values: Any, monkeypatch: pytest.MonkeyPatch, **named: Any
) -> list[tuple[str, str]]:
    """Kind and path of what a contract with this answer would say to it."""
    from firsthandapi_generated import shapes

    monkeypatch.setattr(shapes, "SHAPES", {**shapes.SHAPES, **named})
    monkeypatch.setattr(shapes, "ANSWERS", {"get_it": rule})
    _shapes.book.cache_clear()
    records = DriftWatch("raise").answer("get_it", 200, {}, list(values))
    return [(record.kind, record.path) for record in records]


@pytest.fixture
def _fresh_book() -> Iterator[None]:
    yield
    _shapes.book.cache_clear()


TEXT, NUMBER = {"type": ["string"]}, {"type": ["integer"]}
CAT = {
    "type": ["object"],
    "properties": {"kind": {"type": ["string"], "enum": ["cat"]}, "lives": NUMBER},
    "required": ["kind", "lives"],
}
DOG = {
    "type": ["object"],
    "properties": {"kind": {"type": ["string"], "enum": ["dog"]}, "tail": TEXT},
    "required": ["kind", "tail"],
}
TREE = {
    "type": ["object"],
    "properties": {"up": {"ref": "Tree", "nullable": True}, "n": NUMBER},
    "required": ["up", "n"],
}


@pytest.mark.usefixtures("_fresh_book")
@pytest.mark.parametrize(
    ("item", "values", "expected"),
    [
        ({}, [1, None, {"a": 1}], []),
        ({"any_of": [TEXT, NUMBER]}, ["a", 1], []),
        ({"any_of": [TEXT, NUMBER]}, ["a", None, 2.5], [("unexpected-null", "[]"), ("wrong-type", "[]")]),
        ({"any_of": [TEXT, NUMBER], "nullable": True}, [None, 1], []),
        ({"any_of": [CAT, DOG]}, [{"kind": "dog", "tail": "long"}, {"kind": "cat", "lives": 9}], []),
        ({"any_of": [CAT, DOG]}, [{"kind": "bird", "tail": "long"}], [("unknown-value", "[].kind")]),
        ({"any_of": [CAT, DOG]}, [{"kind": "cat", "lives": "nine"}], [("wrong-type", "[].lives")]),
        ({"ref": "Tree"}, [{"up": {"up": None, "n": 1}, "n": 2}], []),
        ({"ref": "Tree"}, [{"up": {"up": {}, "n": "1"}, "n": 2}],
         [("missing-field", "[].up.up.up"), ("missing-field", "[].up.up.n"), ("wrong-type", "[].up.n")]),
        ({"ref": "Alias"}, [{"up": None, "n": 1}, None], []),
        ({"type": ["string"], "format": "date"}, ["2026-03-31", "31 March"], [("wrong-format", "[]")]),
        ({"type": ["string"], "enum": ["a"], "nullable": True}, ["a", None, "b"], [("unknown-value", "[]")]),
    ],
)  # fmt: skip
def test_other_contracts(item: Any, values: Any, expected: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = {"type": ["array"], "items": item}
    named = {"Tree": TREE, "Alias": {"ref": "Tree", "nullable": True}}
    found = compared(rule, *values, monkeypatch=monkeypatch, **named)
    assert [(kind, path.removeprefix("$")) for kind, path in found] == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (True, {}),
        ({"type": ["string", "null"]}, {"type": ["string"], "nullable": True}),
        ({"type": "string", "format": "uri"}, {"type": ["string"]}),
        ({"const": "a"}, {"enum": ["a"]}),
        ({"enum": ["b", "a", None]}, {"enum": ["a", "b"], "nullable": True}),
        ({"pattern": "^job$"}, {"enum": ["job"]}),
        ({"pattern": "^job"}, {}),
        ({"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]}, {"ref": "A", "nullable": True}),
        ({"anyOf": [{"type": "string"}, {"const": 1}]}, {"any_of": [{"type": ["string"]}, {"enum": [1]}]}),
        ({"anyOf": [{"type": "string"}, {}]}, {}),
        ({"allOf": [{"$ref": "#/components/schemas/A"}]}, {"ref": "A"}),
        ({"$ref": "#/components/schemas/A/properties/x"}, {"type": ["integer"]}),
        (
            {"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"y": {}}, "required": ["y"]}]},
            {"type": ["object"], "properties": {"x": {"type": ["integer"]}, "y": {}}, "required": ["x", "y"]},
        ),
        ({"type": "object", "properties": {"y": {}}, "additionalProperties": {"type": "string"}}, {"type": ["object"]}),
    ],
)  # fmt: skip
def test_schemas_are_reduced_to_shapes(schema: Any, expected: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("openapi_spec_validator", reason="it is in requirements/dev.txt")
    monkeypatch.syspath_prepend(str(Path(__file__).parent.parent / "scripts"))
    import shapes

    component = {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}
    assert shapes.shape_of({"components": {"schemas": {"A": component}}}, schema, {}) == expected


def test_names_are_public() -> None:
    assert {"DriftRecord", "FirstHandDriftError", "FirstHandDriftWarning", "FirstHandGoneError"} <= set(
        firsthandapi.__all__
    )
    assert isinstance(Client(API_KEY, drift="ignore"), Client)
