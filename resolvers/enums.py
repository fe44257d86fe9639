"""The contract's enums: those of the domain get their API names."""

import strawberry

from domain.actors import ActorKind
from domain.alerts.announcement import AnnouncementState
from domain.alerts.channel import Channel
from domain.alerts.delivery import DeliveryState, Why
from domain.alerts.device import DevicePlatform
from domain.earning.judging.judgement import MissReason
from domain.engagement.challenges import ChallengeStatus
from domain.inbox.message import NotificationKind
from domain.ledger.holds import HoldStatus
from domain.ledger.kinds import EntryKind
from domain.members.member import MemberStatus
from domain.program.earning import Period
from domain.program.engagement import Counts
from domain.program.rewards import Barcode, RewardKind
from domain.program.versions import DraftStatus, VersionStatus
from domain.refusals import Code
from domain.rewards.partner_order import OrderState
from domain.rewards.payment import PaymentStatus
from domain.rewards.recommended import Because
from domain.rewards.redemption import RedemptionStatus
from domain.rewards.voucher_status import VoucherStatus
from domain.simulation.run import SimulationState
from domain.support.approval import ApprovalKind, ApprovalStatus
from services.rewards.list_rewards import RewardOrder

strawberry.enum(ActorKind)
strawberry.enum(ApprovalKind, description="What waits for a second person.")
strawberry.enum(ApprovalStatus)
strawberry.enum(
    ChallengeStatus,
    description="Where a challenge is for a member. REACHED: as often as it can be in the period under way.",
)
strawberry.enum(Counts, name="ChallengeCounts", description="What a challenge counts; DAYS: each day once.")
strawberry.enum(Period, description="A stretch of the programme's calendar; weeks begin on Monday.")
strawberry.enum(
    OrderState,
    name="PartnerOrderState",
    description="WITHDRAWN: cancelled before anybody was told. DEAD: given up, until staff try again.",
)
strawberry.enum(
    Channel,
    name="NotificationChannel",
    description="Where an alert can go besides the inbox. WEBHOOK: a partner's server.",
)
strawberry.enum(
    AnnouncementState,
    description="SCHEDULED until its time, then SENDING. SENT: every inbox has it, or its end came. STOPPED: by "
    "someone.",
)
strawberry.enum(DevicePlatform)
strawberry.enum(
    DeliveryState,
    name="AlertDeliveryState",
    description="WAITING: to be sent, at once or later. SENT: the provider has it. DEAD: given up, until staff "
    "try again. DROPPED: not to be sent after all. MERGED: told by a later one, in a digest.",
)
strawberry.enum(Why, name="AlertDeliveryReason", description="Why a delivery waits, or was dropped. It grows.")
strawberry.enum(Code, name="ErrorCode", description="Why not. It grows: keep a branch for the unknown.")
strawberry.enum(
    DraftStatus,
    name="ProgramDraftStatus",
    description="VALIDATED: saved, so without problems. SIMULATED: freshly, as it stands, against the version in "
    "force. REQUESTED: waits for a second person. PUBLISHED: as a version.",
)
strawberry.enum(
    VersionStatus,
    name="ProgramVersionStatus",
    description="SCHEDULED until its time comes; SUPERSEDED as soon as a later version is in force.",
)
strawberry.enum(EntryKind, description="What an entry did. It grows: keep a branch for the unknown.")
strawberry.enum(HoldStatus, description="What has become of a hold. EXPIRED: its points went back at its end.")
strawberry.enum(MissReason, description="Why a rule gave nothing. It grows: keep a branch for the unknown.")
strawberry.enum(MemberStatus, description="Only an ACTIVE member earns, redeems, sends, and is given points.")
strawberry.enum(NotificationKind, description="What a message is about.")
strawberry.enum(
    PaymentStatus,
    description="EXPIRED: nobody captured it in time. RETURNED: all that was captured was given back.",
)
strawberry.enum(RedemptionStatus, description="What has become of a redemption.")
strawberry.enum(RewardKind)
strawberry.enum(Because, name="RecommendationKind", description="Why a reward is recommended. It grows.")
strawberry.enum(Barcode, name="BarcodeFormat", description="How a till's scanner reads a voucher's code.")
strawberry.enum(
    VoucherStatus,
    description="What has become of a voucher. USED: up. VOID: its redemption was cancelled. It grows.",
)
strawberry.enum(
    SimulationState,
    description="QUEUED until a worker takes it, then RUNNING; DONE with a report, FAILED, or STOPPED by someone.",
)
strawberry.enum(RewardOrder)
