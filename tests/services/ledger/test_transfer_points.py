"""Points go from one member to another: together, with their dates, within limits, and once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from cache.client import Cache
from domain.actors import SYSTEM, Actor, ActorKind
from domain.earning.events.intake import RecordEvent
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot
from domain.ledger.reversals import Spent
from domain.members.lookup import MemberLookup
from domain.members.member import Member
from domain.program.earning import EarningRule, Expiry
from domain.program.policies import Reversal, Transfers
from domain.refusals import Code, InsufficientPoints, LimitReached, Refused
from mongo.client import Client, Database, open_database
from runtime.wiring import build_context
from services.context import Context
from services.earning.record_events import Recorded, record_events
from services.ledger.poster import Posted, Posting
from services.ledger.transfer_points import TransferPoints, transfer_points
from services.program.publish_program import publish_program
from services.support.reverse_entry import ReverseEntry, reverse_entry
from tests.support.house import NOON, Clock
from tests.support.ledger import earning, redeeming
from tests.support.members import a_member
from tests.support.people import AGENT, SHOP
from tests.support.programs import REVIEW, SPEND, a_program
from tests.support.sound import sound
from tests.support.unchanged import unchanged

SOON = NOON + timedelta(days=10)
LATER = NOON + timedelta(days=300)
ANY = Transfers()


@pytest.fixture
async def ada(context: Context) -> Member:
    """Has 60 points that expire soon and 40 that expire later."""
    await allow(context)
    ada = await a_member_here(context, 1)
    await award(context, ada, 60, SOON, "client:a")
    await award(context, ada, 40, LATER, "client:b")
    return ada


@pytest.fixture
async def bob(context: Context, ada: Member) -> Member:
    return await a_member_here(context, 2)


async def allow(context: Context, transfers: Transfers | None = ANY, **changes: Any) -> None:
    await publish_program(context, SYSTEM, a_program(transfers=transfers, **changes))


async def a_member_here(context: Context, number: int) -> Member:
    member = a_member(number)
    await context.members.insert(member)
    return member


async def award(
    context: Context, member: Member, points: int, expires_at: Any = LATER, key: str = "client:a"
) -> None:
    decide = earning(points, key=key, expires_at=expires_at)
    assert isinstance(await context.poster.post(Posting(member.id, key, "0" * 32, decide)), Posted)


async def transfer(
    context: Context, sender: Member, to: Member, points: int = 70, key: str = "t", **more: Any
) -> Entry | Refused:
    command = TransferPoints(sender.id, MemberLookup(id=to.id), points, key, **more)
    return await transfer_points(context, Actor(ActorKind.MEMBER, sender.id), command)


async def lots(context: Context, member: Member, currency: str = "POINTS") -> tuple[Lot, ...]:
    entries = await sound(context.ledger, member.id)
    return entries[-1].after.account(currency).lots if entries else ()


async def available(context: Context, *members: Member) -> list[int]:
    return [sum(lot.points for lot in await lots(context, member)) for member in members]


def refused_as(outcome: Entry | Refused) -> tuple[Code, tuple[str, ...]]:
    assert isinstance(outcome, Refused), outcome
    return outcome.code, outcome.path


class TestTransferPoints:
    async def test_points_arrive_with_the_dates_they_had(self, context: Context, ada: Member, bob: Member) -> None:
        out = await transfer(context, ada, bob)
        assert isinstance(out, Entry)
        assert (out.kind, out.points, out.member) == (EntryKind.TRANSFER_OUT, -70, ada.id)
        assert await lots(context, ada) == (Lot(LATER, 30),)
        assert await lots(context, bob) == (Lot(SOON, 60), Lot(LATER, 10))
        [arrived] = await context.ledger.since(bob.id, 0)
        assert (arrived.kind, arrived.points, arrived.key) == (EntryKind.TRANSFER_IN, 70, f"in:{ada.id}:{out.key}")
        assert arrived.correlation == out.correlation
        assert arrived.reference == out.reference == f"transfer/{out.correlation}"
        assert arrived.actor == out.actor == Actor(ActorKind.MEMBER, ada.id)

    async def test_the_senders_entry_says_nothing_of_the_receiver(
        self, context: Context, ada: Member, bob: Member
    ) -> None:
        out = await transfer(context, ada, bob)
        assert bob.id not in repr(out)

    async def test_the_note_stands_beside_both_entries_and_in_neither(
        self, context: Context, ada: Member, bob: Member, database: Database
    ) -> None:
        out = await transfer(context, ada, bob, note="Happy birthday!")
        assert isinstance(out, Entry)
        notes = {note["_id"]: note["text"] for note in await database["notes"].find().to_list(None)}
        slots = [f"{ada.id}|{out.key}", f"{bob.id}|in:{ada.id}:{out.key}"]
        assert notes == dict.fromkeys(slots, "Happy birthday!")
        assert "birthday" not in repr(await database["entries"].find().to_list(None))

    async def test_each_currency_goes_for_itself(self, context: Context, ada: Member, bob: Member) -> None:
        stars = EarningRule("stars", "Stars", ("visit",), 5, currency="MILES")
        await allow(context, earning=(SPEND, REVIEW, stars))
        visit = RecordEvent("shop", "v1", "visit", MemberLookup(id=ada.id), context.clock())
        assert isinstance((await record_events(context, SHOP, [visit]))[0], Recorded)
        assert refused_as(await transfer(context, ada, bob, 6, currency="MILES"))[0] is Code.INSUFFICIENT_POINTS
        out = await transfer(context, ada, bob, 3, currency="MILES")
        assert isinstance(out, Entry)
        assert [lot.points for lot in await lots(context, bob, "MILES")] == [3]
        assert [lot.points for lot in await lots(context, ada, "MILES")] == [2]
        assert await available(context, ada, bob) == [100, 0]

    async def test_what_the_receiver_owes_is_paid_first(self, context: Context, ada: Member, bob: Member) -> None:
        await allow(context, reversal=Reversal(spent=Spent.MAY_GO_NEGATIVE))
        await award(context, bob, 50)
        await context.poster.post(Posting(bob.id, "client:s", "0" * 32, redeeming(50, key="client:s")))
        assert isinstance(
            await reverse_entry(context, AGENT, ReverseEntry(bob.id, 1, "GOODWILL", "client:r")), Entry
        )
        await transfer(context, ada, bob)
        account = (await sound(context.ledger, bob.id))[-1].after.account("POINTS")
        assert (account.debt, account.available, account.received) == (0, 20, 70)

    async def test_sending_and_receiving_are_activity(self, context: Context, ada: Member, bob: Member) -> None:
        await allow(context, expiry=Expiry(1, inactivity=True))
        await transfer(context, ada, bob)
        for member in (ada, bob):
            idle_at = (await context.ledger.head(member.id)).after.account("POINTS").idle_at
            assert idle_at is not None
            assert idle_at.isoformat() == "2026-08-01T04:00:00+00:00"


class TestKeys:
    async def test_the_same_key_again_is_the_same_entry_and_with_other_input_a_conflict(
        self, context: Context, ada: Member, bob: Member, database: Database
    ) -> None:
        eve = await a_member_here(context, 3)
        first = await transfer(context, ada, bob, note="For you")
        async with unchanged(database):
            assert await transfer(context, ada, bob, note="For you") == first
            for again in (
                transfer(context, ada, bob, 71, note="For you"),
                transfer(context, ada, bob, note="Not for you"),
                transfer(context, ada, bob),
                transfer(context, ada, eve, note="For you"),
                transfer(context, ada, bob, note="For you", currency="MILES"),
            ):
                assert refused_as(await again) == (Code.IDEMPOTENCY_CONFLICT, ("idempotencyKey",))

    async def test_another_members_key_is_another_key(self, context: Context, ada: Member, bob: Member) -> None:
        await transfer(context, ada, bob, 70)
        assert isinstance(await transfer(context, bob, ada, 70), Entry)
        assert await available(context, ada, bob) == [100, 0]

    async def test_a_retry_is_answered_whatever_has_happened_since(
        self, context: Context, ada: Member, bob: Member, database: Database
    ) -> None:
        first = await transfer(context, ada, bob, 100)
        await allow(context, None)
        await database["members"].update_many({}, {"$set": {"status": "FROZEN"}})
        assert await transfer(context, ada, bob, 100) == first


class TestRefusals:
    @pytest.mark.parametrize(
        ("points", "more", "code", "path"),
        [
            (0, {}, Code.INVALID_INPUT, ("points",)),
            (-5, {}, Code.INVALID_INPUT, ("points",)),
            (1, {}, Code.INVALID_INPUT, ("points",)),
            (101, {}, Code.INSUFFICIENT_POINTS, ()),
            (5, {"currency": "GOLD"}, Code.INVALID_INPUT, ("currency",)),
            (5, {"note": " "}, Code.INVALID_INPUT, ("note",)),
            (5, {"note": "x" * 201}, Code.INVALID_INPUT, ("note",)),
            (5, {"note": "a\nb"}, Code.INVALID_INPUT, ("note",)),
            (5, {"key": ""}, Code.INVALID_INPUT, ("idempotencyKey",)),
        ],
    )
    async def test_bad_input_changes_nothing(
        self,
        context: Context,
        ada: Member,
        bob: Member,
        database: Database,
        points: int,
        more: Any,
        code: Code,
        path: object,
    ) -> None:
        await allow(context, Transfers(min=2))
        async with unchanged(database):
            assert refused_as(await transfer(context, ada, bob, points, **more)) == (code, path)

    async def test_who_cannot_send_or_receive(
        self, context: Context, ada: Member, bob: Member, database: Database
    ) -> None:
        await database["members"].update_one({"_id": bob.id}, {"$set": {"status": "CLOSED"}})
        async with unchanged(database):
            assert refused_as(await transfer(context, ada, ada)) == (Code.INVALID_INPUT, ("to",))
            assert refused_as(await transfer(context, ada, a_member(9))) == (Code.NOT_FOUND, ("to",))
            closed = await transfer(context, ada, bob)
            assert refused_as(closed) == (Code.MEMBER_NOT_ACTIVE, ("to",))
            assert "closed" not in repr(closed)
            assert refused_as(await transfer(context, bob, ada)) == (Code.MEMBER_NOT_ACTIVE, ())

    async def test_who_has_no_points_to_send_does_not_learn_who_is_a_member(
        self, context: Context, ada: Member, bob: Member
    ) -> None:
        answers = [await transfer(context, ada, to, 101) for to in (bob, a_member(9))]
        assert answers[0] == answers[1]
        assert isinstance(answers[0], InsufficientPoints)

    async def test_a_programme_may_know_no_transfers(
        self, context: Context, ada: Member, bob: Member, database: Database
    ) -> None:
        await allow(context, None)
        async with unchanged(database):
            refused = await transfer(context, ada, bob)
        assert refused == Refused(
            Code.NOT_AVAILABLE_NOW, "Members of this programme cannot send points to each other."
        )

    async def test_an_account_that_is_full_of_dates_receives_nothing_and_tells_nothing(
        self, context: Context, ada: Member, bob: Member, database: Database
    ) -> None:
        for number in range(120):
            await award(context, bob, 1, LATER + timedelta(days=number + 1), f"client:{number}")
        async with unchanged(database):
            refused = await transfer(context, ada, bob)
        assert refused == Refused(Code.LIMIT_REACHED, "This member cannot receive so many points.", ("to",))


class TestLimits:
    async def test_one_transfer_and_all_of_them_have_limits(
        self, context: Context, ada: Member, bob: Member, database: Database
    ) -> None:
        await allow(context, Transfers(per_transfer=30, in_all=50))
        async with unchanged(database):
            refused = await transfer(context, ada, bob, 31)
        assert isinstance(refused, LimitReached)
        assert (refused.limit, refused.resets_at) == (30, None)
        await transfer(context, ada, bob, 30)
        refused = await transfer(context, ada, bob, 21, "t2")
        assert isinstance(refused, LimitReached)
        assert (refused.limit, refused.resets_at) == (50, None)

    async def test_the_limit_of_a_day_opens_again_when_the_programmes_day_ends(
        self, context: Context, ada: Member, bob: Member, clock: Clock
    ) -> None:
        await allow(context, Transfers(per_day=50))
        await transfer(context, ada, bob, 50)
        clock.now = NOON + timedelta(hours=15, minutes=59)  # 23:59 in New York
        refused = await transfer(context, ada, bob, 1, "t2")
        assert isinstance(refused, LimitReached)
        assert refused.limit == 50
        assert refused.resets_at
        assert refused.resets_at.isoformat() == "2026-06-16T04:00:00+00:00"
        clock.now = refused.resets_at
        assert isinstance(await transfer(context, ada, bob, 50, "t2"), Entry)


class TestRaces:
    async def test_the_limit_of_a_day_is_not_overrun_by_many_at_once(
        self, context: Context, ada: Member, bob: Member, database: Database, mongo_client: Client, cache: Cache
    ) -> None:
        await allow(context, Transfers(per_day=50))
        eve = await a_member_here(context, 3)
        other = build_context(open_database(mongo_client, database.name), cache, context.clock)
        barrier = asyncio.Barrier(20)

        async def race(number: int) -> Entry | Refused:
            await barrier.wait()
            return await transfer((context, other)[number % 2], ada, (bob, eve)[number % 3 > 0], 7, f"t{number}")

        outcomes = await asyncio.gather(*(race(number) for number in range(20)))
        assert sum(isinstance(outcome, Entry) for outcome in outcomes) == 7
        assert {outcome.code for outcome in outcomes if isinstance(outcome, Refused)} == {Code.LIMIT_REACHED}
        assert sum(await available(context, ada, bob, eve)) == 100
        assert (await available(context, ada)) == [51]
        await other.poster.close()

    async def test_one_key_of_many_retries_at_once_moves_points_once(
        self, context: Context, ada: Member, bob: Member, database: Database, mongo_client: Client, cache: Cache
    ) -> None:
        other = build_context(open_database(mongo_client, database.name), cache, context.clock)
        houses = (context, other)
        outcomes = await asyncio.gather(*(transfer(houses[n % 2], ada, bob, 30) for n in range(20)))
        entries = [outcome for outcome in outcomes if isinstance(outcome, Entry)]
        assert len(entries) == 20
        assert {entry.seq for entry in entries} == {3}
        assert len({entry.hash for entry in entries}) == 1
        assert await available(context, ada, bob) == [70, 30]
        await other.poster.close()

    async def test_points_are_conserved_when_members_send_to_each_other_at_once(
        self, context: Context, ada: Member, bob: Member
    ) -> None:
        await award(context, bob, 100)
        pairs = [(ada, bob), (bob, ada)]
        outcomes = await asyncio.gather(*(transfer(context, *pairs[n % 2], 1 + n, f"t{n}") for n in range(16)))
        assert all(isinstance(outcome, Entry) for outcome in outcomes)
        assert sum(await available(context, ada, bob)) == 200
        accounts = [(await context.ledger.head(one.id)).after.account("POINTS") for one in (ada, bob)]
        assert (accounts[0].sent, accounts[0].received) == (accounts[1].received, accounts[1].sent) == (64, 72)
