"""Ours: `client.files.download_all`, by the sync and by the async client, with hash, manifest and rename as always.

Run as `python -m benchmarks.download_ours CLIENT ENGINE API JOB FOLDER`; prints what it took as JSON. The first, single
file goes to a folder of its own and is not measured: it loads the modules, as the other clients' are loaded before.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

ENGINES = {"standard": "the standard library", "fast": "the extra `fast`"}
LIBRARIES = "pycurl", "orjson"
"""What the extra `fast` brings."""


def missing(engine: str) -> str:
    """Why an engine cannot be measured here; nothing if it can."""
    if engine == "standard":
        return ""
    absent = [library for library in LIBRARIES if find_spec(library) is None]
    if absent:
        return f"{absent[0]} is not installed"
    from firsthandapi.download.engine import default

    found = default(1.0)
    found.close()
    return "" if type(found).__name__ == "FastEngine" else "it is installed, but does not take over"


def synchronous(api: str) -> Callable[[str, Path], None]:
    """Download a job's files into a folder, and look at them."""
    import firsthandapi

    client = firsthandapi.Client("fh_test_benchmark", base_url=api)

    def download(job: str, folder: Path) -> None:
        check(client.files.download_all(job_id=job, output_dir=folder, progress=False).failed)

    return download


def asynchronous(api: str) -> Callable[[str, Path], None]:
    """The same by the async client, in an event loop of its own."""
    import asyncio  # not for the sync client, whose memory it would count to

    import firsthandapi

    async def call(job: str, folder: Path) -> None:
        async with firsthandapi.AsyncClient("fh_test_benchmark", base_url=api) as client:
            check((await client.files.download_all(job_id=job, output_dir=folder, progress=False)).failed)

    return lambda job, folder: asyncio.run(call(job, folder))


def listing(api: str) -> Callable[[str, Path], None]:
    """Only the API's share: list the files and read what a download needs to know of each."""
    import firsthandapi

    client = firsthandapi.Client("fh_test_benchmark", base_url=api)

    def look(job: str, folder: Path) -> None:
        for file in client.files.list(job_id=job, min_score=1, limit=100):
            for name in ("id", "download_url", "download_url_expires_at", "content_hash", "created_at"):
                getattr(file, name)

    return look


def check(failed: Sequence[object]) -> None:
    """Stop at a download that is not whole."""
    if failed:
        raise SystemExit(f"{len(failed)} files failed, such as {failed[0]}")


CLIENTS = {"sync": synchronous, "async": asynchronous, "listing": listing}


def main(client: str, engine: str, api: str, job: str, folder: str) -> None:
    """Measure one download."""
    from benchmarks.download_clients import measured

    if engine == "standard":
        # Imports of them fail, as if they were not installed.
        sys.modules.update(dict.fromkeys(LIBRARIES))  # type: ignore[arg-type]
    download = CLIENTS[client](api)
    target = Path(folder)
    kind, _, scheme = job.split("-")
    download(f"{kind}-1-{scheme}", target.with_name("first"))
    print(json.dumps(measured(lambda: download(job, target))))


if __name__ == "__main__":
    main(*sys.argv[1:])
