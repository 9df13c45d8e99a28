"""What the strippers have in common."""

from __future__ import annotations

from mmap import mmap
from typing import NamedTuple, Union

Source = Union[mmap, bytes]
"""The content of a file; a map of it, so that a film of gigabytes takes no memory."""


class Removed(NamedTuple):
    """A note among the pieces of a copy: this was left out here."""

    what: str


class NotThatType(Exception):
    """The content is not what its MIME type says, or it is damaged: nothing is taken out of it."""
