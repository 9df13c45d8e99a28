"""What is done with files when they are handed in: their bytes are kept, and what they are is written down."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from firsthandapi.sandbox.clock import timestamp
from firsthandapi.sandbox.media import Capture
from firsthandapi.sandbox.store import Document

if TYPE_CHECKING:
    from firsthandapi.sandbox.world import World


def take_in(
    world: World, job: Document, submission: str, worker: Document, captures: list[Capture], number: int, at: float
) -> list[Document]:
    """Keep the bytes of a submission's files; return what their Files will say.

    Args:
        world: where it happens.
        job: for which they are made.
        submission: its id.
        worker: who made them.
        captures: the files.
        number: of this capture within the job.
        at: when.
    """
    files: list[Document] = []
    for place, shot in enumerate(captures):
        id = world.new_id("file", at, job["_ordinal"], number, place)
        world.storage.put(id, shot.content)
        files.append(
            {
                "object": "file",
                "id": id,
                "job_id": job["id"],
                "submission_id": submission,
                "content_type": shot.content_type,
                "size_bytes": len(shot.content),
                "duration_seconds": shot.duration_seconds,
                "width": shot.width,
                "height": shot.height,
                "content_hash": hashlib.sha256(shot.content).hexdigest(),
                "captured_at": timestamp(at - 5),
                "ai_star_rating": None,
                "device_info": worker["device_info"],
                "worker_region": worker["region"],
                "annotations": shot.annotations,
                "keyframes": shot.keyframes,
            }
        )
    return files


def too_small(job: Document, file: Document) -> bool:
    """Whether a file is below the job's `min_width` or `min_height`."""
    wanted = {"width": job["min_width"], "height": job["min_height"]}
    return any(smallest and file[side] is not None and file[side] < smallest for side, smallest in wanted.items())
