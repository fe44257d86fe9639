"""The schema, put together from its areas."""

import strawberry
from graphql import GraphQLInputObjectType
from strawberry.schema.config import StrawberryConfig

import resolvers.enums  # noqa: F401  # the names of the enums, before any type is built with them
from resolvers.alerts.announcement_queries import AnnouncementQuery
from resolvers.alerts.create_announcement import CreateAnnouncementMutation
from resolvers.alerts.device import DeviceMutation
from resolvers.alerts.list_deliveries import AlertDeliveryQuery
from resolvers.alerts.preferences import PreferencesMutation
from resolvers.alerts.record_bounce import RecordBounceMutation
from resolvers.alerts.retry_delivery import RetryDeliveryMutation
from resolvers.alerts.save_message_template import MessageTemplateMutation
from resolvers.alerts.stop_announcement import StopAnnouncementMutation
from resolvers.alerts.template_queries import TemplateQuery
from resolvers.alerts.web_push import WebPushQuery
from resolvers.boards.queries import BoardQuery
from resolvers.descriptions import describe
from resolvers.earning.queries import EarningQuery
from resolvers.earning.record_events import RecordEventsMutation
from resolvers.inbox.mark_notifications_read import MarkNotificationsReadMutation
from resolvers.inbox.notification import Notification
from resolvers.inbox.notification_received import NotificationReceivedSubscription
from resolvers.ledger.balance import Balance
from resolvers.ledger.balance_changed import BalanceChangedSubscription
from resolvers.ledger.capture_points import CapturePointsMutation
from resolvers.ledger.entry import Entry
from resolvers.ledger.hold import Hold
from resolvers.ledger.hold_points import HoldPointsMutation
from resolvers.ledger.transfer_points import TransferPointsMutation
from resolvers.ledger.void_hold import VoidHoldMutation
from resolvers.members.claim_referral import ClaimReferralMutation
from resolvers.members.enrol_member import EnrolMemberMutation
from resolvers.members.member import Member
from resolvers.members.queries import MemberQuery
from resolvers.members.update_profile import UpdateProfileMutation
from resolvers.nodes.queries import NodeQuery
from resolvers.program.decide_program_publication import DecideProgramPublicationMutation
from resolvers.program.publish_program import PublishProgramMutation
from resolvers.program.queries import ProgramQuery
from resolvers.program.save_program_draft import SaveProgramDraftMutation
from resolvers.rewards.cancel_redemption import CancelRedemptionMutation
from resolvers.rewards.deliver_redemption import DeliverRedemptionMutation
from resolvers.rewards.favourites import FavouriteMutation
from resolvers.rewards.finish_payment import FinishPaymentMutation
from resolvers.rewards.fulfil_redemption import FulfilRedemptionMutation
from resolvers.rewards.partner_order import PartnerOrderQuery
from resolvers.rewards.pay_with_points import PayWithPointsMutation
from resolvers.rewards.payment import Payment
from resolvers.rewards.payment_queries import PaymentQuery
from resolvers.rewards.queries import RewardQuery
from resolvers.rewards.redeem_reward import RedeemRewardMutation
from resolvers.rewards.redemption import Redemption
from resolvers.rewards.redemption_queries import RedemptionQuery
from resolvers.rewards.restock_reward import RestockRewardMutation
from resolvers.rewards.retry_partner_order import RetryPartnerOrderMutation
from resolvers.rewards.reward import Reward
from resolvers.rewards.set_goal import SetGoalMutation
from resolvers.rewards.use_voucher import UseVoucherMutation
from resolvers.rewards.voucher_queries import VoucherQuery
from resolvers.scalars import SCALARS
from resolvers.simulation.queries import SimulationQuery
from resolvers.simulation.simulate_program import SimulateProgramMutation
from resolvers.simulation.stop_simulation import StopSimulationMutation
from resolvers.support.adjust_points import AdjustPointsMutation
from resolvers.support.approval import Approval
from resolvers.support.decide_approval import DecideApprovalMutation
from resolvers.support.extend_points import ExtendPointsMutation
from resolvers.support.queries import ApprovalQuery
from resolvers.support.reinstate_points import ReinstatePointsMutation
from resolvers.support.reverse_entry import ReverseEntryMutation
from resolvers.tiers.override_tier import OverrideTierMutation
from resolvers.user_errors import ERROR_TYPES

_NODES = (Member, Balance, Entry, Hold, Reward, Redemption, Payment, Notification, Approval)


@strawberry.type
class Query(
    NodeQuery,
    MemberQuery,
    ProgramQuery,
    RewardQuery,
    VoucherQuery,
    PaymentQuery,
    RedemptionQuery,
    PartnerOrderQuery,
    AlertDeliveryQuery,
    WebPushQuery,
    BoardQuery,
    ApprovalQuery,
    EarningQuery,
    SimulationQuery,
    TemplateQuery,
    AnnouncementQuery,
):
    """Everything that can be read."""


@strawberry.type
class Mutation(
    UpdateProfileMutation,
    DeviceMutation,
    PreferencesMutation,
    RecordBounceMutation,
    RedeemRewardMutation,
    CancelRedemptionMutation,
    UseVoucherMutation,
    PayWithPointsMutation,
    FinishPaymentMutation,
    RestockRewardMutation,
    FulfilRedemptionMutation,
    DeliverRedemptionMutation,
    RetryPartnerOrderMutation,
    RetryDeliveryMutation,
    FavouriteMutation,
    SetGoalMutation,
    TransferPointsMutation,
    MarkNotificationsReadMutation,
    EnrolMemberMutation,
    ClaimReferralMutation,
    RecordEventsMutation,
    HoldPointsMutation,
    CapturePointsMutation,
    VoidHoldMutation,
    AdjustPointsMutation,
    DecideApprovalMutation,
    ReverseEntryMutation,
    ExtendPointsMutation,
    ReinstatePointsMutation,
    SaveProgramDraftMutation,
    PublishProgramMutation,
    DecideProgramPublicationMutation,
    OverrideTierMutation,
    SimulateProgramMutation,
    StopSimulationMutation,
    MessageTemplateMutation,
    CreateAnnouncementMutation,
    StopAnnouncementMutation,
):
    """Everything that can be done."""


@strawberry.type
class Subscription(BalanceChangedSubscription, NotificationReceivedSubscription):
    """Everything that can be watched."""


def _build(*, sort: bool) -> strawberry.Schema:
    built = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[*_NODES, *ERROR_TYPES],
        config=StrawberryConfig(scalar_map=SCALARS, sort_schema=sort),
    )
    lookup = built._schema.type_map["MemberLookup"]
    if isinstance(lookup, GraphQLInputObjectType):
        # Strawberry prints @oneOf without telling graphql-core, whose introspection would deny it.
        lookup.is_one_of = True
    describe(built._schema)
    return built


# Not the sorted one: sorting makes new enum types, which do not give resolvers members of our enums any more.
schema = _build(sort=False)


def print_sdl() -> str:
    """The schema in its definition language, sorted, with a line break at the end: the file `schema.graphql`."""
    return _build(sort=True).as_str().rstrip() + "\n"
