"""The sandbox keeps to `openapi.yaml`, says schemathesis, which shares no code with either.

It makes requests from the contract, good ones and bad ones, alone and in chains along links, and checks every answer:
status, headers, body, refusal of what is wrong, acceptance of what is right, keys, unsupported methods, use after
deletion. The runs are deterministic: fixed cases, a fixed seed and a frozen clock.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from sandbox_support import START, client_of, get, post_job, quick_media

from firsthandapi._spec import spec_text
from firsthandapi.sandbox import Sandbox, webhooks
from firsthandapi.sandbox.handlers import HANDLERS
from firsthandapi.sandbox.replies import Reply

pytest.importorskip("schemathesis", reason="it is in requirements/dev.txt only, for Python 3.11 and newer")

__all__ = ["quick_media"]

HOOKS = Path(__file__).resolve().parent / "conformance_hooks.py"


OPERATIONS = set(HANDLERS)


class Outcome(NamedTuple):
    """What a run of schemathesis said, and which operations it got a success from."""

    status: int
    output: str
    succeeded: set[str]


@pytest.fixture(autouse=True)
def no_deliveries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Webhooks go to whatever address the run invents, so none is really sent."""
    monkeypatch.setattr(webhooks, "_post", lambda url, body, headers: True)


def seeded(sandbox: Sandbox) -> dict[str, str]:
    """Give the sandbox one thing of each kind; return their ids by the name of the path parameter."""
    with client_of(sandbox) as api:

        def made(path: str, **body: Any) -> str:
            answer = api.post(path, json=body)
            assert answer.status_code == 201, answer.text
            return str(answer.json()["id"])

        endpoint = made("/v1/webhook_endpoints", url="https://example.com/hook", events=["submission.scored"])
        task = made("/v1/tasks", task_type="support_reply", candidate_output={"content": "Yes."})
        sandbox.review(task, decision="approve_with_edit")
        done, job = post_job(api, files_needed=1)["id"], post_job(api)["id"]
        sandbox.upload(done)
        return {
            "CompletedJobId": done,
            "JobId": job,
            "SubmissionId": sandbox.upload(job)["id"],
            "FileId": get(api, f"/v1/jobs/{job}/files")["data"][0]["id"],
            "TaskId": task,
            "KeyId": made("/v1/api_keys", name="another"),
            "EndpointId": endpoint,
            "EventId": get(api, "/v1/webhook_events")["data"][0]["id"],
        }


def contract_of(ids: dict[str, str]) -> dict[str, Any]:
    """The contract, said more precisely where it leaves open what this sandbox knows."""
    contract: dict[str, Any] = json.loads(json.dumps(yaml.load(spec_text(), Loader=yaml.CSafeLoader), default=str))
    parameters = contract["components"]["parameters"]
    parameters["CompletedJobId"] = {**parameters["JobId"]}
    for name, id in ids.items():
        parameters[name]["example"] = id
    # Only a completed job can be rated.
    contract["paths"]["/v1/jobs/{job_id}/rate"]["parameters"] = [{"$ref": "#/components/parameters/CompletedJobId"}]
    # A server may ignore preferences that it does not understand (RFC 7240), and on a frozen clock a wait has no end.
    for path in ("/v1/jobs/{job_id}", "/v1/tasks/{task_id}"):
        del contract["paths"][path]["get"]["parameters"]
    task = contract["components"]["schemas"]["TaskCreate"]["properties"]
    task["task_type"]["enum"], task["category"]["enum"] = ["support_reply"], ["text"]
    for name in ("WebhookEndpointCreate", "WebhookEndpointUpdate"):
        contract["components"]["schemas"][name]["properties"]["url"]["pattern"] = "^https://[a-z]"
    return contract


def run(sandbox: Sandbox, folder: Path, *options: str) -> Outcome:
    """Let schemathesis loose on a sandbox."""
    ids = seeded(sandbox)
    (folder / "contract.json").write_text(json.dumps(contract_of(ids)))
    with client_of(sandbox) as api:
        own = get(api, "/v1/api_keys")["data"][-1]["id"]
    seeding = len(sandbox.log)
    command = [sys.executable, "-m", "schemathesis.cli", "run", "contract.json", "--url", sandbox.base_url]
    command += ["-H", f"Authorization: Bearer {sandbox.api_key}", "--generation-deterministic", "--no-color"]
    hooks = {"SCHEMATHESIS_HOOKS": str(HOOKS), "CONFORMANCE_KEY_ID": own}
    done = subprocess.run(
        [*command, "--continue-on-failure", "--warnings", "off", *options],
        cwd=folder,
        env={**os.environ, **hooks},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    succeeded = {entry.operation for entry in sandbox.log[seeding:] if 200 <= (entry.status or 0) < 300}
    return Outcome(done.returncode, done.stdout, succeeded)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(seed=7, frozen=True, start=START, credits_cents=10**12, workers=0, strict=True) as sandbox:
        yield sandbox


def test_single_requests_good_and_bad_are_answered_as_the_contract_says(sandbox: Sandbox, tmp_path: Path) -> None:
    outcome = run(sandbox, tmp_path, "--phases", "examples,coverage")
    assert outcome.status == 0, outcome.output
    # An operation that only ever refuses was not tested.
    assert outcome.succeeded == OPERATIONS


def test_invented_requests_are_answered_as_the_contract_says(sandbox: Sandbox, tmp_path: Path) -> None:
    outcome = run(sandbox, tmp_path, "--phases", "fuzzing", "--max-examples", "40")
    assert outcome.status == 0, outcome.output


def test_chains_of_requests_are_answered_as_the_contract_says(sandbox: Sandbox, tmp_path: Path) -> None:
    outcome = run(sandbox, tmp_path, "--phases", "stateful", "--max-examples", "200")
    assert outcome.status == 0, outcome.output
    assert linked_operations() <= outcome.succeeded


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (Reply(200, {"object": "credit_balance"}), "ST108"),
        (Reply(418, {}), "ST103"),
    ],
    ids=["schema", "status"],
)
def test_a_sandbox_that_breaks_the_contract_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Reply, complaint: str
) -> None:
    monkeypatch.setitem(HANDLERS, "get_credit_balance", lambda call: answer)
    with Sandbox(seed=7, frozen=True, start=START, workers=0) as careless:
        outcome = run(careless, tmp_path, "--phases", "coverage", "--include-operation-id", "get_credit_balance")
    assert outcome.status == 1
    assert complaint in outcome.output, outcome.output


def linked_operations() -> set[str]:
    """The operations that the contract's links lead to."""
    paths = yaml.load(spec_text(), Loader=yaml.CSafeLoader)["paths"]
    answers = [
        answer
        for item in paths.values()
        for method, operation in item.items()
        if method != "parameters"
        for answer in operation["responses"].values()
    ]
    return {link["operationId"] for answer in answers for link in answer.get("links", {}).values()}
