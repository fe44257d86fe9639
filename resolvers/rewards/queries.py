"""Root fields about the catalog."""

import strawberry

from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.permissions import SignedIn
from resolvers.rewards.list_rewards import RewardFilter, list_rewards
from resolvers.rewards.reward import Reward, RewardConnection
from services.rewards.list_rewards import RewardOrder


@strawberry.type
class RewardQuery:
    """The catalog; members see it as theirs."""

    @strawberry.field(extensions=[SignedIn()])
    async def reward(self, info: Info, id: strawberry.ID) -> Reward | None:
        """Also one that is listed no longer; null for an id that is no reward's."""
        code = key_of("Reward", id)
        row = await info.context.loaders.rewards.load(code) if code else None
        return Reward(row=row) if row else None

    @strawberry.field(extensions=[SignedIn()])
    async def rewards(
        self,
        info: Info,
        first: int | None = 20,
        after: str | None = ABSENT,
        filter: RewardFilter | None = ABSENT,
        order_by: RewardOrder = RewardOrder.FEATURED,
    ) -> RewardConnection | None:
        """`redeemableOnly` is for members: BAD_REQUEST for anyone else, who asks for a member's rewards."""
        context = info.context
        me = context.identity.member_id
        return await list_rewards(
            context, me, first=first, after=given(after), wanted=given(filter), order=order_by
        )
