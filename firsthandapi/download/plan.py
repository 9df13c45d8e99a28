"""What has to be fetched: every approved file with its name, and what is on disk already."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Optional, Union

from attrs import define

from ..errors import FirstHandArgumentError
from ..models import File
from .names import distinct, file_name

CHUNK = 256 * 1024


@define
class Item:
    """One file to have: what it is, where it goes, and the link that is good now."""

    file: File
    path: Path
    url: str
    size: Optional[int]
    sha256: Optional[str]
    """Lower-case hex of the content; None where the service sent no usable hash."""
    attempts: int = 0
    refreshed: int = 0

    @property
    def expires_at(self) -> float:
        """When the link that came with the file expires, in Unix time; never, where the service does not say."""
        moment = self.file.get("download_url_expires_at") and self.file.download_url_expires_at
        return moment.timestamp() if isinstance(moment, datetime) else float("inf")


def output_folder(output_dir: Union[str, PathLike[str]]) -> Path:
    """The folder, made if it is missing; a clear error where that cannot be."""
    if not isinstance(output_dir, (str, PathLike)) or not str(output_dir):
        raise FirstHandArgumentError("output_dir", f"must be a path, not {output_dir!r}")
    folder = Path(output_dir).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise FirstHandArgumentError("output_dir", f"{folder} is a file, or lies below one") from None
    except OSError as error:
        raise FirstHandArgumentError("output_dir", f"{folder} cannot be made: {error.strerror}") from error
    return folder


def items(files: Iterable[File], folder: Path) -> list[Item]:
    """One item for each file, each id once, with names that do not collide."""
    unique = list({file.id: file for file in files}.values())
    names = distinct([file_name(file.id, file.extension) for file in unique])
    return [
        Item(file, folder / name, file.download_url, _size(file), _sha256(file.get("content_hash")))
        for file, name in zip(unique, names)
    ]


def is_present(item: Item) -> bool:
    """Whether the file is on disk with the right content; without a hash the size has to do."""
    try:
        size = item.path.stat().st_size
    except OSError:
        return False
    if item.size is not None and size != item.size:
        return False
    if item.sha256 is None:
        return item.size is not None
    return hash_of(item.path) == item.sha256


def hash_of(path: Path) -> str:
    """SHA-256 of a file's content, in lower-case hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        for chunk in iter(lambda: stream.read(CHUNK), b""):
            digest.update(chunk)
    return digest.hexdigest()


def _size(file: File) -> Optional[int]:
    size = file.get("size_bytes")
    return size if isinstance(size, int) else None


def _sha256(sent: object) -> Optional[str]:
    # Documented as SHA-256 without its spelling: plain hex, or with a prefix such as `sha256:`.
    found = re.fullmatch(r"(?:sha-?256[:=])?([0-9a-f]{64})", sent.lower()) if isinstance(sent, str) else None
    return found.group(1) if found else None
