"""Data sets from a downloaded folder, as far as the standard library can write them. The libraries that read them are
asked in `tests/engines`."""

from __future__ import annotations

import doctest
import hashlib
import importlib
import io
import json
import os
import pickle
import re
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from support import peak_of

from firsthandapi import Client, FirstHandArgumentError
from firsthandapi.datasets import Dataset, FirstHandDatasetError, webdataset
from firsthandapi.datasets.columns import COLUMNS, cells
from firsthandapi.datasets.splits import Splitter
from firsthandapi.datasets.writing import whole_file, whole_folder

NASTY = 'Crème brûlée 漢字 👩‍🔬 \u2028 </script><img src=x onerror=alert(1)> | `*_ "\n\ud800'


def row(number: int, **changed: Any) -> dict[str, Any]:
    content = content_of(number)
    return {
        "file_name": f"file_{number:04d}.jpg",
        "id": f"file_{number:04d}",
        "job_id": "job_1",
        "submission_id": f"sub_{number:04d}",
        "content_type": "image/jpeg",
        "size_bytes": len(content),
        "duration_seconds": None,
        "width": 640,
        "height": 480,
        "content_hash": hashlib.sha256(content).hexdigest(),
        "captured_at": "2026-03-31T14:22:08Z",
        "ai_star_rating": 3 + number % 3,
        "device_info": {"device_model": "Phone 1", "device_os": None, "app_version": "2"},
        "worker_region": "US-NY",
        "annotations": {"object_labels": [{"label": "menu", "confidence": 0.9}], "ocr_text": "Tea", "new_field": [1]},
        "keyframes": None,
        "created_at": "2026-03-31T14:30:00Z",
        **changed,
    }


def content_of(number: int) -> bytes:
    return bytes([number % 256]) * (1000 + number)


def make(folder: Path, rows: list[dict[str, Any]]) -> Dataset:
    folder.mkdir(parents=True, exist_ok=True)
    for number, found in enumerate(rows):
        path = folder / found["file_name"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content_of(number))
    lines = [json.dumps(found) + "\n" for found in rows]
    (folder / "metadata.jsonl").write_text("".join(lines), encoding="utf-8")
    return Dataset.open(folder)


def mixed(folder: Path) -> Dataset:
    """Images, audio, video, something else, nulls, words and shapes that nobody documented."""
    audio = {"annotations": {"transcript": NASTY, "language": "en"}, "width": None, "height": None}
    return make(
        folder,
        [
            row(0),
            row(1, annotations=None, device_info=None, worker_region=None, captured_at=None, keyframes=None),
            row(2, annotations={"ocr_text": NASTY, "object_labels": [{"label": NASTY, "confidence": None}, {}]}),
            row(3, file_name="a.wav", content_type="audio/wav", duration_seconds=2.5, **audio),
            row(
                4, file_name="b.mp4", content_type="video/mp4", duration_seconds=3, keyframes=[{"url": "http://s/?sig"}]
            ),
            row(
                5,
                file_name="c.bin",
                content_type="application/x-new",
                ai_star_rating="five",
                width="wide",
                new={"a": 1},
            ),
            row(6, file_name="sub dir/ü #1.jpg", annotations={"object_labels": "none"}, captured_at="yesterday"),
        ],
    )


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*.part")]


class TestReading:
    def test_examples_come_in_the_order_of_the_manifest_without_links(self, tmp_path: Path) -> None:
        found = make(
            tmp_path, [row(0), row(1, object="file", download_url="http://s/?sig", keyframes=[{"url": "x"}, 1])]
        )
        assert [example.path.name for example in found] == ["file_0000.jpg", "file_0001.jpg"]
        assert [example.row["id"] for example in found] == ["file_0000", "file_0001"]
        assert not {"object", "download_url"} & set(list(found)[1].row)
        assert list(found)[1].row["keyframes"] == [{}, 1]
        assert len(found) == 2

    def test_rows_and_paths_unpack(self, tmp_path: Path) -> None:
        for found, path in make(tmp_path, [row(0)]):
            assert path.read_bytes() == content_of(0)
            assert found["worker_region"] == "US-NY"

    # Python 3.9's `list` asks for a length before it begins.
    @pytest.mark.parametrize(
        "collect", [tuple, lambda found: [*found], *([list] if sys.version_info > (3, 10) else [])]
    )
    def test_who_collects_all_examples_reads_the_manifest_once(self, tmp_path: Path, collect: Any) -> None:
        read: list[str] = []
        menus = make(tmp_path, [row(n) for n in range(5)]).filter(lambda found: read.append(found["id"]) or True)
        for times in (1, 2):
            read.clear()
            assert [found.row["id"] for found in collect(menus)] == [f"file_{n:04d}" for n in range(5)] == read, times
        begun, other = iter(menus), iter(menus)
        next(begun)
        assert len(menus) == len(list(other)) == len(menus) == 5
        assert len(list(begun)) == 4
        assert [found.row["id"] for found in pickle.loads(pickle.dumps(Dataset.open(tmp_path)))] == read[:5]

    def test_an_empty_manifest_is_an_empty_data_set(self, tmp_path: Path) -> None:
        assert list(make(tmp_path, [])) == []

    @pytest.mark.parametrize(
        "line", ["{", "[]", "{}", '{"file_name": 1}', '{"file_name": ""}', '{"file_name": "../x"}',
                 '{"file_name": "/x"}', '{"file_name": "C:\\\\x"}', '{"file_name": "a\\\\..\\\\..\\\\x"}'],
    )  # fmt: skip
    def test_a_line_that_is_no_row_or_leads_out_of_the_folder_is_refused(self, line: str, tmp_path: Path) -> None:
        (tmp_path / "metadata.jsonl").write_text(json.dumps(row(0)) + "\n" + line + "\n")
        with pytest.raises(FirstHandDatasetError, match=r"line 2 of .*metadata\.jsonl is no row"):
            list(Dataset.open(tmp_path))

    def test_a_folder_without_a_manifest_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(FirstHandDatasetError, match=r"has no metadata\.jsonl: download"):
            Dataset.open(tmp_path)
        with pytest.raises(FirstHandArgumentError, match="folder: must be a path or a DownloadReport, not 7"):
            Dataset.open(7)  # type: ignore[arg-type]

    def test_a_download_that_has_not_ended_is_said(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        make(tmp_path, [row(0)])
        (tmp_path / ".firsthandapi").mkdir()
        (tmp_path / ".firsthandapi" / "journal.jsonl").touch()
        Dataset.open(tmp_path)
        assert "has not ended" in caplog.text

    def test_filters_add_up(self, tmp_path: Path) -> None:
        found = make(tmp_path, [row(number) for number in range(9)])
        best = found.filter(lambda row: row["ai_star_rating"] >= 4).filter(lambda row: row["id"] < "file_0005")
        assert [row["id"] for row, _ in best] == ["file_0001", "file_0002", "file_0004"]
        assert (len(found), found.is_whole, best.is_whole) == (9, True, False)


class TestSplits:
    @staticmethod
    def rows(count: int) -> list[dict[str, Any]]:
        return [row(number, worker_id=f"wkr_{number % 97}") for number in range(count)]

    def test_no_worker_is_in_two_splits(self, tmp_path: Path) -> None:
        parts = make(tmp_path, self.rows(500)).split()
        workers = {name: {row["worker_id"] for row, _ in parts[name]} for name in parts.splits}
        assert parts.splits == ("train", "validation", "test")
        assert all(workers.values())
        assert len(set.union(*workers.values())) == sum(map(len, workers.values())) == 97
        assert sum(len(parts[name]) for name in parts.splits) == 500

    def test_nobody_moves_when_the_set_grows(self, tmp_path: Path) -> None:
        small, large = make(tmp_path / "a", self.rows(50)).split(), make(tmp_path / "b", self.rows(500)).split()
        before = {row["id"]: small.split_of(row) for row, _ in small}
        after = {row["id"]: large.split_of(row) for row, _ in large}
        assert before == {id: after[id] for id in before}

    def test_where_a_worker_goes_is_pinned(self) -> None:
        """Another release must not reshuffle anybody's benchmark."""
        found = Splitter((0.8, 0.1, 0.1), "worker", "")
        assert [found.split({"worker_id": f"wkr_{number}"}) for number in range(12)] == [
            "train", "train", "validation", "test", "train", "train",
            "train", "train", "train", "train", "train", "test",
        ]  # fmt: skip

    def test_shares_are_kept_with_many_groups(self) -> None:
        found = Splitter((0.7, 0.2, 0.1), "worker", "x")
        names = [found.split({"worker_id": str(number)}) for number in range(10_000)]
        assert names.count("train") == pytest.approx(7000, abs=150)
        assert names.count("test") == pytest.approx(1000, abs=100)

    def test_the_test_split_stays_when_the_others_change(self) -> None:
        one, two = Splitter((0.8, 0.1, 0.1), "worker", ""), Splitter((0.6, 0.3, 0.1), "worker", "")
        rows: list[dict[str, Any]] = [{"worker_id": str(number)} for number in range(1000)]
        assert [one.split(row) == "test" for row in rows] == [two.split(row) == "test" for row in rows]

    def test_another_seed_gives_other_splits(self, tmp_path: Path) -> None:
        found = make(tmp_path, self.rows(100))
        one, two = found.split(seed="1"), found.split(seed="2")
        assert [one.split_of(row) for row, _ in found] != [two.split_of(row) for row, _ in found]

    def test_a_split_without_a_share_is_not_there(self, tmp_path: Path) -> None:
        parts = make(tmp_path, self.rows(20)).split(train=0.5, validation=0, test=0.5)
        assert parts.splits == ("train", "test")
        assert {parts.split_of(row) for row, _ in parts} == {"train", "test"}
        with pytest.raises(KeyError):
            parts["validation"]
        only = make(tmp_path, self.rows(20)).split(train=0, validation=1, test=0)
        assert {only.split_of(row) for row, _ in only} == {"validation"}

    def test_without_workers_nothing_is_guessed(self, tmp_path: Path) -> None:
        found = make(tmp_path, [row(0)])
        with pytest.raises(FirstHandDatasetError, match=r"nobody said who made file_0000\.jpg.*fetch_context"):
            list(found.split()["train"])
        assert len(list(found.split(by="submission"))) == 1

    def test_groups_of_other_kinds(self, tmp_path: Path) -> None:
        found = mixed(tmp_path)
        for by in ("submission", "region", "device", lambda row: row["content_type"]):
            groups: dict[object, set[object]] = {}
            parts = found.split(0.4, 0.3, 0.3, by=by)  # type: ignore[arg-type]
            assert sum(len(parts[name]) for name in parts.splits) == 7
            if callable(by):
                for example, _ in parts:
                    groups.setdefault(by(example), set()).add(parts.split_of(example))
                assert all(len(names) == 1 for names in groups.values())

    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            ({"train": 0.5}, "train, validation and test must make 1, not 0.7"),
            ({"train": 1.5, "test": -0.6}, "train: must be a share from 0 to 1, not 1.5"),
            ({"test": "0.1"}, "test: must be a share"),
            ({"by": "age"}, "by: must be 'worker', 'submission'"),
            ({"seed": 7}, "seed: must be text, not 7"),
        ],
    )
    def test_arguments_are_checked(self, arguments: Any, reason: str, tmp_path: Path) -> None:
        with pytest.raises(FirstHandArgumentError, match=re.escape(reason)):
            make(tmp_path, []).split(**arguments)


class TestFolders:
    def test_media_are_copied_with_their_rows(self, tmp_path: Path) -> None:
        written = mixed(tmp_path / "in").write_imagefolder(tmp_path / "out", metadata="jsonl")
        assert (written.path, written.counts, written.left_out) == (tmp_path / "out", {"all": 4}, 3)
        assert (tmp_path / "out" / "sub dir" / "ü #1.jpg").read_bytes() == content_of(6)
        again = Dataset.open(tmp_path / "out")
        assert [row["id"] for row, _ in again] == ["file_0000", "file_0001", "file_0002", "file_0006"]
        assert list(again)[2].row["annotations"]["ocr_text"].startswith("Crème brûlée 漢字")

    def test_each_split_has_a_folder_and_empty_ones_have_none(self, tmp_path: Path) -> None:
        found = make(tmp_path / "in", [row(number, worker_id="wkr_1") for number in range(4)]).split()
        written = found.write_imagefolder(tmp_path / "out", metadata="jsonl")
        assert written.counts == {"train": 4, "validation": 0, "test": 0}
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["train"]
        assert len(Dataset.open(tmp_path / "out" / "train")) == 4

    def test_audio_and_video_have_folders_of_their_own(self, tmp_path: Path) -> None:
        found = mixed(tmp_path / "in")
        assert found.write_audiofolder(tmp_path / "a", metadata="jsonl").counts == {"all": 1}
        assert found.write_videofolder(tmp_path / "v", metadata="jsonl").counts == {"all": 1}
        assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["a.wav", "metadata.jsonl"]

    def test_links_share_the_bytes(self, tmp_path: Path) -> None:
        make(tmp_path / "in", [row(0)]).write_imagefolder(tmp_path / "out", metadata="jsonl", link=True)
        assert (tmp_path / "out" / "file_0000.jpg").samefile(tmp_path / "in" / "file_0000.jpg")

    @pytest.mark.parametrize("link", [False, True])
    def test_a_damaged_file_stops_it_and_nothing_is_left(self, link: bool, tmp_path: Path) -> None:
        found = make(tmp_path / "in", [row(0), row(1)])
        (tmp_path / "in" / "file_0001.jpg").write_bytes(b"x" * 1001)
        with pytest.raises(
            FirstHandDatasetError, match=r"file_0001\.jpg is not what was downloaded: its SHA-256 differs"
        ):
            found.write_imagefolder(tmp_path / "out", metadata="jsonl", link=link)
        assert [path.name for path in tmp_path.iterdir()] == ["in"]
        found.write_imagefolder(tmp_path / "out", metadata="jsonl", link=link, verify=False)

    def test_a_missing_file_stops_it(self, tmp_path: Path) -> None:
        found = make(tmp_path / "in", [row(0)])
        (tmp_path / "in" / "file_0000.jpg").unlink()
        with pytest.raises(FirstHandDatasetError, match=r"file_0000\.jpg is missing: download it again"):
            found.write_imagefolder(tmp_path / "out", metadata="jsonl")

    def test_the_hash_of_what_is_on_disk_counts(self, tmp_path: Path) -> None:
        """Of a file whose metadata was stripped, `content_hash` is the one that the service has."""
        on_disk = hashlib.sha256(content_of(0)).hexdigest()
        stripped = row(0, content_hash="0" * 64, sha256=on_disk, stripped={"removed": ["exif"], "size_bytes": 1000})
        make(tmp_path / "a", [stripped]).write_imagefolder(tmp_path / "b", metadata="jsonl")
        make(tmp_path / "c", [{**stripped, "sha256": None}]).write_imagefolder(tmp_path / "d", metadata="jsonl")
        with pytest.raises(FirstHandDatasetError, match="SHA-256 differs"):
            make(tmp_path / "e", [row(0, content_hash="0" * 64)]).write_imagefolder(tmp_path / "f", metadata="jsonl")

    def test_what_is_in_the_folder_is_replaced_only_if_asked(self, tmp_path: Path) -> None:
        found = make(tmp_path / "in", [row(0)])
        (tmp_path / "out").mkdir()
        found.write_imagefolder(tmp_path / "out", metadata="jsonl")
        (tmp_path / "out" / "mine.txt").touch()
        with pytest.raises(FirstHandArgumentError, match="is not empty: overwrite=True replaces it"):
            found.write_imagefolder(tmp_path / "out", metadata="jsonl")
        assert (tmp_path / "out" / "mine.txt").exists()
        found.write_imagefolder(tmp_path / "out", metadata="jsonl", overwrite=True)
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["file_0000.jpg", "metadata.jsonl"]
        assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]

    def test_the_source_is_never_replaced(self, tmp_path: Path) -> None:
        found = make(tmp_path / "in", [row(0)])
        for folder in (tmp_path / "in", tmp_path, tmp_path / "in" / ".." / "in"):
            with pytest.raises(FirstHandArgumentError, match="is where the files come from"):
                found.write_imagefolder(folder, metadata="jsonl", overwrite=True)
        (tmp_path / "file").touch()
        with pytest.raises(FirstHandArgumentError, match="is a file"):
            found.write_webdataset(tmp_path / "file", overwrite=True)
        with pytest.raises(FirstHandArgumentError, match="metadata: must be 'parquet' or 'jsonl', not 'csv'"):
            found.write_imagefolder(tmp_path / "out", metadata="csv")  # type: ignore[arg-type]

    def test_a_failing_writer_leaves_the_old_one(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        refusals = iter([True])

        def refuse(to: Path) -> None:
            if to == tmp_path / "b" and next(refusals, False):
                raise PermissionError("a scanner has it open")

        (tmp_path / "a.txt").write_text("old")

        def write_badly() -> None:
            with whole_file(tmp_path / "a.txt") as stream:
                stream.write(b"new")
                raise OSError("disk full")

        def fill_badly() -> None:
            with whole_folder(tmp_path / "b", source=tmp_path / "in", overwrite=True):
                raise OSError("disk full")

        (tmp_path / "b").mkdir()
        (tmp_path / "b" / "old").touch()
        for fail in (write_badly, fill_badly):
            with pytest.raises(OSError, match="disk full"):
                fail()
        rename = Path.rename
        monkeypatch.setattr(Path, "rename", lambda self, to: (refuse(to), rename(self, to))[1])
        found = make(tmp_path / "in", [row(0)])
        with pytest.raises(PermissionError):
            found.write_webdataset(tmp_path / "b", overwrite=True)
        assert (tmp_path / "a.txt").read_text() == "old"
        assert (tmp_path / "b" / "old").exists()
        assert leftovers(tmp_path) == []


@pytest.mark.parametrize("place", ["", None, 7])
@pytest.mark.parametrize("method", ["write_webdataset", "write_imagefolder", "write_coco"])
def test_what_is_no_path_is_refused(tmp_path: Path, method: str, place: Any) -> None:
    with pytest.raises(FirstHandArgumentError, match=r"(folder|path): must be a path or a URL, not "):
        getattr(make(tmp_path, [row(0)]), method)(place)


def test_a_filter_is_a_function(tmp_path: Path) -> None:
    with pytest.raises(FirstHandArgumentError, match="keep: must be a function of a row, not 5"):
        make(tmp_path, [row(0)]).filter(5)  # type: ignore[arg-type]


def test_a_split_that_is_split_again_keeps_to_itself(tmp_path: Path) -> None:
    menus = make(tmp_path, [row(number) for number in range(120)])
    train = menus.split(0.5, 0, 0.5, by="submission")["train"]
    again = train.split(0.5, 0.5, 0, by="submission")
    ids = {name: {found.row["id"] for found in again[name]} for name in again.splits}
    assert ids["train"] | ids["validation"] == {found.row["id"] for found in train}
    assert not ids["train"] & ids["validation"]
    assert 0.25 < len(ids["train"]) / len(train) < 0.75
    assert len(pickle.loads(pickle.dumps(again["train"]))) == len(ids["train"])


class TestWebDataset:
    def test_each_example_is_a_file_and_its_row(self, tmp_path: Path) -> None:
        written = mixed(tmp_path / "in").write_webdataset(tmp_path / "out")
        assert (written.counts, written.left_out) == ({"all": 7}, 0)
        with tarfile.open(tmp_path / "out" / "data-000000.tar") as archive:
            members = archive.getmembers()
            names = [member.name for member in members]
            assert names[:4] == ["file_0000.jpg", "file_0000.json", "file_0001.jpg", "file_0001.json"]
            assert all(name.count(".") == 1 and "/" not in name for name in names)
            assert {(m.mtime, m.uid, m.gid, m.uname, m.gname, m.mode) for m in members} == {(0, 0, 0, "", "", 0o644)}
            stream = archive.extractfile(names[0])
            assert stream is not None
            assert stream.read() == content_of(0)
            stream = archive.extractfile(names[1])
            assert stream is not None
            assert json.loads(stream.read())["annotations"]["new_field"] == [1]

    def test_a_file_of_json_is_not_taken_for_its_row(self, tmp_path: Path) -> None:
        make(tmp_path / "in", [row(0, file_name="a.json", content_type="application/json")])
        Dataset.open(tmp_path / "in").write_webdataset(tmp_path / "out")
        with tarfile.open(tmp_path / "out" / "data-000000.tar") as archive:
            assert archive.getnames() == ["a.data.json", "a.json"]

    def test_the_same_files_give_the_same_bytes(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            mixed(tmp_path / f"in-{name}").write_webdataset(tmp_path / name)
        one, two = ((tmp_path / name / "data-000000.tar").read_bytes() for name in ("a", "b"))
        assert hashlib.sha256(one).digest() == hashlib.sha256(two).digest()

    def test_shards_are_bounded_and_hold_everything_once(self, tmp_path: Path) -> None:
        found = make(tmp_path / "in", [row(number, worker_id=str(number)) for number in range(40)])
        found.split(0.5, 0.25, 0.25).write_webdataset(tmp_path / "out", shard_size=16_000)
        shards = sorted((tmp_path / "out").iterdir())
        keys: list[str] = []
        for shard in shards:
            assert re.fullmatch(r"(train|validation|test)-\d{6}\.tar", shard.name)
            with tarfile.open(shard) as archive:
                assert sum(member.size for member in archive) <= 16_000
                keys += [member.name for member in archive if member.name.endswith(".json")]
        assert len(shards) > 3
        assert len(keys) == len(set(keys)) == 40

    def test_names_that_loaders_would_cut_are_changed(self, tmp_path: Path) -> None:
        names = ["a.b.jpg", "x/a.jpg", "y/a.jpg", "a.jpg", "a.png", "l" * 90 + ".jpg", ".jpg"]
        make(tmp_path / "in", [row(i, file_name=name) for i, name in enumerate(names)]).write_webdataset(
            tmp_path / "out"
        )
        with tarfile.open(tmp_path / "out" / "data-000000.tar") as archive:
            found = [member.name for member in archive if not member.name.endswith(".json")]
        assert len({name.partition(".")[0] for name in found}) == len(names)
        assert all(re.fullmatch(r"[A-Za-z0-9_-]+\.[a-z]+", name) and len(name) < 100 for name in found)

    def test_a_damaged_file_stops_it(self, tmp_path: Path) -> None:
        found = make(tmp_path / "in", [row(0)])
        (tmp_path / "in" / "file_0000.jpg").write_bytes(b"")
        with pytest.raises(FirstHandDatasetError, match="SHA-256 differs"):
            found.write_webdataset(tmp_path / "out")
        assert not (tmp_path / "out").exists()
        with pytest.raises(FirstHandArgumentError, match="shard_size: must be a positive number of bytes, not 0"):
            found.write_webdataset(tmp_path / "out", shard_size=0)

    def test_nothing_makes_no_shard(self, tmp_path: Path) -> None:
        make(tmp_path / "in", []).write_webdataset(tmp_path / "out")
        assert list((tmp_path / "out").iterdir()) == []


class TestLargestFile:
    """What a format cannot hold is refused, and nothing is left of the attempt."""

    @pytest.mark.skipif(sys.platform == "win32", reason="a file with nothing in it takes its whole size there")
    @pytest.mark.parametrize(
        ("kind", "size", "reason"),
        [
            ("webdataset", 8 << 30, "larger than a tar archive may hold, 8 GiB"),
            ("parquet", 2 << 30, "larger than Parquet may hold in a cell, about 2 GB"),
        ],
    )
    def test_a_larger_one_is_refused(self, kind: str, size: int, reason: str, tmp_path: Path) -> None:
        found = make(tmp_path / "in", [row(0), row(1)])
        os.truncate(tmp_path / "in" / "file_0000.jpg", size)
        with pytest.raises(FirstHandDatasetError, match=rf"file_0000\.jpg is {reason}"):
            getattr(found, f"write_{kind}")(tmp_path / "out")
        assert [path.name for path in tmp_path.iterdir()] == ["in"]

    def test_a_tar_archive_can_name_the_largest(self) -> None:
        webdataset._member("a", webdataset.LARGEST).tobuf(tarfile.USTAR_FORMAT)
        with pytest.raises(ValueError, match="overflow"):
            webdataset._member("a", webdataset.LARGEST + 1).tobuf(tarfile.USTAR_FORMAT)

    def test_the_largest_itself_is_written(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        found = make(tmp_path / "in", [row(0)])
        monkeypatch.setattr(webdataset, "LARGEST", len(content_of(0)))
        assert found.write_webdataset(tmp_path / "out").counts == {"all": 1}
        monkeypatch.setattr(webdataset, "LARGEST", len(content_of(0)) - 1)
        with pytest.raises(FirstHandDatasetError, match="8 GiB"):
            found.write_webdataset(tmp_path / "more")


class TestColumns:
    def test_every_documented_field_of_a_file_has_a_column(self) -> None:
        yaml = pytest.importorskip("yaml", reason="the sandbox's extra is not installed")
        reviewed = Path(__file__).parent.parent / "scripts" / "reviewed.yaml"
        contract = yaml.safe_load(reviewed.read_text(encoding="utf-8"))
        schemas = contract["components"]["schemas"]
        links = {"object", "download_url", "download_url_expires_at"}
        assert set(schemas["File"]["properties"]) - links == set(COLUMNS) - {"file_name", "worker_id", "sha256", "json"}
        annotations, keyframes, device = COLUMNS["annotations"], COLUMNS["keyframes"], COLUMNS["device_info"]
        assert set(schemas["Annotations"]["properties"]) == set(annotations)
        assert set(schemas["Keyframe"]["properties"]) - {"url"} == set(keyframes[0])  # type: ignore[index,arg-type]
        assert set(schemas["DeviceInfo"]["properties"]) == set(device)

    def test_the_everyday_words_are_read_too(self) -> None:
        found = cells({"file_name": "a.jpg", "file_id": "file_1", "score": 5})
        assert (found["id"], found["ai_star_rating"]) == ("file_1", 5)

    def test_values_of_another_type_become_null_and_stay_in_json(self, tmp_path: Path) -> None:
        (found,) = (cells(row) for row, _ in mixed(tmp_path) if "new" in row)
        assert (found["ai_star_rating"], found["width"]) == (None, None)
        assert json.loads(found["json"])["new"] == {"a": 1}

    @pytest.mark.parametrize(
        ("kind", "value", "fitting"),
        [
            ("int64", True, None), ("int64", 5.0, 5), ("int64", 5.5, None), ("int64", 2**63, None),
            ("int64", float("nan"), None), ("int64", float("inf"), None), ("float64", 1, 1.0),
            ("float64", 10**400, None), ("float64", "1", None), ("string", 1, None), ("string", "\ud800", "\\ud800"),
            (["string"], "x", None), (["int64"], [1, "x", None], [1, None, None]), ({"a": "int64"}, [], None),
            ({"a": "int64"}, {"b": 1}, {"a": None}),
            ("timestamp[us, tz=UTC]", "not a day", None), ("timestamp[us, tz=UTC]", 5, None),
        ],
    )  # fmt: skip
    def test_fit(self, kind: Any, value: Any, fitting: Any) -> None:
        from firsthandapi.datasets.columns import fit

        assert fit(kind, value) == fitting


class TestCoco:
    def test_labels_are_annotations_without_a_box(self, tmp_path: Path) -> None:
        written = mixed(tmp_path / "in").write_coco(tmp_path / "coco.json")
        assert (written.counts, written.left_out) == ({"all": 4}, 3)
        found = json.loads((tmp_path / "coco.json").read_bytes())
        assert "neither bbox nor segmentation" in found["info"]["description"]
        assert [image["file_name"] for image in found["images"]][3] == "sub dir/ü #1.jpg"
        names = {category["id"]: category["name"] for category in found["categories"]}
        first = found["annotations"][0]
        assert (first["image_id"], names[first["category_id"]], first["score"]) == (1, "menu", 0.9)
        assert len(found["annotations"]) == 2
        assert all("bbox" not in annotation for annotation in found["annotations"])

    def test_ids_are_the_same_in_every_split(self, tmp_path: Path) -> None:
        labels = ["tea", "menu", "sign", "dog", "cup"]
        rows = [row(n, annotations={"object_labels": [{"label": labels[n % 5], "confidence": 1}]}) for n in range(12)]
        menus = make(tmp_path / "in", rows)
        parts = menus.split(0.4, 0.3, 0.3, by="submission")

        def written(dataset: Dataset) -> dict[str, Any]:
            count = dataset.write_coco(tmp_path / "coco.json").counts["all"]
            found: dict[str, Any] = json.loads((tmp_path / "coco.json").read_bytes())
            assert len(found["images"]) == count == len(dataset)
            return found

        whole, found = written(menus), [written(parts[name]) for name in parts.splits]
        assert len(whole["categories"]) == 5
        assert [each["categories"] for each in found] == [whole["categories"]] * 3
        images = sorted((image for each in found for image in each["images"]), key=lambda image: image["id"])
        assert images == whole["images"]
        pairs = [(each["image_id"], each["category_id"]) for part in found for each in part["annotations"]]
        assert sorted(pairs) == [(each["image_id"], each["category_id"]) for each in whole["annotations"]]

    def test_an_empty_set(self, tmp_path: Path) -> None:
        make(tmp_path / "in", []).write_coco(tmp_path / "coco.json")
        assert json.loads((tmp_path / "coco.json").read_bytes())["images"] == []


class TestCroissant:
    def test_it_names_what_is_there(self, tmp_path: Path) -> None:
        found = make(tmp_path, [row(0), row(1, file_name="b.png", content_type="image/png")])
        written = found.write_croissant(name="menus")
        document = json.loads(written.path.read_bytes())
        manifest, images = document["distribution"]
        assert manifest["sha256"] == hashlib.sha256((tmp_path / "metadata.jsonl").read_bytes()).hexdigest()
        assert images["includes"] == ["*.jpg", "*.png"]
        assert [records["name"] for records in document["recordSet"]] == ["files", "images"]
        assert (document["name"], document["datePublished"]) == ("menus", "2026-03-31")

    def test_it_lies_beside_the_manifest_and_is_about_all_of_it(self, tmp_path: Path) -> None:
        found = make(tmp_path / "in", [row(0)])
        with pytest.raises(FirstHandArgumentError, match="path: must be in"):
            found.write_croissant(tmp_path / "croissant.json")
        with pytest.raises(FirstHandArgumentError, match="path: Croissant describes the folder"):
            found.filter(lambda row: True).write_croissant()


class TestCard:
    def test_it_says_what_there_is(self, tmp_path: Path) -> None:
        found = mixed(tmp_path / "in").split(0.5, 0, 0.5, by="submission")
        text = found.write_card(title=NASTY, license="cc-by-4.0").path.read_text(encoding="utf-8")
        front = text.split("---\n")[1]
        assert 'license: "cc-by-4.0"\n' in front
        assert '- "n<1K"\n' in front
        assert "| files | 7 (4 image, 1 audio, 1 video, 1 other) |" in text
        assert "| captured | 2026-03-31 to 2026-03-31 |" in text
        assert hashlib.sha256((tmp_path / "in" / "metadata.jsonl").read_bytes()).hexdigest() in text
        assert "hash of each file's submission" in text
        assert "<script" not in text.partition(front)[2]
        assert "call `fetch_context(client)`" in text

    def test_front_matter_is_yaml(self, tmp_path: Path) -> None:
        yaml = pytest.importorskip("yaml", reason="the sandbox's extra is not installed")
        text = mixed(tmp_path).write_card(title='A "title": # of\n---\n').path.read_text(encoding="utf-8")
        found = yaml.safe_load(text.split("---\n")[1])
        assert found["pretty_name"] == 'A "title": # of\n---\n'
        assert found["language"] == ["en"]
        assert "license" not in found

    def test_somebody_elses_file_stays(self, tmp_path: Path) -> None:
        found = make(tmp_path, [])
        found.write_card()
        found.write_card()
        (tmp_path / "README.md").write_text("mine")
        with pytest.raises(FirstHandArgumentError, match="written by somebody else"):
            found.write_card()
        assert (tmp_path / "README.md").read_text() == "mine"


class TestGallery:
    @staticmethod
    def rows(page: str) -> list[dict[str, Any]]:
        (text,) = re.findall(r'<script id="rows" type="application/json">(.*?)</script>', page, re.DOTALL)
        return [json.loads(line) for line in text.split("\n")]

    def test_rows_cannot_become_markup(self, tmp_path: Path) -> None:
        page = mixed(tmp_path).write_gallery(title=NASTY).path.read_text(encoding="utf-8")
        overview, *rows = self.rows(page)
        assert (overview["count"], len(rows)) == (7, 7)
        assert page.count("<script") == page.count("</script>") == 2
        assert "<img" not in page
        assert rows[2]["text"].startswith("Crème brûlée 漢字 👩‍🔬 \u2028 </script><img")
        assert rows[6]["link"] == "sub%20dir/%C3%BC%20%231.jpg"

    def test_it_loads_nothing_from_elsewhere(self, tmp_path: Path) -> None:
        page = make(tmp_path, [row(0)]).write_gallery().path.read_text(encoding="utf-8")
        assert re.findall(r"https?://|@import|url\(|//[a-z]+\.", page) == []
        assert "innerHTML" not in page
        assert re.search(r"default-src 'none'; .*script-src 'sha256-[A-Za-z0-9+/]{43}='", page)

    def test_links_start_at_the_page(self, tmp_path: Path) -> None:
        page = make(tmp_path / "in", [row(0)]).write_gallery(tmp_path / "pages" / "g.html").path.read_text()
        assert self.rows(page)[1]["link"] == "../in/file_0000.jpg"

    def test_a_limit_is_said(self, tmp_path: Path) -> None:
        found = make(tmp_path, [row(number) for number in range(5)])
        written = found.write_gallery(limit=2)
        overview, *rows = self.rows(written.path.read_text(encoding="utf-8"))
        assert (written.counts, written.left_out, overview["count"], len(rows)) == ({"all": 2}, 3, 5, 2)
        with pytest.raises(FirstHandArgumentError, match="limit: must be 0 or a positive number, not -1"):
            found.write_gallery(limit=-1)

    def test_many_days_become_months(self, tmp_path: Path) -> None:
        rows = [row(day, captured_at=f"2026-0{1 + day // 20}-{1 + day % 20:02d}T00:00:00Z") for day in range(60)]
        overview = self.rows(make(tmp_path, rows).write_gallery().path.read_text(encoding="utf-8"))[0]
        assert overview["days"] == [["2026-01", 20], ["2026-02", 20], ["2026-03", 20]]


def test_an_extra_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = make(tmp_path / "in", [row(0)])
    for library in ("pyarrow", "datasets", "pandas", "ray"):
        monkeypatch.setitem(sys.modules, library, None)
    for call, extra in (
        (lambda: found.write_parquet(tmp_path / "out"), "parquet"),
        (lambda: found.write_manifest(tmp_path / "out.parquet"), "parquet"),
        (lambda: found.write_imagefolder(tmp_path / "out"), "parquet"),
        (found.to_huggingface, "huggingface"),
        (found.to_pandas, "pandas"),
        (lambda: importlib.import_module("firsthandapi.datasets.ray"), "ray"),
    ):
        with pytest.raises(ImportError, match=rf"This needs \w+: pip install 'firsthandapi\[{extra}\]'"):
            call()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


WRITING = """
    from pathlib import Path
    from firsthandapi.datasets import Dataset

    def write(folder):
        found = Dataset.open(folder).split(by="submission")
        found.write_gallery(folder / "out.html")
        found.write_coco(folder / "out.json")

    write(Path(sys.argv[1]))
"""


def test_memory_does_not_grow_with_the_number_of_files(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        folder = tmp_path / str(count)
        folder.mkdir()
        (folder / "x.jpg").write_bytes(b"x")
        lines = (json.dumps(row(number, file_name="x.jpg", content_hash=None)) + "\n" for number in range(count))
        (folder / "metadata.jsonl").write_text("".join(lines), encoding="utf-8")
        return peak_of(WRITING, "write(Path(sys.argv[2]))", str(tmp_path / "warm"), str(folder))

    make(tmp_path / "warm", [row(0)])
    assert peak(500) < peak(100) + 200_000, "a row takes about 2,000 bytes"


SHARDS = """
    from firsthandapi.datasets import Dataset
    found = Dataset.open(sys.argv[1])
    found.filter(bool).write_webdataset(sys.argv[2])
"""


def test_a_large_file_is_not_held_in_memory(tmp_path: Path) -> None:
    make(tmp_path / "in", [row(0, content_hash=hashlib.sha256(bytes(32 << 20)).hexdigest())])
    (tmp_path / "in" / "file_0000.jpg").write_bytes(bytes(32 << 20))
    write = "found.write_webdataset(sys.argv[3]); found.write_imagefolder(sys.argv[4], metadata='jsonl')"
    folders = [str(tmp_path / name) for name in ("in", "warm", "out", "images")]
    assert peak_of(SHARDS, write, *folders) < 8 << 20


def test_the_service_says_who_made_what(tmp_path: Path) -> None:
    pytest.importorskip("starlette", reason="the sandbox's extra is not installed")
    from firsthandapi.sandbox import Sandbox

    with (
        Sandbox(seed=7, workers=0, frozen=True) as sandbox,
        Client(sandbox.api_key, base_url=sandbox.base_url) as client,
    ):
        job = client.jobs.create(
            type="data_collection",
            description="A | menu\n# board",
            content_type="image",
            quantity=3,
            reward_per_file=75,
        )
        for _ in range(3):
            sandbox.upload(job.id)
        files = list(client.files.list(job_id=job.id))
        workers = {submission.id: submission.worker_id for submission in client.jobs.submissions(job.id)}
        rows = [{"file_name": f"{file.id}.bin", **file.to_dict()} for file in files]
        found = make(tmp_path, rows).fetch_context(client)
        assert [row["worker_id"] for row, _ in found] == [workers[file.submission_id] for file in files]
        asked = len(sandbox.calls("get_job_submissions"))
        again = Dataset.open(tmp_path)
        assert [row["worker_id"] for row, _ in again] == [row["worker_id"] for row, _ in found]
        assert len(again.split(by="worker")) == 3
        again.fetch_context(client)
        assert len(sandbox.calls("get_job_submissions")) == asked, "what is known is not asked again"
        assert again.jobs[job.id]["description"] == "A | menu\n# board"
        text = again.write_card().path.read_text(encoding="utf-8")
        assert "> A \\| menu\n> \\# board" in text
        assert "Workers were offered 75 US cents" in text
    (tmp_path / ".context.json").write_text("{")
    with pytest.raises(FirstHandDatasetError, match="is damaged: remove it"):
        Dataset.open(tmp_path)


@pytest.mark.parametrize("name", ["dataset", "columns", "webdataset"])
def test_examples_of_the_docstrings_run(name: str, tmp_path: Path) -> None:
    menus = make(tmp_path, [row(1), row(2, file_name="file_0002.png", content_type="image/png")])
    (tmp_path / "metadata.jsonl").write_text(
        "".join(json.dumps({**row, "content_hash": None}) + "\n" for row, _ in menus), encoding="utf-8"
    )
    found = importlib.import_module(f"firsthandapi.datasets.{name}")
    failures = io.StringIO()
    runner = doctest.DocTestRunner()
    for test in doctest.DocTestFinder(exclude_empty=True).find(found, extraglobs={"menus": menus, "folder": tmp_path}):
        runner.run(test, out=failures.write)
    assert runner.tries > 0
    assert runner.failures == 0, failures.getvalue()
