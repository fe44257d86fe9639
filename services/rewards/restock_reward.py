"""Staff put pieces to a reward's stock, or take some off it."""

from dataclasses import dataclass

from domain.actors import Actor
from domain.ledger.canonical import input_hash
from domain.program.rewards import Reward
from domain.refusals import Code, Refused, invalid
from domain.rewards.availability import refuse_variant
from mongo.restocks import Restock
from mongo.transactions import Abort, Session
from services.context import Context
from services.keys import client_key, key_conflict
from services.rewards.issue_reward import no_such_reward
from services.rewards.read_rewards import read_rewards

MAX_STOCK = 1_000_000_000
MAX_REASON = 1_000


@dataclass(frozen=True, slots=True)
class RestockReward:
    """Add `quantity` pieces, or take some off when it is negative; of one variant if there are any."""

    reward: str
    quantity: int
    reason: str
    key: str
    variant: str | None = None


async def restock_reward(context: Context, actor: Actor, command: RestockReward) -> Restock | Refused:
    """Changes the stock and records who did it and why, together, once a key.

    Refuses bad input, NOT_FOUND, INVALID_INPUT for what has no end, OUT_OF_STOCK below zero, and
    IDEMPOTENCY_CONFLICT. What stands under the key is answered first.
    """
    key = _refuse_input(command) or client_key(command.key, actor)
    if isinstance(key, Refused):
        return key
    input = input_hash("restock", command.reward, command.variant, command.quantity, command.reason)
    stands = await context.restocks.by_key(key)
    if stands:
        return stands if stands.input == input else key_conflict()
    reward = (await read_rewards(context, [command.reward])).get(command.reward)
    if reward is None:
        return no_such_reward()
    refusal = refuse_variant(reward, command.variant) or _refuse_endless(reward, command.variant)
    return refusal or await _carry_out(context, actor, command, reward, key=key, input=input)


async def _carry_out(
    context: Context, actor: Actor, command: RestockReward, reward: Reward, *, key: str, input: str
) -> Restock | Refused:
    async def work(session: Session) -> Restock | Refused:
        # Another may have done it since the look-up.
        if stands := await context.restocks.by_key(key, session):
            return stands if stands.input == input else key_conflict()
        left = await context.rewards.restock(
            session, reward.code, command.quantity, variant=command.variant, most=MAX_STOCK
        )
        if left is None:
            raise Abort(await _beyond(context, command, reward))
        restock = Restock(
            key=key,
            input=input,
            reward=reward.code,
            variant=command.variant,
            quantity=command.quantity,
            reason=command.reason,
            by=actor,
            at=context.clock(),
            left=left,
        )
        await context.restocks.insert(session, restock)
        return restock

    return await context.transactions.run(work)


async def _beyond(context: Context, command: RestockReward, reward: Reward) -> Refused:
    if command.quantity > 0:
        return invalid(f"There can be at most {MAX_STOCK} of a reward.", "quantity")
    now = (await read_rewards(context, [reward.code])).get(reward.code, reward)
    left = _stock(now, command.variant)
    return Refused(Code.OUT_OF_STOCK, f"Only {left} of {reward.title} are left to take off.", ("quantity",))


def _stock(reward: Reward, variant: str | None) -> int | None:
    chosen = reward.variant(variant)
    return chosen.stock if chosen else reward.stock


def _refuse_endless(reward: Reward, variant: str | None) -> Refused | None:
    if _stock(reward, variant) is not None:
        return None
    return invalid(f"There is no end of {reward.title}: the programme says so.", "rewardId")


def _refuse_input(command: RestockReward) -> Refused | None:
    if not 1 <= abs(command.quantity) <= MAX_STOCK:
        return invalid(f"A quantity is from 1 to {MAX_STOCK}, or as many to take off.", "quantity")
    if not (command.reason.strip() and len(command.reason) <= MAX_REASON):
        return invalid(f"A reason of 1 to {MAX_REASON} characters says why.", "reason")
    return None
