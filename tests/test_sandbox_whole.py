"""The command with its real workers: nothing is replaced, the files are really drawn, played and filmed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

COMMAND = [sys.executable, "-c", "import sys; from firsthandapi.sandbox.cli import main; sys.exit(main(sys.argv[1:]))"]


@pytest.fixture(scope="module")
def api() -> Iterator[httpx.Client]:
    arguments = ["--port", "0", "--speed", "1000", "--json"]
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        headers = {"Authorization": f"Bearer {ready['api_key']}"}
        with httpx.Client(base_url=ready["base_url"], headers=headers, timeout=30) as client:
            yield client
        process.terminate()
        assert process.wait(10) == (1 if sys.platform == "win32" else 0)  # where there is no asking


@pytest.mark.parametrize("content_type", ["image/jpeg", "audio/wav", "video/mp4"])
def test_a_job_is_fulfilled_with_real_files(api: httpx.Client, content_type: str) -> None:
    body = {
        "type": "data_collection",
        "title": "Photos of coffee shop menus",
        "description": "Take a clear, well-lit photo of the full menu board at any coffee shop.",
        "files_needed": 2,
        "accepted_formats": [content_type],
        "price_per_file_cents": 75,
    }
    job = api.post("/v1/jobs", json=body).json()
    while job["status"] != "completed":
        job = api.get(f"/v1/jobs/{job['id']}", headers={"Prefer": "wait=60"}).json()
    files = api.get(f"/v1/jobs/{job['id']}/files").json()["data"]
    assert len({file["content_hash"] for file in files}) == 2
    for file in files:
        content = httpx.get(file["download_url"]).content
        assert hashlib.sha256(content).hexdigest() == file["content_hash"]
        assert file["annotations"]["annotation_model"]
        assert file["content_type"] == content_type
