"""The methods that rest on a field themselves, by a table: not by what is under test.

They do something with it, so they fail or do something else where it changes, whoever looks at the answer.
"""

from __future__ import annotations

from .contract import Meeting

JOB_WAITS = ("client.jobs.wait", "client.jobs.create_and_wait", "client.create_job_and_wait")
JOBS_MADE = ("client.jobs.create_and_wait", "client.create_job_and_wait")
TASK_WAITS = ("client.tasks.wait", "client.tasks.create_and_wait", "client.submit_and_wait")
TASKS_MADE = ("client.tasks.create_and_wait", "client.submit_and_wait")
DOWNLOADS = ("client.files.download_all", "client.files.plan_download", "client.files.sync")
LISTED_AGAIN = (*DOWNLOADS, "client.files.repair")
"""Files are listed again for new links, where many have expired."""
RENEWALS = ("client.files.download_all", "client.files.sync", "client.files.repair")
STREAM = "client.files.stream"

READERS: dict[str, dict[str, tuple[str, ...]]] = {
    "Job.status": {"get_job": (*JOB_WAITS, STREAM)},
    "Job.files_approved": {"get_job": (*JOB_WAITS, STREAM)},
    "Job.files_needed": {"get_job": JOB_WAITS},
    "Job.id": {"create_job": JOBS_MADE},
    "Task.status": {"get_task": TASK_WAITS},
    "Task.id": {"create_task": TASKS_MADE},
    "File.id": {"get_job_files": (*DOWNLOADS, STREAM)},
    "File.created_at": {"get_job_files": (*DOWNLOADS, STREAM)},
    "File.content_hash": {"get_job_files": DOWNLOADS, "refresh_file_url": ("client.files.repair",)},
    "File.content_type": {"get_job_files": DOWNLOADS},
    "File.size_bytes": {"get_job_files": DOWNLOADS},
    "File.job_id": {"get_job_files": ("client.files.sync",)},
    "File.ai_star_rating": {"get_job_files": ("client.files.sync",)},
    "File.download_url": {"get_job_files": LISTED_AGAIN, "refresh_file_url": RENEWALS},
    "File.download_url_expires_at": {"get_job_files": LISTED_AGAIN, "refresh_file_url": RENEWALS},
}
"""By field and by the operation whose answer has it."""
LISTS: dict[str, tuple[str, ...]] = {
    "list_jobs": ("client.jobs.list",),
    "list_tasks": ("client.tasks.list",),
    "get_job_files": ("client.files.list", *LISTED_AGAIN, STREAM),
    "get_job_submissions": ("client.jobs.submissions",),
    "list_submissions": ("client.submissions.list",),
    "get_job_audit": ("client.jobs.audit",),
    "get_task_audit": ("client.tasks.audit",),
    "list_audit_events": ("client.audit_events.list",),
    "list_api_keys": ("client.api_keys.list",),
    "list_transactions": ("client.billing.transactions",),
    "list_webhook_endpoints": ("client.webhook_endpoints.list",),
    "list_webhook_events": ("client.webhook_events.list",),
}
"""Who goes through the pages of a list; `data` is read by the flat method, which has the operation's name, too."""
ENVELOPE = ("data", "has_more", "next_cursor")
ERRORS = ("type", "message", "details", "request_id")


def resting(meeting: Meeting) -> frozenset[str]:
    """The methods of which a report must have every one, for a change of what a meeting leads to."""
    fields = [name for name in meeting.path if name != "[]"]
    if meeting.part == "error" and fields[:1] == ["error"]:
        return frozenset(["client.request"] if len(fields) == 1 or fields[1] in ERRORS else [])
    if meeting.part == "pause":
        return frozenset(["client.request"])
    if meeting.part == "event":
        return frozenset(["construct_event"] if fields == ["type"] else [])
    if meeting.part != "response" or not fields:
        return frozenset()
    if meeting.owner and meeting.owner.endswith("List") and fields[-1] in ENVELOPE:
        flat = (f"client.{meeting.operation}",) if fields[-1] == "data" else ()
        return frozenset((*LISTS[meeting.operation], *flat))
    return frozenset(READERS.get(f"{meeting.owner}.{fields[-1]}", {}).get(meeting.operation, ()))
