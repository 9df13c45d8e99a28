"""The route of the signed URLs."""

from __future__ import annotations

from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from firsthandapi.sandbox.clock import timestamp
from firsthandapi.sandbox.connections import cut, cut_in_the_middle
from firsthandapi.sandbox.faults import STORAGE, Outcome, replacement
from firsthandapi.sandbox.journal import Entry
from firsthandapi.sandbox.replies import encoded
from firsthandapi.sandbox.storage import etag, requested_range
from firsthandapi.sandbox.world import World


def route(world: World) -> Route:
    """The route of all files of a world."""
    return Route("/_files/{file_id}", _Downloads(world), methods=["GET"])


class _Downloads:
    def __init__(self, world: World) -> None:
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        world = self._world
        request = Request(scope, receive)
        outcome = world.faults.outcome(STORAGE)
        entry = Entry(STORAGE, request.method, request.url.path, timestamp(world.clock.now()), world.request_id())
        entry.authorization, entry.faulty = "authorization" in request.headers, bool(outcome.faults)
        world.journal.add(entry)
        await world.sleep(outcome.delay)
        if outcome.cuts("before") or outcome.cuts("after"):
            await cut(scope, receive)
            return
        response = self._response(request, entry, outcome)
        entry.status = response.status_code
        content = bytes(response.body)
        if outcome.has("truncate"):
            await cut_in_the_middle(scope, receive, send, response.status_code, response.raw_headers, content)
            return
        await response(scope, receive, send)

    def _response(self, request: Request, entry: Entry, outcome: Outcome) -> Response:
        id, query = request.path_params["file_id"], request.query_params
        spoiled = outcome.answer(after=False) or outcome.answer(after=True)
        if spoiled:
            body = replacement(spoiled, entry.request_id)
            headers = {} if spoiled.retry_after is None else {"Retry-After": str(spoiled.retry_after)}
            content_type = "text/html" if isinstance(body, str) else "application/json"
            return Response(encoded(body), spoiled.status or 500, headers, content_type)
        refusal = self._world.storage.refusal(
            id, query.get("expires", ""), query.get("signature", ""), self._world.clock.now()
        )
        if outcome.has("expired"):
            refusal = "RequestExpired", "The URL has expired"
        if refusal:
            return _error(403, *refusal, entry)
        content = self._world.storage.find(id)
        if content is None:
            return _error(404, "NoSuchKey", "There is no such file", entry)
        tag = etag(content)
        headers = {"ETag": tag, "Accept-Ranges": "bytes", "x-amz-request-id": entry.request_id}
        if outcome.has("wrong_bytes"):
            content = bytes(byte ^ 0xFF for byte in content)
        return _content(request, content, tag, headers, self._content_type(id))

    def _content_type(self, id: str) -> str:
        file = self._world.store.find("file", id)
        return str(file["content_type"]) if file else "application/octet-stream"


def _content(request: Request, content: bytes, tag: str, headers: dict[str, str], content_type: str) -> Response:
    if request.headers.get("if-none-match") == tag:
        return Response(b"", 304, headers)
    try:
        part = requested_range(dict(request.headers), len(content), tag)
    except LookupError as error:
        return Response(b"", 416, {**headers, "Content-Range": str(error)})
    if part is None:
        return Response(content, 200, headers, content_type)
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(content)}"
    return Response(content[part.start : part.stop], 206, headers, content_type)


def _error(status: int, code: str, message: str, entry: Entry) -> Response:
    body = f"<?xml version='1.0' encoding='UTF-8'?>\n<Error><Code>{code}</Code><Message>{escape(message)}</Message>"
    body += f"<RequestId>{entry.request_id}</RequestId></Error>"
    return Response(body, status, {"x-amz-request-id": entry.request_id}, "application/xml")
