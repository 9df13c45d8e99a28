"""What need not be compared: that it is found, that nothing else is, and that leaving it out changes no report."""

from __future__ import annotations

import random

import pytest
from mutations import KINDS, judge
from mutations.edit import put

from firsthandapi.drift import compare
from firsthandapi.drift.references import Document
from firsthandapi.drift.untouched import Untouched


def schemas(**named):
    return {"openapi": "3.1.0", "paths": {}, "components": {"schemas": named}}


def to(name, *rest):
    return {"$ref": "/".join(["#/components/schemas", name, *rest])}


def untouched(old, new):
    """The schemas that need not be compared."""
    before, now = Document(old), Document(new)
    same = Untouched(before, now)
    places = [("components", "schemas", name) for name in old["components"]["schemas"]]
    return {place[2] for place in places if same.has(before.at(*place), now.at(*place))}


def holds(other):
    return {"type": "object", "properties": {"held": other}}


def test_what_leads_to_a_change_however_far_away_is_touched():
    chain = {"A": holds(to("B")), "B": holds(to("C")), "C": holds({"type": "string"}), "D": holds(to("E")), "E": {}}
    assert untouched(schemas(**chain), schemas(**chain)) == set("ABCDE")
    assert untouched(schemas(**chain), schemas(**{**chain, "C": holds({"type": "integer"})})) == {"D", "E"}
    assert untouched(schemas(**chain), schemas(**{key: chain[key] for key in "ABCE"})) == {"A", "B", "C", "E"}


def test_schemas_that_contain_each_other_are_untouched_together_or_not_at_all():
    circle = {"A": holds(to("B")), "B": holds(to("A"))}
    assert untouched(schemas(**circle), schemas(**circle)) == {"A", "B"}
    assert untouched(schemas(**circle), schemas(**{**circle, "B": {**holds(to("A")), "required": ["held"]}})) == set()


def test_a_reference_into_the_middle_of_a_schema_counts_as_touched():
    named = {"A": holds(to("B", "properties", "held")), "B": holds({"type": "string"})}
    assert untouched(schemas(**named), schemas(**named)) == {"B"}


@pytest.mark.parametrize(("one", "other"), [(1, True), (0, False), (1, 1.0), ([0], [False])])
def test_what_python_calls_equal_may_differ_in_json(one, other):
    assert untouched(schemas(A={"default": one}), schemas(A={"default": other})) == set()


def test_the_order_of_keys_does_not_matter_but_that_of_lists_does():
    assert untouched(schemas(A={"type": "string", "format": "date"}), schemas(A={"format": "date", "type": "string"}))
    assert not untouched(schemas(A={"oneOf": [{}, to("B")]}, B={}), schemas(A={"oneOf": [to("B"), {}]}, B={})) - {"B"}


def test_the_same_operation_is_told_of_when_only_the_way_to_authenticate_changed():
    key = {"type": "apiKey", "in": "header"}
    old = {
        "openapi": "3.1.0",
        "paths": {"/jobs": {"get": {"operationId": "list_jobs", "responses": {}}}},
        "components": {"securitySchemes": {"key": {**key, "name": "X-Key"}, "token": {**key, "name": "X-Token"}}},
        "security": [{"key": []}],
    }
    (change,) = compare(old, {**old, "security": [{"token": []}]})
    assert change.rule == "operation-security-changed"
    (change,) = compare(old, put(old, ("components", "securitySchemes", "key", "name"), "X-New"))
    assert change.rule == "security-scheme-changed"


@pytest.mark.parametrize("name", random.Random(0).sample(sorted(KINDS), 24))
def test_leaving_out_what_is_untouched_changes_no_report(name, monkeypatch):
    whole = judge.excerpt("/v1/jobs", "/v1/jobs/{job_id}/files", "job.flagged")
    for mutant in judge.mutants(whole, KINDS[name], 2):
        old = mutant.old or whole.document
        short = compare(old, mutant.new)
        with monkeypatch.context() as patch:
            patch.setattr(Untouched, "has", lambda *_: False)
            assert short == compare(old, mutant.new)
