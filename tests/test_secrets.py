"""The API key is in the Authorization header and nowhere else."""

from __future__ import annotations

import json
import logging
import pickle
import subprocess
import sys
import textwrap
import traceback

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import BASE_URL, JOB, UNAVAILABLE, Loopback, answer, both, failure, listed

from firsthandapi import FirstHandAuthenticationError, FirstHandError

keys = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~+/=.", min_size=16).map(
    "fh_live_".__add__
)

FAILURES = [
    *[
        pytest.param(outcome, marks=pytest.mark.off_contract("no documented error, and no job"))
        for outcome in (
            *(
                httpx.Response(status, json=failure("some_type"))
                for status in (302, 400, 401, 402, 403, 404, 409, 418, 429, 503)
            ),
            httpx.Response(502, html="<html>Bad Gateway</html>"),
            httpx.Response(200, html="<html>Welcome</html>"),
            httpx.Response(200, json=[]),
        )
    ],
    httpx.Response(503, json=UNAVAILABLE),
    httpx.ConnectError("down"),
    httpx.ReadError("cut"),
    httpx.ReadTimeout("slow"),
]


def said_by(error):
    """Everything that a report of an error may show: text, notes, traceback, and the locals of our frames."""
    yield f"{error}{error!r}{error.args}{vars(error)}"
    yield "".join(traceback.format_exception(type(error), error, error.__traceback__))
    yield repr(pickle.dumps(error))
    while error is not None:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if "firsthandapi" in frame.f_globals["__name__"]:
                yield repr(frame.f_locals)
        error = error.__cause__ or error.__context__


@pytest.fixture
def log(caplog):
    for name in (None, "firsthandapi", "httpx", "httpcore"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


@both
@pytest.mark.parametrize(
    "outcome", FAILURES, ids=lambda outcome: str(getattr(outcome, "status_code", type(outcome).__name__))
)
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(key=keys)
def test_no_failure_shows_the_key(side, outcome, log, key):
    sent = []

    def handler(request):
        sent.append(request.headers["authorization"])
        if isinstance(outcome, Exception):
            raise outcome
        return httpx.Response(outcome.status_code, headers=outcome.headers, content=outcome.content)

    kind = httpx.Client if side.name == "sync" else httpx.AsyncClient
    client = side.client(api_key=key, http_client=kind(transport=httpx.MockTransport(handler)), max_retries=1)
    with pytest.raises(FirstHandError) as caught:
        side.run(client.jobs.get("job_1"))
    assert set(sent) == {f"Bearer {key}"}
    for said in said_by(caught.value):
        assert key not in said
    assert key not in log.text
    assert key not in f"{client}{client!r}{vars(client)}"


@both
@pytest.mark.respx(base_url=BASE_URL)
def test_no_success_shows_the_key(side, log, respx_mock):
    key = "fh_live_distinctive_0123456789"
    respx_mock.get("/v1/jobs/job_1").mock(
        side_effect=[httpx.Response(503, json=UNAVAILABLE), httpx.Response(200, json=JOB)]
    )
    client = side.client(api_key=key)
    raw = side.run(client.with_raw_response(client.jobs.get, "job_1"))
    assert key not in f"{raw!r}{pickle.dumps(raw.parsed)!r}"
    assert key not in log.text
    assert {record.name for record in log.records} >= {"firsthandapi"}
    assert [record.getMessage().partition(":")[0] for record in log.records if record.name == "firsthandapi"] == [
        "get_job",
        "get_job",
    ]


@both
def test_no_real_connection_shows_the_key(side, log):
    key = "fh_live_distinctive_0123456789"

    def respond(request):
        if len(server.requests) == 1:
            yield answer(json.dumps(UNAVAILABLE).encode(), 503)

    with Loopback(respond) as server:
        client = side.client(api_key=key, base_url=server.url, max_retries=2)
        with pytest.raises(FirstHandError) as caught:
            side.run(client.jobs.list(cursor="opaque"))
        side.run(client.close())
        assert {request.headers["authorization"] for request in server.requests} == {f"Bearer {key}"}
    for said in said_by(caught.value):
        assert key not in said
    assert "httpcore" in "".join(record.name for record in log.records)
    assert key not in log.text


@both
@pytest.mark.respx(base_url=BASE_URL)
def test_our_log_has_no_query_and_no_body(side, log, respx_mock):
    respx_mock.get("/v1/jobs").mock(
        side_effect=[httpx.Response(503, json=UNAVAILABLE), httpx.Response(200, json=listed(JOB))]
    )
    side.run(side.client().jobs.list(cursor="opaque_cursor"))
    ours = [record.getMessage() for record in log.records if record.name == "firsthandapi"]
    assert len(ours) == 2
    assert "opaque_cursor" not in "".join(ours)
    assert JOB["description"] not in "".join(ours)


SCRIPT = """
    import httpx, firsthandapi, logging
    silent = logging.NullHandler
    answers = [httpx.Response(503, headers={"Retry-After": "0"}), httpx.Response(200, json=JOB)]
    transport = httpx.MockTransport(lambda request: answers.pop(0))
    for turn in range(2):
        client = firsthandapi.Client(http_client=httpx.Client(transport=transport))
    client.jobs.get("job_1")
    assert len([h for h in logging.getLogger("firsthandapi").handlers if type(h) is not silent]) == EXPECTED
"""


@pytest.mark.parametrize(
    ("level", "lines"),
    [(None, 0), ("", 0), ("debug", 2), ("DEBUG", 2), ("info", 1), ("warning", 0), ("nonsense", 1)],
)
def test_firsthand_log(level, lines, monkeypatch):
    monkeypatch.setenv("FIRSTHAND_API_KEY", "fh_test_distinctive")
    monkeypatch.delenv("FIRSTHAND_LOG", raising=False)
    if level is not None:
        monkeypatch.setenv("FIRSTHAND_LOG", level)
    script = textwrap.dedent(SCRIPT).replace("EXPECTED", str(int(bool(level)))).replace("JOB", repr(JOB))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    printed = done.stderr.splitlines()
    assert len(printed) == lines, done.stderr
    assert all(" firsthandapi " in line and "get_job: " in line for line in printed)
    assert "distinctive" not in done.stderr + done.stdout


@both
@pytest.mark.respx(base_url=BASE_URL)
def test_a_key_that_the_service_quotes_is_not_quoted_by_us(side, respx_mock):
    key = "fh_test_quoted_by_the_service"
    respx_mock.get("/v1/jobs/job_1").respond(401, json=failure("authentication_error", f"Unknown key {key}."))
    with pytest.raises(FirstHandAuthenticationError) as caught:
        side.run(side.client(api_key=key).jobs.get("job_1"))
    assert str(caught.value) == "Unknown key ***."
    assert key not in repr(pickle.dumps(caught.value))
    assert key not in "".join(traceback.format_exception(type(caught.value), caught.value, caught.value.__traceback__))
