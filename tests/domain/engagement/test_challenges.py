"""What members see of challenges, badges and streaks."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.earning.facts.circumstances import Person
from domain.earning.facts.periods import period_of, running
from domain.engagement.badges import badges_of
from domain.engagement.challenges import ChallengeProgress, ChallengeStatus, challenges_of
from domain.engagement.streaks import streaks_of
from domain.ledger.state import Bucket, State
from domain.program.earning import Period, Segment
from domain.program.engagement import Badge, Challenge, Step, Streak
from tests.support.programs import a_program

NOON = datetime(2026, 6, 15, 16, tzinfo=UTC)  # a Monday, noon in New York
TODAY = date(2026, 6, 15)
WEEK_END = datetime(2026, 6, 22, 4, tzinfo=UTC)
PERSON = Person(joined_on=date(2026, 3, 1))
DAY = timedelta(days=1)
COFFEES = Challenge("coffees", "Three coffees", ("purchase",), 3, per=Period.WEEK, steps=(Step(2, 5),), repeats=2)


def done(code: str, per: Period, total: int, times: int = 0) -> State:
    period = period_of(per, TODAY)
    counters = {f"challenge:{code}": (Bucket(period, total),)}
    return State(counters=counters | ({f"reached:{code}": (Bucket(period, times),)} if times else {}))


def see(state: State, *challenges: Challenge, at: datetime = NOON, active: bool = True) -> list[ChallengeProgress]:
    program = a_program(challenges=challenges, segments=(Segment("vip", "VIP", 'member.tier == "gold"'),))
    return list(challenges_of(program, state, PERSON, at, active_only=active))


class TestChallenges:
    def test_nothing_done_yet(self) -> None:
        assert see(State(), COFFEES) == [
            ChallengeProgress(COFFEES, ChallengeStatus.RUNNING, 0, 0, (), WEEK_END, 7),
        ]

    @pytest.mark.parametrize(
        ("total", "times", "shown"),
        [
            (2, 0, (ChallengeStatus.RUNNING, 2, 0, COFFEES.steps)),
            (3, 1, (ChallengeStatus.RUNNING, 0, 1, ())),
            (5, 1, (ChallengeStatus.RUNNING, 2, 1, COFFEES.steps)),
            (6, 2, (ChallengeStatus.REACHED, 3, 2, COFFEES.steps)),
        ],
    )
    def test_it_begins_anew_as_often_as_it_can_be_reached(
        self, total: int, times: int, shown: tuple[object, ...]
    ) -> None:
        (found,) = see(done("coffees", Period.WEEK, total, times), COFFEES)
        assert (found.status, found.done, found.times, found.steps) == shown

    def test_a_new_week_begins_at_nothing(self) -> None:
        (found,) = see(done("coffees", Period.WEEK, 6, 2), COFFEES, at=WEEK_END)
        assert (found.status, found.done, found.times) == (ChallengeStatus.RUNNING, 0, 0)

    def test_what_ends_first_is_its_end_the_period_or_itself(self) -> None:
        short = replace(COFFEES, ends=NOON + 2 * DAY)
        (found,) = see(State(), short)
        assert (found.ends, found.days_left) == (NOON + 2 * DAY, 3)
        (ever,) = see(State(), replace(COFFEES, per=Period.EVER))
        assert (ever.ends, ever.days_left) == (None, None)

    def test_what_is_to_come_and_what_was_begun_and_is_over_is_shown_when_asked_for(self) -> None:
        later = replace(COFFEES, code="later", begins=NOON + DAY)
        over = replace(COFFEES, code="over", per=Period.EVER, ends=NOON - DAY)
        missed = replace(over, code="missed")
        state = done("over", Period.EVER, 2)
        assert see(state, later, over, missed) == []
        found = see(state, later, over, missed, active=False)
        assert [(one.challenge.code, one.status, one.done, one.days_left) for one in found] == [
            ("later", ChallengeStatus.UPCOMING, 0, 7),
            ("over", ChallengeStatus.OVER, 2, 0),
        ]

    def test_those_of_a_segment_are_its_members_and_whose_who_began_while_they_were(self) -> None:
        vip = replace(COFFEES, segment="vip")
        assert see(State(), vip) == []
        assert see(State(), replace(COFFEES, segment="unknown")) == []
        assert len(see(State(qualifying={"2026": 3000}), vip)) == 1
        assert len(see(done("coffees", Period.WEEK, 1), vip)) == 1


class TestBadges:
    def test_those_earned_have_their_day_and_the_others_none(self) -> None:
        program = a_program(badges=(Badge("first", "First"), Badge("second", "Second")))
        state = State(counters={"badge:second": (Bucket(TODAY.toordinal(), 1),)})
        found = badges_of(program, state)
        assert [(one.badge.code, one.earned_on) for one in found] == [("first", None), ("second", TODAY)]


class TestStreaks:
    @pytest.mark.parametrize(
        ("last", "shown"),
        [
            (0, (4, True, datetime(2026, 6, 18, 4, tzinfo=UTC), 1)),
            (1, (4, False, datetime(2026, 6, 17, 4, tzinfo=UTC), 1)),
            (2, (4, False, datetime(2026, 6, 16, 4, tzinfo=UTC), 0)),
            (3, (0, False, None, 1)),
        ],
    )
    def test_a_day_of_grace_may_be_missed(self, last: int, shown: tuple[object, ...]) -> None:
        program = a_program(streaks=(Streak("daily", "Daily", ("visit",), grace=1),))
        bucket = Bucket(running(Period.DAY, TODAY - last * DAY), 4)
        (found,) = streaks_of(program, State(counters={"streak:daily": (bucket,)}), NOON)
        assert (found.length, found.done_now, found.act_before, found.grace_left) == shown

    def test_one_that_was_never_begun_is_none(self) -> None:
        program = a_program(streaks=(Streak("weekly", "Weekly", ("visit",), per=Period.WEEK),))
        (found,) = streaks_of(program, State(), NOON)
        assert (found.length, found.act_before, found.grace_left) == (0, None, 0)

    def test_weeks_begin_on_monday(self) -> None:
        program = a_program(streaks=(Streak("weekly", "Weekly", ("visit",), per=Period.WEEK),))
        bucket = Bucket(running(Period.WEEK, TODAY - DAY), 2)
        (found,) = streaks_of(program, State(counters={"streak:weekly": (bucket,)}), NOON)
        assert (found.length, found.done_now, found.act_before) == (2, False, WEEK_END)
