"""Where the files' bytes lie, and the signed URLs under which they are fetched.

A signed URL works without an API key until it expires. Like the object stores that serve such URLs, this one
answers errors in XML, with the codes `SignatureDoesNotMatch`, `RequestExpired` and `NoSuchKey`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple, Optional
from urllib.parse import urlencode

from firsthandapi.sandbox.chance import Chance

LIFETIME = 7 * 24 * 3600
"""Virtual seconds for which a signed URL works."""


class Range(NamedTuple):
    """The bytes from `start` up to, not including, `stop`."""

    start: int
    stop: int


class Storage:
    """Files in a folder, each under the id of its File.

    Args:
        folder: where they lie; None for a temporary folder that is gone after `close`.
        chance: gives the signing key.
    """

    def __init__(self, folder: Optional[Path], chance: Chance) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="firsthandapi-") if folder is None else None
        self._folder = Path(self._temporary.name) if self._temporary else folder or Path()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._key = chance.secret("", "storage").encode()

    def put(self, id: str, content: bytes) -> None:
        """Keep a file's bytes."""
        (self._folder / id).write_bytes(content)

    def find(self, id: str) -> Optional[bytes]:
        """A file's bytes; None when there is no such file."""
        path = self._folder / id
        return path.read_bytes() if re.fullmatch(r"\w+", id) and path.is_file() else None

    def clear(self) -> None:
        """Forget all files."""
        for path in self._folder.iterdir():
            path.unlink()

    def close(self) -> None:
        """Remove the temporary folder."""
        if self._temporary:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._temporary.cleanup()

    def url(self, base_url: str, id: str, expires: float) -> str:
        """The signed URL of a file, good until the moment `expires`."""
        moment = str(int(expires))
        return f"{base_url}/_files/{id}?" + urlencode({"expires": moment, "signature": self._signature(id, moment)})

    def refusal(self, id: str, expires: str, signature: str, now: float) -> Optional[tuple[str, str]]:
        """Why a URL does not open its file: a code and a message; None when it does."""
        if not hmac.compare_digest(self._signature(id, expires).encode(), signature.encode()):
            return "SignatureDoesNotMatch", "The signature does not match the URL"
        if now >= float(expires):
            return "RequestExpired", "The URL has expired"
        return None

    def _signature(self, id: str, expires: str) -> str:
        return hmac.new(self._key, f"{id}\n{expires}".encode(), hashlib.sha256).hexdigest()


def etag(content: bytes) -> str:
    """The strong entity tag of a file: its SHA-256, quoted."""
    return f'"{hashlib.sha256(content).hexdigest()}"'


def requested_range(headers: dict[str, str], size: int, tag: str) -> Optional[Range]:
    """Read `Range` and `If-Range` (RFC 9110).

    Args:
        headers: of the request, with lower-case names.
        size: of the file in bytes.
        tag: its entity tag.

    Returns:
        One range, or None for the whole file: nothing was asked, the file is another one by now, or what was
        asked is malformed or several ranges, which a server may ignore.

    Raises:
        LookupError: the range lies outside the file (416).
    """
    match = re.fullmatch(r"bytes=([0-9]*)-([0-9]*)", headers.get("range", ""))
    if not match or not any(match.groups()) or headers.get("if-range", tag) != tag:
        return None
    first, last = match.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= stop:
        raise LookupError(f"bytes */{size}")
    return Range(start, stop)
