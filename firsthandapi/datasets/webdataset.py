"""WebDataset shards: tar archives in which files with the same *key* make one example.

Archives are USTAR without times, owners or anything else that differs between machines, so the same examples give the
same bytes.
"""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from os import PathLike
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Optional, Union

from ..errors import FirstHandArgumentError, FirstHandDatasetError
from .examples import CHUNK, Content, Example
from .paths import file_path
from .writing import Written, json_bytes, whole_folder

if TYPE_CHECKING:
    from .dataset import Dataset

LARGEST = 8**11 - 1
"""Bytes of a file that USTAR can name."""


def write(
    dataset: Dataset, folder: Union[str, PathLike[str]], shard_size: int, *, verify: bool, overwrite: bool
) -> Written:
    """Write all examples; see `Dataset.write_webdataset`."""
    if isinstance(shard_size, bool) or not isinstance(shard_size, int) or shard_size < 1:
        raise FirstHandArgumentError("shard_size", f"must be a positive number of bytes, not {shard_size!r}")
    target, counts = file_path(folder, "folder"), dict.fromkeys(dataset.parts(), 0)
    with whole_folder(target, source=dataset.path, overwrite=overwrite) as root:
        for split, part in dataset.parts().items():
            with _shards(root, split if dataset.splits else "data", shard_size) as shards:
                last = ""
                for example in part:
                    name = key(example.row["file_name"], last)
                    shards.add(name, example, verify=verify)
                    last = name
                    counts[split] += 1
    return Written(str(target), counts)


def key(file_name: str, last: str = "") -> str:
    """The key of an example: its file's name without folders and extension, made safe.

    A name that has to be changed for that, or that equals the last one, gets a mark made from the whole of it.

    >>> key("file_01J5KA.jpg"), key("US-NY/a.b.jpg"), key("a.png", last="a")
    ('file_01J5KA', 'a_b-7bc1c5e0', 'a-7f071235')
    """
    stem = PurePosixPath(file_name).stem
    safe = re.sub(r"[^A-Za-z0-9_-]+", "_", stem)[:70]
    if safe == stem and "/" not in file_name and safe != last:
        return safe
    return f"{safe}-{hashlib.sha256(file_name.encode('utf-8', 'backslashreplace')).hexdigest()[:8]}"


class _Shards:
    """One tar after the other."""

    def __init__(self, root: Path, prefix: str, shard_size: int) -> None:
        self._root, self._prefix, self._shard_size = root, prefix, shard_size
        self._count = 0
        self._archive: Optional[tarfile.TarFile] = None

    def add(self, name: str, example: Example, *, verify: bool) -> None:
        extension = re.sub(r"[^a-z0-9]", "", example.path.suffix.lower()) or "bin"
        extension = "data.json" if extension == "json" else extension  # the row has the other name
        row = json_bytes(example.row)
        with Content(example, verify=verify) as content:
            if content.size > LARGEST:
                raise FirstHandDatasetError(f"{example.path} is larger than a tar archive may hold, 8 GiB")
            if self._archive and self._archive.offset + content.size + len(row) > self._shard_size:
                self.close()
            if self._archive is None:
                path = self._root / f"{self._prefix}-{self._count:06d}.tar"
                self._archive = tarfile.TarFile(path, "w", format=tarfile.USTAR_FORMAT, copybufsize=CHUNK)
                self._count += 1
            self._archive.addfile(_member(f"{name}.{extension}", content.size), content)
        self._archive.addfile(_member(f"{name}.json", len(row)), BytesIO(row))

    def close(self) -> None:
        if self._archive is not None:
            self._archive.close()
            self._archive = None


@contextmanager
def _shards(root: Path, prefix: str, shard_size: int) -> Generator[_Shards, None, None]:
    shards = _Shards(root, prefix, shard_size)
    try:
        yield shards
    finally:
        shards.close()


def _member(name: str, size: int) -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)  # its time, owner and group are 0 and empty
    found.size = size
    return found
