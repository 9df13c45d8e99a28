"""COCO: images, categories, and one annotation for each label of an image, without a box."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from typing import TYPE_CHECKING, Any, BinaryIO, Union

from .columns import labels_of, values
from .paths import new_file
from .writing import Written, json_bytes, whole_file

if TYPE_CHECKING:
    from .dataset import Dataset

SAYS = (
    "Labels of FirstHandAPI are about the whole image: annotations have image_id, category_id and score, and neither "
    "bbox nor segmentation."
)


def write(dataset: Dataset, path: Union[str, PathLike[str]]) -> Written:
    """See `Dataset.write_coco`."""
    # Of every split: those that are trained on and those that are tested on have to mean the same by a number.
    names = {label["label"] for _, row in _rows(dataset.every_split) for label in labels_of(row)}
    left_out = sum(example.medium != "image" for example in dataset)
    categories = {name: number for number, name in enumerate(sorted(names), 1)}
    target = new_file(path)
    with whole_file(target) as stream:
        stream.write(b'{"info": ' + json_bytes({"description": SAYS}) + b',\n"categories": ')
        stream.write(json_bytes([{"id": number, "name": name} for name, number in categories.items()]))
        stream.write(b',\n"images": ')
        count = _list(stream, _images(dataset))
        stream.write(b',\n"annotations": ')
        _list(stream, _annotations(dataset, categories))
        stream.write(b"}\n")
    return Written(str(target), {"all": count}, left_out)


def _images(dataset: Dataset) -> Iterator[dict[str, Any]]:
    for number, row in _rows(dataset):
        captured = row["captured_at"]
        yield {
            "id": number,
            "file_name": row["file_name"],
            "width": row["width"],
            "height": row["height"],
            "date_captured": captured and captured.isoformat(),
            "firsthandapi_id": row["id"],
            "stars": row["ai_star_rating"],
        }


def _annotations(dataset: Dataset, categories: dict[str, int]) -> Iterator[dict[str, Any]]:
    number = 0
    for image, row in _rows(dataset):
        for label in labels_of(row):
            number += 1
            category, score = categories[label["label"]], label["confidence"]
            yield {"id": number, "image_id": image, "category_id": category, "score": score}


def _rows(dataset: Dataset) -> Iterator[tuple[int, dict[str, Any]]]:
    """The images, numbered through all splits: two files of one data set give no number to two images."""
    number = 0
    for example in dataset.every_split:
        if example.medium == "image":
            number += 1
            if dataset.has(example.row):
                yield number, values(example.row)


def _list(stream: BinaryIO, items: Iterator[dict[str, Any]]) -> int:
    before, count = b"[", 0
    for item in items:
        stream.write(before + b"\n" + json_bytes(item))
        before, count = b",", count + 1
    stream.write(b"]" if count else b"[]")
    return count
