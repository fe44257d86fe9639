"""Staff extend points and give back expired ones: alone or by two people, each once, and for active members."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.ledger.entry import Entry
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot
from domain.members.member import Member
from domain.program.earning import Expiry
from domain.refusals import Code, Refused
from domain.support.approval import Approval, ApprovalKind
from mongo.client import Database
from services.context import Context
from services.ledger.poster import Posted, Posting
from services.program.publish_program import publish_program
from services.support.decide_approval import DecideApproval, Decided, decide_approval
from services.support.extend_points import ExtendPoints, extend_points
from services.support.reinstate_points import ReinstatePoints, reinstate_points
from tests.support.house import NOON, Clock
from tests.support.ledger import earning
from tests.support.members import a_member
from tests.support.people import AGENT, SUPERVISOR
from tests.support.programs import a_program
from tests.support.sound import sound
from tests.support.unchanged import unchanged

SOON = NOON + timedelta(days=10)
CHRISTMAS = date(2026, 12, 25)
AFTER_CHRISTMAS = datetime(2026, 12, 26, 5, tzinfo=UTC)
"""As the day after begins in New York."""
EARNED_NOW = datetime(2027, 7, 1, 4, tzinfo=UTC)


@pytest.fixture
async def member(context: Context) -> Member:
    await publish_program(context, SYSTEM, a_program())
    member = a_member()
    await context.members.insert(member)
    await award(context, member, 100, SOON)
    return member


async def award(
    context: Context, member: Member, points: int, expires_at: datetime, key: str = "client:a"
) -> None:
    decide = earning(points, key=key, expires_at=expires_at)
    assert isinstance(await context.poster.post(Posting(member.id, key, "0" * 32, decide)), Posted)


async def extend(context: Context, member: Member, **more: Any) -> Entry | Approval | Refused:
    fields: dict[str, Any] = {
        "expires_at": SOON,
        "until": CHRISTMAS,
        "reason": "GOODWILL",
        "note": "Was ill",
        "key": "k",
    } | more
    return await extend_points(context, AGENT, ExtendPoints(member.id, **fields))


async def reinstate(context: Context, member: Member, points: int = 60, **more: Any) -> Entry | Approval | Refused:
    fields: dict[str, Any] = {"reason": "GOODWILL", "note": "Was ill", "key": "k"} | more
    return await reinstate_points(context, AGENT, ReinstatePoints(member.id, points, **fields))


async def lots(context: Context, member: Member) -> tuple[Lot, ...]:
    return (await sound(context.ledger, member.id))[-1].after.account("POINTS").lots


def refused_as(outcome: Entry | Approval | Refused) -> tuple[Code, tuple[str, ...]]:
    assert isinstance(outcome, Refused), outcome
    return outcome.code, outcome.path


class TestExtendPoints:
    async def test_they_can_be_spent_up_to_the_day_and_on_it(self, context: Context, member: Member) -> None:
        await award(context, member, 7, AFTER_CHRISTMAS, "client:b")
        entry = await extend(context, member)
        assert isinstance(entry, Entry)
        assert (entry.kind, entry.points, entry.reason) == (EntryKind.EXTEND, 0, "GOODWILL")
        assert entry.changes.lots == (Lot(SOON, -100), Lot(AFTER_CHRISTMAS, 100))
        assert await lots(context, member) == (Lot(AFTER_CHRISTMAS, 107),)
        assert "ill" not in repr(entry.reason)

    async def test_the_same_key_again_is_the_same_entry_and_with_other_input_a_conflict(
        self, context: Context, member: Member, database: Database
    ) -> None:
        first = await extend(context, member)
        async with unchanged(database):
            assert await extend(context, member) == first
            for more in ({"until": date(2026, 12, 26)}, {"note": "x"}, {"currency": "MILES"}):
                assert refused_as(await extend(context, member, **more))[0] is Code.IDEMPOTENCY_CONFLICT

    @pytest.mark.parametrize(
        ("more", "code", "path"),
        [
            ({"expires_at": SOON + timedelta(days=1)}, Code.INVALID_INPUT, "expiresAt"),
            ({"currency": "MILES"}, Code.INVALID_INPUT, "expiresAt"),
            ({"until": date(2026, 6, 24)}, Code.INVALID_INPUT, "until"),
            ({"until": date(2126, 6, 17)}, Code.INVALID_INPUT, "until"),
            ({"until": date.max}, Code.INVALID_INPUT, "until"),
            ({"currency": "GOLD"}, Code.INVALID_INPUT, "currency"),
            ({"reason": "BECAUSE"}, Code.INVALID_INPUT, "reasonCode"),
            ({"note": ""}, Code.INVALID_INPUT, "note"),
            ({"key": ""}, Code.INVALID_INPUT, "idempotencyKey"),
        ],
    )
    async def test_a_refusal_changes_nothing(
        self, context: Context, member: Member, database: Database, more: dict[str, Any], code: Code, path: str
    ) -> None:
        async with unchanged(database):
            assert refused_as(await extend(context, member, **more)) == (code, (path,))

    async def test_what_has_expired_cannot_be_extended(
        self, context: Context, member: Member, database: Database, clock: Clock
    ) -> None:
        clock.advance(days=10)
        async with unchanged(database):
            assert refused_as(await extend(context, member)) == (Code.INVALID_INPUT, ("expiresAt",))

    async def test_points_that_expire_by_inactivity_have_no_date_to_move_and_the_refusal_says_so(
        self, context: Context, member: Member, database: Database, clock: Clock
    ) -> None:
        await publish_program(context, SYSTEM, a_program(expiry=Expiry(1, inactivity=True)))
        clock.advance(days=10)
        back = await reinstate(context, member, key="back")
        assert isinstance(back, Entry)
        async with unchanged(database):
            refused = await extend(context, member, expires_at=back.after.account("POINTS").idle_at)
            assert refused_as(refused) == (Code.INVALID_INPUT, ("expiresAt",))
            assert isinstance(refused, Refused)
            assert refused.message.startswith("These points expire by inactivity")

    async def test_above_the_limit_a_second_person_decides(self, context: Context, member: Member) -> None:
        await award(context, member, 401, SOON, "client:b")
        approval = await extend(context, member)
        assert isinstance(approval, Approval)
        assert (approval.kind, approval.points) == (ApprovalKind.EXTENSION, 501)
        assert await extend(context, member) == approval
        assert await lots(context, member) == (Lot(SOON, 501),)
        decided = await decide_approval(context, SUPERVISOR, DecideApproval(approval.id, True, "d"))
        assert isinstance(decided, Decided)
        assert await lots(context, member) == (Lot(AFTER_CHRISTMAS, 501),)


class TestReinstatePoints:
    async def test_they_come_back_with_the_date_of_points_earned_now(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        clock.advance(days=10)
        entry = await reinstate(context, member)
        assert isinstance(entry, Entry)
        assert (entry.kind, entry.points) == (EntryKind.REINSTATE, 60)
        assert await lots(context, member) == (Lot(EARNED_NOW, 60),)
        account = entry.after.account("POINTS")
        assert (account.earned, account.expired, account.reinstated) == (100, 100, 60)

    async def test_no_more_comes_back_than_has_expired(
        self, context: Context, member: Member, database: Database, clock: Clock
    ) -> None:
        async with unchanged(database):
            assert refused_as(await reinstate(context, member, 1)) == (Code.INVALID_INPUT, ("points",))
        clock.advance(days=10)
        assert isinstance(await reinstate(context, member, 60), Entry)
        async with unchanged(database):
            refused = await reinstate(context, member, 41, key="more")
            assert refused_as(refused) == (Code.INVALID_INPUT, ("points",))
            assert refused_as(await reinstate(context, member, 1, key="more", currency="MILES"))[1] == ("points",)
        assert isinstance(await reinstate(context, member, 40, key="more"), Entry)

    async def test_under_inactivity_they_get_a_date_where_there_was_none(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        await publish_program(context, SYSTEM, a_program(expiry=Expiry(1, inactivity=True)))
        clock.advance(days=10)
        entry = await reinstate(context, member)
        assert isinstance(entry, Entry)
        assert entry.after.account("POINTS").lots == (Lot(None, 60),)
        assert entry.after.account("POINTS").idle_at == datetime(2026, 8, 1, 4, tzinfo=UTC)

    async def test_the_same_key_again_is_the_same_entry_and_with_other_input_a_conflict(
        self, context: Context, member: Member, database: Database, clock: Clock
    ) -> None:
        clock.advance(days=10)
        first = await reinstate(context, member)
        async with unchanged(database):
            assert await reinstate(context, member) == first
            assert refused_as(await reinstate(context, member, 59))[0] is Code.IDEMPOTENCY_CONFLICT
            assert refused_as(await reinstate(context, member, note="x"))[0] is Code.IDEMPOTENCY_CONFLICT

    @pytest.mark.parametrize(
        ("points", "more", "path"),
        [
            (0, {}, "points"),
            (-1, {}, "points"),
            (10**9 + 1, {}, "points"),
            (1, {"currency": "GOLD"}, "currency"),
            (1, {"reason": "BECAUSE"}, "reasonCode"),
            (1, {"note": " "}, "note"),
            (1, {"key": ""}, "idempotencyKey"),
        ],
    )
    async def test_a_refusal_changes_nothing(
        self, context: Context, member: Member, database: Database, clock: Clock, points: int, more: Any, path: str
    ) -> None:
        clock.advance(days=10)
        async with unchanged(database):
            assert refused_as(await reinstate(context, member, points, **more)) == (Code.INVALID_INPUT, (path,))

    async def test_above_the_limit_a_second_person_decides(
        self, context: Context, member: Member, clock: Clock
    ) -> None:
        await award(context, member, 500, SOON, "client:b")
        clock.advance(days=10)
        approval = await reinstate(context, member, 600)
        assert isinstance(approval, Approval)
        assert (approval.kind, approval.points) == (ApprovalKind.REINSTATEMENT, 600)
        decided = await decide_approval(context, SUPERVISOR, DecideApproval(approval.id, True, "d"))
        assert isinstance(decided, Decided)
        assert await lots(context, member) == (Lot(EARNED_NOW, 600),)


class TestMembers:
    @pytest.mark.parametrize("status", ["FROZEN", "CLOSED"])
    async def test_only_active_ones_are_given_anything(
        self, context: Context, member: Member, database: Database, clock: Clock, status: str
    ) -> None:
        await database["members"].update_one({"_id": member.id}, {"$set": {"status": status}})
        async with unchanged(database):
            assert refused_as(await extend(context, member)) == (Code.MEMBER_NOT_ACTIVE, ("memberId",))
            clock.advance(days=10)
            assert refused_as(await reinstate(context, member)) == (Code.MEMBER_NOT_ACTIVE, ("memberId",))
            assert refused_as(await extend(context, a_member(9))) == (Code.NOT_FOUND, ("memberId",))
