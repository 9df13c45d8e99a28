"""Every kind of change, how bad it is, and what a caller must do about it.

A *kind* is what happened to a thing: `became-required`. A *subject* is what it happened to: `request-property`.
Together they are the rule: `request-property-became-required`. What goes into the service (requests) may become wider
without harm, what comes out (answers and events) may become narrower: hence two levels for a kind. The words are
oasdiff's where it has one; the levels are for callers of a Python package, so what only renames a Python name is
breaking too. An enum value that is no longer answered is risky, not compatible: code that waits for it waits in vain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, Optional

from attrs import frozen

from .change import Level, Part

Direction = Literal["in", "out"]
RANK: dict[Level, int] = {"breaking": 0, "risky": 1, "compatible": 2}

INTO = ("request-parameter", "request-body", "request-property")
OUT = ("response-header", "response-body", "response-property", "event-header", "event-body", "event-property")


@frozen
class Rule:
    """A kind of change to a subject."""

    id: str
    level: Level
    advice: str
    """What a caller must do, in one sentence; empty: nothing."""


AUTH_TEXT, RATE_TEXT, SIGNATURE_TEXT = "auth-text-changed", "rate-limit-text-changed", "webhook-signature-text-changed"
SIGNATURE_HEADER = re.compile("signature", re.IGNORECASE)
"""Headers with this in their name prove where a webhook comes from."""
IDEMPOTENCY_KEY = "idempotency-key"
"""The header, in lower case, that makes it safe to repeat a call: the client sends one with each call that takes it."""

PAUSE = "retry-after"
"""The header, in lower case, that says how long to wait: the client reads it as a number or as an HTTP date."""


def paused(status: Optional[str], part: Part, path: Sequence[str]) -> Optional[str]:
    """Return the status of an error, where what is met is the header that says how long to wait; else None."""
    return status if part == "error" and [name.lower() for name in path] == [PAUSE] else None


PAUSE_LEVELS: dict[str, Level] = {"type-changed": "risky", "type-generalized": "risky"}
"""How bad it is, by kind, where the value of this header has another type, but a single one still."""

_UPGRADE = "Upgrade firsthandapi, or regenerate it"
_CHECK_SENT = "Look at the values that you send: those outside the new limit are refused with a 400."
_CHECK_FORM = "Look at the values that you send: those that do not have the new form are refused with a 400."
_OLD_FORM = "Look at whatever counts on the old form of the value."
_NOTHING = ""

# kind, level in requests, what to do there, level in answers, what to do there
Row = tuple[str, Level, str, Level, str]
_OF_FIELDS: tuple[Row, ...] = (
    ("removed", "breaking", "Stop passing this argument; the service ignores it, or answers 400.",
     "breaking", "Stop reading this; it is not sent any more, and reading it raises MissingFieldError, or gives "
     "None where it was optional."),
    ("added", "compatible", _NOTHING, "compatible", _NOTHING),
    ("added-required", "breaking", f"{_UPGRADE}, and pass it in every call; without it the service answers 400.",
     "compatible", _NOTHING),
    ("became-required", "breaking", "Pass it in every call; without it the service answers 400.",
     "compatible", _NOTHING),
    ("became-optional", "compatible", _NOTHING,
     "breaking", "Be ready for an answer without it: reading it raises MissingFieldError, and gives None once you "
     "upgrade."),
    ("became-read-only", "breaking", "Stop passing this argument; only the service sets it now.",
     "compatible", _NOTHING),
    ("became-not-read-only", "compatible", _NOTHING, "compatible", _NOTHING),
    ("became-write-only", "compatible", _NOTHING, "breaking", "Stop reading this; it is not sent any more."),
    ("became-not-write-only", "compatible", _NOTHING, "compatible", _NOTHING),
)  # fmt: skip
_OF_VALUES: tuple[Row, ...] = (
    ("became-nullable", "compatible", _NOTHING, "breaking", "Check for None before you use the value."),
    ("became-not-nullable", "breaking", "Stop sending null, as in `{\"field\": None}`: pass a value, or leave it out "
     "where it is optional.", "compatible", _NOTHING),
    ("type-changed", "breaking", "Pass a value of the new type.",
     "breaking", "Treat the value as the new type; older installations hand it through as it comes."),
    ("type-generalized", "compatible", _NOTHING,
     "breaking", "Be ready for values of the wider type before you calculate or compare with it."),
    ("type-specialized", "breaking", "Pass values of the narrower type only.", "compatible", _NOTHING),
    # Breaking where the form has a Python type of its own, such as datetime for date-time.
    ("format-changed", "risky", "Pass the value in the new form.",
     "risky", "Expect text in another form, and another Python type after regenerating if a form has its own."),
    ("format-removed", "compatible", "Pass text now where a Python type such as datetime was asked for.",
     "risky", "Do not count on the form of the text: after regenerating it is a plain str."),
    ("format-added", "risky", _CHECK_FORM,
     "risky", "Expect a Python type of its own after regenerating, such as datetime for date-time."),
    ("numeric-format-changed", "compatible", _NOTHING, "compatible", _NOTHING),
    ("pattern-changed", "risky", _CHECK_FORM, "risky", "Look at whatever takes the text apart or compares it."),
    ("pattern-added", "risky", _CHECK_FORM, "compatible", _NOTHING),
    ("pattern-removed", "compatible", _NOTHING, "risky", "Look at whatever takes the text apart or compares it."),
    ("enum-value-added", "compatible", _NOTHING,
     "risky", "Add a branch for the new value wherever you list the known ones."),
    ("enum-value-removed", "breaking", "Stop passing this value; the service answers 400.",
     "risky", "Stop waiting for this value: a comparison with it is never true again."),
    ("became-enum", "breaking", "Pass one of the listed values only.", "compatible", _NOTHING),
    ("became-not-enum", "compatible", _NOTHING, "risky", "Be ready for any value, not only for those listed before."),
    ("enum-opened", "compatible", _NOTHING, "risky", "Keep a branch for values that are not known yet."),
    ("enum-closed", "compatible", _NOTHING, "compatible", _NOTHING),
    ("default-value-changed", "risky", "Pass the value yourself if you count on the old default.",
     "compatible", _NOTHING),
    ("default-value-added", "risky", "Pass the value yourself if you count on what happened without one.",
     "compatible", _NOTHING),
    ("default-value-removed", "risky", "Pass the value yourself if you count on the old default.",
     "compatible", _NOTHING),
    ("one-of-added", "compatible", _NOTHING, "risky", "Add a branch for the new kind of value."),
    ("one-of-removed", "breaking", "Stop passing this kind of value.",
     "risky", "Stop waiting for this kind of value: it is not sent any more."),
    ("discriminator-changed", "breaking", "Name the kind of value by the new field.",
     "breaking", "Tell the kinds of value apart by the new field."),
    ("additional-properties-removed", "breaking", "Pass the named fields only; the service refuses others.",
     "compatible", _NOTHING),
    ("additional-properties-added", "compatible", _NOTHING, "compatible", _NOTHING),
    ("constraint-changed", "risky", _CHECK_FORM, "risky", _OLD_FORM),
    ("constraint-added", "risky", _CHECK_FORM, "compatible", _NOTHING),
    ("constraint-removed", "compatible", _NOTHING, "risky", _OLD_FORM),
    ("deprecated", "compatible", "Plan to do without it.", "compatible", "Plan to do without it."),
    ("not-deprecated", "compatible", _NOTHING, "compatible", _NOTHING),
)  # fmt: skip
_OF_BODIES: tuple[Row, ...] = (
    ("media-type-removed", "breaking", "Wait for a version of firsthandapi that sends the new form: it sends JSON, "
     "which is refused now, and regenerating does not change that.",
     "breaking", "Wait for a version of firsthandapi that reads the new form: it reads JSON, whatever its media type "
     "is called; any other answer raises FirstHandUnexpectedAnswerError, though the call was done."),
    ("media-type-added", "compatible", _NOTHING, "compatible", _NOTHING),
)  # fmt: skip

BODY_KINDS: dict[str, tuple[str, ...]] = {
    "request-body": ("added", "added-required", "became-required", "became-optional"),
    "response-body": ("removed", "added"),
    "event-body": ("removed", "added", "added-required"),
}
"""What can happen to whole bodies of all that can happen to fields."""
LIMITS = {
    "minimum": "min", "exclusiveMinimum": "exclusive-min", "minLength": "min-length", "minItems": "min-items",
    "minProperties": "min-properties", "maximum": "max", "exclusiveMaximum": "exclusive-max",
    "maxLength": "max-length", "maxItems": "max-items", "maxProperties": "max-properties",
    "multipleOf": "multiple-of", "uniqueItems": "unique-items",
}  # fmt: skip
"""oasdiff's word for each keyword that limits a value."""
_WIDER = "Be ready for values outside of the old limit."

# rule, level, what to do
_OF_OPERATIONS: tuple[tuple[str, Level, str], ...] = (
    ("operation-removed", "breaking", "Stop calling this method; the service answers 404, 405 or 410."),
    ("operation-added", "compatible", "Call it through the generated module until a method wraps it."),
    ("operation-id-changed", "breaking", "Use the new name where you call the generated module, or compare "
     "`error.operation_id`; methods of the client keep theirs."),
    ("operation-tag-changed", "breaking", "Import the generated function from its new module; methods of the client "
     "stay."),
    ("operation-deprecated", "compatible", "Plan to do without this method."),
    ("operation-not-deprecated", "compatible", _NOTHING),
    ("path-changed", "breaking", f"{_UPGRADE}; older installations call a path that is gone, and get a 404."),
    ("method-changed", "breaking", f"{_UPGRADE}; older installations use a method that is refused with a 405."),
    ("path-parameter-renamed", "breaking", "Use the new name where you pass it by keyword to the generated module; "
     "what is sent stays the same."),
    ("request-parameter-style-changed", "breaking", "Leave the argument out until a version of firsthandapi writes it "
     "in the new form; regenerating alone does not."),
    # What is escaped means the same as what need not be, and a single value looks the same in most styles.
    ("request-parameter-encoding-changed", "compatible", _NOTHING),
    ("request-body-removed", "breaking", "Stop passing the fields of the body."),
    ("schema-renamed", "breaking", "Use the new name of the class where you import or annotate it, once you upgrade; "
     "what is sent and answered stays the same."),
    # Breaking where it lacks or needs a field.
    ("schema-replaced", "risky", "Look at annotations and isinstance checks: values are of another class."),
    ("response-success-status-removed", "breaking", "Look at code that compares `RawResponse.status`, and at "
     "`drift=\"raise\"`, which raises for a status that it does not know; else every 2xx is a success to the client."),
    ("response-success-status-added", "risky", "Look at what the new status means, and whether it has the same body."),
    ("response-non-success-status-removed", "risky", "Look at handlers of this error: it may come as another one."),
    ("response-non-success-status-added", "compatible", "Handle it if your code lists the errors that it expects."),
    # Compatible for errors, and where what the client asks for is left.
    ("response-body-media-type-renamed", "risky", "Nothing as long as the service answers calls that ask for "
     "`application/json`, as the client does: it reads JSON, whatever its media type is called. If such a call is "
     "answered with a 406, pass `Client(headers={\"Accept\": ...})` with the new media type."),
    ("event-body-media-type-renamed", "risky", "Let your receiver accept the new media type; `construct_event` reads "
     "JSON, whatever that is called."),
    ("security-scheme-changed", "breaking", "Get credentials of the new kind, and a version of firsthandapi that sends "
     "them: until then every call answers 401, unless the new header is in `Client(headers=...)`."),
    ("operation-security-added", "breaking", f"{_UPGRADE}: then the client's key is sent with this call, too; older "
     "installations send none, and get a 401."),
    ("operation-security-changed", "breaking", "Get the credentials or scopes that are now asked for; where they are "
     "no API key, wait for a version of firsthandapi that sends them."),
    ("operation-security-removed", "compatible", _NOTHING),
    ("operation-security-widened", "compatible", _NOTHING),
    ("operation-scope-added", "breaking", "Give your API key this scope; without it the call answers 403."),
    ("operation-scope-removed", "compatible", _NOTHING),
    ("server-removed", "risky", "Set FIRSTHAND_BASE_URL or base_url= if the old address stops answering."),
    ("server-added", "compatible", _NOTHING),
    ("server-path-changed", "risky", "Nothing as long as you keep this installation: its calls end where they did, "
     "unless another line says otherwise. With one made from the new contract, let `base_url=` or FIRSTHAND_BASE_URL, "
     "and what is taken for them where you set neither, be the new address."),
    ("operation-server-changed", "breaking", "Call it through a second `Client(base_url=...)` with the new address, if "
     "you trust it with your key: a client sends all its calls to one address, where this one may now answer 404."),
    ("idempotency-key-became-required", "compatible", _NOTHING),  # the client sends one with each call that takes it
    (AUTH_TEXT, "risky", "Read the new text: how to authenticate, or what your key may do, may have changed."),
    (RATE_TEXT, "risky", "Read the new text: how often, or how much at once, you may call may have changed."),
    # Breaking where the text names something new that a signature is made of.
    (SIGNATURE_TEXT, "risky", "Read the new text: if deliveries are signed in another way, `construct_event` and "
     "`verify_webhook_signature` refuse them all until you upgrade firsthandapi. Do not act on what they refuse."),
    ("api-version-changed", "compatible", _NOTHING),
    ("event-removed", "breaking", "Stop waiting for this event; take its news from somewhere else."),
    ("event-added", "compatible", "Subscribe to it if you want it; handlers must ignore types that they do not know."),
    ("event-renamed", "breaking", "Listen for the new type of event; until you upgrade, its `data` is plain JSON."),
    ("event-method-changed", "breaking", "Let your receiver accept the new method."),
    ("event-answer-removed", "risky", "Let your receiver answer with one of the statuses that are left: any other one "
     "may count as a failure, and the event comes again."),
    ("event-answer-added", "compatible", _NOTHING),
    ("event-security-changed", "risky", "Look at what your receiver, or a proxy before it, asks of a delivery beside "
     "its signature: `construct_event` looks at the signature only."),
)  # fmt: skip


def rule_id(subject: str, kind: str) -> str:
    """Return the rule for what happened to a subject.

    Args:
        subject: One of `INTO` or `OUT`; empty for a kind that is a rule by itself.
        kind: What happened: `removed`.
    """
    if not subject:
        return kind
    if kind == "added" and subject in INTO:
        return f"new-optional-{subject}"
    if kind == "added-required":
        return f"new-required-{subject}" if subject in INTO else f"{subject}-added"
    return f"{subject}-{kind}"


def _rules() -> Iterator[Rule]:
    for subjects, column in ((INTO, 1), (OUT, 3)):
        for subject in subjects:
            of_fields = (
                [row for row in _OF_FIELDS if row[0] in BODY_KINDS[subject]] if subject in BODY_KINDS else _OF_FIELDS
            )
            for row in (*of_fields, *_OF_VALUES, *(_OF_BODIES if subject in BODY_KINDS else ())):
                level: Level = row[1] if column == 1 else row[3]
                yield Rule(rule_id(subject, row[0]), level, row[column + 1])
            for word in LIMITS.values():
                for change, tightens in _limit_changes(word):
                    if column == 1:
                        yield Rule(
                            f"{subject}-{word}-{change}", *(("risky", _CHECK_SENT) if tightens else ("compatible", ""))
                        )
                    else:
                        yield Rule(
                            f"{subject}-{word}-{change}", *(("compatible", "") if tightens else ("risky", _WIDER))
                        )
    for rule, level, advice in _OF_OPERATIONS:
        yield Rule(rule, level, advice)


def _limit_changes(word: str) -> Iterator[tuple[str, bool]]:
    """What can happen to a limit, and whether that leaves fewer values."""
    yield "set", True
    yield "removed", False
    if word != "unique-items":
        yield "increased", not word.startswith(("max", "exclusive-max"))
        yield "decreased", word.startswith(("max", "exclusive-max"))


RULES: dict[str, Rule] = {rule.id: rule for rule in _rules()}
