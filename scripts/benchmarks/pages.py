"""Row 4: from the JSON of a page of 100 files to typed objects, and what reading them then costs.

*Stock* is what the same generator makes of the same contract with its own templates. Both sides read alike.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from copy import deepcopy
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs

from .measure import ROOT, Row, fresh, least

SIZE = 100
READERS = ("nothing", "five fields", "everything")


def rows(scratch: Path, *, quick: bool) -> list[Row]:
    """Nothing read, five fields of each file, every field; each against `json.loads` alone and the stock output."""
    page = scratch / "page.json"
    page.write_bytes(sample())
    stock = scratch / "stock_client"
    why_not = generate_stock(stock)
    effort = ["2", "2"] if quick else ["25", "10"]
    found = fresh("-m", "benchmarks.pages", str(page), "" if why_not else str(stock), *effort)
    made = []
    for reader in READERS:
        what, ours = f"page of {SIZE}, reads {reader}", found[f"ours, {reader}"]
        most = 0.001 if reader == "nothing" else None
        made.append(Row(4, what, "json.loads alone", ours, found["json.loads"], most=most))
        # Ours converts a field when it is read, stock all at once: reading a few must not eat up the gain.
        ratio = 1.0 if reader == "five fields" and not why_not else None
        theirs = found.get(f"stock, {reader}")
        made.append(Row(4, what, "stock generated", ours, theirs, most_ratio=ratio, note=why_not))
    return made


def sample() -> bytes:
    """A page like the contract's example of a photo: four labels, three dates, different ids."""
    import yaml

    contract = yaml.load((ROOT / "openapi.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    examples = contract["components"]["examples"]["FileList"]["value"]["data"]
    photo = next(file for file in examples if file["content_type"] == "image/jpeg")
    labels = [{"label": label, "confidence": 0.9} for label in ("menu_board", "price_list", "counter", "cup")]
    files = []
    for number in range(SIZE):
        file = deepcopy(photo)
        file["id"] = f"{photo['id'][:-4]}{number:04}"
        file["annotations"]["object_labels"] = labels
        files.append(file)
    return json.dumps({"object": "list", "data": files, "has_more": False, "next_cursor": None}).encode()


def generate_stock(target: Path) -> str:
    """Generate without any of our templates; returns why it cannot be done, or nothing."""
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(ROOT / "openapi.yaml")]
    done = subprocess.run([*command, "--meta", "none", "--output-path", str(target)], capture_output=True, text=True)
    return "" if done.returncode == 0 else "generator not installed"


def main(page: str, stock: str, rounds: str, repeats: str) -> None:
    """Measure everything in turn in this process."""
    from firsthandapi_generated.models.file_list import FileList

    from firsthandapi._drift import DriftWatch
    from firsthandapi.models import File

    data = Path(page).read_bytes()
    watch = DriftWatch("raise")

    def ours() -> list[Any]:
        # What a client does with an answer: the comparison with the contract is a part of it.
        answer = json.loads(data)
        assert watch.answer("get_job_files", 200, {}, answer) == []
        return [File.adopt(file) for file in FileList.from_dict(answer).data]

    parsers: dict[str, Callable[[], list[Any]]] = {"ours": ours}
    if stock:
        sys.path.insert(0, str(Path(stock).parent))
        stock_list = import_module("stock_client.models").FileList
        parsers["stock"] = lambda: list(stock_list.from_dict(json.loads(data)).data)
    read = {"nothing": len, "five fields": read_five, "everything": read_everything}

    def per_page(work: Callable[[], object]) -> float:
        started = time.process_time()
        for _ in range(int(repeats)):
            work()
        return (time.process_time() - started) / int(repeats)

    works: dict[str, Callable[[], object]] = {"json.loads": lambda: json.loads(data)}
    for name, parse in parsers.items():
        for reader in READERS:
            works[f"{name}, {reader}"] = lambda parse=parse, reader=reader: read[reader](parse())  # type: ignore[misc]
    subjects = {name: lambda work=work: per_page(work) for name, work in works.items()}
    print(json.dumps(least(subjects, int(rounds))))


def read_five(files: list[Any]) -> None:
    """What a typical loop over files looks at: a date and the first label among it."""
    for file in files:
        file.id, file.ai_star_rating, file.download_url, file.captured_at, file.annotations.object_labels[0].label


def read_everything(value: object) -> None:
    """Every attribute of every model in a value."""
    if isinstance(value, list):
        for item in value:
            read_everything(item)
    elif attrs.has(type(value)):
        for name in names(type(value)):
            read_everything(getattr(value, name))


def names(model: type, known: dict[type, list[str]] = {}) -> list[str]:  # noqa: B006 # a cache
    """The attributes of a generated model, of ours or stock."""
    if model not in known:
        known[model] = [field.name for field in attrs.fields(model) if field.name != "additional_properties"]
    return known[model]


if __name__ == "__main__":
    main(*sys.argv[1:])
