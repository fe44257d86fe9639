"""Requests for approval come back as they were filed, whatever they are for."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.actors import Actor, ActorKind
from domain.support.approval import Approval, ApprovalStatus, Decision
from domain.support.correction import Adjustment, Correction, EntryReversal, Extension, Reinstatement
from mongo.approvals import Approvals
from mongo.client import Database

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
LATER = datetime(2026, 12, 26, 5, tzinfo=UTC)
AGENT, OTHER = Actor(ActorKind.AGENT, "agent-1"), Actor(ActorKind.AGENT, "super-1")


def an_approval(what: Correction, points: int) -> Approval:
    return Approval("a", ApprovalStatus.PENDING, "m", what, points, "MILES", "GOODWILL", "k", "i", AGENT, NOON)


class TestApprovals:
    @pytest.mark.parametrize(
        ("what", "points"),
        [
            (Adjustment(-600, "MILES"), -600),
            (EntryReversal(4, 600), -600),
            (EntryReversal(4, 600), 600),
            (Extension("MILES", NOON, LATER), 600),
            (Reinstatement(600, "MILES"), 600),
        ],
    )
    async def test_it_comes_back_as_it_was_filed_and_as_it_was_decided(
        self, database: Database, what: Correction, points: int
    ) -> None:
        approvals, approval = Approvals(database), an_approval(what, points)
        assert await approvals.request(approval) == approval
        assert await approvals.by_key("m", "k") == approval
        decision = Decision(OTHER, LATER, "d", "j", 7)
        assert await approvals.decide("a", ApprovalStatus.APPROVED, decision)
        decided = replace(approval, status=ApprovalStatus.APPROVED, decision=decision)
        assert await approvals.get_many(["a"]) == {"a": decided}

    async def test_one_of_before_there_were_kinds_is_for_an_adjustment(self, database: Database) -> None:
        approvals, approval = Approvals(database), an_approval(Adjustment(600, "MILES"), 600)
        await approvals.request(approval)
        await database["approvals"].update_one({}, {"$unset": {"kind": ""}})
        assert await approvals.get_many(["a"]) == {"a": approval}
