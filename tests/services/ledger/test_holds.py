"""Points are set aside, spent in part or given back: once, in time, and by whoever comes first."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cache.client import Cache
from domain.actors import SYSTEM
from domain.ledger.holds import HoldStatus, hold_status
from domain.ledger.kinds import EntryKind
from domain.members.lookup import MemberLookup
from domain.members.member import Member
from domain.program.earning import Expiry
from domain.program.policies import Holds
from domain.refusals import Code, InsufficientPoints, LimitReached, Refused
from mongo.client import Client, Database, open_database
from runtime.wiring import build_context
from services.context import Context
from services.ledger.capture_points import CapturePoints, capture_points
from services.ledger.held import Held
from services.ledger.hold_points import HoldPoints, hold_points
from services.ledger.poster import Posting
from services.ledger.void_hold import VoidHold, void_hold
from services.program.publish_program import publish_program
from tests.support.house import NOON, Clock
from tests.support.ledger import earning
from tests.support.members import a_member
from tests.support.people import SHOP
from tests.support.programs import a_program
from tests.support.unchanged import unchanged


@pytest.fixture
async def member(context: Context) -> Member:
    await publish_program(context, SYSTEM, a_program())
    return await a_member_with(context, 100)


async def a_member_with(context: Context, points: int, number: int = 1) -> Member:
    member = a_member(number)
    await context.members.insert(member)
    await context.poster.post(Posting(member.id, "client:start", "", earning(points, key="client:start")))
    return member


async def hold(context: Context, member: Member, points: int = 60, key: str = "h", **more: Any) -> Held | Refused:
    fields = {"expires_in_seconds": 900} | more
    return await hold_points(context, SHOP, HoldPoints(MemberLookup(id=member.id), points, key=key, **fields))


async def held_of(context: Context, member: Member, points: int = 60, key: str = "h", **more: Any) -> Held:
    outcome = await hold(context, member, points, key, **more)
    assert isinstance(outcome, Held), outcome
    return outcome


async def capture(context: Context, hold: Held, points: int | None = None, key: str = "c") -> Held | Refused:
    command = CapturePoints(hold.opened.member, hold.opened.seq, key, points)
    return await capture_points(context, SHOP, command)


async def void(context: Context, hold: Held, key: str = "v") -> Held | Refused:
    return await void_hold(context, SHOP, VoidHold(hold.opened.member, hold.opened.seq, key))


async def account(context: Context, member: Member, currency: str = "POINTS") -> tuple[int, int, int]:
    """Available, held, redeemed."""
    account = (await context.ledger.head(member.id)).after.account(currency)
    return account.available, account.held, account.redeemed


def code_of(outcome: Held | Refused) -> Code:
    assert isinstance(outcome, Refused), outcome
    return outcome.code


class TestHoldPoints:
    async def test_held_points_cannot_be_held_again(self, context: Context, member: Member) -> None:
        first = await held_of(context, member, reference="basket-7")
        opened = first.opened
        assert (opened.kind, opened.points, opened.reference) == (EntryKind.HOLD, -60, "basket-7")
        assert opened.changes.hold == NOON + timedelta(seconds=900)
        assert await account(context, member) == (40, 60, 0)
        refused = await hold(context, member, 41, "h2")
        assert isinstance(refused, InsufficientPoints)
        assert (refused.required, refused.available) == (41, 40)

    async def test_each_currency_is_held_for_itself(self, context: Context, member: Member) -> None:
        assert code_of(await hold(context, member, 1, currency="MILES")) is Code.INSUFFICIENT_POINTS
        await held_of(context, member, 100)
        assert await account(context, member, "MILES") == (0, 0, 0)

    async def test_the_same_key_again_is_the_same_hold_and_with_other_input_a_conflict(
        self, context: Context, member: Member, database: Database
    ) -> None:
        first = await held_of(context, member)
        async with unchanged(database):
            assert await hold(context, member) == first
            for more in ({"points": 61}, {"expires_in_seconds": 901}, {"reference": "x"}, {"currency": "MILES"}):
                assert code_of(await hold(context, member, **more)) is Code.IDEMPOTENCY_CONFLICT

    async def test_a_retry_is_answered_though_the_programme_allows_shorter_holds_only(
        self, context: Context, member: Member
    ) -> None:
        first = await held_of(context, member, expires_in_seconds=3 * 86_400)
        await publish_program(context, SYSTEM, a_program(holds=Holds(2)))
        assert await held_of(context, member, expires_in_seconds=3 * 86_400) == first
        refused = await hold(context, member, 1, "h2", expires_in_seconds=3 * 86_400)
        assert code_of(refused) is Code.INVALID_INPUT

    async def test_another_members_key_is_another_key(self, context: Context, member: Member) -> None:
        other = await a_member_with(context, 100, 2)
        assert (await held_of(context, member)).opened.member == member.id
        assert (await held_of(context, other)).opened.member == other.id

    async def test_a_replay_says_what_has_become_of_the_hold(self, context: Context, member: Member) -> None:
        first = await held_of(context, member)
        await capture(context, first)
        again = await held_of(context, member)
        assert again.opened == first.opened
        assert again.closed_by
        assert again.closed_by.kind is EntryKind.CAPTURE

    @pytest.mark.parametrize(
        ("more", "code", "path"),
        [
            ({"points": 0}, Code.INVALID_INPUT, ("points",)),
            ({"points": -5}, Code.INVALID_INPUT, ("points",)),
            ({"expires_in_seconds": 0}, Code.INVALID_INPUT, ("expiresInSeconds",)),
            ({"expires_in_seconds": 2 * 86_400 + 1}, Code.INVALID_INPUT, ("expiresInSeconds",)),
            ({"currency": "GOLD"}, Code.INVALID_INPUT, ("currency",)),
            ({"reference": " "}, Code.INVALID_INPUT, ("reference",)),
            ({"reference": "x" * 201}, Code.INVALID_INPUT, ("reference",)),
            ({"reference": "a\nb"}, Code.INVALID_INPUT, ("reference",)),
            ({"key": " "}, Code.INVALID_INPUT, ("idempotencyKey",)),
            ({"points": 101}, Code.INSUFFICIENT_POINTS, ()),
        ],
    )
    async def test_a_refusal_changes_nothing(
        self, context: Context, member: Member, database: Database, more: dict[str, Any], code: Code, path: object
    ) -> None:
        await publish_program(context, SYSTEM, a_program(holds=Holds(2)))
        async with unchanged(database):
            refused = await hold(context, member, **more)
        assert isinstance(refused, Refused)
        assert (refused.code, refused.path) == (code, path)
        await held_of(context, member, expires_in_seconds=2 * 86_400)

    async def test_nobody_and_whoever_is_not_active_cannot_have_points_held(
        self, context: Context, member: Member, database: Database
    ) -> None:
        await database["members"].update_one({"_id": member.id}, {"$set": {"status": "FROZEN"}})
        async with unchanged(database):
            assert code_of(await hold(context, member)) is Code.MEMBER_NOT_ACTIVE
            assert code_of(await hold(context, a_member(9))) is Code.NOT_FOUND

    async def test_32_holds_are_open_at_most(self, context: Context, member: Member) -> None:
        for number in range(32):
            await held_of(context, member, 1, f"h{number}")
        refused = await hold(context, member, 1, "one more")
        assert isinstance(refused, LimitReached)
        assert refused.limit == 32


class TestCapturePoints:
    async def test_all_of_it_is_spent(self, context: Context, member: Member) -> None:
        opened = await held_of(context, member, reference="basket-7")
        captured = await capture(context, opened)
        assert isinstance(captured, Held)
        entry = captured.newest
        assert (entry.kind, entry.points, entry.reverses, entry.reference) == (EntryKind.CAPTURE, 0, 2, "basket-7")
        assert await account(context, member) == (40, 0, 60)

    async def test_what_is_not_spent_goes_back_at_once(self, context: Context, member: Member) -> None:
        captured = await capture(context, await held_of(context, member), 25)
        assert isinstance(captured, Held)
        assert captured.newest.points == 35
        assert await account(context, member) == (75, 0, 25)

    async def test_the_same_key_again_is_the_same_capture_and_with_other_input_a_conflict(
        self, context: Context, member: Member, database: Database
    ) -> None:
        opened = await held_of(context, member)
        first = await capture(context, opened, 25)
        async with unchanged(database):
            assert await capture(context, opened, 25) == first
            assert code_of(await capture(context, opened, 26)) is Code.IDEMPOTENCY_CONFLICT
            assert code_of(await void(context, opened, "c")) is Code.IDEMPOTENCY_CONFLICT

    async def test_a_refusal_changes_nothing(self, context: Context, member: Member, database: Database) -> None:
        opened = await held_of(context, member)
        elsewhere, nowhere = Held(replace(opened.opened, seq=1)), Held(replace(opened.opened, seq=99))
        async with unchanged(database):
            for points in (0, -1, 61):
                assert code_of(await capture(context, opened, points)) is Code.INVALID_INPUT
            assert code_of(await capture(context, opened, key="")) is Code.INVALID_INPUT
            for wrong in (elsewhere, nowhere):
                assert code_of(await capture(context, wrong)) is Code.NOT_FOUND
                assert code_of(await void(context, wrong)) is Code.NOT_FOUND

    async def test_a_closed_hold_is_closed(self, context: Context, member: Member, database: Database) -> None:
        captured, voided = await held_of(context, member, 10, "a"), await held_of(context, member, 20, "b")
        await capture(context, captured)
        await void(context, voided)
        async with unchanged(database):
            for closed in (captured, voided):
                assert code_of(await capture(context, closed, key="n")) is Code.HOLD_NOT_OPEN
                assert code_of(await void(context, closed, "n")) is Code.HOLD_NOT_OPEN

    async def test_past_its_end_a_hold_is_closed_whether_or_not_an_entry_says_so(
        self, context: Context, member: Member, database: Database, clock: Clock
    ) -> None:
        opened = await held_of(context, member)
        clock.advance(seconds=899)
        assert hold_status(opened.opened, None, clock.now) is HoldStatus.OPEN
        clock.advance(seconds=1)
        async with unchanged(database):
            assert code_of(await capture(context, opened)) is Code.HOLD_NOT_OPEN
            assert code_of(await void(context, opened)) is Code.HOLD_NOT_OPEN
        assert hold_status(opened.opened, None, clock.now) is HoldStatus.EXPIRED
        await held_of(context, member, 100, "all of them")
        again = await held_of(context, member)
        assert again.closed_by
        assert (again.closed_by.kind, again.closed_by.actor) == (EntryKind.VOID, SYSTEM)
        assert hold_status(again.opened, again.closed_by, clock.now) is HoldStatus.EXPIRED

    @pytest.mark.parametrize("status", ["FROZEN", "CLOSED"])
    async def test_what_was_promised_to_a_member_who_is_not_active_any_more_can_be_kept(
        self, context: Context, member: Member, database: Database, status: str
    ) -> None:
        first, second = await held_of(context, member, 10, "a"), await held_of(context, member, 20, "b")
        await database["members"].update_one({"_id": member.id}, {"$set": {"status": status}})
        assert isinstance(await capture(context, first), Held)
        assert isinstance(await void(context, second), Held)
        assert await account(context, member) == (90, 0, 10)

    async def test_spending_is_activity_and_setting_aside_is_none(self, context: Context, clock: Clock) -> None:
        await publish_program(context, SYSTEM, a_program(expiry=Expiry(1, inactivity=True)))
        member = await a_member_with(context, 100)
        opened = await held_of(context, member)
        assert opened.opened.after.account("POINTS").idle_at is None
        captured = await capture(context, opened, 10)
        assert isinstance(captured, Held)
        idle_at = captured.newest.after.account("POINTS").idle_at
        assert idle_at is not None
        assert idle_at.isoformat() == "2026-08-01T04:00:00+00:00"


class TestVoidHold:
    async def test_all_of_it_goes_back(self, context: Context, member: Member, database: Database) -> None:
        opened = await held_of(context, member)
        voided = await void(context, opened)
        assert isinstance(voided, Held)
        assert (voided.newest.kind, voided.newest.points, voided.newest.reverses) == (EntryKind.VOID, 60, 2)
        assert await account(context, member) == (100, 0, 0)
        async with unchanged(database):
            assert await void(context, opened) == voided


class TestRaces:
    async def test_of_two_captures_of_one_hold_in_two_processes_one_wins(
        self, context: Context, member: Member, database: Database, mongo_client: Client, cache: Cache
    ) -> None:
        other = build_context(open_database(mongo_client, database.name), cache, context.clock)
        for round in range(6):
            opened = await held_of(context, member, 10, f"h{round}")
            barrier = asyncio.Barrier(2)

            async def race(house: Context, opened: Held = opened, key: str = "", barrier: Any = barrier) -> Any:
                await barrier.wait()
                return await capture(house, opened, key=key)

            outcomes = await asyncio.gather(race(context, key=f"a{round}"), race(other, key=f"b{round}"))
            refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
            assert [one.code for one in refused] == [Code.HOLD_NOT_OPEN]
        assert await account(context, member) == (40, 0, 60)
        await other.poster.close()

    async def test_of_many_who_close_one_hold_one_does(self, context: Context, member: Member) -> None:
        opened = await held_of(context, member)
        outcomes = await asyncio.gather(
            *(
                capture(context, opened, 1 + n, f"c{n}") if n % 2 else void(context, opened, f"v{n}")
                for n in range(12)
            )
        )
        [closed] = [outcome for outcome in outcomes if isinstance(outcome, Held)]
        codes = {outcome.code for outcome in outcomes if isinstance(outcome, Refused)}
        assert codes == {Code.HOLD_NOT_OPEN}
        spent = closed.newest.changes.redeemed
        assert await account(context, member) == (100 - spent, 0, spent)
