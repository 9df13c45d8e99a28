# Derived from _async/audit_events.py by `make regenerate`. Edit that file.
"""Who did what in the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from firsthandapi_generated.api.audit_events import list_audit_events

from .. import _arguments
from .._listing import listing
from .client import Resource
from .page import Page

if TYPE_CHECKING:
    from firsthandapi_generated.models.audit_event import AuditEvent


class AuditEvents(Resource):
    """`client.audit_events`: the audit log. Its path and scope are documented, its fields are inferred."""

    @listing
    def list(
        self,
        *,
        resource_id: Optional[str] = None,
        action: Optional[str] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> Page[AuditEvent]:
        """Events, newest first.

        >>> page = client.audit_events.list(resource_id=job.id)
        >>> {event.resource_id == job.id for event in page.data}
        {True}

        Args:
            resource_id: Only what was done with this job, task, key or endpoint (this filter is inferred).
            action: Only this action, such as `job.created` (this filter is inferred).
            limit: Items per page, 1 to 100; the service's default is 20.
            cursor: Go on from here: `next_cursor` of an earlier page.

        Returns:
            A page that iterates over all pages.
        """
        arguments = {"resource_id": resource_id, "action": action, "limit": limit, "cursor": cursor}
        _arguments.check("list_audit_events", arguments)
        found = self._client.request(
            list_audit_events.build(resource_id=resource_id, action=action, limit=limit, cursor=cursor)
        )
        return Page(
            found,
            found.data,
            lambda cursor: self.list(resource_id=resource_id, action=action, limit=limit, cursor=cursor),
            cursor,
        )
