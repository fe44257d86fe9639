from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.earning.event import Event, EventLine
from domain.earning.judgement import Award
from domain.earning.qualifying import qualifying
from domain.program.levels import Metric, Tiers
from domain.program.program import Program
from tests.support.programs import BRONZE, a_program

EVENT = Event("till", "1", "purchase", "m", datetime(2026, 6, 1, tzinfo=UTC), amount_minor=1250)
AWARDS = (Award("POINTS", 16, ()), Award("MILES", 99, ()))


def by(metric: Metric) -> Program:
    return a_program(tiers=Tiers(metric, (BRONZE,)))


class TestQualifying:
    def test_points_are_those_of_the_default_currency(self) -> None:
        assert qualifying(by(Metric.POINTS), EVENT, AWARDS) == (("2026", 16),)

    def test_spend_is_the_amount_in_minor_units(self) -> None:
        assert qualifying(by(Metric.SPEND), EVENT, ()) == (("2026", 1250),)
        lines = replace(EVENT, amount_minor=None, lines=(EventLine("a", amount_minor=300),))
        assert qualifying(by(Metric.SPEND), lines, ()) == (("2026", 300),)

    @pytest.mark.parametrize("event", [replace(EVENT, amount_minor=-1), replace(EVENT, currency="EUR")])
    def test_what_is_not_spent_in_the_programmes_money_does_not_qualify(self, event: Event) -> None:
        assert qualifying(by(Metric.SPEND), event, AWARDS) == ()

    def test_purchases_and_visits_are_visits(self) -> None:
        counts = [
            qualifying(by(Metric.VISITS), replace(EVENT, type=t), ()) for t in ("purchase", "visit", "review")
        ]
        assert counts == [(("2026", 1),), (("2026", 1),), ()]

    def test_the_year_is_that_of_the_event_in_the_programmes_zone(self) -> None:
        eve = replace(EVENT, occurred_at=datetime(2027, 1, 1, 4, 59, tzinfo=UTC))
        assert qualifying(by(Metric.POINTS), eve, AWARDS) == (("2026", 16),)
        day = replace(EVENT, occurred_at=datetime(2027, 1, 1, 5, tzinfo=UTC))
        assert qualifying(by(Metric.POINTS), day, AWARDS) == (("2027", 16),)

    def test_nothing_earned_does_not_qualify(self) -> None:
        assert qualifying(by(Metric.POINTS), EVENT, ()) == ()
