"""Listing a bucket of 100,000 objects takes little memory, with the real s3fs and gcsfs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

COUNT = 100_000
LIMIT = 60
"""MB by which the memory of the process may grow."""
LIST = r"""
import re, sys
from firsthandapi.download.listing import Listing
from firsthandapi.download.store import Store

def megabytes():
    # Not ru_maxrss, which begins with the peak of the process that began this one.
    return int(re.search(r"VmHWM:\s+(\d+) kB", open("/proc/self/status").read())[1]) // 1024

list(zip(range(1500), Store(sys.argv[1]).files()))  # connections and libraries are there
before = megabytes()
listing = Listing(Store(sys.argv[1]).files())
count = listing._db.execute("SELECT count(*) FROM files").fetchone()[0]
print(count, listing.size("file_01J5KA00000000099999.jpg"), round(megabytes() - before))
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    command = [sys.executable, str(Path(__file__).with_name("listing_server.py")), str(COUNT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.terminate()


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is asked for in another way there")
@pytest.mark.parametrize("scheme", ["s3", "gs"])
def test_the_memory_of_a_listing_is_bounded(scheme: str, server: str) -> None:
    known = {"AWS_ENDPOINT_URL": server, "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    known |= {"STORAGE_EMULATOR_HOST": server, "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false", "FSSPEC_GS_TOKEN": "anon"}
    done = subprocess.run(
        [sys.executable, "-c", LIST, f"{scheme}://bucket/set"],
        env={**os.environ, **known},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    count, size, grown = map(int, done.stdout.split())
    assert (count, size) == (COUNT, 100_000)
    assert grown < LIMIT
