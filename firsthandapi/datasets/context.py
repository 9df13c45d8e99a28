"""What the manifest does not say and the service knows: who made each file, and what each job asked for.

The service names a worker with each submission, and a submission with each file. Both are kept in a hidden file beside
the manifest, so that they have to be asked for only once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from sys import intern
from typing import TYPE_CHECKING, Any, cast

from attrs import field, frozen

from ..errors import FirstHandDatasetError
from .examples import Example, Row
from .paths import FilePath
from .writing import json_bytes, whole_file

if TYPE_CHECKING:
    from .._sync.client import Client

NAME = ".context.json"
JOB = (
    "id", "type", "title", "description", "worker_guidelines", "scoring_criteria", "accepted_formats", "files_needed",
    "files_approved", "price_per_file_cents", "min_star_rating", "created_at", "completed_at",
)  # fmt: skip
"""What is kept of a job; `metadata` stays out, since it is the buyer's own."""


@frozen
class Context:
    """What is known beside the manifest."""

    workers: Mapping[str, str] = field(factory=dict[str, str], repr=lambda workers: f"<{len(workers)}>")
    """Worker by submission."""
    jobs: Mapping[str, Row] = field(factory=dict[str, Row])
    """Jobs by id."""

    def complete(self, row: Row) -> Row:
        """A row with its worker, where that is known."""
        worker = self.workers.get(str(row.get("submission_id")))
        return row if worker is None or row.get("worker_id") else {**row, "worker_id": worker}


def read(folder: FilePath) -> Context:
    """What an earlier `fetch` kept."""
    try:
        found: Any = json.loads((folder / NAME).read_bytes())
        workers = cast("dict[str, str]", found["workers"])
        return Context({submission: intern(worker) for submission, worker in workers.items()}, found["jobs"])
    except FileNotFoundError:
        return Context()
    except (ValueError, LookupError, TypeError, AttributeError):
        raise FirstHandDatasetError(f"{folder / NAME} is damaged: remove it, and call fetch_context again") from None


def fetch(known: Context, client: Client, examples: Iterable[Example], folder: FilePath) -> Context:
    """Ask the service, and keep what it says."""
    workers, jobs = dict(known.workers), dict(known.jobs)
    lacking: dict[str, set[str]] = {}
    for row, _ in examples:
        job, submission = row.get("job_id"), row.get("submission_id")
        if isinstance(job, str):
            missing = lacking.setdefault(job, set())
            if isinstance(submission, str) and submission not in workers:
                missing.add(submission)
    for job, missing in lacking.items():
        found = client.jobs.get(job).to_dict()
        jobs[job] = {name: found[name] for name in JOB if found.get(name) is not None}
        if missing:
            for submission in client.jobs.submissions(job, limit=100):
                if submission.id in missing and isinstance(submission.get("worker_id"), str):
                    workers[submission.id] = intern(submission.worker_id)
                    missing.discard(submission.id)
                    if not missing:
                        break
    with whole_file(folder / NAME) as stream:
        stream.write(json_bytes({"jobs": jobs, "workers": workers}))
    return Context(workers, jobs)
