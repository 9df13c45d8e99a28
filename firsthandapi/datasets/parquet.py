"""Parquet: shards with the files in them, and the manifest alone."""

from __future__ import annotations

from contextlib import ExitStack
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

from ..errors import FirstHandArgumentError, FirstHandDatasetError
from .columns import COLUMNS, TEXT, cells
from .examples import Content, Example
from .paths import file_path, new_file
from .tables import GROUP_BYTES, Table, media_of
from .writing import Written, whole_folder, whole_path

if TYPE_CHECKING:
    from .dataset import Dataset

LARGEST = 2**31 - 1 - GROUP_BYTES
"""Bytes of a file that still fit into a row group: its cells share 2 GiB."""


def write(
    dataset: Dataset, folder: Union[str, PathLike[str]], shard_size: int, *, verify: bool, overwrite: bool
) -> Written:
    """Write all examples with their files; see `Dataset.write_parquet`."""
    if isinstance(shard_size, bool) or not isinstance(shard_size, int) or shard_size < 1:
        raise FirstHandArgumentError("shard_size", f"must be a positive number of bytes, not {shard_size!r}")
    target, counts, left_out = file_path(folder, "folder"), dict.fromkeys(dataset.parts(), 0), 0
    media = media_of(dataset)
    with whole_folder(target, source=dataset.path, overwrite=overwrite) as root:
        for split, part in dataset.parts().items():
            with _Shards(root, split if dataset.splits else "data", shard_size, media) as shards:
                for example in part:
                    if example.medium in media:
                        shards.add(example, verify=verify)
                        counts[split] += 1
                    else:
                        left_out += 1
                if not dataset.splits and not counts[split]:
                    shards.open()  # an empty table says what its columns are; of an empty split loaders make an error
    return Written(str(target), counts, left_out)


def write_manifest(dataset: Dataset, path: Union[str, PathLike[str]]) -> Written:
    """Write the rows alone; see `Dataset.write_manifest`."""
    target, count = new_file(path), 0
    with whole_path(target) as part, Table(part, {"split": TEXT, **COLUMNS}) as table:
        for row, _ in dataset:
            table.add({"split": dataset.split_of(row), **cells(row)})
            count += 1
    return Written(str(target), {"all": count})


class _Shards:
    """One Parquet file after the other."""

    def __init__(self, root: Path, prefix: str, shard_size: int, media: tuple[str, ...]) -> None:
        self._root, self._prefix, self._shard_size, self._media = root, prefix, shard_size, media
        self._stack = ExitStack()
        self._count = self._size = 0
        self._table: Optional[Table] = None

    def add(self, example: Example, *, verify: bool) -> None:
        with Content(example, verify=verify) as content:
            if content.size > LARGEST:
                raise FirstHandDatasetError(f"{example.path} is larger than Parquet may hold in a cell, about 2 GB")
            found: dict[str, Any] = {"bytes": content.read(), "path": example.row["file_name"]}
        if self._size and self._size + content.size > self._shard_size:
            self._stack.close()
            self._table = None
        table = self._table or self.open()
        self._size += content.size
        media: dict[str, Optional[dict[str, Any]]] = dict.fromkeys(self._media)
        table.add({**media, example.medium: found, **cells(example.row)}, content.size)

    def open(self) -> Table:
        """Begin the next file."""
        path = self._root / f"{self._prefix}-{self._count:05d}.parquet"
        self._count, self._size = self._count + 1, 0
        self._table = self._stack.enter_context(Table(path, COLUMNS, self._media))
        return self._table

    def __enter__(self) -> _Shards:
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)
