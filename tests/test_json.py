"""JSON means the same with the extra `fast` and without."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthandapi import _json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@pytest.fixture(params=["with", "without"])
def installed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without":
        monkeypatch.setattr(_json, "orjson", None)
    elif _json.orjson is None:
        pytest.skip("orjson, of the extra `fast`, is not installed")


@pytest.mark.usefixtures("installed")
def test_what_is_written_is_read() -> None:
    @given(VALUES)
    def check(value: Any) -> None:
        line = _json.line(value)
        assert line.endswith(b"\n")
        assert line.count(b"\n") == 1
        assert json.loads(line) == _json.loads(line) == value

    check()


@pytest.mark.usefixtures("installed")
def test_what_one_of_them_refuses_is_understood_all_the_same() -> None:
    assert _json.loads(b'"\\ud800"') == "\ud800"
    assert math.isinf(_json.loads(b"1e400"))
    assert _json.line({"text": "\ud800"}) == b'{"text":"\\ud800"}\n'
    assert _json.line(2**70) == b"1180591620717411303424\n"


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("broken", [b"{", b"nope", b"\xff\xff", b'{"a": 1,}', b""])
def test_what_is_no_json_is_a_value_error(broken: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        _json.loads(broken)


@pytest.mark.usefixtures("installed")
def test_what_is_too_deep_is_an_error() -> None:
    with pytest.raises((RecursionError, ValueError)):
        _json.loads(b"[" * 200_000)


def test_orjson_takes_over_by_itself_and_is_not_needed() -> None:
    ask = "import sys; {}from firsthandapi import _json; print(_json.orjson is None)"
    done = subprocess.run(
        [sys.executable, "-c", ask.format("sys.modules['orjson'] = None; ")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "True\n"
    assert (_json.orjson is None) == (subprocess.run([sys.executable, "-c", "import orjson"]).returncode != 0)
