"""`metadata.jsonl`: one line of JSON for each file on disk, in the form that Hugging Face's folder loaders read.

`load_dataset("imagefolder", data_dir=...)` joins each line to the file that its `file_name` names.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4

from ..errors import FirstHandArgumentError
from .plan import Item

NAME = "metadata.jsonl"
LEFT_OUT = ("object", "download_url", "download_url_expires_at")
"""Links expire and their signature is a secret; neither belongs into a dataset."""


def write(folder: Path, items: Iterable[Item]) -> Path:
    """Write the manifest whole, in the order of the file names, and return its path.

    Lines of files that came earlier, from another job perhaps, stay as long as their file is there.
    """
    target = folder / NAME
    rows = {**read(folder), **{item.path.name: row(item) for item in items}}
    part = folder / f"{NAME}.{uuid4().hex[:12]}.part"
    with part.open("x", encoding="utf-8") as stream:
        for name in sorted(rows):
            stream.write(json.dumps(rows[name], ensure_ascii=False) + "\n")
    os.replace(part, target)
    return target


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """The lines of a manifest whose file is there, by file name; none where there is no manifest."""
    try:
        text = (folder / NAME).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return {}
    rows: dict[str, dict[str, Any]] = {}
    # Not splitlines: text of a picture may hold what Unicode calls a line separator.
    for number, line in enumerate(text.rstrip("\n").split("\n") if text else (), 1):
        try:
            found: Any = json.loads(line)
            rows[str(found["file_name"])] = found
        except (ValueError, LookupError, TypeError):
            raise FirstHandArgumentError(
                "output_dir", f"{folder / NAME} is no manifest (line {number}): move it away, or take another folder"
            ) from None
    return {name: found for name, found in rows.items() if (folder / name).is_file()}


def row(item: Item) -> dict[str, Any]:
    """One line: the file name first, then the file as the service describes it, without its link."""
    wire = item.file.to_dict()
    return {"file_name": item.path.name, **{key: value for key, value in wire.items() if key not in LEFT_OUT}}
