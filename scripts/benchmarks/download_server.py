"""What the downloads are measured against: an nginx of our own on loopback, and an API that lists its files.

nginx stands for the storage. It gets a prefix, a configuration and free ports of its own, one worker as the cheapest
storage that still sends at the speed of memory, and for TLS a certificate of an authority that is made on the fly.
The API is a process of its own, which answers `GET /v1/jobs/{job}/files` for jobs named after what they consist of.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .measure import ROOT

REVISION = "0123456789abcdef0123456789abcdef01234567"
"""The commit that huggingface_hub is told of."""
CONFIGURATION = """
worker_processes 1;
daemon off;
pid {prefix}/nginx.pid;
error_log {prefix}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    default_type application/octet-stream;
    client_body_temp_path {prefix}/body;
    proxy_temp_path {prefix}/proxy;
    fastcgi_temp_path {prefix}/fastcgi;
    uwsgi_temp_path {prefix}/uwsgi;
    scgi_temp_path {prefix}/scgi;
    server {{
        listen 127.0.0.1:{plain};
        listen 127.0.0.1:{tls} ssl;
        ssl_certificate {prefix}/server.pem;
        ssl_certificate_key {prefix}/server.key;
        ssl_session_cache shared:tls:1m;
        root {files};
        location /api/ {{ default_type application/json; }}
        location ~ ^/datasets/bench/(\\w+)/resolve/\\w+/(.+)$ {{
            alias {files}/$1/$2;
            add_header X-Repo-Commit {revision};
        }}
    }}
}}
"""
"""`/datasets` and `/api` are what huggingface_hub asks for; s3transfer needs no more than files."""


@dataclass(frozen=True)
class Kind:
    """Files of one size, in a folder of that name."""

    name: str
    count: int
    size: int

    def names(self) -> list[str]:
        """File names."""
        return [f"{number:06}.bin" for number in range(self.count)]


@dataclass(frozen=True)
class Server:
    """Where everything is, while it runs."""

    plain: str
    tls: str
    api: str
    authority: Path
    """The certificate that the TLS side is to be checked by."""
    files: Path
    """What is served, and beside each folder `{kind}.json` with the sums."""

    def storage(self, *, tls: bool) -> str:
        """The base of all links."""
        return self.tls if tls else self.plain


@contextmanager
def serving(kinds: list[Kind], scratch: Path) -> Iterator[Server]:
    """Make the files and serve them."""
    files, prefix = scratch / "files", scratch / "nginx"
    prefix.mkdir()
    for kind in kinds:
        make_files(kind, files)
        describe_for_huggingface(kind, files)
    make_certificates(prefix)
    plain, tls = free_port(), free_port()
    configuration = prefix / "nginx.conf"
    configuration.write_text(
        CONFIGURATION.format(prefix=prefix, plain=plain, tls=tls, files=files, revision=REVISION), encoding="utf-8"
    )
    bases = f"http://127.0.0.1:{plain}", f"https://127.0.0.1:{tls}"
    # Started as root it would give up its rights, and with them a private folder.
    user = ["-g", "user root;"] if os.geteuid() == 0 else []
    nginx = subprocess.Popen(
        [str(which("nginx")), "-p", str(prefix), "-c", str(configuration), "-e", str(prefix / "error.log"), *user]
    )
    api = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.download_server", str(files), *bases],
        cwd=ROOT / "scripts", stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        wait_for(plain)
        assert api.stdout is not None
        yield Server(*bases, f"http://127.0.0.1:{int(api.stdout.readline())}", prefix / "authority.pem", files)
    finally:
        for process in (nginx, api):
            process.terminate()
            process.communicate()  # waits, and closes the pipe


def which(program: str) -> str | None:
    """Where a program is; nginx stands where only root has its PATH."""
    return shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin")


def make_files(kind: Kind, files: Path) -> None:
    """Random bytes, and `sums.json` with the SHA-256 of each file."""
    folder = files / kind.name
    folder.mkdir(parents=True)
    sums = {}
    for name in kind.names():
        content = os.urandom(kind.size)
        (folder / name).write_bytes(content)
        sums[name] = hashlib.sha256(content).hexdigest()
    (files / f"{kind.name}.json").write_text(json.dumps({"size": kind.size, "sums": sums}), encoding="utf-8")


def describe_for_huggingface(kind: Kind, files: Path) -> None:
    """What the Hub says of a dataset: its commit, and the files that it has."""
    below = files / "api" / "datasets" / "bench" / kind.name
    for what in ("revision", "tree"):
        (below / what).mkdir(parents=True)
    info = {"id": f"bench/{kind.name}", "sha": REVISION, "siblings": [{"rfilename": name} for name in kind.names()]}
    (below / "revision" / "main").write_text(json.dumps(info), encoding="utf-8")
    tree = [{"type": "file", "path": name, "size": kind.size, "oid": REVISION} for name in kind.names()]
    (below / "tree" / REVISION).write_text(json.dumps(tree), encoding="utf-8")


def make_certificates(prefix: Path) -> None:
    """An authority, and a certificate of its for 127.0.0.1."""
    (prefix / "extensions").write_text(
        "subjectAltName=IP:127.0.0.1\nauthorityKeyIdentifier=keyid\nkeyUsage=digitalSignature\n", encoding="ascii"
    )
    for command in (
        "req -x509 -newkey rsa:2048 -nodes -keyout authority.key -out authority.pem -days 2 -subj /CN=benchmark "
        "-addext keyUsage=critical,keyCertSign,cRLSign",
        "req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=127.0.0.1",
        "x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -out server.pem -days 2 "
        "-extfile extensions",
    ):
        subprocess.run(["openssl", *command.split()], cwd=prefix, check=True, capture_output=True)


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Return when somebody listens."""
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise RuntimeError("nginx did not start")


class Api(asyncio.Protocol):
    """Answers requests for a page of a job's files; they have no bodies. Page n of a job is cursor n.

    A job is named `{kind}-{count}-{plain or tls}`. Where it has more files than the kind, they are the same few over
    and over, with different ids.
    """

    def __init__(self, files: Path, bases: dict[str, str], pages: dict[tuple[str, int], bytes]) -> None:
        self._files, self._bases, self._pages = files, bases, pages
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer as many requests as have come in."""
        *heads, self._seen = (self._seen + data).split(b"\r\n\r\n")
        for head in heads:
            parts = urlsplit(head.split(b" ", 2)[1].decode())
            query = parse_qs(parts.query)
            body = self.page(parts.path.split("/")[3], int(query.get("cursor", ["0"])[0]), int(query["limit"][0]))
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
            )

    def page(self, job: str, number: int, limit: int) -> bytes:
        """JSON of a page; those of a small job are made once."""
        made = self._pages.get((job, number))
        if made is None:
            kind, count, scheme = job.split("-")
            known = json.loads((self._files / f"{kind}.json").read_text(encoding="utf-8"))
            start, stop = number * limit, min(int(count), (number + 1) * limit)
            names = list(known["sums"])
            rows = []
            for index in range(start, stop):
                name = names[index % len(names)]
                link = f"{self._bases[scheme]}/{kind}/{name}?X-Amz-Expires=604800&X-Amz-Signature={index:064x}"
                rows.append(file(job, index, link, known["size"], known["sums"][name]))
            more = stop < int(count)
            answer = {
                "object": "list",
                "data": rows,
                "has_more": more,
                "next_cursor": str(number + 1) if more else None,
            }
            made = json.dumps(answer).encode()
            if int(count) <= 10_000:
                self._pages[job, number] = made
        return made


def file(job: str, index: int, link: str, size: int, sha256: str) -> dict[str, Any]:
    """A file as the API describes a photo."""
    return {
        "object": "file",
        "id": f"file_01J5KA9Z{index:012}",
        "job_id": job,
        "submission_id": f"sub_01J5KA9Z{index:012}",
        "content_type": "image/jpeg",
        "size_bytes": size,
        "duration_seconds": None,
        "width": 4032,
        "height": 3024,
        "content_hash": sha256,
        "captured_at": "2026-03-31T14:20:01Z",
        "ai_star_rating": 4,
        "device_info": {"device_model": "iPhone 15 Pro", "device_os": "17.4", "app_version": "2.1.0"},
        "worker_region": "US-NY",
        "download_url": link,
        "download_url_expires_at": "2999-01-01T00:00:00Z",
        "annotations": {
            "object_labels": [
                {"label": each, "confidence": 0.9} for each in ("menu_board", "price_list", "counter", "cup")
            ],
            "ocr_text": "Espresso $4.50\nLatte $5.25",
            "resolution": {"width": 4032, "height": 3024},
            "color_palette": ["#2B1D0E", "#F5F0E6", "#8A5A2B"],
        },
        "keyframes": None,
        "created_at": "2026-03-31T14:22:08Z",
    }


async def main(files: str, plain: str, tls: str) -> None:
    """Serve the API on any free port, and print it."""
    pages: dict[tuple[str, int], bytes] = {}
    bases = {"plain": plain, "tls": tls}
    server = await asyncio.get_running_loop().create_server(lambda: Api(Path(files), bases, pages), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
