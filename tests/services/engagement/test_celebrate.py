"""Birthdays and anniversaries, once a year, on days of the programme's zone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.members.enrol import Enrol
from domain.members.member import MemberStatus
from mongo.client import Database
from services.context import Context
from services.engagement.celebrate import celebrate
from services.members.enrol_member import enrol_member
from services.members.enrol_members import Enrolled
from services.program.publish_program import publish_program
from tests.support.engaged import engaging
from tests.support.house import Clock
from tests.support.members import a_member
from tests.support.programs import SPEND

JOINED = datetime(2020, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def at(day: date, hour: int = 12) -> datetime:
    """An hour of New York's winter."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) + timedelta(hours=5)


async def add(context: Context, number: int, *, joined_at: datetime = JOINED, **profile: Any) -> str:
    member = a_member(number, joined_at=joined_at, **profile)
    await context.members.insert(member)
    return member.id


async def on(context: Context, clock: Clock, day: date, *, since: date | None = None, hour: int = 12) -> int:
    clock.now = at(day, hour)
    return await celebrate(context, clock(), since=since)


async def told(context: Context, member: str) -> list[tuple[str | None, int, datetime]]:
    return [(entry.reason, entry.points, entry.occurred_at) for entry in await context.ledger.since(member, 0)]


class TestBirthdays:
    async def test_one_is_told_once_a_year_on_its_day(self, context: Context, clock: Clock) -> None:
        ada = await add(context, 1, birthday=date(1990, 12, 10))
        await add(context, 2, birthday=date(1990, 12, 11))
        await add(context, 3)

        assert [await on(context, clock, date(2026, 12, day)) for day in (9, 10, 10)] == [0, 1, 0]
        assert await on(context, clock, date(2027, 12, 10)) == 1

        assert await told(context, ada) == [
            ("member.birthday", 50, at(date(2026, 12, 10), 0)),
            ("member.birthday", 50, at(date(2027, 12, 10), 0)),
        ]

    async def test_the_day_is_the_programmes(self, context: Context, clock: Clock) -> None:
        await add(context, 1, birthday=date(1990, 12, 10))
        clock.now = datetime(2026, 12, 10, 4, 59, tzinfo=UTC)
        assert await celebrate(context, clock(), since=None) == 0
        clock.now = datetime(2026, 12, 10, 5, tzinfo=UTC)
        assert await celebrate(context, clock(), since=None) == 1

    async def test_whoever_was_born_on_the_29th_of_february_has_the_28th_in_between(
        self, context: Context, clock: Clock
    ) -> None:
        ada = await add(context, 1, birthday=date(2000, 2, 29))
        days = [date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 28), date(2028, 2, 29)]
        assert [await on(context, clock, day) for day in days] == [1, 0, 0, 1]
        assert [moment for _, _, moment in await told(context, ada)] == [
            at(date(2027, 2, 28), 0),
            at(date(2028, 2, 29), 0),
        ]

    async def test_days_without_a_worker_are_made_up_for(self, context: Context, clock: Clock) -> None:
        missed = [await add(context, day, birthday=date(1990, 12, day)) for day in (1, 2, 9, 10)]
        await add(context, 30, birthday=date(1990, 11, 30))
        newcomer = await add(context, 20, birthday=date(1990, 12, 9), joined_at=at(date(2026, 12, 10), 1))

        assert await on(context, clock, date(2026, 12, 10), since=date(2026, 12, 1)) == 4

        assert [await told(context, member) for member in missed] == [
            [("member.birthday", 50, at(date(2026, 12, day), 0))] for day in (1, 2, 9, 10)
        ]
        assert await told(context, newcomer) == []
        heads = await context.ledger.heads(missed)
        assert {head.effective_at for head in heads.values()} == {clock()}

    async def test_a_day_is_looked_at_again_for_who_came_in_after_its_sweep(
        self, context: Context, clock: Clock
    ) -> None:
        assert await on(context, clock, date(2026, 12, 10), hour=0) == 0
        ada = await add(context, 1, birthday=date(1990, 12, 10))
        bo = await add(context, 2, joined_at=at(date(2020, 12, 10)))
        assert await on(context, clock, date(2026, 12, 11), since=date(2026, 12, 10)) == 2
        assert await on(context, clock, date(2026, 12, 12), since=date(2026, 12, 11)) == 0
        assert await told(context, ada) == [("member.birthday", 50, at(date(2026, 12, 10), 0))]
        assert await told(context, bo) == [("member.anniversary", 20, at(date(2026, 12, 10), 0))]

    async def test_after_a_very_long_time_only_the_last_two_weeks_are(
        self, context: Context, clock: Clock
    ) -> None:
        for day in range(1, 29):
            await add(context, day, birthday=date(1990, 12, day))
        assert await on(context, clock, date(2026, 12, 28), since=date(2026, 1, 1)) == 15

    async def test_only_active_members_have_theirs(
        self, context: Context, clock: Clock, database: Database
    ) -> None:
        ada = await add(context, 1, birthday=date(1990, 12, 10))
        await database["members"].update_one({"_id": ada}, {"$set": {"status": MemberStatus.FROZEN.value}})
        assert await on(context, clock, date(2026, 12, 10)) == 0
        assert await database["events"].count_documents({}) == 0


class TestEnrolment:
    async def enrolled(self, context: Context, birthday: date, **more: Any) -> str:
        outcome = await enrol_member(context, SYSTEM, Enrol(f"shop:{birthday}", birthday=birthday, **more))
        assert isinstance(outcome, Enrolled)
        return outcome.member.id

    async def test_who_enrols_on_their_birthday_has_it_at_once_and_once(
        self, context: Context, clock: Clock
    ) -> None:
        noon = at(date(2027, 2, 28))
        assert await on(context, clock, date(2027, 2, 28), hour=1) == 0
        clock.now = noon
        ada, leap = [await self.enrolled(context, date(1990 + 10 * i, 2, 28 + i)) for i in range(2)]
        other = await self.enrolled(context, date(1990, 3, 1))
        assert await on(context, clock, date(2027, 3, 1), since=date(2027, 2, 28)) == 1

        for member in (ada, leap):
            assert (await told(context, member))[1:] == [("member.birthday", 50, noon)]
        assert (await told(context, other))[1:] == [("member.birthday", 50, at(date(2027, 3, 1), 0))]

    async def test_the_birthday_of_one_with_a_history_waits_for_the_next_sweep(
        self, context: Context, clock: Clock
    ) -> None:
        clock.now = at(date(2026, 12, 10))
        ada = await self.enrolled(context, date(1990, 12, 10), joined_at=JOINED)
        assert [reason for reason, _, _ in await told(context, ada)] == ["member.joined"]
        assert await on(context, clock, date(2026, 12, 11), since=date(2026, 12, 10)) == 1


class TestAnniversaries:
    async def test_they_begin_with_the_first_year_on_the_day_of_the_programmes_zone(
        self, context: Context, clock: Clock
    ) -> None:
        late = await add(context, 1, joined_at=datetime(2026, 12, 11, 4, 30, tzinfo=UTC))
        early = await add(context, 2, joined_at=datetime(2026, 12, 10, 5, tzinfo=UTC))
        await add(context, 3, joined_at=datetime(2026, 12, 11, 5, tzinfo=UTC))

        days = [date(2026, 12, 10), date(2027, 12, 9), date(2027, 12, 10)]
        assert [await on(context, clock, day, hour=23) for day in days] == [0, 0, 2]

        for member in (late, early):
            assert await told(context, member) == [("member.anniversary", 20, at(date(2027, 12, 10), 0))]

    async def test_who_joined_on_the_29th_of_february_has_the_28th_in_between(
        self, context: Context, clock: Clock
    ) -> None:
        await add(context, 1, joined_at=at(date(2024, 2, 29), 23))
        days = [date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 28), date(2028, 2, 29)]
        assert [await on(context, clock, day) for day in days] == [1, 0, 0, 1]


class TestListening:
    async def test_where_no_rule_listens_nobody_is_looked_up(
        self, context: Context, clock: Clock, database: Database
    ) -> None:
        await publish_program(context, SYSTEM, engaging(earning=(SPEND,)))
        await add(context, 1, birthday=date(1990, 12, 10))
        assert await on(context, clock, date(2026, 12, 10)) == 0
        assert await database["events"].count_documents({}) == 0

    @pytest.mark.parametrize("members", [1_201])
    async def test_all_of_a_day_have_theirs_however_many(
        self, context: Context, clock: Clock, members: int
    ) -> None:
        born = date(1990, 12, 10)
        await context.members.insert_many(
            [a_member(number, joined_at=JOINED, birthday=born) for number in range(members)]
        )
        assert await on(context, clock, date(2026, 12, 10)) == members
