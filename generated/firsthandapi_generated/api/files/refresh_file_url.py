# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Renew a file's download link.

POST /v1/files/{file_id}/refresh_url
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import headers as _headers
from ...client import segment as _segment
from ...models.file import File
from ...types import UNSET


def build(
    file_id: str,
    *,
    idempotency_key: str | None = None,
) -> Call[File]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="refresh_file_url",
        method="POST",
        path="/v1/files/{file_id}/refresh_url".format(
            file_id=_segment(file_id),
        ),
        query={},
        headers=_headers(
            {
                "Idempotency-Key": idempotency_key,
            }
        ),
        body=UNSET,
        authenticated=True,
        takes_idempotency_key=True,
        parse=_parse,
    )


def parse(answer: Any) -> File:
    """The typed form of a 2xx answer's JSON."""
    return File.from_dict(answer)


_parse = parse
