"""Rules hear of joining, once a member, whatever dies meanwhile."""

from datetime import timedelta

import pytest

from domain.actors import SYSTEM
from domain.earning.events.own import JOINED
from domain.ledger.entry import Entry
from domain.members.enrol import Enrol
from domain.members.member import Member
from mongo.client import Database
from mongo.events import Events
from mongo.faults import StoreUnavailable
from mongo.members import Members
from services.context import Context
from services.engagement.welcome import welcome_waiting
from services.members.enrol_members import Enrolled, enrol_members
from services.program.publish_program import publish_program
from tests.support.engaged import engaging
from tests.support.house import NOON, Clock
from tests.support.people import SHOP
from tests.support.programs import SPEND

MINUTE = timedelta(minutes=1)


async def enrol(context: Context, *commands: Enrol) -> list[Member]:
    outcomes = await enrol_members(context, SHOP, commands)
    return [outcome.member for outcome in outcomes if isinstance(outcome, Enrolled)]


async def entries(context: Context, member: Member) -> list[Entry]:
    return await context.ledger.since(member.id, 0)


class TestEnrolMembers:
    async def test_each_new_member_is_told_of_once(self, context: Context, database: Database) -> None:
        ada, bob = await enrol(context, Enrol("a"), Enrol("b"))
        await enrol(context, Enrol("a"), Enrol("b"))

        for member in (ada, bob):
            (entry,) = await entries(context, member)
            assert (entry.points, entry.reason, entry.actor) == (10, JOINED, SYSTEM)
            assert (entry.reference, entry.occurred_at) == (f"regulars/joined:{member.id}", NOON)
        assert await database["events"].count_documents({}) == 2
        assert await database["members"].count_documents({"joining": {"$exists": True}}) == 0

    async def test_who_joined_long_ago_is_told_of_then_so_that_history_can_follow(self, context: Context) -> None:
        (ada,) = await enrol(context, Enrol("a", joined_at=NOON - timedelta(days=100)))
        (entry,) = await entries(context, ada)
        assert (entry.occurred_at, entry.effective_at) == (ada.joined_at, ada.joined_at)

    async def test_where_no_rule_listens_nothing_is_written_beside_the_member(
        self, context: Context, database: Database
    ) -> None:
        await publish_program(context, SYSTEM, engaging(earning=(SPEND,)))
        await enrol(context, Enrol("a"))
        assert await database["events"].count_documents({}) == 0
        assert await database["members"].count_documents({"joining": {"$exists": True}}) == 0


class TestWelcomeWaiting:
    @pytest.mark.parametrize("lost", [Events.claim, Events.finish, Members.have_joined])
    async def test_what_a_fault_left_waiting_is_told_later_and_once(
        self, context: Context, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, lost: object
    ) -> None:
        async def unavailable(*_: object) -> None:
            raise StoreUnavailable("cut off")

        owner, name = (Members, "have_joined") if lost is Members.have_joined else (Events, lost.__name__)  # type: ignore[attr-defined]
        with monkeypatch.context() as cut:
            cut.setattr(owner, name, unavailable)
            (ada,) = await enrol(context, Enrol("a", joined_at=NOON - MINUTE))

        assert await welcome_waiting(context, before=NOON, limit=9) == 0
        clock.advance(minutes=2)
        assert await welcome_waiting(context, before=NOON + MINUTE, limit=9) == 1
        assert await welcome_waiting(context, before=NOON + MINUTE, limit=9) == 0

        (entry,) = await entries(context, ada)
        assert (entry.points, entry.effective_at) == (10, NOON - MINUTE)
        assert await database["events"].count_documents({"state": "DONE"}) == 1
