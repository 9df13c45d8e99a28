"""Lines of a manifest that a disk has damaged, somebody has edited, or a service has filled with what it likes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import respx
from download_support import Calls, api, calls, storage
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from storage_server import Storage
from test_datasets import content_of, make
from test_datasets import row as listed

from firsthandapi.datasets import Dataset
from firsthandapi.download import verify
from firsthandapi.download.manifest import recorded
from firsthandapi.download.place import place_of
from firsthandapi.download.plan import Planner
from firsthandapi.errors import FirstHandArgumentError, FirstHandDatasetError

__all__ = ["calls", "storage"]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800\0") | st.just(10**30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
OURS = ("file_name", "id", "file_id", "sha256", "stripped", "content_hash", "size_bytes")
FIELDS = st.sampled_from((*OURS, "job_id", "ai_star_rating", "score", "content_type", "created_at", "annotations"))
FEW = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def row(number: int) -> dict[str, Any]:
    """A line as a download writes it."""
    return {**listed(number), "sha256": hashlib.sha256(content_of(number)).hexdigest()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three files that are what their lines say, but for the second one, which the disk has changed."""
    make(tmp_path / "set", [row(number) for number in range(3)])
    (tmp_path / "set" / "file_0001.jpg").write_bytes(bytes(len(content_of(1))))
    return tmp_path / "set"


def look_everywhere(folder: Path, lines: list[bytes]) -> None:
    """Whatever reads a manifest says what is wrong with it, or that a file is not what it was: never all is well."""
    (folder / "metadata.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    try:
        found = verify(folder)
        assert found.ok < 3
        place = place_of(folder)
        planner = Planner(place, "{file_id}.{ext}", strip_metadata=False, trust=False)
        for page in recorded(place):
            planner.add(page)
        assert planner.plan.present < 3
    except FirstHandArgumentError as error:
        assert "is no manifest (line " in str(error)  # noqa: PT017 # both are right
    try:
        Dataset.open(folder).write_webdataset(folder.parent / "shards", overwrite=True)
    except FirstHandDatasetError:
        return
    rows = [each for each, _ in Dataset.open(folder)]
    assert not any(each["file_name"] == "file_0001.jpg" and each.get("sha256") for each in rows)


@FEW
@given(field=FIELDS, value=JSON, at=st.integers(0, 2))
@example("ai_star_rating", 10**30, 0)
@example("size_bytes", 10**30, 1)
@example("file_name", "a\0.jpg", 0)
@example("id", ["a"], 0)
def test_a_field_may_be_anything(folder: Path, field: str, value: Any, at: int) -> None:
    rows = [row(number) for number in range(3)]
    rows[at][field] = value
    look_everywhere(folder, [json.dumps(each).encode() for each in rows])


@FEW
@given(start=st.integers(0, 1000), length=st.integers(0, 9), new=st.binary(max_size=9), at=st.integers(0, 2))
@example(0, 0, b"[" * 200_000, 0)
def test_bytes_may_be_damaged(folder: Path, start: int, length: int, new: bytes, at: int) -> None:
    lines = [json.dumps(row(number)).encode() for number in range(3)]
    start %= len(lines[at])
    lines[at] = lines[at][:start] + new + lines[at][start + length :]
    look_everywhere(folder, lines)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sha256": "abc"}, "`sha256` must be 64 hexadecimal digits, not 'abc'"),
        ({"file_name": "a\0"}, r"`file_name` must be the path of a file below the folder, not 'a\x00'"),
        ({"id": 7}, "`id` must be text, not 7"),
        ({"stripped": True}, "`stripped` must be an object with `size_bytes`, a whole number, not True"),
        ({"stripped": {"size_bytes": -1}}, "a whole number, not {'size_bytes': -1}"),
    ],
)
def test_an_error_names_line_and_field(folder: Path, changed: dict[str, Any], said: str) -> None:
    lines = [json.dumps(each) for each in (row(0), {**row(1), **changed})]
    (folder / "metadata.jsonl").write_text("\n".join(lines) + "\n")
    with pytest.raises(FirstHandArgumentError) as caught:
        verify(folder)
    assert "metadata.jsonl is no manifest (line 2): " in str(caught.value)
    assert said in str(caught.value)
    with pytest.raises(FirstHandDatasetError) as found:
        list(Dataset.open(folder))
    assert "line 2 of " in str(found.value)
    assert said in str(found.value)


@respx.mock
@pytest.mark.off_contract("a size is no number")
@pytest.mark.parametrize("size", ["3", 3.5, True, -1, None])
def test_a_size_that_is_none_is_left_to_the_hash(storage: Storage, calls: Calls, size: object) -> None:
    api([storage.file("a", b"odd", size_bytes=size)])
    assert len(calls.into_out().fetched) == 1
    assert verify(calls.folder).ok == 1
    assert len(calls.into_out().present) == len(calls.into_out("sync").present) == 1
    (calls.folder / "file_a.jpg").write_bytes(b"bad")
    assert [found.status for found in verify(calls.folder).files] == ["changed"]
    lines = [{"file_name": "file_a.jpg", "id": "file_a", "size_bytes": size}]
    (calls.folder / "metadata.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert [found.status for found in verify(calls.folder).files] == ["changed"], "there is nothing to compare with"


@respx.mock
@pytest.mark.off_contract("the service is newer")
def test_what_a_newer_service_calls_as_a_manifest_does_is_not_taken_for_it(storage: Storage, calls: Calls) -> None:
    api([storage.file("a", b"content", file_name="../menu.jpg", stripped=True, sha256="none")])
    calls.into_out()
    ((about, path),) = Dataset.open(calls.folder)
    assert (about["file_name"], "stripped" in about, path.read_bytes()) == ("file_a.jpg", False, b"content")
    assert verify(calls.folder).ok == 1
