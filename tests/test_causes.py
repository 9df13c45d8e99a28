"""Which change a problem of the checks comes from: the one that it names, none where that is not certain."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("openapi_python_client", reason="the generator needs Python 3.11")

from mutations.judge import surface

from firsthandapi.drift import Report, load, report

ROOT = Path(__file__).parent.parent
OLD = load(str(ROOT / "openapi.yaml"))
REFRESH, TITLE, ASKED_TITLE = "files/{file_id}/refresh_url/post", "Job/properties/title", "JobCreate/properties/title"
CONSENT, RATE = "JobCreate/properties/consent_text", "jobs/{job_id}/rate/post/requestBody"
BROKEN = "TypeError: {}"
UNKNOWN = "firsthandapi.errors.FirstHandDriftWarning: {}: expected nothing, seen integer. What to do: nothing"
ABSENT = "AssertionError: RESPX: some routes were not called!\nE     Left: <Route <Path eq '{}'> AND <Method eq '{}'>>"


@pytest.fixture(scope="module")
def new() -> Any:
    """A version with many changes of few operations, so that each has the wrong cause near."""
    contract = copy.deepcopy(OLD)
    schemas, paths = contract["components"]["schemas"], contract["paths"]
    asked, job = schemas["JobCreate"], schemas["Job"]
    asked["properties"]["instructions"] = asked["properties"].pop("worker_guidelines")
    asked["properties"]["consent_text"] = {"type": "string"}
    asked["required"].append("consent_text")
    asked["properties"]["description"]["maxLength"] = 100
    for name in ("title", "files_pending"):
        del job["properties"][name]
        job["required"] = [one for one in job["required"] if one != name]
    del asked["properties"]["title"]
    schemas["JobStatus"]["enum"].append("paused")
    contract["components"]["parameters"]["Limit"]["schema"]["maximum"] = 50
    paths["/v1/jobs"]["post"]["parameters"] = []
    paths["/v1/jobs"]["get"]["parameters"].append(
        {"name": "team", "in": "query", "required": True, "schema": {"type": "string"}}
    )
    del paths["/v1/jobs/{job_id}/rate"]["post"]["requestBody"]
    cancel = paths["/v1/jobs/{job_id}/cancel"]
    paths["/v1/jobs/{job_id}/pause"] = {**cancel, "post": {**cancel["post"], "operationId": "pause_job"}}
    del paths["/v1/files/{file_id}/refresh_url"]
    del contract["webhooks"]["job.flagged"]
    schemas["WebhookEventType"]["enum"].remove("job.flagged")
    return contract


@pytest.fixture(scope="module")
def changes(new: Any) -> Report:
    return report(OLD, new, surface())


@pytest.fixture
def causes(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import causes

    return causes


def told(error: str, *frames: str) -> str:
    """What pytest says of a test that fails, with the calls that led there and the line of the last one."""
    lines = [f"{frame}\n    call()" for frame in frames]
    return "\n".join([*lines, f"E   {error}"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the name alone, and with what it is in
        (told(BROKEN.format("build() got an unexpected keyword argument 'idempotency_key'")), "jobs/post/parameters/0"),
        (told("KeyError: 'worker_guidelines'"), "JobCreate/properties/worker_guidelines"),
        (told("firsthandapi.errors.FirstHandArgumentError: limit: must be 1 to 50, not 100"), "Limit/schema/maximum"),
        (told("firsthandapi.errors.FirstHandArgumentError: team: list_jobs needs it"), "jobs/get/parameters/4"),
        (told(UNKNOWN.format("list_jobs: unknown field at data[].files_pending")), "Job/properties/files_pending"),
        (told(UNKNOWN.format("get_job: unknown value at status, seen string 'paused'")), "JobStatus/enum/6"),
        (told("ImportError: cannot import name 'refresh_file_url' from 'x'"), REFRESH),
        (told("KeyError: 'job.flagged'"), "job.flagged/post"),
        (told("AssertionError: assert 'pause_job' in ['create_job', 'list_jobs']"), "jobs/{job_id}/pause/post"),
        # one name in two schemas
        (told(BROKEN.format("JobCreate.__init__() got an unexpected argument 'title'")), ASKED_TITLE),
        (told("AttributeError: 'Job' object has no attribute 'title'"), TITLE),
        (told(UNKNOWN.format("create_job: unknown field at title")), TITLE),
        ("requests are not as openapi.yaml says:\nPOST /v1/jobs: ('title' was unexpected)", ASKED_TITLE),
        ("answers are not as openapi.yaml says:\nPOST /v1/jobs, 201: ('title' was unexpected)", TITLE),
        # what a test hoped for is no cause
        (told("AssertionError: assert 'consent_text' == 'idempotency_key'"), CONSENT),
        (told("assert {'limit': 5} == {'a': 1}\nE     {'team': 5} != {'limit': 5}"), "jobs/get/parameters/4"),
        # no name, but the place
        (told("KeyError: 'stars'", "firsthandapi/_sync/jobs.py:294: in rate"), RATE),
        (told("KeyError: 'stars'", "firsthandapi/_async/flat.py:330: in rate_job"), RATE),
        # no telling
        (told("KeyError: 'stars'", "firsthandapi/_sync/jobs.py:204: in create"), None),
        (told("ValueError: too many values to unpack", "tests/test_jobs_calls.py:7: in test_a_limit_of_title"), None),
        (told("AssertionError: assert 0 == 1"), None),
        (told("KeyError: 'title'"), None),
        ("", None),
    ],
)  # fmt: skip
def test_a_test_comes_from_what_it_names(
    causes: Any, new: Any, changes: Report, text: str, expected: str | None
) -> None:
    assert blamed(causes, new, changes, causes.failed_test("test", text)) == expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("test_limits[schemas/JobCreate/properties/consent_text]", CONSENT),
        ("test_fields[consent_text-sync]", CONSENT),
        ("test_the_consent_text[sync]", None),
        ("test_fields[title]", None),
    ],
)
def test_a_test_comes_from_what_its_case_names(
    causes: Any, new: Any, changes: Report, case: str, expected: str | None
) -> None:
    assert blamed(causes, new, changes, causes.failed_test(case, told("assert 1 == 2"))) == expected


def test_a_request_that_never_came_is_of_its_operation(causes: Any) -> None:
    new = copy.deepcopy(OLD)
    del new["paths"]["/v1/jobs/{job_id}/rate"]["post"]["requestBody"]
    del new["components"]["schemas"]["JobCreate"]["properties"]["title"]
    for path, expected in (("/v1/jobs/job_1/rate", RATE), ("/v1/jobs", ASKED_TITLE), ("/v1/jobs/job_1", None)):
        problem = causes.failed_test("test", told(ABSENT.format(path, "POST")))
        assert blamed(causes, new, report(OLD, new, surface()), problem) == expected


@pytest.mark.parametrize(
    ("place", "message", "code", "expected"),
    [
        ("_async/jobs.py:293", 'Unexpected keyword argument "body" for "build"', {"jobs.rate"}, RATE),
        ("_async/jobs.py:9", 'Argument "comment" to "JobRating" has incompatible type', {"jobs.rate"}, RATE),
        ("_async/jobs.py:185", 'Missing named argument "consent_text" for "JobCreate"', {"jobs.create"}, CONSENT),
        ("_waiting.py:147", '"Job" has no attribute "files_pending"', {"_waiting.end"}, "Job/properties/files_pending"),
        ("_waiting.py:147", "Unsupported operand", {"_waiting.end"}, None),
    ],
)  # fmt: skip
def test_a_type_error_comes_from_what_it_names(
    causes: Any, new: Any, changes: Report, place: str, message: str, code: set[str], expected: str | None
) -> None:
    problem = causes.Problem(place, message, message, "call()", frozenset(code))
    assert blamed(causes, new, changes, problem) == expected


def blamed(causes: Any, new: Any, changes: Report, problem: Any) -> str | None:
    """The place of the change that a problem comes from, without its first steps."""
    (number,) = causes.causes([problem], changes.findings, OLD, new)
    if number is None:
        return None
    place = changes.findings[number].change.pointer.replace("~1", "/")
    return re.sub("^/(components/[a-z]+|paths//v1|webhooks)/", "", place)
