"""The drift report on mutations of the contract: a sample of `make test-drift`, and copies that mean the same.

Each kind of mutation is tried at some places, drawn by a seed, in an excerpt of the contract.
"""

from __future__ import annotations

import functools
import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from mutations import KINDS, judge, oracle
from mutations.edit import mapped, pointer
from mutations.kind import RISE

from firsthandapi.drift import compare
from firsthandapi.drift.references import target
from firsthandapi.drift.rules import RULES

ROOT = Path(__file__).resolve().parent.parent
EXCERPT = (
    "/v1/jobs",
    "/v1/jobs/{job_id}",
    "/v1/jobs/{job_id}/cancel",
    "/v1/jobs/{job_id}/files",
    "/v1/auth/signup",
    "submission.scored",
    "job.flagged",
    "credits.purchased",
)
PLACES = 2
SEED = 0


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_is_caught_named_and_nothing_else_is_said(name):
    counted, wrong = judge.tally(judge.excerpt(*EXCERPT), KINDS[name], PLACES, SEED)
    assert counted.mutants, "nothing in the excerpt can be changed so"
    assert not wrong, "\n".join(wrong)


def test_the_kinds_are_many_and_of_every_class():
    assert len(KINDS) >= 60
    assert {kind.level for kind in KINDS.values()} == set(RISE)


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_expects_rules_that_there_are(name):
    assert KINDS[name].rules <= RULES.keys()


@pytest.mark.parametrize("name", [name for name in KINDS if "everywhere" not in name])
def test_each_place_that_is_shown_is_in_one_of_the_contracts(name):
    whole = judge.excerpt(*EXCERPT)
    for mutant in judge.mutants(whole, KINDS[name], 1, SEED):
        old = mutant.old or whole.document
        for change in compare(old, mutant.new):
            for place in change.places:
                assert leads_somewhere(mutant.new, place) or leads_somewhere(old, place), f"{change.rule} at {place}"


def leads_somewhere(document: Any, place: str) -> bool:
    try:
        target(document, f"#{place}")
    except (LookupError, ValueError):
        return False
    return True


UNNAMED = {
    f"{subject}-became-{word}": "what one side never sees of an object is none of its fields, before and after"
    for subjects, words in (
        (("request-parameter", "request-property"), ("write-only", "not-write-only")),
        (("response-header", "response-property", "event-header", "event-property"), ("read-only", "not-read-only")),
    )
    for subject in subjects
    for word in words
}
"""Rules that no kind of mutation can lead to, and why."""


def test_each_rule_is_expected_by_a_kind_of_mutation():
    named = {rule for kind in KINDS.values() for rule in kind.rules}
    assert named | UNNAMED.keys() == RULES.keys()
    assert not named & UNNAMED.keys()


def test_each_mutant_differs_from_the_contract():
    whole = judge.excerpt(*EXCERPT)
    for kind in KINDS.values():
        if kind.level != "none":  # another order of keys is no other value
            for mutant in judge.mutants(whole, kind, PLACES, SEED):
                assert mutant.new != (mutant.old or whole.document), f"{kind.name} at {pointer(mutant.place)}"


def test_a_report_that_says_nothing_is_not_right():
    """The judge itself is judged: by silence, by another level, by another place, by another name."""
    whole = judge.excerpt(*EXCERPT)
    kind = KINDS["response field removed"]
    (mutant,) = [one for one in kind.make(whole) if one.place[-3:] == ("Job", "properties", "files_approved")]
    (change,) = compare(whole.document, mutant.new)
    assert judge.judged(kind, mutant, [change]).is_right
    assert not judge.judged(kind, mutant, []).caught
    for wrong in ({"level": "risky"}, {"pointer": "/components/schemas/File/properties/id"}):
        assert not judge.judged(kind, mutant, [evolve(change, **wrong)]).caught
    for wrong in ({"rule": "response-property-added"}, {"uses": ()}):
        verdict = judge.judged(kind, mutant, [evolve(change, **wrong)])
        assert (verdict.caught, verdict.named) == (True, False)
    second = evolve(change, pointer="/components/schemas/File/properties/id")
    assert judge.judged(kind, mutant, [change, second]).alarms


def evolve(change: Any, **values: Any) -> Any:
    import attrs

    return attrs.evolve(change, **values)


PAIRED = [
    "query parameter removed",
    "query parameter becomes required",
    "request field renamed",
    "request field type changed",
    "sent field becomes required",
    "response field removed",
    "response field becomes nullable",
    "response field becomes optional",
]


@pytest.mark.parametrize("seed", range(12))
def test_two_changes_at_once_are_both_caught(seed):
    whole = judge.excerpt(*EXCERPT)
    one, other = (KINDS[name] for name in random.Random(seed).sample(PAIRED, 2))
    (first,) = judge.mutants(whole, one, 1, seed)
    touched = [pointer(place) for place in (first.place, *first.around)]
    second = next(
        mutant
        for mutant in judge.mutants(judge.Contract(first.new), other, 20, seed)
        if not any(judge.is_within(pointer(mutant.place), place) for place in touched)
        and not any(judge.is_within(place, pointer(mutant.place)) for place in touched)
    )
    changes = compare(whole.document, second.new)
    for kind, mutant in ((one, first), (other, second)):
        verdict = judge.judged(kind, mutant, changes)
        assert (verdict.caught, verdict.named) == (True, True), f"{kind.name} at {pointer(mutant.place)}: {verdict.why}"


# Copies that mean the same


def turned(node: Any) -> Any:
    """A mapping, last key first."""
    return {key: node[key] for key in reversed(list(node))} if isinstance(node, dict) else node


@functools.cache
def same_contracts() -> dict[str, str]:
    """The contract's text, written in other ways, by the ending of its name."""
    document = judge.contract().document
    return {
        "flow.yaml": yaml.dump(document, Dumper=yaml.CSafeDumper, default_flow_style=True, width=60, sort_keys=False),
        "json": json.dumps(document, indent=1),
        "turned.yaml": yaml.dump(mapped(document, turned), Dumper=yaml.CSafeDumper, sort_keys=False),
        "turned.json": json.dumps(mapped(document, turned)),
    }


@pytest.mark.parametrize("name", ["flow.yaml", "json", "turned.yaml", "turned.json"])
def test_a_copy_in_another_form_and_order_is_no_change(name):
    copy = yaml.load(same_contracts()[name], Loader=yaml.CSafeLoader)
    assert compare(judge.contract().document, copy) == []
    assert compare(copy, judge.contract().document) == []


@pytest.mark.parametrize("name", ["all references replaced", "allOf flattened", "object split into an allOf"])
def test_a_copy_with_references_inlined_or_all_of_flattened_is_no_change(name):
    whole = judge.contract()
    for mutant in judge.mutants(whole, KINDS[name], PLACES, SEED):
        old = mutant.old or whole.document
        assert compare(old, mutant.new) == compare(mutant.new, old) == [], pointer(mutant.place)


# Somebody else's opinion


@pytest.mark.parametrize(
    "name", ["response field removed", "sent field becomes required", "auth scheme changed", "operation added"]
)
def test_redocly_agrees(name):
    (mutant,) = judge.mutants(judge.excerpt(*EXCERPT), KINDS[name], 1, SEED)
    bump = oracle.bump(judge.excerpt(*EXCERPT).document, mutant.new)
    if bump is None:
        pytest.skip("there is no Node here, or it has no Redocly")
    assert (bump == "major") is (KINDS[name].level == "breaking")
