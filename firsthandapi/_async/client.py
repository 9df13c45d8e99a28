"""The client: settings, resources, and the way to any operation that has no method yet."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Optional, TypeVar

from .. import _listing, _log, _raw, _settings
from .._drift import DriftWatch
from .._http import AsyncPool
from .._raw import Eventual, RawResponse
from .._retry import RetryBudget
from ..errors import FirstHandConfigurationError, FirstHandDriftError
from .exchange import AsyncExchange, Exchanged, annotated, unexpected
from .flat import AsyncFlatMethods

if TYPE_CHECKING:
    import httpx
    from firsthandapi_generated.client import Call
    from typing_extensions import ParamSpec

    from .._clock import Clock
    from .._drift import Drift
    from .api_keys import AsyncApiKeys
    from .audit_events import AsyncAuditEvents
    from .auth import AsyncAuth
    from .billing import AsyncBilling
    from .files import AsyncFiles
    from .jobs import AsyncJobs
    from .organization import AsyncOrganization
    from .quality import AsyncQuality
    from .submissions import AsyncSubmissions
    from .tasks import AsyncTasks
    from .webhook_endpoints import AsyncWebhookEndpoints
    from .webhook_events import AsyncWebhookEvents

    P = ParamSpec("P")

T = TypeVar("T")
R = TypeVar("R")


class AsyncClient(AsyncFlatMethods):
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

    >>> AsyncClient(api_key="fh_test_key")
    AsyncClient(base_url='https://api.firsthandapi.com', api_key=Secret('***'))
    """

    def __init__(
        self,
        api_key: Optional[str] = None,
        *,
        base_url: Optional[str] = None,
        timeout: float = _settings.DEFAULT_TIMEOUT,
        attempt_timeout: float = _settings.DEFAULT_ATTEMPT_TIMEOUT,
        max_retries: int = _settings.DEFAULT_MAX_RETRIES,
        http_client: Optional[httpx.AsyncClient] = None,
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
        self._connect(settings, AsyncPool(settings.base_url, http_client), RetryBudget(), DriftWatch(settings.drift))

    def _connect(self, settings: _settings.Settings, pool: AsyncPool, budget: RetryBudget, watch: DriftWatch) -> None:
        self._settings = settings
        self._pool = pool
        self._budget = budget
        self._watch = watch
        self._exchange = AsyncExchange(settings, pool, budget, watch)

    @cached_property
    def jobs(self) -> AsyncJobs:
        """Post jobs, follow them, wait for them."""
        from .jobs import AsyncJobs

        return AsyncJobs(self)

    @cached_property
    def files(self) -> AsyncFiles:
        """Approved files: list them, download them."""
        from .files import AsyncFiles

        return AsyncFiles(self)

    @cached_property
    def submissions(self) -> AsyncSubmissions:
        """What workers handed in, approved or not."""
        from .submissions import AsyncSubmissions

        return AsyncSubmissions(self)

    @cached_property
    def tasks(self) -> AsyncTasks:
        """Outputs of an AI, for review by people."""
        from .tasks import AsyncTasks

        return AsyncTasks(self)

    @cached_property
    def billing(self) -> AsyncBilling:
        """Credits: balance and transactions."""
        from .billing import AsyncBilling

        return AsyncBilling(self)

    @cached_property
    def organization(self) -> AsyncOrganization:
        """Settings of the organization."""
        from .organization import AsyncOrganization

        return AsyncOrganization(self)

    @cached_property
    def api_keys(self) -> AsyncApiKeys:
        """Keys of the API: make, rotate, revoke."""
        from .api_keys import AsyncApiKeys

        return AsyncApiKeys(self)

    @cached_property
    def webhook_endpoints(self) -> AsyncWebhookEndpoints:
        """URLs of yours that events are posted to."""
        from .webhook_endpoints import AsyncWebhookEndpoints

        return AsyncWebhookEndpoints(self)

    @cached_property
    def webhook_events(self) -> AsyncWebhookEvents:
        """Events that were sent; send them again."""
        from .webhook_events import AsyncWebhookEvents

        return AsyncWebhookEvents(self)

    @cached_property
    def quality(self) -> AsyncQuality:
        """Aggregate quality metrics."""
        from .quality import AsyncQuality

        return AsyncQuality(self)

    @cached_property
    def audit_events(self) -> AsyncAuditEvents:
        """Who did what in the organization."""
        from .audit_events import AsyncAuditEvents

        return AsyncAuditEvents(self)

    @cached_property
    def auth(self) -> AsyncAuth:
        """Sign up."""
        from .auth import AsyncAuth

        return AsyncAuth(self)

    async def request(self, call: Call[T], *, wait_seconds: float = 0.0) -> T:
        """Send any operation of the contract, with this client's key, retries, deadline and errors.

        Every operation has a module that builds its call, so one that is new in the contract can be used before it has
        a method here:

        >>> from firsthandapi_generated.api.billing import get_credit_balance
        >>> balance = await client.request(get_credit_balance.build())
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
        return self._parse(call, await self._run(call, wait_seconds))

    async def _run(self, call: Call[Any], wait_seconds: float = 0.0) -> Exchanged:
        done = await self._exchange.run(call, wait_seconds=wait_seconds)
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

    async def with_raw_response(
        self, method: Callable[P, Eventual[R]], *args: P.args, **kwargs: P.kwargs
    ) -> RawResponse[R]:
        """Call a method and get status, headers and JSON of its answer beside its result.

        >>> raw = await client.with_raw_response(client.jobs.get, job.id)
        >>> raw.status, raw.parsed.id == job.id
        (200, True)

        Args:
            method: A method of this client or of its resources, not called yet.
            args, kwargs: Its arguments; the type checker knows them.

        Returns:
            A `RawResponse`; of a method that makes several requests, such as a wait, the last one.
        """
        with _raw.Recording() as recording:
            parsed = await method(*args, **kwargs)
        return recording.of(parsed)

    def with_options(
        self,
        *,
        timeout: Optional[float] = None,
        attempt_timeout: Optional[float] = None,
        max_retries: Optional[int] = None,
        headers: Optional[Mapping[str, str]] = None,
        drift: Optional[Drift] = None,
    ) -> AsyncClient:
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

    async def close(self) -> None:
        """Close the connections. The client stays usable: the next call opens new ones."""
        await self._pool.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._settings.base_url!r}, api_key={self._settings.api_key!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        if self._http_client is not None:
            raise FirstHandConfigurationError(
                "a client with an http_client of yours cannot be pickled: build it anew there"
            )
        return _revive, (type(self), self._settings)


def _revive(cls: type[AsyncClient], settings: _settings.Settings) -> AsyncClient:
    client = cls.__new__(cls)
    client._http_client = None
    client._connect(settings, AsyncPool(settings.base_url, None), RetryBudget(), DriftWatch(settings.drift))
    return client


class AsyncResource:
    """A group of operations of one client."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
