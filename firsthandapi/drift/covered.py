"""The coverage of the handwritten package in three forms: text for people, JSON for machines, Markdown.

The JSON is stable: `{"summary": {kind: {"wrapped", "listed", "not_yet_wrapped"}}, "rows": [...]}`, and each row has
`kind`, `name`, `pointer`, `status`, `wrapped_by`, `reason`, `instead` and `calls`. Fields may be added.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Callable, Literal

from .coverage import Row
from .rendering import call_lines, fenced, one_line

Status = Literal["wrapped", "listed", "not_yet_wrapped"]
STATUSES: tuple[Status, ...] = ("wrapped", "listed", "not_yet_wrapped")
MEANING: dict[Status, str] = {
    "wrapped": "wrapped",
    "listed": "listed with a reason",
    "not_yet_wrapped": "not yet wrapped",
}


def status(row: Row) -> Status:
    """Return which of the three a part of the contract is."""
    return "wrapped" if row.wrapped_by else "listed" if row.reason else "not_yet_wrapped"


def as_text(rows: Sequence[Row]) -> str:
    """Return the numbers for each kind of part, then what is listed, then what is not yet wrapped, with its code."""
    return "\n".join([*_table(rows), *_listed(rows), *missing(rows)]) + "\n"


def as_json(rows: Sequence[Row]) -> str:
    """Return everything for machines; see the module for its fields."""
    content = {
        "summary": {kind: dict(zip(STATUSES, numbers)) for kind, *numbers in _numbers(rows)},
        "rows": [
            {
                "kind": row.kind, "name": row.name, "pointer": row.pointer, "status": status(row),
                "wrapped_by": list(row.wrapped_by), "reason": row.reason, "instead": row.instead,
                "calls": [{"when": call.when, "text": call.text} for call in row.calls],
            }
            for row in rows
        ],
    }  # fmt: skip
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def as_markdown(rows: Sequence[Row]) -> str:
    """Return the same as the text, as a table and two lists."""
    head = f"| part | {' | '.join(MEANING.values())} |\n|---|---|---|---|\n"
    table = "".join(f"| {' | '.join(map(str, row))} |\n" for row in _numbers(rows))
    rest = "\n".join([*_listed(rows), *missing(rows)]).strip("\n")
    return f"## Coverage\n\n{head}{table}" + (f"\n{fenced('text', rest)}\n" if rest else "")


def missing(rows: Sequence[Row]) -> Iterator[str]:
    """What is not yet wrapped, as lines of text, each with the code that works all the same."""
    found = [row for row in rows if not row.explained]
    if found:
        yield f"\nNOT YET WRAPPED ({len(found)})"
    for row in found:
        yield f"\n  {row.kind} {one_line(row.name)}"
        yield f"    at        {one_line(row.pointer)}"
        yield from call_lines(row.calls)
        if row.instead and not row.calls:
            yield f"    instead   {one_line(row.instead)}"


def _listed(rows: Sequence[Row]) -> Iterator[str]:
    reasons = dict.fromkeys(row.reason for row in rows if status(row) == "listed")
    if reasons:
        yield "\nLISTED WITH A REASON"
    for reason in reasons:
        yield f"\n  {reason}"
        yield f"    {', '.join(f'{row.kind} {one_line(row.name)}' for row in rows if row.reason == reason)}"


def _table(rows: Sequence[Row]) -> Iterator[str]:
    yield f"{'':15} {'wrapped':>9} {'listed with a reason':>22} {'not yet wrapped':>17}"
    for kind, *numbers in _numbers(rows):
        yield f"{kind:15} {numbers[0]:9} {numbers[1]:22} {numbers[2]:17}"


def _numbers(rows: Sequence[Row]) -> Iterator[tuple[str, int, int, int]]:
    for kind in dict.fromkeys(row.kind for row in rows):
        of_kind = [status(row) for row in rows if row.kind == kind]
        wrapped, listed, missing_ = (of_kind.count(one) for one in STATUSES)
        yield kind, wrapped, listed, missing_


FORMS: dict[str, Callable[[Sequence[Row]], str]] = {"text": as_text, "json": as_json, "markdown": as_markdown}
