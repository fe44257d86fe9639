"""How many friends count."""

from datetime import UTC, datetime

import pytest

from domain.engagement.friends import count_friend, friends_left, friends_of
from domain.ledger.state import State, with_counts
from domain.program.engagement import Referrals
from domain.program.program import Program
from domain.refusals import LimitReached
from tests.support.programs import a_program

JUNE = datetime(2026, 6, 30, 12, tzinfo=UTC)
LAST_OF_JUNE = datetime(2026, 7, 1, 3, tzinfo=UTC)  # in New York
JULY = datetime(2026, 7, 1, 4, tzinfo=UTC)


def more(program: Program, state: State, *moments: datetime) -> State:
    for moment in moments:
        counts = count_friend(program, state, moment)
        assert not isinstance(counts, LimitReached)
        state = with_counts(state, counts)
    return state


class TestCountFriend:
    def test_months_are_the_programmes(self) -> None:
        program = a_program(referrals=Referrals())
        state = more(program, State(), JUNE, LAST_OF_JUNE, JULY)
        assert friends_of(program, state, JUNE) == (3, 2)
        assert friends_of(program, state, JULY) == (3, 1)

    @pytest.mark.parametrize(
        ("limits", "limit"), [(Referrals(most=2), 2), (Referrals(most_a_month=2), 2), (Referrals(most=0), 0)]
    )
    def test_no_more_than_the_limits(self, limits: Referrals, limit: int) -> None:
        program = a_program(referrals=limits)
        state = more(program, State(), *[JUNE] * limit)
        refused = count_friend(program, state, JUNE)
        assert isinstance(refused, LimitReached)
        assert refused.limit == limit

    def test_a_new_month_has_room_and_all_of_time_has_not(self) -> None:
        program = a_program(referrals=Referrals(most=3, most_a_month=2))
        state = more(program, State(), JUNE, JUNE, JULY)
        assert isinstance(count_friend(program, state, JULY), LimitReached)


class TestFriendsLeft:
    @pytest.mark.parametrize(
        ("rules", "left"),
        [
            (Referrals(), None),
            (Referrals(most=5), 2),
            (Referrals(most_a_month=1), 0),
            (Referrals(most=5, most_a_month=9), 2),
        ],
    )
    def test_the_narrower_limit_says_it(self, rules: Referrals, left: int | None) -> None:
        program = a_program(referrals=rules)
        state = more(a_program(referrals=Referrals()), State(), JUNE, JUNE, JUNE)
        assert friends_left(rules, friends_of(program, state, JUNE)) == left
