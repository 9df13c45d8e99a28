"""Simulated workers, who fulfil the jobs.

A few workers take up a job at once. Each one accepts to capture, hands in about 15 virtual seconds later, and
accepts again while files are wanted. A submission is scored 5 to 15 seconds after it came in. About one in
six is bad: mostly 2 stars, which may be tried once more, else 1 star, which is a strike; a worker with three
strikes is banned and another one comes. A file below the job's `min_width` or `min_height` gets 1 star before
it is scored. Nobody takes a job any more that has refused too often. For a `feedback` job they do not capture what its
words name but hand in their opinion of it, see `media.feedback`.

What happens to a job depends on the seed and on the job's number only, whatever else happens meanwhile.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from random import Random
from typing import TYPE_CHECKING, Optional

from firsthandapi.sandbox import audit, capturing, jobs, people
from firsthandapi.sandbox.audit import SYSTEM, Actor
from firsthandapi.sandbox.capturing import Handed
from firsthandapi.sandbox.intake import take_in, too_small
from firsthandapi.sandbox.media import Capture, facts_of
from firsthandapi.sandbox.store import Document

if TYPE_CHECKING:
    from firsthandapi.sandbox.world import World

STRIKES = 3


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
            [Capture(content, kind, *facts_of(content, kind), {}, None)]
            if content is not None
            else [capturing.shot(job, kind, self._rng(job, "upload", number, n)) for n in range(count)]
        )
        worker = self._worker(job, "by hand", 0)
        id = self._world.new_id("sub", at, job["_ordinal"], self._next(job, "_submissions"))
        files = take_in(self._world, job, id, worker, captures, number, at)
        submission = jobs.submit(self._world, job, id, worker, files, at, capture=number, promised=False)
        self._judge(job, submission, stars, reasoning or capturing.praise(job, stars), at)
        return submission

    def flag(self, job: Document, reason: str, at: float) -> None:
        """Let a worker flag a job. Raises ValueError when the job is over, so that nobody sees it any more."""
        if not jobs.is_live(job):
            raise ValueError(f"the job is {job['status']} and cannot be flagged")
        jobs.flag(self._world, job, reason, at, Actor("worker", self._worker(job, "by hand", 0)["id"]))

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
        self._capturing[job["id"], number] = self._pool.submit(
            capturing.hand_in, job, files, self._rng(job, "capture", number)
        )
        self._world.agenda.add(due, "worker_submits", details)

    async def _captured(self, at: float, details: Document) -> None:
        """Wait until the files are made; make them here when a restart lost them."""
        job = self._world.store.find("job", details["job"])
        key = details["job"], details["capture"]
        if job is None or not jobs.is_live(job):
            return
        if key not in self._capturing:
            rng = self._rng(job, "capture", details["capture"])
            self._capturing[key] = self._pool.submit(capturing.hand_in, job, details["files"], rng)
        await asyncio.wrap_future(self._capturing[key])

    def _submits(self, at: float, details: Document) -> None:
        job = self._world.store.find("job", details["job"])
        handed = self._capturing.pop((details["job"], details["capture"]), None)
        if job is None or handed is None or not jobs.is_live(job):
            return
        captures, stars, reasoning = handed.result()
        worker = self._world.store.get("worker", details["worker"])
        files = take_in(self._world, job, details["submission"], worker, captures, details["capture"], at)
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
        if any(too_small(job, file) for file in submission["_files"]):
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

    def _worker(self, job: Document, place: str, generation: int) -> Document:
        return people.hired(self._world, job, place, generation, self._rng(job, "worker", place, generation))

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
