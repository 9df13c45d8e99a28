"""Files that an earlier run brought and that the service no longer lists: consent was withdrawn, say."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from .durable import flush_folder
from .folder import Folder
from .ledger import Ledger
from .manifest import NAME
from .options import Withdrawn
from .report import DownloadedFile

QUARANTINE = ".withdrawn"
"""Hidden, so that no loader of datasets takes a file from there."""


def withdraw(folder: Folder, ledger: Ledger, jobs: list[str], min_score: int, what: Withdrawn) -> None:
    """Enter what is in the manifest for these jobs but was not listed, and do with it what was asked.

    Only files of at least `min_score` stars count: others would not have been listed.
    """
    left: set[str] = set()
    for id, name, size in ledger.not_listed(jobs, min_score):
        path = folder.path / name
        if what == "keep" and not path.is_file():
            continue
        if what == "quarantine":
            path = _move(folder.path, id, name)
        elif what == "delete":
            with suppress(FileNotFoundError):
                path.unlink()
        left.add(os.path.dirname(name))
        ledger.withdraw(DownloadedFile(id, path, "withdrawn", size), keep=what == "keep")
    # Before the manifest forgets them: none may come back when the power goes.
    for place in left:
        flush_folder(os.path.join(folder.path, place))


def _move(folder: Path, id: str, name: str) -> Path:
    target = folder / QUARANTINE / name
    target.parent.mkdir(parents=True, exist_ok=True)
    # First the note, then the move: a file in there is always accounted for.
    with (folder / QUARANTINE / NAME).open("ab") as notes:
        notes.write(json.dumps({"file_name": name, "id": id}, ensure_ascii=False).encode() + b"\n")
    with suppress(FileNotFoundError):
        os.replace(folder / name, target)
    return target
