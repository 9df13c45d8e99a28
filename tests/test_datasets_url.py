"""Data sets at a URL, by way of fsspec's own `memory://` and `file://`; in `tests/engines` they are in buckets."""

from __future__ import annotations

import doctest
import importlib
import json
import logging
import os
import pickle
import tarfile
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from test_datasets import content_of, make, mixed, row

from firsthandapi.datasets import Dataset, URLPath
from firsthandapi.download.remote import staging
from firsthandapi.errors import FirstHandArgumentError, FirstHandConnectionError, FirstHandDatasetError

fsspec = pytest.importorskip("fsspec")

URL = "memory://menus"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What lies in `memory://`, by path."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setenv("FIRSTHAND_CACHE_DIR", str(tmp_path / "cache"))
    memory = fsspec.get_filesystem_class("memory")
    yield memory.store
    memory.store.clear()
    memory.pseudo_dirs[:] = [""]
    assert list((tmp_path / "temporary").iterdir()) == [], "nothing is left on this machine"


@pytest.fixture
def menus(tmp_path: Path) -> Dataset:
    """Images, audio, video and something else at a URL."""
    return upload(mixed(tmp_path / "in"))


def upload(dataset: Dataset) -> Dataset:
    fs = fsspec.filesystem("memory")
    for path in Path(dataset.path).rglob("*"):
        if path.is_file():
            fs.pipe_file(f"/menus/{path.relative_to(dataset.path).as_posix()}", path.read_bytes())
    return Dataset.open(URL)


def names(store: dict[str, Any], folder: str) -> list[str]:
    return sorted(path[len(folder) + 1 :] for path in store if path.startswith(f"{folder}/"))


def test_rows_and_bytes(menus: Dataset) -> None:
    found = list(menus)
    assert len(menus) == len(found) == 7
    for number, (about, path) in enumerate(found):
        assert str(path) == f"{URL}/{about['file_name']}"
        assert path.read_bytes() == content_of(number)
        assert (path.suffix, path.stat().st_size) == (Path(about["file_name"]).suffix, len(content_of(number)))
        with path.open("rb") as stream:
            assert (stream.read(3), stream.tell()) == (content_of(number)[:3], 3)
    assert [found.row["id"] for found in pickle.loads(pickle.dumps(menus))] == [found.row["id"] for found in found]


def test_bytes_are_read_when_they_are_asked_for(menus: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    kind = fsspec.get_filesystem_class("memory")
    before = kind._open
    monkeypatch.setattr(kind, "_open", lambda self, path, *a, **k: opened.append(path) or before(self, path, *a, **k))
    example = next(iter(menus.filter(lambda row: row["content_type"] == "audio/wav")))
    assert opened == ["/menus/metadata.jsonl"]
    example.path.read_bytes()
    assert opened[1:] == ["/menus/a.wav"]


def test_it_is_no_path_of_this_machine(menus: Dataset) -> None:
    path = next(iter(menus)).path
    for call in (open, os.stat):
        with pytest.raises(FirstHandArgumentError, match=r"file_0000\.jpg is no path of this machine: read it"):
            call(path)
    with pytest.raises(TypeError):  # pathlib may put it into words of its own
        Path(path)
    with pytest.raises(FirstHandArgumentError, match="mode: must be 'rb' at a URL, not 'w'"):
        path.open("w")
    assert repr(path) == "URLPath('memory://menus/file_0000.jpg')"
    assert {path, menus.path / "file_0000.jpg"} == {path}
    assert path != menus.path


def test_where_nothing_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FirstHandDatasetError, match=r"memory://nowhere has no metadata\.jsonl: download"):
        Dataset.open("memory://nowhere")
    with pytest.raises(FirstHandArgumentError, match="folder: nothing:// is no kind of storage"):
        Dataset.open("nothing://x")
    with pytest.raises(FirstHandArgumentError, match="folder: is a chain of URLs"):
        Dataset.open("simplecache::memory://menus")
    with pytest.raises(FirstHandArgumentError, match="folder: is a URL in a Path"):
        Dataset.open(Path("s3://bucket/menus"))

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError("no key for ftp://me:hunter2@host/x?Signature=secret")

    monkeypatch.setattr(fsspec.get_filesystem_class("memory"), "exists", refuse)
    with pytest.raises(FirstHandConnectionError) as caught:
        Dataset.open(URL)
    assert str(caught.value).startswith(f"{URL}/metadata.jsonl: it cannot be read: no key for ftp://host/x")


def test_a_url_of_this_machine_is_a_folder(tmp_path: Path) -> None:
    make(tmp_path / "in", [row(0)])
    found = Dataset.open((tmp_path / "in").as_uri())
    assert found.path == tmp_path / "in"
    with pytest.raises(FirstHandArgumentError, match="is where the files come from"):
        found.write_webdataset(str(tmp_path / "in"), overwrite=True)
    with pytest.raises(FirstHandArgumentError, match="is where the files come from"):
        Dataset.open(tmp_path / "in").write_webdataset((tmp_path / "in").as_uri(), overwrite=True)


def test_a_download_that_has_not_ended_is_said(menus: Dataset, caplog: pytest.LogCaptureFixture) -> None:
    assert isinstance(menus.path, URLPath)
    journal = staging(menus.path.key) / ".firsthandapi" / "journal.jsonl"
    journal.parent.mkdir(parents=True)
    journal.touch()
    with caplog.at_level(logging.WARNING):
        Dataset.open(URL)
    assert "the download into memory://menus has not ended" in caplog.text


@pytest.mark.parametrize("target", ["here", "memory://out"])
def test_formats_are_the_same_wherever_they_come_from_and_go(
    target: str, menus: Dataset, store: dict[str, Any], tmp_path: Path
) -> None:
    here = Dataset.open(tmp_path / "in")
    out = str(tmp_path / "out") if target == "here" else target

    def content(name: str) -> bytes:
        return (tmp_path / "out" / name).read_bytes() if target == "here" else store[f"/out/{name}"].getvalue()

    written = menus.write_webdataset(f"{out}/shards")
    assert (written.location, written.counts) == (f"{out}/shards", {"all": 7})
    here.write_webdataset(tmp_path / "same")
    assert content("shards/data-000000.tar") == (tmp_path / "same" / "data-000000.tar").read_bytes()
    parts = menus.split(0.5, 0, 0.5, by="submission")
    written = parts.write_imagefolder(f"{out}/images", metadata="jsonl", link=True)
    again = {name: Dataset.open(f"{out}/images/{name}") for name, count in written.counts.items() if count}
    assert {name: len(part) for name, part in again.items()} == {n: c for n, c in written.counts.items() if c}
    assert sum(map(len, again.values())) == 4
    written = menus.write_coco(f"{out}/coco.json")
    here.write_coco(tmp_path / "same.json")
    assert content("coco.json") == (tmp_path / "same.json").read_bytes()
    if target == "here":
        assert written.path == tmp_path / "out" / "coco.json"
    else:
        with pytest.raises(FirstHandArgumentError, match="is no path of this machine: use its `location`"):
            assert written.path
        assert names(store, "/out/.firsthandapi") == []


def test_what_is_at_the_url_is_replaced_only_if_asked(menus: Dataset, store: dict[str, Any]) -> None:
    menus.write_webdataset("memory://out", shard_size=1)
    assert len(names(store, "/out")) == 7
    with pytest.raises(FirstHandArgumentError, match="memory://out is not empty: overwrite=True replaces it"):
        menus.write_webdataset("memory://out")
    menus.write_webdataset("memory://out", overwrite=True)
    assert names(store, "/out") == ["data-000000.tar"]
    with tarfile.open(fileobj=BytesIO(store["/out/data-000000.tar"].getvalue())) as archive:
        assert len(archive.getnames()) == 14
    for url in (URL, "memory://", f"{URL}/"):
        with pytest.raises(FirstHandArgumentError, match="is where the files come from"):
            menus.write_webdataset(url, overwrite=True)
    assert len(menus) == 7


def test_a_damaged_or_missing_file_stops_it_and_nothing_is_left(menus: Dataset, store: dict[str, Any]) -> None:
    fs = fsspec.filesystem("memory")
    fs.pipe_file("/menus/file_0001.jpg", b"x")
    with pytest.raises(FirstHandDatasetError, match=r"memory://menus/file_0001\.jpg is not what was downloaded"):
        menus.write_webdataset("memory://out")
    fs.rm_file("/menus/file_0001.jpg")
    with pytest.raises(FirstHandDatasetError, match=r"memory://menus/file_0001\.jpg is missing: download it again"):
        menus.write_webdataset("memory://out")
    assert names(store, "/out") == []


def test_an_upload_that_fails_is_said_without_a_secret(menus: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("Slow down: https://host/x?Signature=verysecret")

    monkeypatch.setattr(fsspec.get_filesystem_class("memory"), "put_file", refuse)
    with pytest.raises(FirstHandConnectionError, match="it cannot be uploaded: Slow down: https://host/x "):
        menus.write_webdataset("memory://out")


def test_what_lies_beside_the_files_is_put_there(menus: Dataset, store: dict[str, Any], tmp_path: Path) -> None:
    assert menus.write_croissant().location == f"{URL}/croissant.json"
    assert json.loads(store["/menus/croissant.json"].getvalue())["name"] == "menus"
    assert menus.write_gallery().location == f"{URL}/gallery.html"
    assert b'"link": "file_0000.jpg"' in store["/menus/gallery.html"].getvalue()
    assert menus.write_card().location == menus.write_card().location == f"{URL}/README.md"
    assert b"7 (4 image, 1 audio, 1 video, 1 other)" in store["/menus/README.md"].getvalue()
    menus.write_card(tmp_path / "card.md")
    fsspec.filesystem("memory").pipe_file("/menus/README.md", b"mine")
    with pytest.raises(FirstHandArgumentError, match=r"memory://menus/README\.md was written by somebody else"):
        menus.write_card()
    for write, name in ((menus.write_gallery, "gallery.html"), (menus.write_croissant, "croissant.json")):
        with pytest.raises(FirstHandArgumentError, match="path: must be in memory://menus: "):
            write(tmp_path / name)
    assert isinstance(menus.path, URLPath)


def test_the_examples_of_the_docstrings_run() -> None:
    assert doctest.testmod(importlib.import_module("firsthandapi.datasets.paths")) == (0, 2)
