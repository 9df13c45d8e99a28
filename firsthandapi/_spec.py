"""The API's contract, `openapi.yaml`, wherever it lies: packed into the wheel, or at the root of a checkout."""

from __future__ import annotations

from pathlib import Path


def spec_text() -> str:
    """Return the text of `openapi.yaml`; raise FileNotFoundError when this installation carries none."""
    package = Path(__file__).resolve().parent
    for place in (package / "openapi.yaml", package.parent / "openapi.yaml"):
        if place.is_file():
            return place.read_text(encoding="utf-8")
    raise FileNotFoundError("openapi.yaml is neither inside the firsthandapi package nor beside it")
