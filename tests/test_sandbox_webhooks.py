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
from sandbox_support import api, error_of, get, post_job, quick_media, running, sandbox

from firsthandapi.sandbox import Sandbox

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


@pytest.mark.parametrize("url", ["http://example.com/x", "ftp://127.0.0.1/x", "https://"])
def test_a_receiver_must_use_https(api: httpx.Client, url: str) -> None:
    answer = api.post("/v1/webhook_endpoints", json={"url": url, "events": ["job.completed"]})
    assert answer.status_code in (400, 422)
    assert answer.json()["error"]["details"][0]["field"] == "url"
    made = api.post("/v1/webhook_endpoints", json={"url": "https://example.com", "events": ["job.completed"]}).json()
    if answer.status_code == 422:
        assert error_of(api.patch(f"/v1/webhook_endpoints/{made['id']}", json={"url": url}), 422)
