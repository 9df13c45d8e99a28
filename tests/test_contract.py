"""`openapi.yaml` is whole, true to itself, and says what is documented of the service.

Words: a *place* is a JSON pointer into the document; an *operation* is one of the API's, a *delivery* a webhook.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Callable, NamedTuple
from urllib.parse import quote

import pytest

from firsthandapi._spec import spec_text

yaml = pytest.importorskip("yaml", reason="the contract is YAML")

# By way of JSON, because YAML reads unquoted dates and statuses as something else than text.
SPEC: dict[str, Any] = json.loads(json.dumps(yaml.load(spec_text(), Loader=yaml.CSafeLoader), default=str))
SCHEMAS = SPEC["components"]["schemas"]
METHODS = ("get", "post", "put", "patch", "delete")

OPERATIONS = {
    "create_job": "POST /v1/jobs",
    "list_jobs": "GET /v1/jobs",
    "get_job": "GET /v1/jobs/{job_id}",
    "cancel_job": "POST /v1/jobs/{job_id}/cancel",
    "rate_job": "POST /v1/jobs/{job_id}/rate",
    "get_job_audit": "GET /v1/jobs/{job_id}/audit",
    "get_job_files": "GET /v1/jobs/{job_id}/files",
    "refresh_file_url": "POST /v1/files/{file_id}/refresh_url",
    "get_job_submissions": "GET /v1/jobs/{job_id}/submissions",
    "list_submissions": "GET /v1/submissions",
    "get_submission": "GET /v1/submissions/{submission_id}",
    "get_submission_summary": "GET /v1/submissions/summary",
    "create_task": "POST /v1/tasks",
    "list_tasks": "GET /v1/tasks",
    "get_task": "GET /v1/tasks/{task_id}",
    "get_task_audit": "GET /v1/tasks/{task_id}/audit",
    "cancel_task": "POST /v1/tasks/{task_id}/cancel",
    "validate_task": "POST /v1/tasks/validate",
    "create_api_key": "POST /v1/api_keys",
    "list_api_keys": "GET /v1/api_keys",
    "rotate_api_key": "POST /v1/api_keys/{key_id}/rotate",
    "revoke_api_key": "POST /v1/api_keys/{key_id}/revoke",
    "create_webhook_endpoint": "POST /v1/webhook_endpoints",
    "list_webhook_endpoints": "GET /v1/webhook_endpoints",
    "get_webhook_endpoint": "GET /v1/webhook_endpoints/{endpoint_id}",
    "update_webhook_endpoint": "PATCH /v1/webhook_endpoints/{endpoint_id}",
    "delete_webhook_endpoint": "DELETE /v1/webhook_endpoints/{endpoint_id}",
    "rotate_webhook_secret": "POST /v1/webhook_endpoints/{endpoint_id}/rotate_secret",
    "list_webhook_events": "GET /v1/webhook_events",
    "replay_webhook_event": "POST /v1/webhook_events/{event_id}/replay",
    "get_credit_balance": "GET /v1/billing/credits",
    "list_transactions": "GET /v1/billing/transactions",
    "purchase_credits": "POST /v1/billing/credits/purchase",
    "get_quality_summary": "GET /v1/quality/summary",
    "get_settings": "GET /v1/organization/settings",
    "update_settings": "PATCH /v1/organization/settings",
    "list_audit_events": "GET /v1/audit-events",
    "signup": "POST /v1/auth/signup",
}
TAGS = [
    "jobs",
    "files",
    "submissions",
    "tasks",
    "api_keys",
    "webhook_endpoints",
    "webhook_events",
    "billing",
    "quality",
    "organization",
    "audit_events",
    "auth",
]
EVENTS = {
    "submission.scored",
    "submission.approved",
    "submission.rejected",
    "job.completed",
    "job.cancelled",
    "job.flagged",
    "credits.purchased",
    "credits.low_balance",
    "credits.auto_topped_up",
    "credits.expired",
    "credits.expiring_soon",
}
SCOPES = {
    "jobs:read",
    "jobs:write",
    "webhooks:read",
    "webhooks:write",
    "keys:manage",
    "audit:read",
    "usage:read",
    "billing:read",
    "billing:write",
}
ERRORS = {
    "400": {"validation_error", "pricing_violation"},
    "401": {"authentication_error", "unauthorized"},
    "402": {"insufficient_credits"},
    "403": {"authorization_error", "forbidden", "free_tier_job_limit"},
    "404": {"not_found"},
    "409": {"conflict", "idempotency_error", "idempotency_in_progress"},
    "422": {"validation_error"},
    "429": {"rate_limit_exceeded"},
    "500": {"internal_error"},
    "502": {"transport_error", "bad_gateway"},
    "503": {"service_unavailable"},
    "504": {"gateway_timeout"},
}
SECOND_NAMES = {"idempotency_conflict", "rate_limit_error"}
"""Error types that some pages use for `idempotency_error` and `rate_limit_exceeded`."""

LIMITS: dict[str, dict[str, object]] = {
    "schemas/JobCreate/properties/files_needed": {"minimum": 1, "maximum": 10_000},
    "schemas/JobCreate/properties/price_per_file_cents": {"minimum": 10, "maximum": 50_000},
    "schemas/JobCreate/properties/description": {"minLength": 10, "maxLength": 5000},
    "schemas/JobCreate/properties/title": {"maxLength": 100},
    "schemas/JobCreate/properties/scoring_criteria": {"maxLength": 1000},
    "schemas/JobCreate/properties/files_per_submission": {"minimum": 1, "maximum": 5, "default": 1},
    "schemas/JobCreate/properties/min_star_rating": {"minimum": 1, "maximum": 5, "default": 3},
    "schemas/JobCreate/properties/accepted_formats": {"minItems": 1},
    "schemas/JobRating/properties/stars": {"minimum": 1, "maximum": 5},
    "schemas/Metadata": {"maxProperties": 20},
    "schemas/Location/properties/lat": {"minimum": -90, "maximum": 90},
    "schemas/Location/properties/lng": {"minimum": -180, "maximum": 180},
    "schemas/WebhookEndpointCreate/properties/events": {"minItems": 1},
    "schemas/OrganizationSettingsUpdate/properties/default_price_per_file_cents": {"minimum": 10, "maximum": 50_000},
    "parameters/Limit/schema": {"minimum": 1, "maximum": 100, "default": 20},
    "parameters/IdempotencyKey/schema": {"minLength": 1, "maxLength": 255},
}

MAY_BE_MISSING = {
    "Annotations": None,  # what there is to say depends on the kind of file
    "Keyframe": None,  # not published
    "ErrorBody": {"details"},
}
"""What an answer may leave out, by schema; None for everything."""


class Operation(NamedTuple):
    """An operation with its method and path."""

    method: str
    path: str
    item: dict[str, Any]


def operations() -> Iterator[Operation]:
    for path, item in SPEC["paths"].items():
        yield from (Operation(method.upper(), path, item[method]) for method in METHODS if method in item)


def deliveries() -> dict[str, dict[str, Any]]:
    return {name: item["post"] for name, item in SPEC["webhooks"].items()}


def at(place: str) -> Any:
    """What is at a place, `#/...`, wherever references lead."""
    found: Any = SPEC
    for step in place[2:].split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return resolved(found)


def resolved(node: Any) -> Any:
    return at(node["$ref"]) if isinstance(node, dict) and "$ref" in node else node


def parameters(operation: Operation) -> dict[str, dict[str, Any]]:
    shared = SPEC["paths"][operation.path].get("parameters", [])
    found = [resolved(parameter) for parameter in [*shared, *operation.item.get("parameters", [])]]
    return {parameter["name"]: parameter for parameter in found}


def answers(operation: Operation) -> dict[str, dict[str, Any]]:
    return {status: resolved(answer) for status, answer in operation.item["responses"].items()}


def json_content(body: dict[str, Any]) -> Any:
    return resolved(body).get("content", {}).get("application/json")


def walk(node: Any, place: str = "#") -> Iterator[tuple[str, Any]]:
    """Everything in the document, with its place."""
    yield place, node
    steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, below in steps:
        yield from walk(below, f"{place}/{str(step).replace('~', '~0').replace('/', '~1')}")


def schemas_below(node: Any, seen: set[str]) -> set[str]:
    """The names of all schemas that a node uses, itself or by way of others; they are added to `seen`."""
    for place, text in walk(node):
        if place.endswith("/$ref") and text.startswith("#/components/schemas/") and text.split("/")[-1] not in seen:
            seen.add(text.split("/")[-1])
            schemas_below(at(text), seen)
    return seen


each_operation = pytest.mark.parametrize("operation", list(operations()), ids=lambda one: one.item["operationId"])


@pytest.fixture(scope="module")
def faults() -> Callable[[str, Any], list[str]]:
    """Tells what is wrong with a value, by the schema at a place."""
    judge = pytest.importorskip("jsonschema_rs")
    registry = judge.Registry([("urn:contract", SPEC)])

    def found(place: str, value: Any) -> list[str]:
        schema = {"$ref": "urn:contract" + quote(place, safe="#/~")}
        validator = judge.Draft202012Validator(schema, registry=registry, validate_formats=True)
        return [error.message for error in validator.iter_errors(value)]

    return found


def test_it_is_valid_openapi() -> None:
    validator = pytest.importorskip("openapi_spec_validator", reason="it is in requirements/dev.txt")
    assert SPEC["openapi"].startswith("3.1.")
    validator.validate(SPEC, cls=validator.OpenAPIV31SpecValidator)


def test_it_has_exactly_these_operations() -> None:
    assert {op.item["operationId"]: f"{op.method} {op.path}" for op in operations()} == OPERATIONS


def test_it_has_exactly_these_tags() -> None:
    assert [tag["name"] for tag in SPEC["tags"]] == TAGS
    assert {op.item["tags"][0] for op in operations()} == set(TAGS)


@each_operation
def test_an_operation_says_what_it_is_and_who_may_call_it(operation: Operation) -> None:
    item = operation.item
    assert len(item["tags"]) == 1
    assert item["summary"].strip()
    assert item["description"].strip()
    assert item["x-source"]
    if item["operationId"] == "signup":
        assert (item["security"], "x-scopes" in item) == ([], False)
        return
    assert item["security"] == [{"bearerAuth": []}]
    assert set(item["x-scopes"]) <= SCOPES
    # The settings may be read with any key.
    assert len(item["x-scopes"]) == (0 if item["operationId"] == "get_settings" else 1)


@each_operation
def test_an_operation_shows_its_request_and_its_answer(operation: Operation) -> None:
    if "requestBody" in operation.item:
        assert json_content(operation.item["requestBody"])["examples"]
    good = [(status, answer) for status, answer in answers(operation).items() if status.startswith("2")]
    assert len(good) == 1
    status, answer = good[0]
    assert (status == "204") == (json_content(answer) is None)
    assert status == "204" or json_content(answer)["examples"]


@each_operation
def test_an_operation_names_every_error_it_can_answer(operation: Operation) -> None:
    given = parameters(operation)
    limited = any(parameter["in"] != "path" for parameter in given.values()) or "requestBody" in operation.item
    expected = {
        "400": limited,
        "401": operation.item["security"] != [],
        "402": operation.item["operationId"] == "create_job",
        "403": operation.item["security"] != [],
        "404": "{" in operation.path,
        "409": "Idempotency-Key" in given,
        "422": operation.item["operationId"] in ("create_webhook_endpoint", "update_webhook_endpoint"),
        **dict.fromkeys(("429", "500", "502", "503", "504"), True),
    }
    found = {status for status in answers(operation) if not status.startswith("2")}
    assert found == {status for status, possible in expected.items() if possible}
    for status in found:
        answer = answers(operation)[status]
        assert json_content(answer)["schema"] == {"$ref": "#/components/schemas/Error"}
        assert {one["value"]["error"]["type"] for one in json_content(answer)["examples"].values()} == ERRORS[status]


def test_it_knows_every_error_type() -> None:
    assert set(SCHEMAS["ErrorType"]["enum"]) == set().union(*ERRORS.values()) | SECOND_NAMES


@each_operation
def test_an_answer_announces_its_headers(operation: Operation) -> None:
    given = parameters(operation)
    for status, answer in answers(operation).items():
        good = status.startswith("2")
        expected = {"X-Request-Id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
        expected |= {"Retry-After"} if status in ("409", "429", "503") else set()
        expected |= {"Idempotent-Replayed"} if good and "Idempotency-Key" in given else set()
        expected |= {"Preference-Applied"} if good and "Prefer" in given else set()
        assert set(answer["headers"]) == expected, status


@each_operation
def test_mutating_posts_and_nothing_else_take_an_idempotency_key(operation: Operation) -> None:
    mutates = operation.method == "POST" and operation.item["operationId"] != "validate_task"
    assert ("Idempotency-Key" in parameters(operation)) == mutates
    assert not parameters(operation).get("Idempotency-Key", {}).get("required")


@each_operation
def test_path_parameters_are_declared_and_required(operation: Operation) -> None:
    declared = {name for name, one in parameters(operation).items() if one["in"] == "path" and one["required"]}
    assert declared == set(re.findall(r"{(\w+)}", operation.path))


@each_operation
def test_lists_are_pages(operation: Operation) -> None:
    schema = json_content(next(iter(answers(operation).values())) or {}) or {"schema": {}}
    is_list = resolved(schema["schema"]).get("properties", {}).get("object", {}).get("pattern") == "^list$"
    assert ({"limit", "cursor"} <= set(parameters(operation))) == is_list
    if is_list:
        assert set(resolved(schema["schema"])["properties"]) == {"object", "data", "has_more", "next_cursor"}


def test_jobs_and_tasks_can_be_waited_for_up_to_60_seconds() -> None:
    assert {op.item["operationId"] for op in operations() if "Prefer" in parameters(op)} == {"get_job", "get_task"}
    pattern = re.compile(at("#/components/parameters/Prefer")["schema"]["pattern"])
    assert [n for n in range(-5, 1000) if pattern.search(f"wait={n}")] == list(range(61))
    assert not pattern.search("wait=")


@pytest.mark.parametrize("place", LIMITS)
def test_limits_are_as_documented(place: str) -> None:
    schema = at(f"#/components/{place}")
    limits = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "maxProperties", "default")
    assert {name: value for name, value in schema.items() if name in limits} == LIMITS[place]


def test_it_has_all_events_each_with_an_example_and_both_signature_headers() -> None:
    assert set(deliveries()) == EVENTS == set(SCHEMAS["WebhookEventType"]["enum"])
    for name, delivery in deliveries().items():
        examples = json_content(delivery["requestBody"])["examples"].values()
        assert {resolved(example)["value"]["type"] for example in examples} == {name}
        headers = {resolved(parameter)["name"] for parameter in delivery["parameters"]}
        assert headers == {"X-FirstHandAPI-Signature", "X-FirstHand-Signature", "X-FirstHand-Event-Id"}
        assert delivery["x-source"]


def test_every_example_is_as_its_schema_says(faults: Callable[[str, Any], list[str]]) -> None:
    checked = 0
    for place, node in walk(SPEC):
        if not isinstance(node, dict) or place.startswith("#/components/examples"):
            continue
        if "schema" in node:
            values = [resolved(example)["value"] for example in node.get("examples", {}).values()]
            values += [node["example"]] if "example" in node else []
            schema = f"{place}/schema"
        else:
            values, schema = node["examples"] if isinstance(node.get("examples"), list) else [], place
        for value in values:
            assert faults(schema, value) == [], place
            checked += 1
    assert checked > 100


def test_the_judge_of_the_examples_sees_faults(faults: Callable[[str, Any], list[str]]) -> None:
    assert faults("#/components/schemas/JobRating", {"stars": 6, "extra": 1})
    assert faults("#/components/schemas/Job/properties/created_at", "yesterday")


def test_no_example_and_no_schema_is_left_over() -> None:
    used = {text for place, text in walk(SPEC) if place.endswith("/$ref")}
    for kind, components in SPEC["components"].items():
        if kind != "securitySchemes":
            assert {f"#/components/{kind}/{name}" for name in components} <= used


def test_requests_are_closed_and_answers_are_open_and_whole() -> None:
    bodies = [op.item["requestBody"] for op in operations() if "requestBody" in op.item]
    sent = {json_content(body)["schema"]["$ref"].split("/")[-1] for body in bodies}
    received = schemas_below([answers(op) for op in operations()], set())
    received |= schemas_below([delivery["requestBody"] for delivery in deliveries().values()], set())
    assert not sent & received
    assert {name for name in sent if SCHEMAS[name]["additionalProperties"] is not False} == set()
    for name in received:
        schema = SCHEMAS[name]
        if schema["type"] != "object":
            continue
        fields = set(schema.get("properties", ()))
        missing = fields - set(schema.get("required", ()))
        allowed = MAY_BE_MISSING.get(name, set())
        assert missing == (fields if allowed is None else allowed), name
        assert schema["additionalProperties"] is True, name


def test_every_field_and_parameter_is_described() -> None:
    for name, schema in SCHEMAS.items():
        assert schema["description"].strip(), name
        for field, value in schema.get("properties", {}).items():
            assert resolved(value).get("description") or value.get("description"), f"{name}.{field}"
    for operation in operations():
        assert all(parameter["description"].strip() for parameter in parameters(operation).values())


def test_it_says_where_things_come_from_in_known_words() -> None:
    words = {"pypi", "blog", "docs", "package", "inferred"}
    for place, value in walk(SPEC):
        name = place.rsplit("/", 1)[-1]
        if name == "x-source":
            assert set([value] if isinstance(value, str) else value) <= words, place
        if name in ("x-path-source", "x-scopes-source"):
            assert value == "inferred", place
    ours = {name[2:] for place, _ in walk(SPEC) if (name := place.rsplit("/", 1)[-1]).startswith("x-")}
    assert ours <= {"source", "path-source", "scopes", "scopes-source", "open-enum", "open-fields", "inferred-values"}


def test_it_says_that_it_is_not_the_services_own() -> None:
    description = " ".join(SPEC["info"]["description"].split())
    assert "It is not published by the service, and the live service was not called." in description
    for word in ("`pypi`", "`blog`", "`docs`", "`package`", "`inferred`"):
        assert word in description


def test_enums_to_which_the_service_adds_are_open() -> None:
    assert {name for name, schema in SCHEMAS.items() if schema.get("x-open-enum")} == {"WebhookEventType", "ErrorType"}
