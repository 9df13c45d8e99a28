"""Everything that this package raises about the API.

`FirstHandError` is the root. `FirstHandApiError` and its subclasses stand for an answer that is not 2xx; connection and
timeout errors for the lack of an answer; argument and configuration errors are raised before anything is sent.
Where Python has a word of its own for it, the error is that too: `except PermissionError`, `except TimeoutError`,
`except ValueError` work. All of them survive pickling, so they cross process pools.

`str(error)` is the message alone, as the service worded it. Call, request id, attempts and what to do next are in
`error.__notes__`, which Python 3.11 and newer print below a traceback.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Optional, cast

from ._retry import is_passing

if TYPE_CHECKING:
    from firsthandapi_generated.models.task import Task

    from ._drift import DriftRecord
    from .models import Job


class FirstHandError(Exception):
    """Root of all errors of this package."""

    message: str
    """What went wrong, in one sentence."""
    type: str = "client_error"
    """Machine-readable kind: the service's word where there is one, else ours."""
    status: Optional[int] = None
    """HTTP status of the answer; None where there was none."""
    request_id: Optional[str] = None
    """The service's id of the request, to quote when asking its support."""
    retryable: bool = False
    """Whether the same call may succeed later without a change."""
    operation_id: Optional[str] = None
    """The operation that failed, such as `create_job`; None for an error that has no call."""
    attempts: int = 0
    """How often the request was sent."""
    elapsed: float = 0.0
    """Seconds spent on the call, retries and pauses included."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.__notes__: list[str] = []

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return _revive, (type(self), self.args, self.__dict__.copy())


def _revive(cls: type[FirstHandError], args: tuple[Any, ...], state: dict[str, Any]) -> FirstHandError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class FirstHandConfigurationError(FirstHandError, ValueError):
    """The client cannot be built from these settings; nothing was sent."""

    type = "configuration_error"


class FirstHandArgumentError(FirstHandError, ValueError, TypeError):
    """An argument cannot be right; nothing was sent. `argument` names it."""

    type = "argument_error"

    def __init__(self, argument: str, reason: str) -> None:
        super().__init__(f"{argument}: {reason}")
        self.argument = argument


class FirstHandSignatureError(FirstHandError, ValueError):
    """A webhook request is not what it should be: do not act on it. The text says which step failed."""

    type = "signature_error"


class FirstHandConnectionError(FirstHandError, ConnectionError):
    """No answer: the connection could not be made, or broke. `cause` is the error underneath."""

    type = "connection_error"
    retryable = True

    @property
    def cause(self) -> Optional[BaseException]:
        """The network error underneath."""
        return self.__cause__


class FirstHandTimeoutError(FirstHandConnectionError, TimeoutError):
    """No answer in the time that was given for the call, its retries and pauses together."""

    type = "timeout_error"


class FirstHandWaitError(FirstHandError):
    """A wait can never end as asked; `job` is the job as it stands, `task` the task, whichever was waited for."""

    type = "wait_error"
    job: Job
    """The job as it stood last; only where a job was waited for."""
    task: Task
    """The task as it stood last; only where a task was waited for."""

    def __init__(self, message: str, job: Optional[Job] = None, *, task: Optional[Task] = None) -> None:
        super().__init__(message)
        if job is not None:
            self.job = job
        if task is not None:
            self.task = task


class FirstHandWaitTimeoutError(FirstHandWaitError, TimeoutError):
    """A wait came to its deadline first; `job` or `task` is as it stood last. Waiting again goes on from there."""

    type = "wait_timeout"
    retryable = True


class FirstHandPaginationError(FirstHandError):
    """The service sent a cursor that it had sent before; going on would never end."""

    type = "pagination_error"


class FirstHandApiError(FirstHandError):
    """The service answered, and the answer is not a success."""

    status: int
    """HTTP status of the answer."""
    details: list[Mapping[str, Any]]
    """One `{"field": ..., "message": ...}` for each argument that the service refused."""
    headers: dict[str, str]
    """Headers of the answer, names in lower case."""

    def __init__(
        self,
        message: str,
        *,
        status: int,
        type: str,
        request_id: Optional[str] = None,
        details: Sequence[Mapping[str, Any]] = (),
        headers: Optional[Mapping[str, str]] = None,
        retryable: bool = False,
    ) -> None:
        super().__init__(message)
        # Assigned here and never again, so that narrowing it is sound.
        self.status = status  # pyright: ignore[reportIncompatibleVariableOverride]
        self.type = type
        self.request_id = request_id
        self.details = list(details)
        self.headers = dict(headers or {})
        self.retryable = retryable


class FirstHandUnexpectedAnswerError(FirstHandApiError):
    """A 2xx answer that is not the JSON it should be, such as the page of a proxy."""


class FirstHandValidationError(FirstHandApiError, ValueError):
    """400 or 422: the service refuses the arguments; see `details`."""


class FirstHandAuthenticationError(FirstHandApiError, PermissionError):
    """401: the key is missing, wrong, expired or revoked."""


class FirstHandInsufficientCreditsError(FirstHandApiError):
    """402: the balance does not cover the escrow of the job."""


class FirstHandPermissionError(FirstHandApiError, PermissionError):
    """403: the key is good, but may not do this."""


class FirstHandNotFoundError(FirstHandApiError, LookupError):
    """404: there is no such resource, or it belongs to somebody else."""


class FirstHandGoneError(FirstHandApiError):
    """410: the service has retired this operation, or this version of its API."""

    link: Optional[str] = None
    """Where the service says what comes instead; None where it did not."""


class FirstHandConflictError(FirstHandApiError):
    """409: the resource is in a state that does not allow this."""


class FirstHandIdempotencyError(FirstHandConflictError):
    """409: this idempotency key was used before with other arguments, or its first call is still running."""


class FirstHandRateLimitError(FirstHandApiError):
    """429: too many requests; `retry_after` says when to come back."""

    retry_after: Optional[float] = None
    """Seconds until the service wants to hear from us again; None where it did not say."""


class FirstHandServerError(FirstHandApiError):
    """5xx: the service failed."""


class FirstHandDownloadError(FirstHandError):
    """Some files are missing or wrong, all others are on disk; `report` has a row for each."""

    type = "download_error"
    retryable = True

    def __init__(self, message: str, report: Any) -> None:
        super().__init__(message)
        self.report = report


class FirstHandFolderBusyError(FirstHandError, BlockingIOError):
    """Another download is writing to the folder, in this process or in another one."""

    type = "folder_busy"
    retryable = True


class FirstHandDiskSpaceError(FirstHandError, OSError):
    """The disk has no room for the files, and none was fetched, or for temporary data, and what was fetched stays."""

    type = "disk_space"


class FirstHandDatasetError(FirstHandError):
    """The folder is not what its manifest says: a file is missing or has other content, or a line is no row."""

    type = "dataset_error"


class FirstHandDriftError(FirstHandError):
    """With `drift="raise"`: the service did what was asked, but its answer is not as the contract says."""

    type = "drift_error"
    records: list[DriftRecord]
    """Each difference."""
    parsed: Any
    """The answer, typed, as `client.request` would have returned it; or the webhook event."""
    json: Any
    """The answer as it came, decoded."""

    def __init__(self, records: Sequence[DriftRecord], parsed: Any = None, json: Any = None) -> None:
        more = f" ({len(records) - 1} more in `records`)" if len(records) > 1 else ""
        super().__init__(f"{records[0]}{more}")
        self.records = list(records)
        self.parsed = parsed
        self.json = json


class FirstHandDriftWarning(UserWarning):
    """The service answers otherwise than the contract says; the call went well all the same."""

    record: DriftRecord
    """What is different, and where."""

    def __init__(self, record: DriftRecord) -> None:
        super().__init__(record)
        self.record = record


BY_STATUS: dict[int, type[FirstHandApiError]] = {
    400: FirstHandValidationError,
    401: FirstHandAuthenticationError,
    402: FirstHandInsufficientCreditsError,
    403: FirstHandPermissionError,
    404: FirstHandNotFoundError,
    409: FirstHandConflictError,
    410: FirstHandGoneError,
    422: FirstHandValidationError,
    429: FirstHandRateLimitError,
}

ADVICE: dict[type[FirstHandError], str] = {
    FirstHandValidationError: "correct the arguments named in `details`",
    FirstHandAuthenticationError: "check the key in FIRSTHAND_API_KEY: fh_live_ and fh_test_ keys see different data",
    FirstHandInsufficientCreditsError: "buy credits, or post a job with fewer files or a lower price",
    FirstHandPermissionError: "use a key that has the scope for this operation",
    FirstHandNotFoundError: "check the id, and that the key is of the environment where it was made",
    FirstHandGoneError: "upgrade firsthandapi; if it is the newest, see `link` for what comes instead",
    FirstHandDriftError: "use the result in `parsed` instead of calling again; then look for a newer firsthandapi",
    FirstHandIdempotencyError: "use a new idempotency key for a new request",
    FirstHandServerError: "try again later; quote the request id to the service's support if it stays",
}


def class_of(status: int) -> type[FirstHandApiError]:
    """The class of an error that is told by its status alone."""
    return BY_STATUS.get(status, FirstHandServerError if status >= 500 else FirstHandApiError)


def api_error(status: int, headers: Mapping[str, str], payload: object, fallback: str) -> FirstHandApiError:
    """The error for an answer that is not 2xx, whatever its body turned out to be.

    `payload` is the decoded JSON, or None; `fallback` is the message where the body has none.
    """
    body = error_body(payload)
    kind = str(body.get("type") or "unknown")
    details = cast("list[Any]", body["details"]) if isinstance(body.get("details"), list) else []
    cls = class_of(status)
    if cls is FirstHandConflictError and kind.startswith("idempotency"):
        cls = FirstHandIdempotencyError
    request_id = body.get("request_id") or headers.get("x-request-id")
    return cls(
        str(body.get("message") or fallback),
        status=status,
        type=kind,
        request_id=str(request_id) if request_id else None,
        details=[cast("dict[str, Any]", item) for item in details if isinstance(item, dict)],
        headers=headers,
        retryable=is_passing(status) or kind == "idempotency_in_progress",
    )


def error_body(payload: object) -> dict[str, Any]:
    """What stands under `error` in a decoded answer; empty where the answer is something else."""
    envelope = cast("dict[str, object]", payload).get("error") if isinstance(payload, dict) else None
    return cast("dict[str, Any]", envelope) if isinstance(envelope, dict) else {}


def advice(error: FirstHandError) -> Optional[str]:
    """What to do about an error, in half a sentence."""
    return next((text for cls, text in ADVICE.items() if isinstance(error, cls)), None)
