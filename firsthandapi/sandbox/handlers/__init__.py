"""The operations of the API: for each operationId the function that carries it out.

A handler gets a `Call` that is authenticated and valid, and returns a `Reply` or raises an `ApiError`; it
never waits, so that it happens as a whole or not at all.
"""

from __future__ import annotations

from firsthandapi.sandbox.call import Handler
from firsthandapi.sandbox.handlers import billing, files, jobs, keys, organization, submissions, tasks, webhooks

HANDLERS: dict[str, Handler] = {
    **jobs.HANDLERS,
    **files.HANDLERS,
    **submissions.HANDLERS,
    **tasks.HANDLERS,
    **keys.HANDLERS,
    **webhooks.HANDLERS,
    **billing.HANDLERS,
    **organization.HANDLERS,
}
