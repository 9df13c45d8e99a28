"""Handlers of the submissions, and of the quality numbers that are made of them."""

from __future__ import annotations

from typing import Callable

from firsthandapi.sandbox import views
from firsthandapi.sandbox.call import Call, Handler
from firsthandapi.sandbox.clock import timestamp
from firsthandapi.sandbox.replies import Reply, read_moment
from firsthandapi.sandbox.store import Condition, Document

_DEFAULT_PERIOD = 30 * 24 * 3600
_STATUSES = ("pending_score", "approved", "rejected", "retry_pending")
_STARS = ("one", "two", "three", "four", "five")


def get_job_submissions(call: Call) -> Reply:
    """List one job's submissions."""
    job = call.find("job", "job_id")
    return call.page("submission", _viewer(call), parent=job["id"], where=call.filters(status="status"))


def list_submissions(call: Call) -> Reply:
    """List submissions of all jobs, by default those of the last 30 days."""
    where, _, _ = _conditions(call)
    where += call.filters(status="status")
    if call.arguments["min_score"] is not None:
        where.append(Condition("ai_star_rating", ">=", call.arguments["min_score"]))
    return call.page("submission", _viewer(call), where=where)


def get_submission(call: Call) -> Reply:
    """Get one submission."""
    return Reply(200, views.submission_view(call.world, call.find("submission", "submission_id"), call.at))


def get_submission_summary(call: Call) -> Reply:
    """Count submissions, by default those of the last 30 days."""
    where, start, end = _conditions(call)
    found = [document for _, document in call.world.store.select("submission", org=call.org, where=where)]
    counts = {status: sum(one["status"] == status for one in found) for status in _STATUSES}
    head = {
        "object": "submission_summary",
        "job_id": call.arguments["job_id"],
        "start_date": timestamp(start),
        "end_date": timestamp(end),
        "total": len(found),
    }
    return Reply(200, {**head, **counts, **_rates(found)})


def get_quality_summary(call: Call) -> Reply:
    """Count everything that was scored or reviewed."""
    found = [document for _, document in call.world.store.select("submission", org=call.org)]
    tasks = [document for _, document in call.world.store.select("task", org=call.org)]
    decisions = ("approve", "reject", "approve_with_edit", "escalate")
    summary: Document = {
        "object": "quality_summary",
        "submissions_scored": sum(one["ai_star_rating"] is not None for one in found),
        "submissions_approved": sum(one["status"] == "approved" for one in found),
        "submissions_rejected": sum(one["status"] == "rejected" for one in found),
        **_rates(found),
        "tasks_resolved": sum(one["status"] == "resolved" for one in tasks),
        "task_decisions": {name: sum(one["decision"] == name for one in tasks) for name in decisions},
        "updated_at": timestamp(call.at),
    }
    return Reply(200, summary)


def _viewer(call: Call) -> Callable[[Document], Document]:
    return lambda submission: views.submission_view(call.world, submission, call.at)


def _conditions(call: Call) -> tuple[list[Condition], float, float]:
    """What `job_id`, `start_date` and `end_date` ask for, with the moments that the dates name."""
    end = _date(call, "end_date", call.at)
    start = _date(call, "start_date", call.at - _DEFAULT_PERIOD)
    where = [Condition("submitted_at", ">=", timestamp(start)), Condition("submitted_at", "<=", timestamp(end))]
    return where + call.filters(job_id="job_id"), start, end


def _date(call: Call, parameter: str, default: float) -> float:
    text = call.arguments[parameter]
    return default if text is None else read_moment(parameter, text)


def _rates(found: list[Document]) -> Document:
    approved = sum(one["status"] == "approved" for one in found)
    decided = approved + sum(one["status"] == "rejected" for one in found)
    stars = [one["ai_star_rating"] for one in found if one["ai_star_rating"] is not None]
    return {
        "approval_rate": round(approved / decided, 3) if decided else None,
        "average_star_rating": round(sum(stars) / len(stars), 2) if stars else None,
        "star_counts": {name: stars.count(number) for number, name in enumerate(_STARS, 1)},
    }


HANDLERS: dict[str, Handler] = {
    "get_job_submissions": get_job_submissions,
    "list_submissions": list_submissions,
    "get_submission": get_submission,
    "get_submission_summary": get_submission_summary,
    "get_quality_summary": get_quality_summary,
}
