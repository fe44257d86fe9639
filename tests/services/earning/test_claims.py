"""One event counts once, over all members and for ever, also when its award is refused or cut short."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from domain.actors import SYSTEM, Actor, ActorKind
from domain.earning.events.intake import RecordEvent
from domain.ledger.decide import adjust
from domain.ledger.entry import Draft, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.state import MAX_LOTS
from domain.members.lookup import MemberLookup
from domain.members.member import Member
from domain.program.earning import EarningRule
from domain.refusals import Refused
from mongo.events import ClaimState
from services.context import Context
from services.earning.record_events import Recorded, Result, record_events
from services.ledger.poster import Posted, Posting
from services.program.publish_program import publish_program
from tests.support.ledger import SHOP
from tests.support.members import a_member
from tests.support.programs import REVIEW, SPEND, a_program

AT = datetime(2026, 3, 10, 15, tzinfo=UTC)
MILES = EarningRule("miles", "Miles", ("purchase",), 3, currency="MILES")
FAR = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
async def member(context: Context) -> Member:
    await publish_program(context, SYSTEM, a_program(earning=(SPEND, REVIEW, MILES)))
    member = a_member()
    await context.members.insert(member)
    await context.members.insert(a_member(2))
    return member


def purchase(
    number: int = 1, amount: str = "12.50", *, source: str = "shop", id: str | None = None, to: int = 1
) -> RecordEvent:
    return RecordEvent(
        source=source,
        id=id or f"r-{number}",
        type="purchase",
        member=MemberLookup(external_id=f"ext-{to}"),
        occurred_at=AT,
        amount=Decimal(amount),
    )


async def record(context: Context, *events: RecordEvent) -> list[Result]:
    return await record_events(context, Actor(ActorKind.SERVICE, "shop"), events)


def codes(results: list[Result]) -> list[str]:
    return [result.code.value if isinstance(result, Refused) else "ok" for result in results]


async def fill(context: Context, member: Member, currency: str) -> None:
    """Gives the account as many lots as it may have, far from now."""
    for number in range(MAX_LOTS):
        key = f"client:fill:{number}"

        def decide(head: Head, at: datetime, number: int = number, key: str = key) -> Draft | Refused:
            changes = adjust(head.after.account(currency), 1, expires_at=FAR + timedelta(days=number))
            assert not isinstance(changes, Refused)
            return Draft(key, "", currency, EntryKind.ADJUST, changes, SHOP, at, at)

        assert isinstance(await context.poster.post(Posting(member.id, key, "", decide)), Posted)


async def make_room(context: Context, member: Member, currency: str) -> None:
    def decide(head: Head, at: datetime) -> Draft | Refused:
        changes = adjust(head.after.account(currency), -1, expires_at=None)
        assert not isinstance(changes, Refused)
        return Draft("client:room", "", currency, EntryKind.ADJUST, changes, SHOP, at, at)

    assert isinstance(await context.poster.post(Posting(member.id, "client:room", "", decide)), Posted)


async def state_of(context: Context, id: str) -> ClaimState | None:
    row = await context.events._events.find_one({"_id": id})
    return ClaimState(row["state"]) if row else None


async def available(context: Context, member: str, currency: str = "POINTS") -> int:
    return (await context.ledger.head(member)).after.account(currency).available


class TestRefusedAwards:
    async def test_an_event_refused_after_a_part_was_posted_can_count_for_nobody_else(
        self, context: Context, member: Member
    ) -> None:
        await fill(context, member, "MILES")
        assert codes(await record(context, purchase())) == ["LIMIT_REACHED"]
        assert await available(context, member.id) == 12
        assert codes(await record(context, purchase(to=2), purchase(amount="99"))) == ["IDEMPOTENCY_CONFLICT"] * 2
        assert await available(context, a_member(2).id) == 0
        await make_room(context, member, "MILES")
        [result] = await record(context, purchase())
        assert isinstance(result, Recorded)
        assert [(entry.currency, entry.points) for entry in result.entries] == [("POINTS", 12), ("MILES", 3)]
        assert await available(context, member.id) == 12
        assert await state_of(context, "shop|r-1") is ClaimState.DONE

    async def test_the_same_event_twice_in_a_call_is_refused_twice_and_leaves_one_claim(
        self, context: Context, member: Member
    ) -> None:
        await fill(context, member, "POINTS")
        assert codes(await record(context, purchase(), purchase(), purchase(2))) == ["LIMIT_REACHED"] * 3
        assert await state_of(context, "shop|r-1") is ClaimState.REFUSED
        assert await context.events.unfinished(before=context.clock() + timedelta(days=1), limit=9) == []

    async def test_a_refusal_never_takes_back_what_another_caller_finished_meanwhile(
        self, context: Context, member: Member
    ) -> None:
        assert codes(await record(context, purchase())) == ["ok"]
        await context.events.refuse(["shop|r-1"])
        assert await state_of(context, "shop|r-1") is ClaimState.DONE

    async def test_callers_who_come_again_while_room_is_made_have_one_effect(
        self, context: Context, member: Member
    ) -> None:
        await fill(context, member, "POINTS")
        first = [record(context, purchase()) for _ in range(10)]
        results = await asyncio.gather(
            *first, make_room(context, member, "POINTS"), *(record(context, purchase()) for _ in range(10))
        )
        assert {code for calls in results if calls for code in codes(calls)} <= {"ok", "LIMIT_REACHED"}
        assert codes(await record(context, purchase())) == ["ok"]
        assert codes(await record(context, purchase(to=2))) == ["IDEMPOTENCY_CONFLICT"]
        assert await available(context, member.id) == MAX_LOTS - 1 + 12
        assert await state_of(context, "shop|r-1") is ClaimState.DONE


class TestKeys:
    async def test_events_whose_names_differ_only_in_where_the_source_ends_are_two(
        self, context: Context, member: Member
    ) -> None:
        one, other = purchase(source="a", id="b:c"), purchase(source="a:b", id="c", amount="7")
        assert codes(await record(context, one, other)) == ["ok", "ok"]
        assert await available(context, member.id) == 19

    async def test_ids_that_differ_only_by_normalisation_are_two_events(
        self, context: Context, member: Member
    ) -> None:
        composed, decomposed = purchase(id="caf\u00e9"), purchase(id="cafe\u0301")
        assert codes(await record(context, composed, decomposed)) == ["ok", "ok"]
        assert await available(context, member.id) == 24

    async def test_an_id_may_hold_every_mark_that_keys_are_made_with(
        self, context: Context, member: Member
    ) -> None:
        events = [purchase(id=id) for id in ("x#POINTS", "x", "x#MILES", "x|y", "x:y", "#", "|")]
        assert codes(await record(context, *events)) == ["ok"] * len(events)
        assert await available(context, member.id) == 12 * len(events)


class TestChangedProgrammes:
    async def test_what_an_event_wrote_is_shown_also_when_its_rule_is_gone(
        self, context: Context, member: Member
    ) -> None:
        [first] = await record(context, purchase())
        await publish_program(context, SYSTEM, a_program(earning=(SPEND,)))
        [again] = await record(context, purchase())
        assert isinstance(first, Recorded)
        assert isinstance(again, Recorded)
        assert (again.duplicate, again.entries) == (True, first.entries)

    async def test_a_claim_finished_under_another_programme_is_finished_by_the_one_that_judged_it(
        self, context: Context, other: Context, member: Member
    ) -> None:
        await record(other, purchase())
        entries, claims = context.ledger._entries, context.events._events
        # A crash after the first of two entries, which counted for both; meanwhile the award doubles.
        await entries.delete_many({"currency": "MILES"})
        await claims.update_many({}, {"$set": {"state": "CLAIMED"}})
        doubled = (replace(SPEND, points=2), replace(MILES, points=6))
        await publish_program(context, SYSTEM, a_program(earning=doubled))
        [result] = await record(context, purchase())
        assert isinstance(result, Recorded)
        assert [(entry.currency, entry.points) for entry in result.entries] == [("POINTS", 12), ("MILES", 3)]
