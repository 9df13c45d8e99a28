"""A local FirstHandAPI, for tests, demonstrations and work without an account.

    from firsthandapi.sandbox import Sandbox

    with Sandbox(speed=1000, seed=7) as sandbox:
        client = firsthandapi.Client(api_key=sandbox.api_key, base_url=sandbox.base_url)

It needs the extra `sandbox`: `pip install 'firsthandapi[sandbox]'`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firsthandapi.sandbox.server import Sandbox

__all__ = ["Sandbox"]

_NEEDED = ("starlette", "uvicorn", "yaml", "jsonschema_rs", "PIL", "av")


def __getattr__(name: str) -> object:
    if name != "Sandbox":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from firsthandapi.sandbox.server import Sandbox
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _NEEDED:
            raise
        message = f"The sandbox needs {error.name}: pip install 'firsthandapi[sandbox]'"
        raise ImportError(message, name=error.name) from error
    return Sandbox
