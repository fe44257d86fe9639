"""A member picks a reward to save for."""

import strawberry

from domain.refusals import Refused
from resolvers.context import Info
from resolvers.given import ABSENT, given
from resolvers.ids import key_of
from resolvers.permissions import SignedInMember
from resolvers.refusals import user_error
from resolvers.rewards.goal import Goal, goal_of
from resolvers.user_errors import UserError
from services.rewards.issue_reward import no_such_reward
from services.rewards.set_goal import set_goal


@strawberry.input(description="rewardId: none when absent or null.")
class SetGoalInput:
    """Which reward."""

    reward_id: strawberry.ID | None = ABSENT


@strawberry.type
class SetGoalPayload:
    """The goal, null when there is none now; or why not."""

    goal: Goal | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class SetGoalMutation:
    """Holds the mutation."""

    @strawberry.mutation(extensions=[SignedInMember()])
    async def set_goal(self, info: Info, input: SetGoalInput) -> SetGoalPayload | None:
        """Picks what to save for, in place of any other; the member hears when it is within reach and runs out."""
        context, id = info.context, given(input.reward_id)
        code, member = None if id is None else key_of("Reward", id), str(context.identity.member_id)
        if id is not None and code is None:
            return SetGoalPayload(errors=[user_error(no_such_reward())])
        outcome = await set_goal(context.services, member, code)
        if isinstance(outcome, Refused):
            return SetGoalPayload(errors=[user_error(outcome)])
        context.refresh()
        return SetGoalPayload(goal=await goal_of(context, member))
