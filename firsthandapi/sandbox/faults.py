"""Faults on order: rules that make the sandbox misbehave, so that a client's recovery can be tried.

Words: a rule *applies* to a call when its operation, its turn and its chance fit; *before* is before the
operation acted, *after* is when it has acted but its answer has not been sent.
"""

from __future__ import annotations

import builtins
from dataclasses import asdict, dataclass, fields
from random import Random
from typing import Any, NamedTuple, Optional, Union

from firsthandapi.sandbox.chance import Chance
from firsthandapi.sandbox.store import Document

STORAGE = "storage"
"""What a rule calls the downloads of files, which are no operation of the API."""


@dataclass(frozen=True)
class Fault:
    """One rule.

    Attributes:
        operation: an operationId, `*` for every operation of the API, or `storage` for downloads.
        probability: with which it applies to a call, 0 to 1.
        nth: apply to the nth matching call only, counted from 1.
        times: apply at most so often.
        status: answer this instead. With `after` the operation acts first, else not at all.
        after: see `status`.
        retry_after: the `Retry-After` header that goes with `status`: seconds or an HTTP date.
        body: what `status` answers: an object is sent as JSON, a text as HTML; default: an error in the API's
            envelope.
        delay: real seconds to wait before the operation acts; its idempotency key is taken meanwhile.
        cut: close the connection without an answer, `before` or `after` the operation acted.
        truncate: announce the whole body, send half of it and close the connection.
        expired: storage only: answer as if the URL had expired.
        wrong_bytes: storage only: send other bytes, as many.
    """

    operation: str = "*"
    probability: float = 1.0
    nth: Optional[int] = None
    times: Optional[int] = None
    status: Optional[int] = None
    after: bool = False
    retry_after: Union[int, str, None] = None
    body: Union[Document, str, None] = None
    delay: float = 0.0
    cut: Optional[str] = None
    truncate: bool = False
    expired: bool = False
    wrong_bytes: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError("probability must be from 0 to 1")
        if self.cut not in (None, "before", "after"):
            raise ValueError("cut must be 'before' or 'after'")
        if self.status is not None and not 200 <= self.status <= 599:
            raise ValueError("status must be from 200 to 599")
        if self.delay < 0 or any(count is not None and count < 1 for count in (self.nth, self.times)):
            raise ValueError("delay must not be negative; nth and times count from 1")
        if (self.expired or self.wrong_bytes) and self.operation != STORAGE:
            raise ValueError("expired and wrong_bytes are for the operation 'storage'")


class Outcome(NamedTuple):
    """What happens to one call: the rules that apply to it."""

    faults: list[Fault]

    @property
    def delay(self) -> float:
        """Real seconds to wait."""
        return sum(fault.delay for fault in self.faults)

    def cuts(self, when: str) -> bool:
        """Whether the connection is closed `before` or `after` the act."""
        return any(fault.cut == when for fault in self.faults)

    def answer(self, *, after: bool) -> Optional[Fault]:
        """The rule whose status is answered instead, before or after the act."""
        return next((fault for fault in self.faults if fault.status is not None and fault.after == after), None)

    def has(self, name: str) -> bool:
        """Whether `truncate`, `expired` or `wrong_bytes` is asked for."""
        return any(getattr(fault, name) for fault in self.faults)


class Faults:
    """The rules in force."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._rules: dict[int, _Rule] = {}
        self._made = 0

    def add(self, fault: Fault) -> int:
        """Put a rule in force; return its number, for `remove`."""
        self._made += 1
        self._rules[self._made] = _Rule(fault, self._chance.rng("fault", self._made))
        return self._made

    def remove(self, number: int) -> bool:
        """Drop one rule; return whether there was such a rule."""
        return self._rules.pop(number, None) is not None

    def clear(self) -> None:
        """Drop all rules."""
        self._rules.clear()

    def list(self) -> builtins.list[Document]:
        """The rules in force with their numbers and how often each applied."""
        return [{"number": n, "applied": rule.applied, **asdict(rule.fault)} for n, rule in self._rules.items()]

    def outcome(self, operation: str) -> Outcome:
        """Count a call of `operation`, and say what happens to it."""
        return Outcome([rule.fault for rule in self._rules.values() if rule.applies(operation)])


def fault_from(values: Document) -> Fault:
    """Read a rule from JSON; raises ValueError for what is none."""
    unknown = sorted(set(values) - {field.name for field in fields(Fault)})
    if unknown:
        raise ValueError(f"a fault has no {', '.join(unknown)}")
    try:
        return Fault(**values)
    except TypeError as error:
        raise ValueError(f"not a fault: {error}") from None


class _Rule:
    def __init__(self, fault: Fault, rng: Random) -> None:
        self.fault, self._rng = fault, rng
        self.seen = self.applied = 0

    def applies(self, operation: str) -> bool:
        fault = self.fault
        if fault.operation != operation and (fault.operation != "*" or operation == STORAGE):
            return False
        self.seen += 1
        chosen = self._rng.random() < fault.probability
        if (
            not chosen
            or fault.nth not in (None, self.seen)
            or (fault.times is not None and self.applied >= fault.times)
        ):
            return False
        self.applied += 1
        return True


def replacement(fault: Fault, request_id: str) -> Any:
    """The body that a fault with a status answers: an object for JSON, a text for HTML."""
    if fault.body is not None:
        return fault.body
    types = {429: "rate_limit_exceeded", 502: "bad_gateway", 503: "service_unavailable", 504: "gateway_timeout"}
    type = types.get(fault.status or 0, "internal_error")
    return {"error": {"type": type, "message": "A fault ordered from the sandbox", "request_id": request_id}}
