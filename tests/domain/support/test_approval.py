"""What staff may move alone, and what waits for a second person."""

from datetime import UTC, datetime

import pytest

from domain.actors import Actor, ActorKind, Role
from domain.program.program import AdjustmentLimits
from domain.support.approval import (
    Approval,
    ApprovalKind,
    ApprovalStatus,
    NeedsApproval,
    adjustment_limit,
    beyond,
)
from domain.support.correction import (
    Adjustment,
    Correction,
    EntryReversal,
    Extension,
    Reinstatement,
    needs_active,
)

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
KINDS: list[tuple[Correction, ApprovalKind]] = [
    (Adjustment(600, "POINTS"), ApprovalKind.ADJUSTMENT),
    (EntryReversal(4, 600), ApprovalKind.REVERSAL),
    (Extension("POINTS", NOON, NOON), ApprovalKind.EXTENSION),
    (Reinstatement(600, "POINTS"), ApprovalKind.REINSTATEMENT),
]


class TestBeyond:
    @pytest.mark.parametrize("points", [500, -500, 0])
    def test_up_to_the_limit_staff_move_points_alone(self, points: int) -> None:
        assert beyond(500, points, "POINTS") is None

    @pytest.mark.parametrize("points", [501, -501])
    def test_above_it_a_second_person_must_decide_either_way(self, points: int) -> None:
        needs = beyond(500, points, "MILES")
        assert isinstance(needs, NeedsApproval)
        assert (needs.points, needs.currency) == (points, "MILES")

    def test_without_a_limit_nobody_waits(self) -> None:
        assert beyond(None, 10**9, "POINTS") is None


class TestAdjustmentLimit:
    @pytest.mark.parametrize(
        ("roles", "limit"),
        [
            ({Role.AGENT}, 500),
            ({Role.AGENT, Role.SUPERVISOR}, 5_000),
            ({Role.ADMIN, Role.AGENT}, None),
            ({Role.MEMBER, Role.SERVICE}, 0),
        ],
    )
    def test_it_is_the_highest_roles(self, roles: set[Role], limit: int | None) -> None:
        assert adjustment_limit(AdjustmentLimits(), frozenset(roles)) == limit


class TestKind:
    @pytest.mark.parametrize(("what", "kind"), KINDS)
    def test_it_is_that_of_the_correction(self, what: Correction, kind: ApprovalKind) -> None:
        by = Actor(ActorKind.AGENT, "agent-1")
        approval = Approval("a", ApprovalStatus.PENDING, "m", what, 600, "POINTS", "GOODWILL", "k", "i", by, NOON)
        assert approval.kind is kind

    @pytest.mark.parametrize(("what", "kind"), KINDS)
    def test_only_what_undoes_a_posting_is_for_members_of_any_status(
        self, what: Correction, kind: ApprovalKind
    ) -> None:
        assert needs_active(what) is (kind is not ApprovalKind.REVERSAL)
