"""Rate limits and scopes: what a key is held to, whatever it asks for."""

from __future__ import annotations

import httpx
import pytest
from sandbox_support import (
    JOB,
    OPERATIONS,
    START,
    api,
    client_of,
    error_of,
    get,
    given_in,
    post_job,
    quick_media,
    running,
    sandbox,
)

from firsthandapi.sandbox import Sandbox
from firsthandapi.sandbox.accounts import SCOPES

__all__ = ["api", "quick_media", "running", "sandbox"]


def key_with(api: httpx.Client, scopes: list[str]) -> str:
    answer = api.post("/v1/api_keys", json={"name": "some", "scopes": scopes})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["secret"])


@pytest.mark.parametrize("name", [name for name, operation in OPERATIONS.items() if operation.scopes])
def test_an_operation_needs_its_scope_and_no_other(sandbox: Sandbox, api: httpx.Client, name: str) -> None:
    operation, given = OPERATIONS[name], given_in(sandbox, api)
    (scope,) = operation.scopes
    does_as_well = "billing:read" if scope == "usage:read" else scope
    others = [other for other in SCOPES if other not in (scope, does_as_well)]
    with client_of(sandbox, key_with(api, others)) as without:
        answer = given.call(without, operation)
        error = error_of(answer, 403)
        assert error["type"] == "authorization_error"
        assert scope in error["message"]
        done = get(api, "/v1/audit-events", limit=100)["data"]
        assert error["request_id"] not in [event["request_id"] for event in done]
        # What is wrong with the rest of a request is nobody's business who may not make it.
        assert without.request(operation.method, operation.path, json={"no": 1}).status_code == 403
    with client_of(sandbox, key_with(api, [scope])) as within:
        assert given.call(within, operation).is_success


@pytest.mark.parametrize("scope", ["usage:read", "billing:read"])
def test_balance_and_transactions_open_to_the_scope_that_either_source_names(
    sandbox: Sandbox, api: httpx.Client, scope: str
) -> None:
    with client_of(sandbox, key_with(api, [scope])) as within:
        assert get(within, "/v1/billing/credits")["object"] == "credit_balance"
        assert get(within, "/v1/billing/transactions")["object"] == "list"
        error = error_of(within.post("/v1/billing/credits/purchase", json={"amount_cents": 1000}), 403)
        assert "billing:write" in error["message"]


def test_what_needs_no_scope_needs_a_key_all_the_same(sandbox: Sandbox, api: httpx.Client) -> None:
    assert [name for name, operation in OPERATIONS.items() if not operation.scopes] == ["get_settings", "signup"]
    with client_of(sandbox, key_with(api, [])) as bare:
        get(bare, "/v1/organization/settings")
        assert bare.get("/v1/jobs").status_code == 403
    assert httpx.get(f"{sandbox.base_url}/v1/organization/settings").status_code == 401


def test_the_rate_limit_is_announced_and_kept() -> None:
    with Sandbox(frozen=True, start=START, rate_limit=3, strict=True) as sandbox, client_of(sandbox) as api:
        left = [api.get("/v1/jobs").headers["x-ratelimit-remaining"] for _ in range(3)]
        assert left == ["2", "1", "0"]
        refused = api.get("/v1/jobs")
        assert error_of(refused, 429)["type"] == "rate_limit_exceeded"
        assert refused.headers["retry-after"] == "52"
        assert int(refused.headers["x-ratelimit-reset"]) == START + 52
        assert refused.headers["x-ratelimit-limit"] == "3"
        sandbox.clock.advance(51)
        assert api.get("/v1/jobs").status_code == 429
        sandbox.clock.advance(1)
        again = api.get("/v1/jobs")
        assert (again.status_code, again.headers["x-ratelimit-remaining"]) == (200, "2")
        assert int(again.headers["x-ratelimit-reset"]) == START + 52 + 60


def test_every_answer_announces_the_limit_and_only_a_refusal_says_when_to_come_back() -> None:
    with Sandbox(frozen=True, start=START, rate_limit=6, strict=True) as sandbox, client_of(sandbox) as api:
        job = post_job(api)
        answers = [
            api.post("/v1/jobs", json={}),
            api.post("/v1/jobs", json={**JOB, "files_needed": 10_000}),
            api.get("/v1/jobs/job_0"),
            api.post(f"/v1/jobs/{job['id']}/rate", json={"stars": 1}),
            api.get("/v1/jobs"),
            api.get("/v1/jobs"),
            httpx.get(f"{sandbox.base_url}/v1/jobs"),
        ]
        assert [answer.status_code for answer in answers] == [400, 402, 404, 409, 200, 429, 401]
        for answer in answers:
            assert answer.headers["x-ratelimit-limit"] == "6"
            assert answer.headers["x-ratelimit-reset"] == str(int(START) + 52)
            assert ("retry-after" in answer.headers) == (answer.status_code == 429)
        assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0", "5"]


def test_keys_are_counted_apart_and_the_two_secrets_of_a_rotated_one_together() -> None:
    with Sandbox(frozen=True, start=START, rate_limit=4, strict=True) as sandbox, client_of(sandbox) as api:
        made = api.post("/v1/api_keys", json={"name": "ci"}).json()
        rotated = api.post(f"/v1/api_keys/{made['id']}/rotate").json()
        with client_of(sandbox, made["secret"]) as old, client_of(sandbox, rotated["secret"]) as new:
            answers = [client.get("/v1/jobs") for client in (old, new, old, new, old)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
        assert api.get("/v1/jobs").headers["x-ratelimit-remaining"] == "1"


def test_the_wait_is_told_in_real_seconds_at_the_speed_of_the_clock() -> None:
    with Sandbox(start=START, speed=10, rate_limit=1, strict=True) as sandbox, client_of(sandbox) as api:
        api.get("/v1/jobs")
        refused = api.get("/v1/jobs")
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 6
