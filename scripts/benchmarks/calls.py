"""Row 3: processor time of one typed GET over a connection that is open, against httpx without types."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .measure import Row, fresh, least

PUBLISHED = "firsthandapi==0.1.0"


def rows(url: str, scratch: Path, *, quick: bool, published: bool) -> list[Row]:
    """Ours against httpx; with `published` also against the first release, which is fetched from the package index."""
    effort = ["2", "20"] if quick else ["15", "200"]
    script = ["-m", "benchmarks.calls", url, *effort]
    found = fresh(*script, "ours")
    made = [Row(3, "typed GET, CPU", "httpx.Client.get().json()", found["subject"], found["raw"], most_ratio=1.0)]
    if published:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        subprocess.run([*command, "--dest", str(scratch), PUBLISHED], check=True)
        old = fresh(*script, "published", first_on_path=next(scratch.glob("firsthandapi-*.whl")))
        # Measured in a process of its own, since both have one name: httpx stood beside each, and is the yardstick.
        theirs = old["subject"] / old["raw"] * found["raw"]
        made.append(Row(3, "typed GET, CPU", f"{PUBLISHED}, untyped", found["subject"], theirs))
    return made


def main(url: str, rounds: str, calls: str, which: str) -> None:
    """Measure the `firsthandapi` that is first on the path, and httpx in turn with it."""
    import httpx

    import firsthandapi

    raw_client = httpx.Client(headers={"Authorization": "Bearer fh_test_key"})
    # Typed as what both releases have in common, which is nothing but names.
    package: Any = firsthandapi
    if which == "published":
        assert package.__version__ == PUBLISHED.partition("==")[2], package.__file__
        old_client = package.FirstHandClient("fh_test_key", base_url=url)
        subject: Callable[[], object] = lambda: old_client.get_job("job_1")["status"]  # noqa: E731
    else:
        client = package.Client("fh_test_key", base_url=url)
        subject = lambda: client.jobs.get("job_1").status  # noqa: E731

    def per_call(function: Callable[[], object]) -> float:
        started = time.process_time()
        for _ in range(int(calls)):
            function()
        return (time.process_time() - started) / int(calls)

    found = least(
        {
            "raw": lambda: per_call(lambda: raw_client.get(f"{url}/v1/jobs/job_1").json()["status"]),
            "subject": lambda: per_call(subject),
        },
        int(rounds),
    )
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
