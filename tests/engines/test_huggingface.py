"""`datasets` loads what we write, and what was downloaded as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import datasets
import pytest
from engine_support import AUDIO, IMAGES, VIDEO

from firsthandapi import Client
from firsthandapi.datasets import Dataset

pytestmark = pytest.mark.usefixtures("cache")


def load(kind: str, folder: Path, **options: Any) -> datasets.DatasetDict:
    found = datasets.load_dataset(kind, data_dir=str(folder), **options)
    assert isinstance(found, datasets.DatasetDict)
    return found


def rows_of(dataset: Dataset) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row, _ in dataset}


def test_a_downloaded_folder_is_an_imagefolder_already(client: Client, jobs: list[str], tmp_path: Path) -> None:
    client.files.download_all(job_id=jobs[0], output_dir=tmp_path / "menus", progress=False)
    dataset = Dataset.open(tmp_path / "menus")
    dataset.write_card()
    dataset.write_gallery()
    dataset.write_croissant()
    dataset.fetch_context(client)
    for found in (load("imagefolder", tmp_path / "menus"), datasets.load_dataset(str(tmp_path / "menus"))):
        train = found["train"]
        assert train.num_rows == IMAGES
        assert train[0]["image"].size == (train[0]["width"], train[0]["height"])
        assert {label["label"] for label in train[0]["annotations"]["object_labels"]} >= {"menu_board"}


@pytest.mark.parametrize("metadata", ["parquet", "jsonl"])
def test_imagefolder_with_splits(metadata: Any, images: Dataset, tmp_path: Path) -> None:
    parts = images.split(0.5, 0.25, 0.25, by="submission")
    written = parts.write_imagefolder(tmp_path / "out", metadata=metadata)
    found = load("imagefolder", tmp_path / "out")
    assert {name: part.num_rows for name, part in found.items()} == written.counts
    assert min(written.counts.values()) > 0
    rows = rows_of(images)
    for part in found.values():
        for example in part:
            row = rows[example["id"]]
            assert example["image"].size == (row["width"], row["height"])
            assert example["worker_id"] == row["worker_id"]
            assert [label["label"] for label in example["annotations"]["object_labels"]] == [
                label["label"] for label in row["annotations"]["object_labels"]
            ]


def test_splits_load_where_one_has_only_nulls_in_a_column(images: Dataset, tmp_path: Path) -> None:
    """The case for Parquet: the loader guesses JSON's types from each split alone, and then refuses both."""
    parts = images.split(0.5, 0.25, 0.25, by="submission")
    manifest = images.path / "metadata.jsonl"
    rows = [json.loads(line) for line in manifest.read_bytes().splitlines()]
    for row in rows:
        if parts.split_of(row) == "test":
            row.update(worker_region=None, captured_at=None, annotations=None, new_field=1)
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    parts.write_imagefolder(tmp_path / "parquet")
    found = load("imagefolder", tmp_path / "parquet")
    assert set(found["test"]["worker_region"]) == {None}
    assert json.loads(found["test"][0]["json"])["new_field"] == 1
    assert found["train"].features == found["test"].features

    parts.write_imagefolder(tmp_path / "jsonl", metadata="jsonl")
    with pytest.raises(ValueError, match="have different features"):
        load("imagefolder", tmp_path / "jsonl")


@pytest.mark.parametrize(
    ("kind", "medium", "count"), [("audiofolder", "audio", AUDIO), ("videofolder", "video", VIDEO)]
)
def test_audio_and_video_folders(
    kind: str, medium: str, count: int, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the library does with a path, less its import of PyTorch, which weighs gigabytes and is not used then.
    monkeypatch.setattr(datasets.Audio, "encode_example", lambda self, path: {"bytes": None, "path": path})
    written = getattr(dataset, f"write_{kind}")(tmp_path / "out")
    assert (written.counts, written.left_out) == ({"all": count}, IMAGES + AUDIO + VIDEO - count)
    feature = {"audio": datasets.Audio(decode=False), "video": datasets.Video(decode=False)}[medium]
    train = load(kind, tmp_path / "out")["train"].cast_column(medium, feature)
    paths = {row["id"]: path for row, path in dataset}
    assert train.num_rows == count
    for example in train:
        assert Path(example[medium]["path"]).read_bytes() == paths[example["id"]].read_bytes()
        assert example["duration_seconds"] > 0


def test_parquet_shards_have_the_files_in_them(dataset: Dataset, tmp_path: Path) -> None:
    written = dataset.split(0.6, 0.2, 0.2, by="submission").write_parquet(tmp_path / "out", shard_size=1_000_000)
    assert sum(written.counts.values()) == IMAGES + AUDIO + VIDEO
    assert len(list((tmp_path / "out").glob("train-*.parquet"))) > 1
    found = datasets.load_dataset(str(tmp_path / "out"))
    assert {name: part.num_rows for name, part in found.items()} == written.counts
    train = found["train"]
    assert isinstance(train.features["image"], datasets.Image)
    assert isinstance(train.features["audio"], datasets.Audio)
    assert isinstance(train.features["video"], datasets.Video)
    plain = train.cast_column("audio", datasets.Audio(decode=False)).cast_column("video", datasets.Video(decode=False))
    paths = {row["id"]: path for row, path in dataset}
    for example in plain.cast_column("image", datasets.Image(decode=False)):
        (file,) = (example[name] for name in ("image", "audio", "video") if example[name] is not None)
        assert file["bytes"] == paths[example["id"]].read_bytes()
    pictures = plain.filter(lambda example: example["image"] is not None)
    assert pictures[0]["image"].size == (pictures[0]["width"], pictures[0]["height"])


def test_an_empty_split_is_left_out(dataset: Dataset, tmp_path: Path) -> None:
    parts = dataset.split(0.5, 0, 0.5, by=lambda row: "all of them")
    parts.write_parquet(tmp_path / "parts")
    found = datasets.load_dataset(str(tmp_path / "parts"))
    assert [part.num_rows for part in found.values()] == [IMAGES + AUDIO + VIDEO]


def test_a_hugging_face_dataset(images: Dataset, tmp_path: Path) -> None:
    found = images.to_huggingface()
    assert (found.num_rows, str(found.split)) == (IMAGES, "train")
    rows = rows_of(images)
    for example in found:
        assert example["image"].size == (rows[example["id"]]["width"], rows[example["id"]]["height"])
    assert found[0]["captured_at"].tzinfo is not None
    parts = images.split(0.5, 0.25, 0.25, by="submission").to_huggingface()
    assert isinstance(parts, datasets.DatasetDict)
    assert sum(part.num_rows for part in parts.values()) == IMAGES
    assert parts["test"].features == found.features


def test_a_hugging_face_dataset_follows_the_folder(images: Dataset) -> None:
    """The library caches by arguments: a manifest that grew must not give the old rows."""
    assert images.to_huggingface().num_rows == IMAGES
    manifest = images.path / "metadata.jsonl"
    lines = [line for line in manifest.read_bytes().splitlines(keepends=True) if b"image/" in line]
    manifest.write_bytes(b"".join(lines[1:]))
    assert images.to_huggingface().num_rows == IMAGES - 1


def test_nothing_of_mixed_media_is_lost(dataset: Dataset) -> None:
    found = dataset.to_huggingface()
    for name in ("audio", "video"):
        feature = datasets.Audio(decode=False) if name == "audio" else datasets.Video(decode=False)
        found = found.cast_column(name, feature)
    found = found.cast_column("image", datasets.Image(decode=False))
    counts = {name: sum(file is not None for file in found[name]) for name in ("image", "audio", "video")}
    assert counts == {"image": IMAGES, "audio": AUDIO, "video": VIDEO}
    assert dataset.filter(lambda row: False).to_huggingface().num_rows == 0
