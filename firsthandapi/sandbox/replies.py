"""What a handler answers: a `Reply`, or an `ApiError` that it raises."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Optional, Union

from firsthandapi.sandbox.clock import moment_of
from firsthandapi.sandbox.store import Document


class Reply(NamedTuple):
    """A status, a body (an object for JSON, None for no body, a text for HTML) and headers of its own."""

    status: int
    body: Union[Document, str, None]
    headers: Mapping[str, str] = MappingProxyType({})


class ApiError(Exception):
    """An answer in the API's error envelope.

    Args:
        status: of the HTTP answer.
        type: the error's type, such as `not_found`.
        message: for people.
        details: what is wrong with which field, for validation errors.
        headers: to be sent with the answer.
    """

    def __init__(
        self,
        status: int,
        type: str,
        message: str,
        *,
        details: Optional[list[dict[str, str]]] = None,
        headers: Optional[dict[str, str]] = None,
    ) -> None:
        super().__init__(message)
        self.status: int = status
        self.type: str = type
        self.message: str = message
        self.details: Optional[list[dict[str, str]]] = details
        self.headers: dict[str, str] = headers or {}

    def reply(self, request_id: str) -> Reply:
        """The answer itself."""
        error: dict[str, Any] = {"type": self.type, "message": self.message, "request_id": request_id}
        if self.details:
            error["details"] = self.details
        return Reply(self.status, {"error": error}, self.headers)


def invalid(field: str, message: str) -> ApiError:
    """The 400 for one field."""
    return ApiError(400, "validation_error", f"{field}: {message}", details=[{"field": field, "message": message}])


def read_moment(field: str, text: str) -> float:
    """The moment that a field names; 400 when it names none."""
    try:
        return moment_of(text)
    except (ValueError, OverflowError):
        raise invalid(field, "is not a date and time") from None


def not_found(what: str, id: str) -> ApiError:
    """The 404 for a resource."""
    return ApiError(404, "not_found", f"No such {what}: {id}")


def encoded(body: Union[Document, str, None]) -> bytes:
    """The bytes of a body."""
    if body is None:
        return b""
    return (
        body.encode() if isinstance(body, str) else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    )
