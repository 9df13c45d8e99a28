"""How hard a download pulls: how many at once, how many bytes a second, and how much memory it takes."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from download_support import Calls, NoSleep, api, calls, storage
from storage_server import PIECE, Storage
from support import FakeClock

import firsthandapi
from firsthandapi.download import engine
from firsthandapi.download.item import CHUNK, Item
from firsthandapi.download.pace import PATIENCE, PER_FILE, START, WINDOW, Brake, Gate
from firsthandapi.download.part import Part
from firsthandapi.download.receive import Receiver, Stopped
from firsthandapi.download.spool import Spool

__all__ = ["calls", "storage"]


def drive(gate: Gate, clock: FakeClock, speed: Any, windows: int) -> list[int]:
    """The limit after each window, on a line whose speed depends on how many pull at once."""
    limits = []
    for _ in range(windows):
        clock.now += 1.01 * WINDOW
        gate.moved(int(speed(gate.limit) * 1.01 * WINDOW))
        gate.judge(busy=True)
        limits.append(gate.limit)
    return limits


def begun(most: int) -> tuple[Gate, FakeClock]:
    clock = FakeClock()
    gate = Gate(most, clock)
    gate.judge(busy=True)
    return gate, clock


def test_it_starts_low_and_grows_while_that_makes_it_faster() -> None:
    gate, clock = begun(32)
    assert gate.limit == START == 4
    assert drive(gate, clock, lambda limit: limit * 1e6, 4) == [8, 16, 32, 32]


def test_it_goes_back_where_more_does_not_help_and_tries_again_later() -> None:
    gate, clock = begun(32)
    limits = drive(gate, clock, lambda limit: min(limit, 8) * 1e6, PATIENCE + 6)
    assert limits[:5] == [8, 16, 16, 8, 8]
    assert set(limits[3 : PATIENCE + 3]) == {8}
    assert 16 in limits[PATIENCE + 3 :], "the line may have become better"
    limits = drive(gate, clock, lambda limit: min(limit, 8) * 1e6, 2 * PATIENCE - 5)
    assert set(limits) == {8}, "it tries less often"
    assert drive(gate, clock, lambda limit: limit * 1e6, 10)[-1] == 32


def test_it_does_not_grow_by_chance() -> None:
    gate, clock = begun(32)
    chance = random.Random(7)
    limits = drive(gate, clock, lambda limit: chance.gauss(1e7, 1e6), 2000)
    assert max(limits) <= 4 * START


def test_new_connections_are_given_time_to_be_made() -> None:
    gate, clock = begun(32)
    before = 0

    def speed(limit: int) -> float:
        nonlocal before
        before, warm = limit, before
        return warm * 1e6

    assert drive(gate, clock, speed, 10)[-1] == 32


def test_a_window_lasts_until_as_many_files_as_are_allowed_could_come() -> None:
    gate, clock = begun(32)
    clock.now += 3 * WINDOW
    gate.moved((START - 1) * PER_FILE)
    assert not gate.judge(busy=True)
    gate.moved(PER_FILE)
    assert gate.judge(busy=True)


def test_where_threads_slow_each_other_down_it_stays_low() -> None:
    gate, clock = begun(32)
    assert drive(gate, clock, lambda limit: 8e7 / limit, 4) == [8, 8, 4, 4]


def test_it_does_not_grow_when_there_is_not_enough_to_do() -> None:
    gate, clock = begun(32)
    clock.now += 1.01 * WINDOW
    gate.moved(PER_FILE)
    assert not gate.judge(busy=False)
    assert gate.limit == START


def test_complaints_halve_it_once_for_those_that_come_together() -> None:
    gate, clock = begun(32)
    drive(gate, clock, lambda limit: limit * 1e6, 5)
    for _ in range(5):
        gate.back_off(7)
    assert gate.limit == 16
    assert gate.closed_until == clock.now + 7
    clock.now += 1.01 * WINDOW
    gate.back_off(0)
    assert gate.limit == 8
    for _ in range(9):
        clock.now += 1.01 * WINDOW
        gate.back_off(0)
    assert gate.limit == 1
    limits = drive(gate, clock, lambda limit: limit * 1e6, PATIENCE + 8)
    assert limits[PATIENCE - 3] == 1
    assert limits[-1] == 32


@respx.mock
def test_a_server_that_has_too_much_to_do_is_left_alone(storage: Storage, calls: Calls) -> None:
    storage.faults["7"] = ["429:9", "503:4"]
    api([storage.file(str(number), b"x" * 1000) for number in range(30)])
    report = calls.into_out()
    assert len(report.fetched) == 30
    assert [row.attempts for row in report.files if row.file_id == "file_7"] == [3]
    waited = sorted(calls.clock.slept)
    assert [seconds for seconds in waited if 9 <= seconds <= 10]
    assert [seconds for seconds in waited if 4 <= seconds <= 5]


@respx.mock
def test_never_more_at_once_than_allowed(storage: Storage, calls: Calls) -> None:
    storage.pause = 0.001
    api([storage.file(str(number), bytes(PIECE)) for number in range(40)])
    calls.into_out(concurrency=3)
    assert storage.busiest <= 3


@respx.mock
def test_threads_that_were_of_no_use_end(storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    done, alive = [0], [0]

    def judge(gate: Gate, *, busy: bool) -> bool:
        before, gate.limit = gate.limit, 8 if done[-1] < 10 else 1
        return gate.limit > before

    def progress(at: firsthandapi.DownloadProgress) -> None:
        done.append(at.files_done)
        alive.append(sum(thread.name == "firsthandapi-download" for thread in threading.enumerate()))

    monkeypatch.setattr(Gate, "judge", judge)
    storage.pause = 0.001
    api([storage.file(str(number), b"x" * (CHUNK + 1)) for number in range(40)])
    assert len(calls.into_out(progress=progress).fetched) == 40
    assert max(alive) > 1
    assert alive[-1] == 1


def test_the_brake_keeps_to_its_rate() -> None:
    clock = FakeClock()
    brake = Brake(1e6, clock)
    for _ in range(100):
        clock.sleep(brake.take(brake.piece(PIECE)))
    sent = 100 * brake.piece(PIECE)
    assert clock.now == pytest.approx((sent - brake.piece(PIECE)) / 1e6)
    assert max(clock.sleeps) < 0.2
    free = Brake(None, clock)
    assert (free.piece(PIECE), free.take(PIECE)) == (PIECE, 0.0)


@respx.mock
def test_a_limit_of_bytes_a_second_is_for_the_whole_download(storage: Storage, calls: Calls) -> None:
    class Real(NoSleep):
        """Pauses are noted, and time stands still."""

        def monotonic(self) -> float:
            return 0.0

    calls.clock = Real()
    api([storage.file(str(number), bytes(200_000)) for number in range(10)])
    calls.into_out(max_bytes_per_second=1e6)
    assert max(calls.clock.slept) == pytest.approx(2.0, abs=0.2), "the last piece of 2 MB"


class Trickle:
    """An engine whose connections bring ten bytes every second, and then, at the second attempt, all the rest."""

    dialer = None

    def __init__(self, content: bytes, clock: FakeClock) -> None:
        self.content, self.clock, self.attempts = content, clock, 0
        self.status, self.headers = 200, {"content-length": str(len(content))}

    def open(self, url: str, *, offset: int = 0, validator: str | None = None) -> Trickle:
        self.attempts += 1
        self.at = offset
        if offset:
            self.status = 206
            self.headers = {"content-range": f"bytes {offset}-{len(self.content) - 1}/{len(self.content)}"}
        return self

    def readinto(self, buffer: memoryview) -> int:
        self.clock.now += 1
        piece = self.content[self.at : self.at + min(10 if self.attempts == 1 else len(buffer), len(buffer))]
        buffer[: len(piece)] = piece
        self.at += len(piece)
        return len(piece)

    def close(self) -> None:
        pass


def test_a_brake_does_not_hold_up_a_stop(tmp_path: Path) -> None:
    stop, two_came = threading.Event(), threading.Event()

    class Watcher:
        came_so_far = 0

        def came(self, size: int) -> None:
            self.came_so_far += size
            if self.came_so_far == 2:
                two_came.set()

        def refused(self, pause: float) -> None:
            raise AssertionError

    clock = firsthandapi.Clock()
    receiver = Receiver(Trickle(b"slow", FakeClock()), Watcher(), Brake(0.001, clock), clock, stop)
    item = Item.of(firsthandapi.File.from_dict({"id": "file_1"}), 0, "a.jpg", None)
    part = Part(tmp_path, item)
    ended: list[bool] = []

    def receive() -> None:
        with pytest.raises(Stopped):
            receiver.receive(item, part, memoryview(bytearray(PIECE)))
        ended.append(True)

    thread = threading.Thread(target=receive, daemon=True)
    thread.start()
    assert two_came.wait(5)
    stop.set()
    thread.join(5)
    part.close()
    assert ended, "it would have paused for a quarter of an hour"


@respx.mock
def test_a_connection_that_hardly_moves_is_exchanged(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock()
    trickle = Trickle(bytes(range(256)) * 4, clock)
    monkeypatch.setattr(engine, "default", lambda timeout: trickle)
    calls.clock = clock  # type: ignore[assignment]
    api([storage.file("a", trickle.content)])
    report = calls.into_out()
    assert report.files[0].path.read_bytes() == trickle.content
    assert (trickle.attempts, report.files[0].resumed) == (2, 310)

    trickle.attempts = 0
    trickle.status, trickle.headers = 200, {}
    calls.into_out(output_dir=calls.folder / "slow", max_bytes_per_second=5)
    assert trickle.attempts == 1, "the user wants it slow"


def test_a_spool_keeps_what_it_is_given_and_little_in_memory() -> None:
    spool = Spool()
    rows = [{"n": number, "text": "é" * (number % 50)} for number in range(5000)]
    for row in rows[:100]:
        spool.append(row)
    assert spool[7] == rows[7], "reading does not disturb writing"
    for row in rows[100:]:
        spool.append(row)
    assert [spool[index] for index in range(len(spool))] == rows
    assert list(reversed(spool)) == rows[::-1]
    for index in (-1, 5000):
        with pytest.raises(IndexError):
            spool[index]
    spool.close()


MEMORY = """
    import resource, sys, httpx, json
    import firsthandapi
    from firsthandapi.download import engine

    class Nothing:
        '''An engine whose files are empty, so that only the bookkeeping is measured.'''
        status, headers, dialer = 200, {"content-length": "0"}, None
        def open(self, url, *, offset=0, validator=None): return self
        def readinto(self, buffer): return 0
        def close(self): pass

    engine.default = lambda timeout: Nothing()
    count, folder = int(sys.argv[1]), sys.argv[2]

    def answer(request):
        start = int(request.url.params.get("cursor", 0))
        stop = min(count, start + 100)
        data = [json.loads(sys.argv[3].replace("NUMBER", str(number))) for number in range(start, stop)]
        more = stop < count
        return httpx.Response(200, json={"object": "list", "data": data, "has_more": more,
                                         "next_cursor": str(stop) if more else None})

    client = firsthandapi.Client("fh_test_key", http_client=httpx.Client(transport=httpx.MockTransport(answer)))
    report = client.files.download_all(job_id="job_1", output_dir=folder)
    assert len(report.files) == count and report.files[-1].status == "fetched"
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1 << 20 if sys.platform == "darwin" else 1 << 10))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="it has no getrusage")
def test_many_files_take_the_memory_of_a_few(tmp_path: Any, storage: Storage) -> None:
    file = storage.file("x", b"", id="file_NUMBER", annotations={"ocr_text": "x" * 2000})
    peaks = []
    for count in (100, 6000):
        arguments = [str(count), str(tmp_path / str(count)), httpx.Response(200, json=file).text]
        script = [sys.executable, "-c", textwrap.dedent(MEMORY), *arguments]
        peaks.append(int(subprocess.run(script, capture_output=True, text=True, check=True).stdout))
    assert peaks[1] - peaks[0] <= 8, peaks
    assert (tmp_path / "6000" / "metadata.jsonl").stat().st_size > 12_000_000


HANDLES = """
    import json, os, resource, sys, httpx, firsthandapi.download.pace
    limit, spare, folder, pages = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], json.loads(sys.stdin.read())
    firsthandapi.download.pace.START = 64  # as on a fast line, from the beginning
    hoard = []

    def answer(request):
        at = int(request.url.params.get("cursor", 0))
        while at and spare >= 0:  # whatever else the process has open by then
            try:
                hoard.append(os.open(os.devnull, os.O_RDONLY))
            except OSError:
                for _ in range(spare):
                    os.close(hoard.pop())
                break
        more = at + 1 < len(pages)
        return httpx.Response(200, json={"object": "list", "data": pages[at], "has_more": more,
                                         "next_cursor": str(at + 1) if more else None})

    client = firsthandapi.Client("fh_test_key", http_client=httpx.Client(transport=httpx.MockTransport(answer)))
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    try:
        report = client.files.download_all(job_id="job_1", output_dir=folder, concurrency=64, progress=False)
    except firsthandapi.FirstHandDownloadError as error:
        report = error.report
    print(json.dumps([[row.status, row.error] for row in report.files]))
"""


def rows_with_handles(
    limit: int, spare: int, folder: Path, pages: list[list[dict[str, Any]]]
) -> list[list[str | None]]:
    """Status and error of each file, downloaded by a process that may have so many files open."""
    script = [sys.executable, "-c", textwrap.dedent(HANDLES), str(limit), str(spare), str(folder)]
    done = subprocess.run(script, input=json.dumps(pages), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows: list[list[str | None]] = json.loads(done.stdout)
    return rows


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such limit")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_too_few_file_handles_slow_it_down(tmp_path: Path, storage: Storage, host: str) -> None:
    storage.pause = 0.002
    sizes = [(10_000, 120), (2 * CHUNK, 40)]
    pages = [[storage.file(f"{size}_{number}", bytes(size)) for number in range(count)] for size, count in sizes]
    for file in pages[0] + pages[1]:
        file["download_url"] = file["download_url"].replace("127.0.0.1", host)
    rows = rows_with_handles(32, -1, tmp_path / "out", pages)
    assert rows == [["fetched", None]] * 160
    assert storage.busiest > 2, "not one by one"


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such limit")
@pytest.mark.parametrize("size", [1000, 2 * CHUNK])
def test_where_not_even_one_file_can_be_opened_the_limit_is_named(tmp_path: Path, storage: Storage, size: int) -> None:
    pages = [[], [storage.file(str(number), bytes(size)) for number in range(3)]]
    for spare in (0, 1):
        rows = rows_with_handles(40, spare, tmp_path / str(spare), pages)
        assert [status for status, _ in rows] == ["failed"] * 3
        assert {error for _, error in rows} == {
            "too many files and connections are open: raise the limit (RLIMIT_NOFILE, `ulimit -n`) of 40, "
            "or close others that this process has open"
        }
