from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.program.check import check
from domain.program.earning import (
    Calendar,
    Campaign,
    Cap,
    CapOf,
    CapPeriod,
    EarningRule,
    Expiry,
    Schedule,
    Segment,
    Stack,
    Waits,
    Weekday,
)
from domain.program.engagement import Counter
from domain.program.flaws import path_text
from domain.program.levels import Metric, Tier, Tiers
from domain.program.policies import PendingAwards
from tests.support.programs import REVIEW, SPEND, a_program

DOUBLE = EarningRule("double", "Double", ("purchase",), multiply=Decimal(2))
MARCH, APRIL = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)


def said(**changes: Any) -> list[str]:
    return [f"{path_text(flaw.path)}: {flaw.reason}" for flaw in check(a_program(**changes))]


def of(rule: EarningRule, **changes: Any) -> list[str]:
    """The flaws of one rule beside `review`, told from the rule on."""
    return [one.removeprefix("earning[0].") for one in said(earning=(rule, REVIEW), **changes)]


class TestForms:
    @pytest.mark.parametrize(
        "form",
        [
            {"points": 5},
            {"points": 5, "per": Decimal(1)},
            {"points": 5, "per": Decimal(50), "whole": True, "lines": "line.category == 'A'"},
            {"points": 5, "each_unit": True, "lines": "line.quantity > 1"},
            {"amount": "event.units * 3"},
            {"multiply": Decimal("1.5"), "of": ("review",), "on": ("review",)},
            {"multiply": Decimal(3), "lines": "line.brand == 'B'"},
        ],
    )
    def test_each_way_of_giving_is_one(self, form: dict[str, Any]) -> None:
        assert of(EarningRule(**{"code": "a", "name": "A", "on": ("purchase",)} | form)) == []

    @pytest.mark.parametrize(
        ("form", "flaw"),
        [
            ({}, "points: must be there, or amount or multiply: the rule gives nothing"),
            ({"points": -1}, "points: must be at least 1, is -1"),
            ({"points": 1_000_001}, "points: must be at most 1000000, is 1000001"),
            (
                {"points": 1, "per": Decimal(1), "each_unit": True},
                "each_unit: cannot stand beside per: a rule gives in one way",
            ),
            ({"amount": "1", "points": 1}, "points: must be left out: amount says what the rule gives"),
            ({"multiply": Decimal(2), "points": 1}, "points: must be left out: multiply says what the rule gives"),
            (
                {"multiply": Decimal(1)},
                "multiply: must be above 1, is 1: what is given once counts already",
            ),
            ({"multiply": Decimal(101)}, "multiply: must be at most 100, is 101"),
            ({"points": 1, "whole": True}, "whole: goes only with per"),
            ({"points": 1, "lines": "true"}, "lines: goes only with per or each_unit or multiply"),
            ({"points": 1, "of": ("review",), "on": ("review",)}, "of: goes only with multiply"),
        ],
    )
    def test_anything_else_is_a_flaw(self, form: dict[str, Any], flaw: str) -> None:
        assert of(EarningRule(**{"code": "a", "name": "A", "on": ("purchase",)} | form)) == [flaw]


class TestExpressions:
    def test_a_mistake_is_told_with_its_place_and_a_caret(self) -> None:
        rule = replace(SPEND, when="event.amount > 5 &&\n  event.amonut > 7")
        (flaw,) = check(a_program(earning=(rule,)))
        assert flaw.path == ("earning", 0, "when")
        assert flaw.spot is not None
        assert (flaw.spot.line, flaw.spot.column) == (2, 8)
        assert flaw.spot.excerpt == "  event.amonut > 7\n       ^"
        assert flaw.reason == f"line 2, column 8: {flaw.spot.reason}\n{flaw.spot.excerpt}"

    @pytest.mark.parametrize(
        ("changes", "part", "reason"),
        [
            ({"when": "event.amount"}, "when", "must give true or false"),
            ({"when": "line.sku == 'a'"}, "when", "there is no 'line' here"),
            ({"lines": "line.sku == 5"}, "lines", "'==' does not take"),
            ({"when": "counters.coffee > 1"}, "when", "there is no 'coffee' in counters"),
        ],
    )
    def test_each_knows_what_it_is_asked_about(self, changes: dict[str, Any], part: str, reason: str) -> None:
        (flaw,) = of(replace(SPEND, **changes))
        assert flaw.startswith(f"{part}: line 1, column ")
        assert reason in flaw

    def test_a_code_that_the_programme_does_not_have_is_told_with_its_place(self) -> None:
        rule = replace(SPEND, when="event.amount > 5 &&\n  member.tier == 'gld' && 'b' in date.calendars")
        tier, calendar = check(a_program(earning=(rule,)))
        assert tier.path == calendar.path == ("earning", 0, "when")
        assert tier.spot is not None
        assert tier.spot[:2] == (2, 18)
        assert tier.spot.reason == "there is no tier 'gld': did you mean 'gold'?"
        assert tier.spot.excerpt == f"  member.tier == 'gld' && 'b' in date.calendars\n{' ' * 17}^"
        assert calendar.reason.startswith("line 2, column 27: there is no calendar 'b': there is none\n")

    def test_a_perk_is_known_that_any_tier_has(self) -> None:
        perks = {"early-sale": "Early sale"}
        tiers = Tiers(
            Metric.POINTS, (Tier("base", "Base", Decimal(0)), Tier("top", "Top", Decimal(9), perks=perks))
        )
        rule = replace(SPEND, when="'early-sale' in member.perks")
        assert check(a_program(earning=(rule,), tiers=tiers)) == ()

    def test_an_amount_is_whole(self) -> None:
        (flaw,) = of(EarningRule("a", "A", ("purchase",), amount="event.amount > 5"))
        assert flaw.startswith("amount: line 1, column 1: must give a whole number")

    def test_counters_can_be_named(self) -> None:
        rule = replace(SPEND, when="counters.coffee % 5 == 4")
        assert said(earning=(rule,), counters=(Counter("coffee", ("purchase",)),)) == []


class TestStacking:
    def test_multipliers_multiply_what_there_is(self) -> None:
        assert said(earning=(SPEND, DOUBLE, replace(DOUBLE, code="also", of=("spend",)))) == []
        for other, flaw in (
            ("nothing", "no rule 'nothing': there is spend"),
            ("double", "double is a multiplier: it multiplies what other rules give"),
        ):
            rule = replace(DOUBLE, code="also", of=(other,))
            assert said(earning=(SPEND, DOUBLE, rule)) == [f"earning[2].of[0]: {flaw}"]
        assert said(earning=(SPEND, REVIEW, replace(DOUBLE, of=("review",)))) == [
            "earning[2].of[0]: review gives nothing for purchase"
        ]
        assert said(earning=(SPEND, replace(DOUBLE, of=("spend",), currency="MILES"))) == [
            "earning[1].of[0]: spend gives another currency than this rule"
        ]

    def test_best_and_group_go_together(self) -> None:
        assert of(replace(SPEND, stack=Stack.BEST)) == [
            "stack: is best, so the rule must have the group that it is the best of"
        ]
        assert of(replace(SPEND, group="spring")) == ["group: goes only with stack: best"]

    def test_only_like_is_compared(self) -> None:
        best: dict[str, Any] = {"stack": Stack.BEST, "group": "g"}
        assert said(earning=(replace(SPEND, **best), replace(DOUBLE, **best))) == [
            "earning[1].group: has spend: a multiplier goes only with multipliers, as it comes after all others"
        ]
        assert said(earning=(replace(SPEND, **best), replace(REVIEW, currency="MILES", **best))) == [
            "earning[1].group: has spend, which gives another currency: they cannot be compared"
        ]


class TestSchedules:
    @pytest.mark.parametrize(
        ("schedule", "flaw"),
        [
            (Schedule(begins=APRIL, ends=MARCH), "ends: must be after begins, 2027-04-01T00:00:00+00:00"),
            (
                Schedule(begins=datetime(2027, 1, 1)),
                "begins: must have an offset, such as 2027-01-31T00:00:00Z",
            ),
            (Schedule(hours=("5pm-7pm",)), "hours[0]: must be hours such as 17:00-19:30, is '5pm-7pm'"),
            (Schedule(hours=("17:00-25:00",)), "hours[0]: must be hours such as 17:00-19:30, is '17:00-25:00'"),
            (
                Schedule(hours=("17:00-17:00",)),
                "hours[0]: must not end when it begins, is '17:00-17:00'; a whole day is 00:00-24:00",
            ),
            (Schedule(days=(Weekday.MON, Weekday.MON)), None),
            (Schedule(calendar="holidays"), "calendar: no calendar 'holidays': there is none"),
        ],
    )
    def test_flaws(self, schedule: Schedule, flaw: str | None) -> None:
        found = of(replace(SPEND, schedule=schedule))
        assert len(found) == 1
        assert flaw is None or found == [f"schedule.{flaw}"]

    def test_hours_may_pass_midnight_and_end_with_the_day(self) -> None:
        schedule = Schedule(MARCH, APRIL, (Weekday.TUE,), ("22:00-02:00", "12:00-24:00"), "h")
        calendars = (Calendar("h", (date(2027, 12, 25),)),)
        assert of(replace(SPEND, schedule=schedule), calendars=calendars) == []


class TestCaps:
    def test_one_a_period_and_owner(self) -> None:
        caps = (Cap(5, CapPeriod.DAY), Cap(50, CapPeriod.DAY, CapOf.EVERYONE), Cap(5, CapPeriod.EVENT))
        assert of(replace(SPEND, caps=caps)) == []
        assert of(replace(SPEND, caps=(*caps, Cap(6, CapPeriod.DAY)))) == [
            "caps[3]: is a second cap per day of each member: the first is [0]"
        ]

    @pytest.mark.parametrize(
        ("cap", "flaw"),
        [
            (Cap(0, CapPeriod.DAY), "points: must be at least 1, is 0"),
            (
                Cap(5, CapPeriod.EVENT, CapOf.EVERYONE),
                "of: must be member: one event is one member's",
            ),
            (Cap(5, CapPeriod.DAY, currency="MILES"), "currency: must be POINTS, which the rule gives, is MILES"),
        ],
    )
    def test_flaws_of_a_rules_cap(self, cap: Cap, flaw: str) -> None:
        assert of(replace(SPEND, caps=(cap,))) == [f"caps[0].{flaw}"]

    def test_the_programme_has_one_for_each_currency(self) -> None:
        caps = (Cap(5, CapPeriod.DAY), Cap(5, CapPeriod.DAY, currency="MILES"))
        assert said(caps=caps) == []
        assert said(caps=(*caps, Cap(9, CapPeriod.DAY, currency="POINTS"))) == [
            "caps[2]: is a second cap per day of each member: the first is [0]"
        ]
        assert said(caps=(Cap(5, CapPeriod.DAY, currency="GEMS"),)) == [
            "caps[0].currency: no currency 'GEMS': there is POINTS, MILES"
        ]


class TestReferences:
    def test_campaigns_segments_and_calendars_are_there(self) -> None:
        spring = Campaign("spring", "Spring", MARCH, APRIL, "vip", (Cap(5, CapPeriod.EVER, CapOf.EVERYONE),))
        vip = Segment("vip", "Best", "member.tier == 'gold'")
        assert of(replace(SPEND, campaign="spring"), campaigns=(spring,), segments=(vip,)) == []
        assert of(replace(SPEND, campaign="spring")) == ["campaign: no campaign 'spring': there is none"]
        assert said(campaigns=(spring,)) == ["campaigns[0].segment: no segment 'vip': there is none"]
        assert said(campaigns=(replace(spring, segment=None, ends=MARCH),)) == [
            "campaigns[0].ends: must be after begins, 2027-03-01T00:00:00+00:00"
        ]
        assert said(calendars=(Calendar("h", ()),)) == ["calendars[0].days: must be 1 to 1000 days, are 0"]

    def test_a_segment_cannot_ask_for_segments(self) -> None:
        asks = Segment("a", "A", "'b' in member.segments")
        assert said(segments=(asks,)) == [
            "segments[0].when: must not ask for member.segments: no segment is known while segments are found"
        ]
        (flaw,) = said(segments=(Segment("a", "A", "event.amount > 1"),))
        assert "there is no 'event' here" in flaw

    def test_there_are_at_most_200_rules(self) -> None:
        rules = tuple(replace(REVIEW, code=f"r{number}") for number in range(201))
        assert said(earning=rules[:200]) == []
        assert said(earning=rules) == ["earning: must be at most 200 rules, are 201"]


class TestWaits:
    def test_points_that_wait_are_released_before_they_expire(self) -> None:
        assert of(replace(SPEND, waits=Waits(0))) == []
        assert of(replace(SPEND, waits=Waits(61))) == ["waits.days: must be at most 60, is 61"]
        assert of(replace(SPEND, waits=Waits(30), expiry=Expiry(1))) == [
            "waits.days: points must expire after they waited: 1 months against 30 days"
        ]
        pending = PendingAwards(("purchase",), 40, ("delivery",))
        assert of(replace(SPEND, expiry=Expiry(1)), pending=pending) == [
            "expiry.months: points must expire after they waited: 1 months against 40 days"
        ]

    def test_what_waits_for_an_event_needs_one(self) -> None:
        rule = replace(SPEND, waits=Waits(None))
        assert of(rule) == ["waits.days: is null, so pending must name in released_on what releases the points"]
        assert of(rule, pending=PendingAwards((), None, ("delivery",))) == []

    def test_a_rule_expires_by_a_date_only(self) -> None:
        assert of(replace(SPEND, expiry=Expiry(0))) == ["expiry.months: must be at least 1, is 0"]
        assert of(replace(SPEND, expiry=Expiry(6, inactivity=True))) == [
            "expiry.inactivity: is the programme's alone: a rule can give a date only"
        ]
