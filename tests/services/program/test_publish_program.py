from dataclasses import replace

import pytest

from domain.actors import SYSTEM
from domain.program.policies import PendingAwards
from services.program.publish_program import publish_program
from tests.support.programs import PROGRAM, a_program

MUG = PROGRAM.rewards[0]


class TestPublishProgram:
    async def test_it_becomes_the_current_version_and_the_catalog_follows(self, context) -> None:
        published = await publish_program(context, SYSTEM, PROGRAM)
        assert await context.programs.current() == published
        assert await context.rewards.listed("mug") == replace(MUG, currency="POINTS")

    async def test_again_it_is_the_same_version_and_mends_the_catalog(self, context, database) -> None:
        first = await publish_program(context, SYSTEM, PROGRAM)
        await database["rewards"].delete_many({})
        assert await publish_program(context, SYSTEM, PROGRAM) == first
        assert await context.rewards.listed("mug") == replace(MUG, currency="POINTS")

    async def test_one_with_flaws_is_a_fault_and_changes_nothing(self, context, database) -> None:
        with pytest.raises(ValueError, match=r"rewards\[0\]\.cost: must be at least 1, is 0"):
            await publish_program(context, SYSTEM, a_program(rewards=(replace(MUG, cost=0),)))
        assert await database["programs"].count_documents({}) == 0

    async def test_one_that_drops_a_currency_or_counts_other_money_may_not_follow(self, context, database) -> None:
        first = await publish_program(context, SYSTEM, PROGRAM)
        stars = replace(PROGRAM.currencies[0], code="STARS")
        for program, reason in (
            (a_program(currencies=(stars,)), "currencies: must keep POINTS: members may have points in it"),
            (a_program(money="EUR"), "money: must stay USD: what members spent is counted in it"),
        ):
            with pytest.raises(ValueError, match=reason):
                await publish_program(context, SYSTEM, program)
        assert await context.programs.current() == first
        assert await database["programs"].count_documents({}) == 1

    async def test_what_awards_of_an_old_version_wait_for_is_kept_by_every_later_one(self, context) -> None:
        wait = PendingAwards(("purchase",), None, ("delivery",))
        for pending in (wait, replace(wait, days=14)):
            await publish_program(context, SYSTEM, a_program(pending=pending))
        for pending in (None, replace(wait, days=14, released_on=())):
            with pytest.raises(ValueError, match="must keep delivery in released_on: awards may wait for it"):
                await publish_program(context, SYSTEM, a_program(pending=pending))
        last = await publish_program(context, SYSTEM, a_program(pending=replace(wait, on=())))
        assert last.version == 3

    async def test_a_currency_more_may_come_even_as_the_default(self, context) -> None:
        await publish_program(context, SYSTEM, PROGRAM)
        stars = replace(PROGRAM.currencies[0], code="STARS")
        published = await publish_program(context, SYSTEM, a_program(currencies=(stars, *PROGRAM.currencies)))
        assert (published.version, published.default_currency.code) == (2, "STARS")
