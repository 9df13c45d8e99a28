"""The layouts of Hugging Face's folder loaders: media files, and a metadata file beside them.

The loader joins each line of the metadata to the file that its `file_name` names, relative to the metadata file. With
splits there is a folder for each, with metadata of its own.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Literal, Union

from ..errors import FirstHandArgumentError
from .examples import MANIFEST, Row
from .paths import file_path
from .writing import Written, copy, json_bytes, whole_folder

if TYPE_CHECKING:
    from .dataset import Dataset

Metadata = Literal["parquet", "jsonl"]


def write(
    dataset: Dataset,
    folder: Union[str, PathLike[str]],
    medium: str,
    metadata: Metadata,
    *,
    verify: bool,
    link: bool,
    overwrite: bool,
) -> Written:
    """Write the files of one medium; see `Dataset.write_imagefolder`."""
    if metadata not in ("parquet", "jsonl"):
        raise FirstHandArgumentError("metadata", f"must be 'parquet' or 'jsonl', not {metadata!r}")
    target, counts, left_out = file_path(folder, "folder"), dict.fromkeys(dataset.parts(), 0), 0
    with whole_folder(target, source=dataset.path, overwrite=overwrite) as root:
        for split, part in dataset.parts().items():
            place = root / split if dataset.splits else root
            with _metadata(place, metadata) as add:
                for example in part:
                    if example.medium != medium:
                        left_out += 1
                        continue
                    copy(example, place / example.row["file_name"], verify=verify, link=link)
                    add(example.row)
                    counts[split] += 1
            if dataset.splits and not counts[split]:
                # The loaders refuse a split without a row.
                next(place.iterdir()).unlink()
                place.rmdir()
    return Written(str(target), counts, left_out)


@contextmanager
def _metadata(place: Path, metadata: Metadata) -> Generator[Callable[[Row], None], None, None]:
    place.mkdir(exist_ok=True)
    if metadata == "jsonl":
        with (place / MANIFEST).open("wb") as stream:
            yield lambda row: (stream.write(json_bytes(row) + b"\n"), None)[1]
    else:
        from .columns import COLUMNS, cells
        from .tables import Table

        with Table(place / "metadata.parquet", COLUMNS) as table:
            yield lambda row: table.add(cells(row))
