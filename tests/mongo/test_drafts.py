import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from motor.motor_asyncio import AsyncIOMotorDatabase

from domain.actors import Actor, ActorKind
from domain.program.versions import Draft, Request, Ruling, content_hash
from mongo.drafts import Drafts
from tests.support.programs import a_program

Database = AsyncIOMotorDatabase[dict[str, object]]
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
KIM, LEE = (Actor(ActorKind.AGENT, name) for name in ("kim", "lee"))
PROGRAM = a_program(version=0)
DRAFT = Draft("d1", 1, content_hash(PROGRAM), PROGRAM, "Why.", KIM, NOW, NOW)
REQUEST = Request(KIM, NOW, NOW + timedelta(days=1), "key", "input")
YES = Ruling(LEE, NOW, approve=True, note="Fine.", key="yes", input="input")
NO = replace(YES, approve=False, note=None, key="no")


async def requested(database: Database) -> tuple[Drafts, Draft]:
    drafts = Drafts(database)
    await drafts.add(DRAFT)
    assert await drafts.request("d1", 1, REQUEST)
    return drafts, replace(DRAFT, request=REQUEST)


class TestSave:
    async def test_what_is_saved_is_read(self, database: Database) -> None:
        drafts = Drafts(database)
        await drafts.add(DRAFT)
        assert await drafts.get("d1") == DRAFT
        assert await drafts.get("d2") is None

    async def test_only_the_next_revision_of_an_open_one_is_saved(self, database: Database) -> None:
        drafts = Drafts(database)
        await drafts.add(DRAFT)
        later = replace(DRAFT, revision=2, note="Again.", author=LEE, saved_at=NOW + timedelta(hours=1))
        assert not await drafts.save(replace(later, revision=3))
        assert await drafts.save(later)
        assert not await drafts.save(later)
        assert await drafts.get("d1") == later

    async def test_one_that_waits_or_is_published_is_not_saved(self, database: Database) -> None:
        drafts, waiting = await requested(database)
        assert not await drafts.save(replace(DRAFT, revision=2))
        await drafts.rule(waiting, YES, 2)
        assert not await drafts.save(replace(DRAFT, revision=2))
        assert await drafts.get("d1") == replace(waiting, ruling=YES, version=2)


class TestRequest:
    async def test_once_and_of_the_revision_that_is_there(self, database: Database) -> None:
        drafts = Drafts(database)
        await drafts.add(DRAFT)
        assert not await drafts.request("d1", 2, REQUEST)
        assert await drafts.request("d1", 1, REQUEST)
        assert not await drafts.request("d1", 1, replace(REQUEST, key="other"))
        assert await drafts.get("d1") == replace(DRAFT, request=REQUEST)


class TestRule:
    async def test_of_many_at_once_one_decides(self, database: Database) -> None:
        drafts, waiting = await requested(database)
        rulings = [replace(NO, key=f"k{number}") for number in range(10)]
        done = await asyncio.gather(*(drafts.rule(waiting, ruling, None) for ruling in rulings))
        assert sum(done) == 1
        assert await drafts.get("d1") == replace(waiting, ruling=rulings[done.index(True)])

    async def test_sent_back_it_can_be_asked_for_again_and_the_old_ruling_is_gone(
        self, database: Database
    ) -> None:
        drafts, waiting = await requested(database)
        assert await drafts.rule(waiting, NO, None)
        again = replace(REQUEST, key="again")
        assert await drafts.request("d1", 1, again)
        assert await drafts.get("d1") == replace(DRAFT, request=again)
        assert not await drafts.rule(waiting, YES, 2)

    async def test_what_nobody_asked_for_is_not_decided(self, database: Database) -> None:
        drafts = Drafts(database)
        await drafts.add(DRAFT)
        assert not await drafts.rule(DRAFT, YES, 2)
        assert await drafts.get("d1") == DRAFT


class TestPage:
    async def test_the_last_saved_first_and_ties_by_id(self, database: Database) -> None:
        drafts = Drafts(database)
        for id, hours in (("a", 0), ("b", 1), ("c", 1)):
            await drafts.add(replace(DRAFT, id=id, saved_at=NOW + timedelta(hours=hours)))
        assert [one.id for one in await drafts.page(first=9)] == ["c", "b", "a"]
        later = NOW + timedelta(hours=1)
        assert [one.id for one in await drafts.page(first=1, after=(later, "c"))] == ["b"]
        assert [one.id for one in await drafts.page(first=9, after=(later, "b"))] == ["a"]
