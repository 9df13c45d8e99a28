"""Rows 1 and 2: what a short script waits for before its first answer, in fresh interpreters with byte code at hand."""

from __future__ import annotations

from importlib.util import find_spec

from .measure import Row, fresh, least

LIBRARIES = ("huggingface_hub", "stripe", "openai", "anthropic")
# httpx imports its command line if it finds what that needs, which our code generator happens to install.
WITHOUT_COMMAND_LINE = "import sys; sys.modules['click'] = sys.modules['rich'] = None; "


def rows(url: str, rounds: int) -> list[Row]:
    """Import alone; import and a client; import, client and its first GET."""
    present = [name for name in LIBRARIES if find_spec(name)]
    snippets = {name: f"import {name}" for name in ("firsthandapi", "httpx", *present)}
    snippets["our client"] = "import firsthandapi; firsthandapi.Client('fh_test_key')"
    snippets["httpx.Client()"] = "import httpx; httpx.Client()"
    snippets["our get"] = (
        f"import firsthandapi; firsthandapi.Client('fh_test_key', base_url='{url}').jobs.get('job_1').status"
    )
    snippets["httpx get"] = f"import httpx; httpx.Client().get('{url}/v1/jobs/job_1').json()['status']"
    found = least({name: lambda code=code: seconds(code) for name, code in snippets.items()}, rounds)  # type: ignore[misc]
    ours, alone = found["firsthandapi"], "import firsthandapi"
    return [
        Row(1, alone, "httpx", ours, found["httpx"], most=0.010),
        *(
            Row(1, alone, name, ours, found.get(name), note="" if name in found else "not installed")
            for name in LIBRARIES
        ),
        Row(2, "import, client", "httpx.Client()", found["our client"], found["httpx.Client()"], most_ratio=1.15),
        # Ours opens its connections at the first request; this row shows that nothing is hidden there.
        Row(2, "import, client, first GET", "httpx.Client()", found["our get"], found["httpx get"]),
    ]


def seconds(code: str) -> float:
    """How long a new interpreter takes to run a line, its own start not counted."""
    timed = f"import time; started = time.perf_counter(); {code}; print(time.perf_counter() - started)"
    library = code.removeprefix("import ")
    return float(fresh("-c", timed if library in LIBRARIES else WITHOUT_COMMAND_LINE + timed))
