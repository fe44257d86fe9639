"""Events come in once, count once, and each is answered on its own."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from domain.actors import SYSTEM, Actor, ActorKind
from domain.earning.events.intake import RecordEvent, RecordLine
from domain.ledger.kinds import EntryKind
from domain.members.lookup import MemberLookup
from domain.members.member import Member, MemberStatus
from domain.refusals import Code, Refused
from services.context import Context
from services.earning.record_events import Recorded, finish_events, record_events
from services.ledger.read_states import read_states
from services.program.publish_program import publish_program
from tests.support.members import a_member
from tests.support.programs import a_program

SHOP = Actor(ActorKind.SERVICE, "shop")
AT = datetime(2026, 3, 10, 15, tzinfo=UTC)


@pytest.fixture
async def member(context: Context) -> Member:
    await publish_program(context, SYSTEM, a_program())
    member = a_member()
    await context.members.insert(member)
    return member


def purchase(number: int = 1, amount: str = "12.50", **changes: object) -> RecordEvent:
    event = RecordEvent(
        source="shop",
        id=f"r-{number}",
        type="purchase",
        member=MemberLookup(external_id="ext-1"),
        occurred_at=AT,
        amount=Decimal(amount),
        currency="USD",
    )
    return replace(event, **changes)  # type: ignore[arg-type]


async def record(context: Context, *events: RecordEvent, backdated: bool = False) -> list[Recorded]:
    results = await record_events(context, SHOP, events, backdated=backdated)
    assert all(isinstance(result, Recorded) for result in results), results
    return [result for result in results if isinstance(result, Recorded)]


async def balance(context: Context, member: Member) -> int:
    return (await context.ledger.head(member.id)).after.account("POINTS").available


class TestRecordEvents:
    async def test_a_purchase_earns_a_point_for_each_whole_dollar_and_says_why(
        self, context: Context, member: Member
    ) -> None:
        [recorded] = await record(context, purchase())
        [entry] = recorded.entries
        assert (entry.kind, entry.points, entry.seq, recorded.duplicate) == (EntryKind.EARN, 12, 1, False)
        assert [(line.rule, line.points) for line in entry.lines] == [("spend", 12)]
        assert entry.occurred_at == AT
        # Twelve months on, at the end of March in New York.
        assert entry.after.account("POINTS").lots[0].expires_at == datetime(2027, 4, 1, 4, tzinfo=UTC)

    async def test_lines_count_by_their_category(self, context: Context, member: Member) -> None:
        lines = (
            RecordLine("bread", Decimal("4.00"), category="BAKERY"),
            RecordLine("milk", Decimal("2.50"), category="DAIRY", quantity=2),
        )
        [recorded] = await record(context, purchase(amount="6.50", lines=lines))
        assert recorded.entries[0].points == 10

    async def test_the_same_event_again_is_a_duplicate_with_the_same_entry(
        self, context: Context, member: Member
    ) -> None:
        [first] = await record(context, purchase())
        [again] = await record(context, purchase())
        assert (again.duplicate, again.entries) == (True, first.entries)
        assert await balance(context, member) == 12

    async def test_fifty_callers_and_copies_within_a_call_have_one_effect(
        self, context: Context, member: Member
    ) -> None:
        results = await asyncio.gather(*(record(context, purchase(), purchase()) for _ in range(50)))
        recorded = [result for call in results for result in call]
        assert sum(not result.duplicate for result in recorded) == 1
        assert {result.entries[0].hash for result in recorded} == {recorded[0].entries[0].hash}
        assert await balance(context, member) == 12

    async def test_one_id_with_other_content_is_a_conflict_and_changes_nothing(
        self, context: Context, member: Member
    ) -> None:
        await record(context, purchase())
        [result] = await record_events(context, SHOP, [purchase(amount="99")])
        assert isinstance(result, Refused)
        assert (result.code, result.path) == (Code.IDEMPOTENCY_CONFLICT, ("id",))
        assert await balance(context, member) == 12

    async def test_one_id_counts_once_over_all_members(self, context: Context, member: Member) -> None:
        await context.members.insert(a_member(2))
        await record(context, purchase())
        [result] = await record_events(context, SHOP, [purchase(member=MemberLookup(external_id="ext-2"))])
        assert isinstance(result, Refused)
        assert result.code is Code.IDEMPOTENCY_CONFLICT

    async def test_each_event_is_answered_on_its_own_in_order(self, context: Context, member: Member) -> None:
        events = [
            purchase(1),
            purchase(2, member=MemberLookup(external_id="nobody")),
            purchase(3, amount="-1"),
            purchase(4, currency="EUR"),
            purchase(5, amount="1.005"),
            purchase(6, occurred_at=context.clock() + timedelta(hours=1)),
            purchase(7, source="a|b"),
            purchase(8),
        ]
        results = await record_events(context, SHOP, events)
        codes = [(r.code.value, r.path) if isinstance(r, Refused) else "ok" for r in results]
        assert codes == [
            "ok",
            ("NOT_FOUND", ("member",)),
            ("INVALID_INPUT", ("amount",)),
            ("INVALID_INPUT", ("currency",)),
            ("INVALID_INPUT", ("amount",)),
            ("INVALID_INPUT", ("occurredAt",)),
            ("INVALID_INPUT", ("source",)),
            "ok",
        ]
        assert await balance(context, member) == 24

    async def test_a_refused_event_may_come_again_once_it_is_right(self, context: Context, member: Member) -> None:
        wrong = purchase(currency="EUR")
        assert isinstance((await record_events(context, SHOP, [wrong]))[0], Refused)
        [recorded] = await record(context, purchase())
        assert recorded.duplicate is False

    async def test_a_member_who_is_not_active_earns_nothing(self, context: Context, member: Member) -> None:
        await context.members.insert(replace(a_member(2), status=MemberStatus.FROZEN))
        [result] = await record_events(context, SHOP, [purchase(member=MemberLookup(external_id="ext-2"))])
        assert isinstance(result, Refused)
        assert (result.code, result.path) == (Code.MEMBER_NOT_ACTIVE, ("member",))

    async def test_an_event_that_no_rule_names_is_accepted_and_earns_nothing(
        self, context: Context, member: Member
    ) -> None:
        [first] = await record(context, purchase(type="app_opened"))
        [again] = await record(context, purchase(type="app_opened"))
        assert (first.entries, again.entries, again.duplicate) == ((), (), True)

    async def test_a_tier_reached_by_one_purchase_multiplies_the_next(
        self, context: Context, member: Member
    ) -> None:
        first, second = await record(context, purchase(1, "1000"), purchase(2, "100"))
        assert first.entries[0].points == 1000
        assert first.entries[0].after.tier is not None
        assert first.entries[0].after.tier.code == "silver"
        assert [(line.rule, line.points) for line in second.entries[0].lines] == [
            ("spend", 100),
            ("tier:silver", 25),
        ]

    async def test_live_events_of_the_past_expire_and_qualify_at_their_time_but_count_now(
        self, context: Context, member: Member
    ) -> None:
        [recorded] = await record(context, purchase(occurred_at=datetime(2025, 12, 31, 23, tzinfo=UTC)))
        [entry] = recorded.entries
        assert entry.effective_at == entry.recorded_at
        assert dict(entry.after.qualifying) == {"2025": 12}
        assert entry.after.account("POINTS").lots[0].expires_at == datetime(2027, 1, 1, 5, tzinfo=UTC)

    async def test_backdated_events_count_at_their_time_with_expiry_falling_between(
        self, context: Context, member: Member
    ) -> None:
        old = datetime(2020, 1, 15, 12, tzinfo=UTC)
        await record(context, purchase(1, "40", occurred_at=old), backdated=True)
        await record(context, purchase(2, "7", occurred_at=old + timedelta(days=500)), backdated=True)
        entries = await context.ledger.since(member.id, 0)
        assert [(entry.kind, entry.points, entry.effective_at) for entry in entries] == [
            (EntryKind.EARN, 40, old),
            (EntryKind.EXPIRE, -40, datetime(2021, 2, 1, 5, tzinfo=UTC)),
            (EntryKind.EARN, 7, old + timedelta(days=500)),
        ]

    async def test_a_read_after_the_call_sees_its_points(self, context: Context, member: Member) -> None:
        for number in range(5):
            await record(context, purchase(number))
            views = await read_states(context, [member.id])
            assert views[member.id].state.account("POINTS").available == 12 * (number + 1)


class TestFinishEvents:
    async def test_a_claim_left_by_a_crash_is_finished_once_by_sweep_or_retry(
        self, context: Context, other: Context, member: Member
    ) -> None:
        await record(other, purchase())
        claims = context.ledger._entries.database["events"]
        # What a crash after the claim leaves: the claim unfinished, and no entry.
        await context.ledger._entries.delete_many({})
        await claims.update_many({}, {"$set": {"state": "CLAIMED"}})
        left = await context.events.unfinished(before=context.clock() + timedelta(seconds=1), limit=10)
        await asyncio.gather(finish_events(context, left), record(context, purchase()))
        entries = await context.ledger.since(member.id, 0)
        assert [entry.key for entry in entries] == ["event:shop|r-1#POINTS"]
        assert await context.events.unfinished(before=context.clock() + timedelta(1), limit=10) == []
