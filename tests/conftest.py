"""Each call that the SDK makes in a test is checked against `openapi.yaml`, request and answer, by `contract_check`.

The check stands where the SDK sends, so it sees every call of this process, whatever answers it: a mock, a socket, a
sandbox, or a client that was handed in. A test fails when one of its calls is not as the contract says; one that breaks
it on purpose says so, and why:

    @pytest.mark.off_contract("a proxy answers with HTML")                # some of its answers are wrong
    @pytest.mark.off_contract("the fields are made up", requests=True)    # some of its requests are wrong

The other half of its calls is checked all the same (both marks together excuse both), and a mark that excuses nothing
is a failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from firsthandapi._http import Answer, AsyncPool, Outgoing, Pool

try:
    from contract_check import Received, Sent, contract
except ModuleNotFoundError as error:
    if error.name not in ("jsonschema_rs", "yaml"):
        raise
    contract = None  # the sandbox's extra, with the validator, is not installed

CHECKED: list[str] = []
"""The operation of each call that was checked."""
FAULTS: dict[str, list[str]] = {"requests": [], "answers": []}
"""What is wrong with the calls of the test that runs."""


def check_request(base_url: str, request: Outgoing) -> Sent:
    """Note what is wrong with a request."""
    sent = Sent(request.method, request.url[len(base_url) :], request.headers, request.content)
    FAULTS["requests"] += [f"{sent.method} {sent.url}: {fault}" for fault in contract().faults_of_request(sent)]
    return sent


def check_answer(sent: Sent, answer: Answer) -> None:
    """Note what is wrong with the answer to a request, if the contract has its operation."""
    operation = contract().operation(sent)
    if operation is not None:
        CHECKED.append(operation.id)
        faults = contract().faults_of_answer(operation, Received(*answer))
        FAULTS["answers"] += [f"{sent.method} {sent.url}, {answer.status}: {fault}" for fault in faults]


def watch() -> None:
    """Put the check where the SDK sends."""
    send_once, asend_once = Pool.send_once, AsyncPool.asend_once

    def checked(pool: Pool, request: Outgoing, timeout: float) -> Answer:
        sent = check_request(pool._base_url, request)
        answer = send_once(pool, request, timeout)
        check_answer(sent, answer)
        return answer

    async def achecked(pool: AsyncPool, request: Outgoing, timeout: float) -> Answer:
        sent = check_request(pool._base_url, request)
        answer = await asend_once(pool, request, timeout)
        check_answer(sent, answer)
        return answer

    Pool.send_once, AsyncPool.asend_once = checked, achecked  # type: ignore[method-assign]


if contract is not None:
    watch()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        # The client warns of an answer that is off the contract, and here it is so on purpose.
        if item.get_closest_marker("off_contract"):
            item.add_marker(pytest.mark.filterwarnings("ignore::firsthandapi.FirstHandDriftWarning"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    for faults in FAULTS.values():
        faults.clear()
    yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    yield
    excused = {"requests" if mark.kwargs.get("requests") else "answers" for mark in item.iter_markers("off_contract")}
    for half, faults in FAULTS.items():
        if faults and half not in excused:
            pytest.fail("\n".join([f"{half} are not as openapi.yaml says:", *dict.fromkeys(faults)]), pytrace=False)
        if not faults and half in excused and contract is not None:
            pytest.fail(f"off_contract: all {half} are as openapi.yaml says, so the mark must go", pytrace=False)


# With pytest-xdist the tests run in workers, and the summary is written by the process that started them.


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["checked"] = CHECKED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    CHECKED.extend(getattr(node, "workeroutput", {}).get("checked", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if contract is None:
        terminalreporter.write_line("contract: no call was checked, the extra `sandbox` is not installed")
    else:
        of = f"{len(set(CHECKED))} of {len(contract().operations)} operations"
        terminalreporter.write_line(f"contract: {len(CHECKED)} calls of {of} checked against openapi.yaml")
