"""How a run goes about its work, checked once."""

from __future__ import annotations

import math
from typing import Literal, Optional

from attrs import frozen

from ..errors import FirstHandArgumentError
from .names import DEFAULT, checked_template
from .report import Progress

MOST = 64
IfLocked = Literal["wait", "fail"]
Withdrawn = Literal["keep", "quarantine", "delete"]


@frozen
class Options:
    """What the user asked for; what each means is said at `files.download_all` and `files.sync`."""

    concurrency: int = 32
    max_bytes_per_second: Optional[float] = None
    name: str = DEFAULT
    strip_metadata: bool = False
    trust: bool = False
    """Whether a file whose size and time are unchanged counts as present without reading it."""
    if_locked: IfLocked = "wait"
    progress: Progress = None

    def __attrs_post_init__(self) -> None:
        concurrency, rate = self.concurrency, self.max_bytes_per_second
        if isinstance(concurrency, bool) or not isinstance(concurrency, int) or not 1 <= concurrency <= MOST:
            raise FirstHandArgumentError("concurrency", f"must be 1 to {MOST}, not {concurrency!r}")
        if rate is not None and (
            isinstance(rate, bool) or not isinstance(rate, (int, float)) or not rate > 0 or math.isinf(rate)
        ):
            raise FirstHandArgumentError("max_bytes_per_second", f"must be a positive number, not {rate!r}")
        choice("if_locked", self.if_locked, ("wait", "fail"))
        checked_template(self.name)


def choice(argument: str, value: object, choices: tuple[str, ...]) -> None:
    """Refuse what is none of the choices."""
    if value not in choices:
        raise FirstHandArgumentError(argument, f"must be one of {', '.join(map(repr, choices))}, not {value!r}")
