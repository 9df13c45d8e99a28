"""An independent client: the published 0.1.0 passes its whole surface on our sandbox, and ours does the same.

The differences that are meant stand in `docs/from-0.1.0.md`.
"""

from __future__ import annotations

import hashlib
import hmac
import inspect
import json
import os
import random
import re
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from published_driver import JOB
from support import Loopback, Received, answer

pytest.importorskip("starlette", reason="the sandbox's extra is not installed")

import firsthandapi
from firsthandapi.sandbox import Sandbox
from firsthandapi.webhooks import SIGNATURE_HEADERS

DRIVER = Path(__file__).parent / "published_driver.py"
PAGE = Path(__file__).parent.parent / "docs" / "from-0.1.0.md"
PUBLISHED = "firsthandapi-0.1.0-py3-none-any.whl"
SHA256 = "e65ee7c8bf227a8484aab4674a77d4768f88d42eded11eb2a5d42b4ce803adb6"
"""As the package index shows it."""
OURS = [sys.executable]
SIGNATURES = """
import inspect, json, firsthandapi
found = {}
for cls in (firsthandapi.FirstHandClient, firsthandapi.AsyncFirstHandClient):
    for name, method in inspect.getmembers(cls, inspect.isfunction):
        if not name.startswith("_") or name == "__init__":
            taken = inspect.signature(method).parameters.values()
            found[f"{cls.__name__}.{name}"] = [[parameter.name, parameter.kind.name] for parameter in taken]
print(json.dumps(found))
"""


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command of a Python that has the published package and what it needs, and nothing of ours."""
    folder = tmp_path_factory.mktemp("published")
    pip("download", "--no-deps", "--only-binary", ":all:", "--dest", str(folder), "firsthandapi==0.1.0")
    wheel = folder / PUBLISHED
    assert hashlib.sha256(wheel.read_bytes()).hexdigest() == SHA256
    packages = folder / "packages"
    pip("install", "--target", str(packages), str(wheel))
    venv.create(folder / "env", with_pip=False)
    (python,) = [path for path in (folder / "env").glob("*/python*") if path.stem == "python"]
    (site,) = (folder / "env").glob("[Ll]ib/**/site-packages")
    (site / "published.pth").write_text(str(packages), encoding="utf-8")
    return [str(python), "-I"]  # isolated: neither this folder nor PYTHONPATH shows it our package


def pip(*arguments: str) -> None:
    """Run pip, or skip the test where it cannot reach a package index."""
    done = subprocess.run([sys.executable, "-m", "pip", "-q", *arguments], capture_output=True, text=True, timeout=300)
    if done.returncode:
        pytest.skip(f"pip cannot get the published package: {(done.stderr or done.stdout).strip().splitlines()[-1]}")


def driven(python: list[str], side: str) -> list[Any]:
    """What came of each step of the driver, against a sandbox of its own."""
    with Sandbox(seed=7, speed=200) as sandbox:
        sandbox.faults.add("get_settings", nth=2, status=429, retry_after=3)
        done = subprocess.run(
            [*python, str(DRIVER), sandbox.base_url, sandbox.api_key, side],
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
    steps: list[Any] = json.loads(done.stdout)
    return steps


def printed(python: list[str], code: str, **environment: str) -> str:
    command = [*python, "-c", code]
    return subprocess.check_output(command, env={**os.environ, **environment}, text=True, timeout=60).strip()


@pytest.mark.parametrize("side", ["sync", "async"])
def test_ours_does_in_its_place_what_the_published_package_does(published: list[str], side: str) -> None:
    version = "import firsthandapi; print(firsthandapi.__version__)"
    assert (printed(published, version), printed(OURS, version)) == ("0.1.0", firsthandapi.__version__)
    theirs = driven(published, side)
    assert [step[1] for step in theirs if len(step) > 2] == [409, 409, 400, 400, 404, 422, 429]
    assert driven(OURS, side) == theirs


def test_every_published_signature_can_be_called(published: list[str]) -> None:
    signatures: dict[str, list[list[str]]] = json.loads(printed(published, SIGNATURES))
    assert len(signatures) == 2 * 27
    for name, parameters in signatures.items():
        cls, method = name.split(".")
        ours = inspect.signature(getattr(getattr(firsthandapi, cls), method)).parameters
        for parameter, kind in parameters:
            # What was `**params` has names now.
            if kind != "VAR_KEYWORD":
                assert parameter in ours, f"{name} has no {parameter}"
                assert ours[parameter].kind.name == kind, f"{name}: {parameter}"


def test_the_program_on_the_page_runs_on_both(published: list[str]) -> None:
    program = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
    seen = []
    for python in (published, OURS):
        with Sandbox(seed=7, speed=200, strict=True) as sandbox:
            environment = {"FIRSTHAND_API_KEY": sandbox.api_key, "FIRSTHAND_BASE_URL": sandbox.base_url}
            seen.append(re.sub(r"req_\w+", "req_...", printed(python, program, **environment)).splitlines())
    assert seen[0] == re.findall(r"^# => (.*)$", program, re.MULTILINE)
    assert seen[1] == seen[0]


DIFFERENCES = {
    "a result is a dict": (True, False),
    "json.dumps(result)": (True, "TypeError"),
    "a secret is printed": (True, False),
    "lacks of a 404": ([None, "unknown"], [[], None]),
    "type of a 429": (["rate_limit_exceeded"], ["rate_limit_error"]),
    "408 is retryable": ([False], [True]),
    "text of a page of HTML": ("HTTP 501", "get_job was answered with status 501"),
    "HTML as a success": ("ValueError", "FirstHandApiError"),
    "an error that is null": ("AttributeError", "FirstHandApiError"),
    "Retry-After is a date": ("ValueError", "FirstHandRateLimitError"),
    "an error as 0.1.0 built it": ("FirstHandApiError", "TypeError"),
    "timeout=None": (True, "ValueError"),
    "a long poll beyond the timeout": ("FirstHandConnectionError", "job_1"),
    "the key of a POST": (False, True),
    "an empty idempotency key": (True, "ValueError"),
    "an unknown filter": ("/v1/jobs?made_up=1", "TypeError"),
    "an id of two segments": ("/v1/jobs/a/b", "/v1/jobs/a%2Fb"),
    "an empty id": ("/v1/jobs/", "ValueError"),
    "no body": ("/v1/jobs", "ValueError"),
    "a negative wait": ("wait=-5", "ValueError"),
    "a blank key": (True, "ValueError"),
    "max_retries=-1": (True, "ValueError"),
    "a live key over http": (True, "ValueError"),
    "a call after close()": ("RuntimeError", "job_1"),
}
"""What each call of the driver comes to with 0.1.0 and with ours, as `docs/from-0.1.0.md` says."""
SAME = {"a timeout": "FirstHandConnectionError", "firsthandapi.client": True, "501 is retryable": [True]}
"""What they come to with both."""
ANSWERS = {
    "404": answer(b'{"error": {"type": "not_found", "message": "No."}}', 404),
    "429": answer(b'{"error": {"type": "rate_limit_error", "message": "No."}}', 429),
    "408": answer(b"<html>", 408),
    "501": answer(b"<html>", 501),
    "html": answer(b"<html>"),
    "null": answer(b'{"error": null}', 404),
    "date": answer(b"{}", 429, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"),
    "secret": answer(b'{"id": "key_1", "secret": "fh_live_whole"}'),
}


def respond(request: Received) -> Iterator[bytes]:
    if request.target.endswith("/slow"):
        time.sleep(0.1)
    said = {"key": "idempotency-key" in request.headers, "prefer": request.headers.get("prefer")}
    echo = answer(json.dumps({"id": "job_1", "target": request.target, **said}).encode())
    yield ANSWERS.get(request.target.rpartition("/")[2], echo)


def test_what_differs_is_what_the_page_says(published: list[str]) -> None:
    with Loopback(respond) as service, socket.create_server(("127.0.0.1", 0)) as silent:
        urls = [service.url, f"http://127.0.0.1:{silent.getsockname()[1]}"]
        theirs, ours = [
            json.loads(subprocess.check_output([*python, str(DRIVER), "differences", *urls], text=True, timeout=60))
            for python in (published, OURS)
        ]
    same = {name: (value, value) for name, value in SAME.items()}
    assert {name: (theirs[name], ours[name]) for name in theirs} == {**DIFFERENCES, **same}


# Signatures


class Signed(NamedTuple):
    """A webhook request, and the secret that it is checked with."""

    payload: bytes
    signature: str
    secret: str


def digest(payload: bytes, secret: str, moment: object) -> str:
    """By the rule of the published package."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + payload, hashlib.sha256).hexdigest()


def verdicts(python: list[str], cases: list[Signed]) -> list[Any]:
    """True for each request that is accepted, else the name of the error."""
    asked = json.dumps([[case.payload.hex(), *case[1:]] for case in cases])
    command = [*python, str(DRIVER), "verify"]
    found: list[Any] = json.loads(subprocess.check_output(command, input=asked, text=True, timeout=60))
    assert len(found) == len(cases)
    return found


def forgeries(real: Signed) -> Iterator[Signed]:
    """Every bit of the body and of the header turned, and requests that somebody without the secret can make."""
    payload, header, secret = real
    for place in range(len(payload)):
        for bit in range(8):
            turned = payload[place] ^ 1 << bit
            yield real._replace(payload=payload[:place] + bytes([turned]) + payload[place + 1 :])
    for place in range(len(header)):
        for bit in range(7):
            yield real._replace(signature=header[:place] + chr(ord(header[place]) ^ 1 << bit) + header[place + 1 :])
    for length in range(len(header)):
        yield real._replace(signature=header[:length])
    moment, _, hexadecimal = header.partition(",v1=")
    yield real._replace(signature=f"{moment},v1={hexadecimal.upper()}")
    yield real._replace(signature=f"{moment},v1={hashlib.sha256(payload).hexdigest()}")
    yield real._replace(payload=json.dumps(json.loads(payload)).encode())
    yield real._replace(payload=b"")
    yield real._replace(secret=secret + "x")
    yield real._replace(secret="whsec_other")
    for seconds in (-3600, -400, 400, 3600):
        then = int(moment[len("t=") :]) + seconds
        yield real._replace(signature=f"t={then},v1={hexadecimal}")
        yield real._replace(signature=f"t={then},v1={digest(payload, secret, then)}")  # right, but not fresh


def test_both_accept_what_the_sandbox_delivers_and_no_forgery(published: list[str]) -> None:
    with Loopback(lambda request: [answer()]) as receiver, Sandbox(seed=7, frozen=True, workers=0) as sandbox:
        client = firsthandapi.Client(sandbox.api_key, base_url=sandbox.base_url)

        def deliver() -> None:
            client.cancel_job(client.create_job({**JOB, "title": "Café ☕ 菜单"})["id"])
            sandbox.clock.advance(0)

        endpoint = client.create_webhook_endpoint({"url": f"{receiver.url}/hook", "events": ["job.cancelled"]})
        deliver()
        sandbox.clock.advance(10)
        client.replay_webhook_event(client.list_webhook_events()["data"][0]["id"])
        sandbox.clock.advance(0)
        old, new = endpoint["secret"], client.rotate_webhook_secret(endpoint["id"])["secret"]
        deliver()
        sandbox.clock.advance(24 * 3600)
        deliver()
        client.close()
    first, replayed, rotating, tomorrow = [
        [Signed(request.body, request.headers[name], secret) for name in SIGNATURE_HEADERS]
        for request, secret in zip(receiver.requests, [old, old, new, new])
    ]
    assert json.loads(first[0].payload)["id"] == json.loads(replayed[0].payload)["id"]
    assert first[0].signature != replayed[0].signature
    assert rotating[0].signature.count("v1=") == 2

    good = [*first, *replayed, *rotating]
    assert verdicts(published, good) == verdicts(OURS, good) == [True] * 6
    # A receiver that has not switched yet: 0.1.0 looks at the first v1 only, which is the new secret's.
    late = [case._replace(secret=old) for case in rotating]
    assert (verdicts(published, late), verdicts(OURS, late)) == (["ValueError"] * 2, [True] * 2)

    forged = [*forgeries(first[0]), *tomorrow]
    assert len(forged) > 5000
    assert set(verdicts(published, forged)) == set(verdicts(OURS, forged)) == {"ValueError"}


def made(chance: random.Random) -> Signed:
    """A request of any kind, signed by the published package's own rule, and then perhaps not as it should be."""
    text = "".join(map(chr, chance.choices([*range(128), 233, 0x2615, 0x1F600], k=chance.randrange(40))))
    payload = text.encode() if chance.random() < 0.8 else chance.getrandbits(80).to_bytes(10, "big")
    secret = "whsec_" + "".join(chance.choices("abc é☕+/=", k=chance.randrange(30)))
    moment = int(time.time()) + chance.choice([0, chance.randint(-250, 250), chance.randint(-250, 250), -400, 10**8])
    others = [f"v1={digest(payload, 'whsec_other', moment)}", "v0=1", "", "nonce=a=b", "v2=" + "0" * 64, "v1="]
    parts = [f"t={moment}", f"v1={digest(payload, secret, moment)}", *chance.sample(others, chance.randrange(3))]
    chance.shuffle(parts)
    return Signed(payload, ",".join(parts), secret if chance.random() < 0.8 else secret + "x")


def test_ours_accepts_what_the_published_package_accepts(published: list[str]) -> None:
    chance = random.Random(7)
    cases = [made(chance) for _ in range(5000)]
    theirs, ours = verdicts(published, cases), verdicts(OURS, cases)
    assert 1000 < theirs.count(True) < ours.count(True) < 4000
    assert [case for case, their, our in zip(cases, theirs, ours) if their is True and our is not True] == []
    more = [case for case, their, our in zip(cases, theirs, ours) if our is True and their is not True]
    assert all(case.signature.count("v1=") > 1 or not is_text(case.payload) for case in more)


def is_text(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True


BODY, SECRET = b'{"type":"job.completed"}', "whsec_example"


def test_what_only_one_of_them_accepts(published: list[str]) -> None:
    now = int(time.time())
    good, other = digest(BODY, SECRET, now), digest(BODY, "whsec_other", now)
    expected = {
        Signed(BODY, f"t={now},v1={other},v1={good}", SECRET): ("ValueError", True),
        Signed(b"\xff", f"t={now},v1={digest(bytes([255]), SECRET, now)}", SECRET): ("ValueError", True),
        Signed(BODY, f"t={now},v1={good[:-1]}é", SECRET): ("TypeError", "ValueError"),
        Signed(BODY, f"t={now},v1={digest(BODY, '', now)}", ""): (True, "ValueError"),
        Signed(BODY, f"t={now},t={now},v1={good}", SECRET): (True, "ValueError"),
        Signed(BODY, f"t={now},v1={good},v0={'0' * 4096}", SECRET): (True, "ValueError"),
        Signed(BODY, f"t=+{now},v1={good}", SECRET): (True, "ValueError"),
        Signed(BODY, f"t= {now},v1={good}", SECRET): (True, "ValueError"),
        Signed(BODY, f"t=0{now},v1={good}", SECRET): (True, "ValueError"),
    }
    cases = [*expected]
    found = zip(verdicts(published, cases), verdicts(OURS, cases))
    assert dict(zip(cases, found)) == expected
