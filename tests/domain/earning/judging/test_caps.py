from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.earning.facts.periods import KEEPS, period_of
from domain.earning.judging.judgement import Judgement, MissReason
from domain.earning.planning.plan import plan_of
from domain.ledger.state import EMPTY_STATE, Count
from domain.program.earning import Campaign, Cap, CapOf, CapPeriod, EarningRule, Period
from domain.program.engagement import Challenge
from domain.program.program import Program
from tests.support.judging import AT, a_line, after, an_event, judged, missed, points_of, why
from tests.support.programs import GOLD, a_program

NEW_YORK = ZoneInfo("America/New_York")


def rule(code: str, points: int, *caps: Cap, **more: Any) -> EarningRule:
    return EarningRule(code, code.title(), ("visit",), points, caps=caps, **more)


def run(program: Program, moments: Iterable[datetime], **more: Any) -> list[Judgement]:
    """Visits at these moments, each by the state that those before it left."""
    state, found = EMPTY_STATE, []
    for moment in moments:
        found.append(judged(program, an_event("visit", at=moment), state=state, **more))
        state = after(state, found[-1])
    return found


class TestEach:
    def test_what_a_line_wanted_fits_the_store_however_absurd_the_basket_is(self) -> None:
        units = EarningRule("r", "R", ("purchase",), 10**6, each_unit=True, caps=(Cap(5, CapPeriod.DAY),))
        basket = an_event(lines=(a_line("a", 0, quantity=10**12),) * 1_000)
        found = judged(a_program(earning=(units,)), basket)
        assert [(line.points, line.wanted) for line in found.awards[0].lines] == [(5, 2**53)]

    def test_what_is_above_the_room_left_is_not_given_and_the_line_says_so(self) -> None:
        program = a_program(earning=(rule("r", 40, Cap(100, CapPeriod.DAY)),))
        *_, third, fourth = run(program, [AT] * 4)
        (line,) = third.awards[0].lines
        assert (line.points, line.wanted, line.caps) == (20, 40, ("rule:r/day",))
        assert line.because == "40 points for each visit; 20 of 40: no more than 100 a day by this rule"
        assert fourth.awards == ()
        miss = ("r", MissReason.CAP, "no more than 100 a day by this rule: nothing is left")
        assert fourth.misses == (miss,)

    def test_a_cap_of_an_event_counts_nothing_in_the_state(self) -> None:
        (judgement,) = run(a_program(earning=(rule("r", 40, Cap(30, CapPeriod.EVENT)),)), [AT])
        assert (points_of(judgement), judgement.counts) == ({"r": 30}, ())
        assert why(judgement, "r").endswith("; 30 of 40: no more than 30 an event by this rule")

    def test_a_campaigns_cap_is_of_all_its_rules_together(self) -> None:
        rules = (rule("a", 30, campaign="c"), rule("b", 30, campaign="c"), rule("free", 5))
        campaign = Campaign("c", "C", caps=(Cap(50, CapPeriod.EVER),))
        (judgement,) = run(a_program(earning=rules, campaigns=(campaign,)), [AT])
        assert points_of(judgement) == {"a": 30, "b": 20, "free": 5}
        assert judgement.counts == (Count("campaign:c/ever", 0, 50, 1),)

    def test_the_programmes_cap_bounds_rules_tiers_and_challenges_as_they_come(self) -> None:
        program = a_program(
            earning=(rule("r", 40),),
            caps=(Cap(50, CapPeriod.MONTH),),
            challenges=(Challenge("c", "C", ("visit",), 1, points=7),),
        )
        judgement = judged(program, an_event("visit"), GOLD)
        assert points_of(judgement) == {"r": 40, "tier:gold": 10}
        assert missed(judgement, "challenge:c").text == "no more than 50 a month by the programme: nothing is left"
        assert Count("program:POINTS/month", 2026 * 12 + 2, 50, 4) in judgement.counts

    def test_the_tightest_cap_speaks_and_all_that_cut_are_named(self) -> None:
        caps = (Cap(30, CapPeriod.DAY), Cap(10, CapPeriod.WEEK), Cap(99, CapPeriod.EVER))
        (judgement,) = run(a_program(earning=(rule("r", 40, *caps),)), [AT])
        (line,) = judgement.awards[0].lines
        assert line.caps == ("rule:r/day", "rule:r/week")
        assert line.because.endswith("; 10 of 40: no more than 10 a week by this rule")

    def test_a_cap_bounds_its_currency(self) -> None:
        miles = rule("m", 40, Cap(30, CapPeriod.DAY), currency="MILES")
        caps = (Cap(5, CapPeriod.DAY, currency="MILES"), Cap(7, CapPeriod.DAY))
        (judgement,) = run(a_program(earning=(miles, rule("p", 40)), caps=caps), [AT])
        assert points_of(judgement) == {"m": 5, "p": 7}
        counted = {count.counter: count.amount for count in judgement.counts}
        assert counted == {"rule:m/day": 5, "program:MILES/day": 5, "program:POINTS/day": 7}

    def test_what_is_left_for_everyone_is_told_by_the_circumstances(self) -> None:
        program = a_program(earning=(rule("r", 40, Cap(1_000, CapPeriod.EVER, CapOf.EVERYONE)),))
        judgement = judged(program, an_event("visit"), room={"rule:r/ever/everyone": 10})
        assert (points_of(judgement), judgement.counts) == ({"r": 10}, ())
        assert why(judgement, "r").endswith("; 10 of 40: no more than 1000 in all for everyone by this rule")
        assert points_of(judged(program, an_event("visit"))) == {"r": 40}


class TestPeriods:
    # The last and the first minute of a day, week, month and year of New York.
    @pytest.mark.parametrize(
        ("per", "last"),
        [
            (CapPeriod.DAY, datetime(2026, 3, 10, 23, 59, tzinfo=NEW_YORK)),
            (CapPeriod.WEEK, datetime(2026, 3, 15, 23, 59, tzinfo=NEW_YORK)),
            (CapPeriod.MONTH, datetime(2026, 2, 28, 23, 59, tzinfo=NEW_YORK)),
            (CapPeriod.YEAR, datetime(2026, 12, 31, 23, 59, tzinfo=NEW_YORK)),
        ],
    )
    def test_a_new_one_begins_at_midnight_of_the_programmes_zone(self, per: CapPeriod, last: datetime) -> None:
        last = last.astimezone(UTC)
        program = a_program(earning=(rule("r", 10, Cap(10, per)),))
        found = run(program, [last - timedelta(hours=1), last, last + timedelta(minutes=1)])
        assert [points_of(judgement).get("r", 0) for judgement in found] == [10, 0, 10]

    def test_a_late_event_counts_in_its_own(self) -> None:
        program = a_program(earning=(rule("r", 10, Cap(15, CapPeriod.DAY)),))
        yesterday = AT - timedelta(days=1)
        found = run(program, [yesterday, AT, yesterday, AT, yesterday])
        assert [points_of(judgement).get("r", 0) for judgement in found] == [10, 10, 5, 5, 0]

    def test_one_older_than_all_that_is_kept_gets_nothing_under_it(self) -> None:
        program = a_program(earning=(rule("r", 10, Cap(15, CapPeriod.DAY)),))
        days = [AT + timedelta(days=day) for day in range(14)]
        *_, late = run(program, [*days, AT - timedelta(days=1)])
        assert late.awards == ()
        assert late.misses[0].reason is MissReason.CAP
        *_, known = run(program, [*days[1:], AT - timedelta(days=1)])
        assert points_of(known) == {"r": 10}


_caps = st.builds(
    Cap,
    st.integers(0, 60),
    st.sampled_from(CapPeriod),
    st.just(CapOf.MEMBER),
    st.sampled_from([None, "MILES"]),
)
_some = st.lists(_caps, max_size=3, unique_by=lambda cap: (cap.per, cap.currency)).map(tuple)
_rules = st.lists(
    st.builds(
        lambda code, points, caps, campaign, currency: rule(
            code, points, *(replace(cap, currency=None) for cap in caps), campaign=campaign, currency=currency
        ),
        st.sampled_from("abcd"),
        st.integers(1, 40),
        st.lists(_caps, max_size=2, unique_by=lambda cap: cap.per),
        st.sampled_from([None, "x", "y"]),
        st.sampled_from([None, "MILES"]),
    ),
    max_size=4,
    unique_by=lambda one: one.code,
).map(tuple)
_programs = st.builds(
    lambda rules, x, y, caps: a_program(
        earning=rules, campaigns=(Campaign("x", "X", caps=x), Campaign("y", "Y", caps=y)), caps=caps
    ),
    _rules,
    _some,
    _some,
    _some,
)
_moments = st.lists(st.integers(-40 * 24, 40 * 24).map(lambda hours: AT + timedelta(hours=hours)), max_size=12)


def stretch(per: CapPeriod, day: date, event: int) -> tuple[Any, ...]:
    """The model's own idea of a period."""
    return {
        CapPeriod.EVENT: (event,),
        CapPeriod.DAY: (day,),
        CapPeriod.WEEK: tuple(day.isocalendar())[:2],
        CapPeriod.MONTH: (day.year, day.month),
        CapPeriod.YEAR: (day.year,),
        CapPeriod.EVER: (),
    }[per]


@given(_programs, _moments)
def test_no_cap_is_ever_passed(program: Program, moments: list[datetime]) -> None:
    given_in: dict[Any, int] = defaultdict(int)
    rules = {one.code: one for one in program.earning}
    campaigns = {one.code: one for one in program.campaigns}
    for number, (moment, judgement) in enumerate(zip(moments, run(program, moments), strict=True)):
        day = moment.astimezone(NEW_YORK).date()
        for award in judgement.awards:
            assert award.points == sum(line.points for line in award.lines)
            for line in award.lines:
                one = rules[line.rule]
                campaign = campaigns.get(one.campaign or "")
                bounds = [(f"rule:{one.code}", replace(cap, currency=award.currency)) for cap in one.caps]
                bounds += [(f"campaign:{campaign.code}", cap) for cap in campaign.caps] if campaign else []
                bounds += [("program", cap) for cap in program.caps]
                for owner, cap in bounds:
                    if (cap.currency or "POINTS") == award.currency:
                        bound = (owner, award.currency, cap.per, stretch(cap.per, day, number))
                        given_in[bound] += line.points
                        assert given_in[bound] <= cap.points


@given(_programs, _moments)
def test_what_stands_in_the_state_is_what_a_recount_of_all_lines_finds(
    program: Program, moments: list[datetime]
) -> None:
    state, recount = EMPTY_STATE, dict[tuple[str, int], int]()
    for moment, judgement in zip(moments, run(program, moments), strict=True):
        state = after(state, judgement)
        day = moment.astimezone(NEW_YORK).date()
        for award in judgement.awards:
            for line in award.lines:
                for limit in plan_of(program).limits_of_line(line.rule, award.currency):
                    key = (limit.id, period_of(limit.per, day))
                    recount[key] = recount.get(key, 0) + line.points
    for counter, buckets in state.counters.items():
        assert len(buckets) <= KEEPS[Period(counter.rpartition("/")[2])]
        assert {period: recount[counter, period] for period, _ in buckets} == dict(buckets)


@given(_programs, _moments)
def test_the_same_circumstances_are_judged_the_same(program: Program, moments: list[datetime]) -> None:
    assert run(program, moments) == run(replace(program), moments)
