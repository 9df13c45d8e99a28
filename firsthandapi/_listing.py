"""Lists: what an async `list` method returns, and what every list must look like.

`await client.jobs.list()` and `async for job in client.jobs.list()` both work. The sync client needs none of it: there
a page is simply returned.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Generator, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, Callable, Generic, TypeVar, cast

from firsthandapi_generated.types import Model

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


class Mended(dict[str, Any]):
    """The envelope of a page in which not all was items."""


def mended(answer: T) -> T:
    """The same answer; a page of which only the items are left that are objects.

    Everything else may be surprising until it is read, but a page is read at once, and no call fails for what it holds:
    one without a list of items has none. Whoever has to have every item asks `is_whole`, and the raw response has all
    that came.
    """
    if not isinstance(answer, Model) or "next_cursor" not in answer._fields:
        return answer
    data = answer.get("data")
    items = cast("list[object]", data) if isinstance(data, list) else []
    if items is data and all(type(item) is dict for item in items):
        return answer
    kept: list[object] = [item for item in items if isinstance(item, dict)]
    return cast("T", type(answer).from_dict(Mended(answer, data=kept)))


def is_whole(envelope: Mapping[str, Any]) -> bool:
    """Whether a page has a list of items, and all of them are objects."""
    return not isinstance(envelope._wire if isinstance(envelope, Model) else envelope, Mended)
