"""What a simulated worker makes for a job: good files mostly, and now and then poor ones.

A worker fulfils a `data_collection` job by capturing what its words name, a `feedback` job by handing in an opinion of
the content that they speak of.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from firsthandapi.sandbox.media import Capture, bad_capture, bad_feedback, capture, feedback
from firsthandapi.sandbox.store import Document

_BAD = 0.17
_LARGEST = 4096
"""The widest and highest picture that a worker's phone can take, in pixels."""
_PICTURE, _FILM = (1200, 900), (480, 360)
"""Width and height of what is captured when the job wants a smallest size, unless that is larger."""

_PRAISE = {
    "data_collection": {
        3: "Usable: the subject is there, with small flaws.",
        4: "Clear and complete; slight flaws at the edge.",
        5: "Sharp, complete and exactly what was asked for.",
    },
    "feedback": {
        3: "Usable: a verdict on the content, with a thin reason.",
        4: "A clear verdict on the content, with a reason.",
        5: "A clear verdict, and a reason that helps to act on it.",
    },
}


class Handed(NamedTuple):
    """Files of one submission, and what the scoring will say of them."""

    captures: list[Capture]
    stars: int
    reasoning: str


def hand_in(job: Document, files: int, rng: Random) -> Handed:
    """Make the files of one submission. Runs in a thread of its own: it knows nothing but the job as it was."""
    if rng.random() >= _BAD:
        stars = rng.choice([star for star in (3, 4, 4, 4, 5, 5) if star >= job["min_star_rating"]])
        content_types = [rng.choice(job["accepted_formats"]) for _ in range(files)]
        return Handed([shot(job, content_type, rng) for content_type in content_types], stars, praise(job, stars))
    spoil = bad_feedback if job["type"] == "feedback" else bad_capture
    shots = [spoil(rng.choice(job["accepted_formats"]), rng=rng, brief=_brief(job)) for _ in range(files)]
    stars = 1 if rng.random() < 0.3 else 2
    return Handed([made for made, _ in shots], stars, shots[0][1])


def shot(job: Document, content_type: str, rng: Random) -> Capture:
    """Make one good file, as large as the job wants it."""
    width, height = job["min_width"] or 0, job["min_height"] or 0
    wide, high = _FILM if content_type.startswith("video/") else _PICTURE
    size = (max(wide, width), max(high, height)) if 0 < max(width, height) <= _LARGEST else None
    make = feedback if job["type"] == "feedback" else capture
    return make(content_type, rng=rng, brief=_brief(job), size=size)


def praise(job: Document, stars: int) -> str:
    """What the scoring says of a submission with so many stars."""
    return _PRAISE[job["type"]].get(stars, "Not what was asked for.")


def _brief(job: Document) -> str:
    return "\n".join(filter(None, [job["title"], job["description"], job["worker_guidelines"]]))
