"""One file to have: what it is, where it goes, and the link that is good now."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, cast

from attrs import define, field

from .. import _json
from ..models import File

if TYPE_CHECKING:
    from .part import Part
    from .receive import Outcome

CHUNK = 256 * 1024
"""Bytes that are read, hashed and written at a time."""
SOON = 60.0
"""A link that expires within so many seconds is renewed before it is used."""
LEFT_OUT = ("object", "download_url", "download_url_expires_at")
"""Links expire and their signature is a secret; neither belongs into a dataset."""
NEVER = float("inf")
EMPTY = hashlib.sha256().hexdigest()
"""The hash of a file without bytes, which needs no request."""
UNREAD = "a list of files came without its items, or with some that are no file with an id"
SHA256 = re.compile(r"(?:sha-?256[:=])?([0-9a-f]{64})")


class OnDisk(NamedTuple):
    """What the manifest knows of a file that an earlier run brought."""

    sha256: Optional[str]
    """Of the file as it lies there."""
    size: Optional[int]
    content_hash: Optional[str]
    """Of the file as the service has it; another one if metadata was stripped."""
    stripped: bool
    line: bytes
    """A short hash of the file's line in the manifest."""
    is_durable: bool
    """Whether the finished manifest says so, and not only a journal: then it was on the disk for sure."""


@define(eq=False)
class Item:
    """One file on its way; handed from thread to thread, held by one at a time."""

    file: File = field(repr=False)
    ordinal: int
    """Its place in the order in which the files were listed."""
    name: str
    """Its name below the folder, with `/` between folders."""
    url: str = field(repr=False)
    """Its query is a secret."""
    expires_at: float
    """When the link expires, in Unix time."""
    size: Optional[int]
    sha256: Optional[str]
    """Lower-case hex of the content; None where the service sent no usable hash."""
    known: Optional[OnDisk] = None
    attempts: int = 0
    refreshed: int = 0
    refused: int = 0
    """How many links in a row the storage refused."""
    retries: int = 0
    """How many attempts failed since the file was last as long as never before."""
    furthest: int = 0
    """Bytes that had come when retries were last counted anew."""
    resumed: int = 0
    """Bytes that an earlier attempt had brought and that were not fetched again."""
    begun: Optional[float] = None
    """When it was first taken up, by the clock's `monotonic`."""
    part: Optional[Part] = None
    tried: Outcome = None
    """What became of an attempt that the lane made, until somebody saw to it."""

    @classmethod
    def of(cls, file: File, ordinal: int, name: str, known: Optional[OnDisk]) -> Item:
        """An item from a file as the service lists it."""
        # The mapping itself: asking the model, which knows two words for some fields, takes ten times as long.
        wire = file._wire
        return cls(
            file,
            ordinal,
            name,
            _link(wire.get("download_url")),
            expiry(file),
            size_of(wire.get("size_bytes")),
            sha256_of(wire.get("content_hash")),
            known,
        )

    def renew(self, file: File, now: float) -> None:
        """Take the link of a fresh answer."""
        self.url = _link(file.get("download_url"))
        # A link that is fresh and yet expires at once says that the clocks differ, or that none lives longer: storage
        # decides then.
        self.expires_at = expiry(file) if expiry(file) > now + SOON else NEVER
        self.refreshed += 1

    @property
    def mtime(self) -> Optional[int]:
        """The time that the file gets on disk, in whole seconds: when it was approved. So a file is known by it."""
        moment = _unix(self.file._wire.get("created_at") and self.file.created_at)
        return None if moment is None else int(moment)

    def line(self, sha256: Optional[str], stripped: Optional[dict[str, Any]]) -> bytes:
        """Its line in the manifest: the name first, then the file as the service describes it, without its link."""
        row = {**described(self.name, self.file._wire), "sha256": sha256, "stripped": stripped}
        if stripped is None:
            del row["stripped"]
        return _json.line(row)


def identified(files: Iterable[File]) -> list[File]:
    """Those files that the service gave an id that can be written down: no other can be told from the rest."""
    return [file for file in files if _is_text(file.get("id"))]


def _is_text(sent: object) -> bool:
    """Whether it is a string, and no half of a surrogate pair is in it, which JSON allows and UTF-8 does not."""
    return isinstance(sent, str) and sent.encode(errors="ignore").decode() == sent


def _link(sent: object) -> str:
    return sent if isinstance(sent, str) else ""


def described(name: str, wire: Mapping[str, Any]) -> dict[str, Any]:
    """The name of a file first, whatever a newer service may call so, and what the service says of it."""
    row: dict[str, Any] = {"file_name": "", **unlinked(wire)}
    row["file_name"] = name
    return row


def unlinked(wire: Mapping[str, Any]) -> dict[str, Any]:
    """What the service says of a file, without its link and those of its keyframes."""
    kept = dict(wire)
    for key in LEFT_OUT:
        kept.pop(key, None)
    if isinstance(kept.get("keyframes"), list):
        kept["keyframes"] = [_unlinked_keyframe(keyframe) for keyframe in cast("list[object]", kept["keyframes"])]
    return kept


def _unlinked_keyframe(keyframe: object) -> object:
    if not isinstance(keyframe, dict):
        return keyframe
    return {key: value for key, value in cast("dict[str, object]", keyframe).items() if key != "url"}


def expiry(file: File) -> float:
    """When a file's link expires, in Unix time; never, where the service does not say."""
    moment = _unix(file._wire.get("download_url_expires_at") and file.download_url_expires_at)
    return NEVER if moment is None else moment


def _unix(moment: object) -> Optional[float]:
    try:
        return moment.timestamp() if isinstance(moment, datetime) else None
    except (OverflowError, OSError):  # a year that this system's clock does not know
        return None


def sha256_of(sent: object) -> Optional[str]:
    """A `content_hash` as plain hex. Documented as SHA-256 without its spelling: plain, or with a prefix."""
    found = SHA256.fullmatch(sent.lower()) if isinstance(sent, str) else None
    return found.group(1) if found else None


def size_of(sent: object) -> Optional[int]:
    """A `size_bytes`; None where it is no whole number that a file may have."""
    return sent if isinstance(sent, int) and not isinstance(sent, bool) and 0 <= sent < 2**63 else None


def hash_of(path: Path) -> str:
    """SHA-256 of a file's content, in lower-case hex."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as stream:
        buffer = memoryview(bytearray(CHUNK))
        while got := stream.readinto(buffer):
            digest.update(buffer[:got])
    return digest.hexdigest()


def line_hash(line: bytes) -> bytes:
    """What a line of the manifest is compared by."""
    return hashlib.blake2b(line, digest_size=12).digest()
