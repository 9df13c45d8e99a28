"""Two contracts compared: every rule with its level, and what means the same."""

from __future__ import annotations

import copy
import json
import random
import time
from pathlib import Path
from typing import Any, Optional

import pytest

pytest.importorskip("yaml", reason="the extra `cli` is not installed")

from firsthandapi.drift import Change, SpecError, Use, compare, load, report
from firsthandapi.drift.advice import advised
from firsthandapi.drift.calls import Snippet
from firsthandapi.drift.references import Document
from firsthandapi.drift.rules import BODY_KINDS, INTO, LIMITS, OUT, RANK, RULES, rule_id

JSON = dict[str, Any]
CONTRACT = Path(__file__).resolve().parent.parent / "openapi.yaml"
TEXT: JSON = {"type": "string"}
LIST: JSON = {"type": "array", "items": TEXT}
OK = {"200": {"description": "Fine."}}


@pytest.fixture(scope="module")
def contract() -> JSON:
    return load(str(CONTRACT))


def document(paths: Optional[JSON] = None, **more: Any) -> JSON:
    return {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths or {}, **more}


def content(schema: Any, media: str = "application/json") -> JSON:
    return {"content": {media: {"schema": schema}}}


def obj(properties: JSON, *required: str, **more: Any) -> JSON:
    return {"type": "object", "properties": properties, "required": list(required), **more}


def operation(**more: Any) -> JSON:
    """A document with one operation."""
    return document({"/things/{id}": {"post": {"operationId": "act", "responses": OK, **more}}})


def sending(schema: Any) -> JSON:
    return operation(requestBody=content(schema))


def needing(schema: Any) -> JSON:
    return operation(requestBody={**content(schema), "required": True})


def answering(schema: Any, status: str = "200") -> JSON:
    return operation(responses={**OK, status: {"description": "", **content(schema)}})


def event(schema: Any) -> JSON:
    return document(webhooks={"a.done": {"post": {"requestBody": content(schema), "responses": OK}}})


def parameter(**more: Any) -> JSON:
    return operation(parameters=[{"name": "q", "in": "query", "schema": TEXT, **more}])


def header(**more: Any) -> JSON:
    return operation(responses={"200": {"description": "", "headers": {"X-Left": {"schema": TEXT, **more}}}})


def delivery(**more: Any) -> JSON:
    sent = {"name": "X-Sig", "in": "header", "schema": TEXT, **more}
    return document(webhooks={"a.done": {"post": {"parameters": [sent], "responses": OK}}})


def found(old: JSON, new: JSON) -> dict[str, str]:
    """Levels by rule of every change."""
    return {change.rule: change.level for change in compare(old, new)}


def only(old: JSON, new: JSON) -> Change:
    changes = compare(old, new)
    assert len(changes) == 1, changes
    return changes[0]


# What happens to a value: kind, before, after, level where it is sent, level where it is answered

X, Y = obj({"x": TEXT}), obj({"x": TEXT, "y": TEXT})
EITHER = [{"required": ["a"]}, {"required": ["b"]}]
A_UNION = {"oneOf": [obj({"a": TEXT}), obj({"b": TEXT})]}
A_WIDER_UNION = {"oneOf": [*A_UNION["oneOf"], obj({"c": TEXT})]}
KINDS = [{"propertyName": name} for name in ("kind", "type")]
VALUES: list[tuple[str, Any, Any, str, str]] = [
    ("type-changed", TEXT, {"type": "integer"}, "breaking", "breaking"),
    ("type-changed", TEXT, {"type": "array", "items": TEXT}, "breaking", "breaking"),
    ("type-changed", {"type": ["string", "integer"]}, {"type": ["string", "boolean"]}, "breaking", "breaking"),
    ("type-generalized", {"type": "integer"}, {"type": "number"}, "compatible", "breaking"),
    ("type-generalized", TEXT, {}, "compatible", "breaking"),
    ("type-generalized", TEXT, {"type": ["string", "integer"]}, "compatible", "breaking"),
    ("type-specialized", {"type": "number"}, {"type": "integer"}, "breaking", "compatible"),
    ("type-specialized", {}, TEXT, "breaking", "compatible"),
    ("type-generalized", TEXT, {"oneOf": [TEXT, obj({"a": TEXT}, "a")]}, "compatible", "breaking"),
    ("type-generalized", {"oneOf": [TEXT, X]}, {"oneOf": [TEXT, X, LIST]}, "compatible", "breaking"),
    ("type-specialized", {"oneOf": [TEXT, obj({"a": TEXT}, "a")]}, TEXT, "breaking", "compatible"),
    ("became-nullable", TEXT, {"type": ["string", "null"]}, "compatible", "breaking"),
    ("became-nullable", TEXT, {"oneOf": [TEXT, {"type": "null"}]}, "compatible", "breaking"),
    ("became-nullable", A_UNION, {"anyOf": [*A_UNION["oneOf"], {"type": "null"}]}, "compatible", "breaking"),
    ("became-not-nullable", {"type": ["string", "null"]}, TEXT, "breaking", "compatible"),
    ("format-changed", {**TEXT, "format": "date-time"}, {**TEXT, "format": "date"}, "breaking", "breaking"),
    ("format-changed", {**TEXT, "format": "uri"}, {**TEXT, "format": "email"}, "risky", "risky"),
    ("format-removed", {**TEXT, "format": "uri"}, TEXT, "compatible", "risky"),
    ("format-removed", {**TEXT, "format": "date-time"}, TEXT, "breaking", "breaking"),
    ("format-added", TEXT, {**TEXT, "format": "uri"}, "risky", "risky"),
    ("format-added", TEXT, {**TEXT, "format": "date"}, "breaking", "breaking"),
    ("numeric-format-changed", {"type": "integer", "format": "int32"}, {"type": "integer"}, "compatible", "compatible"),
    ("pattern-changed", {**TEXT, "pattern": "a"}, {**TEXT, "pattern": "b"}, "risky", "risky"),
    ("pattern-added", TEXT, {**TEXT, "pattern": "b"}, "risky", "compatible"),
    ("pattern-removed", {**TEXT, "pattern": "a"}, TEXT, "compatible", "risky"),
    ("enum-value-added", {"enum": ["a"]}, {"enum": ["a", "b"]}, "compatible", "risky"),
    ("enum-value-removed", {"enum": ["a", "b"]}, {"enum": ["a"]}, "breaking", "risky"),
    ("enum-value-removed", {"enum": ["a", "b"]}, {"const": "a"}, "breaking", "risky"),
    ("became-enum", TEXT, {**TEXT, "enum": ["a"]}, "breaking", "compatible"),
    ("became-not-enum", {**TEXT, "enum": ["a"]}, TEXT, "compatible", "risky"),
    ("enum-opened", {"enum": ["a"]}, {"enum": ["a"], "x-open-enum": True}, "compatible", "risky"),
    ("enum-closed", {"enum": ["a"], "x-open-enum": True}, {"enum": ["a"]}, "compatible", "compatible"),
    ("default-value-changed", {**TEXT, "default": "a"}, {**TEXT, "default": "b"}, "risky", "compatible"),
    ("default-value-added", TEXT, {**TEXT, "default": "b"}, "risky", "compatible"),
    ("default-value-removed", {**TEXT, "default": "a"}, TEXT, "risky", "compatible"),
    ("one-of-added", A_UNION, A_WIDER_UNION, "compatible", "risky"),
    ("one-of-added", obj({"a": TEXT}), A_UNION, "compatible", "risky"),
    ("one-of-removed", A_WIDER_UNION, A_UNION, "breaking", "risky"),
    ("discriminator-changed", *({**A_UNION, "discriminator": kind} for kind in KINDS), "breaking", "breaking"),
    ("additional-properties-removed", obj({}), obj({}, additionalProperties=False), "breaking", "compatible"),
    ("additional-properties-added", obj({}, additionalProperties=False), obj({}), "compatible", "compatible"),
    ("constraint-changed", {"not": {"const": 1}}, {"not": {"const": 2}}, "risky", "risky"),
    ("constraint-changed", TEXT, {**TEXT, "contentEncoding": "base64"}, "risky", "risky"),
    ("constraint-added", TEXT, {**TEXT, "not": {"const": "x"}}, "risky", "compatible"),
    ("constraint-removed", {**TEXT, "not": {"const": "x"}}, TEXT, "compatible", "risky"),
    ("constraint-added", obj({"a": TEXT, "b": TEXT}), obj({"a": TEXT, "b": TEXT}, anyOf=EITHER), "risky", "compatible"),
    ("constraint-removed", obj({"a": TEXT}, oneOf=EITHER), obj({"a": TEXT}), "compatible", "risky"),
    ("deprecated", TEXT, {**TEXT, "deprecated": True}, "compatible", "compatible"),
    ("not-deprecated", {**TEXT, "deprecated": True}, TEXT, "compatible", "compatible"),
]  # fmt: skip
LIMIT_STEPS = [
    (keyword, word, before, after, step)
    for keyword, word in LIMITS.items()
    if keyword != "uniqueItems"
    for before, after, step in ((None, 5, "set"), (5, None, "removed"), (5, 6, "increased"), (5, 4, "decreased"))
]


@pytest.mark.parametrize(("kind", "before", "after", "sent", "answered"), VALUES)
def test_what_happens_to_a_value(kind: str, before: Any, after: Any, sent: str, answered: str) -> None:
    old, new = obj({"x": before}, "x"), obj({"x": after}, "x")
    assert found(sending(old), sending(new)) == {f"request-property-{kind}": sent}
    assert found(answering(old), answering(new)) == {f"response-property-{kind}": answered}
    assert found(answering(old, "404"), answering(new, "404")) == {f"response-property-{kind}": answered}
    assert found(event(old), event(new)) == {f"event-property-{kind}": answered}
    assert found(sending(before), sending(after)) == {f"request-body-{kind}": sent}
    assert found(answering(before), answering(after)) == {f"response-body-{kind}": answered}
    assert found(event(before), event(after)) == {f"event-body-{kind}": answered}
    assert found(parameter(schema=before), parameter(schema=after)) == {f"request-parameter-{kind}": sent}
    assert found(header(schema=before), header(schema=after)) == {f"response-header-{kind}": answered}
    assert found(delivery(schema=before), delivery(schema=after)) == {f"event-header-{kind}": answered}


@pytest.mark.parametrize(("keyword", "word", "before", "after", "step"), LIMIT_STEPS)
def test_a_limit_moves(keyword: str, word: str, before: Any, after: Any, step: str) -> None:
    old, new = ({keyword: value} if value is not None else {} for value in (before, after))
    upper = keyword.startswith(("max", "exclusiveMax"))
    tightens = step == "set" or step == ("decreased" if upper else "increased")
    change = only(sending(obj({"x": old})), sending(obj({"x": new})))
    assert (change.rule, change.level) == (f"request-property-{word}-{step}", "risky" if tightens else "compatible")
    assert (change.old, change.new) == (before, after)
    change = only(answering(obj({"x": old})), answering(obj({"x": new})))
    assert (change.rule, change.level) == (f"response-property-{word}-{step}", "compatible" if tightens else "risky")


def test_unique_items_is_a_limit_too() -> None:
    lists = [obj({"x": {"type": "array", "items": TEXT, "uniqueItems": unique}}) for unique in (False, True)]
    assert found(*map(sending, lists)) == {"request-property-unique-items-set": "risky"}
    assert found(*map(answering, reversed(lists))) == {"response-property-unique-items-removed": "risky"}


# What happens to a field

FIELDS: list[tuple[str, Any, Any, str, str]] = [
    ("removed", Y, X, "breaking", "breaking"),
    ("added", X, Y, "compatible", "compatible"),
    ("added-required", X, {**Y, "required": ["y"]}, "breaking", "compatible"),
    ("became-required", Y, {**Y, "required": ["y"]}, "breaking", "compatible"),
    ("became-optional", {**Y, "required": ["y"]}, Y, "compatible", "breaking"),
    ("became-read-only", X, obj({"x": {**TEXT, "readOnly": True}}), "breaking", ""),
    ("became-not-read-only", obj({"x": {**TEXT, "readOnly": True}}), X, "compatible", ""),
    ("became-write-only", X, obj({"x": {**TEXT, "writeOnly": True}}), "", "breaking"),
    ("became-not-write-only", obj({"x": {**TEXT, "writeOnly": True}}), X, "", "compatible"),
]


@pytest.mark.parametrize(("kind", "old", "new", "sent", "answered"), FIELDS)
def test_what_happens_to_a_field(kind: str, old: JSON, new: JSON, sent: str, answered: str) -> None:
    for wrap, subject, level in (
        (sending, "request-property", sent),
        (answering, "response-property", answered),
        (event, "event-property", answered),
    ):
        assert found(wrap(old), wrap(new)) == ({rule_id(subject, kind): level} if level else {})


@pytest.mark.parametrize(
    ("old", "new", "rule", "level"),
    [
        (operation(), parameter(), "new-optional-request-parameter", "compatible"),
        (operation(), parameter(required=True), "new-required-request-parameter", "breaking"),
        (parameter(), operation(), "request-parameter-removed", "breaking"),
        (parameter(), parameter(required=True), "request-parameter-became-required", "breaking"),
        (parameter(required=True), parameter(), "request-parameter-became-optional", "compatible"),
        (parameter(), parameter(deprecated=True), "request-parameter-deprecated", "compatible"),
        (parameter(schema=LIST), parameter(schema=LIST, style="spaceDelimited"), "request-parameter-style-changed",
         "breaking"),
        (parameter(schema=LIST), parameter(schema=LIST, explode=False), "request-parameter-style-changed", "breaking"),
        (parameter(schema={}), parameter(schema={}, explode=False), "request-parameter-style-changed", "breaking"),
        (parameter(schema=LIST), parameter(schema=LIST, allowReserved=True), "request-parameter-encoding-changed",
         "compatible"),
        (parameter(), parameter(style="spaceDelimited"), "request-parameter-encoding-changed", "compatible"),
        (parameter(), parameter(explode=False), "request-parameter-encoding-changed", "compatible"),
        (parameter(), parameter(style="label"), "request-parameter-style-changed", "breaking"),
        (header(), operation(), "response-header-removed", "breaking"),
        (operation(), header(), "response-header-added", "compatible"),
        (header(), header(required=True), "response-header-became-required", "compatible"),
        (header(required=True), header(), "response-header-became-optional", "breaking"),
        (delivery(required=True), delivery(), "event-header-became-optional", "breaking"),
        (operation(), sending(X), "new-optional-request-body", "compatible"),
        (operation(), needing(X), "new-required-request-body", "breaking"),
        (sending(X), operation(), "request-body-removed", "breaking"),
        (sending(X), needing(X), "request-body-became-required", "breaking"),
        (needing(X), sending(X), "request-body-became-optional", "compatible"),
        (answering(X), operation(), "response-body-removed", "breaking"),
        (operation(), answering(X), "response-body-added", "compatible"),
        (operation(), answering(X, "202"), "response-success-status-added", "risky"),
        (answering(X, "202"), operation(), "response-success-status-removed", "breaking"),
        (operation(), answering(X, "403"), "response-non-success-status-added", "compatible"),
        (answering(X, "402"), operation(), "response-non-success-status-removed", "risky"),
        (operation(), document(), "operation-removed", "breaking"),
        (document(), operation(), "operation-added", "compatible"),
        (operation(), operation(operationId="do"), "operation-id-changed", "breaking"),
        (operation(tags=["a"]), operation(tags=["b"]), "operation-tag-changed", "breaking"),
        (operation(), operation(deprecated=True), "operation-deprecated", "compatible"),
        (operation(deprecated=True), operation(), "operation-not-deprecated", "compatible"),
        (operation(**{"x-scopes": ["a"]}), operation(**{"x-scopes": ["a", "b"]}), "operation-scope-added", "breaking"),
        (operation(**{"x-scopes": ["a"]}), operation(**{"x-scopes": []}), "operation-scope-removed", "compatible"),
        (document(servers=[{"url": "a"}]), document(), "server-removed", "risky"),
        (document(), document(servers=[{"url": "a"}]), "server-added", "compatible"),
        (document(), document(info={"title": "T", "version": "2"}), "api-version-changed", "compatible"),
        (event(X), document(webhooks={}), "event-removed", "breaking"),
        (document(webhooks={}), event(X), "event-added", "compatible"),
    ],
)  # fmt: skip
def test_what_happens_to_a_part_of_an_operation(old: JSON, new: JSON, rule: str, level: str) -> None:
    assert found(old, new) == {rule: level}


def moved(old: JSON, path: str, method: str) -> JSON:
    return document({path: {method: next(iter(next(iter(old["paths"].values())).values()))}})


def test_what_only_moved_is_no_other_operation() -> None:
    old = operation(parameters=[{"name": "id", "in": "path", "required": True, "schema": TEXT}])
    assert found(old, moved(old, "/v2/things/{id}", "post")) == {"path-changed": "breaking"}
    assert found(old, moved(old, "/things/{id}", "put")) == {"method-changed": "breaking"}
    nameless = {**moved(old, "/things/{id}", "post")["paths"]["/things/{id}"]["post"], "operationId": None}
    assert found(old, document({"/things/{id}": {"post": nameless}})) == {"operation-id-changed": "breaking"}


def named(**names: tuple[str, JSON]) -> JSON:
    """Operations by name, each with its path and what it answers."""
    return document({
        path: {"get": {"operationId": name, "responses": {"200": {"description": name[0], **content(schema)}}}}
        for name, (path, schema) in names.items()
    })  # fmt: skip


@pytest.mark.parametrize("others", [obj({"a": TEXT}), obj({"b": TEXT})])
def test_names_that_were_exchanged_move_nothing(others: JSON) -> None:
    old = named(one=("/v1/x", obj({"a": TEXT})), two=("/v1/y", others))
    new = copy.deepcopy(old)
    for path, name in (("/v1/x", "two"), ("/v1/y", "one")):
        new["paths"][path]["get"]["operationId"] = name
    changes = compare(old, new)
    assert [(one.rule, one.old, one.new) for one in changes] == [
        ("operation-id-changed", "one", "two"),
        ("operation-id-changed", "two", "one"),
    ]


def test_paths_that_were_exchanged_are_other_paths() -> None:
    old = named(one=("/v1/x", obj({"a": TEXT})), two=("/v1/y", obj({"b": TEXT})))
    new = named(one=("/v1/y", obj({"a": TEXT})), two=("/v1/x", obj({"b": TEXT})))
    assert [change.rule for change in compare(old, new)] == ["path-changed"] * 2
    # Whoever comes to a path that was left has not taken its name.
    new = named(one=("/v1/z", obj({"a": TEXT})), three=("/v1/x", obj({"a": TEXT})), two=("/v1/y", obj({"b": TEXT})))
    assert found(old, new) == {"path-changed": "breaking", "operation-added": "compatible"}


def test_a_path_parameter_is_known_by_its_position() -> None:
    old = operation(parameters=[{"name": "id", "in": "path", "required": True, "schema": TEXT}])
    new = document({
        "/things/{thing}": {
            "parameters": [{"name": "thing", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "post": {"operationId": "act", "responses": OK},
        }
    })  # fmt: skip
    assert found(old, new) == {"path-parameter-renamed": "breaking", "request-parameter-type-changed": "breaking"}


def test_a_tag_that_is_renamed_everywhere_is_one_change(contract: JSON) -> None:
    new = json.loads(json.dumps(contract).replace('"tags": ["tasks"]', '"tags": ["reviews"]'))
    change = only(contract, new)
    assert (change.rule, change.old, change.new) == ("operation-tag-changed", "tasks", "reviews")
    assert {use.operation for use in change.uses} == {
        name["operationId"]
        for item in contract["paths"].values()
        for name in item.values()
        if isinstance(name, dict) and name["tags"] == ["tasks"]
    }


def test_media_types_are_compared_without_their_parameters_and_bodies_across_them() -> None:
    old = operation(requestBody=content(X))
    assert compare(old, operation(requestBody=content(X, "Application/JSON; charset=utf-8"))) == []
    assert found(old, operation(requestBody=content(Y, "application/x-www-form-urlencoded"))) == {
        "request-body-media-type-removed": "breaking",
        "new-optional-request-property": "compatible",
    }
    errors = [
        operation(responses={"404": {"description": "", **content(X, media)}}) for media in ("a/json", "a/problem")
    ]
    assert found(*errors) == {
        "response-body-media-type-removed": "breaking",
    }
    assert only(errors[0], {**errors[0], "info": {"version": "2"}}).rule == "api-version-changed"


@pytest.mark.parametrize(
    ("media", "other", "expected"),
    [
        ("application/json", "application/vnd.x+json", "risky"),
        ("application/vnd.x+json", "application/json; charset=utf-8", "compatible"),
        ("application/json", "text/json", "breaking"),
    ],
)
def test_json_is_read_by_any_name_but_asked_for_by_one(media: str, other: str, expected: str) -> None:
    def saying(media: str, status: str) -> JSON:
        return operation(responses={**OK, status: {"description": "", **content(X, media)}})

    change = "removed" if expected == "breaking" else "renamed"
    assert found(saying(media, "200"), saying(other, "200")) == {f"response-body-media-type-{change}": expected}
    of_errors = found(saying(media, "404"), saying(other, "404"))
    assert of_errors == {f"response-body-media-type-{change}": "compatible" if change == "renamed" else expected}
    both = operation(responses={"200": {"description": "", "content": {one: {"schema": X} for one in (media, other)}}})
    if expected == "risky":
        assert found(both, saying("application/json", "200")) == {"response-body-media-type-renamed": "compatible"}
    # What is sent has one name only.
    sent = [operation(requestBody=content(X, one)) for one in (media, other)]
    assert found(*sent) == {"request-body-media-type-removed": "breaking"}


def test_a_delivery_in_json_by_another_name_is_risky() -> None:
    old = event(X)
    new = document(webhooks={"a.done": {"post": {"requestBody": content(X, "application/a+json"), "responses": OK}}})
    assert found(old, new) == {"event-body-media-type-renamed": "risky"}


def test_a_default_is_an_answer_to_each_status_that_is_not_listed() -> None:
    def failing(*statuses: str, **others: Any) -> JSON:
        answers = {status: {"description": "", **content(X)} for status in statuses}
        answers.update({status: {"description": "", **content(schema)} for status, schema in others.items()})
        return operation(responses={**OK, **answers})

    for one, other in (
        (failing("500", "502", "404"), failing("default")),
        (failing("500", "404"), failing("default", "404")),
        (failing("500", "502"), failing("5XX")),
        (failing("5XX", "404"), failing("default")),
    ):
        assert compare(one, other) == compare(other, one) == []
    # What is said of it is compared, and what takes nothing's place is an answer more, or less.
    assert found(failing("500"), failing(default=Y)) == {"response-property-added": "compatible"}
    assert found(failing(default=Y), failing("404")) == {"response-property-removed": "breaking"}
    assert found(failing("500"), failing("500", "default")) == {"response-non-success-status-added": "compatible"}
    assert found(failing("500", "default"), failing("500")) == {"response-non-success-status-removed": "risky"}
    # An error is no success.
    success = {"description": "", **content(obj({}))}
    old, new = (
        operation(responses={status: success, "default": {"description": "", **content(X)}})
        for status in ("200", "201")
    )
    assert found(old, new) == {"response-success-status-removed": "breaking"}


@pytest.mark.parametrize("status", ["default", "4XX"])
def test_an_answer_is_where_it_stands(status: str) -> None:
    pointer = f"/paths/~1things~1{{id}}/post/responses/{status}"
    for change in (only(operation(), answering(X, status)), only(answering(X, status), operation())):
        assert (change.pointer, change.new or change.old) == (pointer, status)


def test_a_success_that_took_another_status_has_its_body_compared() -> None:
    old, new = (operation(responses={status: {"description": "", **content(X)}}) for status in ("201", "202"))
    levels = {"response-success-status-removed": "breaking"}
    assert found(old, new) == levels
    new["paths"]["/things/{id}"]["post"]["responses"]["202"]["content"]["application/json"]["schema"] = obj({})
    assert found(old, new) == {**levels, "response-property-removed": "breaking"}


def test_an_event_is_known_by_its_operation_id_when_its_type_is_renamed() -> None:
    hook = {"post": {"operationId": "on_done", "requestBody": content(X), "responses": OK}}
    old, new = document(webhooks={"a.done": hook}), document(webhooks={"a.finished": hook})
    change = only(old, new)
    assert (change.rule, change.level, change.old, change.new) == ("event-renamed", "breaking", "a.done", "a.finished")
    assert change.uses == (Use("event", "a.done"),)
    put = document(webhooks={"a.done": {"put": hook["post"]}})
    assert found(old, put) == {"event-method-changed": "breaking"}
    bare = document(webhooks={"a.done": {"post": {"operationId": "on_done", "responses": OK}}})
    assert found(old, bare) == {"event-body-removed": "breaking"}
    assert found(bare, old) == {"event-body-added": "compatible"}


def received(*statuses: str, **more: Any) -> JSON:
    answers = {status: {"description": ""} for status in statuses}
    return document(webhooks={"a.done": {"post": {"responses": answers, **more}}})


def test_what_a_receiver_may_answer_is_compared() -> None:
    change = only(received("2XX", "410"), received("2XX"))
    assert (change.rule, change.level, change.old) == ("event-answer-removed", "risky", "410")
    assert change.uses == (Use("event", "a.done"),)
    assert found(received("2XX"), received("2XX", "410")) == {"event-answer-added": "compatible"}
    narrower = {"event-answer-removed": "risky"}
    assert found(received("2XX"), received("200")) == narrower
    assert found(received("200", "202"), received("200")) == narrower
    assert found(received("200"), received("2XX")) == {"event-answer-added": "compatible"}
    assert found(received("2XX"), received("2XX", "200")) == {}


def test_what_proves_a_delivery_may_be_security_too() -> None:
    plain, keyed, other = (received("200", security=[one] if one else []) for one in ({}, {"key": []}, {"other": []}))
    for old, new in ((plain, keyed), (keyed, plain), (keyed, other), (received("200"), keyed)):
        change = only(old, new)
        assert (change.rule, change.level) == ("event-security-changed", "risky")
        assert change.uses == (Use("event", "a.done"),)
    assert compare(plain, received("200")) == compare(received("200", security=[{}]), plain) == []


# Where it is

HERE, THERE = [{"url": "https://a.test"}], [{"url": "https://b.test/"}]


def served(servers: Optional[list[JSON]], *, on_path: bool = False, document: Optional[list[JSON]] = None) -> JSON:
    made = operation()
    item = made["paths"]["/things/{id}"]
    if servers is not None:
        (item if on_path else item["post"])["servers"] = servers
    return {**made, "servers": document or HERE}


@pytest.mark.parametrize("on_path", [False, True])
def test_an_operation_may_have_servers_of_its_own(on_path: bool) -> None:
    def own(servers: list[JSON]) -> JSON:
        return served(servers, on_path=on_path)

    change = only(served(None), own(THERE))
    assert (change.rule, change.level, change.old) == ("operation-server-changed", "breaking", None)
    assert change.pointer == f"/paths/~1things~1{{id}}/{'' if on_path else 'post/'}servers"
    assert change.what == "the server was https://a.test and is https://b.test for this operation"
    assert change.uses == (Use("operation", "act"),)
    assert found(own(THERE), served(None)) == {"operation-server-changed": "breaking"}
    assert found(own(HERE), own(THERE)) == {"operation-server-changed": "breaking"}
    assert found(served(None), own([*HERE, *THERE])) == {"server-added": "compatible"}
    assert found(own([*HERE, *THERE]), own(HERE)) == {"server-removed": "risky"}
    for same in (own(HERE), own([]), own([{"url": "https://a.test/"}])):
        assert compare(served(None), same) == []
    # It stays where it was, whatever becomes of the others.
    there = served(HERE, on_path=on_path, document=THERE)
    assert {use.part for change in compare(served(None), there) for use in change.uses} == {"document"}


def beginning(server: Any, *paths: str) -> JSON:
    """Two operations at one server; a URL, or what says more of it."""
    said = server if isinstance(server, dict) else {"url": server}
    found = {path: {"post": {"operationId": f"act_{n}", "responses": OK}} for n, path in enumerate(paths)}
    return document(found, servers=[said])


def test_a_call_ends_at_the_servers_address_and_the_path() -> None:
    whole = beginning("https://a.test", "/v1/things", "/v1/others")
    for old, new in (
        (whole, beginning("https://a.test/v1/", "/things", "/others")),
        (beginning("https://a.test/v1", "/things", "/others"), whole),
    ):
        change = only(old, new)
        assert (change.rule, change.level, change.uses) == ("server-path-changed", "risky", (Use("document"),))
        assert (change.old, change.new) == (old["servers"][0]["url"], new["servers"][0]["url"])
    # Each path is a path of the whole address: what stays as it was written is elsewhere.
    lost = compare(whole, beginning("https://a.test/v1", "/things", "/v1/others"))
    moved = [one for one in lost if one.rule == "path-changed"]
    assert [(one.old, one.new) for one in moved] == [("/v1/others", "/v1/v1/others")]
    # Another server, too, or another beginning, is told beside it.
    elsewhere = found(whole, beginning("https://b.test/v1", "/things", "/others"))
    assert elsewhere == {"server-path-changed": "risky", "server-removed": "risky"}
    beginnings = compare(whole, beginning("https://a.test/v2", "/things", "/others"))
    assert [(one.rule, one.old, one.new) for one in beginnings] == [
        ("path-changed", "/v1", "/v2"),
        ("server-path-changed", "https://a.test", "https://a.test/v2"),
    ]
    # A server that only moved has no paths that were changed for it.
    assert found(whole, beginning("https://a.test/eu", "/v1/things", "/v1/others")) == {"server-removed": "risky"}


def test_an_operation_may_have_the_beginning_of_its_path_in_a_server_of_its_own() -> None:
    old = beginning("https://a.test", "/v1/things", "/v1/others")
    new = copy.deepcopy(old)
    new["paths"]["/things"] = {**new["paths"].pop("/v1/things"), "servers": [{"url": "https://a.test/v1"}]}
    for one, other in ((old, new), (new, old)):
        change = only(one, other)
        assert (change.rule, change.level, change.uses) == (
            "server-path-changed",
            "risky",
            (Use("operation", "act_0"),),
        )
    new["paths"]["/things"]["servers"] = [{"url": "https://a.test/v2"}]
    assert found(old, new) == {"operation-server-changed": "breaking", "path-changed": "breaking"}


def test_a_server_may_be_written_with_variables() -> None:
    old = beginning("https://api.a.test", "/v1/things")
    region = {
        "url": "https://{region}.a.test/{base}",
        "variables": {"region": {"default": "api"}, "base": {"default": ""}},
    }
    assert compare(old, beginning(region, "/v1/things")) == []
    region["variables"]["region"]["default"] = "eu"
    assert found(old, beginning(region, "/v1/things")) == {"server-removed": "risky"}


# Who may call

KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
BEARER = {"type": "http", "scheme": "bearer"}
OAUTH = {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://a.test/t", "scopes": {}}}}


def secured(security: Any, scheme: Optional[JSON] = None, name: str = "key") -> JSON:
    made = operation(**({} if security is None else {"security": security}))
    return {**made, "components": {"securitySchemes": {name: scheme or BEARER, "other": KEY}}}


@pytest.mark.parametrize(
    ("old", "new", "rule", "level"),
    [
        (secured([{"key": []}]), secured([{"key": []}], KEY), "security-scheme-changed", "breaking"),
        # The text of one that is gone asks nobody to read another.
        (
            secured([{"key": []}], {**BEARER, "description": "A key."}),
            secured([{"key": []}], OAUTH),
            "security-scheme-changed",
            "breaking",
        ),
        (secured([{"key": []}]), secured([]), "operation-security-removed", "compatible"),
        (secured([{"key": []}]), secured([{"key": []}, {}]), "operation-security-removed", "compatible"),
        (secured(None), secured([{"key": []}]), "operation-security-added", "breaking"),
        (secured([{"key": []}]), secured([{"other": []}]), "operation-security-changed", "breaking"),
        (secured([{"key": []}]), secured([{"key": ["a"]}]), "operation-security-changed", "breaking"),
        (secured([{"key": [], "other": []}]), secured([{"key": []}]), "operation-security-widened", "compatible"),
        (secured([{"key": []}]), secured([{"key": []}, {"other": []}]), "operation-security-widened", "compatible"),
    ],
)
def test_who_may_call(old: JSON, new: JSON, rule: str, level: str) -> None:
    assert found(old, new) == {rule: level}


@pytest.mark.parametrize(
    ("scheme", "refused"),
    [
        (KEY, False),
        ({**KEY, "name": "authorization"}, True),
        ({"type": "http", "scheme": "basic"}, True),
    ],
)
def test_nobody_is_told_to_pass_a_header_that_the_client_refuses(scheme: JSON, refused: bool) -> None:
    (change,) = compare(secured([{"key": []}]), secured([{"key": []}], scheme))
    assert ("Client(headers=" in advised(change)) is not refused


def test_a_scheme_by_another_name_and_security_said_once_are_the_same() -> None:
    old = secured([{"key": []}])
    assert compare(old, secured([{"token": []}], name="token")) == []
    assert compare(old, {**secured(None), "security": [{"key": []}]}) == []


# One place, many uses


def test_a_shared_field_is_one_change_with_all_its_uses(contract: JSON) -> None:
    new = copy.deepcopy(contract)
    schema = new["components"]["schemas"]["Job"]
    del schema["properties"]["files_approved"]
    schema["required"].remove("files_approved")
    change = only(contract, new)
    assert (change.rule, change.level) == ("response-property-removed", "breaking")
    assert change.pointer == "/components/schemas/Job/properties/files_approved"
    assert change.new is None
    assert change.old == contract["components"]["schemas"]["Job"]["properties"]["files_approved"]
    assert set(change.uses) == {
        *(Use("response", f"{verb}_job", ("files_approved",), "Job") for verb in ("create", "get", "cancel", "rate")),
        Use("response", "list_jobs", ("data", "[]", "files_approved"), "Job"),
        *(
            Use("event", f"job.{what}", ("data", "files_approved"), "Job")
            for what in ("completed", "cancelled", "flagged")
        ),
    }  # fmt: skip


def test_what_is_sent_and_answered_is_as_bad_as_the_worse_of_both(contract: JSON) -> None:
    new = copy.deepcopy(contract)
    new["components"]["schemas"]["JobStatus"]["enum"].remove("filled")
    change = only(contract, new)
    assert (change.rule, change.level) == ("request-parameter-enum-value-removed", "breaking")
    assert (change.pointer, change.old, change.new) == ("/components/schemas/JobStatus/enum/2", "filled", None)
    assert Use("parameter", "list_jobs", ("status",)) in change.uses
    assert Use("response", "get_job", ("status",), "Job") in change.uses


def test_a_renamed_schema_is_one_change_and_one_that_was_exchanged_is_told_where_it_was(contract: JSON) -> None:
    renamed = json.loads(json.dumps(contract).replace('schemas/Submission"', 'schemas/Upload"'))
    schemas = renamed["components"]["schemas"]
    schemas["Upload"] = schemas.pop("Submission")
    change = only(contract, renamed)
    assert (change.rule, change.level, change.pointer) == ("schema-renamed", "breaking", "/components/schemas/Upload")
    assert (change.old, change.new) == ("Submission", "Upload")

    exchanged = copy.deepcopy(contract)
    exchanged["components"]["schemas"]["Job"]["properties"]["type"] = {"$ref": "#/components/schemas/SubmissionStatus"}
    changes = compare(contract, exchanged)
    assert {change.pointer for change in changes} == {"/components/schemas/Job/properties/type"}
    assert ("schema-replaced", "JobType", "SubmissionStatus") in {(one.rule, one.old, one.new) for one in changes}


def test_a_guess_at_the_new_name_is_given_where_one_looks_the_same() -> None:
    old, new = obj({"reward_cents": {"type": "integer"}, "t": TEXT}), obj({"reward": {"type": "integer"}, "t": TEXT})
    told = {change.rule: change.what for change in compare(sending(old), sending(new))}
    assert told["request-property-removed"] == "the field `reward_cents` was removed (renamed to `reward`?)"
    other = compare(sending(old), sending(obj({"reward": TEXT, "t": TEXT})))
    assert not any("renamed" in change.what for change in other)
    values = compare(answering({"enum": ["in_progress"]}), answering({"enum": ["inProgress", "other"]}))
    assert any("renamed to `inProgress`?" in change.what for change in values)


# Recursion


def tree(**leaf: Any) -> JSON:
    node = obj(
        {"leaf": {**TEXT, **leaf}, "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}}
    )
    page = obj({"root": {"$ref": "#/components/schemas/Node"}, "parent": {"$ref": "#/components/schemas/Page"}})
    made = answering({"$ref": "#/components/schemas/Page"})
    return {**made, "components": {"schemas": {"Node": node, "Page": page}}}


def test_schemas_may_contain_themselves() -> None:
    assert compare(tree(), tree()) == []
    change = only(tree(), tree(format="uri"))
    assert (change.rule, change.pointer) == (
        "response-property-format-added",
        "/components/schemas/Node/properties/leaf/format",
    )
    assert Use("response", "act", ("root", "leaf"), "Node") in change.uses


def test_references_that_multiply_are_still_quick() -> None:
    def bomb(leaf: str) -> JSON:
        schemas: JSON = {"S0": obj({"leaf": {"type": leaf}})}
        for depth in range(1, 30):
            ref = {"$ref": f"#/components/schemas/S{depth - 1}"}
            schemas[f"S{depth}"] = {
                "allOf": [obj({name: ref}) for name in "abcdef"] + [{"oneOf": [ref, {"type": "null"}]}]
            }
        return {**answering({"$ref": "#/components/schemas/S29"}), "components": {"schemas": schemas}}

    began = time.perf_counter()
    assert compare(bomb("string"), bomb("string")) == []
    assert found(bomb("string"), bomb("integer")) == {"response-property-type-changed": "breaking"}
    assert time.perf_counter() - began < 20


@pytest.mark.parametrize(
    "schemas",
    [
        {"A": {"$ref": "#/components/schemas/A"}},
        {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}},
        {"A": {"allOf": [{"$ref": "#/components/schemas/A"}]}},
        {"A": {"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]}},
        {"A": {"$ref": "#/components/schemas/Nothing"}},
        {"A": {"$ref": "other.yaml#/A"}},
    ],
)
def test_a_schema_that_is_never_reached_is_refused(schemas: JSON) -> None:
    made = {**answering({"$ref": "#/components/schemas/A"}), "components": {"schemas": schemas}}
    with pytest.raises(SpecError, match=r"leads to nothing|cyclic"):
        compare(made, made)


# What means the same


def backwards(value: Any) -> Any:
    """The same with all keys the other way round."""
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(list(value))}
    return [backwards(one) for one in value] if isinstance(value, list) else value


def inlined(contract: JSON, value: Any) -> Any:
    """The same without a reference."""
    if isinstance(value, dict):
        if "$ref" in value:
            target: Any = contract
            for key in value["$ref"][2:].split("/"):
                target = target[key.replace("~1", "/")]
            return inlined(contract, {**target, **{key: one for key, one in value.items() if key != "$ref"}})
        return {key: inlined(contract, one) for key, one in value.items()}
    return [inlined(contract, one) for one in value] if isinstance(value, list) else value


def halved(schema: JSON) -> JSON:
    """An object as an allOf of two."""
    names, required = list(schema["properties"]), schema.get("required", ())
    return {
        "allOf": [
            obj({name: schema["properties"][name] for name in part}, *(one for one in required if one in part))
            for part in (names[::2], names[1::2])
        ]
    }  # fmt: skip


def test_the_contract_and_itself_are_the_same(contract: JSON) -> None:
    assert compare(contract, contract) == []
    assert compare(contract, backwards(contract)) == []
    assert compare(backwards(contract), contract) == []
    assert compare(contract, json.loads(json.dumps(contract))) == []


def test_references_may_be_written_out(contract: JSON) -> None:
    flat = {**inlined(contract, contract), "components": {"securitySchemes": contract["components"]["securitySchemes"]}}
    assert compare(contract, flat) == []
    assert compare(flat, contract) == []


def test_an_object_may_be_written_as_an_all_of(contract: JSON) -> None:
    split = copy.deepcopy(contract)
    schemas = split["components"]["schemas"]
    changed = [
        name
        for name, schema in schemas.items()
        if schema.get("additionalProperties") is True and "properties" in schema
    ]
    assert len(changed) > 20
    for name in changed:
        schemas[name] = halved(schemas[name])
    assert compare(contract, split) == []
    assert compare(split, contract) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"type": ["string", "null"]}, {"anyOf": [{"type": "null"}, TEXT]}),
        ({"type": ["string", "integer"]}, {"oneOf": [{"type": "integer"}, TEXT]}),
        ({"enum": ["a", None]}, {"oneOf": [{"const": "a"}, {"enum": [None]}]}),
        ({"type": "string", "enum": ["a", "b"]}, {"enum": ["b", "a"]}),
        ({"type": "number", "minimum": 1}, {"type": "number", "minimum": 1.0}),
        ({"type": "string", "minLength": 0}, TEXT),
        (obj({"a": TEXT}), {"properties": {"a": TEXT}, "additionalProperties": True}),
        ({"type": "array", "items": TEXT}, {"items": TEXT}),
        ({"type": "integer", "minimum": 5}, {"allOf": [{"minimum": 2}, {"type": "integer"}], "minimum": 5}),
        (A_UNION, {"anyOf": [{"oneOf": [A_UNION["oneOf"][1]]}, A_UNION["oneOf"][0]]}),
        ({"enum": ["a", "b"]}, {"oneOf": [{"const": "b", "title": "B"}, {"const": "a"}]}),
        ({"type": "string", "enum": ["a", "b"]}, {"type": "string", "anyOf": [{"const": "b"}, {"enum": ["a"]}]}),
        (obj({"a": TEXT}, additionalProperties=False), obj({"a": TEXT}, unevaluatedProperties=False)),
        (obj({}, additionalProperties=TEXT), obj({}, unevaluatedProperties=TEXT)),
        (obj({"a": {}}, additionalProperties={}), obj({"a": True}, additionalProperties=True)),
        (obj({"a": TEXT}, additionalProperties=False), obj({"a": TEXT, "b": False}, additionalProperties=False)),
        (TEXT, {"oneOf": [TEXT, False]}),
        ({**TEXT, "description": "a", "examples": ["b"], "title": "c"}, {**TEXT, "x-source": "docs"}),
    ],
)  # fmt: skip
def test_the_same_in_other_words(one: JSON, other: JSON) -> None:
    for wrap in (sending, answering, event):
        assert compare(wrap(obj({"x": one})), wrap(obj({"x": other}))) == []
        assert compare(wrap(obj({"x": other})), wrap(obj({"x": one}))) == []


def test_openapi_3_0_says_the_same_in_its_words() -> None:
    new = obj({
        "a": {"type": ["string", "null"], "enum": ["x", None]},
        "b": {"anyOf": [{"allOf": [X]}, {"type": "null"}]},
        "c": {"type": "integer", "exclusiveMinimum": 3},
    })  # fmt: skip
    old = obj({
        "a": {"type": "string", "nullable": True, "enum": ["x"]},
        "b": {"allOf": [X], "nullable": True},
        "c": {"type": "integer", "minimum": 3, "exclusiveMinimum": True},
    })  # fmt: skip
    for wrap in (sending, answering):
        assert compare({**wrap(old), "openapi": "3.0.3"}, wrap(new)) == []


# The catalogue


def test_every_rule_has_a_case_above() -> None:
    kinds = {kind for kind, *_ in VALUES} | {kind for kind, *_ in FIELDS} | {"media-type-removed", "media-type-added"}
    steps = {f"{word}-{step}" for _, word, _, _, step in LIMIT_STEPS} | {"unique-items-set", "unique-items-removed"}
    expected = {
        rule_id(subject, kind)
        for subject in (*INTO, *OUT)
        for kind in kinds | steps
        if subject not in BODY_KINDS or kind not in {name for name, *_ in FIELDS} or kind in BODY_KINDS[subject]
        if not kind.startswith("media-type") or subject in BODY_KINDS
    }
    single = {rule for rule in RULES if not rule.startswith(("new-", "request-", "response-", "event-"))}
    here = Path(__file__)
    text = "".join(one.read_text(encoding="utf-8") for one in (here, here.with_name("test_drift_texts.py")))
    assert RULES.keys() - expected - single <= {rule for rule in RULES if f'"{rule}"' in text}
    assert expected <= RULES.keys()
    assert {rule for rule in single if f'"{rule}"' not in text} == set()


def test_whoever_must_act_is_told_how() -> None:
    assert {rule.id for rule in RULES.values() if rule.level != "compatible" and not rule.advice} == set()


# Documents as they come

LITTER: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    "",
    "null",
    [],
    {},
    ["a"],
    {"$ref": "#/components/schemas/Job"},
    {"type": "null"},
]


def spoilt(contract: JSON, seed: int) -> JSON:
    """A document some of whose values were dropped, moved or overwritten, wherever they stood."""
    rng = random.Random(seed)
    new = copy.deepcopy(contract)
    for _ in range(rng.randint(1, 25)):
        node: Any = new
        deep = 0
        while True:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            key = rng.choice(keys)
            child = node[key]
            deep += 1
            if isinstance(child, (dict, list)) and child and (deep < 4 or rng.random() < 0.8):
                node = child
                continue
            if key == "$ref" or deep < 4:  # what leads to nothing is refused, and tells nothing about the rest
                break
            if rng.random() < 0.3:
                del node[key]
            else:
                node[key] = copy.deepcopy(rng.choice(LITTER))
            break
    return new


@pytest.mark.parametrize("seed", range(60))
def test_whatever_a_document_says_it_is_the_same_as_itself_and_never_a_crash(contract: JSON, seed: int) -> None:
    new = spoilt(contract, seed)
    try:
        assert compare(new, new) == []
        changes = compare(contract, new)
    except SpecError as refused:
        event_text = str(refused)
        assert "\n" not in event_text
        return
    assert changes == compare(contract, backwards(new))
    assert [RANK[change.level] for change in changes] == sorted(RANK[change.level] for change in changes)
    assert all(RANK[change.level] <= RANK[RULES[change.rule].level] for change in changes)
    json.dumps([[change.old, change.new] for change in changes])


def test_it_is_quick(contract: JSON) -> None:
    began = time.perf_counter()
    old, new = load(str(CONTRACT)), load(str(CONTRACT))
    assert compare(old, new) == []
    assert time.perf_counter() - began < 5  # 0.3 s on an idle machine; the limit is for busy ones


def test_a_report_says_whom_it_concerns_and_what_to_do() -> None:
    class Everybody:
        def symbols(self, change: Change) -> tuple[str, ...]:
            return tuple(f"client.{use.operation}" for use in change.uses)

        def read_by(self, change: Change) -> tuple[str, ...]:
            return self.symbols(change)

        def effect(self, change: Change) -> str:
            return "Sit down."

        def calls(self, change: Change, new: Document) -> tuple[Snippet, ...]:
            return ()

    found = report(sending(Y), sending(X), Everybody())
    (finding,) = found.findings
    assert finding.symbols == finding.read_by == ("client.act",)
    assert finding.advice == f"{RULES['request-property-removed'].advice} Sit down."
    assert [len(found.of(level)) for level in RANK] == [1, 0, 0]
    assert report(sending(Y), sending(X)).findings[0].symbols == ()
