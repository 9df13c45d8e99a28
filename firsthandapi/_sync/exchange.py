# Derived from _async/exchange.py by `make regenerate`. Edit that file.
"""One call over the wire: attempts, pauses, one deadline, then an answer or an error.

What to do after a failure is decided in `_retry`, how to send in `_http`; this module only connects the two.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple, NoReturn, Optional
from uuid import uuid4

from firsthandapi_generated.client import Call
from firsthandapi_generated.types import UNSET, plain

from .. import _json, _retry, errors
from .._drift import DriftWatch, link_of
from .._http import Answer, Outgoing, Pool, TransportError
from .._log import logger
from .._settings import Settings, user_agent

REPEATABLE_METHODS = frozenset({"GET", "HEAD", "PUT", "PATCH", "DELETE"})


class Exchanged(NamedTuple):
    """The answer to a call, decoded, with what it took to get it."""

    call: Call[Any]
    answer: Answer
    payload: Any
    """The decoded JSON body; None where there was none."""
    attempts: int
    elapsed: float
    """Seconds from the first attempt to the answer."""


class Exchange:
    """Sends calls with one client's settings and pool."""

    def __init__(self, settings: Settings, pool: Pool, budget: _retry.RetryBudget, watch: DriftWatch) -> None:
        self._settings = settings
        self._pool = pool
        self._budget = budget
        self._watch = watch
        self._headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": user_agent(),
            **settings.headers,
        }

    def run(self, call: Call[Any], *, wait_seconds: float = 0.0) -> Exchanged:
        """Send a call until it succeeds or cannot; `wait_seconds` is what the service may hold a long poll for."""
        settings = self._settings
        clock = settings.clock
        request = self._prepare(call)
        repeatable = call.method in REPEATABLE_METHODS or call.takes_idempotency_key
        started = clock.monotonic()
        deadline = started + settings.timeout + wait_seconds
        attempts = 0
        while True:
            attempts += 1
            cause: Optional[TransportError] = None
            answer: Optional[Answer] = None
            # A pause may have lasted longer than it should: a timeout of nothing, or less, is an error of its own.
            remaining = max(0.001, deadline - clock.monotonic())
            try:
                answer = self._pool.send_once(request, min(settings.attempt_timeout + wait_seconds, remaining))
            except TransportError as error:
                cause = error
            elapsed = clock.monotonic() - started
            payload = _decode(answer.content) if answer else None
            if answer and 200 <= answer.status < 300:
                self._budget.give_back(attempts - 1)
                logger.debug("%s: %d in %.3f s, attempt %d", call.operation_id, answer.status, elapsed, attempts)
                done = Exchanged(call, answer, payload, attempts, elapsed)
                if payload is None and answer.content:
                    content_type = answer.headers.get("content-type", "no content type")
                    raise unexpected(f"the answer with status {answer.status} is not JSON but {content_type}", done)
                return done
            now = clock.time()
            decision = _retry.decide(
                _retry.Failure(answer.status, answer.headers, errors.error_body(payload).get("type"))
                if answer
                else _retry.Failure(reached=cause is None or cause.reached),
                retries_made=attempts - 1,
                max_retries=settings.max_retries,
                repeatable=repeatable,
                remaining=deadline - clock.monotonic(),
                now=now,
                budget=self._budget,
            )
            if isinstance(decision, _retry.Stop):
                if answer:
                    # A service that quotes the key in its message must not make us quote it.
                    payload = _decode(answer.content.replace(settings.api_key.reveal().encode(), b"***"))
                done = Exchanged(call, answer or Answer(0, {}, b""), payload, attempts, elapsed)
                self._fail(done, cause, decision.reason, now)
            what = answer.status if answer else cause
            logger.info("%s: %s, again in %.2f s (attempt %d)", call.operation_id, what, decision.delay, attempts)
            clock.sleep(decision.delay)

    def _prepare(self, call: Call[Any]) -> Outgoing:
        headers = {**self._headers, **call.headers}
        if call.authenticated:
            headers["Authorization"] = f"Bearer {self._settings.api_key.reveal()}"
        if call.takes_idempotency_key:
            # One key over all attempts makes a retry safe: the service answers the second with the first's answer.
            headers.setdefault("Idempotency-Key", str(uuid4()))
        content = None
        if call.body is not UNSET:
            headers["Content-Type"] = "application/json"
            content = json.dumps(plain(call.body), allow_nan=False, separators=(",", ":")).encode()
        return Outgoing(call.method, self._settings.base_url + call.path + _query(call.query), headers, content)

    def _fail(self, last: Exchanged, cause: Optional[TransportError], reason: str, now: float) -> NoReturn:
        operation = last.call.operation_id
        if cause is None:
            answer = last.answer
            error: errors.FirstHandError = errors.api_error(
                answer.status,
                answer.headers,
                last.payload,
                f"{operation} was answered with status {answer.status}",
            )
            if isinstance(error, errors.FirstHandRateLimitError):
                error.retry_after = _retry.retry_after(answer.headers, now)
            if isinstance(error, errors.FirstHandGoneError):
                error.link = link_of(answer.headers)
            annotated(error, last, reason)
            untold = self._watch.error(operation, answer.headers, last.payload)
            error.__notes__ += [f"drift: {text}" for text in untold]
            raise error
        kind = errors.FirstHandTimeoutError if cause.timed_out else errors.FirstHandConnectionError
        raise annotated(kind(f"{operation}: {cause}"), last, reason) from cause.__cause__ or cause


def _query(values: dict[str, Any]) -> str:
    if not values:
        return ""
    from urllib.parse import urlencode

    spelled = {name: str(value).lower() if isinstance(value, bool) else value for name, value in values.items()}
    return "?" + urlencode(spelled, doseq=True)


def _decode(content: bytes) -> Any:
    try:
        return _json.loads(content) if content else None
    except (ValueError, RecursionError):
        return None


def annotated(error: errors.FirstHandError, last: Exchanged, reason: Optional[str] = None) -> errors.FirstHandError:
    """The same error with what is known of its call: in its attributes, and in notes for the reader."""
    call = last.call
    tries = f"{last.attempts} attempt{'' if last.attempts == 1 else 's'} in {last.elapsed:.2f} s"
    note = f"call: {call.operation_id} ({call.method} {call.path}), {tries}"
    if error.status:
        note += f", status {error.status}, type {error.type}, request {error.request_id or 'unknown'}"
    error.__notes__.append(note)
    if error.retryable and reason:
        error.__notes__.append(f"not tried again: {reason}")
    advice = errors.advice(error)
    if advice:
        error.__notes__.append(f"what to do: {advice}")
    error.operation_id = call.operation_id
    error.attempts = last.attempts
    error.elapsed = last.elapsed
    return error


def unexpected(message: str, done: Exchanged) -> errors.FirstHandError:
    """The error for a 2xx answer that is not what it should be."""
    headers = done.answer.headers
    error = errors.FirstHandUnexpectedAnswerError(
        message,
        status=done.answer.status,
        type="unexpected_answer",
        request_id=headers.get("x-request-id"),
        headers=headers,
    )
    return annotated(error, done)
