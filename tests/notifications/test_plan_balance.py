"""An amount is told when one entry lifts the balance over it, and at no other time."""

from datetime import UTC, datetime

import pytest

from domain.actors import SYSTEM
from domain.ledger.entry import Draft, Entry, Head
from domain.ledger.kinds import EntryKind
from domain.ledger.lots import Lot
from domain.ledger.seal import seal
from domain.ledger.state import Account, Changes, State
from domain.program.alerts import Alerts, BalanceAlert
from notifications.plan_balance import plan_balance
from tests.support.messages import in_words
from tests.support.programs import a_program

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
JULY = datetime(2027, 7, 1, 4, tzinfo=UTC)
PROGRAM = a_program(alerts=Alerts(balance=(BalanceAlert(1_000), BalanceAlert(2_000), BalanceAlert(5, "MILES"))))


def moved(points: int, had: int, debt: int = 0) -> Entry:
    account = Account((Lot(JULY, had),) if had else (), debt=debt, earned=had)
    head = Head("ann", 4, State({"POINTS": account}), NOW, NOW, b"")
    paid = min(max(points, 0), debt)
    changes = (
        Changes((Lot(JULY, points - paid),), earned=points, debt=-paid)
        if points > 0
        else Changes((Lot(JULY, points),), redeemed=-points)
    )
    kind = EntryKind.EARN if points > 0 else EntryKind.REDEEM
    draft = Draft(
        key="k",
        input="",
        currency="POINTS",
        kind=kind,
        changes=changes,
        actor=SYSTEM,
        occurred_at=NOW,
        effective_at=NOW,
    )
    return seal(head, draft, NOW)


class TestPlanBalance:
    @pytest.mark.parametrize(
        ("had", "points", "reached"),
        [(999, 1, 1000), (0, 1000, 1000), (1000, 1, None), (998, 1, None), (500, 1600, 2000), (2500, -600, None)],
    )
    def test_the_highest_amount_that_the_entry_reaches_is_told(
        self, had: int, points: int, reached: int | None
    ) -> None:
        message = plan_balance(moved(points, had), PROGRAM, own={}, now=NOW)
        assert (message.key if message else None) == (reached and f"entry:5:balance:{reached}")

    def test_ones_own_amount_is_told_as_the_programmes_is(self) -> None:
        message = plan_balance(moved(60, 900), PROGRAM, own={"POINTS": 950, "MILES": 950}, now=NOW)
        assert message is not None
        (said,) = in_words([message], PROGRAM)
        assert (said.title, said.body) == (
            "You have reached 950 Points",
            "Your balance is now 960 Points.",
        )
        assert said.data == {"news": "BALANCE_REACHED", "points": 950, "balance": 960, "currency": "POINTS"}

    def test_what_pays_a_debt_counts_from_below_zero(self) -> None:
        message = plan_balance(moved(1_500, 0, debt=500), PROGRAM, own={}, now=NOW)
        assert message is not None
        assert message.values["balance"] == 1_000
