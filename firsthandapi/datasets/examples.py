"""Examples: the rows of a folder's manifest, each with the path of its file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from types import TracebackType
from typing import Any, NamedTuple, Optional
from weakref import ReferenceType, ref

from ..download.item import sha256_of, unlinked
from ..download.lines import Damaged, row_of
from ..errors import FirstHandDatasetError
from .paths import FilePath

MANIFEST = "metadata.jsonl"
CHUNK = 1 << 20
FIRST = "download a job's files into it first"

Row = dict[str, Any]


class Example(NamedTuple):
    """One file: what is known of it, and where it is."""

    row: Row
    path: FilePath

    @property
    def medium(self) -> str:
        """`image`, `audio` or `video`, from the MIME type; `other` where that says nothing."""
        found = str(self.row.get("content_type")).partition("/")[0]
        return found if found in ("image", "audio", "video") else "other"


class Pass(Iterator[Example]):
    """One reading of the examples."""

    def __init__(self, source: Iterator[Example]) -> None:
        self._source = source
        self.has_begun: bool = False

    def __next__(self) -> Example:
        self.has_begun = True
        return next(self._source)

    def count(self) -> int:
        """How many there are, before the first is taken; they are kept until they are."""
        found = list(self._source)
        self._source = iter(found)
        return len(found)


class Latest:
    """The pass that began last, as long as somebody has it; not pickled."""

    def __init__(self) -> None:
        self._found: Optional[ReferenceType[Pass]] = None

    def begin(self, source: Iterator[Example]) -> Pass:
        """A new one."""
        found = Pass(source)
        self._found = ref(found)
        return found

    def waiting(self) -> Optional[Pass]:
        """The one that nobody has taken anything from yet: `list` has such a one when it asks for a length."""
        found = self._found() if self._found is not None else None
        return None if found is None or found.has_begun else found

    def __reduce__(self) -> tuple[type[Latest], tuple[()]]:
        return Latest, ()


def examples(folder: FilePath) -> Iterator[Example]:
    """The examples of a folder, in the order of its manifest.

    Raises:
        FirstHandDatasetError: There is no manifest, or a line of it is no row.
    """
    manifest = folder / MANIFEST
    try:
        stream = manifest.open("rb")
    except FileNotFoundError:
        raise FirstHandDatasetError(f"{folder} has no {MANIFEST}: {FIRST}") from None
    with stream:
        # Not text: what Unicode calls a line separator may be part of a picture's text.
        for number, line in enumerate(stream, 1):
            try:
                row = unlinked(row_of(line))
            except Damaged as error:
                raise FirstHandDatasetError(f"line {number} of {manifest} is no row: {error}") from None
            yield Example(row, folder / row["file_name"])


def expected_sha256(row: Row) -> Optional[str]:
    """The hash that the file on disk should have, in lower-case hex; None where nobody said."""
    stripped = isinstance(row.get("stripped"), dict)
    return sha256_of(row.get("sha256")) or (None if stripped else sha256_of(row.get("content_hash")))


class Content:
    """An example's bytes, hashed while they are read; leaving the `with` block compares.

    Raises:
        FirstHandDatasetError: The file is missing; or all of it was read, and it is not what its row says.
    """

    def __init__(self, example: Example, *, verify: bool) -> None:
        self._example = example
        self._expected = expected_sha256(example.row) if verify else None
        self._digest = hashlib.sha256()
        try:
            self._stream = example.path.open("rb")
        except FileNotFoundError:
            raise FirstHandDatasetError(f"{example.path} is missing: download it again") from None
        self.size: int = self._stream.seek(0, os.SEEK_END)
        self._stream.seek(0)

    def __enter__(self) -> Content:
        return self

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes; all that are left without a number."""
        found = self._stream.read(size)
        if self._expected:
            self._digest.update(found)
        return found

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self._stream.close()
        if kind is None and self._expected and self._digest.hexdigest() != self._expected:
            raise FirstHandDatasetError(f"{self._example.path} is not what was downloaded: its SHA-256 differs")
