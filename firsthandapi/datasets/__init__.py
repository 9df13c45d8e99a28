"""From a downloaded folder to data sets that load.

    from firsthandapi.datasets import Dataset

    menus = Dataset.open("menus").fetch_context(client).split(train=0.8, validation=0.1, test=0.1, by="worker")
    menus.write_webdataset("menus-shards")

A *row* is one line of the folder's manifest, `metadata.jsonl`: a file as the service describes it, without its links.
An *example* is a row and the path of its file. A *split* is a part of the examples with a purpose: `train`,
`validation` or `test`. A *shard* is one of several files that hold the examples in turn.

Everything here streams: memory does not grow with the number of files. What is written gets its name when it is whole.
What needs a library is behind an extra, and says so.
"""

from __future__ import annotations

from ..errors import FirstHandDatasetError
from .dataset import Dataset
from .examples import Example
from .paths import URLPath
from .writing import Written

__all__ = ["Dataset", "Example", "FirstHandDatasetError", "URLPath", "Written"]
