"""What users can see: names, signatures and docstrings, the same in both clients."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest
from firsthandapi_generated import models
from firsthandapi_generated.models.job_status import JOB_STATUS_VALUES

import firsthandapi
import firsthandapi._async
import firsthandapi._sync
from firsthandapi import _waiting, webhooks


def public_classes(package):
    """Every class with a public name that the modules of a package define."""
    found = {}
    for module in pkgutil.iter_modules(package.__path__):
        for name, cls in vars(importlib.import_module(f"{package.__name__}.{module.name}")).items():
            if isinstance(cls, type) and cls.__module__.startswith(package.__name__) and not name.startswith("_"):
                found[name] = cls
    return found


ASYNC = public_classes(firsthandapi._async)
SYNC = public_classes(firsthandapi._sync)
SEEN = {
    name: cls for name, cls in {**ASYNC, **SYNC}.items() if not name.endswith(("Exchange", "Exchanged", "Resource"))
}
"""The classes whose objects users hold."""


def methods(cls):
    """Public methods by name, those of our own base classes included; and the constructor of what users build."""
    found = {
        name: value
        for base in reversed(cls.__mro__)
        if base.__module__.startswith("firsthandapi.")
        for name, value in vars(base).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }
    return {**found, "__init__": cls.__init__} if cls.__name__.endswith("Client") else found


def members(cls):
    return {name for name in dir(cls) if not name.startswith("_")}


def arguments(method):
    return [parameter for parameter in inspect.signature(method).parameters.values() if parameter.name != "self"]


def spoken_of(cls, name, method):
    return (inspect.getdoc(cls) if name == "__init__" else inspect.getdoc(method)) or ""


METHODS = [
    pytest.param(cls, name, method, id=f"{cls.__name__}.{name}")
    for cls in SEEN.values()
    for name, method in methods(cls).items()
]


def as_sync(text):
    return re.sub(r"\bAsync(?=[A-Z])", "", text).replace("Eventual", "Immediate")


def test_there_is_something_to_look_at():
    assert {"Client", "Jobs", "Files", "Submissions", "Billing", "Organization", "Page"} <= set(SEEN)
    assert len(METHODS) > 60


# Names


def test_the_public_names_are_the_ones_that_type_checkers_see():
    tree = ast.parse(Path(firsthandapi.__file__).read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If) and node.test.id == "TYPE_CHECKING"]
    seen = {}
    for node in block.body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                assert alias.asname == alias.name, "written so that type checkers see a name that is meant to be public"
                seen[alias.name] = f"{'.' * node.level}{node.module}", alias.name
        else:
            seen[node.targets[0].id] = None, node.value.id
    assert sorted(firsthandapi.__all__) == sorted(["__version__", *seen])
    for name, (module, own_name) in seen.items():
        public = getattr(firsthandapi, name)
        source = importlib.import_module(module, "firsthandapi") if module else firsthandapi
        assert public is getattr(source, own_name), name


def test_names_come_with_their_other_spellings():
    assert firsthandapi.FirstHandClient is firsthandapi.Client
    assert firsthandapi.AsyncFirstHandClient is firsthandapi.AsyncClient
    assert set(dir(firsthandapi)) == set(firsthandapi.__all__)
    with pytest.raises(AttributeError, match="'Clint'"):
        _ = firsthandapi.Clint


def loaded_after(code):
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys, json; print(json.dumps(sorted(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("module", ["client", "errors", "models", "webhooks"])
def test_modules_of_the_published_package_are_there_at_once(module):
    subprocess.run([sys.executable, "-c", f"import firsthandapi; firsthandapi.{module}.__doc__"], check=True)


HEAVY = {"httpx", "httpcore", "anyio", "asyncio", "ssl", "dateutil"}


def test_import_loads_neither_httpx_nor_models():
    loaded = loaded_after("import firsthandapi")
    assert "firsthandapi" in loaded
    # Only what we load ourselves: an editable installation or a debugger may load more into every process.
    loaded -= loaded_after("pass")
    assert not loaded & {*HEAVY, "attr", "attrs", "firsthandapi_generated"}


def test_a_client_is_built_without_httpx():
    loaded = loaded_after("import firsthandapi; firsthandapi.Client(api_key='fh_test_key')") - loaded_after("pass")
    assert "firsthandapi._sync.client" in loaded
    assert "firsthandapi._async.client" not in loaded
    assert not loaded & (HEAVY - {"ssl"})


# Twins


def test_each_async_class_has_its_sync_twin():
    assert {as_sync(name) for name in ASYNC} == set(SYNC)


@pytest.mark.parametrize("name", sorted(ASYNC))
def test_twins_have_the_same_members_with_the_same_signatures(name):
    ours, twin = ASYNC[name], SYNC[as_sync(name)]
    assert members(ours) == members(twin)
    theirs = methods(twin)
    assert {method: as_sync(str(inspect.signature(value))) for method, value in methods(ours).items()} == {
        method: str(inspect.signature(value)) for method, value in theirs.items()
    }


@pytest.mark.parametrize("name", sorted(ASYNC))
def test_nothing_async_is_left_in_a_sync_twin(name):
    for method, value in methods(SYNC[as_sync(name)]).items():
        assert not inspect.iscoroutinefunction(value), method
        assert not inspect.isasyncgenfunction(value), method
        assert "await " not in (inspect.getdoc(value) or ""), method


# Signatures and docstrings


@pytest.mark.parametrize(("cls", "name", "method"), METHODS)
def test_signatures_say_what_they_mean(cls, name, method):
    signature = inspect.signature(method)
    for parameter in arguments(method):
        assert parameter.annotation is not inspect.Parameter.empty, parameter.name
    assert signature.return_annotation is not inspect.Signature.empty
    # `Any` stands for JSON: in the metadata of a job, and in the envelope of a page.
    text = re.sub(r"\bMapping\[str, Any\]", "JSON", str(signature))
    assert not re.search(r"\b(Unset|UNSET)\b", text), text
    assert not re.search(r"\bAny\b", text) or (cls.__name__.endswith("Page") and name == "get"), text


@pytest.mark.parametrize(("cls", "name", "method"), METHODS)
def test_docstrings_name_every_argument(cls, name, method):
    doc = spoken_of(cls, name, method)
    assert doc
    if cls.__name__.endswith("Page"):
        return  # where a page is a mapping, its methods are Python's own
    described = doc.partition("Args:")[2].partition("Returns:")[0]
    missing = [argument.name for argument in arguments(method) if not re.search(rf"\b{argument.name}\b", described)]
    assert missing == []


@pytest.mark.parametrize(("cls", "name", "method"), METHODS)
def test_docstrings_name_arguments_in_the_order_of_the_signature(cls, name, method):
    described = re.findall(r"^ {4}(\w+(?:, \w+)*): ", spoken_of(cls, name, method).partition("Args:")[2], re.MULTILINE)
    listed = [argument for line in described for argument in line.split(", ")]
    taken = [argument.name for argument in arguments(method)]
    assert [argument for argument in listed if argument in taken] == taken or cls.__name__.endswith("Page")


@pytest.mark.parametrize("cls", SEEN.values(), ids=SEEN.keys())
def test_classes_and_properties_are_documented(cls):
    assert inspect.getdoc(cls)
    for name in members(cls):
        assert inspect.getdoc(inspect.getattr_static(cls, name)), name


@pytest.mark.parametrize(("cls", "name", "method"), METHODS)
def test_what_a_method_gives_can_be_imported(cls, name, method):
    given = set(re.findall(r"\b[A-Z]\w+", str(inspect.signature(method).return_annotation)))
    assert given & set(models.__all__) <= set(firsthandapi.__all__)


def test_every_event_can_be_imported():
    events = {event.__forward_arg__.rpartition(".")[2] for event in webhooks.Event.__args__}
    assert {"WebhookEvent", "JobEvent"} <= events <= set(firsthandapi.__all__)


@pytest.mark.parametrize("name", [name for name in firsthandapi.__all__ if name != "__version__"])
def test_every_public_name_is_documented(name):
    assert inspect.getdoc(getattr(firsthandapi, name))


# Statuses


def test_every_known_status_is_final_or_live():
    assert set(JOB_STATUS_VALUES) == _waiting.FINAL | _waiting.LIVE
    assert not _waiting.FINAL & _waiting.LIVE
