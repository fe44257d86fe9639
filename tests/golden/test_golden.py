"""Every scenario by the pure domain; those that say so by the real services over real servers, too."""

import pytest

from cache.client import Cache
from mongo.client import Client, Database, open_database
from tests.golden.expected import check
from tests.golden.played import play
from tests.golden.scenarios import Scenario, scenarios
from tests.golden.served import serve

ALL = list(scenarios())
SERVED = [scenario for scenario in ALL if scenario.services]


def test_there_are_at_least_sixty_and_a_third_goes_through_the_services() -> None:
    assert len({scenario.sentence for scenario in ALL}) == len(ALL) >= 60
    assert 3 * len(SERVED) >= len(ALL)


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
def test_by_the_domain(scenario: Scenario) -> None:
    check(play(scenario))


@pytest.mark.parametrize("scenario", SERVED, ids=lambda scenario: scenario.name)
async def test_by_the_services(scenario: Scenario, database: Database, mongo_client: Client, cache: Cache) -> None:
    check(await serve(scenario, open_database(mongo_client, database.name), cache))
