"""The columns of every table that is made of rows: the documented fields of a file, with fixed types.

Types are declared, not guessed from the data, so all shards of all runs fit together, a column of nulls has its type
too, and a value of another type than the documented one becomes null. Nothing is lost all the same: the last column,
`json`, is the whole row as it came, fields that are newer than this package included.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Union

from dateutil.parser import isoparse

from ..models import File
from .examples import Row
from .writing import json_bytes

if TYPE_CHECKING:
    from typing_extensions import TypeGuard

TEXT, INTEGER, NUMBER, MOMENT = "string", "int64", "float64", "timestamp[us, tz=UTC]"

Kind = Union[str, Sequence["Kind"], Mapping[str, "Kind"]]
"""A simple type, a list of one kind, or a struct."""

_LABELS = [{"label": TEXT, "confidence": NUMBER}]
_SIZE = {"width": INTEGER, "height": INTEGER}

COLUMNS: dict[str, Kind] = {
    "file_name": TEXT,
    "id": TEXT,
    "job_id": TEXT,
    "submission_id": TEXT,
    "worker_id": TEXT,
    "content_type": TEXT,
    "size_bytes": INTEGER,
    "duration_seconds": NUMBER,
    **_SIZE,
    "content_hash": TEXT,
    "sha256": TEXT,
    "captured_at": MOMENT,
    "ai_star_rating": INTEGER,
    "device_info": {"device_model": TEXT, "device_os": TEXT, "app_version": TEXT},
    "worker_region": TEXT,
    "annotations": {
        "annotation_model": TEXT,
        "object_labels": _LABELS,
        "ocr_text": TEXT,
        "scene_classification": TEXT,
        "color_palette": [TEXT],
        "resolution": _SIZE,
        "transcript": TEXT,
        "language": TEXT,
        "words": [{"word": TEXT, "start": NUMBER, "end": NUMBER}],
        "speakers": INTEGER,
        "sample_rate_hz": INTEGER,
        "codec": TEXT,
        "fps": NUMBER,
        "scenes": [{"start": NUMBER, "end": NUMBER, "label": TEXT}],
    },
    "keyframes": [{"timestamp_seconds": NUMBER, "object_labels": _LABELS}],
    "created_at": MOMENT,
    "json": TEXT,
}


def cells(row: Row) -> dict[str, Any]:
    """A row's value for each column; None where there is none, or one of another type.

    >>> found = cells({"file_name": "a.jpg", "score": 4, "width": "wide", "new": True})
    >>> found["ai_star_rating"], found["width"], found["json"]
    (4, None, '{"file_name": "a.jpg", "score": 4, "width": "wide", "new": true}')
    """
    return {**values(row), "json": json_bytes(row).decode()}


def values(row: Row) -> dict[str, Any]:
    """The same without `json`."""
    file = File.from_dict(row)  # reads both of the words that some fields go by
    return {name: fit(kind, file.get(name)) for name, kind in COLUMNS.items() if name != "json"}


def struct(value: Any) -> dict[str, Any]:
    """A struct's fields; none where there is no struct."""
    return value if _is_struct(value) else {}


def labels_of(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The labels in a row's `cells`, as far as they have a name."""
    return [label for label in struct(row["annotations"]).get("object_labels") or () if struct(label).get("label")]


def fit(kind: Kind, value: Any) -> Any:
    """The value if it is of this kind, else None; structs get all of their fields, and no others.

    >>> fit({"word": TEXT, "start": NUMBER}, {"word": "hi", "start": 1, "loud": True})
    {'word': 'hi', 'start': 1.0}
    >>> fit(MOMENT, "2026-03-31T14:22:08Z")
    datetime.datetime(2026, 3, 31, 14, 22, 8, tzinfo=datetime.timezone.utc)
    """
    if value is None:
        return None
    if not isinstance(kind, str):
        if isinstance(kind, Mapping):
            return {name: fit(part, value.get(name)) for name, part in kind.items()} if _is_struct(value) else None
        return [fit(kind[0], item) for item in value] if _is_list(value) else None
    if kind in (TEXT, MOMENT):
        if not isinstance(value, str):
            return None
        return _moment(value) if kind == MOMENT else value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if kind == NUMBER:
        return float(value) if isinstance(value, float) or abs(value) < 2**1000 else None
    return int(value) if value == value and abs(value) < 2**63 and int(value) == value else None


def _is_struct(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _is_list(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _moment(text: str) -> Any:
    try:
        found = isoparse(text)
        return (found if found.tzinfo else found.replace(tzinfo=datetime.timezone.utc)).astimezone(
            datetime.timezone.utc
        )
    except (ValueError, OverflowError):
        return None
