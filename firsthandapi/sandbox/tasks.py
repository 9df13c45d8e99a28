"""Tasks: AI outputs, reviewed by simulated people.

A reviewer takes a task up after 3 to 10 virtual seconds and decides 10 to 40 later: mostly `approve`,
sometimes `approve_with_edit`, `reject` or `escalate`. What is decided depends on the seed and on the task's
number only. In a sandbox without workers nobody reviews, so that tasks are decided by hand; a task that is not decided
24 hours after it came has `timed_out` (how long that takes is inferred).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from firsthandapi.sandbox import audit
from firsthandapi.sandbox.audit import SYSTEM, Actor
from firsthandapi.sandbox.clock import moment_of, timestamp
from firsthandapi.sandbox.store import Document

if TYPE_CHECKING:
    from firsthandapi.sandbox.world import World

TYPES = ("support_reply",)
"""The task types that are known; any other is refused."""

CATEGORIES = ("text",)

DECISIONS = ("approve", "approve_with_edit", "reject", "escalate")

FINAL = ("resolved", "completed", "timed_out", "failed", "cancelled")


PATIENCE = 24 * 3600
"""Virtual seconds after which a task that nobody has decided times out."""


def install(world: World) -> None:
    """Let the agenda review tasks."""
    world.agenda.on("task_taken", lambda at, details: _taken(world, at, details))
    world.agenda.on("task_decided", lambda at, details: _decided(world, at, details))
    world.agenda.on("task_times_out", lambda at, details: _timed_out(world, at, details))


def faults_of(body: Document) -> list[dict[str, str]]:
    """What is wrong with a task, beyond what its schema says; one detail per fault."""
    details: list[dict[str, str]] = []
    if body["task_type"] not in TYPES:
        details.append({"field": "task_type", "message": "Invalid task_type"})
    if body.get("category", CATEGORIES[0]) not in CATEGORIES:
        details.append({"field": "category", "message": "Invalid category"})
    return details


def create(world: World, org: str, body: Document, at: float, by: Actor) -> Document:
    """Submit a task for review."""
    ordinal = world.store.count_up("tasks")
    task: Document = {
        "object": "task",
        "id": world.new_id("task", at, ordinal),
        "status": "pending",
        "task_type": body["task_type"],
        "category": body.get("category"),
        "input": body.get("input"),
        "candidate_output": body.get("candidate_output"),
        "decision": None,
        "output": None,
        "metadata": body.get("metadata"),
        "created_at": timestamp(at),
        "updated_at": timestamp(at),
        "resolved_at": None,
        "_org": org,
        "_ordinal": ordinal,
    }
    world.store.insert("task", task, org=org)
    audit.record(world, org, at, by, "task.created", task)
    if world.options.workers != 0:
        taken = at + world.chance.rng("task", ordinal, "taken").uniform(3, 10)
        world.agenda.add(taken, "task_taken", {"task": task["id"]})
    world.agenda.add(at + PATIENCE, "task_times_out", {"task": task["id"]})
    return task


def decide(world: World, task: Document, decision: str, output: Optional[Document], at: float) -> None:
    """Let a reviewer decide a task.

    Args:
        world: where it happens.
        task: the task.
        decision: one of `DECISIONS`.
        output: what `approve_with_edit` makes of the candidate output; default a small change.
        at: when.

    Raises:
        ValueError: the task is over, there is no such decision, or it takes no output.
    """
    if task["status"] in FINAL:
        raise ValueError(f"the task is {task['status']} and takes no decision")
    if decision not in DECISIONS:
        raise ValueError(f"decision must be one of {', '.join(DECISIONS)}, not {decision}")
    if decision != "approve_with_edit" and output is not None:
        raise ValueError("only approve_with_edit has an output")
    if decision == "approve_with_edit" and output is None:
        output = _edited(task["candidate_output"] or {})
    changes = {"status": "resolved", "decision": decision, "output": output, "resolved_at": timestamp(at)}
    _change(world, task, at, _reviewer(world, task), "task.resolved", **changes)


def cancel(world: World, task: Document, at: float, by: Actor) -> None:
    """Cancel a task that is not decided yet."""
    _change(world, task, at, by, "task.cancelled", status="cancelled")


def _taken(world: World, at: float, details: Document) -> None:
    task = world.store.find("task", details["task"])
    if task is None or task["status"] != "pending":
        return
    _change(world, task, at, _reviewer(world, task), "task.taken", status="in_review")
    rng = world.chance.rng("task", task["_ordinal"], "decided")
    world.agenda.add(at + rng.uniform(10, 40), "task_decided", {"task": task["id"]})


def _decided(world: World, at: float, details: Document) -> None:
    task = world.store.find("task", details["task"])
    if task is None or task["status"] != "in_review":
        return
    rng = world.chance.rng("task", task["_ordinal"], "decision")
    decide(world, task, rng.choices(DECISIONS, (60, 20, 15, 5))[0], None, at)


def _timed_out(world: World, at: float, details: Document) -> None:
    task = world.store.find("task", details["task"])
    if task is not None and task["status"] not in FINAL:
        _change(world, task, at, SYSTEM, "task.timed_out", status="timed_out")


def _edited(output: Document) -> Document:
    """The candidate output, as a reviewer would put it."""
    content = str(output.get("content", "")).strip() or "Thank you for your message."
    return {**output, "content": f"{content} Please let us know if there is anything else."}


def _reviewer(world: World, task: Document) -> Actor:
    return Actor("worker", world.chance.id("wkr", moment_of(task["created_at"]), "reviewer", task["_ordinal"]))


def _change(world: World, task: Document, at: float, by: Actor, action: str, **changes: object) -> None:
    task.update(changes, updated_at=timestamp(at))
    world.store.save("task", task)
    audit.record(world, task["_org"], at, by, action, task, changes=changes)
    world.changed(task)
