"""The control plane under `/_sandbox/`: what may be asked of the sandbox itself, without a key.

The methods of `Sandbox` do the same through the same `Controls`. What people do to the service otherwise than through
its API can be done by hand: a worker's upload or flag, a reviewer's decision.
"""

from __future__ import annotations

import base64
import difflib
import json
from collections.abc import Awaitable
from dataclasses import asdict
from typing import Any, Callable, Optional, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from firsthandapi.sandbox import tasks, views
from firsthandapi.sandbox.clock import timestamp
from firsthandapi.sandbox.contract import contract
from firsthandapi.sandbox.faults import STORAGE, Faults, fault_from
from firsthandapi.sandbox.store import Document, public
from firsthandapi.sandbox.world import World


class Controls:
    """What can be asked of a world. Each method is called in the event loop that serves the world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.faults: Faults = world.faults

    def clock(self) -> Document:
        """How the clock stands."""
        clock = self._world.clock
        now = clock.now()
        return {"now": now, "timestamp": timestamp(now), "frozen": clock.frozen, "speed": clock.speed}

    def add_fault(self, values: Document) -> int:
        """Put a fault rule in force; return its number. Raises ValueError for what is no rule."""
        operation = values.get("operation", "*")
        known = ["*", STORAGE, *(operation.id for operation in contract().operations)]
        if operation not in known:
            near = difflib.get_close_matches(str(operation), known, n=1)
            raise ValueError(f"there is no operation {operation}" + (f"; did you mean {near[0]}?" if near else ""))
        return self._world.faults.add(fault_from(values))

    async def set_clock(
        self,
        *,
        advance: Optional[float] = None,
        freeze: bool = False,
        resume: bool = False,
        speed: Optional[float] = None,
    ) -> Document:
        """Freeze the clock, move it forward through what is due, let it run on, in this order."""
        if freeze:
            self._world.clock.freeze()
        if advance is not None:
            await self._world.agenda.advance(advance)
        if resume or speed is not None:
            self._world.clock.resume(speed)
        self._world.signals.ring_all()
        return self.clock()

    def upload(
        self,
        job_id: str,
        *,
        stars: int = 4,
        reasoning: Optional[str] = None,
        content: Optional[bytes] = None,
        content_type: Optional[str] = None,
    ) -> Document:
        """Hand in one submission to a job, scored at once; return it.

        Args:
            job_id: the job.
            stars: its score, 1 to 5.
            reasoning: the score's `ai_reasoning`.
            content: the file's bytes; drawn when not given.
            content_type: one that the job accepts; default the first.

        Raises:
            ValueError: there is no such job, or it cannot take this.
        """
        world, at = self._world, self._world.clock.now()
        if stars not in range(1, 6):
            raise ValueError("stars must be from 1 to 5")
        with world.store.transaction():
            submission = world.workers.upload(
                self._get("job", job_id),
                at,
                stars=stars,
                reasoning=reasoning,
                content=content,
                content_type=content_type,
            )
        return views.submission_view(world, submission, at)

    def flag(self, job_id: str, *, reason: str = "The job is unreasonable.") -> Document:
        """Flag a job as unreasonable or unsafe, as a worker may; return it.

        Args:
            job_id: the job.
            reason: kept in the audit log.

        Raises:
            ValueError: there is no such job, or it is over.
        """
        with self._world.store.transaction():
            job = self._get("job", job_id)
            self._world.workers.flag(job, reason, self._world.clock.now())
        return public(job)

    def review(self, task_id: str, *, decision: str = "approve", output: Optional[Document] = None) -> Document:
        """Decide a task, as a reviewer would; return it.

        Args:
            task_id: the task.
            decision: `approve`, `reject`, `approve_with_edit` or `escalate`.
            output: what `approve_with_edit` makes of the candidate output; default a small change.

        Raises:
            ValueError: there is no such task, or it is over, or no such decision.
        """
        with self._world.store.transaction():
            task = self._get("task", task_id)
            tasks.decide(self._world, task, decision, output, self._world.clock.now())
        return public(task)

    def _get(self, kind: str, id: str) -> Document:
        found = self._world.store.find(kind, id)
        if found is None:
            raise ValueError(f"there is no {kind} {id}")
        return found


def routes(world: World) -> list[Route]:
    """The routes of the control plane."""
    controls = Controls(world)

    async def clock(request: Request) -> Any:
        return controls.clock() if request.method == "GET" else await controls.set_clock(**await _values(request))

    async def faults(request: Request) -> Any:
        if request.method == "POST":
            return {"number": controls.add_fault(await _values(request))}
        if request.method == "DELETE":
            world.faults.clear()
        return {"faults": world.faults.list()}

    async def fault(request: Request) -> Any:
        return {"removed": world.faults.remove(request.path_params["number"])}

    async def uploads(request: Request) -> Any:
        values = await _values(request)
        if "content_base64" in values:
            values["content"] = base64.b64decode(values.pop("content_base64"))
        return controls.upload(**values)

    async def flags(request: Request) -> Any:
        return controls.flag(**await _values(request))

    async def reviews(request: Request) -> Any:
        values = await _values(request)
        if not isinstance(values.get("output", {}), dict):
            raise ValueError("output must be a JSON object")
        return controls.review(**values)

    async def reset(request: Request) -> Any:
        await world.reset()
        return {}

    async def log(request: Request) -> Any:
        return {"entries": [asdict(entry) for entry in world.journal.entries(request.query_params.get("operation"))]}

    return [
        Route("/_sandbox/clock", _answering(clock), methods=["GET", "POST"]),
        Route("/_sandbox/faults", _answering(faults), methods=["GET", "POST", "DELETE"]),
        Route("/_sandbox/faults/{number:int}", _answering(fault), methods=["DELETE"]),
        Route("/_sandbox/uploads", _answering(uploads), methods=["POST"]),
        Route("/_sandbox/flags", _answering(flags), methods=["POST"]),
        Route("/_sandbox/reviews", _answering(reviews), methods=["POST"]),
        Route("/_sandbox/reset", _answering(reset), methods=["POST"]),
        Route("/_sandbox/log", _answering(log), methods=["GET"]),
    ]


def _answering(ask: Callable[[Request], Awaitable[Any]]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(await ask(request))
        except (ValueError, TypeError) as error:
            return JSONResponse({"error": {"type": "validation_error", "message": str(error)}}, 400)

    return answer


async def _values(request: Request) -> Document:
    values = json.loads(await request.body() or b"{}")
    if not isinstance(values, dict):
        raise ValueError("the body must be a JSON object")
    return cast(Document, values)
