"""Handlers of the tasks."""

from __future__ import annotations

from firsthandapi.sandbox import tasks
from firsthandapi.sandbox.call import Call, Handler
from firsthandapi.sandbox.replies import ApiError, Reply
from firsthandapi.sandbox.store import public


def create_task(call: Call) -> Reply:
    """Submit a task."""
    details = tasks.faults_of(call.body)
    if details:
        raise ApiError(400, "validation_error", details[0]["message"], details=details)
    return Reply(201, public(tasks.create(call.world, call.org, call.body, call.at, call.actor)))


def validate_task(call: Call) -> Reply:
    """Say whether `create_task` would take a body."""
    details = tasks.faults_of(call.body)
    return Reply(200, {"object": "task_validation", "valid": not details, "errors": details})


def list_tasks(call: Call) -> Reply:
    """List tasks by status and type."""
    return call.page("task", public, where=call.filters(status="status", task_type="task_type"))


def get_task(call: Call) -> Reply:
    """Get one task."""
    return Reply(200, public(call.find("task", "task_id")))


def cancel_task(call: Call) -> Reply:
    """Cancel a task that is not decided yet."""
    task = call.find("task", "task_id")
    if task["status"] in tasks.FINAL:
        raise ApiError(409, "conflict", f"A {task['status']} task cannot be cancelled")
    tasks.cancel(call.world, task, call.at, call.actor)
    return Reply(200, public(task))


def get_task_audit(call: Call) -> Reply:
    """List what happened to a task."""
    task = call.find("task", "task_id")
    return call.page("audit_event", public, parent=task["id"])


HANDLERS: dict[str, Handler] = {
    "create_task": create_task,
    "validate_task": validate_task,
    "list_tasks": list_tasks,
    "get_task": get_task,
    "cancel_task": cancel_task,
    "get_task_audit": get_task_audit,
}
