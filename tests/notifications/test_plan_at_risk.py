"""A tier that ends is told on its days, with what is missing, and not when it is kept already."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from domain.inbox.message import Message, Sum
from domain.ledger.state import Override, TierMark
from domain.program.alerts import Alerts
from domain.program.levels import Metric, Tiers
from domain.program.program import Program
from notifications.plan_at_risk import at_risk_horizon, plan_at_risk
from tests.domain.tiers.lives import LEVELS, by, counted, midnight
from tests.support.messages import in_words
from tests.support.programs import a_program

PROGRAM = by()
DAYS = ("2027-12-01", "2027-12-02", "2027-12-24", "2027-12-25", "2027-12-31")
SINCE = midnight(PROGRAM, "2026-03-01")
GOLD = counted(TierMark("gold", SINCE), y2026=300, y2027=120)


def on(day: str, program: Program = PROGRAM) -> datetime:
    return midnight(program, day) + timedelta(hours=9)


def planned(day: str, program: Program = PROGRAM) -> Message | None:
    return plan_at_risk("ann", GOLD, program, on(day, program))


class TestPlanAtRisk:
    def test_it_is_told_thirty_and_seven_days_before_and_each_key_stays(self) -> None:
        days = {day: planned(day) for day in DAYS}
        keys = {day: message.key.rpartition(":")[2] if message else None for day, message in days.items()}
        assert keys == {
            "2027-12-01": None,
            "2027-12-02": "30",
            "2027-12-24": "30",
            "2027-12-25": "7",
            "2027-12-31": "7",
        }

    def test_it_says_how_much_is_missing_and_until_when(self) -> None:
        message = planned("2027-12-28")
        assert message is not None
        (said,) = in_words([message])
        assert (said.title, said.body) == ("Keep Gold", "180 Points more by 31 December 2027, and you stay Gold.")
        assert said.data == {
            "news": "AT_RISK",
            "tier": "gold",
            "remaining": "180",
            "days": 4,
            "endsOn": "2027-12-31",
            "validUntil": "2028-01-01T05:00:00.000Z",
        }

    def test_who_has_done_enough_or_was_given_the_tier_or_has_the_lowest_hears_nothing(self) -> None:
        now = on("2027-12-28")
        enough = counted(TierMark("gold", SINCE), y2026=300, y2027=300)
        given = replace(GOLD, override=Override("gold", on("2027-12-30")))
        for state in (enough, given, counted()):
            assert plan_at_risk("ann", state, PROGRAM, now) is None

    def test_by_money_it_says_the_money(self) -> None:
        program = a_program(tiers=Tiers(Metric.SPEND, LEVELS))
        spent = counted(TierMark("gold", SINCE), y2026=30_000, y2027=12_050)
        message = plan_at_risk("ann", spent, program, on("2027-12-28"))
        assert message is not None
        assert message.values["remaining"] == Sum(Decimal("179.5"), "USD")
        (said,) = in_words([message], program)
        assert said.body == "Spend US$179.50 more by 31 December 2027, and you stay Gold."

    def test_days_are_the_calendars_though_the_clocks_go_back_between(self) -> None:
        early = replace(PROGRAM, alerts=Alerts(tier_at_risk_days=(62,)))
        # New York's clocks go back on 7 November 2027; 62 days before the new year is 31 October, in summer time.
        due = datetime(2027, 10, 31, 4, tzinfo=UTC)
        assert plan_at_risk("ann", GOLD, early, due - timedelta(milliseconds=1)) is None
        message = plan_at_risk("ann", GOLD, early, due)
        assert message is not None
        assert (message.key, message.data["days"]) == ("tier_risk:gold:1830315600000:62", 62)
        horizon = at_risk_horizon(early, due)
        assert horizon is not None
        assert horizon > datetime(2028, 1, 1, 5, tzinfo=UTC)

    def test_a_programme_without_days_tells_nobody(self) -> None:
        silent = replace(PROGRAM, alerts=Alerts(tier_at_risk_days=()))
        assert at_risk_horizon(silent, on("2027-12-28")) is None
        assert plan_at_risk("ann", GOLD, silent, on("2027-12-28")) is None
