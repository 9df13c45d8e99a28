"""Lists: what an async `list` method returns, and what every list must look like.

`await client.jobs.list()` and `async for job in client.jobs.list()` both work. The sync client needs none of it: there
a page is simply returned.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Generator
from functools import wraps
from typing import TYPE_CHECKING, Any, Callable, Generic, TypeVar, cast

from firsthandapi_generated.errors import UnexpectedAnswerError
from firsthandapi_generated.types import UNSET, Model

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    from ._async.page import AsyncPage

    P = ParamSpec("P")

T = TypeVar("T")
F = TypeVar("F")


class AsyncListing(Generic[T]):
    """A list call that has not been made yet. Await it for its first page, or iterate it for all items."""

    def __init__(self, first: Callable[[], Coroutine[Any, Any, AsyncPage[T]]]) -> None:
        self._first = first

    def __await__(self) -> Generator[Any, None, AsyncPage[T]]:
        return self._first().__await__()

    async def __aiter__(self) -> AsyncIterator[T]:
        page = await self
        async for item in page:
            yield item


def async_listing(method: Callable[P, Coroutine[Any, Any, AsyncPage[T]]]) -> Callable[P, AsyncListing[T]]:
    """Make a coroutine method that returns a page iterable without `await`."""

    @wraps(method)
    def listing(*args: P.args, **kwargs: P.kwargs) -> AsyncListing[T]:
        return AsyncListing(lambda: method(*args, **kwargs))

    return listing


def listing(method: F) -> F:
    """The synchronous twin of `async_listing`: nothing to do."""
    return method


def check_envelope(answer: object) -> None:
    """Refuse a list without items. Everything else may be missing until it is read, but a page is read at once."""
    if not isinstance(answer, Model) or "next_cursor" not in answer._fields:
        return
    data = answer.get("data")
    items = cast("list[object]", data) if isinstance(data, list) else [None]
    wrong = next((item for item in items if not isinstance(item, dict)), UNSET)
    if wrong is not UNSET:
        raise UnexpectedAnswerError(f"an item of {type(answer).__name__}", wrong)
