"""The gallery: one HTML file to look at a folder.

It is made of `gallery.html`, which has its style and script in it, and of the rows as JSON, one on each line. Rows
never become markup: the script sets text only. A content security policy keeps the page from loading anything but files
beside it, and from running any script but its own.
"""

from __future__ import annotations

import base64
import hashlib
import html
import os
import re
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union
from urllib.parse import quote

from ..errors import FirstHandArgumentError
from .columns import labels_of, struct, values
from .examples import Example
from .paths import FilePath, URLPath, lies_in, new_file
from .summary import Summary, summary
from .writing import Written, json_bytes, whole_file

if TYPE_CHECKING:
    from .dataset import Dataset

TEMPLATE = Path(__file__).with_name("gallery.html")
BARS = 24
"""Bars of a histogram at most."""
TEXT = 2_000
"""Characters of a text that are shown."""


def write(dataset: Dataset, path: Union[str, PathLike[str], None], title: Optional[str], limit: int) -> Written:
    """See `Dataset.write_gallery`."""
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise FirstHandArgumentError("limit", f"must be 0 or a positive number, not {limit!r}")
    target = dataset.path / "gallery.html" if path is None else new_file(path)
    found = summary(dataset)
    name = title or dataset.path.resolve().name
    head, tail = _page(name).split("{{rows}}")
    folder = _way(target, dataset.path)
    shown = 0
    with whole_file(target) as stream:
        stream.write(head.encode("utf-8", "backslashreplace"))
        stream.write(_script_json(_overview(found)))
        for example in dataset:
            if shown == limit:
                break
            stream.write(b"\n" + _script_json(_shown(example, folder, dataset.split_of(example.row))))
            shown += 1
        stream.write(tail.encode())
    return Written(str(target), {"all": shown}, found.count - shown)


def _way(page: FilePath, folder: FilePath) -> str:
    """What links to the folder's files start with."""
    if isinstance(page, URLPath) or isinstance(folder, URLPath):
        if not lies_in(page, folder):
            raise FirstHandArgumentError("path", f"must be in {folder}: the page loads the files from beside it")
        return ""
    relative = os.path.relpath(folder.resolve(), page.parent.resolve()).replace(os.sep, "/")
    return "" if relative == "." else quote(relative.encode("utf-8", "surrogateescape")) + "/"


def _page(title: str) -> str:
    page = TEMPLATE.read_text(encoding="utf-8")
    for tag in ("style", "script"):
        (source,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        page = page.replace(f"{{{{{tag}-hash}}}}", f"'sha256-{digest}'")
    return page.replace("{{title}}", html.escape(title))


def _overview(found: Summary) -> dict[str, Any]:
    days = sorted((day, count) for day, count in found.days.items() if day)
    return {
        "count": found.count,
        "bytes": found.bytes,
        "seconds": found.seconds,
        "workers": len([worker for worker in found.workers if worker]),
        "stars": [[star, found.stars[star]] for star in (5, 4, 3, 2, 1)],
        "regions": _bars(found.regions.most_common(BARS)),
        "devices": _bars(found.devices.most_common(BARS)),
        "labels": _bars(found.labels.most_common(BARS)),
        "days": days if len(days) <= BARS else _months(days),
        "splits": found.splits.most_common(),
    }


def _bars(items: list[tuple[Any, int]]) -> list[list[Any]]:
    return [["not known" if name is None else name, count] for name, count in items]


def _months(days: list[tuple[str, int]]) -> list[list[Any]]:
    months: dict[str, int] = {}
    for day, count in days:
        months[day[:7]] = months.get(day[:7], 0) + count
    return [[month, count] for month, count in months.items()][-BARS:]


def _shown(example: Example, folder: str, split: Optional[str]) -> dict[str, Any]:
    """What the page needs of a row; None and empty values are left out."""
    row = values(example.row)
    annotations = struct(row["annotations"])
    labels = labels_of(row)
    found: dict[str, Any] = {
        "file": row["file_name"],
        "link": folder + quote(row["file_name"]),
        "medium": example.medium,
        "type": row["content_type"],
        "stars": row["ai_star_rating"],
        "split": split,
        "region": row["worker_region"],
        "worker": row["worker_id"],
        "device": struct(row["device_info"]).get("device_model"),
        "captured": str(row["captured_at"] or row["created_at"] or "")[:16],
        "bytes": row["size_bytes"],
        "seconds": row["duration_seconds"],
        "width": row["width"],
        "height": row["height"],
        "labels": [[label["label"], label["confidence"]] for label in labels],
        "scene": annotations.get("scene_classification"),
        "colors": [
            color for color in annotations.get("color_palette") or () if re.fullmatch("#[0-9A-Fa-f]{6}", color or "")
        ],
        "text": (annotations.get("ocr_text") or "")[:TEXT],
        "transcript": (annotations.get("transcript") or "")[:TEXT],
        "language": annotations.get("language"),
        "job": row["job_id"],
        "sha256": row["sha256"] or row["content_hash"],
    }
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def _script_json(value: Any) -> bytes:
    # Within a script element only `<` can end it or begin a comment; the line separators are for the split by lines.
    return json_bytes(value).replace(b"<", b"\\u003c")
