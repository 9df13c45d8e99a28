"""The logger `firsthandapi`. It says which call went how; never headers, bodies, query strings or keys."""

from __future__ import annotations

import logging
import os

logger = logging.getLogger("firsthandapi")
logger.addHandler(logging.NullHandler())


def configure_from_environment() -> None:
    """With FIRSTHAND_LOG=debug (or info, warning, ...) the messages go to stderr; without it, nowhere by themselves."""
    level = os.environ.get("FIRSTHAND_LOG", "").strip().upper()
    if level and not any(isinstance(handler, _EnvironmentHandler) for handler in logger.handlers):
        handler = _EnvironmentHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(level if level in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL") else "INFO")


class _EnvironmentHandler(logging.StreamHandler):  # type: ignore[type-arg] # generic only since Python 3.11
    """The handler that FIRSTHAND_LOG adds, recognisable so that it is added once."""
