"""The parts of a running `Sandbox` that are reached through an attribute of it: its clock and its faults."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Optional

from firsthandapi.sandbox.store import Document

if TYPE_CHECKING:
    from firsthandapi.sandbox.server import Sandbox


class SandboxClock:
    """The virtual clock of a running sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def now(self) -> float:
        """The present moment, in Unix seconds."""
        return float(self._sandbox.ask(self._sandbox.controls.clock)["now"])

    def advance(self, seconds: float) -> float:
        """Move forward by virtual seconds, through everything that is due on the way; return the new moment."""
        return float(self._sandbox.wait(lambda: self._sandbox.controls.set_clock(advance=seconds))["now"])

    def freeze(self) -> None:
        """Stand still until `resume`."""
        self._sandbox.wait(lambda: self._sandbox.controls.set_clock(freeze=True))

    def resume(self, speed: Optional[float] = None) -> None:
        """Run on, at `speed` virtual seconds per real second (default: as before)."""
        self._sandbox.wait(lambda: self._sandbox.controls.set_clock(resume=True, speed=speed))


class SandboxFaults:
    """The fault rules of a running sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def add(self, operation: str = "*", **fields: object) -> int:
        """Put a rule in force; return its number.

        Args:
            operation: an operationId, `*` for every operation, or `storage` for downloads.
            fields: as in `firsthandapi.sandbox.faults.Fault`.

        Raises:
            ValueError: there is no such rule.
        """
        return self._sandbox.ask(lambda: self._sandbox.controls.add_fault({"operation": operation, **fields}))

    def remove(self, number: int) -> bool:
        """Drop one rule; return whether it was in force."""
        return self._sandbox.ask(lambda: self._sandbox.controls.faults.remove(number))

    def clear(self) -> None:
        """Drop all rules."""
        self._sandbox.ask(lambda: self._sandbox.controls.faults.clear())

    def list(self) -> builtins.list[Document]:
        """The rules in force, with how often each applied."""
        return self._sandbox.ask(lambda: self._sandbox.controls.faults.list())
