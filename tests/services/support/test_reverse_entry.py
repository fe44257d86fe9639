"""Staff undo postings: what is left of them, by the programme's policies, alone or by two people, each once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cache.client import Cache
from domain.actors import SYSTEM
from domain.ledger.decide import earn_later
from domain.ledger.entry import AwardLine, Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot, Pending
from domain.ledger.reversals import Spent
from domain.members.lookup import MemberLookup
from domain.members.member import Member
from domain.program.policies import Lapsed, Reversal
from domain.program.program import Program
from domain.program.rewards import Reward, RewardKind
from domain.refusals import Code, Refused
from domain.rewards.redemption import Redemption, RedemptionStatus
from domain.support.approval import Approval, ApprovalKind, ApprovalStatus
from domain.support.correction import EntryReversal
from mongo.client import Client, Database, open_database
from runtime.wiring import build_context
from services.context import Context
from services.identity import Identity
from services.ledger.capture_points import CapturePoints, capture_points
from services.ledger.held import Held
from services.ledger.hold_points import HoldPoints, hold_points
from services.ledger.poster import Posted, Posting
from services.program.publish_program import publish_program
from services.rewards.redeem_reward import Redeemed, RedeemReward, redeem_reward
from services.support.adjust_points import AdjustPoints, adjust_points
from services.support.decide_approval import DecideApproval, Decided, decide_approval
from services.support.reverse_entry import ReverseEntry, reverse_entry
from tests.support.house import NOON, Clock
from tests.support.ledger import SHOP, earning, redeeming
from tests.support.members import a_member
from tests.support.people import ADMIN, AGENT, SUPERVISOR, as_member, buy
from tests.support.programs import a_program
from tests.support.sound import sound
from tests.support.unchanged import unchanged

SOON = NOON + timedelta(days=10)
MUG = Reward("mug", "A mug", RewardKind.GOODS, 100, stock=20)


@pytest.fixture
async def member(context: Context) -> Member:
    await publish(context)
    member = a_member()
    await context.members.insert(member)
    return member


async def publish(context: Context, **changes: Any) -> Program:
    program = a_program(**({"rewards": (MUG,)} | changes))
    await publish_program(context, SYSTEM, program)
    return program


async def award(context: Context, member: Member, points: int, key: str = "client:a", **more: Any) -> Entry:
    posted = await context.poster.post(Posting(member.id, key, "0" * 32, earning(points, key=key, **more)))
    assert isinstance(posted, Posted), posted
    return posted.entry


async def spend(context: Context, member: Member, points: int, key: str = "client:s") -> Entry:
    posted = await context.poster.post(Posting(member.id, key, "0" * 32, redeeming(points, key=key)))
    assert isinstance(posted, Posted), posted
    return posted.entry


async def reverse(
    context: Context, entry: Entry, points: int | None = None, key: str = "r", who: Identity = AGENT, **more: Any
) -> Entry | Approval | Refused:
    fields: dict[str, Any] = {"reason": "GOODWILL", "note": "The parcel came back"} | more
    command = ReverseEntry(entry.member, entry.seq, key=key, points=points, **fields)
    return await reverse_entry(context, who, command)


async def reversed_by(context: Context, entry: Entry, points: int | None = None, key: str = "r") -> Entry:
    outcome = await reverse(context, entry, points, key)
    assert isinstance(outcome, Entry), outcome
    return outcome


async def figures(context: Context, member: Member) -> tuple[int, int, int, int]:
    """Available, reversed, redeemed and owed."""
    account = (await sound(context.ledger, member.id))[-1].after.account("POINTS")
    return account.available, account.reversed, account.redeemed, account.debt


def code_of(outcome: Entry | Approval | Refused) -> Code:
    assert isinstance(outcome, Refused), outcome
    return outcome.code


class TestAwards:
    async def test_an_unspent_award_is_taken_back_from_its_own_lot(self, context: Context, member: Member) -> None:
        other = await award(context, member, 50, "client:o", expires_at=SOON)
        given = await award(context, member, 100)
        entry = await reversed_by(context, given)
        assert (entry.kind, entry.points, entry.reverses, entry.reason) == (EntryKind.REVERSE, -100, 2, "GOODWILL")
        assert entry.after.account("POINTS").lots == (Lot(SOON, other.points),)
        assert entry.lines == (AwardLine("reversal", 2, -100, "Taken back by staff: Goodwill"),)
        assert entry.actor.id == "agent-1"
        assert await figures(context, member) == (50, 100, 0, 0)

    async def test_part_by_part_no_more_than_was_given(
        self, context: Context, member: Member, database: Database
    ) -> None:
        given = await award(context, member, 100)
        await reversed_by(context, given, 30, "r1")
        async with unchanged(database):
            assert code_of(await reverse(context, given, 71, "r2")) is Code.INVALID_INPUT
        assert (await reversed_by(context, given, None, "r2")).points == -70
        async with unchanged(database):
            assert code_of(await reverse(context, given, None, "r3")) is Code.ALREADY_REVERSED
            assert code_of(await reverse(context, given, 1, "r3")) is Code.ALREADY_REVERSED
        assert await figures(context, member) == (0, 100, 0, 0)

    @pytest.mark.parametrize(
        ("policy", "points", "figured"),
        [
            (Spent.ONLY_UNSPENT, 0, (10, 0, 120, 0)),
            (Spent.WITHIN_BALANCE, -10, (0, 10, 120, 0)),
            (Spent.MAY_GO_NEGATIVE, -100, (-90, 100, 120, 90)),
        ],
    )
    async def test_what_was_spent_of_it_goes_by_the_policy(
        self, context: Context, member: Member, policy: Spent, points: int, figured: tuple[int, int, int, int]
    ) -> None:
        await publish(context, reversal=Reversal(spent=policy))
        given = await award(context, member, 100)
        await award(context, member, 30, "client:b")
        await spend(context, member, 120)
        assert (await reversed_by(context, given)).points == points
        assert await figures(context, member) == figured
        assert code_of(await reverse(context, given, None, "again")) is Code.ALREADY_REVERSED

    async def test_what_has_expired_of_it_is_not_taken_twice(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        await publish(context, reversal=Reversal(spent=Spent.MAY_GO_NEGATIVE))
        given = await award(context, member, 100, expires_at=SOON)
        await award(context, member, 30, "client:b")
        clock.advance(days=20)
        assert (await reversed_by(context, given)).points == 0
        assert await figures(context, member) == (30, 0, 0, 0)

    async def test_an_award_that_waits_is_taken_back_while_it_does(self, context: Context, member: Member) -> None:
        def decide(head: Head, at: Any) -> Draft:
            changes = earn_later(head.after.account("POINTS"), Pending(SOON, None, 80))
            assert not isinstance(changes, Refused)
            lines = (AwardLine("base", 1, 80, "80 points"),)
            return Draft("client:w", "0" * 32, "POINTS", EntryKind.PENDING, changes, SHOP, at, at, lines=lines)

        waiting = await context.poster.post(Posting(member.id, "client:w", "0" * 32, decide))
        assert isinstance(waiting, Posted)
        entry = await reversed_by(context, waiting.entry, 30)
        assert (entry.points, entry.changes.waiting) == (0, -30)
        assert entry.after.account("POINTS").waiting == 50
        assert await figures(context, member) == (0, 30, 0, 0)

    async def test_what_no_longer_qualifies_costs_the_tier(self, context: Context, member: Member) -> None:
        bought = await buy(context, member, "1000.00", id="o1")
        assert bought.after.tier
        assert bought.after.tier.code == "silver"
        entry = await reverse(context, bought, who=ADMIN)
        assert isinstance(entry, Entry)
        assert entry.after.qualifying == {"2026": 0}
        assert entry.after.tier
        assert entry.after.tier.code == "bronze"
        assert entry.reference == "shop/o1"

    async def test_each_currency_is_reversed_for_itself(self, context: Context, member: Member) -> None:
        await award(context, member, 100)
        given = await adjust_points(context, AGENT, AdjustPoints(member.id, 40, "GOODWILL", "n", "g", "MILES"))
        assert isinstance(given, Entry)
        entry = await reversed_by(context, given, 15)
        accounts = entry.after.accounts
        assert (entry.currency, entry.points) == ("MILES", -15)
        assert (accounts["MILES"].available, accounts["POINTS"].available) == (25, 100)

    async def test_what_staff_gave_is_taken_back(self, context: Context, member: Member) -> None:
        given = await adjust_points(context, AGENT, AdjustPoints(member.id, 40, "GOODWILL", "n", "g"))
        assert isinstance(given, Entry)
        assert (await reversed_by(context, given)).points == -40
        assert (await context.ledger.head(member.id)).after.account("POINTS").adjusted == 0
        assert await figures(context, member) == (0, 0, 0, 0)


class TestDebits:
    async def redemption(self, context: Context, member: Member, key: str = "k") -> tuple[Redemption, Entry]:
        command = RedeemReward(member.id, "mug", key)
        outcome = await redeem_reward(context, as_member(member).actor(), command)
        assert isinstance(outcome, Redeemed), outcome
        return outcome.redemption, outcome.entry

    async def stored(self, context: Context, redemption: Redemption) -> Redemption:
        return (await context.redemptions.get_many([redemption.id]))[redemption.id]

    async def test_all_points_of_a_redemption_go_back_to_their_lots_and_cancel_it(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        await award(context, member, 60, expires_at=SOON)
        await award(context, member, 60, "client:b")
        before = (await context.ledger.head(member.id)).after.account("POINTS").lots
        redemption, debit = await self.redemption(context, member)
        clock.advance(days=1)
        entry = await reversed_by(context, debit)
        assert (entry.points, entry.reverses, entry.reference) == (100, 3, f"redemption/{redemption.id}")
        assert entry.after.account("POINTS").lots == before
        assert await figures(context, member) == (120, 0, 0, 0)
        cancelled = await self.stored(context, redemption)
        assert cancelled == replace(
            redemption,
            status=RedemptionStatus.CANCELLED,
            returned=100,
            updated_at=clock.now,
            untold=("CANCELLED",),
            revision=1,
        )
        assert (await context.rewards.get_many(["mug"]))["mug"].stock == 19

    async def test_a_part_of_its_points_leaves_it_and_the_last_part_cancels_it(
        self, context: Context, member: Member
    ) -> None:
        await award(context, member, 100)
        redemption, debit = await self.redemption(context, member)
        await reversed_by(context, debit, 30, "r1")
        assert await self.stored(context, redemption) == replace(redemption, returned=30, revision=1)
        await reversed_by(context, debit, None, "r2")
        assert (await self.stored(context, redemption)).status is RedemptionStatus.CANCELLED
        assert await figures(context, member) == (100, 0, 0, 0)

    async def test_a_redemption_that_was_used_stays_so(
        self, context: Context, member: Member, database: Database
    ) -> None:
        await award(context, member, 100)
        redemption, debit = await self.redemption(context, member)
        await database["redemptions"].update_one({"_id": redemption.id}, {"$set": {"status": "USED"}})
        await reversed_by(context, debit)
        assert await self.stored(context, redemption) == replace(
            redemption, status=RedemptionStatus.USED, returned=100, revision=1
        )

    @pytest.mark.parametrize(
        ("policy", "lots"),
        [
            (Reversal(expired=Lapsed.EXTENDED, extend_days=30), [("2026-08-05T04:00:00+00:00", 100)]),
            (Reversal(expired=Lapsed.LOST), []),
        ],
    )
    async def test_points_whose_date_has_passed_are_extended_or_lost(
        self, context: Context, member: Member, clock: Clock, policy: Reversal, lots: list[tuple[str, int]]
    ) -> None:
        await publish(context, reversal=policy)
        await award(context, member, 100, expires_at=SOON)
        _, debit = await self.redemption(context, member)
        clock.advance(days=20)
        await reversed_by(context, debit)
        await award(context, member, 1, "client:then", expires_at=None)
        account = (await sound(context.ledger, member.id))[-1].after.account("POINTS")
        assert [(lot.expires_at.isoformat(), lot.points) for lot in account.lots if lot.expires_at] == lots
        assert account.expired == (0 if lots else 100)

    async def test_a_capture_is_given_back(self, context: Context, member: Member) -> None:
        await award(context, member, 100)
        # Whatever a service calls its hold, it is no redemption.
        redemption, _ = await self.redemption(context, member)
        await award(context, member, 100, "client:b")
        lookup = MemberLookup(id=member.id)
        command = HoldPoints(lookup, 60, 900, "h", reference=f"redemption/{redemption.id}")
        held = await hold_points(context, SHOP, command)
        assert isinstance(held, Held)
        captured = await capture_points(context, SHOP, CapturePoints(member.id, held.opened.seq, "c", 50))
        assert isinstance(captured, Held)
        assert (await reversed_by(context, captured.newest, 20)).points == 20
        assert await figures(context, member) == (70, 0, 130, 0)
        assert await self.stored(context, redemption) == redemption

    async def test_what_staff_took_is_given_back(self, context: Context, member: Member) -> None:
        await award(context, member, 100)
        taken = await adjust_points(context, AGENT, AdjustPoints(member.id, -40, "GOODWILL", "n", "g"))
        assert isinstance(taken, Entry)
        assert (await reversed_by(context, taken)).points == 40
        assert await figures(context, member) == (100, 0, 0, 0)

    async def test_what_is_owed_is_paid_first(self, context: Context, member: Member) -> None:
        await publish(context, reversal=Reversal(spent=Spent.MAY_GO_NEGATIVE))
        given = await award(context, member, 100)
        _, debit = await self.redemption(context, member)
        await reversed_by(context, given, 70, "r1")
        assert await figures(context, member) == (-70, 70, 100, 70)
        await reversed_by(context, debit, None, "r2")
        assert await figures(context, member) == (30, 70, 0, 0)


class TestRefusals:
    async def test_each_changes_nothing(self, context: Context, member: Member, database: Database) -> None:
        given = await award(context, member, 100)
        held = await hold_points(context, SHOP, HoldPoints(MemberLookup(id=member.id), 10, 900, "h"))
        assert isinstance(held, Held)
        undone = await reversed_by(context, given, 5, "before")
        cases: list[tuple[Entry, dict[str, Any], Code, str]] = [
            (given, {"points": 0}, Code.INVALID_INPUT, "points"),
            (given, {"points": -5}, Code.INVALID_INPUT, "points"),
            (given, {"points": 96}, Code.INVALID_INPUT, "points"),
            (given, {"reason": "BECAUSE"}, Code.INVALID_INPUT, "reasonCode"),
            (given, {"note": " "}, Code.INVALID_INPUT, "note"),
            (given, {"note": "x" * 1_001}, Code.INVALID_INPUT, "note"),
            (given, {"key": ""}, Code.INVALID_INPUT, "idempotencyKey"),
            (held.opened, {}, Code.INVALID_INPUT, "entryId"),
            (undone, {}, Code.INVALID_INPUT, "entryId"),
            (replace(given, seq=99), {}, Code.NOT_FOUND, "entryId"),
            (replace(given, member="nobody"), {}, Code.NOT_FOUND, "entryId"),
        ]
        for entry, more, code, path in cases:
            async with unchanged(database):
                refused = await reverse(context, entry, **more)
            assert isinstance(refused, Refused), more
            assert (refused.code, refused.path) == (code, (path,)), more

    async def test_it_says_what_to_do_instead(self, context: Context, member: Member) -> None:
        await award(context, member, 100)
        held = await hold_points(context, SHOP, HoldPoints(MemberLookup(id=member.id), 10, 900, "h"))
        assert isinstance(held, Held)
        refused = await reverse(context, held.opened)
        assert isinstance(refused, Refused)
        assert refused.message == "A hold is not reversed: void it."

    async def test_the_same_key_again_is_the_same_entry_and_with_other_input_a_conflict(
        self, context: Context, member: Member, database: Database
    ) -> None:
        given = await award(context, member, 100)
        first = await reverse(context, given, 30)
        async with unchanged(database):
            assert await reverse(context, given, 30) == first
            assert code_of(await reverse(context, given, 31)) is Code.IDEMPOTENCY_CONFLICT
            assert code_of(await reverse(context, given, 30, note=None)) is Code.IDEMPOTENCY_CONFLICT
            adjusting = AdjustPoints(member.id, 30, "GOODWILL", "The parcel came back", "r")
            assert code_of(await adjust_points(context, AGENT, adjusting)) is Code.IDEMPOTENCY_CONFLICT

    async def test_another_members_key_is_another_key(self, context: Context, member: Member) -> None:
        other = a_member(2)
        await context.members.insert(other)
        for one in (member, other):
            assert (await reversed_by(context, await award(context, one, 100))).member == one.id

    @pytest.mark.parametrize("status", ["FROZEN", "CLOSED"])
    async def test_the_members_status_does_not_keep_what_was_wrong(
        self, context: Context, member: Member, database: Database, status: str
    ) -> None:
        given = await award(context, member, 600)
        await database["members"].update_one({"_id": member.id}, {"$set": {"status": status}})
        await reversed_by(context, given, 50)
        approval = await reverse(context, given, None, "rest")
        assert isinstance(approval, Approval)
        decided = await decide_approval(context, SUPERVISOR, DecideApproval(approval.id, True, "d"))
        assert isinstance(decided, Decided)
        assert await figures(context, member) == (0, 600, 0, 0)

    async def test_the_note_stays_beside_the_entry(
        self, context: Context, member: Member, database: Database
    ) -> None:
        entry = await reversed_by(context, await award(context, member, 100))
        assert "parcel" not in repr(entry)
        [note] = await database["notes"].find().to_list(None)
        assert (note["_id"], note["text"]) == (f"{member.id}|{entry.key}", "The parcel came back")


class TestApprovals:
    async def test_above_the_limit_nothing_moves_until_a_second_person_approves(
        self, context: Context, member: Member
    ) -> None:
        given = await award(context, member, 600)
        approval = await reverse(context, given)
        assert isinstance(approval, Approval)
        assert (approval.kind, approval.points, approval.currency) == (ApprovalKind.REVERSAL, -600, "POINTS")
        assert approval.what == EntryReversal(1, 600)
        assert await reverse(context, given) == approval
        assert await figures(context, member) == (600, 0, 0, 0)
        decided = await decide_approval(context, SUPERVISOR, DecideApproval(approval.id, True, "d", "Yes"))
        assert isinstance(decided, Decided)
        assert decided.entry
        assert (decided.entry.points, decided.entry.reverses, decided.entry.actor.id) == (-600, 1, "super-1")
        assert await reverse(context, given) == decided.approval
        assert await figures(context, member) == (0, 600, 0, 0)

    async def test_the_limit_is_of_what_is_reversed_and_not_of_the_entry(
        self, context: Context, member: Member
    ) -> None:
        given = await award(context, member, 600)
        assert isinstance(await reverse(context, given, 500, "r1"), Entry)
        assert isinstance(await reverse(context, given, 100, "r2"), Entry)

    async def test_a_redemption_is_cancelled_when_it_is_approved(self, context: Context, member: Member) -> None:
        await publish(context, rewards=(replace(MUG, cost=600),))
        await award(context, member, 600)
        redeemed = await redeem_reward(context, as_member(member).actor(), RedeemReward(member.id, "mug", "k"))
        assert isinstance(redeemed, Redeemed)
        approval = await reverse(context, redeemed.entry)
        assert isinstance(approval, Approval)
        assert approval.points == 600
        await decide_approval(context, SUPERVISOR, DecideApproval(approval.id, True, "d"))
        stored = (await context.redemptions.get_many([redeemed.redemption.id]))[redeemed.redemption.id]
        assert stored.status is RedemptionStatus.CANCELLED

    async def test_what_was_reversed_meanwhile_is_refused_and_stays_pending(
        self, context: Context, member: Member, database: Database
    ) -> None:
        given = await award(context, member, 600)
        approval = await reverse(context, given)
        assert isinstance(approval, Approval)
        await reverse(context, given, 100, "meanwhile")
        async with unchanged(database):
            refused = await decide_approval(context, SUPERVISOR, DecideApproval(approval.id, True, "d"))
        assert isinstance(refused, Refused)
        assert (refused.code, refused.message) == (
            Code.INVALID_INPUT,
            "500 points of the entry are left to reverse.",
        )
        [stored] = await context.approvals.page(ApprovalStatus.PENDING, first=9)
        assert stored == approval


class TestRaces:
    async def test_reversals_of_one_award_in_two_processes_never_take_more_than_was_given(
        self, context: Context, member: Member, database: Database, mongo_client: Client, cache: Cache
    ) -> None:
        given = await award(context, member, 100)
        await award(context, member, 500, "client:b")
        other = build_context(open_database(mongo_client, database.name), cache, context.clock)
        barrier = asyncio.Barrier(12)

        async def race(number: int) -> Entry | Approval | Refused:
            await barrier.wait()
            return await reverse((context, other)[number % 2], given, 30, f"r{number}")

        outcomes = await asyncio.gather(*(race(number) for number in range(12)))
        assert sum(isinstance(outcome, Entry) for outcome in outcomes) == 3
        codes = {outcome.code for outcome in outcomes if isinstance(outcome, Refused)}
        assert codes == {Code.INVALID_INPUT}
        assert await figures(context, member) == (510, 90, 0, 0)
        await other.poster.close()

    async def test_of_two_who_reverse_all_of_it_at_once_one_does(
        self, context: Context, member: Member, database: Database, mongo_client: Client, cache: Cache
    ) -> None:
        given = await award(context, member, 100)
        other = build_context(open_database(mongo_client, database.name), cache, context.clock)
        barrier = asyncio.Barrier(2)

        async def race(house: Context, key: str) -> Entry | Approval | Refused:
            await barrier.wait()
            return await reverse(house, given, None, key)

        outcomes = await asyncio.gather(race(context, "a"), race(other, "b"))
        assert [outcome.code for outcome in outcomes if isinstance(outcome, Refused)] == [Code.ALREADY_REVERSED]
        assert await figures(context, member) == (0, 100, 0, 0)
        await other.poster.close()
