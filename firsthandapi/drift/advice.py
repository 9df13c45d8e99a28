"""What a caller must do about a change, where the place where it is met says more than the rule.

Four places are of their own: the header that makes it safe to repeat a call, the header that proves where a webhook
comes from, other headers, and errors, whose Python attributes stand in for what is not sent. A whole body is the fifth.
"""

from __future__ import annotations

import re

from .. import errors
from .change import Change
from .references import Located
from .request import OTHER, bearer_rank
from .rules import IDEMPOTENCY_KEY, PAUSE, RULES, SIGNATURE_HEADER

KEY = {
    "request-parameter-removed": (
        "A repeated call may now act, and be paid, twice. Until you upgrade firsthandapi, which then no longer repeats "
        "it by itself, set `max_retries=0` for it, and after a failure look whether it was done before you call again. "
        "After regenerating alone, methods that take `idempotency_key=` raise TypeError in every call, until they no "
        "longer pass it on."
    ),
    "new-required-request-parameter": (
        "Upgrade firsthandapi, or regenerate it: then the client sends a key with each call by itself; older "
        "installations send none, and get a 400."
    ),
    "new-optional-request-parameter": (
        "Once you upgrade, the client sends a key, and repeats the call where its failure may pass."
    ),
}
"""On the header `Idempotency-Key`, by rule."""
OWN_KEYS = "Look at keys of your own: others are refused with a 400. What the client makes is a UUID of 36 characters."
UNSIGNED = (
    "Verification fails: `construct_event` looks for X-FirstHandAPI-Signature and X-FirstHand-Signature, and where "
    "neither comes it refuses every delivery with FirstHandSignatureError. Upgrade firsthandapi; until then, if the "
    "signature is made as before, pass the value of its new header to `verify_webhook_signature` yourself."
)
OTHERWISE_SIGNED = (
    "Verification may fail: `construct_event` and `verify_webhook_signature` expect `t=<Unix seconds>,v1=<hex>` in "
    "this header, and refuse the rest. Upgrade firsthandapi, and do not act on deliveries that it refuses."
)
HEADER = "Read it with `headers.get(...)`: `headers[...]` raises KeyError where it is not sent."
REQUEST_ID = "Be ready for `request_id` None in raw responses, and in errors whose body has none."
BACKS_OFF = "the client's own retries back off by up to 8 s."
NO_PAUSE = f"Be ready for `retry_after` None in FirstHandRateLimitError, and choose a pause yourself; {BACKS_OFF}"
"""On an error without the header Retry-After whose class has what it says as an attribute; the others have it not."""
NO_PAUSE_HEADER = f"{HEADER[:-1]}; {BACKS_OFF}"
WAIT = (
    "Nothing where it is a number of seconds or an HTTP date: the client's own pauses take both{attribute}; anything "
    "else counts as none. Look at code of yours that reads the header itself."
)
"""On another type of the header Retry-After."""
FALLBACKS = {
    "message": "`message` in words of our own",
    "type": "`type` 'unknown'",
    "request_id": "`request_id` from the header X-Request-Id or None",
    "details": "`details` empty",
}
"""What an error has in the place of each field that is not sent."""
CURSOR = (
    "Take no more than the first page: a service that ignores the cursor sends this page again, and then lists that go "
    "on, and downloads, raise FirstHandPaginationError; one that refuses it answers 400. Upgrade firsthandapi."
)
CURSOR_CAME = (
    "Count on the first page only: a cursor that is no text is not followed, and lists and downloads end after that "
    'page with no error. Upgrade firsthandapi; until then pass `cursor=page["next_cursor"]` to go on.'
)
"""On another type of the cursor in an answer ..."""
CURSOR_RULES = ("response-property-type-changed", "response-property-type-generalized")
"""... by these rules."""
ERROR = {
    "removed": "Stop counting on it: nothing raises, but where it is not sent the error has {fallback}.",
    "became-optional": "Be ready for errors without it: nothing raises, but then the error has {fallback}.",
    "became-nullable": "Be ready for errors without it: nothing raises, but then the error has {fallback}.",
    "became-write-only": "Stop counting on it: nothing raises, but the error has {fallback}.",
    "type-changed": "Stop counting on its form: nothing raises, but {form}.",
    "type-generalized": "Stop counting on its form: nothing raises, but {form}.",
    "media-type-renamed": "Look at code of yours that asks for the media type: the client reads JSON by any name.",
    "media-type-removed": (
        "Stop counting on what errors say, unless it still is JSON: their class, `status` and `headers` stay, but "
        "`message` is in words of our own, `type` 'unknown' and `details` empty."
    ),
}
"""On the bodies of errors and their fields, by kind."""
FORMS = {"details": "where it is no list of objects `details` is empty"}
FORM = "the error has it as text"
EXCHANGED: dict[str, str] = {
    "request": "Stop passing what it lacks, and pass what it needs: else the service answers 400.",
    "error": "Stop counting on what it lacks: nothing raises, but where it is not sent the error has {fallback}.",
    "": (
        "Stop reading what it lacks: until you upgrade that raises MissingFieldError, or gives None where it was "
        "optional; afterwards values are of another class. What it adds can be read by key."
    ),
}
"""On a schema that another one took the place of, with other fields, by the part that has it."""
DETAIL = "Read it with `.get(...)`: each of `error.details` is a plain dict, whose `[...]` raises KeyError."
BODY = {
    "response-body-removed": (
        "Expect nothing from this method: until you upgrade, an answer without a body raises "
        "FirstHandUnexpectedAnswerError, though the call was done."
    ),
    "response-body-type-changed": (
        "Upgrade firsthandapi, or regenerate it: an answer that is no JSON object raises "
        "FirstHandUnexpectedAnswerError, though the call was done."
    ),
    "response-body-became-nullable": (
        "Be ready for FirstHandUnexpectedAnswerError, though the call was done, where the answer is null."
    ),
    "event-body-removed": "Stop calling `construct_event`: without a body it raises FirstHandSignatureError.",
    "event-body-type-changed": (
        "Upgrade firsthandapi: for a body that is no JSON object `construct_event` raises FirstHandSignatureError."
    ),
}
"""On whole bodies, by rule."""
NEW_BEARER = (
    "Get an access token of the new kind and pass it as `api_key=`, or in FIRSTHAND_API_KEY: the client sends it as "
    "`Authorization: Bearer`, and knows nothing of where tokens come from and when they end."
)
"""On a security scheme that wants the header which the client sends, with something else in it."""
OTHER_AUTHORIZATION = (
    "Get credentials of the new kind, and a version of firsthandapi that sends them: until then every call answers "
    "401, since the client sends `Authorization: Bearer` and lets nobody put anything else there."
)
"""On a security scheme that wants the header which the client keeps to itself, without the word Bearer."""
NEEDED = {
    "new-required-request-property": (
        "Upgrade firsthandapi once its methods take it, and pass it in every call; without it the service answers 400. "
        "After regenerating alone, methods that have no keyword for it raise FirstHandArgumentError, and the generated "
        "class that it belongs to raises TypeError without it; nothing is sent."
    ),
    "new-required-request-parameter": (
        "Upgrade firsthandapi once its methods take it, and pass it in every call; without it the service answers 400. "
        "After regenerating alone, methods that have no keyword for it raise FirstHandArgumentError or TypeError, and "
        "send nothing."
    ),
}
"""On what must be passed from now on, by rule."""


def advised(change: Change) -> str:
    """Return what a caller must do, in a sentence or two; empty: nothing."""
    return _of_place(change) or RULES[change.rule].advice


def _of_place(change: Change) -> str:
    parts = {use.part for use in change.uses}
    names = {use.path[0].lower() for use in change.uses if use.path}
    if parts == {"parameter"} and names == {IDEMPOTENCY_KEY}:
        return KEY.get(change.rule) or (OWN_KEYS if change.level == "risky" else "")
    if RULES[change.rule].level == "compatible":
        return ""
    if change.rule == "security-scheme-changed":
        return _of_scheme(change)
    if change.rule == "request-parameter-removed" and names == {"cursor"}:
        return CURSOR
    if change.rule.startswith("response-non-success-status-"):
        return _of_status(str(change.old))
    goes = change.rule.endswith(("-removed", "-became-optional"))
    if change.rule.startswith("event-header-") and all(map(SIGNATURE_HEADER.search, names)):
        return UNSIGNED if goes else OTHERWISE_SIGNED
    if change.rule == "response-header-type-changed" and names == {PAUSE}:
        attribute = ", and so does `retry_after` of FirstHandRateLimitError" if _is_limit(change) else ""
        return WAIT.format(attribute=attribute)
    if change.rule.startswith(("response-header-", "event-header-")):
        return _of_header(change, names) if goes else ""
    if change.rule == "schema-replaced" and change.level == "breaking":
        (part, *others) = parts
        text = EXCHANGED.get("" if others else part, EXCHANGED[""])
        return text.format(fallback=_fallback(change))
    if parts == {"error"}:
        if goes and all(use.path[:2] == ("error", "details") and len(use.path) > 3 for use in change.uses):
            return DETAIL
        text = ERROR.get(re.sub("response-(?:body|property)-", "", change.rule), "")
        return text.format(fallback=_fallback(change), form=", ".join(sorted(_forms(change))))
    if change.rule in CURSOR_RULES and all(use.path == ("next_cursor",) for use in change.uses):
        return CURSOR_CAME
    return BODY.get(change.rule) or NEEDED.get(change.rule, "")


def _of_scheme(change: Change) -> str:
    scheme = Located(change.new, "")
    if bearer_rank(scheme) < OTHER:
        return NEW_BEARER
    kept = scheme.get("type") == "http" or str(scheme.get("name")).lower() == "authorization"
    return OTHER_AUTHORIZATION if kept else ""


def _of_header(change: Change, names: set[str]) -> str:
    """What to do where a header is sent no more, or not always."""
    if names == {"x-request-id"}:
        return REQUEST_ID
    if names == {PAUSE} and {use.part for use in change.uses} == {"error"}:
        return NO_PAUSE if _is_limit(change) else NO_PAUSE_HEADER
    return HEADER


def _is_limit(change: Change) -> bool:
    """Whether errors have what a change of the header Retry-After is about as an attribute."""
    return any(use.status in (None, "429") for use in change.uses)


def _fallback(change: Change) -> str:
    """What an error has in the place of the fields that a change is about."""
    fields = {name for use in change.uses for name in use.path[1:2]}
    *others, last = [text for name, text in FALLBACKS.items() if name in fields] or FALLBACKS.values()
    return f"{', '.join(others)} and {last}" if others else last


def _forms(change: Change) -> set[str]:
    return {FORMS.get("".join(use.path[1:2]), FORM) for use in change.uses}


def _of_status(status: str) -> str:
    """What to do where an error has this status no more."""
    cls = errors.class_of(int(status)) if status.isdigit() else errors.FirstHandApiError
    if cls is errors.FirstHandApiError:
        return ""
    return (
        f"Look at each `except {cls.__name__}`: it stops matching where this error now comes as another class. What "
        "the service says stays in `message`; `status` is the new one."
    )
