"""A program written for the published 0.1.0: it calls every method, and prints what came of each step as JSON.

Run it as `python published_driver.py BASE_URL API_KEY (sync|async)` with either package installed. Of what differs from
one run to the next, such as an id or a time, only its kind is printed.

As `python published_driver.py verify` it reads `[[payload as hex, signature, secret], ...]` and prints for each of them
True, where `verify_webhook_signature` accepts it, or the name of the built-in error that it raises. As
`python published_driver.py differences BASE_URL SILENT_URL` it prints what comes of calls that end differently now.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import inspect
import json
import sys
import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Callable

import firsthandapi

TELLING = {"object", "status", "type", "url", "events", "name", "scopes", "files_needed", "action"}
"""Fields that are the same in every run."""
LIVE = ("active", "open", "filled", "in_progress")
"""Which of these a job is in depends on how fast we ask."""
JOB = {
    "type": "data_collection",
    "description": "A clear photo of a coffee shop's whole menu board.",
    "accepted_formats": ["image/jpeg"],
    "files_needed": 1,
    "price_per_file_cents": 75,
}
PUBLISHED = ("FirstHandApiError", "FirstHandConnectionError", "FirstHandRateLimitError")
SETTINGS = {"default_price_per_file_cents": 60}


def seen(value: Any, name: str = "") -> Any:
    """What is the same in every run."""
    if isinstance(value, Mapping):
        return {key: seen(value[key], key) for key in value}
    if isinstance(value, list) and name != "events":
        return [seen(item) for item in value[:1]]
    if value in LIVE:
        return "live"
    return value if name in TELLING or value is None else type(value).__name__


class Driver:
    """Calls methods of one client and keeps what came of them."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.steps: list[Any] = []
        self.called: set[str] = set()

    async def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        self.called.add(name)
        try:
            result = getattr(self.client, name)(*args, **kwargs)
            if inspect.isawaitable(result):
                result = await result
        except firsthandapi.FirstHandApiError as error:
            # Ours are subclasses of the published ones, so what catches those catches ours.
            limited = isinstance(error, firsthandapi.FirstHandRateLimitError)
            retry_after = error.retry_after if limited else "not limited"
            what = [error.status, error.type, str(error), error.retryable, type(error.request_id).__name__, retry_after]
            self.steps.append([name, *what, seen(error.details or None)])
            return None
        self.steps.append([name, seen(result)])
        return result


async def drive(client: Any) -> list[Any]:
    """Every method, in an order that makes sense."""
    driver = Driver(client)
    call = driver.call

    job = await call("create_job", JOB)
    await call("get_job", job["id"], wait_seconds=5)
    await call("get_job_audit", job["id"])
    await call("cancel_job", job["id"])
    await call("cancel_job", job["id"])
    once = await call("create_job", body=JOB, idempotency_key="mine")
    assert (await call("create_job", body=JOB, idempotency_key="mine"))["id"] == once["id"]
    await call("create_job", {**JOB, "files_needed": 2}, idempotency_key="mine")
    await call("create_job", {**JOB, "files_needed": 0})

    done = await call("create_job_and_wait", JOB, max_wait_seconds=20, poll_interval_seconds=10)
    assert done.get("status") == "completed", done
    late = await call("create_job_and_wait", {**JOB, "files_needed": 50}, max_wait_seconds=0)
    await call("cancel_job", late["id"])
    files = await call("get_job_files", done["id"])
    assert [file["job_id"] for file in files["data"]] == [done["id"]]
    await call("get_job_submissions", done["id"])
    page = await call("list_jobs", limit=1, status=None)
    await call("list_jobs", limit=1, cursor=page["next_cursor"])
    await call("list_jobs", limit=1000)
    await call("get_job", "job_unknown")

    key = await call("create_api_key", {"name": "reports", "scopes": ["jobs:read"]})
    await call("list_api_keys", limit=1)
    await call("rotate_api_key", key["id"])
    assert await call("revoke_api_key", key["id"]) is None

    endpoint = await call("create_webhook_endpoint", {"url": "https://example.com/a", "events": ["job.completed"]})
    await call("list_webhook_endpoints", limit=1)
    await call("get_webhook_endpoint", endpoint["id"])
    await call("update_webhook_endpoint", endpoint["id"], {"events": ["job.cancelled"]})
    await call("rotate_webhook_secret", endpoint["id"])
    assert await call("delete_webhook_endpoint", endpoint["id"]) is None
    await call("create_webhook_endpoint", {"url": "ftp://example.com/a", "events": ["job.completed"]})
    events = await call("list_webhook_events", limit=1)
    await call("replay_webhook_event", events["data"][0]["id"])

    await call("get_credit_balance")
    await call("list_transactions", limit=1, type="purchase")
    await call("purchase_credits", {"amount_cents": 2500})
    await call("update_settings", SETTINGS)
    assert (await call("get_settings"))["default_price_per_file_cents"] == 60
    await call("get_settings")  # the sandbox was told to be busy now

    public = {name for name, _ in inspect.getmembers(type(client), inspect.isfunction) if not name.startswith("_")}
    if firsthandapi.__version__ == "0.1.0":
        assert public - {"close"} == driver.called, "a method was left out"
    return driver.steps


async def main(base_url: str, api_key: str, side: str) -> list[Any]:
    """Both ways of closing, every step between them, and what needs no service."""
    cls = firsthandapi.FirstHandClient if side == "sync" else firsthandapi.AsyncFirstHandClient
    client: Any = cls(api_key, base_url=f"{base_url}/", timeout=30.0, max_retries=0)
    steps = await drive(client)
    closed = client.close()
    if inspect.isawaitable(closed):
        await closed

    nowhere: Any = cls(api_key=api_key, base_url="http://127.0.0.1:9", max_retries=0)
    try:
        if side == "sync":
            with nowhere as entered:
                entered.get_settings()
        else:
            async with nowhere as entered:
                await entered.get_settings()
    except firsthandapi.FirstHandConnectionError as error:
        steps.append(["unreachable", error.__cause__ is not None])
    try:
        cls("")
    except ValueError:
        steps.append(["no key", "ValueError"])
    return [*steps, *signatures()]


def signatures() -> list[Any]:
    """What the check of a signature makes of a good one, and of those that are not."""
    body, now, secret = '{"type":"job.completed","text":"café"}', int(time.time()), "whsec_example"

    def signed(at: int, secret: str) -> str:
        return f"t={at},v1=" + hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()

    return [
        ["verify_webhook_signature", verdict(payload, header, secret, **more)]
        for payload, header, more in [
            (body, signed(now, secret), {}),
            (body.encode(), signed(now, secret), {}),
            (body, signed(now - 290, secret), {}),
            (body, signed(now - 400, secret), {}),
            (body, signed(now - 400, secret), {"tolerance_seconds": 500}),
            (body, signed(now + 400, secret), {}),
            (body, signed(now, "whsec_other"), {}),
            (body + " ", signed(now, secret), {}),
            (body, "v1=00", {}),
            (body, "t=noon,v1=00", {}),
            (body, "", {}),
        ]
    ]


def verdict(payload: Any, signature: str, secret: str, **more: Any) -> Any:
    """What comes of one check."""
    try:
        return firsthandapi.verify_webhook_signature(payload, signature, secret, **more)
    except ValueError:
        return "ValueError"
    except Exception as error:
        return type(error).__name__


def differences(base_url: str, silent_url: str) -> dict[str, Any]:
    """By name what each call returns, or the built-in or published error that it raises."""
    found: dict[str, Any] = {}

    def client(key: str = "fh_test_key", **settings: Any) -> Any:
        return firsthandapi.FirstHandClient(key, **{"base_url": base_url, "max_retries": 0, **settings})

    def note(name: str, call: Callable[[], Any]) -> None:
        try:
            found[name] = call()
        except Exception as error:
            known = [cls for cls in type(error).__mro__ if cls.__module__ == "builtins" or cls.__name__ in PUBLISHED]
            found[name] = known[0].__name__

    def error_of(answer: str, *attributes: str) -> list[Any]:
        try:
            return [client().get_job(answer)]
        except firsthandapi.FirstHandApiError as error:
            return [getattr(error, attribute) for attribute in attributes]

    job, closed = client().get_job("any"), client()
    closed.close()
    note("a result is a dict", lambda: isinstance(job, dict))
    note("json.dumps(result)", lambda: len(json.dumps(job)) > 9)
    note("a secret is printed", lambda: "fh_live_whole" in repr(client().get_job("secret")))
    note("a timeout", lambda: client(base_url=silent_url, timeout=0.05).get_job("any"))
    note("lacks of a 404", lambda: error_of("404", "details", "request_id"))
    note("type of a 429", lambda: error_of("429", "type"))
    note("408 is retryable", lambda: error_of("408", "retryable"))
    note("501 is retryable", lambda: error_of("501", "retryable"))
    note("text of a page of HTML", lambda: str(error_of("501", "args")[0][0]))
    note("HTML as a success", lambda: client().get_job("html"))
    note("an error that is null", lambda: client().get_job("null"))
    note("Retry-After is a date", lambda: client().get_job("date"))
    note("an error as 0.1.0 built it", lambda: type(firsthandapi.FirstHandApiError(404, "a", "b", "c")).__name__)
    note("timeout=None", lambda: bool(client(timeout=None)))
    note("a long poll beyond the timeout", lambda: client(timeout=0.05).get_job("slow", wait_seconds=1)["id"])
    note("the key of a POST", lambda: client().cancel_job("any")["key"])
    note("an empty idempotency key", lambda: client().create_job({}, idempotency_key="")["key"])
    note("an unknown filter", lambda: client().list_jobs(made_up=1)["target"])
    note("an id of two segments", lambda: client().get_job("a/b")["target"])
    note("an empty id", lambda: client().get_job("")["target"])
    note("no body", lambda: client().create_job(None)["target"])
    note("a negative wait", lambda: client().get_job("any", wait_seconds=-5)["prefer"])
    note("a blank key", lambda: bool(client(" ")))
    note("max_retries=-1", lambda: bool(client(max_retries=-1)))
    note("a live key over http", lambda: bool(client("fh_live_key", base_url="http://example.com")))
    note("a call after close()", lambda: closed.get_job("any")["id"])
    note("firsthandapi.client", lambda: bool(import_module("firsthandapi.client")))
    return found


if __name__ == "__main__":
    if sys.argv[1:2] == ["differences"]:
        print(json.dumps(differences(*sys.argv[2:])))
    elif sys.argv[1:] == ["verify"]:
        print(json.dumps([verdict(bytes.fromhex(payload), *others) for payload, *others in json.load(sys.stdin)]))
    else:
        print(json.dumps(asyncio.run(main(*sys.argv[1:]))))
