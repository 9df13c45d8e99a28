"""What users write for a part of the contract, by a table and the methods' signatures: not by what is under test."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from .contract import Meeting

SOURCE = Path(__file__).resolve().parent.parent.parent / "firsthandapi" / "_sync"
METHODS = {
    "create_job": "jobs.create",
    "list_jobs": "jobs.list",
    "get_job": "jobs.get",
    "cancel_job": "jobs.cancel",
    "rate_job": "jobs.rate",
    "get_job_audit": "jobs.audit",
    "get_job_files": "files.list",
    "refresh_file_url": "files.refresh_url",
    "get_job_submissions": "jobs.submissions",
    "list_submissions": "submissions.list",
    "get_submission_summary": "submissions.summary",
    "get_submission": "submissions.get",
    "create_task": "tasks.create",
    "list_tasks": "tasks.list",
    "validate_task": "tasks.validate",
    "get_task": "tasks.get",
    "cancel_task": "tasks.cancel",
    "get_task_audit": "tasks.audit",
    "create_api_key": "api_keys.create",
    "list_api_keys": "api_keys.list",
    "rotate_api_key": "api_keys.rotate",
    "revoke_api_key": "api_keys.revoke",
    "create_webhook_endpoint": "webhook_endpoints.create",
    "list_webhook_endpoints": "webhook_endpoints.list",
    "get_webhook_endpoint": "webhook_endpoints.get",
    "update_webhook_endpoint": "webhook_endpoints.update",
    "delete_webhook_endpoint": "webhook_endpoints.delete",
    "rotate_webhook_secret": "webhook_endpoints.rotate_secret",
    "list_webhook_events": "webhook_events.list",
    "replay_webhook_event": "webhook_events.replay",
    "get_credit_balance": "billing.balance",
    "list_transactions": "billing.transactions",
    "purchase_credits": "billing.purchase",
    "get_quality_summary": "quality.summary",
    "get_settings": "organization.settings",
    "update_settings": "organization.update",
    "list_audit_events": "audit_events.list",
    "signup": "auth.signup",
}
"""The resource method of each operation."""

ARGUMENTS = {"Idempotency-Key": "idempotency_key", "Prefer": "wait_seconds"}
"""Arguments that are not called like the parameter."""

AROUND = {"servers": "Client(base_url=)", "security": "Client(api_key=)"}
PAUSES = {
    "409": "FirstHandConflictError.headers",
    "429": "FirstHandRateLimitError.retry_after",
    "503": "FirstHandServerError.headers",
}
"""What has the header Retry-After, by the status of the error."""
ERROR_FIELDS = ("type", "message", "request_id", "details")


def needed(meeting: Meeting) -> frozenset[str]:
    """The names of which a report must have one; what ends with a parenthesis is the beginning of one."""
    part, where, path, owner = meeting
    fields = [name for name in path if name != "[]"]
    if part == "document":
        return frozenset([AROUND[where]])
    if part == "schema":
        return frozenset([where])
    if part == "event":
        return frozenset([f'WebhookEvent "{where}"'])
    if part == "pause":
        return frozenset([PAUSES[where]])
    if part == "header":
        return frozenset(["RawResponse.headers", "FirstHandApiError.headers", *PAUSES.values()])
    if part == "error":
        known = len(fields) > 1 and fields[1] in ERROR_FIELDS
        return frozenset([f"FirstHandApiError.{fields[1]}" if known else "FirstHandApiError"])
    if part == "response" and owner:
        return frozenset([f"{owner}.{fields[-1]}"])
    method = f"client.{METHODS[where]}"
    words = {ARGUMENTS.get(name, name) for name in fields[:1]} & takes(METHODS[where])
    return frozenset([f"{method}({word}=)" for word in words] or [f"{method}("])


@cache
def takes(method: str) -> set[str]:
    """The arguments of a resource method."""
    resource, name = method.split(".")
    source = (SOURCE / f"{resource}.py").read_text(encoding="utf-8")
    (*_, found) = (
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef) and node.name == name
    )
    return {argument.arg for argument in [*found.args.args, *found.args.kwonlyargs]}


def is_named(meeting: Meeting, symbols: set[str]) -> bool:
    """Whether one of the names that are needed is among these."""
    for name in needed(meeting):
        if name in symbols or (name.endswith("(") and any(symbol.startswith(name) for symbol in symbols)):
            return True
    return False
