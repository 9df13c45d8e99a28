"""The gallery in a real browser: headless Chromium, if there is one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import pytest
from engine_support import AUDIO, IMAGES, VIDEO

from firsthandapi.datasets import Dataset

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")

LOOK = """
<script>
addEventListener("load", async () => {
  const loaded = async image => { image.loading = "eager"; try { await image.decode(); } catch {} };
  while (document.querySelectorAll("article").length < %(shown)d) {
    scrollTo(0, document.body.scrollHeight);
    await new Promise(done => setTimeout(done, 20));
  }
  const pictures = [...document.querySelectorAll("article img")];
  await Promise.all(pictures.map(loaded));
  const players = [...document.querySelectorAll("article audio, article video")];
  await Promise.all(players.map(player => new Promise(done => {
    player.onloadedmetadata = player.onerror = done;
    player.preload = "metadata";
    player.load();
  })));
  await fetch("/seen", { method: "POST", body: JSON.stringify({
    pictures: pictures.map(image => [image.naturalWidth, image.naturalHeight]),
    lengths: players.map(player => [player.tagName, player.duration]),
    cards: document.querySelectorAll("article").length,
    charts: [...document.querySelectorAll(".chart h2")].map(title => title.textContent),
    injected: document.querySelectorAll("article script, article b").length + (window.injected || 0),
    shown: document.getElementById("shown").textContent,
  }) });
});
</script>
</body>
"""


class _Server(ThreadingHTTPServer):
    """Serves a folder, and takes what the page posts."""

    def __init__(self, folder: Path) -> None:
        self.posted: Queue[dict[str, Any]] = Queue()
        super().__init__(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))


class _Handler(SimpleHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
        assert isinstance(self.server, _Server)
        self.server.posted.put(json.loads(body))

    def log_message(self, *_: object) -> None:
        pass


def seen(page: Path, shown: int) -> dict[str, Any]:
    """What a script of ours sees in the page; its content security policy is taken out, to let the script run."""
    text = page.read_text(encoding="utf-8")
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    assert bare != text
    page.with_name("looked.html").write_text(bare.replace("</body>", LOOK % {"shown": shown}), encoding="utf-8")
    with _Server(page.parent) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/looked.html"
        browser = subprocess.Popen([str(CHROMIUM), *FLAGS, "--remote-debugging-port=0", url], stderr=subprocess.DEVNULL)
        try:
            return server.posted.get(timeout=60)
        finally:
            browser.terminate()
            browser.wait()
            server.shutdown()
            thread.join()


def dump(page: Path, *flags: str) -> str:
    """The page as it stands after a while, opened as a file, and what the browser says of it."""
    command = [str(CHROMIUM), *FLAGS, "--virtual-time-budget=3000", *flags, "--dump-dom", page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
    return done.stdout + done.stderr


def test_every_picture_loads_and_every_player_knows_its_length(dataset: Dataset) -> None:
    page = dataset.split(by="submission").write_gallery(title="Menus").path
    found = seen(page, shown=IMAGES + AUDIO + VIDEO)
    sizes = [[row["width"], row["height"]] for row, _ in dataset if row["content_type"].startswith("image/")]
    assert found["pictures"] == sizes
    lengths = [row["duration_seconds"] for row, _ in dataset if row["duration_seconds"]]
    assert [length for _, length in found["lengths"]] == pytest.approx(lengths, abs=0.2)
    assert found["charts"] == ["Stars", "Splits", "Labels", "Regions", "Devices", "Captured"]
    assert found["shown"] == f"{IMAGES + AUDIO + VIDEO} files"


def test_its_policy_lets_it_work_and_nothing_else(dataset: Dataset) -> None:
    """As written, with the policy: cards are drawn, and nothing of it is refused."""
    page = dataset.write_gallery().path
    dumped = dump(page, "--enable-logging=stderr")
    assert dumped.count("<article>") == IMAGES + AUDIO + VIDEO
    assert "Content Security Policy" not in dumped


def test_what_workers_wrote_stays_text(images: Dataset) -> None:
    manifest = images.path / "metadata.jsonl"
    rows = [json.loads(line) for line in manifest.read_bytes().splitlines() if b"image/" in line]
    evil = "</script><script>window.injected = 1</script><b>bold</b><img src=x onerror=window.injected=1>"
    for row in rows:
        row["worker_region"] = row["annotations"]["ocr_text"] = evil
        row["annotations"]["object_labels"] = [{"label": evil, "confidence": 1}]
        row["device_info"]["device_model"] = evil
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = seen(images.write_gallery(title=evil).path, shown=IMAGES)
    assert found["injected"] == 0
    assert len(found["pictures"]) == IMAGES


def test_the_picture_in_the_docs_can_be_made_again(tmp_path: Path) -> None:
    script = Path(__file__).parent.parent.parent / "scripts" / "gallery_picture.py"
    picture = tmp_path / "gallery.png"
    subprocess.run([sys.executable, str(script), "--output", str(picture)], check=True, timeout=180)
    made, kept = (path.read_bytes() for path in (picture, script.parent.parent / "docs" / "gallery.png"))
    assert made[:24] == kept[:24], "a PNG of the same size"
    assert len(made) > len(kept) // 2, "and not an empty page"


def test_ten_thousand_files(dataset: Dataset) -> None:
    """The page opens, and does not draw or fetch what nobody has scrolled to."""
    manifest = dataset.path / "metadata.jsonl"
    lines = manifest.read_bytes().splitlines(keepends=True)
    manifest.write_bytes(b"".join((lines * (10_000 // len(lines) + 1))[:10_000]))
    page = dataset.write_gallery().path
    dumped = dump(page)
    assert ">10,000 files</output>" in dumped
    assert 0 < dumped.count("<article>") <= 240
