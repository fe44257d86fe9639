"""Staff change a reward's stock."""

import strawberry

from domain.actors import Role
from domain.refusals import Refused
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.permissions import Having
from resolvers.refusals import user_error
from resolvers.rewards.reward import Reward
from resolvers.user_errors import UserError
from services.rewards.issue_reward import no_such_reward
from services.rewards.restock_reward import RestockReward, restock_reward


@strawberry.input(description="quantity: how many more; below zero so many are taken off. reason: for colleagues.")
class RestockRewardInput:
    """Which reward, or which variant of it, by how many and why."""

    reward_id: strawberry.ID
    quantity: int
    reason: str
    idempotency_key: str
    variant: str | None = ABSENT


@strawberry.type
class RestockRewardPayload:
    """The reward and what was left right after this change, or why not."""

    reward: Reward | None = None
    left: int | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class RestockRewardMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[Having(Role.SUPERVISOR)])
    async def restock_reward(self, info: Info, input: RestockRewardInput) -> RestockRewardPayload | None:
        """Puts pieces to the stock or takes some off, never below zero, with a record. Once a key."""
        context, code = info.context, key_of("Reward", input.reward_id)
        if code is None:
            return RestockRewardPayload(errors=[user_error(no_such_reward())])
        command = RestockReward(
            reward=code,
            quantity=input.quantity,
            reason=input.reason,
            key=input.idempotency_key,
            variant=given(input.variant),
        )
        outcome = await restock_reward(context.services, context.identity.actor(), command)
        if isinstance(outcome, Refused):
            return RestockRewardPayload(errors=[user_error(outcome)])
        context.refresh()
        row = await context.loaders.rewards.load(code)
        return RestockRewardPayload(reward=Reward(row=row) if row else None, left=outcome.left)
