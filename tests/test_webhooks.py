"""Webhooks at the receiver: what is let in, what is not, and what comes out.

The tests compute every digest themselves, with `hmac`, so that a mistake in our own `sign` cannot hide.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import threading
import time
import typing
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, Callable, Union

import pytest
from firsthandapi_generated import models
from hypothesis import given, settings
from hypothesis import strategies as st

import firsthandapi
from firsthandapi import (
    WEBHOOK_EVENT_TYPES,
    Client,
    FirstHandArgumentError,
    FirstHandError,
    FirstHandSignatureError,
    construct_event,
    verify_webhook_signature,
)
from firsthandapi.webhooks import LONGEST_HEADER, Event, sign, signature_of

ROOT = Path(__file__).parent.parent
SECRET = "whsec_of_the_endpoint_in_these_tests"
NOW = 1_774_966_928
"""2026-03-31T14:22:08Z."""
BODY = '{"id":"evt_1","type":"job.completed","data":{"id":"job_1","title":"Menüs"}}'.encode()


def digest(body: bytes, moment: Union[int, str] = NOW, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), str(moment).encode() + b"." + body, hashlib.sha256).hexdigest()


def header(body: bytes, moment: Union[int, str] = NOW, *secrets: str) -> str:
    return ",".join([f"t={moment}", *(f"v1={digest(body, moment, secret)}" for secret in secrets or [SECRET])])


def verify(payload: Any = BODY, signature: Any = None, secret: Any = SECRET, **others: Any) -> bool:
    signature = header(BODY) if signature is None else signature
    return verify_webhook_signature(payload, signature, secret, **{"now": NOW, **others})


# What is let in


def test_a_known_vector() -> None:
    # By `openssl dgst -sha256 -hmac whsec_example`.
    signature = "t=1774966928,v1=0eed63d4a1ce3967771308f0a2aceb1a06aafb606e7961d640bb18b6e73fab35"
    body = '{"type":"job.completed"}'
    assert verify_webhook_signature(payload=body, signature=signature, secret="whsec_example", now=NOW) is True
    assert sign(body, secret="whsec_example", timestamp=NOW) == signature


@pytest.mark.parametrize("body", [b"", b"{}", BODY, b"\x00\xff\xfe not UTF-8", b'{"a": 1}\r\n', b"x" * 1_000_000])
def test_a_body_is_kept_as_it_came(body: bytes) -> None:
    assert verify(body, header(body))
    assert verify(bytearray(body), header(body))
    for other in (body + b"\n", b" " + body):
        with pytest.raises(FirstHandSignatureError, match="does not match"):
            verify(other, header(body))


def test_text_is_taken_as_utf_8() -> None:
    assert verify(BODY.decode(), header(BODY))


def test_a_header_may_be_bytes() -> None:
    assert verify(signature=header(BODY).encode())


def test_parts_that_are_newer_than_this_package_are_skipped() -> None:
    assert verify(signature=f"v0=abc,{header(BODY)},v2=def,nonsense,")


def test_a_header_with_several_digests_needs_one_that_fits() -> None:
    assert verify(signature=header(BODY, NOW, "whsec_old", SECRET, "whsec_new"))
    assert verify(signature=header(BODY, NOW, "whsec_old") + ",v1=short,v1=" + digest(BODY))
    with pytest.raises(FirstHandSignatureError, match="does not match"):
        verify(signature=header(BODY, NOW, "whsec_old", "whsec_new"))


def test_several_secrets_need_one_that_fits() -> None:
    for secrets in ([SECRET], ["whsec_new", SECRET], (SECRET, "whsec_old"), ["whsec_ü", SECRET]):
        assert verify(secret=secrets)
    with pytest.raises(FirstHandSignatureError, match="does not match"):
        verify(secret=["whsec_new", "whsec_old"])


@pytest.mark.parametrize(("tolerance", "age", "fresh"), [
    (300, 300, True), (300, 301, False), (300, -300, True), (300, -301, False),
    (300, 300.9, True), (0, 0.9, True), (0, 1, False), (0, -1, False), (0.5, 1, False), (2.5, 2, True),
    (math.inf, 10**9, True), (math.inf, -(10**9), True), (math.inf, math.nan, False),
])  # fmt: skip
def test_a_signature_is_fresh_within_the_tolerance(tolerance: float, age: float, fresh: bool) -> None:
    if fresh:
        assert verify(tolerance_seconds=tolerance, now=NOW + age)
    else:
        with pytest.raises(FirstHandSignatureError, match="too old" if age > 0 else "too far in the future"):
            verify(tolerance_seconds=tolerance, now=NOW + age)


def test_the_tolerance_is_five_minutes_of_the_real_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    assert verify_webhook_signature(BODY, header(BODY, int(time.time())), SECRET)
    monkeypatch.setattr(time, "time", lambda: NOW + 300.5)
    assert verify_webhook_signature(BODY, header(BODY), SECRET)
    monkeypatch.setattr(time, "time", lambda: NOW + 301.0)
    with pytest.raises(FirstHandSignatureError, match="too old: 301 s, allowed are 300 s"):
        verify_webhook_signature(BODY, header(BODY), SECRET)


# What is not


@pytest.mark.parametrize(("changes", "step"), [
    ({"signature": ""}, "missing or empty"),
    ({"signature": b""}, "missing or empty"),
    ({"signature": 7}, "missing or empty"),
    ({"signature": header(BODY) + "," * LONGEST_HEADER}, "longer than 4096"),
    ({"signature": "nonsense"}, "not one time"),
    ({"signature": f"v1={digest(BODY)}"}, "not one time"),
    ({"signature": f"t={NOW},{header(BODY)}"}, "not one time"),
    ({"signature": f"{header(BODY)},t={NOW + 1}"}, "not one time"),
    ({"signature": f"t=,v1={digest(BODY, '')}"}, "not one time"),
    ({"signature": header(BODY, f"-{NOW}")}, "not one time"),
    ({"signature": header(BODY, f"+{NOW}")}, "not one time"),
    ({"signature": header(BODY, f"{NOW}.0")}, "not one time"),
    ({"signature": header(BODY, "1_774_966_928")}, "not one time"),
    ({"signature": header(BODY, "١٧٧٤٩٦٦٩٢٨")}, "not one time"),
    ({"signature": header(BODY, f"{NOW}\n")}, "not one time"),
    ({"signature": header(BODY, "9" * 5000)}, "longer than 4096"),
    ({"signature": header(BODY, "9" * 4000)}, "not one time"),
    ({"signature": f"t={NOW}"}, "no v1"),
    ({"signature": f"t={NOW},v1="}, "no v1"),
    ({"signature": f"t={NOW},v1={digest(BODY)[:-1]}"}, "no v1"),
    ({"signature": f"t={NOW},v1={digest(BODY)}\n"}, "no v1"),
    ({"signature": f"t={NOW},v1={digest(BODY).upper()}"}, "no v1"),
    ({"signature": f"t={NOW},V1={digest(BODY)}"}, "no v1"),
    ({"signature": f"t={NOW},v0={digest(BODY)}"}, "no v1"),
    ({"signature": f"t={NOW}, v1={digest(BODY)}"}, "no v1"),
    ({"signature": f"t={NOW};v1={digest(BODY)}"}, "not one time"),
    ({"signature": f"t=0{NOW},v1={digest(BODY)}"}, "does not match"),
    ({"payload": None}, "not NoneType"),
    ({"payload": json.loads(BODY)}, "raw body in bytes, not dict"),
    ({"payload": "\ud800"}, "does not match"),
    ({"payload": BODY.decode("latin-1")}, "does not match"),
    ({"secret": ""}, "secret is missing"),
    ({"secret": None}, "secret is missing"),
    ({"secret": []}, "secret is missing"),
    ({"secret": [SECRET, ""]}, "secret is missing"),
    ({"secret": [SECRET, None]}, "secret is missing"),
    ({"secret": SECRET.encode()}, "secret is missing"),
    ({"secret": SECRET[len("whsec_"):]}, "does not match"),
    ({"secret": SECRET + "\n"}, "does not match"),
    ({"secret": "\udcff"}, "does not match"),
    ({"tolerance_seconds": -1}, "tolerance_seconds must be 0 or more, not -1"),
    ({"tolerance_seconds": math.nan}, "tolerance_seconds must be 0 or more, not nan"),
])  # fmt: skip
def test_the_error_says_which_step_failed(changes: dict[str, Any], step: str) -> None:
    with pytest.raises(FirstHandSignatureError, match=step) as caught:
        verify(**changes)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, FirstHandError)


def test_a_body_signed_with_an_empty_secret_is_not_let_in() -> None:
    for secret in ("", [""], ["", SECRET]):
        with pytest.raises(FirstHandSignatureError, match="secret is missing"):
            verify(signature=header(BODY, NOW, ""), secret=secret)


def test_an_error_shows_neither_secret_nor_digest() -> None:
    for changes in ({"payload": b"other"}, {"now": NOW + 1000}, {"signature": f"t={NOW},v1={digest(BODY)}x"}):
        with pytest.raises(FirstHandSignatureError) as caught:
            verify(**changes)
        shown = str(caught.value) + repr(caught.value) + "".join(caught.value.__notes__)
        assert SECRET[6:] not in shown
        assert digest(BODY, secret=SECRET)[:16] not in shown


def test_all_digests_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(mine: bytes, theirs: bytes) -> bool:
        compared.append((mine, theirs))
        return mine == theirs

    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert verify(signature=header(BODY, NOW, SECRET, "whsec_b"), secret=[SECRET, "whsec_c"])
    assert len(compared) == 4  # also after the first, which fits


Case = tuple[bytes, str]
"""A body, and a header that must not fit it."""


def _with(text: str, index: int, new: str) -> str:
    return text[:index] + new + text[index + 1 :]


def flipped_in_header(rng: Random, body: bytes) -> Case:
    good = header(body)
    index = rng.randrange(len(good))
    return body, _with(good, index, chr(ord(good[index]) ^ 1 << rng.randrange(8)))


def flipped_in_body(rng: Random, body: bytes) -> Case:
    index = rng.randrange(len(body))
    return body[:index] + bytes([body[index] ^ 1 << rng.randrange(8)]) + body[index + 1 :], header(body)


def truncated(rng: Random, body: bytes) -> Case:
    good = header(body)
    if rng.random() < 0.5:
        return body, good[: rng.randrange(len(good))]
    return body[: rng.randrange(len(body))], good


def put_in(rng: Random, body: bytes) -> Case:
    good = header(body)
    index = rng.randrange(len(good) + 1)
    return body, good[:index] + rng.choice(" \t\n\0\"'=;0aAé\u0660\ud800") + good[index:]


def wrong_case(rng: Random, body: bytes) -> Case:
    good = header(body)
    index = rng.choice([index for index, character in enumerate(good) if character.isalpha()])
    return body, rng.choice([_with(good, index, good[index].upper()), good.upper()])


def duplicated(rng: Random, body: bytes) -> Case:
    good = header(body)
    parts = good.split(",")
    moment, other = f"t={NOW + rng.randrange(-300, 300)}", f"v1={rng.getrandbits(256):064x}"
    return body, ",".join(rng.choice([[moment, *parts], [*parts, moment], [parts[0], other, parts[0], parts[1]],
                                      [parts[0], *[other] * rng.randrange(1, 50)]]))  # fmt: skip


def out_of_time(rng: Random, body: bytes) -> Case:
    return body, header(body, NOW + rng.choice([1, -1]) * rng.choice([301, rng.randrange(301, NOW)]))


def another_moment(rng: Random, body: bytes) -> Case:
    moved = NOW + rng.choice([1, -1]) * rng.randrange(1, 300)
    return body, f"t={moved},v1={digest(body)}"


def another_secret(rng: Random, body: bytes) -> Case:
    index = rng.randrange(len(SECRET))
    near = _with(SECRET, index, chr(ord(SECRET[index]) ^ 1 << rng.randrange(7)))
    return body, header(body, NOW, rng.choice([near, SECRET[:index], SECRET + "=", f"whsec_{rng.getrandbits(128):x}"]))


def written_again(rng: Random, body: bytes) -> Case:
    read = json.loads(body)
    keys = list(read)
    rng.shuffle(keys)
    indent, ascii_only = rng.choice([None, 0, 2, 4]), rng.random() < 0.5
    again = json.dumps({key: read[key] for key in keys}, indent=indent, ensure_ascii=ascii_only)
    return again.encode(), header(body)


def huge(rng: Random, body: bytes) -> Case:
    padding = rng.choice([",", " ", "a", ",v1=" + "0" * 64, ",x=\u20ac"]) * rng.randrange(LONGEST_HEADER, 10_000)
    return body, rng.choice([header(body) + padding, padding + "," + header(body)])


MANGLES: list[Callable[[Random, bytes], Case]] = [
    flipped_in_header, flipped_in_body, truncated, put_in, wrong_case, duplicated, out_of_time,
    another_moment, another_secret, written_again, huge,
]  # fmt: skip


def test_a_hundred_thousand_forged_signatures() -> None:
    rng = Random(20260331)
    bodies = [
        json.dumps({"id": f"evt_{number}", "type": "job.completed", "ocr": "Café", "data": [number]},
                   separators=(",", ":"), ensure_ascii=False).encode()
        for number in range(20)
    ]  # fmt: skip
    mangles = [mangle for mangle in MANGLES if mangle is not huge]
    refused = 0
    for number in range(100_000):
        body = rng.choice(bodies)
        mangle = huge if number % 1000 == 0 else mangles[number % len(mangles)]
        payload, signature = mangle(rng, body)
        try:
            if number % 2:
                verify_webhook_signature(payload, signature, SECRET, now=NOW)
            else:
                construct_event(payload, {"X-FirstHandAPI-Signature": signature}, SECRET, now=NOW)
        except FirstHandSignatureError:
            refused += 1
        else:
            pytest.fail(f"{mangle.__name__} was let in: {payload!r} with {signature!r}")
    assert refused == 100_000


@pytest.mark.parametrize("mangle", MANGLES)
def test_a_mangle_starts_from_what_would_be_let_in(mangle: Callable[[Random, bytes], Case]) -> None:
    """Else the test above could pass for a wrong reason."""
    assert verify(BODY, header(BODY))
    assert all(mangle(Random(seed), BODY) != (BODY, header(BODY)) for seed in range(100))


ANYTHING = st.one_of(st.text(st.characters(), max_size=200), st.binary(max_size=200))
ALMOST = st.from_regex(r"(t=[0-9]{0,13},?){0,2}(v1=[0-9a-fA-F]{0,64},?){0,3}")


@settings(deadline=None)
@given(payload=ANYTHING, signature=ANYTHING | ALMOST, secret=st.text(st.characters()))
def test_nothing_else_is_ever_raised(payload: Any, signature: Any, secret: str) -> None:
    with pytest.raises(FirstHandSignatureError):
        verify_webhook_signature(payload, signature, secret, now=NOW)
    with pytest.raises(FirstHandSignatureError):
        construct_event(payload, {"X-FirstHand-Signature": signature}, secret, now=NOW)


@settings(deadline=None)
@given(headers=st.dictionaries(ANYTHING | st.none(), ANYTHING | st.none()))
def test_any_headers_without_a_signature_are_refused(headers: dict[Any, Any]) -> None:
    with pytest.raises(FirstHandSignatureError):
        construct_event(BODY, headers, SECRET, now=NOW)


OFF_CONTRACT = pytest.mark.filterwarnings("ignore::firsthandapi.FirstHandDriftWarning")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["type", "data", "id"]), inner),
    max_leaves=8,
)


@OFF_CONTRACT
@settings(deadline=None)
@given(body=st.binary(max_size=100) | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_signed_body_is_an_event_or_the_documented_error(body: bytes) -> None:
    try:
        wire = json.loads(body)
    except ValueError:
        wire = None
    if isinstance(wire, dict) and isinstance(wire.get("type"), str):
        assert event_of(body)["type"] == wire["type"]
    else:
        with pytest.raises(FirstHandSignatureError, match="not a JSON object with a type"):
            event_of(body)


# Events


def event_of(wire: Any, **others: Any) -> Event:
    body = wire if isinstance(wire, bytes) else json.dumps(wire).encode()
    return construct_event(body, {"X-FirstHandAPI-Signature": header(body)}, SECRET, **{"now": NOW, **others})


@pytest.fixture(scope="module")
def contract() -> Any:
    yaml = pytest.importorskip("yaml", reason="the examples are read from openapi.yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((ROOT / "openapi.yaml").read_text(encoding="utf-8"), loader)


def test_there_are_eleven_types_of_events(contract: Any) -> None:
    assert len(set(WEBHOOK_EVENT_TYPES)) == 11
    assert set(contract["webhooks"]) == set(WEBHOOK_EVENT_TYPES)


@pytest.mark.parametrize("kind", WEBHOOK_EVENT_TYPES)
def test_an_event_is_typed(kind: str, contract: Any) -> None:
    content = contract["webhooks"][kind]["post"]["requestBody"]["content"]["application/json"]
    (example,) = [example["value"] for example in content["examples"].values()]
    assert example["type"] == kind

    event = event_of(example)

    name = content["schema"]["$ref"].rpartition("/")[2]
    assert type(event).__name__ == name
    assert name in [one.__forward_arg__.partition(".")[2] for one in typing.get_args(Event)]
    assert type(event) is getattr(firsthandapi, name)
    data = contract["components"]["schemas"][name]["properties"]["data"]["$ref"].rpartition("/")[2]
    assert type(event.data).__name__ == data
    assert event.to_dict() == example
    assert event["data"]["object"] == example["data"]["object"]
    assert event.created_at.isoformat() == "2026-03-31T14:22:08+00:00"
    for field, value in example["data"].items():
        if not isinstance(value, (dict, list)) and not field.endswith("_at"):
            assert getattr(event.data, field) == value


@OFF_CONTRACT
def test_a_type_that_is_newer_than_this_package_can_be_read() -> None:
    event = event_of({"id": "evt_1", "type": "job.expired", "data": {"id": "job_1", "why": {"late": True}}, "new": [1]})
    assert type(event) is models.WebhookEvent
    assert (event.type, event.data["why"], event["new"]) == ("job.expired", {"late": True}, [1])


@OFF_CONTRACT
def test_a_field_that_is_newer_than_this_package_can_be_read() -> None:
    event = event_of({"id": "evt_1", "type": "job.completed", "data": {"id": "job_1", "bonus": 3}, "region": "eu"})
    assert isinstance(event, firsthandapi.JobEvent)
    assert event.data.id == "job_1"
    assert event.data["bonus"] == 3
    assert event["region"] == "eu"


@OFF_CONTRACT
def test_a_field_of_another_shape_does_not_cost_the_event() -> None:
    event = event_of({"id": 7, "type": "job.completed", "created_at": "soon", "data": "none"})
    assert (event.id, event.created_at, event.data) == (7, "soon", "none")


@pytest.mark.parametrize("body", [
    b"", b"null", b"[]", b'"job.completed"', b"{", b"{}", b'{"type":null}', b'{"type":["job.completed"]}',
    b'{"type":7}', b"\xff\xfe", b"\x80", b"[" * 100_000, b'{"type":"job.completed"} {}',
])  # fmt: skip
def test_a_signed_body_that_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(FirstHandSignatureError, match="not a JSON object with a type"):
        event_of(body)


def test_a_body_is_not_read_before_its_signature_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json, "loads", lambda body: pytest.fail("was read"))
    with pytest.raises(FirstHandSignatureError, match="does not match"):
        construct_event(b"{}", {"X-FirstHandAPI-Signature": header(BODY)}, SECRET, now=NOW)


def test_an_event_has_the_arguments_of_the_signature() -> None:
    assert event_of(BODY, now=NOW + 1000, tolerance_seconds=1000).id == "evt_1"
    with pytest.raises(FirstHandSignatureError, match="too old: 1000 s, allowed are 999 s"):
        event_of(BODY, now=NOW + 1000, tolerance_seconds=999)
    signature = {"X-FirstHandAPI-Signature": header(BODY, NOW, "whsec_old")}
    assert construct_event(BODY.decode(), signature, [SECRET, "whsec_old"], now=NOW).id == "evt_1"


# Headers


def message() -> Message:
    """What `http.server` hands out: not a mapping."""
    found = Message()
    found["Content-Type"] = "application/json"
    found["X-FirstHandAPI-Signature"] = header(BODY)
    return found


@pytest.mark.parametrize("headers", [
    {"X-FirstHandAPI-Signature": header(BODY)},
    {"X-FirstHand-Signature": header(BODY)},
    {"x-firsthandapi-signature": header(BODY), "host": "example.com"},
    {"X-FIRSTHAND-SIGNATURE": header(BODY)},
    {b"x-firsthandapi-signature": header(BODY).encode()},
    {"HTTP_X_FIRSTHANDAPI_SIGNATURE": header(BODY), "wsgi.multithread": True, "wsgi.input": object()},
    {"HTTP_X_FIRSTHAND_SIGNATURE": header(BODY)},
    {"X-FirstHandAPI-Signature": header(BODY), "X-FirstHand-Signature": "t=1,v1=0"},
    {"X-FirstHandAPI-Signature": "", "X-FirstHand-Signature": header(BODY)},
    message(),
    [("Host", "example.com"), ("X-FirstHandAPI-Signature", header(BODY))],
    ((b"host", b"example.com"), (b"x-firsthand-signature", header(BODY).encode())),
    [["X-FirstHand-Signature", header(BODY)]],
])  # fmt: skip
def test_the_signature_is_found_among_the_headers(headers: Any) -> None:
    assert signature_of(headers) == header(BODY)
    assert construct_event(BODY, headers, SECRET, now=NOW).id == "evt_1"


@pytest.mark.parametrize("headers", [None, 5, header(BODY), header(BODY).encode(), [None], [("one",)], [1], object()])
def test_what_cannot_be_headers_is_said_so(headers: Any) -> None:
    for use in (signature_of, lambda given: construct_event(BODY, given, SECRET, now=NOW)):
        with pytest.raises(FirstHandArgumentError, match=r"^headers: must be a mapping or pairs") as caught:
            use(headers)
        assert header(BODY) not in str(caught.value)


@pytest.mark.parametrize("headers", [
    {}, [], iter(()), {"X-FirstHandAPI-Signature": None}, {"X-FirstHand-Signature": ""}, {"X-Signature": header(BODY)},
    {"X-FirstHandAPI-Signature ": header(BODY)}, {7: header(BODY)}, {"X-FirstHand-Signature": [header(BODY)]},
])  # fmt: skip
def test_a_request_without_a_signature_is_refused(headers: Any) -> None:
    with pytest.raises(FirstHandSignatureError, match="no header X-FirstHandAPI-Signature or X-FirstHand-Signature"):
        construct_event(BODY, headers, SECRET, now=NOW)


def test_the_headers_of_starlette_do() -> None:
    datastructures = pytest.importorskip("starlette.datastructures")
    headers = datastructures.Headers({"X-FirstHandAPI-Signature": header(BODY)})
    assert construct_event(BODY, headers, SECRET, now=NOW).id == "evt_1"


# Signing


@settings(deadline=None)
@given(
    body=st.one_of(st.text(), st.binary()),
    secrets=st.lists(st.text(min_size=1), min_size=1, max_size=3),
    moment=st.integers(0, 10**12 - 1),
)
def test_what_is_signed_is_let_in(body: Union[str, bytes], secrets: list[str], moment: int) -> None:
    raw = body.encode() if isinstance(body, str) else body
    signature = sign(body, secret=secrets, timestamp=moment)
    assert signature == header(raw, moment, *secrets)
    for secret in secrets:
        assert verify_webhook_signature(body, signature, secret, now=moment)


def test_a_signature_is_of_now_by_default() -> None:
    assert verify_webhook_signature(BODY, sign(BODY, secret=SECRET), SECRET, tolerance_seconds=2)


@pytest.mark.parametrize(("body", "secret"), [(BODY, ""), (BODY, []), ({}, SECRET)])
def test_what_cannot_be_let_in_is_not_signed(body: Any, secret: Any) -> None:
    with pytest.raises(FirstHandSignatureError):
        sign(body, secret=secret)


# As published


@pytest.mark.parametrize(("body", "secret", "printed"), [
    (BODY, "whsec_...", ""),
    (BODY.decode(), "whsec_...", ""),
    (b"{}", "whsec_...", "Webhook verification failed: the signature does not match the body"),
    (BODY, "whsec_other", "Webhook verification failed: the signature does not match the body"),
])  # fmt: skip
def test_the_published_snippet_runs(body: Any, secret: str, printed: str, capsys: pytest.CaptureFixture[str]) -> None:
    signature = header(BODY, int(time.time()), secret)
    request = SimpleNamespace(body=body, headers={"X-FirstHandAPI-Signature": signature})
    source = (ROOT / "tests" / "fixtures" / "pypi_webhook.py").read_text(encoding="utf-8")
    exec(compile(source, "pypi_webhook.py", "exec"), {"request": request})
    out = capsys.readouterr().out
    assert out.startswith(printed)
    assert bool(out) is bool(printed)


# Real deliveries


class Receiver(ThreadingHTTPServer):
    """An application as a user would write it: 200 for what `construct_event` lets in, else 400."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.secrets: list[str] = []
        self.failing = False
        self.now = float(NOW)
        self.events: list[Event] = []
        self.refused: list[FirstHandSignatureError] = []
        self.raw: list[tuple[bytes, Message]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    def receive(self, body: bytes, headers: Message) -> int:
        self.raw.append((body, headers))
        try:
            self.events.append(construct_event(body, headers, self.secrets, 1, now=self.now))
        except FirstHandSignatureError as error:
            self.refused.append(error)
            return 400
        return 503 if self.failing else 200


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.receive(body, self.headers))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module")
def running() -> Iterator[Any]:
    pytest.importorskip("starlette", reason="the sandbox's extra is not installed")
    from firsthandapi.sandbox import Sandbox

    with Sandbox(seed=7, frozen=True, start=NOW, workers=0, strict=True) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Any) -> Any:
    running.reset()
    return running


@pytest.fixture
def client(sandbox: Any) -> Iterator[Client]:
    with Client(sandbox.api_key, base_url=sandbox.base_url) as client:
        yield client


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def subscribe(client: Client, receiver: Receiver) -> models.WebhookEndpoint:
    endpoint = client.webhook_endpoints.create(url=receiver.url, events=list(WEBHOOK_EVENT_TYPES))
    receiver.secrets = [endpoint.secret]
    return endpoint


def posted(client: Client, quantity: int = 1) -> firsthandapi.Job:
    return client.jobs.create(
        type="data_collection",
        description="A photo of a bus stop sign.",
        content_type="image",
        quantity=quantity,
        reward_per_file=50,
    )


def advance(sandbox: Any, receiver: Receiver, seconds: float) -> None:
    """Let time pass, for the sandbox and the receiver."""
    receiver.now += seconds
    sandbox.clock.advance(seconds)


def happened(sandbox: Any, client: Client) -> str:
    """Cancel a job, and have the event of it sent; the job's id."""
    job = posted(client)
    client.jobs.cancel(job.id)
    sandbox.clock.advance(0)
    return job.id


def test_deliveries_are_events(sandbox: Any, client: Client, receiver: Receiver) -> None:
    subscribe(client, receiver)
    job = posted(client, quantity=2)
    sandbox.upload(job.id, stars=1)
    sandbox.upload(job.id, stars=5)
    sandbox.upload(job.id, stars=4)
    sandbox.clock.advance(0)
    assert receiver.refused == []
    assert [event.type for event in receiver.events] == [
        "submission.scored", "submission.rejected", "submission.scored", "submission.approved",
        "submission.scored", "submission.approved", "job.completed",
    ]  # fmt: skip
    scored, rejected, *_, done = receiver.events
    assert isinstance(scored, models.SubmissionScoredEvent)
    assert scored.data.ai_star_rating == 1
    assert isinstance(rejected, models.SubmissionEvent)
    assert (rejected.data.job_id, rejected.data.status) == (job.id, "rejected")
    assert isinstance(done, models.JobEvent)
    assert (done.data.id, done.data.files_approved, done.data.status) == (job.id, 2, "completed")
    assert receiver.raw[-1][1]["X-FirstHand-Event-Id"] == done.id


def test_a_delivery_fits_no_other_body_time_or_secret(sandbox: Any, client: Client, receiver: Receiver) -> None:
    subscribe(client, receiver)
    happened(sandbox, client)
    (body, headers), now = receiver.raw[-1], receiver.now
    for changed in (json.dumps(json.loads(body)).encode(), body[:-1], body.replace(b"cancelled", b"completed")):
        assert changed != body
        with pytest.raises(FirstHandSignatureError, match="does not match"):
            construct_event(changed, headers, receiver.secrets, now=now)
    with pytest.raises(FirstHandSignatureError, match="too old"):
        construct_event(body, headers, receiver.secrets, now=now + 301)
    receiver.secrets = ["whsec_of_another_endpoint"]
    happened(sandbox, client)
    assert ["does not match" in str(error) for error in receiver.refused] == [True]
    assert client.webhook_events.list().data[0].status == "pending"


def test_every_attempt_and_replay_is_signed_afresh(sandbox: Any, client: Client, receiver: Receiver) -> None:
    subscribe(client, receiver)
    receiver.failing = True
    happened(sandbox, client)
    for pause in (60, 300, 1800, 7200, 28800):
        advance(sandbox, receiver, pause)
    receiver.failing = False
    (kept,) = client.webhook_events.list().data
    assert (kept.status, kept.attempts) == ("failed", 6)

    advance(sandbox, receiver, 3600)
    assert client.webhook_events.replay(kept.id).id == kept.id
    sandbox.clock.advance(0)

    # The receiver tolerates one second: a signature of an earlier attempt would have been refused.
    assert receiver.refused == []
    moments = [int(signature_of(headers).partition(",")[0][len("t=") :]) - NOW for _, headers in receiver.raw]
    assert moments == [0, 60, 360, 2160, 9360, 38160, 41760]
    assert {event.id for event in receiver.events} == {kept.id}
    assert len({body for body, _ in receiver.raw}) == 1
    assert client.webhook_events.list().data[0].status == "delivered"


def test_a_rotation_loses_no_event(sandbox: Any, client: Client, receiver: Receiver) -> None:
    endpoint = subscribe(client, receiver)
    (old,) = receiver.secrets
    new = client.webhook_endpoints.rotate_secret(endpoint.id).secret
    jobs = []
    # The receiver learns of the new secret while both sign, and forgets the old one later.
    for secrets, later in (([old], 3600), ([old, new], 3600), ([new], 24 * 3600), ([old, new], 0), ([new], 0)):
        receiver.secrets = secrets
        jobs.append(happened(sandbox, client))
        advance(sandbox, receiver, later)
    assert receiver.refused == []
    assert [event["data"]["id"] for event in receiver.events] == jobs
    assert [signature_of(headers).count("v1=") for _, headers in receiver.raw] == [2, 2, 2, 1, 1]

    receiver.secrets = [old]
    happened(sandbox, client)
    assert len(receiver.refused) == 1
