"""Publishing from the command line: the first version alone, later ones with two names and a simulation."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM, Actor, ActorKind
from domain.program.program import Program
from domain.program.versions import Version
from domain.refusals import Code, Refused
from mongo.client import Database
from services.context import Context
from services.program.publish_version import PublishVersion, publish_version
from services.program.refusals import Flawed
from tests.services.program.conftest import NOW
from tests.support.drafts import DAY_AND_MORE, simulated
from tests.support.programs import PROGRAM, a_program
from tests.support.unchanged import unchanged

OTHER = a_program(name="Other")
TWO: dict[str, Any] = {"by": "kim", "approved_by": "lee"}


async def publish(context: Context, program: Program = OTHER, **command: Any) -> Version | Refused:
    return await publish_version(context, PublishVersion(program, **command))


def code(outcome: object) -> Code:
    assert isinstance(outcome, Refused), outcome
    return outcome.code


@pytest.fixture
async def first(context: Context) -> Version:
    """The first version, published."""
    version = await publish(context, PROGRAM)
    assert isinstance(version, Version)
    return version


class TestTheFirst:
    async def test_it_needs_nobody_and_nothing(self, first: Version) -> None:
        assert first.number == 1
        how = first.publication
        assert (how.by, how.at, how.begins, how.approved_by, how.unsimulated) == (SYSTEM, NOW, NOW, None, None)

    async def test_the_same_again_is_the_same(self, context: Context, database: Database, first: Version) -> None:
        assert await publish(context, PROGRAM) == first
        assert await publish(context, PROGRAM, **TWO) == first
        assert await database["programs"].count_documents({}) == 1

    async def test_it_cannot_be_scheduled(self, context: Context, database: Database) -> None:
        async with unchanged(database):
            assert code(await publish(context, begins=NOW + timedelta(days=1))) is Code.INVALID_INPUT


@pytest.mark.usefixtures("first")
class TestLaterOnes:
    async def test_with_two_people_and_a_fresh_simulation(self, context: Context, database: Database) -> None:
        await simulated(database, OTHER, at=NOW)
        version = await publish(context, **TWO)
        assert isinstance(version, Version)
        kim, lee = (Actor(ActorKind.AGENT, name) for name in ("kim", "lee"))
        assert (version.number, version.publication.by, version.publication.approved_by) == (2, kim, lee)
        assert (await context.programs.current()).name == "Other"

    async def test_without_two_different_people_it_is_refused(self, context: Context, database: Database) -> None:
        await simulated(database, OTHER, at=NOW)
        async with unchanged(database):
            for by, other in ((None, None), ("kim", None), (None, "lee"), ("kim", " "), ("Kim  Lee", " kim lee")):
                assert code(await publish(context, by=by, approved_by=other)) is Code.FORBIDDEN

    async def test_without_a_fresh_simulation_it_takes_a_reason_which_is_kept(
        self, context: Context, database: Database
    ) -> None:
        await simulated(database, OTHER, at=NOW - DAY_AND_MORE)
        async with unchanged(database):
            assert code(await publish(context, **TWO)) is Code.NOT_AVAILABLE_NOW
            assert code(await publish(context, **TWO, unsimulated=" ")) is Code.INVALID_INPUT
        version = await publish(context, **TWO, unsimulated="Prices were wrong.")
        assert isinstance(version, Version)
        assert version.publication.unsimulated == "Prices were wrong."
        assert await context.programs.version(2) == version

    async def test_from_a_time(self, context: Context, database: Database) -> None:
        async with unchanged(database):
            late = NOW - timedelta(hours=1)
            assert code(await publish(context, **TWO, unsimulated="n", begins=late)) is Code.INVALID_INPUT
        version = await publish(context, **TWO, unsimulated="n", begins=NOW + timedelta(days=1))
        assert isinstance(version, Version)
        assert version.publication.begins == NOW + timedelta(days=1)
        assert (await context.programs.current()).version == 1

    async def test_what_may_not_follow_is_refused_with_its_problems(
        self, context: Context, database: Database
    ) -> None:
        async with unchanged(database):
            refused = await publish(context, a_program(money="EUR"), **TWO, unsimulated="n")
        assert isinstance(refused, Flawed)
        assert [problem.path for problem in refused.problems] == [("money",)]

    async def test_two_at_once_are_two_versions_or_the_second_asks_for_a_simulation(
        self, context: Context, database: Database
    ) -> None:
        others = [replace(OTHER, name=f"Shop {number}") for number in range(5)]
        outcomes = await asyncio.gather(*(publish(context, one, **TWO, unsimulated="n") for one in others))
        assert sorted(one.number for one in outcomes if isinstance(one, Version)) == [2, 3, 4, 5, 6]
        more = [replace(OTHER, name=f"More {number}") for number in range(3)]
        for one in more:
            await simulated(database, one, at=NOW, against=6)
        outcomes = await asyncio.gather(*(publish(context, one, **TWO) for one in more))
        assert [one.number for one in outcomes if isinstance(one, Version)] == [7]
        assert {code(one) for one in outcomes if isinstance(one, Refused)} == {Code.NOT_AVAILABLE_NOW}
