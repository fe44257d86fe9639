"""What waits for a second person: a correction, or a redemption that a guard holds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.actors import Actor, Role
from domain.program.program import AdjustmentLimits
from domain.refusals import Code, Refused
from domain.support.correction import Adjustment, Correction, EntryReversal, Extension, Reinstatement

_STAFF = (Role.ADMIN, Role.SUPERVISOR, Role.AGENT)


class ApprovalStatus(StrEnum):
    """PENDING until decided, once."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"


class ApprovalKind(StrEnum):
    """What waits. The names are the API's."""

    ADJUSTMENT = "ADJUSTMENT"
    REVERSAL = "REVERSAL"
    EXTENSION = "EXTENSION"
    REINSTATEMENT = "REINSTATEMENT"
    REDEMPTION = "REDEMPTION"


@dataclass(frozen=True, slots=True)
class RedemptionReview:
    """A redemption that a guard holds. `device` stands for the one that it came from, if that was said."""

    redemption: str
    device: str | None = None


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
    """A request of `requested_by` for `what`, and its decision.

    `points` would come (or leave, below zero); for an extension they would only live longer. `reason` is the code
    of why, for a redemption those of its guards.
    """

    id: str
    status: ApprovalStatus
    member: str
    what: Correction | RedemptionReview
    points: int
    currency: str
    reason: str
    key: str
    input: str
    requested_by: Actor
    requested_at: datetime
    decision: Decision | None = None

    @property
    def kind(self) -> ApprovalKind:
        """Which kind of request it is."""
        match self.what:
            case Adjustment():
                return ApprovalKind.ADJUSTMENT
            case EntryReversal():
                return ApprovalKind.REVERSAL
            case Extension():
                return ApprovalKind.EXTENSION
            case Reinstatement():
                return ApprovalKind.REINSTATEMENT
            case RedemptionReview():
                return ApprovalKind.REDEMPTION


@dataclass(frozen=True, slots=True)
class NeedsApproval(Refused):
    """More points than whoever asks may move alone: a second person must decide. Signed as an approval's are."""

    points: int = 0
    currency: str = ""


def beyond(limit: int | None, points: int, currency: str) -> NeedsApproval | None:
    """That a second person is needed above the limit (None: there is none), either way."""
    if limit is None or abs(points) <= limit:
        return None
    message = f"You may move {limit} points alone: a second person must decide."
    return NeedsApproval(Code.FORBIDDEN, message, points=points, currency=currency)


def adjustment_limit(limits: AdjustmentLimits, roles: frozenset[Role]) -> int | None:
    """How many points these roles may adjust alone, either way: the highest's limit; None: any number.

    Zero for those who may adjust nothing.
    """
    highest = next((role for role in _STAFF if role in roles), None)
    if highest is None:
        return 0
    limit: int | None = getattr(limits, highest.value)
    return limit
