"""A member, as they themselves, staff and services see them."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain.actors import Role
from domain.members import member as domain
from domain.members.member import MemberStatus
from domain.rewards.redemption import RedemptionStatus
from domain.tiers.standing import standing
from resolvers.alerts.delivery import AlertDeliveryConnection
from resolvers.alerts.list_deliveries import deliveries_of
from resolvers.alerts.member import MemberAlerts
from resolvers.context import Info
from resolvers.engagement.member import MemberEngagement
from resolvers.given import ABSENT, given
from resolvers.ids import global_id
from resolvers.inbox.list_notifications import list_notifications
from resolvers.inbox.notification import NotificationConnection
from resolvers.ledger.balance import Balance
from resolvers.ledger.entry import EntryConnection
from resolvers.ledger.list_entries import EntryFilter, list_entries
from resolvers.ledger.read_balance import balance_of, balances_of
from resolvers.ledger.statement import Statement, statement_of
from resolvers.members.profile import Profile, profile_of
from resolvers.node import Node
from resolvers.permissions import STAFF, Having, OwnerOr
from resolvers.rewards.list_redemptions import list_redemptions
from resolvers.rewards.list_rewards import RewardFilter, list_rewards
from resolvers.rewards.member import MemberCatalog
from resolvers.rewards.redemption import RedemptionConnection
from resolvers.rewards.reward import RewardConnection
from resolvers.tiers.list_history import TierChangeConnection, tier_history
from resolvers.tiers.types import TierStanding, standing_of
from services.rewards.list_rewards import RewardOrder


@strawberry.type
class Member(MemberEngagement, MemberCatalog, MemberAlerts, Node):
    """A member of the programme."""

    row: strawberry.Private[domain.Member]

    def _node_id(self) -> strawberry.ID:
        return global_id("Member", self.row.id)

    @property
    def owner(self) -> str:
        """Whom it belongs to: themself."""
        return self.row.id

    @strawberry.field(description="The enrolling service's own id of them.")
    def external_id(self) -> str | None:
        """Null once erased."""
        return self.row.external_id

    @strawberry.field
    def card_number(self) -> str | None:
        """16 digits, the last one a check digit."""
        return self.row.card_number

    @strawberry.field(description="What they pass on to friends.")
    def referral_code(self) -> str | None:
        """8 characters."""
        return self.row.referral_code

    @strawberry.field
    def status(self) -> MemberStatus:
        """Only an ACTIVE member earns and redeems."""
        return self.row.status

    @strawberry.field
    def joined_at(self) -> datetime:
        """When they were enrolled."""
        return self.row.joined_at

    @strawberry.field(extensions=[OwnerOr(STAFF, Role.SERVICE)])
    def profile(self) -> Profile | None:
        """Personal data."""
        return profile_of(self.row.profile)

    @strawberry.field(extensions=[OwnerOr(STAFF, Role.SERVICE)])
    async def tier(self, info: Info) -> TierStanding | None:
        """Where they stand now."""
        context = info.context
        view = await context.loaders.states.load(self.row.id)
        joined_on = self.row.joined_at.astimezone(context.program.zone).date()
        found = standing(context.program, view.state, view.at, joined_on=joined_on)
        return standing_of(context.program, found, self.row.joined_at)

    @strawberry.field(extensions=[OwnerOr(STAFF)], description="Newest first.")
    async def tier_history(
        self, info: Info, first: int | None = 20, after: str | None = ABSENT
    ) -> TierChangeConnection | None:
        """The tiers that they have had, above the lowest at first."""
        return await tier_history(info.context, self.row.id, first, given(after))

    @strawberry.field(
        extensions=[OwnerOr(STAFF, Role.SERVICE)],
        description="The default currency when none is named. asOf: the balance as it stood then.",
    )
    async def balance(
        self, info: Info, currency: str | None = ABSENT, as_of: datetime | None = ABSENT
    ) -> Balance | None:
        """One account."""
        return await balance_of(info.context, self.row.id, given(currency), given(as_of))

    @strawberry.field(extensions=[OwnerOr(STAFF, Role.SERVICE)])
    async def balances(self, info: Info) -> list[Balance] | None:
        """Every account; the default currency first."""
        return await balances_of(info.context, self.row.id)

    @strawberry.field(extensions=[OwnerOr(STAFF)], description="Newest first.")
    async def entries(
        self,
        info: Info,
        first: int | None = 20,
        after: str | None = ABSENT,
        filter: EntryFilter | None = ABSENT,
    ) -> EntryConnection | None:
        """What happened to their points."""
        return await list_entries(info.context, self.row.id, first, given(after), given(filter))

    @strawberry.field(
        extensions=[OwnerOr(STAFF, Role.SERVICE)],
        description="One currency over `from` ≤ effectiveAt < `to`, a period that is over; the default currency "
        "when none is named.",
    )
    async def statement(
        self,
        info: Info,
        since: Annotated[datetime, strawberry.argument(name="from")],
        until: Annotated[datetime, strawberry.argument(name="to")],
        currency: str | None = ABSENT,
    ) -> Statement | None:
        """What there was, what happened, and what there was then."""
        return await statement_of(info.context, self.row.id, since, until, given(currency))

    @strawberry.field(
        extensions=[OwnerOr(STAFF, Role.SERVICE)],
        description="The catalog as this member sees it: price, eligibility, points missing.",
    )
    async def rewards(
        self,
        info: Info,
        first: int | None = 20,
        after: str | None = ABSENT,
        filter: RewardFilter | None = ABSENT,
        order_by: RewardOrder = RewardOrder.FEATURED,
    ) -> RewardConnection | None:
        """The catalog."""
        return await list_rewards(
            info.context, self.row.id, first=first, after=given(after), wanted=given(filter), order=order_by
        )

    @strawberry.field(extensions=[OwnerOr(STAFF)], description="Newest first.")
    async def redemptions(
        self,
        info: Info,
        first: int | None = 20,
        after: str | None = ABSENT,
        status: RedemptionStatus | None = ABSENT,
    ) -> RedemptionConnection | None:
        """What they got for their points."""
        return await list_redemptions(info.context, self.row.id, first, given(after), given(status))

    @strawberry.field(extensions=[OwnerOr(STAFF)], description="Newest first.")
    async def notifications(
        self, info: Info, first: int | None = 20, after: str | None = ABSENT, unread_only: bool = False
    ) -> NotificationConnection | None:
        """What they were told."""
        return await list_notifications(info.context, self.row.id, first, given(after), unread_only)

    @strawberry.field(extensions=[Having(STAFF)], description="Staff: alerts on their way to them. Newest first.")
    async def deliveries(
        self, info: Info, first: int | None = 20, after: str | None = ABSENT
    ) -> AlertDeliveryConnection | None:
        """What became of each message on each channel."""
        return await deliveries_of(info.context, self.row.id, first, given(after))

    @strawberry.field(extensions=[OwnerOr(STAFF)])
    async def unread_notifications(self, info: Info) -> int | None:
        """How many of them are not read yet."""
        return await info.context.loaders.inbox.unread(self.row.id)
