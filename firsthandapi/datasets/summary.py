"""What a data set holds, counted in one pass, for the card and the gallery."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Optional

from attrs import define, field

from .columns import labels_of, struct, values

if TYPE_CHECKING:
    from .dataset import Dataset


@define
class Summary:
    """Counts of examples, by what they have in common. What is not known is counted under None."""

    count: int = 0
    bytes: int = 0
    seconds: float = 0.0
    """Of audio and video together."""
    jobs: Counter[Optional[str]] = field(factory=Counter[Optional[str]])
    media: Counter[str] = field(factory=Counter[str])
    formats: Counter[Optional[str]] = field(factory=Counter[Optional[str]])
    stars: Counter[Optional[int]] = field(factory=Counter[Optional[int]])
    regions: Counter[Optional[str]] = field(factory=Counter[Optional[str]])
    devices: Counter[Optional[str]] = field(factory=Counter[Optional[str]])
    days: Counter[Optional[str]] = field(factory=Counter[Optional[str]])
    """Days of capture, or of approval where that is not known, as `2026-03-31`."""
    labels: Counter[str] = field(factory=Counter[str])
    languages: Counter[str] = field(factory=Counter[str])
    workers: Counter[Optional[str]] = field(factory=Counter[Optional[str]])
    splits: Counter[str] = field(factory=Counter[str])
    annotators: Counter[str] = field(factory=Counter[str])
    """Models that wrote the annotations."""


def summary(dataset: Dataset) -> Summary:
    """Count everything."""
    found = Summary()
    for example in dataset:
        row = values(example.row)
        annotations = struct(row["annotations"])
        moment = row["captured_at"] or row["created_at"]
        found.count += 1
        found.bytes += row["size_bytes"] or 0
        found.seconds += row["duration_seconds"] or 0
        found.jobs[row["job_id"]] += 1
        found.media[example.medium] += 1
        found.formats[row["content_type"]] += 1
        found.stars[row["ai_star_rating"]] += 1
        found.regions[row["worker_region"]] += 1
        found.devices[struct(row["device_info"]).get("device_model")] += 1
        found.days[moment.date().isoformat() if moment else None] += 1
        found.workers[row["worker_id"]] += 1
        found.labels.update({label["label"] for label in labels_of(row)})
        for counter, name in ((found.languages, "language"), (found.annotators, "annotation_model")):
            if annotations.get(name):
                counter[annotations[name]] += 1
        if dataset.splits:
            found.splits[str(dataset.split_of(example.row))] += 1
    return found
