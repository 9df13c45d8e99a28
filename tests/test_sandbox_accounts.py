"""API keys and tasks."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sandbox_support import api, client_of, error_of, get, quick_media, running, sandbox

from firsthandapi.sandbox import Sandbox

__all__ = ["api", "quick_media", "running", "sandbox"]

TASK = {
    "task_type": "support_reply",
    "category": "text",
    "input": {"customer_message": "I want a refund"},
    "candidate_output": {"content": "I can help with that..."},
}


def works(sandbox: Sandbox, secret: str) -> bool:
    with client_of(sandbox, secret) as client:
        return client.get("/v1/jobs").status_code == 200


def test_a_key_is_shown_once(sandbox: Sandbox, api: httpx.Client) -> None:
    made = api.post("/v1/api_keys", json={"name": "ci", "environment": "live"}).json()
    assert made["secret"].startswith("fh_live_")
    assert len(made["scopes"]) == 9
    listed = get(api, "/v1/api_keys")["data"]
    assert [key["name"] for key in listed] == ["ci", "Sandbox"]
    assert "secret" not in listed[0]
    assert made["secret"] not in str(listed)
    assert listed[0]["masked_key"] == made["secret"][:8] + "..." + made["secret"][-4:]
    assert listed[0]["last_used_at"] is None
    assert listed[1]["last_used_at"] is not None
    assert works(sandbox, made["secret"])


def test_a_rotated_key_keeps_its_old_secret_for_a_day(sandbox: Sandbox, api: httpx.Client) -> None:
    made = api.post("/v1/api_keys", json={"name": "ci"}).json()
    rotated = api.post(f"/v1/api_keys/{made['id']}/rotate").json()
    assert rotated["previous_secret_expires_at"] is not None
    sandbox.clock.advance(24 * 3600 - 1)
    assert works(sandbox, made["secret"])
    assert works(sandbox, rotated["secret"])
    again = api.post(f"/v1/api_keys/{made['id']}/rotate").json()
    sandbox.clock.advance(1)
    assert not works(sandbox, made["secret"]), "a second rotation does not lengthen the life of the first secret"
    assert works(sandbox, rotated["secret"])
    sandbox.clock.advance(24 * 3600)
    assert not works(sandbox, rotated["secret"])
    assert works(sandbox, again["secret"])
    assert get(api, "/v1/api_keys")["data"][0]["previous_secret_expires_at"] is None


def test_a_revoked_key_ends_at_once(sandbox: Sandbox, api: httpx.Client) -> None:
    made = api.post("/v1/api_keys", json={"name": "ci"}).json()
    revoked = api.post(f"/v1/api_keys/{made['id']}/revoke", headers={"Idempotency-Key": "r"})
    assert (revoked.status_code, revoked.content) == (204, b"")
    again = api.post(f"/v1/api_keys/{made['id']}/revoke", headers={"Idempotency-Key": "r"})
    assert (again.status_code, again.headers["idempotent-replayed"]) == (204, "true")
    assert not works(sandbox, made["secret"])
    assert error_of(api.post(f"/v1/api_keys/{made['id']}/revoke"), 409)["type"] == "conflict"
    assert get(api, "/v1/api_keys")["data"][0]["revoked_at"] is not None


def test_a_task_is_reviewed(sandbox: Sandbox, api: httpx.Client) -> None:
    tasks = [api.post("/v1/tasks", json=TASK).json() for _ in range(40)]
    assert {task["status"] for task in tasks} == {"pending"}
    sandbox.clock.advance(10)
    assert {task["status"] for task in get(api, "/v1/tasks", limit=40)["data"]} == {"in_review"}
    sandbox.clock.advance(40)
    resolved = get(api, "/v1/tasks", limit=40, status="resolved")["data"]
    assert len(resolved) == 40
    assert {task["decision"] for task in resolved} == {"approve", "approve_with_edit", "reject", "escalate"}
    for task in resolved:
        assert (task["output"] is not None) == (task["decision"] == "approve_with_edit")
        assert task["resolved_at"]
    audit = get(api, f"/v1/tasks/{tasks[0]['id']}/audit")["data"]
    assert [event["action"] for event in audit] == ["task.resolved", "task.taken", "task.created"]
    assert get(api, "/v1/quality/summary")["tasks_resolved"] == 40


def test_a_task_can_be_cancelled_until_it_is_decided(sandbox: Sandbox, api: httpx.Client) -> None:
    task = api.post("/v1/tasks", json=TASK).json()
    assert api.post(f"/v1/tasks/{task['id']}/cancel").json()["status"] == "cancelled"
    sandbox.clock.advance(100)
    assert get(api, f"/v1/tasks/{task['id']}")["status"] == "cancelled"
    assert error_of(api.post(f"/v1/tasks/{task['id']}/cancel"), 409)["type"] == "conflict"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"task_type": "invalid"}, "Invalid task_type"),
        ({**TASK, "category": "smell"}, "Invalid category"),
    ],
)
def test_an_unknown_task_type_is_refused(api: httpx.Client, body: dict[str, Any], message: str) -> None:
    error = error_of(api.post("/v1/tasks", json=body), 400)
    assert (error["type"], error["message"]) == ("validation_error", message)
    dry = api.post("/v1/tasks/validate", json=body).json()
    assert (dry["valid"], dry["errors"][0]["message"]) == (False, message)
    assert get(api, "/v1/tasks")["data"] == []


def test_a_dry_run_says_that_a_task_is_fine(api: httpx.Client) -> None:
    assert api.post("/v1/tasks/validate", json=TASK).json()["errors"] == []
