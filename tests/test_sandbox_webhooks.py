"""Webhooks, delivered to a real receiver."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable

import httpx
import pytest
from sandbox_support import START, api, error_of, get, post_job, quick_media, running, sandbox

from firsthandapi.sandbox import Sandbox, webhooks
from firsthandapi.sandbox.clock import timestamp

__all__ = ["api", "quick_media", "running", "sandbox"]


class Receiver(ThreadingHTTPServer):
    """Keeps what it receives, and answers `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.on_receipt: Callable[[], object] = lambda: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?a=1"

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.received]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.server.on_receipt()
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def subscribe(api: httpx.Client, receiver: Receiver, *events: str) -> dict[str, Any]:
    answer = api.post("/v1/webhook_endpoints", json={"url": receiver.url, "events": list(events)})
    assert answer.status_code == 201, answer.text
    return answer.json()


def signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    moment, *signatures = headers["x-firsthand-signature"].split(",")
    text = moment[len("t=") :].encode() + b"." + body
    return "v1=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest() in signatures


def test_events_are_delivered_signed(sandbox: Sandbox, api: httpx.Client, receiver: Receiver) -> None:
    endpoint = subscribe(api, receiver, "submission.scored", "submission.approved", "job.completed")
    assert endpoint["secret"] == sandbox.webhook_secret
    job = post_job(api, files_needed=1)
    sandbox.upload(job["id"], stars=5)
    sandbox.clock.advance(0)
    assert receiver.types == ["submission.scored", "submission.approved", "job.completed"]
    headers, body = receiver.received[-1]
    event = json.loads(body)
    assert event["data"]["id"] == job["id"]
    assert event["api_version"] == "2026-03-18"
    assert headers["x-firsthand-event-id"] == event["id"]
    assert headers["x-firsthand-signature"] == headers["x-firsthandapi-signature"]
    assert signed(endpoint["secret"], headers, body)
    assert not signed("whsec_other", headers, body)
    kept = get(api, "/v1/webhook_events")["data"][0]
    assert (kept["id"], kept["status"], kept["attempts"]) == (event["id"], "delivered", 1)


def test_a_failing_receiver_is_tried_six_times(sandbox: Sandbox, api: httpx.Client, receiver: Receiver) -> None:
    receiver.status = 500
    subscribe(api, receiver, "job.cancelled")
    job = post_job(api)
    api.post(f"/v1/jobs/{job['id']}/cancel")
    attempts = []
    for pause in (0, 60, 300, 1800, 7200, 28800):
        sandbox.clock.advance(max(0, pause - 1))
        before = len(receiver.received)
        sandbox.clock.advance(min(1, pause))
        attempts.append(len(receiver.received) - before if pause else len(receiver.received))
    assert attempts == [1] * 6
    event = get(api, "/v1/webhook_events")["data"][0]
    assert (event["status"], event["attempts"], event["next_attempt_at"]) == ("failed", 6, None)
    assert len({headers["x-firsthand-event-id"] for headers, _ in receiver.received}) == 1

    receiver.status = 204
    assert api.post(f"/v1/webhook_events/{event['id']}/replay").json()["status"] == "pending"
    sandbox.clock.advance(0)
    assert get(api, "/v1/webhook_events")["data"][0]["status"] == "delivered"
    assert len(receiver.received) == 7


def test_a_delivery_comes_at_the_moment_that_it_says(sandbox: Sandbox, api: httpx.Client, receiver: Receiver) -> None:
    moments: list[float] = []
    receiver.on_receipt = lambda: moments.append(sandbox.clock.now())
    receiver.status = 500
    subscribe(api, receiver, "job.cancelled")
    api.post(f"/v1/jobs/{post_job(api)['id']}/cancel")
    sandbox.clock.advance(1800)
    said = [int(headers["x-firsthand-signature"].split(",")[0][len("t=") :]) for headers, _ in receiver.received]
    assert [int(moment) for moment in moments] == said
    assert len(said) == 3


def test_a_receiver_that_is_not_there_counts_as_failed(sandbox: Sandbox, api: httpx.Client) -> None:
    api.post("/v1/webhook_endpoints", json={"url": "http://127.0.0.1:9/x", "events": ["job.cancelled"]})
    api.post(f"/v1/jobs/{post_job(api)['id']}/cancel")
    sandbox.clock.advance(0)
    event = get(api, "/v1/webhook_events")["data"][0]
    assert (event["status"], event["attempts"]) == ("pending", 1)


def test_a_rotated_secret_signs_for_a_day_more(sandbox: Sandbox, api: httpx.Client, receiver: Receiver) -> None:
    old = subscribe(api, receiver, "job.cancelled")
    new = api.post(f"/v1/webhook_endpoints/{old['id']}/rotate_secret").json()
    assert new["secret"] != old["secret"]
    for expected in (True, False):
        api.post(f"/v1/jobs/{post_job(api)['id']}/cancel")
        sandbox.clock.advance(0)
        assert signed(new["secret"], *receiver.received[-1])
        assert signed(old["secret"], *receiver.received[-1]) is expected
        sandbox.clock.advance(24 * 3600)


def test_endpoints_are_changed_paused_and_forgotten(sandbox: Sandbox, api: httpx.Client, receiver: Receiver) -> None:
    endpoint = subscribe(api, receiver, "job.cancelled")
    path = f"/v1/webhook_endpoints/{endpoint['id']}"
    assert api.patch(path, json={"enabled": False}).json()["enabled"] is False
    api.post(f"/v1/jobs/{post_job(api)['id']}/cancel")
    sandbox.clock.advance(0)
    assert receiver.received == []
    assert "secret" not in get(api, path)
    assert get(api, "/v1/webhook_endpoints")["data"] == [get(api, path)]
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert get(api, "/v1/webhook_events")["data"][0]["status"] == "delivered"


def cancelled_job(sandbox: Sandbox, api: httpx.Client) -> None:
    api.post(f"/v1/jobs/{post_job(api)['id']}/cancel")
    sandbox.clock.advance(0)


def test_a_replay_ends_the_attempts_before_it(sandbox: Sandbox, api: httpx.Client, receiver: Receiver) -> None:
    receiver.status = 500
    subscribe(api, receiver, "job.cancelled")
    cancelled_job(sandbox, api)
    event = get(api, "/v1/webhook_events")["data"][0]
    assert (event["status"], event["next_attempt_at"]) == ("pending", timestamp(START + 60))
    receiver.status = 200
    api.post(f"/v1/webhook_events/{event['id']}/replay")
    sandbox.clock.advance(24 * 3600)
    assert len(receiver.received) == 2
    event = get(api, "/v1/webhook_events")["data"][0]
    assert (event["status"], event["attempts"], event["next_attempt_at"]) == ("delivered", 2, None)


def test_a_replay_goes_to_all_who_are_subscribed_by_now(
    sandbox: Sandbox, api: httpx.Client, receiver: Receiver
) -> None:
    first = subscribe(api, receiver, "job.cancelled")
    cancelled_job(sandbox, api)
    second = subscribe(api, receiver, "job.cancelled")
    subscribe(api, receiver, "job.completed")
    event = get(api, "/v1/webhook_events")["data"][0]
    api.post(f"/v1/webhook_events/{event['id']}/replay")
    sandbox.clock.advance(0)
    assert len(receiver.received) == 3
    assert {json.loads(body)["id"] for _, body in receiver.received} == {event["id"]}
    assert len({body for _, body in receiver.received}) == 1
    secrets = [first["secret"], second["secret"]]
    replayed = [{secret for secret in secrets if signed(secret, *one)} for one in receiver.received[1:]]
    assert sorted(replayed, key=len) in ([{secrets[0]}, {secrets[1]}], [{secrets[1]}, {secrets[0]}])


def test_each_endpoint_has_its_own_attempts(sandbox: Sandbox, api: httpx.Client, receiver: Receiver) -> None:
    api.post("/v1/webhook_endpoints", json={"url": "http://127.0.0.1:9/x", "events": ["job.cancelled"]})
    subscribe(api, receiver, "job.cancelled")
    cancelled_job(sandbox, api)
    event = get(api, "/v1/webhook_events")["data"][0]
    assert (event["status"], event["attempts"], event["next_attempt_at"]) == ("pending", 2, timestamp(START + 60))
    sandbox.clock.advance(24 * 3600)
    event = get(api, "/v1/webhook_events")["data"][0]
    assert (event["status"], event["attempts"], event["next_attempt_at"]) == ("failed", 7, None)
    assert len(receiver.received) == 1
    # No source speaks of endpoints that are disabled for their failures.
    assert all(endpoint["enabled"] for endpoint in get(api, "/v1/webhook_endpoints")["data"])


@pytest.mark.parametrize("end", ["paused", "deleted"])
def test_an_endpoint_that_is_gone_is_not_waited_for(
    sandbox: Sandbox, api: httpx.Client, receiver: Receiver, end: str
) -> None:
    receiver.status = 500
    path = f"/v1/webhook_endpoints/{subscribe(api, receiver, 'job.cancelled')['id']}"
    cancelled_job(sandbox, api)
    assert get(api, "/v1/webhook_events")["data"][0]["status"] == "pending"
    answer = api.delete(path) if end == "deleted" else api.patch(path, json={"enabled": False})
    assert answer.is_success
    sandbox.clock.advance(24 * 3600)
    event = get(api, "/v1/webhook_events")["data"][0]
    assert (event["status"], event["attempts"], event["next_attempt_at"]) == ("delivered", 1, None)
    assert len(receiver.received) == 1


def test_the_log_has_every_event_newest_first_whether_anybody_listens_or_not(
    sandbox: Sandbox, api: httpx.Client
) -> None:
    job = post_job(api, files_needed=2)
    sandbox.upload(job["id"], stars=2)
    sandbox.flag(job["id"])
    sandbox.upload(job["id"]), sandbox.upload(job["id"])
    cancelled_job(sandbox, api)
    first = get(api, "/v1/webhook_events", limit=3)
    rest = get(api, "/v1/webhook_events", cursor=first["next_cursor"])
    assert [event["type"] for event in first["data"] + rest["data"]] == [
        "job.cancelled",
        "job.completed",
        "submission.approved",
        "submission.scored",
        "submission.approved",
        "submission.scored",
        "job.flagged",
        "submission.rejected",
        "submission.scored",
    ]


LOOPBACK = ["http://localhost/x", "http://127.0.0.1:8000", "http://[::1]:8000/a?b=c", "HTTP://LOCALHOST/"]
ELSEWHERE = [
    "http://example.com/x",
    "http://localhost.example.com/",
    "http://localhost@example.com/",
    "http://127.0.0.2/",
    "http://192.168.0.1/",
    "ftp://127.0.0.1/x",
]


@pytest.mark.parametrize("url", [*LOOPBACK, "https://example.com", "https://192.168.0.1:8443/hook"])
def test_a_receiver_uses_https_or_is_on_this_machine(api: httpx.Client, url: str) -> None:
    answer = api.post("/v1/webhook_endpoints", json={"url": url, "events": ["job.completed"]})
    assert (answer.status_code, answer.json()["url"]) == (201, url)
    path = f"/v1/webhook_endpoints/{answer.json()['id']}"
    assert api.patch(path, json={"url": "https://example.com/new"}).json()["url"] == "https://example.com/new"
    assert api.patch(path, json={"url": url}).json()["url"] == url


@pytest.mark.parametrize("url", ELSEWHERE)
def test_any_other_receiver_is_refused(api: httpx.Client, url: str) -> None:
    good = api.post("/v1/webhook_endpoints", json={"url": "https://example.com", "events": ["job.completed"]}).json()
    for answer in (
        api.post("/v1/webhook_endpoints", json={"url": url, "events": ["job.completed"]}),
        api.patch(f"/v1/webhook_endpoints/{good['id']}", json={"url": url}),
    ):
        error = error_of(answer, 422)
        assert error["type"] == "validation_error"
        assert [detail["field"] for detail in error["details"]] == ["url"]
    assert [endpoint["url"] for endpoint in get(api, "/v1/webhook_endpoints")["data"]] == ["https://example.com"]


def test_the_docs_say_what_only_the_sandbox_takes() -> None:
    assert webhooks.__doc__ is not None
    assert "The service takes HTTPS URLs only" in webhooks.__doc__
    assert "http://" in (Sandbox.__doc__ or "")
