"""A thousand answers made up from the contract, then changed: no call fails, and each surprise is told once.

What an answer should be is read from `openapi.yaml` here, by a strategy of its own: nothing of it comes from what the
client compares with. A *spot* is a value in an answer together with its schema; a change happens at a spot.
"""

from __future__ import annotations

import copy
import datetime
import json
import pickle
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest
from firsthandapi_generated.errors import MissingFieldError
from firsthandapi_generated.types import Model
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from support import BASE_URL, AsyncSide, Side, both

from firsthandapi import (
    AsyncPage,
    DriftRecord,
    FirstHandApiError,
    Page,
    construct_event,
)
from firsthandapi._spec import spec_text
from firsthandapi.webhooks import sign

yaml = pytest.importorskip("yaml", reason="the answers are made from openapi.yaml")

# By way of JSON, because YAML reads unquoted dates as something else than text.
SPEC: dict[str, Any] = json.loads(
    json.dumps(yaml.load(spec_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), default=str)
)
ANSWERS = 1000
NEW = "field_of_2031"
OF_ANOTHER_TYPE: list[Any] = ["text of 2031", 2031.5, True, ["of 2031"], {"of": 2031}]
JSON_TYPES: dict[str, set[type]] = {
    "string": {str},
    "integer": {int},
    "number": {int, float},
    "boolean": {bool},
    "array": {list},
    "object": {dict},
}


# What the contract says


class Rule(NamedTuple):
    """A schema with its references followed."""

    schema: dict[str, Any]
    nullable: bool


def rule_of(schema: dict[str, Any]) -> Rule:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return rule_of(SPEC["components"]["schemas"][name])
    if "oneOf" in schema:
        (only,) = [branch for branch in schema["oneOf"] if branch != {"type": "null"}]
        return rule_of(only)._replace(nullable=True)
    types = schema["type"]
    if isinstance(types, str):
        return Rule(schema, False)
    (only,) = [name for name in types if name != "null"]
    return Rule({**schema, "type": only}, "null" in types)


def json_schema(holder: dict[str, Any]) -> dict[str, Any] | None:
    schema: dict[str, Any] | None = holder.get("content", {}).get("application/json", {}).get("schema")
    return schema


OPERATIONS: dict[str, tuple[list[str], dict[str, Any] | None, dict[str, Any] | None]] = {
    operation["operationId"]: (
        [part for part in path.split("/") if part.startswith("{")],
        json_schema(operation.get("requestBody", {})),
        json_schema(next(answer for status, answer in operation["responses"].items() if status.startswith("2"))),
    )
    for path, item in SPEC["paths"].items()
    for method, operation in item.items()
    if method in ("get", "post", "put", "patch", "delete")
}
"""By operation: the arguments in its path, the schema of its body, and that of its answer."""
EVENTS = {name: json_schema(item["post"]["requestBody"]) for name, item in SPEC["webhooks"].items()}


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What the contract allows in this place."""
    rule, nullable = rule_of(schema)
    made = _values(rule)
    return st.none() | made if nullable else made


def _values(rule: dict[str, Any]) -> st.SearchStrategy[Any]:
    kind = rule["type"]
    if "enum" in rule:
        return st.sampled_from(rule["enum"])
    if kind == "object":
        if "properties" not in rule:
            return st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5), max_size=2)
        fields = {name: values(part) for name, part in rule["properties"].items()}
        required = {name: fields.pop(name) for name in rule.get("required", [])}
        return st.fixed_dictionaries(required, optional=fields)
    if kind == "array":
        return st.lists(values(rule["items"]), min_size=rule.get("minItems", 0), max_size=2)
    if kind == "string":
        if "pattern" in rule and rule["pattern"][1:-1].replace("_", "").isalpha():
            return st.just(rule["pattern"][1:-1])
        if rule.get("format") == "date-time":
            return st.datetimes(min_value=datetime.datetime(2020, 1, 1)).map(lambda moment: f"{moment.isoformat()}Z")
        return st.just("https://files.firsthand.test/1?s=1") if rule.get("format") == "uri" else st.text(max_size=8)
    if kind == "integer":
        return st.integers(rule.get("minimum", -10), rule.get("maximum", 10**9))
    if kind == "number":
        return st.floats(-90, 90, allow_nan=False) | st.integers(0, 90)
    assert kind == "boolean"
    return st.booleans()


# What is changed


class Spot(NamedTuple):
    """Where a value stands in an answer, and what it should be."""

    holder: Any
    """The object or list that has it."""
    key: Any
    path: str
    rule: dict[str, Any]
    nullable: bool
    required: bool
    """False too for an item of a list."""
    varies: bool = False
    """Whether the contract leaves it to the service which other fields the holder has."""


def spots(value: Any, schema: dict[str, Any], path: str) -> Iterator[Spot]:
    """Every spot in a value."""
    rule, _ = rule_of(schema)
    if isinstance(value, dict) and rule["type"] == "object":
        for name, part in rule.get("properties", {}).items():
            if name in value:
                inner = f"{path}.{name}" if path else name
                required, varies = name in rule.get("required", []), rule.get("x-open-fields") is True
                yield Spot(value, name, inner, *rule_of(part), required, varies)
                yield from spots(value[name], part, inner)
    elif isinstance(value, list) and rule["type"] == "array":
        for index, item in enumerate(value):
            yield Spot(value, index, f"{path}[]", *rule_of(rule["items"]), required=False)
            yield from spots(item, rule["items"], f"{path}[]")


Surprise = tuple[str, str]
"""The kind and the path of a record that is due."""
WAYS: Counter[str] = Counter()
"""How often each change was made."""


def change(draw: Any, spot: Spot) -> set[Surprise]:
    """Change the value at a spot; returns what is to be told of it."""
    holder, key, path, rule, nullable, required, varies = spot
    ways = ["null", "retype"]
    if isinstance(holder, dict):
        ways += ["remove", "rename", "add beside"]
    if "enum" in rule or ("pattern" in rule and rule["pattern"][1:-1].replace("_", "").isalpha()):
        ways.append("unknown value")
    if rule.get("format") == "date-time":
        ways.append("no date")
    if rule["type"] == "object":
        ways.append("list of it")
    way = draw(st.sampled_from(ways))
    WAYS[way] += 1
    missing = {("missing-field", path)} if required else set()
    beside = set() if varies else {("unknown-field", f"{path[: len(path) - len(str(key))]}{NEW}")}
    if way == "null":
        holder[key] = None
        return set() if nullable else {("unexpected-null", path)}
    if way == "remove":
        del holder[key]
        return missing
    if way == "rename":
        holder[NEW] = holder.pop(key)
        return missing | beside
    if way == "add beside":
        holder[NEW] = draw(st.sampled_from(OF_ANOTHER_TYPE))
        return beside
    if way == "unknown value":
        holder[key] = "value of 2031"
        return {("unknown-value", path)}
    if way == "no date":
        holder[key] = draw(st.sampled_from(["", "soon", "2026-03-31", "2026-03-31T14:22:08", "1774966928"]))
        return {("wrong-format", path)}
    others = [value for value in OF_ANOTHER_TYPE if type(value) not in JSON_TYPES[rule["type"]]]
    holder[key] = [holder[key]] if way == "list of it" else copy.deepcopy(draw(st.sampled_from(others)))
    return {("wrong-type", path)}


@st.composite
def changed(draw: Any, schema: dict[str, Any]) -> tuple[Any, set[Surprise]]:
    """A value that the contract allows, after up to three changes, and what is to be told of them."""
    value = draw(values(schema))
    due: set[Surprise] = set()
    done: list[str] = []
    for _ in range(draw(st.integers(0, 3))):
        # Two changes at one place, or one within what another has changed, would undo each other.
        free = [
            spot
            for spot in spots(value, schema, "")
            if not any(spot.path.startswith(path) or path.startswith(spot.path) for path in done)
            and not (isinstance(spot.holder, dict) and NEW in spot.holder)
        ]
        if free:
            spot = draw(st.sampled_from(free))
            done.append(spot.path)
            due |= change(draw, spot)
    return value, due


# What the client makes of it


def read(value: Any) -> None:
    """Read every attribute of a result, as deep as it goes; only what was not sent may be missing."""
    if isinstance(value, (Page, AsyncPage)):
        assert isinstance(value.has_more, bool)
        assert value.next_cursor is None or isinstance(value.next_cursor, str)
        read(value.data)
    elif isinstance(value, Model):
        assert repr(value)
        assert value.to_dict() == dict(value)
        for name in [*value._fields, *value]:
            try:
                read(getattr(value, name, None) if name not in value._fields else getattr(value, name))
            except MissingFieldError as error:
                if error.field in value:
                    raise
    elif isinstance(value, list):
        for item in value:
            read(item)


class Served:
    """A client of one side, whose service answers with whatever is put there."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.status, self.body = 200, b""
        transport = httpx.MockTransport(lambda request: httpx.Response(self.status, content=self.body))
        injected = httpx.AsyncClient if isinstance(side, AsyncSide) else httpx.Client
        self.http_client = injected(transport=transport)
        self.records: list[DriftRecord] = []

    def client(self) -> Any:
        """A new one, which has told nothing yet."""
        self.records = []
        return self.side.client(drift=self.records.append, http_client=self.http_client, base_url=BASE_URL)

    def call(self, client: Any, operation: str) -> Any:
        """Make the flat method's call, with the least that it takes."""
        in_path, body, _ = OPERATIONS[operation]
        arguments: list[Any] = ["any_1" for _ in in_path] + ([{}] if body else [])
        return self.side.run(getattr(client, operation)(*arguments))


def told(records: list[DriftRecord]) -> set[Surprise]:
    """What was told, each once."""
    surprises = [(record.kind, record.path) for record in records]
    assert len(surprises) == len(set(surprises))
    return set(surprises)


thoroughly = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=ANSWERS,
    phases=[Phase.explicit, Phase.generate],  # what fails is small enough, and shrinking it takes minutes
    suppress_health_check=list(HealthCheck),
)


@both
@pytest.mark.off_contract("the answers are changed, and the bodies are empty", requests=True)
@pytest.mark.off_contract("the answers are changed")
def test_a_thousand_answers(side: Side) -> None:
    served = Served(side)
    asked: Counter[str] = Counter()
    answered = {name: answer for name, (_, _, answer) in OPERATIONS.items() if answer}
    WAYS.clear()

    def ask(operation: str, schema: dict[str, Any]) -> None:
        @settings(thoroughly, max_examples=ANSWERS // len(answered) + 1)
        @given(changed(schema))
        def ask_once(case: tuple[Any, set[Surprise]]) -> None:
            answer, due = case
            asked[operation] += 1
            served.body = json.dumps(answer).encode()
            client = served.client()
            for _ in range(2):  # the second time is silent
                read(served.call(client, operation))
            assert told(served.records) == due

        ask_once()

    for operation, schema in answered.items():
        ask(operation, schema)
    assert asked.keys() == answered.keys()
    assert sum(asked.values()) >= ANSWERS
    assert len(WAYS) == 8
    assert min(WAYS.values()) > 0, WAYS


@pytest.mark.parametrize("kind", EVENTS)
def test_events(kind: str) -> None:
    @settings(thoroughly, max_examples=40)
    @given(changed(EVENTS[kind]))
    def receive(case: tuple[Any, set[Surprise]]) -> None:
        wire, due = case
        wire["type"] = kind
        body = json.dumps(wire)
        records: list[DriftRecord] = []
        headers = {"X-FirstHand-Signature": sign(body, secret="whsec_1")}
        read(construct_event(body, headers, "whsec_1", drift=records.append))
        assert {record.operation for record in records} <= {kind}
        # What an event lacks is not told of.
        due = {(what, path) for what, path in due if what != "missing-field" and path != "type"}
        assert told(records) - {("unknown-field", NEW)} == due - {("unknown-field", NEW)}

    receive()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
ENVELOPES = JSON | st.fixed_dictionaries(
    {},
    optional={
        "error": JSON
        | st.text(min_size=1)
        | st.fixed_dictionaries({}, optional=dict.fromkeys(("type", "message", "request_id", "details"), JSON))
    },
)


@both
@pytest.mark.off_contract("the bodies are empty", requests=True)
@pytest.mark.off_contract("the answers are anything")
def test_an_error_is_an_error_whatever_its_body(side: Side) -> None:
    served = Served(side)

    @settings(thoroughly, max_examples=400)
    @given(st.sampled_from([400, 401, 404, 409, 410, 418, 429, 500, 503]), ENVELOPES)
    @example(500, {"error": None})
    @example(500, {"error": "text"})
    @example(500, {"error": ["text"]})
    @example(500, {"error": 7})
    @example(500, {"error": {"message": ["text"], "details": {"field": "a"}}})
    @example(500, {"error": {"message": {"text": "a"}, "type": None, "request_id": 7, "details": [None]}})
    def refuse(status: int, body: Any) -> None:
        served.status, served.body = status, json.dumps(body).encode()
        with pytest.raises(FirstHandApiError) as caught:
            served.call(served.client().with_options(max_retries=0, drift="raise"), "create_job")
        error = caught.value
        assert error.status == status
        assert isinstance(error.message, str)
        assert error.message
        assert isinstance(error.type, str)
        assert error.request_id is None or isinstance(error.request_id, str)
        assert all(isinstance(one, dict) for one in error.details)
        assert pickle.loads(pickle.dumps(error)).message == str(error)

    refuse()


@both
@pytest.mark.off_contract("the bodies are empty", requests=True)
@pytest.mark.off_contract("the answers are changed")
def test_errors_stay_errors(side: Side) -> None:
    served = Served(side)
    statuses = st.sampled_from([400, 401, 402, 403, 404, 409, 410, 422, 451])

    @settings(thoroughly, max_examples=200)
    @given(st.sampled_from(sorted(OPERATIONS)), statuses, changed({"$ref": "#/components/schemas/Error"}))
    def refuse(operation: str, status: int, case: tuple[Any, set[Surprise]]) -> None:
        body, due = case
        served.status, served.body = status, json.dumps(body).encode()
        with pytest.raises(FirstHandApiError) as caught:
            served.call(served.client(), operation)
        assert caught.value.status == status
        assert told(served.records) == due

    refuse()
