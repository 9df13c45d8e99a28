"""What a client was told, checked and normalised once."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from typing import Optional
from urllib.parse import urlsplit

from attrs import asdict, evolve, field, frozen

from . import _drift
from ._clock import Clock
from .errors import FirstHandConfigurationError

DEFAULT_BASE_URL = "https://api.firsthandapi.com"
DEFAULT_TIMEOUT = 60.0
DEFAULT_ATTEMPT_TIMEOUT = 20.0
DEFAULT_MAX_RETRIES = 3
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Secret:
    """A string that shows itself only when asked."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The string itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('***')"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


@frozen
class Settings:
    """One client's settings; `with_options` makes an altered copy."""

    api_key: Secret
    key_from_environment: bool
    base_url: str
    timeout: float
    attempt_timeout: float
    max_retries: int
    headers: Mapping[str, str]
    drift: _drift.Drift = "warn"
    clock: Clock = field(factory=Clock)

    def with_options(
        self,
        *,
        timeout: Optional[float] = None,
        attempt_timeout: Optional[float] = None,
        max_retries: Optional[int] = None,
        headers: Optional[Mapping[str, str]] = None,
        drift: Optional[_drift.Drift] = None,
    ) -> Settings:
        """A copy with some settings changed; headers are added to the ones there are."""
        return evolve(
            self,
            timeout=self.timeout if timeout is None else _seconds("timeout", timeout),
            attempt_timeout=(
                self.attempt_timeout if attempt_timeout is None else _seconds("attempt_timeout", attempt_timeout)
            ),
            max_retries=self.max_retries if max_retries is None else _retries(max_retries),
            headers={**self.headers, **_headers(headers)},
            drift=self.drift if drift is None else _checked_drift(drift),
        )

    @property
    def host(self) -> str:
        """Host of the API, for messages."""
        return urlsplit(self.base_url).netloc

    def __getstate__(self) -> dict[str, object]:
        state = asdict(self, recurse=False)
        if self.key_from_environment:
            # The other process has an environment too; what need not travel does not.
            state["api_key"] = None
        return state

    def __setstate__(self, state: dict[str, object]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
        if self.key_from_environment:
            object.__setattr__(self, "api_key", _api_key(None)[0])


def settings(
    api_key: Optional[str],
    *,
    base_url: Optional[str],
    timeout: float,
    attempt_timeout: float,
    max_retries: int,
    headers: Optional[Mapping[str, str]],
    drift: _drift.Drift,
    clock: Optional[Clock],
) -> Settings:
    """Check and normalise what a client's constructor was given; the environment fills the gaps."""
    secret, from_environment = _api_key(api_key)
    url = _base_url(base_url if base_url is not None else os.environ.get("FIRSTHAND_BASE_URL") or DEFAULT_BASE_URL)
    if url.startswith("http://") and urlsplit(url).hostname not in LOOPBACK and _is_live(secret):
        raise FirstHandConfigurationError(f"base_url: a live key is not sent over plain http to {urlsplit(url).netloc}")
    return Settings(
        api_key=secret,
        key_from_environment=from_environment,
        base_url=url,
        timeout=_seconds("timeout", timeout),
        attempt_timeout=_seconds("attempt_timeout", attempt_timeout),
        max_retries=_retries(max_retries),
        headers=_headers(headers),
        drift=_checked_drift(drift),
        clock=clock or Clock(),
    )


def user_agent() -> str:
    """Who is calling: this package's version and the Python version, nothing about the machine."""
    from . import __version__

    return f"firsthandapi-python/{__version__} python/{platform.python_version()}"


def _is_live(secret: Secret) -> bool:
    return secret.reveal().startswith("fh_live_")


def _api_key(given: Optional[str]) -> tuple[Secret, bool]:
    key = given if given is not None else os.environ.get("FIRSTHAND_API_KEY")
    if key is None:
        raise FirstHandConfigurationError(
            "no API key: set the environment variable FIRSTHAND_API_KEY, or pass api_key="
        )
    if not isinstance(key, str) or not key.strip():
        raise FirstHandConfigurationError(
            "the API key is blank: "
            + ("check the environment variable FIRSTHAND_API_KEY" if given is None else "check api_key=")
        )
    key = key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise FirstHandConfigurationError("the API key has characters that no key has: copy it again")
    return Secret(key), given is None


def _base_url(given: object) -> str:
    url = given.strip().rstrip("/") if isinstance(given, str) else ""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a port or an IPv6 address that is none
        parts, usable = urlsplit(""), False
    if not usable or not url.isprintable() or " " in url:
        raise FirstHandConfigurationError(f"base_url: {given!r} is not an http(s) URL such as {DEFAULT_BASE_URL!r}")
    if parts.username is not None or parts.query or parts.fragment:
        raise FirstHandConfigurationError("base_url: user, query and fragment have no place in it")
    return url


def _seconds(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
        raise FirstHandConfigurationError(f"{name}: must be a positive number of seconds, not {value!r}")
    return float(value)


def _retries(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise FirstHandConfigurationError(f"max_retries: must be 0 or a positive integer, not {value!r}")
    return value


def _checked_drift(given: _drift.Drift) -> _drift.Drift:
    reason = _drift.fault(given)
    if reason:
        raise FirstHandConfigurationError(f"drift: {reason}")
    return given


def _headers(given: Optional[Mapping[str, str]]) -> dict[str, str]:
    for name, value in (given or {}).items():
        if not isinstance(name, str) or not re.fullmatch(r"[\w!#$%&'*+.^`|~-]+", name, re.ASCII):
            raise FirstHandConfigurationError(f"headers: {name!r} is not a header's name")
        if not _is_header_value(value):
            raise FirstHandConfigurationError(f"headers: the value of {name} must be printable ASCII text")
        if name.lower() == "authorization":
            raise FirstHandConfigurationError("headers: pass the key as api_key=, not as an Authorization header")
        if name.lower() == "idempotency-key":
            raise FirstHandConfigurationError("headers: one Idempotency-Key for all calls would mix them up")
    # One spelling, so that a header given twice is sent once.
    return {name.title(): value for name, value in (given or {}).items()}


def _is_header_value(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable() and value == value.strip()
