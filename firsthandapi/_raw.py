"""The answer behind a result: `client.with_raw_response(method, ...)`."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from contextvars import ContextVar
from typing import Annotated, Any, Generic, Optional, TypeVar

from attrs import frozen

from .errors import FirstHandArgumentError

R = TypeVar("R")

Eventual = Awaitable[R]
"""What a method of the async client returns ..."""
Immediate = Annotated[R, "not awaited"]
"""... and its twin in the sync client."""


@frozen
class RawResponse(Generic[R]):
    """Status, headers and JSON of an answer, beside the result that the method made of it."""

    parsed: R
    """What the method returns by itself."""
    status: int
    """HTTP status of the last answer."""
    headers: Mapping[str, str]
    """Its headers, names in lower case."""
    json: Any
    """Its decoded body; None where there was none."""
    request_id: Optional[str]
    """The service's id of the request, where it sent one."""
    attempts: int
    """How often the request was sent."""
    elapsed: float
    """Seconds from the first attempt to the answer."""


_recorder: ContextVar[Optional[list[Any]]] = ContextVar("firsthandapi_recorder", default=None)


class Recording:
    """While it is entered, answers of this thread or task are noted; then also for the one around it."""

    def __init__(self) -> None:
        self._answers: list[Any] = []

    def __enter__(self) -> Recording:
        self._token = _recorder.set(self._answers)
        return self

    def __exit__(self, *_: object) -> None:
        _recorder.reset(self._token)
        for exchanged in self._answers:
            note(exchanged)

    @property
    def last(self) -> Any:
        """The last answer: an `Exchanged` of the client's side."""
        return self._answers[-1]

    def of(self, parsed: R) -> RawResponse[R]:
        """The result together with the last answer."""
        if not self._answers:
            raise FirstHandArgumentError("method", "it sent no request, so there is no answer to show")
        last = self.last
        return RawResponse(
            parsed=parsed,
            status=last.answer.status,
            headers=dict(last.answer.headers),
            json=last.payload,
            request_id=last.answer.headers.get("x-request-id"),
            attempts=last.attempts,
            elapsed=last.elapsed,
        )


def note(exchanged: Any) -> None:
    """Remember an answer for the `Recording` around this call, if there is one."""
    answers = _recorder.get()
    if answers is not None:
        answers.append(exchanged)
