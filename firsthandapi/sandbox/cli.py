"""The command `firsthandapi sandbox`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import Optional


def parser() -> argparse.ArgumentParser:
    """The arguments of the command."""
    made = argparse.ArgumentParser(
        prog="firsthandapi sandbox", description="Serve a local FirstHandAPI with simulated workers, on virtual time."
    )
    made.add_argument("--host", default="127.0.0.1", help="loopback only (default: %(default)s)")
    made.add_argument("--port", type=int, default=8787, help="0 for any free one (default: %(default)s)")
    made.add_argument("--data", metavar="DIR", help="keep everything in this folder (default: in memory)")
    made.add_argument("--speed", type=float, default=1.0, metavar="N", help="virtual seconds per second (default: 1)")
    made.add_argument("--seed", type=int, default=0, metavar="N", help="same seed, same story (default: 0)")
    made.add_argument(
        "--credits", type=int, default=100_000, metavar="CENTS", help="to begin with (default: %(default)s)"
    )
    made.add_argument("--rate-limit", type=int, metavar="N", help="requests per minute and key (default: no limit)")
    made.add_argument("--json", action="store_true", help="print one line of JSON when ready")
    return made


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Serve until interrupted or terminated.

    Args:
        argv: the arguments after `firsthandapi sandbox`; default those of the process.

    Returns:
        0 when it was stopped, 2 when it could not start.
    """
    arguments = parser().parse_args(argv)
    from firsthandapi.sandbox import Sandbox

    ended = threading.Event()

    def end(number: int, frame: Optional[FrameType]) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    try:
        sandbox = Sandbox(
            host=arguments.host,
            port=arguments.port,
            data=arguments.data,
            speed=arguments.speed,
            seed=arguments.seed,
            credits_cents=arguments.credits,
            rate_limit=arguments.rate_limit,
        ).start()
    except (OSError, ValueError, OverflowError) as error:
        sys.stderr.write(f"firsthandapi sandbox: cannot start on {arguments.host}:{arguments.port}: {error}\n")
        return 2
    try:
        _announce(sandbox.base_url, sandbox.api_key, sandbox.webhook_secret, arguments)
        # Waiting in pieces, because on Windows a wait without end cannot be interrupted.
        while not ended.wait(0.5):
            pass
    finally:
        sandbox.stop()
    return 0


def _announce(base_url: str, api_key: str, webhook_secret: str, arguments: argparse.Namespace) -> None:
    if arguments.json:
        ready = {
            "base_url": base_url,
            "api_key": api_key,
            "webhook_secret": webhook_secret,
            "pid": os.getpid(),
            "seed": arguments.seed,
            "speed": arguments.speed,
            "data": arguments.data,
        }
        _say(json.dumps(ready))
        return
    _say(f"The FirstHandAPI sandbox serves {base_url} (Ctrl-C ends it). In another terminal:\n")
    _say(f"  export FIRSTHAND_BASE_URL={base_url}")
    _say(f"  export FIRSTHAND_API_KEY={api_key}")
    _say(f"  export FIRSTHAND_WEBHOOK_SECRET={webhook_secret}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
