"""`disk://`: folders of this machine as one more kind of storage, in which files are renamed as on sftp.

The package knows `file://` as a path; of this one it knows nothing.
"""

from __future__ import annotations

import fsspec
from fsspec.implementations.local import LocalFileSystem


class Disk(LocalFileSystem):
    """The same under another name."""

    protocol = "disk"

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(LocalFileSystem._strip_protocol(path.replace("disk://", "file://", 1)))


fsspec.register_implementation("disk", Disk, clobber=True)
