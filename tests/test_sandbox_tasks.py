"""Tasks: submitted, reviewed by simulated people or by hand, cancelled, timed out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sandbox_support import START, api, client_of, error_of, get, quick_media, running, sandbox

from firsthandapi.sandbox import Sandbox

__all__ = ["api", "quick_media", "running", "sandbox"]

TASK = {
    "task_type": "support_reply",
    "category": "text",
    "input": {"customer_message": "I want a refund"},
    "candidate_output": {"content": "I can help with that..."},
}
DAY = 24 * 3600


def submitted(api: httpx.Client) -> dict[str, Any]:
    answer = api.post("/v1/tasks", json=TASK)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def unmanned_sandbox() -> Iterator[Sandbox]:
    with Sandbox(seed=7, frozen=True, start=START, workers=0, strict=True) as sandbox:
        yield sandbox


@pytest.fixture
def unmanned(unmanned_sandbox: Sandbox) -> Iterator[tuple[Sandbox, httpx.Client]]:
    """A sandbox in which nobody reviews anything, and a client of it."""
    unmanned_sandbox.reset()
    with client_of(unmanned_sandbox) as api:
        yield unmanned_sandbox, api


def test_a_task_is_reviewed(sandbox: Sandbox, api: httpx.Client) -> None:
    tasks = [submitted(api) for _ in range(40)]
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
    quality = get(api, "/v1/quality/summary")
    assert quality["tasks_resolved"] == sum(quality["task_decisions"].values()) == 40
    sandbox.clock.advance(2 * DAY)
    assert get(api, "/v1/tasks", limit=40)["data"] == resolved, "what is decided does not time out"


def test_decisions_depend_on_the_seed_and_the_number_of_the_task_only() -> None:
    def decisions(seed: int, start: float) -> list[str]:
        with Sandbox(seed=seed, frozen=True, start=start) as sandbox, client_of(sandbox) as api:
            for _ in range(12):
                submitted(api)
            sandbox.clock.advance(50)
            return [task["decision"] for task in get(api, "/v1/tasks")["data"]]

    assert decisions(1, START) == decisions(1, START + 12_345)
    assert decisions(1, START) != decisions(2, START)


@pytest.mark.parametrize("decision", ["approve", "reject", "approve_with_edit", "escalate"])
def test_a_task_is_decided_by_hand(unmanned: tuple[Sandbox, httpx.Client], decision: str) -> None:
    sandbox, api = unmanned
    task = submitted(api)
    sandbox.clock.advance(3600)
    assert get(api, f"/v1/tasks/{task['id']}") == task
    decided = sandbox.review(task["id"], decision=decision)
    assert get(api, f"/v1/tasks/{task['id']}") == decided
    assert (decided["status"], decided["decision"]) == ("resolved", decision)
    edited = {"content": "I can help with that... Please let us know if there is anything else."}
    assert decided["output"] == (edited if decision == "approve_with_edit" else None)
    assert error_of(api.post(f"/v1/tasks/{task['id']}/cancel"), 409)["type"] == "conflict"
    with pytest.raises(ValueError, match="takes no decision"):
        sandbox.review(task["id"])


def test_a_review_from_outside(unmanned: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = unmanned
    task, url = submitted(api), f"{sandbox.base_url}/_sandbox/reviews"
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"task_id": "task_0"}, "there is no task task_0"),
        ({"task_id": task["id"], "decision": "shrug"}, "approve_with_edit"),
        ({"task_id": task["id"], "decision": "reject", "output": {}}, "only approve_with_edit"),
        ({"task_id": task["id"], "decision": "approve_with_edit", "output": "text"}, "JSON object"),
    ]
    for body, message in wrong:
        answer = httpx.post(url, json=body)
        assert answer.status_code == 400
        assert message in answer.json()["error"]["message"]
    body = {"task_id": task["id"], "decision": "approve_with_edit", "output": {"content": "Yes."}}
    assert httpx.post(url, json=body).json() == get(api, f"/v1/tasks/{task['id']}")
    assert get(api, f"/v1/tasks/{task['id']}")["output"] == {"content": "Yes."}


def test_a_task_that_nobody_decides_times_out(unmanned: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, api = unmanned
    task = submitted(api)
    sandbox.clock.advance(DAY - 1)
    assert get(api, f"/v1/tasks/{task['id']}")["status"] == "pending"
    sandbox.clock.advance(1)
    over = get(api, f"/v1/tasks/{task['id']}")
    assert (over["status"], over["decision"], over["resolved_at"]) == ("timed_out", None, None)
    assert get(api, "/v1/tasks", status="timed_out")["data"] == [over]
    assert get(api, f"/v1/tasks/{task['id']}/audit")["data"][0]["action"] == "task.timed_out"
    assert error_of(api.post(f"/v1/tasks/{task['id']}/cancel"), 409)["type"] == "conflict"
    assert api.get(f"/v1/tasks/{task['id']}", headers={"Prefer": "wait=60"}).json() == over


def test_a_task_can_be_cancelled_until_it_is_decided(sandbox: Sandbox, api: httpx.Client) -> None:
    task = submitted(api)
    assert api.post(f"/v1/tasks/{task['id']}/cancel").json()["status"] == "cancelled"
    sandbox.clock.advance(2 * DAY)
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


def test_a_dry_run_says_that_a_task_is_fine_and_submits_nothing(api: httpx.Client) -> None:
    dry = api.post("/v1/tasks/validate", json=TASK).json()
    assert dry == {"object": "task_validation", "valid": True, "errors": []}
    assert get(api, "/v1/tasks")["data"] == []
