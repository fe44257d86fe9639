"""The member has a reward for their points."""

import strawberry

from domain.refusals import Refused, not_found
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.ledger.balance import Balance
from resolvers.ledger.read_balance import balance_after
from resolvers.permissions import SignedInMember
from resolvers.refusals import user_error
from resolvers.rewards.address_input import AddressInput, address_in
from resolvers.rewards.redemption import Redemption
from resolvers.scalars import Points
from resolvers.user_errors import UserError
from services.rewards.redeem_reward import RedeemReward, redeem_reward


@strawberry.input(
    description="expectedPoints: the total the member saw; refused with PRICE_CHANGED if it is another now. "
    "variant: the code of one, for a reward of several. address: where goods go. deviceId: as the app names it; "
    "only a salted hash of it is kept."
)
class RedeemRewardInput:
    """Which reward, and how many."""

    reward_id: strawberry.ID
    idempotency_key: str
    expected_points: Points | None = ABSENT
    quantity: int = 1
    variant: str | None = ABSENT
    address: AddressInput | None = ABSENT
    device_id: str | None = ABSENT


@strawberry.type
class RedeemRewardPayload:
    """The redemption and today's balance, or why not."""

    redemption: Redemption | None = None
    balance: Balance | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class RedeemRewardMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[SignedInMember()])
    async def redeem_reward(self, info: Info, input: RedeemRewardInput) -> RedeemRewardPayload | None:
        """Points, stock, limits and vouchers move together, once a key. It may be IN_REVIEW: points wait, too."""
        context = info.context
        code = key_of("Reward", input.reward_id)
        if code is None:
            return RedeemRewardPayload(errors=[user_error(not_found("There is no such reward.", "rewardId"))])
        command = RedeemReward(
            member=str(context.identity.member_id),
            reward=code,
            key=input.idempotency_key,
            quantity=input.quantity,
            expected_points=given(input.expected_points),
            variant=given(input.variant),
            address=address_in(given(input.address)),
            device=given(input.device_id),
        )
        outcome = await redeem_reward(context.services, context.identity.actor(), command)
        if isinstance(outcome, Refused):
            return RedeemRewardPayload(errors=[user_error(outcome)])
        context.refresh()
        balance = await balance_after(context, outcome.entry)
        context.loaders.entries.prime((outcome.entry.member, outcome.entry.seq), outcome.entry)
        return RedeemRewardPayload(redemption=Redemption(row=outcome.redemption), balance=balance)
