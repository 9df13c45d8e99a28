"""A downloader that is killed again and again, on a line where every fifth answer is bad, ends with a whole folder.

`make test` runs it small; `make kill-test`, which sets FIRSTHANDAPI_KILL_TEST=full, with 200 files of up to 200 MB.
What was fetched is counted by the server, not by the client that is tested.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import random
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import NamedTuple

import pytest
import storage_server
from storage_server import PIECE, Storage

from firsthandapi.download import verify

FAULTS = ("cut", "reset", "drip", "expired", "wrong", "429", "503")
FAULTY = 0.2
DOWNLOADER = """
    import sys, time, firsthandapi

    class Fast(firsthandapi.Clock):
        def sleep(self, seconds):
            time.sleep(seconds / 50)

    base_url, folder = sys.argv[1:]
    client = firsthandapi.Client("fh_test_key", base_url=base_url, clock=Fast())
    report = client.files.download_all(job_id="job_1", output_dir=folder, raise_on_failure=False)
    sys.exit(1 if report.failed else 0)
"""


class Scale(NamedTuple):
    """How much is tried."""

    files: int
    largest: int
    kills: int
    pause: float


SMALL, FULL = Scale(60, 2 << 20, 8, 0.002), Scale(200, 200 << 20, 30, 0.0)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("seed", [7])
def test_killed_at_any_moment_the_folder_ends_whole(tmp_path: Path, seed: int) -> None:
    scale = FULL if os.environ.get("FIRSTHANDAPI_KILL_TEST") == "full" else SMALL
    rng = random.Random(seed)
    folder = tmp_path / "out"
    with storage_server.serve() as storage:
        total = fill(storage, scale, rng)
        storage.pause = scale.pause
        storage.chance = lambda name: rng.choice(FAULTS) if rng.random() < FAULTY else ""

        continued = 0
        for moment in sorted(rng.uniform(0, 0.9 * total) for _ in range(scale.kills)):
            left, already_asked = left_over(storage, folder), len(storage.asked)
            with downloader(storage, folder) as process:
                while storage.total_sent < moment and process.poll() is None:
                    time.sleep(0.001)
                process.kill()
            assert process.returncode != 0, "it was not done yet"
            check_names(storage, folder)
            for name, size in left.items():
                again = next((first for asked, first in storage.asked[already_asked:] if asked == name), size)
                assert again == size, f"{name} does not go on where it was"
                continued += size > 0
        assert continued > 0
        for _ in range(20):
            with downloader(storage, folder) as process:
                pass
            if process.returncode == 0:
                break
        assert process.returncode == 0

        assert sorted(path.name for path in folder.iterdir()) == sorted(
            ["metadata.jsonl", *(f"{id}.jpg" for id in storage.files)]
        )
        check_names(storage, folder)
        rows = [json.loads(line) for line in (folder / "metadata.jsonl").read_text(encoding="utf-8").splitlines()]
        assert sorted(row["id"] for row in rows) == sorted(storage.files)
        assert verify(folder).ok == scale.files
        assert [name for name, times in storage.confirmed.items() if times > 1] == [], "fetched whole twice"

        asked = sum(storage.requests.values())
        assert asked > scale.files
        with downloader(storage, folder) as process:
            pass
        assert (process.returncode, sum(storage.requests.values())) == (0, asked), "nothing is left to fetch"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_second_process_takes_over_from_one_that_was_killed(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with storage_server.serve() as storage:
        fill(storage, SMALL, random.Random(7))
        storage.pause = 0.005
        with downloader(storage, folder) as first:
            while storage.total_sent < PIECE and first.poll() is None:
                time.sleep(0.001)
            with downloader(storage, folder) as second:
                time.sleep(0.3)
                assert (first.poll(), second.poll()) == (None, None), "one works, one waits"
                first.kill()
        assert second.returncode == 0
        check_names(storage, folder)
        assert verify(folder).ok == SMALL.files
        assert set(storage.confirmed.values()) <= {1}
        assert not (folder / ".firsthandapi").exists()


def fill(storage: Storage, scale: Scale, rng: random.Random) -> int:
    """Serve files of all sizes, evenly over the orders of magnitude; returns how many bytes they have together."""
    # All are parts of one block, from different places on.
    block = memoryview(rng.randbytes(scale.largest + scale.files))
    for number in range(scale.files):
        size = int(math.exp(rng.uniform(math.log(1 << 10), math.log(scale.largest))))
        storage.file(f"{number:03}", block[number : number + size])
    return sum(len(content) for content in storage.content.values())


def downloader(storage: Storage, folder: Path) -> subprocess.Popen[bytes]:
    """The process that is killed."""
    script = textwrap.dedent(DOWNLOADER)
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return subprocess.Popen([sys.executable, "-c", script, storage.url, str(folder)], env=environment)


def left_over(storage: Storage, folder: Path) -> dict[str, int]:
    """Name and length of each part file that must be continued."""
    found: dict[str, int] = {}
    for path in (folder / ".firsthandapi").glob("*.json"):
        name, part = json.loads(path.read_text())["file_id"][5:], path.with_suffix(".part")
        size = part.stat().st_size if part.exists() else 0
        # One that is as long as the file and yet wrong was about to start again.
        if size < len(storage.content[name]) or part.read_bytes() == storage.content[name]:
            found[name] = size
    return found


def check_names(storage: Storage, folder: Path) -> None:
    """Whatever has its name is right."""
    for path in folder.glob("*.jpg"):
        file = storage.files[path.stem]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == file["content_hash"], path.name
