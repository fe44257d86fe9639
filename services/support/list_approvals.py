"""Requests for approval, newest first."""

from dataclasses import dataclass
from datetime import datetime

from domain.support.approval import Approval, ApprovalStatus
from services.context import Context


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    """A part of the list, and whether more follows."""

    approvals: tuple[Approval, ...]
    has_next: bool


async def list_approvals(
    context: Context, status: ApprovalStatus, *, first: int = 20, after: tuple[datetime, str] | None = None
) -> ApprovalPage:
    """At most `first` requests of that status behind `after` = (requested, id)."""
    found = await context.approvals.page(status, first=first + 1, after=after)
    return ApprovalPage(tuple(found[:first]), len(found) > first)
