"""Webhooks: check that an event comes from the service, read it, and sign events for tests.

Words: the *payload* is the raw body of a webhook request; the *signature* is its header, `t=<Unix seconds>,v1=<hex>`;
each `v1` is a *digest*, the HMAC-SHA256 of `<t>.<payload>` under the endpoint's whole *secret*, `whsec_...`.

So the body must be checked exactly as it arrived: JSON that was parsed and written again is other bytes. While a secret
is rotated a header may have several `v1`, and you may have several secrets; one digest that fits is enough.

Sources: the service's PyPI page and its published package 0.1.0 (format, tolerance, `X-FirstHandAPI-Signature`), its
webhook guide (types of events, `X-FirstHand-Signature`). Several `v1` in a header are inferred.

>>> secret, body = "whsec_example", b'{"type":"job.completed"}'
>>> header = sign(body, secret=secret, timestamp=1774966928)
>>> verify_webhook_signature(payload=body, signature=header, secret=secret, now=1774966930)
True
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterable, Sequence
from typing import Any, Optional, Protocol, Union, cast

from firsthandapi_generated import models as generated
from firsthandapi_generated.limits import EVENTS

from . import models
from ._drift import Drift, DriftWatch, fault
from .errors import FirstHandArgumentError, FirstHandDriftError, FirstHandSignatureError

TOLERANCE_SECONDS = 300.0
"""How far the time of a signature may be off by default: five minutes, as documented."""
SIGNATURE_HEADERS = ("x-firsthandapi-signature", "x-firsthand-signature")
"""Both spellings are documented; names are compared in lower case."""
LONGEST_HEADER = 4096
"""Characters of a signature that are looked at; a longer one is refused. The limit is ours."""

WEBHOOK_EVENT_TYPES: tuple[str, ...] = tuple(EVENTS)
"""All types of events in the contract; the service may send newer ones."""

Event = Union[
    "generated.SubmissionScoredEvent",
    "generated.SubmissionEvent",
    "models.JobEvent",
    "generated.CreditTransactionEvent",
    "generated.CreditBalanceEvent",
    "generated.WebhookEvent",
]
"""What `construct_event` returns; an event of a newer type is a `WebhookEvent`, whose `data` is plain JSON."""

_MODEL_BY_TYPE: dict[str, str] = {
    "submission.scored": "SubmissionScoredEvent",
    "submission.approved": "SubmissionEvent",
    "submission.rejected": "SubmissionEvent",
    "job.completed": "JobEvent",
    "job.cancelled": "JobEvent",
    "job.flagged": "JobEvent",
    "credits.purchased": "CreditTransactionEvent",
    "credits.auto_topped_up": "CreditTransactionEvent",
    "credits.expired": "CreditTransactionEvent",
    "credits.low_balance": "CreditBalanceEvent",
    "credits.expiring_soon": "CreditBalanceEvent",
}


class HeaderMapping(Protocol):
    """A dict, or what Django, Flask, Starlette or `http.server` hand out."""

    def items(self) -> Iterable[tuple[object, object]]:
        """Names and values, as text or bytes."""
        ...


Headers = Union[HeaderMapping, Iterable[tuple[object, object]]]
"""The headers of a request: a mapping, or pairs of names and values, as in the scope of an ASGI application."""


def verify_webhook_signature(
    payload: Union[bytes, str],
    signature: Union[str, bytes],
    secret: Union[str, Sequence[str]],
    tolerance_seconds: float = TOLERANCE_SECONDS,
    *,
    now: Optional[float] = None,
) -> bool:
    """Check that a webhook request comes from the service and is fresh.

    Args:
        payload: The request's body as it arrived, bytes if you can (text is taken as UTF-8).
        signature: The header `X-FirstHandAPI-Signature`, or `X-FirstHand-Signature`; at most 4096 characters.
        secret: The endpoint's signing secret, `whsec_...`; several while one is being rotated.
        tolerance_seconds: How many seconds the signature's time may be from now, in either direction, 0 or more;
            `math.inf` for an event that you kept. Default: 300.
        now: The time in Unix seconds. Default: the clock; give it in tests.

    Returns:
        True; anything else is an error, so that a forgotten `if` lets nothing pass.

    Raises:
        FirstHandSignatureError: Also a `ValueError`; its text says which step failed, and has nothing secret in it.

    Source: the service's PyPI page; `now`, several secrets and bytes for `signature` are ours.
    """
    body, secrets = _bytes(payload), _secrets(secret)
    moment, digests = _parts(signature)
    # Written so that NaN fails too.
    if not tolerance_seconds >= 0:
        raise FirstHandSignatureError(f"tolerance_seconds must be 0 or more, not {tolerance_seconds}")
    age = (time.time() if now is None else now) // 1 - int(moment)
    if not abs(age) <= tolerance_seconds:
        when = "old" if age > 0 else "far in the future"
        raise FirstHandSignatureError(
            f"the signature is too {when}: {abs(age):.0f} s, allowed are {tolerance_seconds:g} s"
        )
    expected = [_digest(body, moment, one) for one in secrets]
    # No early end: the time that this takes must not tell which secret or how much of it fits.
    matches = [hmac.compare_digest(mine, theirs) for mine in expected for theirs in digests]
    if not any(matches):
        raise FirstHandSignatureError(
            "the signature does not match the body: is it the raw body, and the secret of this endpoint?"
        )
    return True


def construct_event(
    payload: Union[bytes, str],
    headers: Headers,
    secret: Union[str, Sequence[str]],
    tolerance_seconds: float = TOLERANCE_SECONDS,
    *,
    now: Optional[float] = None,
    drift: Drift = "warn",
) -> Event:
    """Check a webhook request and read its event.

    >>> body = b'{"id":"evt_1","type":"job.completed","data":{"id":"job_1","files_needed":50}}'
    >>> headers = {"X-FirstHand-Signature": sign(body, secret="whsec_example")}
    >>> event = construct_event(body, headers, "whsec_example")
    >>> event.type, event.data.quantity, event["data"]["id"]
    ('job.completed', 50, 'job_1')

    The same event may come more than once, after a failure or a replay: `event.id` is the same then.

    Args:
        payload: The request's body as it arrived.
        headers: The request's headers, as a mapping or as pairs, names in any case and either spelling; WSGI's
            `HTTP_...` names will do.
        secret, tolerance_seconds, now: As in `verify_webhook_signature`.
        drift: What to do where the event is otherwise than the contract says, or of a type that is not in it: `warn`
            (Python shows a warning once for each line that gives it), `ignore`, `raise`, or a function that is called
            with each `DriftRecord`. Fields that are missing are not told of; they raise `MissingFieldError` when read.

    Returns:
        The event, typed by its `type`; also a mapping of the JSON as it came. One of a type that is newer than this
        package is a `WebhookEvent`, whose `data` can be read all the same.

    Raises:
        FirstHandSignatureError: The signature is missing or wrong, or what is signed is not an event.
        FirstHandDriftError: With `drift="raise"`, an event that is not as the contract says; it is in `parsed`.
        FirstHandArgumentError: `headers` are neither a mapping nor pairs, or `drift` is none of these.

    Source: the service's webhook guide; what `data` holds is documented for `submission.approved` and else inferred.
    """
    reason = fault(drift)
    if reason:
        raise FirstHandArgumentError("drift", reason)
    body = _bytes(payload)
    verify_webhook_signature(body, signature_of(headers), secret, tolerance_seconds, now=now)
    try:
        event: object = json.loads(body)
    except (ValueError, RecursionError):
        event = None
    wire = cast("dict[str, Any]", event) if isinstance(event, dict) else {}
    kind = wire.get("type")
    if not isinstance(kind, str):
        raise FirstHandSignatureError("the signature is right, but the body is not a JSON object with a type")
    name = _MODEL_BY_TYPE.get(kind, "WebhookEvent")
    model: Any = getattr(models, name, None) or getattr(generated, name)
    constructed: Event = model.from_dict(wire)
    differences = DriftWatch(drift).event(kind, wire)
    if differences:
        raise FirstHandDriftError(differences, constructed, wire)
    return constructed


def signature_of(headers: Headers) -> str:
    """The signature among a request's headers, whichever spelling is there.

    Args:
        headers: As in `construct_event`.

    Returns:
        The header's value, unchecked; `X-FirstHandAPI-Signature` where both are there.

    Raises:
        FirstHandSignatureError: There is neither.
        FirstHandArgumentError: The headers are neither a mapping nor pairs.

    Source: the PyPI page has one spelling, the webhook guide the other.
    """
    found = {_text(name).lower().replace("_", "-"): value for name, value in _pairs(headers)}
    for name in SIGNATURE_HEADERS:
        value = _text(found.get(name) or found.get(f"http-{name}"))
        if value:
            return value
    raise FirstHandSignatureError("there is no header X-FirstHandAPI-Signature or X-FirstHand-Signature")


def sign(payload: Union[bytes, str], *, secret: Union[str, Sequence[str]], timestamp: Optional[int] = None) -> str:
    """The header that the service would send with a body; for tests of a receiver.

    Args:
        payload: The body.
        secret: The endpoint's signing secret; several for one `v1` each, as while a secret is rotated.
        timestamp: When it is signed, in Unix seconds. Default: now.

    Returns:
        `t=<timestamp>,v1=<hex>`.

    Raises:
        FirstHandSignatureError: The payload is no body, or there is no secret.

    Source: the format is that of the PyPI page; the function is ours.
    """
    body, secrets = _bytes(payload), _secrets(secret)
    moment = str(int(time.time()) if timestamp is None else timestamp)
    return ",".join([f"t={moment}", *(f"v1={_digest(body, moment, one).decode()}" for one in secrets)])


def _bytes(payload: object) -> bytes:
    if isinstance(payload, str):
        # A lone surrogate is no UTF-8: it must fail by its signature, not here.
        return payload.encode("utf-8", "surrogatepass")
    if isinstance(payload, (bytes, bytearray)):
        return bytes(payload)
    raise FirstHandSignatureError(f"the payload must be the raw body in bytes, not {type(payload).__name__}")


def _pairs(headers: Any) -> list[tuple[object, object]]:
    try:
        pairs: Iterable[tuple[object, object]] = headers.items() if hasattr(headers, "items") else headers
        return [(name, value) for name, value in pairs]
    except (TypeError, ValueError):
        raise FirstHandArgumentError(
            "headers", f"must be a mapping or pairs of names and values, not {type(headers).__name__}"
        ) from None


def _text(header: object) -> str:
    return header.decode("latin-1") if isinstance(header, bytes) else header if isinstance(header, str) else ""


def _parts(signature: object) -> tuple[str, list[bytes]]:
    """The time, as it was signed, and the digests."""
    header = _text(signature)
    if not header:
        raise FirstHandSignatureError("the signature header is missing or empty")
    if len(header) > LONGEST_HEADER:
        raise FirstHandSignatureError(f"the signature header is longer than {LONGEST_HEADER} characters")
    pairs = [part.partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    digests = [value.encode() for name, _, value in pairs if name == "v1" and re.fullmatch(r"[0-9a-f]{64}", value)]
    if len(times) != 1 or not re.fullmatch(r"[0-9]{1,12}", times[0]):
        raise FirstHandSignatureError("the signature header has not one time: expected t=<Unix seconds>,v1=<hex>")
    if not digests:
        raise FirstHandSignatureError(
            "the signature header has no v1 of 64 lower-case hex digits: expected t=<Unix seconds>,v1=<hex>"
        )
    return times[0], digests


def _secrets(secret: object) -> list[str]:
    given: object = [secret] if isinstance(secret, str) else secret
    found = [*cast("Sequence[object]", given)] if isinstance(given, Sequence) else []
    secrets = [one for one in found if isinstance(one, str) and one]
    # Anybody can sign with an empty secret.
    if not secrets or len(secrets) < len(found):
        raise FirstHandSignatureError("the secret is missing: pass the endpoint's whsec_... secret")
    return secrets


def _digest(body: bytes, moment: str, secret: str) -> bytes:
    return hmac.new(_bytes(secret), f"{moment}.".encode() + body, hashlib.sha256).hexdigest().encode()
