"""When the power goes, nothing that was not on the disk is believed to be there."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import respx
from download_support import Calls, api, calls, storage
from storage_server import PIECE, Storage

from firsthandapi.download import durable, place, verify

__all__ = ["calls", "storage"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="what was flushed is known by its inode")


class Disk:
    """Keeps an image of a folder as a loss of power could have left it, for every moment when a name changes.

    The worst that file systems do: names, sizes and times are there at once, bytes only when they are flushed; the
    others are zero.
    """

    def __init__(self, folder: Path, images: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.images = folder, images
        self.count = 0
        self._flushed: dict[int, int] = {}
        self._held: list[int] = []
        self.flush_all(os.fspath(folder))
        for name in ("replace", "unlink"):
            patch.setattr(os, name, self._imaged(getattr(os, name)))
        patch.setattr(os, "fsync", self._fsync)
        patch.setattr(durable, "_flush_file_system", self.flush_all)

    def flush_all(self, folder: str) -> bool:
        for path in Path(folder).rglob("*"):
            if path.is_file():
                descriptor = os.open(path, os.O_RDONLY)
                self._fsync(descriptor)
                os.close(descriptor)
        return True

    def _fsync(self, descriptor: int) -> None:
        self._held.append(os.dup(descriptor))  # nobody else gets its number
        found = os.fstat(descriptor)
        self._flushed[found.st_ino] = found.st_size

    def _imaged(self, real: Any) -> Any:
        def change(*arguments: Any, **more: Any) -> None:
            real(*arguments, **more)
            self.take()

        return change

    def take(self) -> None:
        """One more image."""
        if not self.folder.exists():
            return
        image = self.images / str(self.count)
        self.count += 1
        for path in self.folder.rglob("*"):
            if path.is_file() and path.name != "lock":
                found = path.stat()
                there = path.read_bytes()[: self._flushed.get(found.st_ino, 0)]
                target = image / path.relative_to(self.folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(there.ljust(found.st_size, b"\0"))
                os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))

    def close(self) -> None:
        for descriptor in self._held:
            os.close(descriptor)


@pytest.fixture(params=[0, 99], ids=["many", "few"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to flush files."""
    monkeypatch.setattr(durable, "FEW", request.param)


def images(calls: Calls, images: Path, method: str, **arguments: Any) -> Iterator[Path]:
    """What a run could have left at any moment."""
    with pytest.MonkeyPatch.context() as patch:
        disk = Disk(calls.folder, images, patch)
        calls.into_out(method, **{"concurrency": 1, **arguments})
        disk.take()
        disk.close()
    for number in range(disk.count):
        yield images / str(number)


def check(calls: Calls, storage: Storage, image: Path) -> None:
    """A cheap sync makes of it what it should be."""
    calls.into_out("sync", output_dir=image)
    for id in storage.files:
        assert (image / f"{id}.jpg").read_bytes() == storage.content[id[5:]], f"{id} in {image.name}"
    assert verify(image).is_whole


@respx.mock
@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("method", ["download_all", "sync"])
def test_a_first_run(storage: Storage, calls: Calls, tmp_path: Path, method: str) -> None:
    api([storage.file(name, name.encode() * size) for name, size in (("a", 100), ("b", 200), ("c", 2 * PIECE))])
    seen = list(images(calls, tmp_path / "images", method))
    assert len(seen) > 5
    assert verify(seen[-1]).ok == 3, "at the end all of it is on the disk"
    for image in seen:
        check(calls, storage, image)


@respx.mock
@pytest.mark.usefixtures("few")
def test_files_that_replace_damaged_ones(storage: Storage, calls: Calls, tmp_path: Path) -> None:
    files = [storage.file(name, name.encode() * 100) for name in "ab"]
    api(files)
    calls.into_out()
    for file in files:
        (calls.folder / f"{file['id']}.jpg").write_bytes(b"damaged")
    for image in images(calls, tmp_path / "images", "download_all"):
        # The line in the journal may be lost while the file has its name already.
        shutil.rmtree(image / ".firsthandapi", ignore_errors=True)
        check(calls, storage, image)


@respx.mock
@pytest.mark.off_contract("a file without a hash")
@pytest.mark.usefixtures("few")
def test_files_without_a_hash(storage: Storage, calls: Calls, tmp_path: Path) -> None:
    api([storage.file(name, name.encode() * 100, content_hash=None) for name in "ab"])
    for image in images(calls, tmp_path / "images", "download_all"):
        shutil.rmtree(image / ".firsthandapi", ignore_errors=True)
        check(calls, storage, image)


@respx.mock
@pytest.mark.usefixtures("few")
def test_a_run_that_was_killed_before_the_power_went(storage: Storage, calls: Calls, tmp_path: Path) -> None:
    """What it had brought is right, but nobody knows whether it is on the disk."""
    api([storage.file(name, name.encode() * 100) for name in "ab"])
    left = tmp_path / "left"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(durable, "flush_file", lambda path: 1 / 0)
        patch.setattr(durable, "_flush_file_system", lambda folder: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            calls.into_out()
    shutil.copytree(calls.folder, left)
    for image in images(calls, tmp_path / "images", "sync"):
        check(calls, storage, image)
    for name in "ab":
        path = left / f"file_{name}.jpg"
        times = path.stat()
        path.write_bytes(bytes(100))
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    check(calls, storage, left)


@respx.mock
def test_a_file_that_was_withdrawn_does_not_come_back(
    storage: Storage, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [storage.file(name, name.encode()) for name in "ab"]
    name = "{region}/{file_id}.{ext}"
    api(files)
    calls.into_out(name=name)
    api(files[:1])
    done: list[str] = []
    unlink, replace, flush = os.unlink, os.replace, durable.flush_folder
    patch = monkeypatch.setattr
    patch(os, "unlink", lambda path, **more: (done.append(f"unlink {Path(path).name}"), unlink(path, **more)))
    patch(os, "replace", lambda source, target: (done.append(f"name {Path(target).name}"), replace(source, target)))
    patch(place, "flush_folder", lambda path: (done.append(f"flush {Path(path).name}"), flush(path)))
    calls.into_out("sync", name=name, withdrawn="delete")
    assert [what for what in done if "lock" not in what and "journal" not in what] == [
        "unlink file_b.jpg", "flush US-NY", "name metadata.jsonl", "flush out",
    ]  # fmt: skip


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it is Linux that can flush a whole file system")
def test_many_files_are_flushed_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[str] = []
    names = [f"{number}" for number in range(durable.FEW + 1)]
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    monkeypatch.setattr(durable, "flush_file", flushed.append)
    durable.flush_files(os.fspath(tmp_path), iter(names))
    assert flushed == []
    durable.flush_files(os.fspath(tmp_path), iter(names[1:]))
    assert flushed == [*(os.path.join(tmp_path, name) for name in names[1:]), os.path.join(tmp_path, "")]


def test_files_that_are_gone_need_no_flush(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    durable.flush_files(os.fspath(tmp_path), ["gone", "gone/too", "a/below", "a"])


@pytest.mark.parametrize(("number", "raises"), [(38, False), (1, False), (5, True)])
def test_a_file_system_that_cannot_be_flushed_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, raises: bool
) -> None:
    import ctypes

    class Library:
        def __init__(self, name: None, use_errno: bool) -> None:
            pass

        def syncfs(self, descriptor: int) -> int:
            ctypes.set_errno(number)
            return -1

    flushed: list[str] = []
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", Library)
    monkeypatch.setattr(durable, "FEW", 0)
    monkeypatch.setattr(durable, "flush_file", flushed.append)
    if raises:
        with pytest.raises(OSError, match="Input/output"):
            durable.flush_files(os.fspath(tmp_path), ["a"])
    else:
        durable.flush_files(os.fspath(tmp_path), ["a"])
        assert flushed[0] == os.path.join(tmp_path, "a")
