"""One page of a list, and the way to the following ones."""

from __future__ import annotations

from collections.abc import AsyncIterator, KeysView, Mapping
from typing import Any, Callable, Generic, Optional, TypeVar

from .. import _listing
from .._raw import Eventual
from ..errors import FirstHandPaginationError

T = TypeVar("T")


class AsyncPage(Generic[T]):
    """The items of one page in `data`; iterating goes on over all following pages, newest first.

    Keep `next_cursor` to go on later, in another process too: pass it as `cursor=` to the same `list`.
    The envelope as it came can be read by key: `page["has_more"]`. What is no item, such as a null, is left out, and
    a page that came without its items has none; `is_whole` tells.
    """

    _cursors: tuple[str, ...]
    """Every cursor that led here, this page's own last."""

    def __init__(
        self,
        wire: Mapping[str, Any],
        data: list[T],
        fetch: Callable[[str], Eventual[AsyncPage[T]]],
        cursor: Optional[str] = None,
    ) -> None:
        self._wire = wire
        self._fetch = fetch
        self._cursors = () if cursor is None else (cursor,)
        self.data = data

    @property
    def has_more(self) -> bool:
        """Whether another page follows; where the service sent null for it, whether there is a cursor of one."""
        said = self._wire.get("has_more")
        return isinstance(self._wire.get("next_cursor"), str) if said is None else bool(said)

    @property
    def is_whole(self) -> bool:
        """Whether the service sent a list of items, and `data` has them all."""
        return _listing.is_whole(self._wire)

    @property
    def next_cursor(self) -> Optional[str]:
        """Where the next page begins; None on the last page."""
        cursor = self._wire.get("next_cursor")
        return cursor if isinstance(cursor, str) and self.has_more else None

    async def next_page(self) -> Optional[AsyncPage[T]]:
        """Fetch the following page; None after the last. Raises `FirstHandPaginationError` on a repeated cursor."""
        cursor = self.next_cursor
        if cursor is None:
            return None
        if cursor in self._cursors:
            raise FirstHandPaginationError(f"the service sent the cursor {cursor!r} twice: the list would never end")
        page = await self._fetch(cursor)
        page._cursors = (*self._cursors, *page._cursors)
        return page

    async def pages(self) -> AsyncIterator[AsyncPage[T]]:
        """This page, then each following one as it is fetched."""
        page: Optional[AsyncPage[T]] = self
        while page is not None:
            yield page
            page = await page.next_page()

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.data:
                yield item

    def __getitem__(self, key: str) -> Any:
        return self._wire[key]

    def __contains__(self, key: object) -> bool:
        return key in self._wire

    def get(self, key: str, default: Any = None) -> Any:
        """A field of the envelope as it came."""
        return self._wire.get(key, default)

    def keys(self) -> KeysView[str]:
        """Names of the envelope's fields, so that `dict(page)` gives the envelope."""
        return self._wire.keys()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.data)} items, next_cursor={self.next_cursor!r})"
