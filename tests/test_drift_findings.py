"""One cause is one finding, shown at the place that changed and in words that say whom it is about."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, Optional

import pytest

pytest.importorskip("yaml", reason="the extra `cli` is not installed")

from firsthandapi._retry import retry_after
from firsthandapi.drift import Change, compare, load, report
from firsthandapi.drift.names import renamed, similar
from firsthandapi.drift.rendering import as_text

JSON = dict[str, Any]
CONTRACT = Path(__file__).resolve().parent.parent / "openapi.yaml"
TEXT: JSON = {"type": "string"}
WHOLE: JSON = {"type": "integer"}
NAMES = ("one", "two", "three")


def operations(node: Optional[JSON] = None, names: tuple[str, ...] = NAMES, **components: JSON) -> JSON:
    """A document with some operations that are alike."""
    node = {"responses": {"200": {"description": ""}}, **(node or {})}
    paths = {f"/v1/{name}": {"post": {"operationId": name, **copy.deepcopy(node)}} for name in names}
    return {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths, "components": components}


def only(old: JSON, new: JSON) -> Change:
    (change,) = compare(old, new)
    return change


def ref(section: str, name: str) -> JSON:
    return {"$ref": f"#/components/{section}/{name}"}


def body(schema: JSON, media: str = "application/json") -> JSON:
    return {"content": {media: {"schema": schema}}}


def answering(schema: JSON, **components: JSON) -> JSON:
    return operations({"responses": {"200": {"description": "", **body(schema)}}}, ("one",), **components)


def obj(**properties: JSON) -> JSON:
    return {"type": "object", "properties": properties}


ORG: JSON = {"name": "X-Org", "in": "header", "required": True, "schema": TEXT}
HEADERS: JSON = {"X-Rate": {"schema": WHOLE}}


# One cause, one finding


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ({}, {"parameters": [ORG]}, "new-required-request-parameter"),
        ({"parameters": [ORG]}, {}, "request-parameter-removed"),
        ({"requestBody": body(TEXT)}, {"requestBody": body(TEXT, "text/xml")}, "request-body-media-type-removed"),
        ({}, {"responses": {"200": {"description": "", "headers": HEADERS}}}, "response-header-added"),
        ({}, {"responses": {"201": {"description": ""}}}, "response-success-status-removed"),
        ({"security": [{"a": []}]}, {"security": [{"b": []}]}, "operation-security-changed"),
        ({}, {"security": [{"a": []}]}, "operation-security-added"),
        ({}, {"servers": [{"url": "https://b.test"}]}, "operation-server-changed"),
        ({"tags": ["a"]}, {"tags": ["b"]}, "operation-tag-changed"),
        ({}, {"x-scopes": ["a:read"]}, "operation-scope-added"),
        ({}, {"deprecated": True}, "operation-deprecated"),
        ({}, {"description": "At most 5 calls per second."}, "rate-limit-text-changed"),
    ],
)
def test_the_same_change_at_every_operation_is_one(old: JSON, new: JSON, rule: str) -> None:
    schemes = {"a": {"type": "http", "scheme": "bearer"}, "b": {"type": "http", "scheme": "basic"}}
    before, now = operations(old, securitySchemes=schemes), operations(new, securitySchemes=schemes)
    before["servers"] = now["servers"] = [{"url": "https://a.test"}]
    if rule == "rate-limit-text-changed":
        for document in (before, now):
            for item in document["paths"].values():
                item["post"].setdefault("description", "A call.")
    change = only(before, now)
    assert change.rule == rule
    assert {use.operation for use in change.uses} == set(NAMES)
    assert len(change.places) == 3
    assert change.pointer == change.places[0] == min(change.places)
    assert change.what.endswith(", in 3 places")
    assert f"    at        {change.pointer} and 2 more" in as_text(report(before, now)).splitlines()


def test_what_is_not_the_same_change_stays_apart() -> None:
    """Fields of two schemas; a header of another type; errors and answers."""
    schemas: JSON = {"A": obj(x=TEXT), "B": obj(x=TEXT)}
    both = obj(a=ref("schemas", "A"), b=ref("schemas", "B"))
    gone = answering(both, schemas={"A": obj(), "B": obj()})
    changes = compare(answering(both, schemas=schemas), gone)
    assert [change.subject for change in changes] == ["A", "B"]

    mixed = operations()
    for number, item in enumerate(mixed["paths"].values()):
        item["post"]["parameters"] = [{**ORG, "schema": [TEXT, WHOLE, TEXT][number]}]
    assert sorted(len(change.uses) for change in compare(operations(), mixed)) == [1, 2]

    def failing(media: str) -> JSON:
        answers = {status: {"description": "", **body(obj(), media)} for status in ("200", "400", "404")}
        return operations({"responses": answers})

    changes = compare(failing("application/json"), failing("text/xml"))
    assert [{use.part for use in change.uses} for change in changes] == [{"response"}, {"error"}, {"error"}]


def test_one_beginning_of_all_paths_is_one_change() -> None:
    def moved(document: JSON, *names: str) -> JSON:
        paths = {f"/v2/{path[4:]}" if path[4:] in names else path: item for path, item in document["paths"].items()}
        return {**document, "paths": paths}

    change = only(operations(), moved(operations(), *NAMES))
    assert (change.rule, change.old, change.new, len(change.uses)) == ("path-changed", "/v1", "/v2", 3)
    alone = only(operations(), moved(operations(), "two"))
    assert (alone.old, alone.new, alone.subject) == ("/v1/two", "/v2/two", "two")


def test_real_changes_to_all_operations_are_few_findings() -> None:
    contract = load(str(CONTRACT))
    new = copy.deepcopy(contract)
    new["components"]["securitySchemes"] = {"key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"}}
    for item in new["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and operation.get("security"):
                operation["security"] = [{"key": []}]
    for answer in new["components"]["responses"].values():
        answer["content"] = {"application/xml": answer["content"]["application/json"]}
        answer["headers"] = {"Retry-After": {"schema": {"type": "string"}}}
    rules = [change.rule for change in compare(contract, new)]
    assert rules.count("operation-security-changed") == rules.count("response-body-media-type-removed") == 1
    assert len(rules) <= 10


def test_the_same_change_to_a_field_of_many_schemas_is_one() -> None:
    def lists(cursor: JSON, *names: str) -> JSON:
        schemas = {name: obj(next_cursor=cursor if name in names else TEXT) for name in ("A", "B", "C", "D")}
        return answering(obj(**{name: ref("schemas", name) for name in schemas}), schemas=schemas)

    change = only(lists(TEXT), lists(WHOLE, "A", "B", "C"))
    assert (change.subject, len(change.places)) == ("next_cursor of one", 3)
    assert change.what == "the type was string and is integer, in 3 places"
    assert {use.owner for use in change.uses} == {"A", "B", "C"}
    two = compare(lists(TEXT), lists(WHOLE, "A", "B"))
    assert [change.subject for change in two] == ["A.next_cursor", "B.next_cursor"]


def exchanged(old: JSON, new: JSON, **schemas: JSON) -> list[Change]:
    """What is found where one of two schemas takes the place of the other, which stays in use elsewhere."""

    def answers(schema: JSON) -> JSON:
        return answering(obj(data={"type": "array", "items": schema}, kept=ref("schemas", "A")), schemas=schemas)

    return compare(answers(old), answers(new))


def test_a_schema_in_the_place_of_another_is_one_change() -> None:
    a, b = ref("schemas", "A"), ref("schemas", "B")
    schemas = {"A": obj(x=TEXT, y=WHOLE, same=TEXT), "B": obj(z=TEXT, same=TEXT)}
    (change,) = exchanged(a, b, **schemas)
    assert (change.rule, change.level, change.old, change.new) == ("schema-replaced", "breaking", "A", "B")
    assert change.subject == "data[] of one"
    assert change.what == "the schema `A` is replaced by `B`: lacks `x`, `y`; adds `z`"
    assert {use.path for use in change.uses} == {("data", "[]"), ("data", "[]", "x"), ("data", "[]", "y")}

    (change,) = exchanged(a, obj(x=TEXT), **schemas)
    assert change.what == "the schema `A` is replaced by one without a name: lacks `y`, `same`"
    (change,) = exchanged(obj(x=TEXT), a, **schemas)
    assert (change.what, change.level) == ("a schema without a name is replaced by `A`: adds `y`, `same`", "risky")
    (change,) = exchanged(
        a, ref("schemas", "C"), **schemas, C=obj(**{f"f{number}": TEXT for number in range(8)}, same=TEXT)
    )
    assert change.what.endswith("; adds `f0`, `f1`, `f2`, `f3`, `f4`, `f5` and 2 more")
    needing: JSON = {**schemas["A"], "required": ["x", "y", "same"]}
    (change,) = exchanged(a, ref("schemas", "C"), A=needing, C=schemas["A"])
    assert change.level == "breaking"
    assert change.what.endswith(": may lack `x`, `y`, `same`")


def test_a_request_of_another_schema_lacks_or_needs_fields() -> None:
    schemas: JSON = {"A": obj(x=TEXT), "B": {**obj(z=TEXT, o=TEXT), "required": ["z"]}}
    old, new = (operations({"requestBody": body(ref("schemas", name))}, ("one",), schemas=schemas) for name in "AB")
    (finding,) = report(old, new).findings
    assert finding.change.what == "the schema `A` is replaced by `B`: lacks `x`; adds `o`; needs `z`"
    assert {use.path for use in finding.change.uses} == {(), ("x",), ("z",)}
    assert finding.advice.startswith("Stop passing what it lacks, and pass what it needs")


def test_what_differs_below_is_told_of_where_it_stands() -> None:
    """Not as if the schema that was exchanged had changed."""
    a, b = {"A": obj(x=obj(y=TEXT)), "B": obj(x=obj(y=WHOLE))}.values()
    changes = exchanged(ref("schemas", "A"), ref("schemas", "B"), A=a, B=b)
    assert [change.subject for change in changes] == ["data[].x.y of one", "data[] of one"]


# The place that changed


LIMIT: JSON = {"name": "limit", "in": "query", "schema": WHOLE}


def test_a_reference_that_is_dropped_or_added_is_the_place_that_changed() -> None:
    listed = {"parameters": [{"$ref": "#/components/parameters/Limit"}]}
    with_it, without = operations(listed, parameters={"Limit": LIMIT}), operations(parameters={"Limit": LIMIT})
    places = tuple(sorted(f"/paths/~1v1~1{name}/post/parameters/0" for name in NAMES))
    assert only(with_it, without).places == only(without, with_it).places == places

    renamed = operations(listed, parameters={"Limit": {**LIMIT, "name": "size"}})
    assert {change.places for change in compare(with_it, renamed)} == {("/components/parameters/Limit",)}
    assert only(with_it, operations()).places == ("/components/parameters/Limit",)


def test_headers_and_answers_are_shown_where_they_were_referred_to() -> None:
    def answer(headers: JSON) -> JSON:
        responses = {"R": {"description": "", "headers": headers}}
        return operations(
            {"responses": {"200": {"description": ""}, "404": ref("responses", "R")}},
            responses=responses, headers={"H": {"schema": WHOLE}},
        )  # fmt: skip

    assert only(answer({"H": ref("headers", "H")}), answer({})).pointer == "/components/responses/R/headers/H"
    change = only(answer({}), operations(responses=answer({})["components"]["responses"]))
    assert change.pointer == "/paths/~1v1~1one/post/responses/404"


def test_another_reference_is_the_place_of_all_that_it_changed() -> None:
    schemas = {"A": obj(x=TEXT, same=TEXT), "B": obj(y=TEXT, same=TEXT)}
    old, new = (answering(obj(it=ref("schemas", name)), schemas=schemas) for name in "AB")
    place = "/paths/~1v1~1one/post/responses/200/content/application~1json/schema/properties/it"
    changes = compare(old, new)
    (change,) = changes
    assert (change.rule, change.level, change.pointer) == ("schema-replaced", "breaking", place)
    inlined = answering(obj(it=obj(same=WHOLE)), schemas=schemas)
    assert {change.pointer for change in compare(old, inlined)} == {place, f"{place}/properties/same/type"}

    responses = {"R": {"description": "", **body(obj(x=TEXT))}, "S": {"description": "", **body(obj(x=WHOLE))}}
    one, other = (
        operations({"responses": {"200": ref("responses", name)}}, ("one",), responses=responses) for name in "RS"
    )
    assert only(one, other).pointer == "/paths/~1v1~1one/post/responses/200"


def test_a_range_says_the_same_of_each_status_in_it() -> None:
    def failing(*statuses: str) -> JSON:
        answers = {status: {"description": "", **body(obj(x=TEXT))} for status in statuses}
        return operations({"responses": {"200": {"description": ""}, **answers}})

    assert compare(failing("400", "404"), failing("4XX")) == compare(failing("4XX"), failing("400", "404")) == []
    change = only(failing("400"), failing("400", "4XX"))
    assert (change.rule, change.level) == ("response-non-success-status-added", "compatible")
    change = only(failing("400", "4XX"), failing("400"))
    assert (change.rule, change.level) == ("response-non-success-status-removed", "risky")


# Whom it is about, and in which words


@pytest.mark.parametrize(
    ("old", "new", "subject"),
    [
        (obj(a=TEXT), obj(a=WHOLE), "A.a"),
        (obj(a=obj(b=TEXT)), obj(a=obj(b=WHOLE)), "A.a.b"),
        (obj(a={"type": "array", "items": TEXT}), obj(a={"type": "array", "items": WHOLE}), "A.a[]"),
        ({"type": "object", "additionalProperties": TEXT}, {"type": "object", "additionalProperties": WHOLE}, "A[...]"),
        (obj(a=TEXT), {**obj(a=TEXT), "additionalProperties": False}, "A"),
        (obj(a=TEXT), obj(), "A"),
    ],
)
def test_a_sentence_names_the_field(old: JSON, new: JSON, subject: str) -> None:
    before, now = (answering(ref("schemas", "A"), schemas={"A": schema}) for schema in (old, new))
    change = only(before, now)
    assert change.subject == subject
    assert f"\n  {subject}: {change.what}\n" in as_text(report(before, now))


def test_a_sentence_names_the_parameter_or_the_operation() -> None:
    def limited(maximum: int, *names: str) -> JSON:
        limit = {**LIMIT, "schema": {**WHOLE, "maximum": maximum}}
        return operations({"parameters": [limit]}, names)

    assert only(limited(9, "one"), limited(5, "one")).subject == "limit of one"
    assert only(limited(9, *NAMES), limited(5, *NAMES)).subject == "limit"
    assert only(operations({}, ("one",)), operations({"deprecated": True}, ("one",))).subject == "one"
    assert only(operations(), operations({}, ("one", "two"))).subject == ""  # the sentence has its name


def test_a_sentence_names_what_has_a_field_through_a_base() -> None:
    def based(base: JSON) -> JSON:
        schemas = {name: {"allOf": [ref("schemas", "Base"), obj(x=TEXT)]} for name in ("Job", "Task")}
        both = obj(job=ref("schemas", "Job"), task=ref("schemas", "Task"))
        return answering(both, schemas={**schemas, "Base": base})

    added = only(based(obj(id=TEXT)), based(obj(id=TEXT, org=TEXT)))
    assert (added.subject, added.what) == ("Job, Task", "the optional field `org` was added")
    assert only(based(obj(id=TEXT)), based(obj(id=WHOLE))).subject == "Job, Task.id"


def test_a_sentence_names_errors_and_mappings() -> None:
    def failing(media: str, *changed: str, **headers: JSON) -> JSON:
        def answer(name: str) -> JSON:
            return {
                "description": "", "headers": headers if name in changed else {"H": {"schema": TEXT}},
                **body(obj(x=TEXT), media if name in changed else "application/json"),
            }  # fmt: skip

        responses = {name: answer(name) for name in ("Conflict", "Gone")}
        answers = {"409": ref("responses", "Conflict"), "410": ref("responses", "Gone")}
        return operations({"responses": {"200": {"description": ""}, **answers}}, responses=responses)

    header = {"H": {"schema": TEXT}}
    old = failing("application/json")
    assert only(old, failing("text/xml", "Conflict", **header)).subject == "Conflict"
    assert only(old, failing("text/xml", "Conflict", "Gone", **header)).subject == "errors"
    assert only(old, failing("application/json", "Gone")).subject == "Gone"

    def mapped(values: Any) -> JSON:
        metadata = {"anyOf": [ref("schemas", "Metadata"), {"type": "null"}]}
        schemas = {"A": obj(metadata=metadata), "B": obj(metadata=metadata), "Metadata": values}
        return answering(obj(a=ref("schemas", "A"), b=ref("schemas", "B")), schemas=schemas)

    any_, text = ({"type": "object", "additionalProperties": values} for values in (True, TEXT))
    assert only(mapped(any_), mapped(text)).subject == "Metadata[...]"


def test_a_sentence_names_parameters_that_change_alike() -> None:
    def dated(schema: JSON) -> JSON:
        names = ("start", "end")
        return operations({"parameters": [{**LIMIT, "name": name, "schema": schema} for name in names]}, ("one",))

    assert only(dated(TEXT), dated(WHOLE)).subject == "end, start of one"


def test_a_style_is_told_as_the_contract_writes_it() -> None:
    def styled(**style: Any) -> JSON:
        return operations({"parameters": [{**LIMIT, "schema": {"type": "array", "items": TEXT}, **style}]}, ("one",))

    change = only(styled(), styled(explode=False))
    assert (change.old, change.new) == (True, False)
    assert change.pointer == "/paths/~1v1~1one/post/parameters/0/explode"
    assert change.what.endswith("in another way: `explode: true` → `explode: false`")
    change = only(styled(style="pipeDelimited"), styled())
    assert change.old == {"style": "pipeDelimited", "explode": False}
    assert change.what.endswith(
        "in another way: `style: pipeDelimited` and `explode: false` → `style: form` and `explode: true`"
    )
    assert change.pointer == "/paths/~1v1~1one/post/parameters/0"  # it says nothing on its style any more


def test_values_are_told_as_json() -> None:
    change = only(answering(obj(a={"enum": [True, False]})), answering(obj(a={"enum": [False]})))
    assert change.what == "the value `true` was removed"


# The pause before another try


@pytest.mark.parametrize(
    ("schema", "level"),
    [
        ({"type": "string", "format": "http-date"}, "risky"),
        (TEXT, "risky"),
        ({"type": "number"}, "risky"),
        ({"type": "array", "items": WHOLE}, "breaking"),
        ({"type": "object"}, "breaking"),
    ],
)
def test_a_pause_in_another_form_is_as_bad_as_the_client_finds_it(schema: JSON, level: str) -> None:
    def told(name: str, schema: JSON) -> JSON:
        answer = {"description": "", "headers": {name: {"schema": schema}}}
        return operations({"responses": {"200": {"description": ""}, "429": answer}})

    change = only(told("Retry-After", WHOLE), told("Retry-After", schema))
    assert change.level == level
    assert only(told("X-Pause", WHOLE), told("X-Pause", schema)).level == "breaking"


def test_the_client_reads_a_pause_as_a_number_or_a_date() -> None:
    date = {"date": "Tue, 01 Jan 2030 00:00:00 GMT", "retry-after": "Tue, 01 Jan 2030 00:00:07 GMT"}
    assert [retry_after(found, 0) for found in (date, {"retry-after": "7"}, {"retry-after": "7.0"})] == [7, 7, 7]


# Guesses at new names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("reward_cents", "reward"), ("files_approved", "approvedFiles"), ("fileCount", "file_count"),
        ("cancelled", "canceled"), ("min_height", "min_px_height"), ("X-RateLimit-Limit", "RateLimit-Limit"),
        ("jobs:read", "jobs.read"), ("cursor", "page_cursor"), ("image/jpeg", "image/jpg"),
    ],
)  # fmt: skip
def test_names_of_the_same_words_are_similar(one: str, other: str) -> None:
    assert similar(one, other)
    assert similar(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("id", "currency"), ("description", "currency"), ("min_height", "max_height"), ("created_at", "updated_at"),
        ("failed", "filled"), ("job_id", "task_id"), ("cursor", "after"), ("X-RateLimit-Limit", "X-RateLimit-Reset"),
        ("image/png", "image/jpeg"), ("get_job", "get_task"), ("cancel_job", "cancel_task"), ("1", "2"), ("", ""),
    ],
)  # fmt: skip
def test_names_of_other_words_are_not(one: str, other: str) -> None:
    assert not similar(one, other)
    assert not similar(other, one)


def test_no_guess_where_there_are_several() -> None:
    assert renamed([("reward", "reward_cents")]) == {"reward": "reward_cents"}
    assert renamed([("reward", "reward_cents"), ("reward", "reward_usd")]) == {}
    assert renamed([("reward_a", "reward"), ("reward_b", "reward")]) == {}


def test_a_guess_needs_the_same_shape_for_each_sort_of_thing() -> None:
    def hinted(old: JSON, new: JSON) -> bool:
        return any("renamed to" in change.what for change in compare(old, new))

    for other, is_hinted in ((WHOLE, True), (TEXT, False), ({**WHOLE, "format": "int32"}, False)):
        assert hinted(answering(obj(cost=WHOLE)), answering(obj(cost_usd=other))) is is_hinted
        parameters = [{"parameters": [{**LIMIT, "name": name, "schema": schema}]} for name, schema in
                      (("size", WHOLE), ("size_max", other))]  # fmt: skip
        assert hinted(*map(operations, parameters)) is is_hinted
    for field, is_hinted in (("a", True), ("b", False)):
        sent = [{"requestBody": body(obj(**{name: TEXT}))} for name in ("a", field)]
        assert hinted(*map(operations, sent, (("rate_job",), ("rate_job_now",)))) is is_hinted
