"""Jobs: the rules by which a job goes from posted to completed.

Words: a file is *promised* when a worker has accepted to capture it and not handed it in yet, *pending* while
it waits for its score. A job's status follows from its counters alone, until it is final. Inferred, since no
source says it: a job whose deadline passes is cancelled, and submissions that wait for their score when a job
is cancelled are rejected without one; and an organisation that signed up stays on the free tier, with its one active
job, whatever it purchases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from firsthandapi.sandbox import audit, billing, views, webhooks
from firsthandapi.sandbox.audit import SYSTEM, Actor
from firsthandapi.sandbox.clock import timestamp
from firsthandapi.sandbox.replies import ApiError, invalid, read_moment
from firsthandapi.sandbox.store import Condition, Document, public

if TYPE_CHECKING:
    from firsthandapi.sandbox.world import World

FINAL = ("completed", "cancelled")
_FREE_TIER_JOBS = 1


def create(world: World, org: str, body: Document, at: float, by: Actor) -> Document:
    """Post a job and put its cost in escrow."""
    deadline = read_moment("deadline", body["deadline"]) if "deadline" in body else None
    if deadline is not None and deadline <= at:
        raise invalid("deadline", f"is over: the sandbox's clock says {timestamp(at)}")
    _respect_free_tier(world, org)
    cost = body["files_needed"] * body["price_per_file_cents"]
    billing.hold(world, org, cost, at)
    ordinal = world.store.count_up("jobs")
    job: Document = {
        "object": "job",
        "id": world.new_id("job", at, ordinal),
        "status": "active",
        "type": body["type"],
        "title": body.get("title"),
        "description": body["description"],
        "accepted_formats": body["accepted_formats"],
        "files_needed": body["files_needed"],
        "files_approved": 0,
        "files_pending": 0,
        "files_rejected": 0,
        "price_per_file_cents": body["price_per_file_cents"],
        "total_cost_cents": cost,
        "files_per_submission": body.get("files_per_submission", 1),
        "min_star_rating": body.get("min_star_rating", 3),
        "scoring_criteria": body.get("scoring_criteria"),
        "min_width": body.get("min_width"),
        "min_height": body.get("min_height"),
        "worker_guidelines": body.get("worker_guidelines"),
        "location": body.get("location"),
        "deadline": body.get("deadline"),
        "max_workers": body.get("max_workers"),
        "metadata": body.get("metadata"),
        "rating": None,
        "created_at": timestamp(at),
        "updated_at": timestamp(at),
        "completed_at": None,
        "cancelled_at": None,
        "_org": org,
        "_ordinal": ordinal,
        "_held": cost,
        "_promised": 0,
        "_captures": 0,
        "_submissions": 0,
    }
    world.store.insert("job", job, org=org)
    audit.record(world, org, at, by, "job.created", job)
    if deadline is not None:
        world.agenda.add(deadline, "job_deadline", {"job": job["id"]})
    return job


def is_live(job: Document) -> bool:
    """Whether workers may still hand in files."""
    return job["status"] not in FINAL


def open_slots(job: Document) -> int:
    """How many more files a worker may accept to capture."""
    return int(job["files_needed"] - job["files_approved"] - job["files_pending"] - job["_promised"])


def promise(world: World, job: Document, files: int, at: float) -> None:
    """Note that a worker accepted to capture files."""
    job["_promised"] += files
    save(world, job, at)


def submit(
    world: World,
    job: Document,
    id: str,
    worker: Document,
    files: list[Document],
    at: float,
    *,
    capture: int,
    promised: bool,
) -> Document:
    """Take a submission in: its files wait for their score.

    Args:
        world: where it happens.
        job: for which it is made.
        id: of the submission; one that exists already is a second try.
        worker: who made it.
        files: what was handed in, each with what the File says of it and `_annotations`.
        at: when.
        capture: the number of this capture within the job.
        promised: whether the worker had accepted to capture the files before.
    """
    submission = world.store.find("submission", id)
    fresh: Document = {
        "object": "submission",
        "id": id,
        "job_id": job["id"],
        "worker_id": worker["id"],
        "status": "pending_score",
        "ai_star_rating": None,
        "ai_reasoning": None,
        "content_type": files[0]["content_type"],
        "size_bytes": sum(file["size_bytes"] for file in files),
        "submitted_at": timestamp(at),
        "scored_at": None,
        "_files": files,
        "_capture": capture,
        "_tries": submission["_tries"] + 1 if submission else 1,
    }
    if submission:
        world.store.save("submission", fresh)
    else:
        world.store.insert("submission", fresh, org=job["_org"], parent=job["id"])
    job["_promised"] -= len(files) if promised else 0
    job["files_pending"] += len(files)
    save(world, job, at)
    by = Actor("worker", worker["id"])
    audit.record(
        world, job["_org"], at, by, f"submission.{'resubmitted' if submission else 'created'}", fresh, under=job["id"]
    )
    return fresh


def score(world: World, job: Document, submission: Document, stars: int, reasoning: str, at: float) -> None:
    """Give a submission its stars: approve it from the job's `min_star_rating` on, else reject it."""
    files: list[Document] = submission["_files"]
    approved = stars >= job["min_star_rating"] and not submission.get("_refused")
    status = "approved" if approved else "rejected"
    submission.update(status=status, ai_star_rating=stars, ai_reasoning=reasoning, scored_at=timestamp(at))
    world.store.save("submission", submission)
    job["files_pending"] -= len(files)
    job["files_approved" if approved else "files_rejected"] += len(files)
    org = job["_org"]
    audit.record(
        world, org, at, SYSTEM, f"submission.{status}", submission, changes={"ai_star_rating": stars}, under=job["id"]
    )
    if approved:
        for file in files:
            job["_held"] -= job["price_per_file_cents"]
            billing.charge(world, org, job["price_per_file_cents"], at, job["id"])
            delivered = {**file, "ai_star_rating": stars, "created_at": timestamp(at)}
            world.store.insert("file", delivered, org=org, parent=job["id"])
    event = views.submission_event(world, submission, at)
    scored: Document = {**event, "dimensions": _dimensions(stars), "annotations": files[0]["annotations"]}
    webhooks.emit(world, org, at, "submission.scored", scored)
    webhooks.emit(world, org, at, f"submission.{status}", event)
    save(world, job, at)


def retry(world: World, job: Document, submission: Document, at: float) -> None:
    """Note that a worker accepted to capture a rejected submission's files again."""
    submission["status"] = "retry_pending"
    world.store.save("submission", submission)
    promise(world, job, len(submission["_files"]), at)


def cancel(world: World, job: Document, at: float, by: Actor) -> None:
    """Cancel a live job and give the rest of its escrow back."""
    waiting = [Condition("status", "IN", ["pending_score", "retry_pending"])]
    for _, submission in world.store.select("submission", parent=job["id"], where=waiting):
        if submission["status"] == "pending_score":
            job["files_rejected"] += len(submission["_files"])
        submission.update(status="rejected", ai_reasoning="The job was cancelled before this was scored.")
        world.store.save("submission", submission)
    job.update(status="cancelled", cancelled_at=timestamp(at), files_pending=0)
    _finish(world, job, at)
    audit.record(world, job["_org"], at, by, "job.cancelled", job)
    webhooks.emit(world, job["_org"], at, "job.cancelled", public(job))
    save(world, job, at)


def rate(world: World, job: Document, stars: int, comment: Optional[str], at: float, by: Actor) -> None:
    """Let the buyer rate a completed job."""
    if job["status"] != "completed":
        raise ApiError(409, "conflict", f"A job that is {job['status']} cannot be rated, only a completed one")
    job["rating"] = stars
    audit.record(world, job["_org"], at, by, "job.rated", job, changes={"rating": stars, "comment": comment})
    save(world, job, at)


def flag(world: World, job: Document, reason: str, at: float, by: Actor) -> None:
    """Note that a worker holds a live job to be unreasonable or unsafe. Inferred: it goes on all the same."""
    audit.record(world, job["_org"], at, by, "job.flagged", job, changes={"reason": reason})
    webhooks.emit(world, job["_org"], at, "job.flagged", public(job))


def save(world: World, job: Document, at: float) -> None:
    """Keep a job whose counters changed, in the status that follows from them."""
    before = job["status"]
    if is_live(job):
        job["status"] = _status(job)
    if job["status"] == "completed" and before != "completed":
        job["completed_at"] = timestamp(at)
        _finish(world, job, at)
        audit.record(world, job["_org"], at, SYSTEM, "job.completed", job)
        webhooks.emit(world, job["_org"], at, "job.completed", public(job))
    job["updated_at"] = timestamp(at)
    world.store.save("job", job)
    world.changed(job)


def _status(job: Document) -> str:
    if job["files_approved"] >= job["files_needed"]:
        return "completed"
    if job["files_approved"] > 0:
        return "in_progress"
    return "active" if open_slots(job) > 0 else "filled"


def _finish(world: World, job: Document, at: float) -> None:
    billing.release(world, job["_org"], job["_held"], at)
    job.update(_held=0, _promised=0)


def _respect_free_tier(world: World, org: str) -> None:
    if not world.store.get("organization", org)["_free_tier"]:
        return
    live = world.store.select("job", org=org, where=[Condition("status", "NOT IN", list(FINAL))], limit=_FREE_TIER_JOBS)
    if len(live) >= _FREE_TIER_JOBS:
        raise ApiError(403, "free_tier_job_limit", f"The free tier allows {_FREE_TIER_JOBS} active job")


def _dimensions(stars: int) -> Document:
    return {"relevance": min(5, stars + 1), "quality": stars, "completeness": stars}
