"""Everything that is made from the contract, made again: `make regenerate`, `make regenerate SPEC=path-or-URL`.

1. read and validate the contract; with SPEC, the new one (nothing is touched if it is refused)
2. run openapi-python-client with our settings and templates, and add `limits.py` and `shapes.py`
3. derive `firsthandapi/_sync` from `firsthandapi/_async`
4. format all of it, put it in place, and say which files changed

With --check nothing is written: files that are stale, edited by hand, missing or left over are named, exit 1.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import derive_sync
import limits
import openapi_python_client.cli
import shapes
import spec_file
from typer.testing import CliRunner

from firsthandapi.drift.calls import identifier, left_out
from firsthandapi.drift.references import Document, Located, escaped, walk
from firsthandapi.drift.request import IGNORED, JSON, access, json_in
from firsthandapi.drift.schema import UNIONS, Schemas

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "openapi.yaml"
GENERATED = Path("generated/firsthandapi_generated")
ASYNC = Path("firsthandapi/_async")
SYNC = Path("firsthandapi/_sync")
HEADER = "# Generated from openapi.yaml by `make regenerate`. Do not edit.\n"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 done, 1 stale (with --check), 2 refused."""
    parser = argparse.ArgumentParser(prog="regenerate", description=__doc__.splitlines()[0])
    parser.add_argument("--spec", help="replace openapi.yaml by this document first: a path or an http(s) URL")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and name what is stale")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        try:
            text, notes = prepare(options.spec or str(SPEC), work)
        except spec_file.SpecError as error:
            print(f"refused: {error}\nnothing was changed", file=sys.stderr)
            return 2
        changes = [change for part in (GENERATED, SYNC) for change in compare(ROOT / part, work / part, part)]
        if options.check:
            for change in changes:
                print(f"stale: {change}")
            if changes:
                print("run `make regenerate`; what it writes is never edited by hand", file=sys.stderr)
            return 1 if changes else 0
        if options.spec and text != SPEC.read_text(encoding="utf-8"):
            SPEC.write_text(text, encoding="utf-8")
            changes.insert(0, "changed openapi.yaml")
        for part in (GENERATED, SYNC):
            if files(work / part) != files(ROOT / part):
                install(work / part, ROOT / part)
    print("\n".join([*(changes or ["no change"]), *notes]))
    return 0


def prepare(source: str, work: Path) -> tuple[str, list[str]]:
    """Make everything in a scratch folder; returns the contract as YAML text, and what is left out of it."""
    text, document = spec_file.load(source)
    notes = list(missing(document))
    contract = work / "openapi.yaml"
    contract.write_text(text, encoding="utf-8")
    plain = work / "plain.json"
    simple = as_text(by_role(unconditional(in_order(secured(heeded(in_json(document)))))))
    # YAML has dates where a tag says so. The generator reads JSON several times as fast.
    plain.write_text(json.dumps(simple, default=str), encoding="utf-8")
    generate(plain, work / GENERATED)
    name_calls(document, work / GENERATED / "api")
    (work / GENERATED / "limits.py").write_text(limits.module(document), encoding="utf-8")
    (work / GENERATED / "shapes.py").write_text(shapes.module(document), encoding="utf-8")
    (work / GENERATED / "py.typed").touch()
    for module in (work / GENERATED).rglob("*.py"):
        module.write_text(HEADER + module.read_text(encoding="utf-8"), encoding="utf-8")
    derive_sync.derive_package(ROOT / ASYNC, work / SYNC)
    # F401: the templates import for every case; UP006/UP007 stay off, Python 3.9 reads these files.
    for command in (["check", "--fix-only", "--select", "F401,I"], ["format"]):
        settings = ["--isolated", "--no-cache", "--line-length", "120", "--target-version", "py39"]
        tree = [str(work / GENERATED), str(work / SYNC)]
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *settings, *tree], capture_output=True, text=True
        )
        if done.returncode:
            raise spec_file.SpecError(
                f"what the generator made of it cannot be formatted:\n{done.stdout}{done.stderr}".rstrip()
            )
    return text, notes


def in_order(node: Any) -> Any:
    """The contract with the properties of each schema in one order: required ones as they are listed, then by name."""
    if isinstance(node, list):
        return [in_order(child) for child in node]
    if not isinstance(node, dict):
        return node
    node = {key: in_order(child) for key, child in node.items()}
    if isinstance(node.get("properties"), dict):
        first = node.get("required", [])
        names = sorted(node["properties"], key=lambda name: (first.index(name) if name in first else len(first), name))
        node["properties"] = {name: node["properties"][name] for name in names}
    return node


def unconditional(document: dict[str, Any]) -> dict[str, Any]:
    """The contract without unions that only ask for more of the fields beside them, such as one of two.

    The generator would make a class of each member, and none of the whole.
    """
    schemas = Schemas(Document(document))
    for place, node in walk(document, []):
        if isinstance(node, dict) and isinstance(node.get("properties"), dict):
            pointer = "".join(f"/{escaped(part)}" for part in place)
            for keyword in schemas.view((Located(node, pointer),)).facts.keys() & set(UNIONS):
                del node[keyword]
    return document


def heeded(document: dict[str, Any]) -> dict[str, Any]:
    """The contract without the parameters that are none, headers that it describes elsewhere, and those left out."""
    known = Document(document)
    for (top, path, method), operation in spec_file.operations(document):
        item = known.follow(known.at(top, path))
        unmade = [one.item.value for one in left_out(known, item.child(method))]
        for holder in (item.value, operation):
            if "parameters" in holder:
                listed = [(one, spec_file.resolve(document, one)) for one in holder["parameters"]]
                holder["parameters"] = [
                    one
                    for one, said in listed
                    if said["in"] != "header" or said["name"].lower() not in IGNORED
                    if not any(one is other for other in unmade)
                ]
    return document


def missing(document: dict[str, Any]) -> Iterator[str]:
    """One line for each parameter that is left out."""
    known = Document(document)
    for (top, path, method), operation in spec_file.operations(document):
        for one in left_out(known, known.follow(known.at(top, path)).child(method)):
            yield f"left out of {operation['operationId']}: {one.reason}"


def secured(document: dict[str, Any]) -> dict[str, Any]:
    """The contract with security said at each operation, and at those only that want the key of the client.

    The generator looks there only, and takes whatever it finds for that key.
    """
    known = Document(document)
    for _, operation in spec_file.operations(document):
        wanted = access(known, Located(operation, "")).bearer
        operation["security"] = [{"key": []}] if wanted else []
    return document


def by_role(document: dict[str, Any]) -> dict[str, Any]:
    """The contract with what is sent closed and everything else open: so the templates tell requests from answers."""
    sent: set[int] = set()

    def gather(node: Any) -> None:
        node = spec_file.resolve(document, node)
        if id(node) not in sent and isinstance(node, (dict, list)):
            sent.add(id(node))
            for child in node.values() if isinstance(node, dict) else node:
                gather(child)

    for _, operation in spec_file.operations(document):
        gather(operation.get("requestBody"))
    for _, node in walk(document, []):
        if isinstance(node, dict) and isinstance(node.get("properties"), dict):
            if id(node) in sent:
                node["additionalProperties"] = False
            elif node.get("additionalProperties") is False:
                del node["additionalProperties"]
    return document


def in_json(document: dict[str, Any]) -> dict[str, Any]:
    """The contract without the media types that a body may have beside JSON, and that called by its plain name.

    The client asks for none of the others, and reads JSON by any name.
    """
    for _, node in walk(document, []):
        content = node.get("content") if isinstance(node, dict) else None
        if isinstance(content, dict) and (media := json_in(content)):
            node["content"] = {JSON: content[media]}
    return document


def as_text(document: dict[str, Any]) -> dict[str, Any]:
    """The contract with UUIDs and bytes as the text that they are in JSON.

    The generator has classes for them, which JSON cannot carry; and an id that is said to be a UUID stays what it was.
    """
    for _, node in walk(document, []):
        if isinstance(node, dict) and node.get("format") in ("uuid", "binary"):
            del node["format"]
    return document


def generate(contract: Path, target: Path) -> None:
    """Run the pinned generator; what it cannot express refuses the contract instead of being skipped."""
    target.parent.mkdir(parents=True)
    scripts = ROOT / "scripts"
    command = ["generate", "--path", str(contract)]
    command += ["--config", str(scripts / "codegen.yml"), "--custom-template-path", str(scripts / "templates")]
    command += ["--meta", "none", "--output-path", str(target), "--fail-on-warning"]
    done = CliRunner().invoke(openapi_python_client.cli.app, command)
    if done.exit_code:
        crash = "" if isinstance(done.exception, SystemExit) else repr(done.exception)
        raise spec_file.SpecError(f"the generator refuses it:\n{done.output}{crash}".rstrip())


def name_calls(document: dict[str, Any], modules: Path) -> None:
    """Call each operation what the contract calls it; the generator knows only the module's name: `import_`."""
    for _, operation in spec_file.operations(document):
        name = operation["operationId"]
        for module in modules.glob(f"*/{identifier(name)}.py"):
            text = module.read_text(encoding="utf-8")
            said = f"operation_id={json.dumps(name)}"
            module.write_text(text.replace(f'operation_id="{module.stem}"', said), encoding="utf-8")


def compare(old: Path, new: Path, label: Path) -> list[str]:
    """One line for each file that differs between two folders."""
    before, after = files(old), files(new)
    lines = []
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            word = "added" if name not in before else "removed" if name not in after else "changed"
            lines.append(f"{word} {label / name}")
    return lines


def files(folder: Path) -> dict[str, bytes]:
    """Content by relative path of every file that belongs to the source tree."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def install(new: Path, old: Path) -> None:
    """Put a finished folder in the place of the old one, strays included."""
    shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(new, old)


if __name__ == "__main__":
    sys.exit(main())
