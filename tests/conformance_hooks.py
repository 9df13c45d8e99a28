"""What schemathesis must be told about the sandbox; loaded by the run that test_conformance.py starts."""

from __future__ import annotations

import os

import schemathesis
from schemathesis.core.failures import Failure

BAD_DATA_ACCEPTED, GOOD_DATA_REFUSED = "ST201", "ST202"

MORE_THAN_THE_SCHEMA = {
    "cursor",  # is opaque: what no page gave is refused
    "deadline",  # must lie ahead
}
"""Fields which the API may refuse although they are as their schema says."""


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, **_: object) -> None:
    """Keep a run from locking itself out."""
    if (case.path_parameters or {}).get("key_id") == os.environ["CONFORMANCE_KEY_ID"]:
        case.path_parameters["key_id"] = "key_of_the_run"
    # The generator likes to repeat itself, and a key seen before is a 409 instead of the thing to go on with.
    if case.meta is not None and case.meta.generation.mode is schemathesis.GenerationMode.POSITIVE:
        case.headers.pop("Idempotency-Key", None)


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext, failure: Failure, case: schemathesis.Case, response: schemathesis.Response
) -> bool:
    """Drop the reports of what only looks like a fault."""
    if failure.code == BAD_DATA_ACCEPTED:
        # A dry run succeeds in saying that the task would be refused.
        return not (case.path == "/v1/tasks/validate" and response.json()["valid"] is False)
    if failure.code == GOOD_DATA_REFUSED and response.status_code == 400:
        fields = {detail["field"] for detail in response.json()["error"].get("details", ())}
        return not fields or not fields <= MORE_THAN_THE_SCHEMA
    return True
