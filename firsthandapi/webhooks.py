"""Webhooks: check that an event comes from the service, read it, and sign events for tests.

The service signs `<timestamp>.<raw body>` with HMAC-SHA256 and sends `t=<Unix seconds>,v1=<hex>` in a header, so the
body must be checked exactly as it arrived: JSON that was parsed and written again is other bytes. While a secret is
rotated a header may have several `v1`, and you may have several secrets; one that fits is enough.

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
from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union, cast

from firsthandapi_generated import models
from firsthandapi_generated.limits import EVENTS

from .errors import FirstHandSignatureError

TOLERANCE_SECONDS = 300.0
SIGNATURE_HEADERS = ("x-firsthandapi-signature", "x-firsthand-signature")
"""Both spellings are documented; names are compared in lower case."""
LONGEST_HEADER = 4096

WEBHOOK_EVENT_TYPES: tuple[str, ...] = tuple(EVENTS)
"""All types of events in the contract; the service may send newer ones."""

Event = Union[
    "models.SubmissionScoredEvent",
    "models.SubmissionEvent",
    "models.JobEvent",
    "models.CreditTransactionEvent",
    "models.CreditBalanceEvent",
    "models.WebhookEvent",
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


def verify_webhook_signature(
    payload: Union[bytes, str],
    signature: str,
    secret: Union[str, Sequence[str]],
    tolerance_seconds: float = TOLERANCE_SECONDS,
    *,
    now: Optional[float] = None,
) -> bool:
    """Check that a webhook request comes from the service and is fresh.

    Args:
        payload: The request's body as it arrived, bytes if you can (text is taken as UTF-8).
        signature: The header `X-FirstHandAPI-Signature`, or `X-FirstHand-Signature`.
        secret: The endpoint's signing secret, `whsec_...`; several while one is being rotated.
        tolerance_seconds: How far the signature's time may be from now, in either direction.
        now: The time in Unix seconds. Default: the clock; give it in tests.

    Returns:
        True; anything else is an error, so that a forgotten `if` lets nothing pass.

    Raises:
        FirstHandSignatureError: Also a `ValueError`; its text says which step failed.
    """
    body = _bytes(payload)
    timestamp, digests = _parts(signature)
    age = (time.time() if now is None else now) - timestamp
    if not abs(age) <= tolerance_seconds:
        when = "old" if age > 0 else "far in the future"
        raise FirstHandSignatureError(
            f"the signature is too {when}: {abs(age):.0f} s, allowed are {tolerance_seconds:g} s"
        )
    expected = [_digest(body, timestamp, one) for one in _secrets(secret)]
    # No early end: the time that this takes must not tell which secret or how much of it fits.
    matches = [hmac.compare_digest(mine, theirs) for mine in expected for theirs in digests]
    if not any(matches):
        raise FirstHandSignatureError(
            "the signature does not match the body: is it the raw body, and the secret of this endpoint?"
        )
    return True


def construct_event(
    payload: Union[bytes, str],
    headers: Mapping[str, Any],
    secret: Union[str, Sequence[str]],
    tolerance_seconds: float = TOLERANCE_SECONDS,
    *,
    now: Optional[float] = None,
) -> Event:
    """Check a webhook request and read its event.

    Args:
        payload: The request's body as it arrived.
        headers: The request's headers, names in any case.
        secret, tolerance_seconds, now: As in `verify_webhook_signature`.

    Returns:
        The event, typed by its `type`; also a mapping of the JSON as it came.

    Raises:
        FirstHandSignatureError: The signature is missing or wrong, or what is signed is not an event.
    """
    body = _bytes(payload)
    verify_webhook_signature(body, signature_of(headers), secret, tolerance_seconds, now=now)
    try:
        event: Any = json.loads(body)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise FirstHandSignatureError("the signature is right, but the body is not a JSON object")
    wire = cast("dict[str, Any]", event)
    model: Any = getattr(models, _MODEL_BY_TYPE.get(str(wire.get("type")), "WebhookEvent"))
    constructed: Event = model.from_dict(wire)
    return constructed


def signature_of(headers: Mapping[str, Any]) -> str:
    """The signature among a request's headers, whichever spelling is there.

    Raises `FirstHandSignatureError` if there is none.
    """
    lowered = {str(name).lower(): value for name, value in headers.items()}
    for name in SIGNATURE_HEADERS:
        value = lowered.get(name)
        if isinstance(value, bytes):
            value = value.decode("latin-1")
        if isinstance(value, str):
            return value
    raise FirstHandSignatureError("there is no header X-FirstHandAPI-Signature or X-FirstHand-Signature")


def sign(payload: Union[bytes, str], *, secret: str, timestamp: Optional[int] = None) -> str:
    """The header that the service would send with a body; for tests of a receiver.

    Args:
        payload: The body.
        secret: The endpoint's signing secret.
        timestamp: Unix seconds. Default: now.
    """
    moment = int(time.time()) if timestamp is None else timestamp
    return f"t={moment},v1={_digest(_bytes(payload), moment, secret).decode()}"


def _bytes(payload: object) -> bytes:
    if isinstance(payload, str):
        return payload.encode("utf-8", "surrogatepass")
    if isinstance(payload, (bytes, bytearray)):
        return bytes(payload)
    raise FirstHandSignatureError(f"the payload must be the raw body in bytes, not {type(payload).__name__}")


def _parts(signature: object) -> tuple[int, list[bytes]]:
    if not isinstance(signature, str) or len(signature) > LONGEST_HEADER:
        raise FirstHandSignatureError("the signature header is not text of a sensible length")
    pairs = [part.strip().partition("=") for part in signature.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    digests = [value.encode() for name, _, value in pairs if name == "v1" and re.fullmatch(r"[0-9a-f]{64}", value)]
    if len(times) != 1 or not re.fullmatch(r"[0-9]{1,12}", times[0]):
        raise FirstHandSignatureError("the signature header has no time: expected t=<Unix seconds>,v1=<hex>")
    if not digests:
        raise FirstHandSignatureError(
            "the signature header has no v1 of 64 hex digits: expected t=<Unix seconds>,v1=<hex>"
        )
    return int(times[0]), digests


def _secrets(secret: object) -> list[str]:
    found = [secret] if isinstance(secret, str) else secret
    secrets = [*cast("Sequence[object]", found)] if isinstance(found, Sequence) else []
    if not secrets or not all(isinstance(one, str) and one for one in secrets):
        raise FirstHandSignatureError("the secret is missing: pass the endpoint's whsec_... secret")
    return [str(one) for one in secrets]


def _digest(body: bytes, timestamp: int, secret: str) -> bytes:
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest().encode()
