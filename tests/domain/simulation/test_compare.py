"""A report holds two replays against each other; its numbers are told by hand."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.program.earning import EarningRule, Segment
from domain.simulation.plain import report_from_plain, report_to_plain
from domain.simulation.report import (
    MemberChange,
    Missing,
    PointsChange,
    RuleChange,
    SilentRule,
    TierMove,
)
from domain.simulation.sample import Sample
from tests.support.programs import REVIEW, SPEND, a_program
from tests.support.simulating import bought, report, returned

BEFORE = a_program()
DOUBLE = a_program(earning=(replace(SPEND, points=2), REVIEW), version=0)
EVENTS = [
    bought("ann", 60_000),
    bought("bob", 1_000, day=1),
    bought("bob", 500, day=2, id="bob-back"),
    returned("bob", "bob-back", 3),
    bought("cleo", 0, day=3),
]


class TestCompare:
    def test_the_same_programme_makes_no_difference_anywhere(self) -> None:
        found = report(BEFORE, BEFORE, EVENTS)
        assert all(one.before == one.after for one in found.currencies)
        assert all(one.before == one.after for one in found.rules)
        assert all(one.before == one.after for one in found.tiers)
        assert (found.gainers, found.losers, found.gaining, found.losing) == ((), (), 0, 0)
        assert all(move.before == move.after for move in found.moves)

    def test_twice_the_points(self) -> None:
        found = report(BEFORE, DOUBLE, EVENTS)
        points = next(one for one in found.currencies if one.currency == "POINTS")
        assert (points.before.given, points.before.taken, points.before.standing) == (615, 5, 610)
        assert (points.after.given, points.after.taken, points.after.standing) == (1_230, 10, 1_220)
        assert (points.liability_before, points.liability_after) == (Decimal("6.10"), Decimal("12.20"))
        assert found.rules == (
            RuleChange("reversal", "POINTS", -5, -10, 1, 1),
            RuleChange("spend", "POINTS", 615, 1_230, 3, 3),
        )
        assert found.gainers == (MemberChange("ann", 600, 1_200), MemberChange("bob", 10, 20))
        assert (found.gaining, found.losing, found.losers) == (2, 0, ())
        assert found.moves == (TierMove("bronze", "bronze", 2), TierMove("bronze", "silver", 1))
        assert (found.events, found.members, found.against) == (5, 3, 7)

    def test_who_loses_most_stands_first(self) -> None:
        found = report(DOUBLE, BEFORE, EVENTS)
        assert found.losers == (MemberChange("ann", 1_200, 600), MemberChange("bob", 20, 10))
        assert found.gainers == ()

    def test_a_rule_that_never_fires_says_why(self) -> None:
        web = EarningRule("web", "Web", ("purchase",), 5, when="event.channel == 'web'")
        found = report(BEFORE, a_program(earning=(SPEND, web, REVIEW)), [bought("ann", 100, channel="store")])
        assert found.silent == (
            SilentRule(
                "web",
                (Missing("CONDITION", 1, "needs event.channel == 'web': event.channel is \"store\""),),
            ),
            SilentRule("review", (Missing("EVENT_TYPE", 1, "is for review"),)),
        )

    def test_members_are_told_by_the_segments_of_the_draft(self) -> None:
        apart = replace(DOUBLE, segments=(Segment("risen", "Risen", "member.tier_rank > 0"),))
        assert report(BEFORE, apart, EVENTS).segments == (
            PointsChange("risen", "POINTS", 600, 1_200),
            PointsChange(None, "POINTS", 10, 20),
        )

    def test_a_sample_has_the_numbers_of_its_members(self) -> None:
        sample = Sample(Decimal(50))
        mine = [event for event in EVENTS if sample.includes(event.member)]
        whole, part = report(BEFORE, DOUBLE, mine), report(BEFORE, DOUBLE, mine, sample=sample)
        assert replace(part, sample_percent=Decimal(100)) == whole


_amounts = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 150_000), st.integers(0, 20)), max_size=8)


class TestSums:
    @given(_amounts)
    def test_rules_and_tiers_add_up_to_the_currency(self, rows: list[tuple[str, int, int]]) -> None:
        events = [bought(who, cents, day, id=str(place)) for place, (who, cents, day) in enumerate(rows)]
        found = report(BEFORE, DOUBLE, events)
        for change in found.currencies:
            for parts in (found.rules, found.tiers):
                own = [part for part in parts if part.currency == change.currency]
                assert sum(part.before for part in own) == change.before.net
                assert sum(part.after for part in own) == change.after.net

    @given(_amounts)
    def test_a_report_reads_back_from_its_plain_form(self, rows: list[tuple[str, int, int]]) -> None:
        events = [bought(who, cents, day, id=str(place)) for place, (who, cents, day) in enumerate(rows)]
        found = report(BEFORE, DOUBLE, events)
        assert report_from_plain(report_to_plain(found)) == found
