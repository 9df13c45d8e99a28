"""Sentences that change what a caller must do though no schema shows it: how to authenticate, how often one may call.

Other words may change as they like. A sentence counts only if it is new and speaks of one of the two, and of it only
letters and digits do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .change import Part, Use
from .collect import Collector, Finding
from .references import METHODS, Document, Located, mapping
from .untouched import Untouched

ABOUT = {
    "auth-text-changed": re.compile(
        r"authenticat|authori[sz]|bearer|credential|api[ -]key|access token|\bscopes?\b|oauth|signature|\b40[13]\b",
        re.I,
    ),
    "rate-limit-text-changed": re.compile(
        r"rate[ -]?limit|throttl|quota|retry-after|requests? (?:a|per) (?:second|minute|hour|day)|\b429\b", re.I
    ),
}
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n\s*\n|\n\s*[-*]\s")
_WITHIN = ("summary", "description")


def compare_texts(old: Document, new: Document, untouched: Untouched, collector: Collector) -> None:
    """Compare what is said for people about the document, its operations, their answers and the security schemes."""
    same = {path for path, item in old.at("paths").children() if untouched.has(item, new.at("paths").child(path))}
    before, now = dict(_texts(old, same)), dict(_texts(new, same))
    for place, (use, one) in before.items():
        if place in now:
            _compare(use, one, now[place][1], collector)


def _compare(use: Use, old: Located, new: Located, collector: Collector) -> None:
    if old.value == new.value:
        return
    for rule, about in ABOUT.items():
        before, now = _sentences(old.value, about), _sentences(new.value, about)
        if now.keys() <= before.keys():  # a sentence that is gone asks nothing new of anybody
            continue
        gone = " ".join(before[key] for key in before if key not in now)
        come = " ".join(now[key] for key in now if key not in before)
        topic = "authentication" if rule.startswith("auth") else "rate limits"
        where = Located(gone, old.pointer) if gone else None, Located(come, new.pointer)
        collector.add(Finding(rule, *where, f"the text on {topic} was changed"), use)


def _sentences(text: object, about: re.Pattern[str]) -> dict[str, str]:
    """The sentences on a subject, by their letters and digits."""
    found = (sentence.strip() for sentence in _SENTENCE.split(str(text or "")))
    return {" ".join(re.findall(r"\w+", one.lower())): " ".join(one.split()) for one in found if about.search(one)}


def _texts(document: Document, left_out: set[str]) -> Iterator[tuple[tuple[str, ...], tuple[Use, Located]]]:
    """Every text that counts, by what it is about, but for those of some paths."""
    for keyword in _WITHIN:
        yield ("info", keyword), (Use("document"), document.at("info", keyword))
    for name, scheme in document.at("components", "securitySchemes").children():
        yield ("scheme", name), (Use("document"), document.follow(scheme).child("description"))
    for path, item in document.at("paths").children():
        if path in left_out:
            continue
        item = document.follow(item)
        for method in METHODS:
            operation = item.child(method)
            said = mapping(operation.value)
            if said:
                name = str(said.get("operationId", f"{method.upper()} {path}"))
                for keyword in _WITHIN:
                    yield ("operation", name, keyword), (Use("operation", name), operation.child(keyword))
                yield from _answers(document, name, operation)


def _answers(
    document: Document, name: str, operation: Located
) -> Iterator[tuple[tuple[str, ...], tuple[Use, Located]]]:
    for status, answer in operation.child("responses").children():
        answer = document.follow(answer)
        part: Part = "response" if status.startswith("2") else "error"
        yield ("answer", name, status), (Use(part, name), answer.child("description"))
        for header, node in answer.child("headers").children():
            text = document.follow(node).child("description")
            yield ("header", name, status, header.lower()), (Use(part, name, (header,)), text)
