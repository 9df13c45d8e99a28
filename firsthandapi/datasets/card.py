"""The data card: a `README.md` that says what is in a folder and where it comes from."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, Optional, Union

from ..errors import FirstHandArgumentError
from .examples import MANIFEST, Row
from .paths import new_file
from .summary import Summary, summary
from .tables import manifest_sha256
from .writing import Written, whole_file

if TYPE_CHECKING:
    from .dataset import Dataset

MARK = "<!-- written by firsthandapi; a later write_card replaces this file -->"
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
MOST = 15
"""Rows of a table of regions, devices or labels."""


def write(
    dataset: Dataset, path: Union[str, PathLike[str], None], title: Optional[str], license: Optional[str]
) -> Written:
    """See `Dataset.write_card`."""
    target = dataset.path / "README.md" if path is None else new_file(path)
    if target.is_file() and MARK not in target.read_text(encoding="utf-8", errors="replace"):
        raise FirstHandArgumentError("path", f"{target} was written by somebody else: give another name, or remove it")
    found = summary(dataset)
    text = "\n".join(_lines(dataset, found, title or dataset.path.resolve().name, license))
    with whole_file(target) as stream:
        stream.write(text.encode("utf-8", "backslashreplace") + b"\n")
    return Written(str(target), {"all": found.count})


def _lines(dataset: Dataset, found: Summary, title: str, license: Optional[str]) -> Iterator[str]:
    yield "---"
    yield f"pretty_name: {_yaml(title)}"
    if license is not None:
        yield f"license: {_yaml(license)}"
    if found.languages:
        yield "language:"
        yield from (f"- {_yaml(language)}" for language in sorted(found.languages))
    yield "size_categories:"
    yield f"- {_yaml(next((name for limit, name in SIZES if found.count < limit), 'n>1M'))}"
    yield "tags:"
    yield from (f"- {_yaml(tag)}" for tag in ("firsthandapi", *sorted(found.media)))
    yield "---"
    yield MARK
    yield f"# {_text(title)}"
    yield ""
    yield (
        "Captured by people for this purpose through [FirstHandAPI](https://firsthandapi.com), each file scored with 1 "
        "to 5 stars by an AI, and approved."
    )
    yield from _overview(found)
    yield from _jobs(dataset.jobs, found)
    stars = sorted(found.stars.items(), key=lambda item: item[0] or 0, reverse=True)
    yield from _table("Stars", "Stars", stars, found.count)
    if dataset.splits:
        yield from _table("Splits", "Split", [(name, found.splits[name]) for name in dataset.splits], found.count)
    yield from _common("Regions", "Region", found.regions, found.count)
    yield from _common("Devices", "Device", found.devices, found.count)
    yield from _common("Labels", "Label", found.labels, found.count)
    yield from _table("Formats", "MIME type", found.formats.most_common(), found.count)
    yield from _provenance(dataset, found)


def _overview(found: Summary) -> Iterator[str]:
    days = sorted(day for day in found.days if day)
    workers = [worker for worker in found.workers if worker]
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| files | {found.count:,} ({', '.join(f'{n:,} {m}' for m, n in found.media.most_common()) or 'none'}) |"
    yield f"| size | {found.bytes / 1e6:,.1f} MB |"
    if found.seconds:
        yield f"| length | {found.seconds / 60:,.1f} minutes of audio and video |"
    if days:
        yield f"| captured | {days[0]} to {days[-1]} |"
    yield f"| regions | {len([region for region in found.regions if region])} |"
    if workers:
        busiest = max(found.workers[worker] for worker in workers)
        yield f"| workers | {len(workers)}; the busiest made {busiest / found.count:.0%} |"
    if found.annotators:
        yield f"| annotations | by {', '.join(map(_text, sorted(found.annotators)))} |"


def _jobs(jobs: Mapping[str, Row], found: Summary) -> Iterator[str]:
    yield ""
    yield "## What was asked for"
    for job_id, count in found.jobs.most_common():
        job = jobs.get(job_id or "", {})
        yield ""
        yield f"### {_text(job.get('title') or job_id or 'Unknown job')}"
        yield ""
        yield f"Job {_text(job_id)}: {count:,} files here."
        if not job:
            yield "Its text is not known: call `fetch_context(client)` before `write_card`."
            continue
        if job.get("price_per_file_cents") is not None:
            yield f"Workers were offered {_text(job['price_per_file_cents'])} US cents for each approved file."
        for name in ("description", "worker_guidelines", "scoring_criteria"):
            if job.get(name):
                yield ""
                yield f"{name.replace('_', ' ').capitalize()}:"
                yield ""
                yield from (f"> {_text(line)}" for line in str(job[name]).splitlines())


def _common(title: str, what: str, counter: Counter[Any], total: int) -> Iterator[str]:
    yield from _table(title, what, counter.most_common(MOST), total)
    if len(counter) > MOST:
        yield ""
        yield f"And {len(counter) - MOST:,} more."


def _table(title: str, what: str, items: Iterable[tuple[object, int]], total: int) -> Iterator[str]:
    rows = list(items)
    if not rows:
        return
    yield ""
    yield f"## {title}"
    yield ""
    yield f"| {what} | files | share |"
    yield "|---|---:|---:|"
    for name, count in rows:
        yield f"| {'not known' if name is None else _text(name)} | {count:,} | {count / max(1, total):.1%} |"


def _provenance(dataset: Dataset, found: Summary) -> Iterator[str]:
    yield ""
    yield "## Provenance"
    yield ""
    yield f"Each file's SHA-256, score and annotations are in `{MANIFEST}`, whose own SHA-256 is"
    yield f"`{manifest_sha256(dataset)}`."
    if not dataset.is_whole:
        yield f"This card is about {found.count:,} of the files in it."
    if dataset.splits:
        yield ""
        yield (
            f"Splits were made by a hash of each file's {dataset.grouping}, so that none is in two of them; a file "
            "keeps its split when the set grows."
        )
    yield ""
    yield "Labels, transcripts and scores were written by AI models and were not checked by people."


def _yaml(text: str) -> str:
    # JSON's strings are YAML's too.
    return json.dumps(text)


def _text(value: object) -> str:
    """Text that Markdown shows as it is."""
    found = html.escape(" ".join(str(value).split()), quote=False)
    return re.sub(r"([\\`*_\[\]|#~!])", r"\\\1", found)
