"""webdataset, pyarrow, pandas, pycocotools and mlcroissant read what we write."""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import mlcroissant
import pandas
import pyarrow
import pyarrow.dataset
import pyarrow.parquet
import pytest
import webdataset
import yaml
from engine_support import AUDIO, IMAGES, VIDEO
from pycocotools.coco import COCO

from firsthandapi.datasets import Dataset, FirstHandDatasetError, parquet

ALL = IMAGES + AUDIO + VIDEO


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class TestWebDataset:
    def test_it_reads_every_file_with_its_row(self, dataset: Dataset, tmp_path: Path) -> None:
        dataset.write_webdataset(tmp_path / "out", shard_size=1_000_000)
        shards = sorted(map(str, (tmp_path / "out").glob("*.tar")))
        assert len(shards) > 2
        found = list(webdataset.WebDataset(shards, shardshuffle=False))
        assert len(found) == ALL
        for sample in found:
            row = json.loads(sample["json"])
            (content,) = (value for name, value in sample.items() if name[0] != "_" and name != "json")
            assert sha256(content) == row["content_hash"]
            assert sample["__key__"] == row["id"]

    def test_it_decodes_pictures(self, images: Dataset, tmp_path: Path) -> None:
        parts = images.split(0.5, 0, 0.5, by="submission")
        written = parts.write_webdataset(tmp_path / "out")
        source = str(tmp_path / "out" / "train-000000.tar")
        samples = webdataset.WebDataset(source, shardshuffle=False).decode("pil").to_tuple("jpg;png;webp", "json")
        found = [(picture.size, (row["width"], row["height"])) for picture, row in samples]
        assert len(found) == written.counts["train"]
        assert all(size == promised for size, promised in found)


class TestParquet:
    def test_the_manifest(self, dataset: Dataset, tmp_path: Path) -> None:
        parts = dataset.split(0.5, 0.25, 0.25)
        parts.write_manifest(tmp_path / "rows.parquet")
        found = pyarrow.dataset.dataset(str(tmp_path / "rows.parquet"))
        best = found.to_table(filter=pyarrow.dataset.field("ai_star_rating") == 5, columns=["id", "split", "worker_id"])
        assert {row["id"] for row in best.to_pylist()} == {
            row["id"] for row, _ in dataset if row["ai_star_rating"] == 5
        }
        table = found.to_table()
        assert table.num_rows == ALL
        workers: dict[str, set[str]] = {}
        for row in table.select(["worker_id", "split"]).to_pylist():
            workers.setdefault(row["worker_id"], set()).add(row["split"])
        assert all(len(splits) == 1 for splits in workers.values())
        rows = {row["id"]: row for row, _ in dataset}
        assert all(json.loads(row["json"]) == rows[row["id"]] for row in table.select(["id", "json"]).to_pylist())

    def test_nested_fields_can_be_asked_for(self, dataset: Dataset, tmp_path: Path) -> None:
        dataset.write_manifest(tmp_path / "rows.parquet")
        field = pyarrow.dataset.field("device_info", "device_model")
        found = pyarrow.dataset.dataset(str(tmp_path / "rows.parquet")).to_table(filter=field.is_valid())
        assert found.num_rows == ALL

    def test_the_schema_is_that_of_no_rows_too(self, dataset: Dataset, tmp_path: Path) -> None:
        dataset.write_manifest(tmp_path / "all.parquet")
        dataset.filter(lambda row: False).write_manifest(tmp_path / "none.parquet")
        all, none = (pyarrow.parquet.read_schema(tmp_path / f"{name}.parquet") for name in ("all", "none"))
        assert all.equals(none, check_metadata=True)
        assert (
            pyarrow.dataset.dataset([str(tmp_path / "all.parquet"), str(tmp_path / "none.parquet")]).count_rows() == ALL
        )

    def test_nothing_has_columns_too(self, dataset: Dataset, tmp_path: Path) -> None:
        dataset.filter(lambda row: False).write_parquet(tmp_path / "out")
        found = pyarrow.dataset.dataset(str(tmp_path / "out"))
        assert (found.count_rows(), "annotations" in found.schema.names) == (0, True)

    def test_the_largest_file_is_written_and_shares_a_group_with_others(
        self, images: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        largest = max(path.stat().st_size for _, path in images)
        monkeypatch.setattr(parquet, "LARGEST", largest)
        images.write_parquet(tmp_path / "out")
        monkeypatch.setattr(parquet, "LARGEST", largest - 1)
        with pytest.raises(FirstHandDatasetError, match="larger than Parquet may hold"):
            images.write_parquet(tmp_path / "more")
        assert not (tmp_path / "more").exists()

    def test_row_groups_are_small(self, images: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("firsthandapi.datasets.tables.GROUP_BYTES", 500_000)
        images.write_parquet(tmp_path / "out")
        metadata = pyarrow.parquet.read_metadata(tmp_path / "out" / "data-00000.parquet")
        assert metadata.num_rows == IMAGES
        assert metadata.num_row_groups >= 5

    def test_a_damaged_file_stops_it(self, images: Dataset, tmp_path: Path) -> None:
        from firsthandapi.datasets import FirstHandDatasetError

        next(iter(images)).path.write_bytes(b"x")
        with pytest.raises(FirstHandDatasetError, match="SHA-256 differs"):
            images.write_parquet(tmp_path / "out")
        assert not (tmp_path / "out").exists()


def test_pandas(dataset: Dataset) -> None:
    frame = dataset.split(0.5, 0.25, 0.25).to_pandas()
    assert len(frame) == ALL
    assert frame.dtypes["ai_star_rating"] == "Int64"
    assert frame.dtypes["captured_at"] == pandas.DatetimeTZDtype("us", "UTC")
    assert frame.groupby("worker_id")["split"].nunique().max() == 1
    assert frame["width"].isna().sum() == AUDIO
    assert all(Path(path).is_file() for path in frame["path"])
    assert frame["annotations"].iloc[0]["object_labels"][0]["label"]
    empty = dataset.filter(lambda row: False).to_pandas()
    assert (len(empty), list(empty.dtypes)) == (0, list(frame.dtypes))


def test_coco(dataset: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset.write_coco(tmp_path / "coco.json")
    found = COCO(str(tmp_path / "coco.json"))
    assert len(found.getImgIds()) == IMAGES
    for name in ("menu_board", "text"):
        (category,) = found.getCatIds(catNms=[name])
        promised = {
            row["file_name"]
            for row, _ in dataset
            if row["content_type"].startswith("image/")
            and name in [label["label"] for label in row["annotations"]["object_labels"]]
        }
        images = found.loadImgs(found.getImgIds(catIds=[category]))
        assert {image["file_name"] for image in images} == promised
        assert all((dataset.path / image["file_name"]).is_file() for image in images)


class TestCroissant:
    @staticmethod
    def records(path: Path, name: str) -> list[dict[str, Any]]:
        return list(mlcroissant.Dataset(jsonld=str(path)).records(name))

    def test_it_is_valid_and_reads_rows_and_pictures(self, dataset: Dataset, caplog: pytest.LogCaptureFixture) -> None:
        written = dataset.write_croissant(name="menus")
        with caplog.at_level(logging.WARNING):
            issues = mlcroissant.Dataset(jsonld=str(written.path)).metadata.issues
        assert not issues.errors
        assert "not standard" not in caplog.text
        rows = {row["id"]: row for row, _ in dataset}
        found = self.records(written.path, "files")
        assert len(found) == ALL
        for record in found:
            row = rows[record["files/id"].decode()]
            assert record["files/ai_star_rating"] == row["ai_star_rating"]
            text = row["annotations"].get("ocr_text")
            assert record["files/annotations.ocr_text"] == (text.encode() if text is not None else None)
        pictures = self.records(written.path, "images")
        assert len(pictures) == IMAGES
        sizes = {row["file_name"]: (row["width"], row["height"]) for row in rows.values()}
        assert all(picture["images/image"].size == sizes[picture["images/file_name"].decode()] for picture in pictures)

    def test_nulls_and_unicode(self, dataset: Dataset) -> None:
        manifest = dataset.path / "metadata.jsonl"
        rows = [json.loads(line) for line in manifest.read_bytes().splitlines()]
        rows[0].update(annotations=None, device_info=None, captured_at=None, keyframes=None)
        rows[1]["annotations"]["ocr_text"] = "Crème brûlée 漢字 👩‍🔬 \u2028"
        manifest.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        found = {r["files/id"].decode(): r for r in self.records(dataset.write_croissant().path, "files")}
        assert found[rows[0]["id"]]["files/annotations.ocr_text"] is None
        assert found[rows[1]["id"]]["files/annotations.ocr_text"].decode() == "Crème brûlée 漢字 👩‍🔬 \u2028"

    def test_files_in_folders(self, dataset: Dataset) -> None:
        manifest = dataset.path / "metadata.jsonl"
        rows = [json.loads(line) for line in manifest.read_bytes().splitlines()]
        for row in rows:
            path = dataset.path / (row["worker_region"] or "none") / row["file_name"]
            path.parent.mkdir(exist_ok=True)
            (dataset.path / row["file_name"]).rename(path)
            row["file_name"] = f"{path.parent.name}/{path.name}"
        manifest.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        assert len(self.records(dataset.write_croissant().path, "files")) == ALL


def test_the_card_is_one_that_hugging_face_reads(dataset: Dataset) -> None:
    from huggingface_hub import DatasetCard

    written = dataset.split().write_card(title="Menus: a test", license="cc-by-4.0")
    card = DatasetCard.load(written.path)
    assert card.data.license == "cc-by-4.0"
    assert card.data.pretty_name == "Menus: a test"
    assert card.data.size_categories == ["n<1K"]
    assert yaml.safe_load(card.data.to_yaml())["tags"] == ["firsthandapi", "audio", "image", "video"]
    assert "> A coffee shop's whole menu board." in card.text
    assert "| workers |" in card.text
