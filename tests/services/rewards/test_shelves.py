"""Shelves are made once for each version; what a page costs the stores does not grow with the catalog."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from domain.actors import SYSTEM
from domain.program.rewards import Price, Reward, RewardKind, RewardLimit, Sale
from domain.rewards.orders import RewardOrder
from domain.rewards.wanted import Wanted
from mongo.client import Database
from mongo.rewards import Rewards
from services.context import Context
from services.ledger.read_states import read_states
from services.program.publish_program import publish_program
from services.rewards.judge_reward import eyes_of
from services.rewards.list_rewards import Beholder, ListRewards, Look, look_at_rewards
from services.rewards.shelves import Shelves
from tests.support.house import NOON, Clock, the_programme
from tests.support.people import buy, enrol
from tests.support.programs import a_program


def mugs(count: int) -> tuple[Reward, ...]:
    return tuple(Reward(f"R{n:04}", f"Mug number {n}", RewardKind.GOODS, n + 1) for n in range(count))


class TestShelves:
    async def test_one_is_made_for_whoever_asks_and_another_for_another_version(self, database: Database) -> None:
        shelves, program = Shelves(Rewards(database)), a_program(rewards=mugs(3_000))
        first, second = await asyncio.gather(shelves.shelf(program), shelves.shelf(program))
        assert first is second
        assert len(first.rewards) == 3_000
        later = replace(program, rewards=mugs(2), version=8)
        assert len((await shelves.shelf(later)).rewards) == 2
        assert await shelves.shelf(program) is first

    async def test_a_search_of_another_version_is_another(self, database: Database) -> None:
        shelves, program = Shelves(Rewards(database)), a_program(rewards=mugs(3))
        found = await shelves.search(program, "mug")
        assert found is not None
        assert found.mask == 0b111
        later = await shelves.search(replace(program, rewards=mugs(1), version=8), "mug")
        assert later is not None
        assert later.mask == 0b1

    async def test_newest_is_learnt_as_soon_as_the_store_knows(self, database: Database) -> None:
        now = 0.0
        rewards, program = Rewards(database), a_program(rewards=mugs(2))
        shelves = Shelves(rewards, monotonic=lambda: now)
        await rewards.put_all(replace(program, rewards=mugs(1)), now=NOON)
        newest = await shelves.shelf(program, RewardOrder.NEWEST)
        assert [slot.place for slot in newest.walk(RewardOrder.NEWEST, None)] == [1, 0]
        await rewards.put_all(program, now=NOON - timedelta(days=1))
        now = 5.0
        newest = await shelves.shelf(program, RewardOrder.NEWEST)
        assert [slot.place for slot in newest.walk(RewardOrder.NEWEST, None)] == [0, 1]


class TestRedeemable:
    async def test_pages_and_counts_are_those_of_judging_each(self, context: Context, clock: Clock) -> None:
        special = (
            Reward(
                "dear", "Dear, but not for bronze", RewardKind.GOODS, 900, prices=(Price(50, tiers=("bronze",)),)
            ),
            Reward("sale", "On sale", RewardKind.GOODS, 180, categories=("sale",)),
            Reward("out", "Out", RewardKind.GOODS, 5, stock=0),
            Reward("soon", "Soon", RewardKind.GOODS, 5, available_from=NOON + timedelta(days=1)),
            Reward("over", "Over", RewardKind.GOODS, 5, available_until=NOON),
            Reward("top", "Top", RewardKind.GOODS, 5, min_tier="gold"),
            Reward("few", "A few", RewardKind.GOODS, 5, limits=(RewardLimit(1),)),
        )
        program = replace(
            the_programme(),
            rewards=(*special, *mugs(150)),
            sales=(Sale("half", "Half", 50, categories=("sale",)),),
            pools=(),
            guards=(),
        )
        member = (await enrol(context, "Ada"))[0]
        await buy(context, member, "100.00", id="o1")
        await publish_program(context, SYSTEM, program)
        current = await context.programs.current()
        view = (await read_states(context, [member.id]))[member.id]
        eyes = Beholder(member, eyes_of(current, member, view))
        look = await look_at_rewards(context, ListRewards(redeemable_by=eyes))
        assert isinstance(look, Look)
        page = await look.page(first=20)
        assert page.has_next
        assert [reward.code for reward in page.rewards] == [
            "dear",
            "sale",
            "few",
            *(f"R{n:04}" for n in range(17)),
        ]
        rest = await look.page(first=100, after=page.positions[-1])
        assert [reward.code for reward in rest.rewards] == [f"R{n:04}" for n in range(17, 100)]
        assert not rest.has_next
        assert await look.count() == 103
        cheap = await look_at_rewards(context, ListRewards(Wanted(max_cost=10), redeemable_by=eyes))
        assert isinstance(cheap, Look)
        assert await cheap.count() == 11
        assert sum(one.count for one in (await cheap.facets()).prices) == 103
