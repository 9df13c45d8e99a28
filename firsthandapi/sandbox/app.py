"""The ASGI application: what happens to a request on its way to its handler and back.

In this order: fault rules that keep it from arriving, the rate limit, the key and its scopes, the contract, the
idempotency key, long polls, the handler in one transaction, in strict mode the contract again, and fault
rules that spoil the answer.
"""

from __future__ import annotations

import asyncio
import difflib
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from firsthandapi.sandbox import accounts, checkout, control, downloads
from firsthandapi.sandbox.audit import Actor
from firsthandapi.sandbox.call import Call, Handler
from firsthandapi.sandbox.clock import timestamp
from firsthandapi.sandbox.connections import cut, cut_in_the_middle
from firsthandapi.sandbox.contract import Contract, ContractError, Operation
from firsthandapi.sandbox.faults import Fault, Outcome, replacement
from firsthandapi.sandbox.handlers import HANDLERS
from firsthandapi.sandbox.idempotency import fingerprint
from firsthandapi.sandbox.journal import Entry
from firsthandapi.sandbox.reading import given_headers, json_body, preferred_wait
from firsthandapi.sandbox.replies import ApiError, Reply, encoded
from firsthandapi.sandbox.world import World

_LONG_POLLS = {"get_job": ("job", "job_id"), "get_task": ("task", "task_id")}
_log = logging.getLogger("firsthandapi.sandbox")


def create_app(world: World, contract: Contract) -> Starlette:
    """The application that serves `contract` in `world`; its lifespan runs the world's agenda."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None, None]:
        agenda = asyncio.ensure_future(world.agenda.run())
        yield
        world.stop()
        # Not awaited itself: it counts as cancelled when it waited for a file that nobody makes any more.
        await asyncio.wait([agenda])

    async def missed(request: Request, error: Exception) -> Response:
        return _missed(world, contract, request, error)

    paths: dict[str, dict[str, Operation]] = {}
    for operation in contract.operations:
        paths.setdefault(operation.path, {})[operation.method] = operation
    routes: list[BaseRoute] = [
        Route(path, _Endpoint(world, contract, methods), methods=list(methods))
        # What is literal goes before what is a parameter: /submissions/summary before /submissions/{submission_id}.
        for path, methods in sorted(paths.items(), key=lambda item: item[0].replace("{", "~"))
    ]
    app = Starlette(
        routes=[*routes, *control.routes(world), checkout.route(world), downloads.route(world)],
        lifespan=lifespan,
        exception_handlers={HTTPException: missed},
    )
    app.router.redirect_slashes = False
    return app


class _Endpoint:
    """The operations of one path."""

    def __init__(self, world: World, contract: Contract, operations: dict[str, Operation]) -> None:
        self._world, self._contract, self._operations = world, contract, operations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        operation = self._operations["GET" if request.method == "HEAD" else request.method]
        outcome = self._world.faults.outcome(operation.id)
        entry = journal_entry(self._world, request, operation.id, outcome)
        if outcome.cuts("before"):
            await cut(scope, receive)
            return
        limits: dict[str, str] = {}
        reply = await self._reply(request, operation, entry, outcome, limits)
        if outcome.cuts("after"):
            await cut(scope, receive)
            return
        entry.status, entry.replayed = reply.status, "Idempotent-Replayed" in reply.headers
        content_type = "text/html" if isinstance(reply.body, str) else "application/json"
        content = encoded(reply.body)
        headers = {"X-Request-Id": entry.request_id, **limits, **reply.headers}
        response = Response(content, reply.status, headers, content_type if content else None)
        if outcome.has("truncate"):
            await cut_in_the_middle(scope, receive, send, reply.status, response.raw_headers, content)
            return
        await response(scope, receive, send)

    async def _reply(
        self, request: Request, operation: Operation, entry: Entry, outcome: Outcome, limits: dict[str, str]
    ) -> Reply:
        try:
            return await self._heard(request, operation, entry, outcome, limits)
        except Exception as error:
            _log.exception("%s failed", operation.id)
            message = str(error) if isinstance(error, ContractError) else f"The sandbox failed: {type(error).__name__}"
            return ApiError(500, "internal_error", message).reply(entry.request_id)

    async def _heard(
        self, request: Request, operation: Operation, entry: Entry, outcome: Outcome, limits: dict[str, str]
    ) -> Reply:
        try:
            # The limits are announced with every answer, so they are counted before anything can go wrong.
            caller = accounts.caller(self._world, request.headers.get("authorization"))
            limits.update(self._world.limiter.count(caller))
            spoiled = outcome.answer(after=False)
            reply = _ordered(spoiled, entry) if spoiled else await self._served(request, operation, entry, outcome)
            spoiled = outcome.answer(after=True)
            return _ordered(spoiled, entry) if spoiled else reply
        except ApiError as error:
            reply = error.reply(entry.request_id)
            self._check(operation, reply)
            return reply

    async def _served(self, request: Request, operation: Operation, entry: Entry, outcome: Outcome) -> Reply:
        world = self._world
        now = world.clock.now()
        key = None if operation.public else accounts.authenticate(world, request.headers.get("authorization"), now)
        missing = [scope for scope in operation.scopes if key is not None and not accounts.may(key, scope)]
        if missing:
            raise ApiError(403, "authorization_error", f"The key lacks the scope {missing[0]}")
        arguments = self._contract.arguments(
            operation,
            {"path": request.path_params, "query": request.query_params, "header": given_headers(request)},
        )
        body = await json_body(request) if operation.body else None
        if body is not None or operation.body_required:
            self._contract.check_body(operation, body)
        handler = HANDLERS.get(operation.id)
        if handler is None:
            raise ApiError(500, "internal_error", f"The sandbox does not serve {operation.id} yet")
        org = key["_org"] if key else ""
        actor = Actor("api_key", key["id"], entry.request_id) if key else Actor("user", None, entry.request_id)

        async def act(keep: Callable[[Reply], None]) -> Reply:
            # The body took time to arrive and a fault may delay the act, so the moment is taken here.
            await world.sleep(outcome.delay)
            seconds = preferred_wait(request.headers.get("prefer")) if operation.id in _LONG_POLLS else 0
            if seconds:
                kind, parameter = _LONG_POLLS[operation.id]
                await world.long_poll(kind, arguments[parameter], org, seconds)
            call = Call(world, operation, arguments, body, org, actor, world.clock.now())
            reply = self._acted(handler, call, entry, keep)
            return (
                reply._replace(headers={**reply.headers, "Preference-Applied": f"wait={seconds}"}) if seconds else reply
            )

        idempotency_key = arguments.get("Idempotency-Key") if request.method == "POST" else None
        if idempotency_key is None:
            return await act(lambda reply: None)
        request_print = fingerprint(request.method, request.url.path, json.dumps(body, sort_keys=True).encode())
        stored = world.idempotency.begin(org, idempotency_key, request_print, now)
        if stored is not None:
            return stored
        try:
            return await act(lambda reply: world.idempotency.finish(org, idempotency_key, reply))
        except BaseException:
            world.idempotency.release(org, idempotency_key)
            raise

    def _acted(self, handler: Handler, call: Call, entry: Entry, keep: Callable[[Reply], None]) -> Reply:
        """Let the handler act and keep its answer, as a whole or not at all."""
        try:
            with self._world.store.transaction():
                reply = handler(call)
                self._check(call.operation, reply)
                keep(reply)
        except ApiError as error:
            reply = error.reply(entry.request_id)
            self._check(call.operation, reply)
            keep(reply)
        return reply

    def _check(self, operation: Operation, reply: Reply) -> None:
        if self._world.options.strict:
            self._contract.check_reply(operation, reply)


def journal_entry(world: World, request: Request, operation: str, outcome: Outcome) -> Entry:
    """Note a request."""
    entry = Entry(
        operation,
        request.method,
        request.url.path,
        timestamp(world.clock.now()),
        world.request_id(),
        request.headers.get("idempotency-key"),
        "authorization" in request.headers,
        faulty=bool(outcome.faults),
    )
    return world.journal.add(entry)


def _ordered(fault: Fault, entry: Entry) -> Reply:
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return Reply(fault.status or 500, replacement(fault, entry.request_id), headers)


def _missed(world: World, contract: Contract, request: Request, error: Exception) -> Response:
    """The answer for a path or method that the API does not have, with the nearest that it has.

    No source names an error type for a wrong method (405), so it is `not_found` as for a wrong path: there is no such
    operation.
    """
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict((error.headers if isinstance(error, HTTPException) else None) or {})
    entry = journal_entry(world, request, "", Outcome([]))
    entry.status = status
    asked = f"{request.method} {request.url.path}"
    known = [f"{operation.method} {operation.path}" for operation in contract.operations]
    near = difflib.get_close_matches(asked, known, n=1)
    message = f"There is no {asked}" + (f"; did you mean {near[0]}?" if near else "")
    reply = ApiError(status, "not_found", message).reply(entry.request_id)
    headers["X-Request-Id"] = entry.request_id
    return Response(encoded(reply.body), status, headers, "application/json")
