"""What an editor offers while one types, asked of pyright's language server, as editors do."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import FILE, JOB, both

from firsthandapi import WEBHOOK_EVENT_TYPES, Client

pytest.importorskip("pyright", reason="it is in requirements/dev.txt only, for Python 3.11 and newer")


class LanguageServer:
    """JSON-RPC over the pipes of a process. It looks at the packages of this Python, and writes nothing to disk."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "pyright.langserver", "--stdio"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=folder, stdin=pipe, stdout=pipe, stderr=pipe)
        self.folder = folder
        self.asked = 0

    def start(self) -> None:
        documents = {"signatureHelp": {"signatureInformation": {"documentationFormat": ["plaintext"]}}}
        capabilities = {"workspace": {"configuration": True}, "textDocument": documents}
        workspace = [{"uri": self.folder.as_uri(), "name": "user"}]
        self.ask("initialize", processId=None, rootUri=None, workspaceFolders=workspace, capabilities=capabilities)
        self.send(method="initialized", params={})

    def at_the_cursor(self, code: str, what: str) -> Any:
        """`completion` or `signatureHelp` where `|` stands; what comes behind it, editors close by themselves."""
        typed, _, closed = code.partition("|")
        uri = (self.folder / f"typed_{self.asked}.py").as_uri()
        document = {"uri": uri, "languageId": "python", "version": 1, "text": typed + closed}
        self.send(method="textDocument/didOpen", params={"textDocument": document})
        *before, line = typed.split("\n")
        position = {"line": len(before), "character": len(line)}
        return self.ask(f"textDocument/{what}", textDocument={"uri": uri}, position=position)

    def ask(self, method: str, **params: Any) -> Any:
        self.asked += 1
        self.send(id=self.asked, method=method, params=params)
        while True:
            message = self.receive()
            if message.get("method") == "workspace/configuration":
                settings = [{"pythonPath": sys.executable} for _ in message["params"]["items"]]
                self.send(id=message["id"], result=settings)
            elif "method" in message and "id" in message:
                self.send(id=message["id"], result=None)
            elif message.get("id") == self.asked:
                return message["result"]

    def send(self, **message: Any) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))
        self.process.stdin.flush()

    def receive(self) -> Any:
        # Before its first message may come what was printed while node was being installed.
        for line in self.process.stdout:
            name, _, value = line.partition(b":")
            if name == b"Content-Length":
                while line.strip():
                    line = self.process.stdout.readline()
                return json.loads(self.process.stdout.read(int(value)))
        raise EOFError("the language server ended")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    server = LanguageServer(tmp_path_factory.mktemp("user"))
    with server.process as process:
        too_long = threading.Timer(60, process.kill)
        too_long.start()
        try:
            server.start()
        except (EOFError, OSError):
            said = process.stderr.read().decode().strip().splitlines()
            pytest.skip(f"pyright's language server does not start: {said[-1:]}")
        else:
            yield server
            server.ask("shutdown")
            server.send(method="exit")
        finally:
            too_long.cancel()


class Typing:
    """What a user of one client types: `await` is there for the asynchronous one only."""

    def __init__(self, server: LanguageServer, name: str) -> None:
        self.server = server
        self.name = name
        self.start = f"from firsthandapi import {name}\nclient = {name}()\n"

    def ask(self, code: str, what: str) -> Any:
        spoken = code if self.name == "AsyncClient" else code.replace("await ", "").replace("async ", "")
        return self.server.at_the_cursor(self.start + spoken, what)

    def offered(self, code: str) -> list[str]:
        """What is offered at the cursor, in the order in which an editor shows it."""
        items = sorted(self.ask(code, "completion")["items"], key=lambda item: item["sortText"])
        return [item["label"].strip("'\"") for item in items]


@pytest.fixture
def typing(side: Any, server: LanguageServer) -> Typing:
    return Typing(server, side.type.__name__)


RESOURCES = {
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
}


LIVE = {"active", "open", "filled", "in_progress"}
FINAL = {"completed", "cancelled"}
EVERYDAY = 'type="feedback", description="...", content_type="image", quantity=1, reward_per_file=75'
DOCUMENTED = 'type="feedback", description="...", files_needed=1, price_per_file_cents=75'


def public(names: Any) -> set[str]:
    return {name for name in names if not name.startswith("_")}


@both
def test_the_client_offers_its_resources_and_flat_methods(typing: Typing) -> None:
    offered = typing.offered("client.|")
    assert public(offered) == public(dir(Client))
    assert public(offered) > RESOURCES | {"create_job", "create_job_and_wait", "submit_and_wait", "close"}
    first_private = next(place for place, name in enumerate(offered) if name.startswith("_"))
    assert set(offered[:first_private]) >= RESOURCES


@both
@pytest.mark.parametrize("resource", sorted(RESOURCES))
def test_a_resource_offers_its_methods_first(typing: Typing, resource: str) -> None:
    offered = typing.offered(f"client.{resource}.|")
    methods = public(dir(getattr(Client("fh_test_key"), resource)))
    assert methods
    assert set(offered[: len(methods)]) == methods


@both
def test_creating_a_job_offers_the_words_of_both_vocabularies(typing: Typing) -> None:
    keywords = [label[:-1] for label in typing.offered("await client.jobs.create(|)") if label.endswith("=")]
    assert set(keywords) == {*inspect.signature(Client("fh_test_key").jobs.create).parameters}
    assert {"files_needed", "price_per_file_cents", "quantity", "reward_per_file"} < set(keywords)

    documented, everyday = typing.ask("await client.jobs.create(|)", "signatureHelp")["signatures"]
    for signature, words in [
        (documented, ["files_needed: int", "price_per_file_cents: int", "accepted_formats: Sequence[KnownMimeType]"]),
        (everyday, ["quantity: int", "reward_per_file: int", "content_type: ContentType"]),
    ]:
        taken = [parameter["label"] for parameter in signature["parameters"]]
        assert {*words, "description: str", "title: str | None = None"} < set(taken)
        explained = signature["documentation"]["value"]
        assert explained.startswith("Post a job")
        assert all(f"    {word.partition(':')[0]}: " in explained for word in words)


@both
@pytest.mark.parametrize(("code", "values"), [
    ('await client.jobs.create(type="|")', {"data_collection", "feedback"}),
    ('await client.jobs.create(content_type="|")', {"image", "audio", "video"}),
    (f'await client.jobs.create({EVERYDAY}, file_formats=["|"])', {"jpeg", "png", "mp3", "mp4"}),
    (f'await client.jobs.create({DOCUMENTED}, accepted_formats=["|"])', {"image/jpeg", "audio/mpeg", "video/mp4"}),
    ('await client.jobs.list(status="|")', LIVE | FINAL),
    ('job = await client.jobs.get("x")\nif job.status == "|"', LIVE | FINAL),
    ('task = await client.tasks.get("x")\nif task.decision == "|"', {"approve", "reject", "approve_with_edit"}),
    ('await client.webhook_endpoints.create(url="https://a.test", events=["|"])', set(WEBHOOK_EVENT_TYPES)),
])  # fmt: skip
def test_values_are_offered(typing: Typing, code: str, values: set[str]) -> None:
    assert set(typing.offered(code)) >= values


@both
def test_results_offer_their_fields_by_both_words(typing: Typing) -> None:
    mapping = {"get", "items", "to_dict"}
    job = set(typing.offered('job = await client.jobs.get("x")\njob.|'))
    assert job >= {*JOB, "quantity", "reward_per_file", "content_type", "file_formats", *mapping}
    assert job == set(typing.offered('job = await client.get_job("x")\njob.|'))
    file = set(typing.offered('async for file in client.files.list(job_id="x"):\n    file.|'))
    assert file >= {*FILE, "file_id", "score", "format", "status", *mapping}
    assert set(typing.offered('file = await client.files.list(job_id="x")\nfile.data[0].|')) == file
