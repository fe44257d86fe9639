"""Members of some tiers may have a reward days before others."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.members.member import Member
from domain.program.rewards import Reward, RewardKind
from resolvers.ids import global_id
from services.context import Context
from services.program.publish_program import publish_program
from tests.resolvers.conftest import Desk
from tests.support.house import NOON, Clock, the_programme
from tests.support.people import as_member, buy

OPENS = NOON + timedelta(days=7)
ID = global_id("Reward", "tea")
READ = """query($id: ID!) { reward(id: $id) { availability { redeemable refusals { code message } } } }"""
LIST = "{ rewards(filter: {redeemableOnly: true}) { edges { node { code } } } }"
REDEEM = """mutation($id: ID!) { redeemReward(input: {rewardId: $id, idempotencyKey: "k"}) { errors { code } } }"""


@pytest.fixture
async def tea(context: Context) -> None:
    programme = the_programme()
    levels = tuple(replace(level, early_access_days=3 * rank) for rank, level in enumerate(programme.tiers.levels))
    reward = Reward("tea", "Tea", RewardKind.GOODS, 10, available_from=OPENS)
    tiers = replace(programme.tiers, levels=levels)
    await publish_program(context, SYSTEM, replace(programme, tiers=tiers, rewards=(reward,)))


@pytest.mark.usefixtures("tea")
class TestEarlyAccess:
    async def availability(self, ask: Desk, member: Member) -> Any:
        return (await ask.data(as_member(member), READ, id=ID))["reward"]["availability"]

    async def test_days_before_others_and_no_earlier(
        self, context: Context, ask: Desk, ada: Member, bob: Member, clock: Clock
    ) -> None:
        await buy(context, ada, "2000.00", id="o1")
        await buy(context, bob, "100.00", id="o2")
        clock.now = OPENS - timedelta(days=3, milliseconds=1)
        found = await self.availability(ask, ada)
        assert found["refusals"] == [
            {"code": "NOT_AVAILABLE_NOW", "message": "Tea is available from 2026-06-19 12:00 UTC."}
        ]
        assert (await ask.data(as_member(ada), LIST))["rewards"]["edges"] == []
        clock.now = OPENS - timedelta(days=3)
        assert (await self.availability(ask, ada))["redeemable"] is True
        assert (await self.availability(ask, bob))["redeemable"] is False
        assert (await ask.data(as_member(bob), LIST))["rewards"]["edges"] == []
        assert (await ask.data(as_member(ada), LIST))["rewards"]["edges"] == [{"node": {"code": "tea"}}]
        assert (await ask.data(as_member(ada), REDEEM, id=ID))["redeemReward"]["errors"] == []
