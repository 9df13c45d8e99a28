"""Make docs/gallery.png, the gallery as headless Chromium shows it, from files of a sandbox: `make picture`.

It needs Chromium, and ffmpeg for the sandbox's audio and video. The same seed gives the same pictures and words.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from firsthandapi import Client
from firsthandapi.datasets import Dataset
from firsthandapi.sandbox import Sandbox

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "gallery.png"
SIZE = 1240, 1130
START = datetime(2026, 4, 1, 9, tzinfo=timezone.utc).timestamp()
LAZY = 'image.loading = large ? "eager" : "lazy";', 'player.preload = large ? "auto" : "none";'
"""Where the page says that files are loaded when they are scrolled into view, which takes longer than a picture may."""
EAGER = 'image.decoding = "sync";', 'player.preload = "auto";'
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
"""It lets the page's script run only as it was written."""
JOBS: tuple[dict[str, Any], ...] = (
    {"content_type": "image", "quantity": 9, "description": "A coffee shop's whole menu board."},
    {"content_type": "audio", "quantity": 4, "description": "Read the sentence aloud."},
    {"content_type": "video", "quantity": 5, "description": "A street corner with its signs."},
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 done, 2 a program is missing."""
    parser = argparse.ArgumentParser(prog="gallery_picture", description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=PICTURE, help="where to put it (default: %(default)s)")
    options = parser.parse_args(arguments)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        parser.error("there is no Chromium: it is what shows the page")
    with tempfile.TemporaryDirectory() as scratch:
        page = gallery(Path(scratch) / "set")
        command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += [f"--user-data-dir={scratch}/browser", f"--window-size={SIZE[0]},{SIZE[1]}"]
        command += ["--virtual-time-budget=20000", f"--screenshot={options.output.resolve()}", page.as_uri()]
        subprocess.run(command, check=True, timeout=120, stderr=subprocess.DEVNULL)
    print(options.output)
    return 0


def gallery(folder: Path) -> Path:
    """The page, of jobs that a sandbox's workers fulfil."""
    with Sandbox(speed=2000, seed=7, start=START) as sandbox:
        client = Client(sandbox.api_key, base_url=sandbox.base_url)
        jobs = [client.jobs.create(type="data_collection", reward_per_file=75, **words).id for words in JOBS]
        for job in jobs:
            client.jobs.wait(job, max_wait_seconds=300)
            # So sorted, pictures, audio and video are mixed.
            client.files.download_all(
                job_id=job, output_dir=folder, name="{stars}-{region}/{file_id}.{ext}", progress=False
            )
        found = Dataset.open(folder).fetch_context(client)
        page = found.split(0.7, 0.3, 0).write_gallery(title="Coffee shops and street corners").path
    text = page.read_text(encoding="utf-8")
    for lazy, eager in zip(LAZY, EAGER, strict=True):
        if lazy not in text:
            raise ValueError("the page loads its files in another way now")
        text = text.replace(lazy, eager)
    page.write_text(POLICY.sub("", text), encoding="utf-8")
    return page


if __name__ == "__main__":
    sys.exit(main())
