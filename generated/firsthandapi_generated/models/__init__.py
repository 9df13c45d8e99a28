# Generated from openapi.yaml by `make regenerate`. Do not edit.
"""All models, each imported when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .annotations import Annotations
    from .api_key import ApiKey
    from .api_key_create import ApiKeyCreate
    from .api_key_list import ApiKeyList
    from .api_key_with_secret import ApiKeyWithSecret
    from .audit_event import AuditEvent
    from .audit_event_list import AuditEventList
    from .checkout import Checkout
    from .credit_balance import CreditBalance
    from .credit_balance_event import CreditBalanceEvent
    from .credit_purchase import CreditPurchase
    from .credit_transaction import CreditTransaction
    from .credit_transaction_event import CreditTransactionEvent
    from .credit_transaction_list import CreditTransactionList
    from .device_info import DeviceInfo
    from .environment import Environment
    from .error import Error
    from .error_body import ErrorBody
    from .error_detail import ErrorDetail
    from .error_type import ErrorType
    from .file import File
    from .file_list import FileList
    from .job import Job
    from .job_create import JobCreate
    from .job_event import JobEvent
    from .job_list import JobList
    from .job_rating import JobRating
    from .job_status import JobStatus
    from .job_type import JobType
    from .json_object import JsonObject
    from .keyframe import Keyframe
    from .location import Location
    from .metadata import Metadata
    from .mime_type import MimeType
    from .object_label import ObjectLabel
    from .organization_settings import OrganizationSettings
    from .organization_settings_update import OrganizationSettingsUpdate
    from .quality_summary import QualitySummary
    from .resolution import Resolution
    from .scene import Scene
    from .scope import Scope
    from .score_dimensions import ScoreDimensions
    from .signup import Signup
    from .signup_result import SignupResult
    from .star_counts import StarCounts
    from .submission import Submission
    from .submission_event import SubmissionEvent
    from .submission_event_data import SubmissionEventData
    from .submission_list import SubmissionList
    from .submission_scored_data import SubmissionScoredData
    from .submission_scored_event import SubmissionScoredEvent
    from .submission_status import SubmissionStatus
    from .submission_summary import SubmissionSummary
    from .task import Task
    from .task_create import TaskCreate
    from .task_decision import TaskDecision
    from .task_decision_counts import TaskDecisionCounts
    from .task_list import TaskList
    from .task_status import TaskStatus
    from .task_validation import TaskValidation
    from .transaction_type import TransactionType
    from .transcript_word import TranscriptWord
    from .webhook_endpoint import WebhookEndpoint
    from .webhook_endpoint_create import WebhookEndpointCreate
    from .webhook_endpoint_list import WebhookEndpointList
    from .webhook_endpoint_update import WebhookEndpointUpdate
    from .webhook_endpoint_with_secret import WebhookEndpointWithSecret
    from .webhook_event import WebhookEvent
    from .webhook_event_list import WebhookEventList
    from .webhook_event_status import WebhookEventStatus
    from .webhook_event_type import WebhookEventType

_MODULES = {
    "Annotations": ".annotations",
    "ApiKey": ".api_key",
    "ApiKeyCreate": ".api_key_create",
    "ApiKeyList": ".api_key_list",
    "ApiKeyWithSecret": ".api_key_with_secret",
    "AuditEvent": ".audit_event",
    "AuditEventList": ".audit_event_list",
    "Checkout": ".checkout",
    "CreditBalance": ".credit_balance",
    "CreditBalanceEvent": ".credit_balance_event",
    "CreditPurchase": ".credit_purchase",
    "CreditTransaction": ".credit_transaction",
    "CreditTransactionEvent": ".credit_transaction_event",
    "CreditTransactionList": ".credit_transaction_list",
    "DeviceInfo": ".device_info",
    "Environment": ".environment",
    "Error": ".error",
    "ErrorBody": ".error_body",
    "ErrorDetail": ".error_detail",
    "ErrorType": ".error_type",
    "File": ".file",
    "FileList": ".file_list",
    "Job": ".job",
    "JobCreate": ".job_create",
    "JobEvent": ".job_event",
    "JobList": ".job_list",
    "JobRating": ".job_rating",
    "JobStatus": ".job_status",
    "JobType": ".job_type",
    "JsonObject": ".json_object",
    "Keyframe": ".keyframe",
    "Location": ".location",
    "Metadata": ".metadata",
    "MimeType": ".mime_type",
    "ObjectLabel": ".object_label",
    "OrganizationSettings": ".organization_settings",
    "OrganizationSettingsUpdate": ".organization_settings_update",
    "QualitySummary": ".quality_summary",
    "Resolution": ".resolution",
    "Scene": ".scene",
    "Scope": ".scope",
    "ScoreDimensions": ".score_dimensions",
    "Signup": ".signup",
    "SignupResult": ".signup_result",
    "StarCounts": ".star_counts",
    "Submission": ".submission",
    "SubmissionEvent": ".submission_event",
    "SubmissionEventData": ".submission_event_data",
    "SubmissionList": ".submission_list",
    "SubmissionScoredData": ".submission_scored_data",
    "SubmissionScoredEvent": ".submission_scored_event",
    "SubmissionStatus": ".submission_status",
    "SubmissionSummary": ".submission_summary",
    "Task": ".task",
    "TaskCreate": ".task_create",
    "TaskDecision": ".task_decision",
    "TaskDecisionCounts": ".task_decision_counts",
    "TaskList": ".task_list",
    "TaskStatus": ".task_status",
    "TaskValidation": ".task_validation",
    "TransactionType": ".transaction_type",
    "TranscriptWord": ".transcript_word",
    "WebhookEndpoint": ".webhook_endpoint",
    "WebhookEndpointCreate": ".webhook_endpoint_create",
    "WebhookEndpointList": ".webhook_endpoint_list",
    "WebhookEndpointUpdate": ".webhook_endpoint_update",
    "WebhookEndpointWithSecret": ".webhook_endpoint_with_secret",
    "WebhookEvent": ".webhook_event",
    "WebhookEventList": ".webhook_event_list",
    "WebhookEventStatus": ".webhook_event_status",
    "WebhookEventType": ".webhook_event_type",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULES[name], __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted(_MODULES)


__all__ = (
    "Annotations",
    "ApiKey",
    "ApiKeyCreate",
    "ApiKeyList",
    "ApiKeyWithSecret",
    "AuditEvent",
    "AuditEventList",
    "Checkout",
    "CreditBalance",
    "CreditBalanceEvent",
    "CreditPurchase",
    "CreditTransaction",
    "CreditTransactionEvent",
    "CreditTransactionList",
    "DeviceInfo",
    "Environment",
    "Error",
    "ErrorBody",
    "ErrorDetail",
    "ErrorType",
    "File",
    "FileList",
    "Job",
    "JobCreate",
    "JobEvent",
    "JobList",
    "JobRating",
    "JobStatus",
    "JobType",
    "JsonObject",
    "Keyframe",
    "Location",
    "Metadata",
    "MimeType",
    "ObjectLabel",
    "OrganizationSettings",
    "OrganizationSettingsUpdate",
    "QualitySummary",
    "Resolution",
    "Scene",
    "Scope",
    "ScoreDimensions",
    "Signup",
    "SignupResult",
    "StarCounts",
    "Submission",
    "SubmissionEvent",
    "SubmissionEventData",
    "SubmissionList",
    "SubmissionScoredData",
    "SubmissionScoredEvent",
    "SubmissionStatus",
    "SubmissionSummary",
    "Task",
    "TaskCreate",
    "TaskDecision",
    "TaskDecisionCounts",
    "TaskList",
    "TaskStatus",
    "TaskValidation",
    "TransactionType",
    "TranscriptWord",
    "WebhookEndpoint",
    "WebhookEndpointCreate",
    "WebhookEndpointList",
    "WebhookEndpointUpdate",
    "WebhookEndpointWithSecret",
    "WebhookEvent",
    "WebhookEventList",
    "WebhookEventStatus",
    "WebhookEventType",
)
