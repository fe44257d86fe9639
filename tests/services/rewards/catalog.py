"""A catalog with everything in it, and how tests redeem from it and look at what it left."""

from dataclasses import dataclass
from typing import Any

from domain.actors import SYSTEM, Actor, ActorKind
from domain.members.member import Member
from domain.program.earning import Period
from domain.program.program import Program
from domain.program.rewards import Reward, RewardKind, RewardLimit, Variant
from domain.refusals import Refused
from services.context import Context
from services.ledger.poster import Posting
from services.program.publish_program import publish_program
from services.rewards.redeem_reward import Redeemed, RedeemReward, redeem_reward
from tests.support.ledger import earning
from tests.support.members import a_member
from tests.support.programs import a_program

MUG = Reward("mug", "A mug", RewardKind.GOODS, 100, stock=20)
SHIRT = Reward(
    "shirt", "A shirt", RewardKind.GOODS, 100, variants=(Variant("s", "Small", stock=2), Variant("l", "Large"))
)
TEA = Reward("tea", "A tea", RewardKind.COUPON, 50, voucher_days=30, limits=(RewardLimit(2, Period.DAY),))
REWARDS: tuple[Reward, ...] = (MUG, SHIRT, TEA)


async def publish(context: Context, *rewards: Reward, **more: Any) -> Program:
    """Publishes a programme of these rewards."""
    program = a_program(rewards=rewards, **more)
    await publish_program(context, SYSTEM, program)
    return program


async def a_rich_member(context: Context, number: int = 1, points: int = 1_000, **more: Any) -> Member:
    """A member with so many points."""
    member = a_member(number, **more)
    await context.members.insert(member)
    if points:
        await context.poster.post(Posting(member.id, "client:start", "", earning(points, key="client:start")))
    return member


async def redeem(
    context: Context, member: Member, reward: str, key: str = "k1", **more: Any
) -> Redeemed | Refused:
    """The member redeems."""
    command = RedeemReward(member.id, reward, key, **more)
    return await redeem_reward(context, Actor(ActorKind.MEMBER, member.id), command)


async def redeemed(context: Context, member: Member, reward: str, key: str = "k1", **more: Any) -> Redeemed:
    """The same where it must not be refused."""
    outcome = await redeem(context, member, reward, key, **more)
    assert isinstance(outcome, Redeemed), outcome
    return outcome


@dataclass(frozen=True, slots=True)
class Left:
    """What a member may spend, what of theirs is set aside, and what is left of a reward or of its variants."""

    available: int
    held: int
    stock: int | None
    variants: dict[str, int | None]


async def left(context: Context, member: Member, reward: str) -> Left:
    """It, as of now."""
    account = (await context.ledger.head(member.id)).after.account("POINTS")
    row = (await context.rewards.left([reward]))[reward]
    return Left(account.available, sum(held.points for held in account.holds), row.stock, dict(row.variants))


async def used(context: Context) -> dict[str, int]:
    """What was used of every limit of which anything is."""
    return {row.id: row.used async for row in context.rooms.all() if row.used}
