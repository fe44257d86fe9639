from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import NoReturn

import pytest

from domain.earning.events.event import Event, EventLine
from domain.earning.facts.circumstances import Circumstances, Person
from domain.earning.judging.judge import judge
from domain.earning.judging.judgement import Award
from domain.earning.judging.qualifying import qualifying
from domain.ledger.state import State
from domain.program.levels import Metric, Tiers, Window
from domain.program.program import Program
from tests.support.programs import BRONZE, a_program

EVENT = Event("till", "1", "purchase", "m", datetime(2026, 6, 1, tzinfo=UTC), amount_minor=1250)
AWARDS = (Award("POINTS", 16, ()), Award("MILES", 99, ()))
JOINED = date(2024, 2, 29)


def by(metric: Metric, window: Window = Window.CALENDAR_YEAR, amount: str | None = None) -> Program:
    return a_program(tiers=Tiers(metric, (BRONZE,), window, amount=amount))


def unasked() -> NoReturn:
    raise AssertionError("nothing here asks for facts")


def counts(program: Program, event: Event, awards: Iterable[Award] = AWARDS) -> tuple[tuple[str, int], ...]:
    return qualifying(program, event, awards, joined_on=JOINED, facts=unasked, failed=print)


def judged(amount: str, event: Event) -> tuple[tuple[tuple[str, int], ...], list[str]]:
    """What an expression counts of an event, and what failed."""
    program = by(Metric.CUSTOM, amount=amount)
    found = judge(Circumstances(program, event, State(), Person(JOINED), BRONZE))
    return found.qualifying, [f"{miss.rule}: {miss.text}" for miss in found.failures]


class TestQualifying:
    def test_points_are_those_of_the_default_currency(self) -> None:
        assert counts(by(Metric.POINTS), EVENT) == (("2026", 16),)

    def test_spend_is_the_amount_in_minor_units(self) -> None:
        assert counts(by(Metric.SPEND), EVENT, ()) == (("2026", 1250),)
        lines = replace(EVENT, amount_minor=None, lines=(EventLine("a", amount_minor=300),))
        assert counts(by(Metric.SPEND), lines, ()) == (("2026", 300),)

    @pytest.mark.parametrize("event", [replace(EVENT, amount_minor=-1), replace(EVENT, currency="EUR")])
    def test_what_is_not_spent_in_the_programmes_money_does_not_qualify(self, event: Event) -> None:
        assert counts(by(Metric.SPEND), event) == ()

    def test_purchases_and_visits_are_visits(self) -> None:
        found = [counts(by(Metric.VISITS), replace(EVENT, type=t), ()) for t in ("purchase", "visit", "review")]
        assert found == [(("2026", 1),), (("2026", 1),), ()]

    def test_the_year_is_that_of_the_event_in_the_programmes_zone(self) -> None:
        eve = replace(EVENT, occurred_at=datetime(2027, 1, 1, 4, 59, tzinfo=UTC))
        assert counts(by(Metric.POINTS), eve) == (("2026", 16),)
        day = replace(EVENT, occurred_at=datetime(2027, 1, 1, 5, tzinfo=UTC))
        assert counts(by(Metric.POINTS), day) == (("2027", 16),)

    def test_nothing_earned_does_not_qualify(self) -> None:
        assert counts(by(Metric.POINTS), EVENT, ()) == ()


class TestWindow:
    def test_months_are_those_of_the_programmes_zone(self) -> None:
        program = by(Metric.POINTS, Window.ROLLING)
        assert counts(program, EVENT) == (("2026-05", 16),)
        assert counts(program, replace(EVENT, occurred_at=datetime(2026, 6, 1, 4, tzinfo=UTC))) == (
            ("2026-06", 16),
        )

    def test_own_years_begin_with_the_day_of_joining(self) -> None:
        program = by(Metric.POINTS, Window.ANNIVERSARY)
        assert counts(program, EVENT) == (("2026-02-28", 16),)
        before = replace(EVENT, occurred_at=datetime(2026, 2, 28, 4, 59, tzinfo=UTC))
        assert counts(program, before) == (("2025-02-28", 16),)


class TestCustom:
    def test_an_expression_counts_what_it_gives(self) -> None:
        assert judged("event.amount / 100 + 1", EVENT) == ((("2026", 13),), [])

    @pytest.mark.parametrize("amount", ["0", "0 - event.amount"])
    def test_what_is_not_above_zero_counts_nothing(self, amount: str) -> None:
        assert judged(amount, EVENT) == ((), [])

    def test_one_that_fails_counts_nothing_and_says_so(self) -> None:
        assert judged("1 / (event.amount - 1250)", EVENT) == (
            (),
            ["tiers:amount: could not be told: divides by zero"],
        )
