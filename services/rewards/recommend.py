"""What a member is recommended; and the counting behind it, each day anew."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from domain.program.rewards import Reward
from domain.rewards.availability import Availability
from domain.rewards.companions import Counting
from domain.rewards.orders import RewardOrder
from domain.rewards.reach import reach_of
from domain.rewards.recommended import Recommendation, also_chosen, recommend
from domain.rewards.shelf import Shelf
from services.context import Context
from services.rewards.judge_reward import judge_reward, limits_asked
from services.rewards.list_rewards import Beholder
from services.rewards.read_rewards import read_rewards
from services.rewards.sold_out import sold_out

CHOSEN_WITHIN = timedelta(days=365)
_WITHIN_REACH = 60
_NEARLY = 40


async def count_companions(context: Context, now: datetime) -> int:
    """Counts what members chose together in the last year, cancelled ones left out; how many rewards have any.

    Doing it twice changes nothing. Memory is bounded, whatever was redeemed.
    """
    counting = Counting()
    async for chosen in context.companions.choices(now - CHOSEN_WITHIN):
        counting.add(chosen)
    counted = list(counting.counted())
    await context.companions.put_all(counted, now)
    return len(counted)


async def recommend_rewards(context: Context, by: Beholder) -> list[Recommendation]:
    """At most some hundred rewards that the member may have and has not chosen in a year, in a steady order."""
    program = await context.programs.current()
    chosen = await context.companions.chosen(by.member.id, by.eyes.at - CHOSEN_WITHIN)
    also = also_chosen(chosen, await context.companions.get_many(chosen)) if chosen else []
    shelf = await context.shelves.shelf(program)
    listed = [one.reward for one in also if program.reward(one.reward)]
    near = [code for code in await _near(context, by, shelf) if code not in chosen]
    live = await read_rewards(context, list(dict.fromkeys([*listed, *near])))
    judged = await _judge(context, by, live.values())
    titles = {code: reward.title for code in chosen if (reward := program.reward(code))}
    return recommend(list(live.values()), judged, also, titles)


async def _near(context: Context, by: Beholder, shelf: Shelf) -> list[str]:
    """The dearest that their points may do for, and those that cost a little more than that, of each currency."""
    reach = reach_of(shelf, by.eyes, await sold_out(context, shelf, by.eyes.at))
    possible = (slot.position.code for slot in shelf.walk(RewardOrder.COST_DESC, reach.possible))
    return [*islice(possible, _WITHIN_REACH), *_dearer(by, shelf)]


def _dearer(by: Beholder, shelf: Shelf) -> Iterable[str]:
    for currency, costs in shelf.listed_at.items():
        have = by.eyes.available(currency)
        nearly = costs.at_most(have * 125 // 100 + 1) & ~costs.at_most(have)
        yield from islice((slot.position.code for slot in shelf.walk(RewardOrder.COST_ASC, nearly)), _NEARLY)


async def _judge(context: Context, by: Beholder, rewards: Iterable[Reward]) -> dict[str, Availability]:
    some = list(rewards)
    asked = [id for reward in some for id in limits_asked(by.eyes, reward)]
    used = await context.rooms.used(asked) if asked else {}
    pools = {reward.pool for reward in some if reward.pool}
    spent = await context.pools.spent(list(pools), by.eyes.at)
    return {
        reward.code: judge_reward(context, reward, by.member, by.eyes, used, spent=reward.pool in spent)
        for reward in some
    }
