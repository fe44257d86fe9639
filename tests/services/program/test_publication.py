"""From a draft to a version: a fresh simulation, a second person, one version however many ask at once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM, Actor
from domain.program.engagement import Counter, Counts
from domain.program.program import Program
from domain.program.versions import Draft, DraftStatus, VersionStatus
from domain.refusals import Code, Refused
from mongo.client import Database
from services.context import Context
from services.program.decide_publication import DecidePublication, decide_publication
from services.program.list_drafts import list_drafts, statuses
from services.program.list_versions import list_versions
from services.program.publish_program import publish_program
from services.program.refusals import Flawed
from services.program.request_publication import RequestPublication, request_publication
from tests.support.drafts import DAY_AND_MORE, KIM, LEE, MAX, saved, simulated
from tests.support.house import Clock, the_programme
from tests.support.unchanged import unchanged

DEMO = the_programme()


@pytest.fixture
def context(shop: Context) -> Context:
    return shop


def renamed(name: str) -> Program:
    return replace(DEMO, name=name)


async def ask(context: Context, draft: Draft, by: Actor = KIM, key: str = "ask", **more: Any) -> Draft | Refused:
    return await request_publication(context, by, RequestPublication(draft.id, key, **more))


async def decide(
    context: Context,
    draft: Draft,
    by: Actor = LEE,
    key: str = "decide",
    *,
    approve: bool = True,
    note: str | None = None,
) -> Draft | Refused:
    return await decide_publication(context, by, DecidePublication(draft.id, approve, key, note))


def code(outcome: object) -> Code:
    assert isinstance(outcome, Refused), outcome
    return outcome.code


async def waiting(context: Context, database: Database, name: str = "Spring", **more: Any) -> Draft:
    draft = await saved(context, renamed(name))
    await simulated(database, draft.program, at=context.clock())
    asked = await ask(context, draft, key=f"ask-{name}", **more)
    assert isinstance(asked, Draft), asked
    return asked


async def status(context: Context, draft: Draft) -> DraftStatus:
    found = await context.drafts.get(draft.id)
    assert found is not None
    return (await statuses(context, [found]))[0]


class TestTheWayOfADraft:
    async def test_validated_simulated_requested_published(self, context: Context, database: Database) -> None:
        draft = await saved(context, renamed("Spring"))
        assert await status(context, draft) is DraftStatus.VALIDATED
        await simulated(database, draft.program, at=context.clock())
        assert await status(context, draft) is DraftStatus.SIMULATED
        await ask(context, draft)
        assert await status(context, draft) is DraftStatus.REQUESTED
        assert (await context.programs.current()).version == 1
        done = await decide(context, draft, note="Fine.")
        assert isinstance(done, Draft)
        assert done.version == 2
        assert await status(context, draft) is DraftStatus.PUBLISHED
        assert await context.programs.current() == replace(draft.program, version=2)
        page = await list_versions(context)
        assert [(one.number, state) for one, state in page.versions] == [
            (2, VersionStatus.IN_FORCE),
            (1, VersionStatus.SUPERSEDED),
        ]
        how = page.versions[0][0].publication
        assert (how.by, how.approved_by, how.draft, how.note) == (KIM, LEE, draft.id, "Why not.")
        assert (how.at, how.begins, how.unsimulated) == (context.clock(), context.clock(), None)

    async def test_the_catalog_follows(self, context: Context, database: Database) -> None:
        dearer = replace(DEMO, rewards=(replace(DEMO.rewards[0], cost=999),))
        draft = await saved(context, dearer)
        await simulated(database, dearer, at=context.clock())
        await ask(context, draft)
        await decide(context, draft)
        listed = await context.rewards.listed(DEMO.rewards[0].code)
        assert listed is not None
        assert listed.cost == 999

    async def test_sent_back_it_can_be_saved_and_asked_for_again(
        self, context: Context, database: Database
    ) -> None:
        draft = await waiting(context, database)
        back = await decide(context, draft, approve=False, note="Too dear.")
        assert isinstance(back, Draft)
        assert back.ruling is not None
        assert (back.ruling.approve, back.ruling.note, back.version) == (False, "Too dear.", None)
        assert await status(context, draft) is DraftStatus.SIMULATED
        again = await saved(context, renamed("Summer"), draft=draft.id)
        assert (again.request, again.revision) == (None, 2)
        await simulated(database, again.program, at=context.clock())
        assert isinstance(await ask(context, again, key="again"), Draft)
        assert isinstance(await decide(context, again, key="yes"), Draft)

    async def test_drafts_are_listed_the_last_saved_first(self, context: Context, clock: Clock) -> None:
        drafts = []
        for name in ("A", "B", "C"):
            drafts.append(await saved(context, renamed(name)))
            clock.advance(minutes=1)
        page = await list_drafts(context, first=2)
        assert ([one.id for one in page.drafts], page.has_next) == ([drafts[2].id, drafts[1].id], True)
        last = page.drafts[-1]
        rest = await list_drafts(context, first=2, after=(last.saved_at, last.id))
        assert ([one.id for one in rest.drafts], rest.has_next) == ([drafts[0].id], False)


class TestAsking:
    async def test_without_a_fresh_simulation_of_exactly_this_it_is_refused(
        self, context: Context, database: Database, clock: Clock
    ) -> None:
        draft = await saved(context, renamed("Spring"))
        await simulated(database, renamed("Autumn"), at=clock.now)
        await simulated(database, draft.program, at=clock.now, against=7)
        await simulated(database, draft.program, at=clock.now, state="FAILED")
        await simulated(database, draft.program, at=clock.now - DAY_AND_MORE)
        async with unchanged(database):
            assert code(await ask(context, draft)) is Code.NOT_AVAILABLE_NOW
        await simulated(database, draft.program, at=clock.now - timedelta(hours=24))
        assert isinstance(await ask(context, draft), Draft)

    async def test_a_simulation_of_a_part_is_refused_and_said_to_be_one(
        self, context: Context, database: Database, clock: Clock
    ) -> None:
        draft, ago = await saved(context, renamed("Spring")), timedelta(days=29)
        part: dict[str, Any] = {"percent": "99.9", "from": clock.now - ago}
        await simulated(database, draft.program, at=clock.now, **part)
        async with unchanged(database):
            refused = await ask(context, draft)
        assert code(refused) is Code.NOT_AVAILABLE_NOW
        assert isinstance(refused, Refused)
        assert refused.message == (
            "It was simulated in part only: publishing takes a simulation of every member, over the last 28 days "
            "or more."
        )
        # An older one of everyone is not overlooked for a newer one in part.
        await simulated(database, draft.program, at=clock.now - timedelta(hours=1), **part | {"percent": "100.0"})
        await simulated(database, draft.program, at=clock.now, **part)
        assert isinstance(await ask(context, draft), Draft)

    async def test_the_same_key_again_answers_the_same(
        self, context: Context, database: Database, clock: Clock
    ) -> None:
        draft = await waiting(context, database)
        async with unchanged(database):
            assert await ask(context, draft, key="ask-Spring") == draft
            later = clock.now + timedelta(days=1)
            assert code(await ask(context, draft, key="ask-Spring", begins=later)) is Code.IDEMPOTENCY_CONFLICT
            assert code(await ask(context, draft, key="other")) is Code.NOT_AVAILABLE_NOW
        done = await decide(context, draft)
        async with unchanged(database):
            assert await ask(context, draft, key="ask-Spring") == done
            assert code(await ask(context, draft, key="other")) is Code.ALREADY_DECIDED

    async def test_other_refusals_change_nothing(self, context: Context, database: Database, clock: Clock) -> None:
        draft, same = await saved(context, renamed("Spring")), await saved(context, DEMO)
        await simulated(database, draft.program, at=clock.now)
        async with unchanged(database):
            assert code(await ask(context, replace(draft, id="x"))) is Code.NOT_FOUND
            assert code(await ask(context, draft, key="")) is Code.INVALID_INPUT
            for begins in (clock.now - timedelta(hours=1), clock.now + timedelta(days=800)):
                assert code(await ask(context, draft, begins=begins)) is Code.INVALID_INPUT
            assert code(await ask(context, same)) is Code.INVALID_INPUT

    async def test_what_came_since_it_was_saved_may_forbid_it(
        self, context: Context, database: Database, clock: Clock
    ) -> None:
        cups = Counter("cups", ("purchase",))
        draft = await saved(context, replace(DEMO, counters=(*DEMO.counters, cups)))
        changed = replace(DEMO, counters=(*DEMO.counters, replace(cups, counts=Counts.UNITS)))
        await publish_program(context, SYSTEM, changed)
        await simulated(database, draft.program, at=clock.now, against=2)
        async with unchanged(database):
            refused = await ask(context, draft)
        assert isinstance(refused, Flawed)
        assert [problem.path for problem in refused.problems] == [("counters", len(DEMO.counters), "counts")]


class TestDeciding:
    async def test_neither_who_asked_nor_who_saved_it_last_decides(
        self, context: Context, database: Database
    ) -> None:
        draft = await saved(context, renamed("Spring"))
        await simulated(database, draft.program, at=context.clock())
        await ask(context, draft, by=MAX)
        async with unchanged(database):
            for by in (KIM, MAX):
                assert code(await decide(context, draft, by=by)) is Code.FORBIDDEN
        assert isinstance(await decide(context, draft, by=LEE), Draft)

    async def test_a_simulation_that_grew_old_meanwhile_is_refused_and_it_waits_on(
        self, context: Context, database: Database, clock: Clock
    ) -> None:
        draft = await waiting(context, database)
        clock.advance(hours=24, seconds=1)
        async with unchanged(database):
            assert code(await decide(context, draft)) is Code.NOT_AVAILABLE_NOW
        assert isinstance(await decide(context, draft, approve=False), Draft)

    async def test_the_same_key_again_answers_the_same(self, context: Context, database: Database) -> None:
        draft = await waiting(context, database)
        done = await decide(context, draft)
        async with unchanged(database):
            assert await decide(context, draft) == done
            assert code(await decide(context, draft, approve=False)) is Code.IDEMPOTENCY_CONFLICT
            assert code(await decide(context, draft, key="other")) is Code.ALREADY_DECIDED

    async def test_other_refusals_change_nothing(self, context: Context, database: Database) -> None:
        draft = await saved(context, renamed("Spring"))
        async with unchanged(database):
            assert code(await decide(context, draft)) is Code.NOT_AVAILABLE_NOW
            assert code(await decide(context, replace(draft, id="x"))) is Code.NOT_FOUND
            assert code(await decide(context, draft, key="\x00")) is Code.INVALID_INPUT
            assert code(await decide(context, draft, note=" ")) is Code.INVALID_INPUT


class TestFromATime:
    async def test_it_is_in_force_from_its_very_moment_on(
        self, context: Context, database: Database, clock: Clock
    ) -> None:
        begins = clock.now + timedelta(days=3)
        cheap = replace(renamed("Spring"), rewards=DEMO.rewards[:1])
        draft = await saved(context, cheap)
        await simulated(database, cheap, at=clock.now)
        await ask(context, draft, begins=begins)
        await decide(context, draft)
        assert (await context.programs.current()).version == 1
        assert await context.rewards.listed(DEMO.rewards[1].code) is not None
        ((scheduled, state), _) = (await list_versions(context)).versions
        assert (scheduled.publication.begins, state) == (begins, VersionStatus.SCHEDULED)
        clock.now = begins - timedelta(milliseconds=1)
        assert (await context.programs.current()).version == 1
        clock.now = begins
        assert (await context.programs.current()).version == 2

    async def test_one_published_later_for_now_stands_in_for_a_scheduled_one(
        self, context: Context, database: Database, clock: Clock
    ) -> None:
        scheduled = await waiting(context, database, begins=clock.now + timedelta(days=3))
        await decide(context, scheduled)
        fix = await waiting(context, database, "Fix")
        await decide(context, fix, key="fix")
        clock.advance(days=4)
        assert (await context.programs.current()).name == "Fix"
        states = [state for _, state in (await list_versions(context)).versions]
        assert states == [VersionStatus.IN_FORCE, VersionStatus.SUPERSEDED, VersionStatus.SUPERSEDED]


class TestRaces:
    async def test_many_decisions_at_once_are_one(self, context: Context, database: Database) -> None:
        draft = await waiting(context, database)
        outcomes = await asyncio.gather(
            *(decide(context, draft, key=f"d{number}", approve=number % 2 == 0) for number in range(10))
        )
        done = [one for one in outcomes if isinstance(one, Draft)]
        assert len(done) == 1
        assert {code(one) for one in outcomes if isinstance(one, Refused)} == {Code.ALREADY_DECIDED}
        assert await database["programs"].count_documents({}) == (2 if done[0].version else 1)

    async def test_the_same_decision_many_times_at_once_is_one_version(
        self, context: Context, database: Database
    ) -> None:
        draft = await waiting(context, database)
        outcomes = await asyncio.gather(*(decide(context, draft) for _ in range(10)))
        assert {outcome.version if isinstance(outcome, Draft) else None for outcome in outcomes} == {2}
        assert await database["programs"].count_documents({}) == 2

    async def test_of_two_publications_at_once_the_second_needs_a_new_simulation(
        self, context: Context, database: Database
    ) -> None:
        drafts = [await waiting(context, database, name) for name in ("One", "Two", "Three")]
        outcomes = await asyncio.gather(
            *(decide(context, draft, key=draft.id) for draft in drafts), return_exceptions=False
        )
        assert sum(isinstance(one, Draft) for one in outcomes) == 1
        assert {code(one) for one in outcomes if isinstance(one, Refused)} == {Code.NOT_AVAILABLE_NOW}
        assert await database["programs"].count_documents({}) == 2
        left = await database["drafts"].count_documents({"state": "REQUESTED"})
        assert left == 2

    async def test_many_askings_at_once_are_one_and_a_saving_beside_them_wins_or_loses_whole(
        self, context: Context, database: Database
    ) -> None:
        draft = await saved(context, renamed("Spring"))
        await simulated(database, draft.program, at=context.clock())
        asked = await asyncio.gather(*(ask(context, draft, key=f"k{number}") for number in range(8)))
        assert sum(isinstance(one, Draft) for one in asked) == 1
        assert {code(one) for one in asked if isinstance(one, Refused)} == {Code.NOT_AVAILABLE_NOW}
