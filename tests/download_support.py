"""What the tests of downloads share: a storage, the API's answers, and both clients behind one function."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
import storage_server
from storage_server import Storage

import firsthandapi

KEY = "fh_test_downloadkey"
API = "https://api.firsthandapi.com"


class NoSleep(firsthandapi.Clock):
    """Pauses take no time, but are noted."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def storage() -> Iterator[Storage]:
    with storage_server.serve() as server:
        yield server


class Calls:
    """`client.files.<method>`, by the sync or the async client; into the folder `out` unless told otherwise."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self.folder = folder
        self.clock = NoSleep()

    def __call__(self, method: str = "download_all", **arguments: Any) -> Any:
        if self.kind == "sync":
            with firsthandapi.Client(KEY, clock=self.clock) as client:
                return getattr(client.files, method)(**arguments)

        async def main() -> Any:
            async with firsthandapi.AsyncClient(KEY, clock=self.clock) as client:
                return await getattr(client.files, method)(**arguments)

        return asyncio.run(main())

    def into_out(self, method: str = "download_all", **arguments: Any) -> Any:
        """The method for job_1 and the folder `out`."""
        return self(method, **{"job_id": "job_1", "output_dir": self.folder, **arguments})


@pytest.fixture(params=["sync", "async"])
def calls(request: pytest.FixtureRequest, tmp_path: Path) -> Calls:
    return Calls(request.param, tmp_path / "out")


@pytest.fixture
def download(calls: Calls) -> Any:
    """`download_all` of job_1 into `tmp_path / "out"`, by the sync or the async client."""
    return calls.into_out


def api(*pages: list[dict[str, Any]], job: str = "job_1") -> respx.Route:
    """The API's list of files, in pages; asked again, it begins again."""
    answers = [
        httpx.Response(
            200,
            json={
                "object": "list",
                "data": data,
                "has_more": number < len(pages),
                "next_cursor": f"c{number}" if number < len(pages) else None,
            },
        )
        for number, data in enumerate(pages, 1)
    ]
    turns = iter(answers * 50)
    return respx.get(f"{API}/v1/jobs/{job}/files").mock(side_effect=lambda request: next(turns))


def refreshes(storage: Storage, file: dict[str, Any]) -> respx.Route:
    """The API renews the link of one file; the storage then takes only new ones."""

    def answer(request: httpx.Request) -> httpx.Response:
        storage.good_signature = "second"
        return httpx.Response(200, json={**file, "download_url": storage.link(file["id"][5:])})

    return respx.post(f"{API}/v1/files/{file['id']}/refresh_url").mock(side_effect=answer)


def parts(folder: Path) -> list[str]:
    """What a run left of its own."""
    return [path.name for path in folder.rglob("*") if ".firsthandapi" in path.parts or path.suffix == ".part"]
