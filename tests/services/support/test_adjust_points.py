"""Staff correct points: small ones alone, large ones by two people, each once."""

import asyncio
from datetime import UTC, datetime

import pytest

from domain.actors import SYSTEM, Role
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.members.member import Member
from domain.program.earning import Expiry
from domain.program.program import AdjustmentReason
from domain.refusals import Code, InsufficientPoints, Refused
from domain.support.approval import Approval, ApprovalStatus
from mongo.client import Database
from services.context import Context
from services.identity import Identity
from services.ledger.poster import Posting
from services.program.publish_program import publish_program
from services.support.adjust_points import AdjustPoints, adjust_points
from services.support.decide_approval import DecideApproval, Decided, decide_approval
from tests.support.ledger import earning
from tests.support.members import a_member
from tests.support.programs import a_program

AGENT = Identity("agent-1", frozenset({Role.AGENT}))
SUPERVISOR = Identity("supervisor-1", frozenset({Role.SUPERVISOR}))
ANOTHER = Identity("supervisor-2", frozenset({Role.SUPERVISOR}))


@pytest.fixture
async def member(context: Context) -> Member:
    await publish_program(context, SYSTEM, a_program())
    member = a_member()
    await context.members.insert(member)
    await context.poster.post(Posting(member.id, "client:start", "", earning(100, key="client:start")))
    return member


async def adjust(context: Context, member: Member, points: int, key: str = "k1", who: Identity = AGENT, **more):  # type: ignore[no-untyped-def]
    fields = {"reason": "GOODWILL", "note": "The parcel was late", **more}
    return await adjust_points(context, who, AdjustPoints(member.id, points, key=key, **fields))


async def decide(
    context: Context, approval: Approval, *, approve: bool, key: str = "d1", who: Identity = SUPERVISOR
):  # type: ignore[no-untyped-def]
    return await decide_approval(context, who, DecideApproval(approval.id, approve, key, "Seen the photos"))


async def available(context: Context, member: Member) -> int:
    return (await context.ledger.head(member.id)).after.account("POINTS").available


class TestAdjustPoints:
    async def test_within_the_limit_an_agent_adjusts_alone(self, context: Context, member: Member) -> None:
        entry = await adjust(context, member, 500)
        assert isinstance(entry, Entry)
        assert (entry.kind, entry.points, entry.reason, entry.actor.id) == (
            EntryKind.ADJUST,
            500,
            "GOODWILL",
            "agent-1",
        )
        account = entry.after.account("POINTS")
        assert (account.available, account.earned, account.adjusted) == (600, 100, 500)

    async def test_the_note_stays_out_of_the_entry(self, context: Context, member: Member) -> None:
        entry = await adjust(context, member, 5)
        assert "parcel" not in repr(entry)

    async def test_it_is_no_activity_but_gives_a_date_where_there_is_none(
        self, context: Context, member: Member
    ) -> None:
        await publish_program(context, SYSTEM, a_program(expiry=Expiry(1, inactivity=True)))
        first = await adjust(context, member, 5)
        assert isinstance(first, Entry)
        assert first.after.account("POINTS").idle_at == datetime(2026, 8, 1, 4, tzinfo=UTC)
        await publish_program(context, SYSTEM, a_program(expiry=Expiry(2, inactivity=True)))
        second = await adjust(context, member, 5, "k2")
        assert isinstance(second, Entry)
        assert second.after.account("POINTS").idle_at == first.after.account("POINTS").idle_at

    async def test_taking_points_takes_no_more_than_there_are(self, context: Context, member: Member) -> None:
        assert isinstance(await adjust(context, member, -60), Entry)
        refused = await adjust(context, member, -41, "k2")
        assert isinstance(refused, InsufficientPoints)
        assert (refused.required, refused.available) == (41, 40)
        assert await available(context, member) == 40

    async def test_the_same_key_again_is_the_same_entry_and_with_other_input_a_conflict(
        self, context: Context, member: Member
    ) -> None:
        first = await adjust(context, member, 5)
        assert await adjust(context, member, 5) == first
        other = await adjust(context, member, 6)
        assert isinstance(other, Refused)
        assert other.code is Code.IDEMPOTENCY_CONFLICT
        assert await available(context, member) == 105

    @pytest.mark.parametrize(
        ("points", "more", "code", "path"),
        [
            (0, {}, Code.INVALID_INPUT, "points"),
            (10**9 + 1, {}, Code.INVALID_INPUT, "points"),
            (5, {"reason": "BECAUSE"}, Code.INVALID_INPUT, "reasonCode"),
            (5, {"note": " "}, Code.INVALID_INPUT, "note"),
            (5, {"currency": "GOLD"}, Code.INVALID_INPUT, "currency"),
            (5, {"expected_revision": 7}, Code.STALE_REVISION, "expectedRevision"),
            (5, {"key": ""}, Code.INVALID_INPUT, "idempotencyKey"),
        ],
    )
    async def test_a_refusal_changes_nothing(
        self, context: Context, member: Member, points: int, more: dict[str, object], code: Code, path: str
    ) -> None:
        refused = await adjust(context, member, points, **{"key": "k1", **more})
        assert isinstance(refused, Refused)
        assert (refused.code, refused.path) == (code, (path,))
        assert (await context.ledger.head(member.id)).seq == 1

    async def test_the_revision_that_the_agent_saw_is_accepted_while_it_stands(
        self, context: Context, member: Member
    ) -> None:
        assert isinstance(await adjust(context, member, 5, expected_revision=1), Entry)
        # The retry of what stands already is no new command, whatever the revision is by now.
        assert isinstance(await adjust(context, member, 5, expected_revision=1), Entry)

    async def test_a_retry_is_answered_though_the_programme_knows_the_reason_no_more(
        self, context: Context, member: Member
    ) -> None:
        entry, approval = await adjust(context, member, 5), await adjust(context, member, 501, "k2")
        await publish_program(context, SYSTEM, a_program(adjustment_reasons=(AdjustmentReason("OTHER", "Other"),)))
        assert await adjust(context, member, 5) == entry
        assert await adjust(context, member, 501, "k2") == approval
        refused = await adjust(context, member, 6, "k3")
        assert isinstance(refused, Refused)
        assert refused.path == ("reasonCode",)

    async def test_a_retry_is_answered_though_the_member_was_frozen_meanwhile(
        self, context: Context, member: Member, database: Database
    ) -> None:
        entry, approval = await adjust(context, member, 5), await adjust(context, member, 501, "k2")
        await database["members"].update_one({"_id": member.id}, {"$set": {"status": "FROZEN"}})
        assert await adjust(context, member, 5) == entry
        assert await adjust(context, member, 501, "k2") == approval
        refused = await adjust(context, member, 6, "k3")
        assert isinstance(refused, Refused)
        assert refused.code is Code.MEMBER_NOT_ACTIVE


class TestApprovals:
    async def test_above_the_limit_nothing_moves_until_a_second_person_approves(
        self, context: Context, member: Member
    ) -> None:
        approval = await adjust(context, member, 501)
        assert isinstance(approval, Approval)
        assert (approval.status, approval.points) == (ApprovalStatus.PENDING, 501)
        assert await adjust(context, member, 501) == approval
        assert await available(context, member) == 100
        decided = await decide(context, approval, approve=True)
        assert isinstance(decided, Decided)
        assert decided.approval.status is ApprovalStatus.APPROVED
        assert decided.entry is not None
        assert (decided.entry.points, decided.entry.actor.id) == (501, "supervisor-1")
        assert await available(context, member) == 601

    async def test_a_request_by_someone_who_looked_at_an_older_state_is_not_filed(
        self, context: Context, member: Member
    ) -> None:
        stale = await adjust(context, member, 501, expected_revision=7)
        assert isinstance(stale, Refused)
        assert (stale.code, stale.path) == (Code.STALE_REVISION, ("expectedRevision",))
        assert await context.approvals.page(ApprovalStatus.PENDING, first=9) == []
        assert isinstance(await adjust(context, member, 501, "k3", expected_revision=1), Approval)

    async def test_a_rejection_moves_nothing(self, context: Context, member: Member) -> None:
        approval = await adjust(context, member, 501)
        decided = await decide(context, approval, approve=False)
        assert isinstance(decided, Decided)
        assert (decided.approval.status, decided.entry) == (ApprovalStatus.REJECTED, None)
        assert await available(context, member) == 100

    async def test_nobody_approves_what_they_asked_for(self, context: Context, member: Member) -> None:
        approval = await adjust(context, member, 5_001, who=SUPERVISOR)
        assert isinstance(approval, Approval)
        refused = await decide(context, approval, approve=True)
        assert isinstance(refused, Refused)
        assert refused.code is Code.FORBIDDEN
        assert isinstance(await decide(context, approval, approve=True, who=ANOTHER), Decided)

    async def test_of_many_who_decide_at_once_one_does(self, context: Context, member: Member) -> None:
        approval = await adjust(context, member, 501)
        results = await asyncio.gather(
            *(decide(context, approval, approve=n % 2 == 0, key=f"d{n}", who=ANOTHER) for n in range(12))
        )
        decided = [result for result in results if isinstance(result, Decided)]
        refused = [result for result in results if isinstance(result, Refused)]
        assert len(decided) == 1
        assert {result.code for result in refused} == {Code.ALREADY_DECIDED}
        approved = decided[0].approval.status is ApprovalStatus.APPROVED
        assert await available(context, member) == (601 if approved else 100)

    async def test_the_same_decision_again_is_the_same_answer(self, context: Context, member: Member) -> None:
        approval = await adjust(context, member, 501)
        first, *others = await asyncio.gather(*(decide(context, approval, approve=True) for _ in range(5)))
        assert all(other == first for other in others)
        other = await decide(context, approval, approve=False)
        assert isinstance(other, Refused)
        assert other.code is Code.IDEMPOTENCY_CONFLICT
        assert await available(context, member) == 601

    async def test_an_approval_that_the_ledger_refuses_stays_pending(
        self, context: Context, member: Member
    ) -> None:
        await adjust(context, member, 450, "more")
        approval = await adjust(context, member, -520)
        assert isinstance(approval, Approval)
        await adjust(context, member, -100, "less")
        refused = await decide(context, approval, approve=True)
        assert isinstance(refused, InsufficientPoints)
        stored = (await context.approvals.get_many([approval.id]))[approval.id]
        assert (stored.status, stored.decision) == (ApprovalStatus.PENDING, None)
