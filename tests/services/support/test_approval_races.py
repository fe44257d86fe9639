"""Two people, one key, moving limits: an adjustment has one effect whatever happens around it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import SYSTEM, Role
from domain.ledger.entry import Entry
from domain.members.member import Member
from domain.program.earning import Expiry, Grain
from domain.program.program import AdjustmentLimits
from domain.refusals import Code, Refused
from domain.support.approval import Approval, ApprovalStatus
from services.context import Context
from services.identity import Identity
from services.program.publish_program import publish_program
from services.support.adjust_points import AdjustPoints, adjust_points
from services.support.decide_approval import DecideApproval, Decided, decide_approval
from tests.support.house import Clock
from tests.support.members import a_member
from tests.support.programs import a_program

AGENT = Identity("agent-1", frozenset({Role.AGENT}))
SUPERVISOR = Identity("supervisor-1", frozenset({Role.SUPERVISOR}))
ADMIN = Identity("admin-1", frozenset({Role.ADMIN}))


@pytest.fixture
async def member(context: Context) -> Member:
    await with_limit(context, 500)
    member = a_member()
    await context.members.insert(member)
    return member


async def with_limit(context: Context, agent: int) -> None:
    program = a_program(adjustment_limits=AdjustmentLimits(agent, 5_000, None), expiry=Expiry(1, Grain.MONTH))
    await publish_program(context, SYSTEM, program)


def adjustment(member: Member, points: int = 400) -> AdjustPoints:
    return AdjustPoints(member.id, points, "GOODWILL", "The parcel was late", "k1")


async def available(context: Context, member: Member) -> int:
    return (await context.ledger.head(member.id)).after.account("POINTS").available


class TestMovingLimits:
    async def test_posted_alone_stays_posted_when_the_limit_falls(self, context: Context, member: Member) -> None:
        first = await adjust_points(context, AGENT, adjustment(member))
        await with_limit(context, 100)
        assert isinstance(first, Entry)
        assert await adjust_points(context, AGENT, adjustment(member)) == first
        assert await available(context, member) == 400

    async def test_waiting_for_approval_stays_waiting_when_the_limit_rises(
        self, context: Context, member: Member
    ) -> None:
        await with_limit(context, 100)
        first = await adjust_points(context, AGENT, adjustment(member))
        await with_limit(context, 500)
        assert isinstance(first, Approval)
        assert await adjust_points(context, AGENT, adjustment(member)) == first
        assert await available(context, member) == 0

    async def test_one_key_of_two_people_with_other_limits_has_one_effect(
        self, context: Context, member: Member
    ) -> None:
        command = adjustment(member, 700)
        results = await asyncio.gather(*(adjust_points(context, who, command) for who in (AGENT, ADMIN) * 5))
        for approval in {result.id: result for result in results if isinstance(result, Approval)}.values():
            await decide_approval(context, SUPERVISOR, DecideApproval(approval.id, True, "d1"))
        assert await available(context, member) in {0, 700}


class TestDeciding:
    async def test_approved_later_it_expires_by_the_day_it_was_approved(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        approval = await adjust_points(context, AGENT, adjustment(member, 700))
        assert isinstance(approval, Approval)
        clock.advance(days=100)
        decided = await decide_approval(context, SUPERVISOR, DecideApproval(approval.id, True, "d1"))
        assert isinstance(decided, Decided)
        assert decided.entry
        [lot] = decided.entry.after.account("POINTS").lots
        assert lot.expires_at
        assert lot.expires_at > clock.now + timedelta(days=28)

    async def test_yes_and_no_at_once_have_one_outcome(self, context: Context, member: Member) -> None:
        approvals = []
        for number in range(6):
            command = replace(adjustment(member, 700), key=f"k{number}")
            approval = await adjust_points(context, AGENT, command)
            assert isinstance(approval, Approval)
            approvals.append(approval)

        async def race(id: str) -> list[Decided | Refused]:
            return await asyncio.gather(
                decide_approval(context, SUPERVISOR, DecideApproval(id, True, "yes")),
                decide_approval(context, ADMIN, DecideApproval(id, False, "no")),
            )

        results = await asyncio.gather(*(race(approval.id) for approval in approvals))
        approved = 0
        for pair in results:
            [decided] = [result for result in pair if isinstance(result, Decided)]
            [refused] = [result for result in pair if isinstance(result, Refused)]
            assert refused.code is Code.ALREADY_DECIDED
            approved += decided.approval.status is ApprovalStatus.APPROVED
        assert await available(context, member) == 700 * approved

    async def test_a_note_too_long_to_read_is_refused(self, context: Context, member: Member) -> None:
        approval = await adjust_points(context, AGENT, adjustment(member, 700))
        assert isinstance(approval, Approval)
        refused = await decide_approval(context, SUPERVISOR, DecideApproval(approval.id, True, "d1", "x" * 1_001))
        assert isinstance(refused, Refused)
        assert (refused.code, refused.path) == (Code.INVALID_INPUT, ("note",))
        assert await available(context, member) == 0
