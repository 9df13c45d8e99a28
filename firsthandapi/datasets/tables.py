"""Tables of rows: Arrow schemas, a Parquet file that grows, `datasets.Dataset`, pandas."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Optional

from .columns import COLUMNS, INTEGER, MOMENT, NUMBER, TEXT, Kind, cells
from .examples import CHUNK, MANIFEST
from .optional import needed

if TYPE_CHECKING:
    from .dataset import Dataset

MEDIA = {"image": "Image", "audio": "Audio", "video": "Video"}
"""Media that have a column of their own, and what Hugging Face calls the type of it."""
GROUP_ROWS, GROUP_BYTES = 1000, 64 << 20
"""A row group ends with whichever comes first."""


class Table:
    """A Parquet file that grows by row groups, so that memory does not."""

    def __init__(self, path: Path, columns: Mapping[str, Kind], media: tuple[str, ...] = ()) -> None:
        self._arrow = needed("pyarrow", "parquet")
        self.schema: Any = arrow_schema(self._arrow, columns, media)
        self._writer = needed("pyarrow.parquet", "parquet").ParquetWriter(str(path), self.schema, compression="zstd")
        self._group: list[dict[str, Any]] = []
        self._size = 0

    def add(self, row: dict[str, Any], size: int = 0) -> None:
        """Add a row, of which so many bytes are a file's."""
        self._group.append(row)
        self._size += size
        if len(self._group) >= GROUP_ROWS or self._size >= GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        self._writer.write_table(self._arrow.Table.from_pylist(self._group, schema=self.schema))
        self._group, self._size = [], 0

    def __enter__(self) -> Table:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if kind is None and self._group:
            self._flush()
        self._writer.close()


def arrow_schema(
    arrow: Any, columns: Mapping[str, Kind], media: tuple[str, ...] = (), binary: tuple[str, ...] = ()
) -> Any:
    """The Arrow schema of these columns, with the types that Hugging Face reads from its metadata."""
    struct = arrow.struct([("bytes", arrow.binary()), ("path", arrow.string())])
    fields = [(name, struct) for name in media] + [(name, arrow.binary()) for name in binary]
    fields += [(name, _arrow_type(arrow, kind)) for name, kind in columns.items()]
    features = {"info": {"features": hugging_face_features(columns, media, binary)}}
    return arrow.schema(fields, metadata={"huggingface": json.dumps(features)})


def _arrow_type(arrow: Any, kind: Kind) -> Any:
    if isinstance(kind, Mapping):
        return arrow.struct([(name, _arrow_type(arrow, part)) for name, part in kind.items()])
    if not isinstance(kind, str):
        return arrow.list_(_arrow_type(arrow, kind[0]))
    simple = {TEXT: arrow.string, INTEGER: arrow.int64, NUMBER: arrow.float64}
    return arrow.timestamp("us", tz="UTC") if kind == MOMENT else simple[kind]()


def hugging_face_features(
    columns: Mapping[str, Kind], media: tuple[str, ...] = (), binary: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The same types, as Hugging Face spells them in JSON."""
    found: dict[str, Any] = {name: {"_type": MEDIA[name]} for name in media}
    found.update({name: {"_type": "Value", "dtype": "binary"} for name in binary})
    return {**found, **{name: _feature(kind) for name, kind in columns.items()}}


def _feature(kind: Kind) -> dict[str, Any]:
    if isinstance(kind, Mapping):
        return {name: _feature(part) for name, part in kind.items()}
    if not isinstance(kind, str):
        return {"_type": "List", "feature": _feature(kind[0])}
    return {"_type": "Value", "dtype": kind}


def media_of(dataset: Dataset) -> tuple[str, ...]:
    """The media that are in it, in the order of their columns."""
    found = {example.medium for example in dataset}
    return tuple(medium for medium in MEDIA if medium in found)


def to_huggingface(dataset: Dataset) -> Any:
    """See `Dataset.to_huggingface`."""
    library = needed("datasets", "huggingface")
    media = media_of(dataset)
    # Files are kept as plain structs at first: to encode audio, even by its path, the library asks for PyTorch.
    plain = {name: {"bytes": {"_type": "Value", "dtype": "binary"}, "path": _feature(TEXT)} for name in media}
    features = library.Features.from_dict({**plain, **hugging_face_features(COLUMNS)})
    # The library caches what a generator gave, by the generator's arguments; the manifest's hash keeps that right.
    version = manifest_sha256(dataset)

    def part(name: str, examples: Dataset) -> Any:
        arguments = {"dataset": examples, "media": media, "version": version}
        split = library.NamedSplit("train" if name == "all" else name)
        if next(iter(examples), None) is None:  # of which the library makes an error
            found = library.Dataset.from_dict({column: [] for column in features}, features=features, split=split)
        else:
            found = library.Dataset.from_generator(_examples, features=features, gen_kwargs=arguments, split=split)
        for medium in media:
            found = found.cast_column(medium, getattr(library, MEDIA[medium])())
        return found

    parts = {name: part(name, examples) for name, examples in dataset.parts().items()}
    return library.DatasetDict(parts) if dataset.splits else parts["all"]


def _examples(dataset: Dataset, media: tuple[str, ...], version: str) -> Iterator[dict[str, Any]]:
    for example in dataset:
        file = {"path": str(example.path.resolve()), "bytes": None}
        yield {**{name: file if name == example.medium else None for name in media}, **cells(example.row)}


def to_pandas(dataset: Dataset) -> Any:
    """See `Dataset.to_pandas`."""
    pandas = needed("pandas", "pandas")
    kinds: dict[str, Kind] = {"path": TEXT, "split": TEXT, **COLUMNS}
    rows = [{"path": str(path), "split": dataset.split_of(row), **cells(row)} for row, path in dataset]
    frame = pandas.DataFrame(rows, columns=list(kinds))
    types = {INTEGER: "Int64", NUMBER: "float64", MOMENT: "datetime64[us, UTC]", TEXT: "string"}
    return frame.astype({name: types[kind] for name, kind in kinds.items() if isinstance(kind, str)})


def manifest_sha256(dataset: Dataset) -> str:
    """SHA-256 of the manifest, in lower-case hex."""
    digest = hashlib.sha256()
    with (dataset.path / MANIFEST).open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
