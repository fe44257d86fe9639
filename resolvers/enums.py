"""The contract's enums: those of the domain get their API names; the others have more values than it makes yet."""

from enum import StrEnum

import strawberry

from domain.actors import ActorKind
from domain.inbox.message import NotificationKind
from domain.ledger.holds import HoldStatus
from domain.members.member import MemberStatus
from domain.program.program import RewardKind
from domain.refusals import Code
from domain.rewards.redemption import RedemptionStatus
from domain.support.approval import ApprovalStatus
from services.rewards.list_rewards import RewardOrder

strawberry.enum(ActorKind)
strawberry.enum(ApprovalStatus)
strawberry.enum(Code, name="ErrorCode", description="Why not. It grows: keep a branch for the unknown.")
strawberry.enum(HoldStatus, description="What has become of a hold. EXPIRED: its points went back at its end.")
strawberry.enum(MemberStatus, description="Only an ACTIVE member earns, redeems or is adjusted.")
strawberry.enum(NotificationKind, description="What a message is about.")
strawberry.enum(RedemptionStatus, description="What has become of a redemption.")
strawberry.enum(RewardKind)
strawberry.enum(RewardOrder)


@strawberry.enum
class EntryKind(StrEnum):
    """What an entry did."""

    EARN = "EARN"
    PENDING = "PENDING"
    RELEASE = "RELEASE"
    REDEEM = "REDEEM"
    EXPIRE = "EXPIRE"
    ADJUST = "ADJUST"
    TRANSFER_IN = "TRANSFER_IN"
    TRANSFER_OUT = "TRANSFER_OUT"
    HOLD = "HOLD"
    CAPTURE = "CAPTURE"
    VOID = "VOID"
    REVERSE = "REVERSE"


@strawberry.enum
class ApprovalKind(StrEnum):
    """What waits for a second person."""

    ADJUSTMENT = "ADJUSTMENT"
    REVERSAL = "REVERSAL"
    REDEMPTION = "REDEMPTION"
