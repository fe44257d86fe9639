"""How many friends of a member have counted, as the referrer's own ledger keeps it, and whether one more may."""

from datetime import date, datetime
from typing import NamedTuple

from domain.earning.facts.periods import keeps, period_of
from domain.ledger.state import Count, State
from domain.program.earning import Period
from domain.program.engagement import Referrals
from domain.program.program import Program
from domain.refusals import Code, LimitReached

# No counter of a programme has a "/" in its code.
EVER = "friends/ever"
MONTHLY = "friends/month"


class Friends(NamedTuple):
    """How many have counted in all, and in one month of the programme's zone."""

    ever: int
    this_month: int


def friends_of(program: Program, state: State, at: datetime) -> Friends:
    """The friends of a member that have counted, in all and in the month of `at`."""
    return Friends(state.counted(EVER, 0), state.counted(MONTHLY, _month(program, at)))


def count_friend(program: Program, state: State, at: datetime) -> tuple[Count, ...] | LimitReached:
    """One more friend, who counted at `at`. Refuses LIMIT_REACHED past the programme's limits."""
    rules = program.referrals or Referrals()
    made = friends_of(program, state, at)
    if rules.most is not None and made.ever >= rules.most:
        return _no_more(rules.most, "in all")
    if rules.most_a_month is not None and made.this_month >= rules.most_a_month:
        return _no_more(rules.most_a_month, "a month")
    month = Count(MONTHLY, _month(program, at), 1, keeps(Period.MONTH))
    return (Count(EVER, 0, 1), month)


def friends_left(rules: Referrals, made: Friends) -> int | None:
    """How many more may count this month; None: any number."""
    limits = ((rules.most, made.ever), (rules.most_a_month, made.this_month))
    left = [max(most - count, 0) for most, count in limits if most is not None]
    return min(left) if left else None


def _month(program: Program, at: datetime) -> int:
    day: date = at.astimezone(program.zone).date()
    return period_of(Period.MONTH, day)


def _no_more(most: int, when: str) -> LimitReached:
    message = f"At most {most} friends of a member count {when}."
    return LimitReached(Code.LIMIT_REACHED, message, ("referralCode",), limit=most)
