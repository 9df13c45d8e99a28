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

from .plan import Item

NAME = "metadata.jsonl"
LEFT_OUT = ("object", "download_url", "download_url_expires_at")
"""Links expire and their signature is a secret; neither belongs into a dataset."""


def write(folder: Path, items: Iterable[Item]) -> Path:
    """Write the manifest whole, in the order of the file names, and return its path."""
    target = folder / NAME
    part = folder / f"{NAME}.{uuid4().hex[:12]}.part"
    with part.open("x", encoding="utf-8") as stream:
        for item in sorted(items, key=lambda item: item.path.name):
            stream.write(json.dumps(row(item), ensure_ascii=False) + "\n")
    os.replace(part, target)
    return target


def row(item: Item) -> dict[str, Any]:
    """One line: the file name first, then the file as the service describes it, without its link."""
    wire = item.file.to_dict()
    return {"file_name": item.path.name, **{key: value for key, value in wire.items() if key not in LEFT_OUT}}
