"""Files and folders that get their name when they are whole."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, NamedTuple
from uuid import uuid4

from ..download.folder import local_path
from ..errors import FirstHandArgumentError
from .examples import CHUNK, Content, Example
from .paths import FilePath, URLPath, is_within


class Written(NamedTuple):
    """What was written."""

    location: str
    """The file or folder: a path, or a URL without user, password and query."""
    counts: Mapping[str, int]
    """How many examples, by split; under `all` where there are none."""
    left_out: int = 0
    """How many examples the format has no place for, such as audio in a folder of images."""

    @property
    def path(self) -> Path:
        """The file or folder; FirstHandArgumentError at a URL."""
        return local_path(self.location)


@contextmanager
def whole_path(target: FilePath) -> Generator[Path, None, None]:
    """Another name to write a file under, until the block ends well; then it replaces what was there."""
    if isinstance(target, URLPath):
        with TemporaryDirectory(prefix="firsthandapi-") as folder:
            yield Path(folder, "part")
            target.put({"": Path(folder, "part")})
        return
    if target.is_dir():
        raise FirstHandArgumentError("path", f"{target} is a folder: give the name of a file")
    part = _beside(target)
    try:
        yield part
        os.replace(part, target)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


@contextmanager
def whole_file(target: FilePath) -> Generator[BinaryIO, None, None]:
    """The same, open for writing."""
    with whole_path(target) as part, part.open("xb") as stream:
        yield stream


@contextmanager
def whole_folder(target: FilePath, *, source: FilePath, overwrite: bool) -> Generator[Path, None, None]:
    """A folder of this machine to write to, until the block ends well; then it is there, under its own name.

    At a URL its files get there one after the other, and what was there before goes at last.
    """
    if is_within(source, target):
        raise FirstHandArgumentError("folder", f"{target} is where the files come from: take another one")
    if isinstance(target, URLPath):
        before = set(target.files())
        if before and not overwrite:
            raise FirstHandArgumentError("folder", f"{target} is not empty: overwrite=True replaces it")
        with TemporaryDirectory(prefix="firsthandapi-") as folder:
            yield Path(folder)
            files = {path.relative_to(folder).as_posix(): path for path in Path(folder).rglob("*") if path.is_file()}
            target.put(files)
            for name in before.difference(files):
                target.remove(name)
        return
    if target.exists() and not target.is_dir():
        raise FirstHandArgumentError("folder", f"{target} is a file")
    if target.is_dir() and any(target.iterdir()) and not overwrite:
        raise FirstHandArgumentError("folder", f"{target} is not empty: overwrite=True replaces it")
    part, old = _beside(target), _beside(target)
    try:
        part.mkdir()
        yield part
        if target.exists():
            target.rename(old)
        try:
            part.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _beside(target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    return target.parent / f".{target.name}.{uuid4().hex[:12]}.part"


def copy(example: Example, target: Path, *, verify: bool, link: bool) -> None:
    """Copy an example's file, or give it a second name on the same disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with Content(example, verify=verify) as content:
        if link and isinstance(example.path, Path):
            with suppress(OSError):  # another disk, or a file system without hard links
                os.link(example.path, target)
        linked = link and target.exists()
        if linked and not verify:
            return
        with open(os.devnull if linked else target, "wb") as stream:
            while chunk := content.read(CHUNK):
                stream.write(chunk)


def json_bytes(value: Any) -> bytes:
    """JSON in UTF-8, also of text that is not quite Unicode."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")
