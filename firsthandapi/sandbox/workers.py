"""Simulated workers, who fulfil the jobs.

A few workers take up a job at once. Each one accepts to capture, hands in about 15 virtual seconds later, and
accepts again while files are wanted. A submission is scored 5 to 15 seconds after it came in. About one in
six is bad: mostly 2 stars, which may be tried once more, else 1 star, which is a strike; a worker with three
strikes is banned and another one comes. A file below the job's `min_width` or `min_height` gets 1 star before
it is scored. Nobody takes a job any more that has refused too often.

What happens to a job depends on the seed and on the job's number only, whatever else happens meanwhile.
"""

from __future__ import annotations

import asyncio
import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from random import Random
from typing import TYPE_CHECKING, NamedTuple, Optional

from firsthandapi.sandbox import audit, jobs, people
from firsthandapi.sandbox.audit import SYSTEM
from firsthandapi.sandbox.clock import moment_of, timestamp
from firsthandapi.sandbox.media import Capture, bad_capture, capture
from firsthandapi.sandbox.store import Document

if TYPE_CHECKING:
    from firsthandapi.sandbox.world import World

STRIKES = 3
_BAD = 0.17
_LARGEST = 4096
"""The widest and highest picture that a worker's phone can take, in pixels."""
_PICTURE, _FILM = (1200, 900), (480, 360)
"""Width and height of what is captured when the job wants a smallest size, unless that is larger."""

_PRAISE = {
    3: "Usable: the subject is there, with small flaws.",
    4: "Clear and complete; slight flaws at the edge.",
    5: "Sharp, complete and exactly what was asked for.",
}


class Handed(NamedTuple):
    """Files of one submission, and what the scoring will say of them."""

    captures: list[Capture]
    stars: int
    reasoning: str


class Workers:
    """The crowd of one world.

    Args:
        world: where they work.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._capturing: dict[tuple[str, int], Future[Handed]] = {}
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="sandbox-worker")
        on = world.agenda.on
        on("worker_accepts", self._accepts)
        on("worker_submits", self._submits, self._captured)
        on("worker_retries", self._retries)
        on("submission_scored", self._scored)
        on("job_deadline", self._deadline)

    def stop(self) -> None:
        """Send everybody home."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def clear(self) -> None:
        """Forget what is being captured."""
        self._capturing.clear()

    def announce(self, job: Document, at: float) -> None:
        """Tell the crowd of a new job."""
        wanted = -(-job["files_needed"] // job["files_per_submission"])
        crowd = self._world.options.workers
        count = min(wanted, 4 + wanted // 50, 24) if crowd is None else min(wanted, crowd)
        for place in range(min(count, job["max_workers"] or count)):
            arrives = at + self._rng(job, "arrives", place).uniform(1, 8)
            self._world.agenda.add(
                arrives, "worker_accepts", {"job": job["id"], "place": place, "turn": 0, "generation": 0}
            )

    def upload(
        self,
        job: Document,
        at: float,
        *,
        stars: int,
        reasoning: Optional[str],
        content: Optional[bytes],
        content_type: Optional[str],
    ) -> Document:
        """Hand in one submission by hand, scored at once; return it. Raises ValueError when the job cannot take it."""
        kind: str = content_type or job["accepted_formats"][0]
        count = 1 if content is not None else min(job["files_per_submission"], jobs.open_slots(job))
        if not jobs.is_live(job) or jobs.open_slots(job) < 1:
            raise ValueError(f"the job is {job['status']} and takes no more files")
        if kind not in job["accepted_formats"]:
            raise ValueError(f"the job does not accept {kind}")
        number = self._next(job, "_captures")
        captures = (
            [Capture(content, kind, None, None, None, {}, None)]
            if content is not None
            else [self._shot(job, kind, self._rng(job, "upload", number, n)) for n in range(count)]
        )
        worker = self._worker(job, "by hand", 0)
        id = self._world.new_id("sub", at, job["_ordinal"], self._next(job, "_submissions"))
        files = self._stored(job, id, worker, captures, number, at)
        submission = jobs.submit(self._world, job, id, worker, files, at, capture=number, promised=False)
        self._judge(job, submission, stars, reasoning or _PRAISE.get(stars, "Not what was asked for."), at)
        return submission

    def _accepts(self, at: float, details: Document) -> None:
        job = self._world.store.find("job", details["job"])
        if job is None or not jobs.is_live(job) or self._fed_up(job):
            return
        turn = details["turn"]
        rng = self._rng(job, "accepts", details["place"], turn)
        again = {**details, "turn": turn + 1}
        worker = self._worker(job, str(details["place"]), details["generation"])
        if worker["strikes"] >= STRIKES:
            again["generation"] += 1
            self._world.agenda.add(at + rng.uniform(20, 60), "worker_accepts", again)
            return
        files = min(job["files_per_submission"], jobs.open_slots(job))
        if files < 1:
            self._world.agenda.add(at + rng.uniform(8, 12), "worker_accepts", again)
            return
        submission = self._world.new_id("sub", at, job["_ordinal"], self._next(job, "_submissions"))
        jobs.promise(self._world, job, files, at)
        self._begin(job, worker["id"], submission, files, at + rng.uniform(10, 20), again)

    def _retries(self, at: float, details: Document) -> None:
        job, submission = self._both(details)
        if job is None or submission is None or not jobs.is_live(job):
            return
        files = len(submission["_files"])
        if jobs.open_slots(job) < files:
            return
        rng = self._rng(job, "retries", submission["_capture"])
        jobs.retry(self._world, job, submission, at)
        self._begin(job, submission["worker_id"], submission["id"], files, at + rng.uniform(10, 20), None)

    def _begin(
        self, job: Document, worker: str, submission: str, files: int, due: float, again: Optional[Document]
    ) -> None:
        number = self._next(job, "_captures")
        details = {
            "job": job["id"],
            "worker": worker,
            "submission": submission,
            "files": files,
            "capture": number,
            "again": again,
        }
        self._capturing[job["id"], number] = self._pool.submit(self._hand_in, job, files, number)
        self._world.agenda.add(due, "worker_submits", details)

    async def _captured(self, at: float, details: Document) -> None:
        """Wait until the files are made; make them here when a restart lost them."""
        job = self._world.store.find("job", details["job"])
        key = details["job"], details["capture"]
        if job is None or not jobs.is_live(job):
            return
        if key not in self._capturing:
            self._capturing[key] = self._pool.submit(self._hand_in, job, details["files"], details["capture"])
        await asyncio.wrap_future(self._capturing[key])

    def _submits(self, at: float, details: Document) -> None:
        job = self._world.store.find("job", details["job"])
        handed = self._capturing.pop((details["job"], details["capture"]), None)
        if job is None or handed is None or not jobs.is_live(job):
            return
        captures, stars, reasoning = handed.result()
        worker = self._world.store.get("worker", details["worker"])
        files = self._stored(job, details["submission"], worker, captures, details["capture"], at)
        jobs.submit(
            self._world, job, details["submission"], worker, files, at, capture=details["capture"], promised=True
        )
        rng = self._rng(job, "submits", details["capture"])
        verdict = {"job": job["id"], "submission": details["submission"], "stars": stars, "reasoning": reasoning}
        self._world.agenda.add(at + rng.uniform(5, 15), "submission_scored", verdict)
        if details["again"]:
            self._world.agenda.add(at + rng.uniform(1, 6), "worker_accepts", details["again"])

    def _scored(self, at: float, details: Document) -> None:
        job, submission = self._both(details)
        if job and submission and submission["status"] == "pending_score":
            self._judge(job, submission, details["stars"], details["reasoning"], at)

    def _judge(self, job: Document, submission: Document, stars: int, reasoning: str, at: float) -> None:
        """Score a submission, and let its worker bear the consequences."""
        if any(_too_small(job, file) for file in submission["_files"]):
            stars, reasoning = 1, "Below the smallest resolution that the job accepts."
            submission["_refused"] = True
        if stars == 1:
            for file in submission["_files"]:
                file.update(annotations=None, keyframes=None)
        jobs.score(self._world, job, submission, stars, reasoning, at)
        if stars == 1:
            self._strike(job, submission["worker_id"], at)
        elif submission["status"] == "rejected" and stars == 2 and submission["_tries"] == 1:
            rng = self._rng(job, "second chance", submission["_capture"])
            if rng.random() < 0.5:
                details = {"job": job["id"], "submission": submission["id"]}
                self._world.agenda.add(at + rng.uniform(5, 20), "worker_retries", details)

    def _strike(self, job: Document, id: str, at: float) -> None:
        worker = self._world.store.get("worker", id)
        worker["strikes"] += 1
        self._world.store.save("worker", worker)
        if worker["strikes"] == STRIKES:
            changes = {"strikes": STRIKES}
            audit.record(
                self._world, job["_org"], at, SYSTEM, "worker.banned", worker, changes=changes, under=job["id"]
            )

    def _deadline(self, at: float, details: Document) -> None:
        job = self._world.store.find("job", details["job"])
        if job is not None and jobs.is_live(job):
            jobs.cancel(self._world, job, at, SYSTEM)

    def _hand_in(self, job: Document, files: int, number: int) -> Handed:
        """Capture the files of one submission. Runs in a thread of its own: it knows nothing but the job as it was."""
        rng = self._rng(job, "capture", number)
        if rng.random() >= _BAD:
            stars = rng.choice([star for star in (3, 4, 4, 4, 5, 5) if star >= job["min_star_rating"]])
            content_types = [rng.choice(job["accepted_formats"]) for _ in range(files)]
            return Handed([self._shot(job, content_type, rng) for content_type in content_types], stars, _PRAISE[stars])
        shots = [bad_capture(rng.choice(job["accepted_formats"]), rng=rng, brief=_brief(job)) for _ in range(files)]
        stars = 1 if rng.random() < 0.3 else 2
        return Handed([shot for shot, _ in shots], stars, shots[0][1])

    def _shot(self, job: Document, content_type: str, rng: Random) -> Capture:
        width, height = job["min_width"] or 0, job["min_height"] or 0
        wide, high = _FILM if content_type.startswith("video/") else _PICTURE
        size = (max(wide, width), max(high, height)) if 0 < max(width, height) <= _LARGEST else None
        return capture(content_type, rng=rng, brief=_brief(job), size=size)

    def _stored(
        self, job: Document, submission: str, worker: Document, captures: list[Capture], number: int, at: float
    ) -> list[Document]:
        """Keep the files' bytes; return what their Files will say."""
        files: list[Document] = []
        for place, shot in enumerate(captures):
            id = self._world.new_id("file", at, job["_ordinal"], number, place)
            self._world.storage.put(id, shot.content)
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

    def _worker(self, job: Document, place: str, generation: int) -> Document:
        """The worker who has this place in the job's crowd; made when he comes first."""
        words = job["_ordinal"], place, generation
        id = self._world.chance.id("wkr", moment_of(job["created_at"]), *words)
        worker = self._world.store.find("worker", id)
        if worker is None:
            worker = people.worker(id, self._rng(job, "worker", place, generation), job["location"])
            self._world.store.insert("worker", worker, org=job["_org"], parent=job["id"])
        return worker

    def _both(self, details: Document) -> tuple[Optional[Document], Optional[Document]]:
        store = self._world.store
        return store.find("job", details["job"]), store.find("submission", details["submission"])

    def _fed_up(self, job: Document) -> bool:
        return bool(job["_captures"] >= 20 + 3 * job["files_needed"])

    def _next(self, job: Document, counter: str) -> int:
        job[counter] += 1
        self._world.store.save("job", job)
        return int(job[counter])

    def _rng(self, job: Document, *words: object) -> Random:
        return self._world.chance.rng("job", job["_ordinal"], *map(str, words))


def _brief(job: Document) -> str:
    return "\n".join(filter(None, [job["title"], job["description"], job["worker_guidelines"]]))


def _too_small(job: Document, file: Document) -> bool:
    wanted = {"width": job["min_width"], "height": job["min_height"]}
    return any(smallest and file[side] is not None and file[side] < smallest for side, smallest in wanted.items())
