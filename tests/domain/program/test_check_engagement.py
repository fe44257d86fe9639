from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.program.check import check
from domain.program.check_change import check_change
from domain.program.earning import Cap, CapOf, CapPeriod, Period, Waits
from domain.program.engagement import Badge, Challenge, Counter, Counts, Referrals, Step, Streak
from domain.program.flaws import path_text
from domain.program.policies import PendingAwards
from domain.program.program import Program
from tests.support.programs import SPEND, a_program

BUY = ("purchase",)
COFFEE = Counter("coffee", BUY, lines="line.category == 'COFFEE'")
DAYS = Streak("days", "Days in a row", BUY)
THREE = Challenge("three", "Three coffees", BUY, 3, per=Period.WEEK, steps=(Step(1, 5), Step(2, 5)), points=50)
STAR = Badge("star", "Star", when="counters.coffee >= 10")


def said(**changes: Any) -> list[str]:
    return [f"{path_text(flaw.path)}: {flaw.reason}" for flaw in check(a_program(**changes))]


class TestCounters:
    @pytest.mark.parametrize(
        ("changes", "flaw"),
        [
            (
                {"code": "Coffee-1"},
                """code: must be 1 to 40 small letters, digits or "_", a letter first, as expressions name it, """
                "is 'Coffee-1'",
            ),
            ({"code": "referral"}, "code: referral is a name of our own: take another"),
            ({"on": ()}, "on: must name at least one type of event, such as purchase"),
            ({"last_days": 93}, "last_days: must be at most 92, is 93"),
            (
                {"last_days": 7, "per": Period.WEEK},
                "per: goes not with last_days: a counter goes by a period or by so many days",
            ),
        ],
    )
    def test_flaws(self, changes: dict[str, Any], flaw: str) -> None:
        assert said(counters=(replace(COFFEE, **changes),)) == [f"counters[0].{flaw}"]

    def test_a_code_is_one_counters(self) -> None:
        assert said(counters=(COFFEE, COFFEE)) == ["counters[1].code: 'coffee' is already at counters[0].code"]

    def test_what_a_refund_is_nothing_counts(self) -> None:
        assert said(counters=(replace(COFFEE, on=("refund",)),)) == [
            "refunded_on[0]: must not be one of the events which something counts, is 'refund'"
        ]


class TestStreaks:
    @pytest.mark.parametrize(
        ("changes", "flaw"),
        [
            ({"per": Period.YEAR}, "per: must be day, week or month, is year"),
            ({"grace": -1}, "grace: must be at least 0, is -1"),
            ({"name": ""}, "name: must not be empty"),
        ],
    )
    def test_flaws(self, changes: dict[str, Any], flaw: str) -> None:
        assert said(streaks=(replace(DAYS, **changes),)) == [f"streaks[0].{flaw}"]


class TestChallenges:
    def test_good_ones(self) -> None:
        more = replace(THREE, code="more", points=0, steps=(), badge="star", reward="mug", repeats=None)
        assert said(challenges=(THREE, more), badges=(STAR,), counters=(COFFEE,), streaks=(DAYS,)) == []

    @pytest.mark.parametrize(
        ("changes", "flaw"),
        [
            ({"goal": 2}, "steps[1].goal: must be below the challenge's own 2, is 2"),
            ({"steps": (Step(2, 5), Step(1, 5))}, "steps[1].goal: must be at least 3, is 1"),
            ({"steps": (Step(2, 0),)}, "steps[0].points: must be at least 1, is 0"),
            ({"points": 0}, "points: or a badge or a reward must be there for reaching the goal"),
            ({"badge": "none"}, "badge: no badge 'none': there is none"),
            ({"reward": "none"}, "reward: no reward 'none': there is mug"),
            ({"segment": "none"}, "segment: no segment 'none': there is none"),
            ({"currency": "none"}, "currency: no currency 'none': there is POINTS, MILES"),
            ({"repeats": 0}, "repeats: must be at least 1, is 0"),
            ({"counts": Counts.DAYS, "goal": 8}, "goal: must be at most 7, is 8"),
        ],
    )
    def test_flaws(self, changes: dict[str, Any], flaw: str) -> None:
        assert said(challenges=(replace(THREE, **changes),)) == [f"challenges[0].{flaw}"]

    def test_a_badge_asks_of_members_only(self) -> None:
        (flaw,) = said(badges=(replace(STAR, when="event.amount > 1"),))
        assert "there is no 'event' here" in flaw


class TestReferrals:
    def test_good_ones(self) -> None:
        good = Referrals(when="!referral.same_device", most=10, most_a_month=3, link="https://x.org/join/{code}")
        assert said(referrals=good) == []
        assert said(referrals=replace(good, link="https://x.org?ref={code}&a=b")) == []

    @pytest.mark.parametrize(
        ("referrals", "flaw"),
        [
            (Referrals(within_days=0), "within_days: must be at least 1, is 0"),
            (Referrals(most=2, most_a_month=3), "most_a_month: must be at most 2, is 3"),
            *(
                (
                    Referrals(link=link),
                    "link: must begin with https:// and have {code} where the member's code belongs, once, such "
                    f"as https://example.org/join/{{code}}, is {link!r}",
                )
                for link in (
                    "http://x.org/{code}",
                    "https://x.org/",
                    "https://{code}",
                    "https://x.org/{code}{code}",
                )
            ),
        ],
    )
    def test_flaws(self, referrals: Referrals, flaw: str) -> None:
        assert said(referrals=referrals) == [f"referrals.{flaw}"]


class TestSize:
    def test_what_a_member_keeps_is_bounded(self) -> None:
        fits = tuple(replace(COFFEE, code=f"c{number}", last_days=50) for number in range(4))
        assert said(counters=fits) == []
        everyones = (Cap(5, CapPeriod.DAY, CapOf.EVERYONE), Cap(5, CapPeriod.EVENT))
        assert said(counters=fits, caps=everyones) == []
        (flaw,) = said(counters=fits, caps=(Cap(5, CapPeriod.EVER),))
        assert flaw.startswith(": keeps 201 numbers for each member, and 200 is the most: ")


class TestChange:
    def changed(self, before: Program, after: Program) -> list[str]:
        return [f"{path_text(flaw.path)}: {flaw.reason}" for flaw in check_change([before], after)]

    def test_what_is_counted_under_a_code_stays(self) -> None:
        before = a_program(counters=(COFFEE,), streaks=(DAYS,), challenges=(THREE,))
        after = a_program(
            counters=(replace(COFFEE, lines="line.category == 'TEA'"),),
            streaks=(replace(DAYS, per=Period.WEEK, grace=2),),
            challenges=(replace(THREE, goal=4, counts=Counts.UNITS),),
        )
        assert self.changed(before, before) == []
        stay = "must stay as it was, or {} get a new code: members have counted under this one"
        assert self.changed(before, after) == [
            f"counters[0].lines: {stay.format('coffee')}",
            f"streaks[0].per: {stay.format('days')}",
            f"challenges[0].counts: {stay.format('three')}",
            f"challenges[0].goal: {stay.format('three')}",
        ]

    def test_names_dates_points_and_caps_may_change(self) -> None:
        before = a_program(challenges=(THREE,), earning=(replace(SPEND, caps=(Cap(5, CapPeriod.DAY),)),))
        later = replace(THREE, name="Coffee time", points=99, repeats=None, ends=datetime(2027, 1, 1, tzinfo=UTC))
        after = a_program(challenges=(later,), earning=(replace(SPEND, caps=(Cap(9, CapPeriod.DAY),)),))
        assert self.changed(before, after) == []

    def test_a_code_that_was_away_still_means_what_it_meant(self) -> None:
        before, between = a_program(counters=(COFFEE,)), a_program()
        after = a_program(counters=(replace(COFFEE, counts=Counts.UNITS),))
        assert [flaw.path for flaw in check_change([before, between], after)] == [("counters", 0, "counts")]

    def test_a_rule_that_waits_for_an_event_alone_keeps_it_too(self) -> None:
        pending = PendingAwards((), 14, ("delivery",))
        before = a_program(pending=pending, earning=(replace(SPEND, waits=Waits(None)),))
        assert self.changed(before, a_program()) == [
            "pending: must keep delivery in released_on: awards may wait for it, and have no date; with nothing "
            "in on no more will"
        ]
