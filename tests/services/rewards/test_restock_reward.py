"""Staff change a stock: with a record, once a key, never below zero."""

import asyncio
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.program.rewards import Reward, RewardKind, Variant
from domain.refusals import Code, Refused
from mongo.client import Database
from mongo.restocks import Restock
from services.context import Context
from services.program.publish_program import publish_program
from services.rewards.restock_reward import MAX_STOCK, RestockReward, restock_reward
from tests.support.people import SUPERVISOR
from tests.support.programs import a_program
from tests.support.unchanged import unchanged

BAG = Reward(
    "bag", "A bag", RewardKind.GOODS, 50, variants=(Variant("red", "Red", stock=2), Variant("blue", "Blue"))
)
PROGRAM = a_program(
    rewards=(
        Reward("mug", "A mug", RewardKind.GOODS, 100, stock=20),
        Reward("tree", "A tree", RewardKind.DONATION, 10),
        BAG,
    )
)


@pytest.fixture(autouse=True)
async def program(context: Context) -> None:
    await publish_program(context, SYSTEM, PROGRAM)


async def restock(context: Context, quantity: int, reward: str = "mug", key: str = "k", **more: Any) -> Any:
    command = RestockReward(reward, quantity, **({"reason": "Counted", "key": key} | more))
    return await restock_reward(context, SUPERVISOR.actor(), command)


async def stock(context: Context, code: str = "mug") -> Any:
    left = (await context.rewards.left([code]))[code]
    return left.variants or left.stock


class TestRestockReward:
    async def test_more_and_fewer_with_who_and_why(self, context: Context) -> None:
        assert (await restock(context, 5)).left == 25
        taken = await restock(context, -25, key="n")
        assert isinstance(taken, Restock)
        assert (taken.left, taken.reason, taken.by) == (0, "Counted", SUPERVISOR.actor())
        assert await context.restocks.by_key(taken.key) == taken
        assert await stock(context) == 0

    async def test_a_variant_has_a_stock_of_its_own(self, context: Context) -> None:
        assert (await restock(context, 3, "bag", variant="red")).left == 5
        assert await stock(context, "bag") == {"red": 5, "blue": None}

    async def test_the_same_key_is_one_change_also_at_once(self, context: Context, database: Database) -> None:
        outcomes = await asyncio.gather(*(restock(context, 5) for _ in range(6)))
        assert {outcome.left for outcome in outcomes} == {25}
        assert await stock(context) == 25
        async with unchanged(database):
            assert (await restock(context, 6)).code is Code.IDEMPOTENCY_CONFLICT

    async def test_no_race_takes_it_below_zero(self, context: Context) -> None:
        outcomes = await asyncio.gather(*(restock(context, -3, key=f"k{n}") for n in range(10)))
        refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
        assert {outcome.code for outcome in refused} == {Code.OUT_OF_STOCK}
        assert (len(refused), await stock(context)) == (4, 2)

    async def test_refusals_change_nothing(self, context: Context, database: Database) -> None:
        cases: list[tuple[dict[str, Any], Code, tuple[str, ...]]] = [
            ({"quantity": 0}, Code.INVALID_INPUT, ("quantity",)),
            ({"quantity": MAX_STOCK + 1}, Code.INVALID_INPUT, ("quantity",)),
            ({"quantity": MAX_STOCK}, Code.INVALID_INPUT, ("quantity",)),
            ({"quantity": -21}, Code.OUT_OF_STOCK, ("quantity",)),
            ({"quantity": 1, "reason": " "}, Code.INVALID_INPUT, ("reason",)),
            ({"quantity": 1, "key": ""}, Code.INVALID_INPUT, ("idempotencyKey",)),
            ({"quantity": 1, "reward": "none"}, Code.NOT_FOUND, ("rewardId",)),
            ({"quantity": 1, "reward": "tree"}, Code.INVALID_INPUT, ("rewardId",)),
            ({"quantity": 1, "reward": "bag"}, Code.INVALID_INPUT, ("variant",)),
            ({"quantity": 1, "reward": "bag", "variant": "blue"}, Code.INVALID_INPUT, ("rewardId",)),
            ({"quantity": 1, "variant": "red"}, Code.INVALID_INPUT, ("variant",)),
        ]
        for more, code, path in cases:
            async with unchanged(database):
                refused = await restock(context, **more)
            assert (refused.code, refused.path) == (code, path), more
