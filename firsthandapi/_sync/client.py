# Derived from _async/client.py by `make regenerate`. Edit that file.
"""The client: settings, resources, and the way to any operation that has no method yet."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Optional, TypeVar

from .. import _listing, _log, _raw, _settings
from .._drift import DriftWatch
from .._http import Pool
from .._raw import Immediate, RawResponse
from .._retry import RetryBudget
from ..errors import FirstHandConfigurationError, FirstHandDriftError
from .exchange import Exchange, Exchanged, annotated, unexpected
from .flat import FlatMethods

if TYPE_CHECKING:
    import httpx
    from firsthandapi_generated.client import Call
    from typing_extensions import ParamSpec

    from .._clock import Clock
    from .._drift import Drift
    from .api_keys import ApiKeys
    from .audit_events import AuditEvents
    from .auth import Auth
    from .billing import Billing
    from .files import Files
    from .jobs import Jobs
    from .organization import Organization
    from .quality import Quality
    from .submissions import Submissions
    from .tasks import Tasks
    from .webhook_endpoints import WebhookEndpoints
    from .webhook_events import WebhookEvents

    P = ParamSpec("P")

T = TypeVar("T")
R = TypeVar("R")


class Client(FlatMethods):
    """A client of FirstHandAPI. Building one sends nothing and opens nothing.

    It can be shared by threads or tasks, survives fork, and pickles: each process opens connections of its own. A key
    that came from the environment is read from there again and is not in the pickle.

    Args:
        api_key: A key such as `fh_live_...` or `fh_test_...`. Default: the environment variable `FIRSTHAND_API_KEY`.
        base_url: Where the API is. Default: `FIRSTHAND_BASE_URL`, else `https://api.firsthandapi.com`.
        timeout: Seconds for one call, with all its attempts and the pauses between them. A long poll adds its wait.
        attempt_timeout: Seconds for one attempt of a call, so that one lost packet does not use up the whole call.
        max_retries: How often a failed attempt is made again, where that is safe and can help. 0 for never.
        http_client: An `httpx` client of yours, for proxies, certificates or transports of your own.
            It stays yours to close. Its cookies and redirects are not used.
        headers: Headers to add to each request of the API.
        drift: What to do where the service answers otherwise than its contract says, or announces that an operation
            will go. `warn`: a `FirstHandDriftWarning`, once for each operation, place and kind of difference.
            `ignore`: nothing. `raise`: a `FirstHandDriftError` after each such call, with its result in it. Or a
            function, called as often as `warn` would warn, with a `DriftRecord`, in the thread or task of the call;
            what it raises, the call raises. No difference makes an error out of an answer that is one already.
        clock: Another sense of time, for tests.

    Raises:
        FirstHandConfigurationError: The key is missing or blank, or a setting cannot be right.

    >>> Client(api_key="fh_test_key")
    Client(base_url='https://api.firsthandapi.com', api_key=Secret('***'))
    """

    def __init__(
        self,
        api_key: Optional[str] = None,
        *,
        base_url: Optional[str] = None,
        timeout: float = _settings.DEFAULT_TIMEOUT,
        attempt_timeout: float = _settings.DEFAULT_ATTEMPT_TIMEOUT,
        max_retries: int = _settings.DEFAULT_MAX_RETRIES,
        http_client: Optional[httpx.Client] = None,
        headers: Optional[Mapping[str, str]] = None,
        drift: Drift = "warn",
        clock: Optional[Clock] = None,
    ) -> None:
        _log.configure_from_environment()
        settings = _settings.settings(
            api_key,
            base_url=base_url,
            timeout=timeout,
            attempt_timeout=attempt_timeout,
            max_retries=max_retries,
            headers=headers,
            drift=drift,
            clock=clock,
        )
        self._http_client = http_client
        self._connect(settings, Pool(settings.base_url, http_client), RetryBudget(), DriftWatch(settings.drift))

    def _connect(self, settings: _settings.Settings, pool: Pool, budget: RetryBudget, watch: DriftWatch) -> None:
        self._settings = settings
        self._pool = pool
        self._budget = budget
        self._watch = watch
        self._exchange = Exchange(settings, pool, budget, watch)

    @cached_property
    def jobs(self) -> Jobs:
        """Post jobs, follow them, wait for them."""
        from .jobs import Jobs

        return Jobs(self)

    @cached_property
    def files(self) -> Files:
        """Approved files: list them, download them."""
        from .files import Files

        return Files(self)

    @cached_property
    def submissions(self) -> Submissions:
        """What workers handed in, approved or not."""
        from .submissions import Submissions

        return Submissions(self)

    @cached_property
    def tasks(self) -> Tasks:
        """Outputs of an AI, for review by people."""
        from .tasks import Tasks

        return Tasks(self)

    @cached_property
    def billing(self) -> Billing:
        """Credits: balance and transactions."""
        from .billing import Billing

        return Billing(self)

    @cached_property
    def organization(self) -> Organization:
        """Settings of the organization."""
        from .organization import Organization

        return Organization(self)

    @cached_property
    def api_keys(self) -> ApiKeys:
        """Keys of the API: make, rotate, revoke."""
        from .api_keys import ApiKeys

        return ApiKeys(self)

    @cached_property
    def webhook_endpoints(self) -> WebhookEndpoints:
        """URLs of yours that events are posted to."""
        from .webhook_endpoints import WebhookEndpoints

        return WebhookEndpoints(self)

    @cached_property
    def webhook_events(self) -> WebhookEvents:
        """Events that were sent; send them again."""
        from .webhook_events import WebhookEvents

        return WebhookEvents(self)

    @cached_property
    def quality(self) -> Quality:
        """Aggregate quality metrics."""
        from .quality import Quality

        return Quality(self)

    @cached_property
    def audit_events(self) -> AuditEvents:
        """Who did what in the organization."""
        from .audit_events import AuditEvents

        return AuditEvents(self)

    @cached_property
    def auth(self) -> Auth:
        """Sign up."""
        from .auth import Auth

        return Auth(self)

    def request(self, call: Call[T], *, wait_seconds: float = 0.0) -> T:
        """Send any operation of the contract, with this client's key, retries, deadline and errors.

        Every operation has a module that builds its call, so one that is new in the contract can be used before it has
        a method here:

        >>> from firsthandapi_generated.api.billing import get_credit_balance
        >>> balance = client.request(get_credit_balance.build())
        >>> balance.currency
        'usd'

        Args:
            call: What `firsthandapi_generated.api.<resource>.<operation>.build(...)` returns.
            wait_seconds: Seconds that the service may hold the answer back (a long poll), on top of `timeout`.

        Returns:
            The typed answer; None where the operation has none.

        Raises:
            FirstHandApiError: The service answered with an error; one subclass for each kind.
            FirstHandConnectionError, FirstHandTimeoutError: There was no answer.
            FirstHandDriftError: The client was built with `drift="raise"`, and there is drift.
        """
        return self._parse(call, self._run(call, wait_seconds))

    def _run(self, call: Call[Any], wait_seconds: float = 0.0) -> Exchanged:
        done = self._exchange.run(call, wait_seconds=wait_seconds)
        _raw.note(done)
        return done

    def _parse(self, call: Call[T], done: Exchanged) -> T:
        from firsthandapi_generated.errors import UnexpectedAnswerError

        differences = self._watch.answer(call.operation_id, done.answer.status, done.answer.headers, done.payload)
        try:
            parsed = _listing.mended(call.parse(done.payload))
        except UnexpectedAnswerError as error:
            raise unexpected(f"{call.operation_id}: {error}", done) from None
        if differences:
            drifted = FirstHandDriftError(differences, parsed, done.payload)
            drifted.status = done.answer.status
            drifted.request_id = done.answer.headers.get("x-request-id")
            raise annotated(drifted, done)
        return parsed

    def with_raw_response(self, method: Callable[P, Immediate[R]], *args: P.args, **kwargs: P.kwargs) -> RawResponse[R]:
        """Call a method and get status, headers and JSON of its answer beside its result.

        >>> raw = client.with_raw_response(client.jobs.get, job.id)
        >>> raw.status, raw.parsed.id == job.id
        (200, True)

        Args:
            method: A method of this client or of its resources, not called yet.
            args, kwargs: Its arguments; the type checker knows them.

        Returns:
            A `RawResponse`; of a method that makes several requests, such as a wait, the last one.
        """
        with _raw.Recording() as recording:
            parsed = method(*args, **kwargs)
        return recording.of(parsed)

    def with_options(
        self,
        *,
        timeout: Optional[float] = None,
        attempt_timeout: Optional[float] = None,
        max_retries: Optional[int] = None,
        headers: Optional[Mapping[str, str]] = None,
        drift: Optional[Drift] = None,
    ) -> Client:
        """A client with some settings changed that shares this one's connections and retry budget.

        >>> patient = client.with_options(timeout=300, max_retries=8)

        Args:
            timeout, attempt_timeout, max_retries: As in the constructor; None keeps what is set.
            headers: Headers to add to the ones that are set.
            drift: As in the constructor; places that were told of are then new again. None keeps what is set.
        """
        twin = type(self).__new__(type(self))
        twin._http_client = self._http_client
        settings = self._settings.with_options(
            timeout=timeout,
            attempt_timeout=attempt_timeout,
            max_retries=max_retries,
            headers=headers,
            drift=drift,
        )
        watch = self._watch if drift is None else DriftWatch(drift)
        twin._connect(settings, self._pool, self._budget, watch)
        return twin

    def close(self) -> None:
        """Close the connections. The client stays usable: the next call opens new ones."""
        self._pool.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._settings.base_url!r}, api_key={self._settings.api_key!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        if self._http_client is not None:
            raise FirstHandConfigurationError(
                "a client with an http_client of yours cannot be pickled: build it anew there"
            )
        return _revive, (type(self), self._settings)


def _revive(cls: type[Client], settings: _settings.Settings) -> Client:
    client = cls.__new__(cls)
    client._http_client = None
    client._connect(settings, Pool(settings.base_url, None), RetryBudget(), DriftWatch(settings.drift))
    return client


class Resource:
    """A group of operations of one client."""

    def __init__(self, client: Client) -> None:
        self._client = client
