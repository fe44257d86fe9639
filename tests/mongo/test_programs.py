import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from motor.motor_asyncio import AsyncIOMotorDatabase

from domain.actors import SYSTEM, Actor, ActorKind
from domain.program.program import Program
from domain.program.versions import Publication, content_hash
from mongo.faults import Duplicate
from mongo.programs import NoProgram, Programs
from tests.support.programs import PROGRAM, a_program

Database = AsyncIOMotorDatabase[dict[str, object]]
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


async def publish(programs: Programs, program: Program = PROGRAM) -> Program:
    return await programs.publish(program, now=NOW, actor=SYSTEM)


class TestPublish:
    async def test_versions_are_numbered_from_one(self, database: Database) -> None:
        programs = Programs(database)
        assert await publish(programs) == a_program(version=1)
        assert await publish(programs, a_program(name="Other")) == a_program(name="Other", version=2)

    async def test_the_newest_content_again_is_no_new_version(self, database: Database) -> None:
        programs = Programs(database)
        await publish(programs)
        assert (await publish(programs, a_program(version=99))).version == 1
        assert await database["programs"].count_documents({}) == 1

    async def test_older_content_again_is_a_new_version(self, database: Database) -> None:
        programs = Programs(database)
        for program in (PROGRAM, a_program(name="Other"), PROGRAM):
            last = await publish(programs, program)
        assert last.version == 3

    async def test_it_is_stored_with_who_and_when(self, database: Database) -> None:
        await publish(Programs(database))
        row = await database["programs"].find_one({"_id": 1})
        assert row is not None
        assert (row["publishedAt"], row["actor"]) == (NOW, ["SYSTEM", ""])

    async def test_many_at_once_make_one_version_of_each_content(self, database: Database) -> None:
        """Ten processes each: the same content ends as few versions, different content as one each."""
        shops = [Programs(database) for _ in range(10)]
        same = await asyncio.gather(*(publish(shop) for shop in shops))
        assert {program.version for program in same} == {1}
        others = [a_program(name=f"Shop {number}") for number in range(10)]
        published = await asyncio.gather(*map(publish, shops, others))
        assert sorted(program.version for program in published) == list(range(2, 12))
        for program, other in zip(published, others, strict=True):
            assert (await Programs(database).at(program.version)).name == other.name


class TestAll:
    async def test_every_version_oldest_first(self, database: Database) -> None:
        programs = Programs(database)
        assert await programs.all() == []
        names = [f"Shop {number}" for number in range(11)]
        for name in names:
            await publish(programs, a_program(name=name))
        found = await programs.all()
        assert [(one.version, one.name) for one in found] == list(enumerate(names, 1))


class TestCurrent:
    async def test_without_a_programme_it_is_a_fault(self, database: Database) -> None:
        with pytest.raises(NoProgram, match="no programme is published"):
            await Programs(database).current()

    async def test_another_process_sees_a_new_version_within_its_time(self, database: Database) -> None:
        time = [100.0]
        here, there = Programs(database), Programs(database, fresh_for=2, monotonic=lambda: time[0])
        await publish(here)
        assert (await there.current()).version == 1
        await publish(here, a_program(name="Other"))
        time[0] = 101.9
        assert (await there.current()).version == 1
        time[0] = 102.0
        assert (await there.current()) == a_program(name="Other", version=2)

    async def test_its_own_publication_shows_at_once(self, database: Database) -> None:
        programs = Programs(database)
        await publish(programs)
        assert await programs.current() == a_program(version=1)
        await publish(programs, a_program(name="Other"))
        assert (await programs.current()).version == 2

    async def test_between_questions_it_is_the_very_same_object(self, database: Database) -> None:
        await publish(Programs(database))
        programs = Programs(database)
        assert await programs.current() is await programs.current()

    async def test_a_scheduled_one_is_known_before_and_begins_at_its_very_moment(self, database: Database) -> None:
        now = [NOW]
        here = Programs(database, clock=lambda: now[0])
        there = Programs(database, clock=lambda: now[0], fresh_for=1e9)
        await publish(here)
        await scheduled(here, a_program(name="Later"), NOW + timedelta(hours=1))
        assert (await here.current(), await there.current()) == (a_program(version=1), a_program(version=1))
        now[0] += timedelta(milliseconds=3_599_999)
        assert (await there.current()).version == 1
        now[0] += timedelta(milliseconds=1)
        assert await there.current() == a_program(name="Later", version=2)
        assert await here.current() == await there.current()

    async def test_one_published_later_for_now_stands_in_for_a_scheduled_one(self, database: Database) -> None:
        now = [NOW]
        programs = Programs(database, clock=lambda: now[0])
        await publish(programs)
        await scheduled(programs, a_program(name="Later"), NOW + timedelta(hours=1))
        await publish(programs, a_program(name="Fix"))
        assert (await programs.current()).name == "Fix"
        now[0] += timedelta(hours=2)
        assert (await programs.current()).name == "Fix"

    async def test_before_the_first_began_it_is_the_first(self, database: Database) -> None:
        await publish(Programs(database))
        early = Programs(database, clock=lambda: NOW - timedelta(days=400))
        assert (await early.current()).version == 1

    async def test_versions_of_before_there_were_schedules_begin_when_they_were_published(
        self, database: Database
    ) -> None:
        await publish(Programs(database))
        await database["programs"].update_one({"_id": 1}, {"$unset": {"from": ""}})
        found = await Programs(database).version(1)
        assert found is not None
        assert found.publication.begins == NOW


class TestVersions:
    async def test_newest_first_with_how_each_came_to_be(self, database: Database) -> None:
        programs = Programs(database)
        await publish(programs)
        kim, lee = (Actor(ActorKind.AGENT, name) for name in ("kim", "lee"))
        how = Publication(kim, NOW, NOW + timedelta(days=1), lee, "d", "note", "reason")
        await programs.publish(a_program(name="Other"), now=NOW, actor=kim, publication=how)
        two, one = await programs.versions(first=5)
        assert (two.number, two.publication, two.hash) == (2, how, content_hash(a_program(name="Other")))
        assert one.publication == Publication(SYSTEM, NOW, NOW)
        assert await programs.versions(first=1) == [two]
        assert await programs.versions(first=5, before=2) == [one]
        assert (await programs.version(2), await programs.version(3)) == (two, None)

    async def test_nothing_is_appended_behind_what_is_not_the_newest(self, database: Database) -> None:
        programs = Programs(database)
        await publish(programs)
        first = await programs.newest()
        await publish(programs, a_program(name="Other"))
        with pytest.raises(Duplicate):
            await programs.append(a_program(name="Third"), Publication(SYSTEM, NOW, NOW), after=first)
        assert await database["programs"].count_documents({}) == 2


async def scheduled(programs: Programs, program: Program, begins: datetime) -> Program:
    publication = Publication(SYSTEM, NOW, begins)
    return await programs.publish(program, now=NOW, actor=SYSTEM, publication=publication)


class TestAt:
    async def test_an_old_version_is_what_it_was(self, database: Database) -> None:
        programs = Programs(database)
        await publish(programs)
        await publish(programs, a_program(name="Other"))
        assert await Programs(database).at(1) == a_program(version=1)

    async def test_a_version_that_never_was_is_a_fault(self, database: Database) -> None:
        with pytest.raises(NoProgram, match="the programme has no version 9"):
            await Programs(database).at(9)
