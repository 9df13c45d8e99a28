# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""Delete a webhook endpoint.

DELETE /v1/webhook_endpoints/{endpoint_id}
"""

from __future__ import annotations

from typing import Any

from ...client import Call
from ...client import segment as _segment
from ...types import UNSET


def build(
    endpoint_id: str,
) -> Call[None]:
    """The request, and how to read its answer."""
    return Call(
        operation_id="delete_webhook_endpoint",
        method="DELETE",
        path="/v1/webhook_endpoints/{endpoint_id}".format(
            endpoint_id=_segment(endpoint_id),
        ),
        query={},
        headers={},
        body=UNSET,
        authenticated=True,
        takes_idempotency_key=False,
        parse=_parse,
    )


def parse(answer: Any) -> None:
    """The typed form of a 2xx answer's JSON."""
    return None


_parse = parse
