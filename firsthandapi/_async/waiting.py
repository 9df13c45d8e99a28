"""Make what is then waited for, and the loop of every wait. When it ends, and its pauses, are decided in `_waiting`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional, TypeVar
from uuid import uuid4

from .. import _arguments
from .._raw import Eventual, Recording
from ..errors import FirstHandArgumentError, FirstHandError
from .exchange import unexpected

if TYPE_CHECKING:
    from firsthandapi_generated.client import Call
    from firsthandapi_generated.types import Model

    from .._waiting import Wait
    from .client import AsyncClient

R = TypeVar("R")
M = TypeVar("M", bound="Model")


async def make(create: Callable[[str], Eventual[M]], idempotency_key: Optional[str], find: str) -> M:
    """Make what will be waited for, by its id.

    Args:
        create: Makes it with an idempotency key.
        idempotency_key: The caller's own; else there is one that an error can name.
        find: The call that lists what was made.

    Raises:
        FirstHandUnexpectedAnswerError: It was answered without an id.
    """
    key = str(uuid4()) if idempotency_key is None else idempotency_key
    with Recording() as recording:
        made = await create(key)
    try:
        _arguments.identifier("id", made.get("id"))
    except FirstHandArgumentError:
        done = recording.last
        error = unexpected(f"{done.call.operation_id} was answered without an id, which is what to wait for", done)
        error.__notes__ += [
            f"it may have been made all the same, and be paid for: look with {find} before you make another",
            f"sent once more within 24 hours with idempotency_key={key!r}, the same is not made twice",
        ]
        raise error from None
    return made


async def wait_for(client: AsyncClient, wait: Wait[R], look: Callable[[Optional[str]], Call[R]]) -> R:
    """Look until the wait is over; `look` builds the call from the `Prefer` header of a long poll."""
    while True:
        prefer, seconds = _arguments.prefer_wait(wait.poll_seconds())
        call = look(prefer)
        try:
            done = await client._run(call, seconds)
        except FirstHandError as error:
            await client._settings.clock.asleep(wait.pause_after(error))
            continue
        found = client._parse(call, done)
        if wait.is_over(found):
            return found
        pause = wait.pause(found, held="preference-applied" in done.answer.headers)
        if pause:
            await client._settings.clock.asleep(pause)
