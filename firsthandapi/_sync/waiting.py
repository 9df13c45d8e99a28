# Derived from _async/waiting.py by `make regenerate`. Edit that file.
"""The loop of every wait. When it ends, and how long it pauses, is decided in `_waiting`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional, TypeVar

from .. import _arguments
from ..errors import FirstHandError

if TYPE_CHECKING:
    from firsthandapi_generated.client import Call

    from .._waiting import Wait
    from .client import Client

R = TypeVar("R")


def wait_for(client: Client, wait: Wait[R], look: Callable[[Optional[str]], Call[R]]) -> R:
    """Look until the wait is over; `look` builds the call from the `Prefer` header of a long poll."""
    while True:
        prefer, seconds = _arguments.prefer_wait(wait.poll_seconds())
        call = look(prefer)
        try:
            done = client._run(call, seconds)
        except FirstHandError as error:
            client._settings.clock.sleep(wait.pause_after(error))
            continue
        found = client._parse(call, done)
        if wait.is_over(found):
            return found
        pause = wait.pause(found, held="preference-applied" in done.answer.headers)
        if pause:
            client._settings.clock.sleep(pause)
