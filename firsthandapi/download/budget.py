"""Bytes of memory that uploads share, whatever the size and the number of files."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from threading import Condition, Lock
from typing import Callable

TURN = 0.2
"""Seconds after which a file that waits looks whether the download was given up."""


class Budget:
    """So many bytes, given away in the order in which they are asked for. Shared by threads."""

    def __init__(self, size: int) -> None:
        self._size = self._left = size
        self._first = Lock()
        """Of those who wait, one is first: small files do not pass a large one for ever."""
        self._given_back = Condition()

    @contextmanager
    def share(self, size: int, go_on: Callable[[], None] = lambda: None) -> Generator[None, None, None]:
        """Wait for so many bytes, or for all there are, and keep them until the block ends; `go_on` raises to stop."""
        size = min(size, self._size)
        while not self._first.acquire(timeout=TURN):
            go_on()
        try:
            with self._given_back:
                while not self._given_back.wait_for(lambda: self._left >= size, TURN):
                    go_on()
                self._left -= size
        finally:
            self._first.release()
        try:
            yield
        finally:
            with self._given_back:
                self._left += size
                self._given_back.notify()
