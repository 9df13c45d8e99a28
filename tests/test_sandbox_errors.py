"""Every refusal is one that the contract declares for its operation, with an error type that the contract knows."""

from __future__ import annotations

import httpx
import pytest
from sandbox_support import (
    JOB,
    OPERATIONS,
    api,
    client_of,
    error_of,
    eventually,
    keys_taken,
    post_job,
    quick_media,
    running,
    sandbox,
)

from firsthandapi.sandbox import Sandbox, accounts
from firsthandapi.sandbox.contract import ContractError, Operation, contract
from firsthandapi.sandbox.replies import ApiError

__all__ = ["api", "quick_media", "running", "sandbox"]


def refusals(sandbox: Sandbox, api: httpx.Client) -> list[httpx.Response]:
    """One of each kind."""
    done = post_job(api, files_needed=1)["id"]
    sandbox.upload(done)
    secret = api.post("/v1/api_keys", json={"name": "none", "scopes": []}).json()["secret"]
    api.post("/v1/tasks", json={"task_type": "support_reply"}, headers={"Idempotency-Key": "k"})
    free = httpx.post(f"{sandbox.base_url}/v1/auth/signup", json={"name": "F", "email": "f@example.com"}).json()
    with client_of(sandbox, secret) as bare, client_of(sandbox, free["api_key"]) as small:
        post_job(small, files_needed=1)
        return [
            api.post("/v1/jobs", json={}),
            api.get("/v1/jobs?limit=0"),
            api.post("/v1/jobs", content=b"{", headers={"Content-Type": "application/json"}),
            api.post("/v1/jobs", json={**JOB, "price_per_file_cents": 1}),
            api.post("/v1/tasks", json={"task_type": "no"}),
            httpx.get(f"{sandbox.base_url}/v1/jobs"),
            api.post("/v1/jobs", json={**JOB, "files_needed": 10_000}),
            bare.get("/v1/jobs"),
            small.post("/v1/jobs", json={**JOB, "files_needed": 1}),
            api.get("/v1/tasks/task_0"),
            api.post(f"/v1/jobs/{done}/cancel"),
            api.post("/v1/tasks", json={"task_type": "x"}, headers={"Idempotency-Key": "k"}),
            api.post("/v1/webhook_endpoints", json={"url": "http://example.com", "events": ["job.completed"]}),
        ]


def operation_of(answer: httpx.Response, sandbox: Sandbox) -> Operation:
    (entry,) = [one for one in sandbox.log if one.request_id == answer.headers["x-request-id"]]
    return OPERATIONS[entry.operation]


def test_each_refusal_is_as_the_contract_says(sandbox: Sandbox, api: httpx.Client) -> None:
    answers = refusals(sandbox, api)
    kinds = [(answer.status_code, error_of(answer, answer.status_code)["type"]) for answer in answers]
    assert kinds == [
        (400, "validation_error"),
        (400, "validation_error"),
        (400, "validation_error"),
        (400, "pricing_violation"),
        (400, "validation_error"),
        (401, "authentication_error"),
        (402, "insufficient_credits"),
        (403, "authorization_error"),
        (403, "free_tier_job_limit"),
        (404, "not_found"),
        (409, "conflict"),
        (409, "idempotency_error"),
        (422, "validation_error"),
    ]
    for answer in answers:
        assert str(answer.status_code) in operation_of(answer, sandbox).answers


def test_a_request_that_still_runs_and_one_too_many(sandbox: Sandbox, api: httpx.Client) -> None:
    from concurrent.futures import ThreadPoolExecutor

    sandbox.faults.add("create_job", delay=20)
    key = {"Idempotency-Key": "slow"}
    with ThreadPoolExecutor(1) as pool, client_of(sandbox) as impatient:
        impatient.timeout = httpx.Timeout(0.5)
        first = pool.submit(impatient.post, "/v1/jobs", json=JOB, headers=key)
        eventually(lambda: keys_taken(sandbox))
        error = error_of(api.post("/v1/jobs", json=JOB, headers=key), 409)
        assert error["type"] == "idempotency_in_progress"
        assert isinstance(first.exception(), httpx.TimeoutException)
    with Sandbox(frozen=True, rate_limit=1, strict=True) as busy, client_of(busy) as other:
        other.get("/v1/jobs")
        assert error_of(other.get("/v1/jobs"), 429)["type"] == "rate_limit_exceeded"


@pytest.mark.parametrize("error", [ApiError(418, "not_found", "x"), ApiError(401, "teapot", "x")])
def test_a_strict_sandbox_finds_a_refusal_that_the_contract_does_not_know(
    sandbox: Sandbox, api: httpx.Client, monkeypatch: pytest.MonkeyPatch, error: ApiError
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(accounts, "authenticate", refuse)
    answer = error_of(api.get("/v1/jobs"), 500)
    assert answer["type"] == "internal_error"
    assert "list_jobs answered" in answer["message"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_may_say_that_it_failed_or_is_asked_too_often(name: str) -> None:
    for status, kind in ((500, "internal_error"), (429, "rate_limit_exceeded")):
        contract().check_reply(OPERATIONS[name], ApiError(status, kind, "x").reply("req_1"))
    with pytest.raises(ContractError):
        contract().check_reply(OPERATIONS[name], ApiError(500, "not_implemented", "x").reply("req_1"))
