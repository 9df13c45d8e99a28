"""What others make of the same files: programs, and the loops that people write with Python's HTTP libraries.

But for two rows, none of them verifies anything, and none writes a manifest. Python ones run in an environment of their
own, as `python -m benchmarks.download_clients NAME BASE KIND LIST FOLDER AUTHORITY`, and print what they took as JSON;
LIST is a file with one link a line. Their time is that of the download alone; a program's is that of its whole process.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

from .download_bare import AT_ONCE, bare

CHUNK = 256 * 1024
CHECKED = "checked.txt"
"""The list of links as aria2 reads it, with the SHA-256 of each."""


def aria2c(links: Path, folder: Path, authority: Path) -> list[str]:
    """The command line of aria2: one connection for each file, as the storage would see from us."""
    return [
        "aria2c", "--no-conf", "--quiet", f"--input-file={links}", f"--dir={folder}", f"--ca-certificate={authority}",
        f"--max-concurrent-downloads={AT_ONCE}", "--max-connection-per-server=1", "--split=1", "--file-allocation=none",
    ]  # fmt: skip


def curl(links: Path, folder: Path, authority: Path) -> list[str]:
    """The command line of curl."""
    config = folder.with_name("curl.conf")
    lines = [f'url = "{link}"\noutput = "{folder / name_of(link)}"' for link in links.read_text().split()]
    config.write_text("\n".join(lines), encoding="utf-8")
    return [
        "curl", "--disable", "--silent", "--fail", "--cacert", str(authority), "--parallel", "--parallel-max",
        str(AT_ONCE), "--config", str(config),
    ]  # fmt: skip


def aria2c_verifying(links: Path, folder: Path, authority: Path) -> list[str]:
    """aria2 told of each file's SHA-256, which it then compares: the one peer that can."""
    return aria2c(links.with_name(CHECKED), folder, authority)


PROGRAMS = {"aria2c": aria2c, "aria2c, SHA-256": aria2c_verifying, "curl": curl}


class Job:
    """One download."""

    def __init__(self, base: str, kind: str, links: str, folder: str, authority: str) -> None:
        self.base, self.kind, self.authority = base, kind, authority
        self._list = Path(links)
        self.links = self._list.read_text(encoding="utf-8").split()
        self.folder = Path(folder)

    def sums(self) -> dict[str, str]:
        """The SHA-256 of each link's file."""
        lines = self._list.with_name(CHECKED).read_text(encoding="utf-8").splitlines()
        return {link: line.rpartition("=")[2] for link, line in zip(lines[::2], lines[1::2])}

    def each(self, get: Callable[[str, Path], object]) -> None:
        """Call a function for every link and its file, in threads."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for _ in threads.map(lambda link: get(link, self.folder / name_of(link)), self.links):
                pass


def plain_httpx(job: Job) -> Callable[[], None]:
    """`stream` and `iter_bytes`, one client for all threads."""
    httpx = import_module("httpx")
    client = httpx.Client(verify=import_module("ssl").create_default_context(cafile=job.authority))

    def get(link: str, path: Path) -> None:
        with client.stream("GET", link) as response, path.open("wb") as target:
            response.raise_for_status()
            for chunk in response.iter_bytes():
                target.write(chunk)

    return lambda: job.each(get)


def plain_requests(job: Job) -> Callable[[], None]:
    """One session with as many connections as threads, `iter_content`."""
    requests = import_module("requests")
    session = requests.Session()
    session.mount("http", requests.adapters.HTTPAdapter(pool_maxsize=AT_ONCE))

    def get(link: str, path: Path) -> None:
        with session.get(link, stream=True, verify=job.authority) as response, path.open("wb") as target:
            response.raise_for_status()
            for chunk in response.iter_content(CHUNK):
                target.write(chunk)

    return lambda: job.each(get)


def plain_aiohttp(job: Job) -> Callable[[], None]:
    """One session, tasks that take one link after the other; files are written in the event loop."""
    import asyncio  # not for the others, whose memory it would count to

    aiohttp = import_module("aiohttp")
    context = import_module("ssl").create_default_context(cafile=job.authority)

    async def work(session: Any, links: list[str]) -> None:
        while links:
            link = links.pop()
            async with session.get(link, ssl=context) as response:
                response.raise_for_status()
                with (job.folder / name_of(link)).open("wb") as target:
                    async for chunk in response.content.iter_chunked(CHUNK):
                        target.write(chunk)

    async def main() -> None:
        async with aiohttp.ClientSession() as session:
            links = list(job.links)
            await asyncio.gather(*(work(session, links) for _ in range(AT_ONCE)))

    return lambda: asyncio.run(main())


def s3transfer(job: Job) -> Callable[[], None]:
    """The manager that boto3 and the AWS command line use; without credentials, an S3 GET is a plain one."""
    boto3, botocore = import_module("boto3"), import_module("botocore")
    config = import_module("botocore.config").Config(
        signature_version=botocore.UNSIGNED, s3={"addressing_style": "path"}, max_pool_connections=AT_ONCE
    )
    client = boto3.client("s3", endpoint_url=job.base, config=config, region_name="us-east-1", verify=job.authority)
    settings = import_module("boto3.s3.transfer").TransferConfig(max_concurrency=AT_ONCE)

    def download() -> None:
        # Left when all are done.
        with import_module("boto3.s3.transfer").create_transfer_manager(client, settings) as manager:
            for link in job.links:
                manager.download(job.kind, name_of(link), str(job.folder / name_of(link)))

    return download


def snapshot_download(job: Job) -> Callable[[], None]:
    """huggingface_hub as it is used, with the same nginx for a Hub."""
    os.environ.update(
        HF_ENDPOINT=job.base, HF_HUB_DISABLE_PROGRESS_BARS="1", HF_HUB_DISABLE_XET="1", HF_HUB_DISABLE_TELEMETRY="1",
        HF_HOME=str(job.folder.with_name("hub")), SSL_CERT_FILE=job.authority, REQUESTS_CA_BUNDLE=job.authority,
    )  # fmt: skip
    hub = import_module("huggingface_hub")
    return lambda: hub.snapshot_download(
        f"bench/{job.kind}", repo_type="dataset", local_dir=job.folder, max_workers=AT_ONCE
    )


FLOOR = "bare loop, SHA-256"
CLIENTS = {
    FLOOR: bare,
    "httpx": plain_httpx,
    "requests": plain_requests,
    "aiohttp": plain_aiohttp,
    "s3transfer": s3transfer,
    "huggingface_hub": snapshot_download,
}
NEEDS = {FLOOR: "ssl", "s3transfer": "boto3"}
"""The library of a client that is not called like it."""


def name_of(link: str) -> str:
    """The file name in a link."""
    return link.rpartition("/")[2].partition("?")[0]


def measured(work: Callable[[], object]) -> dict[str, float]:
    """Do it, and say what it took: seconds, CPU seconds, and the most memory that the process ever had, in MB."""
    cpu, started = time.process_time(), time.perf_counter()
    work()
    found = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return {**found, "peak": int(peak.split()[1]) * 1024 / 1e6}


def main(name: str, *arguments: str) -> None:
    """Measure one of the Python clients."""
    print(json.dumps(measured(CLIENTS[name](Job(*arguments)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
