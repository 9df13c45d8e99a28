"""Every change leaves a line in the audit log, made by whomever."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sandbox_support import JOB, OPERATIONS, api, client_of, get, given_in, post_job, quick_media, running, sandbox

from firsthandapi.sandbox import Sandbox
from firsthandapi.sandbox.contract import Operation

__all__ = ["api", "quick_media", "running", "sandbox"]

ACTIONS = {
    "create_job": "job.created",
    "cancel_job": "job.cancelled",
    "rate_job": "job.rated",
    "refresh_file_url": "file.url_refreshed",
    "create_task": "task.created",
    "cancel_task": "task.cancelled",
    "create_api_key": "api_key.created",
    "rotate_api_key": "api_key.rotated",
    "revoke_api_key": "api_key.revoked",
    "create_webhook_endpoint": "webhook_endpoint.created",
    "update_webhook_endpoint": "webhook_endpoint.updated",
    "delete_webhook_endpoint": "webhook_endpoint.deleted",
    "rotate_webhook_secret": "webhook_endpoint.secret_rotated",
    "replay_webhook_event": "event.replayed",
    "purchase_credits": "checkout.created",
    "update_settings": "organization.updated",
    "signup": "organization.created",
}


def audit(api: httpx.Client) -> list[dict[str, Any]]:
    return list(get(api, "/v1/audit-events", limit=100)["data"])


def test_what_changes_something_is_known() -> None:
    changing = {name for name, operation in OPERATIONS.items() if operation.method != "GET"}
    assert set(ACTIONS) == changing - {"validate_task"}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=list(OPERATIONS))
def test_a_call_that_changes_something_leaves_one_line_and_no_other_call_does(
    sandbox: Sandbox, api: httpx.Client, operation: Operation
) -> None:
    given = given_in(sandbox, api)
    before = len(audit(api))
    answer = given.call(api, operation)
    assert answer.is_success, answer.text
    key = answer.json()["api_key"] if operation.id == "signup" else None
    with client_of(sandbox, key) as whose:
        lines = [line for line in audit(whose) if line["request_id"] == answer.headers["x-request-id"]]
    assert [line["action"] for line in lines] == ([ACTIONS[operation.id]] if operation.id in ACTIONS else [])
    assert len(audit(api)) - before == (0 if operation.id == "signup" else len(lines))
    for line in lines:
        actor = "user" if operation.id == "signup" else "api_key"
        assert (line["actor_type"], line["actor_id"] is None) == (actor, actor == "user")
        named = [id for name, id in given.ids.items() if f"{{{name}}}" in operation.path]
        if named and operation.id != "rate_job":
            assert line["resource_id"] == named[0]


def test_a_refused_call_leaves_none(sandbox: Sandbox, api: httpx.Client) -> None:
    api.post("/v1/jobs", json={**JOB, "files_needed": 10_000})
    api.post("/v1/jobs/job_0/cancel")
    assert audit(api) == []


def test_no_secret_is_written_down(sandbox: Sandbox, api: httpx.Client) -> None:
    given = given_in(sandbox, api)
    secrets = [given.call(api, OPERATIONS[name]).json()["secret"] for name in ACTIONS if "secret" in name]
    secrets += [api.post("/v1/api_keys", json={"name": "x"}).json()["secret"], sandbox.api_key]
    text = api.get("/v1/audit-events", params={"limit": 100}).text
    assert [secret for secret in secrets if secret in text] == []


def test_what_people_and_the_system_do_is_written_down_too(sandbox: Sandbox, api: httpx.Client) -> None:
    changes = {"auto_topup_enabled": True, "auto_topup_threshold_cents": 5000, "auto_topup_amount_cents": 9000}
    api.patch("/v1/organization/settings", json=changes)
    job, task = post_job(api, files_needed=1310), api.post("/v1/tasks", json={"task_type": "support_reply"}).json()
    url = api.post("/v1/billing/credits/purchase", json={"amount_cents": 1000}).json()["checkout_url"]
    httpx.get(url)
    sandbox.upload(job["id"], stars=1)
    sandbox.flag(job["id"], reason="too dark")
    sandbox.review(task["id"], decision="reject")
    lines = {line["action"]: (line["actor_type"], line["changes"]) for line in audit(api)}
    assert lines["credits.auto_topped_up"] == ("system", None)
    assert lines["credits.purchased"] == ("user", None)
    assert lines["submission.created"] == ("worker", None)
    assert lines["submission.rejected"] == ("system", {"ai_star_rating": 1})
    assert lines["job.flagged"] == ("worker", {"reason": "too dark"})
    assert lines["task.resolved"][0] == "worker"
