"""What happens to a request before and after its handler: routes, keys, scopes, validation, pages, limits."""

from __future__ import annotations

import json

import httpx
import pytest
import yaml
from sandbox_support import JOB, api, client_of, error_of, get, post_job, quick_media, running, sandbox

from firsthandapi._spec import spec_text
from firsthandapi.sandbox import Sandbox
from firsthandapi.sandbox.contract import Contract
from firsthandapi.sandbox.handlers import HANDLERS
from firsthandapi.sandbox.reading import preferred_wait
from firsthandapi.sandbox.replies import Reply

__all__ = ["api", "quick_media", "running", "sandbox"]

SPEC = yaml.load(spec_text(), Loader=yaml.CSafeLoader)
OPERATIONS = [
    (item[method]["operationId"], method.upper(), path)
    for path, item in SPEC["paths"].items()
    for method in ("get", "post", "patch", "put", "delete")
    if method in item
]


@pytest.mark.parametrize(("operation", "method", "path"), OPERATIONS)
def test_every_operation_is_routed_to_itself(
    sandbox: Sandbox, api: httpx.Client, operation: str, method: str, path: str
) -> None:
    api.request(method, path.replace("{", "x").replace("}", "x"), json={})
    assert [entry.operation for entry in sandbox.log] == [operation]
    assert sandbox.log[0].status not in (404 if "{" not in path else None, 405, 500, 501)


def request_examples() -> list[tuple[str, str, str, object]]:
    """Name, method, path and value of each example of a request body that the contract gives as a good one."""
    found = []
    for operation, method, path in OPERATIONS:
        content = SPEC["paths"][path][method.lower()].get("requestBody", {}).get("content", {})
        for name in content.get("application/json", {}).get("examples", {}):
            value = SPEC["components"]["examples"][name]["value"]
            found += [(f"{operation}-{name}", method, path, value)] if "Invalid" not in name else []
    return found


@pytest.mark.parametrize(
    ("method", "path", "body"), [pytest.param(*rest, id=name) for name, *rest in request_examples()]
)
def test_the_contracts_own_examples_are_accepted(
    sandbox: Sandbox, api: httpx.Client, method: str, path: str, body: object
) -> None:
    sandbox.upload(post_job(api, files_needed=1)["id"])
    job, endpoint = get(api, "/v1/jobs")["data"][0]["id"], {"url": "https://example.com", "events": ["job.completed"]}
    ids = {"{job_id}": job, "{endpoint_id}": api.post("/v1/webhook_endpoints", json=endpoint).json()["id"]}
    for name, id in ids.items():
        path = path.replace(name, id)
    answer = api.request(method, path, json=body)
    assert answer.status_code in (200, 201), answer.text


def test_every_operation_has_a_handler_and_every_handler_an_operation() -> None:
    assert set(HANDLERS) == {operation for operation, _, _ in OPERATIONS}


def test_an_operation_without_handler_says_so(
    sandbox: Sandbox, api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(HANDLERS, "list_tasks")
    error = error_of(api.get("/v1/tasks"), 500)
    assert error["type"] == "internal_error"
    assert "list_tasks" in error["message"]


def test_a_path_that_is_not_there_names_the_nearest(api: httpx.Client) -> None:
    assert "did you mean GET /v1/jobs?" in error_of(api.get("/v1/job"), 404)["message"]
    wrong = api.put("/v1/jobs", json={})
    assert error_of(wrong, 405)["type"] == "not_found"
    assert {"GET", "POST"} <= set(wrong.headers["allow"].split(", "))


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer fh_test_wrong", "Basic eDp5"])
def test_a_key_is_required(sandbox: Sandbox, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = httpx.get(f"{sandbox.base_url}/v1/jobs", headers=headers)
    assert error_of(answer, 401)["type"] == "authentication_error"
    assert "x-ratelimit-remaining" in answer.headers


def test_another_organisation_sees_nothing(sandbox: Sandbox, api: httpx.Client) -> None:
    job = post_job(api)
    other = httpx.post(f"{sandbox.base_url}/v1/auth/signup", json={"name": "Other", "email": "a@example.com"}).json()
    with client_of(sandbox, other["api_key"]) as stranger:
        assert get(stranger, "/v1/jobs")["data"] == []
        assert error_of(stranger.get(f"/v1/jobs/{job['id']}"), 404)["type"] == "not_found"
        assert error_of(stranger.post(f"/v1/jobs/{job['id']}/cancel"), 404)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"files_needed": 0}, "files_needed"),
        ({"files_needed": "5"}, "files_needed"),
        ({"description": "short"}, "description"),
        ({"accepted_formats": ["image/gif"]}, "accepted_formats.0"),
        ({"metadata": {str(n): n for n in range(21)}}, "metadata"),
        ({"deadline": "tomorrow"}, "deadline"),
        ({"min_star_rating": 6}, "min_star_rating"),
        ({"files_per_submission": 6}, "files_per_submission"),
    ],
)
def test_a_wrong_field_is_named(api: httpx.Client, changes: dict[str, object], field: str) -> None:
    error = error_of(api.post("/v1/jobs", json={**JOB, **changes}), 400)
    assert error["type"] == "validation_error"
    assert [detail["field"] for detail in error["details"]] == [field]
    assert field in error["message"]


def test_a_missing_field_is_named(api: httpx.Client) -> None:
    body = {name: value for name, value in JOB.items() if name not in ("type", "files_needed")}
    error = error_of(api.post("/v1/jobs", json=body), 400)
    assert {detail["field"] for detail in error["details"]} == {"type", "files_needed"}


@pytest.mark.parametrize("price", [9, 50_001])
def test_a_price_out_of_range_is_a_pricing_violation(api: httpx.Client, price: int) -> None:
    error = error_of(api.post("/v1/jobs", json={**JOB, "price_per_file_cents": price}), 400)
    assert error["type"] == "pricing_violation"
    both = error_of(api.post("/v1/jobs", json={**JOB, "price_per_file_cents": price, "files_needed": 0}), 400)
    assert both["type"] == "validation_error"
    text = error_of(api.post("/v1/jobs", json={**JOB, "price_per_file_cents": "75"}), 400)
    assert text["type"] == "validation_error"


@pytest.mark.parametrize(
    "content",
    [b"{", b"\xff", b"[" * 100_000, b'{"a": NaN}', b'{"a": 1e999}', b'{"a": "\\ud800"}', b"5", b"null", b""],
)
def test_a_body_that_is_not_a_json_object_is_refused(api: httpx.Client, content: bytes) -> None:
    answer = api.post("/v1/jobs", content=content, headers={"Content-Type": "application/json"})
    assert error_of(answer, 400)["type"] == "validation_error"


def test_a_body_must_be_declared_as_json(api: httpx.Client) -> None:
    answer = api.post("/v1/jobs", content=json.dumps(JOB), headers={"Content-Type": "text/plain"})
    assert "Content-Type" in error_of(answer, 400)["message"]


def test_integers_may_be_written_with_a_point_and_odd_text_comes_back(api: httpx.Client) -> None:
    body = json.dumps({**JOB, "title": "\u0000 ✓ 𝄞"}).replace('"files_needed": 5', '"files_needed": 5.0')
    answer = api.post("/v1/jobs", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 201
    assert '"files_needed":5,' in answer.text
    assert answer.json()["title"] == "\u0000 ✓ 𝄞"


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=ten",
        "limit=1_0",
        "limit= 5",
        "status=finished",
        "cursor=x",
        "cursor=",
        "cursor=Zm9v",
    ],
)
def test_a_wrong_parameter_is_named(api: httpx.Client, query: str) -> None:
    error = error_of(api.get(f"/v1/jobs?{query}"), 400)
    assert [detail["field"] for detail in error["details"]] == [query.split("=")[0]]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("0246-10-28T19:59:11Z", 200),
        ("9999-12-31T23:59:59Z", 200),
        ("9999-12-31T23:59:59-01:00", 400),
        ("0001-01-01T00:00:00+01:00", 400),
    ],
)
def test_dates_of_any_year_are_read_and_written(api: httpx.Client, asked: str, status: int) -> None:
    answer = api.get("/v1/submissions/summary", params={"start_date": asked})
    assert answer.status_code == status, answer.text
    if status == 200:
        assert answer.json()["start_date"] == asked


def test_pages_are_stable_while_jobs_are_added(api: httpx.Client) -> None:
    made = [post_job(api, files_needed=1)["id"] for _ in range(7)]
    first = get(api, "/v1/jobs", limit=3)
    post_job(api, files_needed=1)
    second = get(api, "/v1/jobs", limit=3, cursor=first["next_cursor"])
    third = get(api, "/v1/jobs", limit=3, cursor=second["next_cursor"])
    assert [job["id"] for page in (first, second, third) for job in page["data"]] == made[::-1]
    assert (third["has_more"], third["next_cursor"]) == (False, None)


def test_a_cursor_belongs_to_its_list(api: httpx.Client) -> None:
    post_job(api), post_job(api)
    cursor = get(api, "/v1/jobs", limit=1)["next_cursor"]
    answer = api.get("/v1/submissions", params={"cursor": cursor})
    assert error_of(answer, 400)["details"][0]["field"] == "cursor"


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        (None, 0),
        ("wait=30", 30),
        ('respond-async, wait="7"', 7),
        ("Wait = 12; x=y, handling=lenient", 12),
        ("wait=900", 60),
        ("wait=0", 0),
        ("wait=soon", 0),
        ("wait=-1", 0),
        ("await=5", 0),
    ],
)
def test_prefer_is_read_as_rfc_7240_says(prefer: str | None, seconds: int) -> None:
    assert preferred_wait(prefer) == seconds


def test_a_strict_sandbox_refuses_to_answer_what_the_contract_does_not_allow(
    sandbox: Sandbox, api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HANDLERS, "get_credit_balance", lambda call: Reply(200, {"object": "credit_balance"}))
    error = error_of(api.get("/v1/billing/credits"), 500)
    assert "get_credit_balance answered 200" in error["message"]
    assert "available_cents: is required" in error["message"]
    monkeypatch.setitem(HANDLERS, "get_credit_balance", lambda call: Reply(418, {}))
    assert "does not document" in error_of(api.get("/v1/billing/credits"), 500)["message"]


def test_a_contract_may_be_written_with_parameters_of_every_type() -> None:
    document = {
        "paths": {
            "/things": {
                "get": {
                    "operationId": "list_things",
                    "parameters": [
                        {"name": name, "in": "query", "schema": {"type": type}}
                        for name, type in [
                            ("b", "boolean"),
                            ("i", "integer"),
                            ("n", ["null", "number"]),
                            ("s", "string"),
                        ]
                    ],
                    "responses": {"204": {"description": "nothing"}},
                }
            }
        }
    }
    contract = Contract(document)
    given = {"b": "true", "i": "-3", "n": "2.5", "s": "7"}
    values = contract.arguments(contract.operations[0], {"query": given, "path": {}, "header": {}})
    assert values == {"b": True, "i": -3, "n": 2.5, "s": "7"}
