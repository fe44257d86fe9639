"""An adjustment that waits for a second person."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.actors import Actor, Role
from domain.program.program import AdjustmentLimits

_STAFF = (Role.ADMIN, Role.SUPERVISOR, Role.AGENT)


class ApprovalStatus(StrEnum):
    """PENDING until decided, once."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided, when, and under which key and input, so that a retry is known for one."""

    by: Actor
    at: datetime
    key: str
    input: str
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """A request of `requested_by` to move `points` (signed) of a member, and its decision."""

    id: str
    status: ApprovalStatus
    member: str
    points: int
    currency: str
    reason: str
    key: str
    input: str
    requested_by: Actor
    requested_at: datetime
    decision: Decision | None = None


def adjustment_limit(limits: AdjustmentLimits, roles: frozenset[Role]) -> int | None:
    """How many points these roles may adjust alone, either way: the highest's limit; None: any number.

    Zero for those who may adjust nothing.
    """
    highest = next((role for role in _STAFF if role in roles), None)
    if highest is None:
        return 0
    limit: int | None = getattr(limits, highest.value)
    return limit
