"""Splits that do not leak, and stay as they are while the set grows.

All files of one *group*, such as one worker, go to the same split. Which one is worked out from a hash of the group's
name alone, so an example never moves from one split to another when others come.
"""

from __future__ import annotations

import hashlib
from typing import Callable, Literal, Union

from attrs import frozen

from ..errors import FirstHandArgumentError, FirstHandDatasetError
from .columns import struct
from .examples import Row

By = Union[Literal["worker", "submission", "region", "device"], Callable[[Row], object]]

NAMES = ("train", "validation", "test")


@frozen
class Splitter:
    """Says for each row to which split it belongs."""

    shares: tuple[float, float, float]
    """Of train, validation and test; together 1."""
    by: By
    seed: str

    @property
    def names(self) -> tuple[str, ...]:
        """The splits that have a share."""
        return tuple(name for name, share in zip(NAMES, self.shares) if share)

    def split(self, row: Row) -> str:
        """The name of a row's split."""
        digest = hashlib.sha256(f"{self.seed}\0{self._group(row)}".encode("utf-8", "backslashreplace")).digest()
        place = int.from_bytes(digest[:8], "big") / 2**64
        _, validation, test = self.shares
        # The test split lies first: moving the border between the other two does not touch it.
        if place < test:
            return "test"
        return "validation" if place < test + validation or not self.shares[0] else "train"

    def _group(self, row: Row) -> object:
        if callable(self.by):
            return self.by(row)
        if self.by == "worker":
            worker = row.get("worker_id")
            if worker is None:
                raise FirstHandDatasetError(
                    f"nobody said who made {row['file_name']}: the service names workers with submissions, not with "
                    "files. Call fetch_context(client) before split, or split by='submission'"
                )
            return worker
        if self.by == "submission":
            return row.get("submission_id") or row["file_name"]
        if self.by == "region":
            return row.get("worker_region")
        return struct(row.get("device_info")).get("device_model")


def splitter(train: float, validation: float, test: float, by: By, seed: str) -> Splitter:
    """Check the arguments of `Dataset.split`."""
    shares = (train, validation, test)
    for name, share in zip(NAMES, shares):
        if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share <= 1:
            raise FirstHandArgumentError(name, f"must be a share from 0 to 1, not {share!r}")
    if abs(sum(shares) - 1) > 1e-9:
        raise FirstHandArgumentError("train", f"train, validation and test must make 1, not {sum(shares):g}")
    if not callable(by) and by not in ("worker", "submission", "region", "device"):
        raise FirstHandArgumentError(
            "by", f"must be 'worker', 'submission', 'region', 'device' or a function of a row, not {by!r}"
        )
    if not isinstance(seed, str):
        raise FirstHandArgumentError("seed", f"must be text, not {seed!r}")
    return Splitter(shares, by, seed)
