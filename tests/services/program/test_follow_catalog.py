from dataclasses import replace
from datetime import timedelta

from domain.actors import SYSTEM
from domain.program.versions import Publication
from mongo.client import Database
from services.context import Context
from services.program.follow_catalog import follow_catalog
from tests.support.house import Clock, the_programme
from tests.support.unchanged import unchanged

DEMO = the_programme()


class TestFollowCatalog:
    async def test_the_rewards_come_when_the_scheduled_versions_time_does(
        self, shop: Context, database: Database, clock: Clock
    ) -> None:
        cheap = replace(DEMO, rewards=(replace(DEMO.rewards[0], cost=1),))
        begins = clock.now + timedelta(days=1)
        publication = Publication(SYSTEM, clock.now, begins)
        await shop.programs.publish(cheap, now=clock.now, actor=SYSTEM, publication=publication)
        listed = await follow_catalog(shop, None)
        async with unchanged(database):
            assert await follow_catalog(shop, listed) == 1
        coffee = await shop.rewards.listed("coffee")
        assert coffee is not None
        assert coffee.cost == 150
        clock.now = begins
        assert await follow_catalog(shop, listed) == 2
        coffee = await shop.rewards.listed("coffee")
        assert coffee is not None
        assert coffee.cost == 1
        assert await shop.rewards.listed("sourdough") is None

    async def test_what_a_crash_left_between_a_version_and_its_catalog_is_mended(
        self, shop: Context, database: Database
    ) -> None:
        await database["rewards"].delete_many({})
        await follow_catalog(shop, None)
        assert await shop.rewards.listed("coffee") is not None
