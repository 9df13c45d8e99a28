"""A schema and a union compared: what a caller sends, and what is answered, when one became the other."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("yaml", reason="the extra `cli` is not installed")

from firsthandapi.drift import Change, compare

JSON = dict[str, Any]
TEXT: JSON = {"type": "string"}
KIND: JSON = {"type": "string", "enum": ["data", "advice"]}


def obj(properties: JSON, *required: str, **more: Any) -> JSON:
    return {"type": "object", "properties": properties, "required": list(required), **more}


def ref(name: str) -> JSON:
    return {"$ref": f"#/components/schemas/{name}"}


def sending(**schemas: JSON) -> JSON:
    return _document({"requestBody": {"required": True, **_content(ref("Made"))}}, schemas)


def answering(**schemas: JSON) -> JSON:
    return _document({"responses": {"200": {"description": "", **_content(ref("Made"))}}}, schemas)


def _content(schema: JSON) -> JSON:
    return {"content": {"application/json": {"schema": schema}}}


def _document(operation: JSON, schemas: JSON) -> JSON:
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/things": {"post": {"operationId": "make", "responses": {"200": {"description": ""}}, **operation}}},
        "components": {"schemas": schemas},
    }


def told(old: JSON, new: JSON) -> dict[str, str]:
    """Level by subject and sentence."""
    return {f"{change.subject}: {change.what}": change.level for change in compare(old, new)}


def whole(**more: Any) -> JSON:
    return obj({"kind": KIND, "files": TEXT, "width": TEXT, **more}, "kind", "files", additionalProperties=False)


def split(*required: str, also: str = "rubric", **gone: Any) -> JSON:
    """The same, as a union told apart by `kind`: advice also takes a field, and some of its fields are required."""
    advice = {"files": TEXT, "width": TEXT, **gone, also: TEXT}
    fields = {name: schema for name, schema in advice.items() if schema is not None}
    return {
        "Made": {"oneOf": [ref("Data"), ref("Advice")], "discriminator": {"propertyName": "kind"}},
        "Data": obj({"kind": {"const": "data"}, "files": TEXT, "width": TEXT}, "kind", "files",
                    additionalProperties=False),
        "Advice": obj({"kind": {"const": "advice"}, **fields}, "kind", *required, additionalProperties=False),
    }  # fmt: skip


KINDS = "Made: it is now a `Data` or a `Advice`"


def test_a_body_split_by_a_constant_takes_what_it_took() -> None:
    assert told(sending(Made=whole()), sending(**split("files"))) == {
        KINDS: "compatible",
        "Made: the optional field `rubric` was added": "compatible",
    }
    assert told(sending(**split("files")), sending(Made=whole(rubric=TEXT))) == {}


def test_a_body_split_by_a_constant_asks_for_more_of_some() -> None:
    assert told(sending(Made=whole()), sending(**split("files", "rubric"))) == {
        "Made: the required field `rubric` was added": "breaking",
        KINDS: "compatible",
    }
    assert told(sending(Made=whole()), sending(**split("files", "width", also="width"))) == {
        "Made: the field `width` became required": "breaking",
        KINDS: "compatible",
    }
    assert told(sending(Made=whole()), sending(**split("files", width=None))) == {
        "Made: the field `width` was removed where `kind` is `advice`": "breaking",
        "Made: the optional field `rubric` was added": "compatible",
        KINDS: "compatible",
    }


def test_a_value_that_no_branch_takes_is_gone_and_a_new_branch_asks_nobody() -> None:
    old = whole(kind={"enum": ["data", "sound"]})
    assert told(sending(Made=old), sending(**split("files", "rubric"))) == {
        "Made.kind: the value `sound` was removed": "breaking",
        "Made.kind: the value `advice` was added": "compatible",
        KINDS: "compatible",
    }


def test_a_discriminator_tells_apart_what_has_no_constants() -> None:
    new = split("files", "rubric")
    for name in ("Data", "Advice"):
        new[name]["properties"]["kind"] = TEXT
    refused = {"Made: the required field `rubric` was added": "breaking", KINDS: "compatible"}
    old = {**whole(), "properties": {**whole()["properties"], "kind": TEXT}}
    assert told(sending(Made=old), sending(**new)) == refused
    new["Made"]["discriminator"]["mapping"] = {"data": "#/components/schemas/Data", "advice": "Advice"}
    assert told(sending(Made=old), sending(**new)) == refused
    old["properties"]["kind"] = {"type": "string", "enum": ["data"]}
    new["Data"]["properties"]["kind"] = new["Advice"]["properties"]["kind"] = {"type": "string", "enum": ["data"]}
    assert told(sending(Made=old), sending(**new)) == {
        "Made: the optional field `rubric` was added": "compatible",
        KINDS: "compatible",
    }


def test_a_discriminator_may_be_of_no_listed_field() -> None:
    new = split("files", width=None)
    for name in ("Data", "Advice"):
        del new[name]["properties"]["kind"], new[name]["additionalProperties"]
    old = {**whole(), "properties": {**whole()["properties"], "kind": TEXT}, "additionalProperties": True}
    told_ = told(sending(Made=old), sending(**new))
    assert told_["Made: the field `width` was removed from one of its kinds"] == "breaking"


def test_a_union_that_null_stands_beside_is_one_change_where_it_is() -> None:
    def made(inner: JSON) -> dict[str, JSON]:
        return {"Made": obj({"data": {"oneOf": [ref("Inner"), {"type": "null"}]}}, "data"), "Inner": inner}

    kinds = {"oneOf": [obj({"a": TEXT}), obj({"b": TEXT}, "b")]}
    changes = compare(answering(**made(obj({"a": TEXT, "b": TEXT}))), answering(**made(kinds)))
    assert {change.pointer for change in changes} == {"/components/schemas/Inner/oneOf"}
    changes = compare(answering(**made(TEXT)), answering(**made({"oneOf": [TEXT, {"type": "array"}]})))
    assert [change.places for change in changes] == [("/components/schemas/Inner/oneOf",)]


def test_what_was_free_must_be_of_a_kind() -> None:
    free = {"type": "object", "additionalProperties": True}
    made = {**split(), "Made": {"oneOf": [ref("Data"), ref("Advice")]}}
    changes = {change.what: change.level for change in compare(sending(Made=free), sending(**made))}
    assert changes.pop("the required field `kind` was added") == "breaking"
    assert "it is never a `Made` any more" not in changes
    assert {what for what, level in changes.items() if level == "breaking"} == {
        "fields that are not listed are no longer allowed"
    }


def test_branches_of_which_each_asks_for_more() -> None:
    """Nothing tells them apart: one that takes everything is enough, and where there is none, something is refused."""
    old = obj({"a": TEXT, "b": TEXT, "c": TEXT})
    fields = old["properties"]
    some = {"One": obj(fields, "a"), "Two": obj(fields, "b", "c"), "Made": {"anyOf": [ref("One"), ref("Two")]}}
    kinds = "Made: it is now a `One` or a `Two`"
    asked = {"Made: it must have `a`, or `b` and `c`": "risky", kinds: "compatible"}
    assert told(sending(Made=old), sending(**some)) == asked
    assert told(sending(Made=old), sending(**{**some, "One": obj(fields)})) == {kinds: "compatible"}
    closed = obj({"a": TEXT, "b": TEXT}, additionalProperties=False)
    assert told(sending(Made=old), sending(**{**some, "One": closed})) == {
        "Made: it must have no `c`, or `b` and `c`": "risky",
        kinds: "compatible",
    }
    assert told(answering(**some), answering(Made=old)) == {
        "Made: it need no longer have `a`, or `b` and `c`": "risky",
        "Made: it was a `One` or a `Two`": "risky",
    }


TASK = obj({"status": {"type": "string", "enum": ["open", "done"]}, "output": TEXT}, "status", "output")
OPEN = obj({"status": {"const": "open"}}, "status")
DONE = obj({"status": {"const": "done"}, "output": TEXT}, "status", "output")
TASKS = {"Made": {"oneOf": [ref("Open"), ref("Done")]}, "Open": OPEN, "Done": DONE}


def test_an_answer_that_was_split_may_lack_a_field() -> None:
    assert told(answering(Made=TASK), answering(**TASKS)) == {
        "Made: the field `output` became optional": "breaking",
        "Made: it is now a `Open` or a `Done`": "risky",
    }
    kept = {**TASKS, "Open": obj({"status": {"const": "open"}, "output": TEXT}, "status", "output")}
    assert told(answering(Made=TASK), answering(**kept)) == {"Made: it is now a `Open` or a `Done`": "risky"}
    more = {**kept, "Open": obj({"status": {"const": "late"}, "output": {"type": "integer"}}, "status", "output")}
    assert told(answering(Made=TASK), answering(**more)) == {
        "Made: it is now a `Open` or a `Done`": "risky",
        "Made.status: the value `open` was removed": "risky",
        "Made.status: the value `late` was added": "risky",
        "Made.output: the type was string and is integer or string": "breaking",
    }


def test_an_answer_that_was_a_union_may_lack_what_a_branch_had() -> None:
    assert told(answering(**TASKS), answering(Made=TASK)) == {"Made: it was a `Open` or a `Done`": "risky"}
    optional = {**TASK, "required": ["status"]}
    assert told(answering(**TASKS), answering(Made=optional)) == {
        "Made: it was a `Open` or a `Done`": "risky",
        "Made: the field `output` became optional": "breaking",
    }


def test_a_schema_that_is_still_one_of_them_was_not_split() -> None:
    """Who knows the old kind of value has to look for the new one, and that is all."""
    listed = {"List": {"type": "array", "items": ref("Task")}, "Task": TASK, "Draft": obj({"id": TEXT}, "id")}
    old = {**listed, "Made": obj({"data": ref("Task")}, "data")}
    new = {**listed, "Made": obj({"data": {"oneOf": [ref("Draft"), ref("Task")]}}, "data")}
    assert told(answering(**old), answering(**new)) == {"Made.data: it may also be a `Draft`": "risky"}
    assert told(sending(**new), sending(**old)) == {"Made.data: it is never a `Draft` any more": "breaking"}


def test_a_union_with_fields_of_its_own_has_them_in_each_branch() -> None:
    base = {**obj({"id": TEXT}, "id"), "oneOf": [ref("Open"), ref("Done")]}
    old = {**TASK, "properties": {"id": TEXT, **TASK["properties"]}, "required": ["id", "status"]}
    assert told(answering(Made=old), answering(**{**TASKS, "Made": base})) == {
        "Made: it is now a `Open` or a `Done`": "risky"
    }
    plain = {**TASKS, "Made": obj({"id": TEXT}, "id")}
    assert told(sending(**{**TASKS, "Made": base}), sending(**plain)) == {
        "Made: the field `status` was removed": "breaking",
        "Made: the field `output` was removed": "breaking",
    }


def test_the_loosest_of_what_the_branches_say_is_true_of_all() -> None:
    old = obj({"n": {**TEXT, "maxLength": 9, "pattern": "^a"}, "l": {"type": "array", "items": TEXT, "minItems": 2}})
    one = obj({"n": {**TEXT, "maxLength": 8, "pattern": "^a"}, "l": {"type": "array", "items": TEXT, "minItems": 3}})
    two = obj({"n": {**TEXT, "maxLength": 7}, "l": {"type": "array", "items": {"type": "integer"}, "minItems": 1}})
    made = {"Made": {"anyOf": [ref("One"), ref("Two")]}, "One": one, "Two": two}
    assert told(sending(Made=old), sending(**made)) == {
        "Made: it is now a `One` or a `Two`": "compatible",
        'Made.n: the pattern was removed: "^a"': "compatible",
        "Made.n: the limit `maxLength` was decreased: 9 → 8": "risky",
        "Made.l: the limit `minItems` was decreased: 2 → 1": "compatible",
        "Made.l[]: the type was string and is integer or string": "compatible",
    }


# What stands beside a reference, and what a field may never be


def change_of(old: JSON, new: JSON) -> Change:
    (change,) = compare(old, new)
    return change


def test_what_is_narrowed_beside_a_reference_is_narrowed_there() -> None:
    def made(**beside: Any) -> dict[str, JSON]:
        fields = {"name": {**ref("Name"), **beside}, "other": ref("Name")}
        return {"Made": obj(fields), "Name": {**TEXT, "maxLength": 9, "enum": ["a", "b"]}}

    change = change_of(sending(**made()), sending(**made(maxLength=5)))
    assert (change.subject, change.pointer) == ("Made.name", "/components/schemas/Made/properties/name/maxLength")
    change = change_of(sending(**made()), sending(**made(enum=["a"])))
    assert (change.subject, change.what) == ("Made.name", "the value `b` was removed")
    assert change.pointer == "/components/schemas/Made/properties/name"
    change = change_of(sending(**made(minLength=2)), sending(**made()))
    assert change.pointer == "/components/schemas/Made/properties/name"
    wider = {**made(minLength=2), "Name": {**TEXT, "maxLength": 9}}
    change = change_of(sending(**made(minLength=2)), sending(**wider))
    assert change.pointer == "/components/schemas/Name/enum", "what changed in the component stays there"


def test_a_field_that_is_asked_for_beside_a_reference_is_asked_for_there() -> None:
    def made(**beside: Any) -> dict[str, JSON]:
        return {"Made": obj({"to": {**ref("To"), **beside}}), "To": obj({"name": TEXT})}

    change = change_of(sending(**made()), sending(**made(required=["name"])))
    assert (change.subject, change.what) == ("Made.to", "the field `name` became required")
    assert change.pointer == "/components/schemas/Made/properties/to"


@pytest.mark.parametrize("extra", [{}, {"additionalProperties": False}])
def test_a_field_whose_schema_is_false_may_never_be_there(extra: JSON) -> None:
    old, new = obj({"a": TEXT, "b": TEXT}, **extra), obj({"a": TEXT, "b": False}, **extra)
    assert told(sending(Made=old), sending(Made=new)) == {"Made: the field `b` was removed": "breaking"}
    assert told(answering(Made=old), answering(Made=new)) == {"Made: the field `b` was removed": "breaking"}
    assert told(sending(Made=new), sending(Made=old)) == {"Made: the optional field `b` was added": "compatible"}
    nothing = told(sending(Made=obj({"a": TEXT})), sending(Made=False))  # type: ignore[arg-type]
    assert nothing == {"Made: the type was object and is nothing": "breaking"}


def test_fields_that_a_pattern_allows_are_not_forbidden() -> None:
    free = {"type": "object", "additionalProperties": True}
    named = {"type": "object", "additionalProperties": False, "patternProperties": {"^a": TEXT}}
    assert told(sending(Made=free), sending(Made=named)) == {
        'Made: `patternProperties` was added: {"^a": {"type": "string"}}': "risky",
        "Made[...]: the type was anything and is string": "breaking",
    }


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"minProperties": 1}},
         '`if` was added: {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"minProperties": 1}}'),
        ({"dependentRequired": {"a": ["b"]}}, '`dependentRequired` was added: {"a": ["b"]}'),
        ({"dependentSchemas": {"a": {"required": ["b"]}}},
         '`dependentSchemas` was added: {"a": {"required": ["b"]}}'),
        ({"not": {"required": ["a", "b"]}}, '`not` was added: {"required": ["a", "b"]}'),
        ({"propertyNames": {"pattern": "^[a-z]+$"}}, '`propertyNames` was added: {"pattern": "^[a-z]+$"}'),
        ({"not": {"const": "x" * 200}}, '`not` was added: {"const": "' + "x" * 109 + "…"),
    ],
)  # fmt: skip
def test_what_types_do_not_show_is_told_in_full(said: JSON, words: str) -> None:
    plain = obj({"a": TEXT, "b": TEXT})
    assert told(sending(Made=plain), sending(Made={**plain, **said})) == {f"Made: {words}": "risky"}


def test_what_a_list_must_hold_is_told_in_full() -> None:
    made = [obj({"l": {"type": "array", "contains": {"const": 1}, "minContains": least}}) for least in (1, 2)]
    assert told(sending(Made=made[0]), sending(Made=made[1])) == {"Made.l: `minContains` was changed: 1 → 2": "risky"}


def test_anything_is_compared_with_what_contains_itself() -> None:
    tree = {"type": "object", "additionalProperties": ref("Made")}
    old = {"Made": {"type": "object", "additionalProperties": True}}
    assert told(sending(**old), sending(Made=tree)) == {"Made[...]: the type was anything and is object": "breaking"}
    nested = {"oneOf": [{"type": "array", "items": ref("Made")}, obj({"next": ref("Made")}, "next")]}
    assert "breaking" in told(sending(Made={}), sending(Made=nested)).values()
