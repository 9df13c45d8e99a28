"""Handlers of the approved files."""

from __future__ import annotations

from firsthandapi.sandbox import audit, views
from firsthandapi.sandbox.call import Call, Handler
from firsthandapi.sandbox.replies import Reply
from firsthandapi.sandbox.store import Condition


def get_job_files(call: Call) -> Reply:
    """List a job's approved files."""
    job = call.find("job", "job_id")
    stars = Condition("ai_star_rating", ">=", call.arguments["min_score"])
    return call.page("file", lambda file: views.file_view(call.world, file, call.at), parent=job["id"], where=[stars])


def refresh_file_url(call: Call) -> Reply:
    """Sign a file's URL anew."""
    file = call.find("file", "file_id")
    audit.record(call.world, call.org, call.at, call.actor, "file.url_refreshed", file, under=file["job_id"])
    return Reply(200, views.file_view(call.world, file, call.at))


HANDLERS: dict[str, Handler] = {"get_job_files": get_job_files, "refresh_file_url": refresh_file_url}
