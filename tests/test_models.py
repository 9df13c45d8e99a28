"""What calls return: attributes and keys, both words, and an open world."""

from __future__ import annotations

import ast
import copy
import datetime
import json
import pickle
from contextlib import suppress
from pathlib import Path

import firsthandapi_generated.models as generated
import pytest
from firsthandapi_generated.errors import MissingFieldError, UnexpectedAnswerError
from firsthandapi_generated.models import JobCreate
from firsthandapi_generated.types import UNSET, Model
from hypothesis import given
from hypothesis import strategies as st
from support import FILE, JOB

from firsthandapi import File, Job

BLOG_FILE = json.loads((Path(__file__).parent / "fixtures" / "blog_file.json").read_text(encoding="utf-8"))


def every_model():
    """All generated models (they are imported when they are asked for) and the two with both words."""
    found = [getattr(generated, name) for name in generated.__all__]
    return [Job, File, *(cls for cls in found if isinstance(cls, type) and issubclass(cls, Model))]


def attributes(cls):
    """Names of all fields and properties of a model."""
    own = [name for base in cls.__mro__ for name, value in vars(base).items() if isinstance(value, property)]
    return [*cls._fields, *own, *getattr(cls, "_other_words", ())]


# By attribute, by key, by either word


def test_a_result_is_read_by_attribute_and_by_key():
    job = Job.from_dict(JOB)
    assert job.id == job["id"] == job.get("id") == "job_01J5K9"
    assert "id" in job
    assert "nothing" not in job
    assert job.get("nothing", 5) == 5
    assert dict(job) == JOB
    assert len(job) == len(JOB)
    assert list(job) == list(JOB)
    assert {**job} == JOB
    assert job == JOB
    assert job == Job.from_dict(dict(JOB))
    assert job != Job.from_dict({**JOB, "id": "job_2"})
    with pytest.raises(KeyError, match="nothing"):
        job["nothing"]


def test_values_have_their_types():
    job = Job.from_dict(JOB)
    assert job.created_at == datetime.datetime(2026, 3, 31, 14, 22, 8, tzinfo=datetime.timezone.utc)
    assert job["created_at"] == "2026-03-31T14:22:08Z"
    assert job.location.radius_km == 5
    assert job.metadata["team"] == "menus"
    assert job.deadline is None
    assert job.title == "Menus"


@pytest.mark.parametrize(
    ("everyday", "documented", "value"),
    [("quantity", "files_needed", 50), ("reward_per_file", "price_per_file_cents", 75)],
)
def test_a_job_is_read_in_both_words_whichever_was_sent(everyday, documented, value):
    for sent in (everyday, documented):
        job = Job.from_dict({sent: value})
        for word in (everyday, documented):
            assert getattr(job, word) == job[word] == job.get(word) == value
            assert word in job
        assert dict(job) == {sent: value}


@pytest.mark.parametrize(
    ("everyday", "documented", "value"), [("file_id", "id", "file_1"), ("score", "ai_star_rating", 4)]
)
def test_a_file_is_read_in_both_words_whichever_was_sent(everyday, documented, value):
    for sent in (everyday, documented):
        file = File.from_dict({sent: value})
        for word in (everyday, documented):
            assert getattr(file, word) == file[word] == file.get(word) == value
            assert word in file


def test_each_word_shows_its_own_value_where_both_were_sent():
    job = Job.from_dict({"quantity": 1, "files_needed": 2})
    assert (job.quantity, job.files_needed) == (1, 2)


def test_formats_in_short():
    job = Job.from_dict(JOB)
    assert (job.content_type, job.file_formats) == ("image", ["jpeg", "png"])
    everyday = Job.from_dict({"content_type": "audio"})
    assert (everyday.content_type, everyday.file_formats) == ("audio", [])
    assert Job.from_dict({"accepted_formats": []}).content_type is None


@pytest.mark.parametrize(
    ("wire", "format", "extension"),
    [
        ({"content_type": "image/jpeg"}, "jpeg", "jpg"),
        ({"content_type": "image", "format": "jpeg"}, "jpeg", "jpg"),
        ({"content_type": "audio/x-m4a"}, "x-m4a", "m4a"),
        ({"content_type": "video/quicktime"}, "quicktime", "mov"),
        ({"content_type": "model/gltf"}, "gltf", "bin"),
        ({"content_type": "../../etc"}, "../etc", "bin"),
        ({"content_type": None}, "", "bin"),
        ({}, "", "bin"),
    ],
)
def test_format_and_extension_of_a_file(wire, format, extension):
    file = File.from_dict(wire)
    assert (file.format, file.extension, file.status) == (format, extension, "approved")


# The two documents


def test_the_sample_of_the_guide():
    file = File.from_dict(BLOG_FILE)
    assert (file.id, file.file_id, file.job_id) == ("file_01J5KA...", "file_01J5KA...", "job_01J5K9...")
    assert (file.content_type, file.format, file.extension) == ("image", "jpeg", "jpg")
    assert (file.score, file.ai_star_rating, file.status) == (4, 4, "approved")
    assert file.created_at.isoformat() == "2026-03-31T14:22:08+00:00"
    labels = file.annotations.object_labels
    assert (labels[0].label, labels[0].confidence) == ("menu_board", 0.97)
    assert file.annotations.ocr_text.splitlines()[1] == "Latte $5.75"
    assert file.annotations.scene_classification == "indoor_retail"
    assert file.annotations.color_palette[0] == "#2C1810"
    assert (file.annotations.resolution.width, file.annotations.resolution.height) == (4032, 3024)
    assert file.annotations["object_labels"][3]["label"] == "chalkboard"
    assert file.to_dict() == BLOG_FILE


def test_the_documented_file():
    file = File.from_dict(FILE)
    assert (file.id, file.file_id) == ("file_01J5KA", "file_01J5KA")
    assert (file.content_type, file.format) == ("image/jpeg", "jpeg")
    assert file.device_info.device_model == "iPhone15,2"
    assert file.download_url_expires_at - file.created_at == datetime.timedelta(days=7)
    assert file.duration_seconds is None
    assert file.keyframes is None
    assert file.to_dict() == FILE


# An open world


def test_what_is_newer_than_this_package_is_kept():
    job = Job.from_dict({**JOB, "status": "paused", "accepted_formats": ["image/jxl"], "bonus_cents": 5})
    assert job.status == "paused"
    assert job.accepted_formats == ["image/jxl"]
    assert job.content_type == "image"
    assert job.bonus_cents == job["bonus_cents"] == 5


def test_what_is_missing_is_named_when_it_is_read():
    job = Job.from_dict({"id": "job_1"})
    assert job.id == "job_1"
    assert job.title is None  # may be null, so it may be missing
    with pytest.raises(MissingFieldError, match="'files_needed' in this Job"):
        _ = job.files_needed
    with pytest.raises(MissingFieldError, match="'files_needed' in this Job"):
        _ = job.quantity
    assert not hasattr(job, "created_at")
    with pytest.raises(AttributeError, match="'filez'"):
        _ = job.filez


def test_a_value_is_converted_when_it_is_first_read():
    wire = {**JOB, "created_at": "long ago", "location": 5}
    job = Job.from_dict(wire)
    assert job.updated_at is job.updated_at
    assert job.metadata is job.metadata
    assert job.created_at == "long ago"
    assert job.location == 5


@pytest.mark.parametrize(
    "moment",
    ["", "0", "yesterday", "9999-12-31T24:00:00Z", "2026-02-30", 5, 5.5, True, [], ["2026"], {}, {"a": 1, "b": 2}],
)
def test_a_time_that_is_none_stays_as_it_came(moment):
    assert Job.from_dict({"created_at": moment}).created_at == moment


def test_one_bad_item_costs_no_more_than_its_list():
    file = File.from_dict({**FILE, "annotations": {"object_labels": [{"label": "menu"}, 5], "ocr_text": "Latte"}})
    assert file.annotations.object_labels == [{"label": "menu"}, 5]
    assert file.annotations.ocr_text == "Latte"


@pytest.mark.parametrize("wire", [None, [], "job", 5])
def test_what_is_no_object_is_no_model(wire):
    with pytest.raises(UnexpectedAnswerError, match="Job"):
        Job.from_dict(wire)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=8,
)


@given(st.data())
def test_no_answer_breaks_a_model(data):
    cls = data.draw(st.sampled_from(every_model()))
    names = [field.name for field in cls._fields.values()]
    known = st.sampled_from([*names, *getattr(cls, "_other_words", ()), "format", "status"])
    wire = data.draw(st.dictionaries(known | st.text(), json_values))
    answer = cls.from_dict(wire)
    for name in attributes(cls):
        with suppress(MissingFieldError):
            getattr(answer, name)
            continue
        assert name not in wire
    assert answer.to_dict() == wire
    assert json.loads(json.dumps(answer.to_dict())) == wire
    assert pickle.loads(pickle.dumps(answer)) == answer == copy.copy(answer) == copy.deepcopy(answer)
    assert repr(answer).startswith(f"{cls.__name__}(")


@given(st.text() | st.datetimes(timezones=st.timezones()).map(datetime.datetime.isoformat))
def test_no_text_breaks_a_time(text):
    moment = Job.from_dict({"created_at": text}).created_at
    assert moment == text or isinstance(moment, datetime.datetime)


# Copies, pickles, requests


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
@pytest.mark.parametrize("read_first", [False, True])
def test_a_result_is_copied_whole(twin, read_first):
    job = Job.from_dict(copy.deepcopy(JOB))
    if read_first:
        assert job.location.lat == 40.7
    other = twin(job)
    assert type(other) is Job
    assert other == job
    assert other.location.lat == 40.7
    assert other.created_at == job.created_at


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_there_is_only_one_unset(twin):
    assert twin(UNSET) is UNSET
    body = twin(JobCreate.from_dict({"title": "a"}))
    assert body.to_dict() == {"title": "a"}
    request = JobCreate(
        type="feedback",
        description="Which one is better?",
        accepted_formats=["image/png"],
        files_needed=1,
        price_per_file_cents=10,
    )
    assert twin(request).title is UNSET
    assert "title" not in twin(request).to_dict()
    assert not UNSET
    assert repr(UNSET) == "UNSET"


def test_to_dict_is_a_copy():
    job = Job.from_dict(copy.deepcopy(JOB))
    taken = job.to_dict()
    assert taken == JOB
    taken["location"]["lat"] = 0
    taken["accepted_formats"].append("image/webp")
    assert job.to_dict() == JOB


def test_a_result_cannot_be_changed():
    job = Job.from_dict(JOB)
    with pytest.raises(AttributeError):
        job.status = "completed"
    with pytest.raises(TypeError):
        job["status"] = "completed"


def test_repr_shows_what_there_is():
    assert repr(Job.from_dict({"id": "job_1", "title": None, "files_needed": 5})) == "Job(id='job_1', files_needed=5)"


def test_every_attribute_is_documented():
    folder = Path(generated.__file__).parent
    undocumented = []
    seen = 0
    for module in folder.glob("*.py"):
        for cls in (node for node in ast.parse(module.read_text()).body if isinstance(node, ast.ClassDef)):
            assert ast.get_docstring(cls), cls.name
            for node, after in zip(cls.body, [*cls.body[1:], None]):
                if isinstance(node, ast.AnnAssign) and node.target.id != "_fields":
                    seen += 1
                    if not (isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)):
                        undocumented.append(f"{cls.name}.{node.target.id}")
    assert seen > 200
    assert undocumented == []
    for cls in (Job, File):
        for name, value in vars(cls).items():
            assert not isinstance(value, property) or value.__doc__, name
