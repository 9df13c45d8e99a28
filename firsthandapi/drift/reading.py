"""The text of a document, and what it says: from a path, an http(s) URL or a git revision, in YAML or JSON.

An *alias* is YAML's way to say a value again without writing it again; a few lines of them can mean gigabytes.
"""

from __future__ import annotations

import json
import re
import subprocess
import threading
import urllib.request
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any, ClassVar, Optional, cast
from urllib.parse import urlsplit

import yaml

from .references import SpecError

SLOWEST = 30.0
"""Seconds that a URL may take, from the first look-up of its host to its last byte."""
LARGEST = 20_000_000
"""Bytes of the longest text that is read; the largest published contracts have about ten million."""
MOST_VALUES = 2_000_000
"""How many values a document may come to once its aliases are written out."""
DEEPEST = 200
"""How many values may stand within one another: libyaml itself crashes at some ten thousand."""

TAG = "tag:yaml.org,2002:"
TEXT = f"{TAG}str"
PLAIN = (
    ("null", ["~", "n", "N", ""], "~|null|Null|NULL|"),
    ("bool", "tTfF", "true|True|TRUE|false|False|FALSE"),
    ("int", "-+0123456789", "[-+]?(?:0|[1-9][0-9]*)"),
    ("float", "-+.0123456789", r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"),
    ("merge", "<", "<<"),
)
"""What plain text is when it is no text: its tag, how it may begin, and its pattern.

They are those of YAML 1.2 (10.3.2) that JSON has values for, and numbers that begin with a needless zero are text.
"""

_Base: Any = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml is ten times as fast, where PyYAML was built with it


def read_text(source: str) -> str:
    """Return the text behind a path, an http(s) URL or a git revision such as `HEAD~1:openapi.yaml`.

    Raises:
        SpecError: it cannot be read, is no UTF-8 text, or is longer than `LARGEST`.
    """
    shown = label(source)
    try:
        data = _read(source)
        if len(data) <= LARGEST:
            return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SpecError(f"{shown}: cannot be read: it is not UTF-8 text") from None
    except (OSError, ValueError, HTTPException, subprocess.SubprocessError) as error:
        reason = (str(error) or repr(error)).splitlines()[0]
        raise SpecError(f"{shown}: cannot be read: {reason}") from None
    raise SpecError(f"{shown}: cannot be read: it is longer than {LARGEST:,} bytes")


def label(source: str) -> str:
    """Return the source without what a URL may hide: a password, the signature of a link."""
    if not source.startswith(("http://", "https://")):
        return source
    with suppress(ValueError):
        parts = urlsplit(source)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
    return source


def _read(source: str) -> bytes:
    """At most one byte more than is allowed: that is enough to know that there are too many."""
    if source.startswith(("http://", "https://")):
        return _fetch(source)
    path = Path(source)
    revision, colon, name = source.partition(":")
    if colon and name and len(revision) > 1 and not path.exists():
        return _read_revision(source)
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _fetch(url: str) -> bytes:
    found: list[bytes] = []
    reasons: list[str] = []

    def fetch() -> None:
        try:
            with urllib.request.urlopen(url, timeout=SLOWEST) as answer:  # noqa: S310 # the scheme was looked at
                found.append(answer.read(LARGEST + 1))
        except Exception as error:
            reasons.append(str(error) or repr(error))

    # The library's own limit is for each byte that it waits for, so that one that drips is never given up.
    fetching = threading.Thread(target=fetch, daemon=True)
    fetching.start()
    fetching.join(SLOWEST)
    if not found:
        raise OSError(reasons[0] if reasons else f"it was not whole after {SLOWEST:g} seconds")
    return found[0]


def _read_revision(source: str) -> bytes:
    if source.startswith("-"):
        raise ValueError("a git revision does not begin with a hyphen")
    size = _git("cat-file", "-s", source)
    return b" " * (LARGEST + 1) if int(size) > LARGEST else _git("cat-file", "blob", source)


def _git(*arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, timeout=60, check=False)  # noqa: S603, S607
    except FileNotFoundError:
        raise ValueError("there is no such file, and no git command to look for a revision") from None
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["git failed"]
        raise ValueError(reason[0])
    return done.stdout


def parse(source: str, text: str) -> tuple[Any, Optional[yaml.Node]]:
    """Return the content of YAML or JSON text, and where in it everything stands (None: nobody knows).

    Raises:
        SpecError: it is neither, or too deep or too much to be one.
    """
    try:
        document = json.loads(text)
    except ValueError:
        return parse_yaml(source, text)
    except RecursionError:
        raise SpecError(f"{source}:1: values stand more than {DEEPEST} deep within one another") from None
    tree = None
    with suppress(
        yaml.YAMLError, SpecError
    ):  # an escape that only JSON knows, such as half an emoji: only lines are lost
        tree = compose(source, text)
    return document, tree


def parse_yaml(source: str, text: str) -> tuple[Any, Optional[yaml.Node]]:
    """Return the content of YAML text, and where in it everything stands. Raises SpecError."""
    try:
        tree = compose(source, text)
        return (None if tree is None else _Loader("").construct_document(tree)), tree
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        reason = error.problem or error.context
    except yaml.reader.ReaderError as error:
        line, reason = text.encode()[: error.position].count(b"\n") + 1, error.reason
    raise SpecError(f"{source}:{line}: {reason}")


def compose(source: str, text: str) -> Optional[yaml.Node]:
    """Return the nodes of YAML text, once it is known that neither its depth nor its aliases can hurt."""
    depth = 0
    for event in yaml.parse(text, Loader=_Base):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            line = 1 if event.start_mark is None else event.start_mark.line + 1
            raise SpecError(f"{source}:{line}: values stand more than {DEEPEST} deep within one another")
    tree = cast(Optional[yaml.Node], _Loader(text).get_single_node())
    if tree is not None and _written_out(source, tree, {}) > MOST_VALUES:
        raise SpecError(f"{source}:1: its aliases come to more than {MOST_VALUES:,} values")
    return tree


def _written_out(source: str, node: yaml.Node, known: dict[int, int]) -> int:
    """How many values a node comes to without aliases."""
    if id(node) in known:
        if not known[id(node)]:
            raise SpecError(f"{source}:{node.start_mark.line + 1}: an alias stands within what it means")
        return known[id(node)]
    if isinstance(node, yaml.ScalarNode):
        return 1
    known[id(node)] = 0
    pairs = isinstance(node, yaml.MappingNode)
    children = [child for pair in node.value for child in pair] if pairs else node.value
    known[id(node)] = 1 + sum(_written_out(source, child, known) for child in children)
    return known[id(node)]


class _Loader(_Base):  # type: ignore[misc]
    """Reads YAML as OpenAPI means it (3.1, 4.3): keys are text, and plain values are what they would be in JSON.

    PyYAML follows YAML 1.1, where `NO` is false and `12:30` a number. What it would lose is refused: the first of two
    equal keys.
    """

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Return one value; one that cannot be is refused with its place."""
        try:
            return super().construct_object(node, deep)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        except ValueError as error:
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from None

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return one mapping whose keys are all different."""
        seen: set[Any] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} stands twice", key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else None)
        self.flatten_mapping(node)  # pyright: ignore[reportUnknownMemberType]
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):  # such as the status `200`
                key.tag = TEXT
        return cast("dict[Any, Any]", super().construct_mapping(node, deep))  # pyright: ignore[reportUnknownMemberType]


def tell_plain_values(kind: Any) -> None:
    """Let a loader or dumper of PyYAML know the values of `PLAIN`."""
    for tag, first, pattern in PLAIN:
        kind.add_implicit_resolver(f"{TAG}{tag}", re.compile(f"(?:{pattern})$"), list(first))


tell_plain_values(_Loader)
