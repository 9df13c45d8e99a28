"""Texts that change what a caller must do though no schema shows it: how to authenticate, how often one may call, how
deliveries are signed.

Some texts are *about* one of these by their place, whatever their words: the description of a 401 or 429 answer, of the
header `Retry-After`, of a security scheme, of a webhook's signature. There every change counts. Elsewhere a sentence
counts only if its words speak of it, and only if it is new. Of every sentence only letters and digits do, and of one on
signatures what is quoted as code: how it is set, and in which order, does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Optional

from .change import Level, Part, Use
from .collect import Collector, Finding
from .references import METHODS, Document, Located, mapping, sequence
from .rules import AUTH_TEXT, RATE_TEXT, SIGNATURE_HEADER, SIGNATURE_TEXT, paused
from .untouched import Untouched

TITLES = {AUTH_TEXT: "authentication", RATE_TEXT: "rate limits", SIGNATURE_TEXT: "the signature of webhooks"}

_PERIOD = r"(?:(?:milli)?seconds?|minutes?|hours?|days?|weeks?|months?|min\b|sec\b|[smh]\b)"
_CALL = r"\b(?:requests?|calls?|quer(?:y|ies)|polls?|polling|attempts?|retries|tries|connections?)\b"
_MEASURE = r"\b(?:frames|samples|bits|pixels|words|cents|dollars|credits)"
_KEY = r"\bapi[ -]?keys?\b"
# Operations on keys speak of them all the time; what matters is what one must do with a key.
_RULE = (
    r"\b(?:must|needs?|requir\w+|send|sent|pass|passed|without|using|used?|only|per|each|every|valid|expir\w+|headers?"
    r"|allow\w*|may|can|cannot)\b"
)
# As far as a sentence goes, but not so far that a text of a megabyte takes minutes.
_NEAR = r"[^.]{0,100}?"
WORDS = {
    AUTH_TEXT: re.compile(
        rf"authenticat|authori[sz]|bearer|credential|{_KEY}{_NEAR}{_RULE}|{_RULE}{_NEAR}{_KEY}|`[^`]{{0,100}}?{_KEY}"
        r"|(?<!page )(?<!cursor )\btokens?\b|\bscopes?\b|oauth|openid|\bjwts?\b|\bm?tls\b|signature"
        r"|\bsign(?:s|ed|ing)?[ -]?ins?\b|\blog(?:s|ged|ging)?[ -]?ins?\b"
        r"|permission|privilege|\broles?\b|passwords?|two-factor|\bmfa\b|\b40[13]\b",
        re.IGNORECASE,
    ),
    RATE_TEXT: re.compile(
        r"rate[ -]?limit|throttl|quota|retry-after|\b429\b|too many|\bbursts?\b|concurren|simultaneous"
        r"|in parallel|at (?:the same|a|any one) time|back[ -]?off\b|slow(?:er)? down|fair use"
        rf"|{_CALL}{_NEAR}(?:\blimit|\bper\b|\bevery\b|\beach\b|\b(?:a|an|any) {_PERIOD}|/ ?{_PERIOD})"
        rf"|\blimit\w*\b{_NEAR}{_CALL}|\bbetween {_CALL}|\b\d[\d,.]* {_CALL}|{_CALL}[ -](?:frequency|interval)"
        rf"|\b(?:at most|up to|no more than|a maximum of|only) \d[\d,.]* (?!{_MEASURE}){_NEAR}"
        rf"\b(?:per|each|every|in any|within an?) (?:\w+ )?{_PERIOD}"
        rf"|\b(?:\d[\d,.]*|once|twice|times) (?:(?!{_MEASURE})\w+ )?(?:(?!{_MEASURE})\w+ )?"
        rf"(?:a|an|per|each|every|in any) (?:\w+ )?{_PERIOD}|\bmore (?:often|frequently) than\b|\b\d+ ?/ ?{_PERIOD}",
        re.IGNORECASE,
    ),
    SIGNATURE_TEXT: re.compile(r"signature|\bsigned\b|\bhmac\b|\bsha-?\d", re.IGNORECASE),
}
"""By rule, what the words are that speak of it."""
STATUSES = {"401": AUTH_TEXT, "403": AUTH_TEXT, "429": RATE_TEXT}
HEADERS = {
    AUTH_TEXT: re.compile(r"www-authenticate|(?:proxy-)?authorization|.*api-?key", re.IGNORECASE),
    RATE_TEXT: re.compile(r"retry-after.*|(?:x-)?rate-?limit.*", re.IGNORECASE),
}
CALLS = (AUTH_TEXT, RATE_TEXT)
EVENTS = (SIGNATURE_TEXT,)
TERMS = re.compile(
    r"`[^`]+`|\b(?:hmac|sha|md5|blake|ed25519|ecdsa|rsa|aes)[-/\w]*|\b(?:base64|hex|utf)[-\w]*", re.IGNORECASE
)
"""What a signature is made of: another one of these is another signature."""
LETTERS, CODE = re.compile(r"\w+"), re.compile(r"`[^`]*`|\w+")
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n\s*\n|\n\s*[-*]\s")
_SPAN = re.compile(r"`(?:[^`\n]|\n(?!\s*\n))+`")
"""What is set as code: no sentence ends in it, as in `Authorization: Bearer <API key>`."""
_SAID = ("summary", "description")


class Text(NamedTuple):
    """One text."""

    node: Located
    uses: tuple[Use, ...]
    """Whom it is for."""
    rules: tuple[str, ...] = CALLS
    """What it may speak of."""
    about: Optional[str] = None
    """What it is about by its place, as a rule."""


Key = tuple[str, ...]


def compare_texts(old: Document, new: Document, untouched: Untouched, collector: Collector) -> None:
    """Compare what is said for people about the document, its tags, operations, answers, schemes and events."""
    same = {
        (top, path)
        for top in ("paths", "webhooks")
        for path, item in old.at(top).children()
        if untouched.has(item, new.at(top).child(path))
    }
    before, now = dict(_texts(old, same)), dict(_texts(new, same))
    for key, text in before.items():
        if key in now and text.node.value != now[key].node.value:
            for rule in text.rules:
                _compare(rule, text, now[key].node, collector)


def _compare(rule: str, text: Text, node: Located, collector: Collector) -> None:
    words, parts = None if text.about == rule else WORDS[rule], CODE if rule == SIGNATURE_TEXT else LETTERS
    before, now = _sentences(text.node.value, words, parts), _sentences(node.value, words, parts)
    # Words that are gone from where nobody looks for them ask nothing new of anybody.
    if now.keys() == before.keys() or (words and now.keys() < before.keys()):
        return
    gone = " ".join(before[key] for key in before if key not in now)
    come = " ".join(now[key] for key in now if key not in before)
    level: Optional[Level] = None
    if rule == SIGNATURE_TEXT and _terms(come) - _terms(str(text.node.value)):
        level = "breaking"
    where = Located(gone, text.node.pointer) if gone else None, Located(come, node.pointer) if come else None
    for use in text.uses:
        collector.add(Finding(rule, *where, f"the text on {TITLES[rule]} was changed", level), use)


def _sentences(text: object, words: Optional[re.Pattern[str]], parts: re.Pattern[str]) -> dict[Key, str]:
    """The sentences with some of these words, or all, by the parts of them that count."""
    whole = _SPAN.sub(lambda span: "\0".join(span[0].split()), str(text or ""))
    found = (" ".join(sentence.replace("\0", " ").split()) for sentence in _SENTENCE.split(whole))
    counting = {tuple(parts.findall(one.lower())): one for one in found}
    return {key: one for key, one in counting.items() if key and (words is None or words.search(one))}


def _terms(text: str) -> set[str]:
    return {term.lower() for term in TERMS.findall(text)}


# Where texts stand


def _texts(document: Document, left_out: set[tuple[str, str]]) -> Iterator[tuple[Key, Text]]:
    """Every text that counts, by what it belongs to, but for those of some paths and events."""
    whole = (Use("document"),)
    for keyword in _SAID:
        yield ("info", keyword), Text(document.at("info", keyword), whole)
    for name, scheme in document.at("components", "securitySchemes").children():
        scheme = document.follow(scheme)
        # One of another type is another scheme, and told as such.
        yield ("scheme", name, str(scheme.get("type"))), Text(scheme.child("description"), whole, about=AUTH_TEXT)
    tagged: dict[str, list[Use]] = {}
    for path, item in document.at("paths").children():
        for method, operation in _operations(document, item):
            name = str(operation.get("operationId") or f"{method.upper()} {path}")
            use = Use("operation", name)
            for tag in sequence(operation.get("tags")):
                tagged.setdefault(str(tag), []).append(use)
            if ("paths", path) not in left_out:
                yield from _of_operation(document, name, item, operation)
    for tag in document.at("tags").elements():
        name = str(tag.get("name"))
        for keyword in _SAID:
            yield ("tag", name, keyword), Text(tag.child(keyword), tuple(tagged.get(name, whole)))
    for path, item in document.at("webhooks").children():
        if ("webhooks", path) not in left_out:
            for _, operation in _operations(document, item):
                yield from _of_event(document, path, item, operation)


def _operations(document: Document, item: Located) -> Iterator[tuple[str, Located]]:
    item = document.follow(item)
    for method in METHODS:
        if mapping(item.get(method)):
            yield method, item.child(method)


def _of_operation(document: Document, name: str, item: Located, operation: Located) -> Iterator[tuple[Key, Text]]:
    use = Use("operation", name)
    for keyword in _SAID:
        yield ("path", name, keyword), Text(document.follow(item).child(keyword), (use,))
        yield ("operation", name, keyword), Text(operation.child(keyword), (use,))
    for header, node in _sent_headers(document, item, operation):
        about = _about(header)
        if about:
            met = Use("parameter", name, (str(node.get("name")),))
            yield ("parameter", name, header), Text(node.child("description"), (met,), about=about)
    for status, answer in operation.child("responses").children():
        answer = document.follow(answer)
        part: Part = "response" if status.startswith("2") else "error"
        text = Text(answer.child("description"), (Use(part, name),), about=STATUSES.get(status))
        yield ("answer", name, status), text
        for header, node in answer.child("headers").children():
            node = document.follow(node)
            met = Use(part, name, (header,), status=paused(status, part, (header,)))
            text = Text(node.child("description"), (met,), about=_about(header))
            yield ("header", name, status, header.lower()), text


def _of_event(document: Document, name: str, item: Located, event: Located) -> Iterator[tuple[Key, Text]]:
    for keyword in _SAID:
        yield ("event", name, keyword), Text(event.child(keyword), (Use("event", name),), EVENTS)
    for header, node in _sent_headers(document, item, event):
        use = Use("event", name, (str(node.get("name")),))
        about = SIGNATURE_TEXT if SIGNATURE_HEADER.search(header) else None
        yield ("event header", name, header), Text(node.child("description"), (use,), EVENTS, about)


def _sent_headers(document: Document, item: Located, operation: Located) -> Iterator[tuple[str, Located]]:
    for holder in (document.follow(item), operation):
        for node in holder.child("parameters").elements():
            node = document.follow(node)
            if node.get("in") == "header":
                yield str(node.get("name")).lower(), node


def _about(header: str) -> Optional[str]:
    return next((rule for rule, names in HEADERS.items() if names.fullmatch(header)), None)
