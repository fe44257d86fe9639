from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.earning.judging.judge import judge
from domain.earning.judging.judgement import MissReason
from domain.program.earning import Calendar, Campaign, EarningRule, Schedule, Segment, Weekday
from domain.program.program import Program
from tests.support.judging import an_event, around, judged, missed, points_of
from tests.support.programs import a_program

NEW_YORK = ZoneInfo("America/New_York")


def at(day: int, hour: int, minute: int = 0, month: int = 3, **more: Any) -> datetime:
    """A moment of 2026 on the clocks of the programme; 10 March is a Tuesday."""
    return datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK, **more).astimezone(UTC)


def with_schedule(**more: Any) -> Program:
    rule = EarningRule("r", "R", ("visit",), 1, schedule=Schedule(**more))
    return a_program(earning=(rule,), calendars=(Calendar("market", (date(2026, 3, 10),)),))


def fires(program: Program, moment: datetime) -> bool:
    event = an_event("visit", at=moment)
    told, briefly = judged(program, event), judge(around(program, event), explain=False)
    # Rules that cannot run on a day are not even looked at where nobody asks why.
    assert told.awards == briefly.awards
    return points_of(told) == {"r": 1}


class TestDays:
    @pytest.mark.parametrize(("day", "runs"), [(10, True), (11, False), (14, True)])
    def test_it_runs_on_its_days_of_the_programmes_zone(self, day: int, runs: bool) -> None:
        program = with_schedule(days=(Weekday.TUE, Weekday.SAT))
        assert fires(program, at(day, 0)) is runs
        assert fires(program, at(day, 23, 59)) is runs

    def test_a_calendar_names_days(self) -> None:
        program = with_schedule(calendar="market")
        assert [fires(program, at(day, 12)) for day in (9, 10, 11)] == [False, True, False]

    def test_a_calendar_that_is_not_there_has_no_days(self) -> None:
        assert not fires(with_schedule(calendar="gone"), at(10, 12))


class TestHours:
    @pytest.mark.parametrize(
        ("hour", "minute", "runs"), [(16, 59, False), (17, 0, True), (19, 29, True), (19, 30, False)]
    )
    def test_the_end_is_not_included(self, hour: int, minute: int, runs: bool) -> None:
        assert fires(with_schedule(hours=("17:00-19:30",)), at(10, hour, minute)) is runs

    def test_several_stretches(self) -> None:
        program = with_schedule(hours=("07:00-09:00", "17:00-19:00"))
        assert [fires(program, at(10, hour)) for hour in (8, 12, 18)] == [True, False, True]

    def test_those_past_midnight_belong_to_the_day_on_which_they_began(self) -> None:
        program = with_schedule(days=(Weekday.FRI,), hours=("22:00-02:00",))
        assert fires(program, at(13, 22))
        assert fires(program, at(14, 1, 59))
        assert not fires(program, at(14, 2))
        assert not fires(program, at(14, 22))
        assert not fires(program, at(13, 1))

    def test_an_hour_that_comes_twice_runs_twice_and_one_that_is_left_out_not_at_all(self) -> None:
        program = with_schedule(hours=("01:30-02:30",))
        first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
        assert [fires(program, first + timedelta(hours=hours)) for hours in (0, 1, 2)] == [True, True, False]
        # On 8 March the clock goes from 1:59:59 to 3:00.
        assert [fires(program, datetime(2026, 3, 8, 6, m, tzinfo=UTC)) for m in (29, 30, 59)] == [
            False,
            True,
            True,
        ]
        assert not fires(program, datetime(2026, 3, 8, 7, tzinfo=UTC))


class TestBetween:
    BEGINS, ENDS = at(1, 0), at(31, 0)

    def test_the_first_instant_is_in_and_the_last_out(self) -> None:
        program = with_schedule(begins=self.BEGINS, ends=self.ENDS)
        millisecond = timedelta(milliseconds=1)
        moments = (self.BEGINS - millisecond, self.BEGINS, self.ENDS - millisecond, self.ENDS)
        assert [fires(program, moment) for moment in moments] == [False, True, True, False]

    def test_a_miss_says_when_it_would_run(self) -> None:
        program = with_schedule(begins=self.BEGINS, days=(Weekday.FRI,), hours=("17:00-18:00",))

        def says(moment: datetime) -> tuple[MissReason, str]:
            return missed(judged(program, an_event("visit", at=moment)), "r")[1:]

        assert says(at(1, 0, month=2)) == (MissReason.SCHEDULE, "begins at 2026-03-01T05:00:00.000Z")
        assert says(at(13, 12)) == (MissReason.SCHEDULE, "runs only on fri at 17:00-18:00")
        assert says(at(12, 17)) == (MissReason.SCHEDULE, "runs only on fri at 17:00-18:00")


class TestCampaigns:
    RULE = EarningRule("r", "R", ("visit",), 1, campaign="spring")

    def program(self, **more: Any) -> Program:
        segments = (
            Segment("new", "New", "member.days < 100"),
            Segment("old", "Old", "!('new' in member.segments)"),
        )
        return a_program(
            earning=(self.RULE,), campaigns=(Campaign("spring", "Spring", **more),), segments=segments
        )

    def test_outside_it_none_of_its_rules_gives(self) -> None:
        program = self.program(begins=at(1, 0), ends=at(15, 0))
        assert fires(program, at(1, 0))
        miss = missed(judged(program, an_event("visit", at=at(15, 0))), "r")
        assert miss[1:] == (MissReason.CAMPAIGN, "the campaign spring ended at 2026-03-15T04:00:00.000Z")

    def test_it_is_for_the_members_of_its_segment(self) -> None:
        miss = missed(judged(self.program(segment="new"), an_event("visit")), "r")
        assert miss[1:] == (MissReason.SEGMENT, "is for the segment new")
        assert not fires(self.program(segment="gone"), at(10, 12))

    def test_a_segment_that_asks_for_segments_finds_none(self) -> None:
        assert fires(self.program(segment="old"), at(10, 12))
