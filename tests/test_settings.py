"""What a client is told, and what it shares with threads, processes, event loops and other clients."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import pickle
import threading
import warnings

import httpx
import pytest
from support import API_KEY, BASE_URL, JOB, UNAVAILABLE, FakeClock, Loopback, answer, both

import firsthandapi
from firsthandapi import FirstHandApiError, FirstHandConfigurationError, FirstHandServerError

pytestmark = pytest.mark.respx(base_url=BASE_URL)


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch):
    for name in ("FIRSTHAND_API_KEY", "FIRSTHAND_BASE_URL", "FIRSTHAND_LOG"):
        monkeypatch.delenv(name, raising=False)


def job_of(request):
    """Answer with a job whose id is the last segment of the path."""
    yield answer(json.dumps({**JOB, "id": request.target.rpartition("/")[2]}).encode())


@both
def test_key_and_url_come_from_the_environment(side, monkeypatch, respx_mock):
    route = respx_mock.get("/v1/jobs/job_1").respond(json=JOB)
    monkeypatch.setenv("FIRSTHAND_API_KEY", "  fh_test_env\n")
    monkeypatch.setenv("FIRSTHAND_BASE_URL", BASE_URL + "/")
    side.run(side.type().jobs.get("job_1"))
    assert route.calls.last.request.headers["authorization"] == "Bearer fh_test_env"


@both
def test_arguments_win_over_the_environment(side, monkeypatch, respx_mock):
    route = respx_mock.get("/v1/jobs/job_1").respond(json=JOB)
    monkeypatch.setenv("FIRSTHAND_API_KEY", "fh_test_env")
    monkeypatch.setenv("FIRSTHAND_BASE_URL", "https://elsewhere.test")
    side.run(side.type(api_key="fh_test_argument", base_url=BASE_URL).jobs.get("job_1"))
    assert route.calls.last.request.headers["authorization"] == "Bearer fh_test_argument"


@both
@pytest.mark.parametrize("value", [None, "", "  \n"])
def test_a_missing_or_blank_key_names_the_variable(side, value, monkeypatch):
    if value is not None:
        monkeypatch.setenv("FIRSTHAND_API_KEY", value)
    with pytest.raises(FirstHandConfigurationError, match="FIRSTHAND_API_KEY"):
        side.type()


@both
@pytest.mark.parametrize("key", ["", "   ", "fh_test_a b", "fh_test_é", "fh_test_\x00", "fh_test_a\nb", 5])
def test_a_key_that_cannot_be_is_refused_without_being_shown(side, key):
    with pytest.raises(FirstHandConfigurationError) as caught:
        side.type(api_key=key)
    assert "fh_test" not in str(caught.value)


@both
def test_a_blank_url_in_the_environment_counts_as_none(side, monkeypatch):
    monkeypatch.setenv("FIRSTHAND_BASE_URL", "")
    assert "https://api.firsthandapi.com" in repr(side.type(api_key=API_KEY))


@both
@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.firsthandapi.com",
        "ftp://api.firsthandapi.com",
        "https://",
        "https:///v1",
        "https://user:password@api.firsthandapi.com",
        "https://api.firsthandapi.com?a=b",
        "https://api.firsthandapi.com#top",
        "http://[::1",
        "https://api.firsthandapi.com:port",
        "https://api.firsthandapi.com/a b",
        "https://api.first\nhandapi.com",
        5,
    ],
)
def test_a_url_that_cannot_be_is_refused(side, url):
    with pytest.raises(FirstHandConfigurationError, match="base_url"):
        side.type(api_key=API_KEY, base_url=url)


@both
def test_a_live_key_is_not_sent_in_the_clear(side):
    with pytest.raises(FirstHandConfigurationError, match="plain http") as caught:
        side.type(api_key="fh_live_secret", base_url="http://localhost.attacker.test")
    assert "fh_live_secret" not in str(caught.value)
    for url in ("https://anywhere.test", "http://localhost:8787", "http://127.0.0.1:1", "http://[::1]:1"):
        side.type(api_key="fh_live_secret", base_url=url)
    side.type(api_key="fh_test_key", base_url="http://sandbox.test")


@both
@pytest.mark.parametrize("name", ["timeout", "attempt_timeout"])
@pytest.mark.parametrize("value", [0, -1, "5", True, float("nan"), float("inf")])
def test_seconds_must_be_positive(side, name, value):
    with pytest.raises(FirstHandConfigurationError, match=f"^{name}: "):
        side.client(**{name: value})
    with pytest.raises(FirstHandConfigurationError, match=f"^{name}: "):
        side.client().with_options(**{name: value})


@both
@pytest.mark.parametrize("value", [-1, 1.5, "3", True])
def test_retries_must_be_a_count(side, value):
    with pytest.raises(FirstHandConfigurationError, match=r"^max_retries: "):
        side.client(max_retries=value)
    with pytest.raises(FirstHandConfigurationError, match=r"^max_retries: "):
        side.client().with_options(max_retries=value)


@both
@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer x"},
        {"Idempotency-Key": "one for all calls"},
        {"X-Team": "a\r\nX-Injected: b"},
        {"X Team": "menus"},
        {"X-Team": 5},
        {"X-Team": "é"},
    ],
)
def test_headers_that_cannot_be_are_refused(side, headers):
    with pytest.raises(FirstHandConfigurationError, match=r"^headers: "):
        side.client(headers=headers)
    with pytest.raises(FirstHandConfigurationError, match=r"^headers: "):
        side.client().with_options(headers=headers)


@both
def test_nothing_that_hangs_off_a_client_shows_the_key(side):
    client = side.client(api_key="fh_test_distinctive")
    assert repr(client) == f"{side.type.__name__}(base_url='{BASE_URL}', api_key=Secret('***'))"
    assert "distinctive" not in f"{client}{client!r}{vars(client)!r}{vars(client.jobs)!r}"


@both
def test_with_options_changes_only_what_it_is_told(side, respx_mock):
    route = respx_mock.get("/v1/jobs/job_1").respond(json=JOB)
    client = side.client(headers={"X-Team": "menus"}, attempt_timeout=7)
    changed = client.with_options(attempt_timeout=9, headers={"X-Run": "12"})
    side.run(client.jobs.get("job_1"))
    side.run(changed.jobs.get("job_1"))
    before, after = (call.request for call in route.calls)
    assert before.extensions["timeout"]["read"] == 7
    assert after.extensions["timeout"]["read"] == 9
    assert "x-run" not in before.headers
    assert (after.headers["x-team"], after.headers["x-run"]) == ("menus", "12")
    assert after.headers["authorization"] == before.headers["authorization"]


@both
def test_with_options_shares_connections(side):
    with Loopback(job_of) as server:
        client = side.client(base_url=server.url)
        side.run(client.jobs.get("job_1"))
        side.run(client.with_options(timeout=5).jobs.get("job_2"))
        side.run(client.close())
        assert [request.target for request in server.requests] == ["/v1/jobs/job_1", "/v1/jobs/job_2"]
        assert server.connections == 1


@both
def test_with_options_shares_the_retry_budget(side, respx_mock):
    route = respx_mock.get("/v1/jobs/job_1").respond(503, json=UNAVAILABLE)
    client = side.client(timeout=1e6, max_retries=3)
    with pytest.raises(FirstHandServerError):
        side.run(client.with_options(max_retries=1000).jobs.get("job_1"))
    burnt = route.call_count
    assert 50 < burnt < 1000
    with pytest.raises(FirstHandServerError) as caught:
        side.run(client.jobs.get("job_1"))
    assert route.call_count == burnt + 1
    assert any("budget" in note for note in caught.value.__notes__)


@both
def test_a_key_from_the_environment_is_not_in_the_pickle(side, monkeypatch, respx_mock):
    route = respx_mock.get("/v1/jobs/job_1").respond(json=JOB)
    monkeypatch.setenv("FIRSTHAND_API_KEY", "fh_test_here")
    pickled = pickle.dumps(side.type(base_url=BASE_URL))
    assert b"fh_test_here" not in pickled
    monkeypatch.setenv("FIRSTHAND_API_KEY", "fh_test_there")
    side.run(pickle.loads(pickled).jobs.get("job_1"))
    assert route.calls.last.request.headers["authorization"] == "Bearer fh_test_there"
    monkeypatch.delenv("FIRSTHAND_API_KEY")
    with pytest.raises(FirstHandConfigurationError, match="FIRSTHAND_API_KEY"):
        pickle.loads(pickled)


@both
def test_a_client_works_after_unpickling(side, respx_mock):
    route = respx_mock.get("/v1/jobs/job_1").respond(json=JOB)
    client = side.client(timeout=5, headers={"X-Team": "menus"}).with_options(attempt_timeout=4)
    side.run(client.jobs.get("job_1"))
    revived = pickle.loads(pickle.dumps(client))
    assert type(revived) is side.type
    side.run(revived.jobs.get("job_1"))
    first, second = (call.request for call in route.calls)
    assert first.headers == second.headers
    assert first.extensions["timeout"] == second.extensions["timeout"]


@both
def test_a_client_with_an_http_client_refuses_to_pickle(side):
    http_client = httpx.Client() if side.name == "sync" else httpx.AsyncClient()
    with pytest.raises(FirstHandConfigurationError, match="http_client"):
        pickle.dumps(side.client(http_client=http_client))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX forks")
@both
def test_a_forked_child_uses_connections_of_its_own(side):
    with Loopback(job_of) as server:
        client = side.client(base_url=server.url)
        side.run(client.jobs.get("parent_before"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of forking a process that has threads
            child = os.fork()
        if child == 0:
            status = 1
            try:
                got = client.jobs.get("child")
                status = 0 if (asyncio.run(_awaited(got)) if side.name == "async" else got).id == "child" else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert side.run(client.jobs.get("parent_after")).id == "parent_after"
        side.run(client.close())
        connection = {request.target.rpartition("/")[2]: request.connection for request in server.requests}
    assert connection["parent_before"] == connection["parent_after"] != connection["child"]


async def _awaited(result):
    return await result


def test_one_client_serves_many_threads():
    wrong = []
    with Loopback(job_of) as server, firsthandapi.Client(api_key=API_KEY, base_url=server.url) as client:

        def work(number):
            for turn in range(5):
                job_id = f"job_{number}_{turn}"
                if client.jobs.get(job_id).id != job_id:
                    wrong.append(job_id)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({request.target for request in server.requests}) == 80
        assert server.connections <= 16
    assert wrong == []


def test_an_async_client_outlives_an_event_loop():
    async def get(client, job_id):
        job = await client.jobs.get(job_id)
        await client.close()
        return job.id

    with Loopback(job_of) as server:
        client = firsthandapi.AsyncClient(api_key=API_KEY, base_url=server.url)
        assert asyncio.run(get(client, "job_1")) == "job_1"
        assert asyncio.run(get(client, "job_2")) == "job_2"


def test_an_async_client_leaves_nothing_open_when_its_event_loop_ends():
    """Who uses one client in several `asyncio.run`, as in a web worker, need not close it in each."""

    async def get(client, job_id):
        return (await client.jobs.get(job_id)).id

    with Loopback(job_of) as server, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        client = firsthandapi.AsyncClient(api_key=API_KEY, base_url=server.url)
        for number in range(3):
            assert asyncio.run(get(client, f"job_{number}")) == f"job_{number}"
            assert len(client._pool._opened) == 1, "connections of loops that are over are not kept"
        del client
        gc.collect()
    assert [str(warning.message) for warning in told] == []


def test_an_async_client_that_is_dropped_closes_its_connections():
    async def forget(url):
        await firsthandapi.AsyncClient(api_key=API_KEY, base_url=url).jobs.get("job_1")
        gc.collect()
        await asyncio.sleep(0.01)

    with Loopback(job_of) as server, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        asyncio.run(forget(server.url))
        gc.collect()
    assert [str(warning.message) for warning in told] == []


def test_an_async_client_serves_many_tasks():
    async def gather(client):
        async with client:
            return await asyncio.gather(*(client.jobs.get(f"job_{number}") for number in range(30)))

    with Loopback(job_of) as server:
        jobs = asyncio.run(gather(firsthandapi.AsyncClient(api_key=API_KEY, base_url=server.url)))
    assert [job.id for job in jobs] == [f"job_{number}" for number in range(30)]


@both
def test_a_closed_client_opens_new_connections(side):
    with Loopback(job_of) as server:
        client = side.client(base_url=server.url)
        side.run(client.close())  # nothing is open yet: nothing happens
        side.run(client.jobs.get("job_1"))
        side.run(client.close())
        assert side.run(client.jobs.get("job_2")).id == "job_2"
        side.run(client.close())
        assert server.connections == 2


def test_a_with_block_closes_the_connections():
    with Loopback(job_of) as server:
        with firsthandapi.Client(api_key=API_KEY, base_url=server.url) as client:
            client.jobs.get("job_1")
        client.jobs.get("job_2")
        client.close()
        assert server.connections == 2


def injected(side, handler, **settings):
    kind = httpx.Client if side.name == "sync" else httpx.AsyncClient
    return kind(transport=httpx.MockTransport(handler), **settings)


@both
def test_an_http_client_handed_in_sends_the_requests(side):
    seen = []

    def handler(request):
        seen.append(request)
        return httpx.Response(200, json=JOB)

    mine = injected(side, handler, headers={"X-Mine": "yes"}, timeout=1)
    client = side.client(http_client=mine, attempt_timeout=7)
    assert side.run(client.jobs.get("job_1")).id == JOB["id"]
    side.run(client.with_options(timeout=5).jobs.get("job_1"))
    side.run(client.close())
    assert not mine.is_closed
    assert len(seen) == 2
    assert seen[0].headers["authorization"] == f"Bearer {API_KEY}"
    assert seen[0].headers["x-mine"] == "yes"
    assert seen[0].extensions["timeout"] == {"connect": 7, "read": 7, "write": 7, "pool": 7}


@both
def test_a_client_of_httpx2_can_be_handed_in(side):
    httpx2 = pytest.importorskip("httpx2", reason="httpx2 needs Python 3.10")
    busy, done = httpx2.Response(503, json=UNAVAILABLE), httpx2.Response(200, json=JOB)
    answers = iter([busy, httpx2.ConnectError("down"), done])

    def handler(request):
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    kind = httpx2.Client if side.name == "sync" else httpx2.AsyncClient
    client = side.client(http_client=kind(transport=httpx2.MockTransport(handler)))
    raw = side.run(client.with_raw_response(client.jobs.get, "job_1"))
    assert (raw.parsed.id, raw.attempts) == (JOB["id"], 3)


@both
@pytest.mark.off_contract("nothing is documented to redirect")
def test_redirects_cookies_and_logins_of_an_http_client_are_not_used(side):
    seen = []

    def handler(request):
        seen.append(request)
        return httpx.Response(302, headers={"location": "https://elsewhere.test/", "set-cookie": "a=b"})

    mine = injected(side, handler, follow_redirects=True, cookies={"c": "d"}, auth=("user", "password"))
    client = side.client(http_client=mine)
    for _ in range(2):
        with pytest.raises(FirstHandApiError) as caught:
            side.run(client.jobs.get("job_1"))
        assert caught.value.status == 302
    assert [request.url.host for request in seen] == ["api.firsthand.test"] * 2
    assert [request.headers.get("cookie") for request in seen] == [None, None]
    assert {request.headers["authorization"] for request in seen} == {f"Bearer {API_KEY}"}


@both
def test_an_http_client_of_the_wrong_kind_is_refused(side):
    wrong = httpx.AsyncClient() if side.name == "sync" else httpx.Client()
    for http_client in (wrong, object()):
        with pytest.raises(FirstHandConfigurationError, match=r"^http_client: "):
            side.client(http_client=http_client)


@both
def test_a_header_in_another_spelling_replaces_ours(side, respx_mock):
    route = respx_mock.get("/v1/jobs/job_1").respond(json=JOB)
    side.run(
        side.client(headers={"user-agent": "mine/1", "X-TEAM": "a"})
        .with_options(headers={"x-team": "b"})
        .jobs.get("job_1")
    )
    headers = route.calls.last.request.headers
    assert headers.get_list("user-agent") == ["mine/1"]
    assert headers.get_list("x-team") == ["b"]


@both
def test_building_a_client_opens_nothing(side):
    with Loopback(job_of) as server:
        client = side.client(base_url=server.url, clock=FakeClock())
        assert client.jobs
        assert server.connections == 0


def test_a_client_that_is_let_go_closes_its_connections():
    with Loopback(job_of) as server, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        client = firsthandapi.Client(API_KEY, base_url=server.url)
        assert client.jobs.get("job_1").id == "job_1"
        del client
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


@both
@pytest.mark.parametrize(("content", "reason"), [(None, "No such file"), ("no certificate", "no certificate or crl")])
def test_authorities_that_cannot_be_read_name_their_variable(side, content, reason, tmp_path, monkeypatch):
    """Whatever the URL: httpx reads them when it opens its first connection."""
    named = tmp_path / "authorities.pem"
    if content:
        named.write_text(content, encoding="ascii")
    monkeypatch.setenv("SSL_CERT_FILE", str(named))
    with Loopback(job_of) as server:
        with pytest.raises(FirstHandConfigurationError) as caught:
            side.run(side.client(base_url=server.url).jobs.get("job_1"))
        assert str(caught.value).startswith(f"SSL_CERT_FILE, {named}, cannot be read: ")
        assert reason.lower() in str(caught.value).lower()
        assert server.requests == []
