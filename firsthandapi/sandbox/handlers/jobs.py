"""Handlers of the jobs."""

from __future__ import annotations

from firsthandapi.sandbox import jobs
from firsthandapi.sandbox.call import Call, Handler
from firsthandapi.sandbox.replies import ApiError, Reply
from firsthandapi.sandbox.store import public


def create_job(call: Call) -> Reply:
    """Post a job."""
    job = jobs.create(call.world, call.org, call.body, call.at, call.actor)
    call.world.workers.announce(job, call.at)
    return Reply(201, public(job))


def list_jobs(call: Call) -> Reply:
    """List jobs by status and type."""
    return call.page("job", public, where=call.filters(status="status", type="type"))


def get_job(call: Call) -> Reply:
    """Get one job."""
    return Reply(200, public(call.find("job", "job_id")))


def cancel_job(call: Call) -> Reply:
    """Cancel a live job."""
    job = call.find("job", "job_id")
    if not jobs.is_live(job):
        raise ApiError(409, "conflict", f"A {job['status']} job cannot be cancelled")
    jobs.cancel(call.world, job, call.at, call.actor)
    return Reply(200, public(job))


def rate_job(call: Call) -> Reply:
    """Rate a completed job."""
    job = call.find("job", "job_id")
    jobs.rate(call.world, job, call.body["stars"], call.body.get("comment"), call.at, call.actor)
    return Reply(200, public(job))


def get_job_audit(call: Call) -> Reply:
    """List what happened to a job."""
    job = call.find("job", "job_id")
    return call.page("audit_event", public, parent=job["id"])


HANDLERS: dict[str, Handler] = {
    "create_job": create_job,
    "list_jobs": list_jobs,
    "get_job": get_job,
    "cancel_job": cancel_job,
    "rate_job": rate_job,
    "get_job_audit": get_job_audit,
}
