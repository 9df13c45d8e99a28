"""A bucket with very many objects, of which only the listing is there, as S3 and Google Cloud Storage answer it.

python listing_server.py COUNT    # prints the port
"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PAGE = 1000
COUNT = int(sys.argv[1])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        start = int(asked.get("continuation-token") or asked.get("pageToken") or 0)
        stop = min(start + PAGE, COUNT)
        more = stop if stop < COUNT else None
        names = [f"set/file_01J5KA{number:014d}.jpg" for number in range(start, stop)]
        self.answer(google(names, more) if url.path.startswith("/storage/") else amazon(names, more))

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def google(names: list[str], more: int | None) -> bytes:
    items = [{"kind": "storage#object", "name": name, "size": "100000", "bucket": "bucket"} for name in names]
    page = {"kind": "storage#objects", "items": items, **({"nextPageToken": str(more)} if more else {})}
    return json.dumps(page).encode()


def amazon(names: list[str], more: int | None) -> bytes:
    found = "".join(
        f"<Contents><Key>{name}</Key><LastModified>2026-03-31T14:22:08.000Z</LastModified>"
        '<ETag>"9e107d9d372bb6826bd81d3542a419d6"</ETag><Size>100000</Size><StorageClass>STANDARD</StorageClass></Contents>'
        for name in names
    )
    token = f"<NextContinuationToken>{more}</NextContinuationToken>" if more else ""
    truncated = "true" if more else "false"
    return (
        '<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name>'
        f"<Prefix>set/</Prefix><IsTruncated>{truncated}</IsTruncated>{token}{found}</ListBucketResult>"
    ).encode()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
