"""Python SDK of FirstHandAPI: post a job, people capture files, AI scores them, you download the approved ones.

>>> import firsthandapi
>>> firsthandapi.Client(api_key="fh_test_key")
Client(base_url='https://api.firsthandapi.com', api_key=Secret('***'))

Names are imported when they are first used, so `import firsthandapi` loads neither httpx nor a model.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # type checkers read it as the one of `typing`, whose import would be most of this one's time
__version__ = "0.2.0"

if TYPE_CHECKING:
    from firsthandapi_generated.models.annotations import Annotations as Annotations
    from firsthandapi_generated.models.api_key import ApiKey as ApiKey
    from firsthandapi_generated.models.api_key_list import ApiKeyList as ApiKeyList
    from firsthandapi_generated.models.api_key_with_secret import ApiKeyWithSecret as ApiKeyWithSecret
    from firsthandapi_generated.models.audit_event import AuditEvent as AuditEvent
    from firsthandapi_generated.models.audit_event_list import AuditEventList as AuditEventList
    from firsthandapi_generated.models.checkout import Checkout as Checkout
    from firsthandapi_generated.models.credit_balance import CreditBalance as CreditBalance
    from firsthandapi_generated.models.credit_balance_event import CreditBalanceEvent as CreditBalanceEvent
    from firsthandapi_generated.models.credit_transaction import CreditTransaction as CreditTransaction
    from firsthandapi_generated.models.credit_transaction_event import CreditTransactionEvent as CreditTransactionEvent
    from firsthandapi_generated.models.credit_transaction_list import CreditTransactionList as CreditTransactionList
    from firsthandapi_generated.models.organization_settings import OrganizationSettings as OrganizationSettings
    from firsthandapi_generated.models.quality_summary import QualitySummary as QualitySummary
    from firsthandapi_generated.models.signup_result import SignupResult as SignupResult
    from firsthandapi_generated.models.submission import Submission as Submission
    from firsthandapi_generated.models.submission_event import SubmissionEvent as SubmissionEvent
    from firsthandapi_generated.models.submission_list import SubmissionList as SubmissionList
    from firsthandapi_generated.models.submission_scored_event import SubmissionScoredEvent as SubmissionScoredEvent
    from firsthandapi_generated.models.submission_summary import SubmissionSummary as SubmissionSummary
    from firsthandapi_generated.models.task import Task as Task
    from firsthandapi_generated.models.task_list import TaskList as TaskList
    from firsthandapi_generated.models.task_validation import TaskValidation as TaskValidation
    from firsthandapi_generated.models.webhook_endpoint import WebhookEndpoint as WebhookEndpoint
    from firsthandapi_generated.models.webhook_endpoint_list import WebhookEndpointList as WebhookEndpointList
    from firsthandapi_generated.models.webhook_endpoint_with_secret import (
        WebhookEndpointWithSecret as WebhookEndpointWithSecret,
    )
    from firsthandapi_generated.models.webhook_event import WebhookEvent as WebhookEvent
    from firsthandapi_generated.models.webhook_event_list import WebhookEventList as WebhookEventList

    from ._async.client import AsyncClient as AsyncClient
    from ._async.page import AsyncPage as AsyncPage
    from ._clock import Clock as Clock
    from ._drift import DriftRecord as DriftRecord
    from ._raw import RawResponse as RawResponse
    from ._sync.client import Client as Client
    from ._sync.page import Page as Page
    from .download.plan import DownloadPlan as DownloadPlan
    from .download.plan import PlannedFile as PlannedFile
    from .download.report import DownloadedFile as DownloadedFile
    from .download.report import DownloadProgress as DownloadProgress
    from .download.report import DownloadReport as DownloadReport
    from .errors import FirstHandApiError as FirstHandApiError
    from .errors import FirstHandArgumentError as FirstHandArgumentError
    from .errors import FirstHandAuthenticationError as FirstHandAuthenticationError
    from .errors import FirstHandConfigurationError as FirstHandConfigurationError
    from .errors import FirstHandConflictError as FirstHandConflictError
    from .errors import FirstHandConnectionError as FirstHandConnectionError
    from .errors import FirstHandDatasetError as FirstHandDatasetError
    from .errors import FirstHandDiskSpaceError as FirstHandDiskSpaceError
    from .errors import FirstHandDownloadError as FirstHandDownloadError
    from .errors import FirstHandDriftError as FirstHandDriftError
    from .errors import FirstHandDriftWarning as FirstHandDriftWarning
    from .errors import FirstHandError as FirstHandError
    from .errors import FirstHandFolderBusyError as FirstHandFolderBusyError
    from .errors import FirstHandGoneError as FirstHandGoneError
    from .errors import FirstHandIdempotencyError as FirstHandIdempotencyError
    from .errors import FirstHandInsufficientCreditsError as FirstHandInsufficientCreditsError
    from .errors import FirstHandNotFoundError as FirstHandNotFoundError
    from .errors import FirstHandPaginationError as FirstHandPaginationError
    from .errors import FirstHandPermissionError as FirstHandPermissionError
    from .errors import FirstHandRateLimitError as FirstHandRateLimitError
    from .errors import FirstHandServerError as FirstHandServerError
    from .errors import FirstHandSignatureError as FirstHandSignatureError
    from .errors import FirstHandTimeoutError as FirstHandTimeoutError
    from .errors import FirstHandUnexpectedAnswerError as FirstHandUnexpectedAnswerError
    from .errors import FirstHandValidationError as FirstHandValidationError
    from .errors import FirstHandWaitError as FirstHandWaitError
    from .errors import FirstHandWaitTimeoutError as FirstHandWaitTimeoutError
    from .models import File as File
    from .models import FileList as FileList
    from .models import Job as Job
    from .models import JobEvent as JobEvent
    from .models import JobList as JobList
    from .webhooks import WEBHOOK_EVENT_TYPES as WEBHOOK_EVENT_TYPES
    from .webhooks import construct_event as construct_event
    from .webhooks import verify_webhook_signature as verify_webhook_signature

    AsyncFirstHandClient = AsyncClient
    FirstHandClient = Client

_MODELS = "firsthandapi_generated.models"
_NAMES = {
    "Annotations": _MODELS,
    "ApiKey": _MODELS,
    "ApiKeyList": _MODELS,
    "ApiKeyWithSecret": _MODELS,
    "AsyncClient": "._async.client",
    "AsyncFirstHandClient": "._async.client:AsyncClient",
    "AsyncPage": "._async.page",
    "AuditEvent": _MODELS,
    "AuditEventList": _MODELS,
    "Checkout": _MODELS,
    "Client": "._sync.client",
    "Clock": "._clock",
    "CreditBalance": _MODELS,
    "CreditBalanceEvent": _MODELS,
    "CreditTransaction": _MODELS,
    "CreditTransactionEvent": _MODELS,
    "CreditTransactionList": _MODELS,
    "DownloadPlan": ".download.plan",
    "DownloadProgress": ".download.report",
    "DownloadReport": ".download.report",
    "DownloadedFile": ".download.report",
    "DriftRecord": "._drift",
    "File": ".models",
    "FileList": ".models",
    "FirstHandApiError": ".errors",
    "FirstHandArgumentError": ".errors",
    "FirstHandAuthenticationError": ".errors",
    "FirstHandClient": "._sync.client:Client",
    "FirstHandConfigurationError": ".errors",
    "FirstHandConflictError": ".errors",
    "FirstHandConnectionError": ".errors",
    "FirstHandDatasetError": ".errors",
    "FirstHandDiskSpaceError": ".errors",
    "FirstHandDownloadError": ".errors",
    "FirstHandDriftError": ".errors",
    "FirstHandDriftWarning": ".errors",
    "FirstHandError": ".errors",
    "FirstHandGoneError": ".errors",
    "FirstHandFolderBusyError": ".errors",
    "FirstHandIdempotencyError": ".errors",
    "FirstHandInsufficientCreditsError": ".errors",
    "FirstHandNotFoundError": ".errors",
    "FirstHandPaginationError": ".errors",
    "FirstHandPermissionError": ".errors",
    "FirstHandRateLimitError": ".errors",
    "FirstHandServerError": ".errors",
    "FirstHandSignatureError": ".errors",
    "FirstHandTimeoutError": ".errors",
    "FirstHandUnexpectedAnswerError": ".errors",
    "FirstHandValidationError": ".errors",
    "FirstHandWaitError": ".errors",
    "FirstHandWaitTimeoutError": ".errors",
    "Job": ".models",
    "JobEvent": ".models",
    "JobList": ".models",
    "OrganizationSettings": _MODELS,
    "Page": "._sync.page",
    "PlannedFile": ".download.plan",
    "QualitySummary": _MODELS,
    "RawResponse": "._raw",
    "SignupResult": _MODELS,
    "Submission": _MODELS,
    "SubmissionEvent": _MODELS,
    "SubmissionList": _MODELS,
    "SubmissionScoredEvent": _MODELS,
    "SubmissionSummary": _MODELS,
    "Task": _MODELS,
    "TaskList": _MODELS,
    "TaskValidation": _MODELS,
    "WEBHOOK_EVENT_TYPES": ".webhooks",
    "WebhookEndpoint": _MODELS,
    "WebhookEndpointList": _MODELS,
    "WebhookEndpointWithSecret": _MODELS,
    "WebhookEvent": _MODELS,
    "WebhookEventList": _MODELS,
    "construct_event": ".webhooks",
    "verify_webhook_signature": ".webhooks",
}
"""Public name to the module that has it; `module:name` where it is called otherwise there."""

# Written once, above: a test compares it with the block that type checkers read.
__all__ = ["__version__", *_NAMES]  # pyright: ignore[reportUnsupportedDunderAll]


_MODULES = ("client", "errors", "models", "webhooks")
"""Modules that are there after `import firsthandapi`, as they were in 0.1.0."""


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return import_module(f".{name}", __name__)
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, own_name = _NAMES[name].partition(":")
    value = globals()[name] = getattr(import_module(module, __name__), own_name or name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
