"""A report in three forms: text for people, JSON for machines, Markdown for a pull request.

The JSON is stable: `{"summary": {"breaking", "risky", "compatible"}, "old_version", "new_version", "findings": [...]}`,
and each finding has `level`, `rule`, `pointer`, `places`, `subject`, `what`, `old`, `new`, `symbols`, `read_by`,
`advice`, `calls`, `uses` and `evidence`; a use has `part`, `operation`, `path` and `owner`, a call `when` and `text`.
Fields may be added. Text and Markdown shorten long values and lists, JSON does not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from .calls import Snippet
from .change import Change, Level, Use
from .compare import Report, Reported
from .rules import RANK

LEVELS = tuple(RANK)
MOST = 6
"""How many symbols or uses are told before the rest is only counted."""
LONGEST = 70
"""How many characters of a value are told."""
UNQUOTED = re.compile(r"[`|\\]")
"""What may not stand in code between backticks, in a table."""
QUOTED = re.compile(r"(?<!`)`([^`|\\]+)`(?!`)")
SPECIAL = re.compile(r"[\\`*|<>\[\]~&]|(?<!\w)_|_(?!\w)|(?<=\w):(?=//)|(?<=www)\.")
"""What means something in Markdown, within a line; an address would become a link."""
MEANING: dict[Level, str] = {
    "breaking": "code that works today fails",
    "risky": "it runs, and may do something else",
    "compatible": "nothing to do",
}


def as_text(report: Report) -> str:
    """Return the report for people, by level, with a line at the end that sums it up."""
    return "\n".join([*_text_lines(report), summary(report)]) + "\n"


def summary(report: Report) -> str:
    """Return one line: how many changes of each level there are."""
    if not report.findings:
        return "no change"
    return ", ".join(f"{len(report.of(level))} {level}" for level in LEVELS)


def as_json(report: Report) -> str:
    """Return the report for machines; see the module for its fields."""
    content = {
        "summary": {level: len(report.of(level)) for level in LEVELS},
        "old_version": report.old_version,
        "new_version": report.new_version,
        "findings": [_plain(finding) for finding in report.findings],
    }
    return json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n"


def as_markdown(report: Report) -> str:
    """Return the report for a pull request: a table for each level, the compatible one folded."""
    lines = ["## API drift", "", f"**{summary(report)}**"]
    if report.old_version != report.new_version:
        lines += ["", f"Version {_code(report.old_version)} → {_code(report.new_version)}"]
    for level in LEVELS:
        findings = report.of(level)
        if not findings:
            continue
        head = f"{level.capitalize()} ({len(findings)}): {MEANING[level]}"
        lines += ["", f"<details>\n<summary>{head}</summary>" if level == "compatible" else f"### {head}", ""]
        lines += ["| what | where | concerns | what to do |", "|---|---|---|---|"]
        lines += [_row(finding) for finding in findings]
        for finding in findings:
            lines += _blocks(finding)
        lines += ["", "</details>"] if level == "compatible" else []
    return "\n".join(lines) + "\n"


def _plain(finding: Reported) -> dict[str, Any]:
    change = finding.change
    uses = [
        {"part": use.part, "operation": use.operation, "path": list(use.path), "owner": use.owner}
        for use in change.uses
    ]
    return {
        "level": change.level, "rule": change.rule, "pointer": change.pointer, "places": list(change.places),
        "subject": change.subject, "what": change.what,
        "old": change.old, "new": change.new, "symbols": list(finding.symbols), "read_by": list(finding.read_by),
        "advice": finding.advice, "calls": [{"when": one.when, "text": one.text} for one in finding.calls],
        "uses": uses, "evidence": list(finding.evidence),
    }  # fmt: skip


def _text_lines(report: Report) -> Iterator[str]:
    for level in LEVELS:
        findings = report.of(level)
        if not findings:
            continue
        yield f"{level.upper()} ({len(findings)}): {MEANING[level]}"
        for finding in findings:
            yield ""
            yield from _paragraph(finding)
        yield ""


def _paragraph(finding: Reported) -> Iterator[str]:
    change = finding.change
    yield f"  {one_line(_sentence(finding))}"
    yield f"    rule      {change.rule}"
    yield f"    at        {one_line(change.pointer or '/')}{_more(change)}"
    if _scalar(change.old) and _scalar(change.new):
        yield f"    old, new  {_value(change.old)} → {_value(change.new)}"
    others = [symbol for symbol in finding.symbols if symbol not in finding.read_by]
    if others:
        yield f"    concerns  {_some(map(one_line, _calls_first(change, others)))}"
    if finding.read_by:
        yield f"    read by   {', '.join(finding.read_by)}"
    yield f"    met in    {_some(one_line(use_text(use)) for use in change.uses)}"
    if finding.advice:
        yield f"    do        {one_line(finding.advice)}"
    yield from call_lines(finding.calls)
    for place in finding.evidence[:MOST]:
        yield f"    found     {one_line(place)}"
    if len(finding.evidence) > MOST:
        yield f"    found     and {len(finding.evidence) - MOST} more"


def call_lines(calls: Iterable[Snippet]) -> Iterator[str]:
    """How to call what is not yet wrapped, as lines of a paragraph."""
    for call in calls:
        yield f"    call      {one_line(call.when)}:"
        yield from (f"        {line}".rstrip() for line in call.text.split("\n"))


def _calls_first(change: Change, symbols: Iterable[str]) -> list[str]:
    # Events can be many, and would crowd out what people write in their code; so would the fields of a whole schema.
    whole = change.rule == "schema-replaced"
    return sorted(
        symbols,
        key=lambda symbol: (symbol.startswith("WebhookEvent"), whole and not symbol.startswith(("client.", "Page."))),
    )


def use_text(use: Use) -> str:
    """Return a use in words: `create_job request: location.lat`."""
    where = " ".join(part for part in (use.operation, "" if use.part == "operation" else use.part) if part)
    path = ".".join(use.path).replace(".[]", "[]").replace(".{}", "{}")
    return f"{where}: {path}" if path else where


def _row(finding: Reported) -> str:
    change = finding.change
    what = f"{escaped(_sentence(finding))}<br>{_code(change.rule)}"
    if _scalar(change.old) and _scalar(change.new):
        what += f"<br>{_code(_value(change.old))} → {_code(_value(change.new))}"
    others = [symbol for symbol in finding.symbols if symbol not in finding.read_by]
    met = f"met in {_some(_code(use_text(use)) for use in change.uses)}"
    readers = f"read by {', '.join(map(_code, finding.read_by))}" if finding.read_by else ""
    named = "<br>".join(filter(None, [_some(map(_code, _calls_first(change, others))), readers, met]))
    advice = escaped(finding.advice)
    if finding.evidence:
        advice += f"<br>Found by the checks: {_some(_code(place) for place in finding.evidence)}"
    return f"| {what} | {_code(change.pointer or '/')}{_more(change)} | {named} | {advice} |"


def _blocks(finding: Reported) -> Iterator[str]:
    for call in finding.calls:
        yield f"\n{escaped(_sentence(finding))}. Call it {escaped(call.when)}:"
        yield f"\n{fenced('python', call.text)}"


def _sentence(finding: Reported) -> str:
    """What changed, with what it is about where the sentence does not name it."""
    change = finding.change
    return f"{change.subject}: {change.what}" if change.subject else change.what[:1].upper() + change.what[1:]


def _more(change: Change) -> str:
    return f" and {len(change.places) - 1} more" if len(change.places) > 1 else ""


def _scalar(value: Any) -> bool:
    return not isinstance(value, (dict, list))


def _value(value: Any) -> str:
    text = "none" if value is None else one_line(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _some(texts: Iterable[str]) -> str:
    found = list(dict.fromkeys(texts))
    rest = len(found) - MOST
    return ", ".join(found[:MOST]) + (f" and {rest} more" if rest > 0 else "")


def one_line(text: str) -> str:
    """Return text of a contract as a terminal can be shown it: on one line, and what cannot be printed as an escape."""
    joined = " ".join(text.split())
    if joined.isprintable():
        return joined
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in joined)


def fenced(language: str, text: str) -> str:
    """Return lines as a block of code in Markdown, which nothing in them ends."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _code(text: str) -> str:
    """Text as code within a cell: between backticks, or as HTML where something in it would end code or cell."""
    text = one_line(text)
    if text and not UNQUOTED.search(text):
        return f"`{text}`"
    return f"<code>{_literal(text)}</code>"


def escaped(text: str) -> str:
    """Return text as a cell in Markdown has it: nothing but what stands between backticks is set in a special way."""
    pieces = QUOTED.split(one_line(text))
    # Every other piece stood between backticks.
    return "".join(f"`{piece}`" if odd % 2 else _literal(piece) for odd, piece in enumerate(pieces))


def _literal(text: str) -> str:
    return SPECIAL.sub(lambda one: f"&#{ord(one[0])};", text)
